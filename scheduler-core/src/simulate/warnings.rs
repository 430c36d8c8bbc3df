//! What a planner should know before reading the figures.
//!
//! ```
//! # use scheduler_core::monitor::WallClock;
//! # use scheduler_core::plan::{Budget, Options, plan};
//! # use scheduler_core::problem::Problem;
//! # use scheduler_core::scenario::Scenario;
//! use scheduler_core::simulate::run::{SimulationOptions, Until, simulate};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! # let scenario = Scenario::from_json(json.as_bytes())?;
//! # let problem = Problem::new(&scenario)?;
//! # let planning = Options { budget: Budget::Steps(200), ..Options::default() };
//! # let plan = plan(&problem, &planning, &WallClock::start())?.plan;
//! # let mut options = SimulationOptions::default();
//! # (options.until, options.weeks) = (Until::Replications(5), 2);
//! let run = simulate(&problem, &plan, &options, &WallClock::start())?;
//! for warning in &run.warnings {
//!     println!("{:?} {}", warning.kind, warning.finding.message);
//! }
//! # Ok(())
//! # }
//! ```

use super::booking::BookingBy;
use super::model::{Channel, MINUTE};
use super::replication::{SimulationContext, Sums};
use super::result::LeadDay;
use super::service_day::Left;
use super::statistics::{Sample, difference};
use super::tally::Tally;
use crate::scenario::{Finding, codes};

/// Bookings a cycle over slots from which on lead times are those of the horizon.
const FULL: f64 = 1.0;

/// From here on small changes of the demand move lead times a lot.
const NEARLY_FULL: f64 = 0.95;

/// Clerks who are busy for a larger part of their time have no slack for a bad day.
const BUSY: f64 = 0.95;

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// At least as many appointments are asked for as there are slots, or time where people book
    /// through ledgers.
    Full,
    /// Nearly as many appointments are asked for as there are slots, or time.
    NearlyFull,
    /// Clerks of a site are busy nearly all the time.
    Busy,
    /// Walk-ins of a site are served for hours after closing, as neither tickets nor patience end it.
    Endless,
    /// People come to a site without an appointment, and the plan keeps no time for them.
    NothingKept,
    /// People come to a site for whom nobody is there, or no room.
    Unserved,
    /// Lead times are not the same at the end of the weeks as at their begin.
    Settling,
}

/// Something that a planner should know before reading the figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// Index of the site; `None` for all together.
    pub site: Option<usize>,
    /// Names of the services that it is about.
    pub services: Vec<String>,
    /// All of it for programs, with its values.
    pub finding: Finding,
}

/// All warnings: demand first, then sites, then what the weeks show.
pub(super) fn all(
    context: &SimulationContext<'_>,
    sums: &[Sums],
    tallies: &[Tally],
    lead_by_day: &[LeadDay],
) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = match context.world.booking.booking_by() {
        BookingBy::Slots => demand(context, &sums[0]).into_iter().collect(),
        BookingBy::Ledger => demand_for_time(context),
    };
    for (site, (sums, tally)) in sums.iter().skip(1).zip(tallies).enumerate() {
        let endless = endless(context, site, sums, tally);
        if endless.is_none() {
            warnings.extend(busy(context, site, sums));
        }
        warnings.extend(endless);
        warnings.extend(nothing_kept(context, site));
        warnings.extend(unserved(context, site, tally));
    }
    warnings.extend(trend(context, lead_by_day));
    warnings
}

/// Requests that reach what can be booked.
fn demand(context: &SimulationContext<'_>, sums: &Sums) -> Option<Warning> {
    const MOST_NAMED: usize = 5;
    let services = &context.problem.services;
    let loads = context.world.booking.loads();
    let named = |suits: &dyn Fn(f64) -> bool| {
        let all: Vec<String> = loads
            .iter()
            .filter(|&&(_, load)| suits(load))
            .map(|&(service, load)| {
                let name = &services[service].name;
                if load.is_finite() {
                    format!("{name} ({:.0} %)", 100.0 * load)
                } else {
                    format!("{name} (no slots)")
                }
            })
            .collect();
        let more = all.len().saturating_sub(MOST_NAMED);
        let text = all[..all.len() - more].join(", ");
        if more > 0 { format!("{text} and {more} more") } else { text }
    };
    let is_full = |load: f64| load >= FULL;
    let is_nearly = |load: f64| (NEARLY_FULL..FULL).contains(&load);
    let (full, nearly) = (named(&is_full), named(&is_nearly));
    let kind = if full.is_empty() { WarningKind::NearlyFull } else { WarningKind::Full };
    let lost = share(sums.booking.without_offer, sums.booking.requests);
    let lead = share(sums.booking.next_free, sums.booking.looks);
    let message = if !full.is_empty() {
        format!(
            "people ask for at least as many appointments as there are slots: {full}. The calendar \
             fills up to its horizon of {} days, whatever else is done: {:.0} % of all requests \
             find nothing, and the next free slot is {lead:.1} days away. Add slots or move people \
             elsewhere before comparing waits",
            context.world.booking.horizon,
            100.0 * lost
        )
    } else if !nearly.is_empty() {
        format!(
            "requests come close to the slots: {nearly}. Lead times then depend on small changes of \
             the demand and vary much from month to month"
        )
    } else {
        return None;
    };
    let about = |load: f64| if kind == WarningKind::Full { is_full(load) } else { is_nearly(load) };
    let about = loads.iter().filter(|&&(_, load)| about(load));
    Some(Warning {
        kind,
        site: None,
        services: about.map(|&(service, _)| services[service].name.clone()).collect(),
        finding: Finding::new(codes::SIMULATION_OVERLOAD, "/demand".to_owned(), message),
    })
}

