//! Entries into what they belong to.

use std::collections::HashMap;
use std::sync::Arc;

use scheduler_core::scenario::wire::{Kind, Object};
use serde_json::{Map, Value};

use super::super::book::{Cell, Row};
use super::super::codes::{NUMBER_TWICE, REFERENCE};
use super::super::found::{At, Text};
use super::super::layout::{Column, Role, Shape, part_id};
use super::super::origins::Entry;
use super::super::values::{nearest, shown_number, trimmed, written_text};
use super::{Reading, get, put};

/// By what rows of a sheet are named: the entry that they belong to where a number tells them, and id or
/// number.
pub(super) type Keys = HashMap<(usize, String), usize>;

impl Reading {
    /// Adds an entry with its object.
    pub(super) fn add(
        &mut self,
        of: usize,
        entry: Entry,
        object: Map<String, Value>,
        number: Option<(String, u32)>,
    ) {
        let (Some(places), Some(rows)) = (self.origins.sheets.get_mut(of), self.rows.get_mut(of))
        else {
            return;
        };
        let index = rows.len();
        let above = entry.parent;
        if places.children.len() <= above {
            places.children.resize(above + 1, Vec::new());
        }
        let mut position = 0;
        if let Some(children) = places.children.get_mut(above) {
            children.push(index);
            position = children.len();
        }
        let has_id =
            self.layout.sheets.get(of).is_some_and(|sheet| part_id(sheet.object).is_some());
        let key = if has_id {
            object.get("id").and_then(Value::as_str).map(|id| (0, id.to_owned()))
        } else {
            Some((
                above,
                number.as_ref().map_or_else(|| position.to_string(), |(number, _)| number.clone()),
            ))
        };
        let place = (entry.sheet, entry.row);
        places.entries.push(entry);
        rows.push(object);
        let Some(key) = key else { return };
        // Ids that are there twice are found with the scenario.
        let keys = self.keys.get_mut(of);
        let is_taken = keys.is_some_and(|keys| keys.insert(key, index).is_some());
        if is_taken
            && !has_id
            && let Some((number, at)) = number
        {
            let text = Text::new(
                format!(
                    "the number {number} is there twice for the same entry; give one of the rows another"
                ),
                format!(
                    "Die Nummer {number} gibt es hier zweimal. Geben Sie einer der Zeilen eine andere."
                ),
            );
            self.report_cell(NUMBER_TWICE, (place.0, place.1, at), text);
        }
    }

    /// The entry of the parent sheet that a row belongs to; nothing, reported, where there is none.
    pub(super) fn parent_of(
        &mut self,
        of: usize,
        sheet: usize,
        row: &Row,
        cells: &[(usize, Cell, u32)],
        columns: &[Column],
    ) -> Option<usize> {
        let layout = Arc::clone(&self.layout);
        let Some(parent) = layout.sheets.get(of)?.parent else { return Some(0) };
        // The sheets above, the nearest first, each with the cell that names an entry of it.
        let mut above = vec![parent];
        while let Some(sheet) = above.last().and_then(|&last| layout.sheets.get(last))
            && part_id(sheet.object).is_none()
            && let Some(next) = sheet.parent
        {
            above.push(next);
        }
        let mut here = 0;
        for (level, &sheet_above) in above.iter().enumerate().rev() {
            let of_level = |known: &&(usize, Cell, u32)| {
                columns.get(known.0).is_some_and(|column| column.role == Role::Parent(level))
            };
            let names = columns
                .iter()
                .find(|column| column.role == Role::Parent(level))
                .map(|column| column.names.clone())?;
            let Some((_, cell, at)) = cells.iter().find(of_level) else {
                let at =
                    self.sheet_at(sheet).map(|at| At { cell: (row.index + 1).to_string(), ..at });
                let text = Text::new(
                    format!(
                        "the row does not say which {} it belongs to; fill in that column",
                        names.en
                    ),
                    format!(
                        "Die Zeile sagt nicht, wozu sie gehört. Füllen Sie die Spalte „{}“ aus.",
                        names.de
                    ),
                );
                self.report(REFERENCE, at, text);
                return None;
            };
            let key = match cell {
                Cell::Text(text) => unquoted(text),
                Cell::Number(number, super::super::book::Looks::Plain) => shown_number(*number),
                _ => String::new(),
            };
            match self.keys.get(sheet_above).and_then(|keys| keys.get(&(here, key.clone()))) {
                Some(&entry) => here = entry,
                None => {
                    if !self.is_doubtful(sheet_above) {
                        self.no_such(
                            sheet_above,
                            &key,
                            &names.en,
                            &names.de,
                            (sheet, row.index, *at),
                        );
                    }
                    return None;
                }
            }
        }
        Some(here)
    }

