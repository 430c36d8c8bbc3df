//! The book under another scenario: who keeps what, who has to move, who is left.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use scheduler_core::ledger::{Limits, RepairOptions};
use scheduler_core::problem::Problem;
use scheduler_core::time::Step;
use uuid::Uuid;

use super::client::SERVICE;
use super::ids::Ids;
use super::load::{self, Kept};
use super::replace::{Change, Moved, MovedBlocks, PlacedBlock, Reseated};
use super::state::{self, Frame, State};
use super::witness::{self, DayPrices, Witness};
use super::{Place, Stranded, open, times};
use crate::store::{
    DayKey, DayRow, EventKind, EventRow, PlanRow, PromiseRow, SeatChange, Spot, Status,
};

/// The book under the new scenario.
pub(super) struct Recalled {
    pub state: State,
    pub rows: Vec<DayRow>,
    pub seats: Vec<SeatChange>,
    /// Promises that were pinned to somebody who does not come any more.
    pub pins: Vec<(Uuid, bool)>,
    /// Promises that were moved or have lost their clerk.
    pub changed: Vec<PromiseRow>,
    pub moved: Vec<Moved>,
    /// Promises with another clerk or room at their time.
    pub reseated: Vec<Reseated>,
    pub blocks: Vec<MovedBlocks>,
    pub stranded: Vec<Stranded>,
    /// What happened to promises.
    pub events: Vec<EventRow>,
}

