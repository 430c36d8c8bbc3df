//! `scheduler chart`

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use scheduler_core::problem::Problem;
use scheduler_core::report::gantt;

use super::Language;
use super::failure::Failure;
use super::files::{Output, Place, read_sound, refuse_overwriting};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    /// The plan, or - for stdin.
    #[arg(value_parser = Place::parser())]
    plan: Place,
    /// Draw into this file.
    #[arg(long, value_name = "FILE.svg")]
    out: PathBuf,
    /// The day to draw [default: the busiest].
    #[arg(long, value_name = "DATE", conflicts_with = "week")]
    day: Option<NaiveDate>,
    /// Draw a week on one page, a column for each day: the week of that date [default: of the
    /// busiest day].
    #[arg(long, value_name = "DATE", num_args = 0..=1, require_equals = true)]
    week: Option<Option<NaiveDate>>,
    /// The site to draw, by its id [default: all].
    #[arg(long, value_name = "ID")]
    site: Option<String>,
    /// What has a row.
    #[arg(long, value_enum, default_value_t = By::Clerk)]
    by: By,
    /// Language of the chart.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

/// What has a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Each clerk.
    Clerk,
    /// Each room.
    Room,
}

impl From<By> for gantt::By {
    fn from(by: By) -> Self {
        match by {
            By::Clerk => Self::Clerk,
            By::Room => Self::Room,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, plan, out, by, language, .. } = arguments;
    refuse_overwriting(&[scenario, plan], &[("--out", Some(out))])?;
    let (problem, planned) = read_sound(scenario, plan, *language)?;
    let (option, date) = match arguments.week {
        Some(date) => ("--week", date),
        None => ("--day", arguments.day),
    };
    let day = date.map(|date| day(&problem, option, date)).transpose()?;
    let site = arguments.site.as_deref().map(|id| site(&problem, "--site", id)).transpose()?;
    let options = gantt::Options { day, site, by: (*by).into(), language: (*language).into() };
    let file = Output::open(out)?;
    let svg = if arguments.week.is_some() {
        gantt::week_chart(&problem, &planned, &options)
    } else {
        gantt::day_chart(&problem, &planned, &options)
    };
    let svg = svg.map_err(|error| Failure::Usage(error.to_string()))?;
    file.write(|to| to.write_all(svg.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// The place of `date` in the horizon.
pub(super) fn day(problem: &Problem, option: &str, date: NaiveDate) -> Result<usize, Failure> {
    problem.dates.iter().position(|&other| other == date).ok_or_else(|| {
        let (first, last) = (problem.dates.first(), problem.dates.last());
        let horizon = match first.zip(last) {
            Some((first, last)) => format!(", which goes from {first} to {last}"),
            None => String::new(),
        };
        Failure::Usage(format!("{option} {date} is outside the scenario's horizon{horizon}"))
    })
}

/// The site called `id`.
pub(super) fn site(problem: &Problem, option: &str, id: &str) -> Result<usize, Failure> {
    let known = || problem.sites.iter().map(|site| site.id.as_str());
    known().position(|other| other == id).ok_or_else(|| {
        let known: Vec<&str> = known().collect();
        Failure::Usage(format!(
            "{option} {id} is not a site of the scenario, which has {}",
            known.join(", ")
        ))
    })
}
