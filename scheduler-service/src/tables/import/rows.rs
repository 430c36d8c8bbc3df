//! Rows of sheets as objects.

use std::sync::Arc;

use chrono::{Datelike as _, Days, NaiveDate};
use scheduler_core::scenario::wire::Kind;
use serde_json::{Map, Value, json};

use super::super::book::{Cell, Decimal, Looks, Row, Sheet};
use super::super::codes::{COLUMN_TWICE, STRAY, VALUE};
use super::super::found::Text;
use super::super::grid::{Grid, On, WEEKDAYS, is_every_day};
use super::super::layout::{Column, Role};
use super::super::origins::{Entry, GridColumns};
use super::super::values::{Day, decimal_evidence, is_empty_list, is_empty_object, moment, value};
use super::super::words::{meant, normal};
use super::super::write::FORM_HEADINGS;
use super::sheets::{Heading, is_own, part_of};
use super::{Reading, put};

/// Longest absence or closure that is told by two dates.
const MOST_DATES: u64 = 1_100;

/// The decimal sign of the numbers of a sheet that are texts: what one of them settles, if no other speaks
/// against it, else what is usual in such a file.
fn decimal_of<'a>(sheet: &Sheet, texts: impl Iterator<Item = &'a str>) -> Decimal {
    let (mut comma, mut point) = (false, false);
    for evidence in texts.filter_map(decimal_evidence) {
        comma |= evidence == Decimal::Comma;
        point |= evidence == Decimal::Point;
    }
    match (comma, point) {
        (true, false) => Decimal::Comma,
        (false, true) => Decimal::Point,
        (true, true) => Decimal::Unknown,
        (false, false) => sheet.decimal,
    }
}

fn is_number(column: &Column) -> bool {
    matches!(column.kind(), Kind::Number | Kind::Whole)
}

/// The cells that a value is spread over, each with its number.
type Parts<'a> = Vec<(usize, &'a Cell)>;

/// A value from its parts: one cell, or the texts of several.
fn joined(mut parts: Parts<'_>) -> Option<Cell> {
    parts.sort_by_key(|(part, _)| *part);
    match parts.as_slice() {
        [] => None,
        [(_, only)] => Some((*only).clone()),
        parts => {
            let text: String = parts
                .iter()
                .map(|(_, cell)| match cell {
                    Cell::Text(text) => text.to_string(),
                    Cell::Number(number, _) => super::super::values::shown_number(*number),
                    _ => String::new(),
                })
                .collect();
            Some(Cell::Text(Arc::from(text.as_str())))
        }
    }
}

