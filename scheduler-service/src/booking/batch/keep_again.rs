//! Appointments that nobody could keep, once somebody can.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Applied, Batch, Why};
use crate::booking::client::SERVICE;
use crate::booking::{BookingError, load, times};
use crate::store::{EventKind, Status};

/// Who is stranded, by site-day, who booked first first.
pub(super) type Stranded = BTreeMap<usize, Vec<Uuid>>;

impl Batch<'_> {
    /// Those of what was read who are stranded and may be kept yet.
    pub(super) fn find_stranded(&self) -> Stranded {
        let mut stranded = Stranded::new();
        let zone = &self.problem().zone;
        for row in self.rows.values().filter(|row| row.status == Status::Stranded) {
            let ahead = times::window(zone, row).0 > self.now;
            if let Some(site_day) = self.state.frame.site_day(&row.day).filter(|_| ahead) {
                stranded.entry(site_day).or_default().push(row.id);
            }
        }
        for ids in stranded.values_mut() {
            ids.sort_by_key(|id| (self.rows[id].created_at, *id));
        }
        stranded
    }

    /// What has become free of `site_day` is first of all theirs who are stranded there.
    pub(super) fn keep_stranded(&mut self, site_day: usize) {
        let Some(mut ids) = self.stranded.remove(&site_day) else { return };
        ids.retain(|&id| !matches!(self.keep_again(id), Ok(Some((_, true)))));
        self.stranded.insert(site_day, ids);
    }

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
