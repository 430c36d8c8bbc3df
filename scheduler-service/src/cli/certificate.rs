//! `scheduler check SCENARIO CERTIFICATE`: what the certificate of a staffing claims

use std::io::{self, Write};
use std::process::ExitCode;

use scheduler_core::report;
use scheduler_core::scenario::{ReadOptions, Scenario};
use scheduler_core::staffing::{Certificate, Checked};
use serde::Serialize;

use super::failure::Failure;
use super::files::{self, Place, read_scenario};
use super::findings::write_json;
use super::live::Live;
use super::study::no_result;
use super::{Format, Language, NEGATIVE};
use crate::studies::staff;

/// The certificate in a file; `None` where it is something else, such as a plan, and for stdin, which
/// can be read only once.
///
/// # Errors
/// Where it is a certificate that cannot be read.
pub(super) fn read(place: &Place) -> Result<Option<Certificate>, Failure> {
    let Place::File(_) = place else { return Ok(None) };
    // What cannot be read is told together with what is wrong with the scenario.
    let Ok(bytes) = place.read(ReadOptions::default().max_bytes) else { return Ok(None) };
    let value: Result<serde_json::Value, _> = serde_json::from_slice(&bytes);
    let Ok(value) = value else { return Ok(None) };
    let schema = value.get("schema").and_then(serde_json::Value::as_str);
    if !schema.is_some_and(|schema| schema.starts_with("staffing-certificate/")) {
        return Ok(None);
    }
    Certificate::from_json(&bytes).map(Some).map_err(|error| {
        Failure::Usage(format!("{} is no certificate: {error}", place.input_name()))
    })
}

/// What was found, for programs.
#[derive(Debug, Serialize)]
struct Found {
    valid: bool,
    faults: Vec<String>,
    bound: Option<f64>,
    cost: Option<f64>,
    figures: Vec<(String, Option<f64>, Option<f64>)>,
}

/// Checks what `certificate` claims of the scenario at `place`, and says what holds.
pub(super) fn run(
    place: &Place,
    certificate: &Certificate,
    (format, language): (Format, Language),
) -> Result<ExitCode, Failure> {
    let scenario: Scenario = read_scenario(place, format)?;
    let live = Live::start(language.into())?;
    let result = staff::check(&scenario, certificate, &live);
    live.clear();
    let checked = match result {
        Ok(checked) => checked,
        Err(error) => return no_result(error, &[place.input_name()], format, language),
    };
    files::print(|to| match format {
        Format::Text => write_text(to, &checked, certificate, language),
        Format::Json => write_json(to, &found(&checked)),
    })?;
    let is_valid = checked.faults.is_empty();
    Ok(if is_valid { ExitCode::SUCCESS } else { ExitCode::from(NEGATIVE) })
}

fn found(checked: &Checked) -> Found {
    Found {
        valid: checked.faults.is_empty(),
        faults: checked.faults.iter().map(ToString::to_string).collect(),
        bound: Some(checked.bound).filter(|bound| bound.is_finite()),
        cost: checked.cost,
        figures: checked
            .figures
            .iter()
            .map(|figure| {
                let estimate = figure.estimate;
                let half_width = estimate.map(|estimate| estimate.half_width);
                (figure.goal.id.clone(), estimate.map(|estimate| estimate.value), half_width)
            })
            .collect(),
    }
}

fn write_text(
    to: &mut dyn Write,
    checked: &Checked,
    certificate: &Certificate,
    language: Language,
) -> io::Result<()> {
    let words = report::Language::from(language);
    for fault in &checked.faults {
        match language {
            Language::En => writeln!(to, "does not hold: {fault}")?,
            Language::De => writeln!(to, "gilt nicht: {fault}")?,
        }
    }
    for figure in &checked.figures {
        let Some(estimate) = figure.estimate else { continue };
        let (value, half) = (words.number(estimate.value, 3), words.number(estimate.half_width, 3));
        writeln!(to, "{}: {value} ± {half}", figure.goal.id)?;
    }
    let is_valid = checked.faults.is_empty();
    let bound = if checked.bound.is_finite() {
        let bound = words.number(checked.bound, 0);
        match language {
            Language::En => format!(
                "no roster below {bound} a week reaches the targets, with somebody there whenever the \
                 doors are open"
            ),
            Language::De => {
                format!(
                    "unter {bound} in der Woche erreicht keine Besetzung die Ziele, bei der immer jemand da \
                     ist, solange geöffnet ist"
                )
            }
        }
    } else {
        match language {
            Language::En => {
                "no roster with somebody there whenever the doors are open reaches the targets".to_owned()
            },
            Language::De => {
                "keine Besetzung, bei der immer jemand da ist, solange geöffnet ist, erreicht die Ziele"
                    .to_owned()
            },
        }
    };
    let roster = checked.cost.map(|cost| (words.number(cost, 0), certificate.verdict.as_str()));
    let roster = match (roster, language) {
        (Some((cost, _)), Language::En) => format!("; one that costs {cost} was simulated anew"),
        (Some((cost, _)), Language::De) => format!("; eine für {cost} wurde neu simuliert"),
        (None, _) => String::new(),
    };
    let verdict = match (is_valid, language) {
        (true, Language::En) => "valid",
        (false, Language::En) => "not valid",
        (true, Language::De) => "gültig",
        (false, Language::De) => "nicht gültig",
    };
    writeln!(to, "{verdict}: {bound}{roster}")
}
