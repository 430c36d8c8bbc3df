//! Promises of another system, taken over when the service goes live.
//!
//! They were made by other rules, so that whatever is released does not matter, walk-in capacity goes
//! before they do, and what nobody can keep is not refused: it is stored as stranded, for somebody to
//! decide. They are written some hundred at a time, whole site-days each, so that others can book
//! beside it; a reference is taken over once, so that whoever is told of a failure asks again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{DateTime, FixedOffset};
use scheduler_core::ledger::{BasketItem, Visit};
use scheduler_core::problem::Problem;
use uuid::Uuid;

use super::batch::{Batch, Records};
use super::request::{self, Pins, unknown};
use super::{BookingError, Office, Place, Stranded, Violation, times};
use crate::store::{DayKey, PromiseRow, Status, StoreError};

/// How many are written at a time, or one site-day where that has more.
const PORTION: usize = 500;

/// How often a portion is tried where others book meanwhile.
const ATTEMPTS: usize = 6;

/// Last minute of a day.
const MIDNIGHT: u32 = 24 * 60;

/// A promise of another system.
#[derive(Debug, Clone, PartialEq)]
pub struct ToImport {
    /// What its client calls it: the same reference is taken over once.
    pub reference: String,
    /// Ids of the services with the number of persons for each, at least one.
    pub basket: Vec<(String, u32)>,
    /// Skills that the clerk needs beyond those of the services.
    pub skills: Vec<String>,
    /// The clerk, where only one will do.
    pub staff: Option<String>,
    /// The room, where only one will do.
    pub room: Option<String>,
    /// Where and when.
    pub place: Place,
    /// How long was promised, in minutes; as long as the basket takes where left out.
    pub minutes: Option<u32>,
    /// The channel that it was booked through.
    pub channel: Option<String>,
}

/// What became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Each, in the order of the request.
    pub taken: Vec<Taken>,
    /// Those that were taken over now and that nobody can keep.
    pub stranded: Vec<Stranded>,
    /// Walk-in blocks that had to go.
    pub lost_blocks: usize,
}

/// A promise that was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What its client calls it.
    pub reference: String,
    /// Its id here.
    pub id: Uuid,
    /// Where it stands.
    pub status: Status,
    /// Whether it is new; it was taken over before where not.
    pub is_new: bool,
}

impl Office {
    /// Takes `all` over as appointments of the client called `owner`; with `dry_run` only says what
    /// that would come to. Those of dates that cannot be booked yet wait for them.
    ///
    /// # Errors
    /// [`BookingError::Invalid`] with all that makes no sense, nothing being written; those of every
    /// write, some being written: ask again.
    pub async fn import(
        &self,
        owner: &str,
        all: Vec<ToImport>,
        dry_run: bool,
    ) -> Result<Imported, BookingError> {
        let inner = &self.inner;
        inner.trusted()?;
        inner.look().await.map_err(|error| inner.store_failed(&error))?;
        let (problem, now) = (Arc::clone(&inner.state().frame.problem), inner.now());
        let today = times::date(&problem.zone, now);
        let owner = owner.to_owned();
        let rows = inner.compute(move || {
            let stamp = (owner.as_str(), now.timestamp_millis());
            let rows = resolve(&problem, &all, today, stamp)?;
            let order: Vec<String> = all.into_iter().map(|one| one.reference).collect();
            Ok((portions(rows), order))
        });
        let rows = rows.await.map_err(|error| inner.store_failed(&error))?;
        let (portions, order) = rows.map_err(BookingError::Invalid)?;
        let mut imported = Imported::default();
        let mut taken = BTreeMap::new();
        for portion in portions {
            let done = self.import_portion(&portion, dry_run).await?;
            taken.extend(done.taken.into_iter().map(|one| (one.reference.clone(), one)));
            imported.stranded.extend(done.stranded);
            imported.lost_blocks += done.lost_blocks;
        }
        imported.taken = order.iter().filter_map(|reference| taken.remove(reference)).collect();
        Ok(imported)
    }

    async fn import_portion(
        &self,
        rows: &[PromiseRow],
        dry_run: bool,
    ) -> Result<Imported, BookingError> {
        let inner = &self.inner;
        let mut error = StoreError::Race;
        for _ in 0..ATTEMPTS {
            match inner.store.in_time(self.try_import(rows, dry_run)).await {
                Ok(done) => return done,
                Err(StoreError::Race) => {}
                Err(other) => {
                    inner.suspect();
                    error = other;
                    break;
                }
            }
        }
        Err(inner.store_failed(&error))
    }

