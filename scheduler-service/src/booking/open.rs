//! The first start, and every other.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use scheduler_core::problem::{Problem, Promise};
use scheduler_core::scenario::{Findings, Horizon, Scenario};
use scheduler_core::time::{Step, Zone, ZoneError};
use thiserror::Error;
use uuid::Uuid;

use super::client::SERVICE;
use super::ids::Ids;
use super::inner::{Inner, compute, kept};
use super::settings::Settings;
use super::state::Frame;
use super::watch::ClockFault;
use super::{Clock, load, planning, times};
use crate::store::{
    Changes, DayKey, DayRow, EventKind, EventRow, PromiseRow, ScenarioRow, Status, Store,
    StoreError,
};

/// The town that a first start without a scenario begins with.
const EXAMPLE: &str = include_str!("../../../examples/bremerhaven/scenario.json");

/// Why the office cannot be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The database cannot be opened or read.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The scenario has errors.
    #[error("the scenario has errors:\n{0}")]
    Scenario(Findings),
    /// The clock cannot be relied on, and the first dates hang on it.
    #[error("{0}")]
    Clock(#[from] ClockFault),
    /// The scenario's zone is unknown.
    #[error("{0}")]
    Zone(#[from] ZoneError),
}

/// Opens the store and reads the book; makes both on a first start.
pub(super) async fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Inner, OpenError> {
    let store = Store::open(&settings.store).await?;
    let asked = clock.now();
    if let Some(theirs) = store.in_time(store.clock()).await? {
        clock.compare(times::from_milliseconds(theirs), asked);
    }
    let mut found = kept(&mut store.reader().await?.read()).await?;
    if found.is_none() {
        clock.trusted()?;
        match begin(&store, &settings, clock.now()).await {
            // Another process was first: what it wrote is what counts.
            Err(OpenError::Store(StoreError::Race)) | Ok(()) => {}
            Err(error) => return Err(error),
        }
        found = kept(&mut store.reader().await?.read()).await?;
    }
    let kept = found.ok_or_else(|| StoreError::Corrupt {
        table: "scenario",
        problem: "there is none after the first start".to_owned(),
    })?;
    let limits = settings.limits;
    let now = clock.now();
    let state = compute(move || load::load(kept, limits, now)).await??;
    Ok(Inner::new(store, settings, clock, state))
}

/// Puts the first scenario into the store, with a plan and its appointments.
async fn begin(store: &Store, settings: &Settings, now: DateTime<Utc>) -> Result<(), OpenError> {
    let mut scenario = match &settings.scenario {
        Some(scenario) => scenario.clone(),
        None => Scenario::from_json(EXAMPLE.as_bytes()).map_err(OpenError::Scenario)?,
    };
    scenario.horizon = horizon(&scenario, settings.horizon_days, now)?;
    let problem = Problem::new(&scenario).map_err(OpenError::Scenario)?;
    let mut promises = appointments(&problem, &scenario, now);
    scenario.appointments.clear();

    let dates = (scenario.horizon.from, scenario.horizon.until);
    let (budget, to_plan, around) = (settings.planning, scenario.clone(), promises.clone());
    let planned = compute(move || planning::plan(&to_plan, dates, &around, budget, now)).await?;
    for promise in &mut promises {
        let seat = planned.seats.get(&promise.id).cloned();
        (promise.staff, promise.room) = seat.unzip();
    }
    let mut keys = super::state::keys(&problem);
    keys.sort();
    let days: Vec<DayRow> = keys.into_iter().map(|key| day_row(key, 1, &planned)).collect();
    let mut writing = store.begin().await?;
    let row = ScenarioRow { version: 1, body: body(&scenario) };
    writing.put_scenario(&row, now.timestamp_millis()).await?;
    writing.put_days(&days).await?;
    let booked =
        |row| EventRow::of(EventKind::Booked, SERVICE.to_owned(), now.timestamp_millis(), row);
    let events = promises.iter().map(booked).collect();
    writing.write(&Changes { new: promises, events, ..Changes::default() }).await?;
    if let Some(mut plan) = planned.plan {
        plan.scenario_version = 1;
        writing.put_plan(&plan).await?;
    }
    Ok(writing.commit().await?)
}

/// A scenario that is to be in force, without prices: for what hangs on none.
pub(super) fn unpriced(scenario: Scenario, version: u64, problem: Arc<Problem>) -> Frame {
    let ids = Ids::new(&problem);
    Frame::new(Arc::new(scenario), version, problem, ids, None)
}

/// The row of a planned site-day.
pub(super) fn day_row(key: DayKey, version: u64, planned: &planning::Planned) -> DayRow {
    let day = planned.days.get(&key);
    let prices = day.and_then(|day| day.prices.as_ref());
    DayRow {
        version,
        witness: day.map_or_else(|| "{}".to_owned(), |day| day.witness.text()),
        prices: prices.map_or_else(|| "null".to_owned(), super::witness::DayPrices::text),
        key,
    }
}

/// A scenario as it is kept.
pub(super) fn body(scenario: &Scenario) -> String {
    // Whatever a scenario holds has a JSON form.
    serde_json::to_string(scenario).unwrap_or_default()
}

/// The dates that can be booked at `now`: so many from today on, or those of the scenario.
pub(super) fn horizon(
    scenario: &Scenario,
    days: Option<u32>,
    now: DateTime<Utc>,
) -> Result<Horizon, ZoneError> {
    let Some(days) = days else { return Ok(scenario.horizon) };
    let today = times::date(&Zone::new(&scenario.time_zone)?, now);
    let until = today + TimeDelta::days(i64::from(days.max(1)) - 1);
    Ok(Horizon { from: today, until })
}

/// How long the citizen is told that it takes, without buffer.
fn told(problem: &Problem, promise: &Promise) -> Step {
    let service = &problem.services[promise.service];
    let more = promise.persons.saturating_sub(1);
    problem.grid.steps_for(service.minutes + more * service.extra_person_minutes)
}

/// The appointments of a scenario as promises of nobody's client.
fn appointments(problem: &Problem, scenario: &Scenario, now: DateTime<Utc>) -> Vec<PromiseRow> {
    let now = now.timestamp_millis();
    let pairs = problem.promises.iter().zip(&scenario.appointments);
    let rows = pairs.map(|(promise, appointment)| {
        let site_day = &problem.site_days[promise.site_day];
        PromiseRow {
            id: Uuid::now_v7(),
            day: DayKey {
                date: problem.dates[site_day.day],
                site: problem.sites[site_day.site].id.clone(),
            },
            minute: problem.grid.minute_of(promise.window.from),
            minutes: problem.grid.minute_of(told(problem, promise)),
            instant: appointment.start.timestamp_millis(),
            status: Status::Booked,
            basket: vec![(appointment.service.clone(), appointment.persons)],
            skills: Vec::new(),
            pinned_staff: appointment.staff.clone(),
            pinned_room: appointment.room.clone(),
            staff: None,
            room: None,
            seat_pinned: false,
            reference: Some(appointment.id.clone()),
            channel: None,
            client: "scenario".to_owned(),
            expires_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    });
    rows.collect()
}
