//! Rows, one after the other.

use std::collections::HashMap;
use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder};
use scheduler_core::learn::{DAY, Outcome, Visit};
use scheduler_core::time::Zone;

use super::columns::{Column, ColumnNames, assign};
use super::times::{Cell, read};
use super::trouble::{Example, HistoryError, Trouble, TroubleKind};

/// What the scenario calls its parts: ids, with names for people.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Sites, by index.
    pub sites: Vec<(String, Option<String>)>,
    /// Services, by index.
    pub services: Vec<(String, Option<String>)>,
    /// The zone of its clocks, by which times with an offset are read; `None`: they cannot be.
    pub zone: Option<Zone>,
}

/// Reads logs. What several files call the same is the same.
#[derive(Debug)]
pub struct History {
    given: ColumnNames,
    sites: Lookup,
    services: Lookup,
    zone: Option<Zone>,
    clerks: Interner,
    counters: Interner,
    /// The date of the first day of a simulation.
    first_date: Option<i64>,
    /// Rows that were read.
    pub rows: u64,
    /// Rows whose outcome was not said but follows from their times.
    pub inferred: u64,
    /// What is wrong with them.
    pub trouble: Trouble,
}

/// By what a file says, the index.
#[derive(Debug)]
struct Lookup {
    known: HashMap<Vec<u8>, Option<usize>>,
    names: Vec<(String, usize)>,
}

impl Lookup {
    fn new(names: &[(String, Option<String>)]) -> Self {
        let all = names.iter().enumerate().flat_map(|(index, (id, name))| {
            let names = std::iter::once(id).chain(name.as_ref());
            names.map(move |name| (name.trim().to_lowercase(), index))
        });
        // An id goes before another's name.
        let mut names: Vec<(String, usize)> =
            names.iter().enumerate().map(|(i, (id, _))| (id.trim().to_lowercase(), i)).collect();
        names.extend(all);
        Self { known: HashMap::new(), names }
    }

    fn find(&mut self, text: &[u8]) -> Option<usize> {
        /// More texts than any office has; beyond, each is looked for anew.
        const MOST: usize = 10_000;
        if let Some(&known) = self.known.get(text) {
            return known;
        }
        let wanted = decoded(text).trim().to_lowercase();
        let found = self.names.iter().find(|(name, _)| *name == wanted).map(|&(_, index)| index);
        if self.known.len() < MOST {
            self.known.insert(text.to_vec(), found);
        }
        found
    }
}

/// Numbers for texts, in order of their first use.
#[derive(Debug, Default)]
struct Interner {
    numbers: HashMap<Vec<u8>, u32>,
    texts: Vec<String>,
}

impl Interner {
    fn number(&mut self, text: &[u8]) -> u32 {
        /// Whoever comes after so many clerks is one and the same.
        const MOST: usize = 100_000;
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.texts.len().min(MOST) as u32;
        if self.texts.len() < MOST {
            self.texts.push(decoded(text));
            self.numbers.insert(text.to_vec(), number);
        }
        number
    }
}

/// UTF-8, or else Windows-1252.
fn decoded(text: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(text) {
        return text.to_owned();
    }
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let one = |&byte: &u8| match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    text.iter().map(one).collect()
}

