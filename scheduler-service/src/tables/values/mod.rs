//! Cells as values of the format, read as people write them. What can be read in two ways is not read.

mod list;
mod number;
mod text;
mod time;

use scheduler_core::scenario::wire::{Field, Kind, Words};
use scheduler_core::time::Zone;
use serde_json::Value;

use super::book::{Cell, Decimal, Looks};
use super::codes::{Code, ERROR_VALUE, FORMULA, VALUE, WORD};
use super::found::Text;
use super::words;

pub use number::decimal_evidence;
pub use text::{is_empty_list, is_empty_object, nearest, trimmed, written_list, written_text};
pub use time::{Day, local_day_time, moment, serial_day};

/// How the cells of a sheet are read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The decimal sign of numbers that are texts.
    pub decimal: Decimal,
    /// Whether serial dates count from 1904.
    pub from_1904: bool,
    /// The zone of times without offset.
    pub zone: Option<&'a Zone>,
}

/// Why a cell is not the value that belongs there, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The kind of finding.
    pub code: Code,
    /// In words.
    pub text: Text,
}

impl Wrong {
    pub(super) fn new(code: Code, en: impl Into<String>, de: impl Into<String>) -> Self {
        Self { code, text: Text::new(en, de) }
    }
}

/// What a spreadsheet shows in a cell.
pub fn shown(cell: &Cell, context: &Context<'_>) -> String {
    match cell {
        Cell::Text(text) | Cell::Error(text) | Cell::Formula(text) => {
            text.chars().take(200).collect()
        }
        Cell::Switch(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Cell::Number(number, Looks::Plain) => shown_number(*number),
        Cell::Number(number, Looks::Percent) => format!("{} %", shown_number(number * 100.0)),
        Cell::Number(number, looks) => time::shown(*number, *looks, context.from_1904),
    }
}

/// The value of `field` that `cell` holds; nothing where it says nothing.
///
/// # Errors
/// Why it holds none.
pub fn value(cell: &Cell, field: &Field, context: &Context<'_>) -> Result<Option<Value>, Wrong> {
    sound(cell)?;
    match field.kind {
        Kind::List(of) if super::layout::is_flat(&field.kind) => {
            list::list(cell, of, field, context)
        }
        kind if super::layout::is_flat(&kind) => single(cell, &kind, field, context).map(Some),
        _ => json(cell).map(Some),
    }
}

/// Refuses errors and formulas without value.
fn sound(cell: &Cell) -> Result<(), Wrong> {
    let error = match cell {
        Cell::Error(error) => error,
        Cell::Text(text) if is_error(text) => text,
        Cell::Formula(_) => {
            return Err(Wrong::new(
                FORMULA,
                "the formula has no value: open the file in a spreadsheet program and save it, or write the \
                 value itself",
                "Die Formel hat keinen Wert. Öffnen Sie die Datei in einer Tabellenkalkulation und speichern \
                 Sie sie, oder schreiben Sie den Wert selbst hin.",
            ));
        }
        _ => return Ok(()),
    };
    Err(Wrong::new(
        ERROR_VALUE,
        format!("the cell shows the error {error}; correct its formula or write the value itself"),
        format!(
            "Die Zelle zeigt den Fehler {error}. Berichtigen Sie die Formel, oder schreiben Sie den Wert selbst hin."
        ),
    ))
}

/// Whether a text is what spreadsheets show for an error.
fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 18] = [
        "#REF!",
        "#BEZUG!",
        "#N/A",
        "#NV",
        "#VALUE!",
        "#WERT!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#ZAHL!",
        "#NULL!",
        "#SPILL!",
        "#ÜBERLAUF!",
        "#CALC!",
        "#KALK!",
        "#FIELD!",
        "#FELD!",
        "#GETTING_DATA",
    ];
    let text = text.trim();
    ERRORS.contains(&text) || (text.len() > 2 && text.bytes().all(|byte| byte == b'#'))
}

/// A single value.
fn single(cell: &Cell, kind: &Kind, field: &Field, context: &Context<'_>) -> Result<Value, Wrong> {
    match kind {
        Kind::Text => text::text(cell, context).map(Value::String),
        Kind::Switch => switch(cell),
        Kind::Number => number::number(cell, field, false, context),
        Kind::Whole => number::number(cell, field, true, context),
        Kind::Words(words) => word(cell, words, context).map(|word| Value::String(word.to_owned())),
        Kind::Form(form) => match form.format {
            "clock" => time::clock(cell, context).map(Value::String),
            "date" => time::date(cell, context).map(|date| Value::String(date.to_string())),
            "date-time" => time::instant(cell, context).map(Value::String),
            _ => text::text(cell, context).map(Value::String),
        },
        _ => json(cell),
    }
}

/// What no table can show, written as JSON.
fn json(cell: &Cell) -> Result<Value, Wrong> {
    let text = match cell {
        Cell::Text(text) => text.to_string(),
        Cell::Number(number, _) => shown_number(*number),
        Cell::Switch(value) => value.to_string(),
        Cell::Error(_) | Cell::Formula(_) => String::new(),
    };
    serde_json::from_str(&text).map_err(|error| {
        Wrong::new(
            VALUE,
            format!("this has to be JSON, such as [1, 2]: {error}"),
            format!(
                "Hier muss JSON stehen, etwa [1, 2]; es stimmt bis Zeichen {}.",
                error.column()
            ),
        )
    })
}

fn switch(cell: &Cell) -> Result<Value, Wrong> {
    const YES: [&str; 9] = ["ja", "yes", "true", "wahr", "x", "1", "j", "y", "✓"];
    const NO: [&str; 7] = ["nein", "no", "false", "falsch", "0", "n", "-"];
    let is = |words: &[&str], text: &str| words.contains(&text.trim().to_lowercase().as_str());
    match cell {
        Cell::Switch(value) => Ok(Value::Bool(*value)),
        Cell::Number(number, Looks::Plain) if *number == 1.0 => Ok(Value::Bool(true)),
        Cell::Number(number, Looks::Plain) if *number == 0.0 => Ok(Value::Bool(false)),
        Cell::Text(text) if is(&YES, text) => Ok(Value::Bool(true)),
        Cell::Text(text) if is(&NO, text) => Ok(Value::Bool(false)),
        _ => Err(Wrong::new(VALUE, "write yes or no", "Schreiben Sie ja oder nein.")),
    }
}

/// The word of a set that a cell holds.
fn word(cell: &Cell, words: &Words, context: &Context<'_>) -> Result<&'static str, Wrong> {
    let text = match cell {
        Cell::Text(text) => text.to_string(),
        other => shown(other, context),
    };
    let normal = words::normal(&text);
    words::meant(words, &normal).ok_or_else(|| {
        let in_language = |language| {
            let all = words.words.iter().map(|word| words::word(words, word.word, language));
            all.collect::<Vec<_>>().join(", ")
        };
        let (en, de) = (
            in_language(scheduler_core::report::Language::English),
            in_language(scheduler_core::report::Language::German),
        );
        Wrong::new(
            WORD,
            format!("{:?} is not {}; write one of {en}", text.trim(), words.noun),
            format!("„{}“ ist hier nicht erlaubt. Schreiben Sie eines von: {de}.", text.trim()),
        )
    })
}

/// A number with as many digits as it has.
pub fn shown_number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}
