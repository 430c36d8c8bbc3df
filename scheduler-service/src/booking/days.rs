//! Site-days at one moment, with what the store has of their promises beside the ledgers.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use scheduler_core::ledger::{Entry, Ledger, Seat};
use scheduler_core::problem::{BreakTaken, Plan, Slot, WalkInBlock};
use scheduler_core::scenario::PlanFile;
use uuid::Uuid;

use super::{BookingError, Office, Record, View, record, times};
use crate::store::{DayKey, PromiseRow, StoreError};

/// How often it is tried where others book meanwhile.
const ATTEMPTS: usize = 6;

/// Some site-days at one moment.
#[derive(Debug)]
pub struct Days {
    /// The moment.
    pub view: Arc<View>,
    /// The site-days, in the order asked for.
    pub all: Vec<SiteDay>,
}

/// A site-day, with what the store has of its promises.
#[derive(Debug)]
pub struct SiteDay {
    /// Index into the site-days of the problem.
    pub site_day: usize,
    /// Which it is.
    pub key: DayKey,
    /// Grows with each change.
    pub version: u64,
    /// When the service has seated it.
    pub seated_at: Option<DateTime<Utc>>,
    /// The promises that take capacity, by their ids in the ledger; those that nobody can keep with
    /// them, and expired holds too.
    pub(super) rows: BTreeMap<String, PromiseRow>,
}

impl Office {
    /// The site-days that `choose` names, by index, as the store and the ledgers have them at one
    /// moment.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`], [`BookingError::Busy`] where they never stand still, and those of
    /// `choose`.
    pub async fn days<E: From<BookingError>>(
        &self,
        choose: impl Fn(&View) -> Result<Vec<usize>, E>,
    ) -> Result<Days, E> {
        for _ in 0..ATTEMPTS {
            let view = self.view().await?;
            let site_days = choose(&view)?;
            let read = self.inner.store.in_time(self.read_days(&view, &site_days)).await;
            let read = read.map_err(|error| E::from(self.inner.store_failed(&error)))?;
            if let Some(all) = read {
                return Ok(Days { view, all });
            }
            // Somebody was faster than the view.
            self.inner.suspect();
        }
        Err(super::BUSY.into())
    }

    /// What the store has of `site_days`; nothing where it is of another moment than `view`.
    async fn read_days(
        &self,
        view: &View,
        site_days: &[usize],
    ) -> Result<Option<Vec<SiteDay>>, StoreError> {
        let problem = view.problem();
        let keys = super::state::keys(problem);
        let wanted: Vec<DayKey> = site_days.iter().map(|&index| keys[index].clone()).collect();
        let first = problem.dates.first().copied().unwrap_or_default();
        let mut reader = self.inner.store.reader().await?;
        let mut read = reader.read();
        let before = read.versions(first).await?;
        let promises = read.promises_of(&wanted).await?;
        let seated = read.seated(&wanted).await?;
        let after = read.versions(first).await?;
        let mut all = Vec::with_capacity(wanted.len());
        for (&site_day, key) in site_days.iter().zip(wanted) {
            let version = view.book.snapshots[site_day].version();
            let stands_still = [&before, &after].into_iter().all(|versions| {
                versions.scenario == view.scenario_version
                    && versions.days.get(&key).copied().unwrap_or_default() == version
            });
            if !stands_still {
                return Ok(None);
            }
            let seated_at = seated.get(&key).copied().map(times::from_milliseconds);
            let rows = BTreeMap::new();
            all.push(SiteDay { site_day, key, version, seated_at, rows });
        }
        for promise in promises {
            if let Some(day) = all.iter_mut().find(|day| day.key == promise.day) {
                day.rows.insert(promise.id.to_string(), promise);
            }
        }
        Ok(Some(all))
    }
}

impl Days {
    /// The ledger of a site-day.
    pub fn ledger(&self, day: &SiteDay) -> &Ledger {
        self.view.book.snapshots[day.site_day].ledger()
    }

    /// What the store has of the promise `id` of a site-day.
    pub fn record(&self, day: &SiteDay, id: &str) -> Option<Record> {
        let zone = &self.view.problem().zone;
        day.rows.get(id).map(|row| record::of(zone, row))
    }

    /// The promises that nobody can keep as things stand.
    pub fn stranded(&self, day: &SiteDay) -> Vec<Record> {
        let zone = &self.view.problem().zone;
        self.unkept(day).map(|row| record::of(zone, row)).collect()
    }