/// The same where people book through ledgers, which have time and no slots: site by site.
fn demand_for_time(context: &SimulationContext<'_>) -> Vec<Warning> {
    let named = |service: usize| context.problem.services[service].name.clone();
    let services: Vec<String> = context.world.booking.impossible().into_iter().map(named).collect();
    let impossible = (!services.is_empty()).then(|| {
        let message = format!(
            "people ask for appointments for which no clerk and room can be had on any day: {}. \
             Train or equip for them, or send them elsewhere",
            services.join(", ")
        );
        let finding = Finding::new(codes::SIMULATION_OVERLOAD, "/demand".to_owned(), message);
        Warning { kind: WarningKind::Full, site: None, services, finding }
    });
    let loads = context.world.booking.time_loads().into_iter().enumerate();
    let crowded = loads.filter_map(|(site, (asked, there))| {
        let load = if there > 0.0 { asked / there } else { return None };
        let name = &context.problem.sites[site].name;
        let (kind, message) = if load >= FULL {
            (
                WarningKind::Full,
                format!(
                    "people ask {name} for {:.0} % of the time that there is for appointments. \
                         The calendar fills up to its horizon of {} days, whatever else is done. \
                         Add time or move people elsewhere before comparing waits",
                    100.0 * load,
                    context.world.booking.horizon
                ),
            )
        } else if load >= NEARLY_FULL {
            (
                WarningKind::NearlyFull,
                format!(
                    "people ask {name} for {:.0} % of the time that there is for appointments. \
                         Lead times then depend on small changes of the demand and vary much from \
                         month to month",
                    100.0 * load
                ),
            )
        } else {
            return None;
        };
        let pointer = format!("/sites/{site}");
        let finding = Finding::new(codes::SIMULATION_OVERLOAD, pointer, message);
        Some(Warning { kind, site: Some(site), services: Vec::new(), finding })
    });
    impossible.into_iter().chain(crowded).collect()
}

fn busy(context: &SimulationContext<'_>, site: usize, sums: &Sums) -> Option<Warning> {
    let busy = share(sums.busy, sums.rostered);
    (busy > BUSY).then(|| {
        let message = format!(
            "clerks of {} serve for {:.0} % of the time that they are there: queues hardly shrink, \
             and waits last until closing. Add clerks, or send fewer people",
            context.problem.sites[site].name,
            100.0 * busy
        );
        Warning {
            kind: WarningKind::Busy,
            site: Some(site),
            services: Vec::new(),
            finding: Finding::new(codes::SIMULATION_BUSY, format!("/sites/{site}"), message),
        }
    })
}

/// Waits that last as long as they do only because the model lets them.
fn endless(
    context: &SimulationContext<'_>,
    site: usize,
    sums: &Sums,
    tally: &Tally,
) -> Option<Warning> {
    const LEAST_HOURS: f64 = 2.0;
    let operations = &context.problem.operations;
    let mut days = 0..context.problem.dates.len();
    let is_limited = days.any(|day| {
        let tickets = &operations.tickets[context.problem.site_day(site, day)];
        tickets.most.is_some() || tickets.most_waiting.is_some()
    });
    let hours = share(sums.overtime, sums.site_days) / 60.0;
    let walked = tally.channel(Channel::WalkIn);
    let found = hours >= LEAST_HOURS && walked.served > 0 && !is_limited;
    (found && operations.patience.is_none()).then(|| {
        let wait = share(walked.wait as f64, walked.served as f64) / f64::from(MINUTE);
        let message = format!(
            "at {} the last customer leaves {hours:.1} hours after closing, and walk-ins wait \
             {wait:.0} minutes in the mean: nobody gives up and no ticket is refused, which no \
             office bears. Set tickets or patience in the operations, or add clerks",
            context.problem.sites[site].name
        );
        Warning {
            kind: WarningKind::Endless,
            site: Some(site),
            services: Vec::new(),
            finding: Finding::new(codes::SIMULATION_ENDLESS, format!("/sites/{site}"), message),
        }
    })
}