/// The separator that the header uses most.
fn separator(header: &[u8]) -> u8 {
    let line = header.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: u8| line.iter().filter(|byte| **byte == separator).count();
    [b';', b'\t', b','].into_iter().rev().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

/// What cannot be read in a row: the cell and what is wrong with it.
type Wrong = (usize, TroubleKind);

impl History {
    /// Nothing read yet.
    pub fn new(names: &Names, given: ColumnNames) -> Self {
        Self {
            given,
            sites: Lookup::new(&names.sites),
            services: Lookup::new(&names.services),
            zone: names.zone.clone(),
            clerks: Interner::default(),
            counters: Interner::default(),
            first_date: None,
            rows: 0,
            inferred: 0,
            trouble: Trouble::default(),
        }
    }

    /// What the files call the clerks, by number.
    pub fn clerks(&self) -> &[String] {
        &self.clerks.texts
    }

    /// Reads a whole file and gives each visit to `to`.
    ///
    /// # Errors
    /// Where it cannot be read at all.
    pub fn read(
        &mut self,
        file: &str,
        mut input: impl Read,
        mut to: impl FnMut(Visit),
    ) -> Result<(), HistoryError> {
        let failed = |source: io::Error| HistoryError::Read { file: file.to_owned(), source };
        let mut start = Vec::with_capacity(1 << 16);
        input.by_ref().take(1 << 16).read_to_end(&mut start).map_err(failed)?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(HistoryError::Utf16 { file: file.to_owned() });
        }
        let separator = separator(&start);
        // The reader counts a line when it meets its "\n", which of "\r\n" belongs to the next record.
        let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let behind = u64::from(first.ends_with(b"\r"));
        let begin = if start.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
        let whole = io::Cursor::new(start[begin..].to_vec()).chain(input);
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 18)
            .from_reader(whole);
        let mut record = ByteRecord::new();
        let io = |error: csv::Error| failed(io::Error::other(error));
        if !reader.read_byte_record(&mut record).map_err(io)? || record.as_slice().is_empty() {
            return Err(HistoryError::Empty { file: file.to_owned() });
        }
        let header: Vec<String> = record.iter().map(decoded).collect();
        let columns = assign(file, &header, &self.given)?;
        while reader.read_byte_record(&mut record).map_err(io)? {
            if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                continue;
            }
            self.rows += 1;
            match self.visit(&columns, &record) {
                Ok(visit) => to(visit),
                Err((cell, kind)) => {
                    let line = record.position().map_or(0, csv::Position::line) + behind;
                    self.note((file, line), &header, &record, (cell, kind));
                }
            }
        }
        Ok(())
    }

    fn note(
        &mut self,
        (file, line): (&str, u64),
        header: &[String],
        record: &ByteRecord,
        (cell, kind): Wrong,
    ) {
        self.trouble.rows += 1;
        let example = || Example {
            file: file.to_owned(),
            line,
            column: header.get(cell).cloned().unwrap_or_default(),
            value: match kind {
                TroubleKind::Cells => record.len().to_string(),
                _ => decoded(record.get(cell).unwrap_or_default()).chars().take(80).collect(),
            },
            kind,
        };
        self.trouble.note(example, kind);
    }

    fn visit(&mut self, columns: &[Option<Column>], record: &ByteRecord) -> Result<Visit, Wrong> {
        if record.len() != columns.len() {
            return Err((0, TroubleKind::Cells));
        }
        let mut row = Row::default();
        for (place, (cell, column)) in record.iter().zip(columns).enumerate() {
            let Some(column) = column else { continue };
            let cell = cell.trim_ascii();
            if !cell.is_empty() {
                self.cell(&mut row, place, *column, cell)?;
            }
        }
        self.assembled(&row, columns)
    }

    fn cell(
        &mut self,
        row: &mut Row,
        place: usize,
        column: Column,
        cell: &[u8],
    ) -> Result<(), Wrong> {
        let time = || {
            let shown = read(cell, self.zone.as_ref()).ok_or((place, TroubleKind::Time))?;
            Ok(Some((place, shown)))
        };
        match column {
            Column::BookedAt => row.booked = time()?,
            Column::AppointmentAt => row.appointment = time()?,
            Column::ArrivedAt => row.arrived = time()?,
            Column::CalledAt => row.called = time()?,
            Column::FinishedAt => row.finished = time()?,
            Column::Date => row.date = time()?,
            Column::Site => {
                row.site = Some(self.sites.find(cell).ok_or((place, TroubleKind::Site))?);
            }
            Column::Service => {
                row.service = Some(self.services.find(cell).ok_or((place, TroubleKind::Service))?);
            }
            Column::Persons | Column::Day => {
                let text = std::str::from_utf8(cell).unwrap_or_default();
                // 2,0 is how a spreadsheet may show it.
                let text = text.strip_suffix(",0").or(text.strip_suffix(".0")).unwrap_or(text);
                let number = text.parse().ok().filter(|n| (1..100_000).contains(n));
                let number: u32 = number.ok_or((place, TroubleKind::Persons))?;
                match column {
                    Column::Day => row.day = Some(i64::from(number)),
                    _ => row.persons = Some(number),
                }
            }
            Column::Counter => row.counter = Some(self.counters.number(cell)),
            Column::Clerk => row.clerk = Some(self.clerks.number(cell)),
            Column::Outcome => {
                row.outcome = Some(outcome(cell).ok_or((place, TroubleKind::Outcome))?);
            }
        }
        Ok(())
    }

    fn assembled(&mut self, row: &Row, columns: &[Option<Column>]) -> Result<Visit, Wrong> {
        let place =
            |wanted: Column| columns.iter().position(|column| *column == Some(wanted)).unwrap_or(0);
        let date = match (row.date, row.day) {
            (Some((_, Cell::Date(date) | Cell::At(date))), None) => Some(match row.date {
                Some((_, Cell::At(_))) => date.div_euclid(DAY),
                _ => date,
            }),
            (Some((_, Cell::Date(date))), Some(day)) => {
                // Weeks repeat; days are counted from the first one.
                let first = *self.first_date.get_or_insert(date - (day - 1));
                Some(first + day - 1)
            }
            _ => None,
        };
        let at = |cell: Option<(usize, Cell)>| match cell {
            None => Ok(None),
            Some((_, Cell::At(at))) => Ok(Some(at)),
            Some((place, Cell::Clock(time))) => match date {
                Some(date) => Ok(Some(date * DAY + time)),
                None => Err((place, TroubleKind::NoDate)),
            },
            Some((place, Cell::Date(_))) => Err((place, TroubleKind::Time)),
        };
        let site = row.site.ok_or((place(Column::Site), TroubleKind::Site))?;
        let service = row.service.ok_or((place(Column::Service), TroubleKind::Service))?;
        let mut visit = Visit {
            site,
            service,
            persons: row.persons.unwrap_or(1),
            booked_at: at(row.booked)?,
            appointment_at: at(row.appointment)?,
            arrived_at: at(row.arrived)?,
            called_at: at(row.called)?,
            finished_at: at(row.finished)?,
            counter: row.counter,
            clerk: row.clerk,
            outcome: Outcome::Served,
        };
        if visit.appointment_at.is_none() && visit.arrived_at.is_none() {
            return Err((place(Column::ArrivedAt), TroubleKind::Undated));
        }
        if visit.called_at < visit.arrived_at && visit.called_at.is_some() {
            return Err((place(Column::CalledAt), TroubleKind::Order));
        }
        let begun = visit.called_at.or(visit.arrived_at);
        if visit.finished_at < begun && visit.finished_at.is_some() {
            return Err((place(Column::FinishedAt), TroubleKind::Order));
        }
        visit.outcome = row.outcome.unwrap_or_else(|| {
            self.inferred += 1;
            match (visit.arrived_at, visit.called_at) {
                (_, Some(_)) => Outcome::Served,
                (Some(_), None) => Outcome::Left,
                (None, None) => Outcome::NoShow,
            }
        });
        Ok(visit)
    }
}

