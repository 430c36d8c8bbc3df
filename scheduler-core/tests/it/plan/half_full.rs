//! Books that are half full: promises at all times of the day, for few rooms, beside breaks and
//! walk-in quotas, so many that the first plan must be looked for. There is one: each book is made
//! from a day that was worked out.

use scheduler_core::check::check;
use scheduler_core::plan::{Options, kernels, plan};
use scheduler_core::problem::{Plan, Problem};
use serde_json::{Value, json};

use crate::strategies::{NoClock, problem, steps};
use crate::unpriced;

/// From a step of five minutes after 08:00 until another.
type Span = (u64, u64);

/// Ten hours.
const STEPS: u64 = 120;

/// Numbers at random (Knuth's MMIX generator, its upper half).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

fn clock(step: u64) -> String {
    format!("{:02}:{:02}", 8 + step / 12, step % 12 * 5)
}

fn free(busy: &[Span], (from, until): Span) -> bool {
    busy.iter().all(|&(start, end)| end <= from || until <= start)
}

/// A day of 16 clerks in 11 rooms, half of whose time is promised.
fn half_full(seed: u64) -> Value {
    let mut random = Numbers(seed);
    let equipment = |room: usize| match room % 3 {
        0 => vec!["scanner", "plates"],
        1 => vec!["scanner"],
        _ => vec![],
    };
    let skills = |clerk: usize| match clerk % 4 {
        0 => vec!["cards", "cars", "walk-ins"],
        1 => vec!["cards", "walk-ins"],
        2 => vec!["cards", "cars"],
        _ => vec!["cars", "walk-ins"],
    };
    // Identifier, steps, skills, equipment.
    let services = [
        ("card", 3, vec!["cards"], vec!["scanner"]),
        ("letter", 2, vec![], vec![]),
        ("car", 5, vec!["cars"], vec!["plates"]),
        ("move", 4, vec!["cards"], vec![]),
    ];
    let (clerks, rooms) = (16, 11);
    let mut clerk_busy: Vec<Vec<Span>> = vec![Vec::new(); clerks];
    let mut room_busy: Vec<Vec<Span>> = vec![Vec::new(); rooms];
    for (clerk, busy) in clerk_busy.iter_mut().enumerate() {
        let start = 40 + 6 * (clerk as u64 % 5);
        busy.push((start, start + 6));
    }
    // Two walk-in counters in the morning: clerks 1 and 3 in rooms 2 and 5.
    for (clerk, room) in [(1, 2), (3, 5)] {
        clerk_busy[clerk].push((0, 40));
        room_busy[room].push((0, 40));
    }
    let mut left = clerks as u64 * STEPS / 2;
    let mut appointments = Vec::new();
    for _ in 0..20_000 {
        let (service, steps, needs, wants) = &services[random.below(services.len())];
        let (clerk, from) = (random.below(clerks), random.below(STEPS as usize) as u64);
        let span = (from, from + steps);
        if span.1 > STEPS
            || left < *steps
            || !free(&clerk_busy[clerk], span)
            || !needs.iter().all(|skill| skills(clerk).contains(skill))
        {
            continue;
        }
        let room = (0..rooms).rev().find(|&room| {
            free(&room_busy[room], span) && wants.iter().all(|w| equipment(room).contains(w))
        });
        let Some(room) = room else { continue };
        clerk_busy[clerk].push(span);
        room_busy[room].push(span);
        left -= steps;
        let mut promise = json!({ "id": format!("p{}", appointments.len()), "service": service,
            "site": "mitte", "start": format!("2027-03-04T{}:00+01:00", clock(from)), "persons": 1 });
        if random.below(5) == 0 {
            promise["staff"] = json!(format!("c{clerk}"));
        }
        if random.below(10) == 0 {
            promise["room"] = json!(format!("r{room}"));
        }
        appointments.push(promise);
    }
    let service = |(id, steps, skills, equipment): &(&str, u64, Vec<&str>, Vec<&str>)| {
        json!({ "id": id, "minutes": 5 * steps, "extra_person_minutes": 0, "max_persons": 1,
            "skills": skills, "equipment": equipment, "value": 1.0 })
    };
    let open = json!({ "from": "08:00", "until": "18:00" });
    let demand = |(id, ..): &(&str, u64, Vec<&str>, Vec<&str>)| {
        json!({ "id": id, "service": id, "sites": ["mitte"], "from": "08:00", "until": "18:00",
            "mean": 30.0 })
    };
    let room =
        |room| json!({ "id": format!("r{room}"), "site": "mitte", "equipment": equipment(room) });
    let clerk = |clerk| {
        let pause = json!({ "minutes": 30, "from": "11:00", "until": "14:30" });
        json!({ "id": format!("c{clerk}"), "skills": skills(clerk), "shifts": [
            { "site": "mitte", "from": "08:00", "until": "18:00", "break": pause }] })
    };
    json!({
        "schema": "scenario/1",
        "name": "half full",
        "time_zone": "Europe/Berlin",
        "grid_minutes": 5,
        "horizon": { "from": "2027-03-04", "until": "2027-03-05" },
        "sites": [{ "id": "mitte", "open": [open] }],
        "rooms": (0..rooms).map(room).collect::<Vec<_>>(),
        "services": services.iter().map(service).collect::<Vec<_>>(),
        "staff": (0..clerks).map(clerk).collect::<Vec<_>>(),
        "walk_in_quotas": [{ "id": "walk-ins", "site": "mitte", "from": "08:00", "until": "11:20",
            "min_share": 0.18, "block_minutes": 40, "skills": ["walk-ins"] }],
        "demand": services.iter().map(demand).collect::<Vec<_>>(),
        "appointments": appointments,
    })
}

