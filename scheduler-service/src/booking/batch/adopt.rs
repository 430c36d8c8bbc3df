//! Site-days that were worked out elsewhere, by hand or by the service itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use scheduler_core::ledger::{Ledger, Seat};

use super::{Applied, Batch};
use crate::booking::command::{AdoptedDay, Adoption};
use crate::booking::{BookingError, day};

impl Batch<'_> {
    /// Puts the site-days in the place of those that they were worked out for; nothing where one of
    /// them has changed since.
    pub(super) fn adopt(&mut self, adoption: &Adoption) -> Applied {
        let frame = &self.state.frame;
        if frame.version != adoption.scenario {
            return Err(BookingError::Stale { current: frame.version });
        }
        let mut site_days = Vec::with_capacity(adoption.days.len());
        for day in &adoption.days {
            let site_day = frame.site_day(&day.key).ok_or(BookingError::NotFound)?;
            let current = self.state.days[site_day].page.version();
            // Another command of this batch may have been first.
            let touched = self.copies.get(&site_day).is_some_and(|copy| copy.touched);
            if current != day.version || touched {
                return Err(BookingError::Stale { current });
            }
            site_days.push(site_day);
        }
        for (site_day, day) in site_days.into_iter().zip(&adoption.days) {
            self.adopt_day(site_day, day);
        }
        Ok(None)
    }

    fn adopt_day(&mut self, site_day: usize, day: &AdoptedDay) {
        // Holds may have expired since.
        let ledger = day::as_of(self.problem(), &day.ledger, self.now).ledger;
        let copy = self.copy(site_day);
        copy.moved = moved(&copy.ledger, &ledger);
        copy.ledger = ledger;
        copy.touched = true;
        copy.untold = true;
        copy.witness_moved = true;
        copy.pins.clone_from(&day.pins);
        copy.seated_at = day.seated_at;
        copy.adopted = true;
        for (id, pinned) in &day.pins {
            if let Some(row) = self.rows.get_mut(id) {
                row.seat_pinned = *pinned;
            }
        }
    }
}

/// The promises with another clerk or room in `after`, or none `before`.
fn moved(before: &Ledger, after: &Ledger) -> BTreeSet<Arc<str>> {
    let place = |seat: Seat| (seat.clerk, seat.room);
    let is_same = |id: &str, seat: Seat| {
        before.get(id).is_some_and(|(_, before)| place(before) == place(seat))
    };
    let moved = after.promises().filter(|(entry, seat)| !is_same(&entry.id, *seat));
    moved.map(|(entry, _)| Arc::clone(&entry.id)).collect()
}
