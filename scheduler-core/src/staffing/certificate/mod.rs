//! What an answer claims, in a form that can be checked without the search.
//!
//! A certificate names the scenario by a digest, the roster, its cost and figures, the prices of the
//! cuts for walk-ins, and the bound. [`check`] makes every necessity anew from the scenario alone, the
//! cuts from their prices, and solves the program; it adds up the cost of the roster from its shifts,
//! and simulates it on random numbers of its own.

pub(in crate::staffing) mod check;

use serde::{Deserialize, Serialize};

use crate::scenario::{Scenario, Staffing, WalkInCapacity};
use crate::time::Clock;

use crate::staffing::answer::{Answer, Figure};
use crate::staffing::bound::walk_in_cuts::InTime;
use crate::staffing::bound::{Cut, Proven};
use crate::staffing::case::Case;
use crate::staffing::options::StaffOptions;
use crate::staffing::search::hunt::Tried;

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

pub(in crate::staffing) const SCHEMA: &str = "staffing-certificate/1";

/// FNV-1a of the scenario as it is written.
pub(in crate::staffing) fn digest(scenario: &Scenario) -> String {
    let text = serde_json::to_string(scenario).unwrap_or_default();
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

impl Certificate {
    pub(in crate::staffing) fn new(
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
            verdict: answer.verdict.word().to_owned(),
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
