//! Where a scenario differs from what a history says.

use serde::Serialize;

use super::bookings::{Wanted, sd};
use super::estimate::Estimate;
use super::learned::Learned;
use super::visit::weekday;
use crate::problem::Problem;

/// A figure that both a scenario and a history have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "figure", rename_all = "snake_case")]
pub enum Figure {
    /// People without an appointment on a day.
    WalkIns {
        /// Index of the site.
        site: usize,
        /// 0 for Monday.
        weekday: usize,
    },
    /// Requests for appointments in a week, at all sites.
    Requests {
        /// Index of the service; all where `None`.
        service: Option<usize>,
    },
    /// Share of the appointments that are given back.
    Cancelled,
    /// Share of the others to which nobody comes.
    NoShow,
    /// Minutes by which people come after their time.
    Lateness,
    /// The standard deviation of that.
    LatenessSpread,
    /// Minutes for one person.
    Minutes {
        /// Index of the service.
        service: usize,
    },
    /// Minutes that walk-ins wait at most.
    Patience,
}

/// What a comparison comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The scenario's figure is within the interval.
    Holds,
    /// It is not.
    Drifted,
    /// It is above what was booked: who asked and found nothing has left no trace.
    Open,
}

/// A figure of a scenario beside that of a history.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drift {
    /// Which.
    #[serde(flatten)]
    pub figure: Figure,
    /// What the scenario says.
    pub scenario: f64,
    /// What the history says.
    pub history: Estimate,
    /// What that comes to.
    pub verdict: Verdict,
}

/// All figures that both have. What the scenario leaves out is what
/// [holds then](crate::problem::Operations). The problem and the history have the same sites and
/// services, by index.
pub fn drift(problem: &Problem, learned: &Learned) -> Vec<Drift> {
    let mut found = walk_ins(problem, learned);
    found.extend(requests(problem, learned));
    let operations = &problem.operations;
    let mut add = |figure, scenario: f64, history: Estimate| {
        found.push(compared(figure, scenario, history));
    };
    if let Some(cancelled) = &learned.bookings.cancelled {
        add(Figure::Cancelled, operations.cancellation_share, cancelled.share);
    }
    if let Some(no_shows) = &learned.no_shows {
        let weeks = learned.bookings.lead.map_or(0.0, |lead| lead.mean / 7.0);
        let share = operations.no_show + operations.no_show_per_week * weeks;
        add(Figure::NoShow, share.min(1.0), no_shows.share);
    }
    if let Some(lateness) = learned.lateness {
        add(Figure::Lateness, operations.lateness.mean_minutes, lateness.mean);
        add(Figure::LatenessSpread, operations.lateness.sd_minutes, lateness.sd);
    }
    for of in learned.durations.iter().filter(|of| of.withheld.is_none()) {
        let planned = operations.service_times.get(of.service);
        let one = of.persons.iter().find(|of| of.persons == 1);
        if let (Some(time), Some(one)) = (planned, one) {
            add(Figure::Minutes { service: of.service }, time.mean_minutes, one.mean);
        }
    }
    if let (Some(patience), Some(mean)) = (&operations.patience, learned.patience.mean) {
        add(Figure::Patience, patience.mean_minutes, mean);
    }
    found
}

fn compared(figure: Figure, scenario: f64, history: Estimate) -> Drift {
    let verdict = if history.holds(scenario) { Verdict::Holds } else { Verdict::Drifted };
    Drift { figure, scenario, history, verdict }
}

/// How many dates of the problem are of each weekday, and the weekday of each date.
fn weekdays(problem: &Problem) -> ([usize; 7], Vec<usize>) {
    let epoch = chrono::NaiveDate::default();
    let of = |date: &chrono::NaiveDate| weekday(date.signed_duration_since(epoch).num_days());
    let all: Vec<usize> = problem.dates.iter().map(of).collect();
    let mut count = [0; 7];
    all.iter().for_each(|&weekday| count[weekday] += 1);
    (count, all)
}

fn walk_ins(problem: &Problem, learned: &Learned) -> Vec<Drift> {
    let (_, weekday_of) = weekdays(problem);
    let mut found = Vec::new();
    for site in learned.walk_ins.iter().filter(|site| site.count > 0) {
        for day in &site.weekdays {
            let (mut people, mut dates) = (0.0, 0_usize);
            for (date, _) in weekday_of.iter().enumerate().filter(|(_, of)| **of == day.weekday) {
                let open = &problem.site_days[problem.site_day(site.site, date)].open;
                dates += usize::from(!open.is_empty());
                let entries = problem.operations.walk_ins.iter();
                for entry in entries.filter(|e| e.site == site.site && e.days.contains(&date)) {
                    let minutes = open.iter().map(|window| {
                        let minute = |step: u16| u32::from(step) * problem.grid.minutes();
                        let until = minute(window.until).min(entry.until);
                        until.saturating_sub(minute(window.from).max(entry.from))
                    });
                    let online = |service: usize| problem.operations.online[service];
                    let offline = entry.mix.iter().map(|&(of, share)| share * (1.0 - online(of)));
                    let hours = f64::from(minutes.sum::<u32>()) / 60.0;
                    people += entry.per_hour * hours * offline.sum::<f64>();
                }
            }
            if dates > 0 {
                let figure = Figure::WalkIns { site: site.site, weekday: day.weekday };
                found.push(compared(figure, people / dates as f64, day.per_day));
            }
        }
    }
    found
}

/// Requests in a week of the days that the problem has, each a mean one.
fn requests(problem: &Problem, learned: &Learned) -> Vec<Drift> {
    let (count, weekday_of) = weekdays(problem);
    // Of days of the week that the problem does not have it says nothing.
    let known = |of: &&Wanted| count[of.weekday] > 0;
    let wanted: Vec<&Wanted> = learned.bookings.wanted.iter().filter(known).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut expected = vec![0.0; problem.services.len()];
    for pool in &problem.pools {
        let offline = 1.0 - problem.operations.online[pool.service];
        let mean = pool.mean * problem.operations.requests.factor * offline;
        let place = |site_day: usize| weekday_of[problem.site_days[site_day].day];
        let part = mean / pool.places.len() as f64;
        for &(site_day, _) in &pool.places {
            expected[pool.service] += part / count[place(site_day)] as f64;
        }
    }
    let booked = |service: Option<usize>| {
        let of = wanted.iter().filter(|of| service.is_none_or(|service| of.service == service));
        let (mean, variance) = of.fold((0.0, 0.0), |(mean, variance), of| {
            (mean + of.per_day.value, variance + sd(of.per_day).powi(2))
        });
        Estimate::gamma(mean, variance.sqrt())
    };
    let of = |service: Option<usize>, scenario: f64| {
        let mut found = compared(Figure::Requests { service }, scenario, booked(service));
        // What was booked is the least that was asked for.
        if found.verdict == Verdict::Drifted && scenario > found.history.high {
            found.verdict = Verdict::Open;
        }
        found
    };
    let mut found = vec![of(None, expected.iter().sum())];
    for (service, &scenario) in expected.iter().enumerate() {
        if wanted.iter().any(|wanted| wanted.service == service) {
            found.push(of(Some(service), scenario));
        }
    }
    found
}
