//! Another scenario under the book: every promise is kept, or the change is refused with the list
//! of those that could not be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{DateTime, FixedOffset};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use uuid::Uuid;

use super::client::SERVICE;
use super::inner::{Inner, kept_from};
use super::planning::{self, Planned};
use super::recall::{Recalled, recall};
use super::state::State;
use super::{BookingError, Office, Place, Stranded, Violation, open};
use crate::store::{
    AuditRow, Changes, DayKey, DayRow, EventKind, EventRow, PromiseRow, ScenarioRow, Status,
    StoreError, Writing,
};

/// How to replace the scenario.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReplaceMode {
    /// Only say what it would come to.
    pub dry_run: bool,
    /// Accept the scenario whatever becomes of promises: those that cannot be kept at their time are
    /// moved within the day, as few and as little as possible; the rest is listed and waits for
    /// somebody to decide. Otherwise a scenario that cannot keep them all is refused.
    pub repair: bool,
    /// Do not plan: say what becomes of promises alone, for a dry run that answers at once.
    pub promises_only: bool,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Replaced {
    /// The version in force now.
    pub version: u64,
    /// The scenario as it is, or would be, in force: its horizon moves with time.
    pub scenario: Arc<Scenario>,
    /// Promises that are kept at another time of the day; only a repair moves any.
    pub moved: Vec<Moved>,
    /// Promises that are kept at their time by somebody else or elsewhere than before.
    pub reseated: Vec<Reseated>,
    /// Where walk-in blocks are others than before.
    pub blocks: Vec<MovedBlocks>,
    /// What of the walk-in capacity could not be kept, in words.
    pub lacking: Option<String>,
    /// Promises that cannot be kept. They stay on record, without a clerk and a room.
    pub stranded: Vec<Stranded>,
}

/// A promise at another time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its id.
    pub id: Uuid,
    /// Where and when it was.
    pub from: Place,
    /// When it is now.
    pub to: DateTime<FixedOffset>,
    /// What the client calls it.
    pub reference: Option<String>,
}

/// A promise with another clerk or room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reseated {
    /// Its id.
    pub id: Uuid,
    /// Where and when.
    pub place: Place,
    /// What the client calls it.
    pub reference: Option<String>,
    /// Clerk and room before; `None` where there were none.
    pub from: Option<(String, Option<String>)>,
    /// Clerk and room now; no room where none is needed.
    pub to: (String, Option<String>),
}

/// The walk-in blocks of a site-day that are others than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedBlocks {
    /// Which site-day.
    pub day: DayKey,
    /// Those that are no more.
    pub gone: Vec<PlacedBlock>,
    /// Those that are new.
    pub new: Vec<PlacedBlock>,
}

/// A walk-in block: when, who and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlacedBlock {
    /// First minute of the day.
    pub from: u32,
    /// First minute after it.
    pub until: u32,
    /// Id of the clerk.
    pub staff: String,
    /// Id of the room.
    pub room: String,
}

/// How often it is tried where others book meanwhile.
const ATTEMPTS: usize = 4;

