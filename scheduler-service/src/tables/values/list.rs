//! Lists in one cell.

use scheduler_core::scenario::wire::{Field, Kind};
use serde_json::Value;

use super::super::book::{Cell, Decimal};
use super::super::codes::{AMBIGUOUS, VALUE};
use super::super::words;
use super::{Context, Wrong, single, text};

/// The list that a cell holds; nothing where it says "every day".
pub(super) fn list(
    cell: &Cell,
    of: &Kind,
    field: &Field,
    context: &Context<'_>,
) -> Result<Option<Value>, Wrong> {
    let Cell::Text(content) = cell else {
        return Ok(Some(Value::Array(vec![single(cell, of, field, context)?])));
    };
    let content = text::trimmed(content);
    if text::is_empty_list(content) {
        return Ok(Some(Value::Array(Vec::new())));
    }
    if matches!(of, Kind::Words(_)) && !field.required && is_all(content) {
        return Ok(None);
    }
    let pieces = match of {
        Kind::Number | Kind::Whole => numbers(content, context.decimal)?,
        _ => split(content, &[',', ';', '\n'])?,
    };
    let mut entries = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (of, piece.split_once(['-', '–', '—'])) {
            (Kind::Words(words), Some((first, last)))
                if words::meant(words, &words::normal(piece)).is_none() =>
            {
                let place = |text: &str| {
                    let meant = words::meant(words, &words::normal(text))?;
                    words.words.iter().position(|word| word.word == meant)
                };
                let (Some(first), Some(last)) = (place(first), place(last)) else {
                    return Err(single(&Cell::Text(piece.into()), of, field, context)
                        .err()
                        .unwrap_or_else(empty));
                };
                let count = words.words.len();
                let length = (last + count - first) % count;
                let all = (0..=length).filter_map(|step| words.words.get((first + step) % count));
                entries.extend(all.map(|word| Value::String(word.word.to_owned())));
            }
            _ => entries.push(single(&Cell::Text(piece.into()), of, field, context)?),
        }
    }
    Ok(Some(Value::Array(entries)))
}

/// Whether it says that all days are meant.
fn is_all(text: &str) -> bool {
    const ALL: [&str; 7] = ["taeglich", "alle", "jedentag", "alletage", "daily", "everyday", "all"];
    ALL.contains(&words::normal(text).as_str())
}

fn empty() -> Wrong {
    Wrong::new(
        VALUE,
        "an entry of the list is empty; take out the comma that is too much",
        "Ein Eintrag der Liste ist leer. Nehmen Sie das überzählige Komma heraus.",
    )
}

/// Splits at `marks` outside of quotation marks.
fn split<'a>(text: &'a str, marks: &[char]) -> Result<Vec<&'a str>, Wrong> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (place, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' if is_quoted => is_quoted = false,
            '"' if text::trimmed(text.get(start..place).unwrap_or_default()).is_empty() => {
                is_quoted = true;
            }
            character if !is_quoted && marks.contains(&character) => {
                pieces.push(text.get(start..place).unwrap_or_default());
                start = place + character.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push(text.get(start..).unwrap_or_default());
    let pieces: Vec<&str> = pieces.into_iter().map(text::trimmed).collect();
    if pieces.iter().any(|piece| piece.is_empty()) { Err(empty()) } else { Ok(pieces) }
}

/// Splits numbers, among which a comma may be a decimal sign.
fn numbers(text: &str, decimal: Decimal) -> Result<Vec<&str>, Wrong> {
    if text.contains([';', '\n']) {
        // A semicolon behind a single number says that its comma is a decimal sign.
        return split(text.strip_suffix(';').unwrap_or(text), &[';', '\n']);
    }
    let commas = text.matches(',').count();
    let spaced = text.matches(", ").count();
    if commas == 0 {
        // Numbers with nothing but spaces between them.
        return Ok(text.split_whitespace().collect());
    }
    if spaced == commas || (spaced == 0 && (text.contains('.') || decimal == Decimal::Point)) {
        return split(text, &[',']);
    }
    if spaced > 0 {
        // 0,85, 0,1: a comma with a space separates, another is a decimal sign.
        let mut pieces: Vec<&str> = text.split(", ").map(text::trimmed).collect();
        pieces.retain(|piece| !piece.is_empty());
        return Ok(pieces);
    }
    Err(Wrong::new(
        AMBIGUOUS,
        format!(
            "in {text:?} a comma may separate numbers or be a decimal sign; separate the numbers by semicolons"
        ),
        format!(
            "In „{text}“ kann ein Komma Zahlen trennen oder ein Dezimalzeichen sein. Trennen Sie die Zahlen mit Semikolons."
        ),
    ))
}
