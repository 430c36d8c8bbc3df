//! `scheduler check`

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use scheduler_core::report::{ShortFigures, ShortKind, Verdict, verdict};

use super::failure::Failure;
use super::files::{self, Place, read_planned};
use super::findings::{Item, write_json, write_list};
use super::{Format, NEGATIVE};

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
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, plan, format } = arguments;
    if (scenario, plan) == (&Place::Standard, &Place::Standard) {
        let message = "the scenario and the plan cannot both come from stdin";
        return Err(Failure::Usage(message.to_owned()));
    }
    let (problem, (plan, unresolved)) = read_planned(scenario, plan, *format)?;
    let verdict = verdict(&problem, &plan, unresolved);
    files::print(|out| match format {
        Format::Text => write_text(out, &verdict),
        Format::Json => write_json(out, &verdict),
    })?;
    Ok(if verdict.valid { ExitCode::SUCCESS } else { ExitCode::from(NEGATIVE) })
}

fn write_text(out: &mut dyn Write, verdict: &Verdict) -> io::Result<()> {
    let broken: Vec<Item<'_>> = verdict.violations.iter().map(Item::broken).collect();
    let doubtful: Vec<Item<'_>> = verdict.warnings.iter().map(Item::from).collect();
    write_list(out, &broken)?;
    write_list(out, &doubtful)?;
    for short in &verdict.shortages {
        write_shortage(out, short)?;
    }
    let bound = match (verdict.upper_bound, verdict.gap) {
        (Some(bound), Some(gap)) => format!("bound {bound:.4}, gap {:.4} %", gap * 100.0),
        _ => "bound not known".to_owned(),
    };
    let (stays, moves) = (verdict.stays, verdict.moves);
    let (many_stays, many_moves) = (plural(stays), plural(moves));
    let worth = format!(
        "objective {:.4}, {bound}, {stays} stay{many_stays}, {moves} move{many_moves}, {} short",
        verdict.objective,
        match verdict.shortages.len() {
            0 => "nothing".to_owned(),
            count => format!("{count} thing{}", plural(count)),
        }
    );
    match verdict.violations.len() {
        0 => writeln!(out, "valid: every rule is kept, {worth}"),
        count => writeln!(out, "not valid: {count} violation{}, {worth}", plural(count)),
    }
}

/// A line such as `short 2027-03-04 07:30-08:30 at nord: quota "early" asks for 2 counters, 1 is
/// met`.
fn write_shortage(out: &mut dyn Write, short: &ShortFigures) -> io::Result<()> {
    let ShortFigures { kind, id, site, date, from, until, asked, met, missing_minutes } = short;
    let (who, what) = match kind {
        ShortKind::Cover => ("cover", "clerks"),
        ShortKind::Counters => ("quota", "counters for walk-ins"),
        ShortKind::Stretch | ShortKind::Quota => ("quota", "minutes for walk-ins"),
    };
    writeln!(
        out,
        "short on {date} from {from} to {until} at {site}: {who} {id:?} asks for {asked} {what}, \
         there are {met}; {missing_minutes} minutes are missing"
    )
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
