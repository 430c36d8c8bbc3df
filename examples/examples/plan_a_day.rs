//! Builds a small office in code, plans a day of it, and prints the day.
//!
//! ```console
//! $ cargo run --release -p scheduler-examples --example plan_a_day
//! ```

use std::error::Error;

use scheduler_core::prelude::*;
use scheduler_core::report::{Language, summary};

fn main() -> Result<(), Box<dyn Error>> {
    // A scenario is plain data: from code as here, or from a file with `Scenario::from_json`.
    let scenario = office()?;

    // Everything wrong with it comes back at once, each finding with its place and what to do.
    let problem = Problem::new(&scenario)?;
    for warning in &problem.warnings {
        eprintln!("{warning}");
    }

    // A budget of steps gives the same plan on every machine; `seconds` gives the best of the time.
    // `cancel` takes a stop button, `on_progress` shows how it goes.
    let outcome = Planner::new(&problem).steps(100_000).plan()?;

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
    let (open, noon, close) = (Clock::at(8, 0), Clock::at(12, 0), Clock::at(16, 0));
    let clerk = |id, skills: &[&str], from, until| {
        let shift = Shift::new("townhall", from, until);
        Staff::new(id).skills(skills.iter().copied()).shift(shift.pause(
            30,
            Clock::at(11, 0),
            Clock::at(14, 0),
        ))
    };
    let demand = |service: &str, from, until, mean| {
        let id = format!("{service}-{from}");
        Demand::new(id, service, "townhall", mean).between(from, until)
    };
    let scenario = Scenario::builder("Europe/Berlin", date, date)
        .name("Town hall, one Thursday")
        .site(Site {
            name: Some("Town hall".to_owned()),
            ..Site::new("townhall").open(open, close)
        })
        .room(Room::new("counter-1", "townhall").equipped(["biometrics"]))
        .room(Room::new("counter-2", "townhall"))
        .service(
            Service::new("passport", 15)
                .persons(4, 10)
                .skills(["documents"])
                .equipment(["biometrics"]),
        )
        .service(Service {
            value: 1.2,
            ..Service::new("address", 10).persons(6, 5).skills(["registration"])
        })
        .staff(clerk("ayse", &["documents", "registration"], open, close))
        .staff(clerk("ben", &["registration"], open, Clock::at(14, 0)))
        .staff(clerk("carla", &["documents"], Clock::at(10, 0), close))
        .walk_in_quota(WalkInQuota {
            skills: vec!["registration".to_owned()],
            ..WalkInQuota::new("morning", "townhall", (open, noon), 0.25)
        })
        .demand(demand("passport", open, noon, 9.0))
        .demand(demand("passport", noon, close, 12.0))
        .demand(demand("address", open, noon, 16.0))
        .demand(demand("address", noon, close, 8.0))
        .appointment(Appointment {
            persons: 3,
            ..Appointment::new(
                "family-of-three",
                "passport",
                "townhall",
                "2027-03-04T09:30:00+01:00".parse()?,
            )
        });
    Ok(scenario.build())
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
