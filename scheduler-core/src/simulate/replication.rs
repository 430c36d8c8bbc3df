//! One replication: weeks of booking, and the days at the counters of those that are measured.

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::booking::{BookingBy, BookingDay, BookingFigures, BookingModel, BookingRun};
use super::crowd::{Crowd, wait_at};
use super::key;
use super::model::{Booking, Channel, MINUTE, ModelError};
use super::office::{Office, Offices};
use super::random::{Draws, Purpose};
use super::run::{Absence, SimulateError, SimulationOptions};
use super::sample::Quantiles;
use super::service_day::{DayEnd, Observer, PreparedDay, Scratch, Today, run_day};
use super::statistics::Sample;
use super::tally::{HALF_HOURS, Histogram, Tally, WEEKDAYS};
use super::warm_up;
use crate::problem::{Plan, Problem};

/// Everything that replications share.
#[derive(Debug)]
pub(super) struct SimulationContext<'a> {
    pub(super) problem: &'a Problem,
    /// As the figures of the scenario have it.
    pub(super) world: World,
    /// As each of its draws has it.
    drawn: Vec<World>,
    /// By how much walk-ins of days differ, in millionths; `None` where they do not.
    crowd: Option<Quantiles>,
    sites: Vec<u64>,
    clerks: Vec<u32>,
    /// Who is ill when, in order.
    absent: Vec<Absence>,
    pub(super) seed: u64,
    pub(super) warm_up_days: u32,
    pub(super) measured_days: u32,
}

/// What is true of the office, as far as it is not planned.
#[derive(Debug)]
pub(super) struct World {
    pub(super) booking: BookingModel,
    pub(super) offices: Offices,
    /// By site-day; `None` where closed.
    days: Vec<Option<PreparedDay>>,
}

impl World {
    fn new(problem: &Problem, plan: &Plan, by: BookingBy) -> Result<Self, SimulateError> {
        let booking = BookingModel::of_plan(problem, plan, by)?;
        let offices = Offices::new(problem, plan)?;
        let days = offices.days.iter().map(|office| {
            office.as_ref().map(|office| PreparedDay::new(office.model.clone())).transpose()
        });
        let days = days.collect::<Result<Vec<_>, ModelError>>()?;
        Ok(Self { booking, offices, days })
    }
}

/// How many draws of what may be true fit into memory, each with days and tables of its own: at least
/// two, and as many as a quarter of a gigabyte holds.
fn most_draws(problem: &Problem) -> usize {
    const MEMORY: usize = 1 << 28;
    /// About what a site-day takes, and a table of quantiles.
    const SITE_DAY: usize = 12_000;
    const TABLE: usize = 16_500;
    let persons = problem.operations.requests.persons.len().max(1);
    let tables = problem.services.iter().map(|s| persons.min(s.max_persons.max(1) as usize));
    let each = problem.site_days.len() * SITE_DAY + tables.sum::<usize>() * TABLE;
    (MEMORY / each.max(1)).max(2)
}

/// Mean of the factor by which walk-ins of days differ, in the table.
const USUAL: f64 = 1e6;

/// What a replication reuses.
#[derive(Debug)]
pub(super) struct Workspace {
    scratch: Scratch,
    book: Vec<Booking>,
    absent: Vec<u32>,
    tallies: Vec<Tally>,
}

impl Workspace {
    pub(super) fn new(problem: &Problem) -> Self {
        let services = problem.services.len();
        Self {
            scratch: Scratch::new(),
            book: Vec::new(),
            absent: Vec::new(),
            tallies: problem.sites.iter().map(|_| Tally::new(services)).collect(),
        }
    }
}

/// What a site's days of a replication come to; or those of all sites together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sums {
    pub(super) booking: BookingFigures,
    /// Days on which the site was open, summed over sites.
    pub(super) site_days: f64,
    /// Days on which one of the sites was open.
    pub(super) open_days: f64,
    /// Hours for which the doors were open.
    pub(super) open_hours: f64,
    /// Clerks who came, summed over days.
    pub(super) clerk_days: f64,
    /// Minutes.
    pub(super) overtime: f64,
    pub(super) most_waiting: f64,
    /// Hours of service within shifts, and of shifts without breaks.
    pub(super) busy: f64,
    pub(super) rostered: f64,
    /// Hours of clerks while the doors are open, breaks not counted.
    pub(super) attended: f64,
    /// Minutes.
    pub(super) idle_for_missed: f64,
    /// Money.
    pub(super) cost: f64,
}

