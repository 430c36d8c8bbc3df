//! The plan that planning begins from: what of it fits the problem, what is pinned, and what became
//! of it in the end.

mod fit;
mod outcome;

use std::collections::BTreeMap;

use super::{Conflict, Options, PIN_UNMET};
use crate::problem::{
    Dropped, EntryKind, Plan, PlanEntry, Problem, StartPlan, Stay,
    site_day::{HeldRoom, SiteDayModel},
};
use crate::time::Window;

/// The most that another slot may cost.
const MOST_MOVE_COST: f64 = 1e6;

/// A plan to begin from, as far as it fits.
#[derive(Debug)]
pub(super) struct Start {
    /// The problem with what is pinned in it: the clerks and rooms of promises, the windows of
    /// breaks. A bound for it holds for every plan that keeps the pins.
    pub problem: Problem,
    /// By site-day.
    pub days: Vec<DayStart>,
    /// What must be kept, in order of site-day.
    pub pins: Vec<Pin>,
    /// What does not fit, pins aside.
    dropped: Vec<Dropped>,
    /// Pins that no plan can keep.
    pub unmet: Vec<Conflict>,
    /// What fits.
    fitting: Plan,
    /// Rooms that clerks keep.
    kept_stays: Vec<Stay>,
}

/// What a site-day begins from.
#[derive(Debug, Default)]
pub(super) struct DayStart {
    /// In order of shift and time.
    pub placed: Vec<Placed>,
    /// Shift, window and room of each stay.
    pub stays: Vec<(usize, Window, usize)>,
    /// The same of rooms that clerks keep.
    held: Vec<(usize, Window, usize)>,
    /// Rooms with something pinned.
    apart: Vec<usize>,
    /// Price of each task that is pinned nowhere and ends up at another time or with another clerk.
    pub move_cost: f64,
}

/// Something that fits. Indices are those of the problem.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub shift: usize,
    pub window: Window,
    pub what: What,
    pub room: Option<usize>,
    pub pinned: bool,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A slot for a pool.
    Slot { service: usize, pool: usize },
    /// A kept promise.
    Promise(usize),
    /// A walk-in block.
    Block,
    /// A break, by its place among those of its shift.
    Break(usize),
}

/// Something that must be kept.
#[derive(Debug, Clone)]
pub(super) struct Pin {
    pub entry: PlanEntry,
    pub site_day: usize,
    pub shift: usize,
    pub window: Window,
    pub room: Option<usize>,
    /// `None` for a stay.
    pub what: Option<What>,
}

impl Pin {
    /// The pin as what stands in the way of a plan, because of `why`.
    pub(super) fn conflict(&self, why: &str) -> Conflict {
        unmet(&self.entry, why)
    }

    /// Narrows `problem` to plans that keep the pin, as far as its words allow.
    pub(super) fn apply(&self, problem: &mut Problem) {
        match self.what {
            Some(What::Promise(promise)) => {
                let clerk = problem.shifts[self.shift].clerk;
                let promise = &mut problem.promises[promise];
                (promise.clerk, promise.room) = (Some(clerk), self.room);
            }
            Some(What::Break(number)) => {
                problem.shifts[self.shift].breaks[number].window = self.window;
            }
            Some(What::Slot { .. } | What::Block) | None => {}
        }
    }
}

fn unmet(entry: &PlanEntry, why: &str) -> Conflict {
    Conflict {
        code: PIN_UNMET,
        pointer: entry.pointer.clone(),
        message: format!("pinned {entry}: {why}; unpin it, or change the scenario or the start"),
    }
}

