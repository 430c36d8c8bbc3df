//! Appointments that nobody could keep, once somebody can.

use uuid::Uuid;

use super::{Applied, Batch, Why};
use crate::booking::client::SERVICE;
use crate::booking::{BookingError, load};
use crate::store::{EventKind, Status};

impl Batch<'_> {
    /// Keeps a stranded appointment at its time, where somebody can.
    pub(super) fn keep_again(&mut self, id: Uuid) -> Applied {
        let mut row = self.rows.get(&id).cloned().ok_or(BookingError::NotFound)?;
        let frame = &self.state.frame;
        let site_day = frame.site_day(&row.day).filter(|_| row.status == Status::Stranded);
        let entry = load::entry(&frame.problem, &frame.ids, &row);
        let (Some(site_day), Ok(entry)) = (site_day, entry) else {
            return Ok(Some((row, false)));
        };
        let limits = self.settings.limits;
        let copy = self.copy(site_day);
        if copy.ledger.get(&id.to_string()).is_none() {
            let Ok(changes) = copy.ledger.insert(entry, limits) else {
                return Ok(Some((row, false)));
            };
            copy.note(changes);
        }
        row.status = Status::Booked;
        row.version += 1;
        row.updated_at = self.milliseconds();
        self.keep(row.clone());
        self.happened(EventKind::KeptAgain, SERVICE.to_owned(), &row, Why::default());
        Ok(Some((row, true)))
    }
}