/// `kept` under the scenario of `change`, which gets `version`. Where `repair_at` is given, citizens
/// are moved, to no time before it: those of the site-days that have changed, or of all where none has.
pub(super) fn recall(
    change: &Change,
    kept: &Kept,
    version: u64,
    (limits, now): (Limits, DateTime<Utc>),
    repair_at: Option<DateTime<Utc>>,
) -> Recalled {
    let problem = &change.problem;
    let before: BTreeMap<&DayKey, &DayRow> = kept.days.iter().map(|d| (&d.key, d)).collect();
    let keys = state::keys(problem);
    let rows: Vec<DayRow> = keys
        .iter()
        .map(|key| {
            let before = before.get(key);
            let version = before.map_or(0, |before| before.version) + 1;
            match before {
                Some(before) if !change.changed.contains(key) => {
                    DayRow { version, ..(*before).clone() }
                }
                Some(before) => {
                    let mut row = open::day_row(key.clone(), version, &change.planned);
                    let planned = Witness::read(&row.witness);
                    row.witness = planned.keeping_pins(Witness::read(&before.witness)).text();
                    row
                }
                None => open::day_row(key.clone(), version, &change.planned),
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
        pins: Vec::new(),
        changed: Vec::new(),
        moved: Vec::new(),
        reseated: Vec::new(),
        blocks: Vec::new(),
        stranded,
        events: Vec::new(),
        state: State { frame: Arc::new(frame), days: Vec::new(), plans: Arc::default() },
    };
    for (site_day, row) in rows.into_iter().enumerate() {
        let here = promises.get(&row.key).map_or(&[][..], Vec::as_slice);
        // Citizens of other days are left in peace, unless the stranded of all days are tried again.
        let is_meant = change.changed.is_empty() || change.changed.contains(&row.key);
        let repair_here = repair_at.filter(|_| is_meant);
        recalled.add_day(change, site_day, row, here, (limits, repair_here), now);
        let before = before.get(&keys[site_day]).map(|day| Witness::read(&day.witness).placed());
        recalled.compare_blocks(&before.unwrap_or_default());
    }
    // What is over or was served needs nobody any more.
    let zone = &problem.zone;
    let ahead = kept.promises.iter().filter(|row| times::is_ahead(zone, row, now));
    let ahead: BTreeSet<Uuid> = ahead.map(|row| row.id).collect();
    recalled.stranded.retain(|stranded| ahead.contains(&stranded.id));
    if let Some(at) = repair_at {
        recalled.unseat(&kept.promises, at);
    }
    let mut plans = kept.plans.clone();
    plans.extend(
        change.planned.plan.clone().map(|plan| PlanRow { scenario_version: version, ..plan }),
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
        now: DateTime<Utc>,
    ) {
        let frame = Arc::clone(&self.state.frame);
        // The plan knows clerks and rooms that go well with its walk-in blocks.
        let planned: Vec<PromiseRow> = promises
            .iter()
            .map(|promise| {
                let mut promise = (*promise).clone();
                if repair_at.is_some() && is_pinned_to_nobody(&frame.problem, site_day, &promise) {
                    promise.seat_pinned = false;
                    self.pins.push((promise.id, false));
                }
                if let Some((staff, room)) = change.planned.seats.get(&promise.id).cloned() {
                    promise.staff = Some(staff);
                    promise.room = Some(room);
                }
                promise
            })
            .collect();
        // Those that nobody could keep stand in nobody's way, unless others are moved anyway.
        let (tried, waiting): (Vec<&PromiseRow>, Vec<&PromiseRow>) = planned
            .iter()
            .partition(|promise| repair_at.is_some() || promise.status != Status::Stranded);
        let witness = Witness::read(&row.witness);
        let version = row.version;
        let recalled = match repair_at {
            Some(at) => {
                let not_before = first_step(&frame.problem, site_day, at);
                let mut options = RepairOptions::default();
                (options.limits, options.not_before) = (limits, not_before);
                load::repair(&frame, site_day, version, &witness, &tried, options)
            }
            None => {
                let recalled = load::recall(&frame, site_day, version, &witness, &tried, limits);
                load::take_back(&frame, recalled, &waiting, limits)
            }
        };
        self.stranded.extend(recalled.stranded);
        let ledger = recalled.day.page.ledger();
        row.witness = Witness::of(&frame.problem, ledger).text();
        for promise in promises {
            let Some((_, seat)) = ledger.get(&promise.id.to_string()) else { continue };
            let staff = &frame.problem.clerks[seat.clerk.0].id;
            let room = seat.room.map(|room| &frame.problem.rooms[room.0].id);
            if let (Some(&minute), Some(at)) =
                (recalled.moved.get(&promise.id.to_string()), repair_at)
            {
                self.move_to(promise, minute, (staff, room), at);
                continue;
            }
            let to = (staff.clone(), room.cloned());
            self.note_seat(promise, to);
            if promise.status == Status::Stranded {
                // There is somebody who keeps it again.
                let row = PromiseRow {
                    status: Status::Booked,
                    staff: Some(staff.clone()),
                    room: room.cloned(),
                    version: promise.version + 1,
                    updated_at: now.timestamp_millis(),
                    ..(*promise).clone()
                };
                self.events.push(happened(EventKind::KeptAgain, now, &row));
                self.changed.push(row);
                continue;
            }
            if (promise.staff.as_ref(), promise.room.as_ref()) != (Some(staff), room) {
                let (id, staff, room) = (promise.id, staff.clone(), room.cloned());
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
    /// Notes where the walk-in blocks of the last site-day are others than those `before`.
    fn compare_blocks(&mut self, before: &BTreeSet<PlacedBlock>) {
        let Some(row) = self.rows.last() else { return };
        let after = Witness::read(&row.witness).placed();
        if *before != after {
            let gone = before.difference(&after).cloned().collect();
            let new = after.difference(before).cloned().collect();
            self.blocks.push(MovedBlocks { day: row.key.clone(), gone, new });
        }
    }

    /// Notes who keeps a promise, and where, if that is not as before.
    fn note_seat(&mut self, promise: &PromiseRow, to: (String, Option<String>)) {
        let from = promise.staff.clone().map(|staff| (staff, promise.room.clone()));
        if from.as_ref() == Some(&to) {
            return;
        }
        let (start, _) = times::window(&self.state.frame.problem.zone, promise);
        let place = Place { site: promise.day.site.clone(), start };
        let (id, reference) = (promise.id, promise.reference.clone());
        self.reseated.push(Reseated { id, place, reference, from, to });
    }

    fn move_to(
        &mut self,
        promise: &PromiseRow,
        minute: u32,
        (staff, room): (&str, Option<&String>),
        at: DateTime<Utc>,
    ) {
        let zone = &self.state.frame.problem.zone;
        let (from, _) = times::window(zone, promise);
        let mut row = promise.clone();
        row.minute = minute;
        let (to, _) = times::window(zone, &row);
        row.instant = to.timestamp_millis();
        (row.staff, row.room) = (Some(staff.to_owned()), room.cloned());
        (row.version, row.updated_at) = (promise.version + 1, at.timestamp_millis());
        if row.status == Status::Stranded {
            row.status = Status::Booked;
        }
        let mut event = happened(EventKind::Moved, at, &row);
        event.from = Some(Spot::of(promise));
        self.events.push(event);
        self.changed.push(row);
        let from = Place { site: promise.day.site.clone(), start: from };
        self.moved.push(Moved { id: promise.id, from, to, reference: promise.reference.clone() });
    }

    /// Takes clerk and room off the stranded: nobody is to wait for them there.
    fn unseat(&mut self, promises: &[PromiseRow], at: DateTime<Utc>) {
        let stranded: BTreeSet<Uuid> = self.stranded.iter().map(|stranded| stranded.id).collect();
        let is_new = |row: &&PromiseRow| row.status == Status::Booked || row.staff.is_some();
        let rows = promises.iter().filter(|row| stranded.contains(&row.id)).filter(is_new);
        for row in rows {
            let booked = row.status == Status::Booked;
            let row = PromiseRow {
                status: if booked { Status::Stranded } else { row.status },
                staff: None,
                room: None,
                seat_pinned: false,
                version: row.version + 1,
                updated_at: at.timestamp_millis(),
                ..row.clone()
            };
            if booked {
                self.events.push(happened(EventKind::Stranded, at, &row));
            }
            self.changed.push(row);
        }
    }
}

/// What happened by a change of the scenario to the promise that is `row` now.
fn happened(kind: EventKind, at: DateTime<Utc>, row: &PromiseRow) -> EventRow {
    EventRow::of(kind, SERVICE.to_owned(), at.timestamp_millis(), row)
}

/// Whether a planner has pinned the promise to a clerk who is not there for all of it.
fn is_pinned_to_nobody(problem: &Problem, site_day: usize, promise: &PromiseRow) -> bool {
    let shifts = &problem.shifts[problem.site_days[site_day].shifts.clone()];
    let grid = problem.grid;
    let (from, until) = (grid.steps_for(promise.minute), promise.minute + promise.minutes);
    let comes = shifts
        .iter()
        .filter(|shift| Some(&problem.clerks[shift.clerk].id) == promise.staff.as_ref())
        .any(|shift| (from..grid.steps_for(until)).all(|step| shift.is_present(step)));
    promise.seat_pinned && promise.staff.is_some() && !comes
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