/// What one replication found.
#[derive(Debug, Clone)]
pub(super) struct Replication {
    /// Sums of all sites together, then of each.
    pub(super) sums: Vec<Sums>,
    /// Customers of each site.
    pub(super) tallies: Vec<Tally>,
    /// Days to the next free slot and booked leads, by day, warm-up included.
    pub(super) lead_days: Vec<(Sample, Sample)>,
    /// Open days by site and weekday.
    pub(super) weekday_days: Vec<[f64; WEEKDAYS]>,
}

/// An observer of a replication who is told which day it is.
pub trait Watch: Observer {
    /// From now on it is the `day`-th measured day, 0 the first, at the site with this index.
    fn day(&mut self, _site: usize, _day: u32) {}
}

impl Watch for () {}

impl<'a> SimulationContext<'a> {
    pub(super) fn new(
        problem: &'a Problem,
        plan: &Plan,
        options: &SimulationOptions,
    ) -> Result<Self, SimulateError> {
        let world = World::new(problem, plan, options.booking_by)?;
        let drawn = (0..problem.operations.draws.len().min(most_draws(problem)))
            .into_par_iter()
            .filter_map(|draw| problem.drawn(draw))
            .map(|problem| World::new(&problem, plan, options.booking_by))
            .collect::<Result<Vec<_>, SimulateError>>()?;
        let day_cv = problem.operations.walk_in_day_cv;
        let crowd = (day_cv > 0.0).then(|| Quantiles::gamma(USUAL, day_cv)).transpose()?;
        let booking = &world.booking;
        let cycle = booking.supply.cycle() as u32;
        let warm_up_weeks = options.warm_up_weeks.unwrap_or_else(|| {
            // Who is booked when it begins has been served after the horizon; two weeks more for
            // what their places left behind.
            let least = booking.horizon.div_ceil(7) + 2;
            let starts_empty = problem.promises.is_empty();
            if starts_empty { warm_up::weeks(booking, options.seed, least) } else { 0 }
        });
        let whole = |weeks: u32| (weeks * 7).next_multiple_of(cycle);
        let mut absent = options.absent.clone();
        let called = problem.operations.sick_calls.iter();
        absent.extend(called.map(|&(clerk, day)| Absence { clerk, day }));
        absent.sort_unstable();
        absent.dedup();
        Ok(Self {
            problem,
            sites: problem.sites.iter().map(|site| key::of(&site.id)).collect(),
            clerks: problem.clerks.iter().map(|clerk| key::of(&clerk.id) as u32).collect(),
            absent,
            seed: options.seed,
            warm_up_days: whole(warm_up_weeks),
            measured_days: whole(options.weeks),
            world,
            drawn,
            crowd,
        })
    }

    /// How many draws of what is true there are: replications take one after the other.
    pub(super) fn draws(&self) -> usize {
        self.drawn.len()
    }

    /// What is true in a replication.
    fn world(&self, replication: u64) -> &World {
        match self.drawn.len() as u64 {
            0 => &self.world,
            draws => &self.drawn[(replication % draws) as usize],
        }
    }

