//! Mistakes that planners make: each is told by sheet, cell, value and what to do, in both languages, and
//! nothing is read silently wrong.

use scheduler_core::scenario::Severity;
use scheduler_service::tables::book::Limits;
use scheduler_service::tables::found::Found;
use scheduler_service::tables::read::NamedFile;
use scheduler_service::tables::{from_folder, from_workbook};

use super::made::{Book, C, Made, office};

/// A mistake: what is done to the office, and what has to be said: code, sheet, cell, value, and words of
/// the remedy in English and German.
struct Planted {
    make: fn(&mut Book),
    code: &'static str,
    at: (&'static str, &'static str, &'static str),
    en: &'static str,
    de: &'static str,
}

const fn planted(
    code: &'static str,
    at: (&'static str, &'static str, &'static str),
    en: &'static str,
    de: &'static str,
    make: fn(&mut Book),
) -> Planted {
    Planted { make, code, at, en, de }
}

use C::{B, Bare, Date, Error, Moment, N, No, Percent, S, Time};

fn own_sheet(book: &mut Book, name: &str) {
    let rows = vec![vec![S("id")], vec![S("x")]];
    book.sheets.push(Made { name: name.to_owned(), rows, ..Made::default() });
}

const PLANTED: &[Planted] = &[
    // Sheets.
    planted("table.sheet_unknown", ("Raüme", "", ""), "\"Räume\"", "„Räume“", |b| {
        b.sheet("Rooms").name = "Raüme".into();
    }),
    planted("table.sheet_unknown", ("Shift", "", ""), "\"Shifts\"", "„Shifts“", |b| {
        b.sheet("Shifts").name = "Shift".into();
    }),
    planted("table.sheet_unknown", ("Inventory", "", ""), "begin its name with _", "mit _", |b| {
        own_sheet(b, "Inventory");
    }),
    planted("table.sheet_twice", ("Personal", "", ""), "keep one", "Behalten Sie eines", |b| {
        own_sheet(b, "Personal");
    }),
    planted("table.hidden", ("Staff", "", ""), "show it", "Blenden Sie es ein", |b| {
        b.sheet("Staff").is_hidden = true;
    }),
    // Columns.
    planted("table.column_unknown", ("Staff", "B1", "skils"), "\"skills\"", "„skills“", |b| {
        b.put("Staff", "B1", S("skils"));
    }),
    planted(
        "table.column_unknown",
        ("Demand", "G1", "erwartete Anfrage"),
        "\"erwartete Anfragen\"",
        "„erwartete Anfragen“",
        |b| b.put("Demand", "G1", S("erwartete Anfrage")),
    ),
    planted("table.column_unknown", ("Rooms", "C1", "2027-03-01"), "there are", "Es gibt", |b| {
        b.put("Rooms", "C1", Date(46447.0));
    }),
    planted(
        "table.column_twice",
        ("Rooms", "D1", "Ausstattung"),
        "keep one",
        "Behalten Sie eine",
        |b| b.put("Rooms", "D1", S("Ausstattung")),
    ),
    planted("table.stray", ("Rooms", "E2", "why"), "write one", "Schreiben Sie eine", |b| {
        b.put("Rooms", "E2", S("why"));
    }),
    planted("table.no_header", ("Staff", "1", ""), "first row", "erste Zeile", |b| {
        b.put("Staff", "A1", S("x"));
        b.put("Staff", "B1", S("y"));
    }),
    planted(
        "table.column_unknown",
        ("Scenario", "A3", "grid"),
        "rename it",
        "Benennen Sie es um",
        |b| b.put("Scenario", "A3", S("grid")),
    ),
    planted(
        "table.column_twice",
        ("Scenario", "A6", "Zeitzone"),
        "keep one",
        "Behalten Sie eines",
        |b| {
            b.put("Scenario", "A6", S("Zeitzone"));
            b.put("Scenario", "B6", S("Europe/Paris"));
        },
    ),
    planted("table.stray", ("Scenario", "B6", "7"), "column A", "Spalte A", |b| {
        b.put("Scenario", "B6", N(7.0));
    }),
    // Merged and hidden cells.
    planted(
        "table.merged",
        ("Shifts", "A2:A3", "ada"),
        "unmerge",
        "Heben Sie die Verbindung auf",
        |b| {
            b.sheet("Shifts").merged.push("A2:A3");
            b.put("Shifts", "A3", No);
        },
    ),
    planted("table.merged", ("Rooms", "B1:C1", "site"), "unmerge", "Verbindung", |b| {
        b.sheet("Rooms").merged.push("B1:C1");
    }),
    planted("table.hidden", ("Demand", "3", ""), "filter", "Filter", |b| {
        b.sheet("Demand").hidden_rows.push(2);
    }),
    planted("table.hidden", ("Services", "G:G", ""), "column is hidden", "ausgeblendet", |b| {
        b.sheet("Services").hidden_columns.push(6);
    }),
    // Errors and formulas.
    planted("table.error_value", ("Services", "B2", "#REF!"), "#REF!", "#REF!", |b| {
        b.put("Services", "B2", Error("#REF!"));
    }),
    planted(
        "table.error_value",
        ("Demand", "G2", "#BEZUG!"),
        "correct its formula",
        "Berichtigen Sie die Formel",
        |b| b.put("Demand", "G2", S("#BEZUG!")),
    ),
    planted("table.error_value", ("Rooms", "A2", "#N/A"), "#N/A", "#N/A", |b| {
        b.put("Rooms", "A2", Error("#N/A"));
    }),
    planted("table.error_value", ("Shifts", "D2", "#####"), "error", "Fehler", |b| {
        b.put("Shifts", "D2", S("#####"));
    }),
    planted("table.formula", ("Services", "B2", ""), "save it", "speichern", |b| {
        b.put("Services", "B2", Bare);
    }),
    // Numbers.
    planted("table.value", ("Services", "B2", "fifteen"), "digits", "Ziffern", |b| {
        b.put("Services", "B2", S("fifteen"));
    }),
    planted("table.unit", ("Services", "B2", "15 min"), "write 15", "Schreiben Sie 15", |b| {
        b.put("Services", "B2", S("15 min"));
    }),
    planted("table.unit", ("Services", "B2", "1,5 h"), "write 90", "Schreiben Sie 90", |b| {
        b.put("Services", "B2", S("1,5 h"));
    }),
    planted("table.unit", ("Services", "B2", "00:15"), "write 15", "Schreiben Sie 15", |b| {
        b.put("Services", "B2", Time(15.0 / 1440.0));
    }),
    planted("table.unit", ("Services", "C2", "10 %"), "write how many", "wie viele", |b| {
        b.put("Services", "C2", S("10 %"));
    }),
    planted(
        "table.ambiguous",
        ("Demand", "G2", "1.234"),
        "write 1234",
        "Schreiben Sie 1234",
        |b| b.put("Demand", "G2", S("1.234")),
    ),
    planted("table.value", ("Demand", "G2", "1970-01-03"), "1.3", "1.3", |b| {
        b.put("Demand", "G2", Date(25571.0));
    }),
    planted("field.type", ("Services", "B2", "15.5"), "whole number", "falscher Art", |b| {
        b.put("Services", "B2", N(15.5));
    }),
    planted("field.range", ("Quotas", "E2", "25"), "between 0 and 1", "außerhalb", |b| {
        b.put("Quotas", "E2", N(25.0));
    }),
    planted("field.range", ("Operations", "B2", "8.5"), "between 0 and 1", "außerhalb", |b| {
        b.put("Operations", "B2", N(8.5));
    }),
    planted("table.value", ("Services", "D2", "TRUE"), "digits", "Ziffern", |b| {
        b.put("Services", "D2", B(true));
    }),
    planted(
        "table.ambiguous",
        ("Operations", "B3", "0,85,0,15"),
        "semicolons",
        "Semikolons",
        |b| b.put("Operations", "B3", S("0,85,0,15")),
    ),
    // Times of the day.
    planted("table.value", ("Shifts", "D2", "8"), "7:30", "7:30", |b| {
        b.put("Shifts", "D2", N(8.0));
    }),
    planted("table.value", ("Shifts", "E2", "25:00"), "24:00", "24:00", |b| {
        b.put("Shifts", "E2", S("25:00"));
    }),
    planted(
        "table.value",
        ("Opening", "D2", "2027-03-01 12:00"),
        "time of the day",
        "Uhrzeit",
        |b| b.put("Opening", "D2", Moment(46447.5)),
    ),
    planted("table.value", ("Opening", "C2", "morgens"), "time of the day", "keine Uhrzeit", |b| {
        b.put("Opening", "C2", S("morgens"));
    }),
    planted("time.off_grid", ("Shifts", "D2", "07:33"), "use 07:30 or 07:35", "Raster", |b| {
        b.put("Shifts", "D2", S("07:33"));
    }),
    planted("time.reversed", ("Shifts", "E2", "07:00"), "", "Ende", |b| {
        b.put("Shifts", "E2", S("07:00"));
    }),
    // Dates.
    planted(
        "table.ambiguous",
        ("Sites", "C2", "3/4/2027"),
        "year, month and day",
        "31.3.2027",
        |b| b.put("Sites", "C2", S("3/4/2027")),
    ),
    planted("table.ambiguous", ("Scenario", "B5", "5.3.27"), "four", "vier", |b| {
        b.put("Scenario", "B5", S("5.3.27"));
    }),
    planted("table.value", ("Scenario", "B5", "31.2.2027"), "no date", "kein Datum", |b| {
        b.put("Scenario", "B5", S("31.2.2027"));
    }),
    planted("table.value", ("Scenario", "B4", "2027"), "no date", "kein Datum", |b| {
        b.put("Scenario", "B4", N(2027.0));
    }),
    planted("horizon.reversed", ("Scenario", "B5", "2027-02-01"), "", "Zeitraum", |b| {
        b.put("Scenario", "B5", S("2027-02-01"));
    }),
    planted("table.value", ("Appointments", "D2", "2027-03-01"), "no time", "keine Uhrzeit", |b| {
        b.put("Appointments", "D2", Date(46447.0));
    }),
    planted(
        "table.ambiguous",
        ("Appointments", "D2", "31.10.2027 02:30"),
        "offset",
        "Abstand zu UTC",
        |b| {
            b.put("Appointments", "D2", S("31.10.2027 02:30"));
        },
    ),
    planted(
        "table.value",
        ("Absences", "B2", "2027-03-09"),
        "correct one",
        "Berichtigen Sie",
        |b| b.put("Absences", "B2", Date(46455.0)),
    ),
    planted(
        "promise.horizon",
        ("Appointments", "D2", "2023-03-01 08:00"),
        "",
        "außerhalb des Zeitraums",
        |b| {
            // A number of the other date system is four years off.
            b.put("Appointments", "D2", Moment(44986.0 + 8.0 / 24.0));
        },
    ),
    // Words.
    planted("table.word", ("Shifts", "C3", "Montag, Dienstags"), "mon, tue", "Mo, Di", |b| {
        b.put("Shifts", "C3", S("Montag, Dienstags"));
    }),
    planted("table.value", ("Services", "H2", "maybe"), "yes or no", "ja oder nein", |b| {
        b.put("Services", "H2", S("maybe"));
    }),
    planted("table.value", ("Staff", "B2", "documents,,parking"), "comma", "Komma", |b| {
        b.put("Staff", "B2", S("documents,,parking"));
    }),
    // Texts and references.
    planted("table.value", ("Rooms", "A2", "2027-01-03"), "3-1", "3-1", |b| {
        b.put("Rooms", "A2", Date(46390.0));
    }),
    planted("table.value", ("Rooms", "A2", "50 %"), "Text", "Text", |b| {
        b.put("Rooms", "A2", Percent(0.5));
    }),
    planted("table.reference", ("Shifts", "A2", "adda"), "\"ada\"", "„ada“", |b| {
        b.put("Shifts", "A2", S("adda"));
    }),
    planted("table.reference", ("Shifts", "3", ""), "fill in", "Füllen Sie", |b| {
        b.put("Shifts", "A3", No);
    }),
    planted("table.reference", ("Opening", "A3", "market"), "add it", "Legen Sie es", |b| {
        b.put("Opening", "A3", S("market"));
    }),
    planted("reference.unknown", ("Shifts", "B2", "hal"), "hall", "gibt es nicht", |b| {
        b.put("Shifts", "B2", S("hal"));
    }),
    planted(
        "reference.unknown",
        ("Demand", "C3", "hall, brunch"),
        "brunch",
        "gibt es nicht",
        |b| b.put("Demand", "C3", S("hall, brunch")),
    ),
    planted("id.duplicate", ("Staff", "A3", "ada"), "", "dieselbe Kennung", |b| {
        b.put("Staff", "A3", S("ada"));
        b.sheet("Absences").rows.truncate(1);
        b.sheet("Shifts").rows.truncate(2);
    }),
    planted("field.missing", ("Services", "2", ""), "minutes", "fehlt", |b| {
        b.put("Services", "B1", S("_minutes"));
    }),
    planted("field.missing", ("Services", "B2", ""), "minutes", "Ergänzen", |b| {
        b.put("Services", "B2", No);
    }),
    planted("zone.unknown", ("Scenario", "B2", "Berlin"), "", "Europe/Berlin", |b| {
        b.put("Scenario", "B2", S("Berlin"));
    }),
];

fn complaints(found: &[Found]) -> String {
    let line = |found: &Found| {
        let at = found.at.as_ref().map(|at| (at.name(), at.value.clone()));
        format!("{:?} {} {at:?}: {}\n", found.severity, found.code, found.text.en)
    };
    found.iter().map(line).collect()
}

/// All that is found: about the tables, and about the scenario by its rules.
fn found(book: &Book) -> (bool, Vec<Found>) {
    let reading = from_workbook(&book.bytes(), &Limits::default());
    let mut all = reading.found;
    let mut is_sound = reading.scenario.is_some();
    if let Some(scenario) = &reading.scenario {
        let origins = reading.origins.unwrap();
        let findings: Vec<_> = match scheduler_core::problem::Problem::new(scenario) {
            Ok(problem) => problem.warnings.into_iter().collect(),
            Err(findings) => {
                is_sound = false;
                findings.into_iter().collect()
            }
        };
        all.extend(
            findings.iter().map(|found| Found::of_scenario(found, origins.at(&found.pointer))),
        );
    }
    (is_sound, all)
}

#[test]
fn the_office_makes_sense() {
    let (is_sound, all) = found(&office());
    assert!(
        is_sound && all.iter().all(|found| found.severity == Severity::Warning),
        "{}",
        complaints(&all)
    );
    let read = from_workbook(&office().bytes(), &Limits::default()).scenario.unwrap();
    assert_eq!(read.rooms[0].id, "101");
    assert_eq!(read.staff[1].absent_on.len(), 2, "two dates are whole days");
    assert_eq!(read.sites[0].open[0].days.as_ref().map(Vec::len), Some(5), "Mo-Fr");
    assert_eq!(read.appointments[0].start.to_rfc3339(), "2027-03-01T08:00:00+01:00");
    assert_eq!(read.operations.unwrap().no_show.unwrap().probability, 0.085);
    assert_eq!((read.demand[1].mean, read.services[1].value), (1.25, 0.5));
}

#[test]
fn every_planted_mistake_is_told_with_its_place_and_what_to_do() {
    assert!(PLANTED.len() >= 60, "{} mistakes", PLANTED.len());
    let mut wrong = String::new();
    for (number, planted) in PLANTED.iter().enumerate() {
        let mut book = office();
        (planted.make)(&mut book);
        let (is_sound, all) = found(&book);
        let (sheet, cell, value) = planted.at;
        let told = all.iter().any(|found| {
            found.code == planted.code
                && found.at.as_ref().is_some_and(|at| {
                    (&*at.sheet, at.cell.as_str(), at.value.as_str()) == (sheet, cell, value)
                })
                && found.text.en.contains(planted.en)
                && found.text.de.contains(planted.de)
        });
        // A single mistake is one finding, not a dozen; a few follow from one.
        let errors = all.iter().filter(|found| found.severity == Severity::Error).count();
        let is_infeasible = all.iter().any(|found| found.severity == Severity::Infeasible);
        if !told || (is_sound && !is_infeasible) || errors > 2 {
            wrong += &format!(
                "{number}: {} {:?}, {errors} errors, sound {is_sound}\n{}\n",
                planted.code,
                planted.at,
                complaints(&all)
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mut book = office();
    book.put("Services", "B2", S("15 min"));
    book.put("Shifts", "D2", N(8.0));
    book.put("Opening", "A3", S("market"));
    book.put("Quotas", "E2", N(25.0));
    let (_, all) = found(&book);
    let places: Vec<String> =
        all.iter().filter_map(|found| Some(found.at.as_ref()?.name())).collect();
    for place in ["Services!B2", "Shifts!D2", "Opening!A3", "Quotas!E2"] {
        assert!(places.iter().any(|known| known == place), "{place} in {places:?}");
    }
}

#[test]
fn dates_may_count_from_1904() {
    let mut book = office();
    book.from_1904 = true;
    for (sheet, at, cell) in [
        ("Scenario", "B4", Date(44985.0)),
        ("Absences", "B2", Date(44986.0)),
        ("Appointments", "D2", Moment(44985.0 + 8.0 / 24.0)),
    ] {
        book.put(sheet, at, cell);
    }
    let read = from_workbook(&book.bytes(), &Limits::default()).scenario.unwrap();
    assert_eq!(read, from_workbook(&office().bytes(), &Limits::default()).scenario.unwrap());
}

fn files(of: &[(&str, &[u8])]) -> Vec<NamedFile> {
    of.iter()
        .map(|(name, bytes)| NamedFile { name: (*name).to_owned(), bytes: bytes.to_vec() })
        .collect()
}

const SCENARIO: (&str, &[u8]) =
    ("Szenario.csv", b"Angabe;Wert\nZeitzone;Europe/Berlin\nRaster in Minuten;5\nZeitraum: von;1.3.2027\nZeitraum: bis;5.3.2027\n");
const SERVICES: (&str, &[u8]) = (
    "Leistungen.csv",
    b"Kennung;Minuten;Minuten je weitere Person;h\xF6chstens Personen;Wert\npass;15;5;4;1,125\n",
);

#[test]
fn csv_is_read_as_excel_writes_it() {
    let latin =
        ("Standorte.csv", b"sep=;\r\nKennung;Name\r\nsued;B\xFCrgerb\xFCro S\xFCd\r\n".as_slice());
    let mut wide = vec![0xFF, 0xFE];
    wide.extend("Kennung\tStandort\r\nr1\tsued\r\n".encode_utf16().flat_map(u16::to_le_bytes));
    let read =
        from_folder(&files(&[SCENARIO, SERVICES, latin, ("rooms.csv", &wide)]), &Limits::default());
    let scenario = read.scenario.unwrap_or_else(|| panic!("{}", complaints(&read.found)));
    assert_eq!(scenario.sites[0].name.as_deref(), Some("Bürgerbüro Süd"));
    assert_eq!(scenario.rooms[0].site, "sued");
    // In a file with semicolons 1,125 is one and an eighth.
    assert_eq!(scenario.services[0].value, 1.125);
    let guessed: Vec<&str> = read.found.iter().map(|found| found.code).collect();
    assert_eq!(guessed, ["table.encoding", "table.encoding"]);
}

#[test]
fn mistakes_in_csv_are_told_with_their_cells() {
    for (file, code, place, value) in [
        (
            ("rooms.csv", b"id,site\nr1,\"sued\nr2,sued\n".as_slice()),
            "table.unreadable",
            "rooms!B2",
            "\"",
        ),
        (("rooms.csv", b"id,site\nr1,=A1\n"), "table.formula", "rooms!B2", "=A1"),
        (("rooms.csv", b"id,site\nr1,#REF!\n"), "table.error_value", "rooms!B2", "#REF!"),
        (("rooms.csv", b"id,site\n\nr1,nord\n"), "reference.unknown", "rooms!B3", "nord"),
        (("rooms.csv", b"id\x00,site\n"), "table.unreadable", "rooms", ""),
        (("room.csv", b"id,site\nr1,sued\n"), "table.sheet_unknown", "room", ""),
        (
            ("Wellen.csv", b"Regel;Tage vorher;um;Anteil\nx;7;8:00;0,5\n"),
            "table.reference",
            "Wellen!A2",
            "x",
        ),
    ] {
        let sites = ("Standorte.csv", b"Kennung\nsued\n".as_slice());
        let reading = from_folder(&files(&[SCENARIO, SERVICES, sites, file]), &Limits::default());
        let mut all = reading.found;
        if let Some(scenario) = &reading.scenario {
            let origins = reading.origins.unwrap();
            let findings = scheduler_core::problem::Problem::new(scenario).unwrap_err();
            all.extend(
                findings.iter().map(|found| Found::of_scenario(found, origins.at(&found.pointer))),
            );
        }
        let told = all.iter().any(|found| {
            found.code == code
                && found.at.as_ref().is_some_and(|at| at.name() == place && at.value == value)
        });
        assert!(told, "{file:?}: {}", complaints(&all));
    }
}

#[test]
fn findings_are_in_both_languages() {
    for planted in PLANTED {
        let mut book = office();
        (planted.make)(&mut book);
        for found in found(&book).1 {
            assert_ne!(found.text.en, found.text.de, "{}", found.code);
        }
    }
}

#[test]
fn a_date_in_a_cell_for_date_and_time_is_a_whole_day() {
    let mut book = office();
    // As typed into a column that shows date and time: midnight.
    book.put("Absences", "B2", Moment(46448.0));
    book.put("Absences", "C2", Moment(46449.0));
    let read = from_workbook(&book.bytes(), &Limits::default()).scenario.unwrap();
    assert_eq!(read, from_workbook(&office().bytes(), &Limits::default()).scenario.unwrap());
    // Who means midnight writes it as a text, as an export does.
    book.put("Absences", "B2", S("2.3.2027 00:00"));
    book.put("Absences", "C2", S("3.3.2027 00:00"));
    let read = from_workbook(&book.bytes(), &Limits::default()).scenario.unwrap();
    assert_eq!((read.staff[1].absent_on.len(), read.staff[1].absent.len()), (0, 1));
}
