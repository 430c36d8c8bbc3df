//! Two offices, three clerks, and a plan that breaks no rule.

use scheduler_core::problem::{BreakTaken, Plan, Problem, Slot, WalkInBlock};
use scheduler_core::time::Window;
use serde_json::json;

use crate::strategies::problem;
use crate::unpriced::unpriced;

pub(crate) const MITTE: usize = 0;
pub(crate) const NORD: usize = 1;
pub(crate) const ADA: usize = 0;
pub(crate) const BEN: usize = 1;
pub(crate) const CEM: usize = 2;
pub(crate) const CARD: usize = 0;
pub(crate) const MOVE: usize = 1;
pub(crate) const M1: usize = 0;
pub(crate) const M2: usize = 1;
pub(crate) const N1: usize = 2;
pub(crate) const N2: usize = 3;
pub(crate) const CARDS: usize = 0;
pub(crate) const MOVES: usize = 1;

/// 08:00 is step 32.
pub(crate) fn two_offices() -> Problem {
    problem(&unpriced(json!({
        "schema": "scenario/1",
        "name": "two offices",
        "time_zone": "Europe/Berlin",
        "grid_minutes": 15,
        "horizon": { "from": "2027-03-04", "until": "2027-03-04" },
        "sites": [
            { "id": "mitte", "name": "Mitte", "open": [{ "from": "08:00", "until": "12:00" }] },
            { "id": "nord", "name": "Nord", "open": [{ "from": "08:00", "until": "12:00" }] },
        ],
        "rooms": [
            { "id": "m1", "site": "mitte", "equipment": ["scanner"] },
            { "id": "m2", "site": "mitte", "equipment": [] },
            { "id": "n1", "site": "nord", "equipment": ["scanner"] },
            { "id": "n2", "site": "nord", "equipment": [] },
        ],
        "services": [
            { "id": "card", "name": "Card", "minutes": 15, "extra_person_minutes": 10,
              "max_persons": 4, "skills": ["documents"], "equipment": ["scanner"], "value": 1.0 },
            { "id": "move", "name": "Move", "minutes": 30, "extra_person_minutes": 0,
              "max_persons": 4, "skills": ["registration"], "equipment": [], "value": 1.2 },
        ],
        "staff": [
            { "id": "ada", "skills": ["documents", "registration"], "shifts": [
                { "site": "mitte", "from": "08:00", "until": "12:30",
                  "break": { "minutes": 15, "from": "09:30", "until": "10:30" } }] },
            { "id": "ben", "skills": ["registration"], "shifts": [
                { "site": "mitte", "from": "08:00", "until": "10:00" },
                { "site": "nord", "from": "10:00", "until": "12:00" }] },
            { "id": "cem", "skills": ["documents", "registration"], "shifts": [
                { "site": "nord", "from": "08:00", "until": "12:00",
                  "break": { "minutes": 30, "from": "09:00", "until": "11:00" } }] },
        ],
        "walk_in_quotas": [
            { "id": "morning", "site": "mitte", "from": "08:00", "until": "10:00",
              "min_share": 0.25, "max_share": 0.4, "block_minutes": 30, "skills": ["registration"] },
        ],
        "demand": [
            { "id": "cards", "service": "card", "sites": ["mitte", "nord"],
              "from": "08:00", "until": "12:00", "mean": 3.0 },
            { "id": "moves", "service": "move", "sites": ["mitte"],
              "from": "09:00", "until": "12:00", "mean": 2.0 },
        ],
        "appointments": [
            { "id": "pair", "service": "card", "site": "mitte",
              "start": "2027-03-04T08:00:00+01:00", "persons": 2 },
            { "id": "pinned", "service": "move", "site": "nord",
              "start": "2027-03-04T11:00:00+01:00", "persons": 1, "staff": "ben", "room": "n1" },
        ],
    })))
    .unwrap()
}

pub(crate) fn slot(
    service: usize,
    site: usize,
    steps: (u16, u16),
    clerk: usize,
    room: usize,
) -> Slot {
    let window = Window::new(steps.0, steps.1);
    Slot {
        service,
        site,
        day: 0,
        window,
        clerk,
        room: Some(room),
        demand: None,
        promise: None,
        pinned: false,
    }
}

pub(crate) fn block(clerk: usize, steps: (u16, u16), room: usize) -> WalkInBlock {
    WalkInBlock {
        site: MITTE,
        day: 0,
        window: Window::new(steps.0, steps.1),
        clerk,
        room,
        pinned: false,
    }
}

pub(crate) fn pause(clerk: usize, steps: (u16, u16)) -> BreakTaken {
    BreakTaken { clerk, day: 0, window: Window::new(steps.0, steps.1), pinned: false }
}

/// Three cards and a move for the demand: 15 · (3 − 13.5 e⁻³) + 36 · (1 − e⁻²).
pub(crate) fn valid_plan() -> Plan {
    let objective = 15.0 * (3.0 - 13.5 * (-3.0_f64).exp()) + 36.0 * (1.0 - (-2.0_f64).exp());
    Plan {
        slots: vec![
            Slot { promise: Some(0), ..slot(CARD, MITTE, (32, 34), ADA, M1) },
            Slot { demand: Some(CARDS), ..slot(CARD, MITTE, (34, 35), ADA, M1) },
            Slot { demand: Some(CARDS), ..slot(CARD, MITTE, (35, 36), ADA, M1) },
            Slot { demand: Some(MOVES), ..slot(MOVE, MITTE, (36, 38), BEN, M2) },
            Slot { promise: Some(1), ..slot(MOVE, NORD, (44, 46), BEN, N1) },
            Slot { demand: Some(CARDS), ..slot(CARD, NORD, (33, 34), CEM, N1) },
            slot(CARD, MITTE, (44, 45), ADA, M1),
        ],
        walk_in_blocks: vec![block(BEN, (32, 36), M2)],
        stays: Vec::new(),
        work: 0.0,
        breaks: vec![pause(ADA, (39, 40)), pause(CEM, (37, 39))],
        objective,
        upper_bound: objective + 1.0,
        seconds: 0.0,
        engine: "hand".to_owned(),
        seed: 0,
    }
}
