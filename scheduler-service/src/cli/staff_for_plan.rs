//! `scheduler staff --for-plan`: the fewest clerks that keep what a plan promises.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use scheduler_core::report::staff_figures;
use scheduler_core::scenario::PlanFile;
use scheduler_core::staffing::for_plan::{Keep, Options, for_plan};

use super::failure::Failure;
use super::files::{self, Output, Place, read_sound, refuse_overwriting};
use super::findings::{Item, write_json, write_list};
use super::live::Live;
use super::plan::workbook;
use super::tables::is_workbook_name;
use super::{Format, Language, NEGATIVE};

#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Arguments {
    /// Answer for what is promised in this plan, or - for stdin: the fewest clerks that keep all
    /// promises and walk-in blocks of each day at their times and in their rooms, who they are, and
    /// who is free.
    #[arg(long = "for-plan", value_name = "PLAN", value_parser = Place::parser(),
        conflicts_with_all = ["targets", "budget", "confidence", "existing", "walk_ins", "weeks", "threads", "certificate", "chart"])]
    plan: Option<Place>,
    /// With --for-plan: keep all published slots, not only those that are promised.
    #[arg(long, requires = "plan")]
    slots: bool,
    /// With --for-plan: keep promises alone, walk-in blocks are given up.
    #[arg(long, requires = "plan")]
    no_walk_ins: bool,
}

/// What it has in common with `scheduler staff` without a plan.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    pub(super) seconds: Option<Duration>,
    pub(super) steps: Option<u64>,
    pub(super) seed: u64,
    pub(super) out: Option<&'a Place>,
    pub(super) format: Format,
    pub(super) language: Language,
}

/// Prints who is needed for the plan, where one is given. Exit code 1 where nobody was found for all of
/// it, or the judge finds a rule broken.
pub(super) fn run(
    scenario: &Place,
    arguments: &Arguments,
    shared: &Shared<'_>,
) -> Option<Result<ExitCode, Failure>> {
    let plan = arguments.plan.as_ref()?;
    Some(answer(scenario, plan, arguments, shared))
}

fn answer(
    scenario: &Place,
    plan: &Place,
    arguments: &Arguments,
    shared: &Shared<'_>,
) -> Result<ExitCode, Failure> {
    let Arguments { slots, no_walk_ins, .. } = arguments;
    let Shared { seconds, steps, seed, out, format, language } = *shared;
    let path = match out {
        Some(Place::File(path)) => Some(path.as_path()),
        Some(Place::Standard) => {
            let message = "--out is a file here: the answer goes to stdout";
            return Err(Failure::Usage(message.to_owned()));
        }
        None => None,
    };
    refuse_overwriting(&[scenario, plan], &[("--out", path)])?;
    let (problem, planned) = read_sound(scenario, plan, language)?;
    let file = path.map(Output::open).transpose()?;
    let keep = Keep { slots: *slots, walk_ins: !*no_walk_ins };
    let time = steps.is_none().then(|| seconds.unwrap_or(TIME));
    let options = Options { keep, time, steps, seed };
    let live = Live::start(language.into())?;
    let staff = for_plan(&problem, &planned, &options, &live);
    live.clear();
    let figures = staff_figures(&problem, &planned, keep, &staff);
    if let Some(file) = file {
        if is_workbook_name(path) {
            let book = workbook(&problem, &staff.plan, language.into())?;
            file.write(|to| to.write_all(&book))?;
        } else {
            file.write(|to| write_json(to, &PlanFile::new(&problem, &staff.plan)))?;
        }
    }
    match format {
        Format::Json => files::print(|to| write_json(to, &figures))?,
        Format::Text => {
            files::print(|to| to.write_all(figures.to_text(language.into()).as_bytes()))?;
            let broken: Vec<Item<'_>> = figures.violations.iter().map(Item::broken).collect();
            let _ = write_list(&mut io::stderr().lock(), &broken, language);
        }
    }
    let kept = figures.needed.is_some() && figures.valid;
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::from(NEGATIVE) })
}

/// How long to search where nothing else is asked for.
const TIME: Duration = Duration::from_secs(10);
