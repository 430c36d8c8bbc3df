//! A day of calls at a bank: the cheapest shifts with which all are busy at most half of the time in
//! every hour.

use std::time::Duration;

use anyhow::{Result, ensure};
use scheduler_core::monitor::Monitor;
use scheduler_core::staffing::day_shifts::{DayLimits, DayShift, DayShifts};

use super::Found;
use super::clock::Processor;

/// Calls an hour, from 6 to 24.
const CALLS: [f64; 18] = [
    4.75, 39.5, 97.25, 107.5, 124.0, 110.25, 95.5, 203.5, 115.75, 115.5, 67.75, 75.0, 88.75, 85.5,
    68.0, 61.5, 57.5, 44.25,
];
/// Costs of the shifts of six hours that start at 6, 8, … 18.
const COSTS: [u64; 7] = [288, 180, 180, 180, 288, 288, 288];

/// The bank: whoever answers calls ends fifteen an hour.
pub fn bank() -> DayShifts {
    let shift = |(index, cost): (usize, &u64)| DayShift::new(2 * index..2 * index + 6, *cost);
    DayShifts {
        arrival_rates: CALLS.to_vec(),
        period: 1.0,
        service_rate: 15.0,
        targets: vec![0.5; CALLS.len()],
        shifts: COSTS.iter().enumerate().map(shift).collect(),
    }
}

/// Solves it within `seconds` and has the certificate checked.
///
/// # Errors
///
/// Where the certificate does not show the bound.
pub fn run(seconds: f64) -> Result<Found> {
    let question = bank();
    let time = Some(Duration::try_from_secs_f64(seconds)?);
    let clock = Processor::start();
    let found = question.least(&DayLimits { time, ..DayLimits::default() }, &clock)?;
    let seconds = clock.elapsed().as_secs_f64();
    if found.is_proven() {
        let shown = question.check(&found.no_goods)?;
        ensure!(shown == found.bound, "the certificate shows {shown}, not {}", found.bound);
    }
    let value = found.roster.map(|roster| roster.cost);
    Ok(Found { id: "bank".to_owned(), value, bound: found.bound, seconds })
}
