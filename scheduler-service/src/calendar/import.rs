//! Closures and absences from calendars.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Timelike as _};
use scheduler_core::scenario::{Scenario, TimeSpan};
use scheduler_core::time::Zone;

use super::ics::{self, Event, When};
use super::rule::Rule;
use crate::tables::codes::{CALENDAR, CALENDAR_IDLE, CALENDAR_RULE, Code};
use crate::tables::found::{At, Found, Text};

/// What was taken over from a calendar. Where errors were found, nothing was.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// What was found.
    pub found: Vec<Found>,
    /// Whole days.
    pub days: usize,
    /// Times of the day.
    pub times: usize,
}

/// Closes all sites, or one, at the times of the calendar called `name`.
pub fn closures(scenario: &mut Scenario, name: &str, bytes: &[u8], site: Option<&str>) -> Imported {
    let known: Vec<(&str, Option<&str>)> =
        scenario.sites.iter().map(|site| (site.id.as_str(), site.name.as_deref())).collect();
    let mut reading = match Reading::new(scenario, name, bytes) {
        Ok(reading) => reading,
        Err(found) => return Imported { found: vec![found], ..Imported::default() },
    };
    if let Some(site) = site
        && !known.iter().any(|(id, _)| *id == site)
    {
        reading.nobody(("site", "Standort"), site, &known);
    }
    let taken = reading.all(&mut |_| Ok(0));
    let (mut imported, taken) = reading.finish(taken);
    if let Some(taken) = taken.and_then(|mut taken| taken.remove(&0)) {
        for entry in &mut scenario.sites {
            if site.is_none_or(|site| site == entry.id) {
                taken.add_to(&mut entry.closed_on, &mut entry.closed);
            }
        }
        imported.days = taken.days.len();
        imported.times = taken.times.len();
    }
    imported
}

/// Takes the times of the calendar called `name` as absences: of `clerk`, or of whom each event names.
pub fn absences(
    scenario: &mut Scenario,
    name: &str,
    bytes: &[u8],
    clerk: Option<&str>,
) -> Imported {
    let known: Vec<(String, Option<String>)> =
        scenario.staff.iter().map(|clerk| (clerk.id.clone(), clerk.name.clone())).collect();
    let known: Vec<(&str, Option<&str>)> =
        known.iter().map(|(id, name)| (id.as_str(), name.as_deref())).collect();
    let mut reading = match Reading::new(scenario, name, bytes) {
        Ok(reading) => reading,
        Err(found) => return Imported { found: vec![found], ..Imported::default() },
    };
    let fixed = clerk.and_then(|clerk| known.iter().position(|(id, _)| *id == clerk));
    if let (Some(clerk), None) = (clerk, fixed) {
        reading.nobody(("clerk", "Person"), clerk, &known);
    }
    let taken = reading.all(&mut |event| match fixed {
        Some(clerk) => Ok(clerk),
        None => named(event, &known),
    });
    let (mut imported, taken) = reading.finish(taken);
    for (clerk, taken) in taken.into_iter().flatten() {
        if let Some(entry) = scenario.staff.get_mut(clerk) {
            taken.add_to(&mut entry.absent_on, &mut entry.absent);
            imported.days += taken.days.len();
            imported.times += taken.times.len();
        }
    }
    imported
}

/// The one of `known`, by id and name, whom an event names.
fn named(event: &Event, known: &[(&str, Option<&str>)]) -> Result<usize, Text> {
    let small = |text: &str| text.trim().to_lowercase();
    let people: Vec<String> = event.people.iter().map(|person| small(person)).collect();
    let summary = small(&event.summary);
    let is_named = |text: &str| {
        let text = small(text);
        let is_person = people.iter().any(|person| {
            *person == text || person.split_once('@').is_some_and(|(local, _)| local == text)
        });
        is_person || has_words(&summary, &text)
    };
    let found: Vec<usize> = (0..known.len())
        .filter(|&place| {
            known.get(place).is_some_and(|(id, name)| is_named(id) || name.is_some_and(is_named))
        })
        .collect();
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(Text::new(
            "the event names no clerk of the scenario, neither in its title nor as who takes part; add the \
             clerk's name or id, or state whose calendar it is: --absences CLERK=FILE.ics",
            "Der Eintrag nennt niemanden aus dem Szenario, weder im Titel noch als Teilnehmende. Ergänzen Sie \
             Namen oder Kennung, oder sagen Sie, wessen Kalender es ist: --absences PERSON=DATEI.ics",
        )),
        several => {
            let ids: Vec<&str> =
                several.iter().filter_map(|&place| Some(known.get(place)?.0)).collect();
            Err(Text::new(
                format!(
                    "the event names {}; leave one of them, or state whose calendar it is",
                    ids.join(" and ")
                ),
                format!(
                    "Der Eintrag nennt {}. Lassen Sie eine Person stehen, oder sagen Sie, wessen Kalender es ist.",
                    ids.join(" und ")
                ),
            ))
        }
    }
}

