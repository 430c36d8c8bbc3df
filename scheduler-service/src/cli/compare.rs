//! `scheduler compare`

use std::process::ExitCode;

use clap::Args;
use scheduler_core::compare::{apply, compare};
use scheduler_core::problem::Problem;
use scheduler_core::report::charts;
use scheduler_core::report::simulation::comparison_report;
use scheduler_core::scenario::{Findings, ReadOptions, Scenario, Variant};

use super::Format;
use super::failure::Failure;
use super::files::{Output, Place};
use super::live::Live;
use super::study::{StudyArguments, no_comparison};

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
    let (scenario, variants) = read(base, variants, format)?;
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

/// Reads the base and all variants; what is wrong with any of them is told at once.
fn read(
    base: &Place,
    variants: &[Place],
    format: Format,
) -> Result<(Scenario, Vec<Variant>), Failure> {
    let mut wrong: Vec<(&Place, Findings)> = Vec::new();
    let bytes = base.read(ReadOptions::default().max_bytes)?;
    let scenario = Scenario::from_json(&bytes).map_err(|findings| wrong.push((base, findings)));
    let mut read = Vec::with_capacity(variants.len());
    for place in variants {
        match Variant::from_json(&place.read(ReadOptions::MAX_BYTES)?) {
            Ok(variant) => read.push((place, variant)),
            Err(findings) => wrong.push((place, findings)),
        }
    }
    match scenario {
        Ok(scenario) if wrong.is_empty() => {
            return Ok((scenario, read.into_iter().map(|(_, variant)| variant).collect()));
        }
        // Where some files cannot be read, the others are still judged.
        Ok(scenario) => match Problem::new(&scenario) {
            Ok(_) => wrong.extend(read.iter().filter_map(|(place, variant)| {
                apply(&scenario, variant).err().map(|findings| (*place, findings))
            })),
            Err(findings) => wrong.insert(0, (base, findings)),
        },
        Err(()) => {}
    }
    let named = |(place, findings): (&Place, Findings)| {
        (place.input_name(), findings.into_iter().collect())
    };
    Err(Failure::FindingsOf { files: wrong.into_iter().map(named).collect(), format })
}
