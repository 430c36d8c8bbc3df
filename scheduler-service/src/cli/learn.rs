//! `scheduler learn`

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use scheduler_core::learn::{Adopted, LearnOptions, Learned, Learner, PlannedService, adopt};
use scheduler_core::problem::Problem;
use scheduler_core::report::history::{Named, learned_pictures, learned_text};
use scheduler_core::scenario::Scenario;
use serde::Serialize;

use super::failure::Failure;
use super::files::{self, Output, Place, read_scenario};
use super::log::{self, trouble_text};
use super::plan::share;
use super::{Format, Language, findings, lean};
use crate::history::{ColumnNames, History, Trouble};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Logs of visits: CSV with a header and a row for each visit; - for stdin.
    #[arg(value_parser = Place::parser(), required = true)]
    logs: Vec<Place>,
    /// The scenario that says which sites and services there are, and what the history does not.
    #[arg(long, value_name = "FILE", value_parser = Place::parser())]
    scenario: Place,
    /// Write the scenario with what was learnt to this file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Which column is which, such as `arrived_at=Ankunft,service=Anliegen`. The names are `booked_at`,
    /// `appointment_at`, `site`, `service`, `persons`, `arrived_at`, `called_at`, `finished_at`,
    /// `counter`, `clerk`, `outcome` and `date`.
    #[arg(long, value_name = "NAME=COLUMN,…", value_parser = ColumnNames::parse)]
    columns: Option<ColumnNames>,
    /// Share of the visits that a slot must be long enough for.
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "95%")]
    suffices: f64,
    /// Leave the lengths of slots as they are.
    #[arg(long)]
    keep_slots: bool,
    /// How many clerks served at least, where the log does not say who did. With fewer than five
    /// nothing is said about how long services take.
    #[arg(long, value_name = "N", default_value_t = 0)]
    clerks: usize,
    /// How many possibilities of what is true the scenario keeps for simulation.
    #[arg(long, value_name = "N", default_value_t = 40,
        value_parser = clap::value_parser!(u16).range(0..=200))]
    draws: u16,
    /// Seed of these.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Draw what was learnt as SVG into this folder.
    #[arg(long, value_name = "DIR")]
    charts: Option<PathBuf>,
    /// Form of what is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language of text and charts.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

/// What was learnt, as JSON. Sites and services have their indices in it.
#[derive(Debug, Serialize)]
struct Report<'a> {
    schema: &'static str,
    sites: Vec<&'a str>,
    services: Vec<&'a str>,
    rows: u64,
    outcomes_inferred: u64,
    trouble: &'a Trouble,
    #[serde(flatten)]
    learned: &'a Learned,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let inputs: Vec<&Place> =
        arguments.logs.iter().chain(std::iter::once(&arguments.scenario)).collect();
    files::refuse_overwriting(&inputs, &[("--out", Some(arguments.out.as_path()))])?;
    let scenario = read_scenario(&arguments.scenario, arguments.format)?;
    let out = Output::open(&arguments.out)?;
    let mut learner = Learner::new(scenario.sites.len(), &planned(&scenario));
    let names = log::names(&scenario);
    let mut history = History::new(&names, arguments.columns.clone().unwrap_or_default());
    for place in &arguments.logs {
        log::read(&mut history, place, |visit| learner.add(&visit))?;
    }
    if history.rows == history.trouble.rows {
        let text = trouble_text(&history.trouble, history.rows, arguments.language);
        return Err(Failure::Usage(format!("there is no row to learn from\n{text}")));
    }
    let mut options = LearnOptions::default();
    (options.suffices, options.clerks) = (arguments.suffices, arguments.clerks);
    (options.draws, options.seed) = (usize::from(arguments.draws), arguments.seed);
    let learned = learner.finish(&options);
    let Adopted { scenario: adopted, left_out } = adopt(&scenario, &learned, !arguments.keep_slots);
    if let Err(findings) = Problem::new(&adopted) {
        let name = format!("{} with what was learnt", arguments.scenario.input_name());
        return Err(Failure::findings(name, findings, arguments.format));
    }
    out.write(|to| lean::write(to, &adopted))?;
    let named = named(&scenario);
    let language = arguments.language.into();
    if let Some(folder) = &arguments.charts {
        let name = folder.display().to_string();
        fs::create_dir_all(folder).map_err(Failure::write(&name))?;
        for picture in learned_pictures(&learned, &named, language) {
            let file = Output::open(&folder.join(format!("{}.svg", picture.name)))?;
            file.write(|to| to.write_all(picture.svg.as_bytes()))?;
        }
    }
    files::print(|to| match arguments.format {
        Format::Text => {
            let about = (&named, left_out.as_slice());
            let text = learned_text(&learned, about, arguments.suffices, language);
            to.write_all(text.as_bytes())?;
            let trouble = trouble_text(&history.trouble, history.rows, arguments.language);
            to.write_all(trouble.as_bytes())
        }
        Format::Json => findings::write_json(
            to,
            &Report {
                schema: "learned/1",
                sites: scenario.sites.iter().map(|site| site.id.as_str()).collect(),
                services: scenario.services.iter().map(|service| service.id.as_str()).collect(),
                rows: history.rows,
                outcomes_inferred: history.inferred,
                trouble: &history.trouble,
                learned: &learned,
            },
        ),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn planned(scenario: &Scenario) -> Vec<PlannedService> {
    let services = scenario.services.iter();
    services
        .map(|service| PlannedService {
            minutes: service.minutes,
            extra_person_minutes: service.extra_person_minutes,
            max_persons: service.max_persons,
        })
        .collect()
}

fn named(scenario: &Scenario) -> Named {
    let name = |id: &String, name: &Option<String>| name.clone().unwrap_or_else(|| id.clone());
    Named {
        sites: scenario.sites.iter().map(|site| name(&site.id, &site.name)).collect(),
        services: scenario
            .services
            .iter()
            .map(|service| name(&service.id, &service.name))
            .collect(),
    }
}
