//! `scheduler compare`

use std::process::ExitCode;

use clap::Args;
use scheduler_core::compare::compare;
use scheduler_core::report::charts;
use scheduler_core::report::simulation::comparison_report;
use scheduler_core::scenario::{ReadOptions, Variant};

use super::Format;
use super::failure::Failure;
use super::files::{Output, Place};
use super::live::Live;
use super::study::{StudyArguments, no_comparison, read_scenario};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario as it is.
    #[arg(value_parser = Place::parser())]
    base: Place,
    /// Variants: files that say what is changed.
    #[arg(value_parser = Place::parser(), required = true)]
    variants: Vec<Place>,
    #[command(flatten)]
    study: StudyArguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { base, variants, study } = arguments;
    let format = study.format.into();
    let inputs: Vec<&Place> = std::iter::once(base).chain(variants).collect();
    if inputs.iter().filter(|input| ***input == Place::Standard).count() > 1 {
        return Err(Failure::Usage("only one file can come from stdin".to_owned()));
    }
    study.refuse_overwriting(&inputs, None)?;
    let scenario = read_scenario(base, format)?;
    let variants = read_variants(variants, format)?;
    let live = Live::start(study.language.into())?;
    let chart = study.chart.as_deref().map(Output::open).transpose()?;
    let result = compare(&scenario, &variants, &study.options(), &live);
    live.clear();
    let comparison = match result {
        Ok(comparison) => comparison,
        Err(error) => {
            let names: Vec<String> = inputs.iter().map(|input| input.input_name()).collect();
            return no_comparison(error, &names, format);
        }
    };
    let report = comparison_report(&comparison);
    let language = study.language.into();
    if let Some(file) = chart {
        let svg = charts::comparison(&report, language);
        file.write(|to| to.write_all(svg.as_bytes()))?;
    }
    study.print(|| report.to_text(language, study.details), &report, || report.to_csv())?;
    Ok(ExitCode::SUCCESS)
}

/// Reads all variants; what is wrong with any of them is told at once.
fn read_variants(places: &[Place], format: Format) -> Result<Vec<Variant>, Failure> {
    let mut variants = Vec::with_capacity(places.len());
    let mut wrong = Vec::new();
    for place in places {
        match Variant::from_json(&place.read(ReadOptions::MAX_BYTES)?) {
            Ok(variant) => variants.push(variant),
            Err(findings) => {
                wrong.push((place.input_name(), findings.iter().cloned().collect()));
            }
        }
    }
    if wrong.is_empty() { Ok(variants) } else { Err(Failure::FindingsOf { files: wrong, format }) }
}
