//! What an answer claims, in a form that can be checked without the search.
//!
//! A certificate names the scenario by a digest, the roster, its cost and figures, the prices of the
//! cuts for walk-ins, and the bound. [`check`] makes every necessity anew from the scenario alone, the
//! cuts from their prices, and solves the program; it adds up the cost of the roster from its shifts,
//! and simulates it on random numbers of its own.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::monitor::Monitor;
use crate::scenario::{Scenario, Staffing, WalkInCapacity};
use crate::time::Clock;

use super::answer::{Answer, Figure};
use super::bound::{Cut, Proven};
use super::case::Case;
use super::judge::{Standing, estimate, standing};
use super::needs::BIN;
use super::offer::Column;
use super::options::{StaffError, StaffOptions};
use super::pressure::Pressure;
use super::program::{Effort, Solved};
use super::roster::Roster;
use super::search::{Tried, fresh_seed};
use super::trial::{Seen, Trial};
use super::walk_in_cuts::{InTime, Prices};

/// What an answer claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// `"staffing-certificate/1"`.
    pub schema: String,
    /// Digest of the scenario with `staffing`.
    pub scenario: String,
    /// What was asked for: the staffing of the scenario, or what was named in its place.
    pub staffing: Staffing,
    /// `"proven"`, `"suffices"`, `"impossible"` or `"open"`.
    pub verdict: String,
    /// No roster that reaches the targets costs less a week; left out where none reaches them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// The cuts for walk-ins of the proof.
    pub cuts: Vec<CutRecord>,
    /// The roster; left out where none is claimed to suffice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster: Option<RosterRecord>,
    /// Seed of the search.
    pub seed: u64,
    /// Steps of search for the plan of the roster.
    pub plan_steps: u64,
    /// Weeks of a replication.
    pub weeks: u32,
    /// Weeks of booking before them, where they were set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_up_weeks: Option<u32>,
}

/// A cut: which target it is about, and what a minute of a clerk costs when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutRecord {
    /// Id of the target.
    pub target: String,
    /// Longest wait in minutes.
    pub within: f64,
    /// Price of a minute of a clerk in the windows.
    pub price: f64,
    /// Where and when it holds: position of the site, of the date in the cycle, first bin of ten minutes,
    /// first bin after.
    pub windows: Vec<(usize, usize, usize, usize)>,
}

/// A roster as its shifts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterRecord {
    /// Cost a week, with those who stay anyway.
    pub cost: f64,
    /// Existing clerks who may go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
    /// How many of each shift.
    pub shifts: Vec<ShiftRecord>,
    /// Counters for walk-ins that were added by the search, by site, weekday and half-hour; empty where
    /// the scenario's quotas hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counters: Vec<f64>,
    /// What was asked for beyond the load of walk-ins, by site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub margins: Vec<f64>,
    /// The figures that were found.
    pub figures: Vec<FigureRecord>,
}

/// How many people of a shift.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftRecord {
    /// Id of the template.
    pub template: String,
    /// On which weekday.
    pub day: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub until: String,
    /// How many.
    pub count: u32,
}

/// The figure of a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureRecord {
    /// Id of the target.
    pub target: String,
    /// The figure; left out where nobody came whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Half of its 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
}

/// What a check has found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Checked {
    /// Everything that is claimed and does not hold, in plain words; empty where all holds.
    pub faults: Vec<CertificateError>,
    /// The bound that was proven anew; infinite where no roster reaches the targets.
    pub bound: f64,
    /// Cost of the roster, added up anew.
    pub cost: Option<f64>,
    /// Figures of the roster on random numbers of this check.
    pub figures: Vec<Figure>,
}

