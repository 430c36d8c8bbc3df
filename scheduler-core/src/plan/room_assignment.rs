//! Rooms by name: gives every slot and block of a site-day a room, with few moves for each clerk.
//!
//! Within a kind the rooms are interchangeable and at most as many intervals overlap as there are
//! rooms, so going through them by start always finds one. After that each clerk in turn, alone and
//! then together with another, gets the sequence of free rooms with the fewest changes, by shortest
//! path over the clerk's items.

use super::lns::{Item, NO_KIND, State, Task};
use crate::problem::site_day::SiteDayModel;

/// Rounds over all clerks; the first does nearly all there is to do.
const ROUNDS: usize = 3;

/// Rooms of one site-day, one for each item of each shift; breaks have none.
pub(crate) fn assign(
    day: &SiteDayModel,
    state: &State,
    fits: impl Fn(usize, Item) -> bool,
) -> Vec<Vec<Option<usize>>> {
    let mut rooms = Rooms::new(day, state, fits);
    rooms.colour(day, state);
    rooms.settle(day, state);
    rooms.named(state)
}

/// The same where the state knows who sits where: a room for each stay. The stays of a kind overlap
/// at most as often as it has rooms, so going through them by start always finds one; a clerk's last
/// room comes first, then the one that was left last, so that rooms that nobody needs stay empty.
pub(crate) fn assign_stays(day: &SiteDayModel, state: &State) -> Vec<Vec<Option<usize>>> {
    let mut order: Vec<(u16, usize, usize)> = Vec::new();
    for (shift, stays) in state.seats.stays.iter().enumerate() {
        order.extend(stays.iter().enumerate().map(|(i, stay)| (stay.start, shift, i)));
    }
    order.sort_unstable();
    // When each room is free again, and who was there last.
    let mut rooms: Vec<Vec<(u16, Option<usize>)>> =
        day.kinds.iter().map(|kind| vec![(0, None); kind.rooms.len()]).collect();
    let mut chosen: Vec<Vec<Option<usize>>> =
        state.seats.stays.iter().map(|stays| vec![None; stays.len()]).collect();
    for (start, shift, i) in order {
        let stay = state.seats.stays[shift][i];
        let kind = usize::from(stay.kind);
        let best = (0..rooms[kind].len()).filter(|&r| rooms[kind][r].0 <= start).max_by_key(|&r| {
            let (free, whose) = rooms[kind][r];
            (whose == Some(shift), free, std::cmp::Reverse(r))
        });
        if let Some(r) = best {
            rooms[kind][r] = (stay.end, Some(shift));
            chosen[shift][i] = Some(day.kinds[kind].rooms[r]);
        }
    }
    let named = |shift: usize, items: &[Item]| {
        let stays = &state.seats.stays[shift];
        let mut at = 0;
        items
            .iter()
            .map(|item| {
                if !takes_room(item) {
                    return None;
                }
                while at + 1 < stays.len() && stays[at].end <= item.start {
                    at += 1;
                }
                chosen[shift].get(at).copied().flatten()
            })
            .collect()
    };
    state.items.iter().enumerate().map(|(shift, items)| named(shift, items)).collect()
}

fn takes_room(item: &Item) -> bool {
    match item.task {
        Task::Slot { kind, .. } | Task::Promise { kind, .. } => kind != NO_KIND,
        Task::Block { .. } => true,
        Task::Break { .. } => false,
    }
}

struct Rooms {
    /// The rooms of the site, by position in this list.
    names: Vec<usize>,
    /// Whether room `r` suits item `i` of shift `d`: `suits[d][i * rooms + r]`.
    suits: Vec<Vec<bool>>,
    /// Whether somebody is in the room, by `r * steps + t`.
    busy: Vec<bool>,
    /// Room of each item, by shift.
    chosen: Vec<Vec<usize>>,
    steps: usize,
}

const NOWHERE: usize = usize::MAX;

impl Rooms {
    fn new(day: &SiteDayModel, state: &State, fits: impl Fn(usize, Item) -> bool) -> Self {
        let names: Vec<usize> =
            day.kinds.iter().flat_map(|kind| kind.rooms.iter().copied()).collect();
        let suits = state
            .items
            .iter()
            .map(|items| {
                items
                    .iter()
                    .flat_map(|&item| names.iter().map(move |&r| (r, item)))
                    .map(|(r, item)| fits(r, item))
                    .collect()
            })
            .collect();
        Self {
            suits,
            busy: vec![false; names.len() * day.steps],
            chosen: state.items.iter().map(|items| vec![NOWHERE; items.len()]).collect(),
            names,
            steps: day.steps,
        }
    }

    fn is_free(&self, room: usize, item: Item) -> bool {
        let row = room * self.steps;
        !self.busy[row + usize::from(item.start)..row + usize::from(item.end)].contains(&true)
    }

    fn mark(&mut self, room: usize, item: Item, busy: bool) {
        let row = room * self.steps;
        self.busy[row + usize::from(item.start)..row + usize::from(item.end)].fill(busy);
    }

