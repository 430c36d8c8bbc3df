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
use super::model::Channel;
use super::replication::{SimulationContext, Sums};
use super::result::LeadDay;
use super::service_day::Left;
use super::statistics::Sample;
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
pub enum WarningKind {
    /// At least as many appointments are asked for as there are slots, or time where people book
    /// through ledgers.
    Full,
    /// Nearly as many appointments are asked for as there are slots, or time.
    NearlyFull,
    /// Clerks of a site are busy nearly all the time.
    Busy,
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
    let mut warnings: Vec<Warning> = match context.booking.booking_by() {
        BookingBy::Slots => demand(context, &sums[0]).into_iter().collect(),
        BookingBy::Ledger => demand_for_time(context),
    };
    for (site, (sums, tally)) in sums.iter().skip(1).zip(tallies).enumerate() {
        warnings.extend(busy(context, site, sums));
        warnings.extend(unserved(context, site, tally));
    }
    warnings.extend(trend(context, lead_by_day));
    warnings
}

/// Requests that reach what can be booked.
fn demand(context: &SimulationContext<'_>, sums: &Sums) -> Option<Warning> {
    const MOST_NAMED: usize = 5;
    let services = &context.problem.services;
    let loads = context.booking.loads();
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
            context.booking.horizon,
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
    let services: Vec<String> = context.booking.impossible().into_iter().map(named).collect();
    let impossible = (!services.is_empty()).then(|| {
        let message = format!(
            "people ask for appointments for which no clerk and room can be had on any day: {}. \
             Train or equip for them, or send them elsewhere",
            services.join(", ")
        );
        let finding = Finding::new(codes::SIMULATION_OVERLOAD, "/demand".to_owned(), message);
        Warning { kind: WarningKind::Full, site: None, services, finding }
    });
    let loads = context.booking.time_loads().into_iter().enumerate();
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
                    context.booking.horizon
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
    let busy = share(sums.busy, sums.on_duty);
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

/// Lead times that differ between the first and the last third of the measured days.
fn trend(context: &SimulationContext<'_>, lead_by_day: &[LeadDay]) -> Option<Warning> {
    const LEAST_DAYS: f64 = 0.5;
    const LEAST_SHARE: f64 = 0.1;
    let measured = lead_by_day.get(context.warm_up_days as usize..)?;
    // Whole weeks, as weekdays differ.
    let third = measured.len() / 3 / 7 * 7;
    if third == 0 {
        return None;
    }
    let mean = |days: &[LeadDay]| {
        let sums =
            days.iter().flat_map(|day| &day.next_free).fold(Sample::default(), |sum, more| {
                Sample { num: sum.num + more.num, den: sum.den + more.den }
            });
        share(sums.num, sums.den)
    };
    let (first, last) = (mean(&measured[..third]), mean(&measured[measured.len() - third..]));
    let change = last - first;
    (change.abs() > LEAST_DAYS.max(LEAST_SHARE * first)).then(|| {
        let message = format!(
            "the next free slot is {first:.1} days away at first and {last:.1} in the end: the \
             weeks are still settling. Lengthen the warm-up, or take the mean lead for what it is"
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
