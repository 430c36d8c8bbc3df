//! On the days of a real office, filled until citizens are turned away: what is offered can be
//! kept, and what is not offered cannot. The one is shown by the witness, the other by an integer
//! program that knows nothing of the ledger.

use std::fs;
use std::path::Path;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use scheduler_core::ledger::{Answer, BasketItem, Entry, Ledger, Limits, Visit};
use scheduler_core::plan::plan;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Room, Scenario, Shift, Staff, Weekday};
use scheduler_core::time::Step;

use crate::strategies::ledger::{Day, Task, faults};
use crate::strategies::{NoClock, steps};

/// Enough for every question here.
const LIMITS: Limits = Limits::nodes(1_000_000);

/// The office of the example on a Thursday, with colleagues of the same skills and hours, and rooms,
/// until so many clerks work at each site.
fn office(clerks: usize) -> Problem {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/thursday.json");
    let mut scenario = Scenario::from_json(&fs::read(path).unwrap()).unwrap();
    for site in scenario.sites.clone() {
        let at_work = |shift: &Shift| {
            let days = shift.days.as_ref();
            shift.site == site.id && days.is_none_or(|days| days.contains(&Weekday::Thu))
        };
        let here = |staff: &&Staff| staff.shifts.iter().any(at_work);
        let own: Vec<Staff> = scenario.staff.iter().filter(here).cloned().collect();
        let more = (own.len()..clerks).map(|number| {
            let like = &own[number % own.len()];
            Staff { id: format!("{}-{number}", like.id), ..like.clone() }
        });
        let more: Vec<Staff> = more.collect();
        let rooms: Vec<Room> =
            scenario.rooms.iter().filter(|room| room.site == site.id).cloned().collect();
        let rooms = (0..more.len()).map(|number| {
            let like = &rooms[number % rooms.len()];
            Room { id: format!("{}-{number}", like.id), ..like.clone() }
        });
        scenario.rooms.extend(rooms.collect::<Vec<_>>());
        scenario.staff.extend(more);
    }
    Problem::new(&scenario).unwrap()
}

/// A service of the day's demand, some with two persons, some with a second service.
fn visit(problem: &Problem, random: &mut Xoshiro256PlusPlus) -> Visit {
    loop {
        let total: f64 = problem.pools.iter().map(|pool| pool.mean).sum();
        let mut left = random.random::<f64>() * total;
        let drawn = problem.pools.iter().find(|pool| {
            left -= pool.mean;
            left < 0.0
        });
        let Some(pool) = drawn else { continue };
        let two = problem.services[pool.service].max_persons > 1 && random.random_bool(0.15);
        let mut basket = vec![BasketItem { service: pool.service, persons: 1 + u32::from(two) }];
        let second = random.random_range(0..problem.services.len());
        if second != pool.service && random.random_bool(0.1) {
            basket.push(BasketItem { service: second, persons: 1 });
        }
        return Visit::new(problem, &basket).unwrap();
    }
}

/// What became of the questions.
#[derive(Debug, Default)]
struct Tally {
    promises: usize,
    offered: usize,
    impossible: usize,
    by_matching: usize,
    unknown: usize,
}

struct Office<'a> {
    problem: &'a Problem,
    day: Day<'a>,
    blocks: Vec<Task>,
    ledger: Ledger,
    tally: Tally,
}

