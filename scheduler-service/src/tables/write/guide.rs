//! What sheets and columns mean, in words.

use scheduler_core::report::Language;
use scheduler_core::scenario::wire::{Field, Kind};
use serde_json::Value;

use super::super::layout::{Column, Layout, Role};
use super::super::values::shown_number;
use super::super::words;
use super::cells::decimal;

/// What a column means, with its unit, bounds, and what holds where it is left out.
pub(super) fn about(column: &Column, language: Language) -> String {
    let mut text = column.names.about(language).trim().to_owned();
    let Some(field) = column.field.filter(|_| column.role == Role::Value) else { return text };
    let mut add = |part: String| {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&part);
    };
    let german = language == Language::German;
    let number = |number: f64| decimal(&shown_number(number), language);
    if !field.unit.is_empty() {
        let unit = words::unit(field.unit, language);
        add(if german { format!("Einheit: {unit}.") } else { format!("Unit: {unit}.") });
    }
    if let Some((least, most)) = field.within {
        let most = (most < f64::from(u32::MAX)).then(|| number(most));
        let least = number(least);
        add(match (most, german) {
            (Some(most), true) => format!("Von {least} bis {most}."),
            (Some(most), false) => format!("From {least} to {most}."),
            (None, true) => format!("Ab {least}."),
            (None, false) => format!("From {least} on."),
        });
    }
    if let Some(default) = default(field, language) {
        add(if german {
            format!("Ohne Angabe: {default}.")
        } else {
            format!("Where left out: {default}.")
        });
    }
    if field.required && !matches!(field.kind, Kind::List(_)) {
        add(if german {
            "Muss ausgefüllt sein.".to_owned()
        } else {
            "Must be filled in.".to_owned()
        });
    }
    text
}

/// What holds where a field is left out, if that is a single value.
fn default(field: &Field, language: Language) -> Option<String> {
    match field.default?() {
        Value::Number(number) => Some(decimal(&shown_number(number.as_f64()?), language)),
        Value::Bool(value) => {
            let [yes, no] = super::cells::yes_no(language);
            Some(if value { yes } else { no }.to_owned())
        }
        Value::String(word) => match field.kind {
            Kind::Words(words) => Some(words::word(words, &word, language)),
            _ => Some(word),
        },
        _ => None,
    }
}

/// The rows of the sheet with explanations: sheet, column, meaning.
pub(super) fn rows(layout: &Layout, language: Language) -> Vec<[String; 3]> {
    let how = match language {
        Language::English => [
            "Fill in the sheets that you need; others stay empty or may be deleted. Headings may be in English or German, columns in any order.",
            "Times are written 7:30, dates 2027-03-31 or 31.3.2027, shares 0.25 or 25 %. Several values in a cell are separated by commas, numbers by semicolons.",
            "Weekdays are Mon, Tue … or Mon-Fr. Where no day is given, all are meant.",
            "Sheets and columns whose name begins with _ are your own and are not read.",
            "Check it with: scheduler validate FILE.xlsx. Plan it with: scheduler plan FILE.xlsx.",
        ],
        Language::German => [
            "Füllen Sie die Blätter aus, die Sie brauchen; andere bleiben leer oder können gelöscht werden. Überschriften dürfen deutsch oder englisch sein, Spalten in beliebiger Reihenfolge.",
            "Zeiten schreibt man 7:30, Tage 31.3.2027, Anteile 0,25 oder 25 %. Mehrere Werte in einer Zelle trennt man mit Kommas, Zahlen mit Semikolons.",
            "Wochentage sind Mo, Di … oder Mo-Fr. Wo kein Tag steht, sind alle gemeint.",
            "Blätter und Spalten, deren Name mit _ beginnt, sind Ihre eigenen und werden nicht gelesen.",
            "Prüfen: scheduler validate DATEI.xlsx --language de. Planen: scheduler plan DATEI.xlsx --language de.",
        ],
    };
    let mut rows: Vec<[String; 3]> =
        how.into_iter().map(|text| [String::new(), String::new(), text.to_owned()]).collect();
    for sheet in &layout.sheets {
        let name = sheet.names.of(language).to_owned();
        rows.push([name.clone(), String::new(), sheet.names.about(language).to_owned()]);
        let shown = sheet.columns.iter();
        let shown =
            shown.filter(|column| !matches!(column.role, Role::EmptyList | Role::EmptyObject));
        for column in shown {
            rows.push([
                name.clone(),
                column.names.of(language).to_owned(),
                about(column, language),
            ]);
        }
        if let Some(grid) = super::super::grid::GRIDS.iter().find(|grid| grid.of == sheet.key) {
            let names = grid.names();
            rows.push([
                names.of(language).to_owned(),
                String::new(),
                names.about(language).to_owned(),
            ]);
        }
    }
    rows
}
