//! The package that a workbook is: files in an archive, which is unpacked while it is counted.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::super::book::Limits;
use super::super::codes::UNREADABLE;
use super::super::found::{Found, Text};
use super::count::{Count, count};
use super::{too_large, too_many};

/// Deepest nesting of elements; workbooks need about ten.
const DEEPEST: usize = 64;

/// Elements for each cell that may have a value: of the cell, of what is in it, and of a text that it
/// shares with others.
const ELEMENTS_OF_CELL: usize = 5;

/// Longest tag or text. A cell has at most 32,767 characters.
const LONGEST: usize = 2 << 20;

/// The files of a workbook.
pub(super) struct Package<'a> {
    archive: RefCell<ZipArchive<Cursor<&'a [u8]>>>,
    /// Bytes that may still be unpacked.
    left: Rc<Cell<usize>>,
    limit: usize,
    /// Elements that may still come.
    elements: Cell<usize>,
    cells: usize,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Found> {
        let entries = entries(bytes).ok_or_else(|| unreadable("its directory is damaged"))?;
        if entries > limits.entries {
            return Err(too_large(
                &format!("the workbook consists of more than {} files", limits.entries),
                &format!("Die Arbeitsmappe besteht aus mehr als {} Dateien", limits.entries),
            ));
        }
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error.to_string()))?;
        let left = Rc::new(Cell::new(limits.unpacked_bytes));
        let (limit, cells) = (limits.unpacked_bytes, limits.cells);
        let elements = Cell::new(cells.saturating_mul(ELEMENTS_OF_CELL));
        Ok(Self { archive: RefCell::new(archive), left, limit, elements, cells })
    }

    /// Refuses these files where there is more in them, all together, than can be read: a file that is
    /// named twice is read twice. What is wrong with them otherwise is told when they are read.
    pub(super) fn refuse_many(&self, names: &[&str]) -> Result<(), Found> {
        let most = Count {
            bytes: self.left.get(),
            elements: self.elements.get(),
            values: self.cells,
            texts: self.cells,
        };
        let mut known: BTreeMap<usize, Count> = BTreeMap::new();
        let mut all = Count::default();
        let mut archive = self.archive.borrow_mut();
        for name in names {
            let Some(index) = index_of(&archive, name) else { continue };
            let count = match known.get(&index) {
                Some(count) => *count,
                None => {
                    let Ok(file) = archive.by_index(index) else { continue };
                    let Ok(counted) = count(file, &most) else { continue };
                    known.insert(index, counted);
                    counted
                }
            };
            all = all.and(count);
            if all.bytes > most.bytes {
                return Err(self.unpacked_too_large());
            }
            if all.exceeds(&most) {
                return Err(too_many(self.cells));
            }
        }
        Ok(())
    }

    /// Goes through a file element by element; `None` where there is no such file.
    pub(super) fn walk(
        &self,
        name: &str,
        mut visit: impl FnMut(Node<'_>) -> Result<(), Found>,
    ) -> Result<Option<()>, Found> {
        let mut archive = self.archive.borrow_mut();
        let Some(index) = index_of(&archive, name) else { return Ok(None) };
        let file = archive.by_index(index).map_err(|error| unreadable(&error.to_string()))?;
        let since = Rc::new(Cell::new(0));
        let counted = Counted { from: file, left: Rc::clone(&self.left), since: Rc::clone(&since) };
        let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, counted));
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().check_end_names = false;
        let (mut buffer, mut depth) = (Vec::new(), 0_usize);
        loop {
            since.set(0);
            buffer.clear();
            let event =
                reader.read_event_into(&mut buffer).map_err(|error| self.explain(&error, name))?;
            match event {
                Event::Start(tag) => {
                    depth += 1;
                    if depth > DEEPEST {
                        return Err(too_large(
                            &format!("elements of {name} are nested more than {DEEPEST} deep"),
                            &format!(
                                "In {name} sind Elemente mehr als {DEEPEST}-mal verschachtelt"
                            ),
                        ));
                    }
                    let left = self.elements.get().checked_sub(1);
                    self.elements.set(left.ok_or_else(|| too_many(self.cells))?);
                    visit(Node::Start(&tag))?;
                }
                Event::End(tag) => {
                    depth = depth.checked_sub(1).ok_or_else(|| unreadable("its XML is damaged"))?;
                    visit(Node::End(tag.local_name().as_ref()))?;
                }
                Event::Text(text) => visit(Node::Text(&text.xml10_content()))?,
                Event::CData(text) => visit(Node::Text(&text.xml10_content()))?,
                Event::GeneralRef(reference) => {
                    let known = match reference.resolve_char_ref() {
                        Ok(Some(character)) => Some(character.to_string()),
                        Ok(None) => {
                            quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                                .map(str::to_owned)
                        }
                        Err(_) => None,
                    };
                    let known = known
                        .ok_or_else(|| unreadable("it uses an entity that it does not have"))?;
                    visit(Node::Text(&known))?;
                }
                Event::DocType(_) => return Err(unreadable("it has a document type of its own")),
                Event::Eof if depth == 0 => return Ok(Some(())),
                Event::Eof => return Err(unreadable(&format!("{name} is cut off"))),
                // Empty elements come as begin and end.
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::Empty(_) => {}
            }
        }
    }

    fn explain(&self, error: &quick_xml::Error, name: &str) -> Found {
        if self.left.get() == 0 {
            return self.unpacked_too_large();
        }
        unreadable(&format!("{name}: {error}"))
    }

    fn unpacked_too_large(&self) -> Found {
        let limit = self.limit >> 20;
        too_large(
            &format!("unpacked, the workbook has more than {limit} MiB"),
            &format!("Entpackt hat die Arbeitsmappe mehr als {limit} MiB"),
        )
    }
}

