//! Booking of a plan: its slots, and the people of the problem's demand.

use std::collections::BTreeMap;

use chrono::Datelike;
use thiserror::Error;

use super::BookingModel;
use super::ledgers::Templates;
use super::placement::{BookEntry, Placement};
use super::release::{Release, SiteRelease};
use super::requests::{Behaviour, Stream, Wish};
use super::supply::{Supply, SupplySlot};
use super::waitlist::WaitlistBehaviour;
use crate::ledger::LedgerError;
use crate::problem::{Plan, Pool, Problem};
use crate::simulate::key;
use crate::simulate::sample::{Quantiles, SampleError};
use crate::time::{Step, Window};
use crate::words;

words! {
    /// What people who ask for an appointment are offered.
    pub enum BookingBy: "a way to book", default Slots {
        /// The slots of the plan, each for the service that it was made for.
        Slots = "slots",
        /// Every start at which the ledger finds a clerk and a room, promises moving to other clerks
        /// where that makes room. Of the plan its walk-in blocks stay. What capacity flows back on the
        /// day does not.
        Ledger = "ledger",
    }
}

/// Why nothing can be booked.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum BookingError {
    /// How far people want to go is no distribution.
    #[error("a distribution is out of range")]
    Sample(#[from] SampleError),
    /// The walk-in blocks or appointments of the plan cannot be kept.
    #[error("the plan cannot be kept")]
    Ledger(#[from] LedgerError),
}

impl BookingModel {
    /// How `plan` of `problem` is booked.
    ///
    /// # Errors
    /// Where how far people want to go is no distribution, or the plan cannot be kept.
    pub fn of_plan(problem: &Problem, plan: &Plan, by: BookingBy) -> Result<Self, BookingError> {
        let cycle = Repeat::of(problem).days;
        let free = free_time(problem, plan);
        let sites = problem.sites.len();
        let mut minutes = vec![0.0; cycle * sites];
        for (shift, stretches) in problem.shifts.iter().zip(&free) {
            let site_day = &problem.site_days[shift.site_day];
            if site_day.day >= cycle {
                continue;
            }
            let steps: u32 = stretches.iter().map(|window| u32::from(window.steps())).sum();
            minutes[site_day.day * sites + site_day.site] +=
                f64::from(steps * problem.grid.minutes());
        }
        let slots: Vec<SupplySlot> = supply_slots(problem, plan, &free, cycle);
        let asked = match by {
            BookingBy::Slots => Vec::new(),
            BookingBy::Ledger => asked(problem),
        };
        let supply = Supply::new((cycle, sites, problem.services.len()), slots, minutes, &asked);
        let behaviour = behaviour(problem, cycle)?;
        let streams = streams(problem, &supply);
        let release = release(problem);
        let horizon = horizon(problem, &release);
        let mut model =
            Self::new(supply, streams, behaviour, horizon).with_waitlist(waitlist(problem));
        model.release = release;
        if by == BookingBy::Ledger {
            model.through_ledgers(Templates::new(problem, plan, cycle)?);
        }
        model.promise(problem, plan);
        Ok(model)
    }

    /// Puts the scenario's appointments into the book.
    fn promise(&mut self, problem: &Problem, plan: &Plan) {
        let grid = problem.grid;
        for slot in &plan.slots {
            let Some(promise) = slot.promise.map(|promise| &problem.promises[promise]) else {
                continue;
            };
            let start = grid.minute_of(slot.window.from) as u16;
            let is_it = |&&index: &&u32| {
                let found = &self.supply.slots[index as usize];
                u32::from(start) == found.start
                    && (found.service, found.clerk) == (slot.service as u32, slot.clerk as u32)
            };
            let Some(&index) = self.supply.by_time(slot.day, slot.site).iter().find(is_it) else {
                continue;
            };
            if slot.day >= (self.horizon as usize).min(self.supply.cycle) {
                continue;
            }
            let place = Placement::new(slot.day as u32, start, index);
            let lead = place.day() * super::placement::DAY + u32::from(start);
            let entity = key::of(&promise.id) as u32;
            let persons = promise.persons.min(u32::from(u16::MAX)) as u16;
            let entry = BookEntry { entity, persons, show: self.chances.show(lead) };
            // The slot that the plan made of it is as long as it takes.
            let minutes = match self.templates {
                None => 0,
                Some(_) => longer(problem, slot.service, promise.persons),
            };
            self.promised.push((place, entry, minutes));
        }
    }
}

/// How the dates of a scenario become weeks without end: whole weeks repeat, so that a Monday is
/// followed by the next Monday seven days later.
///
/// Fewer than seven dates are as many days of each week; the other days are closed. Of more dates
/// whole weeks repeat. Where days are missing from the last week, they count as closed if they are
/// closed in the week before, as a weekend is; else the dates of that week are left out, for as
/// closed days they would make every second week one of a single Monday.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repeat {
    /// Days after which everything repeats; whole weeks.
    pub days: usize,
    /// Dates of the scenario that repeat, from the first on.
    pub dates: usize,
    /// Dates at its end that do not.
    pub left_out: usize,
}

