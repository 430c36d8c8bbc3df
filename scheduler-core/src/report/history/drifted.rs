//! Where a scenario differs from what a history says, as text.

use super::learned::Named;
use crate::learn::{Drift, Estimate, Figure, Verdict};
use crate::report::language::Language;
use crate::report::table::{Table, paragraph};

/// The figures that have drifted, how many hold, and of which nobody can tell.
pub fn drift_text(drifts: &[Drift], named: &Named, language: Language) -> String {
    let mut out = String::new();
    if drifts.is_empty() {
        return out;
    }
    out.push_str(
        language
            .of("\nThe scenario beside the history\n", "\nDas Szenario neben der Aufzeichnung\n"),
    );
    let of = |verdict: Verdict| drifts.iter().filter(move |drift| drift.verdict == verdict);
    let (holds, drifted) = (of(Verdict::Holds).count(), of(Verdict::Drifted).count());
    if drifted > 0 {
        let header =
            ["", language.of("scenario", "Szenario"), language.of("history", "Aufzeichnung")];
        let mut table = Table::new(1, &header);
        for drift in of(Verdict::Drifted) {
            let (scale, decimals) = scale(drift.figure);
            let number = |value: f64| language.number(value * scale, decimals);
            let Estimate { value, low, high } = drift.history;
            let dash = if low < 0.0 { language.of(" to ", " bis ") } else { "–" };
            let history = format!("{} ({}{dash}{})", number(value), number(low), number(high));
            table.row(vec![name(drift.figure, named, language), number(drift.scenario), history]);
        }
        table.render(&mut out);
    }
    let all = drifts.len();
    paragraph(
        &mut out,
        "",
        &match language {
            Language::English => format!(
                "Of {all} figures that both have, {holds} of the scenario lie within the interval of \
                 the history; {drifted} have drifted."
            ),
            Language::German => format!(
                "Von {all} Werten, die beide haben, liegen {holds} des Szenarios im Intervall der \
                 Aufzeichnung; {drifted} weichen ab."
            ),
        },
    );
    let open: Vec<String> =
        of(Verdict::Open).map(|drift| name(drift.figure, named, language)).collect();
    if !open.is_empty() {
        let list = open.join("; ");
        paragraph(
            &mut out,
            "",
            &match language {
                Language::English => format!(
                    "More is expected than was booked: {list}. Who found nothing has left no trace, so \
                     it cannot be told whether fewer ask."
                ),
                Language::German => format!(
                    "Mehr erwartet als gebucht: {list}. Wer nichts fand, hat keine Spur hinterlassen; ob \
                     weniger fragen, ist nicht zu sagen."
                ),
            },
        );
    }
    out
}

/// By what a figure is multiplied to be shown, and its decimals.
fn scale(figure: Figure) -> (f64, usize) {
    match figure {
        Figure::Cancelled | Figure::NoShow => (100.0, 1),
        _ => (1.0, 1),
    }
}

fn name(figure: Figure, named: &Named, language: Language) -> String {
    let site = |site: usize| named.sites.get(site).map_or("?", String::as_str);
    let service = |service: usize| named.services.get(service).map_or("?", String::as_str);
    let of = |english, german| language.of(english, german).to_owned();
    match figure {
        Figure::WalkIns { site: at, weekday } => {
            let (site, day) = (site(at), language.day_of_week(weekday));
            match language {
                Language::English => format!("People without an appointment, {site}, {day}"),
                Language::German => format!("Personen ohne Termin, {site}, {day}"),
            }
        }
        Figure::Requests { service: None } => {
            of("Requests a week, all services", "Anfragen je Woche, alle Anliegen")
        }
        Figure::Requests { service: Some(of) } => {
            let service = service(of);
            match language {
                Language::English => format!("Requests a week, {service}"),
                Language::German => format!("Anfragen je Woche, {service}"),
            }
        }
        Figure::Cancelled => of("Cancelled, %", "Abgesagt, %"),
        Figure::NoShow => of("Nobody came, %", "Nicht erschienen, %"),
        Figure::Lateness => of("Minutes after the time", "Minuten nach der Zeit"),
        Figure::LatenessSpread => {
            of("Minutes after the time, standard deviation", "Minuten nach der Zeit, Streuung")
        }
        Figure::Minutes { service: of } => {
            let service = service(of);
            match language {
                Language::English => format!("Minutes, {service}"),
                Language::German => format!("Minuten, {service}"),
            }
        }
        Figure::Patience => of("Minutes that walk-ins wait", "Minuten, die man ohne Termin wartet"),
    }
}
