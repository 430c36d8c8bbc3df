//! A site-day of a plan as tasks at fixed times.

use super::Keep;
use crate::problem::{BreakTaken, Plan, Problem, Quota, Slot, Stay, WalkInBlock};
use crate::staffing::fixed_tasks::{Break, FixedTasks, Span, Worker};
use crate::time::Window;

/// Something of the plan that must be kept.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'a> {
    Slot(&'a Slot),
    Block(&'a WalkInBlock),
}

impl Entry<'_> {
    pub(super) fn clerk(&self) -> usize {
        match self {
            Self::Slot(slot) => slot.clerk,
            Self::Block(block) => block.clerk,
        }
    }

    pub(super) fn window(&self) -> Window {
        match self {
            Self::Slot(slot) => slot.window,
            Self::Block(block) => block.window,
        }
    }

    fn room(&self) -> Option<usize> {
        match self {
            Self::Slot(slot) => slot.room,
            Self::Block(block) => Some(block.room),
        }
    }

    fn is_pinned(&self) -> bool {
        match self {
            Self::Slot(slot) => slot.pinned,
            Self::Block(block) => block.pinned,
        }
    }

    pub(super) fn is_slot(&self) -> bool {
        matches!(self, Self::Slot(_))
    }

    pub(super) fn is_promise(&self) -> bool {
        matches!(self, Self::Slot(slot) if slot.promise.is_some())
    }
}

/// What must be kept on a site-day, and who there is for it.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    pub(super) site_day: usize,
    /// By task.
    pub(super) entries: Vec<Entry<'a>>,
    /// By worker: index into [`Problem::clerks`].
    pub(super) clerks: Vec<usize>,
    /// As the solver wants it.
    pub(super) input: FixedTasks,
    /// The plan's own assignment.
    pub(super) start: Vec<Option<usize>>,
}

/// The tasks of `site_day`, whose times, rooms and pins are those of `plan`.
pub(super) fn kept<'a>(problem: &Problem, plan: &'a Plan, keep: Keep, site_day: usize) -> Kept<'a> {
    let place = &problem.site_days[site_day];
    let here = |site: usize, day: usize| site == place.site && day == place.day;
    let slots = plan.slots.iter().filter(|slot| here(slot.site, slot.day));
    let slots = slots.filter(|slot| keep.slots || slot.promise.is_some() || slot.pinned);
    let blocks = plan.walk_in_blocks.iter().filter(|block| here(block.site, block.day));
    let blocks = blocks.filter(|block| keep.walk_ins || block.pinned);
    let entries: Vec<_> = slots.map(Entry::Slot).chain(blocks.map(Entry::Block)).collect();
    let mut clerks: Vec<usize> =
        problem.shifts[place.shifts.clone()].iter().map(|shift| shift.clerk).collect();
    clerks.sort_unstable();
    clerks.dedup();
    let day = Day { problem, plan, site_day };
    let workers = clerks.iter().map(|&clerk| Worker {
        may_do: (0..entries.len()).filter(|&task| day.may(clerk, &entries[task])).collect(),
        breaks: day.breaks(clerk),
    });
    let workers = workers.collect();
    let tasks = entries.iter().map(|entry| span(entry.window())).collect();
    let start = entries.iter().map(|entry| clerks.binary_search(&entry.clerk()).ok()).collect();
    Kept { site_day, entries, clerks, input: FixedTasks { tasks, workers }, start }
}

pub(super) fn span(window: Window) -> Span {
    Span::new(window.from.into(), window.until.into())
}

#[derive(Debug, Clone, Copy)]
struct Day<'a> {
    problem: &'a Problem,
    plan: &'a Plan,
    site_day: usize,
}

impl Day<'_> {
    /// Whether `clerk` may do what somebody does in the plan.
    fn may(&self, clerk: usize, entry: &Entry<'_>) -> bool {
        let shifts = &self.problem.shifts[self.problem.site_days[self.site_day].shifts.clone()];
        let on_shift =
            shifts.iter().any(|shift| shift.clerk == clerk && shift.covers(entry.window()));
        on_shift
            && (clerk == entry.clerk() || !entry.is_pinned())
            && self.respects_stays(clerk, entry)
            && match entry {
                Entry::Slot(slot) => self.may_serve(clerk, slot),
                Entry::Block(block) => self.may_hold(clerk, block),
            }
    }

    fn may_serve(&self, clerk: usize, slot: &Slot) -> bool {
        let promised_to = slot.promise.and_then(|promise| self.problem.promises[promise].clerk);
        self.problem.clerks[clerk].services.contains(slot.service)
            && promised_to.is_none_or(|only| only == clerk)
    }

    /// Whether the block still counts where it does with the clerk of the plan, and for no quota
    /// more that has a most or asks for longer blocks.
    fn may_hold(&self, clerk: usize, block: &WalkInBlock) -> bool {
        let quotas = &self.problem.site_days[self.site_day].quotas;
        quotas.iter().all(|&index| {
            let quota: &Quota = &self.problem.quotas[index];
            if !quota.window.overlaps(block.window) {
                return true;
            }
            let counts = self.problem.counts_for(clerk, index);
            let did = self.problem.counts_for(block.clerk, index);
            let may_count = quota.max_steps.is_none() && block.window.steps() >= quota.block_steps;
            counts == did || counts && may_count
        })
    }

    /// Whether no pinned stay keeps the room for somebody else, or the clerk in another room.
    fn respects_stays(&self, clerk: usize, entry: &Entry<'_>) -> bool {
        let Some(room) = entry.room() else { return true };
        let day = self.problem.site_days[self.site_day].day;
        let pinned = self.plan.stays.iter().filter(|stay| stay.pinned && stay.day == day);
        let mut then = pinned.filter(|stay| stay.window.overlaps(entry.window()));
        then.all(|stay: &Stay| (stay.clerk == clerk) == (stay.room == room))
    }

    /// The breaks of all shifts of `clerk` here; one that is pinned stays where it is.
    fn breaks(&self, clerk: usize) -> Vec<Break> {
        let site_day = &self.problem.site_days[self.site_day];
        let shifts = self.problem.shifts[site_day.shifts.clone()].iter();
        let mine = |taken: &&BreakTaken| taken.clerk == clerk && taken.day == site_day.day;
        let mut breaks = Vec::new();
        for shift in shifts.filter(|shift| shift.clerk == clerk) {
            let taken = self.plan.breaks.iter().filter(mine);
            let mut taken: Vec<_> =
                taken.filter(|taken| shift.window.covers(taken.window)).collect();
            taken.sort_unstable_by_key(|taken| taken.window);
            for (number, due) in shift.breaks.iter().enumerate() {
                let pinned = taken.get(number).filter(|taken| {
                    taken.pinned
                        && taken.window.steps() == due.steps
                        && due.window.covers(taken.window)
                });
                let within = pinned.map_or(due.window, |taken| taken.window);
                let places = shift.present().map(|present| present.intersection(within));
                let places = places.filter(|place| place.steps() >= due.steps).map(span);
                breaks.push(Break { length: due.steps.into(), places: places.collect() });
            }
        }
        breaks
    }
}
