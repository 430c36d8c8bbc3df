//! Tables as a workbook: numbers as numbers, dates as dates, headings that stay in sight, drop-downs, and
//! pages that can be printed.

use chrono::NaiveDate;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};
use scheduler_core::report::Language;
use scheduler_core::scenario::wire::{Field, Kind, Object};
use thiserror::Error;

use super::super::layout::{Layout, Shape};
use super::cells::{Out, text_of};
use super::{Choice, GUIDE, Head, Table, guide};

/// Why a workbook cannot be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// More rows or columns than a sheet can have, or a name that it cannot have.
    #[error("this does not fit into a workbook: {0}")]
    Workbook(#[from] XlsxError),
}

/// Longest text in a cell, in UTF-16 units; workbooks take 32,767.
const LONGEST: usize = 32_000;

/// Rows below the last for which drop-downs are made.
const ROOM: u32 = 500;

/// Formats of cells.
struct Formats {
    heading: Format,
    needed: Format,
    text: Format,
    quoted: Format,
    wrapped: Format,
    number: Format,
    number_left: Format,
    date: Format,
    time: Format,
    moment: Format,
    label: Format,
    faint: Format,
}

impl Formats {
    fn new(language: Language) -> Self {
        let heading = |color: u32| {
            Format::new()
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(Color::RGB(color))
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_border_bottom(FormatBorder::Thin)
        };
        let date = match language {
            Language::English => "yyyy-mm-dd",
            Language::German => "dd.mm.yyyy",
        };
        let top = || Format::new().set_align(FormatAlign::Top);
        Self {
            heading: heading(0x4A_6078),
            needed: heading(0x1F_3A56),
            text: top().set_num_format("@"),
            quoted: top().set_num_format("@").set_quote_prefix(),
            wrapped: top().set_text_wrap(),
            // Away from the text of the next column.
            number: top().set_align(FormatAlign::Right).set_indent(1),
            number_left: top().set_align(FormatAlign::Left),
            date: top().set_num_format(date).set_align(FormatAlign::Left),
            // Shows 24:00 as it is.
            time: top().set_num_format("[hh]:mm"),
            moment: top().set_num_format(format!("{date} hh:mm")).set_align(FormatAlign::Left),
            label: top().set_bold(),
            faint: top().set_text_wrap().set_font_color(Color::RGB(0x60_6060)),
        }
    }

    fn of(&self, field: &Field) -> &Format {
        match field.kind {
            Kind::Number | Kind::Whole => &self.number,
            Kind::Form(form) => match form.format {
                "clock" => &self.time,
                "date" => &self.date,
                "date-time" => &self.moment,
                _ => &self.text,
            },
            _ => &self.text,
        }
    }
}

/// A workbook of the tables of what `object` defines, with explanations.
///
/// # Errors
/// Where they do not fit into one.
pub fn workbook(
    object: &'static Object,
    tables: &[Table],
    language: Language,
) -> Result<Vec<u8>, WriteError> {
    let formats = Formats::new(language);
    let mut book = book()?;
    for table in tables {
        let sheet = book.add_worksheet();
        write_table(sheet, table, tables, &formats, language)?;
    }
    let sheet = book.add_worksheet();
    write_guide(sheet, object, &formats, language)?;
    Ok(book.save_to_buffer()?)
}

