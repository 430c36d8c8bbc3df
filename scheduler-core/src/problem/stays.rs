//! Stays: who sits at which counter for how long.

use super::{Plan, Problem, Stay};
use crate::time::Window;

/// A task in a room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Task {
    day: usize,
    clerk: usize,
    from: u16,
    until: u16,
    room: usize,
}

impl Problem {
    /// The stays of `plan`, in order of day, clerk and start. Tasks outside all shifts of their
    /// clerk, which no valid plan has, make none.
    ///
    /// O(n log n) in the number of slots and blocks.
    pub fn stays(&self, plan: &Plan) -> Vec<Stay> {
        let slots = plan.slots.iter().filter_map(|slot| {
            let (from, until) = (slot.window.from, slot.window.until);
            Some(Task { day: slot.day, clerk: slot.clerk, from, until, room: slot.room? })
        });
        let blocks = plan.walk_in_blocks.iter().map(|block| {
            let (from, until) = (block.window.from, block.window.until);
            Task { day: block.day, clerk: block.clerk, from, until, room: block.room }
        });
        let mut tasks: Vec<Task> = slots.chain(blocks).collect();
        tasks.sort_unstable();
        let mut by_room: Vec<(usize, usize, u16, u16, usize)> =
            tasks.iter().map(|t| (t.room, t.day, t.from, t.until, t.clerk)).collect();
        by_room.sort_unstable();
        // Tasks of a room do not overlap in a valid plan, so the next ones decide.
        let taken_between = |task: &Task, until: u16| {
            let first = by_room.partition_point(|&(room, day, from, ..)| {
                (room, day, from) < (task.room, task.day, task.until)
            });
            by_room[first..]
                .iter()
                .take_while(|&&(room, day, from, ..)| {
                    room == task.room && day == task.day && from < until
                })
                .any(|&(.., clerk)| clerk != task.clerk)
        };
        let mut shifts: Vec<(usize, usize, u16, usize)> = self
            .shifts
            .iter()
            .enumerate()
            .map(|(i, shift)| {
                (self.site_days[shift.site_day].day, shift.clerk, shift.window.from, i)
            })
            .collect();
        shifts.sort_unstable();
        let shift_of = |task: &Task| {
            let next = shifts.partition_point(|&(day, clerk, from, _)| {
                (day, clerk, from) <= (task.day, task.clerk, task.from)
            });
            let &(day, clerk, _, shift) = shifts.get(next.checked_sub(1)?)?;
            let inside = self.shifts[shift].window.until >= task.until;
            (day == task.day && clerk == task.clerk && inside).then_some(shift)
        };
        let mut stays: Vec<Stay> = Vec::new();
        let mut last: Option<Task> = None;
        for task in tasks {
            let Some(shift) = shift_of(&task) else { continue };
            let joins = last.is_some_and(|before| {
                stays.last().is_some_and(|stay| stay.shift == shift && stay.room == task.room)
                    && !taken_between(&before, task.from)
            });
            match stays.last_mut() {
                Some(stay) if joins => stay.window.until = task.until,
                _ => stays.push(Stay {
                    clerk: task.clerk,
                    day: task.day,
                    shift,
                    room: task.room,
                    window: Window::new(task.from, task.until),
                    pinned: false,
                }),
            }
            last = Some(task);
        }
        stays
    }

    /// What `stays` cost by [`super::Weights::seat`] and [`super::Weights::move_`].
    pub fn stay_price(&self, stays: &[Stay]) -> f64 {
        let seated = seated_shifts(stays);
        self.weights.seat * seated as f64 + self.weights.move_ * self.moves(stays) as f64
    }

    /// How many of `stays` have the price of a move: those after the first of their shift, and once
    /// more those away from the clerk's own counter.
    pub fn moves(&self, stays: &[Stay]) -> usize {
        let strange = stays.iter().filter(|stay| self.is_strange(stay.clerk, stay.room)).count();
        stays.len() - seated_shifts(stays) + strange
    }

    /// Whether `room` is not the clerk's own counter although that is at the same site.
    pub fn is_strange(&self, clerk: usize, room: usize) -> bool {
        let site = self.rooms[room].site;
        self.clerks[clerk].own_room.is_some_and(|own| own != room && self.rooms[own].site == site)
    }
}

/// Shifts with a stay.
fn seated_shifts(stays: &[Stay]) -> usize {
    let mut seated: Vec<usize> = stays.iter().map(|stay| stay.shift).collect();
    seated.sort_unstable();
    seated.dedup();
    seated.len()
}