    async fn try_import(
        &self,
        rows: &[PromiseRow],
        dry_run: bool,
    ) -> Result<Result<Imported, BookingError>, StoreError> {
        let inner = &self.inner;
        let mut writing = inner.store.begin().await?;
        writing.import_alone().await?;
        let owner = rows.first().map(|row| row.client.clone()).unwrap_or_default();
        let references: Vec<&str> =
            rows.iter().filter_map(|row| row.reference.as_deref()).collect();
        let known = writing.referred(&owner, &references).await?;
        let is_new = |row: &&PromiseRow| {
            row.reference.as_ref().is_some_and(|reference| !known.contains_key(reference))
        };
        let new: Vec<PromiseRow> = rows.iter().filter(is_new).cloned().collect();
        let mut imported = Imported::default();
        imported.taken.extend(known.into_iter().map(|(reference, row)| Taken {
            reference,
            id: row.id,
            status: row.status,
            is_new: false,
        }));
        if new.is_empty() {
            return Ok(Ok(imported));
        }
        let days: BTreeSet<DayKey> = new.iter().map(|row| row.day.clone()).collect();
        let days: Vec<DayKey> = days.into_iter().collect();
        // Nobody books there until this is done.
        let versions = writing.days_for(&days).await?;
        inner.refresh(&mut writing.read()).await?;
        let state = inner.state();
        let seen = |key: &DayKey| {
            let site_day = state.frame.site_day(key)?;
            Some(state.days[site_day].page.version())
        };
        if versions.iter().any(|(key, &version)| seen(key).is_some_and(|seen| seen != version)) {
            return Err(StoreError::Race);
        }
        let (shared, snapshot, now) = (Arc::clone(inner), Arc::clone(&state), inner.now());
        let to_take = new.clone();
        let worked_out = inner.compute(move || {
            Batch::new(&snapshot, &shared.settings, now, Records::default())
                .take_over(to_take, versions)
        });
        let (mut finished, over) = worked_out.await?;
        imported.lost_blocks = over.lost_blocks;
        for row in new {
            let why = over.stranded.get(&row.id);
            let status = why.map_or(Status::Booked, |_| Status::Stranded);
            if let Some((code, detail)) = why {
                let (start, _) = times::window(&state.frame.problem.zone, &row);
                let place = Place { site: row.day.site.clone(), start };
                let (id, reference) = (row.id, row.reference.clone());
                let detail = detail.clone();
                imported.stranded.push(Stranded { id, place, reference, code, detail });
            }
            let reference = row.reference.unwrap_or_default();
            imported.taken.push(Taken { reference, id: row.id, status, is_new: true });
        }
        if dry_run {
            return Ok(Ok(imported));
        }
        let count = imported.taken.iter().filter(|one| one.is_new).count();
        let more = [
            ("client", owner.into()),
            ("appointments", count.into()),
            ("stranded", imported.stranded.len().into()),
        ];
        finished.changes.audit = self.noted(now, None, &more);
        let told = writing.write(&finished.changes).await?;
        // By the time that everything was worked out for.
        if let Err(untrusted) = inner.trusted() {
            return Ok(Err(untrusted));
        }
        writing.commit().await?;
        inner.may_be_stranded.store(true, Ordering::Relaxed);
        inner.publish_days(state.frame.version, finished.days);
        inner.tell(told.unwrap_or_default());
        Ok(Ok(imported))
    }
}

/// The rows by portions of whole site-days.
fn portions(rows: Vec<PromiseRow>) -> Vec<Vec<PromiseRow>> {
    let mut days: BTreeMap<DayKey, Vec<PromiseRow>> = BTreeMap::new();
    for row in rows {
        days.entry(row.day.clone()).or_default().push(row);
    }
    let mut portions: Vec<Vec<PromiseRow>> = Vec::new();
    for rows in days.into_values() {
        match portions.last_mut().filter(|last| last.len() + rows.len() <= PORTION) {
            Some(last) => last.extend(rows),
            None => portions.push(rows),
        }
    }
    portions
}

