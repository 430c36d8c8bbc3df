//! What became of the plan that planning began from.

use std::fmt::Write as _;

use super::language::Language;
use super::table::paragraph;
use crate::plan::Started;
use crate::problem::{DropReason, Dropped, EntryKind, PlanEntry};

/// Dropped entries that are listed one by one unless details are asked for.
const LISTED: usize = 10;

/// How much of the start is in the plan and what of it was dropped and why, as text of at most 100
/// columns. `details` lists all that was dropped, not only the first ten.
pub fn start_notes(started: &Started, language: Language, details: bool) -> String {
    let mut out = String::new();
    let (moved, of) = (language.count(started.moved), language.count(started.of));
    let all = match language {
        Language::English if started.moved == 0 => {
            format!("All {of} slots and walk-in blocks of the start are where they were.")
        }
        Language::English => {
            format!("{moved} of {of} slots and walk-in blocks of the start were moved or given up.")
        }
        Language::German if started.moved == 0 => {
            format!("Alle {of} Termine und Spontanzeiten des Ausgangsplans sind geblieben.")
        }
        Language::German => format!(
            "{moved} von {of} Terminen und Spontanzeiten des Ausgangsplans wurden verlegt oder \
             aufgegeben."
        ),
    };
    paragraph(&mut out, "", &all);
    if started.dropped.is_empty() {
        return out;
    }
    let count = language.count(started.dropped.len());
    let heading = match language {
        Language::English => format!("{count} entries of the start do not fit any more:"),
        Language::German => format!("{count} Einträge des Ausgangsplans passen nicht mehr:"),
    };
    paragraph(&mut out, "", &heading);
    let shown = if details { started.dropped.len() } else { LISTED };
    for dropped in started.dropped.iter().take(shown) {
        paragraph(&mut out, "  - ", &language.dropped(dropped));
    }
    let more = started.dropped.len().saturating_sub(shown);
    if more > 0 {
        let more = language.count(more);
        let more = match language {
            Language::English => format!("and {more} more; --details lists them all"),
            Language::German => format!("und {more} weitere; --details nennt sie alle"),
        };
        paragraph(&mut out, "  ", &more);
    }
    out
}

impl Language {
    fn dropped(self, dropped: &Dropped) -> String {
        match self {
            Self::English => dropped.to_string(),
            Self::German => {
                let reason = reason_in_german(&dropped.reason);
                format!("{}: {reason}", entry_in_german(&dropped.entry))
            }
        }
    }
}

fn entry_in_german(entry: &PlanEntry) -> String {
    let mut text = match entry.kind {
        EntryKind::Slot => "Termin",
        EntryKind::Block => "Spontanzeit",
        EntryKind::Break => "Pause",
        EntryKind::Stay => "Aufenthalt",
    }
    .to_owned();
    if let Some(service) = &entry.service {
        let _ = write!(text, " für {service}");
    }
    let (start, end) = (entry.start.format("%d.%m.%Y, %H:%M"), entry.end.format("%H:%M"));
    let _ = write!(text, " von {} am {start} bis {end}", entry.staff);
    text
}

fn reason_in_german(reason: &DropReason) -> String {
    match reason {
        DropReason::Unknown { field, id } => {
            let what = match *field {
                "service" => "keine Leistung",
                "site" => "keinen Standort",
                "room" => "keinen Raum",
                "appointment" => "keinen vergebenen Termin",
                _ => "niemanden namens",
            };
            format!("das Szenario hat {what} {id:?}")
        }
        DropReason::Horizon => "das Datum liegt außerhalb des Zeitraums".to_owned(),
        DropReason::Time => "die Zeiten liegen nicht im Raster eines Tages".to_owned(),
        DropReason::Shift => "dort ist dann keine Schicht, oder die Person fehlt".to_owned(),
        DropReason::Closed => "der Standort ist nicht durchgehend geöffnet".to_owned(),
        DropReason::Length => "die Dauer ist eine andere".to_owned(),
        DropReason::Skill => "der Person fehlt eine Fähigkeit dafür".to_owned(),
        DropReason::Room => "der Raum passt nicht dazu".to_owned(),
        DropReason::Demand => "keine Nachfrage kann damit bedient werden".to_owned(),
        DropReason::Promise => "der vergebene Termin ist nicht mehr dieser: andere Zeit, \
                                Leistung, Person oder anderer Raum, oder doppelt gehalten"
            .to_owned(),
        DropReason::Break => "die Schicht hat keine solche Pause".to_owned(),
        DropReason::Quota => {
            "die Zeit zählt für keine Quote oder ist kürzer, als eine verlangt".to_owned()
        }
        DropReason::ClerkTaken => {
            "die Person tut dann etwas anderes oder behält einen anderen Raum".to_owned()
        }
        DropReason::RoomTaken => "der Raum ist dann besetzt oder wird freigehalten".to_owned(),
    }
}
