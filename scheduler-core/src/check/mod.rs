//! The independent judge of plans.
//!
//! [`check`] verifies a plan from the definition of the problem alone: every constraint, the
//! objective and the bound. It shares no code with the planner but the types of
//! [`Problem`] and [`Plan`], not even the Poisson tail. It reports all violations at once, and it
//! takes any plan, also one made by hand with indices that lead nowhere.
//!
//! ```
//! use scheduler_core::prelude::*;
//!
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let problem = Problem::new(&Scenario::from_json(json.as_bytes())?)?;
//! let mut plan = Planner::new(&problem).steps(100).plan()?.plan;
//! assert!(check(&problem, &plan).is_sound());
//!
//! plan.slots.push(plan.slots[0].clone());
//! let report = check(&problem, &plan);
//! assert!(report.violations.iter().any(|violation| violation.code() == "clerk.double_booked"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod asked;
mod block;
mod objective;
mod overlap;
mod poisson;
mod pools;
mod promise;
mod rest;
mod rule;
mod shifts;
mod slot;
mod stays;

use std::fmt;

pub use rule::Rule;

use crate::problem::{Plan, Problem};
use crate::time::Window;
use pools::Pools;
use shifts::Shifts;

/// What [`check`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Everything that is wrong with the plan, in order of its slots, blocks and breaks, then of
    /// overlaps, quotas, promises and bound.
    pub violations: Vec<Violation>,
    /// The objective that the plan claims, where it is not so, and that it has no bound. A plan that
    /// was edited by hand keeps its old objective or drops it, and is none the worse for it.
    pub claims: Vec<Violation>,
    /// Expected served minutes, weighted by value, less what has a price, computed anew. Slots that
    /// serve no pool, or name one that they do not fit, have no value.
    pub objective: f64,
}

impl Report {
    /// Whether no rule is broken.
    pub fn is_valid(&self) -> bool {
        self.violations.is_empty()
    }

    /// Whether no rule is broken and what the plan claims about itself is so.
    pub fn is_sound(&self) -> bool {
        self.violations.is_empty() && self.claims.is_empty()
    }
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// JSON pointer into the plan, such as `/slots/17`.
    pub pointer: String,
    /// What is wrong there, with names, times and values.
    pub message: String,
}

impl Violation {
    /// Stable code of the rule, such as `clerk.double_booked`.
    pub fn code(&self) -> &'static str {
        self.rule.code()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {}: {}; {}",
            self.code(),
            self.pointer,
            self.message,
            self.rule.statement()
        )
    }
}

/// Judges `plan` as an answer to `problem`.
///
/// O(n log n) in the number of slots, blocks, breaks and shifts, plus the blocks of a site-day times
/// its quotas.
///
/// ```
/// # use scheduler_core::{check, problem::{Plan, Problem}};
/// fn publish(problem: &Problem, plan: &Plan) -> Result<f64, Vec<check::Violation>> {
///     let report = check::check(problem, plan);
///     if report.is_valid() { Ok(report.objective) } else { Err(report.violations) }
/// }
/// ```
pub fn check(problem: &Problem, plan: &Plan) -> Report {
    let mut judge = Judge {
        problem,
        plan,
        shifts: Shifts::new(problem),
        pools: Pools::new(problem),
        rests: vec![Vec::new(); problem.shifts.len()],
        violations: Vec::new(),
        claims: Vec::new(),
    };
    judge.slots();
    judge.blocks();
    judge.breaks();
    judge.overlaps();
    judge.quotas();
    judge.promises();
    let objective = judge.objective();
    Report { violations: judge.violations, claims: judge.claims, objective }
}

struct Judge<'a> {
    problem: &'a Problem,
    plan: &'a Plan,
    shifts: Shifts,
    pools: Pools,
    /// The breaks that the plan gives to each shift.
    rests: Vec<Vec<Window>>,
    violations: Vec<Violation>,
    claims: Vec<Violation>,
}

/// Where in the plan something is; displayed as a JSON pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Slot(usize),
    Block(usize),
    Break(usize),
    Slots,
    Blocks,
    Breaks,
    Objective,
    Bound,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slot(index) => write!(f, "/slots/{index}"),
            Self::Block(index) => write!(f, "/walk_in_blocks/{index}"),
            Self::Break(index) => write!(f, "/breaks/{index}"),
            Self::Slots => f.write_str("/slots"),
            Self::Blocks => f.write_str("/walk_in_blocks"),
            Self::Breaks => f.write_str("/breaks"),
            Self::Objective => f.write_str("/objective"),
            Self::Bound => f.write_str("/upper_bound"),
        }
    }
}

impl Judge<'_> {
    fn violated(&mut self, rule: Rule, place: Place, message: String) {
        self.violations.push(Violation { rule, pointer: place.to_string(), message });
    }

    fn claimed(&mut self, rule: Rule, place: Place, message: String) {
        self.claims.push(Violation { rule, pointer: place.to_string(), message });
    }

    /// Whether every named index is below the length that goes with it.
    fn refers(&mut self, place: Place, references: &[(&str, usize, usize)]) -> bool {
        let mut known = true;
        for &(what, index, length) in references {
            if index >= length {
                let message = format!("{what} {index} of {length}");
                self.violated(Rule::ReferenceUnknown, place, message);
                known = false;
            }
        }
        known
    }

    fn lasts(&mut self, place: Place, window: Window) -> bool {
        if window.is_empty() {
            let grid = self.problem.grid;
            let message = format!("{} to {}", grid.clock(window.from), grid.clock(window.until));
            self.violated(Rule::WindowEmpty, place, message);
        }
        !window.is_empty()
    }

    fn span(&self, day: usize, window: Window) -> String {
        let grid = self.problem.grid;
        let (from, until) = (grid.clock(window.from), grid.clock(window.until));
        format!("{} {from}-{until}", self.problem.dates[day])
    }

    fn minutes(&self, steps: u64) -> u64 {
        steps * u64::from(self.problem.grid.minutes())
    }

    fn open_throughout(&self, site: usize, day: usize, window: Window) -> bool {
        let site_day = self.problem.site_day(site, day);
        self.problem.site_days[site_day].open.iter().any(|open| open.covers(window))
    }

    /// The hours of the site on that day, for messages.
    fn opening(&self, site: usize, day: usize) -> String {
        let grid = self.problem.grid;
        let open = &self.problem.site_days[self.problem.site_day(site, day)].open;
        if open.is_empty() {
            return "closed that day".to_owned();
        }
        let hours: Vec<_> = open
            .iter()
            .map(|w| format!("{}-{}", grid.clock(w.from), grid.clock(w.until)))
            .collect();
        format!("open {}", hours.join(", "))
    }
}
