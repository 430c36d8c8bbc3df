//! The printed comparison and its totals.

use std::collections::BTreeMap;

use scheduler_benches::cases::{
    Case, Figures, Row, SimulatedFigures, Unanswered, Verdict, compare,
};

/// Prints cases as they come and counts verdicts.
#[derive(Debug, Default)]
pub(super) struct Table {
    cases: usize,
    figures: usize,
    formula: Count,
    simulation: Count,
    /// Standard errors above a quarter of a percent of the figure.
    imprecise: usize,
    /// Reasons why cases have no answer, with the cases.
    unanswered: BTreeMap<String, Vec<String>>,
    /// Figures that neither method gives, with the cases.
    nowhere: BTreeMap<String, Vec<String>>,
}

/// Verdicts of one method.
#[derive(Debug, Default)]
struct Count {
    agrees: usize,
    differs: usize,
}

impl Count {
    fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Agrees => self.agrees += 1,
            Verdict::Differs => self.differs += 1,
            Verdict::NotFound => {}
        }
    }
}

/// Largest standard error of a simulation, relative to the figure.
const PRECISION: f64 = 0.0025;

impl Table {
    /// Prints one case.
    pub(super) fn case(
        &mut self,
        case: &Case,
        by_formula: &Result<Figures, Unanswered>,
        by_simulation: &Result<SimulatedFigures, Unanswered>,
    ) {
        self.cases += 1;
        println!("{} · {} · {}", case.id, case.group, case.title);
        let formula = by_formula.as_ref().cloned().unwrap_or_else(|reason| {
            self.no_answer(case, "formula", reason);
            Figures::new()
        });
        let simulated = by_simulation.as_ref().cloned().unwrap_or_else(|reason| {
            self.no_answer(case, "simulation", reason);
            SimulatedFigures::new()
        });
        let rows = compare(case, &formula, &simulated);
        if !rows.is_empty() {
            println!(
                "  {:<34} {:>16} {:>16} {:>7} {:>14} {:>10} {:>6}",
                "figure", "expected", "formula", "", "simulation", "std. error", "z"
            );
        }
        for row in &rows {
            self.row(case, row);
        }
        println!();
    }

    fn no_answer(&mut self, case: &Case, method: &str, reason: &Unanswered) {
        println!("  no {method}: {reason}");
        let reasons = self.unanswered.entry(format!("{method}: {reason}")).or_default();
        reasons.push(case.id.clone());
    }

    fn row(&mut self, case: &Case, row: &Row) {
        self.figures += 1;
        let (by_formula, by_simulation) = (row.by_formula(), row.by_simulation());
        self.formula.add(by_formula);
        self.simulation.add(by_simulation);
        if by_formula == Verdict::NotFound && by_simulation == Verdict::NotFound {
            self.nowhere.entry(row.name.clone()).or_default().push(case.id.clone());
        }
        let formula = row.formula.map_or_else(|| "–".to_owned(), figure);
        let mut line = format!(
            "  {:<34} {:>16} {formula:>16} {:>7}",
            row.name,
            figure(row.expected),
            word(by_formula)
        );
        if let (Some(found), Some(z)) = (row.simulated, row.z()) {
            let mut verdict = word(by_simulation);
            if found.standard_error > PRECISION * row.expected.abs() {
                self.imprecise += 1;
                if by_simulation == Verdict::Agrees {
                    verdict = "ok, wide";
                }
            }
            line += &format!(
                " {:>14} {:>10} {z:>6.2} {verdict}",
                figure(found.value),
                format!("{:.2e}", found.standard_error)
            );
        }
        println!("{}", line.trim_end());
    }

    /// Prints the totals.
    pub(super) fn totals(&self) {
        println!("{} cases, {} figures", self.cases, self.figures);
        let Count { agrees, differs } = self.formula;
        println!("by formula:    {agrees} agree, {differs} differ (tolerance 1e-6)");
        let Count { agrees, differs } = self.simulation;
        println!(
            "by simulation: {agrees} agree, {differs} differ (4 standard errors); {} with a \
             standard error above {} %",
            self.imprecise,
            PRECISION * 100.0
        );
        for (reason, cases) in &self.unanswered {
            println!("no {reason}: {}", cases.join(", "));
        }
        for (figure, cases) in &self.nowhere {
            println!("figure {figure} not computed: {}", cases.join(", "));
        }
    }

    /// Whether some figure is not as expected.
    pub(super) fn disagrees(&self) -> bool {
        self.formula.differs + self.simulation.differs > 0
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotFound => "",
        Verdict::Agrees => "ok",
        Verdict::Differs => "DIFFERS",
    }
}

/// Ten significant digits.
fn figure(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-4..1e9).contains(&size) {
        let digits = if value == 0.0 { 0 } else { (9.0 - size.log10().floor()).max(0.0) as usize };
        let text = format!("{value:.digits$}");
        if text.contains('.') {
            return text.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        return text;
    }
    format!("{value:.6e}")
}
