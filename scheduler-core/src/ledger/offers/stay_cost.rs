//! What a start costs in stays.
//!
//! A stay is a clerk at a counter ([`Stay`](crate::problem::Stay)): who sits down there pays
//! [`Weights::seat`](crate::problem::Weights::seat) once a shift and
//! [`Weights::move_`](crate::problem::Weights::move_) for each change. A visit between two tasks of
//! a clerk costs nothing where it joins one of their stays. Else it is a stay of its own, and where
//! it comes between two tasks of one stay it makes three of it; in a room where another clerk sits
//! before and after, it cuts that stay too.
//!
//! Where in a free stretch a visit joins the stay before it is one interval of starts: up to the
//! next task of somebody else in that room. So a stretch takes a pass over its starts and nothing
//! more.

use crate::ledger::{Ledger, Visit, bits};
use crate::problem::Problem;

/// Who is where in the witness, as far as stays are concerned.
#[derive(Debug)]
pub(in crate::ledger) struct StayCosts {
    seat: f64,
    change: f64,
    /// By desk the tasks with a room, in order: from, until, room (local).
    at_desks: Vec<Vec<(usize, usize, usize)>>,
    /// By room the tasks in order: from, until, desk.
    in_rooms: Vec<Vec<(usize, usize, usize)>>,
    /// By room a row of the steps within stays, gaps included.
    stays: Vec<Vec<u64>>,
    /// By desk the clerk's own room, where that is at the site.
    own: Vec<Option<usize>>,
}

/// The same for one visit. All rows are of starts.
#[derive(Debug)]
pub(in crate::ledger) struct VisitStayCosts<'a> {
    costs: &'a StayCosts,
    length: usize,
    /// Rooms that can have the visit.
    able: Vec<u64>,
    /// By room: free all through.
    free: Vec<Vec<u64>>,
    /// By room: free, and within nobody's stay.
    unused: Vec<Vec<u64>>,
    /// Whether some room that can have it is free and within nobody's stay.
    any_unused: Vec<u64>,
    /// By start of the stretch that is looked at.
    row: Vec<f64>,
}

impl StayCosts {
    /// `None` where stays cost nothing.
    pub(in crate::ledger) fn new(problem: &Problem, ledger: &Ledger) -> Option<Self> {
        let (seat, change) = (problem.weights.seat, problem.weights.move_);
        if seat == 0.0 && change == 0.0 {
            return None;
        }
        let frame = &*ledger.frame;
        let mut at_desks = vec![Vec::new(); frame.desks.count];
        let mut in_rooms = vec![Vec::new(); frame.rooms.count];
        for slot in ledger.slots() {
            let Some((desk, Some(room))) = ledger.machines(slot) else { continue };
            let (from, until) = ledger.desks.span(slot);
            at_desks[desk].push((from, until, room));
            in_rooms[room].push((from, until, desk));
        }
        at_desks.iter_mut().chain(&mut in_rooms).for_each(|tasks| tasks.sort_unstable());
        let mut costs = Self {
            seat,
            change,
            stays: vec![vec![0; frame.rooms.words]; frame.rooms.count],
            own: Vec::with_capacity(frame.desks.count),
            at_desks,
            in_rooms,
        };
        for &(_, clerk) in &frame.shifts {
            let own = problem.clerks[clerk].own_room;
            costs.own.push(own.and_then(|own| frame.room_ids.iter().position(|&id| id == own)));
        }
        for desk in 0..costs.at_desks.len() {
            for pair in 0..costs.at_desks[desk].len() {
                let (from, mut until, room) = costs.at_desks[desk][pair];
                if let Some(&(next, _, other)) = costs.at_desks[desk].get(pair + 1)
                    && other == room
                    && !costs.taken_by_others(room, desk, until, next)
                {
                    until = next;
                }
                bits::fill(&mut costs.stays[room], from, until);
            }
        }
        Some(costs)
    }

    /// Whether somebody else has a task in `room` that overlaps `[from, until)`.
    fn taken_by_others(&self, room: usize, desk: usize, from: usize, until: usize) -> bool {
        self.others(room, desk).any(|(begin, end)| begin < until && from < end)
    }

