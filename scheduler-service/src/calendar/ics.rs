//! The lines of a calendar file as events.

use chrono::{NaiveDate, NaiveDateTime};

/// Largest file in bytes.
pub const MAX_BYTES: usize = 16 << 20;

/// Most events.
const MOST_EVENTS: usize = 50_000;

/// An event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// What it is called.
    pub summary: String,
    /// What tells it from others.
    pub uid: String,
    /// How often it was changed.
    pub sequence: u32,
    /// Its begin, or the wrong text.
    pub start: Option<Result<When, String>>,
    /// Its end, which is no longer part of it.
    pub end: Option<Result<When, String>>,
    /// How long it is, as ISO 8601 writes it, where it has no end.
    pub duration: Option<String>,
    /// How it recurs.
    pub rules: Vec<String>,
    /// Further begins.
    pub added: Vec<Result<When, String>>,
    /// Begins that are left out.
    pub left_out: Vec<Result<When, String>>,
    /// The begin that it takes the place of.
    pub instead_of: Option<Result<When, String>>,
    /// Whether it does not take place.
    pub is_cancelled: bool,
    /// Names and addresses of those who take part.
    pub people: Vec<String>,
    /// When it was written, as the file has it.
    pub stamp: String,
    /// All its lines but its number and stamps, unfolded.
    pub content: Vec<String>,
}

/// When something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// A whole day.
    Date(NaiveDate),
    /// By a wall clock: of a zone by its name, UTC where that is `UTC`, or of wherever it is read.
    Time(NaiveDateTime, Option<String>),
}

impl When {
    /// Its day.
    pub fn date(&self) -> NaiveDate {
        match self {
            Self::Date(date) => *date,
            Self::Time(time, _) => time.date(),
        }
    }
}

/// Why a file is no calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, from 1; 0 for the whole file.
    pub line: usize,
    /// English.
    pub en: String,
    /// German.
    pub de: String,
}

fn unreadable(line: usize, en: &str, de: &str) -> Unreadable {
    Unreadable { line, en: en.to_owned(), de: de.to_owned() }
}

/// A line: name, parameters and value.
struct Line<'a> {
    name: String,
    parameters: Vec<(String, String)>,
    value: &'a str,
}

/// Reads all events of a file.
///
/// # Errors
/// Where it is no calendar, or too large.
pub fn read(bytes: &[u8]) -> Result<Vec<Event>, Unreadable> {
    if bytes.len() > MAX_BYTES {
        let (en, de) = (
            "the file is too large; export fewer years",
            "Die Datei ist zu groß. Exportieren Sie weniger Jahre.",
        );
        return Err(unreadable(0, en, de));
    }
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let (mut events, mut event): (Vec<Event>, Option<Event>) = (Vec::new(), None);
    let (mut has_begun, mut has_ended, mut inner) = (false, false, 0_usize);
    for (number, line) in unfolded(&text) {
        let Some(parsed) = parse(&line) else {
            if line.trim().is_empty() {
                continue;
            }
            let (en, de) = (
                "this line is no line of a calendar (NAME:value)",
                "Diese Zeile ist keine Zeile eines Kalenders (NAME:Wert).",
            );
            return Err(unreadable(number, en, de));
        };
        let value = parsed.value.trim();
        match (parsed.name.as_str(), value.to_ascii_uppercase().as_str()) {
            ("BEGIN", "VCALENDAR") => has_begun = true,
            ("END", "VCALENDAR") => has_ended = true,
            ("BEGIN", "VEVENT") if event.is_none() => {
                if events.len() >= MOST_EVENTS {
                    let (en, de) = (
                        "there are too many events; export fewer",
                        "Es sind zu viele Einträge. Exportieren Sie weniger.",
                    );
                    return Err(unreadable(number, en, de));
                }
                event = Some(Event { line: number, ..Event::default() });
            }
            ("END", "VEVENT") if inner == 0 => events.extend(event.take()),
            // Alarms within events.
            ("BEGIN", _) if event.is_some() => inner += 1,
            ("END", _) if event.is_some() => inner = inner.saturating_sub(1),
            _ => {
                if let Some(event) = event.as_mut().filter(|_| inner == 0) {
                    event.take(&parsed, &line);
                }
            }
        }
    }
    if !has_begun {
        let (en, de) = (
            "this is no calendar: it does not begin with BEGIN:VCALENDAR; export it as .ics",
            "Das ist kein Kalender: Er beginnt nicht mit BEGIN:VCALENDAR. Exportieren Sie ihn als .ics.",
        );
        return Err(unreadable(0, en, de));
    }
    if !has_ended || event.is_some() {
        let (en, de) = (
            "the file is cut off; export or download it again",
            "Die Datei ist abgeschnitten. Exportieren oder laden Sie sie noch einmal.",
        );
        return Err(unreadable(0, en, de));
    }
    Ok(events)
}

