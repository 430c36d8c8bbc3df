//! Stays at counters, counted from the definition.

use super::Judge;
use crate::time::Window;

/// A task in a room.
#[derive(Debug, Clone, Copy)]
struct Task {
    clerk: usize,
    day: usize,
    room: usize,
    window: Window,
}

impl Judge<'_> {
    /// Shifts with a stay, and moves: further stays of a shift, and stays away from the clerk's own
    /// counter where that is at the site.
    pub(super) fn seats_and_moves(&self) -> (u64, u64) {
        let p = self.problem;
        let tasks = self.tasks_in_rooms();
        // For each room and day, who is there when.
        let mut by_room: Vec<&Task> = tasks.iter().collect();
        by_room.sort_unstable_by_key(|task| (task.room, task.day, task.window));
        let (mut seats, mut moves) = (0, 0);
        let mut start = 0;
        let mut by_clerk: Vec<(usize, &Task)> = tasks
            .iter()
            .filter_map(|task| {
                let mut shifts = self.shifts.of(task.clerk, task.day).iter();
                let shift = shifts.find(|shift| shift.window.covers(task.window))?.shift;
                Some((shift, task))
            })
            .collect();
        by_clerk.sort_unstable_by_key(|(shift, task)| (*shift, task.window));
        while start < by_clerk.len() {
            let shift = by_clerk[start].0;
            let end = start + by_clerk[start..].partition_point(|(other, _)| *other == shift);
            seats += 1;
            let mut before: Option<&Task> = None;
            for (_, task) in &by_clerk[start..end] {
                let stays = before.is_some_and(|before| {
                    before.room == task.room
                        && !somebody_else(&by_room, task, before.window.until, task.window.from)
                });
                if !stays {
                    let own = p.clerks[task.clerk].own_room;
                    let site = p.site_days[p.shifts[shift].site_day].site;
                    let strange =
                        own.is_some_and(|own| own != task.room && p.rooms[own].site == site);
                    moves += u64::from(before.is_some()) + u64::from(strange);
                }
                before = Some(task);
            }
            start = end;
        }
        (seats, moves)
    }

    /// The tasks of the plan that have a room and name clerks, days and rooms that there are.
    fn tasks_in_rooms(&self) -> Vec<Task> {
        let p = self.problem;
        let slots = self.plan.slots.iter().filter_map(|slot| {
            Some(Task { clerk: slot.clerk, day: slot.day, room: slot.room?, window: slot.window })
        });
        let blocks = self.plan.walk_in_blocks.iter().map(|block| Task {
            clerk: block.clerk,
            day: block.day,
            room: block.room,
            window: block.window,
        });
        slots
            .chain(blocks)
            .filter(|task| {
                task.clerk < p.clerks.len()
                    && task.day < p.dates.len()
                    && task.room < p.rooms.len()
                    && !task.window.is_empty()
            })
            .collect()
    }
}

/// Whether a task of another clerk in the room of `task` overlaps `[from, until)`.
fn somebody_else(by_room: &[&Task], task: &Task, from: u16, until: u16) -> bool {
    let key = (task.room, task.day);
    let first = by_room.partition_point(|other| (other.room, other.day) < key);
    by_room[first..]
        .iter()
        .take_while(|other| (other.room, other.day) == key && other.window.from < until)
        .any(|other| other.clerk != task.clerk && other.window.until > from)
}
