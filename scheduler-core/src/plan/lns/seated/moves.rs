//! What it costs that tasks are not where the plan that the search begins from has them.

use crate::plan::lns::state::{Item, Task};
use crate::plan::start::{DayStart, What};
use crate::problem::site_day::SiteDayModel;

/// The task that a clerk began at some step in the plan that the search begins from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    /// A slot of a local service.
    Slot(u16),
    /// A local promise.
    Promise(u16),
    /// A walk-in block.
    Block,
}

/// The price of tasks that were moved.
#[derive(Debug, Default)]
pub(in crate::plan::lns) struct Moves {
    /// Of each.
    pub(super) price: f64,
    /// By `shift * steps + t`; empty where moving costs nothing.
    begun: Vec<Option<Begun>>,
    steps: usize,
    count: usize,
}

impl Moves {
    pub(super) fn new(day: &SiteDayModel, start: Option<&DayStart>) -> Self {
        let Some(start) = start.filter(|start| start.move_cost > 0.0) else {
            return Self::default();
        };
        let first = day.shifts.first().map_or(0, |shift| shift.index);
        let mut begun = vec![None; day.shifts.len() * day.steps];
        for entry in start.placed.iter().filter(|entry| !entry.pinned) {
            let what = match entry.what {
                What::Slot { service, .. } => {
                    let service = day.services.iter().position(|s| s.index == service);
                    service.map(|service| Begun::Slot(service as u16))
                }
                What::Promise(promise) => {
                    let promise = day.promises.iter().position(|p| p.index == promise);
                    promise.map(|promise| Begun::Promise(promise as u16))
                }
                What::Block => Some(Begun::Block),
                What::Break(_) => None,
            };
            let at = usize::from(entry.window.from - day.base);
            if what.is_some() {
                begun[(entry.shift - first) * day.steps + at] = what;
            }
        }
        let count = begun.iter().flatten().count();
        Self { price: start.move_cost, begun, steps: day.steps, count }
    }

    /// What is saved where `shift` begins `what` at step `t`.
    #[inline]
    pub(super) fn saves(&self, shift: usize, t: usize, what: Begun) -> f64 {
        match self.begun.get(shift * self.steps + t) {
            Some(&Some(begun)) if begun == what => self.price,
            _ => 0.0,
        }
    }

    /// What is saved by the tasks of `shift`.
    pub(super) fn saved(&self, shift: usize, items: &[Item]) -> f64 {
        if self.begun.is_empty() {
            return 0.0;
        }
        let saves = |item: &Item| {
            let what = match item.task {
                Task::Slot { service, .. } => Begun::Slot(service),
                Task::Promise { promise, .. } => Begun::Promise(promise),
                Task::Block { .. } => Begun::Block,
                Task::Break { .. } => return 0.0,
            };
            self.saves(shift, usize::from(item.start), what)
        };
        items.iter().map(saves).sum()
    }

    /// What all tasks that were moved cost, where each shift has these items.
    pub(in crate::plan::lns) fn charge(&self, items: &[Vec<Item>]) -> f64 {
        let saved = items.iter().enumerate().map(|(shift, items)| self.saved(shift, items));
        self.price * self.count as f64 - saved.sum::<f64>()
    }
}