/// Where the archive has a file.
fn index_of(archive: &ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<usize> {
    archive.index_for_name(name).or_else(|| {
        let same = |known: &str| known.trim_start_matches('/').eq_ignore_ascii_case(name);
        archive.file_names().position(|known| known.is_ok_and(|known| same(&known)))
    })
}

/// A piece of XML.
pub(super) enum Node<'a> {
    /// An element begins.
    Start(&'a BytesStart<'a>),
    /// The element of that name ends.
    End(&'a str),
    /// Text, or a part of it.
    Text(&'a str),
}

/// The value of an attribute of `tag`, by its name without prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let same = attributes
        .with_checks(false)
        .flatten()
        .find(|found| found.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&same.value).ok().map(std::borrow::Cow::into_owned)
}

/// Whether an attribute is there and says yes.
pub(super) fn is_set(tag: &BytesStart<'_>, name: &str) -> bool {
    attribute(tag, name).is_some_and(|value| value == "1" || value == "true")
}

pub(super) fn unreadable(why: &str) -> Found {
    let text = Text::new(
        format!(
            "the workbook cannot be read: {why}; open it in a spreadsheet program and save it anew as .xlsx"
        ),
        format!(
            "Die Arbeitsmappe lässt sich nicht lesen: {}. Öffnen Sie sie in einer Tabellenkalkulation und \
             speichern Sie sie neu als .xlsx.",
            in_german(why)
        ),
    );
    Found::new(UNREADABLE, None, text)
}

/// Why a workbook cannot be read, in German.
fn in_german(why: &str) -> String {
    let known = match why {
        "its directory is damaged" => "Ihr Verzeichnis ist beschädigt",
        "its XML is damaged" => "Ihr XML ist beschädigt",
        "it uses an entity that it does not have" => {
            "Sie verwendet eine Entität, die es nicht gibt"
        }
        "it has a document type of its own" => "Sie hat einen eigenen Dokumenttyp",
        "it has no main part" => "Ihr fehlt der Hauptteil",
        "its main part is missing" => "Ihr fehlt der Hauptteil",
        "it has too many formats" => "Sie hat zu viele Formate",
        "its rows are out of order" => "Ihre Zeilen sind nicht in der Reihenfolge",
        "its cells are out of order" => "Ihre Zellen sind nicht in der Reihenfolge",
        "a cell is in no row" => "Eine Zelle steht in keiner Zeile",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let quoted = |name: &str| format!("„{}“", name.trim_matches('"'));
    let of = |begin: &str, end: &str| why.strip_prefix(begin)?.strip_suffix(end);
    if let Some(name) = of("", " is cut off") {
        format!("{name} bricht ab")
    } else if let Some(name) = of("the sheet ", " has no file") {
        format!("Das Blatt {} hat keine Datei", quoted(name))
    } else if let Some(name) = of("the sheet ", " is missing") {
        format!("Das Blatt {} fehlt", quoted(name))
    } else if let Some(text) = of("the cell with ", " is damaged") {
        format!("Die Zelle mit {} ist beschädigt", quoted(text))
    } else if let Some((file, _)) = why.split_once(": ").filter(|(file, _)| !file.contains(' ')) {
        format!("{file} ist beschädigt")
    } else {
        "Das Archiv ist beschädigt".to_owned()
    }
}

/// How many files the archive says that it has; `None` where it is none, or a huge one.
fn entries(bytes: &[u8]) -> Option<usize> {
    let tail = bytes.len().saturating_sub(65_557);
    let end = bytes.get(tail..)?.windows(4).rposition(|four| four == b"PK\x05\x06")? + tail;
    let count = bytes.get(end + 10..end + 12)?;
    let is_huge = end >= 20 && bytes.get(end - 20..end - 16) == Some(b"PK\x06\x07");
    let count = usize::from(u16::from_le_bytes([*count.first()?, *count.last()?]));
    Some(if is_huge { usize::MAX } else { count })
}

/// Counts what is read and ends with an error where it is too much.
struct Counted<R> {
    from: R,
    left: Rc<Cell<usize>>,
    /// Bytes since the last piece.
    since: Rc<Cell<usize>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(to)?;
        self.since.set(self.since.get() + count);
        if self.since.get() > LONGEST {
            return Err(io::Error::other("a tag or text is too long"));
        }
        match self.left.get().checked_sub(count) {
            Some(left) if left > 0 => self.left.set(left),
            _ => {
                self.left.set(0);
                return Err(io::Error::other("too large"));
            }
        }
        Ok(count)
    }
}
