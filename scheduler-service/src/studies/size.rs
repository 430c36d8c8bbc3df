//! How large the work for a scenario is, counted before anything is expanded.
//!
//! A file of a megabyte can ask for tables of gigabytes: thousands of clerks, a year of dates, a
//! grid of a minute. What is counted here is what the tables of problem, ledgers and simulation grow
//! with; counting takes as long as going through the file once.

use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::scenario::{
    Edit, Finding, Findings, Horizon, PoolSpan, Scenario, Variant, Weekday, codes,
};
use scheduler_core::time::Clock;

use super::error::StudyError;

/// Most that a scenario may ask for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizeLimits {
    /// Steps of the grid in which clerks and rooms are there, over the horizon.
    pub steps: f64,
    /// Dated entries: site-days, shifts, quotas with their stretches, cover, sites of demand; of all
    /// scenarios of a comparison together.
    pub dated: f64,
    /// Bits of skills and equipment: names times those who may have them; and services times clerks.
    pub bits: f64,
    /// People who come in the horizon, with and without an appointment.
    pub people: f64,
    /// Appointments that are promised already.
    pub appointments: f64,
}

impl SizeLimits {
    /// No limits: for files of the user's own machine.
    pub const NONE: Self = Self {
        steps: f64::INFINITY,
        dated: f64::INFINITY,
        bits: f64::INFINITY,
        people: f64::INFINITY,
        appointments: f64::INFINITY,
    };
}

impl Default for SizeLimits {
    /// Two thousand clerks for ten weeks in steps of five minutes, nine hours a day, at some twenty bytes
    /// a step: what leaves a process below a gigabyte, with one such scenario at once and one in a job.
    fn default() -> Self {
        Self { steps: 15e6, dated: 2e6, bits: 500e6, people: 5e6, appointments: 100e3 }
    }
}

/// What there is of one kind, where in the scenario it comes from, and how to have less of it.
struct Count {
    of: &'static str,
    at: &'static str,
    number: f64,
    most: f64,
    less: &'static str,
}

/// Whether `scenario` asks for no more than `limits` allow.
///
/// # Errors
/// A finding for each limit that is exceeded, with the count and the limit.
pub fn judge(scenario: &Scenario, limits: &SizeLimits) -> Result<(), StudyError> {
    judge_with(scenario, &[], limits)
}

/// As [`judge`], were the dates of the scenario those of `horizon`.
///
/// # Errors
/// As [`judge`].
pub fn judge_on(
    scenario: &Scenario,
    horizon: Horizon,
    limits: &SizeLimits,
) -> Result<(), StudyError> {
    refuse(counts(scenario, &[], horizon, limits))
}

/// As [`judge`], for `scenario` and its `variants` together.
///
/// # Errors
/// As [`judge`].
pub fn judge_with(
    scenario: &Scenario,
    variants: &[Variant],
    limits: &SizeLimits,
) -> Result<(), StudyError> {
    refuse(counts(scenario, variants, scenario.horizon, limits))
}

fn refuse(counts: [Count; 8]) -> Result<(), StudyError> {
    let found: Findings = counts
        .into_iter()
        .filter(|count| count.number > count.most)
        .map(|Count { of, at, number, most, less }| {
            let message =
                format!("these are {number:.0} {of}, more than the {most:.0} taken; {less}");
            Finding::new(codes::SCENARIO_TOO_LARGE, at.to_owned(), message)
        })
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(StudyError::Scenario(found))
}

const FEWER_DATES: &str = "take fewer dates or sites at a time, or a coarser grid";

fn counts(
    scenario: &Scenario,
    variants: &[Variant],
    horizon: Horizon,
    limits: &SizeLimits,
) -> [Count; 8] {
    let days = Days::of(horizon);
    let day_steps = 1440.0 / f64::from(scenario.grid_minutes.clamp(1, 1440));
    let spans = spans(scenario, day_steps);
    let span = |site: &str| spans.get(site).copied().unwrap_or(0.0);

    let (mut shifts, mut steps) = (0.0, 0.0);
    for shift in scenario.staff.iter().flat_map(|clerk| &clerk.shifts) {
        let dates = days.count(shift.days.as_deref());
        shifts += dates;
        steps += dates * span(&shift.site);
    }
    let room_steps: f64 = scenario.rooms.iter().map(|room| days.all * span(&room.site)).sum();
    // What edits add has the largest tables that there can be.
    let added = variants.iter().map(|variant| variant.edits.iter().map(adds).sum::<f64>());
    let added_most = added.clone().fold(0.0, f64::max);
    let added_all: f64 = added.sum();

    let quotas: f64 = scenario
        .walk_in_quotas
        .iter()
        .map(|quota| {
            let minutes = f64::from(minutes(quota.from, quota.until));
            let stretches = match quota.stretch_minutes {
                0 => 0.0,
                each => minutes / f64::from(each.max(scenario.grid_minutes.max(1))),
            };
            days.count(quota.days.as_deref()) * (1.0 + stretches)
        })
        .sum();
    let cover: f64 = scenario.cover.iter().map(|entry| days.count(entry.days.as_deref())).sum();
    let demand = scenario
        .demand
        .iter()
        .map(|entry| days.count(entry.days.as_deref()) * entry.sites.len() as f64);
    let demand: f64 = demand.sum();
    let site_days = scenario.sites.len() as f64 * days.all;
    let copies = 1.0 + variants.len() as f64;
    let all = |number: f64| number * copies;

    let most = |of, at, number, most, less| Count { of, at, number, most, less };
    [
        most(
            "steps of the grid for clerks and rooms",
            "/staff",
            steps + room_steps + added_most * days.all * day_steps,
            limits.steps,
            FEWER_DATES,
        ),
        most(
            "dated shifts",
            "/staff",
            all(shifts) + added_all * days.all,
            limits.dated,
            FEWER_DATES,
        ),
        // Each has a ledger of its own.
        most("site-days", "/sites", all(site_days), limits.dated / 40.0, FEWER_DATES),
        most(
            "dated quotas, cover and stretches",
            "/walk_in_quotas",
            all(quotas + cover),
            limits.dated,
            FEWER_DATES,
        ),
        most("sites of dated demand", "/demand", all(demand), limits.dated, FEWER_DATES),
        most(
            "combinations of names, services and those who may have them",
            "/services",
            combinations(scenario),
            limits.bits,
            "name fewer skills, kinds of equipment or services",
        ),
        most(
            "people expected in the horizon",
            "/demand",
            people(scenario, &days),
            limits.people,
            "take fewer dates, or smaller means",
        ),
        most(
            "appointments",
            "/appointments",
            scenario.appointments.len() as f64,
            limits.appointments,
            "leave out those of other dates",
        ),
    ]
}

