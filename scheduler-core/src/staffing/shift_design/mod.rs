//! Minimum shift design: which shifts there should be, and how many people start each of them on each
//! day, so that few people are missing, few too many, and few different shifts are used.
//!
//! Three parts work together:
//!
//! * `search` removes and adds pairs of start and length. For the pairs in use, the best numbers of
//!   people are a flow of least cost (`roster`), which is repaired along shortest ways instead of
//!   being solved anew.
//! * `program` is the problem as a linear program without whole numbers, `cuts` what makes it strong:
//!   where the requirement rises by Δ, somebody must start, or Δ people are missing or too many.
//! * `tree` branches on pairs, and on how many pairs of one start or one end are used.
//!
//! Every bound is one of the program's dual at some prices, rounded up to the next cost that there can
//! be; nothing of the search enters it but where to stop.
//!
//! ```
//! use scheduler_core::monitor::WallClock;
//! use scheduler_core::staffing::shift_design::{
//!     DesignCosts, DesignOptions, ShiftDesign, ShiftKind, design_shifts,
//! };
//!
//! // Two days of four steps: two people from 6 to 18, one until midnight.
//! let problem = ShiftDesign {
//!     step_minutes: 360,
//!     days: 2,
//!     required: vec![0, 2, 2, 1, 0, 2, 2, 1],
//!     kinds: vec![ShiftKind { starts: 1..=1, lengths: 2..=3 }],
//!     costs: DesignCosts { under_minute: 1, over_minute: 1, shift: 60 },
//! };
//! let design = design_shifts(&problem, &DesignOptions::default(), &WallClock::start()).unwrap();
//! assert_eq!(design.shifts.len(), 2);
//! assert_eq!((design.cost, design.bound), (120, 120));
//! ```

mod cost;
mod cuts;
mod instance;
mod model;
mod program;
mod roster;
mod search;
mod tree;

use std::time::Duration;

pub use cost::{CostError, DesignCost};
pub use instance::{DesignCosts, DesignFinding, ShiftDesign, ShiftKind};

use crate::monitor::Monitor;
use model::Model;
use search::Search;
use tree::Tree;

/// When to stop, and where chance begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesignOptions {
    /// After so many steps, each a move of the search or a node of the proof: the same design for the
    /// same number, on any machine.
    pub steps: Option<u64>,
    /// After so much time, by the monitor's clock.
    pub time: Option<Duration>,
    /// Where the random numbers begin.
    pub seed: u64,
}

impl Default for DesignOptions {
    /// Ten seconds.
    fn default() -> Self {
        Self { steps: None, time: Some(Duration::from_secs(10)), seed: 1 }
    }
}

/// A shift that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesignedShift {
    /// Its start, in steps since the beginning of the day.
    pub start: u32,
    /// Its length in steps.
    pub length: u32,
    /// People who start it on each day.
    pub people: Vec<u32>,
}

/// The best design found, and what is known of all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Design {
    /// The shifts that are used, by start and length.
    pub shifts: Vec<DesignedShift>,
    /// What it costs.
    pub cost: u64,
    /// No design costs less.
    pub bound: u64,
    /// Steps done.
    pub steps: u64,
}

impl Design {
    /// Whether no design is cheaper.
    pub fn is_proven(&self) -> bool {
        self.cost == self.bound
    }
}

/// Moves of the search in a row without success after which the proof begins.
const IDLE: u64 = 120;
/// Share of the proof's work that the search goes on with, while it has success now and then and
/// when it has not.
const LIVELY: f64 = 0.5;
const DULL: f64 = 0.1;

/// Designs shifts: the best design that was found, with a bound.
///
/// On one thread, the same result for the same problem, seed and number of steps.
///
/// # Errors
/// Everything that is wrong with the problem.
pub fn design_shifts(
    design: &ShiftDesign,
    options: &DesignOptions,
    monitor: &dyn Monitor,
) -> Result<Design, Vec<DesignFinding>> {
    let findings = design.findings();
    if !findings.is_empty() {
        return Err(findings);
    }
    let model = Model::new(design);
    let mut late =
        || options.time.is_some_and(|most| monitor.elapsed() >= most) || monitor.cancelled();
    let mut steps = 0;
    let done = |steps: u64| options.steps.is_some_and(|most| steps >= most);
    let mut search = Search::new(&model, options.seed);
    while search.idle < IDLE && !done(steps) && !late() {
        search.step();
        steps += 1;
    }
    let mut tree = Tree::new(&model);
    let mut proven = false;
    let before = search.work();
    while !done(steps) && !late() {
        steps += 1;
        if !tree.step(&mut search, &mut late) || tree.bound() >= search.best_cost {
            proven = tree.bound() >= search.best_cost;
            break;
        }
        let share = if search.idle < 4 * IDLE { LIVELY } else { DULL };
        while (search.work() - before) as f64 <= share * tree.work() as f64
            && !done(steps)
            && !late()
        {
            search.step();
            steps += 1;
        }
    }
    let bound = if proven { search.best_cost } else { tree.bound().min(search.best_cost) };
    let shifts = shifts_of(&model, &search.best.people);
    Ok(Design {
        cost: search.best_cost.unsigned_abs() * model.unit,
        bound: bound.unsigned_abs() * model.unit,
        shifts,
        steps,
    })
}

fn shifts_of(model: &Model, people: &[u32]) -> Vec<DesignedShift> {
    let days = people.chunks(model.days);
    let used = model.types.iter().zip(days).filter(|(_, days)| days.iter().any(|n| *n > 0));
    used.map(|(kind, days)| DesignedShift {
        start: kind.start as u32,
        length: kind.length as u32,
        people: days.to_vec(),
    })
    .collect()
}