/// The cells of a row.
#[derive(Debug, Default)]
struct Row {
    booked: Option<(usize, Cell)>,
    appointment: Option<(usize, Cell)>,
    arrived: Option<(usize, Cell)>,
    called: Option<(usize, Cell)>,
    finished: Option<(usize, Cell)>,
    date: Option<(usize, Cell)>,
    day: Option<i64>,
    site: Option<usize>,
    service: Option<usize>,
    persons: Option<u32>,
    counter: Option<u32>,
    clerk: Option<u32>,
    outcome: Option<Outcome>,
}

/// What became of somebody, in the words of logs, of traces and of German systems.
fn outcome(cell: &[u8]) -> Option<Outcome> {
    const WORDS: [(&str, Outcome); 20] = [
        ("served", Outcome::Served),
        ("bedient", Outcome::Served),
        ("erledigt", Outcome::Served),
        ("no-show", Outcome::NoShow),
        ("no_show", Outcome::NoShow),
        ("no show", Outcome::NoShow),
        ("nicht erschienen", Outcome::NoShow),
        ("nicht_erschienen", Outcome::NoShow),
        ("cancelled", Outcome::Cancelled),
        ("canceled", Outcome::Cancelled),
        ("abgesagt", Outcome::Cancelled),
        ("storniert", Outcome::Cancelled),
        ("left", Outcome::Left),
        ("gegangen", Outcome::Left),
        ("abgebrochen", Outcome::Left),
        ("full", Outcome::Left),
        ("ticket_stop", Outcome::Left),
        ("ticket_cap", Outcome::Left),
        ("impatient", Outcome::Left),
        ("nobody", Outcome::Left),
    ];
    let known = |(word, _): &&(&str, Outcome)| cell.eq_ignore_ascii_case(word.as_bytes());
    WORDS.iter().find(known).map(|&(_, outcome)| outcome)
}
