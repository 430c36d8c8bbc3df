//! People who book through the ledger, in whole runs.

use std::collections::BTreeMap;

use scheduler_core::monitor::WallClock;
use scheduler_core::plan::{self, Budget, Options};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::scenario::Scenario;
use scheduler_core::simulate::booking::{BookingBy, BookingDay, BookingModel, BookingRun};
use scheduler_core::simulate::result::{KpiId, Run};
use scheduler_core::simulate::run::{SimulationOptions, Until, simulate};
use scheduler_core::simulate::statistics::ratio;
use serde_json::{Value, json};

/// Three clerks, of whom two can do everything, on three mornings. The plan was made for few car
/// registrations; `cars` of them are asked for a day.
fn town(cars: f64, more: &Value) -> (Problem, Plan) {
    let clerk = |id: &str, skills: &[&str]| {
        json!({ "id": id, "skills": skills, "shifts": [
            { "site": "hall", "from": "08:00", "until": "12:00",
              "break": { "minutes": 15, "from": "09:30", "until": "11:00" } }] })
    };
    let service = |id: &str, minutes: u32, skills: &[&str]| {
        json!({ "id": id, "minutes": minutes, "extra_person_minutes": 10, "max_persons": 3,
                "skills": skills, "equipment": [], "value": 1 })
    };
    let pool = |id: &str, mean: f64| {
        json!({ "id": id, "service": id, "sites": ["hall"], "from": "08:00", "until": "12:00",
                "mean": mean })
    };
    let rooms =
        [1, 2, 3].map(|n| json!({ "id": format!("c{n}"), "site": "hall", "equipment": [] }));
    let mut scenario = json!({
        "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
        "horizon": { "from": "2027-03-01", "until": "2027-03-03" },
        "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "12:00" }] }],
        "rooms": rooms,
        "services": [service("card", 15, &[]), service("car", 30, &["cars"])],
        "staff": [clerk("ada", &["cars"]), clerk("ben", &["cars"]), clerk("cem", &[])],
        "walk_in_quotas": [{ "id": "q", "site": "hall", "from": "08:00", "until": "12:00",
                             "min_share": 0.2, "block_minutes": 30, "skills": [] }],
        "demand": [pool("card", 16.0), pool("car", 2.0)],
        "operations": { "requests": { "horizon_days": 14, "persons": [0.8, 0.2] } },
    });
    let edits = more.as_object().unwrap().clone();
    scenario.as_object_mut().unwrap().extend(edits);
    let read = |scenario: &Value| {
        let scenario = Scenario::from_json(scenario.to_string().as_bytes())
            .unwrap_or_else(|findings| panic!("{findings}"));
        Problem::new(&scenario).unwrap()
    };
    let problem = read(&scenario);
    let options = Options { budget: Budget::Steps(500), ..Options::default() };
    let plan = plan::plan(&problem, &options, &WallClock::start()).unwrap().plan;
    scenario["demand"][1] = pool("car", cars);
    (read(&scenario), plan)
}

fn options(replications: u64, booking_by: BookingBy) -> SimulationOptions {
    let mut options = SimulationOptions::default();
    options.until = Until::Replications(replications);
    (options.weeks, options.booking_by) = (4, booking_by);
    options
}

fn figure(run: &Run, id: KpiId) -> f64 {
    let position = run.position(id, None).unwrap();
    ratio(run.samples.iter().map(|samples| samples[position])).unwrap().value
}

/// Time that nobody wants for identity cards can be had for cars.
#[test]
fn the_ledger_has_room_for_whom_a_plan_for_others_turns_away() {
    let (problem, plan) = town(7.0, &json!({}));
    let runs = [BookingBy::Slots, BookingBy::Ledger]
        .map(|by| simulate(&problem, &plan, &options(20, by), &WallClock::start()).unwrap());
    assert_eq!(runs.each_ref().map(|run| run.booking_by.word()), ["slots", "ledger"]);
    let [slots, ledger] = runs.each_ref().map(|run| figure(run, KpiId::WithoutOffer));
    assert!(slots > 0.05 && ledger < slots / 3.0, "slots {slots}, ledger {ledger}");
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let (problem, plan) = town(8.0, &json!({}));
    let by_threads = [1, 2, 8].map(|threads| {
        let mut options = options(5, BookingBy::Ledger);
        options.threads = Some(threads);
        format!("{:?}", simulate(&problem, &plan, &options, &WallClock::start()).unwrap())
    });
    assert!(by_threads.iter().all(|run| *run == by_threads[0]));
}

