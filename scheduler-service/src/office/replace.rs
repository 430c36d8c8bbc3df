//! Another scenario under the book: every promise is kept, or the change is refused with the list
//! of those that could not be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use scheduler_core::ledger::{Limits, RepairOptions};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use scheduler_core::time::Step;
use uuid::Uuid;

use super::inner::{Inner, kept};
use super::load::{self, Kept};
use super::planning::{self, Planned};
use super::state::{Frame, State};
use super::witness::{self, DayPrices, Witness};
use super::{Office, Place, Stranded, Trouble, Violation, ids::Ids, open, times};
use crate::store::{
    Changes, DayKey, DayRow, PromiseRow, ScenarioRow, SeatChange, StoreError, Writing,
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

/// How often it is tried where others book meanwhile.
const ATTEMPTS: usize = 4;

impl Office {
    /// Puts `new` in the place of the scenario of version `if_match`. Site-days with other hours,
    /// rooms, shifts or quotas are planned anew around their promises; the others keep their walk-in
    /// blocks.
    ///
    /// # Errors
    /// [`Trouble::Stale`], [`Trouble::Findings`], [`Trouble::WouldStrand`], [`Trouble::Invalid`]
    /// where it has appointments (they are made by booking), and those of every write.
    pub async fn replace_scenario(
        &self,
        mut new: Scenario,
        if_match: u64,
        mode: ReplaceMode,
    ) -> Result<Replaced, Trouble> {
        if !new.appointments.is_empty() {
            return Err(Trouble::Invalid(vec![Violation {
                pointer: "/appointments".to_owned(),
                code: "not-here",
                detail: "appointments are made by booking them".to_owned(),
            }]));
        }
        let inner = &self.inner;
        inner.look().await.map_err(|error| inner.trouble(&error))?;
        let old = inner.state();
        if old.frame.version != if_match {
            return Err(Trouble::Stale { current: old.frame.version });
        }
        // An unknown zone is one of the findings below.
        if let Ok(horizon) = open::horizon(&new, inner.settings.horizon_days, inner.now()) {
            new.horizon = horizon;
        }
        let problem = Problem::new(&new).map_err(Trouble::Findings)?;
        let change = Change::new(inner, &old, new, problem).await;
        let change = Arc::new(change.map_err(|error| inner.trouble(&error))?);
        let mut error = StoreError::Race;
        for _ in 0..ATTEMPTS {
            match inner.store.in_time(apply(inner, &change, if_match, mode)).await {
                Ok(done) => return done,
                Err(StoreError::Race) => {}
                Err(other) => {
                    inner.suspect();
                    error = other;
                    break;
                }
            }
        }
        Err(inner.trouble(&error))
    }
}

/// A new scenario, and what was planned for it.
#[derive(Debug)]
struct Change {
    scenario: Arc<Scenario>,
    problem: Arc<Problem>,
    /// Site-days that are not as they were.
    changed: BTreeSet<DayKey>,
    planned: Planned,
}

impl Change {
    /// Plans what is not as it was, around the promises of now.
    async fn new(
        inner: &Inner,
        old: &State,
        scenario: Scenario,
        problem: Problem,
    ) -> Result<Self, StoreError> {
        let before = likenesses(&old.frame.problem);
        let mut after = likenesses(&problem);
        after.retain(|key, likeness| before.get(key) != Some(likeness));
        let changed: BTreeSet<DayKey> = after.into_keys().collect();
        let planned = match (changed.first(), changed.last()) {
            (Some(first), Some(last)) => {
                let dates = (first.date, last.date);
                let promises = inner.store.reader().await?.read().live_promises(dates.0).await?;
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
                (&clerk.id, skills, shift.window, shift.pause)
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
) -> Result<Result<Replaced, Trouble>, StoreError> {
    let mut writing = inner.store.begin().await?;
    let first = inner.state().frame.first();
    let versions = writing.read().versions(first).await?;
    let days: Vec<DayKey> = versions.days.into_keys().collect();
    // Nobody books until this is decided.
    writing.lock(&days).await?;
    let Some(mut kept) = kept(&mut writing.read()).await? else { return Err(StoreError::Race) };
    if kept.scenario.version != if_match {
        return Ok(Err(Trouble::Stale { current: kept.scenario.version }));
    }
    let expired = take_expired(&mut kept.promises, inner.now().timestamp_millis());
    let existing: BTreeMap<DayKey, u64> =
        kept.days.iter().map(|day| (day.key.clone(), day.version)).collect();
    let (theirs, limits) = (Arc::clone(change), inner.settings.limits);
    let at = mode.repair.then(|| inner.now());
    let recalled = inner.compute(move || recall(&theirs, &kept, if_match + 1, limits, at)).await?;
    let mut replaced = Replaced {
        version: if_match,
        scenario: Arc::clone(&change.scenario),
        moved: recalled.moved,
        stranded: recalled.stranded,
    };
    if mode.dry_run {
        return Ok(Ok(replaced));
    }
    if !mode.repair && !replaced.stranded.is_empty() {
        return Ok(Err(Trouble::WouldStrand(replaced.stranded)));
    }
    replaced.version = if_match + 1;
    let version = replaced.version;
    write(inner, &mut writing, change, version, &recalled.rows, &existing).await?;
    let Recalled { seats, changed, .. } = recalled;
    let changes = Changes { seats, changed, expired, ..Changes::default() };
    writing.write(&changes).await?;
    writing.commit().await?;
    inner.publish(recalled.state);
    Ok(Ok(replaced))
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
    });
    writing.write(&Changes { days: days.collect(), ..Changes::default() }).await?;
    if let Some(mut plan) = change.planned.plan.clone() {
        plan.scenario_version = version;
        writing.put_plan(&plan).await?;
    }
    Ok(())
}

/// The book under the new scenario.
struct Recalled {
    state: State,
    rows: Vec<DayRow>,
    seats: Vec<SeatChange>,
    /// Promises that were moved or have lost their clerk.
    changed: Vec<PromiseRow>,
    moved: Vec<Moved>,
    stranded: Vec<Stranded>,
}

/// Where `repair_at` is given, citizens are moved, to no time before it.
fn recall(
    change: &Change,
    kept: &Kept,
    version: u64,
    limits: Limits,
    repair_at: Option<DateTime<Utc>>,
) -> Recalled {
    let problem = &change.problem;
    let before: BTreeMap<&DayKey, &DayRow> = kept.days.iter().map(|d| (&d.key, d)).collect();
    let keys = super::state::keys(problem);
    let rows: Vec<DayRow> = keys
        .iter()
        .map(|key| {
            let before = before.get(key);
            let version = before.map_or(0, |before| before.version) + 1;
            match before {
                Some(before) if !change.changed.contains(key) => {
                    DayRow { version, ..(*before).clone() }
                }
                _ => open::day_row(key.clone(), version, &change.planned),
            }
        })
        .collect();
    let ids = Ids::new(problem);
    let prices: Vec<Option<DayPrices>> =
        rows.iter().map(|row| DayPrices::read(&row.prices)).collect();
    let prices = witness::prices(problem, &prices, &ids);
    let frame = Frame::new(Arc::clone(&change.scenario), version, Arc::clone(problem), ids, prices);
    let mut promises: BTreeMap<&DayKey, Vec<&PromiseRow>> = BTreeMap::new();
    let mut stranded = Vec::new();
    for promise in &kept.promises {
        if frame.site_day(&promise.day).is_some() {
            promises.entry(&promise.day).or_default().push(promise);
        } else if promise.day.date >= frame.first() {
            stranded.push(nowhere(&frame, promise));
        }
    }
    let mut recalled = Recalled {
        rows: Vec::with_capacity(rows.len()),
        seats: Vec::new(),
        changed: Vec::new(),
        moved: Vec::new(),
        stranded,
        state: State { frame: Arc::new(frame), days: Vec::new(), plans: Arc::default() },
    };
    for (site_day, row) in rows.into_iter().enumerate() {
        let here = promises.get(&row.key).map_or(&[][..], Vec::as_slice);
        recalled.add_day(change, site_day, row, here, (limits, repair_at));
    }
    if let Some(at) = repair_at {
        recalled.unseat(&kept.promises, at);
    }
    let mut plans = kept.plans.clone();
    plans.extend(
        change
            .planned
            .plan
            .clone()
            .map(|plan| crate::store::PlanRow { scenario_version: version, ..plan }),
    );
    recalled.state.plans = Arc::new(plans);
    // All processes write site-days in the same order.
    recalled.rows.sort_by(|a, b| a.key.cmp(&b.key));
    recalled
}

impl Recalled {
    fn add_day(
        &mut self,
        change: &Change,
        site_day: usize,
        mut row: DayRow,
        promises: &[&PromiseRow],
        (limits, repair_at): (Limits, Option<DateTime<Utc>>),
    ) {
        let frame = Arc::clone(&self.state.frame);
        // The plan knows clerks and rooms that go well with its walk-in blocks.
        let planned: Vec<PromiseRow> = promises
            .iter()
            .map(|promise| {
                let mut promise = (*promise).clone();
                if let Some((staff, room)) = change.planned.seats.get(&promise.id).cloned() {
                    promise.staff = Some(staff);
                    promise.room = Some(room);
                }
                promise
            })
            .collect();
        let planned: Vec<&PromiseRow> = planned.iter().collect();
        let witness = Witness::read(&row.witness);
        let version = row.version;
        let recalled = match repair_at {
            Some(at) => {
                let not_before = first_step(&frame.problem, site_day, at);
                let options = RepairOptions { limits, not_before, ..RepairOptions::default() };
                load::repair(&frame, site_day, version, &witness, &planned, options)
            }
            None => load::recall(&frame, site_day, version, &witness, &planned, limits),
        };
        self.stranded.extend(recalled.stranded);
        let ledger = &recalled.day.page.ledger;
        row.witness = Witness::of(&frame.problem, ledger).text();
        for promise in promises {
            let Some((_, seat)) = ledger.get(&promise.id.to_string()) else { continue };
            let staff = &frame.problem.clerks[seat.clerk].id;
            let room = &frame.problem.rooms[seat.room].id;
            if let (Some(&minute), Some(at)) =
                (recalled.moved.get(&promise.id.to_string()), repair_at)
            {
                self.move_to(promise, minute, (staff, room), at);
                continue;
            }
            if (promise.staff.as_ref(), promise.room.as_ref()) != (Some(staff), Some(room)) {
                let (id, staff, room) = (promise.id, staff.clone(), room.clone());
                self.seats.push(SeatChange { id, staff, room });
            }
        }
        let mut day = recalled.day;
        // All of it is written with the scenario.
        day.unsaved = false;
        self.state.days.push(day);
        self.rows.push(row);
    }
}

impl Recalled {
    fn move_to(
        &mut self,
        promise: &PromiseRow,
        minute: u32,
        (staff, room): (&str, &str),
        at: DateTime<Utc>,
    ) {
        let zone = &self.state.frame.problem.zone;
        let (from, _) = times::window(zone, promise);
        let mut row = promise.clone();
        row.minute = minute;
        let (to, _) = times::window(zone, &row);
        row.instant = to.timestamp_millis();
        (row.staff, row.room) = (Some(staff.to_owned()), Some(room.to_owned()));
        (row.version, row.updated_at) = (promise.version + 1, at.timestamp_millis());
        self.changed.push(row);
        let from = Place { site: promise.day.site.clone(), start: from };
        self.moved.push(Moved { id: promise.id, from, to, reference: promise.reference.clone() });
    }

    /// Takes clerk and room off the stranded: nobody is to wait for them there.
    fn unseat(&mut self, promises: &[PromiseRow], at: DateTime<Utc>) {
        let stranded: BTreeSet<Uuid> = self.stranded.iter().map(|stranded| stranded.id).collect();
        let rows = promises.iter().filter(|row| stranded.contains(&row.id) && row.staff.is_some());
        self.changed.extend(rows.map(|row| PromiseRow {
            staff: None,
            room: None,
            version: row.version + 1,
            updated_at: at.timestamp_millis(),
            ..row.clone()
        }));
    }
}

/// The first step of the site-day that has not begun at `at`.
fn first_step(problem: &Problem, site_day: usize, at: DateTime<Utc>) -> Step {
    let date = problem.dates[problem.site_days[site_day].day];
    match problem.zone.wall_clock(at.fixed_offset()) {
        Some((today, second)) if today == date => problem.grid.steps_for(second.div_ceil(60)),
        Some((today, _)) if today > date => Step::MAX,
        _ => 0,
    }
}

/// A promise at a site or on a date that the scenario does not have.
fn nowhere(frame: &Frame, promise: &PromiseRow) -> Stranded {
    let (start, _) = times::window(&frame.problem.zone, promise);
    let DayKey { date, site } = &promise.day;
    Stranded {
        id: promise.id,
        place: Place { site: site.clone(), start },
        reference: promise.reference.clone(),
        code: "no-site-day",
        detail: format!("site {site:?} is not part of the scenario on {date}"),
    }
}
