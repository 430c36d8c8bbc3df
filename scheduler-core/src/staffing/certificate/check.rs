//! The check of a certificate, from the scenario alone.

use thiserror::Error;

use crate::monitor::Monitor;
use crate::scenario::Scenario;
use crate::time::Clock;

use super::{Certificate, CutRecord, RosterRecord, SCHEMA, digest};
use crate::staffing::answer::Figure;
use crate::staffing::bound::Cut;
use crate::staffing::bound::needs::BIN;
use crate::staffing::bound::program::{Effort, Solved};
use crate::staffing::bound::walk_in_cuts::{InTime, Prices};
use crate::staffing::case::Case;
use crate::staffing::judge::{Standing, estimate, standing};
use crate::staffing::offer::Column;
use crate::staffing::options::{StaffError, StaffOptions};
use crate::staffing::roster::Roster;
use crate::staffing::search::confirm::fresh_seed;
use crate::staffing::search::pressure::Pressure;
use crate::staffing::search::trial::{Seen, Trial};

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
    let mut checked = Checked { faults, bound: 0.0, cost: None, figures: Vec::new() };
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
            checked.faults.push(CertificateError::Bound { proven: checked.bound, claimed });
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
            Some(column) => {
                roster.counts[column] = roster.counts[column].saturating_add(shift.count);
            }
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
    case.program
        .rules_out(&values)
        .then_some("a site that is open with nobody there, or a template")
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
        ("proven", Some(roster), Some(bound)) => roster.cost <= bound + 1e-6 * bound.abs().max(1.0),
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
