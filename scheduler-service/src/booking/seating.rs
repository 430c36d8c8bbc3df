//! The evening before: clerks and rooms for the promises of a day, with few stays and breaks spread.
//!
//! All promises stay at their times and walk-in blocks where they are; the plan search chooses clerks
//! and rooms on a problem of that one site-day. What is booked later is put beside it, moving
//! nobody where that is possible.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use scheduler_core::ledger::{
    Block, ClerkIndex, Ledger, Limits, RoomIndex, Seat, Stored, StoredBreak, StoredSeat,
};
use scheduler_core::plan::{self as planner, Budget, Options, Outcome, WallClock};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Appointment, Break, Scenario, Service, Weights};
use scheduler_core::time::{Clock, Window};

use super::command::{AdoptedDay, Adoption, Command};
use super::days::{Days, SiteDay};
use super::ids::Ids;
use super::{BookingError, Office, View, part, times};
use crate::store::DayKey;

/// How often it is tried where others book meanwhile.
const ATTEMPTS: usize = 4;

/// Time for the search of one site-day.
const BUDGET: Duration = Duration::from_millis(600);

impl Office {
    /// Seats the site-days that are due and have not been seated: those of tomorrow from `at` on,
    /// and those of today before anybody is there, where it was missed in the evening. How many.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn seat_due_days(&self, at: Clock) -> Result<usize, BookingError> {
        let due = due(&*self.view().await?, at);
        if due.is_empty() {
            return Ok(0);
        }
        let read = async { self.inner.store.reader().await?.read().seated(&due).await };
        let seated = self.inner.store.in_time(read).await;
        let seated = seated.map_err(|error| self.inner.store_failed(&error))?;
        let mut count = 0;
        for key in due.iter().filter(|key| !seated.contains_key(key)) {
            count += usize::from(self.seat_day(key).await?);
        }
        Ok(count)
    }

    /// Seats a site-day, unless it was or is no more. Whether it did.
    async fn seat_day(&self, key: &DayKey) -> Result<bool, BookingError> {
        for _ in 0..ATTEMPTS {
            let days = self.days(|view| Ok::<_, BookingError>(index(view, key))).await?;
            if days.all.first().is_none_or(|day| day.seated_at.is_some()) {
                return Ok(false);
            }
            let (limits, now) = (self.inner.settings.limits, self.now());
            let adoption = self.inner.compute(move || seating(&days, limits, now));
            let adoption = adoption.await.map_err(|error| self.inner.store_failed(&error))?;
            match self.send(Command::Adopt(adoption), None).await {
                Ok(_) => return Ok(true),
                // Somebody has booked meanwhile.
                Err(BookingError::Stale { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        // Next time, when less is booked.
        Ok(false)
    }
}

/// The site-day of `key`, where there is one.
fn index(view: &View, key: &DayKey) -> Vec<usize> {
    let keys = super::state::keys(view.problem());
    keys.iter().position(|own| own == key).into_iter().collect()
}

/// The open site-days that are to be seated now, seated or not.
fn due(view: &View, at: Clock) -> Vec<DayKey> {
    let problem = view.problem();
    let Some((today, second)) = problem.zone.wall_clock(view.now) else { return Vec::new() };
    let tomorrow = today.succ_opt().filter(|_| second >= at.0 * 60);
    let is_due = |date: NaiveDate, site_day: usize| {
        let shifts = &problem.shifts[problem.site_days[site_day].shifts.clone()];
        let first = shifts.iter().map(|shift| problem.grid.minute_of(shift.window.from)).min();
        let is_ahead = date == today && first.is_some_and(|first| second < first * 60);
        is_ahead || Some(date) == tomorrow
    };
    let keys = super::state::keys(problem).into_iter().enumerate();
    let open = keys.filter(|(site_day, _)| !problem.site_days[*site_day].open.is_empty());
    open.filter(|(site_day, key)| is_due(key.date, *site_day)).map(|(_, key)| key).collect()
}

/// The site-days of `days`, seated; as they are where nothing better is found.
fn seating(days: &Days, limits: Limits, now: DateTime<Utc>) -> Adoption {
    let seated = days.all.iter().map(|day| {
        let before = days.ledger(day);
        let ledger = seated(days, day, limits).filter(|ledger| {
            // What moves nobody is better than what is as good.
            days.worth(day, ledger) > days.worth(day, before) + 1e-6
        });
        AdoptedDay {
            key: day.key.clone(),
            version: day.version,
            ledger: ledger.unwrap_or_else(|| before.clone()),
            pins: Vec::new(),
            seated_at: Some(now.timestamp_millis()),
        }
    });
    Adoption { scenario: days.view.scenario_version, days: seated.collect() }
}

/// The ledger of a site-day with clerks, rooms and breaks that the search has chosen; `None` where it
/// finds none.
fn seated(days: &Days, day: &SiteDay, limits: Limits) -> Option<Ledger> {
    let whole = days.view.problem();
    let ledger = days.ledger(day);
    let problem = Problem::of_kept(&day_alone(days, day)).ok()?;
    let options = Options {
        budget: Budget::Time(BUDGET),
        // Others book meanwhile.
        threads: Some(1),
        ..Options::default()
    };
    let outcome = match planner::plan(&problem, &options, &WallClock::start()) {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::warn!(
                site = day.key.site, date = %day.key.date, %error,
                "no better seats were found; everybody stays where they are"
            );
            return None;
        }
    };
    let stored = stored(whole, &problem, ledger, &outcome)?;
    let restored = Ledger::restore(whole, day.site_day, &stored, limits);
    let is_whole = restored.stranded.is_empty()
        && restored.lost_blocks.is_empty()
        && restored.changes.is_empty();
    is_whole.then_some(restored.ledger)
}

/// The site-day as a scenario without demand and quotas, in which its promises are appointments and
/// its walk-in blocks are appointments that are pinned to their clerks and rooms.
fn day_alone(days: &Days, day: &SiteDay) -> Scenario {
    let (whole, ledger) = (days.view.problem(), days.ledger(day));
    let mut alone = part::of_dates(&days.view.scenario, day.key.date, day.key.date);
    part::keep_sites(&mut alone, &BTreeSet::from([day.key.site.as_str()]));
    alone.demand.clear();
    alone.walk_in_quotas.clear();
    alone.weights = priced(alone.weights);
    let kept = ledger.promises().filter_map(|(entry, _)| day.rows.get(&*entry.id));
    part::add_promises(&mut alone, whole, &Ids::new(whole), kept);
    for (block, seat) in ledger.blocks() {
        add_block(&mut alone, whole, day, (block, seat));
    }
    for taken in ledger.stored_breaks().filter(|taken| taken.pinned) {
        let clerk = &whole.clerks[taken.clerk.0].id;
        pin_break(&mut alone, clerk, whole.grid.clock(taken.window.from), whole, taken.window);
    }
    alone
}

/// What the search is to avoid costs something, also where plans are made without such prices.
fn priced(weights: Weights) -> Weights {
    let usual = Weights::default();
    let or = |own: f64, usual: f64| if own > 0.0 { own } else { usual };
    Weights {
        seat: or(weights.seat, usual.seat),
        move_: or(weights.move_, usual.move_),
        break_pair_minute: or(weights.break_pair_minute, usual.break_pair_minute),
        ..weights
    }
}

fn add_block(alone: &mut Scenario, whole: &Problem, day: &SiteDay, (block, seat): (&Block, Seat)) {
    let Some(room) = seat.room else { return };
    let minutes = whole.grid.minute_of(block.window.steps());
    let mut id = format!("walk-ins {minutes}");
    while alone.services.iter().any(|other| other.id == id && other.minutes != minutes) {
        id.push('\'');
    }
    if !alone.services.iter().any(|other| other.id == id) {
        let id = id.clone();
        alone.services.push(Service { id, minutes, max_persons: 1, ..Service::default() });
    }
    let from = whole.grid.minute_of(block.window.from);
    alone.appointments.push(Appointment {
        id: format!("walk-ins {}", block.number),
        service: id,
        site: day.key.site.clone(),
        start: times::instant(&whole.zone, day.key.date, from),
        persons: 1,
        staff: Some(whole.clerks[seat.clerk.0].id.clone()),
        room: Some(whole.rooms[room.0].id.clone()),
    });
}

/// Leaves a break of `clerk` no other place than `window`.
fn pin_break(alone: &mut Scenario, clerk: &str, from: Clock, whole: &Problem, window: Window) {
    let until = whole.grid.clock(window.until);
    let fits = |rest: &&mut Break| {
        rest.from <= from && until <= rest.until && rest.minutes == until.0 - from.0
    };
    let clerk = alone.staff.iter_mut().find(|own| own.id == clerk);
    let mut breaks = clerk
        .into_iter()
        .flat_map(|clerk| &mut clerk.shifts)
        .flat_map(|shift| shift.pause.iter_mut().chain(&mut shift.breaks));
    if let Some(rest) = breaks.find(fits) {
        (rest.from, rest.until) = (from, until);
    }
}

/// What `ledger` has, with the clerks, rooms and breaks of the plan.
fn stored(whole: &Problem, alone: &Problem, ledger: &Ledger, outcome: &Outcome) -> Option<Stored> {
    let ids = Ids::new(whole);
    let clerk = |index: usize| ids.clerk(&alone.clerks[index].id).map(ClerkIndex);
    let mut seats: BTreeMap<&str, StoredSeat> = BTreeMap::new();
    for slot in &outcome.plan.slots {
        let Some(promise) = slot.promise else { continue };
        let room = match slot.room {
            Some(room) => Some(RoomIndex(ids.room(&alone.rooms[room].id)?)),
            None => None,
        };
        seats.insert(&alone.promises[promise].id, StoredSeat { clerk: clerk(slot.clerk)?, room });
    }
    let mut stored = ledger.to_stored();
    for (entry, seat) in &mut stored.promises {
        *seat = Some(*seats.get(&*entry.id)?);
    }
    let pinned: Vec<StoredBreak> = stored.breaks.iter().copied().filter(|b| b.pinned).collect();
    let mut breaks = Vec::with_capacity(outcome.plan.breaks.len());
    for taken in &outcome.plan.breaks {
        let free = StoredBreak::new(clerk(taken.clerk)?, taken.window);
        breaks.push(free.pinned(pinned.contains(&free.pinned(true))));
    }
    stored.breaks = breaks;
    Some(stored)
}
