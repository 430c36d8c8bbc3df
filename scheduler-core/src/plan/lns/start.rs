//! A state that begins from a plan.

use super::{
    search::SiteDaySearch,
    state::{Item, NO_KIND, Task},
};
use crate::plan::start::{DayStart, What};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// Begins from what `start` has instead of from nothing. It must fit together: rooms and clerks
    /// do one thing at a time.
    pub(crate) fn begin_from(&mut self, day: &SiteDayModel, start: &DayStart) {
        let Some(first) = day.shifts.first().map(|shift| shift.index) else {
            return;
        };
        let pricing = self.pricing.take();
        for entry in &start.placed {
            let kind = entry.room.map_or(Some(NO_KIND), |room| kind_of(day, room));
            let task = kind.and_then(|kind| task(day, entry.what, kind));
            let Some(task) = task else { continue };
            let shift = entry.shift - first;
            let (start, end) = (entry.window.from - day.base, entry.window.until - day.base);
            let item = Item { start, end, task };
            match &pricing {
                Some(pricing) => {
                    self.state.book(day, pricing, shift, item, 1);
                }
                None => self.state.account(day, shift, item, 1),
            }
            self.state.items[shift].push(item);
        }
        if pricing.is_some() {
            for &(shift, window, room) in &start.stays {
                if let Some(kind) = kind_of(day, room) {
                    let (from, until) = (window.from - day.base, window.until - day.base);
                    self.state.sit_down(day, shift - first, kind, (from, until));
                }
            }
        }
        self.pricing = pricing;
        self.started = true;
        self.best.clone_from(&self.state);
    }
}

fn kind_of(day: &SiteDayModel, room: usize) -> Option<u16> {
    day.kinds.iter().position(|kind| kind.rooms.contains(&room)).map(|kind| kind as u16)
}

fn task(day: &SiteDayModel, what: What, kind: u16) -> Option<Task> {
    Some(match what {
        What::Slot { service, pool } => {
            let service = day.services.iter().position(|s| s.index == service)? as u16;
            let pool = day.pools.binary_search(&pool).ok()? as u16;
            Task::Slot { service, pool, kind }
        }
        What::Promise(promise) => {
            let promise = day.promises.iter().position(|p| p.index == promise)? as u16;
            Task::Promise { promise, kind }
        }
        What::Block => Task::Block { kind },
        What::Break(number) => Task::Break { index: number as u16 },
    })
}
