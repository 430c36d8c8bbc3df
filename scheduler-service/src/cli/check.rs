//! `scheduler check`

use std::process::ExitCode;

use clap::Args;
use scheduler_core::check::check;
use scheduler_core::problem::Plan;
use scheduler_core::report;
use scheduler_core::scenario::Severity;
use serde::Serialize;

use super::failure::Failure;
use super::files::{self, Place, read_planned};
use super::findings::{Item, write_json, write_list};
use super::{Format, Language, NEGATIVE};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    /// The plan, or - for stdin.
    #[arg(value_parser = Place::parser())]
    plan: Place,
    /// Form of the verdict.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language of the verdict.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

/// The verdict as JSON.
#[derive(Debug, Serialize)]
struct Verdict<'a> {
    schema: &'static str,
    valid: bool,
    /// As computed from the plan.
    objective: f64,
    /// As the plan says.
    claimed_objective: f64,
    upper_bound: f64,
    violations: &'a [Item<'a>],
    /// What the plan says of itself and is not so; no rule is broken by it.
    warnings: &'a [Item<'a>],
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, plan, format, language } = arguments;
    if (scenario, plan) == (&Place::Standard, &Place::Standard) {
        let message = "the scenario and the plan cannot both come from stdin";
        return Err(Failure::Usage(message.to_owned()));
    }
    let (problem, (mut resolved, unresolved)) = read_planned(scenario, plan, *format)?;
    let report = check(&problem, &resolved);
    let claimed_objective = std::mem::replace(&mut resolved.objective, report.objective);
    let (stale, unresolved): (Vec<_>, Vec<_>) =
        unresolved.iter().partition(|finding| finding.severity == Severity::Warning);
    let unresolved = unresolved.into_iter().map(Item::from);
    let violations: Vec<Item<'_>> =
        unresolved.chain(report.violations.iter().map(Item::from)).collect();
    let stale = stale.into_iter().map(Item::from);
    let warnings: Vec<Item<'_>> = stale.chain(report.claims.iter().map(Item::stale)).collect();
    let valid = violations.is_empty();
    files::print(|out| match format {
        Format::Text => {
            write_list(out, &violations, *language)?;
            write_list(out, &warnings, *language)?;
            writeln!(out, "{}", sentence(*language, violations.len(), &resolved))
        }
        Format::Json => write_json(
            out,
            &Verdict {
                schema: "check/1",
                valid,
                objective: report.objective,
                claimed_objective,
                upper_bound: resolved.upper_bound,
                violations: &violations,
                warnings: &warnings,
            },
        ),
    })?;
    Ok(if valid { ExitCode::SUCCESS } else { ExitCode::from(NEGATIVE) })
}

/// The verdict in a line; the objective of `plan` is the one that was counted.
fn sentence(language: Language, violations: usize, plan: &Plan) -> String {
    let words = report::Language::from(language);
    let number = |value: f64| words.number(value, 4);
    let [objective, bound] = [plan.objective, plan.upper_bound].map(number);
    let gap = words.percent(plan.gap(), 4);
    match (language, violations) {
        (Language::En, 0) => {
            format!("valid: every rule is kept, objective {objective}, bound {bound}, gap {gap}")
        }
        (Language::De, 0) => {
            format!(
                "gültig: alle Regeln sind gehalten, Wert {objective}, Schranke {bound}, Lücke {gap}"
            )
        }
        (Language::En, count) => format!("not valid: {}", words.severity("violation", count)),
        (Language::De, count) => format!("nicht gültig: {}", words.severity("violation", count)),
    }
}
