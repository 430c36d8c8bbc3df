//! Plans an office, books on the plan, keeps the book, simulates the office and compares a variant.
//!
//! ```console
//! $ cargo run --release -p scheduler-examples --example whole_office
//! ```

use std::error::Error;

use scheduler_core::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let (date, eight, four) = ("2027-03-01".parse()?, Clock::at(8, 0), Clock::at(16, 0));
    let staff = |id| {
        let shift = Shift::new("hall", eight, four);
        Staff::new(id).shift(shift.pause(30, Clock::at(11, 30), Clock::at(13, 30)))
    };
    let scenario = Scenario::builder("Europe/Berlin", date, date)
        .site(Site::new("hall").open(eight, four))
        .room(Room::new("counter 1", "hall"))
        .room(Room::new("counter 2", "hall"))
        .service(Service::new("card", 15).persons(4, 5))
        .staff(staff("ada"))
        .staff(staff("ben"))
        .walk_in_quota(WalkInQuota::new("walk-ins", "hall", (eight, four), 0.25))
        .demand(Demand::new("cards", "card", "hall", 40.0))
        .build();
    let problem = Problem::new(&scenario)?;

    let plan = Planner::new(&problem).steps(20_000).plan()?.plan;
    assert!(check(&problem, &plan).is_valid());
    println!("{} slots, at most {:.2} % below the best", plan.slots.len(), plan.gap() * 100.0);
    let mut ledger = Ledger::new(&problem, 0, &plan.walk_in_blocks, Limits::default())?;
    let basket = [BasketItem { service: 0, persons: 2 }];
    let visit = Visit::new(&problem, &basket).map_err(|errors| errors[0].to_string())?;
    let start = ledger.starts(&visit).sure.iter().next().ok_or("nothing is free")?;
    ledger.insert(Entry::new("first", basket, visit, start), Limits::default())?;
    let stored = ledger.to_stored();
    let restored = Ledger::restore(&problem, 0, &stored, Limits::default());
    assert!(restored.stranded.is_empty() && restored.changes.is_empty());
    println!("{} promise kept", restored.ledger.promises().count());

    let mut options = CompareOptions::default();
    options.plan.budget = Budget::Steps(20_000);
    (options.simulation.until, options.simulation.weeks) = (Until::Replications(20), 2);
    let run = simulate(&problem, &plan, &options.simulation, &WallClock::start())?;
    println!("{} customers in {} replications", run.customers, run.replications);

    let third = br#"{ "schema": "variant/1", "name": "A third clerk",
        "edits": [{ "edit": "add_clerks", "count": 1, "like": "ben" }] }"#;
    let variants = [Variant::from_json(third)?];
    let comparison = compare(&scenario, &variants, &options, &WallClock::start())?;
    for change in comparison.changes[0].iter().filter(|change| change.kpi.site.is_none()) {
        println!("{}: {:?}", change.kpi.id.id(), change.verdict);
    }
    Ok(())
}
