//! A plan as a chart: a [day](day_chart) with a row for each clerk or room, time from left to right,
//! or a [week](week_chart) with a column for each day.
//!
//! The chart is SVG that needs nothing but itself, and is meant for screen and print. Services
//! differ by colour, white bands and letters, so that it can be read in black and white too.
//!
//! ```
//! use scheduler_core::prelude::*;
//! use scheduler_core::report::gantt;
//!
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let problem = Problem::new(&Scenario::from_json(json.as_bytes())?)?;
//! let plan = Planner::new(&problem).steps(100).plan()?.plan;
//! let monday = gantt::Options { day: Some(0), ..gantt::Options::default() };
//! assert!(gantt::day_chart(&problem, &plan, &monday)?.starts_with("<svg"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod draw;
mod flow;
mod legend;
mod palette;
mod rows;
mod shapes;
mod week;

use std::collections::BTreeMap;

use thiserror::Error;

use super::language::Language;
use crate::problem::{Plan, Problem};
use draw::Chart;
use legend::Legend;
use palette::{Look, look};
use rows::{Band, Work, bands, busiest_day};
use week::Week;

/// Which part of a plan to draw, and in which language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Index into the problem's dates; the busiest day where not given.
    pub day: Option<usize>,
    /// Index into the problem's sites; all sites, one below the other, where not given.
    pub site: Option<usize>,
    /// What has a row.
    pub by: By,
    /// Language of its words.
    pub language: Language,
}

/// What has a row of a chart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// Each clerk.
    #[default]
    Clerk,
    /// Each room.
    Room,
}

/// Why nothing can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChartError {
    /// The problem has no such date.
    #[error("there is no day {day}: the problem has {dates} dates, counted from 0")]
    Day {
        /// Index asked for.
        day: usize,
        /// Dates of the problem.
        dates: usize,
    },
    /// The problem has no such site.
    #[error("there is no site {site}: the problem has {sites} sites, counted from 0")]
    Site {
        /// Index asked for.
        site: usize,
        /// Sites of the problem.
        sites: usize,
    },
}

/// Draws a day of `plan` as SVG.
///
/// O(slots of the plan) to find the day's, O(n log n) in those to draw them.
///
/// # Errors
/// Where `options` ask for a day or site that the problem does not have.
pub fn day_chart(problem: &Problem, plan: &Plan, options: &Options) -> Result<String, ChartError> {
    let day = day_of(problem, plan, options)?;
    let bands = bands(problem, plan, day, options.site, options.by);
    let looks = looks(&bands);
    let legend = Legend::new(problem, plan, day, &looks, options, &bands);
    let hours = hours(problem, &bands, day);
    Ok(Chart::new(problem, plan, day, options, &looks, hours).draw(&bands, &legend))
}

/// Draws the week of a day of `plan` as SVG, on one page: a column for each day.
///
/// O(n log n) in the slots, blocks and breaks of the plan.
///
/// # Errors
/// Where `options` ask for a day or site that the problem does not have.
pub fn week_chart(problem: &Problem, plan: &Plan, options: &Options) -> Result<String, ChartError> {
    let day = day_of(problem, plan, options)?;
    Ok(Week::new(problem, plan, day, options).draw())
}

/// The day asked for, or the busiest.
fn day_of(problem: &Problem, plan: &Plan, options: &Options) -> Result<usize, ChartError> {
    let (dates, sites) = (problem.dates.len(), problem.sites.len());
    if let Some(day) = options.day.filter(|&day| day >= dates) {
        return Err(ChartError::Day { day, dates });
    }
    if let Some(site) = options.site.filter(|&site| site >= sites) {
        return Err(ChartError::Site { site, sites });
    }
    Ok(options.day.unwrap_or_else(|| busiest_day(problem, plan, options.site)))
}

/// The look of every service in the chart, in the order of the scenario.
fn looks(bands: &[Band]) -> BTreeMap<usize, Look> {
    let bars = bands.iter().flat_map(|band| &band.rows).flat_map(|row| &row.bars);
    let mut looks: BTreeMap<usize, Look> = BTreeMap::new();
    for bar in bars {
        if let Work::Slot { service, .. } = bar.work {
            looks.entry(service).or_insert_with(|| look(0));
        }
    }
    for (index, value) in looks.values_mut().enumerate() {
        *value = look(index);
    }
    looks
}

/// First and last minute of the chart: all shifts and opening hours, out to full hours.
fn hours(problem: &Problem, bands: &[Band], day: usize) -> (u32, u32) {
    let grid = problem.grid;
    let shifts = bands.iter().flat_map(|band| &band.rows).flat_map(|row| &row.shifts);
    let open =
        bands.iter().flat_map(|band| &problem.site_days[problem.site_day(band.site, day)].open);
    let windows: Vec<(u32, u32)> = shifts
        .chain(open)
        .map(|window| (grid.minute_of(window.from), grid.minute_of(window.until)))
        .collect();
    let from = windows.iter().map(|window| window.0).min().unwrap_or(8 * 60);
    let until = windows.iter().map(|window| window.1).max().unwrap_or(16 * 60);
    (from / 60 * 60, until.div_ceil(60).max(from / 60 + 1) * 60)
}