impl Repeat {
    /// How the dates of `problem` repeat.
    pub fn of(problem: &Problem) -> Self {
        let dates = problem.dates.len();
        let is_closed = |day: usize| {
            let mut sites = 0..problem.sites.len();
            sites.all(|site| problem.site_days[problem.site_day(site, day)].open.is_empty())
        };
        let mut missing = dates..dates.next_multiple_of(7);
        let days = match dates / 7 {
            0 => 7,
            _ if missing.all(|day| is_closed(day - 7)) => dates.next_multiple_of(7),
            weeks => 7 * weeks,
        };
        Self { days, dates: dates.min(days), left_out: dates.saturating_sub(days) }
    }
}

/// For each shift the stretches within opening hours in which its clerk has neither a break nor a
/// walk-in block.
fn free_time(problem: &Problem, plan: &Plan) -> Vec<Vec<Window>> {
    let days = problem.dates.len();
    let mut taken: Vec<Vec<Window>> = vec![Vec::new(); problem.clerks.len() * days];
    for pause in &plan.breaks {
        taken[pause.clerk * days + pause.day].push(pause.window);
    }
    for block in &plan.walk_in_blocks {
        taken[block.clerk * days + block.day].push(block.window);
    }
    for windows in &mut taken {
        windows.sort_unstable();
    }
    let shifts = problem.shifts.iter();
    shifts
        .map(|shift| {
            let site_day = &problem.site_days[shift.site_day];
            let taken = &taken[shift.clerk * days + site_day.day];
            let open = site_day
                .open
                .iter()
                .flat_map(|open| shift.present().map(move |present| open.intersection(present)));
            open.flat_map(|open| without(open, taken)).filter(|part| !part.is_empty()).collect()
        })
        .collect()
}

/// `window` without the windows of `taken`, which are in order.
fn without(window: Window, taken: &[Window]) -> Vec<Window> {
    let mut parts = Vec::new();
    let mut from = window.from;
    for other in taken.iter().filter(|other| other.overlaps(window)) {
        parts.push(Window::new(from, other.from.max(from)));
        from = from.max(other.until);
    }
    parts.push(Window::new(from, window.until));
    parts
}

fn supply_slots(
    problem: &Problem,
    plan: &Plan,
    free: &[Vec<Window>],
    cycle: usize,
) -> Vec<SupplySlot> {
    let grid = problem.grid;
    let slots = plan.slots.iter().filter(|slot| slot.day < cycle);
    slots
        .map(|slot| {
            let site_day = &problem.site_days[problem.site_day(slot.site, slot.day)];
            let until: Step = site_day
                .shifts
                .clone()
                .filter(|&shift| problem.shifts[shift].clerk == slot.clerk)
                .flat_map(|shift| &free[shift])
                .find(|window| window.contains(slot.window.from))
                .map_or(slot.window.until, |window| window.until);
            SupplySlot {
                day: slot.day as u32,
                site: slot.site as u32,
                service: slot.service as u32,
                clerk: slot.clerk as u32,
                start: grid.minute_of(slot.window.from),
                free_until: grid.minute_of(until),
                minutes: grid.minute_of(slot.window.steps()),
            }
        })
        .collect()
}

fn waitlist(problem: &Problem) -> Option<WaitlistBehaviour> {
    let given = problem.operations.waitlist?;
    Some(WaitlistBehaviour {
        without_offer: given.without_offer_share,
        earlier: (given.earlier_share, given.earlier_days),
        days: given.days,
        accepted: given.accepted_share,
        reply_minutes: given.reply_minutes,
    })
}

fn behaviour(problem: &Problem, cycle: usize) -> Result<Behaviour, SampleError> {
    let operations = &problem.operations;
    let requests = &operations.requests;
    let first = problem.dates[0].weekday().num_days_from_monday() as usize;
    let shares: Vec<f64> = (0..cycle).map(|day| requests.by_weekday[(first + day) % 7]).collect();
    let sum: f64 = shares.iter().sum();
    let ahead = requests.ahead_days * 1000.0;
    Ok(Behaviour {
        by_day: shares.iter().map(|share| share / sum).collect(),
        by_hour: requests.by_hour,
        first_free: requests.first_free_share,
        ahead: if ahead > 0.0 {
            Quantiles::gamma(ahead, requests.ahead_cv)?
        } else {
            Quantiles::constant(0.0)?
        },
        choosy: requests.choosy_share,
        persons: requests.persons.clone(),
        cancelled: operations.cancellation_share,
        no_show: (operations.no_show, operations.no_show_per_week),
        least_ahead: 0,
    })
}