/// Steps from the first beginning to the last end of a shift at each site: what each clerk and room
/// there has in the tables of a day.
fn spans(scenario: &Scenario, day_steps: f64) -> BTreeMap<&str, f64> {
    let mut spans: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for shift in scenario.staff.iter().flat_map(|clerk| &clerk.shifts) {
        let (from, until) = (shift.from.0, shift.until.0);
        let span = spans.entry(&shift.site).or_insert((from, until));
        *span = (span.0.min(from), span.1.max(until));
    }
    let steps = |(from, until): (u32, u32)| f64::from(until.saturating_sub(from)) / 1440.0;
    spans.into_iter().map(|(site, span)| (site, (steps(span) * day_steps).ceil())).collect()
}

/// How many clerks and rooms an edit adds at the most.
fn adds(edit: &Edit) -> f64 {
    match edit {
        Edit::AddClerks(add) => {
            let shifts = add.shifts.as_ref().map_or(1, |shifts| shifts.len().max(1));
            f64::from(add.count) * shifts as f64
        }
        Edit::AddRooms { count, .. } => f64::from(*count),
        Edit::AddSite(add) => 1.0 + f64::from(add.rooms),
        _ => 0.0,
    }
}

/// Sets of names are bit strings, and each clerk is asked for each service.
fn combinations(scenario: &Scenario) -> f64 {
    let skills = scenario.staff.iter().flat_map(|clerk| &clerk.skills);
    let skills = skills.chain(scenario.services.iter().flat_map(|service| &service.skills));
    let skills: BTreeSet<&String> = skills
        .chain(scenario.walk_in_quotas.iter().flat_map(|quota| &quota.skills))
        .chain(scenario.cover.iter().flat_map(|entry| &entry.skills))
        .collect();
    let equipment = scenario.rooms.iter().flat_map(|room| &room.equipment);
    let equipment = equipment.chain(scenario.services.iter().flat_map(|it| &it.equipment));
    let equipment: BTreeSet<&String> = equipment.collect();
    let (staff, services) = (scenario.staff.len(), scenario.services.len());
    let of_skills = staff + services + scenario.walk_in_quotas.len() + scenario.cover.len();
    let of_equipment = scenario.rooms.len() + services;
    let product = |one: usize, other: usize| one as f64 * other as f64;
    product(skills.len(), of_skills)
        + product(equipment.len(), of_equipment)
        + product(staff + scenario.rooms.len(), services)
}

/// People with and without an appointment over the horizon.
fn people(scenario: &Scenario, days: &Days) -> f64 {
    let asked = scenario.demand.iter().map(|entry| {
        let pools = match entry.pool {
            PoolSpan::Day => days.count(entry.days.as_deref()),
            PoolSpan::Horizon => 1.0,
        };
        entry.mean.max(0.0) * pools
    });
    let walk_ins = scenario.operations.iter().filter_map(|it| it.walk_ins.as_deref()).flatten();
    let walk_ins = walk_ins.map(|entry| {
        let hours = f64::from(minutes(entry.from, entry.until)) / 60.0;
        entry.per_hour.max(0.0) * hours * days.count(entry.days.as_deref())
    });
    asked.sum::<f64>() + walk_ins.sum::<f64>()
}

fn minutes(from: Clock, until: Clock) -> u32 {
    until.0.saturating_sub(from.0)
}

/// The dates of a horizon by day of the week.
struct Days {
    all: f64,
}

impl Days {
    fn of(horizon: Horizon) -> Self {
        let days = horizon.until.signed_duration_since(horizon.from).num_days() + 1;
        // More than a year breaks a rule.
        Self { all: days.clamp(0, 366) as f64 }
    }

    /// On how many dates at most an entry with these days holds: seasons and rotas are not looked
    /// at.
    fn count(&self, days: Option<&[Weekday]>) -> f64 {
        match days {
            None => self.all,
            Some(days) => {
                let distinct: BTreeSet<usize> = days.iter().map(|&day| day as usize).collect();
                self.all.min((self.all / 7.0).ceil() * distinct.len() as f64)
            }
        }
    }
}