/// Whether `words` are in `text`, not as a part of a longer word.
fn has_words(text: &str, words: &str) -> bool {
    if words.is_empty() {
        return false;
    }
    let is_inside =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
    text.match_indices(words).any(|(place, _)| {
        let before = text.get(..place).and_then(|text| text.chars().next_back());
        let after = text.get(place + words.len()..).and_then(|text| text.chars().next());
        !is_inside(before) && !is_inside(after)
    })
}

/// Days and times within the horizon.
#[derive(Debug, Clone, Default)]
struct Taken {
    days: BTreeSet<NaiveDate>,
    times: BTreeSet<(DateTime<FixedOffset>, DateTime<FixedOffset>)>,
}

impl Taken {
    /// Adds what is not there yet.
    fn add_to(&self, days: &mut Vec<NaiveDate>, times: &mut Vec<TimeSpan>) {
        let known: BTreeSet<NaiveDate> = days.iter().copied().collect();
        days.extend(self.days.difference(&known));
        for &(from, until) in &self.times {
            let span = TimeSpan { from, until };
            if !times.contains(&span) {
                times.push(span);
            }
        }
    }
}

/// A calendar that is being read.
struct Reading {
    name: String,
    events: Vec<Event>,
    zone: Option<Zone>,
    horizon: (NaiveDate, NaiveDate),
    found: Vec<Found>,
}

impl Reading {
    fn new(scenario: &Scenario, name: &str, bytes: &[u8]) -> Result<Self, Found> {
        let events = ics::read(bytes).map_err(|wrong| {
            let cell = if wrong.line == 0 { String::new() } else { wrong.line.to_string() };
            let at = At { sheet: name.into(), cell, value: String::new() };
            Found::new(CALENDAR, Some(at), Text::new(wrong.en, wrong.de))
        })?;
        Ok(Self {
            name: name.to_owned(),
            events,
            zone: Zone::new(&scenario.time_zone).ok(),
            horizon: (scenario.horizon.from, scenario.horizon.until),
            found: Vec::new(),
        })
    }

    fn report(&mut self, code: Code, event: Option<&Event>, text: Text) {
        let at = At {
            sheet: self.name.as_str().into(),
            cell: event.map_or_else(String::new, |event| event.line.to_string()),
            value: event.map_or_else(String::new, |event| event.summary.clone()),
        };
        self.found.push(Found::new(code, Some(at), text));
    }

    fn nobody(&mut self, (en, de): (&str, &str), id: &str, known: &[(&str, Option<&str>)]) {
        let ids: Vec<&str> = known.iter().take(50).map(|(id, _)| *id).collect();
        let text = Text::new(
            format!("there is no {en} {id:?} in the scenario, which has {}", ids.join(", ")),
            format!("{de} „{id}“ gibt es im Szenario nicht. Es hat {}.", ids.join(", ")),
        );
        self.report(CALENDAR_RULE, None, text);
    }

