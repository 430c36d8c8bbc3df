//! Texts.

use scheduler_core::scenario::wire::Kind;

use super::super::book::{Cell, Looks};
use super::super::codes::VALUE;
use super::{Context, Wrong, shown, shown_number};

/// `text` without blanks around it.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// Whether a cell says that a list is there and has no entry.
pub fn is_empty_list(text: &str) -> bool {
    let text = trimmed(text).to_lowercase();
    matches!(text.as_str(), "[]" | "(none)" | "(keine)" | "(keiner)" | "(keins)")
}

/// Whether a cell says that something is there of which nothing is said.
pub fn is_empty_object(text: &str) -> bool {
    matches!(trimmed(text).to_lowercase().as_str(), "{}" | "(empty)" | "(leer)")
}

/// The text that a cell holds.
pub(super) fn text(cell: &Cell, context: &Context<'_>) -> Result<String, Wrong> {
    match cell {
        Cell::Text(text) => unquoted(text),
        Cell::Number(number, Looks::Plain) => Ok(shown_number(*number)),
        Cell::Number(_, Looks::Percent) | Cell::Switch(_) | Cell::Error(_) | Cell::Formula(_) => {
            let shown = shown(cell, context);
            Err(Wrong::new(
                VALUE,
                format!(
                    "a text belongs here, and {shown} is none; give the cell the format \"Text\" and write it again"
                ),
                format!(
                    "Hier gehört ein Text hin, und {shown} ist keiner. Geben Sie der Zelle das Format „Text“, und schreiben Sie ihn neu."
                ),
            ))
        }
        Cell::Number(..) => {
            let shown = shown(cell, context);
            Err(Wrong::new(
                VALUE,
                format!(
                    "a text belongs here, and the spreadsheet holds the date or time {shown}, perhaps made of \
                     something like 3-1; give the cell the format \"Text\" and write it again"
                ),
                format!(
                    "Hier gehört ein Text hin, und die Tabelle enthält das Datum oder die Zeit {shown}, \
                     vielleicht aus etwas wie 3-1 gemacht. Geben Sie der Zelle das Format „Text“, und \
                     schreiben Sie ihn neu."
                ),
            ))
        }
    }
}

/// A text, or what a text in quotation marks says.
pub(super) fn unquoted(text: &str) -> Result<String, Wrong> {
    let text = trimmed(text);
    if text.len() < 2 || !text.starts_with('"') || !text.ends_with('"') {
        return Ok(text.to_owned());
    }
    serde_json::from_str(text).map_err(|_| {
        Wrong::new(
            VALUE,
            "a text in quotation marks writes those inside it as \\\" and \\ as \\\\; leave the outer ones out",
            "Ein Text in Anführungszeichen schreibt die inneren als \\\" und \\ als \\\\. Lassen Sie die äußeren weg.",
        )
    })
}

/// Whether a cell with the bare `text` would be read as another, as a text or as an entry of a list.
fn needs_quotes(text: &str, in_list: bool) -> bool {
    text.is_empty()
        || trimmed(text).len() != text.len()
        || text.starts_with(['"', '#', '\''])
        || is_empty_list(text)
        || is_empty_object(text)
        || text.chars().any(|c| c.is_control() && (c != '\n' || in_list))
        || (in_list && text.contains([',', ';', '"']))
}

/// How a text is written into a cell.
pub fn written_text(text: &str) -> String {
    written(text, false)
}

fn written(text: &str, in_list: bool) -> String {
    if !needs_quotes(text, in_list) {
        return text.to_owned();
    }
    // A text can always be written as JSON.
    serde_json::to_string(text).unwrap_or_default()
}

/// How the entries of a list, each as it would be in a cell of its own, are written into one.
pub fn written_list(entries: &[String], of: &Kind) -> String {
    match of {
        Kind::Number | Kind::Whole => entries.join("; "),
        Kind::Text => {
            let entries: Vec<String> = entries.iter().map(|entry| written(entry, true)).collect();
            entries.join(", ")
        }
        _ => entries.join(", "),
    }
}

/// The one of `known` that `name` is probably meant to be.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = super::super::words::normal(name);
    let distance = |known: &str| edit_distance(&wanted, &super::super::words::normal(known));
    let (distance, nearest) = known.into_iter().map(|known| (distance(known), known)).min()?;
    let longest = wanted.chars().count().max(nearest.chars().count());
    (distance <= longest.div_ceil(3)).then_some(nearest)
}

/// Levenshtein distance; long texts count as far apart.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() > 60 || b.len() > 60 {
        return a.len().max(b.len());
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