/// Something that is claimed and does not hold.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// It is of another kind.
    #[error("the file is no certificate of a staffing: its schema is {0:?}")]
    Schema(String),
    /// It is of another scenario.
    #[error("it is about another scenario, or about other targets")]
    Scenario,
    /// There is no such target, or it bounds nothing.
    #[error("cut {cut}: no target {target:?} bounds waits of {within} minutes")]
    Target {
        /// Position of the cut.
        cut: usize,
        /// Id of the target.
        target: String,
        /// Longest wait.
        within: f64,
    },
    /// A price is negative, not a number, or lies where there is no time.
    #[error("cut {cut}: a price is not possible")]
    Price {
        /// Position of the cut.
        cut: usize,
    },
    /// The rows prove less than is claimed.
    #[error("the rows prove {proven:.2} a week, not the {claimed:.2} that are claimed")]
    Bound {
        /// What is proven.
        proven: f64,
        /// What is claimed.
        claimed: f64,
    },
    /// The rows do not prove that no roster reaches the targets.
    #[error("the rows do not prove that no roster reaches the targets")]
    NotImpossible,
    /// A shift is none that may be asked for.
    #[error("there is no shift {0} to ask for")]
    Shift(String),
    /// A clerk may not go.
    #[error("{0:?} is nobody who may go")]
    Gone(String),
    /// The roster breaks a row that every roster fulfils which reaches the targets.
    #[error("the roster breaks what every roster fulfils that reaches the targets: {0}")]
    Necessity(&'static str),
    /// The contracts do not allow the roster.
    #[error("the contracts do not allow the roster")]
    Contracts,
    /// The cost is another.
    #[error("the roster costs {is:.2} a week, not the {claimed:.2} that are claimed")]
    Cost {
        /// Added up.
        is: f64,
        /// Claimed.
        claimed: f64,
    },
    /// No plan exists with the roster.
    #[error("there is no plan with the roster")]
    NoPlan,
    /// A target is missed.
    #[error("target {target:?} is missed: {value}, where {bound} is asked for")]
    Missed {
        /// Id of the target.
        target: String,
        /// The figure.
        value: f64,
        /// What must be reached.
        bound: f64,
    },
    /// The verdict is not what follows.
    #[error("the verdict {claimed:?} does not follow from roster and bound")]
    Verdict {
        /// What is claimed.
        claimed: String,
    },
}

const SCHEMA: &str = "staffing-certificate/1";