    pub(super) fn unkept<'a>(
        &'a self,
        day: &'a SiteDay,
    ) -> impl Iterator<Item = &'a PromiseRow> + 'a {
        let (ledger, now) = (self.ledger(day), self.view.now.to_utc());
        let zone = &self.view.problem().zone;
        day.rows.iter().filter_map(move |(id, row)| {
            let has_expired = row.expires_at.is_some_and(|at| at <= now.timestamp_millis());
            let is_open = !has_expired && times::is_ahead(zone, row, now);
            (is_open && ledger.get(id).is_none()).then_some(row)
        })
    }

    /// All of it as a plan, and the ids of the promises that its slots keep, in their order.
    pub fn plan(&self) -> (Plan, Vec<Uuid>) {
        let problem = self.view.problem();
        let mut plan = empty_plan();
        let mut kept = Vec::new();
        for day in &self.all {
            self.add_to(&mut plan, &mut kept, day, self.ledger(day));
        }
        plan.walk_in_blocks.sort_by_key(|block| (block.site, block.day, block.window, block.clerk));
        plan.breaks.sort_by_key(|taken| (taken.day, taken.window, taken.clerk));
        plan.stays = problem.stays(&plan);
        (plan, kept)
    }

    /// What the site-day would be worth if its ledger were `ledger`: less what stays, breaks at the
    /// same time and missing clerks cost.
    pub(super) fn worth(&self, day: &SiteDay, ledger: &Ledger) -> f64 {
        let problem = self.view.problem();
        let mut plan = empty_plan();
        self.add_to(&mut plan, &mut Vec::new(), day, ledger);
        plan.stays = problem.stays(&plan);
        problem.worth(&plan).objective()
    }

    fn add_to(&self, plan: &mut Plan, kept: &mut Vec<Uuid>, day: &SiteDay, ledger: &Ledger) {
        let place = &self.view.problem().site_days[day.site_day];
        let mut promises: Vec<(&Entry, Seat)> = ledger.promises().collect();
        promises.sort_by_key(|(entry, seat)| (entry.start, seat.clerk.0, entry.id.clone()));
        for (entry, seat) in promises {
            let Some((row, item)) = day.rows.get(&*entry.id).zip(entry.basket.first()) else {
                continue;
            };
            kept.push(row.id);
            plan.slots.push(Slot {
                service: item.service,
                site: place.site,
                day: place.day,
                window: entry.window(),
                clerk: seat.clerk.0,
                room: seat.room.map(|room| room.0),
                demand: None,
                promise: None,
                pinned: row.seat_pinned,
            });
        }
        plan.walk_in_blocks.extend(ledger.blocks().filter_map(|(block, seat)| {
            Some(WalkInBlock {
                site: place.site,
                day: place.day,
                window: block.window,
                clerk: seat.clerk.0,
                room: seat.room?.0,
                pinned: block.pinned.is_some(),
            })
        }));
        plan.breaks.extend(ledger.stored_breaks().map(|taken| BreakTaken {
            clerk: taken.clerk.0,
            day: place.day,
            window: taken.window,
            pinned: taken.pinned,
        }));
    }

    /// The file of what [`Self::plan`] gave: what a planner edits and adopts.
    pub fn file<'a>(&'a self, (plan, kept): &'a (Plan, Vec<Uuid>)) -> PlanFile<'a> {
        let mut file = PlanFile::new(self.view.problem(), plan);
        for (slot, id) in file.slots.iter_mut().zip(kept) {
            slot.appointment = Some(id.to_string().into());
        }
        file
    }
}

impl SiteDay {
    /// Whether a planner has pinned the promise `id` to its clerk and room.
    pub fn is_pinned(&self, id: &str) -> bool {
        self.rows.get(id).is_some_and(|row| row.seat_pinned)
    }
}

/// Nothing, planned by hand.
fn empty_plan() -> Plan {
    Plan {
        slots: Vec::new(),
        walk_in_blocks: Vec::new(),
        breaks: Vec::new(),
        stays: Vec::new(),
        objective: f64::NAN,
        upper_bound: f64::INFINITY,
        seconds: 0.0,
        engine: "hand".to_owned(),
        seed: 0,
        work: 0.0,
    }
}