    /// What of all events falls into the horizon, by whom it is about.
    fn all(&mut self, of: &mut dyn FnMut(&Event) -> Result<usize, Text>) -> BTreeMap<usize, Taken> {
        let events = std::mem::take(&mut self.events);
        let mut replaced: BTreeMap<&str, BTreeSet<NaiveDate>> = BTreeMap::new();
        for event in &events {
            if let Some(Ok(instead_of)) = &event.instead_of {
                replaced.entry(&event.uid).or_default().insert(instead_of.date());
            }
        }
        let mut all: BTreeMap<usize, Taken> = BTreeMap::new();
        for event in events.iter().filter(|event| !event.is_cancelled) {
            let nothing = BTreeSet::new();
            let left_out = match event.instead_of {
                None => replaced.get(event.uid.as_str()).unwrap_or(&nothing),
                Some(_) => &nothing,
            };
            let taken = match self.occurrences(event, left_out) {
                Ok(taken) => taken,
                Err(text) => {
                    self.report(CALENDAR_RULE, Some(event), text);
                    continue;
                }
            };
            if taken.days.is_empty() && taken.times.is_empty() {
                continue;
            }
            match of(event) {
                Ok(whose) => {
                    let to = all.entry(whose).or_default();
                    to.days.extend(taken.days);
                    to.times.extend(taken.times);
                }
                Err(text) => self.report(CALENDAR_RULE, Some(event), text),
            }
        }
        all
    }

    fn finish(
        mut self,
        taken: BTreeMap<usize, Taken>,
    ) -> (Imported, Option<BTreeMap<usize, Taken>>) {
        let is_wrong = !self.found.is_empty();
        if !is_wrong && taken.is_empty() {
            let (from, until) = self.horizon;
            let text = Text::new(
                format!(
                    "no event falls into the horizon from {from} to {until}; is it the right year?"
                ),
                format!(
                    "Kein Eintrag fällt in den Zeitraum vom {from} bis {until}. Ist es das richtige Jahr?"
                ),
            );
            self.report(CALENDAR_IDLE, None, text);
        }
        let imported = Imported { found: self.found, ..Imported::default() };
        (imported, Some(taken).filter(|_| !is_wrong))
    }

    /// The days and times of an event within the horizon.
    fn occurrences(&self, event: &Event, replaced: &BTreeSet<NaiveDate>) -> Result<Taken, Text> {
        let read = |when: &Option<Result<When, String>>| match when {
            Some(Ok(when)) => Ok(Some(when.clone())),
            Some(Err(text)) => Err(wrong_part(text)),
            None => Ok(None),
        };
        let start = read(&event.start)?.ok_or_else(|| {
            Text::new(
                "the event has no begin; give it one",
                "Der Eintrag hat keinen Beginn. Geben Sie ihm einen.",
            )
        })?;
        let length = length(&start, read(&event.end)?, event.duration.as_deref())?;
        let whole_days = length.num_seconds().div_euclid(86_400) + 1;
        let (from, until) = self.horizon;
        let back = Days::new(u64::try_from(whole_days).unwrap_or(0).min(400) + 1);
        let begin = from.checked_sub_days(back).unwrap_or(from);
        let mut days = BTreeSet::new();
        if event.rules.is_empty() {
            days.insert(start.date());
        }
        for rule in &event.rules {
            let rule = Rule::parse(rule).map_err(|part| wrong_part(&part))?;
            // By a clock of another zone it may be the day after.
            days.extend(rule.days(
                start.date(),
                begin,
                until.checked_add_days(Days::new(1)).unwrap_or(until),
            ));
        }
        for added in &event.added {
            days.insert(added.as_ref().map_err(|text| wrong_part(text))?.date());
        }
        for left_out in &event.left_out {
            days.remove(&left_out.as_ref().map_err(|text| wrong_part(text))?.date());
        }
        days.retain(|day| !replaced.contains(day));
        let mut taken = Taken::default();
        for day in days {
            match &start {
                When::Date(_) => {
                    let count = u64::try_from(length.num_days()).unwrap_or(1).clamp(1, 4_000);
                    let all = (0..count).filter_map(|days| day.checked_add_days(Days::new(days)));
                    taken.days.extend(all.filter(|day| (from..=until).contains(day)));
                }
                When::Time(time, zone) if length > TimeDelta::zero() => {
                    let first =
                        self.instant(NaiveDateTime::new(day, time.time()), zone.as_deref())?;
                    let last = first + length;
                    let (Some(first), Some(last)) = (self.local(first), self.local(last)) else {
                        continue;
                    };
                    if last.date_naive() >= from && first.date_naive() <= until {
                        taken.times.insert((first, last));
                    }
                }
                When::Time(..) => {}
            }
        }
        Ok(taken)
    }

