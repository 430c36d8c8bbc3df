//! The dates that can be booked move on with time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use scheduler_core::ledger::Limits;
use scheduler_core::problem::Problem;

use super::client::SERVICE;
use super::replace::changed_scenario;
use super::state::Frame;
use super::witness::Witness;
use super::{BookingError, Office, load, open, planning};
use crate::store::{
    Changes, DayKey, DayRow, EventKind, EventRow, PromiseRow, ScenarioRow, Status, StoreError,
};

/// How often it is tried where others do the same.
const ATTEMPTS: usize = 4;

impl Office {
    /// Moves the horizon on where the date has changed since, and plans the new dates. Past dates
    /// stay in the store. Whether there was something to do.
    ///
    /// # Errors
    /// [`BookingError::Findings`] where the scenario makes no sense on the new dates, and those of every
    /// write.
    pub async fn extend_horizon(&self) -> Result<bool, BookingError> {
        let inner = &self.inner;
        inner.trusted()?;
        let mut moved = Err(StoreError::Race);
        for _ in 0..ATTEMPTS {
            moved = self.try_extend().await;
            if !matches!(moved, Err(StoreError::Race)) {
                break;
            }
            // Another process may have done it.
            inner.suspect();
            inner.look().await.map_err(|error| inner.store_failed(&error))?;
        }
        moved.unwrap_or_else(|error| {
            inner.suspect();
            Err(inner.store_failed(&error))
        })
    }

    async fn try_extend(&self) -> Result<Result<bool, BookingError>, StoreError> {
        let inner = &self.inner;
        let state = inner.state();
        let now = inner.now();
        let old = state.frame.scenario.horizon;
        let horizon = open::horizon(&state.frame.scenario, inner.settings.horizon_days, now);
        let Ok(horizon) = horizon else { return Ok(Ok(false)) };
        // A clock that was ahead, and is right again, gives the dates back that it took: not where two
        // processes see midnight some seconds apart.
        let soon = now + TimeDelta::hours(1);
        let soon = open::horizon(&state.frame.scenario, inner.settings.horizon_days, soon);
        let is_back = soon.is_ok_and(|soon| soon.from < old.from);
        let is_on = horizon.from > old.from || horizon.until > old.until;
        if horizon == old || !(is_on || is_back) {
            return Ok(Ok(false));
        }
        let mut scenario = (*state.frame.scenario).clone();
        scenario.horizon = horizon;
        let problem = match Problem::of_kept(&scenario) {
            Ok(problem) => problem,
            Err(findings) => return Ok(Err(BookingError::Findings(findings))),
        };
        let day = TimeDelta::days(1);
        let (first_new, last_new) = if is_on {
            ((old.until + day).max(horizon.from), horizon.until)
        } else {
            (horizon.from, (old.from - day).min(horizon.until))
        };
        let mut keys = super::state::keys(&problem);
        keys.retain(|key| (first_new..=last_new).contains(&key.date));
        keys.sort();
        let mut reader = inner.store.reader().await?;
        let before = reader.read().these_days(&keys).await?;
        let before: BTreeMap<DayKey, DayRow> =
            before.into_iter().map(|day| (day.key.clone(), day)).collect();
        // Promises of another system may wait for dates that were never planned.
        let waits = |key: &&DayKey| before.get(*key).is_some_and(is_unplanned);
        let waiting: Vec<DayKey> = keys.iter().filter(waits).cloned().collect();
        let promises = Arc::new(reader.read().promises_of(&waiting).await?);
        drop(reader);
        let (budget, to_plan) = (inner.settings.planning, scenario.clone());
        let dates = (first_new, last_new);
        let planned = if keys.iter().all(|key| before.contains_key(key) && !waiting.contains(key)) {
            planning::Planned::default()
        } else {
            let around = Arc::clone(&promises);
            let plan = move || planning::plan(&to_plan, dates, &around, budget, now);
            inner.compute(plan).await?
        };
        let days: Vec<DayRow> = keys
            .into_iter()
            .map(|key| match before.get(&key) {
                Some(day) if is_unplanned(day) => open::day_row(key, day.version + 1, &planned),
                // It was bookable before: its promises stay with their walk-in blocks.
                Some(day) => DayRow { version: day.version + 1, ..day.clone() },
                None => open::day_row(key, 1, &planned),
            })
            .collect();
        let version = state.frame.version + 1;
        let changed = if waiting.is_empty() {
            Vec::new()
        } else {
            let (rows, limits) = (days.clone(), inner.settings.limits);
            let (scenario, problem) = (scenario.clone(), Arc::new(problem));
            let stamp = now.timestamp_millis();
            let judge = move || {
                let frame = open::unpriced(scenario, version, problem);
                stranded(&frame, &rows, &promises, limits, stamp)
            };
            inner.compute(judge).await?
        };
        let written = async {
            let mut writing = inner.store.begin().await?;
            let row = ScenarioRow { version, body: open::body(&scenario) };
            writing.put_scenario(&row, now.timestamp_millis()).await?;
            writing.put_days(&days).await?;
            let at = now.timestamp_millis();
            let lost = |row| EventRow::of(EventKind::Stranded, SERVICE.to_owned(), at, row);
            let mut events: Vec<EventRow> = changed.iter().map(lost).collect();
            events.push(changed_scenario(at, version));
            let changes = Changes { changed, events, ..Changes::default() };
            let told = writing.write(&changes).await?;
            if let Some(mut plan) = planned.plan {
                plan.scenario_version = version;
                writing.put_plan(&plan).await?;
            }
            writing.commit().await?;
            inner.may_be_stranded.store(true, Ordering::Relaxed);
            Ok::<_, StoreError>(told.unwrap_or_default())
        };
        inner.tell(inner.store.in_time(written).await?);
        let from = horizon.from;
        let how = if is_on { "on" } else { "back" };
        tracing::info!(%from, until = %horizon.until, "the horizon has moved {how}");
        let shared = Arc::clone(inner);
        let read = async { shared.refresh(&mut shared.store.reader().await?.read()).await };
        inner.store.in_time(read).await?;
        Ok(Ok(true))
    }
}

/// Whether a site-day only has promises that wait for it.
fn is_unplanned(day: &DayRow) -> bool {
    day.witness == "{}" && day.prices == "null"
}

/// Those of `promises` that nobody can keep on their dates, now that they have come, as rows.
fn stranded(
    frame: &Frame,
    days: &[DayRow],
    promises: &[PromiseRow],
    limits: Limits,
    now: i64,
) -> Vec<PromiseRow> {
    let mut changed = Vec::new();
    for day in days {
        let Some(site_day) = frame.site_day(&day.key) else { continue };
        let here: Vec<&PromiseRow> = promises.iter().filter(|row| row.day == day.key).collect();
        let witness = Witness::read(&day.witness);
        let recalled = load::recall(frame, site_day, day.version, &witness, &here, limits);
        for lost in recalled.stranded {
            let Some(row) = here.iter().find(|row| row.id == lost.id) else { continue };
            tracing::warn!(id = %row.id, code = lost.code, "nobody can keep an imported promise");
            changed.push(PromiseRow {
                status: Status::Stranded,
                version: row.version + 1,
                updated_at: now,
                ..(*row).clone()
            });
        }
    }
    changed
}
