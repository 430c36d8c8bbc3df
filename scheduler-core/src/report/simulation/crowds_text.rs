//! Tables by service, by weekday and by time of the week.

use std::collections::BTreeMap;

use super::crowds::TimeFigure;
use super::report::{Measured, SimulationReport};
use super::text::heading;
use crate::report::language::Language;
use crate::report::table::Table;
use crate::simulate::model::Channel;
use crate::simulate::result::Unit;

const CHANNELS: [Channel; 2] = [Channel::Appointment, Channel::WalkIn];

impl SimulationReport {
    /// Waits and losses of all sites together by service and by weekday. `details` adds half hours
    /// of each weekday.
    pub(super) fn crowds(&self, out: &mut String, language: Language, details: bool) {
        self.by_service(out, language);
        self.by_weekday(out, language);
        if details {
            self.by_time(out, language);
        }
    }

    fn by_service(&self, out: &mut String, language: Language) {
        let mut rows: Vec<(&str, [Option<Measured>; 3])> = Vec::new();
        for one in self.services.iter().filter(|one| one.site.is_none()) {
            if rows.last().is_none_or(|(name, _)| *name != one.service) {
                rows.push((&one.service, [None; 3]));
            }
            let Some((_, cells)) = rows.last_mut() else { continue };
            fill(cells, one.channel, one.wait, one.lost);
        }
        if rows.is_empty() {
            return;
        }
        heading(out, language.by_service());
        let mut table = crowd_table(language, language.service(), None);
        for (name, cells) in rows {
            table.row(crowd_row(language, name, &cells, None));
        }
        table.render(out);
    }

    fn by_weekday(&self, out: &mut String, language: Language) {
        let mut days: BTreeMap<usize, [Option<Measured>; 3]> = BTreeMap::new();
        for one in self.together().filter(|one| one.half_hour.is_none()) {
            fill(days.entry(one.day).or_default(), one.channel, one.wait, one.lost);
        }
        if days.is_empty() {
            return;
        }
        heading(out, language.by_weekday());
        let mut table = crowd_table(language, language.weekday(), Some(language.most_waiting()));
        for (day, cells) in days {
            let waiting = self.waiting(day);
            let most = waiting.iter().max_by(|one, other| one.1.total_cmp(other.1));
            let most = most.map_or_else(String::new, |(half_hour, people)| {
                format!("{} ({})", language.number(*people, 1), clock(*half_hour))
            });
            table.row(crowd_row(language, language.weekday_name(day), &cells, Some(most)));
        }
        table.render(out);
    }

    /// A table for each channel, and one of the people waiting: half hours down, weekdays across.
    fn by_time(&self, out: &mut String, language: Language) {
        for channel in CHANNELS {
            let mut cells: BTreeMap<(usize, usize), String> = BTreeMap::new();
            for one in self.together().filter(|one| one.channel == channel) {
                let Some(half_hour) = one.half_hour else { continue };
                if one.wait.value.is_finite() {
                    cells.insert((half_hour, one.day), language.number(one.wait.value, 1));
                }
            }
            let title = format!("{}: {}", language.waits_by_time(), language.channel_long(channel));
            week_table(out, language, &title, &cells);
        }
        let days = 0..7;
        let waiting = days.flat_map(|day| {
            self.waiting(day).into_iter().map(move |(half_hour, people)| ((half_hour, day), people))
        });
        let cells = waiting.map(|(at, people)| (at, language.number(people, 1))).collect();
        week_table(out, language, language.people_waiting(), &cells);
    }

    fn together(&self) -> impl Iterator<Item = &TimeFigure> {
        self.times.iter().filter(|one| one.site.is_none())
    }

    /// People waiting at a time in each half hour of a weekday, with an appointment or without.
    fn waiting(&self, day: usize) -> BTreeMap<usize, f64> {
        let mut people = BTreeMap::new();
        for one in self.together().filter(|one| one.day == day) {
            if let (Some(half_hour), Some(waiting)) = (one.half_hour, one.waiting) {
                *people.entry(half_hour).or_default() += waiting.value;
            }
        }
        people
    }
}

/// Wait of appointments, wait of walk-ins, and share of walk-ins who were not served.
fn fill(cells: &mut [Option<Measured>; 3], who: Channel, wait: Measured, lost: Measured) {
    match who {
        Channel::Appointment => cells[0] = Some(wait),
        Channel::WalkIn => (cells[1], cells[2]) = (Some(wait), Some(lost)),
    }
}

fn crowd_table(language: Language, first: &str, last: Option<&str>) -> Table {
    let [booked, walked] = CHANNELS.map(|channel| language.channel_column(channel));
    let wait = language.wait_minutes();
    let mut above = vec![first, booked, walked, walked];
    let mut below = vec!["", wait, wait, language.unserved()];
    if let Some(last) = last {
        above.push(last);
        below.push("");
    }
    let mut table = Table::new(1, &above);
    table.under_header(&below);
    table
}

fn crowd_row(
    language: Language,
    name: &str,
    cells: &[Option<Measured>; 3],
    last: Option<String>,
) -> Vec<String> {
    let units = [Unit::Minutes, Unit::Minutes, Unit::Share];
    let cells = cells.iter().zip(units).map(|(cell, unit)| {
        cell.map_or_else(|| "–".to_owned(), |measured| language.figure(measured, unit))
    });
    std::iter::once(name.to_owned()).chain(cells).chain(last).collect()
}

fn week_table(
    out: &mut String,
    language: Language,
    title: &str,
    cells: &BTreeMap<(usize, usize), String>,
) {
    let days: Vec<usize> =
        (0..7).filter(|day| cells.keys().any(|(_, other)| other == day)).collect();
    if days.is_empty() {
        return;
    }
    heading(out, title);
    let mut header = vec![language.arrival()];
    header.extend(days.iter().map(|&day| language.weekday_name(day)));
    let mut table = Table::new(1, &header);
    let half_hours = cells.keys().map(|(half_hour, _)| *half_hour);
    let (first, last) = (half_hours.clone().min().unwrap_or(0), half_hours.max().unwrap_or(0));
    for half_hour in first..=last {
        let mut row = vec![clock(half_hour)];
        row.extend(
            days.iter().map(|&day| {
                cells.get(&(half_hour, day)).cloned().unwrap_or_else(|| "–".to_owned())
            }),
        );
        table.row(row);
    }
    table.render(out);
}

fn clock(half_hour: usize) -> String {
    format!("{:02}:{:02}", half_hour / 2, half_hour % 2 * 30)
}

impl Language {
    /// A weekday, 0 for Monday.
    fn weekday_name(self, day: usize) -> &'static str {
        self.words().days_short[day % 7]
    }
}
