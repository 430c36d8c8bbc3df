//! What is booked, as calendars that are fetched again and again: of a clerk or of a site, from today on.
//!
//! Nothing in them says who has an appointment.

use chrono::{Days, NaiveDate};
use scheduler_core::problem::{Plan, Problem, Slot};
use scheduler_core::report::Language;
use scheduler_core::report::roster::{Span, roster};

use super::write::{Calendar, Draft, Slots, calendars_of, escaped, times};

/// Days for which events of the past stay in a calendar.
const KEPT_DAYS: u64 = 31;

/// An appointment.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit<'a> {
    /// Its own name among the events, which stays and says nothing.
    pub uid: String,
    /// Where and when it is.
    pub slot: &'a Slot,
    /// What for: indices of services with persons.
    pub basket: &'a [(usize, u32)],
}

/// What of the book goes into calendars.
#[derive(Debug, Clone, Copy)]
pub struct Booked<'a> {
    /// The scenario.
    pub problem: &'a Problem,
    /// Shifts, breaks, walk-in blocks and stays; its slots are appointments.
    pub plan: &'a Plan,
    /// Appointments that are events of their own.
    pub visits: &'a [Visit<'a>],
    /// The first date that is told.
    pub today: NaiveDate,
}

impl Booked<'_> {
    /// The calendar of the clerk with that index: shifts, days away, appointments.
    pub fn of_clerk(&self, clerk: usize, language: Language) -> Option<Calendar> {
        let roster = roster(self.problem, self.plan, Some(clerk));
        let all = calendars_of(self.problem, &roster, Slots::Booked, language);
        // Those of the sites follow.
        let calendar = all.into_iter().next()?;
        let visits = self.visits.iter().filter(|visit| visit.slot.clerk == clerk);
        let visits = visits.map(|visit| self.visit(visit, None, language)).collect();
        Some(self.since_today(calendar, visits))
    }

    /// The calendar of the site with that index: who works there, and appointments.
    pub fn of_site(&self, site: usize, language: Language) -> Option<Calendar> {
        let everybody = roster(self.problem, self.plan, None);
        let all = calendars_of(self.problem, &everybody, Slots::Booked, language);
        let calendar = all.into_iter().nth(everybody.clerks.len() + site)?;
        let visits = self.visits.iter().filter(|visit| visit.slot.site == site).map(|visit| {
            let clerk = &self.problem.clerks[visit.slot.clerk];
            self.visit(visit, Some(&clerk.name), language)
        });
        let visits = visits.collect();
        Some(self.since_today(calendar, visits))
    }

    /// The calendar of somebody or something called `title` that the scenario has no more: nothing, so that
    /// what was in it is cancelled.
    pub fn of_nothing(&self, title: &str) -> Calendar {
        let calendar = Calendar {
            file: String::new(),
            title: title.to_owned(),
            events: Vec::new(),
            dates: (self.today, self.problem.dates.last().copied().unwrap_or(self.today)),
            kept_from: None,
        };
        self.since_today(calendar, Vec::new())
    }

    /// `calendar` with `visits`, and nothing of the past but what was given out.
    fn since_today(&self, mut calendar: Calendar, visits: Vec<Draft>) -> Calendar {
        calendar.events.extend(visits);
        calendar.events.retain(|event| event.date >= self.today);
        // What was beyond the last date is not told any more.
        calendar.dates = (self.today, NaiveDate::MAX);
        calendar.kept_from = self.today.checked_sub_days(Days::new(KEPT_DAYS));
        calendar
    }

    fn visit(&self, visit: &Visit<'_>, clerk: Option<&str>, language: Language) -> Draft {
        let (problem, slot) = (self.problem, visit.slot);
        let date = problem.dates[slot.day];
        let clock = |step| problem.grid.clock(step);
        let span = Span { from: clock(slot.window.from), until: clock(slot.window.until) };
        let services = visit.basket.iter().map(|&(service, persons)| {
            let name = &problem.services[service].name;
            match (persons, language) {
                (0 | 1, _) => name.clone(),
                (_, Language::English) => format!("{name} ({persons} persons)"),
                (_, Language::German) => format!("{name} ({persons} Personen)"),
            }
        });
        let what = services.collect::<Vec<_>>().join(", ");
        let summary = clerk.map_or_else(|| what.clone(), |clerk| format!("{clerk}: {what}"));
        let site = &problem.sites[slot.site].name;
        let place = slot
            .room
            .map_or_else(|| site.clone(), |room| format!("{}, {site}", problem.rooms[room].name));
        let mut lines =
            vec![format!("UID:{}@scheduler", visit.uid), format!("SUMMARY:{}", escaped(&summary))];
        lines.extend(times(problem.zone.name(), date, span));
        lines.push(format!("LOCATION:{}", escaped(&place)));
        lines.push("TRANSP:OPAQUE".to_owned());
        lines.push("STATUS:CONFIRMED".to_owned());
        Draft { uid: format!("{}@scheduler", visit.uid), lines, date }
    }
}
