//! What becomes of holds and appointments where they are.

use std::time::Duration;

use uuid::Uuid;

use super::{Applied, Batch, Why};
use crate::booking::{BookingError, Client, Mark, load, times};
use crate::store::{EventKind, PromiseRow, Status};

impl Batch<'_> {
    /// A hold becomes an appointment.
    pub(super) fn confirm(
        &mut self,
        client: &Client,
        id: Uuid,
        reference: Option<&str>,
        beyond: bool,
        secret: Option<&str>,
    ) -> Applied {
        let mut row = self.row(client, id)?;
        match row.status {
            Status::Held | Status::Released if beyond => {
                return self.confirm_beyond(client, row, reference);
            }
            Status::Held if self.is_expired(&row) => return Err(BookingError::HoldExpired),
            Status::Held => {}
            Status::Released => return Err(over(&row)),
            Status::Cancelled => return Err(BookingError::WrongStatus { status: row.status }),
            // It was confirmed before.
            _ => return Ok(Some((row, false))),
        }
        let site_day = self.state.frame.site_day(&row.day);
        let kept = site_day
            .is_some_and(|site_day| self.copy(site_day).ledger.set_expiry(&id.to_string(), None));
        if !kept {
            // The scenario has changed so that nobody can keep it.
            let detail = "nobody can keep it any more".to_owned();
            return Err(BookingError::Gone { code: "stranded", detail, alternatives: Vec::new() });
        }
        row.expires_at = None;
        if let Some(reference) = reference {
            row.reference = Some(reference.to_owned());
        }
        self.secrets.extend(secret.map(|digest| (id, digest.to_owned())));
        self.becomes(row, Status::Booked, client.actor(), None)
    }

    /// A hold is kept until `ttl` from now, but not longer than any may be.
    pub(super) fn extend(&mut self, client: &Client, id: Uuid, ttl: Option<Duration>) -> Applied {
        let mut row = self.row(client, id)?;
        match row.status {
            Status::Held if self.is_expired(&row) => return Err(BookingError::HoldExpired),
            Status::Held => {}
            Status::Released => return Err(over(&row)),
            status => return Err(BookingError::WrongStatus { status }),
        }
        let milliseconds = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let ttl = milliseconds(ttl.unwrap_or(self.settings.hold));
        let longest = milliseconds(self.settings.longest_hold);
        let until = self.milliseconds().saturating_add(ttl);
        let until = until.min(row.created_at.saturating_add(longest));
        if row.expires_at.is_none_or(|expires_at| expires_at >= until) {
            return Ok(Some((row, false)));
        }
        let site_day = self.state.frame.site_day(&row.day);
        let kept = site_day.is_some_and(|site_day| {
            self.copy(site_day).ledger.set_expiry(&id.to_string(), Some(until))
        });
        if !kept {
            let detail = "nobody can keep it any more".to_owned();
            return Err(BookingError::Gone { code: "stranded", detail, alternatives: Vec::new() });
        }
        row.expires_at = Some(until);
        row.version += 1;
        row.updated_at = self.milliseconds();
        self.keep(row.clone());
        self.happened(EventKind::Extended, client.actor(), &row, Why::default());
        Ok(Some((row, true)))
    }

    /// The citizen gets another secret; the one before is worth nothing any more.
    pub(super) fn secret(&mut self, client: &Client, id: Uuid, digest: &str) -> Applied {
        let row = self.row(client, id)?;
        if !matches!(row.status, Status::Booked | Status::Stranded) {
            return Err(BookingError::WrongStatus { status: row.status });
        }
        self.secrets.push((id, digest.to_owned()));
        // With the version of its site-day, as with all that is about a promise.
        match self.state.frame.site_day(&row.day) {
            Some(site_day) => self.copy(site_day).touched = true,
            None => {
                self.raised.insert(row.day.clone());
            }
        }
        Ok(Some((row, true)))
    }

    /// A hold becomes an appointment though it may have expired, if there still is a clerk and a room
    /// for it: whatever is released, and in place of walk-in capacity where need be.
    fn confirm_beyond(
        &mut self,
        client: &Client,
        mut row: PromiseRow,
        reference: Option<&str>,
    ) -> Applied {
        row.expires_at = None;
        if let Some(reference) = reference {
            row.reference = Some(reference.to_owned());
        }
        let frame = &self.state.frame;
        let stranded = |detail: String| {
            let alternatives = Vec::new();
            BookingError::Gone { code: "stranded", detail, alternatives }
        };
        let entry = load::entry(&frame.problem, &frame.ids, &row).map_err(stranded)?;
        let site_day = frame.site_day(&row.day);
        let site_day = site_day.ok_or_else(|| stranded("its date is past".to_owned()))?;
        let id = row.id.to_string();
        if !self.copy(site_day).ledger.set_expiry(&id, None) {
            self.put_in_beyond(site_day, entry)?;
        }
        self.becomes(row, Status::Booked, client.actor(), None)
    }

    /// A hold is given back.
    pub(super) fn release(&mut self, client: &Client, id: Uuid, offered: bool) -> Applied {
        let row = self.row(client, id)?;
        match row.status {
            Status::Held => {
                self.take_out(&row);
                let done = self.becomes(row, Status::Released, client.actor(), None);
                if let Some(event) = self.events.last_mut().filter(|_| offered) {
                    event.kind = EventKind::WaitlistDeclined;
                }
                done
            }
            Status::Released => Ok(Some((row, false))),
            status => Err(BookingError::WrongStatus { status }),
        }
    }

    /// An appointment is given back.
    pub(super) fn cancel(
        &mut self,
        client: &Client,
        id: Uuid,
        if_match: Option<u64>,
        reason: Option<&str>,
    ) -> Applied {
        let row = self.row(client, id)?;
        if row.status == Status::Cancelled {
            return Ok(Some((row, false)));
        }
        self.is_changeable(&row, if_match)?;
        self.take_out(&row);
        self.becomes(row, Status::Cancelled, client.actor(), reason)
    }

    /// Somebody came, was served, or nobody came.
    pub(super) fn mark(
        &mut self,
        client: &Client,
        id: Uuid,
        mark: Mark,
        if_match: Option<u64>,
    ) -> Applied {
        let row = self.row(client, id)?;
        if row.status == mark.status() {
            return Ok(Some((row, false)));
        }
        is_current(&row, if_match)?;
        let follows = match mark {
            // Late is not never.
            Mark::Arrived => {
                matches!(row.status, Status::Booked | Status::Stranded | Status::NoShow)
            }
            // Not every office has somebody at the door who says who arrives.
            Mark::Fulfilled => {
                matches!(row.status, Status::Booked | Status::Stranded | Status::Arrived)
            }
            Mark::NoShow => matches!(row.status, Status::Booked | Status::Stranded),
        };
        if !follows {
            return Err(BookingError::WrongStatus { status: row.status });
        }
        let zone = &self.problem().zone;
        let (start, _) = times::window(zone, &row);
        // Who comes early comes on that day; who has not come may still come before it begins.
        let from = match mark {
            Mark::NoShow => start,
            Mark::Arrived | Mark::Fulfilled => times::instant(zone, row.day.date, 0),
        };
        if self.now < from {
            return Err(BookingError::TooEarly { from });
        }
        self.becomes(row, mark.status(), client.actor(), None)
    }

    fn becomes(
        &mut self,
        mut row: PromiseRow,
        status: Status,
        actor: String,
        reason: Option<&str>,
    ) -> Applied {
        row.status = status;
        row.version += 1;
        row.updated_at = self.milliseconds();
        if !status.is_live() {
            row.staff = None;
            row.room = None;
            row.seat_pinned = false;
            row.expires_at = None;
        }
        self.keep(row.clone());
        if let Some(kind) = kind_of(status) {
            self.happened(kind, actor, &row, Why { reason, from: None });
        }
        Ok(Some((row, true)))
    }

    fn is_expired(&self, row: &PromiseRow) -> bool {
        row.expires_at.is_some_and(|expires_at| expires_at <= self.milliseconds())
    }

    /// Whether an appointment can still be cancelled or moved.
    pub(super) fn is_changeable(
        &self,
        row: &PromiseRow,
        if_match: Option<u64>,
    ) -> Result<(), BookingError> {
        is_current(row, if_match)?;
        if !matches!(row.status, Status::Booked | Status::Stranded) {
            return Err(BookingError::WrongStatus { status: row.status });
        }
        let (start, _) = times::window(&self.problem().zone, row);
        if start <= self.now { Err(BookingError::TooLate) } else { Ok(()) }
    }
}

/// Why a hold is none any more: only what was given back ends before its time.
fn over(row: &PromiseRow) -> BookingError {
    match row.expires_at {
        Some(_) => BookingError::HoldExpired,
        None => BookingError::HoldReleased,
    }
}

/// What it is called that a promise comes to stand there.
fn kind_of(status: Status) -> Option<EventKind> {
    Some(match status {
        Status::Booked => EventKind::Booked,
        Status::Arrived => EventKind::Arrived,
        Status::Fulfilled => EventKind::Fulfilled,
        Status::NoShow => EventKind::NoShow,
        Status::Cancelled => EventKind::Cancelled,
        Status::Released => EventKind::Released,
        Status::Held | Status::Stranded => return None,
    })
}

/// Whether the caller knows the record as it is.
fn is_current(row: &PromiseRow, if_match: Option<u64>) -> Result<(), BookingError> {
    match if_match {
        Some(known) if known != row.version => Err(BookingError::Stale { current: row.version }),
        _ => Ok(()),
    }
}