/// Each day has a witness for everybody, with all walk-in blocks of the plan and all breaks.
#[test]
fn every_appointment_has_a_clerk_and_a_room_beside_breaks_and_walk_in_blocks() {
    let (problem, plan) = town(8.0, &json!({}));
    let model = BookingModel::of_plan(&problem, &plan, BookingBy::Ledger).unwrap();
    let mut run = BookingRun::new(&model, 7, 0, 0);
    let mut figures = BookingDay::default();
    let (mut appointments, mut busiest) = (0, 0);
    for _ in 0..42 {
        run.book_day(&mut figures);
        let Some(ledger) = run.ledger(0) else { continue };
        let mut booked: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        run.appointments(0, |start, service, persons, _, _| {
            let service = &problem.services[service];
            let minutes = service.minutes + service.extra_person_minutes * (persons as u32 - 1);
            *booked.entry((start, minutes.next_multiple_of(5))).or_default() += 1;
        });
        let mut promised: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        let mut taken = Vec::new();
        for (entry, seat) in ledger.promises() {
            let window = entry.window();
            let start = problem.grid.minute_of(window.from);
            *promised.entry((start, problem.grid.minute_of(window.steps()))).or_default() += 1;
            taken.push((seat.clerk.0, window));
        }
        assert_eq!(booked, promised);
        taken.extend(ledger.blocks().map(|(block, seat)| (seat.clerk.0, block.window)));
        let breaks = ledger.breaks().map(|(shift, window)| (problem.shifts[shift.0].clerk, window));
        taken.extend(breaks);
        for (index, (clerk, window)) in taken.iter().enumerate() {
            let clash = taken[..index].iter().any(|(c, w)| c == clerk && w.overlaps(*window));
            assert!(!clash, "{taken:?}");
        }
        assert_eq!(ledger.breaks().count(), 3);
        let day = problem.site_days[ledger.site_day()].day;
        let blocks = plan.walk_in_blocks.iter().filter(|block| block.day == day).count();
        assert_eq!(ledger.blocks().count(), blocks);
        appointments += promised.values().sum::<usize>();
        busiest = busiest.max(promised.values().sum());
    }
    assert!(appointments > 250 && busiest > 20, "{appointments} {busiest}");
}

/// The scenario's own appointments stand in the book from the first day.
#[test]
fn promises_of_the_scenario_are_kept() {
    let appointment = |id: &str, start: &str, persons: u32| json!({ "id": id, "site": "hall", "service": "car", "start": start, "persons": persons });
    let appointments = json!([
        appointment("a", "2027-03-01T08:00:00+01:00", 1),
        appointment("b", "2027-03-02T09:00:00+01:00", 3),
    ]);
    let (problem, plan) = town(0.01, &json!({ "appointments": appointments }));
    let model = BookingModel::of_plan(&problem, &plan, BookingBy::Ledger).unwrap();
    let mut run = BookingRun::new(&model, 7, 0, 0);
    let mut figures = BookingDay::default();
    let mut cars = Vec::new();
    for day in 0..2 {
        run.book_day(&mut figures);
        run.appointments(0, |start, service, persons, _, _| {
            if service == 1 {
                cars.push((day, start, persons));
            }
        });
        let lengths = run.ledger(0).unwrap().promises().map(|(entry, _)| entry.visit.steps);
        assert!(lengths.max().unwrap() >= if day == 1 { 10 } else { 6 });
    }
    assert_eq!(cars, [(0, 480, 1), (1, 540, 3)]);
}

/// A site that is asked for more time than it has is named.
#[test]
fn more_requests_than_time_are_a_warning() {
    let warned = |cars: f64| {
        let (problem, plan) = town(cars, &json!({}));
        let run =
            simulate(&problem, &plan, &options(2, BookingBy::Ledger), &WallClock::start()).unwrap();
        let about = run.warnings.iter().map(|warning| (warning.finding.code, warning.site));
        about.collect::<Vec<_>>()
    };
    assert!(warned(20.0).contains(&("simulation.overload", Some(0))));
    assert!(warned(1.0).is_empty());
}

/// What nobody can do is named, as it is where slots are booked.
#[test]
fn appointments_that_nobody_can_serve_are_a_warning() {
    let services = json!([
        { "id": "card", "minutes": 15, "extra_person_minutes": 10, "max_persons": 3,
          "skills": [], "equipment": [], "value": 1 },
        { "id": "car", "name": "Cars", "minutes": 30, "extra_person_minutes": 10,
          "max_persons": 3, "skills": ["wizardry"], "equipment": [], "value": 1 },
    ]);
    let (problem, plan) = town(2.0, &json!({ "services": services }));
    let run =
        simulate(&problem, &plan, &options(2, BookingBy::Ledger), &WallClock::start()).unwrap();
    let named = run.warnings.iter().flat_map(|warning| warning.services.clone());
    assert_eq!(named.collect::<Vec<_>>(), ["Cars"]);
}
