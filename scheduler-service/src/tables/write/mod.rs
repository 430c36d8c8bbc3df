//! From a scenario, or whatever else the format defines, to tables.

mod cells;
mod csv;
mod guide;
mod xlsx;

use scheduler_core::report::Language;
use scheduler_core::scenario::wire::{Field, Object};
use scheduler_core::time::Zone;
use serde_json::{Map, Value};

use super::grid::{Drawn, GRIDS, Grid, On};
use super::layout::{Column, Layout, Role, Shape, SheetLayout, part_id};
use super::words::{self, Names};

pub use cells::Out;
pub use csv::{NamedText, csv_folder, csv_table};
pub use xlsx::{WriteError, plain_workbook, workbook};

/// The names of the sheet with explanations.
pub const GUIDE: [&str; 2] = ["Explanations", "Erläuterungen"];

/// The headings of the columns of a form.
pub const FORM_HEADINGS: [&str; 2] = ["Field", "Angabe"];

/// A sheet to write.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it is called.
    pub names: Names,
    /// Its form.
    pub shape: Shape,
    /// Its columns; of a form its name, value and meaning.
    pub columns: Vec<Head>,
    /// Its rows.
    pub rows: Vec<Vec<Out>>,
    /// Whether it has anything but headings.
    pub is_filled: bool,
}

/// A column to write.
#[derive(Debug, Clone)]
pub struct Head {
    /// Its heading.
    pub heading: String,
    /// What it means; empty where that is clear.
    pub about: String,
    /// The field, for formats and drop-downs.
    pub field: Option<&'static Field>,
    /// What may be chosen from.
    pub choice: Choice,
}

/// What may be chosen from in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Nothing.
    Free,
    /// Some words.
    Words(Vec<String>),
    /// The ids of the sheet with that key.
    Ids(&'static str),
}

/// The tables of `value`, which is what `object` defines.
pub fn tables(object: &'static Object, value: &Value, language: Language) -> Vec<Table> {
    let layout = Layout::of(object);
    let zone = value.get("time_zone").and_then(Value::as_str);
    let zone = zone.and_then(|zone| Zone::new(zone).ok());
    let writing = Writing { layout: &layout, zone, language, rows: rows(&layout, value) };
    let mut tables = Vec::new();
    for (index, sheet) in layout.sheets.iter().enumerate() {
        match sheet.shape {
            Shape::Form => tables.push(writing.form(sheet, value)),
            Shape::Table => {
                let grid = GRIDS.iter().find(|grid| grid.of == sheet.key);
                let drawn = grid.and_then(|grid| writing.grid(index, grid));
                let in_grid = drawn.as_ref().map_or(0, |(_, count)| *count);
                tables.push(writing.table(index, sheet, in_grid));
                tables.extend(grid.map(|grid| match &drawn {
                    Some((drawn, _)) => writing.grid_table(sheet, grid, drawn),
                    None => writing.grid_table(sheet, grid, &writing.empty_grid()),
                }));
            }
        }
    }
    tables
}

/// A row of a sheet: the row that it belongs to, its place among those, and what it is.
struct Line<'a> {
    parent: usize,
    position: usize,
    object: &'a Map<String, Value>,
}

/// The rows of all sheets.
fn rows<'a>(layout: &Layout, value: &'a Value) -> Vec<Vec<Line<'a>>> {
    let mut all: Vec<Vec<Line<'a>>> = Vec::with_capacity(layout.sheets.len());
    for sheet in &layout.sheets {
        let mut lines = Vec::new();
        if sheet.shape == Shape::Table {
            match sheet.parent {
                None => add_lines(&mut lines, 0, value.as_object(), &sheet.steps),
                Some(parent) => {
                    for (index, line) in all.get(parent).into_iter().flatten().enumerate() {
                        add_lines(&mut lines, index, Some(line.object), &sheet.steps);
                    }
                }
            }
        }
        all.push(lines);
    }
    all
}