/// FNV-1a of the scenario as it is written.
fn digest(scenario: &Scenario) -> String {
    let text = serde_json::to_string(scenario).unwrap_or_default();
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

impl Certificate {
    pub(super) fn new(
        case: &Case,
        answer: &Answer,
        proven: &Proven,
        (tried, confirmed): (Option<&Tried>, bool),
        options: &StaffOptions,
    ) -> Self {
        let demands = InTime::all(&case.goals, &case.needs);
        let cuts = proven.cuts.iter().map(|cut| record(case, &demands, cut)).collect();
        let roster = match (tried, &answer.roster) {
            (Some(tried), Some(found)) if confirmed => {
                Some(RosterRecord::new(case, tried, (found.cost, &found.gone), &found.figures))
            }
            _ => None,
        };
        Self {
            schema: SCHEMA.to_owned(),
            scenario: digest(&case.scenario),
            staffing: case.staffing.clone(),
            verdict: answer.verdict.name().to_owned(),
            bound: answer.bound.is_finite().then_some(answer.bound),
            cuts,
            roster,
            seed: options.seed,
            plan_steps: options.plan_steps,
            weeks: options.weeks,
            warm_up_weeks: options.warm_up_weeks,
        }
    }

    /// Reads one.
    ///
    /// # Errors
    /// Where it is no JSON of this form.
    pub fn from_json(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

fn record(case: &Case, demands: &[InTime<'_>], cut: &Cut) -> CutRecord {
    let demand = &demands[cut.demand];
    let mut windows: Vec<(usize, usize, usize, usize)> = Vec::new();
    for (index, of_day) in cut.prices.by_day.iter().enumerate() {
        let (site, date) = (index / case.needs.dates, index % case.needs.dates);
        for (bin, _) in of_day.iter().enumerate().filter(|(_, priced)| **priced) {
            match windows.last_mut() {
                Some(last) if (last.0, last.1, last.3) == (site, date, bin) => last.3 = bin + 1,
                _ => windows.push((site, date, bin, bin + 1)),
            }
        }
    }
    let price = cut.prices.price;
    CutRecord { target: demand.goal.id.clone(), within: demand.within, price, windows }
}

impl RosterRecord {
    fn new(case: &Case, tried: &Tried, (cost, gone): (f64, &[String]), figures: &[Figure]) -> Self {
        let counted = case.offer.columns.iter().zip(&tried.roster.counts);
        let shifts = counted.filter(|(_, count)| **count > 0).map(|(column, &count)| ShiftRecord {
            template: case.offer.templates[column.template].id.clone(),
            day: column.weekday.word().to_owned(),
            from: Clock(column.from).to_string(),
            until: Clock(column.until).to_string(),
            count,
        });
        let writes_counters = case.staffing.walk_ins == WalkInCapacity::Counters;
        let (counters, margins) = if writes_counters {
            (tried.pressure.more.clone(), tried.pressure.walk_ins.clone())
        } else {
            (Vec::new(), Vec::new())
        };
        let figures = figures.iter().map(|figure| FigureRecord {
            target: figure.goal.id.clone(),
            value: figure.estimate.map(|estimate| estimate.value),
            half_width: figure.estimate.map(|estimate| estimate.half_width),
        });
        Self {
            cost,
            gone: gone.to_vec(),
            shifts: shifts.collect(),
            counters,
            margins,
            figures: figures.collect(),
        }
    }
}

/// Replications by which a check judges a roster.
const REPLICATIONS: u64 = 40;

/// Probability with which a check may refuse a roster that just reaches its targets.
const LEVEL: f64 = 1e-4;

/// Checks what `certificate` claims of `scenario`, from the scenario and the targets that it names alone.
///
/// # Errors
/// Where the scenario cannot be staffed at all. What does not hold is in the answer.
pub fn check(
    scenario: &Scenario,
    certificate: &Certificate,
    monitor: &dyn Monitor,
) -> Result<Checked, StaffError> {
    let mut scenario = scenario.clone();
    scenario.staffing = Some(certificate.staffing.clone());
    let case = Case::new(&scenario)?;
    let mut faults = Vec::new();
    if certificate.schema != SCHEMA {
        faults.push(CertificateError::Schema(certificate.schema.clone()));
    }
    if certificate.scenario != digest(&case.scenario) {
        faults.push(CertificateError::Scenario);
    }
    let mut checked =
        Checked { faults, bound: 0.0, cost: None, figures: Vec::new() };
    check_bound(&case, certificate, &mut checked, monitor);
    if let Some(record) = &certificate.roster {
        check_roster(&case, (certificate, record), &mut checked, monitor)?;
    }
    check_verdict(certificate, &mut checked);
    Ok(checked)
}

fn check_bound(
    case: &Case,
    certificate: &Certificate,
    checked: &mut Checked,
    monitor: &dyn Monitor,
) {
    let demands = InTime::all(&case.goals, &case.needs);
    let ground = case.ground(&demands);
    let mut program = case.program.clone();
    for (position, cut) in certificate.cuts.iter().enumerate() {
        let same = |demand: &InTime<'_>| {
            demand.goal.id == cut.target && (demand.within - cut.within).abs() < 1e-9
        };
        let Some(demand) = demands.iter().position(same) else {
            checked.faults.push(CertificateError::Target {
                cut: position,
                target: cut.target.clone(),
                within: cut.within,
            });
            continue;
        };
        let Some(prices) = prices(case, cut) else {
            checked.faults.push(CertificateError::Price { cut: position });
            continue;
        };
        program.rows.push(ground.row(&Cut { demand, prices }));
    }
    let effort = Effort { nodes: 20_000, time: None, gap: 1e-6, monitor };
    checked.bound = case.offer.fixed_cost
        + match program.solve(effort) {
            Solved::Infeasible => f64::INFINITY,
            Solved::Values { bound, .. } | Solved::Nothing { bound } => bound,
        };
    match certificate.bound {
        Some(claimed) if checked.bound < claimed - 1e-4 * claimed.abs().max(1.0) => {
            checked
                .faults
                .push(CertificateError::Bound { proven: checked.bound, claimed });
        }
        None if checked.bound.is_finite() => checked.faults.push(CertificateError::NotImpossible),
        _ => {}
    }
}

/// The prices of a record, where they are possible.
fn prices(case: &Case, cut: &CutRecord) -> Option<Prices> {
    let bins = (1440 / BIN) as usize;
    if !(cut.price.is_finite() && cut.price >= 0.0) {
        return None;
    }
    let mut by_day = vec![vec![false; bins]; case.needs.sites * case.needs.dates];
    for &(site, date, from, until) in &cut.windows {
        let is_possible =
            site < case.needs.sites && date < case.needs.dates && from < until && until <= bins;
        if !is_possible {
            return None;
        }
        by_day[site * case.needs.dates + date][from..until].fill(true);
    }
    Some(Prices { price: cut.price, by_day })
}

fn check_roster(
    case: &Case,
    (certificate, record): (&Certificate, &RosterRecord),
    checked: &mut Checked,
    monitor: &dyn Monitor,
) -> Result<(), StaffError> {
    let mut roster = Roster {
        counts: vec![0; case.offer.columns.len()],
        kept: vec![true; case.offer.removable.len()],
    };
    let before = checked.faults.len();
    for shift in &record.shifts {
        let is_it = |column: &&Column| {
            case.offer.templates[column.template].id == shift.template
                && column.weekday.word() == shift.day
                && Clock(column.from).to_string() == shift.from
                && Clock(column.until).to_string() == shift.until
        };
        match case.offer.columns.iter().position(|column| is_it(&column)) {
            Some(column) => roster.counts[column] = roster.counts[column].saturating_add(shift.count),
            None => checked.faults.push(CertificateError::Shift(format!(
                "{} on {} from {} to {}",
                shift.template, shift.day, shift.from, shift.until
            ))),
        }
    }
    for gone in &record.gone {
        let is_it = |&&(clerk, _): &&(usize, f64)| case.problem.clerks[clerk].id == *gone;
        match case.offer.removable.iter().position(|entry| is_it(&entry)) {
            Some(clerk) => roster.kept[clerk] = false,
            None => checked.faults.push(CertificateError::Gone(gone.clone())),
        }
    }
    if checked.faults.len() > before {
        return Ok(());
    }
    if let Some(which) = broken(case, &roster) {
        checked.faults.push(CertificateError::Necessity(which));
    }
    let options = StaffOptions {
        seed: certificate.seed,
        plan_steps: certificate.plan_steps,
        weeks: certificate.weeks.clamp(1, 520),
        warm_up_weeks: certificate.warm_up_weeks.map(|weeks| weeks.min(520)),
        ..StaffOptions::default()
    };
    let demands = InTime::all(&case.goals, &case.needs);
    let search = case.search(&demands, &options, monitor);
    let Some((people, cost)) = search.people(&roster) else {
        checked.faults.push(CertificateError::Contracts);
        return Ok(());
    };
    checked.cost = Some(cost);
    if (cost - record.cost).abs() > 1e-6 * cost.abs().max(1.0) {
        checked.faults.push(CertificateError::Cost { is: cost, claimed: record.cost });
    }
    let pressure = pressure(&Pressure::none(&case.needs), record);
    let scenario = search.scenario_with((&roster, &people), &pressure);
    let Some(trial) = Trial::new(&scenario, &options, monitor)? else {
        checked.faults.push(CertificateError::NoPlan);
        return Ok(());
    };
    // With a budget a roster is the best for the money, whatever it reaches.
    let must_reach = certificate.verdict != "affordable";
    simulate((case, must_reach), &trial, &options, checked, monitor)
}

/// What was asked for beyond the load, where a record says so.
fn pressure(none: &Pressure, record: &RosterRecord) -> Pressure {
    let mut pressure = none.clone();
    let finite = |list: &[f64]| list.iter().all(|value| value.is_finite() && value.abs() < 1e4);
    if record.counters.len() == pressure.more.len() && finite(&record.counters) {
        pressure.more.clone_from(&record.counters);
    }
    if record.margins.len() == pressure.walk_ins.len() && finite(&record.margins) {
        pressure.walk_ins.clone_from(&record.margins);
    }
    pressure
}

/// The kind of a row of columns and clerks alone that `roster` breaks.
fn broken(case: &Case, roster: &Roster) -> Option<&'static str> {
    let kept = roster.kept.iter().map(|&kept| f64::from(u8::from(kept)));
    let values: Vec<f64> =
        roster.counts.iter().map(|&count| f64::from(count)).chain(kept).collect();
    case.program.rules_out(&values).then_some("a site that is open with nobody there, or a template")
}

fn simulate(
    (case, must_reach): (&Case, bool),
    trial: &Trial,
    options: &StaffOptions,
    checked: &mut Checked,
    monitor: &dyn Monitor,
) -> Result<(), StaffError> {
    // Random numbers that neither search nor its tests have seen.
    let seed = fresh_seed(options.seed, u32::MAX);
    let mut seen = Seen::default();
    if !trial.simulate(&case.goals, (seed, REPLICATIONS), options, &mut seen, monitor)? {
        return Err(StaffError::Cancelled);
    }
    for (goal, samples) in case.goals.iter().zip(&seen.samples) {
        let found = estimate(samples);
        let standing = standing(goal, samples, LEVEL);
        if let (Standing::Missed, Some(found), true) = (standing, found, must_reach) {
            checked.faults.push(CertificateError::Missed {
                target: goal.id.clone(),
                value: found.value,
                bound: goal.bound,
            });
        }
        checked.figures.push(Figure { goal: goal.clone(), estimate: found, standing });
    }
    Ok(())
}

fn check_verdict(certificate: &Certificate, checked: &mut Checked) {
    let follows = match (certificate.verdict.as_str(), &certificate.roster, certificate.bound) {
        ("impossible", None, None) => true,
        ("proven", Some(roster), Some(bound)) => {
            roster.cost <= bound + 1e-6 * bound.abs().max(1.0)
        }
        ("suffices", Some(_), Some(_)) | ("open", None, Some(_)) => true,
        ("affordable", Some(roster), Some(_)) => {
            certificate.staffing.budget.is_some_and(|budget| roster.cost <= budget + 1e-6)
        }
        _ => false,
    };
    if !follows {
        let claimed = certificate.verdict.clone();
        checked.faults.push(CertificateError::Verdict { claimed });
    }
}
