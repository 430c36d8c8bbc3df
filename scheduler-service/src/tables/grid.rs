//! Lists as a grid: a row for each service and part of the day, a column for each weekday or date.
//!
//! Each filled cell is an entry. Its id follows from where it stands, and the entries come site by site,
//! column by column, row by row.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::words::{self, Names};

/// A list that may come as a grid.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    /// The sheet whose rows it has.
    pub of: &'static str,
    /// English and German name.
    names: (&'static str, &'static str),
    /// The fields that a row of the grid has; rows with the same first one belong together.
    pub fixed: &'static [&'static str],
    /// The field that the cells have.
    pub value: &'static str,
    about: (&'static str, &'static str),
}

/// All grids.
pub const GRIDS: &[Grid] = &[
    Grid {
        of: "demand",
        names: ("Demand grid", "Nachfrage Raster"),
        fixed: &["sites", "service", "from", "until", "pool"],
        value: "mean",
        about: (
            "Expected requests: a row for each service and part of the day, a column for each weekday or date.",
            "Erwartete Anfragen: eine Zeile je Leistung und Tageszeit, eine Spalte je Wochentag oder Datum.",
        ),
    },
    Grid {
        of: "operations.walk_ins",
        names: ("Walk-ins grid", "Spontankunden Raster"),
        fixed: &["site", "from", "until"],
        value: "per_hour",
        about: (
            "People an hour without an appointment: a row for each half hour or stretch, a column for each \
             weekday or date.",
            "Menschen je Stunde ohne Termin: eine Zeile je halbe Stunde oder Abschnitt, eine Spalte je \
             Wochentag oder Datum.",
        ),
    },
];

impl Grid {
    /// What people call it.
    pub fn names(&self) -> Names {
        Names {
            key: format!("{}.grid", self.of),
            en: self.names.0.to_owned(),
            de: self.names.1.to_owned(),
            about_en: self.about.0.to_owned(),
            about_de: self.about.1.to_owned(),
        }
    }

    /// The grid that is called `name`, which was [normalised](words::normal).
    pub fn find(name: &str) -> Option<&'static Self> {
        GRIDS.iter().find(|grid| grid.names().is(name))
    }

    /// The entry of a cell, from what its row has.
    pub fn entry(&self, row: &Map<String, Value>, on: On, value: Value) -> Value {
        let mut entry = row.clone();
        entry.insert("id".to_owned(), Value::String(self.id(row, on)));
        match on {
            On::Weekday(day) => drop(entry.insert("days".to_owned(), json!([day]))),
            On::Date(date) => {
                entry.insert("from_date".to_owned(), json!(date.to_string()));
                entry.insert("until_date".to_owned(), json!(date.to_string()));
            }
            On::EveryDay => {}
        }
        entry.insert(self.value.to_owned(), value);
        Value::Object(entry)
    }

    /// `mitte-passport-mon-07:30`.
    fn id(&self, row: &Map<String, Value>, on: On) -> String {
        let mut parts = Vec::new();
        for field in self.fixed {
            match row.get(*field) {
                Some(Value::Array(entries)) => {
                    let entries: Vec<&str> = entries.iter().filter_map(Value::as_str).collect();
                    parts.push(entries.join("+"));
                }
                Some(Value::String(text)) if matches!(*field, "site" | "service") => {
                    parts.push(text.clone());
                }
                _ => {}
            }
        }
        parts.push(match on {
            On::Weekday(day) => day.to_owned(),
            On::Date(date) => date.to_string(),
            On::EveryDay => "daily".to_owned(),
        });
        parts.extend(row.get("from").and_then(Value::as_str).map(str::to_owned));
        parts.join("-")
    }

    /// How many of the first entries may be those of a grid.
    pub fn prefix(&self, entries: &[Value]) -> usize {
        let fits = |entry: &&Value| {
            let fields = entry.as_object();
            fields.is_some_and(|fields| {
                let fixed = self.fixed.iter().filter_map(|&field| fields.get_key_value(field));
                let row: Map<String, Value> =
                    fixed.map(|(name, value)| (name.clone(), value.clone())).collect();
                let id = On::of(fields).map(|on| self.id(&row, on));
                id.is_some() && id.as_deref() == fields.get("id").and_then(Value::as_str)
            })
        };
        entries.iter().take_while(fits).count()
    }

    /// The grid of which `entries` are all entries in order: its rows, its columns, and its cells by row
    /// and column. Nothing where they are not exactly those of a grid.
    pub fn of_entries(&self, entries: &[Value]) -> Option<Drawn> {
        let (mut rows, mut columns): (Vec<Map<String, Value>>, Vec<On>) = (Vec::new(), Vec::new());
        let mut cells = BTreeMap::new();
        let mut places = BTreeMap::new();
        for entry in entries {
            let fields = entry.as_object()?;
            let row: Map<String, Value> = self
                .fixed
                .iter()
                .filter_map(|&field| Some((field.to_owned(), fields.get(field)?.clone())))
                .collect();
            let on = On::of(fields)?;
            let key = serde_json::to_string(&row).ok()?;
            let place = *places.entry(key).or_insert_with(|| {
                rows.push(row);
                rows.len() - 1
            });
            let column = columns.iter().position(|known| *known == on).unwrap_or_else(|| {
                columns.push(on);
                columns.len() - 1
            });
            if columns.len() > MOST_COLUMNS {
                return None;
            }
            cells.insert((place, column), fields.get(self.value)?.clone());
        }
        // Rows with the same first field together, and of these those with the same service, both as
        // they come; then by time.
        let text = |row: usize, field: &str| {
            rows.get(row)
                .and_then(|row| row.get(field))
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        let block = |row: usize| text(row, self.fixed.first().copied().unwrap_or_default());
        let mut ranks = BTreeMap::new();
        for row in 0..rows.len() {
            ranks.entry((block(row), String::new())).or_insert(row);
            ranks.entry((block(row), text(row, "service"))).or_insert(row);
        }
        let rank = |row: usize, service: String| ranks.get(&(block(row), service)).copied();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_cached_key(|&row| {
            (rank(row, String::new()), rank(row, text(row, "service")), text(row, "from"), row)
        });
        let mut sorted: Vec<usize> = (0..columns.len()).collect();
        sorted.sort_by_key(|&column| columns.get(column).map(|on| on.sort_key()));
        let drawn = Drawn {
            cells: order
                .iter()
                .map(|row| sorted.iter().map(|column| cells.remove(&(*row, *column))).collect())
                .collect(),
            rows: order.iter().filter_map(|&row| rows.get(row).cloned()).collect(),
            columns: sorted.iter().filter_map(|&column| columns.get(column).copied()).collect(),
        };
        (drawn.entries(self) == entries).then_some(drawn)
    }
}