/// The pools of demand, those of one service and the same sites together.
fn streams(problem: &Problem, supply: &Supply) -> Vec<Stream> {
    let mut wishes: BTreeMap<(usize, Vec<u32>), Vec<Wish>> = BTreeMap::new();
    for pool in &problem.pools {
        // Of a pool that reaches beyond the dates that repeat, those places ask that do.
        let repeats =
            |&&(site_day, _): &&(usize, Window)| problem.site_days[site_day].day < supply.cycle();
        let places: Vec<(usize, Window)> = pool.places.iter().filter(repeats).copied().collect();
        if places.is_empty() {
            continue;
        }
        let mut sites: Vec<u32> =
            places.iter().map(|&(site_day, _)| problem.site_days[site_day].site as u32).collect();
        sites.sort_unstable();
        sites.dedup();
        let wish = wish(problem, supply, pool, &places);
        wishes.entry((pool.service, sites)).or_default().push(wish);
    }
    let streams = wishes.into_iter();
    streams
        .map(|((service, sites), wishes)| stream(problem, supply, (service, sites), wishes))
        .collect()
}

/// The wish of those of `pool` who ask for one of `places`.
fn wish(problem: &Problem, supply: &Supply, pool: &Pool, places: &[(usize, Window)]) -> Wish {
    let (operations, grid) = (&problem.operations, problem.grid);
    let share = places.len() as f64 / pool.places.len() as f64;
    let mut suits = vec![false; supply.cycle()];
    let mut window = (1440, 0);
    for &(site_day, starts) in places {
        suits[problem.site_days[site_day].day] = true;
        window.0 = window.0.min(grid.minute_of(starts.from));
        window.1 = window.1.max(grid.minute_of(starts.until));
    }
    let asks = operations.requests.factor * (1.0 - operations.online[pool.service]);
    Wish { per_cycle: pool.mean * asks * share, window, suits }
}

fn stream(
    problem: &Problem,
    supply: &Supply,
    (index, sites): (usize, Vec<u32>),
    wishes: Vec<Wish>,
) -> Stream {
    let service = &problem.services[index];
    let lane = |&site: &u32| supply.lane(site as usize, index);
    let most = service.max_persons.min(problem.operations.requests.persons.len() as u32);
    let minutes = (1..=most).map(|persons| longer(problem, index, persons)).collect();
    let names = sites.iter().map(|&site| key::of(&problem.sites[site as usize].id));
    Stream {
        // Whatever else is asked for, those who ask for the same at the same sites stay the same.
        key: names.fold(key::number(key::of(&service.id) as usize), u64::wrapping_add),
        service: index as u32,
        lanes: sites.iter().filter_map(lane).collect(),
        sites,
        wishes,
        minutes,
    }
}

/// Minutes of a visit with so many persons where it is longer than the service's slots, else 0.
fn longer(problem: &Problem, service: usize, persons: u32) -> u32 {
    let (grid, service) = (problem.grid, &problem.services[service]);
    let more = service.extra_person_minutes.saturating_mul(persons.saturating_sub(1));
    let minutes = service.minutes.saturating_add(more).saturating_add(service.buffer_minutes);
    let steps = grid.steps_for(minutes).min(grid.steps_per_day());
    if steps > service.steps { grid.minute_of(steps) } else { 0 }
}

/// Sites and services that somebody asks for.
fn asked(problem: &Problem) -> Vec<(usize, usize)> {
    let pools = problem.pools.iter();
    pools
        .flat_map(|pool| pool.places.iter().map(|place| (place.0, pool.service)))
        .map(|(site_day, service)| (problem.site_days[site_day].site, service))
        .collect()
}

fn release(problem: &Problem) -> Release {
    if problem.release.is_empty() {
        return Release::default();
    }
    let channel = problem.operations.requests.channel.as_deref();
    let of_site = |site| match problem.release_policy(site, channel) {
        None => SiteRelease::default(),
        Some(policy) => {
            SiteRelease { notice: policy.min_notice_minutes, waves: policy.waves.clone() }
        }
    };
    Release::new((0..problem.sites.len()).map(of_site).collect())
}

/// Days ahead that may be booked: those of the scenario, or fewer where no policy opens them.
fn horizon(problem: &Problem, release: &Release) -> u32 {
    let sites = release.sites.iter();
    let sites = sites.map(|site| site.waves.first().map(|wave| wave.days_ahead));
    let released = sites.collect::<Option<Vec<u32>>>().and_then(|days| days.into_iter().max());
    let asked = problem.operations.requests.horizon_days;
    released.map_or(asked, |days| days.min(asked))
}
