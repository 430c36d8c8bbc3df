//! Rosters as calendars: one for each clerk, and one for each site with who works there.
//!
//! What was given out before is known by its events: one that has changed has a higher `SEQUENCE`, one that
//! is no more is cancelled, and one outside of the calendar's dates stays as it was.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};
use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::report::roster::{Duty, Roster, Span};
use scheduler_core::time::{Clock, Zone};

use super::ics::{self, Event};
use super::zone::vtimezone;

/// A calendar to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Name of its file.
    pub file: String,
    /// What people call it.
    pub(super) title: String,
    pub(super) events: Vec<Draft>,
    /// What it says all of: events of other dates stay as they were.
    pub(super) dates: (NaiveDate, NaiveDate),
    /// Events that were given out and are of dates before this are left out; none where `None`.
    pub(super) kept_from: Option<NaiveDate>,
}

/// An event before it has a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) uid: String,
    /// Its lines but its number and stamps.
    pub(super) lines: Vec<String>,
    pub(super) date: NaiveDate,
}

/// What the slots of a plan are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slots {
    /// What can be booked.
    Published,
    /// What is booked.
    Booked,
}

/// The calendars of a roster: of each clerk, then of each site.
pub fn calendars(problem: &Problem, roster: &Roster, language: Language) -> Vec<Calendar> {
    calendars_of(problem, roster, Slots::Published, language)
}

/// The same for a plan whose slots are `slots`.
pub(super) fn calendars_of(
    problem: &Problem,
    roster: &Roster,
    slots: Slots,
    language: Language,
) -> Vec<Calendar> {
    let words = (slots, language);
    let zone = problem.zone.name();
    let dates = (roster.from, roster.until);
    let mut all = Vec::new();
    let mut sites: Vec<Vec<Draft>> = problem.sites.iter().map(|_| Vec::new()).collect();
    for clerk in &roster.clerks {
        let mut events = Vec::new();
        let mut numbers: BTreeMap<NaiveDate, u32> = BTreeMap::new();
        for duty in &clerk.duties {
            let number = numbers.entry(duty.date).or_insert(0);
            *number += 1;
            let uid = format!("{}-{number}-{}@scheduler", duty.date, plain(&clerk.id));
            events.push(draft(&uid, &title(duty, language), duty, zone, words));
            if let Some(to) = duty.site.and_then(|site| sites.get_mut(site)) {
                to.push(draft(&format!("site-{uid}"), &clerk.name, duty, zone, words));
            }
        }
        let file = format!("clerk-{}.ics", plain(&clerk.id));
        all.push(Calendar { file, title: clerk.name.clone(), events, dates, kept_from: None });
    }
    for (site, mut events) in problem.sites.iter().zip(sites) {
        events.sort_by(|one, other| (one.date, &one.uid).cmp(&(other.date, &other.uid)));
        let file = format!("site-{}.ics", plain(&site.id));
        all.push(Calendar { file, title: site.name.clone(), events, dates, kept_from: None });
    }
    all
}

/// An id as a part of names: other characters as their numbers.
fn plain(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for character in id.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => out.push(character),
            other => {
                // Writing to a string cannot fail.
                let _ = write!(out, "~{:x}", u32::from(other));
            }
        }
    }
    out
}

fn title(duty: &Duty, language: Language) -> String {
    match (duty.hours, language) {
        (Some(_), _) => duty.place.clone(),
        (None, Language::English) => "Away".to_owned(),
        (None, Language::German) => "Abwesend".to_owned(),
    }
}

