//! The book from what the store kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use scheduler_core::ledger::{
    BasketItem, ClerkIndex, Entry, Ledger, Limits, Refusal, RepairOptions, RoomIndex, Stored,
    StoredSeat, Visit,
};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use uuid::Uuid;

use super::error::Stranded;
use super::ids::Ids;
use super::state::{Day, Frame, State};
use super::witness::{self, DayPrices, Witness};
use super::{Place, times};
use crate::store::{DayKey, DayRow, PlanRow, PromiseRow, ScenarioRow, Status, StoreError};

/// Everything that the store has of the horizon.
#[derive(Debug)]
pub(super) struct Kept {
    pub scenario: ScenarioRow,
    pub days: Vec<DayRow>,
    pub promises: Vec<PromiseRow>,
    pub plans: Vec<PlanRow>,
}

/// A site-day as it was kept, and who of it cannot be kept.
#[derive(Debug)]
pub(super) struct Recalled {
    pub day: Day,
    pub stranded: Vec<Stranded>,
    /// Promises that were moved to another minute of the day, by id.
    pub moved: BTreeMap<String, u32>,
    /// Walk-in blocks that were given up.
    pub lost_blocks: usize,
}

/// The state that was kept.
///
/// # Errors
/// [`StoreError::Corrupt`] where the scenario is not one.
pub(super) fn load(kept: Kept, limits: Limits, now: DateTime<Utc>) -> Result<State, StoreError> {
    let corrupt = |problem: String| StoreError::Corrupt { table: "scenario", problem };
    let scenario = Scenario::from_json(kept.scenario.body.as_bytes())
        .map_err(|findings| corrupt(findings.to_string()))?;
    let problem = Problem::of_kept(&scenario).map_err(|findings| corrupt(findings.to_string()))?;
    let ids = Ids::new(&problem);
    let rows: BTreeMap<&DayKey, &DayRow> = kept.days.iter().map(|day| (&day.key, day)).collect();
    let keys = super::state::keys(&problem);
    let prices: Vec<Option<DayPrices>> =
        keys.iter().map(|key| DayPrices::read(&rows.get(key)?.prices)).collect();
    let prices = witness::prices(&problem, &prices, &ids);
    let (version, problem) = (kept.scenario.version, Arc::new(problem));
    let frame = Frame::new(Arc::new(scenario), version, problem, ids, prices);

    let mut promises: BTreeMap<&DayKey, Vec<&PromiseRow>> = BTreeMap::new();
    for promise in kept.promises.iter().filter(|promise| promise.status != Status::Stranded) {
        warn_of_moved_instant(&frame, promise);
        promises.entry(&promise.day).or_default().push(promise);
    }
    let mut days = Vec::with_capacity(frame.keys.len());
    for (site_day, key) in frame.keys.iter().enumerate() {
        let promises = promises.get(key).map_or(&[][..], Vec::as_slice);
        let mut recalled = match rows.get(key) {
            Some(row) => recall(
                &frame,
                site_day,
                row.version,
                &Witness::read(&row.witness),
                promises,
                limits,
            ),
            None => recall(&frame, site_day, 0, &Witness::default(), promises, limits),
        };
        let ahead = promises.iter().filter(|row| times::is_ahead(&frame.problem.zone, row, now));
        let ahead: BTreeSet<Uuid> = ahead.map(|row| row.id).collect();
        recalled.stranded.retain(|stranded| ahead.contains(&stranded.id));
        warn_of_stranded(key, &recalled);
        days.push(recalled.day);
    }
    // So that the first search is as quick as any.
    days.iter().for_each(|day| day.page.warm(&frame.problem));
    Ok(State { frame: Arc::new(frame), days, plans: Arc::new(kept.plans) })
}

/// One site-day again.
pub(super) fn recall(
    frame: &Frame,
    site_day: usize,
    version: u64,
    witness: &Witness,
    promises: &[&PromiseRow],
    limits: Limits,
) -> Recalled {
    let (stored, mut stranded) = stored(frame, site_day, witness, promises);
    let restored = Ledger::restore(&frame.problem, site_day, &stored, limits);
    stranded.extend(strand_all(frame, promises, &restored.stranded));
    let unsaved = !restored.changes.is_empty() || !restored.lost_blocks.is_empty();
    Recalled {
        day: Day::new(frame.page(restored.ledger, version), unsaved),
        stranded,
        moved: BTreeMap::new(),
        lost_blocks: restored.lost_blocks.len(),
    }
}

/// `recalled` with those of `waiting` that can be kept beside the others; the rest is stranded.
pub(super) fn take_back(
    frame: &Frame,
    mut recalled: Recalled,
    waiting: &[&PromiseRow],
    limits: Limits,
) -> Recalled {
    if waiting.is_empty() {
        return recalled;
    }
    let page = Arc::clone(&recalled.day.page);
    let mut ledger = page.ledger().clone();
    for promise in waiting {
        let why = match entry(&frame.problem, &frame.ids, promise) {
            Ok(entry) => match ledger.insert(entry, limits) {
                Ok(_) => continue,
                Err(refusal) => (refusal.code(), refusal.to_string()),
            },
            Err(detail) => ("unknown-in-scenario", detail),
        };
        recalled.stranded.push(strand(&frame.problem, promise, why.0, why.1));
    }
    recalled.day = Day::new(frame.page(ledger, page.version()), true);
    recalled
}

