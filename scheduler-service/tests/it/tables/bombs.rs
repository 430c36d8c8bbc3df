//! Files that are made to be larger than they look.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use scheduler_service::tables::book::Limits;
use scheduler_service::tables::from_workbook;

use super::made::{Book, pack, relationships};

/// A workbook with one sheet, of that XML, and that file of shared texts.
fn workbook(sheet: String, texts: &str, others: usize) -> Vec<u8> {
    let targets = [("worksheet", "s.xml".to_owned()), ("sharedStrings", "t.xml".to_owned())];
    let main = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Staff\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
    let mut files = vec![
        ("_rels/.rels".to_owned(), relationships(&[("officeDocument", "xl/w.xml".to_owned())])),
        ("xl/w.xml".to_owned(), main.to_owned()),
        ("xl/_rels/w.xml.rels".to_owned(), relationships(&targets)),
        ("xl/t.xml".to_owned(), texts.to_owned()),
        ("xl/s.xml".to_owned(), sheet),
    ];
    files.extend((0..others).map(|number| (format!("x/{number}"), String::new())));
    pack(files.into_iter().map(|(name, text)| (name, text.into_bytes())))
}

fn rows(count: usize, row: &str) -> String {
    let mut xml = "<worksheet><sheetData>".to_owned();
    for number in 1..=count {
        write!(xml, "<row r=\"{number}\">{row}</row>").unwrap();
    }
    xml + "</sheetData></worksheet>"
}

#[test]
fn what_unpacks_to_too_much_is_refused_soon() {
    const TEXTS: &str = "<sst><si><t>a</t></si></sst>";
    let blanks = " ".repeat(20 << 20);
    let small = Limits { unpacked_bytes: 16 << 20, ..Limits::default() };
    let cells: String = (0..100).map(|_| "<c><v>1</v></c>").collect();
    let bombs: Vec<(&str, Vec<u8>, &str)> = vec![
        ("blanks", workbook(format!("<worksheet>{blanks}</worksheet>"), TEXTS, 0), "too long"),
        (
            "many elements, few cells",
            workbook(
                format!("<worksheet>{}</worksheet>", "<a b=\"c\"/>".repeat(2 << 20)),
                TEXTS,
                0,
            ),
            "16 MiB",
        ),
        (
            "elements that hold nothing",
            workbook(format!("<worksheet>{}</worksheet>", "<a/>".repeat(13_000_000)), TEXTS, 0),
            "2000000 cells",
        ),
        ("millions of cells", workbook(rows(25_000, &cells), TEXTS, 0), "2000000 cells"),
        ("deep", workbook("<a>".repeat(1 << 20), TEXTS, 0), "nested"),
        (
            "many texts",
            workbook(
                rows(1, ""),
                &format!("<sst>{}</sst>", "<si><t>a</t></si>".repeat(4 << 20)),
                0,
            ),
            "cells",
        ),
        ("many files", workbook(rows(1, ""), TEXTS, 3_000), "more than 2000 files"),
        (
            "entities",
            workbook("<!DOCTYPE a [<!ENTITY x \"xx\">]><a>&x;</a>".to_owned(), TEXTS, 0),
            "document type",
        ),
        (
            "cut off",
            workbook("<worksheet><sheetData><row r=\"1\">".to_owned(), TEXTS, 0),
            "cut off",
        ),
    ];
    for (name, bytes, why) in bombs {
        let begin = Instant::now();
        let limits = if why == "16 MiB" { small } else { Limits::default() };
        let read = from_workbook(&bytes, &limits);
        let took = begin.elapsed();
        println!("{name}: {} bytes, {took:?}", bytes.len());
        assert!(read.scenario.is_none() && read.found.len() == 1, "{name}");
        assert!(read.found[0].text.en.contains(why), "{name}: {}", read.found[0].text.en);
        // A second where it is optimised and has the machine to itself.
        assert!(took < Duration::from_secs(30), "{name}: {took:?}");
    }
}

/// One text of a workbook that a million cells show is one text in memory, and what is made of it is
/// counted.
#[test]
fn a_text_that_many_cells_show_is_counted_for_each() {
    let text = "x".repeat(30_000);
    let sheet = format!(
        "<worksheet><sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>id</t></is></c></row>{}</sheetData></worksheet>",
        (2..50_000)
            .map(|row| format!("<row r=\"{row}\"><c t=\"s\"><v>0</v></c></row>"))
            .collect::<String>()
    );
    let bytes = workbook(sheet, &format!("<sst><si><t>{text}</t></si></sst>"), 0);
    let read = from_workbook(&bytes, &Limits::default());
    assert!(read.scenario.is_none());
    assert!(
        read.found.iter().any(|found| found.code == "table.too_large"),
        "{:?}",
        read.found.len()
    );
}

#[test]
fn what_is_no_workbook_is_refused_with_what_to_do() {
    let sound = Book::default().bytes();
    let old = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0, 0, 0];
    for (bytes, why) in [
        (&sound[..sound.len() / 2], "cannot be read"),
        (b"PK\x03\x04 and nothing more".as_slice(), "cannot be read"),
        (&old, "save it as .xlsx"),
        (&pack([("readme.txt".to_owned(), b"hello".to_vec())]), "no main part"),
    ] {
        let read = from_workbook(bytes, &Limits::default());
        assert!(read.scenario.is_none());
        assert!(read.found[0].text.en.contains(why), "{}", read.found[0].text.en);
    }
}

#[test]
fn a_damaged_workbook_never_panics() {
    let sound = super::made::office().bytes();
    for place in (0..sound.len()).step_by(7) {
        let mut bytes = sound.clone();
        bytes[place] = bytes[place].wrapping_add(41);
        let _ = from_workbook(&bytes, &Limits::default());
    }
}
