//! Offering what is free, again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use scheduler_core::ledger::Snapshot;
use scheduler_core::waitlist::Rules;
use uuid::Uuid;

use super::free::{Open, proposals};
use super::{WishStatus, of_json, to_json};
use crate::booking::client::SERVICE;
use crate::booking::{BookingError, Client, HoldRequest, Office, Place, Record, Scopes, View};
use crate::store::{DayKey, EventKind, EventRow, PromiseRow, Status, WishRow};

/// Wishes that are read at a time.
const PAGE: u32 = 1000;

/// What a process has looked at already.
#[derive(Debug, Default)]
pub struct Seen {
    /// The scenario, and the site-days as they were.
    scenario: u64,
    days: BTreeMap<DayKey, Arc<Snapshot>>,
    /// Wishes for which all their site-days have been looked at.
    wishes: BTreeSet<Uuid>,
}

impl Seen {
    /// Forgets everything, so that all is looked at again: starts may be released as time goes by.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The site-days on which something may have become free since the last time.
    fn freed(&mut self, view: &View) -> BTreeSet<usize> {
        if self.scenario != view.scenario_version {
            self.forget();
            self.scenario = view.scenario_version;
        }
        let keys = crate::booking::state::keys(view.problem());
        let mut freed = BTreeSet::new();
        let mut days = BTreeMap::new();
        for (index, (key, now)) in keys.into_iter().zip(&view.book.snapshots).enumerate() {
            let before = self.days.get(&key);
            let left = before.is_none_or(|before| !Arc::ptr_eq(before, now) && lost(before, now));
            if left {
                freed.insert(index);
            }
            days.insert(key, Arc::clone(now));
        }
        self.days = days;
        freed
    }
}

/// That nobody has answered what was offered by `hold`, in time.
fn expired(hold: &PromiseRow, now: i64) -> EventRow {
    let over = PromiseRow { status: Status::Released, ..hold.clone() };
    EventRow::of(EventKind::WaitlistExpired, SERVICE.to_owned(), now, &over)
}

/// Whether a promise or a walk-in block of `before` is no more.
fn lost(before: &Snapshot, now: &Snapshot) -> bool {
    let (before, now) = (before.ledger(), now.ledger());
    let gone = before.promises().any(|(entry, _)| now.get(&entry.id).is_none());
    gone || now.blocks().count() < before.blocks().count()
}

