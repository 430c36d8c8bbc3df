//! Where in the tables the parts of a scenario come from.

use std::sync::Arc;

use super::book::{Book, Decimal, cell_name};
use super::found::At;
use super::grid::Grid;
use super::layout::{Layout, Role, Shape};
use super::values::{Context, shown};

/// Where entries and fields stand.
#[derive(Debug, Clone)]
pub struct Origins {
    book: Arc<Book>,
    layout: Arc<Layout>,
    /// For each sheet of the layout.
    pub(super) sheets: Vec<Places>,
}

/// Where what a sheet of the layout has stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    /// The sheet of the book, where there is one.
    pub(super) sheet: Option<usize>,
    /// For each column of the layout, its column; in forms its row.
    pub(super) columns: Vec<Option<u32>>,
    /// All entries.
    pub(super) entries: Vec<Entry>,
    /// For each entry of the parent, or once, the entries that belong to it in order.
    pub(super) children: Vec<Vec<usize>>,
}

/// Where an entry stands.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The sheet of the book.
    pub(super) sheet: usize,
    pub(super) row: u32,
    /// In a grid: the cell, and the columns of the fields of its row.
    pub(super) cell: Option<(u32, Arc<GridColumns>)>,
    /// The entry of the parent sheet.
    pub(super) parent: usize,
}

/// Where the fields of the rows of a grid are.
#[derive(Debug, Clone)]
pub(super) struct GridColumns {
    pub(super) grid: &'static Grid,
    pub(super) fixed: Vec<(&'static str, u32)>,
}

impl Origins {
    pub(super) fn new(book: Arc<Book>, layout: Arc<Layout>) -> Self {
        let sheets = layout
            .sheets
            .iter()
            .map(|sheet| Places { columns: vec![None; sheet.columns.len()], ..Places::default() });
        Self { sheets: sheets.collect(), book, layout }
    }

    /// The place of what a JSON pointer leads to: the cell, or the row or sheet that it is missing in.
    pub fn at(&self, pointer: &str) -> Option<At> {
        let tokens: Vec<String> = pointer
            .split('/')
            .skip(1)
            .map(|token| token.replace("~1", "/").replace("~0", "~"))
            .collect();
        let (mut here, mut path): (Option<(usize, usize)>, Vec<&str>) = (None, Vec::new());
        let mut left = tokens.iter().map(String::as_str);
        while let Some(token) = left.next() {
            path.push(token);
            let parent = here.map(|(sheet, _)| sheet);
            let list = self.layout.sheets.iter().position(|sheet| {
                sheet.shape == Shape::Table && sheet.parent == parent && sheet.steps == path
            });
            let Some(list) = list else { continue };
            let places = self.sheets.get(list)?;
            let above = here.map_or(0, |(_, entry)| entry);
            let Some(index) = left.next() else {
                return self.list(list).or_else(|| self.row(here?));
            };
            let entry = places.children.get(above)?.get(index.parse::<usize>().ok()?)?;
            here = Some((list, *entry));
            path.clear();
        }
        match here {
            Some(here) => self.field(here, &path),
            None => self.form_field(&path),
        }
    }

    /// The sheet that a list is in.
    fn list(&self, list: usize) -> Option<At> {
        let sheet = self.book.sheets.get(self.sheets.get(list)?.sheet?)?;
        Some(At { sheet: Arc::clone(&sheet.name), cell: String::new(), value: String::new() })
    }

    fn row(&self, (list, entry): (usize, usize)) -> Option<At> {
        let entry = self.sheets.get(list)?.entries.get(entry)?;
        match entry.cell {
            Some((column, _)) => self.cell(entry.sheet, entry.row, column),
            None => {
                let sheet = self.book.sheets.get(entry.sheet)?;
                let cell = (entry.row + 1).to_string();
                Some(At { sheet: Arc::clone(&sheet.name), cell, value: String::new() })
            }
        }
    }

    /// A field of an entry, or the row where it is missing.
    fn field(&self, here: (usize, usize), path: &[&str]) -> Option<At> {
        let (list, index) = here;
        let places = self.sheets.get(list)?;
        let entry = places.entries.get(index)?;
        if let Some((_, columns)) = &entry.cell {
            let fixed = columns.fixed.iter().find(|(field, _)| path.first() == Some(field));
            return match fixed {
                Some(&(_, column)) => self.cell(entry.sheet, entry.row, column),
                None => self.row(here),
            };
        }
        let columns = &self.layout.sheets.get(list)?.columns;
        let known = columns.iter().position(|column| {
            column.role == Role::Value && !column.path.is_empty() && path.starts_with(&column.path)
        });
        match known.and_then(|known| places.columns.get(known).copied().flatten()) {
            Some(column) => self.cell(entry.sheet, entry.row, column),
            None => self.row(here),
        }
    }

    /// A field of a form.
    fn form_field(&self, path: &[&str]) -> Option<At> {
        let forms = self.layout.sheets.iter().enumerate();
        let forms =
            forms.filter(|(_, sheet)| sheet.shape == Shape::Form && path.starts_with(&sheet.steps));
        let (index, form) = forms.max_by_key(|(_, sheet)| sheet.steps.len())?;
        let inside = path.get(form.steps.len()..)?;
        let places = self.sheets.get(index)?;
        let known = form.columns.iter().position(|column| {
            column.role == Role::Value
                && !column.path.is_empty()
                && inside.starts_with(&column.path)
        });
        match known.and_then(|known| places.columns.get(known).copied().flatten()) {
            Some(row) => self.cell(places.sheet?, row, 1),
            None => self.list(index),
        }
    }

    /// A cell with what it shows.
    pub(super) fn cell(&self, sheet: usize, row: u32, column: u32) -> Option<At> {
        let from_1904 = self.book.from_1904;
        let sheet = self.book.sheets.get(sheet)?;
        let place = sheet.rows.binary_search_by_key(&row, |row| row.index).ok();
        let cell = place.and_then(|place| sheet.rows.get(place)?.cell(column));
        let context = Context { decimal: Decimal::Unknown, from_1904, zone: None };
        let value = cell.map(|cell| shown(cell, &context)).unwrap_or_default();
        Some(At { sheet: Arc::clone(&sheet.name), cell: cell_name(row, column), value })
    }
}
