//! Moving an appointment: the old promise goes only if the new one stands.

use uuid::Uuid;

use super::{Applied, Batch};
use crate::booking::request::at_place;
use crate::booking::{BookingError, Client, Place, load};
use crate::store::Status;

impl Batch<'_> {
    pub(super) fn reschedule(
        &mut self,
        client: &Client,
        id: Uuid,
        to: &Place,
        if_match: Option<u64>,
    ) -> Applied {
        let old = self.row(client, id)?;
        self.is_changeable(&old, if_match)?;
        let frame = &self.state.frame;
        let (site_day, start) = at_place(&frame.problem, to).map_err(BookingError::Invalid)?;
        let minute = frame.problem.grid.minute_of(start);
        let day = frame.keys[site_day].clone();
        if (&old.day, old.minute) == (&day, minute) && old.status != Status::Stranded {
            return Ok(Some((old, false)));
        }
        let mut row = old.clone();
        row.day = day;
        // One that nobody could keep is kept from here on.
        row.status = Status::Booked;
        row.minute = minute;
        // A planner has pinned it where it was.
        row.seat_pinned = false;
        row.instant = to.start.timestamp_millis();
        row.version += 1;
        row.updated_at = self.milliseconds();
        let entry = load::entry(&frame.problem, &frame.ids, &row).map_err(|detail| {
            BookingError::Gone { code: "stranded", detail, alternatives: Vec::new() }
        })?;
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
            Some(from) => self.copy(from).touched = true,
            None => {
                self.raised.insert(old.day);
            }
        }
        self.keep(row.clone());
        Ok(Some((row, true)))
    }
}
