//! `scheduler compare`

use std::process::ExitCode;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use scheduler_core::compare::{Goal, apply};
use scheduler_core::problem::Problem;
use scheduler_core::report::charts;
use scheduler_core::scenario::{Findings, ReadOptions, Scenario, Variant};
use scheduler_core::simulate::result::KpiId;

use super::Format;
use super::failure::Failure;
use super::files::{Output, Place, read_scenario};
use super::live::Live;
use super::plan::share;
use super::study::{StudyArguments, no_result};
use crate::studies;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario as it is.
    #[arg(value_parser = Place::parser())]
    base: Place,
    /// Variants: files that say what is changed.
    #[arg(value_parser = Place::parser(), required = true)]
    variants: Vec<Place>,
    #[command(flatten)]
    choice: ChoiceArguments,
    #[command(flatten)]
    pub(super) study: StudyArguments,
}

/// Which variant is best.
#[derive(Debug, Args)]
struct ChoiceArguments {
    /// Find the variant that is best by this figure, of all sites together, instead of comparing all
    /// figures: each is simulated until it is ruled out, at most for so many --replications.
    #[arg(
        long,
        value_name = "FIGURE",
        value_parser = figure(),
        requires = "indifference",
        conflicts_with_all = ["precision", "details"]
    )]
    best: Option<KpiId>,
    /// With --best: differences below this do not matter, in minutes, days or whatever the figure
    /// is measured in; of a share 0.01, or 1%.
    #[arg(long, value_name = "NUMBER", requires = "best", value_parser = amount)]
    indifference: Option<f64>,
    /// With --best: how sure it shall be that the best is found where it is better than all others
    /// by that much [default: 95%].
    #[arg(long, value_name = "SHARE", requires = "best", value_parser = share)]
    confidence: Option<f64>,
}

impl ChoiceArguments {
    /// How sure a choice is by default.
    const CONFIDENCE: f64 = 0.95;

    fn goal(&self) -> Option<Goal> {
        let confidence = self.confidence.unwrap_or(Self::CONFIDENCE);
        Some(Goal { kpi: self.best?, indifference: self.indifference?, confidence })
    }
}

fn figure() -> impl TypedValueParser<Value = KpiId> {
    let possible = || KpiId::ALL.into_iter().filter(|&kpi| Goal::is_possible(kpi));
    PossibleValuesParser::new(possible().map(KpiId::id))
        .try_map(move |id| possible().find(|kpi| kpi.id() == id).ok_or("there is no such figure"))
}

/// A number, or a share in percent.
fn amount(text: &str) -> Result<f64, String> {
    if text.ends_with('%') {
        return share(text);
    }
    text.parse().map_err(|_| "not a number".to_owned())
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { base, variants, choice, study } = arguments;
    let format = study.form().into();
    let inputs: Vec<&Place> = std::iter::once(base).chain(variants).collect();
    study.refuse_overwriting(&inputs, None)?;
    let (scenario, variants) = read(base, variants, format)?;
    let language = study.language.into();
    let live = Live::start(language)?;
    let chart = study.chart.as_deref().map(Output::open).transpose()?;
    let names: Vec<String> = inputs.iter().map(|input| input.input_name()).collect();
    if let Some(goal) = choice.goal() {
        let result = studies::compare::best(&scenario, &variants, &goal, &study.options(), &live);
        live.clear();
        let report = match result {
            Ok(report) => report,
            Err(error) => return no_result(error, &names, format, study.language),
        };
        if let Some(file) = chart {
            let svg = charts::best(&report, language);
            file.write(|to| to.write_all(svg.as_bytes()))?;
        }
        study.print(|| report.to_text(language), &report, &|| report.to_csv(language), &|| {
            report.to_sheet(language)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let result = studies::compare::run(&scenario, &variants, &study.options(), &live);
    live.clear();
    let report = match result {
        Ok(report) => report,
        Err(error) => return no_result(error, &names, format, study.language),
    };
    if let Some(file) = chart {
        let svg = charts::comparison(&report, language);
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

/// Reads the base and all variants; what is wrong with any of them is told at once.
fn read(
    base: &Place,
    variants: &[Place],
    format: Format,
) -> Result<(Scenario, Vec<Variant>), Failure> {
    let scenario = read_scenario(base, format);
    let read: Vec<Result<Variant, Failure>> =
        variants.iter().map(|place| read_variant(place, format)).collect();
    if scenario.is_ok() && read.iter().all(Result::is_ok) {
        return Ok((scenario?, read.into_iter().collect::<Result<_, _>>()?));
    }
    // Where some files cannot be read, the others are still judged.
    let wrong = |place: &Place| {
        let name = place.input_name();
        move |findings: Findings| Failure::findings(name, findings, format)
    };
    let sound = scenario.and_then(|scenario| {
        Problem::new(&scenario).map_err(wrong(base))?;
        Ok(scenario)
    });
    let judged = read.into_iter().zip(variants).map(|(variant, place)| {
        let (variant, Ok(scenario)) = (variant?, &sound) else { return Ok(()) };
        apply(scenario, &variant).map(drop).map_err(wrong(place))
    });
    let of_variants: Vec<Failure> = judged.filter_map(Result::err).collect();
    Err(Failure::Several(sound.err().into_iter().chain(of_variants).collect()))
}

/// Reads a variant; whether it fits its base is not looked at.
fn read_variant(place: &Place, format: Format) -> Result<Variant, Failure> {
    let bytes = place.read(ReadOptions::MAX_BYTES)?;
    Variant::from_json(&bytes)
        .map_err(|findings| Failure::findings(place.input_name(), findings, format))
}
