//! Expected figures beside those found.

use super::{Case, Figures, SimulatedFigures, flatten};

/// A figure of a simulation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Simulated {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// What a comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The figure was not computed in this way.
    NotFound,
    /// Within the tolerance.
    Agrees,
    /// Beyond it.
    Differs,
}

/// One expected figure and what was found for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The path to the figure.
    pub name: String,
    /// What the file says.
    pub expected: f64,
    /// What the formula gives.
    pub formula: Option<f64>,
    /// What the simulation gives.
    pub simulated: Option<Simulated>,
    /// Largest difference at which formula and file agree.
    pub tolerance: f64,
}

/// Most standard errors between a simulation and an exact figure.
const MOST_STANDARD_ERRORS: f64 = 4.0;

impl Row {
    /// Whether the formula agrees with the file.
    #[must_use]
    pub fn by_formula(&self) -> Verdict {
        match self.formula {
            None => Verdict::NotFound,
            // A NaN is within no tolerance.
            Some(found) if (found - self.expected).abs() <= self.tolerance => Verdict::Agrees,
            Some(_) => Verdict::Differs,
        }
    }

    /// Difference between simulation and file in standard errors. Differences that rounding
    /// explains count as none: a simulation of what is not random has a standard error of 0.
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        let found = self.simulated?;
        let difference = found.value - self.expected;
        if difference.abs() <= 1e-9 * self.expected.abs().max(1.0) {
            return Some(0.0);
        }
        Some(difference / found.standard_error)
    }

    /// Whether the simulation agrees with the file.
    #[must_use]
    pub fn by_simulation(&self) -> Verdict {
        match self.z() {
            None => Verdict::NotFound,
            Some(z) if z.abs() <= MOST_STANDARD_ERRORS => Verdict::Agrees,
            Some(_) => Verdict::Differs,
        }
    }
}

/// Every expected figure of `case` that is one of the model, with what was found for it.
#[must_use]
pub fn compare(case: &Case, formula: &Figures, simulated: &SimulatedFigures) -> Vec<Row> {
    expected(case)
        .into_iter()
        .filter(|(name, _)| !is_bookkeeping(case, name))
        .map(|(name, expected)| Row {
            expected,
            formula: formula.get(&name).copied(),
            simulated: simulated.get(&name).copied(),
            tolerance: tolerance(case, &name, expected),
            name,
        })
        .collect()
}

/// The expected figures of `case` by name.
#[must_use]
pub fn expected(case: &Case) -> Figures {
    let mut figures = Figures::new();
    flatten("", &case.expected, &mut figures);
    figures
}

/// Whether a number says how the file was computed instead of what the model does: how many
/// schedules or states were looked at, the output of one run of another program.
fn is_bookkeeping(case: &Case, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    match last {
        "schedules_evaluated" | "states" | "third_party_value" => true,
        "mean_wait_one_run" | "customers" => case.kind == "tool-output",
        _ => last.ends_with("_ci95"),
    }
}

/// Formulas are held to 1e-6. Where the file has an optimum from a numerical search, printed with
/// five digits, only the optimum's cost is as exact as that.
fn tolerance(case: &Case, name: &str, expected: f64) -> f64 {
    let relative =
        if case.kind.contains("numeric-optimum") && name != "cost" { 1e-4 } else { 1e-6 };
    relative * expected.abs().max(1e-3)
}