    /// Any valid choice: by start, in the kind that the search chose, the clerk's last room if free.
    fn colour(&mut self, day: &SiteDayModel, state: &State) {
        let mut order: Vec<(u16, usize, usize)> = state
            .items
            .iter()
            .enumerate()
            .flat_map(|(d, items)| {
                items.iter().enumerate().map(move |(i, item)| (item.start, d, i))
            })
            .collect();
        order.sort_unstable();
        let mut first = Vec::with_capacity(day.kinds.len());
        let mut count = 0;
        for kind in &day.kinds {
            first.push(count);
            count += kind.rooms.len();
        }
        let mut last = vec![NOWHERE; day.shifts.len()];
        for (_, shift, i) in order {
            let item = state.items[shift][i];
            let kind = match item.task {
                Task::Slot { kind, .. } | Task::Promise { kind, .. } | Task::Block { kind } => {
                    usize::from(kind)
                }
                Task::Break { .. } => continue,
            };
            let range = first[kind]..first[kind] + day.kinds[kind].rooms.len();
            let room = Some(last[shift])
                .filter(|room| range.contains(room) && self.is_free(*room, item))
                .or_else(|| range.clone().find(|&room| self.is_free(room, item)));
            if let Some(room) = room {
                self.chosen[shift][i] = room;
                self.mark(room, item, true);
                last[shift] = room;
            }
        }
    }

    /// Fewer changes: re-routes clerks, one by one and then in pairs.
    fn settle(&mut self, day: &SiteDayModel, state: &State) {
        let shifts = day.shifts.len();
        for round in 0..ROUNDS {
            for shift in 0..shifts {
                self.reroute(state, &[shift]);
            }
            for gap in 1..shifts.min(2 + 4 * round) {
                for shift in 0..shifts {
                    let other = (shift + gap) % shifts;
                    if self.changes(shift) + self.changes(other) > 0 {
                        self.reroute(state, &[shift, other]);
                    }
                }
            }
        }
    }

    fn changes(&self, shift: usize) -> usize {
        let mut rooms = self.chosen[shift].iter().filter(|&&room| room != NOWHERE);
        let Some(mut last) = rooms.next() else {
            return 0;
        };
        let mut changes = 0;
        for room in rooms {
            changes += usize::from(room != last);
            last = room;
        }
        changes
    }

    /// Gives the shifts new rooms, the first one first; keeps the old ones unless that is better.
    fn reroute(&mut self, state: &State, shifts: &[usize]) {
        let before: usize = shifts.iter().map(|&shift| self.changes(shift)).sum();
        if before == 0 {
            return;
        }
        let old: Vec<Vec<usize>> = shifts.iter().map(|&shift| self.chosen[shift].clone()).collect();
        for &shift in shifts {
            self.clear(state, shift);
        }
        let mut found = true;
        for &shift in shifts {
            found = found && self.route(state, shift);
        }
        let after: usize = shifts.iter().map(|&shift| self.changes(shift)).sum();
        if found && after < before {
            return;
        }
        for &shift in shifts {
            self.clear(state, shift);
        }
        for (&shift, old) in shifts.iter().zip(old) {
            for (i, &room) in old.iter().enumerate() {
                if room != NOWHERE {
                    self.mark(room, state.items[shift][i], true);
                }
            }
            self.chosen[shift] = old;
        }
    }

    fn clear(&mut self, state: &State, shift: usize) {
        for i in 0..self.chosen[shift].len() {
            let room = std::mem::replace(&mut self.chosen[shift][i], NOWHERE);
            if room != NOWHERE {
                self.mark(room, state.items[shift][i], false);
            }
        }
    }

    /// The free rooms with the fewest changes through the shift's day. False where there are none.
    fn route(&mut self, state: &State, shift: usize) -> bool {
        let items: Vec<usize> = (0..state.items[shift].len())
            .filter(|&i| !matches!(state.items[shift][i].task, Task::Break { .. }))
            .collect();
        let count = self.names.len();
        const OUT: u32 = u32::MAX / 2;
        let mut cost = vec![0; count];
        let mut from: Vec<Vec<usize>> = Vec::with_capacity(items.len());
        for (n, &i) in items.iter().enumerate() {
            let item = state.items[shift][i];
            let cheapest = (0..count).min_by_key(|&r| cost[r]).unwrap_or(0);
            let mut back = vec![NOWHERE; count];
            let mut next = vec![OUT; count];
            for room in 0..count {
                if !self.suits[shift][i * count + room] || !self.is_free(room, item) {
                    continue;
                }
                let change = if n == 0 { 0 } else { cost[cheapest] + 1 };
                let stay = cost[room];
                (next[room], back[room]) =
                    if stay <= change { (stay, room) } else { (change, cheapest) };
                next[room] = next[room].min(OUT);
            }
            cost = next;
            from.push(back);
        }
        let Some(mut room) = (0..count).min_by_key(|&r| cost[r]).filter(|&r| cost[r] < OUT) else {
            return items.is_empty();
        };
        for (n, &i) in items.iter().enumerate().rev() {
            self.chosen[shift][i] = room;
            room = from[n][room];
        }
        for &i in &items {
            self.mark(self.chosen[shift][i], state.items[shift][i], true);
        }
        true
    }

    fn named(&self, state: &State) -> Vec<Vec<Option<usize>>> {
        state
            .items
            .iter()
            .zip(&self.chosen)
            .map(|(_, chosen)| chosen.iter().map(|&room| self.names.get(room).copied()).collect())
            .collect()
    }
}
