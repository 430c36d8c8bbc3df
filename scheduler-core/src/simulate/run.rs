//! The call: a problem and its plan in, figures with what they rest on out.
//!
//! See [`simulate`](super) for a whole example. Who wants to decide himself how long to go on adds
//! replications to a [`Simulation`]:
//!
//! ```
//! # use scheduler_core::monitor::WallClock;
//! # use scheduler_core::plan::{Budget, Options, plan};
//! # use scheduler_core::problem::Problem;
//! # use scheduler_core::scenario::Scenario;
//! use scheduler_core::simulate::result::Stop;
//! use scheduler_core::simulate::run::{Simulation, SimulationOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! # let scenario = Scenario::from_json(json.as_bytes())?;
//! # let problem = Problem::new(&scenario)?;
//! # let planning = Options { budget: Budget::Steps(200), ..Options::default() };
//! # let plan = plan(&problem, &planning, &WallClock::start())?.plan;
//! let mut simulation = Simulation::new(&problem, &plan, &SimulationOptions::default())?;
//! let clock = WallClock::start();
//! while simulation.reached() > 0.5 && simulation.replications() < 100 {
//!     simulation.advance_to(simulation.replications() + 10, &clock)?;
//! }
//! let run = simulation.finish(Stop::Precision)?;
//! assert!(run.replications >= 10);
//! # Ok(())
//! # }
//! ```

use rayon::prelude::*;
use thiserror::Error;

use super::booking::{BookingBy, BookingError, Repeat};
use super::crowd::{self, Crowd};
use super::figures;
use super::model::{Channel, ModelError};
use super::options;
use super::parts::SectionSums;
use super::replication::{Replication, SimulationContext, Sums, Watch, Workspace};
use super::result::{
    ByService, ByTime, HalfHour, Kpi, LeadDay, Run, SECTIONS, Section, Stop, WaitlistMeasure,
};
use super::sample::SampleError;
use super::statistics::{Estimate, Sample, Stopping, ratio};
use super::tally::{HALF_HOURS, Tally, WEEKDAYS};
use super::{sanity, warnings};
use crate::monitor::{Monitor, Progress, SimulationProgress};
use crate::problem::{Plan, Problem};
use crate::threads;

pub use super::options::{Absence, SimulationOptions, Until};