impl Office<'_> {
    fn tasks(&self) -> Vec<Task> {
        let promises = self.ledger.promises();
        let promises = promises.map(|(entry, _)| Task::visit(&entry.visit, entry.start));
        promises.chain(self.blocks.iter().cloned()).collect()
    }

    /// Checks the answer for every start of the day.
    fn ask(&mut self, visit: &Visit) {
        let starts = self.ledger.starts(visit);
        let mut tasks = self.tasks();
        for start in 0..self.problem.grid.steps_per_day() {
            let (sure, open) = (starts.sure.contains(start), starts.open.contains(start));
            let answer = if sure || open {
                self.ledger.check(visit, start, LIMITS)
            } else {
                self.tally.by_matching += 1;
                Answer::No
            };
            match answer {
                Answer::Yes => self.bookable(visit, start),
                Answer::Unknown => {
                    self.tally.unknown += 1;
                    tasks.push(Task::visit(visit, start));
                    assert!(
                        !self.day.feasible(&tasks),
                        "{visit:?} at {start} is possible and missed"
                    );
                    tasks.pop();
                }
                Answer::No => {
                    assert!(!sure, "{visit:?} at {start} is sure and denied");
                    self.tally.impossible += 1;
                    tasks.push(Task::visit(visit, start));
                    assert!(
                        !self.day.feasible(&tasks),
                        "{visit:?} at {start} is possible and denied, open: {open}"
                    );
                    tasks.pop();
                }
            }
        }
    }

    /// What was offered is booked, and the witness is right.
    fn bookable(&mut self, visit: &Visit, start: Step) {
        self.tally.offered += 1;
        let mut booked = self.ledger.clone();
        booked.insert(entry("asked", visit, start), LIMITS).unwrap();
        assert_eq!(faults(self.problem, &booked), Vec::<String>::new());
    }
}

fn entry(id: &str, visit: &Visit, start: Step) -> Entry {
    Entry::new(id, [], visit.clone(), start)
}

/// Fills the first site-day of an office with at least so many clerks; asks for a basket at every
/// start after each so many promises.
fn fill(clerks: usize, seed: u64, every: usize) -> Tally {
    let problem = office(clerks);
    let plan = plan(&problem, &steps(20_000), &NoClock).unwrap().plan;
    let place = &problem.site_days[0];
    let here = |block: &&scheduler_core::problem::WalkInBlock| {
        (block.site, block.day) == (place.site, place.day)
    };
    let blocks = plan.walk_in_blocks.iter().filter(here);
    let blocks = blocks.filter_map(|b| Task::block(&problem, 0, b.clerk, b.window)).collect();
    let ledger = Ledger::new(&problem, 0, &plan.walk_in_blocks, LIMITS).unwrap();
    let day = Day::new(&problem, 0);
    let tally = Tally::default();
    let mut office = Office { problem: &problem, day, blocks, ledger, tally };
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut turned_away = 0;
    while turned_away < 40 {
        let wanted = visit(&problem, &mut random);
        let starts = office.ledger.starts(&wanted);
        let likely: Vec<Step> = starts.sure.iter().chain(starts.open.iter()).collect();
        let booked = (!likely.is_empty()).then(|| {
            let start = likely[random.random_range(0..likely.len())];
            let id = office.tally.promises.to_string();
            office.ledger.insert(entry(&id, &wanted, start), LIMITS)
        });
        if booked.is_some_and(|booked| booked.is_ok()) {
            office.tally.promises += 1;
        } else {
            turned_away += 1;
        }
        if (office.tally.promises + turned_away).is_multiple_of(every) {
            let asked = visit(&problem, &mut random);
            office.ask(&asked);
        }
    }
    assert_eq!(faults(&problem, &office.ledger), Vec::<String>::new());
    office.tally
}

#[test]
fn on_a_full_day_everything_possible_is_offered_and_nothing_else() {
    let tally = fill(0, 1, 14);
    eprintln!("{tally:?}");
    assert!(tally.unknown * 100 < tally.offered, "{tally:?}");
    assert!(tally.promises > 100 && tally.offered > 500 && tally.impossible > 100, "{tally:?}");
}

#[test]
fn with_twenty_clerks_nothing_possible_is_missed() {
    let tally = fill(20, 1, 60);
    eprintln!("{tally:?}");
    assert!(tally.promises > 150 && tally.offered > 100, "{tally:?}");
}

#[test]
#[ignore = "takes half an hour; run with --release"]
fn on_many_full_days_with_twenty_clerks_nothing_possible_is_missed() {
    for seed in 2..12 {
        let tally = fill(20, seed, 20);
        eprintln!("seed {seed}: {tally:?}");
        assert!(tally.promises > 150 && tally.offered > 500, "{tally:?}");
    }
}