/// Lines with their numbers; one that begins with a blank goes on with the one before.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

fn parse(line: &str) -> Option<Line<'_>> {
    let (mut is_quoted, mut colon) = (false, None);
    let mut marks = Vec::new();
    for (place, character) in line.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => marks.push(place),
            ':' if !is_quoted => {
                colon = Some(place);
                break;
            }
            _ => {}
        }
    }
    let colon = colon?;
    let value = line.get(colon + 1..)?;
    let mut ends = marks.clone();
    ends.push(colon);
    let name = line.get(..*ends.first()?)?.trim();
    if name.is_empty()
        || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
    {
        return None;
    }
    let parameters = marks.iter().zip(ends.iter().skip(1)).filter_map(|(&from, &until)| {
        let (name, value) = line.get(from + 1..until)?.split_once('=')?;
        Some((name.to_ascii_uppercase(), value.trim_matches('"').to_owned()))
    });
    Some(Line { name: name.to_ascii_uppercase(), parameters: parameters.collect(), value })
}

/// A text without the escapes of calendars.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            (other, false) => out.push(other),
        }
    }
    out
}

impl Event {
    fn take(&mut self, line: &Line<'_>, whole: &str) {
        let parameter = |name: &str| {
            line.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        let when = |text: &str| when(text, parameter("TZID"));
        let all = || {
            line.value
                .split(',')
                .map(|text| when(text.trim().split('/').next().unwrap_or_default()))
        };
        match line.name.as_str() {
            "SUMMARY" => self.summary = plain(line.value).trim().to_owned(),
            "UID" => line.value.trim().clone_into(&mut self.uid),
            "SEQUENCE" => self.sequence = line.value.trim().parse().unwrap_or(0),
            "DTSTAMP" => line.value.trim().clone_into(&mut self.stamp),
            "DTSTART" => self.start = Some(when(line.value.trim())),
            "DTEND" => self.end = Some(when(line.value.trim())),
            "DURATION" => self.duration = Some(line.value.trim().to_owned()),
            "RRULE" => self.rules.push(line.value.trim().to_owned()),
            "RDATE" => self.added.extend(all()),
            "EXDATE" => self.left_out.extend(all()),
            "RECURRENCE-ID" => self.instead_of = Some(when(line.value.trim())),
            "STATUS" => self.is_cancelled = line.value.trim().eq_ignore_ascii_case("CANCELLED"),
            "ATTENDEE" | "ORGANIZER" => {
                self.people.extend(parameter("CN").map(str::to_owned));
                let address = line.value.trim();
                let address =
                    address.strip_prefix("mailto:").or_else(|| address.strip_prefix("MAILTO:"));
                self.people.extend(address.map(str::to_owned));
            }
            _ => {}
        }
        if !matches!(line.name.as_str(), "SEQUENCE" | "DTSTAMP" | "LAST-MODIFIED" | "CREATED") {
            self.content.push(whole.to_owned());
        }
    }
}

fn when(text: &str, zone: Option<&str>) -> Result<When, String> {
    let wrong = || text.to_owned();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() == 8 && digits(text) {
        return NaiveDate::parse_from_str(text, "%Y%m%d").map(When::Date).map_err(|_| wrong());
    }
    let (bare, zone) = match text.strip_suffix('Z') {
        Some(bare) => (bare, Some("UTC".to_owned())),
        None => (text, zone.map(str::to_owned)),
    };
    if bare.len() != 15 {
        return Err(wrong());
    }
    let time = NaiveDateTime::parse_from_str(bare, "%Y%m%dT%H%M%S").map_err(|_| wrong())?;
    Ok(When::Time(time, zone))
}
