//! A small hall on one day, written down in a few words.

use scheduler_core::ledger::{Answer, BasketItem, Entry, Ledger, Limits, Refusal, Visit};
use scheduler_core::problem::Problem;
use scheduler_core::time::Clock;
use serde_json::{Value, json};

use crate::strategies::problem;

/// A day from 08:00 to 12:00 on a grid of five minutes, unless `more` says otherwise.
pub(crate) fn day(rooms: &Value, services: &Value, staff: &Value, more: &Value) -> Problem {
    let mut scenario = json!({
        "schema": "scenario/1",
        "time_zone": "Europe/Berlin",
        "grid_minutes": 5,
        "horizon": { "from": "2027-03-04", "until": "2027-03-04" },
        "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "12:00" }] }],
        "rooms": rooms,
        "services": services,
        "staff": staff,
    });
    for (key, value) in more.as_object().unwrap() {
        scenario[key] = value.clone();
    }
    problem(&scenario).unwrap()
}

pub(crate) fn room(id: &str, equipment: &[&str]) -> Value {
    json!({ "id": id, "site": "hall", "equipment": equipment })
}

pub(crate) fn service(id: &str, minutes: u32, skills: &[&str], equipment: &[&str]) -> Value {
    json!({ "id": id, "minutes": minutes, "extra_person_minutes": 10, "max_persons": 4,
        "skills": skills, "equipment": equipment, "value": 1 })
}

pub(crate) fn clerk(id: &str, skills: &[&str], from: &str, until: &str) -> Value {
    json!({ "id": id, "skills": skills, "shifts": [{ "site": "hall", "from": from, "until": until }] })
}

pub(crate) fn ledger(problem: &Problem) -> Ledger {
    Ledger::new(problem, 0, &[], Limits::default()).unwrap()
}

pub(crate) fn visit(problem: &Problem, basket: &[(usize, u32)]) -> Visit {
    let basket: Vec<BasketItem> =
        basket.iter().map(|&(service, persons)| BasketItem { service, persons }).collect();
    Visit::new(problem, &basket).unwrap()
}

pub(crate) fn entry(problem: &Problem, id: &str, visit: &Visit, at: &str) -> Entry {
    let start = problem.grid.step_at(at.parse::<Clock>().unwrap().0).unwrap();
    Entry::new(id, [], visit.clone(), start)
}

pub(crate) fn promise(
    ledger: &mut Ledger,
    problem: &Problem,
    id: &str,
    visit: &Visit,
    at: &str,
) -> Result<(), Refusal> {
    ledger.insert(entry(problem, id, visit, at), Limits::default()).map(|_| ())
}

/// All starts at which the visit can be booked, as wall-clock times.
pub(crate) fn bookable(ledger: &Ledger, problem: &Problem, visit: &Visit) -> Vec<String> {
    let starts = ledger.starts(visit);
    (0..=problem.grid.steps_per_day())
        .filter(|&step| {
            let answer = ledger.check(visit, step, Limits::default());
            assert!(!starts.sure.contains(step) || answer == Answer::Yes);
            let ruled_out = !starts.sure.contains(step) && !starts.open.contains(step);
            assert!(!ruled_out || answer == Answer::No);
            assert_ne!(answer, Answer::Unknown);
            answer == Answer::Yes
        })
        .map(|step| problem.grid.clock(step).to_string())
        .collect()
}
