//! Moving an appointment: the old promise goes only if the new one stands.

use scheduler_core::ledger::Entry;
use scheduler_core::time::Step;
use uuid::Uuid;

use super::{Applied, Batch, Why};
use crate::booking::request::{anew, at_place};
use crate::booking::{BookingError, Client, Place, VisitChange, load};
use crate::store::{EventKind, PromiseRow, Spot, Status};

impl Batch<'_> {
    pub(super) fn reschedule(
        &mut self,
        client: &Client,
        id: Uuid,
        (to, change): (&Place, &VisitChange),
        if_match: Option<u64>,
        reason: Option<&str>,
    ) -> Applied {
        let old = self.row(client, id)?;
        self.is_changeable(&old, if_match)?;
        let frame = &self.state.frame;
        let (site_day, start) = at_place(&frame.problem, to).map_err(BookingError::Invalid)?;
        let mut row = old.clone();
        row.day = frame.keys[site_day].clone();
        row.minute = frame.problem.grid.minute_of(start);
        let asks_anew = change.apply(&mut row);
        let stays = (&old.day, old.minute) == (&row.day, row.minute);
        if !asks_anew && stays && old.status != Status::Stranded {
            return Ok(Some((old, false)));
        }
        // A planner has pinned it where it was.
        row.seat_pinned = false;
        // One that nobody could keep is kept from here on.
        row.status = Status::Booked;
        row.instant = to.start.timestamp_millis();
        row.version += 1;
        row.updated_at = self.milliseconds();
        let entry = match asks_anew {
            true => self.anew(&mut row, start, change.basket.is_some())?,
            false => self.as_it_was(&row)?,
        };
        // Its own capacity is free for it: out first, and back where that does not help.
        let from = frame.site_day(&old.day);
        let before = from.map(|from| {
            let copy = self.copy(from);
            let before = copy.ledger.clone();
            copy.ledger.remove(&id.to_string());
            before
        });
        if let Err(error) = self.put_in(client, site_day, entry) {
            if let Some((from, before)) = from.zip(before) {
                self.copy(from).ledger = before;
            }
            return Err(error);
        }
        match from {
            Some(from) => {
                self.copy(from).touched = true;
                self.freed.insert(from);
            }
            None => {
                self.raised.insert(old.day.clone());
            }
        }
        self.keep(row.clone());
        let from = Some(Spot::of(&old));
        self.happened(EventKind::Moved, client.actor(), &row, Why { reason, from });
        Ok(Some((row, true)))
    }

    /// The promise of `row`, which lasts as long as it was told.
    fn as_it_was(&self, row: &PromiseRow) -> Result<Entry, BookingError> {
        let frame = &self.state.frame;
        load::entry(&frame.problem, &frame.ids, row).map_err(|detail| BookingError::Gone {
            code: "stranded",
            detail,
            alternatives: Vec::new(),
        })
    }

    /// The promise of `row`, which asks for something else than it did. With `another` basket it lasts as
    /// long as that takes by now.
    fn anew(
        &self,
        row: &mut PromiseRow,
        start: Step,
        another: bool,
    ) -> Result<Entry, BookingError> {
        let problem = self.problem();
        let (basket, visit) = anew(problem, row).map_err(BookingError::Invalid)?;
        if !another {
            return self.as_it_was(row);
        }
        row.minutes = problem.grid.minute_of(visit.told_steps(problem.grid));
        Ok(Entry::new(row.id.to_string(), basket, visit, start))
    }
}
