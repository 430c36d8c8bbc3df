//! Logs of visits on the command line: reading them, and what is wrong with their rows.

use std::fmt::Write as _;
use std::fs::File;
use std::io;

use scheduler_core::learn::{Learner, PlannedService, Visit};
use scheduler_core::scenario::Scenario;
use scheduler_core::time::Zone;

use super::Language;
use super::failure::Failure;
use super::files::Place;
use crate::history::{History, HistoryError, Names, Trouble, TroubleKind};

/// What the scenario calls its sites and services.
pub(super) fn names(scenario: &Scenario) -> Names {
    Names {
        sites: scenario.sites.iter().map(|site| (site.id.clone(), site.name.clone())).collect(),
        services: scenario
            .services
            .iter()
            .map(|service| (service.id.clone(), service.name.clone()))
            .collect(),
        // One that does not exist is a finding of the scenario.
        zone: Zone::new(&scenario.time_zone).ok(),
    }
}

/// One that has learnt nothing yet, of the sites and services of `scenario`.
pub(super) fn new_learner(scenario: &Scenario) -> Learner {
    let planned: Vec<PlannedService> = scenario
        .services
        .iter()
        .map(|service| PlannedService {
            minutes: service.minutes,
            extra_person_minutes: service.extra_person_minutes,
            max_persons: service.max_persons,
        })
        .collect();
    Learner::new(scenario.sites.len(), &planned)
}

/// Reads a log.
pub(super) fn read(
    history: &mut History,
    place: &Place,
    to: impl FnMut(Visit),
) -> Result<(), Failure> {
    let name = place.input_name();
    let result = match place {
        Place::Standard => history.read(&name, io::stdin().lock(), to),
        Place::File(path) => match File::open(path) {
            Ok(file) => history.read(&name, file, to),
            Err(source) => Err(HistoryError::Read { file: name, source }),
        },
    };
    result.map_err(|error| Failure::Usage(error.to_string()))
}

/// Rows that were not used, with examples; nothing where there are none.
pub(super) fn trouble_text(trouble: &Trouble, rows: u64, language: Language) -> String {
    let mut out = String::new();
    if trouble.rows == 0 {
        return out;
    }
    let german = language == Language::De;
    let wrong = trouble.rows;
    // A string takes all that is written to it.
    let _ = if german {
        writeln!(out, "\n{wrong} von {rows} Zeilen wurden nicht verwendet:")
    } else {
        writeln!(out, "\n{wrong} of {rows} rows were not used:")
    };
    for &(kind, count) in &trouble.kinds {
        let _ = writeln!(out, "- {count}: {}", what(kind, german));
        for example in trouble.examples.iter().filter(|example| example.kind == kind) {
            let (file, line, value) = (&example.file, example.line, &example.value);
            let column = &example.column;
            let _ = match (kind, german) {
                (TroubleKind::Cells, true) => writeln!(out, "  {file}:{line}: {value} Zellen"),
                (TroubleKind::Cells, false) => writeln!(out, "  {file}:{line}: {value} cells"),
                (_, true) => writeln!(out, "  {file}:{line}, Spalte {column}: {value:?}"),
                (_, false) => writeln!(out, "  {file}:{line}, column {column}: {value:?}"),
            };
        }
    }
    out
}

/// What is wrong, and what to do about it.
fn what(kind: TroubleKind, german: bool) -> &'static str {
    let (english, deutsch) = match kind {
        TroubleKind::Cells => (
            "other than as many cells as the header; quote cells that contain the separator",
            "nicht so viele Zellen wie die Kopfzeile; Zellen mit dem Trennzeichen in \
             Anführungszeichen setzen",
        ),
        TroubleKind::Site => (
            "a site that the scenario does not have; use its id or name",
            "ein Standort, den das Szenario nicht hat; seine Kennung oder seinen Namen verwenden",
        ),
        TroubleKind::Service => (
            "a service that the scenario does not have; use its id or name",
            "ein Anliegen, das das Szenario nicht hat; seine Kennung oder seinen Namen verwenden",
        ),
        TroubleKind::Time => (
            "no date and time, or one that could be two; write 2026-11-03 08:15:00 or 3.11.2026 \
             8:15 of the wall clock, or 2026-11-03T07:15:00Z",
            "kein Datum mit Uhrzeit oder ein mehrdeutiges; 2026-11-03 08:15:00 oder 3.11.2026 8:15 \
             in Ortszeit schreiben, oder 2026-11-03T07:15:00Z",
        ),
        TroubleKind::NoDate => (
            "a time of the day without a date; add a column date",
            "eine Uhrzeit ohne Datum; eine Spalte datum ergänzen",
        ),
        TroubleKind::Persons => ("no number of persons", "keine Zahl von Personen"),
        TroubleKind::Outcome => (
            "no known outcome; write served, no-show, cancelled or left",
            "kein bekanntes Ergebnis; bedient, nicht erschienen, abgesagt oder gegangen schreiben",
        ),
        TroubleKind::Undated => {
            ("neither an appointment nor an arrival", "weder ein Termin noch eine Ankunft")
        }
        TroubleKind::Order => (
            "called before the arrival, or finished before the call",
            "vor der Ankunft aufgerufen oder vor dem Aufruf beendet",
        ),
    };
    if german { deutsch } else { english }
}