impl Reading {
    /// Reads a sheet with a row for each field.
    pub(super) fn form(&mut self, of: usize, sheet: usize) {
        let (book, layout) = (Arc::clone(&self.book), Arc::clone(&self.layout));
        let (Some(of_book), Some(of_layout)) = (book.sheets.get(sheet), layout.sheets.get(of))
        else {
            return;
        };
        let header = of_book.rows.first().map_or(0, |row| row.index);
        self.hidden_and_merged(sheet, header, &[0, 1]);
        let is_of_number = |row: &Row| match row.cell(0) {
            Some(Cell::Text(label)) => {
                let name = normal(part_of(label).0);
                let known = of_layout.columns.iter().find(|column| column.is_called(&name));
                known.is_some_and(is_number)
            }
            _ => false,
        };
        let texts = of_book.rows.iter().filter_map(|row| match row.cell(1) {
            Some(Cell::Text(text)) if is_of_number(row) => Some(&**text),
            _ => None,
        });
        let decimal = decimal_of(of_book, texts);
        let mut found: Vec<(usize, Parts<'_>, u32)> = Vec::new();
        for (index, row) in of_book.rows.iter().enumerate() {
            let Some(Cell::Text(label)) = row.cell(0) else {
                if row.cell(0).is_some() || row.cell(1).is_some() {
                    let text = Text::new(
                        "the value has no name beside it; write in column A which field it is",
                        "Neben dem Wert steht kein Name. Schreiben Sie in Spalte A, welche Angabe es ist.",
                    );
                    self.report_cell(
                        STRAY,
                        (sheet, row.index, u32::from(row.cell(0).is_none())),
                        text,
                    );
                }
                continue;
            };
            let is_heading =
                index == 0 && FORM_HEADINGS.iter().any(|heading| normal(heading) == normal(label));
            if is_heading || is_own(label) {
                continue;
            }
            let (bare, part) = part_of(label);
            let name = normal(bare);
            let known = of_layout.columns.iter().position(|column| column.is_called(&name));
            let Some(known) = known else {
                self.unknown_column(of, (sheet, row.index, 0));
                continue;
            };
            let Some(cell) = row.cell(1) else {
                self.place_column(of, known, row.index);
                continue;
            };
            match found.iter_mut().find(|(other, ..)| *other == known) {
                Some((_, parts, _)) if parts.iter().any(|(other, _)| *other == part) => {
                    let text = Text::new(
                        format!("{:?} is there twice; keep one", label.trim()),
                        format!("„{}“ steht zweimal da. Behalten Sie eines.", label.trim()),
                    );
                    self.report_cell(COLUMN_TWICE, (sheet, row.index, 0), text);
                }
                Some((_, parts, _)) => parts.push((part, cell)),
                None => {
                    self.place_column(of, known, row.index);
                    found.push((known, vec![(part, cell)], row.index));
                }
            }
        }
        let mut object = Map::new();
        for (known, parts, row) in found {
            let (Some(column), Some(cell)) = (of_layout.columns.get(known), joined(parts)) else {
                continue;
            };
            self.set(&mut object, column, &cell, decimal, (sheet, row, 1));
        }
        if of_layout.steps.is_empty() {
            self.root.extend(object);
        } else if !object.is_empty() {
            put(&mut self.root, &of_layout.steps, Value::Object(object));
        }
    }

    fn place_column(&mut self, of: usize, column: usize, at: u32) {
        let places = self.origins.sheets.get_mut(of);
        if let Some(place) = places.and_then(|places| places.columns.get_mut(column))
            && place.is_none()
        {
            *place = Some(at);
        }
    }

    /// Reads what a cell says of a field into `object`.
    fn set(
        &mut self,
        object: &mut Map<String, Value>,
        column: &Column,
        cell: &Cell,
        decimal: Decimal,
        at: (usize, u32, u32),
    ) {
        let Some(field) = column.field else { return };
        let text = |cell: &Cell| match cell {
            Cell::Text(text) => text.to_string(),
            _ => String::new(),
        };
        match column.role {
            Role::EmptyList if is_empty_list(&text(cell)) => put(object, &column.path, json!([])),
            Role::EmptyObject if is_empty_object(&text(cell)) => {
                if super::get(object, &column.path).is_none() {
                    put(object, &column.path, json!({}));
                }
            }
            Role::EmptyList | Role::EmptyObject => {
                let text = Text::new(
                    "write (none) for a list without entries or (empty) where nothing is said, or leave the cell empty",
                    "Schreiben Sie (keine) für eine Liste ohne Einträge oder (leer), wo nichts gesagt ist, oder lassen Sie die Zelle leer.",
                );
                self.report_cell(VALUE, at, text);
            }
            Role::Value => match value(cell, field, &self.context(decimal)) {
                Ok(Some(value)) => put(object, &column.path, value),
                Ok(None) => {}
                Err(wrong) => {
                    if field.name == "id" {
                        self.doubts.ids = true;
                    }
                    self.report_cell(wrong.code, at, wrong.text);
                }
            },
            Role::Parent(_) | Role::Number => {}
        }
    }

    /// Reads a sheet with a row for each entry.
    pub(super) fn table(&mut self, of: usize, sheet: usize) {
        let (book, layout) = (Arc::clone(&self.book), Arc::clone(&self.layout));
        let (Some(of_book), Some(of_layout)) = (book.sheets.get(sheet), layout.sheets.get(of))
        else {
            return;
        };
        let Some((header, rows)) = of_book.rows.split_first() else { return };
        let headings = self.headings(of, sheet, header, &|_| true, &mut |_, _| false);
        for heading in headings.iter().filter(|heading| heading.part == 1) {
            self.place_column(of, heading.column, heading.at);
        }
        let used: Vec<u32> = headings.iter().map(|heading| heading.at).collect();
        self.hidden_and_merged(sheet, header.index, &used);
        let columns = &of_layout.columns;
        let numbers: Vec<u32> = headings
            .iter()
            .filter(|heading| columns.get(heading.column).is_some_and(is_number))
            .map(|heading| heading.at)
            .collect();
        let texts =
            rows.iter().flat_map(|row| &row.cells).filter_map(|(column, cell)| match cell {
                Cell::Text(text) if numbers.contains(column) => Some(&**text),
                _ => None,
            });
        let decimal = decimal_of(of_book, texts);
        let dates_field = of_layout.steps.last().map(|list| format!("{list}_on"));
        let dates_field = dates_field.filter(|name| self.is_dates(of_layout.parent, name));
        let most = headings.iter().map(|heading| heading.part).max().unwrap_or(1);
        for row in rows {
            self.strays(sheet, header, row, &used);
            let cells = cells_of(row, &headings, most);
            if cells.is_empty() {
                continue;
            }
            let parent = self.parent_of(of, sheet, row, &cells, columns);
            if let (Some(field), Some(parent)) = (&dates_field, parent)
                && self.whole_days(of, sheet, row, &cells, columns, (field, parent))
            {
                continue;
            }
            if dates_field.is_some() && parent.is_none() {
                // Whose days they are has to be known to read them.
                continue;
            }
            let mut object = Map::new();
            for (column, cell, at) in &cells {
                let Some(column) = columns.get(*column) else { continue };
                self.set(&mut object, column, cell, decimal, (sheet, row.index, *at));
            }
            // Whose entry is not known has been reported.
            if let Some(parent) = parent {
                let number = number_of(&cells, columns);
                let entry = Entry { sheet, row: row.index, cell: None, parent };
                self.add(of, entry, object, number);
            }
        }
    }

    /// Reports values in columns without heading.
    fn strays(&mut self, sheet: usize, header: &Row, row: &Row, used: &[u32]) {
        for (column, _) in &row.cells {
            if !used.contains(column) && header.cell(*column).is_none() {
                let text = Text::new(
                    "the column has no heading, so that nobody knows what this value is; write one, or delete the value",
                    "Die Spalte hat keine Überschrift, also weiß niemand, was dieser Wert ist. Schreiben Sie eine, oder löschen Sie den Wert.",
                );
                self.report_cell(STRAY, (sheet, row.index, *column), text);
            }
        }
    }

    /// Whether the entries of a sheet have that list of dates beside this list of times.
    fn is_dates(&self, parent: Option<usize>, name: &str) -> bool {
        let parent = parent.and_then(|parent| self.layout.sheets.get(parent));
        parent.and_then(|parent| parent.object.field(name)).is_some_and(
            |field| matches!(field.kind, Kind::List(&Kind::Form(form)) if form.format == "date"),
        )
    }

    /// Reads a row that is two dates without times: whole days, which go into the list of dates.
    fn whole_days(
        &mut self,
        of: usize,
        sheet: usize,
        row: &Row,
        cells: &[(usize, Cell, u32)],
        columns: &[Column],
        (field, parent): (&str, usize),
    ) -> bool {
        let day = |name: &str| {
            let of_field = |known: &&(usize, Cell, u32)| {
                columns.get(known.0).is_some_and(|column| column.path == [name])
            };
            let (_, cell, at) = cells.iter().find(of_field)?;
            match moment(cell, &self.context(Decimal::Unknown)) {
                Ok(Day::Date(date)) => Some((date, *at)),
                _ => None,
            }
        };
        let has_until = cells.iter().any(|(column, ..)| {
            columns.get(*column).is_some_and(|column| column.path == ["until"])
        });
        let Some((from, at)) = day("from") else { return false };
        let Some((until, _)) = (if has_until { day("until") } else { Some((from, at)) }) else {
            return false;
        };
        let count = until.signed_duration_since(from).num_days();
        let Some(count) = u64::try_from(count).ok().filter(|&count| count < MOST_DATES) else {
            let text = Text::new(
                format!(
                    "the days from {from} to {until} are none, or more than {MOST_DATES}; correct one of them"
                ),
                format!(
                    "Von {from} bis {until} sind es keine Tage oder mehr als {MOST_DATES}. Berichtigen Sie einen davon."
                ),
            );
            self.report_cell(VALUE, (sheet, row.index, at), text);
            return true;
        };
        let days = (0..=count).filter_map(|days| from.checked_add_days(Days::new(days)));
        let days: Vec<Value> = days.map(|day| json!(day.to_string())).collect();
        let parent_sheet = self.layout.sheets.get(of).and_then(|sheet| sheet.parent);
        let rows = parent_sheet.and_then(|parent| self.rows.get_mut(parent));
        if let Some(object) = rows.and_then(|rows| rows.get_mut(parent)) {
            let list = object.entry(field).or_insert_with(|| json!([]));
            if let Value::Array(list) = list {
                list.extend(days);
            }
        }
        true
    }

    /// Reads a sheet that is a grid of a list.
    pub(super) fn grid(&mut self, of: usize, grid: &'static Grid, sheet: usize) {
        let (book, layout) = (Arc::clone(&self.book), Arc::clone(&self.layout));
        let (Some(of_book), Some(of_layout)) = (book.sheets.get(sheet), layout.sheets.get(of))
        else {
            return;
        };
        let Some((header, rows)) = of_book.rows.split_first() else { return };
        let columns = &of_layout.columns;
        let is_fixed = |column: usize| {
            columns
                .get(column)
                .is_some_and(|column| grid.fixed.iter().any(|field| column.path == [*field]))
        };
        let mut days: Vec<(u32, On)> = Vec::new();
        let from_1904 = book.from_1904;
        let headings = self.headings(of, sheet, header, &is_fixed, &mut |at, cell| {
            let on = day_of(cell, columns, from_1904);
            days.extend(on.map(|on| (at, on)));
            on.is_some()
        });
        let used: Vec<u32> =
            headings.iter().map(|heading| heading.at).chain(days.iter().map(|day| day.0)).collect();
        self.hidden_and_merged(sheet, header.index, &used);
        let of_days = |column: u32| days.iter().any(|(at, _)| *at == column);
        let texts =
            rows.iter().flat_map(|row| &row.cells).filter_map(|(column, cell)| match cell {
                Cell::Text(text) if of_days(*column) => Some(&**text),
                _ => None,
            });
        let decimal = decimal_of(of_book, texts);
        let fixed = headings
            .iter()
            .filter_map(|heading| Some((*columns.get(heading.column)?.path.first()?, heading.at)));
        let places = Arc::new(GridColumns { grid, fixed: fixed.collect() });
        let value_column = columns.iter().find(|column| column.path == [grid.value]).cloned();
        let (mut objects, mut filled) = (Vec::new(), Vec::new());
        for row in rows {
            self.strays(sheet, header, row, &used);
            let mut object = Map::new();
            for (column, cell, at) in cells_of(row, &headings, 1) {
                let Some(column) = columns.get(column) else { continue };
                self.set(&mut object, column, &cell, decimal, (sheet, row.index, at));
            }
            objects.push(object);
            filled.push(row);
        }
        for (row, day) in grid.order(&objects, days.len()) {
            let (Some(object), Some(of_row), Some(&(at, on))) =
                (objects.get(row), filled.get(row), days.get(day))
            else {
                continue;
            };
            let (Some(cell), Some(column)) = (of_row.cell(at), &value_column) else { continue };
            let mut read = Map::new();
            self.set(&mut read, column, cell, decimal, (sheet, of_row.index, at));
            let Some(number) = read.remove(grid.value) else { continue };
            let Value::Object(entry) = places.grid.entry(object, on, number) else { continue };
            let place = Entry {
                sheet,
                row: of_row.index,
                cell: Some((at, Arc::clone(&places))),
                parent: 0,
            };
            self.add(of, place, entry, None);
        }
        if let Some(places) = self.origins.sheets.get_mut(of)
            && places.sheet.is_none()
        {
            places.sheet = Some(sheet);
        }
    }
}

/// The values of a row, each with its column of the layout and of the sheet.
fn cells_of(row: &Row, headings: &[Heading], most: usize) -> Vec<(usize, Cell, u32)> {
    if most == 1 {
        let cells = headings.iter().filter_map(|heading| {
            Some((heading.column, row.cell(heading.at)?.clone(), heading.at))
        });
        return cells.collect();
    }
    let first = headings.iter().filter(|heading| heading.part == 1);
    first
        .filter_map(|heading| {
            let same = headings.iter().filter(|other| other.column == heading.column);
            let parts = same.filter_map(|other| Some((other.part, row.cell(other.at)?)));
            Some((heading.column, joined(parts.collect())?, heading.at))
        })
        .collect()
}

/// The number of a row, as its column says.
fn number_of(cells: &[(usize, Cell, u32)], columns: &[Column]) -> Option<(String, u32)> {
    let is_number = |known: &&(usize, Cell, u32)| {
        columns.get(known.0).is_some_and(|column| column.role == Role::Number)
    };
    let (_, cell, at) = cells.iter().find(is_number)?;
    let text = match cell {
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number, _) => super::super::values::shown_number(*number),
        _ => return None,
    };
    Some((text, *at))
}

/// The days that a heading of a grid is about.
fn day_of(cell: &Cell, columns: &[Column], from_1904: bool) -> Option<On> {
    let weekdays = columns.iter().find_map(|column| match column.kind() {
        Kind::List(&Kind::Words(words)) if column.path == ["days"] => Some(words),
        _ => None,
    });
    if let Cell::Text(text) = cell {
        if is_every_day(text) {
            return Some(On::EveryDay);
        }
        if let Some(day) = weekdays.and_then(|words| meant(words, &normal(text))) {
            return WEEKDAYS.into_iter().find(|known| *known == day).map(On::Weekday);
        }
    }
    let context =
        super::super::values::Context { decimal: Decimal::Unknown, from_1904, zone: None };
    let is_date = matches!(cell, Cell::Text(_) | Cell::Number(_, Looks::Date | Looks::DateTime));
    match moment(cell, &context) {
        Ok(Day::Date(date)) if is_date && is_usual(date) => Some(On::Date(date)),
        _ => None,
    }
}

fn is_usual(date: NaiveDate) -> bool {
    (1900..3000).contains(&date.year())
}