/// The figures of a replication and what watched it; `None` where it was stopped.
type Watched<W> = Option<(Vec<Sample>, W)>;

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SimulateError {
    /// An option is out of its range.
    #[error("{option} is {value}; it must be {expected}")]
    Option {
        /// Name of the option.
        option: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A service time, lateness or patience is beyond what can be computed with.
    #[error("a distribution is out of range")]
    Sample(#[from] SampleError),
    /// Nothing of the plan can be booked.
    #[error("booking cannot be simulated")]
    Booking(#[from] BookingError),
    /// A day is beyond what can be simulated.
    #[error("a day cannot be simulated")]
    Model(#[from] ModelError),
    /// The run was stopped before the first replication was done.
    #[error("the run was stopped before there was a result")]
    Cancelled,
}

/// Simulates `plan` of `problem`.
///
/// The same problem, plan and options give the same run, byte for byte, on any number of threads.
///
/// # Errors
/// Where an option is out of range, or the monitor stops the run before anything is known.
pub fn simulate(
    problem: &Problem,
    plan: &Plan,
    options: &SimulationOptions,
    monitor: &dyn Monitor,
) -> Result<Run, SimulateError> {
    let mut simulation = Simulation::new(problem, plan, options)?;
    let one = std::slice::from_mut(&mut simulation);
    let stop = until_enough(one, options.until, |one, target| match one {
        [only] => only.advance_to(target, monitor),
        _ => Ok(true),
    })?;
    simulation.finish(stop)
}

/// Goes on with `simulations` until there are enough replications, all with the same: as many as the
/// least precise of them needs. `advance` has to bring each of them to a number of replications; where
/// it says false it was stopped, and so is this.
///
/// # Errors
/// Those of `advance`.
pub fn until_enough<'a>(
    simulations: &mut [Simulation<'a>],
    until: Until,
    mut advance: impl FnMut(&mut [Simulation<'a>], u64) -> Result<bool, SimulateError>,
) -> Result<Stop, SimulateError> {
    let (relative, most) = match until {
        Until::Replications(count) => (0.0, count),
        Until::Precision { relative, most } => (relative, most),
    };
    let mut stopping = Stopping::new(relative, most);
    let mut target = match until {
        Until::Replications(count) => count,
        Until::Precision { .. } => stopping.first(),
    };
    loop {
        if !advance(simulations, target)? {
            return Ok(Stop::Cancelled);
        }
        let reached = simulations.iter().map(Simulation::reached).fold(0.0, f64::max);
        match (until, stopping.next(target, reached)) {
            (Until::Replications(_), _) => return Ok(Stop::Replications),
            (Until::Precision { .. }, Some(next)) => target = next,
            (Until::Precision { .. }, None) if stopping.is_reached(reached) => {
                return Ok(Stop::Precision);
            }
            (Until::Precision { .. }, None) => return Ok(Stop::Most),
        }
    }
}

/// A simulation to which replications are added bit by bit, for who decides himself how many are
/// enough. [`simulate`] is one that decides by its options.
#[derive(Debug)]
pub struct Simulation<'a> {
    context: SimulationContext<'a>,
    pool: Option<rayon::ThreadPool>,
    most: u64,
    pub(super) weeks: f64,
    kpis: Vec<Kpi>,
    pub(super) samples: Vec<Vec<Sample>>,
    pub(super) sections: Vec<SectionSums>,
    /// By replication: sums of all sites and of each.
    pub(super) sums: Vec<Vec<Sums>>,
    /// Customers by site, of all replications.
    pub(super) tallies: Vec<Tally>,
}

/// Replications between two reports of progress.
const BATCH: u64 = 16;

/// The same where people book through ledgers, which takes a hundred times as long.
const BATCH_OF_LEDGERS: u64 = 2;

impl<'a> Simulation<'a> {
    /// Prepares a simulation of `plan`; [`SimulationOptions::until`] says no more than what
    /// progress is measured against.
    ///
    /// # Errors
    /// Where an option is out of range.
    pub fn new(
        problem: &'a Problem,
        plan: &Plan,
        options: &SimulationOptions,
    ) -> Result<Self, SimulateError> {
        let most = options::check(problem, options)?;
        let context = SimulationContext::new(problem, plan, options)?;
        let sites = problem.sites.len();
        Ok(Self {
            pool: options.threads.and_then(threads::pool),
            most,
            weeks: f64::from(context.measured_days) / 7.0,
            context,
            kpis: Kpi::list(sites),
            samples: Vec::new(),
            sections: Vec::new(),
            sums: Vec::new(),
            tallies: vec![Tally::new(problem.services.len()); sites],
        })
    }

    /// Replications done.
    pub fn replications(&self) -> u64 {
        self.samples.len() as u64
    }

    /// What each replication contributed so far, as [`Run::samples`].
    pub fn samples(&self) -> &[Vec<Sample>] {
        &self.samples
    }

    /// Goes on until `target` replications are done; false where the monitor stopped it before.
    ///
    /// # Errors
    /// Where a day cannot be simulated.
    pub fn advance_to(
        &mut self,
        target: u64,
        monitor: &dyn Monitor,
    ) -> Result<bool, SimulateError> {
        while self.replications() < target {
            let from = self.replications();
            let until = target.min(from + self.batch());
            let batch = self.replicate((from..until).collect(), monitor);
            // In order, and up to the first that was not done.
            for replication in batch {
                let Some(replication) = replication? else { return Ok(false) };
                self.add(&replication);
            }
            monitor.progress(&Progress::Simulating(SimulationProgress {
                scenario: 0,
                scenarios: 1,
                replications: self.replications(),
                most: self.most.max(target),
                reached: self.reached(),
            }));
        }
        Ok(true)
    }

    /// How many services there are.
    pub(super) fn services(&self) -> usize {
        self.context.problem.services.len()
    }

    /// What is known of the customers of each site before there is a replication.
    pub(super) fn no_tallies(&self) -> Vec<Tally> {
        let problem = self.context.problem;
        vec![Tally::new(problem.services.len()); problem.sites.len()]
    }

    /// Replications between two looks at the monitor.
    pub(super) fn batch(&self) -> u64 {
        match self.context.world.booking.booking_by() {
            BookingBy::Slots => BATCH,
            BookingBy::Ledger => BATCH_OF_LEDGERS,
        }
    }

    /// The replications with these numbers, in order; `None` for those that were not done.
    pub(super) fn replicate(
        &self,
        replications: Vec<u64>,
        monitor: &dyn Monitor,
    ) -> Vec<Result<Option<Replication>, SimulateError>> {
        let context = &self.context;
        let work = || {
            let one = |workspace: &mut Workspace, replication| {
                context.replicate(replication, (workspace, &mut ()), || monitor.cancelled())
            };
            let replications = replications.into_par_iter();
            replications.map_init(|| Workspace::new(context.problem), one).collect()
        };
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// Does the replications with these numbers, each with a witness of its own that `witness` makes:
    /// what each contributes to the figures, as [`Self::samples`], and its witness; `None` for those
    /// that the monitor stopped. Nothing of it is added to the simulation.
    ///
    /// # Errors
    /// Where a day cannot be simulated.
    pub fn watched<W: Watch + Send>(
        &self,
        replications: std::ops::Range<u64>,
        witness: impl Fn() -> W + Sync,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Watched<W>>, SimulateError> {
        let context = &self.context;
        let one = |workspace: &mut Workspace, replication| {
            let mut watch = witness();
            let done =
                context.replicate(replication, (workspace, &mut watch), || monitor.cancelled())?;
            Ok(done.map(|done| (figures::samples(&done, self.weeks), watch)))
        };
        let work = || {
            let replications = replications.into_par_iter();
            replications.map_init(|| Workspace::new(context.problem), one).collect()
        };
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    fn add(&mut self, replication: &Replication) {
        let section = self.samples.len() % SECTIONS;
        self.samples.push(figures::samples(replication, self.weeks));
        let services = self.services();
        match self.sections.get_mut(section) {
            Some(sums) => sums.add(replication, services),
            None => self.sections.push(SectionSums::of(replication, services)),
        }
        self.sums.push(replication.sums.clone());
        for (sum, more) in self.tallies.iter_mut().zip(&replication.tallies) {
            sum.add(more);
        }
    }

    /// Largest half width over value among the headline figures of all sites together; infinite
    /// before it is known. A figure that nothing contributes to does not count.
    pub fn reached(&self) -> f64 {
        if self.samples.len() < 2 {
            return f64::INFINITY;
        }
        let headline = |kpi: &Kpi| kpi.site.is_none() && kpi.id.is_headline();
        let positions = self.kpis.iter().enumerate().filter(|(_, kpi)| headline(kpi));
        positions
            .filter_map(|(position, kpi)| {
                let estimate = ratio(self.samples.iter().map(|samples| samples[position]))?;
                Some(estimate.relative(figures::floor(kpi.id)))
            })
            .fold(0.0, f64::max)
    }

    /// Runs one replication again, with `watch` as witness of every customer of its measured days.
    ///
    /// # Errors
    /// Where a day cannot be simulated.
    pub fn replay<W: Watch>(&self, replication: u64, watch: &mut W) -> Result<(), SimulateError> {
        let mut workspace = Workspace::new(self.context.problem);
        self.context.replicate(replication, (&mut workspace, watch), || false).map(|_| ())
    }

    /// What was found, and that it ended by `stop`.
    ///
    /// # Errors
    /// Where no replication is done.
    pub fn finish(self, stop: Stop) -> Result<Run, SimulateError> {
        if self.samples.is_empty() {
            return Err(SimulateError::Cancelled);
        }
        let problem = self.context.problem;
        let reached = self.reached();
        let lead_by_day = self.lead_by_day();
        let warm_up_days = self.context.warm_up_days as usize;
        let mut sums = vec![Sums::default(); problem.sites.len() + 1];
        for (place, more) in self.sums.iter().flat_map(|replication| replication.iter().enumerate())
        {
            sums[place].add(more);
        }
        let warnings = warnings::all(&self.context, &sums, &self.tallies, &lead_by_day);
        let customers = self.tallies.iter().flat_map(|t| Channel::ALL.map(|c| t.channel(c)));
        Ok(Run {
            sites: problem.sites.iter().map(|site| site.name.clone()).collect(),
            site_ids: problem.sites.iter().map(|site| site.id.clone()).collect(),
            half_hours: self.half_hours(),
            services: problem.services.iter().map(|service| service.name.clone()).collect(),
            service_ids: problem.services.iter().map(|service| service.id.clone()).collect(),
            by_service: self.by_service(),
            by_time: self.by_time(),
            waitlist: self.waitlist(),
            lead_by_day,
            warm_up_days,
            warnings,
            analytic: sanity::lines(&sums, &self.tallies),
            replications: self.samples.len() as u64,
            seed: self.context.seed,
            draws: self.context.draws(),
            booking_by: self.context.world.booking.booking_by(),
            reached,
            repeat: Repeat::of(problem),
            absent: self.context.absences(),
            stop,
            customers: customers.map(|waits| waits.served + waits.left.iter().sum::<u64>()).sum(),
            kpis: self.kpis,
            samples: self.samples,
            sections: self.sections.into_iter().map(|sums| Section { waits: sums.waits }).collect(),
        })
    }

    fn waitlist(&self) -> Option<Vec<(WaitlistMeasure, Option<Estimate>)>> {
        self.context.problem.operations.waitlist?;
        let of_all = self.sums.iter().filter_map(|places| places.first());
        let sums = of_all.map(|sums| &sums.booking.waitlist);
        Some(WaitlistMeasure::all(&sums, self.weeks * 7.0))
    }

    fn half_hours(&self) -> Vec<HalfHour> {
        let mut list = Vec::new();
        for site in 0..self.tallies.len() {
            for channel in Channel::ALL {
                for half_hour in 0..HALF_HOURS {
                    let index = (site * 2 + channel as usize) * HALF_HOURS + half_hour;
                    let sections: Vec<Sample> =
                        self.sections.iter().map(|section| section.half_hours[index]).collect();
                    if sections.iter().any(|sample| sample.den > 0.0) {
                        list.push(HalfHour { site, channel, half_hour, sections });
                    }
                }
            }
        }
        list
    }

    /// Of the groups that anybody belongs to.
    fn by_service(&self) -> Vec<ByService> {
        let services = self.context.problem.services.len();
        let sections: Vec<&[Crowd]> = self.sections.iter().map(|one| &*one.services).collect();
        let mut list = Vec::new();
        for (index, crowd) in crowd::groups(&sections) {
            let (place, service) = (index / services, index % services);
            let (site, channel) = (place / 2, Channel::ALL[place % 2]);
            list.push(ByService { site, channel, service, crowd });
        }
        list
    }

    /// Of the half-hours in which anybody came or waited.
    fn by_time(&self) -> Vec<ByTime> {
        let sections: Vec<&[Crowd]> = self.sections.iter().map(|one| &*one.times).collect();
        let mut list = Vec::new();
        for (index, crowd) in crowd::groups(&sections) {
            let (place, half_hour) = (index / HALF_HOURS, index % HALF_HOURS);
            let (place, channel) = (place / 2, Channel::ALL[place % 2]);
            let (site, weekday) = (place / WEEKDAYS, place % WEEKDAYS);
            list.push(ByTime { site, channel, weekday, half_hour, crowd });
        }
        list
    }

    fn lead_by_day(&self) -> Vec<LeadDay> {
        let days = self.sections.first().map_or(0, |section| section.lead_days.len());
        let of_day = |day: usize| LeadDay {
            next_free: self.sections.iter().map(|section| section.lead_days[day].0).collect(),
            booked: self.sections.iter().map(|section| section.lead_days[day].1).collect(),
        };
        (0..days).map(of_day).collect()
    }
}