/// More columns than a year has days are no grid that anybody reads.
const MOST_COLUMNS: usize = 400;

/// The days that a column of a grid is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// A weekday, as the format has it.
    Weekday(&'static str),
    /// A date.
    Date(NaiveDate),
    /// All days.
    EveryDay,
}

impl On {
    fn of(fields: &Map<String, Value>) -> Option<Self> {
        let date = |name: &str| fields.get(name)?.as_str()?.parse::<NaiveDate>().ok();
        match (fields.get("days"), date("from_date"), date("until_date")) {
            (Some(days), None, None) => {
                let [day] = days.as_array()?.as_slice() else { return None };
                Some(Self::Weekday(weekday(day.as_str()?)?))
            }
            (None, Some(from), Some(until)) if from == until => Some(Self::Date(from)),
            (None, None, None) => Some(Self::EveryDay),
            _ => None,
        }
    }

    fn sort_key(self) -> (u8, usize, Option<NaiveDate>) {
        match self {
            Self::EveryDay => (0, 0, None),
            Self::Weekday(day) => {
                (1, WEEKDAYS.iter().position(|known| *known == day).unwrap_or(7), None)
            }
            Self::Date(date) => (2, 0, Some(date)),
        }
    }
}

/// The weekdays, as the format has them.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn weekday(text: &str) -> Option<&'static str> {
    WEEKDAYS.into_iter().find(|day| *day == text)
}

/// Whether a heading says that all days are meant.
pub fn is_every_day(name: &str) -> bool {
    matches!(words::normal(name).as_str(), "daily" | "everyday" | "taeglich" | "jedentag")
}

/// A list as a grid.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// What each row has.
    pub rows: Vec<Map<String, Value>>,
    /// The days of each column.
    pub columns: Vec<On>,
    /// By row and column.
    pub cells: Vec<Vec<Option<Value>>>,
}

impl Drawn {
    /// The entries in order.
    pub fn entries(&self, grid: &Grid) -> Vec<Value> {
        let order = grid.order(&self.rows, self.columns.len());
        let cell = |(row, column): (usize, usize)| {
            let value = self.cells.get(row)?.get(column)?.clone()?;
            Some(grid.entry(self.rows.get(row)?, *self.columns.get(column)?, value))
        };
        order.into_iter().filter_map(cell).collect()
    }
}

impl Grid {
    /// The cells, by row and column, in the order of their entries: neighbouring rows with the same first
    /// field column by column.
    pub fn order(&self, rows: &[Map<String, Value>], columns: usize) -> Vec<(usize, usize)> {
        let first = |row: usize| rows.get(row).and_then(|row| row.get(*self.fixed.first()?));
        let (mut order, mut begin) = (Vec::new(), 0);
        while begin < rows.len() {
            let same = (begin..rows.len()).take_while(|&row| first(row) == first(begin)).count();
            for column in 0..columns {
                order.extend((begin..begin + same).map(|row| (row, column)));
            }
            begin += same;
        }
        order
    }
}
