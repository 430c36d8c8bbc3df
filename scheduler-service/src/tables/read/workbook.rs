//! Workbooks: sheets with their cells.

use std::sync::Arc;

use quick_xml::events::BytesStart;

use super::super::book::{Area, Book, Cell, Decimal, Limits, Looks, Row, Sheet, parse_cell_name};
use super::super::found::Found;
use super::package::{Node, Package, attribute, is_set, unreadable};
use super::parts::{listing, looks, main_part, shared_texts, unescape};
use super::{too_large, too_many};

/// Most sheets, and most merged areas and hidden stretches of columns of one.
const MOST: usize = 10_000;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Book, Found> {
    let package = Package::open(bytes, limits)?;
    let main = main_part(&package)?;
    let (listing, texts, styles) = listing(&package, &main)?;
    let sheets = listing.sheets.iter().take(MOST).map(|listed| listed.file.as_str());
    let parts: Vec<&str> = texts.as_deref().into_iter().chain(sheets).collect();
    package.refuse_many(&parts)?;
    let shared = Shared {
        looks: looks(&package, styles.as_deref())?,
        texts: shared_texts(&package, texts.as_deref(), limits)?,
    };
    let mut left = Left { cells: limits.cells, text_bytes: limits.text_bytes };
    let mut book = Book { sheets: Vec::new(), from_1904: listing.from_1904 };
    for listed in listing.sheets.into_iter().take(MOST) {
        let mut reading = Reading::new(&shared, &mut left, limits);
        package
            .walk(&listed.file, |node| reading.visit(&node))?
            .ok_or_else(|| unreadable(&format!("the sheet {:?} is missing", listed.name)))?;
        book.sheets.push(reading.finish(&listed.name, listed.is_hidden));
    }
    Ok(book)
}

/// What all sheets refer to.
struct Shared {
    texts: Vec<Arc<str>>,
    looks: Vec<Looks>,
}

/// How much there may still be.
struct Left {
    cells: usize,
    text_bytes: usize,
}

/// A sheet that is being read.
struct Reading<'a> {
    shared: &'a Shared,
    left: &'a mut Left,
    limits: &'a Limits,
    rows: Vec<Row>,
    merged: Vec<Area>,
    hidden_columns: Vec<(u32, u32)>,
    /// The cell that is being read.
    at: (u32, u32),
    kind: String,
    style: usize,
    has_formula: bool,
    text: String,
    /// Which texts count: those of a value, or of a text in the cell itself.
    collects: bool,
    in_text: bool,
    phonetic: usize,
}

impl<'a> Reading<'a> {
    fn new(shared: &'a Shared, left: &'a mut Left, limits: &'a Limits) -> Self {
        Self {
            shared,
            left,
            limits,
            rows: Vec::new(),
            merged: Vec::new(),
            hidden_columns: Vec::new(),
            at: (0, 0),
            kind: String::new(),
            style: 0,
            has_formula: false,
            text: String::new(),
            collects: false,
            in_text: false,
            phonetic: 0,
        }
    }