/// Walk-ins for whom there is time only where appointments leave it.
fn nothing_kept(context: &SimulationContext<'_>, site: usize) -> Option<Warning> {
    let (mut expected, mut days) = (0.0, 0_u32);
    for day in 0..context.problem.dates.len() {
        let office = context.world.offices.days[context.problem.site_day(site, day)].as_ref();
        let Some(office) = office.filter(|office| office.expected_walk_ins() >= 1.0) else {
            continue;
        };
        if office.model.clerks.iter().any(|clerk| !clerk.desk.is_empty()) {
            return None;
        }
        expected += office.expected_walk_ins();
        days += 1;
    }
    (days > 0).then(|| {
        let message = format!(
            "{:.0} people a day come to {} without an appointment, and the plan keeps no time for \
             them: they are served where appointments leave some. Ask for it with a walk-in quota",
            expected / f64::from(days),
            context.problem.sites[site].name
        );
        let pointer = format!("/sites/{site}");
        Warning {
            kind: WarningKind::NothingKept,
            site: Some(site),
            services: Vec::new(),
            finding: Finding::new(codes::SIMULATION_NOTHING_KEPT, pointer, message),
        }
    })
}

fn unserved(context: &SimulationContext<'_>, site: usize, tally: &Tally) -> Option<Warning> {
    let services = 0..context.problem.services.len();
    let left = |service: usize| -> u64 {
        Channel::ALL.iter().map(|&channel| tally.of(channel, service).left_for(Left::Nobody)).sum()
    };
    let came = |service: usize| -> u64 {
        let waits = Channel::ALL.map(|channel| tally.of(channel, service));
        waits.iter().map(|waits| waits.served + waits.left.iter().sum::<u64>()).sum()
    };
    // A few come when everybody who could serve them has gone home.
    let missed: Vec<&str> = services
        .filter(|&service| 20 * left(service) > came(service))
        .map(|service| context.problem.services[service].name.as_str())
        .collect();
    (!missed.is_empty()).then(|| {
        let message = format!(
            "people come to {} for whom nobody is there, or no room: {}. Send them elsewhere, or \
             train or equip for them",
            context.problem.sites[site].name,
            missed.join(", ")
        );
        Warning {
            kind: WarningKind::Unserved,
            site: Some(site),
            services: missed.iter().map(|&name| name.to_owned()).collect(),
            finding: Finding::new(codes::SIMULATION_UNSERVED, format!("/sites/{site}"), message),
        }
    })
}

/// Lead times that differ between the first and the last third of the measured days by more than
/// chance and more than a planner would overlook.
fn trend(context: &SimulationContext<'_>, lead_by_day: &[LeadDay]) -> Option<Warning> {
    const LEAST_DAYS: f64 = 0.5;
    const LEAST_SHARE: f64 = 0.02;
    let measured = lead_by_day.get(context.warm_up_days as usize..)?;
    // Whole weeks, as weekdays differ.
    let third = measured.len() / 3 / 7 * 7;
    if third == 0 {
        return None;
    }
    let groups = measured.first()?.next_free.len();
    let sums = |days: &[LeadDay]| {
        let of_group = |group: usize| {
            days.iter().fold(Sample::default(), |sum, day| Sample {
                num: sum.num + day.next_free[group].num,
                den: sum.den + day.next_free[group].den,
            })
        };
        (0..groups).map(of_group).collect::<Vec<Sample>>()
    };
    let (first, last) = (sums(&measured[..third]), sums(&measured[measured.len() - third..]));
    let change = difference(first.iter().copied(), last.iter().copied())?;
    let mean = |samples: &[Sample]| {
        let (num, den) = samples.iter().fold((0.0, 0.0), |(n, d), s| (n + s.num, d + s.den));
        share(num, den)
    };
    let (first, last) = (mean(&first), mean(&last));
    let least = LEAST_DAYS.max(LEAST_SHARE * first);
    let is_certain = change.value.abs() > change.half_width;
    (is_certain && change.value.abs() > least).then(|| {
        let message = format!(
            "the next free slot is {first:.1} days away in the first third of the measured weeks and \
             {last:.1} in the last: lead times have not settled. Lengthen the warm-up, or take \
             the mean lead for what it is"
        );
        Warning {
            kind: WarningKind::Settling,
            site: None,
            services: Vec::new(),
            finding: Finding::new(codes::SIMULATION_TREND, String::new(), message),
        }
    })
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
