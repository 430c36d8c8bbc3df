//! Runs as a simulation might give them, made up from a simple rule.

use std::sync::OnceLock;

use scheduler_core::compare::{Change, CompareOptions, Comparison, Knob, Measured, Sweep, compare};
use scheduler_core::monitor::WallClock;
use scheduler_core::plan::Budget;
use scheduler_core::scenario::{Scenario, Variant};
use scheduler_core::simulate::booking::Repeat;
use scheduler_core::simulate::model::Channel;
use scheduler_core::simulate::result::{
    HalfHour, Kpi, KpiId, LeadDay, Run, SanityLine, Section, Stop, histogram_index,
};
use scheduler_core::simulate::run::Until;
use scheduler_core::simulate::statistics::{Estimate, Sample, change, estimate, verdict};
use scheduler_core::simulate::tally::Histogram;

const SECTIONS: usize = 20;
const REPLICATIONS: usize = 60;
const CHANNELS: [Channel; 2] = [Channel::Appointment, Channel::WalkIn];

/// Between -1 and 1, the same for the same arguments.
fn noise(a: usize, b: usize) -> f64 {
    let mut x = (a as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (b as u64 + 1);
    for _ in 0..3 {
        x = (x ^ (x >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    (x >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// A run over `sites` in which walk-ins wait `load` times as long as usual.
pub(crate) fn run(sites: &[&str], load: f64) -> Run {
    let kpis = Kpi::list(sites.len());
    let samples = (0..REPLICATIONS)
        .map(|replication| {
            kpis.iter().map(|&kpi| sample(kpi, replication, load)).collect::<Vec<_>>()
        })
        .collect();
    let mut run = Run::default();
    run.sites = sites.iter().map(|&name| name.to_owned()).collect();
    run.site_ids = sites.iter().map(|&name| name.to_lowercase()).collect();
    run.kpis = kpis;
    run.samples = samples;
    run.sections = (0..SECTIONS).map(|section| waits(sites.len(), section, load)).collect();
    run.half_hours = half_hours(sites.len(), load);
    run.lead_by_day = (0..56).map(|day| lead(day, load)).collect();
    run.warm_up_days = 28;
    run.repeat = Repeat { days: 7, dates: 5, left_out: 0 };
    run.analytic = (0..sites.len()).map(|site| sanity(site, load)).collect();
    run.replications = REPLICATIONS as u64;
    run.seed = 1;
    run.reached = 0.019;
    run.stop = Stop::Precision;
    run.customers = 481_516;
    run
}

fn sanity(site: usize, load: f64) -> SanityLine {
    let mut line = SanityLine::default();
    line.site = site;
    line.per_hour = 31.0 + 4.0 * site as f64;
    line.service_minutes = 12.4;
    line.clerks = 7.2 + site as f64;
    line.offered_load = (6.4 + 0.83 * site as f64) * load;
    line.erlang_c_minutes = (load <= 1.0).then_some(8.1 + 3.0 * site as f64);
    line
}

fn sample(kpi: Kpi, replication: usize, load: f64) -> Sample {
    use Channel::{Appointment, WalkIn};
    let site = kpi.site.map_or(0.0, |site| 0.2 * site as f64);
    let (value, spread, den) = match kpi.id {
        KpiId::WaitMean(Appointment) => (4.1 + site, 0.5, 4000.0),
        KpiId::WaitMean(WalkIn) => ((70.0 + 20.0 * site) * load, 9.0, 2000.0),
        KpiId::WaitWithin(Appointment, minutes) => {
            (1.0 - (-f64::from(minutes) / 6.0).exp(), 0.02, 4000.0)
        }
        KpiId::WaitWithin(WalkIn, minutes) => {
            (1.0 - (-f64::from(minutes) / (60.0 * load)).exp(), 0.02, 2000.0)
        }
        KpiId::WaitFromDue => (2.9 + site, 0.4, 4000.0),
        KpiId::Served(Appointment) => (312.0, 6.0, 20.0),
        KpiId::Served(WalkIn) => (121.0, 5.0, 20.0),
        KpiId::WalkInsLost => (0.04 * load, 0.01, 2000.0),
        KpiId::NoShows => (0.12, 0.005, 5000.0),
        KpiId::NoShowMinutes => (412.0, 20.0, 20.0),
        KpiId::MostWaiting => (38.0 * load, 3.0, 20.0),
        KpiId::Utilisation => (0.913 - site / 9.0, 0.01, 150.0),
        KpiId::Overtime => (22.5 * load, 4.0, 40.0),
        KpiId::LeadNextFree => (31.5 * load, 2.0, 600.0),
        KpiId::LeadBooked => (38.2 * load, 2.0, 4000.0),
        KpiId::WithoutOffer => (0.03 * load, 0.01, 4000.0),
        KpiId::CostPerCase => (19.43, 0.2, 8000.0),
        KpiId::CasesPerClerkDay => (13.7, 0.3, 600.0),
        KpiId::CostPerWeek => (41_873.0, 350.0, 4.0),
        _ => return Sample { num: 0.0, den: 0.0 },
    };
    let key = KpiId::ALL.iter().position(|id| *id == kpi.id).unwrap();
    let value = value + spread * noise(key * 97 + kpi.site.map_or(0, |site| site + 1), replication);
    // What a variant changes is not the same in each replication.
    let changed = if load == 1.0 { 0.0 } else { (load - 1.0) * spread };
    let value = value + changed * noise(key * 89 + 7, replication);
    Sample { num: value * den, den }
}

fn waits(sites: usize, section: usize, load: f64) -> Section {
    let mut waits = vec![Histogram::default(); 2 * (sites + 1)];
    for place in 0..=sites {
        for channel in CHANNELS {
            let minutes = if channel == Channel::WalkIn { 80.0 * load } else { 5.0 };
            let minutes = minutes * (1.0 + 0.05 * noise(section, place));
            // The quantiles of an exponential distribution.
            let waits = &mut waits[histogram_index(place.checked_sub(1), channel)];
            for rank in 0..500 {
                let wait = -(1.0 - (f64::from(rank) + 0.5) / 500.0).ln() * minutes;
                waits.count((wait * 60_000.0) as u32);
            }
        }
    }
    Section { waits }
}

fn half_hours(sites: usize, load: f64) -> Vec<HalfHour> {
    let mut cells = Vec::new();
    for site in 0..sites {
        for channel in CHANNELS {
            for half_hour in 15..33 {
                let hour = half_hour as f64 / 2.0;
                let shape = (-(hour - 10.5 - 0.3 * site as f64).powi(2) / 6.0).exp() + 0.25;
                let wait = match channel {
                    Channel::Appointment => 2.0 + 5.0 * shape,
                    Channel::WalkIn => 110.0 * load * shape,
                };
                let section = |section: usize| {
                    let den = 400.0 * (1.1 + noise(section, half_hour + site));
                    let wait = wait * (1.0 + 0.2 * noise(half_hour * 3 + site, section));
                    Sample { num: wait * den, den }
                };
                let sections = (0..SECTIONS).map(section).collect();
                cells.push(HalfHour { site, channel, half_hour, sections });
            }
        }
    }
    cells
}

fn lead(day: usize, load: f64) -> LeadDay {
    let sample = |section: usize, mean: f64| {
        let mean = mean * load + 0.05 * day as f64 + 2.0 * noise(day, section);
        Sample { num: mean * 60.0, den: 60.0 }
    };
    LeadDay {
        next_free: (0..SECTIONS).map(|section| sample(section, 28.0)).collect(),
        booked: (0..SECTIONS).map(|section| sample(section, 34.0)).collect(),
    }
}

/// A comparison of a small office with nothing, to be filled in.
fn template() -> &'static Comparison {
    static TEMPLATE: OnceLock<Comparison> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let scenario = Scenario::from_json(include_bytes!("../scenario.json")).unwrap();
        let mut options = CompareOptions::default();
        options.plan.budget = Budget::Steps(1);
        (options.simulation.until, options.simulation.weeks) = (Until::Replications(2), 1);
        compare(&scenario, &[], &options, &WallClock::start()).unwrap()
    })
}

/// A base and variants of it: name, sites and load of each. The scenario is beside the point.
pub(crate) fn comparison(scenarios: &[(&str, &[&str], f64)]) -> Comparison {
    let measured = |&(name, sites, load): &(&str, &[&str], f64)| {
        let mut measured = template().scenarios[0].clone();
        measured.name = name.to_owned();
        measured.run = run(sites, load);
        measured.warnings = Vec::new();
        measured.is_base = load == 1.0;
        measured
    };
    let scenarios: Vec<Measured> = scenarios.iter().map(measured).collect();
    let base = &scenarios[0].run;
    let mut comparison = template().clone();
    comparison.confidence = 1.0 - 0.05 / (scenarios.len() - 1) as f64;
    comparison.spread = (0..base.kpis.len()).map(|kpi| spread(base, kpi)).collect();
    let of = |one: &Measured| changes(base, &one.run, &comparison.spread, comparison.confidence);
    comparison.changes = scenarios[1..].iter().map(of).collect();
    comparison.front = (0..scenarios.len()).map(|index| index % 2 == 1).collect();
    comparison.replications = base.replications;
    comparison.reached = base.reached;
    comparison.scenarios = scenarios;
    comparison
}

/// Other plans change everything by a thousandth, and no cost.
fn spread(base: &Run, kpi: usize) -> Option<f64> {
    let is_cost = base.kpis[kpi].id == KpiId::CostPerWeek;
    estimate(base, kpi).map(|figure| if is_cost { 0.0 } else { figure.value.abs() / 1000.0 })
}

fn changes(base: &Run, run: &Run, spread: &[Option<f64>], confidence: f64) -> Vec<Change> {
    let one = |(index, &kpi): (usize, &Kpi)| {
        let site = kpi.site.filter(|&site| site < base.sites.len());
        let known = site == kpi.site;
        let position = base.position(kpi.id, site).filter(|_| known);
        let difference = position.and_then(|position| change((base, position), (run, index)));
        let difference: Option<Estimate> = difference.map(|difference| difference.at(confidence));
        Change {
            kpi,
            before: position.and_then(|position| estimate(base, position)),
            after: estimate(run, index),
            difference,
            spread: position.and_then(|position| spread[position]),
            verdict: difference.map(|difference| verdict(&difference, kpi.id.better())),
        }
    };
    run.kpis.iter().enumerate().map(one).collect()
}

/// A sweep of clerks over the values of one knob, or of clerks and walk-ins.
pub(crate) fn sweep(clerks: &[f64], walk_ins: &[f64]) -> Sweep {
    let file = br#"{"schema": "variant/1", "name": "knobs", "edits": [
        {"edit": "add_clerks", "count": 1, "like": "brandt"},
        {"edit": "scale_walk_ins", "factor": 1}]}"#;
    let edits = Variant::from_json(file).unwrap().edits;
    let mut points = Vec::new();
    for &clerks in clerks {
        match walk_ins {
            [] => points.push(vec![clerks]),
            _ => points.extend(walk_ins.iter().map(|&factor| vec![clerks, factor])),
        }
    }
    let load = |point: &[f64]| point.get(1).unwrap_or(&1.0) / (1.0 + 0.15 * point[0]);
    let names: Vec<String> = points
        .iter()
        .map(|point| match point.as_slice() {
            [clerks] => format!("add_clerks {clerks}"),
            _ => format!("add_clerks {}, scale_walk_ins {}", point[0], point[1]),
        })
        .collect();
    let sites: &[&str] = &["Rathaus"];
    let mut scenarios = vec![("Musterstadt", sites, 1.0)];
    let variants = names.iter().zip(&points);
    scenarios.extend(variants.map(|(name, point)| (name.as_str(), sites, load(point))));
    let comparison = comparison(&scenarios);
    let values = [clerks, walk_ins].into_iter().filter(|values| !values.is_empty());
    let knobs = edits.into_iter().zip(values);
    Sweep {
        knobs: knobs.map(|(edit, values)| Knob { edit, values: values.to_vec() }).collect(),
        points,
        comparison,
    }
}
