//! Makes up a log of visits for a scenario: what a ticket system might export. Nobody in it exists.
//!
//! ```console
//! cargo run --release -p scheduler-examples --example synthetic_log -- examples/bremerhaven/scenario.json > log.csv
//! cargo run --release -p scheduler-examples --example synthetic_log -- SCENARIO.json DAYS SHARE SEED > log.csv
//! ```
//!
//! People come at the rates of the scenario's walk-ins and demand, or the `SHARE` of them that is
//! asked for; days differ, no-shows drift, and services take a tenth less than planned. Every row
//! says that it is synthetic.

use std::error::Error;
use std::io::{self, BufWriter, Write};

use scheduler_core::learn::synthetic::{TrueService, TrueSite, Truth, history};
use scheduler_core::learn::{DAY, Outcome, PlannedService, Visit};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which scenario?")?;
    let days = arguments.next().map_or(Ok(28), |text| text.parse())?;
    let share = arguments.next().map_or(Ok(1.0), |text| text.parse())?;
    let seed = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let scenario = Scenario::from_json(&std::fs::read(path)?)?;
    let problem = Problem::new(&scenario)?;
    let truth = truth(&scenario, &problem, (days, share));
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(
        out,
        "booked_at;appointment_at;site;service;persons;arrived_at;called_at;finished_at;counter;\
         clerk;outcome;remark"
    )?;
    let mut written = Ok(());
    history(&truth, seed, |visit| {
        if written.is_ok() {
            written = row(&mut out, &scenario, &visit);
        }
    });
    written?;
    out.flush()?;
    Ok(())
}

/// What is true of the made-up office.
fn truth(scenario: &Scenario, problem: &Problem, (days, share): (i64, f64)) -> Truth {
    let sites = (0..problem.sites.len()).map(|site| {
        let mut walk_ins = vec![[0.0; 48]; 7];
        let mut appointments = [0.0; 7];
        let mut dates = [0.0_f64; 7];
        for (day, date) in problem.dates.iter().enumerate() {
            let weekday = chrono_weekday(date);
            dates[weekday] += 1.0;
            let open = &problem.site_days[problem.site_day(site, day)].open;
            for entry in &problem.operations.walk_ins {
                if entry.site != site || !entry.days.contains(&day) {
                    continue;
                }
                for half_hour in 0..48 {
                    let from = half_hour * 30;
                    let is_open = open.iter().any(|window| {
                        problem.grid.minute_of(window.from) <= from
                            && from < problem.grid.minute_of(window.until)
                    });
                    if is_open && entry.from <= from && from < entry.until {
                        walk_ins[weekday][half_hour as usize] += entry.per_hour * share;
                    }
                }
            }
            for pool in &problem.pools {
                let here = |place: &&(usize, scheduler_core::time::Window)| {
                    let place = &problem.site_days[place.0];
                    place.site == site && place.day == day
                };
                let places = pool.places.iter().filter(here).count();
                appointments[weekday] +=
                    pool.mean * share * places as f64 / pool.places.len() as f64;
            }
        }
        let by_weekday = walk_ins.iter_mut().zip(&mut appointments).zip(dates);
        for ((rates, appointments), dates) in by_weekday {
            rates.iter_mut().for_each(|rate| *rate /= dates.max(1.0));
            *appointments /= dates.max(1.0);
        }
        TrueSite {
            walk_ins,
            day_cv: 0.15,
            appointments,
            clerks: (12.0 * share).ceil().max(6.0) as u32,
        }
    });
    let mut asked = vec![0.0; scenario.services.len()];
    for pool in &problem.pools {
        asked[pool.service] += pool.mean;
    }
    let services = scenario.services.iter().zip(asked).map(|(service, asked)| TrueService {
        share: asked,
        mean: 0.9 * f64::from(service.minutes),
        cv: 0.5,
        extra: 0.8 * f64::from(service.extra_person_minutes),
        planned: PlannedService {
            minutes: service.minutes,
            extra_person_minutes: service.extra_person_minutes,
            max_persons: service.max_persons,
        },
    });
    Truth { days, sites: sites.collect(), services: services.collect(), ..Truth::default() }
}

fn chrono_weekday(date: &scheduler_core::chrono::NaiveDate) -> usize {
    use scheduler_core::chrono::Datelike;
    date.weekday().num_days_from_monday() as usize
}

fn row(out: &mut impl Write, scenario: &Scenario, visit: &Visit) -> io::Result<()> {
    let text = |at: Option<i64>| at.map_or_else(String::new, instant);
    let number = |number: Option<u32>, of: &str| {
        number.map_or_else(String::new, |number| format!("{of}{}", number + 1))
    };
    let outcome = match visit.outcome {
        Outcome::Served => "served",
        Outcome::NoShow => "no-show",
        Outcome::Cancelled => "cancelled",
        Outcome::Left => "left",
    };
    let site = &scenario.sites[visit.site].id;
    writeln!(
        out,
        "{};{};{site};{};{};{};{};{};{};{};{outcome};synthetic",
        text(visit.booked_at),
        text(visit.appointment_at),
        scenario.services[visit.service].id,
        visit.persons,
        text(visit.arrived_at),
        text(visit.called_at),
        text(visit.finished_at),
        number(visit.counter, "C"),
        number(visit.clerk, &format!("{site}-K")),
    )
}

/// `2026-01-05 08:15:30`
fn instant(at: i64) -> String {
    let days = std::time::Duration::from_millis(at.rem_euclid(DAY) as u64).as_secs();
    let date = scheduler_core::chrono::NaiveDate::default()
        + scheduler_core::chrono::Days::new(at.div_euclid(DAY) as u64);
    format!("{date} {:02}:{:02}:{:02}", days / 3600, days / 60 % 60, days % 60)
}