/// `all` as rows of the client and the moment `stamp`; or everything that makes no sense.
fn resolve(
    problem: &Problem,
    all: &[ToImport],
    today: chrono::NaiveDate,
    stamp: (&str, i64),
) -> Result<Vec<PromiseRow>, Vec<Violation>> {
    let (mut rows, mut violations) = (Vec::with_capacity(all.len()), Vec::new());
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, one) in all.iter().enumerate() {
        let at = format!("/appointments/{index}");
        if let Some(before) = first.insert(&one.reference, index) {
            let detail = format!("{:?} is the reference of {before} too", one.reference);
            violations.push(Violation::new(format!("{at}/reference"), "repeated", detail));
        }
        match row(problem, one, today, stamp, &at) {
            Ok(row) => rows.push(row),
            Err(wrong) => violations.extend(wrong),
        }
    }
    if violations.is_empty() { Ok(rows) } else { Err(violations) }
}

fn row(
    problem: &Problem,
    one: &ToImport,
    today: chrono::NaiveDate,
    (client, now): (&str, i64),
    at: &str,
) -> Result<PromiseRow, Vec<Violation>> {
    let mut violations: Vec<Violation> =
        Violation::of_text(&format!("{at}/reference"), &one.reference).into_iter().collect();
    let channel = one.channel.iter();
    violations
        .extend(channel.filter_map(|text| Violation::of_text(&format!("{at}/channel"), text)));
    let basket = one.basket.iter().map(|(service, persons)| (service.as_str(), *persons));
    let pins = Pins { skills: &one.skills, staff: one.staff.as_deref(), room: one.room.as_deref() };
    let visit = request::visit(problem, basket, pins, at);
    let visit = visit.map_err(|wrong| violations.extend(wrong)).ok();
    if request::site(problem, &one.place.site).is_none() {
        violations.push(unknown(format!("{at}/site"), "site", &one.place.site));
    }
    let when = wall_clock(problem, one.place.start, today);
    let when = when.map_err(|(code, detail)| {
        violations.push(Violation::new(format!("{at}/start"), code, detail));
    });
    let minutes = visit.and_then(|visit| match length(problem, visit, one.minutes) {
        Ok(minutes) => Some(minutes),
        Err(detail) => {
            violations.push(Violation::new(format!("{at}/minutes"), "too-long", detail));
            None
        }
    });
    let (Ok((date, minute)), Some(minutes)) = (when, minutes) else { return Err(violations) };
    if minute + minutes > MIDNIGHT {
        let detail = format!("a visit of {minutes} minutes would go on after midnight");
        violations.push(Violation::new(format!("{at}/start"), "after-midnight", detail));
    }
    if !violations.is_empty() {
        return Err(violations);
    }
    Ok(PromiseRow {
        id: Uuid::now_v7(),
        day: DayKey { date, site: one.place.site.clone() },
        minute,
        minutes,
        instant: one.place.start.timestamp_millis(),
        status: Status::Booked,
        basket: one.basket.clone(),
        skills: one.skills.clone(),
        pinned_staff: one.staff.clone(),
        pinned_room: one.room.clone(),
        staff: None,
        room: None,
        seat_pinned: false,
        reference: Some(one.reference.clone()),
        channel: one.channel.clone(),
        client: client.to_owned(),
        expires_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// How long the citizen was told that it takes: `asked`, or as long as it takes here.
fn length(
    problem: &Problem,
    (basket, visit): (Vec<BasketItem>, Visit),
    asked: Option<u32>,
) -> Result<u32, String> {
    let Some(minutes) = asked else {
        return Ok(problem.grid.minute_of(visit.told_steps(problem.grid)));
    };
    Visit::promised(problem, &basket, minutes)
        .map(|_| minutes)
        .map_err(|errors| errors.first().map(ToString::to_string).unwrap_or_default())
}

/// Date and minute that the wall clocks of the zone show at `start`, of today or later.
fn wall_clock(
    problem: &Problem,
    start: DateTime<FixedOffset>,
    today: chrono::NaiveDate,
) -> Result<(chrono::NaiveDate, u32), (&'static str, String)> {
    let shown = start.to_rfc3339();
    let wall = problem.zone.wall_clock(start);
    let (date, second) =
        wall.ok_or_else(|| ("range", format!("{shown}: there are no clocks then")))?;
    if !second.is_multiple_of(60) || start.timestamp_subsec_nanos() > 0 {
        return Err(("format", format!("{shown} is no whole minute")));
    }
    if date < today {
        return Err(("past", format!("{shown} is past; today is {today}")));
    }
    Ok((date, second / 60))
}
