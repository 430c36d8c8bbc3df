//! Builds a small office in code, plans a day of it, and prints the day.
//!
//! ```console
//! $ cargo run --release -p scheduler-examples --example plan_a_day
//! ```

use std::error::Error;

use scheduler_core::check::check;
use scheduler_core::plan::{Budget, Options, WallClock, plan};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::report::{Language, summary};
use scheduler_core::scenario::{
    Appointment, Break, Demand, Horizon, Opening, PoolSpan, Room, Scenario, Service, Shift, Site,
    Staff, WalkInQuota,
};
use scheduler_core::time::Clock;

fn main() -> Result<(), Box<dyn Error>> {
    // A scenario is plain data: from code as here, or from a file with `Scenario::from_json`.
    let scenario = office()?;

    // Everything wrong with it comes back at once, each finding with its place and what to do.
    let problem = Problem::new(&scenario)?;
    for warning in &problem.warnings {
        eprintln!("{warning}");
    }

    // A budget of steps gives the same plan on every machine; `Budget::Time` gives the best of
    // the time. The monitor tells the time, and can stop the run or show how it goes.
    let options = Options { budget: Budget::Steps(100_000), ..Options::default() };
    let outcome = plan(&problem, &options, &WallClock::start())?;

    // The judge shares no code with the planner.
    let report = check(&problem, &outcome.plan);
    assert!(report.is_valid(), "{:?}", report.violations);

    print_day(&problem, &outcome.plan);
    print!(
        "{}",
        summary(&problem, &outcome.plan, &outcome.prices).to_text(Language::English, false)
    );
    Ok(())
}

/// One counter with a fingerprint reader and one without, three clerks, a Thursday.
fn office() -> Result<Scenario, Box<dyn Error>> {
    let date = "2027-03-04".parse()?;
    let clerk = |id: &str, skills: &[&str], from: Clock, until: Clock| Staff {
        id: id.to_owned(),
        skills: owned(skills),
        shifts: vec![Shift {
            site: "townhall".to_owned(),
            days: None,
            from,
            until,
            pause: Some(Break { minutes: 30, from: Clock::at(11, 0), until: Clock::at(14, 0) }),
        }],
        ..Staff::default()
    };
    let demand = |service: &str, from: Clock, until: Clock, mean: f64| Demand {
        id: format!("{service}-{from}"),
        service: service.to_owned(),
        sites: owned(&["townhall"]),
        days: None,
        from,
        until,
        mean,
        pool: PoolSpan::Day,
    };
    let (open, noon, close) = (Clock::at(8, 0), Clock::at(12, 0), Clock::at(16, 0));
    Ok(Scenario {
        name: Some("Town hall, one Thursday".to_owned()),
        notes: None,
        time_zone: "Europe/Berlin".to_owned(),
        grid_minutes: 5,
        horizon: Horizon { from: date, until: date },
        sites: vec![Site {
            id: "townhall".to_owned(),
            name: Some("Town hall".to_owned()),
            open: vec![Opening { days: None, from: open, until: close }],
            closed_on: Vec::new(),
        }],
        rooms: vec![
            Room {
                id: "counter-1".to_owned(),
                site: "townhall".to_owned(),
                equipment: owned(&["biometrics"]),
                ..Room::default()
            },
            Room { id: "counter-2".to_owned(), site: "townhall".to_owned(), ..Room::default() },
        ],
        services: vec![
            Service {
                id: "passport".to_owned(),
                name: Some("Passport".to_owned()),
                minutes: 15,
                extra_person_minutes: 10,
                max_persons: 4,
                skills: owned(&["documents"]),
                equipment: owned(&["biometrics"]),
                value: 1.0,
            },
            Service {
                id: "address".to_owned(),
                name: Some("Change of address".to_owned()),
                minutes: 10,
                extra_person_minutes: 5,
                max_persons: 6,
                skills: owned(&["registration"]),
                equipment: Vec::new(),
                value: 1.2,
            },
        ],
        staff: vec![
            clerk("ayse", &["documents", "registration"], open, close),
            clerk("ben", &["registration"], open, Clock::at(14, 0)),
            clerk("carla", &["documents"], Clock::at(10, 0), close),
        ],
        walk_in_quotas: vec![WalkInQuota {
            id: "morning".to_owned(),
            site: "townhall".to_owned(),
            days: None,
            from: open,
            until: noon,
            min_share: 0.25,
            max_share: None,
            block_minutes: 30,
            skills: owned(&["registration"]),
            returns_at: None,
        }],
        demand: vec![
            demand("passport", open, noon, 9.0),
            demand("passport", noon, close, 12.0),
            demand("address", open, noon, 16.0),
            demand("address", noon, close, 8.0),
        ],
        appointments: vec![Appointment {
            id: "family-of-three".to_owned(),
            service: "passport".to_owned(),
            site: "townhall".to_owned(),
            start: "2027-03-04T09:30:00+01:00".parse()?,
            persons: 3,
            staff: None,
            room: None,
        }],
        release: Vec::new(),
        operations: None,
    })
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Prints what each clerk does when.
fn print_day(problem: &Problem, plan: &Plan) {
    for (index, clerk) in problem.clerks.iter().enumerate() {
        println!("{}", clerk.id);
        let slots = plan.slots.iter().filter(|slot| slot.clerk == index).map(|slot| {
            let promise = if slot.promise.is_some() { " (promised)" } else { "" };
            let service = &problem.services[slot.service].name;
            let room = slot.room.map_or("no room", |room| &problem.rooms[room].id);
            (slot.window, format!("{service}{promise}, {room}"))
        });
        let blocks = plan.walk_in_blocks.iter().filter(|block| block.clerk == index);
        let blocks = blocks
            .map(|block| (block.window, format!("walk-ins, {}", problem.rooms[block.room].id)));
        let breaks = plan.breaks.iter().filter(|taken| taken.clerk == index);
        let breaks = breaks.map(|taken| (taken.window, "break".to_owned()));
        let mut day: Vec<_> = slots.chain(blocks).chain(breaks).collect();
        day.sort();
        for (window, what) in day {
            let (from, until) = (problem.grid.clock(window.from), problem.grid.clock(window.until));
            println!("  {from}–{until}  {what}");
        }
    }
    println!();
}