    /// The `replication`-th replication, which `watch` sees too; `None` where it was stopped.
    pub(super) fn replicate<W: Watch>(
        &self,
        replication: u64,
        (workspace, watch): (&mut Workspace, &mut W),
        is_stopped: impl Fn() -> bool,
    ) -> Result<Option<Replication>, SimulateError> {
        let sites = self.problem.sites.len();
        let all_days = self.warm_up_days + self.measured_days;
        let world = self.world(replication);
        let mut run = BookingRun::new(&world.booking, self.seed, replication, self.warm_up_days);
        let mut sums = vec![Sums::default(); sites + 1];
        let mut lead_days = Vec::with_capacity(all_days as usize);
        let mut weekday_days = vec![[0.0; WEEKDAYS]; sites];
        let mut booking = BookingDay::default();
        workspace.tallies.iter_mut().for_each(Tally::clear);
        for day in 0..all_days {
            if day % 7 == 0 && is_stopped() {
                return Ok(None);
            }
            run.book_day(&mut booking);
            let of_all = &booking.places[0];
            lead_days.push((
                Sample { num: of_all.next_free, den: of_all.looks },
                Sample { num: of_all.lead_days, den: of_all.bookings },
            ));
            let Some(measured) = day.checked_sub(self.warm_up_days) else { continue };
            for (sums, figures) in sums.iter_mut().zip(&booking.places) {
                sums.booking.add(figures);
            }
            let cycle_day = day as usize % world.booking.supply.cycle();
            let weekday = self.weekday(cycle_day);
            let mut any = false;
            for site in 0..sites {
                let Some((office, model)) = self.open(world, site, cycle_day) else { continue };
                any = true;
                watch.day(site, measured);
                self.fill_book(&run, site, office, workspace);
                let ill = &mut workspace.absent;
                self.call_in_sick(office, (replication, measured), ill);
                self.leave_out(office, cycle_day, ill);
                let staffed = self.staffed(&run, site, office)?;
                let model = staffed.as_ref().unwrap_or(model);
                let today = Today::new(model, &workspace.book, &workspace.absent)?;
                let stream = self.sites[site].wrapping_add(key::number(measured as usize));
                let draws = Draws::new(self.seed, replication, stream);
                let today = today.with_crowd(self.crowd(draws));
                workspace.tallies[site].turn_to(weekday);
                let mut observers = (&mut workspace.tallies[site], &mut *watch);
                let end = run_day(model, today, draws, &mut workspace.scratch, &mut observers);
                let figures = self.day_sums(site, office, &workspace.absent, &end);
                sums[site + 1].add(&figures);
                sums[0].add(&figures);
                sums[site + 1].open_days += 1.0;
                weekday_days[site][weekday] += 1.0;
            }
            sums[0].open_days += f64::from(u8::from(any));
        }
        let tallies = workspace.tallies.clone();
        Ok(Some(Replication { sums, tallies, lead_days, weekday_days }))
    }

    /// Weekday of a day of the cycle, 0 for Monday.
    fn weekday(&self, cycle_day: usize) -> usize {
        let first = self.problem.dates[0].weekday().num_days_from_monday() as usize;
        (first + cycle_day) % WEEKDAYS
    }

    /// How many times as many people as usual walk in on the day of `draws`.
    fn crowd(&self, draws: Draws) -> f64 {
        let bits = draws.bits(Purpose::Crowd, 0, 0) >> 32;
        self.crowd.as_ref().map_or(1.0, |crowd| f64::from(crowd.at(bits as u32)) / USUAL)
    }

    fn open<'w>(
        &self,
        world: &'w World,
        site: usize,
        cycle_day: usize,
    ) -> Option<(&'w Office, &'w PreparedDay)> {
        if cycle_day >= self.problem.dates.len() {
            return None;
        }
        let site_day = self.problem.site_day(site, cycle_day);
        world.offices.days[site_day].as_ref().zip(world.days[site_day].as_ref())
    }

    fn fill_book(
        &self,
        run: &BookingRun<'_>,
        site: usize,
        office: &Office,
        workspace: &mut Workspace,
    ) {
        let book = &mut workspace.book;
        book.clear();
        run.appointments(site, |minute, service, persons, entity, show| {
            let at = office.millis(minute);
            book.push(Booking { at, kind: office.kind(service, persons), show, entity });
        });
    }

    /// The day as the ledger staffs it: who books may move breaks and walk-in blocks.
    fn staffed(
        &self,
        run: &BookingRun<'_>,
        site: usize,
        office: &Office,
    ) -> Result<Option<PreparedDay>, ModelError> {
        let day = run
            .ledger(site)
            .map(|ledger| PreparedDay::new(office.staffed_by(self.problem, ledger)));
        day.transpose()
    }

    fn call_in_sick(&self, office: &Office, (replication, day): (u64, u32), absent: &mut Vec<u32>) {
        absent.clear();
        let share = self.problem.operations.sick_share;
        if share > 0.0 {
            // Of the day, not of a site: who is ill is ill everywhere.
            let draws = Draws::new(self.seed, replication, key::number(day as usize));
            let clerks = office.clerks.iter().enumerate();
            let ill = clerks
                .filter(|&(_, &clerk)| draws.uniform(Purpose::Sick, self.clerks[clerk], 0) < share);
            absent.extend(ill.map(|(index, _)| index as u32));
        }
    }

    /// Adds those of `office` who are known to be ill on the `day`-th date.
    fn leave_out(&self, office: &Office, day: usize, absent: &mut Vec<u32>) {
        if self.absent.is_empty() {
            return;
        }
        let is_ill = |clerk: usize| self.absent.binary_search(&Absence { clerk, day }).is_ok();
        for (index, &clerk) in (0_u32..).zip(&office.clerks) {
            if is_ill(clerk) && !absent.contains(&index) {
                absent.push(index);
            }
        }
    }

    /// Names and dates of those who are known to be ill.
    pub(super) fn absences(&self) -> Vec<(String, NaiveDate)> {
        let named = |absence: &Absence| {
            let clerk = &self.problem.clerks[absence.clerk];
            (clerk.id.clone(), self.problem.dates[absence.day])
        };
        self.absent.iter().map(named).collect()
    }

    fn day_sums(&self, site: usize, office: &Office, absent: &[u32], end: &DayEnd) -> Sums {
        let operations = &self.problem.operations;
        let hours = |millis: u64| millis as f64 / 3.6e6;
        let minutes = |millis: u64| millis as f64 / f64::from(MINUTE);
        let worked_over = hours(end.worked_over);
        Sums {
            booking: BookingFigures::default(),
            site_days: 1.0,
            open_days: 0.0,
            open_hours: office.open_hours,
            clerk_days: (office.clerks.len() - absent.len()) as f64,
            overtime: minutes(u64::from(end.overtime)),
            most_waiting: f64::from(end.most_waiting),
            busy: hours(end.busy.saturating_sub(end.worked_over)),
            rostered: hours(end.staffed.saturating_sub(end.paused)),
            attended: (0_u32..)
                .zip(&office.attended_hours)
                .filter(|(clerk, _)| !absent.contains(clerk))
                .map(|(_, hours)| hours)
                .sum(),
            idle_for_missed: minutes(end.idle_for_missed),
            cost: (office.paid_hours + worked_over) * operations.per_clerk_hour
                + operations.per_site_day[site],
        }
    }
}

