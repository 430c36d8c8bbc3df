//! `scheduler learn`

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use scheduler_core::learn::{Adopted, Drift, LearnOptions, Learned, Learner, adopt, drift};
use scheduler_core::problem::Problem;
use scheduler_core::report::history::{Named, drift_text, learned_pictures, learned_text};
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
    #[arg(value_parser = Place::parser())]
    #[cfg_attr(feature = "serve", arg(required_unless_present = "database"))]
    #[cfg_attr(not(feature = "serve"), arg(required = true))]
    logs: Vec<Place>,
    /// The scenario that says which sites and services there are, and what the history does not. Of a
    /// database the one that is booked from [default].
    #[arg(long, value_name = "FILE", value_parser = Place::parser())]
    #[cfg_attr(feature = "serve", arg(required_unless_present = "database"))]
    #[cfg_attr(not(feature = "serve"), arg(required = true))]
    scenario: Option<Place>,
    /// Learn from what was booked and what happened in the service that uses this database, in the place
    /// of logs: a postgres:// URL, or the path of an SQLite file. Nothing in it is changed.
    #[cfg(feature = "serve")]
    #[arg(long, value_name = "URL|PATH", conflicts_with_all = ["logs", "columns"])]
    database: Option<crate::store::Address>,
    /// Write the scenario with what was learnt to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
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
    #[serde(flatten)]
    source: &'a Source,
    drift: &'a [Drift],
    #[serde(flatten)]
    learned: &'a Learned,
}

/// A scenario, and what was read beside it.
struct Gathered {
    scenario: Scenario,
    /// What people call the scenario.
    name: String,
    learner: Learner,
    source: Source,
}

/// Where visits come from, and what is to be known of that.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Source {
    Logs {
        rows: u64,
        outcomes_inferred: u64,
        trouble: Trouble,
    },
    #[cfg(feature = "serve")]
    Book {
        book: crate::history::book::BookRead,
    },
}

impl Source {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Logs { rows, trouble, .. } => trouble_text(trouble, *rows, language),
            #[cfg(feature = "serve")]
            Self::Book { book } => super::book::text(book, language),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let inputs: Vec<&Place> = arguments.logs.iter().chain(&arguments.scenario).collect();
    files::refuse_overwriting(&inputs, &[("--out", arguments.out.as_deref())])?;
    let Gathered { scenario, name, learner, source } = gather(arguments)?;
    let out = arguments.out.as_deref().map(Output::open).transpose()?;
    let mut options = LearnOptions::default();
    (options.suffices, options.clerks) = (arguments.suffices, arguments.clerks);
    (options.draws, options.seed) = (usize::from(arguments.draws), arguments.seed);
    let learned = learner.finish(&options);
    let Adopted { scenario: adopted, left_out } = adopt(&scenario, &learned, !arguments.keep_slots);
    if let Err(findings) = Problem::new(&adopted) {
        let name = format!("{name} with what was learnt");
        return Err(Failure::findings(name, findings, arguments.format));
    }
    // A scenario that is not sound by itself, but is with what was learnt, has nothing to compare.
    let drifts = Problem::new(&scenario).map_or_else(|_| Vec::new(), |p| drift(&p, &learned));
    if let Some(out) = out {
        out.write(|to| lean::write(to, &adopted))?;
    }
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
            to.write_all(drift_text(&drifts, &named, language).as_bytes())?;
            to.write_all(source.text(arguments.language).as_bytes())
        }
        Format::Json => findings::write_json(
            to,
            &Report {
                schema: "learned/1",
                sites: scenario.sites.iter().map(|site| site.id.as_str()).collect(),
                services: scenario.services.iter().map(|service| service.id.as_str()).collect(),
                source: &source,
                drift: &drifts,
                learned: &learned,
            },
        ),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the scenario and all visits.
fn gather(arguments: &Arguments) -> Result<Gathered, Failure> {
    let Arguments { logs, scenario, format, .. } = arguments;
    let given = match scenario {
        Some(place) => Some((read_scenario(place, *format)?, place.input_name())),
        None => None,
    };
    #[cfg(feature = "serve")]
    if let Some(address) = &arguments.database {
        let super::book::Opened { scenario, name, learner, book } =
            super::book::read(address, given, *format)?;
        return Ok(Gathered { scenario, name, learner, source: Source::Book { book } });
    }
    let Some((scenario, name)) = given else {
        return Err(Failure::Usage("say which scenario with --scenario".to_owned()));
    };
    let mut learner = log::new_learner(&scenario);
    let columns = arguments.columns.clone().unwrap_or_default();
    let mut history = History::new(&log::names(&scenario), columns);
    for place in logs {
        log::read(&mut history, place, |visit| learner.add(&visit))?;
    }
    if history.rows == history.trouble.rows {
        let text = trouble_text(&history.trouble, history.rows, arguments.language);
        return Err(Failure::Usage(format!("there is no row to learn from\n{text}")));
    }
    let (rows, outcomes_inferred, trouble) = (history.rows, history.inferred, history.trouble);
    let source = Source::Logs { rows, outcomes_inferred, trouble };
    Ok(Gathered { scenario, name, learner, source })
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
