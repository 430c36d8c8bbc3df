//! What stands in each row of a chart.

use std::collections::BTreeMap;

use crate::problem::{Plan, Problem};
use crate::time::Window;

/// One site of the day.
#[derive(Debug)]
pub(super) struct Band {
    pub(super) site: usize,
    pub(super) rows: Vec<Row>,
}

/// One clerk at one site.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) clerk: usize,
    pub(super) shifts: Vec<Window>,
    /// In order of time.
    pub(super) bars: Vec<Bar>,
}

/// What a clerk does for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar {
    pub(super) window: Window,
    pub(super) work: Work,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Work {
    Slot { service: usize, room: Option<usize>, promise: Option<usize> },
    WalkIn { room: usize },
    Break,
}

impl Work {
    fn room(self) -> Option<usize> {
        match self {
            Self::Slot { room, .. } => room,
            Self::WalkIn { room } => Some(room),
            Self::Break => None,
        }
    }
}

impl Row {
    /// The stretches that the clerk spends in one room, in order of time.
    pub(super) fn stays(&self) -> Vec<(usize, Window)> {
        let mut stays: Vec<(usize, Window)> = Vec::new();
        for bar in &self.bars {
            let Some(room) = bar.work.room() else {
                continue;
            };
            match stays.last_mut() {
                Some((last, window)) if *last == room => window.until = bar.window.until,
                _ => stays.push((room, bar.window)),
            }
        }
        stays
    }
}

/// Rows by site and clerk.
type Rows = BTreeMap<(usize, usize), Row>;

fn row(rows: &mut Rows, site: usize, clerk: usize) -> &mut Row {
    let new = || Row { clerk, shifts: Vec::new(), bars: Vec::new() };
    rows.entry((site, clerk)).or_insert_with(new)
}

/// The rows of `day`: of `site`, or of every site where somebody is on shift or at work.
pub(super) fn bands(problem: &Problem, plan: &Plan, day: usize, site: Option<usize>) -> Vec<Band> {
    let mut rows = Rows::new();
    let shown = |other: usize| site.is_none_or(|site| site == other);
    for site in (0..problem.sites.len()).filter(|&site| shown(site)) {
        let shifts = problem.site_days[problem.site_day(site, day)].shifts.clone();
        for shift in &problem.shifts[shifts] {
            row(&mut rows, site, shift.clerk).shifts.push(shift.window);
        }
    }
    for slot in plan.slots.iter().filter(|slot| slot.day == day && shown(slot.site)) {
        let work = Work::Slot { service: slot.service, room: slot.room, promise: slot.promise };
        row(&mut rows, slot.site, slot.clerk).bars.push(Bar { window: slot.window, work });
    }
    for block in plan.walk_in_blocks.iter().filter(|block| block.day == day && shown(block.site)) {
        let work = Work::WalkIn { room: block.room };
        row(&mut rows, block.site, block.clerk).bars.push(Bar { window: block.window, work });
    }
    for taken in plan.breaks.iter().filter(|taken| taken.day == day) {
        // A break has no site: it stands where its clerk is on shift then.
        let of_clerk = rows.values_mut().filter(|row| row.clerk == taken.clerk);
        for row in of_clerk.filter(|row| row.shifts.iter().any(|it| it.covers(taken.window))) {
            row.bars.push(Bar { window: taken.window, work: Work::Break });
        }
    }
    let mut bands: Vec<Band> = Vec::new();
    for ((site, _), mut row) in rows {
        row.bars.sort_by_key(|bar| bar.window);
        match bands.last_mut() {
            Some(band) if band.site == site => band.rows.push(row),
            _ => bands.push(Band { site, rows: vec![row] }),
        }
    }
    bands
}

/// The day with the most minutes of slots and walk-in blocks (at `site`, if given); the first of
/// several.
pub(super) fn busiest_day(problem: &Problem, plan: &Plan, site: Option<usize>) -> usize {
    let mut steps = vec![0_u64; problem.dates.len()];
    let shown = |other: usize| site.is_none_or(|site| site == other);
    for slot in plan.slots.iter().filter(|slot| shown(slot.site)) {
        steps[slot.day] += u64::from(slot.window.steps());
    }
    for block in plan.walk_in_blocks.iter().filter(|block| shown(block.site)) {
        steps[block.day] += u64::from(block.window.steps());
    }
    let most = steps.iter().copied().max().unwrap_or(0);
    steps.iter().position(|&steps| steps == most).unwrap_or(0)
}

/// Short names of a site's rooms, in the order of `rooms`: what people call them, without what all
/// begin with.
pub(super) fn room_labels(problem: &Problem, rooms: &[usize]) -> BTreeMap<usize, String> {
    let names: Vec<&str> = rooms.iter().map(|&room| problem.rooms[room].name.as_str()).collect();
    let prefix = common_prefix(&names);
    rooms.iter().zip(names).map(|(&room, name)| (room, name[prefix..].to_owned())).collect()
}

/// Length in bytes of what all names begin with, up to and with their last separator there.
fn common_prefix(names: &[&str]) -> usize {
    let Some(first) = names.first() else { return 0 };
    if names.len() < 2 {
        return 0;
    }
    let ends = first.char_indices().filter(|(_, c)| matches!(c, '-' | '_' | '/' | '.' | ' ' | ':'));
    let shared = |end: &usize| {
        names
            .iter()
            .all(|name| name.len() > *end && name.as_bytes()[..*end] == first.as_bytes()[..*end])
    };
    ends.map(|(at, c)| at + c.len_utf8()).take_while(shared).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::common_prefix;

    #[test]
    fn what_all_room_ids_begin_with_is_left_out_of_their_labels() {
        assert_eq!(common_prefix(&["nord-room-01", "nord-room-02"]), 10);
        assert_eq!(common_prefix(&["nord-01", "nördlich-01"]), 0);
        assert_eq!(common_prefix(&["a-", "a-1"]), 0);
        assert_eq!(common_prefix(&["room-01"]), 0);
        assert_eq!(common_prefix(&[]), 0);
    }
}