fn add_lines<'a>(
    to: &mut Vec<Line<'a>>,
    parent: usize,
    from: Option<&'a Map<String, Value>>,
    steps: &[&str],
) {
    let list = from.and_then(|from| at(from, steps)).and_then(Value::as_array);
    for (position, entry) in list.into_iter().flatten().enumerate() {
        to.extend(entry.as_object().map(|object| Line { parent, position, object }));
    }
}

fn at<'a>(from: &'a Map<String, Value>, path: &[&str]) -> Option<&'a Value> {
    let (last, before) = path.split_last()?;
    let mut here = from;
    for step in before {
        here = here.get(*step)?.as_object()?;
    }
    here.get(*last)
}

struct Writing<'a> {
    layout: &'a Layout,
    zone: Option<Zone>,
    language: Language,
    rows: Vec<Vec<Line<'a>>>,
}

impl Writing<'_> {
    fn form(&self, sheet: &SheetLayout, value: &Value) -> Table {
        let (name, heading, about) = match self.language {
            Language::English => (FORM_HEADINGS[0], "Value", "Meaning"),
            Language::German => (FORM_HEADINGS[1], "Wert", "Bedeutung"),
        };
        let head = |heading: &str| Head {
            heading: heading.to_owned(),
            about: String::new(),
            field: None,
            choice: Choice::Free,
        };
        let root = value.as_object();
        let here = match sheet.steps.as_slice() {
            [] => root,
            steps => root.and_then(|root| at(root, steps)).and_then(Value::as_object),
        };
        let (mut rows, mut is_filled) = (Vec::new(), false);
        for column in &sheet.columns {
            let cell = here.map_or(Out::Empty, |object| self.cell(column, object));
            let is_presence = matches!(column.role, Role::EmptyList | Role::EmptyObject);
            if cell == Out::Empty && is_presence {
                continue;
            }
            is_filled |= cell != Out::Empty;
            let heading = self.heading(column);
            rows.push(vec![Out::Text(heading), cell, Out::Text(self.about(column))]);
        }
        Table {
            names: sheet.names.clone(),
            shape: Shape::Form,
            columns: vec![head(name), head(heading), head(about)],
            rows,
            is_filled,
        }
    }

    /// The rows of a sheet but the first, which are in its grid.
    fn table(&self, index: usize, sheet: &SheetLayout, in_grid: usize) -> Table {
        let lines = self.rows.get(index);
        let lines = || lines.into_iter().flatten().skip(in_grid);
        let has_children = (0..self.layout.sheets.len()).any(|other| {
            let is_child =
                self.layout.sheets.get(other).is_some_and(|sheet| sheet.parent == Some(index));
            is_child && self.rows.get(other).is_some_and(|rows| !rows.is_empty())
        });
        // An entry that says nothing but that it is there would be an empty row.
        let is_blank = |line: &Line<'_>| {
            sheet.columns.iter().all(|column| match column.role {
                Role::Parent(_) => false,
                Role::Number => true,
                _ => self.cell(column, line.object) == Out::Empty,
            })
        };
        let is_numbered = has_children || lines().any(is_blank);
        let is_shown = |column: &&Column| match column.role {
            Role::Parent(_) | Role::Value => true,
            Role::Number => is_numbered,
            Role::EmptyList | Role::EmptyObject => {
                lines().any(|line| self.cell(column, line.object) != Out::Empty)
            }
        };
        let columns: Vec<&Column> = sheet.columns.iter().filter(is_shown).collect();
        let row = |line: &Line<'_>| {
            let cell = |column: &&Column| match column.role {
                Role::Parent(level) => self.key_of(index, line, level),
                Role::Number => Out::Number((line.position + 1) as f64),
                _ => self.cell(column, line.object),
            };
            columns.iter().map(cell).collect()
        };
        let rows: Vec<Vec<Out>> = lines().map(row).collect();
        Table {
            names: sheet.names.clone(),
            shape: Shape::Table,
            columns: columns.iter().map(|column| self.head(sheet, column)).collect(),
            is_filled: !rows.is_empty(),
            rows,
        }
    }

    /// The id or number of the row, `level` sheets above the next one up, that `line` belongs to.
    fn key_of(&self, index: usize, line: &Line<'_>, level: usize) -> Out {
        let mut sheet = self.layout.sheets.get(index).and_then(|sheet| sheet.parent);
        let mut row = line.parent;
        for _ in 0..level {
            let above =
                sheet.and_then(|sheet| self.rows.get(sheet)?.get(row)).map(|line| line.parent);
            sheet = sheet.and_then(|sheet| self.layout.sheets.get(sheet)?.parent);
            row = above.unwrap_or(0);
        }
        let Some(line) = sheet.and_then(|sheet| self.rows.get(sheet)?.get(row)) else {
            return Out::Empty;
        };
        match line.object.get("id").and_then(Value::as_str) {
            Some(id) => Out::Text(super::values::written_text(id)),
            None => Out::Number((line.position + 1) as f64),
        }
    }

    fn cell(&self, column: &Column, object: &Map<String, Value>) -> Out {
        let value = at(object, &column.path);
        match (column.role, value, column.field) {
            (Role::EmptyList, Some(Value::Array(list)), _) if list.is_empty() => {
                Out::Text(match self.language {
                    Language::English => "(none)".to_owned(),
                    Language::German => "(keine)".to_owned(),
                })
            }
            (Role::EmptyObject, Some(Value::Object(fields)), _) if fields.is_empty() => {
                Out::Text(match self.language {
                    Language::English => "(empty)".to_owned(),
                    Language::German => "(leer)".to_owned(),
                })
            }
            (Role::Value, Some(value), Some(field)) => {
                cells::cell(value, field, self.zone.as_ref(), self.language)
            }
            _ => Out::Empty,
        }
    }

    fn heading(&self, column: &Column) -> String {
        let name = column.names.of(self.language);
        let unit = column.field.map_or("", |field| words::unit(field.unit, self.language));
        let known = words::normal(name);
        if unit.is_empty() || known.contains(&words::normal(unit)) {
            return name.to_owned();
        }
        format!("{name} ({unit})")
    }

    /// What a column means, in one text.
    fn about(&self, column: &Column) -> String {
        guide::about(column, self.language)
    }

    fn head(&self, sheet: &SheetLayout, column: &Column) -> Head {
        let choice = match (column.role, column.field) {
            (Role::Parent(level), _) => self.ids_above(sheet, level),
            (Role::Value, Some(field)) => self.choice(field),
            _ => Choice::Free,
        };
        Head {
            heading: self.heading(column),
            about: self.about(column),
            field: column.field,
            choice,
        }
    }

    fn ids_above(&self, sheet: &SheetLayout, level: usize) -> Choice {
        let mut above = sheet.parent;
        for _ in 0..level {
            above = above.and_then(|above| self.layout.sheets.get(above)?.parent);
        }
        let above = above.and_then(|above| self.layout.sheets.get(above));
        let key = above
            .filter(|above| part_id(above.object).is_some())
            .and_then(|above| id_sheet(&above.key));
        key.map_or(Choice::Free, Choice::Ids)
    }

    /// What a field can be chosen from.
    fn choice(&self, field: &'static Field) -> Choice {
        use scheduler_core::scenario::wire::Kind;
        match field.kind {
            Kind::Words(words) => {
                let all =
                    words.words.iter().map(|word| words::word(words, word.word, self.language));
                Choice::Words(all.collect())
            }
            Kind::Switch => Choice::Words(cells::yes_no(self.language).map(str::to_owned).to_vec()),
            Kind::Text if field.codes.iter().any(|code| code.name == "reference.unknown") => {
                let key = match field.name {
                    "site" | "from" | "to" => "sites",
                    "service" => "services",
                    "room" => "rooms",
                    "staff" => "staff",
                    _ => return Choice::Free,
                };
                Choice::Ids(key)
            }
            _ => Choice::Free,
        }
    }

    /// The first entries of a sheet as a grid, and how many these are, where that is shorter than a list.
    fn grid(&self, index: usize, grid: &Grid) -> Option<(Drawn, usize)> {
        const WORTH_IT: usize = 14;
        let lines = self.rows.get(index)?;
        // What others name stands in the list.
        let has_children = self.layout.sheets.iter().zip(&self.rows);
        let has_children = has_children
            .into_iter()
            .any(|(sheet, rows)| sheet.parent == Some(index) && !rows.is_empty());
        if has_children {
            return None;
        }
        let mut entries: Vec<Value> =
            lines.iter().map(|line| Value::Object(line.object.clone())).collect();
        entries.truncate(grid.prefix(&entries));
        if entries.len() < WORTH_IT {
            return None;
        }
        let drawn = grid.of_entries(&entries).filter(|drawn| drawn.columns.len() > 1)?;
        Some((drawn, entries.len()))
    }

    fn empty_grid(&self) -> Drawn {
        let columns = super::grid::WEEKDAYS.iter().take(5).map(|day| On::Weekday(day)).collect();
        Drawn { rows: Vec::new(), columns, cells: Vec::new() }
    }

    fn grid_table(&self, sheet: &SheetLayout, grid: &Grid, drawn: &Drawn) -> Table {
        let column = |name: &str| sheet.columns.iter().find(|column| column.path == [name]);
        let is_used = |name: &str| {
            drawn.rows.is_empty() || drawn.rows.iter().any(|row| row.contains_key(name))
        };
        let fixed: Vec<&Column> = grid
            .fixed
            .iter()
            .filter(|name| is_used(name))
            .filter_map(|name| column(name))
            .collect();
        let value = column(grid.value);
        let days = column("days").and_then(|column| match column.kind() {
            scheduler_core::scenario::wire::Kind::List(
                &scheduler_core::scenario::wire::Kind::Words(words),
            ) => Some(words),
            _ => None,
        });
        let day_heading = |on: &On| match (on, self.language) {
            (On::Weekday(day), language) => {
                days.map_or_else(|| (*day).to_owned(), |words| words::word(words, day, language))
            }
            (On::Date(date), Language::English) => date.to_string(),
            (On::Date(date), Language::German) => date.format("%d.%m.%Y").to_string(),
            (On::EveryDay, Language::English) => "daily".to_owned(),
            (On::EveryDay, Language::German) => "täglich".to_owned(),
        };
        let mut columns: Vec<Head> = fixed.iter().map(|column| self.head(sheet, column)).collect();
        columns.extend(drawn.columns.iter().map(|on| Head {
            heading: day_heading(on),
            about: value.map(|column| self.about(column)).unwrap_or_default(),
            field: value.and_then(|column| column.field),
            choice: Choice::Free,
        }));
        let row = |(fields, cells): (&Map<String, Value>, &Vec<Option<Value>>)| {
            let mut row: Vec<Out> = fixed.iter().map(|column| self.cell(column, fields)).collect();
            row.extend(cells.iter().map(|cell| {
                match (cell, value.and_then(|column| column.field)) {
                    (Some(cell), Some(field)) => {
                        cells::cell(cell, field, self.zone.as_ref(), self.language)
                    }
                    _ => Out::Empty,
                }
            }));
            row
        };
        let rows: Vec<Vec<Out>> = drawn.rows.iter().zip(&drawn.cells).map(row).collect();
        Table {
            names: grid.names(),
            shape: Shape::Table,
            columns,
            is_filled: !rows.is_empty(),
            rows,
        }
    }
}

/// The key of a sheet, as drop-downs name it.
fn id_sheet(key: &str) -> Option<&'static str> {
    ["sites", "services", "rooms", "staff", "release", "operations.walk_ins"]
        .into_iter()
        .find(|known| *known == key)
}