impl Start {
    /// What of the plan in `options` fits `problem`; `None` where they have none.
    pub(super) fn new(problem: &Problem, options: &Options) -> Option<Self> {
        let start = options.start.as_deref()?;
        let move_cost = match options.move_cost {
            cost if cost > 0.0 => cost.min(MOST_MOVE_COST),
            _ => 0.0,
        };
        let mut fit = fit::Fit::new(problem, start);
        fit.all();
        let fit::Fit { placed, kept_stays, dropped, mut pins, .. } = fit;
        pins.sort_by_key(|pin: &Pin| pin.site_day);
        let fitting = plan_of(problem, start, &placed);
        let mut days: Vec<DayStart> = (0..problem.site_days.len())
            .map(|_| DayStart { move_cost, ..DayStart::default() })
            .collect();
        let site_day_of = |shift: usize| problem.shifts[shift].site_day;
        for stay in problem.stays(&fitting) {
            let day = &mut days[site_day_of(stay.shift)];
            day.stays.push((stay.shift, stay.window, stay.room));
        }
        for stay in &kept_stays {
            let day = &mut days[site_day_of(stay.shift)];
            day.held.push((stay.shift, stay.window, stay.room));
            day.apart.push(stay.room);
        }
        for (_, _, entry) in placed {
            let day = &mut days[site_day_of(entry.shift)];
            day.apart.extend(entry.room.filter(|_| entry.pinned));
            day.placed.push(entry);
        }
        for day in &mut days {
            day.placed.sort_by_key(|entry| (entry.shift, entry.window));
        }
        let mut narrowed = problem.clone();
        for pin in &pins {
            pin.apply(&mut narrowed);
        }
        let (pinned, dropped): (Vec<_>, Vec<_>) =
            dropped.into_iter().partition(|found: &Dropped| found.entry.pinned);
        let reason = |found: &Dropped| unmet(&found.entry, &found.reason.to_string());
        let unmet = pinned.iter().map(reason).collect();
        Some(Self { problem: narrowed, days, pins, dropped, unmet, fitting, kept_stays })
    }
}

impl Start {
    /// Whether the search must know more of it than where it begins.
    #[cfg(feature = "exact")]
    pub(super) fn binds(&self) -> bool {
        !self.unmet.is_empty() || !self.pins.is_empty() || self.days.iter().any(DayStart::binds)
    }
}

/// The plan of what fits.
fn plan_of(problem: &Problem, start: &StartPlan, placed: &[(EntryKind, usize, Placed)]) -> Plan {
    let all = start.plan();
    let mut plan = Plan {
        slots: Vec::new(),
        walk_in_blocks: Vec::new(),
        breaks: Vec::new(),
        stays: Vec::new(),
        ..all.clone()
    };
    for (kind, index, entry) in placed {
        match kind {
            EntryKind::Slot => {
                let mut slot = all.slots[*index].clone();
                if let What::Slot { pool, .. } = entry.what {
                    slot.demand = Some(problem.pools[pool].demand);
                }
                plan.slots.push(slot);
            }
            EntryKind::Block => plan.walk_in_blocks.push(all.walk_in_blocks[*index].clone()),
            EntryKind::Break => plan.breaks.push(all.breaks[*index].clone()),
            EntryKind::Stay => {}
        }
    }
    plan
}

impl DayStart {
    /// The model of the site-day in which what is pinned stays as it is.
    pub(super) fn model(
        &self,
        problem: &Problem,
        site_day: usize,
        places: &[(usize, Window)],
    ) -> SiteDayModel {
        let mut day = SiteDayModel::with_rooms_apart(problem, site_day, places, &self.apart);
        let first = problem.site_days[site_day].shifts.start;
        let local = |step: u16| usize::from(step - day.base);
        let mut fixed: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for entry in self.placed.iter().filter(|entry| entry.pinned) {
            // The windows of breaks are narrow enough.
            if !matches!(entry.what, What::Break(_)) {
                let window = (local(entry.window.from), local(entry.window.until));
                fixed.entry(entry.shift - first).or_default().push(window);
            }
        }
        let held: Vec<(usize, HeldRoom)> = self
            .held
            .iter()
            .filter_map(|&(shift, window, room)| {
                let kind = day.kinds.iter().position(|kind| kind.rooms.contains(&room))? as u16;
                let (from, until) = (local(window.from), local(window.until));
                Some((shift - first, HeldRoom { kind, from, until }))
            })
            .collect();
        for (shift, windows) in fixed {
            day.shifts[shift].fixed = windows;
        }
        for (shift, room) in held {
            day.shifts[shift].held.push(room);
        }
        day
    }

    /// Whether the search must know more of it than where it begins: what is pinned, and what moves
    /// cost.
    pub(super) fn binds(&self) -> bool {
        self.move_cost > 0.0
            || !self.held.is_empty()
            || self.placed.iter().any(|entry| entry.pinned)
    }
}
