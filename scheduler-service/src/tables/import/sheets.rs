//! Which sheet is what, and what about a sheet keeps it from being read.

use std::sync::Arc;

use super::super::book::{Cell, Row, column_name};
use super::super::codes::{
    COLUMN_TWICE, COLUMN_UNKNOWN, HIDDEN, MERGED, NO_HEADER, SHEET_TWICE, SHEET_UNKNOWN,
};
use super::super::found::{At, Text};
use super::super::grid::{GRIDS, Grid};
use super::super::layout::Shape;
use super::super::values::nearest;
use super::super::words::normal;
use super::super::write::GUIDE;
use super::Reading;

/// What a heading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    /// Its column in the sheet.
    pub(super) at: u32,
    /// The column of the layout.
    pub(super) column: usize,
    /// Which part of a value that is too long for a cell, from 1.
    pub(super) part: usize,
}

/// Whether a sheet or column is somebody's own, which is not read.
pub(super) fn is_own(name: &str) -> bool {
    name.trim().starts_with(['_', '#'])
}

/// A heading without the number of its part, and that number.
pub(super) fn part_of(name: &str) -> (&str, usize) {
    let name = name.trim();
    let part = || {
        let (before, number) = name.strip_suffix(')')?.rsplit_once('(')?;
        let number: usize =
            number.trim().parse().ok().filter(|number| (2..=1000).contains(number))?;
        Some((before.trim(), number))
    };
    part().unwrap_or((name, 1))
}