impl Sums {
    pub(super) fn add(&mut self, other: &Self) {
        self.booking.add(&other.booking);
        self.site_days += other.site_days;
        self.open_days += other.open_days;
        self.open_hours += other.open_hours;
        self.clerk_days += other.clerk_days;
        self.overtime += other.overtime;
        self.most_waiting += other.most_waiting;
        self.busy += other.busy;
        self.rostered += other.rostered;
        self.attended += other.attended;
        self.idle_for_missed += other.idle_for_missed;
        self.cost += other.cost;
    }
}

impl Replication {
    /// How the waits are distributed: all sites together first, each time appointments and
    /// walk-ins.
    pub(super) fn waits(&self) -> Vec<Histogram> {
        let mut waits = vec![Histogram::default(); 2];
        for (tally, channel) in self.tallies.iter().flat_map(|t| Channel::ALL.map(|c| (t, c))) {
            waits[channel as usize].add(tally.histogram(channel));
            waits.push(tally.histogram(channel).clone());
        }
        waits
    }

    /// Waits in minutes and customers by site, channel and half hour.
    pub(super) fn half_hours(&self) -> Vec<Sample> {
        let mut samples = Vec::with_capacity(self.tallies.len() * 2 * HALF_HOURS);
        for (tally, channel) in self.tallies.iter().flat_map(|t| Channel::ALL.map(|c| (t, c))) {
            samples.extend(tally.half_hours(channel).iter().map(wait_at));
        }
        samples
    }

    /// What people go through at each time of the week: index
    /// `((site * WEEKDAYS + weekday) * 2 + channel) * HALF_HOURS + half_hour`.
    pub(super) fn times(&self) -> Vec<Crowd> {
        let mut crowds = Vec::with_capacity(self.tallies.len() * WEEKDAYS * 2 * HALF_HOURS);
        for (tally, days) in self.tallies.iter().zip(&self.weekday_days) {
            for (weekday, &days) in days.iter().enumerate() {
                for channel in Channel::ALL {
                    let half_hours = tally.half_hours_of(weekday, channel).iter();
                    crowds.extend(half_hours.map(|half_hour| Crowd::at(half_hour, days)));
                }
            }
        }
        crowds
    }

    /// What people go through by service: index `(site * 2 + channel) * services + service`.
    pub(super) fn services(&self, services: usize) -> Vec<Crowd> {
        let mut crowds = Vec::with_capacity(self.tallies.len() * 2 * services);
        for (tally, channel) in self.tallies.iter().flat_map(|t| Channel::ALL.map(|c| (t, c))) {
            crowds.extend((0..services).map(|service| Crowd::of(tally.of(channel, service))));
        }
        crowds
    }
}
