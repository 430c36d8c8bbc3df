//! `scheduler sweep`

use std::process::ExitCode;

use clap::Args;
use scheduler_core::compare::Knob;
use scheduler_core::report::charts;
use scheduler_core::scenario::{Finding, Findings, Variant};
use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::files::{Output, Place, read_scenario};
use super::live::Live;
use super::study::{StudyArguments, no_result};
use crate::studies::{self, StudyError};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    /// An edit with the values of its number, such as `add_clerks like=nord-03 count=0,1,2,3` or
    /// `set_share_by_appointment share=0.5,0.7,0.9`; lists of names have commas too. Once or twice:
    /// two knobs give every combination.
    #[arg(long, value_name = "EDIT", required = true, value_parser = knob)]
    knob: Vec<Knob>,
    #[command(flatten)]
    pub(super) study: StudyArguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario: place, knob: knobs, study } = arguments;
    let format = study.form().into();
    study.refuse_overwriting(&[place], None)?;
    let scenario = read_scenario(place, format)?;
    let live = Live::start(study.language.into())?;
    let chart = study.chart.as_deref().map(Output::open).transpose()?;
    let result = studies::sweep::run(&scenario, knobs, &study.options(), &live);
    live.clear();
    let report = match result {
        Ok(report) => report,
        // Variants are points of the knobs, which the command line gave.
        Err(StudyError::Variants(wrong)) => {
            return Err(Failure::findings("--knob".to_owned(), once(wrong), format));
        }
        Err(error) => {
            let points: usize = knobs.iter().map(|knob| knob.values.len()).product();
            let mut names = vec!["--knob".to_owned(); 1 + points];
            names[0] = place.input_name();
            return no_result(error, &names, format, study.language);
        }
    };
    let language = study.language.into();
    if let Some(file) = chart {
        let svg = charts::sweep(&report, language);
        file.write(|to| to.write_all(svg.as_bytes()))?;
    }
    study.print(
        || report.to_text(language, study.details),
        &report,
        &|| report.to_csv(language),
        &|| report.to_sheet(language),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with any of the points, each once: what is not there is missing at all of them.
fn once(wrong: Vec<(usize, Findings)>) -> Vec<Finding> {
    let mut all: Vec<Finding> = Vec::new();
    for finding in wrong.into_iter().flat_map(|(_, findings)| findings) {
        if !all.contains(&finding) {
            all.push(finding);
        }
    }
    all
}

/// The fields that are the number of an edit.
const NUMBERS: [&str; 8] =
    ["count", "share", "min_share", "probability", "factor", "minutes", "most_a_day", "counters"];

/// Those of them that are shares: from 0 to 1, or in percent.
const SHARES: [&str; 3] = ["share", "min_share", "probability"];

/// The fields that are one text; all others but the number are lists of texts.
const TEXTS: [&str; 3] = ["like", "site", "id"];

/// Reads `word field=value field=value,value`.
fn knob(text: &str) -> Result<Knob, String> {
    // `60 %` is one word as well.
    let joined = text.replace(" %", "%");
    let mut words = joined.split_whitespace();
    let word = words.next().ok_or("no edit is named")?;
    let mut edit = Map::from_iter([("edit".to_owned(), json!(word))]);
    let mut values = None;
    for field in words {
        let (name, value) = field.split_once('=').ok_or(format!("{field} is no field=value"))?;
        let value = if NUMBERS.contains(&name) && values.is_none() {
            let numbers = numbers(name, value)?;
            // Any of them: what the edit would be with it is judged for each.
            let first = values.insert(numbers)[0];
            whole(first).map_or(json!(first), |whole| json!(whole))
        } else if TEXTS.contains(&name) {
            json!(value)
        } else if let Ok(number) = value.parse::<f64>() {
            json!(number)
        } else {
            json!(value.split(',').collect::<Vec<_>>())
        };
        edit.insert(name.to_owned(), value);
    }
    let Some(values) = values else {
        return Err(format!("no field has values; one of {} must", NUMBERS.join(", ")));
    };
    let file = json!({"schema": "variant/1", "name": text, "edits": [Value::Object(edit)]});
    let variant = Variant::from_json(file.to_string().as_bytes()).map_err(|findings| {
        let messages: Vec<&str> = findings.iter().map(|found| found.message.as_str()).collect();
        messages.join("; ")
    })?;
    let edit = variant.edits.into_iter().next().ok_or("no edit is named")?;
    Ok(Knob { edit, values })
}

/// The values of the field `name`: set apart by commas, or by semicolons where numbers have decimal
/// commas; shares also in percent.
fn numbers(name: &str, text: &str) -> Result<Vec<f64>, String> {
    let is_share = SHARES.contains(&name);
    let german = text.contains(';');
    let values = text.split(if german { ';' } else { ',' }).map(|part| {
        let (digits, is_percent) = match part.strip_suffix('%') {
            Some(digits) => (digits, true),
            None => (part, false),
        };
        if is_percent && !is_share {
            return Err(format!("{name}={part}: {name} is no share; write a number without %"));
        }
        let digits = if german { digits.replace(',', ".") } else { digits.to_owned() };
        match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                Ok(if is_percent { number / 100.0 } else { number })
            }
            _ => Err(format!("{name}: {part:?} is no number; write {}", example(is_share))),
        }
    });
    let values = values.collect::<Result<Vec<f64>, String>>()?;
    match values.iter().find(|&&value| is_share && !(0.0..=1.0).contains(&value)) {
        Some(_) if text.contains(',') && !german => Err(format!(
            "{name}={text} is {} values, as commas set values apart, and not all are from 0 to 1; write {}",
            values.len(),
            example(true)
        )),
        Some(value) => {
            Err(format!("{name}={text}: {value} is not from 0 to 1; write {}", example(true)))
        }
        None => Ok(values),
    }
}

fn example(is_share: bool) -> &'static str {
    if is_share { "0.6, or 60%, or several: 0.5,0.6" } else { "1.5, or several: 1,1.5,2" }
}

fn whole(number: f64) -> Option<u32> {
    (number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number))
        .then_some(number as u32)
}
