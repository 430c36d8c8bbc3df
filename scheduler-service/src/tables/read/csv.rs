//! CSV files (RFC 4180), as spreadsheets of all countries write them.

use std::sync::Arc;

use super::super::book::{Cell, Decimal, Row, Sheet, column_name};
use super::super::codes::{ENCODING, UNREADABLE};
use super::super::found::{At, Found, Text};
use super::{NamedFile, too_many};

/// Reads a file as a sheet with its name. `cells` is how many cells there may still be.
pub(super) fn read(
    file: &NamedFile,
    cells: &mut usize,
    notes: &mut Vec<Found>,
) -> Result<Sheet, Found> {
    let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
    let name: Arc<str> = Arc::from(stem);
    let (text, is_guessed) = decode(&file.bytes)
        .map_err(|text| Found::new(UNREADABLE, Some(place(&name, String::new(), "")), text))?;
    if is_guessed {
        let text = Text::new(
            "the file is not UTF-8 and was read as Windows-1252; look whether umlauts are right, or save \
             it as \"CSV UTF-8\"",
            "Die Datei ist nicht in UTF-8 gespeichert und wurde als Windows-1252 gelesen. Prüfen Sie die \
             Umlaute, oder speichern Sie sie als „CSV UTF-8“.",
        );
        notes.push(Found::new(ENCODING, Some(place(&name, String::new(), "")), text));
    }
    let (body, separator, skipped) = separator(&text);
    let rows = rows(body, separator, skipped, &name, cells)?;
    let decimal = if separator == ',' { Decimal::Point } else { Decimal::Comma };
    Ok(Sheet {
        name,
        is_hidden: false,
        rows,
        merged: Vec::new(),
        hidden_columns: Vec::new(),
        decimal,
        is_csv: true,
    })
}

fn place(sheet: &Arc<str>, cell: String, value: &str) -> At {
    At { sheet: Arc::clone(sheet), cell, value: value.to_owned() }
}

/// The text of a file, and whether its encoding is a guess.
fn decode(bytes: &[u8]) -> Result<(String, bool), Text> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|&pair| unit(pair)).collect();
        String::from_utf16(&units).map_err(|_| not_text())
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            let text = std::str::from_utf8(rest).map_err(|_| not_text())?;
            Ok((text.to_owned(), false))
        }
        [0xFF, 0xFE, rest @ ..] => Ok((wide(rest, u16::from_le_bytes)?, false)),
        [0xFE, 0xFF, rest @ ..] => Ok((wide(rest, u16::from_be_bytes)?, false)),
        _ if bytes.contains(&0) => Err(not_text()),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Ok((text.to_owned(), false)),
            Err(_) => {
                let text: Option<String> = bytes.iter().map(|&byte| windows_1252(byte)).collect();
                Ok((text.ok_or_else(not_text)?, true))
            }
        },
    }
}

fn not_text() -> Text {
    Text::new(
        "this is no text in an encoding that is known; save the file as \"CSV UTF-8\"",
        "Das ist kein Text in einer bekannten Kodierung. Speichern Sie die Datei als „CSV UTF-8“.",
    )
}

/// What a byte is in Windows-1252, which is Latin-1 with more characters.
fn windows_1252(byte: u8) -> Option<char> {
    const UPPER: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => UPPER.get(usize::from(byte - 0x80)).copied().filter(|&known| known != '\0'),
        _ => Some(char::from(byte)),
    }
}

/// What separates cells, what is left of the file, and how many rows were skipped for that.
fn separator(text: &str) -> (&str, char, u32) {
    // Excel's own hint, `sep=;`.
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let hint =
        first.trim_end().strip_prefix("sep=").or_else(|| first.trim_end().strip_prefix("SEP="));
    if let Some(hint) = hint
        && let Some(separator) = hint.chars().next()
        && hint.chars().count() == 1
    {
        return (rest, separator, 1);
    }
    let (mut counts, mut is_quoted) = ([0_usize; 3], false);
    for character in text.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            '\n' if !is_quoted && counts.iter().any(|&count| count > 0) => break,
            ';' if !is_quoted => counts[0] += 1,
            ',' if !is_quoted => counts[1] += 1,
            '\t' if !is_quoted => counts[2] += 1,
            _ => {}
        }
    }
    let [semicolons, commas, tabs] = counts;
    let separator = match () {
        () if tabs > semicolons && tabs > commas => '\t',
        () if commas > semicolons => ',',
        () => ';',
    };
    (text, separator, 0)
}

fn rows(
    text: &str,
    separator: char,
    skipped: u32,
    name: &Arc<str>,
    cells: &mut usize,
) -> Result<Vec<Row>, Found> {
    let limit = *cells;
    let mut rows: Vec<Row> = Vec::new();
    let mut row = Row { index: skipped, is_hidden: false, cells: Vec::new() };
    let (mut column, mut cell) = (0_u32, String::new());
    // Whether inside quotes, and where these began.
    let mut quoted: Option<(u32, u32)> = None;
    let mut characters = text.chars().peekable();
    let mut end_cell = |row: &mut Row, column: &mut u32, cell: &mut String| {
        if !cell.trim().is_empty() {
            *cells = cells.checked_sub(1).ok_or_else(|| too_many(limit))?;
            row.cells.push((*column, value(cell)));
        }
        cell.clear();
        *column += 1;
        Ok::<(), Found>(())
    };
    while let Some(character) = characters.next() {
        match (character, quoted) {
            ('"', Some(_)) if characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            ('"', Some(_)) => quoted = None,
            ('"', None) if cell.trim().is_empty() => {
                cell.clear();
                quoted = Some((row.index, column));
            }
            (character, None) if character == separator => {
                end_cell(&mut row, &mut column, &mut cell)?;
            }
            ('\r', None) if characters.peek() == Some(&'\n') => {}
            ('\n' | '\r', None) => {
                end_cell(&mut row, &mut column, &mut cell)?;
                let next =
                    Row { index: row.index.saturating_add(1), is_hidden: false, cells: Vec::new() };
                let done = std::mem::replace(&mut row, next);
                rows.extend(Some(done).filter(|row| !row.cells.is_empty()));
                column = 0;
            }
            (character, _) => cell.push(character),
        }
    }
    if let Some((row, column)) = quoted {
        let text = Text::new(
            "a quotation mark opens here and never closes, so that the rest of the file would be one \
             cell; close it, or write \"\" for a quotation mark within a text",
            "Hier öffnet ein Anführungszeichen, das nie schließt; der Rest der Datei wäre eine einzige \
             Zelle. Schließen Sie es, oder schreiben Sie \"\" für ein Anführungszeichen im Text.",
        );
        let cell = format!("{}{}", column_name(column), row + 1);
        return Err(Found::new(UNREADABLE, Some(place(name, cell, "\"")), text));
    }
    end_cell(&mut row, &mut column, &mut cell)?;
    rows.extend(Some(row).filter(|row| !row.cells.is_empty()));
    Ok(rows)
}

/// What a text is as a cell.
fn value(text: &str) -> Cell {
    let trimmed = text.trim();
    if trimmed.starts_with('=') {
        return Cell::Formula(Arc::from(trimmed));
    }
    // The apostrophe that keeps spreadsheets from taking a text for a formula.
    let plain = match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    };
    Cell::Text(Arc::from(plain))
}