    /// Whether ids of a sheet may be missing for a reason that has been told.
    fn is_doubtful(&self, of: usize) -> bool {
        let sheet = self.origins.sheets.get(of).and_then(|places| places.sheet);
        let sheet = sheet.and_then(|sheet| self.book.sheets.get(sheet));
        let has_doubt = sheet.is_some_and(|sheet| self.doubts.columns.contains(&sheet.name));
        self.doubts.ids || self.doubts.sheets || has_doubt
    }

    fn no_such(&mut self, above: usize, key: &str, en: &str, de: &str, at: (usize, u32, u32)) {
        let mut known: Vec<&str> = self
            .rows
            .get(above)
            .into_iter()
            .flatten()
            .filter_map(|object| object.get("id").and_then(Value::as_str))
            .collect();
        known.truncate(10_000);
        let (hint_en, hint_de) = match nearest(key, known) {
            Some(near) => (
                format!("; perhaps {near:?} is meant"),
                format!(" Vielleicht ist „{near}“ gemeint."),
            ),
            None => {
                let sheet = self.layout.sheets.get(above).map(|sheet| sheet.names.clone());
                let (en, de) = sheet.map(|names| (names.en, names.de)).unwrap_or_default();
                (
                    format!("; add it to the sheet {en:?}, or correct it"),
                    format!(" Legen Sie es im Blatt „{de}“ an, oder berichtigen Sie es."),
                )
            }
        };
        let text = Text::new(
            format!("there is no {en} {key:?}{hint_en}"),
            format!("{de} „{key}“ gibt es nicht.{hint_de}"),
        );
        self.report_cell(REFERENCE, at, text);
    }

    /// Puts all entries where they belong and gives the whole.
    pub(super) fn assemble(&mut self) -> Map<String, Value> {
        let layout = Arc::clone(&self.layout);
        let mut root = std::mem::take(&mut self.root);
        for (of, sheet) in layout.sheets.iter().enumerate().rev() {
            if sheet.shape != Shape::Table {
                continue;
            }
            let mut objects = self.rows.get_mut(of).map(std::mem::take).unwrap_or_default();
            for object in &mut objects {
                complete(object, sheet.object);
            }
            let mut objects: Vec<Option<Map<String, Value>>> =
                objects.into_iter().map(Some).collect();
            let children = self
                .origins
                .sheets
                .get(of)
                .map(|places| places.children.as_slice())
                .unwrap_or_default();
            for (above, children) in children.iter().enumerate() {
                let list = children.iter().filter_map(|&child| objects.get_mut(child)?.take());
                let list: Vec<Value> = list.map(Value::Object).collect();
                if list.is_empty() {
                    continue;
                }
                let to = match sheet.parent {
                    None => Some(&mut root),
                    Some(parent) => self.rows.get_mut(parent).and_then(|rows| rows.get_mut(above)),
                };
                if let Some(to) = to {
                    put(to, &sheet.steps, Value::Array(list));
                }
            }
        }
        complete(&mut root, layout.sheets.first().map_or(&NOTHING, |sheet| sheet.object));
        root
    }
}

const NOTHING: Object = Object { name: "", about: "", constant: None, base: None, own: &[] };

/// Adds what tables cannot show: lists that must be there and have no entry, and objects whose fields are
/// all left out.
fn complete(object: &mut Map<String, Value>, of: &Object) {
    for field in of.fields() {
        match field.kind {
            Kind::List(_) if field.required && get(object, &[field.name]).is_none() => {
                object.insert(field.name.to_owned(), Value::Array(Vec::new()));
            }
            Kind::Object(part) => {
                if field.required && !object.contains_key(field.name) {
                    object.insert(field.name.to_owned(), Value::Object(Map::new()));
                }
                if let Some(Value::Object(inside)) = object.get_mut(field.name) {
                    complete(inside, part);
                }
            }
            _ => {}
        }
    }
}

/// A reference as texts are read.
fn unquoted(text: &str) -> String {
    let text = trimmed(text);
    match serde_json::from_str::<String>(text) {
        Ok(inner) if written_text(&inner) == text || text.starts_with('"') => inner,
        _ => text.to_owned(),
    }
}