impl Office {
    /// Puts `new` in the place of the scenario of version `if_match`. Site-days with other hours,
    /// rooms, shifts or quotas are planned anew around their promises; the others keep their walk-in
    /// blocks.
    ///
    /// # Errors
    /// [`BookingError::Stale`], [`BookingError::Findings`], [`BookingError::WouldStrand`], [`BookingError::Invalid`]
    /// where it has appointments (they are made by booking), and those of every write.
    pub async fn replace_scenario(
        &self,
        mut new: Scenario,
        if_match: u64,
        mode: ReplaceMode,
    ) -> Result<Replaced, BookingError> {
        if !new.appointments.is_empty() {
            return Err(BookingError::Invalid(vec![Violation::new(
                "/appointments",
                "not-here",
                "appointments are made by booking them",
            )]));
        }
        let inner = &self.inner;
        inner.trusted()?;
        inner.look().await.map_err(|error| inner.store_failed(&error))?;
        let old = inner.state();
        if old.frame.version != if_match {
            return Err(BookingError::Stale { current: old.frame.version });
        }
        // An unknown zone is one of the findings below.
        if let Ok(horizon) = open::horizon(&new, inner.settings.horizon_days, inner.now()) {
            new.horizon = horizon;
        }
        let problem = Problem::new(&new).map_err(BookingError::Findings)?;
        let change = Change::new(inner, &old, new, problem, mode.promises_only).await;
        let change = Arc::new(change.map_err(|error| inner.store_failed(&error))?);
        let mut error = StoreError::Race;
        for _ in 0..ATTEMPTS {
            let noted = |replaced: &Replaced| self.noted(inner.now(), None, &outline(replaced));
            match inner.store.in_time(apply(inner, &change, if_match, mode, &noted)).await {
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
}

/// What the audit log has of it.
fn outline(replaced: &Replaced) -> [(&'static str, serde_json::Value); 3] {
    [
        ("version", replaced.version.into()),
        ("moved", replaced.moved.len().into()),
        ("stranded", replaced.stranded.len().into()),
    ]
}

/// A new scenario, and what was planned for it.
#[derive(Debug)]
pub(super) struct Change {
    pub scenario: Arc<Scenario>,
    pub problem: Arc<Problem>,
    /// Site-days that are not as they were.
    pub changed: BTreeSet<DayKey>,
    pub planned: Planned,
}

impl Change {
    /// Plans what is not as it was, around the promises of now, unless these alone are asked about.
    async fn new(
        inner: &Inner,
        old: &State,
        scenario: Scenario,
        problem: Problem,
        promises_only: bool,
    ) -> Result<Self, StoreError> {
        let before = likenesses(&old.frame.problem);
        let mut after = likenesses(&problem);
        after.retain(|key, likeness| before.get(key) != Some(likeness));
        let changed: BTreeSet<DayKey> = after.into_keys().collect();
        let planned = match (changed.first(), changed.last()) {
            (Some(first), Some(last)) if !promises_only => {
                let dates = (first.date, last.date);
                let promises = inner.store.reader().await?.read().live_promises(dates.0).await?;
                // Around one that nobody can keep nothing can be planned.
                let promises: Vec<PromiseRow> =
                    promises.into_iter().filter(|row| row.status != Status::Stranded).collect();
                let (budget, now, to_plan) =
                    (inner.settings.planning, inner.now(), scenario.clone());
                inner
                    .compute(move || planning::plan(&to_plan, dates, &promises, budget, now))
                    .await?
            }
            _ => Planned::default(),
        };
        let (scenario, problem) = (Arc::new(scenario), Arc::new(problem));
        Ok(Self { scenario, problem, changed, planned })
    }
}

/// What a site-day is made of, by ids: two that are alike can keep each other's walk-in blocks.
fn likenesses(problem: &Problem) -> BTreeMap<DayKey, String> {
    let keys = super::state::keys(problem);
    let likeness = |site_day: usize| {
        let day = &problem.site_days[site_day];
        let rooms: Vec<_> = problem.sites[day.site]
            .rooms
            .iter()
            .map(|&room| {
                let equipment = problem.rooms[room].equipment.iter();
                let equipment: Vec<_> = equipment.map(|e| &problem.equipment[e]).collect();
                (&problem.rooms[room].id, equipment)
            })
            .collect();
        let shifts: Vec<_> = problem.shifts[day.shifts.clone()]
            .iter()
            .map(|shift| {
                let clerk = &problem.clerks[shift.clerk];
                let skills: Vec<_> = clerk.skills.iter().map(|s| &problem.skills[s]).collect();
                (&clerk.id, skills, shift.window, &shift.absent, &shift.breaks)
            })
            .collect();
        let quotas: Vec<_> = day
            .quotas
            .iter()
            .map(|&quota| {
                let quota = &problem.quotas[quota];
                let skills: Vec<_> = quota.skills.iter().map(|s| &problem.skills[s]).collect();
                let steps = (quota.min_steps, quota.max_steps, quota.block_steps);
                (&quota.id, quota.window, steps, skills)
            })
            .collect();
        format!("{:?}", (problem.grid.minutes(), &day.open, rooms, shifts, quotas))
    };
    keys.into_iter().enumerate().map(|(site_day, key)| (key, likeness(site_day))).collect()
}

/// Checks every promise against the new scenario and writes it, all in one transaction.
async fn apply(
    inner: &Inner,
    change: &Arc<Change>,
    if_match: u64,
    mode: ReplaceMode,
    noted: &(dyn Fn(&Replaced) -> Vec<AuditRow> + Sync),
) -> Result<Result<Replaced, BookingError>, StoreError> {
    let mut writing = inner.store.begin().await?;
    // Dates may come back that were in an earlier horizon.
    let first = inner.state().frame.first().min(change.scenario.horizon.from);
    let versions = writing.read().versions(first).await?;
    let days: Vec<DayKey> = versions.days.into_keys().collect();
    // Nobody books until this is decided.
    writing.lock(&days).await?;
    let Some(mut kept) = kept_from(&mut writing.read(), Some(first)).await? else {
        return Err(StoreError::Race);
    };
    if kept.scenario.version != if_match {
        return Ok(Err(BookingError::Stale { current: kept.scenario.version }));
    }
    let expired = take_expired(&mut kept.promises, inner.now().timestamp_millis());
    let existing: BTreeMap<DayKey, u64> =
        kept.days.iter().map(|day| (day.key.clone(), day.version)).collect();
    let (theirs, limits) = (Arc::clone(change), inner.settings.limits);
    let now = inner.now();
    let at = mode.repair.then_some(now);
    let were_stranded: BTreeSet<Uuid> = kept
        .promises
        .iter()
        .filter(|promise| promise.status == Status::Stranded)
        .map(|promise| promise.id)
        .collect();
    let recalled =
        inner.compute(move || recall(&theirs, &kept, if_match + 1, (limits, now), at)).await?;
    let mut replaced = Replaced {
        version: if_match,
        scenario: Arc::clone(&change.scenario),
        lacking: change.planned.lacking.clone(),
        moved: recalled.moved,
        reseated: recalled.reseated,
        blocks: recalled.blocks,
        stranded: recalled.stranded,
    };
    if mode.dry_run {
        return Ok(Ok(replaced));
    }
    if !mode.repair {
        // Those that nobody could keep before are no reason to refuse.
        replaced.stranded.retain(|stranded| !were_stranded.contains(&stranded.id));
        if !replaced.stranded.is_empty() {
            return Ok(Err(BookingError::WouldStrand(replaced.stranded)));
        }
    }
    replaced.version = if_match + 1;
    let version = replaced.version;
    write(inner, &mut writing, change, version, &recalled.rows, &existing).await?;
    let Recalled { seats, changed, pins, mut events, .. } = recalled;
    events.push(changed_scenario(now.timestamp_millis(), version));
    let audit = noted(&replaced);
    let changes = Changes { seats, changed, pins, expired, audit, events, ..Changes::default() };
    let told = writing.write(&changes).await?;
    writing.commit().await?;
    inner.may_be_stranded.store(true, Ordering::Relaxed);
    inner.publish(recalled.state);
    inner.tell(told.unwrap_or_default());
    Ok(Ok(replaced))
}

/// That there is another scenario.
pub(super) fn changed_scenario(at: i64, version: u64) -> EventRow {
    EventRow::plain(EventKind::ScenarioChanged, SERVICE.to_owned(), at, version)
}

/// Takes the holds out that have expired: they stand in nobody's way.
fn take_expired(promises: &mut Vec<PromiseRow>, now: i64) -> Vec<Uuid> {
    let has_expired = |row: &mut PromiseRow| row.expires_at.is_some_and(|at| at <= now);
    promises.extract_if(.., has_expired).map(|row| row.id).collect()
}

async fn write(
    inner: &Inner,
    writing: &mut Writing,
    change: &Change,
    version: u64,
    rows: &[DayRow],
    existing: &BTreeMap<DayKey, u64>,
) -> Result<(), StoreError> {
    let now = inner.now().timestamp_millis();
    let scenario = ScenarioRow { version, body: open::body(&change.scenario) };
    writing.put_scenario(&scenario, now).await?;
    writing.put_days(rows).await?;
    // Site-days that are no more: whoever still knows them books nothing there.
    let gone = existing.iter().filter(|(key, _)| !rows.iter().any(|row| row.key == **key));
    let days = gone.map(|(key, version)| crate::store::DayChange {
        key: key.clone(),
        version: *version,
        witness: None,
        seated_at: None,
    });
    writing.write(&Changes { days: days.collect(), ..Changes::default() }).await?;
    if let Some(mut plan) = change.planned.plan.clone() {
        plan.scenario_version = version;
        writing.put_plan(&plan).await?;
    }
    Ok(())
}