    fn visit(&mut self, node: &Node<'_>) -> Result<(), Found> {
        match node {
            Node::Start(tag) => self.start(tag),
            Node::Text(text) => {
                if self.collects {
                    self.text.push_str(text);
                }
                Ok(())
            }
            Node::End(name) => self.end(name),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Found> {
        match tag.local_name().as_ref() {
            "row" => {
                let next = self.rows.last().map_or(0, |row| row.index.saturating_add(1));
                let index =
                    attribute(tag, "r").and_then(|row| row.parse::<u32>().ok()?.checked_sub(1));
                let index = index.unwrap_or(next);
                if index < next || index >= 1 << 20 {
                    return Err(unreadable("its rows are out of order"));
                }
                // Rows without cells are not kept; a million of them may only have a height.
                while self.rows.last().is_some_and(|row| row.cells.is_empty()) {
                    self.rows.pop();
                }
                self.at = (index, 0);
                self.rows.push(Row { index, is_hidden: is_set(tag, "hidden"), cells: Vec::new() });
            }
            "c" => {
                let next = self.rows.last().and_then(|row| row.cells.last()).map(|cell| cell.0 + 1);
                let place = attribute(tag, "r").and_then(|name| parse_cell_name(&name));
                self.at.1 = place.map_or_else(|| next.unwrap_or(self.at.1), |place| place.1);
                if next.is_some_and(|next| self.at.1 < next) || self.at.1 >= 1 << 14 {
                    return Err(unreadable("its cells are out of order"));
                }
                self.kind = attribute(tag, "t").unwrap_or_default();
                self.style = attribute(tag, "s").and_then(|style| style.parse().ok()).unwrap_or(0);
                self.has_formula = false;
                self.text.clear();
            }
            "f" => self.has_formula = true,
            "v" => self.collects = true,
            "is" => self.in_text = true,
            "rPh" => self.phonetic += 1,
            "t" => self.collects = self.in_text && self.phonetic == 0,
            "mergeCell" if self.merged.len() < MOST => {
                let area = attribute(tag, "ref").and_then(|name| Area::parse(&name));
                self.merged.extend(area);
            }
            "col" if is_set(tag, "hidden") && self.hidden_columns.len() < MOST => {
                let number = |name| attribute(tag, name)?.parse::<u32>().ok()?.checked_sub(1);
                self.hidden_columns.extend(number("min").zip(number("max")));
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Found> {
        match name {
            "v" | "t" => self.collects = false,
            "is" => self.in_text = false,
            "rPh" => self.phonetic = self.phonetic.saturating_sub(1),
            "c" => {
                if let Some(cell) = self.cell()? {
                    self.count(&cell)?;
                    let column = self.at.1;
                    let row =
                        self.rows.last_mut().ok_or_else(|| unreadable("a cell is in no row"))?;
                    row.cells.push((column, cell));
                }
                self.at.1 = self.at.1.saturating_add(1);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a cell off what there may still be. One text that many cells show counts for each.
    fn count(&mut self, cell: &Cell) -> Result<(), Found> {
        self.left.cells =
            self.left.cells.checked_sub(1).ok_or_else(|| too_many(self.limits.cells))?;
        if let Cell::Text(text) = cell {
            let left = self.left.text_bytes.checked_sub(text.len());
            self.left.text_bytes = left.ok_or_else(|| {
                let limit = self.limits.text_bytes >> 20;
                too_large(
                    &format!("the texts of the cells have more than {limit} MiB"),
                    &format!("Die Texte der Zellen haben mehr als {limit} MiB"),
                )
            })?;
        }
        Ok(())
    }

    /// What the cell that ends here holds.
    fn cell(&self) -> Result<Option<Cell>, Found> {
        let text = self.text.as_str();
        let damaged = || unreadable(&format!("the cell with {text:?} is damaged"));
        let cell = match self.kind.as_str() {
            "s" if text.is_empty() => return Ok(None),
            "s" => {
                let shared =
                    text.trim().parse().ok().and_then(|place: usize| self.shared.texts.get(place));
                Cell::Text(Arc::clone(shared.ok_or_else(damaged)?))
            }
            "inlineStr" => Cell::Text(Arc::from(unescape(text).as_str())),
            "str" | "d" if text.is_empty() => return Ok(None),
            "str" => Cell::Text(Arc::from(unescape(text).as_str())),
            "d" => Cell::Text(Arc::from(text)),
            "b" => Cell::Switch(text.trim() == "1"),
            "e" => Cell::Error(Arc::from(text)),
            _ if text.trim().is_empty() => {
                return Ok(self.has_formula.then(|| Cell::Formula(Arc::from(""))));
            }
            _ => {
                let number: f64 =
                    text.trim().parse().ok().filter(|n: &f64| n.is_finite()).ok_or_else(damaged)?;
                let looks = self.shared.looks.get(self.style).copied().unwrap_or(Looks::Plain);
                Cell::Number(number, looks)
            }
        };
        Ok(match &cell {
            Cell::Text(text) if text.chars().all(is_blank) => None,
            _ => Some(cell),
        })
    }

    fn finish(mut self, name: &str, is_hidden: bool) -> Sheet {
        self.rows.retain(|row| !row.cells.is_empty());
        Sheet {
            name: Arc::from(name),
            is_hidden,
            rows: self.rows,
            merged: self.merged,
            hidden_columns: self.hidden_columns,
            decimal: Decimal::Unknown,
            is_csv: false,
        }
    }
}

/// White space of whatever kind.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}
