//! `scheduler check`

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use scheduler_core::report::{self, ShortFigures, ShortKind, Verdict, verdict};

use super::failure::Failure;
use super::files::{self, Place, read_planned};
use super::findings::{Item, say, write_json, write_list};
use super::{Format, Language, NEGATIVE, certificate};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    /// The plan, or the certificate of a staffing, or - for stdin.
    #[arg(value_parser = Place::parser())]
    plan: Place,
    /// Judge a plan that was made with --relax: what quotas lack breaks no rule and has a price.
    #[arg(long)]
    relax: bool,
    /// Form of the verdict.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language of the verdict.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, plan, relax, format, language } = arguments;
    if (scenario, plan) == (&Place::Standard, &Place::Standard) {
        let message = "the scenario and the plan cannot both come from stdin";
        return Err(Failure::Usage(message.to_owned()));
    }
    if let Some(certificate) = certificate::read(plan)? {
        return certificate::run(scenario, &certificate, (*format, *language));
    }
    let (mut problem, (plan, unresolved)) = read_planned(scenario, plan, *format)?;
    problem.relaxed = *relax;
    let judged = verdict(&problem, &plan, unresolved.clone());
    files::print(|out| match format {
        Format::Text => write_text(out, &judged, *language),
        Format::Json => write_json(out, &judged),
    })?;
    if !judged.valid && !relax {
        problem.relaxed = true;
        if verdict(&problem, &plan, unresolved).valid {
            say(match language {
                Language::En => "only quotas lack something: with --relax the plan is valid",
                Language::De => "nur Quoten fehlt etwas: mit --relax ist der Plan gültig",
            });
        }
    }
    Ok(if judged.valid { ExitCode::SUCCESS } else { ExitCode::from(NEGATIVE) })
}

fn write_text(out: &mut dyn Write, verdict: &Verdict, language: Language) -> io::Result<()> {
    let broken: Vec<Item<'_>> = verdict.violations.iter().map(Item::broken).collect();
    let doubtful: Vec<Item<'_>> = verdict.warnings.iter().map(Item::from).collect();
    write_list(out, &broken, language)?;
    write_list(out, &doubtful, language)?;
    for short in &verdict.shortages {
        write_shortage(out, short, language)?;
    }
    writeln!(out, "{}", sentence(verdict, language))
}

/// The verdict in a line.
fn sentence(verdict: &Verdict, language: Language) -> String {
    let words = report::Language::from(language);
    let (stays, moves, short) = (verdict.stays, verdict.moves, verdict.shortages.len());
    let objective = words.number(verdict.objective, 4);
    let bound = verdict.upper_bound.map(|bound| words.number(bound, 4));
    let gap = verdict.gap.map(|gap| words.percent(gap, 4));
    match language {
        Language::En => {
            let gap = gap.map_or_else(String::new, |gap| format!(", gap {gap}"));
            let bound = bound.map_or_else(
                || "bound not known".to_owned(),
                |bound| format!("bound {bound} as claimed by the file, not checked{gap}"),
            );
            let short = match short {
                0 => "nothing".to_owned(),
                count => format!("{count} thing{}", plural(count)),
            };
            let verdict = match verdict.violations.len() {
                0 => "valid: every rule is kept".to_owned(),
                count => format!("not valid: {}", words.severity("violation", count)),
            };
            let (many_stays, many_moves) = (plural(stays), plural(moves));
            format!(
                "{verdict}, objective {objective}, {bound}, {stays} stay{many_stays}, {moves} \
                 move{many_moves}, {short} short"
            )
        }
        Language::De => {
            let gap = gap.map_or_else(String::new, |gap| format!(", Lücke {gap}"));
            let bound = bound.map_or_else(
                || "Schranke unbekannt".to_owned(),
                |bound| format!("Schranke {bound} laut Datei, nicht geprüft{gap}"),
            );
            let short = match short {
                0 => "nichts fehlt".to_owned(),
                1 => "an einer Stelle fehlt etwas".to_owned(),
                count => format!("an {count} Stellen fehlt etwas"),
            };
            let verdict = match verdict.violations.len() {
                0 => "gültig: alle Regeln sind gehalten".to_owned(),
                count => format!("nicht gültig: {}", words.severity("violation", count)),
            };
            format!(
                "{verdict}, Wert {objective}, {bound}, Plätze am Schalter: {stays}, Wechsel: \
                 {moves}, {short}"
            )
        }
    }
}

/// A line such as `short on 2027-03-04 from 07:30 to 08:30 at nord: quota "early" asks for 2 counters
/// for walk-ins, there are 1; 60 minutes are missing`.
fn write_shortage(out: &mut dyn Write, short: &ShortFigures, language: Language) -> io::Result<()> {
    let ShortFigures { kind, id, site, date, from, until, asked, met, missing_minutes } = short;
    match language {
        Language::En => {
            let (who, what) = match kind {
                ShortKind::Cover => ("cover", "clerks"),
                ShortKind::Counters => ("quota", "counters for walk-ins"),
                ShortKind::Stretch | ShortKind::Quota => ("quota", "minutes for walk-ins"),
            };
            writeln!(
                out,
                "short on {date} from {from} to {until} at {site}: {who} {id:?} asks for {asked} \
                 {what}, there are {met}; {missing_minutes} minutes are missing"
            )
        }
        Language::De => {
            let (who, what) = match kind {
                ShortKind::Cover => ("Besetzung", "Beschäftigte"),
                ShortKind::Counters => ("Quote", "offene Schalter"),
                ShortKind::Stretch | ShortKind::Quota => ("Quote", "Minuten ohne Termin"),
            };
            writeln!(
                out,
                "es fehlt am {date} von {from} bis {until} in {site}: {who} {id:?} verlangt \
                 {asked} {what}, geplant sind {met}; {missing_minutes} Minuten fehlen"
            )
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
