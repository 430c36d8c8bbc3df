//! Minimum shift design: the instances of Musliu, Schaerf and Slany (2004,
//! doi:10.1016/S0377-2217(03)00098-5) as JSON, and instances like them.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use scheduler_core::monitor::Monitor;
use scheduler_core::staffing::shift_design::{
    DesignCosts, DesignOptions, ShiftDesign, ShiftKind, design_shifts,
};
use serde::Deserialize;

use super::Found;
use super::clock::Processor;
use crate::random::Random;

/// A file. What else is in it is for people.
#[derive(Debug, Deserialize)]
struct File {
    id: String,
    step_minutes: u32,
    days: u32,
    required: Vec<u32>,
    shifts: Vec<Kind>,
    cost: Cost,
}

#[derive(Debug, Deserialize)]
struct Kind {
    start_steps: (u32, u32),
    length_steps: (u32, u32),
}

#[derive(Debug, Deserialize)]
struct Cost {
    under_minute: u64,
    over_minute: u64,
    shift: u64,
}

/// Reads the instance in `path` and solves it within `seconds`.
///
/// # Errors
///
/// Where the file cannot be read or makes no sense.
pub fn run(path: &Path, seconds: f64, seed: u64) -> Result<Found> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (id, design) =
        parse(&text).with_context(|| format!("{} makes no sense", path.display()))?;
    solve(id, &design, seconds, seed)
}

/// The instance that a file is, with its name.
///
/// # Errors
///
/// Where it is not such a file.
pub fn parse(text: &str) -> Result<(String, ShiftDesign)> {
    let file: File = serde_json::from_str(text)?;
    let kinds = file.shifts.into_iter().map(|kind| ShiftKind {
        starts: kind.start_steps.0..=kind.start_steps.1,
        lengths: kind.length_steps.0..=kind.length_steps.1,
    });
    let Cost { under_minute, over_minute, shift } = file.cost;
    let design = ShiftDesign {
        step_minutes: file.step_minutes,
        days: file.days,
        required: file.required,
        kinds: kinds.collect(),
        costs: DesignCosts { under_minute, over_minute, shift },
    };
    Ok((file.id, design))
}

/// Solves within `seconds` and checks what is found.
///
/// # Errors
///
/// Where the instance makes no sense, or the design does not cost what it is said to.
pub fn solve(id: String, design: &ShiftDesign, seconds: f64, seed: u64) -> Result<Found> {
    let time = Some(Duration::try_from_secs_f64(seconds)?);
    let clock = Processor::start();
    let found = match design_shifts(design, &DesignOptions { time, seed, steps: None }, &clock) {
        Ok(found) => found,
        Err(findings) => {
            let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
            bail!("{}", lines.join("; "))
        }
    };
    let seconds = clock.elapsed().as_secs_f64();
    let cost = design.cost_of(&found.shifts)?;
    ensure!(cost.total == found.cost, "the design costs {}, not {}", cost.total, found.cost);
    ensure!(found.bound <= found.cost, "the bound {} is above {}", found.bound, found.cost);
    Ok(Found { id, value: Some(found.cost), bound: found.bound, seconds })
}

/// An instance like the published ones: early, day, late and night shifts over a week.
///
/// The requirement is what a design with `pairs` pairs covers exactly; where `noise` is above 0, so
/// many blocks of three hours have one person more or less.
pub fn generate(seed: u64, step_minutes: u32, pairs: usize, noise: usize) -> ShiftDesign {
    const DAYS: usize = 7;
    let mut random = Random::new(seed);
    let hour = 60 / step_minutes;
    let kind = |from: u32, to: u32| ShiftKind {
        starts: from * hour..=to * hour,
        lengths: 7 * hour..=9 * hour,
    };
    let kinds = vec![kind(5, 8), kind(9, 11), kind(13, 15), kind(21, 23)];
    let day = (24 * hour) as usize;
    let mut required = vec![0_u32; DAYS * day];
    for _ in 0..pairs {
        let kind = &kinds[below(&mut random, kinds.len())];
        let start = *kind.starts.start() as usize + below(&mut random, kind.starts.clone().count());
        let length =
            *kind.lengths.start() as usize + below(&mut random, kind.lengths.clone().count());
        let people = 1 + below(&mut random, 5) as u32;
        for first in (0..DAYS).map(|of| of * day + start) {
            // The weekend is quieter, and now and then a day differs.
            let fewer = u32::from(first >= 5 * day) + u32::from(below(&mut random, 4) == 0);
            for step in first..first + length {
                required[step % (DAYS * day)] += people.saturating_sub(fewer);
            }
        }
    }
    for _ in 0..noise {
        let first = below(&mut random, DAYS * day);
        let more = below(&mut random, 2) == 0;
        for step in first..first + 3 * hour as usize {
            let people = &mut required[step % (DAYS * day)];
            *people = if more { *people + 1 } else { people.saturating_sub(1) };
        }
    }
    let costs = DesignCosts { under_minute: 1, over_minute: 1, shift: u64::from(step_minutes) };
    ShiftDesign { step_minutes, days: DAYS as u32, required, kinds, costs }
}

/// A number from 0 up to but not including `end`.
fn below(random: &mut Random, end: usize) -> usize {
    (random.unit() * end as f64) as usize
}