    /// The instant at which the clock of a zone shows `time`.
    fn instant(
        &self,
        time: NaiveDateTime,
        zone: Option<&str>,
    ) -> Result<DateTime<FixedOffset>, Text> {
        if zone == Some("UTC") {
            return Ok(time.and_utc().fixed_offset());
        }
        let other = zone.map(zone_called).transpose()?;
        let zone = other.as_ref().or(self.zone.as_ref());
        let minute = time.hour() * 60 + time.minute();
        let instant = zone.and_then(|zone| zone.first_instant(time.date(), minute).ok());
        let instant = instant.map(|instant| instant + TimeDelta::seconds(i64::from(time.second())));
        instant.ok_or_else(|| wrong_part(&time.to_string()))
    }

    /// An instant with the offset of the scenario's zone.
    fn local(&self, instant: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        let (date, seconds) = self.zone.as_ref()?.wall_clock(instant)?;
        let shown = date.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(i64::from(seconds));
        let offset = shown.signed_duration_since(instant.naive_utc()).num_seconds();
        let offset = FixedOffset::east_opt(i32::try_from(offset).ok()?)?;
        Some(instant.with_timezone(&offset))
    }
}

fn wrong_part(part: &str) -> Text {
    Text::new(
        format!("{part:?} is not understood; write the days as single events"),
        format!("„{part}“ wird nicht verstanden. Schreiben Sie die Tage als einzelne Einträge."),
    )
}

/// How long an event is.
fn length(start: &When, end: Option<When>, duration: Option<&str>) -> Result<TimeDelta, Text> {
    let reversed = || {
        Text::new(
            "the event ends before it begins; correct it",
            "Der Eintrag endet, bevor er beginnt. Berichtigen Sie ihn.",
        )
    };
    let length = match (start, end, duration) {
        (When::Date(start), Some(end), _) => end.date().signed_duration_since(*start),
        (When::Time(start, one), Some(When::Time(end, other)), _) => {
            if one != &other && one.is_some() && other.is_some() {
                return Err(wrong_part("DTEND"));
            }
            end.signed_duration_since(*start)
        }
        (When::Time(start, _), Some(When::Date(end)), _) => {
            end.and_time(chrono::NaiveTime::MIN).signed_duration_since(*start)
        }
        (_, None, Some(text)) => iso_duration(text).ok_or_else(|| wrong_part(text))?,
        (When::Date(_), None, None) => TimeDelta::days(1),
        (When::Time(..), None, None) => TimeDelta::zero(),
    };
    if length < TimeDelta::zero() { Err(reversed()) } else { Ok(length) }
}

/// `P1D`, `PT1H30M`, `P2W`.
fn iso_duration(text: &str) -> Option<TimeDelta> {
    let rest = text.trim().trim_start_matches('+').strip_prefix('P')?;
    let (mut seconds, mut number, mut in_time) = (0_i64, String::new(), false);
    for character in rest.chars() {
        let unit = match (character, in_time) {
            ('T', _) => {
                in_time = true;
                continue;
            }
            (digit, _) if digit.is_ascii_digit() => {
                number.push(digit);
                continue;
            }
            ('W', false) => 604_800,
            ('D', false) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        let count: i64 = number.parse().ok().filter(|count| *count < 100_000)?;
        seconds += count * unit;
        number.clear();
    }
    number.is_empty().then(|| TimeDelta::seconds(seconds))
}

/// A zone as calendar programs call it.
fn zone_called(name: &str) -> Result<Zone, Text> {
    const OTHERS: [(&str, &str); 6] = [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Romance Standard Time", "Europe/Paris"),
        ("Central Europe Standard Time", "Europe/Budapest"),
        ("Central European Standard Time", "Europe/Warsaw"),
        ("GMT Standard Time", "Europe/London"),
        ("GTB Standard Time", "Europe/Athens"),
    ];
    let known = OTHERS.iter().find(|(other, _)| *other == name).map_or(name, |(_, known)| known);
    let parts: Vec<&str> = known.rsplitn(3, '/').collect();
    let short = match parts.as_slice() {
        [city, area, _] => format!("{area}/{city}"),
        _ => known.to_owned(),
    };
    Zone::new(known).or_else(|_| Zone::new(&short)).map_err(|_| {
        Text::new(
            format!("there is no time zone {name:?}; export the calendar with one such as Europe/Berlin, or in UTC"),
            format!("Die Zeitzone „{name}“ gibt es nicht. Exportieren Sie den Kalender mit einer wie Europe/Berlin oder in UTC."),
        )
    })
}