/// The first plan, before any search.
fn first_plan(problem: &Problem) {
    let plan = plan(problem, &steps(1), &NoClock).unwrap().plan;
    assert_eq!(check(problem, &plan).violations, []);
    assert!(problem.promises.len() > 150, "{} promises", problem.promises.len());
}

#[test]
fn the_first_plan_of_a_book_half_full_keeps_every_promise() {
    for seed in 0..4 {
        let book = half_full(seed);
        first_plan(&problem(&book).unwrap());
        first_plan(&problem(&unpriced::unpriced(book)).unwrap());
    }
}

/// Moves from one counter to another.
fn moves(plan: &Plan) -> usize {
    let mut stays: Vec<_> = plan.stays.iter().map(|stay| stay.shift).collect();
    let all = stays.len();
    stays.sort_unstable();
    stays.dedup();
    all - stays.len()
}

#[test]
fn days_brought_together_by_prices_keep_every_rule_with_few_moves() {
    for seed in 0..3 {
        let problem = problem(&half_full(seed)).unwrap();
        let first = plan(&problem, &steps(1), &NoClock).unwrap().plan;
        let found = plan(&problem, &steps(12_000), &NoClock).unwrap().plan;
        let report = check(&problem, &found);
        assert_eq!(report.violations, []);
        assert!((report.objective - found.objective).abs() < 1e-6, "{}", report.objective);
        assert!(found.objective <= found.upper_bound + 1e-6);
        assert!(found.objective > first.objective, "{} after {}", found.objective, first.objective);
        assert!(moves(&found) < moves(&first), "{} of {}", moves(&found), moves(&first));
    }
}

#[test]
fn a_book_half_full_is_planned_alike_on_any_number_of_threads() {
    let problem = problem(&half_full(2)).unwrap();
    let on = |threads| {
        let options = Options { threads: Some(threads), ..steps(8_000) };
        plan(&problem, &options, &NoClock).unwrap().plan
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(one.slots, three.slots);
    assert_eq!(one.objective.to_bits(), three.objective.to_bits());
    assert_eq!(one.upper_bound.to_bits(), three.upper_bound.to_bits());
}

#[test]
fn the_bound_of_a_book_with_promised_rooms_lies_above_its_plans() {
    let problem = problem(&half_full(1)).unwrap();
    let plan = plan(&problem, &steps(2_000), &NoClock).unwrap().plan;
    let bound = kernels::bounds(&problem, 40, |_, _| {});
    assert!(plan.objective <= bound + 1e-6, "{} <= {bound}", plan.objective);
}
