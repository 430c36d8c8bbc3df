//! Files as tables: workbooks and CSV.

mod count;
mod csv;
mod package;
mod parts;
mod workbook;

use super::book::{Book, Limits};
use super::codes::{TOO_LARGE, UNREADABLE};
use super::found::{Found, Text};

/// A file of a folder.
#[derive(Debug, Clone)]
pub struct NamedFile {
    /// Its name with the ending.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Whether `bytes` begin as workbooks do.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || is_old(bytes)
}

/// Whether `bytes` are a workbook of the form before 2007, or one with a password.
fn is_old(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
}

/// Reads a workbook.
///
/// # Errors
/// Why it cannot be read.
pub fn workbook(bytes: &[u8], limits: &Limits) -> Result<Book, Found> {
    if is_old(bytes) {
        let en = "this is a workbook of the form before 2007 (.xls), or one with a password; save it \
                  as .xlsx without a password";
        let de = "Das ist eine Arbeitsmappe in der Form vor 2007 (.xls) oder eine mit Kennwort; \
                  speichern Sie sie ohne Kennwort als .xlsx.";
        return Err(Found::new(UNREADABLE, None, Text::new(en, de)));
    }
    if bytes.len() > limits.file_bytes {
        return Err(too_large(
            &format!(
                "the file has {} bytes, more than the {} allowed",
                bytes.len(),
                limits.file_bytes
            ),
            &format!(
                "Die Datei hat {} Byte, mehr als die erlaubten {}",
                bytes.len(),
                limits.file_bytes
            ),
        ));
    }
    workbook::read(bytes, limits)
}

/// Reads the CSV files of a folder, each as a sheet.
///
/// # Errors
/// Why they cannot be read.
pub fn folder(files: &[NamedFile], limits: &Limits) -> Result<(Book, Vec<Found>), Vec<Found>> {
    let size: usize = files.iter().map(|file| file.bytes.len()).sum();
    if files.len() > limits.entries || size > limits.text_bytes {
        return Err(vec![too_large(
            &format!("the folder has {} files with {size} bytes", files.len()),
            &format!("Der Ordner hat {} Dateien mit {size} Byte", files.len()),
        )]);
    }
    let (mut book, mut notes, mut wrong) = (Book::default(), Vec::new(), Vec::new());
    let mut cells = limits.cells;
    for file in files {
        match csv::read(file, &mut cells, &mut notes) {
            Ok(sheet) => book.sheets.push(sheet),
            Err(found) => wrong.push(found),
        }
    }
    if wrong.is_empty() { Ok((book, notes)) } else { Err(wrong) }
}

fn too_large(en: &str, de: &str) -> Found {
    let text = Text::new(
        format!("{en}; leave out what is no part of the scenario, or split it"),
        format!("{de}. Lassen Sie weg, was nicht zum Szenario gehört, oder teilen Sie es auf."),
    );
    Found::new(TOO_LARGE, None, text)
}

/// That there are more cells than that.
fn too_many(cells: usize) -> Found {
    let text = Text::new(
        format!(
            "there are more than {cells} cells with a value; split the workbook, or delete what is \
                 no part of the scenario"
        ),
        format!(
            "Mehr als {cells} Zellen haben einen Wert. Teilen Sie die Mappe auf, oder löschen Sie, was \
             nicht zum Szenario gehört."
        ),
    );
    Found::new(TOO_LARGE, None, text)
}
