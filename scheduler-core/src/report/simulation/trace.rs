//! Every customer of one replication, as CSV.

use crate::problem::{Plan, Problem};
use crate::report::csv::{Cell, Csv};
use crate::report::language::Language;
use crate::simulate::Watch;
use crate::simulate::booking::Repeat;
use crate::simulate::model::{Channel, Millis};
use crate::simulate::office::Offices;
use crate::simulate::run::{SimulateError, Simulation, SimulationOptions};
use crate::simulate::service_day::{Leaver, Left, Missed, Observer, Visit};

const HEADER: [&str; 12] = [
    "day",
    "plan_date",
    "site",
    "channel",
    "service",
    "booked",
    "arrival",
    "begin",
    "end",
    "wait_minutes",
    "clerk",
    "outcome",
];

/// Every customer of the measured days of one replication as CSV: a header, then a row for each who
/// was served, left or did not come, in order of day and site, and there in order of leaving. Times
/// are `07:30:00.000`; `day` counts measured days from 1, `plan_date` is the date of the plan that
/// the day is like. `outcome` is `served`, `full`, `ticket_stop`, `ticket_cap`, `impatient`,
/// `nobody` or `no_show`. In German the file is one that a German spreadsheet opens.
///
/// # Errors
/// As [`Simulation::new`] and [`Simulation::replay`].
pub fn trace(
    problem: &Problem,
    plan: &Plan,
    options: &SimulationOptions,
    replication: u64,
    language: Language,
) -> Result<String, SimulateError> {
    let simulation = Simulation::new(problem, plan, options)?;
    let offices = Offices::new(problem, plan)?;
    let mut trace = Trace { problem, offices, csv: Csv::new(language, &HEADER), site: 0, day: 0 };
    simulation.replay(replication, &mut trace)?;
    Ok(trace.csv.finish())
}

#[derive(Debug)]
struct Trace<'a> {
    problem: &'a Problem,
    offices: Offices,
    csv: Csv,
    site: usize,
    day: u32,
}

/// What rows of different outcomes share.
struct Row<'a> {
    channel: Channel,
    service: u32,
    booked: Option<Millis>,
    arrival: Option<Millis>,
    begin: Option<Millis>,
    end: Option<Millis>,
    wait: Option<Millis>,
    clerk: &'a str,
    outcome: &'a str,
}

impl Watch for Trace<'_> {
    fn day(&mut self, site: usize, day: u32) {
        (self.site, self.day) = (site, day);
    }
}

impl Observer for Trace<'_> {
    fn served(&mut self, visit: &Visit) {
        let office = self.offices.days[self.site_day()].as_ref();
        let clerk = office.and_then(|office| office.clerks.get(visit.clerk as usize));
        self.row(&Row {
            channel: visit.channel,
            service: visit.service,
            booked: visit.due,
            arrival: Some(visit.arrival),
            begin: Some(visit.begin),
            end: Some(visit.end),
            wait: Some(visit.wait()),
            clerk: clerk.map_or("", |&clerk| self.problem.clerks[clerk].id.as_str()),
            outcome: "served",
        });
    }

    fn left(&mut self, leaver: &Leaver) {
        self.row(&Row {
            channel: leaver.channel,
            service: leaver.service,
            booked: leaver.due,
            arrival: Some(leaver.arrival),
            begin: None,
            end: Some(leaver.at),
            wait: Some(leaver.at - leaver.arrival),
            clerk: "",
            outcome: match leaver.why {
                Left::Full => "full",
                Left::TicketStop => "ticket_stop",
                Left::TicketCap => "ticket_cap",
                Left::Impatient => "impatient",
                Left::Nobody => "nobody",
            },
        });
    }

    fn missed(&mut self, missed: &Missed) {
        self.row(&Row {
            channel: Channel::Appointment,
            service: missed.service,
            booked: Some(missed.due),
            arrival: None,
            begin: None,
            end: None,
            wait: None,
            clerk: "",
            outcome: "no_show",
        });
    }
}

impl Trace<'_> {
    /// The date of the plan that the day is like.
    fn date(&self) -> usize {
        self.day as usize % Repeat::of(self.problem).days
    }

    fn site_day(&self) -> usize {
        self.problem.site_day(self.site, self.date())
    }

    fn row(&mut self, row: &Row<'_>) {
        let problem = self.problem;
        let channel = match row.channel {
            Channel::Appointment => "appointment",
            Channel::WalkIn => "walk_in",
        };
        let date = problem.dates[self.date()].to_string();
        let wait = |wait: Millis| self.csv.decimal(&format!("{:.3}", minutes(wait)));
        let wait = row.wait.map_or_else(String::new, wait);
        let clock = |millis| self.csv.decimal(&clock(millis));
        let times = [row.booked, row.arrival, row.begin, row.end].map(clock);
        self.csv.row(&[
            Cell::Whole(u64::from(self.day) + 1),
            Cell::Text(&date),
            Cell::Text(&problem.sites[self.site].id),
            Cell::Text(channel),
            Cell::Text(&problem.services[row.service as usize].id),
            Cell::Text(&times[0]),
            Cell::Text(&times[1]),
            Cell::Text(&times[2]),
            Cell::Text(&times[3]),
            Cell::Text(&wait),
            Cell::Text(row.clerk),
            Cell::Text(row.outcome),
        ]);
    }
}

fn minutes(millis: Millis) -> f64 {
    f64::from(millis) / 60_000.0
}

/// `07:30:00.000`; after midnight hours go on.
fn clock(millis: Option<Millis>) -> String {
    millis.map_or_else(String::new, |millis| {
        let (seconds, rest) = (millis / 1000, millis % 1000);
        format!("{:02}:{:02}:{:02}.{rest:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    })
}
