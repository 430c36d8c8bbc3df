//! The plan in the hands of those who are needed.

use super::kept::{Entry, Kept, span};
use crate::check::check;
use crate::problem::{BreakTaken, Plan, Problem, Slot, WalkInBlock};
use crate::staffing::fixed_tasks::{Assigned, Break, Span};
use crate::time::{Step, Window};

/// Collects what is kept, site-day by site-day.
#[derive(Debug)]
pub(super) struct Reassigned<'a> {
    problem: &'a Problem,
    before: &'a Plan,
    slots: Vec<Slot>,
    blocks: Vec<WalkInBlock>,
    breaks: Vec<BreakTaken>,
}

impl<'a> Reassigned<'a> {
    /// With nothing yet.
    pub(super) fn new(problem: &'a Problem, before: &'a Plan) -> Self {
        Self { problem, before, slots: Vec::new(), blocks: Vec::new(), breaks: Vec::new() }
    }

    /// Takes over a site-day, with the clerks of `assigned` or, without, as it was.
    pub(super) fn add(&mut self, kept: &Kept<'_>, assigned: Option<&Assigned>) {
        let place = &self.problem.site_days[kept.site_day];
        let Some(assigned) = assigned else {
            let here = |site: usize, day: usize| site == place.site && day == place.day;
            let slots = self.before.slots.iter().filter(|slot| here(slot.site, slot.day));
            self.slots.extend(slots.cloned());
            let blocks = self.before.walk_in_blocks.iter();
            self.blocks.extend(blocks.filter(|block| here(block.site, block.day)).cloned());
            for &clerk in &kept.clerks {
                self.breaks.extend(self.breaks_before(kept.site_day, clerk));
            }
            return;
        };
        let mut tasks: Vec<Vec<Span>> = vec![Vec::new(); kept.clerks.len()];
        for (entry, &worker) in kept.entries.iter().zip(&assigned.worker) {
            let clerk = kept.clerks[worker];
            tasks[worker].push(span(entry.window()));
            match *entry {
                Entry::Slot(slot) => self.slots.push(Slot { clerk, ..slot.clone() }),
                Entry::Block(block) => self.blocks.push(WalkInBlock { clerk, ..block.clone() }),
            }
        }
        for (worker, &clerk) in kept.clerks.iter().enumerate() {
            tasks[worker].sort_unstable();
            let before = self.breaks_before(kept.site_day, clerk);
            let due = &kept.input.workers[worker].breaks;
            if stay(&before, due, &tasks[worker]) {
                self.breaks.extend(before);
            } else {
                let day = place.day;
                let windows = earliest(due, &tasks[worker]);
                self.breaks.extend(windows.map(|window| BreakTaken {
                    clerk,
                    day,
                    window,
                    pinned: before.iter().any(|old| old.pinned && old.window == window),
                }));
            }
        }
    }

    /// The breaks that the given plan has for `clerk` in shifts of this site-day, in order.
    fn breaks_before(&self, site_day: usize, clerk: usize) -> Vec<BreakTaken> {
        let place = &self.problem.site_days[site_day];
        let shifts = &self.problem.shifts[place.shifts.clone()];
        let mine = |taken: &&BreakTaken| {
            taken.clerk == clerk
                && taken.day == place.day
                && shifts
                    .iter()
                    .any(|shift| shift.clerk == clerk && shift.window.overlaps(taken.window))
        };
        let mut breaks: Vec<_> = self.before.breaks.iter().filter(mine).cloned().collect();
        breaks.sort_unstable_by_key(|taken| taken.window);
        breaks
    }

    /// The plan, in the order that plans have. What is pinned stays pinned.
    pub(super) fn plan(self) -> Plan {
        let Self { problem, before, mut slots, mut blocks, mut breaks } = self;
        slots.sort_by_key(|slot| (slot.site, slot.day, slot.window.from, slot.clerk));
        blocks.sort_by_key(|block| (block.site, block.day, block.window.from, block.clerk));
        breaks.sort_by_key(|taken| (taken.day, taken.window.from, taken.clerk));
        let mut plan = Plan {
            slots,
            walk_in_blocks: blocks,
            breaks,
            stays: Vec::new(),
            engine: before.engine.clone(),
            ..*before
        };
        plan.stays = problem.stays(&plan);
        for stay in &mut plan.stays {
            let of = (stay.clerk, stay.day, stay.room);
            let mut pinned = before.stays.iter().filter(|old| old.pinned);
            stay.pinned = pinned
                .any(|old| (old.clerk, old.day, old.room) == of && old.window.covers(stay.window));
        }
        plan.work = problem.work(&plan);
        plan.objective = check(problem, &plan).objective;
        plan
    }
}

/// Whether the breaks of before are those that are due, beside these tasks.
fn stay(before: &[BreakTaken], due: &[Break], tasks: &[Span]) -> bool {
    before.len() == due.len()
        && before.iter().zip(due).all(|(taken, due)| {
            let taken = span(taken.window);
            taken.until - taken.from == due.length
                && due.places.iter().any(|p| p.from <= taken.from && taken.until <= p.until)
                && !tasks.iter().any(|task| task.overlaps(taken))
        })
        && before.windows(2).all(|pair| pair[0].window.until <= pair[1].window.from)
}

/// Each break as early as it can be beside `tasks`, which leave room for all.
fn earliest<'a>(due: &'a [Break], tasks: &'a [Span]) -> impl Iterator<Item = Window> + 'a {
    let mut free = 0;
    due.iter().filter_map(move |due| {
        loop {
            let end = due.earliest_end(free)?;
            let taken = Span::new(end - due.length, end);
            match tasks.iter().find(|task| task.overlaps(taken)) {
                Some(task) => free = task.until,
                None => {
                    free = end;
                    return Some(Window::new(taken.from as Step, taken.until as Step));
                }
            }
        }
    })
}