impl Office {
    /// Notes what became of offers, ends what is over, and offers what is free to those who wait.
    /// How many offers it made. What `seen` knows already is not
    /// looked at again.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn offer_starts(
        &self,
        seen: &mut Seen,
        rules: &Rules,
    ) -> Result<usize, BookingError> {
        self.inner.trusted()?;
        let rows = self.open_wishes().await?;
        if rows.is_empty() {
            seen.forget();
            return Ok(0);
        }
        let rows = self.note_answers(rows).await?;
        let view = self.view().await?;
        let freed = seen.freed(&view);
        let open = self.to_look_at(&view, &rows, &freed, seen)?;
        let (rules, shown) = (rules.clone(), Arc::clone(&view));
        let found = self.inner.compute(move || proposals(&shown, &open, &rules)).await;
        let found = found.map_err(|error| self.inner.store_failed(&error))?;
        let mut made = 0;
        for proposal in found {
            let mut row = rows[proposal.index].clone();
            let place = proposal.place.clone();
            let minutes = u64::try_from(proposal.minutes).unwrap_or_default();
            let id = Uuid::now_v7();
            row.hold = Some(id);
            row.updated_at = self.now().timestamp_millis();
            // First the wish: where the process ends before the hold, there is none, and it waits on.
            if !self.write_wish(None, &row).await? {
                continue;
            }
            match self.hold_for(&row, id, place, Duration::from_secs(60 * minutes)).await {
                Ok(record) => {
                    made += 1;
                    // Looked at anew with the hold: else giving that back would go unnoticed.
                    seen.wishes.remove(&row.id);
                    seen.days
                        .remove(&DayKey { date: record.start.date_naive(), site: record.site });
                }
                Err(
                    BookingError::Gone { .. }
                    | BookingError::NotReleased { .. }
                    | BookingError::Invalid(_),
                ) => {
                    row.hold = None;
                    self.write_wish(Some(id), &row).await?;
                    // There may be something else.
                    seen.wishes.remove(&row.id);
                }
                Err(error) => return Err(error),
            }
        }
        metrics::counter!("scheduler_waitlist_offers_total").increment(made as u64);
        Ok(made)
    }

    /// All wishes that wait or have an offer.
    async fn open_wishes(&self) -> Result<Vec<WishRow>, BookingError> {
        let mut rows: Vec<WishRow> = Vec::new();
        loop {
            let after = rows.last().map(|row| (row.created_at, row.id));
            let page = self.inner.store.wishes(None, true, after, PAGE);
            let page = self.inner.store.in_time(page).await;
            let page = page.map_err(|error| self.inner.store_failed(&error))?;
            let last = page.len() < PAGE as usize;
            rows.extend(page);
            if last {
                return Ok(rows);
            }
        }
    }

    /// Notes what became of the offers to `rows`; those that wait, or have an offer.
    pub(super) async fn note_answers(
        &self,
        rows: Vec<WishRow>,
    ) -> Result<Vec<WishRow>, BookingError> {
        let holds: Vec<Uuid> = rows.iter().filter_map(|row| row.hold).collect();
        let read = async { self.inner.store.reader().await?.read().promises(&holds).await };
        let found = self.inner.store.in_time(read).await;
        let found = found.map_err(|error| self.inner.store_failed(&error))?;
        let now = self.now().timestamp_millis();
        let mut left = Vec::new();
        for mut row in rows {
            if row.ended.is_some() {
                continue;
            }
            if let Some(hold) = row.hold {
                let mut unanswered = None;
                let kept = found.get(&hold).map(|(promise, _)| promise);
                let lapsed = kept.is_some_and(|kept| kept.expires_at.is_some_and(|at| at <= now));
                match kept.map(|kept| kept.status) {
                    Some(Status::Held) if !lapsed => {
                        left.push(row);
                        continue;
                    }
                    // Whoever makes it just now says so within a minute.
                    None if now - row.updated_at < 60_000 => {
                        left.push(row);
                        continue;
                    }
                    None => {}
                    Some(Status::Held | Status::Released) => {
                        let status = kept.map(|kept| (kept.day.site.clone(), kept.instant));
                        self.refuse(&mut row, status, lapsed)?;
                        // What was declined was told when it was.
                        unanswered = kept.filter(|_| lapsed).map(|kept| expired(kept, now));
                    }
                    Some(_) => {
                        self.end_wish(&mut row, WishStatus::Booked).await?;
                        continue;
                    }
                }
                row.hold = None;
                row.updated_at = now;
                if row.unanswered >= Rules::default().unanswered {
                    row.ended = Some(WishStatus::Unanswered.name().to_owned());
                }
                let told = self.write_wish_telling(Some(hold), &row, unanswered).await?;
                if !told || row.ended.is_some() {
                    continue;
                }
            }
            if row.waits_until <= now {
                self.end_wish(&mut row, WishStatus::Over).await?;
                continue;
            }
            left.push(row);
        }
        Ok(left)
    }

    /// Notes that a start is not wanted.
    fn refuse(
        &self,
        row: &mut WishRow,
        start: Option<(String, i64)>,
        unanswered: bool,
    ) -> Result<(), BookingError> {
        let refused = of_json::<BTreeSet<super::Refused>>(&row.refused);
        let mut refused = refused.map_err(|error| self.inner.store_failed(&error))?;
        refused.extend(start.map(|(site, instant)| super::Refused(site, instant)));
        row.refused = to_json(&refused);
        row.unanswered += u32::from(unanswered);
        Ok(())
    }

    /// The wishes that nothing is offered to, with the site-days that have to be looked at for each.
    fn to_look_at(
        &self,
        view: &View,
        rows: &[WishRow],
        freed: &BTreeSet<usize>,
        seen: &mut Seen,
    ) -> Result<Vec<Open>, BookingError> {
        let problem = view.problem();
        let today = problem.zone.wall_clock(view.now).map(|(date, _)| date).unwrap_or_default();
        let mut open = Vec::new();
        let mut known = BTreeSet::new();
        for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.hold.is_none()) {
            let request: super::WishRequest =
                of_json(&row.body).map_err(|error| self.inner.store_failed(&error))?;
            let refused = of_json(&row.refused).map_err(|error| self.inner.store_failed(&error))?;
            let new = !seen.wishes.contains(&row.id);
            let days: BTreeSet<usize> = problem
                .site_days
                .iter()
                .enumerate()
                .filter(|(site_day, _)| new || freed.contains(site_day))
                .filter(|(_, day)| {
                    let (site, date) = (&problem.sites[day.site].id, problem.dates[day.day]);
                    date >= today && request.takes(site, date)
                })
                .map(|(site_day, _)| site_day)
                .collect();
            known.insert(row.id);
            if !days.is_empty() {
                let (channel, since) = (row.channel.clone(), row.created_at);
                open.push(Open { index, request, channel, since, refused, days });
            }
        }
        seen.wishes = known;
        Ok(open)
    }

    async fn hold_for(
        &self,
        row: &WishRow,
        id: Uuid,
        place: Place,
        ttl: Duration,
    ) -> Result<Record, BookingError> {
        let request: super::WishRequest =
            of_json(&row.body).map_err(|error| self.inner.store_failed(&error))?;
        let hold = HoldRequest {
            id: Some(id),
            basket: request.basket,
            skills: request.skills,
            staff: request.staff,
            room: request.room,
            place,
            ttl: Some(ttl),
            offer: true,
            reference: row.reference.clone(),
            max_open: None,
        };
        let client = Client {
            name: row.client.clone(),
            scopes: Scopes { book: true, ..Scopes::default() },
            channel: row.channel.clone(),
        };
        self.hold(&client, hold, None).await
    }
}
