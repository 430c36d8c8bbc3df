//! Holding a start for a client.

use chrono::TimeDelta;
use scheduler_core::ledger::offers::released;
use scheduler_core::ledger::{Entry, Ledger, Refusal, Snapshot};
use scheduler_core::time::Window;
use uuid::Uuid;

use super::{Applied, Batch, Why};
use crate::booking::client::SERVICE;
use crate::booking::request::resolve;
use crate::booking::{BookingError, Client, HoldRequest};
use crate::store::{EventKind, PromiseRow, Status};

impl Batch<'_> {
    /// A start is held; where it goes `beyond`, whatever is released, and in place of walk-in
    /// capacity where need be.
    pub(super) fn hold(&mut self, client: &Client, request: &HoldRequest, beyond: bool) -> Applied {
        if request.id.is_some_and(|id| self.rows.contains_key(&id)) {
            return Err(BookingError::Duplicate);
        }
        let wanted = resolve(self.problem(), request).map_err(BookingError::Invalid)?;
        let open = self.open_holds.get(&client.name).copied().unwrap_or_default();
        if let Some(most) = request.max_open.filter(|&most| open >= most) {
            return Err(BookingError::TooManyHolds { open, most });
        }
        let problem = self.problem();
        let ttl = request.ttl.unwrap_or(self.settings.hold);
        let ttl = if request.offer { ttl } else { ttl.min(self.settings.longest_hold) };
        let ttl = TimeDelta::from_std(ttl).unwrap_or(TimeDelta::MAX);
        let expires_at = self.now.checked_add_signed(ttl).unwrap_or(self.now).timestamp_millis();
        // Time-ordered ids keep the index of the store compact.
        let id = request.id.unwrap_or_else(Uuid::now_v7);
        let now = self.milliseconds();
        let row = PromiseRow {
            id,
            day: self.state.frame.keys[wanted.site_day].clone(),
            minute: problem.grid.minute_of(wanted.start),
            minutes: problem.grid.minute_of(wanted.visit.told_steps(problem.grid)),
            instant: request.place.start.timestamp_millis(),
            status: Status::Held,
            basket: request.basket.clone(),
            skills: request.skills.clone(),
            pinned_staff: request.staff.clone(),
            pinned_room: request.room.clone(),
            staff: None,
            room: None,
            seat_pinned: false,
            reference: request.reference.clone(),
            channel: client.channel.clone(),
            client: client.name.clone(),
            expires_at: Some(expires_at),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let entry = Entry::new(id.to_string(), wanted.basket, wanted.visit, wanted.start)
            .expiring(row.expires_at);
        match beyond {
            true => self.put_in_beyond(wanted.site_day, entry)?,
            false => self.put_in(client, wanted.site_day, entry)?,
        }
        if !request.offer {
            *self.open_holds.entry(client.name.clone()).or_default() += 1;
        }
        self.new.insert(id);
        self.keep(row.clone());
        let (kind, actor) = match request.offer {
            true => (EventKind::WaitlistOffered, SERVICE.to_owned()),
            false => (EventKind::Held, client.actor()),
        };
        self.happened(kind, actor, &row, Why::default());
        Ok(Some((row, true)))
    }

    /// Puts a promise into a site-day, if it is released to the client and there is room.
    pub(super) fn put_in(
        &mut self,
        client: &Client,
        site_day: usize,
        entry: Entry,
    ) -> Result<(), BookingError> {
        let limits = self.settings.limits;
        self.released(client, site_day, entry.window())?;
        let copy = self.copy(site_day);
        match copy.ledger.insert(entry, limits) {
            Ok(changes) => {
                copy.note(changes);
                Ok(())
            }
            Err(refusal) => Err(gone(&refusal)),
        }
    }

    /// Puts a promise into a site-day if there is a clerk and a room for it, whatever is released.
    /// Walk-in blocks that stand in its way are put elsewhere or given up.
    pub(super) fn put_in_beyond(
        &mut self,
        site_day: usize,
        entry: Entry,
    ) -> Result<(), BookingError> {
        let (limits, problem) = (self.settings.limits, self.problem());
        let copy = self.copy(site_day);
        let Err(refusal) = copy.ledger.insert(entry.clone(), limits).map(|done| copy.note(done))
        else {
            return Ok(());
        };
        let mut stored = copy.ledger.to_stored();
        stored.promises.push((entry, None));
        let restored = Ledger::restore(problem, site_day, &stored, limits);
        if !restored.stranded.is_empty() {
            return Err(gone(&refusal));
        }
        copy.take_over(restored);
        Ok(())
    }

    /// Whether the client may book that time now.
    fn released(
        &mut self,
        client: &Client,
        site_day: usize,
        window: Window,
    ) -> Result<(), BookingError> {
        let (problem, now) = (self.problem(), self.local_now());
        let channel = client.channel.as_deref();
        let site = problem.site_days[site_day].site;
        let answer = if problem.release_policy(site, channel).is_some() {
            // A policy looks at what is promised, the rest of this batch with it.
            let page = Snapshot::new(self.copy(site_day).ledger.clone(), 0);
            released(problem, channel, &page, window, now)
        } else {
            released(problem, channel, &self.state.days[site_day].page, window, now)
        };
        answer.map_err(|reason| BookingError::not_released(&reason))
    }
}

/// Why a start cannot be had.
fn gone(refusal: &Refusal) -> BookingError {
    let (code, detail) = (refusal.code(), refusal.to_string());
    BookingError::Gone { code, detail, alternatives: Vec::new() }
}