impl Reading {
    /// Reads all sheets: forms, then tables in the order of the layout, then grids.
    pub(super) fn all_sheets(&mut self) {
        let book = Arc::clone(&self.book);
        let layout = Arc::clone(&self.layout);
        let mut tables: Vec<Option<usize>> = vec![None; layout.sheets.len()];
        let mut grids: Vec<(&'static Grid, usize)> = Vec::new();
        for (index, sheet) in book.sheets.iter().enumerate() {
            let name = normal(&sheet.name);
            if is_own(&sheet.name) || GUIDE.iter().any(|guide| normal(guide) == name) {
                continue;
            }
            let known = layout.find(&name);
            let grid = Grid::find(&name).filter(|grid| self.is_laid_out(grid));
            if known.is_none() && grid.is_none() {
                if sheet.rows.is_empty() {
                    continue;
                }
                self.unknown_sheet(index);
                continue;
            }
            if sheet.is_hidden && sheet.rows.len() > 1 {
                let text = Text::new(
                    "the sheet is hidden and has values; show it, or delete it",
                    "Das Blatt ist ausgeblendet und enthält Werte. Blenden Sie es ein, oder löschen Sie es.",
                );
                self.report(HIDDEN, self.sheet_at(index), text);
            }
            let other = match (known, grid) {
                (Some(known), _) => tables.get(known).copied().flatten(),
                (None, Some(grid)) => {
                    let mut same = grids.iter().filter(|(known, _)| known.of == grid.of);
                    same.next().map(|&(_, sheet)| sheet)
                }
                (None, None) => None,
            };
            match (known, grid) {
                // The first of two is read.
                _ if other.is_some() => {}
                (Some(known), _) => {
                    if let Some(place) = tables.get_mut(known) {
                        *place = Some(index);
                    }
                }
                (None, Some(grid)) => grids.push((grid, index)),
                (None, None) => {}
            }
            if let Some(other) = other {
                let other = book.sheets.get(other).map_or("", |sheet| &*sheet.name);
                let text = Text::new(
                    format!("the sheet {other:?} is about the same; keep one of them"),
                    format!(
                        "Das Blatt „{other}“ hat denselben Inhalt. Behalten Sie eines von beiden."
                    ),
                );
                self.report(SHEET_TWICE, self.sheet_at(index), text);
            }
        }
        for shape in [Shape::Form, Shape::Table] {
            for (of, sheet) in tables.iter().enumerate() {
                let Some(layout) = layout.sheets.get(of).filter(|sheet| sheet.shape == shape)
                else {
                    continue;
                };
                if let (Some(sheet), Some(places)) = (*sheet, self.origins.sheets.get_mut(of)) {
                    places.sheet = Some(sheet);
                }
                // What a grid has comes before what the list has.
                let same = grids.iter().filter(|(grid, _)| grid.of == layout.key);
                for &(grid, sheet) in same.filter(|_| shape == Shape::Table) {
                    self.grid(of, grid, sheet);
                }
                match (*sheet, shape) {
                    (Some(sheet), Shape::Form) => self.form(of, sheet),
                    (Some(sheet), Shape::Table) => self.table(of, sheet),
                    (None, _) => {}
                }
                if of == 0 {
                    self.read_zone();
                }
            }
        }
    }

    fn is_laid_out(&self, grid: &Grid) -> bool {
        self.layout.sheets.iter().any(|sheet| sheet.key == grid.of)
    }

    fn read_zone(&mut self) {
        let zone = self.root.get("time_zone").and_then(|zone| zone.as_str());
        self.zone = zone.and_then(|zone| scheduler_core::time::Zone::new(zone).ok());
    }

    fn unknown_sheet(&mut self, index: usize) {
        let name =
            self.book.sheets.get(index).map_or_else(String::new, |sheet| sheet.name.to_string());
        let layout = Arc::clone(&self.layout);
        let own = GRIDS.iter().map(Grid::names);
        let all: Vec<_> =
            layout.sheets.iter().map(|sheet| sheet.names.clone()).chain(own).collect();
        let names = all.iter().flat_map(|names| [names.en.as_str(), names.de.as_str()]);
        let (en, de) = match nearest(&name, names) {
            Some(known) => (
                format!("perhaps {known:?} is meant; rename it"),
                format!("Vielleicht ist „{known}“ gemeint; benennen Sie es um"),
            ),
            None => {
                let list = |of: fn(&super::super::words::Names) -> &str| {
                    let names: Vec<&str> = all.iter().map(of).collect();
                    names.join(", ")
                };
                (
                    format!("sheets are {}", list(|names| &names.en)),
                    format!("Blätter sind {}", list(|names| &names.de)),
                )
            }
        };
        self.doubts.sheets = true;
        let text = Text::new(
            format!("there is no sheet {name:?}: {en}, or begin its name with _ if it is your own"),
            format!(
                "Ein Blatt „{name}“ gibt es nicht. {de}, oder beginnen Sie seinen Namen mit _, wenn es Ihr eigenes ist."
            ),
        );
        self.report(SHEET_UNKNOWN, self.sheet_at(index), text);
    }

    /// What the headings of a sheet are; those that nobody knows are reported. `other` says of a heading
    /// that is no column of the layout whether it is known all the same.
    pub(super) fn headings(
        &mut self,
        of: usize,
        sheet: usize,
        header: &Row,
        allowed: &dyn Fn(usize) -> bool,
        other: &mut dyn FnMut(u32, &Cell) -> bool,
    ) -> Vec<Heading> {
        let layout = Arc::clone(&self.layout);
        let Some(of_layout) = layout.sheets.get(of) else { return Vec::new() };
        let mut headings: Vec<Heading> = Vec::new();
        let mut unknown = Vec::new();
        for (at, cell) in &header.cells {
            let Cell::Text(text) = cell else {
                if !other(*at, cell) {
                    unknown.push(*at);
                }
                continue;
            };
            if is_own(text) {
                continue;
            }
            let (bare, part) = part_of(text);
            let name = normal(bare);
            let mut columns = of_layout.columns.iter().enumerate();
            let known = columns.find(|(index, column)| allowed(*index) && column.is_called(&name));
            match known {
                Some((column, _)) => {
                    let heading = Heading { at: *at, column, part };
                    if headings.iter().any(|other| other.column == column && other.part == part) {
                        let text = Text::new(
                            format!("there are two columns {:?}; keep one", text.trim()),
                            format!(
                                "Die Spalte „{}“ gibt es zweimal. Behalten Sie eine.",
                                text.trim()
                            ),
                        );
                        self.report_cell(COLUMN_TWICE, (sheet, header.index, *at), text);
                    } else {
                        headings.push(heading);
                    }
                }
                None if other(*at, cell) => {}
                None => unknown.push(*at),
            }
        }
        let nothing_known = headings.is_empty();
        if let Some(sheet) = self.book.sheets.get(sheet)
            && !unknown.is_empty()
        {
            self.doubts.columns.insert(Arc::clone(&sheet.name));
        }
        if nothing_known && !unknown.is_empty() {
            let list = |of: fn(&super::super::words::Names) -> &str| {
                let names = of_layout.columns.iter().take(8).map(|column| of(&column.names));
                names.collect::<Vec<_>>().join(", ")
            };
            let text = Text::new(
                format!(
                    "the first row has none of the headings; they are {} …",
                    list(|names| &names.en)
                ),
                format!(
                    "Die erste Zeile hat keine der Überschriften. Es sind {} …",
                    list(|names| &names.de)
                ),
            );
            let at =
                self.sheet_at(sheet).map(|at| At { cell: (header.index + 1).to_string(), ..at });
            self.report(NO_HEADER, at, text);
            return headings;
        }
        for at in unknown {
            self.unknown_column(of, (sheet, header.index, at));
        }
        headings
    }

    /// A heading, or a field of a form, that there is not.
    pub(super) fn unknown_column(&mut self, of: usize, at: (usize, u32, u32)) {
        let layout = Arc::clone(&self.layout);
        let Some(of_layout) = layout.sheets.get(of) else { return };
        let name = self.origins.cell(at.0, at.1, at.2).map(|at| at.value).unwrap_or_default();
        let names = of_layout
            .columns
            .iter()
            .flat_map(|column| [column.names.en.as_str(), column.names.de.as_str()]);
        let (en, de) = match nearest(&name, names) {
            Some(known) => {
                (format!("perhaps {known:?} is meant"), format!("Vielleicht ist „{known}“ gemeint"))
            }
            None => {
                let list = |of: fn(&super::super::words::Names) -> &str| {
                    let names = of_layout.columns.iter().map(|column| of(&column.names));
                    names.collect::<Vec<_>>().join(", ")
                };
                (
                    format!("there are {}", list(|names| &names.en)),
                    format!("Es gibt {}", list(|names| &names.de)),
                )
            }
        };
        if let Some(sheet) = self.book.sheets.get(at.0) {
            self.doubts.columns.insert(Arc::clone(&sheet.name));
        }
        let text = Text::new(
            format!(
                "there is no {name:?} here: {en}; rename it, or begin it with _ if it is your own"
            ),
            format!(
                "„{name}“ gibt es hier nicht. {de}. Benennen Sie es um, oder beginnen Sie es mit _, wenn es Ihr eigenes ist."
            ),
        );
        self.report_cell(COLUMN_UNKNOWN, at, text);
    }

    /// Reports merged cells, and rows and columns that are hidden, where they hold what is read.
    pub(super) fn hidden_and_merged(&mut self, sheet: usize, header: u32, columns: &[u32]) {
        let book = Arc::clone(&self.book);
        let Some(of_book) = book.sheets.get(sheet) else { return };
        let used = |column: u32| columns.contains(&column);
        let last = of_book.rows.last().map_or(0, |row| row.index);
        for area in &of_book.merged {
            let is_used = (area.first.1..=area.last.1).take(20_000).any(used);
            if !is_used || area.last.0 < header || area.first.0 > last || area.first == area.last {
                continue;
            }
            let value = self
                .origins
                .cell(sheet, area.first.0, area.first.1)
                .map(|at| at.value)
                .unwrap_or_default();
            let at = At { sheet: Arc::clone(&of_book.name), cell: area.name(), value };
            self.doubts.columns.insert(Arc::clone(&of_book.name));
            let text = Text::new(
                "these cells are merged, so that only the first has a value; unmerge them and write the value into each",
                "Diese Zellen sind verbunden, so dass nur die erste einen Wert hat. Heben Sie die Verbindung auf, und schreiben Sie den Wert in jede.",
            );
            self.report(MERGED, Some(at), text);
        }
        let mut hidden: Vec<(u32, u32)> = Vec::new();
        let is_hidden = |row: &&Row| {
            row.is_hidden && row.index > header && row.cells.iter().any(|(column, _)| used(*column))
        };
        for row in of_book.rows.iter().filter(is_hidden) {
            match hidden.last_mut() {
                Some((_, last)) if *last + 1 == row.index => *last = row.index,
                _ => hidden.push((row.index, row.index)),
            }
        }
        for (first, last) in hidden {
            let cell = if first == last {
                format!("{}", first + 1)
            } else {
                format!("{}:{}", first + 1, last + 1)
            };
            let at = At { sheet: Arc::clone(&of_book.name), cell, value: String::new() };
            let text = Text::new(
                "these rows are hidden, by hand or by a filter, and have values; show them, or delete them",
                "Diese Zeilen sind ausgeblendet, von Hand oder durch einen Filter, und enthalten Werte. Blenden Sie sie ein, oder löschen Sie sie.",
            );
            self.report(HIDDEN, Some(at), text);
        }
        for &column in columns {
            let is_hidden = of_book
                .hidden_columns
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&column));
            if is_hidden
                && of_book.rows.iter().any(|row| row.index > header && row.cell(column).is_some())
            {
                let name = column_name(column);
                let at = At {
                    sheet: Arc::clone(&of_book.name),
                    cell: format!("{name}:{name}"),
                    value: String::new(),
                };
                let text = Text::new(
                    "this column is hidden and has values; show it, or delete it",
                    "Diese Spalte ist ausgeblendet und enthält Werte. Blenden Sie sie ein, oder löschen Sie sie.",
                );
                self.report(HIDDEN, Some(at), text);
            }
        }
    }
}
