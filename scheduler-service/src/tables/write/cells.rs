//! Values as cells.

use chrono::{Datelike as _, NaiveDate};
use scheduler_core::report::Language;
use scheduler_core::scenario::wire::{Field, Kind};
use scheduler_core::time::{Clock, Zone};
use serde_json::Value;

use super::super::layout::is_flat;
use super::super::values::{
    decimal_evidence, local_day_time, shown_number, written_list, written_text,
};
use super::super::words;

/// A cell to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// Nothing.
    Empty,
    /// A text, never a formula.
    Text(String),
    /// A number.
    Number(f64),
    /// The only number of a list.
    Only(f64),
    /// A date.
    Date(NaiveDate),
    /// Minutes after midnight, 1440 at the most.
    Time(u32),
    /// A date and seconds after midnight.
    Moment(NaiveDate, u32),
}

/// Yes and no.
pub(super) fn yes_no(language: Language) -> [&'static str; 2] {
    match language {
        Language::English => ["yes", "no"],
        Language::German => ["ja", "nein"],
    }
}

/// The cell of a value of `field`.
pub(super) fn cell(value: &Value, field: &Field, zone: Option<&Zone>, language: Language) -> Out {
    match (&field.kind, value) {
        (kind, value) if !is_flat(kind) => Out::Text(value.to_string()),
        (Kind::List(_), Value::Array(entries)) if entries.is_empty() => {
            // What holds where nothing is said needs no saying.
            if field.required || field.default.is_some_and(|default| default() == *value) {
                return Out::Empty;
            }
            Out::Text(match language {
                Language::English => "(none)".to_owned(),
                Language::German => "(keine)".to_owned(),
            })
        }
        (Kind::List(of), Value::Array(entries)) => list(entries, of, zone, language),
        (kind, value) => single(value, kind, zone, language),
    }
}

fn single(value: &Value, kind: &Kind, zone: Option<&Zone>, language: Language) -> Out {
    match (kind, value) {
        (Kind::Words(words), Value::String(word)) => Out::Text(words::word(words, word, language)),
        (Kind::Form(form), Value::String(text)) => match form.format {
            "clock" => text
                .parse()
                .map_or_else(|_| Out::Text(written_text(text)), |Clock(minute)| Out::Time(minute)),
            "date" => date(text).map_or_else(|| Out::Text(written_text(text)), Out::Date),
            "date-time" => {
                let local = zone.and_then(|zone| local_day_time(text, zone));
                let local = local.filter(|(date, seconds)| is_shown(*date) && seconds % 60 == 0);
                local.map_or_else(
                    || Out::Text(text.clone()),
                    |(date, seconds)| Out::Moment(date, seconds),
                )
            }
            _ => Out::Text(written_text(text)),
        },
        (_, Value::String(text)) => Out::Text(written_text(text)),
        (_, Value::Number(number)) => number.as_f64().map_or(Out::Empty, Out::Number),
        (_, Value::Bool(value)) => {
            let [yes, no] = yes_no(language);
            Out::Text(if *value { yes } else { no }.to_owned())
        }
        (_, Value::Null) => Out::Empty,
        (_, other) => Out::Text(other.to_string()),
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    let date: NaiveDate = text.parse().ok()?;
    is_shown(date).then_some(date)
}

/// Whether spreadsheets can show a date.
fn is_shown(date: NaiveDate) -> bool {
    (1901..=9999).contains(&date.year())
}

fn list(entries: &[Value], of: &Kind, zone: Option<&Zone>, language: Language) -> Out {
    if let ([only], Kind::Number | Kind::Whole) = (entries, of) {
        return only.as_f64().map_or(Out::Empty, Out::Only);
    }
    if let ([only], Kind::Text) = (entries, of) {
        // The only text of a list may have no comma either.
        let text = only.as_str().unwrap_or_default().to_owned();
        return Out::Text(written_list(&[text], of));
    }
    let entry = |value: &Value| match (of, value) {
        (Kind::Text, Value::String(text)) => text.clone(),
        _ => text_of(&single(value, of, zone, language), language),
    };
    let entries: Vec<String> = entries.iter().map(entry).collect();
    Out::Text(written_list(&entries, of))
}

/// A cell as people would type it.
pub(super) fn text_of(cell: &Out, language: Language) -> String {
    match cell {
        Out::Empty => String::new(),
        Out::Text(text) => text.clone(),
        Out::Number(number) => decimal(&unambiguous(*number), language),
        Out::Only(number) => {
            let text = decimal(&shown_number(*number), language);
            // Else the comma might separate two numbers.
            if text.contains(',') { format!("{text};") } else { text }
        }
        Out::Date(date) => match language {
            Language::English => date.to_string(),
            Language::German => date.format("%d.%m.%Y").to_string(),
        },
        Out::Time(minutes) => Clock(*minutes).to_string(),
        Out::Moment(date, seconds) => {
            let day = text_of(&Out::Date(*date), language);
            format!("{day} {}", Clock(seconds / 60))
        }
    }
}

/// A number with a decimal sign that cannot be taken for one that sets thousands apart.
fn unambiguous(number: f64) -> String {
    let text = shown_number(number);
    if text.contains('.') && decimal_evidence(&text).is_none() { format!("{text}0") } else { text }
}

/// A number with the decimal sign of the language.
pub(super) fn decimal(number: &str, language: Language) -> String {
    match language {
        Language::English => number.to_owned(),
        Language::German => number.replace('.', ","),
    }
}
