//! A plan of one site-day while it is searched: what each clerk does, and what is left of rooms,
//! pools and quotas.

use super::seated::{Pricing, Seats};
use crate::problem::site_day::SiteDayModel;

/// The kind of room of what needs none.
pub(crate) const NO_KIND: u16 = u16::MAX;

/// What a clerk does for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    /// First step.
    pub start: u16,
    /// First step after.
    pub end: u16,
    /// What.
    pub task: Task,
}

/// The sort of an [`Item`]; indices are local to the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// A slot of a service for a pool in a kind of room.
    Slot { service: u16, pool: u16, kind: u16 },
    /// A kept promise.
    Promise { promise: u16, kind: u16 },
    /// A walk-in block.
    Block { kind: u16 },
    /// A break of the shift, by its place in the list.
    Break { index: u16 },
}

/// A plan of one site-day.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// By shift, in order of time.
    pub items: Vec<Vec<Item>>,
    /// Rooms left, by `kind * steps + t`.
    pub free: Vec<i16>,
    /// Slots by local pool.
    pub taken: Vec<u32>,
    /// Steps covered by quota.
    pub covered: Vec<i32>,
    /// Promises that nobody keeps.
    pub unkept: Vec<u16>,
    /// Whether the shift holds its breaks.
    pub rested: Vec<bool>,
    /// Who sits where, and what has a price; empty where nothing does.
    pub seats: Seats,
}

impl State {
    /// Nothing planned yet.
    pub(crate) fn new(day: &SiteDayModel, pricing: Option<&Pricing>) -> Self {
        let mut free = Vec::with_capacity(day.kinds.len() * day.steps);
        for kind in &day.kinds {
            let count = i16::try_from(kind.rooms.len()).unwrap_or(i16::MAX);
            free.extend(std::iter::repeat_n(count, day.steps));
        }
        // A room that a clerk keeps is taken for everybody else.
        for room in day.shifts.iter().flat_map(|shift| &shift.held) {
            let row = usize::from(room.kind) * day.steps;
            for left in &mut free[row + room.from..row + room.until] {
                *left -= 1;
            }
        }
        Self {
            items: vec![Vec::new(); day.shifts.len()],
            free,
            taken: vec![0; day.pools.len()],
            covered: vec![0; day.quotas.len()],
            unkept: (0..day.promises.len() as u16).collect(),
            rested: day.shifts.iter().map(|shift| shift.breaks.is_empty()).collect(),
            seats: pricing.map(|pricing| Seats::new(day, pricing)).unwrap_or_default(),
        }
    }

    /// Takes what `item` needs; the list of items is the caller's. With `sign` −1 gives it back.
    #[inline]
    pub(super) fn account(&mut self, day: &SiteDayModel, shift: usize, item: Item, sign: i32) {
        let (start, end) = (usize::from(item.start), usize::from(item.end));
        match item.task {
            Task::Slot { pool, kind, .. } => {
                self.occupy(day, kind, start, end, sign);
                let taken = &mut self.taken[usize::from(pool)];
                *taken = taken.wrapping_add_signed(sign);
            }
            Task::Promise { promise, kind } => {
                self.occupy(day, kind, start, end, sign);
                if sign > 0 {
                    if let Some(i) = self.unkept.iter().position(|&a| a == promise) {
                        self.unkept.swap_remove(i);
                    }
                } else {
                    self.unkept.push(promise);
                }
            }
            Task::Block { kind } => {
                self.occupy(day, kind, start, end, sign);
                for &q in &day.profiles[day.shifts[shift].profile].quotas {
                    let quota = &day.quotas[q];
                    let overlap = end.min(quota.until).saturating_sub(start.max(quota.from));
                    self.covered[q] += sign * overlap as i32;
                }
            }
            Task::Break { .. } => self.rested[shift] = sign > 0,
        }
    }

    #[inline]
    fn occupy(&mut self, day: &SiteDayModel, kind: u16, start: usize, end: usize, sign: i32) {
        let row = usize::from(kind) * day.steps;
        for left in &mut self.free[row + start..row + end] {
            *left -= sign as i16;
        }
    }

    /// What is still missing: steps of quotas short or over, and promises and breaks not kept.
    pub(crate) fn missing(&self, day: &SiteDayModel) -> Missing {
        let steps =
            self.covered.iter().zip(&day.quotas).map(|(&covered, quota)| quota.off(covered)).sum();
        let breaks = self.rested.iter().filter(|&&rested| !rested).count();
        Missing { steps, tasks: (self.unkept.len() + breaks) as i32 }
    }
}

/// How far a state is from keeping all constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Missing {
    /// Steps that quotas lack or have too many.
    pub steps: i32,
    /// Promises and breaks not kept.
    pub tasks: i32,
}

impl Missing {
    /// Whether nothing is.
    pub(crate) fn is_none(self) -> bool {
        self.steps == 0 && self.tasks == 0
    }
}