    /// The tasks of others than `desk` in `room`.
    fn others(&self, room: usize, desk: usize) -> impl DoubleEndedIterator<Item = (usize, usize)> {
        let tasks = self.in_rooms[room].iter();
        tasks.filter(move |&&(.., by)| by != desk).map(|&(from, until, _)| (from, until))
    }

    /// What `visit` costs; `None` where it needs no room, so that it is in no stay.
    pub(in crate::ledger) fn of(
        &self,
        ledger: &Ledger,
        visit: &Visit,
    ) -> Option<VisitStayCosts<'_>> {
        if !visit.needs_room {
            return None;
        }
        let frame = &*ledger.frame;
        let length = usize::from(visit.steps).max(1);
        let able = frame.rooms_for(visit);
        let starts = |taken: &dyn Fn(usize) -> u64| {
            let mut row: Vec<u64> = (0..frame.rooms.words).map(|word| !taken(word)).collect();
            bits::erode(&mut row, length);
            row
        };
        let rooms = 0..frame.rooms.count;
        let busy = |room: usize| ledger.rooms.busy(&frame.rooms, room);
        let free: Vec<Vec<u64>> =
            rooms.clone().map(|room| starts(&|word| busy(room)[word])).collect();
        let unused: Vec<Vec<u64>> =
            rooms.map(|room| starts(&|word| busy(room)[word] | self.stays[room][word])).collect();
        let mut any_unused = vec![0; frame.rooms.words];
        for room in bits::ones(&able) {
            any_unused.iter_mut().zip(&unused[room]).for_each(|(any, own)| *any |= own);
        }
        Some(VisitStayCosts {
            costs: self,
            length,
            able,
            free,
            unused,
            any_unused,
            row: Vec::new(),
        })
    }
}

impl VisitStayCosts<'_> {
    /// What the visit costs at each start of the stretch `[from, until)` that `desk` has free, from
    /// its first start to its last.
    pub(in crate::ledger) fn starts(&mut self, desk: usize, from: usize, until: usize) -> &[f64] {
        let Self { costs, length, able, free, unused, any_unused, row } = self;
        let length = *length;
        let tasks = &costs.at_desks[desk];
        let position = tasks.partition_point(|&(begin, ..)| begin < from);
        let before = position.checked_sub(1).map(|position| tasks[position]);
        let after = tasks.get(position).copied();
        let own = costs.own[desk];
        // A stay more, or the first of the shift; two more where it cuts one into three.
        let more = match (before, after) {
            (None, None) => costs.seat,
            (Some((_, end, room)), Some((begin, _, other)))
                if room == other && !costs.taken_by_others(room, desk, end, begin) =>
            {
                2.0 * costs.change
            }
            _ => costs.change,
        };
        let strange = if own.is_some() { costs.change } else { 0.0 };
        let is_able = |room: usize| bits::get(able, room);
        // From the end of the task before on the clerk stays where he is, until somebody comes.
        let stays_until = before.filter(|&(.., room)| is_able(room)).map(|(_, end, room)| {
            let next = costs.others(room, desk).find(|&(begin, _)| begin >= end);
            (room, next.map_or(usize::MAX, |(begin, _)| begin))
        });
        // Where he will be, he can be as soon as everybody else has gone.
        let comes_from = after.filter(|&(.., room)| is_able(room)).map(|(begin, _, room)| {
            let last = costs.others(room, desk).rfind(|&(_, end)| end <= begin);
            (room, last.map_or(0, |(_, end)| end))
        });
        row.clear();
        row.extend((from..(until + 1).saturating_sub(length)).map(|start| {
            let joins = stays_until.is_some_and(|(room, next)| {
                start + length <= next && bits::get(&free[room], start)
            }) || comes_from
                .is_some_and(|(room, last)| last <= start && bits::get(&free[room], start));
            if joins {
                return 0.0;
            }
            let at_own = own
                .filter(|&own| is_able(own) && bits::get(&free[own], start))
                .map(|own| if bits::get(&unused[own], start) { 0.0 } else { costs.change });
            let elsewhere = strange + if bits::get(any_unused, start) { 0.0 } else { costs.change };
            more + at_own.map_or(elsewhere, |at_own| at_own.min(elsewhere))
        }));
        row
    }
}