fn draft(
    uid: &str,
    title: &str,
    duty: &Duty,
    zone: &str,
    (slots, language): (Slots, Language),
) -> Draft {
    let mut lines = vec![format!("UID:{uid}"), format!("SUMMARY:{}", escaped(title))];
    match duty.hours {
        Some(hours) => {
            lines.extend(times(zone, duty.date, hours));
            lines.push(format!("LOCATION:{}", escaped(&duty.place)));
            lines.push(format!("DESCRIPTION:{}", escaped(&description(duty, slots, language))));
            lines.push("TRANSP:OPAQUE".to_owned());
        }
        None => {
            let next = duty.date.checked_add_days(Days::new(1)).unwrap_or(duty.date);
            lines.push(format!("DTSTART;VALUE=DATE:{}", duty.date.format("%Y%m%d")));
            lines.push(format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
            lines.push("TRANSP:TRANSPARENT".to_owned());
        }
    }
    lines.push("STATUS:CONFIRMED".to_owned());
    Draft { uid: uid.to_owned(), lines, date: duty.date }
}

/// The lines for begin and end.
pub(super) fn times(zone: &str, date: NaiveDate, span: Span) -> [String; 2] {
    let Span { from, until } = span;
    [
        format!("DTSTART;TZID={zone}:{}", local(date, from)),
        format!("DTEND;TZID={zone}:{}", local(date, until)),
    ]
}

fn local(date: NaiveDate, Clock(minute): Clock) -> String {
    let midnight = date.and_time(chrono::NaiveTime::MIN);
    let time: NaiveDateTime = midnight + chrono::TimeDelta::minutes(i64::from(minute));
    time.format("%Y%m%dT%H%M%S").to_string()
}

/// What happens in a shift: breaks, walk-in duty, counters, slots.
fn description(duty: &Duty, slots: Slots, language: Language) -> String {
    let [pause, walk_ins, away] = match language {
        Language::English => ["Break", "Walk-ins", "Away"],
        Language::German => ["Pause", "Ohne Termin", "Abwesend"],
    };
    let slots = match (language, slots) {
        (Language::English, Slots::Published) => "Appointment slots",
        (Language::English, Slots::Booked) => "Appointments",
        (Language::German, _) => "Termine",
    };
    let mut lines = Vec::new();
    let spans = |name: &str, spans: &[Span]| {
        spans.iter().map(|span| format!("{name} {span}")).collect::<Vec<_>>()
    };
    lines.extend(spans(pause, &duty.breaks));
    lines.extend(spans(walk_ins, &duty.walk_ins));
    lines.extend(spans(away, &duty.absent));
    lines.extend(duty.seats.iter().map(|seat| format!("{} {}", seat.name, seat.span)));
    lines.push(format!("{slots}: {}", duty.slots));
    lines.join("\n")
}

/// A text as a value.
pub(super) fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n")
}

impl Calendar {
    /// Its text. `before` is what was given out under the same name, `now` the stamp of what is new.
    pub fn text(&self, zone: &Zone, before: Option<&[u8]>, now: DateTime<Utc>) -> String {
        // What is no calendar is replaced.
        let before = before.and_then(|bytes| ics::read(bytes).ok()).unwrap_or_default();
        let mut known: BTreeMap<&str, &Event> =
            before.iter().map(|event| (event.uid.as_str(), event)).collect();
        let stamp = now.format("%Y%m%dT%H%M%SZ").to_string();
        let mut events: Vec<(NaiveDate, Vec<String>)> = Vec::new();
        for draft in &self.events {
            let (sequence, stamp) = match known.remove(draft.uid.as_str()) {
                Some(old) if old.content == draft.lines => (old.sequence, old.stamp.clone()),
                Some(old) => (old.sequence.saturating_add(1), stamp.clone()),
                None => (0, stamp.clone()),
            };
            events.push((draft.date, event(&draft.lines, sequence, &stamp)));
        }
        for old in known.into_values() {
            let Some(Ok(start)) = &old.start else { continue };
            if self.kept_from.is_some_and(|kept| start.date() < kept) {
                continue;
            }
            let is_of_these = (self.dates.0..=self.dates.1).contains(&start.date());
            if !is_of_these || old.is_cancelled {
                events.push((start.date(), event(&old.content, old.sequence, &old.stamp)));
                continue;
            }
            let mut lines: Vec<String> =
                old.content.iter().filter(|line| !line.starts_with("STATUS:")).cloned().collect();
            lines.push("STATUS:CANCELLED".to_owned());
            events.push((start.date(), event(&lines, old.sequence.saturating_add(1), &stamp)));
        }
        events.sort_by_key(|(date, _)| *date);
        let first = events.first().map_or(self.dates.0, |(date, _)| *date);
        let last = events.last().map_or(first, |(date, _)| *date);
        let mut lines: Vec<String> = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//scheduler//roster//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
        ]
        .map(str::to_owned)
        .to_vec();
        lines.push(format!("X-WR-CALNAME:{}", escaped(&self.title)));
        if self.kept_from.is_some() {
            // For who fetches it again and again.
            lines.push("REFRESH-INTERVAL;VALUE=DURATION:PT1H".to_owned());
            lines.push("X-PUBLISHED-TTL:PT1H".to_owned());
        }
        lines.extend(vtimezone(zone, first, last));
        lines.extend(events.into_iter().flat_map(|(_, lines)| lines));
        lines.push("END:VCALENDAR".to_owned());
        lines.iter().map(|line| folded(line)).collect()
    }
}

/// The lines of an event.
fn event(content: &[String], sequence: u32, stamp: &str) -> Vec<String> {
    let mut lines = vec!["BEGIN:VEVENT".to_owned()];
    lines.extend_from_slice(content);
    lines.push(format!("DTSTAMP:{stamp}"));
    lines.push(format!("SEQUENCE:{sequence}"));
    lines.push("END:VEVENT".to_owned());
    lines
}

/// A line in pieces of at most 75 bytes, each but the first behind a blank.
fn folded(line: &str) -> String {
    let (mut out, mut length) = (String::with_capacity(line.len() + 2), 0);
    for character in line.chars() {
        if length + character.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(character);
        length += character.len_utf8();
    }
    out.push_str("\r\n");
    out
}