/// A workbook of tables without explanations, such as results.
///
/// # Errors
/// Where they do not fit into one.
pub fn plain_workbook(tables: &[Table], language: Language) -> Result<Vec<u8>, WriteError> {
    let formats = Formats::new(language);
    let mut book = book()?;
    for table in tables {
        let sheet = book.add_worksheet();
        write_table(sheet, table, &[], &formats, language)?;
        if table.rows.len() > 1 && !table.columns.is_empty() {
            sheet.autofilter(0, 0, table.rows.len() as u32, (table.columns.len() - 1) as u16)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// A workbook that is the same bytes whenever it is made.
fn book() -> Result<Workbook, WriteError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    Ok(book)
}

fn write_table(
    sheet: &mut Worksheet,
    table: &Table,
    all: &[Table],
    formats: &Formats,
    language: Language,
) -> Result<(), WriteError> {
    sheet.set_name(table.names.of(language))?;
    let is_form = table.shape == Shape::Form;
    let parts: Vec<usize> = (0..table.columns.len())
        .map(|column| if is_form { 1 } else { most_parts(table, column) })
        .collect();
    let (mut column, mut heading_lines): (u16, u32) = (0, 1);
    for (index, head) in table.columns.iter().enumerate() {
        for part in 1..=parts.get(index).copied().unwrap_or(1) {
            let heading =
                if part == 1 { head.heading.clone() } else { format!("{} ({part})", head.heading) };
            // Bold letters are wider.
            heading_lines = heading_lines.max(lines(&heading, width(table, index) * 0.9));
            let is_needed = head.field.is_some_and(|field| field.required);
            sheet.write_string_with_format(
                0,
                column,
                heading,
                if is_needed { &formats.needed } else { &formats.heading },
            )?;
            if !head.about.is_empty() {
                let note: String = head.about.chars().take(900).collect();
                let height = 40 + 16 * (note.chars().count() as u32).div_ceil(42);
                sheet.insert_note(
                    0,
                    column,
                    &Note::new(note).add_author_prefix(false).set_width(280).set_height(height),
                )?;
            }
            sheet.set_column_width(column, width(table, index))?;
            if let Some(field) = head.field.filter(|_| !is_form) {
                sheet.set_column_format(column, formats.of(field))?;
            }
            column += 1;
        }
        if !is_form {
            add_choice(sheet, head, column - 1, table, all, language)?;
        }
    }
    sheet.set_row_height(0, height(heading_lines) + 4.0)?;
    let mut row: u32 = 1;
    for cells in &table.rows {
        if is_form {
            row = write_form_row(sheet, row, cells, formats)?;
            continue;
        }
        let mut column: u16 = 0;
        for (index, cell) in cells.iter().enumerate() {
            let width = parts.get(index).copied().unwrap_or(1);
            for (part, piece) in split(cell).into_iter().enumerate() {
                write_cell(sheet, row, column + part as u16, &piece, formats)?;
            }
            column += width as u16;
        }
        row += 1;
    }
    page(sheet, row.max(2), column.max(1))?;
    sheet.set_freeze_panes(1, if is_form { 0 } else { frozen(table) })?;
    if table.is_filled {
        sheet.set_tab_color(Color::RGB(0x1F_3A56));
    }
    Ok(())
}

/// How many columns at the left stay in sight.
fn frozen(table: &Table) -> u16 {
    u16::from(table.columns.len() > 6)
}

/// How it is printed: A4 across, as wide as a page, the headings on each.
fn page(sheet: &mut Worksheet, rows: u32, columns: u16) -> Result<(), WriteError> {
    const A4: u8 = 9;
    sheet.set_print_area(0, 0, rows - 1, columns - 1)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_paper_size(A4);
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&A&R&P / &N");
    Ok(())
}

fn write_form_row(
    sheet: &mut Worksheet,
    row: u32,
    cells: &[Out],
    formats: &Formats,
) -> Result<u32, WriteError> {
    let [name, value, about] = cells else { return Ok(row) };
    let (Out::Text(name), Out::Text(about)) = (name, about) else { return Ok(row) };
    let mut row = row;
    for (part, piece) in split(value).into_iter().enumerate() {
        let label = if part == 0 { name.clone() } else { format!("{name} ({})", part + 1) };
        sheet.write_string_with_format(row, 0, label, &formats.label)?;
        match &piece {
            Out::Text(text) if !text.starts_with(['=', '+', '-', '@']) => {
                sheet.write_string_with_format(row, 1, text, &formats.wrapped)?;
            }
            Out::Number(number) | Out::Only(number) => {
                sheet.write_number_with_format(row, 1, *number, &formats.number_left)?;
            }
            other => write_cell(sheet, row, 1, other, formats)?,
        }
        let [_, of_value, of_about] = FORM_WIDTHS;
        let mut tall = lines(&text_of(&piece, Language::German), of_value);
        if part == 0 {
            sheet.write_string_with_format(row, 2, about, &formats.faint)?;
            tall = tall.max(lines(about, of_about));
        }
        sheet.set_row_height(row, height(tall))?;
        row += 1;
    }
    Ok(row)
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Out,
    formats: &Formats,
) -> Result<(), WriteError> {
    match cell {
        Out::Empty => {}
        Out::Text(text) => {
            let is_like_formula = text.starts_with(['=', '+', '-', '@']);
            let format = if is_like_formula { &formats.quoted } else { &formats.text };
            sheet.write_string_with_format(row, column, text, format)?;
        }
        Out::Number(number) | Out::Only(number) => {
            sheet.write_number_with_format(row, column, *number, &formats.number)?;
        }
        Out::Date(date) => {
            sheet.write_number_with_format(row, column, serial(*date), &formats.date)?;
        }
        Out::Time(minutes) => {
            sheet.write_number_with_format(
                row,
                column,
                f64::from(*minutes) / 1440.0,
                &formats.time,
            )?;
        }
        // As a number it would be a whole day.
        Out::Moment(_, 0) => {
            sheet.write_string_with_format(
                row,
                column,
                text_of(cell, Language::English),
                &formats.text,
            )?;
        }
        Out::Moment(date, seconds) => {
            let number = serial(*date) + f64::from(*seconds) / 86_400.0;
            sheet.write_number_with_format(row, column, number, &formats.moment)?;
        }
    }
    Ok(())
}

/// The serial number of a date.
fn serial(date: NaiveDate) -> f64 {
    let first = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    date.signed_duration_since(first).num_days() as f64
}

/// How many cells a column needs beside each other for its longest text.
fn most_parts(table: &Table, column: usize) -> usize {
    let count = |row: &Vec<Out>| match row.get(column) {
        Some(Out::Text(text)) if text.len() > LONGEST => split(&Out::Text(text.clone())).len(),
        _ => 1,
    };
    table.rows.iter().map(count).max().unwrap_or(1)
}

/// A cell, or as many as its text needs.
fn split(cell: &Out) -> Vec<Out> {
    let Out::Text(text) = cell else { return vec![cell.clone()] };
    if text.len() <= LONGEST {
        return vec![cell.clone()];
    }
    let (mut pieces, mut piece, mut length) = (Vec::new(), String::new(), 0);
    for character in text.chars() {
        if length + 2 > LONGEST {
            pieces.push(Out::Text(std::mem::take(&mut piece)));
            length = 0;
        }
        length += character.len_utf16();
        piece.push(character);
    }
    pieces.push(Out::Text(piece));
    pieces
}

/// How wide the columns of a form are: name, value and meaning; in characters, as all widths are.
const FORM_WIDTHS: [f64; 3] = [28.0, 44.0, 90.0];

/// The same of explanations: sheet, column and meaning.
const GUIDE_WIDTHS: [f64; 3] = [22.0, 34.0, 100.0];

/// Into how many lines `text` is broken in a column of that width. Not every program does it by itself.
fn lines(text: &str, width: f64) -> u32 {
    let broken = text.lines().map(|line| {
        let (mut count, mut used) = (1, 0.0);
        for word in line.split(' ') {
            let length = word.chars().count() as f64;
            if used > 0.0 && used + length > width {
                count += 1;
                used = 0.0;
            }
            // A word that does not fit is broken anywhere.
            count += ((used + length) / width).ceil().max(1.0) as u32 - 1;
            used += length + 1.0;
        }
        count
    });
    broken.sum::<u32>().max(1)
}

/// How high a row of so many lines is, in points; at most as high as a row can be.
fn height(lines: u32) -> f64 {
    (f64::from(lines) * 15.0).min(405.0)
}

/// How wide a column is: as its longest word, within reason.
fn width(table: &Table, column: usize) -> f64 {
    if table.shape == Shape::Form {
        return FORM_WIDTHS.get(column).copied().unwrap_or(20.0);
    }
    let heading = table.columns.get(column).map_or("", |head| head.heading.as_str());
    let longest_word =
        heading.split([' ', '-']).map(|word| word.chars().count()).max().unwrap_or(0);
    let cells = table.rows.iter().take(2_000).filter_map(|row| row.get(column));
    let longest =
        cells.map(|cell| text_of(cell, Language::German).chars().count()).max().unwrap_or(0);
    (longest.max(longest_word) as f64 + 2.0).clamp(8.0, 44.0)
}

/// Adds what can be chosen from in a column.
fn add_choice(
    sheet: &mut Worksheet,
    head: &Head,
    column: u16,
    table: &Table,
    all: &[Table],
    language: Language,
) -> Result<(), WriteError> {
    let list = match &head.choice {
        // A list of words takes several; a drop-down puts in one.
        Choice::Words(words) if words.iter().map(|word| word.len() + 1).sum::<usize>() < 250 => {
            DataValidation::new().allow_list_strings(words)?
        }
        Choice::Ids(key) => {
            let Some(from) = all.iter().find(|table| table.names.key == *key) else {
                return Ok(());
            };
            let last = from.rows.len() as u32 + ROOM;
            let name = from.names.of(language).replace('\'', "''");
            DataValidation::new()
                .allow_list_formula(Formula::new(format!("='{name}'!$A$2:$A${last}")))
        }
        Choice::Words(_) | Choice::Free => return Ok(()),
    };
    let (title, message) = match language {
        Language::English => {
            ("Not in the list", "This is none of the values of the list. Keep it all the same?")
        }
        Language::German => {
            ("Nicht in der Liste", "Dieser Wert steht nicht in der Liste. Trotzdem behalten?")
        }
    };
    let list = list
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title(title)?
        .set_error_message(message)?;
    let last = table.rows.len() as u32 + ROOM;
    sheet.add_data_validation(1, column, last, column, &list)?;
    Ok(())
}

fn write_guide(
    sheet: &mut Worksheet,
    object: &'static Object,
    formats: &Formats,
    language: Language,
) -> Result<(), WriteError> {
    let (name, headings) = match language {
        Language::English => (GUIDE[0], ["Sheet", "Column", "Meaning"]),
        Language::German => (GUIDE[1], ["Blatt", "Spalte", "Bedeutung"]),
    };
    sheet.set_name(name)?;
    for (column, heading) in headings.into_iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, heading, &formats.heading)?;
    }
    let rows = guide::rows(&Layout::of(object), language);
    for (index, [of, column, about]) in rows.iter().enumerate() {
        let row = index as u32 + 1;
        sheet.write_string_with_format(
            row,
            0,
            of,
            if column.is_empty() { &formats.label } else { &formats.text },
        )?;
        sheet.write_string_with_format(row, 1, column, &formats.text)?;
        sheet.write_string_with_format(row, 2, about, &formats.wrapped)?;
        sheet.set_row_height(row, height(lines(about, GUIDE_WIDTHS[2])))?;
    }
    for (column, width) in GUIDE_WIDTHS.into_iter().enumerate() {
        sheet.set_column_width(column as u16, width)?;
    }
    page(sheet, rows.len() as u32 + 1, 3)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_high_as_their_text() {
        for (text, width, expected) in [
            ("", 10.0, 1),
            ("Minuten", 10.0, 1),
            ("Minuten je weitere Person", 12.0, 3),
            ("one\ntwo", 20.0, 2),
            ("a word of twentythreeletters", 10.0, 3),
        ] {
            assert_eq!(lines(text, width), expected, "{text}");
        }
        assert_eq!(height(1000), 405.0);
    }
}