/// One site-day again, citizens being moved where they cannot be kept at their time.
pub(super) fn repair(
    frame: &Frame,
    site_day: usize,
    version: u64,
    witness: &Witness,
    promises: &[&PromiseRow],
    options: RepairOptions,
) -> Recalled {
    let (stored, mut stranded) = stored(frame, site_day, witness, promises);
    let repaired = Ledger::repair(&frame.problem, site_day, &stored, options);
    stranded.extend(strand_all(frame, promises, &repaired.stranded));
    let minute = |step| frame.problem.grid.minute_of(step);
    let moved = repaired.moved.iter().map(|moved| (moved.id.to_string(), minute(moved.to)));
    let unsaved = !repaired.changes.is_empty() || !repaired.lost_blocks.is_empty();
    Recalled {
        moved: moved.collect(),
        day: Day::new(frame.page(repaired.ledger, version), unsaved),
        stranded,
        lost_blocks: repaired.lost_blocks.len(),
    }
}

/// What was kept, in terms of the problem, and the promises that it does not know.
fn stored(
    frame: &Frame,
    site_day: usize,
    witness: &Witness,
    promises: &[&PromiseRow],
) -> (Stored, Vec<Stranded>) {
    let Frame { problem, ids, .. } = frame;
    let mut stranded = Vec::new();
    let mut stored = Stored::default();
    stored.blocks = witness.blocks(problem, site_day, ids);
    stored.breaks = witness.breaks(problem, ids);
    for promise in promises {
        match entry(problem, ids, promise) {
            Ok(entry) => {
                let staff = promise.staff.as_deref().and_then(|id| ids.clerk(id));
                let room = promise.room.as_deref().and_then(|id| ids.room(id)).map(RoomIndex);
                let seat = staff.map(|staff| StoredSeat { clerk: ClerkIndex(staff), room });
                stored.promises.push((entry, seat));
            }
            Err(detail) => stranded.push(strand(problem, promise, "unknown-in-scenario", detail)),
        }
    }
    (stored, stranded)
}

fn strand_all(
    frame: &Frame,
    promises: &[&PromiseRow],
    refused: &[(Entry, Refusal)],
) -> Vec<Stranded> {
    let strand = |(entry, refusal): &(Entry, Refusal)| {
        let row = promises.iter().find(|row| *row.id.to_string() == *entry.id)?;
        Some(strand(&frame.problem, row, refusal.code(), refusal.to_string()))
    };
    refused.iter().filter_map(strand).collect()
}

fn strand(problem: &Problem, row: &PromiseRow, code: &'static str, detail: String) -> Stranded {
    let (start, _) = times::window(&problem.zone, row);
    Stranded {
        id: row.id,
        place: Place { site: row.day.site.clone(), start },
        reference: row.reference.clone(),
        code,
        detail,
    }
}

/// A promise in terms of `problem`; `Err` says what of it the scenario does not know.
pub(super) fn entry(problem: &Problem, ids: &Ids, row: &PromiseRow) -> Result<Entry, String> {
    let mut basket = Vec::with_capacity(row.basket.len());
    for (id, persons) in &row.basket {
        let service = ids.service(id).ok_or_else(|| format!("there is no service {id:?}"))?;
        basket.push(BasketItem { service, persons: *persons });
    }
    // The length that was promised, whatever the services take by now.
    let mut visit = Visit::promised(problem, &basket, row.minutes)
        .map_err(|errors| errors.first().map(ToString::to_string).unwrap_or_default())?;
    for name in &row.skills {
        let skill = ids.skill(name).ok_or_else(|| format!("nobody has the skill {name:?}"))?;
        visit.skills.insert(skill);
    }
    let clerk =
        row.only_staff().map(|id| ids.clerk(id).ok_or_else(|| format!("there is no clerk {id:?}")));
    let room =
        row.only_room().map(|id| ids.room(id).ok_or_else(|| format!("there is no room {id:?}")));
    let grid = problem.grid;
    let off_grid = || format!("minute {} is not on the grid", row.minute);
    let visit = visit.pinned(clerk.transpose()?.map(ClerkIndex), room.transpose()?.map(RoomIndex));
    let start = grid.step_at(row.minute).ok_or_else(off_grid)?;
    Ok(Entry::new(row.id.to_string(), basket, visit, start).expiring(row.expires_at))
}

/// People were told a time of the wall clock, and that stays; but who reminds them by instants
/// should know when the rules of the zone have changed since.
fn warn_of_moved_instant(frame: &Frame, row: &PromiseRow) {
    let (start, _) = times::window(&frame.problem.zone, row);
    if start.timestamp_millis() != row.instant {
        tracing::warn!(
            id = %row.id, start = %start.to_rfc3339(), instant_when_promised = row.instant,
            "the rules of the time zone have changed: the appointment keeps its wall-clock time"
        );
    }
}

fn warn_of_stranded(key: &DayKey, recalled: &Recalled) {
    for stranded in &recalled.stranded {
        tracing::error!(
            id = %stranded.id, site = key.site, date = %key.date, code = stranded.code,
            "nobody can keep this promise: {}", stranded.detail
        );
    }
    if recalled.lost_blocks > 0 {
        tracing::warn!(
            site = key.site, date = %key.date, blocks = recalled.lost_blocks,
            "walk-in blocks have no place beside the promises"
        );
    }
}
