//! What people are offered through ledgers against the ledgers themselves, asked start by start.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;

use super::super::placement::{BookEntry, DAY, Placement, SlotSearch};
use super::super::wanted::Wanted;
use super::super::{BookingBy, BookingModel};
use super::Ledgers;
use crate::plan::{self, Budget, Options};
use crate::problem::{Plan, Problem};
use crate::scenario::Scenario;

const HORIZON: u32 = 6;

static TOWN: LazyLock<(Problem, Plan)> = LazyLock::new(town);

/// Two clerks, one of whom can do everything, with breaks and a walk-in quota, on three days; a
/// second site with one clerk.
fn town() -> (Problem, Plan) {
    let shift = |site: &str| {
        json!([{ "site": site, "from": "08:00", "until": "12:00",
                 "break": { "minutes": 20, "from": "09:30", "until": "11:30" } }])
    };
    let clerk = |id: &str, site: &str, skills: &[&str]| json!({ "id": id, "skills": skills, "shifts": shift(site) });
    let site = |id: &str| json!({ "id": id, "open": [{ "from": "08:00", "until": "12:00" }] });
    let room = |id: &str, site: &str| json!({ "id": id, "site": site, "equipment": [] });
    let service = |id: &str, minutes: u32, skills: &[&str]| {
        json!({ "id": id, "minutes": minutes, "extra_person_minutes": 15, "max_persons": 3,
                "skills": skills, "equipment": [], "value": 1 })
    };
    let pool = |id: &str, sites: &[&str], mean: u32| {
        json!({ "id": id, "service": id, "sites": sites, "from": "08:00", "until": "12:00",
                "mean": mean })
    };
    let scenario = json!({
        "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
        "horizon": { "from": "2027-03-01", "until": "2027-03-03" },
        "sites": [site("hall"), site("annex")],
        "rooms": [room("c1", "hall"), room("c2", "hall"), room("c3", "annex")],
        "services": [service("card", 15, &[]), service("car", 25, &["cars"])],
        "staff": [clerk("ada", "hall", &["cars"]), clerk("ben", "hall", &[]),
                  clerk("cem", "annex", &["cars"])],
        "walk_in_quotas": [{ "id": "q", "site": "hall", "from": "08:00", "until": "12:00",
                             "min_share": 0.2, "block_minutes": 30, "skills": [] }],
        "demand": [pool("card", &["hall"], 12), pool("car", &["hall", "annex"], 6)],
        "operations": { "requests": { "horizon_days": HORIZON, "persons": [0.7, 0.2, 0.1] } },
    });
    let scenario = Scenario::from_json(scenario.to_string().as_bytes())
        .unwrap_or_else(|findings| panic!("{findings}"));
    let problem = Problem::new(&scenario).unwrap();
    let options = Options { budget: Budget::Steps(300), ..Options::default() };
    let plan = plan::plan(&problem, &options, &plan::WallClock::start()).unwrap().plan;
    (problem, plan)
}

#[derive(Debug, Clone)]
struct Step {
    stream: usize,
    size: usize,
    ahead: u32,
    now: u32,
    window: Option<(u32, u32)>,
    give_back: bool,
    last: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let window = proptest::option::weighted(0.3, (400_u32..800, 400_u32..800));
    let step = (0..2_usize, 0..3_usize, 0..HORIZON, 0..DAY, window, any::<bool>(), 0..4_u32);
    let step = step.prop_map(|(stream, size, ahead, now, window, give_back, last)| Step {
        stream,
        size,
        ahead,
        now,
        window,
        give_back,
        last: last == 0,
    });
    proptest::collection::vec(step, 1..150)
}

/// The first place that is free as the witnesses are.
fn sure(
    model: &BookingModel,
    ledgers: &Ledgers,
    search: &SlotSearch<'_>,
    day: u32,
) -> Option<Placement> {
    let templates = model.templates.as_ref().unwrap();
    let cycle_day = day as usize % model.supply.cycle;
    let window = search.wanted.map_or((0, DAY), |wanted| wanted.on(cycle_day));
    let in_lane = |&lane: &u32| {
        let (site, service) = model.supply.lanes[lane as usize];
        let ledger = ledgers.of(model, day, site as usize)?;
        let (_, visit) = templates.visit(service as usize, search.size)?;
        let starts = ledger.starts(visit).sure;
        let starts = starts.iter().map(|step| templates.grid.minute_of(step));
        let start = starts
            .filter(|&start| (window.0..window.1).contains(&start))
            .find(|start| day * DAY + start >= search.now.0 * DAY + search.now.1)?;
        Some(Placement::new(day, start as u16, lane))
    };
    search.lanes.iter().filter_map(in_lane).min()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_found_can_be_taken_and_nothing_free_is_passed_over(steps in steps()) {
        let (problem, plan) = &*TOWN;
        let model = BookingModel::of_plan(problem, plan, BookingBy::Ledger).unwrap();
        let mut ledgers = Ledgers::new(&model);
        (0..HORIZON).for_each(|day| ledgers.open(&model, day, 0));
        let mut taken: Vec<(Placement, u32)> = Vec::new();
        for (number, step) in (0_u32..).zip(&steps) {
            // A day for every ten steps, so that the ring turns round.
            let day = number / 10;
            if number % 10 == 0 {
                ledgers.open(&model, day + HORIZON, day);
                taken.retain(|(place, _)| place.day() >= day);
            }
            let stream = &model.streams[step.stream];
            let wanted = step
                .window
                .map(|window| Wanted::new(&model.supply, &stream.lanes, (window, &[])));
            let from = day + step.ahead;
            let search = SlotSearch {
                lanes: &stream.lanes,
                days: (from, day + HORIZON),
                wanted: wanted.as_ref(),
                minutes: stream.minutes[step.size],
                size: step.size,
                now: (day, step.now),
                likely: u64::MAX,
            };
            let days: Vec<u32> = if step.last {
                (from..=day + HORIZON).rev().collect()
            } else {
                (from..=day + HORIZON).collect()
            };
            let free = days.iter().find_map(|&day| sure(&model, &ledgers, &search, day));
            let found = if step.last {
                ledgers.last(&model, &search)
            } else {
                ledgers.first(&model, &search)
            };
            let order = |place: Placement| (days.iter().position(|&day| day == place.day()), place);
            if let Some(free) = free {
                prop_assert!(found.is_some_and(|found| order(found) <= order(free)));
            }
            if let Some(place) = found {
                let entry = BookEntry { entity: number, persons: step.size as u16 + 1, show: 1.0 };
                let site = model.supply.lanes[place.slot() as usize].0 as usize;
                let count = |ledgers: &Ledgers| {
                    ledgers.of(&model, place.day(), site).unwrap().promises().count()
                };
                let before = count(&ledgers);
                ledgers.take(&model, place, entry, search.minutes);
                prop_assert_eq!(count(&ledgers), before + 1);
                taken.push((place, number));
            }
            if step.give_back && let Some((place, entity)) = taken.pop() {
                ledgers.give_back(&model, place, entity);
            }
            let mut booked = Vec::new();
            for day in day..=day + HORIZON {
                for site in 0..model.supply.sites {
                    ledgers.appointments(&model, (day, site), |start, _, entry| {
                        booked.push((day, start, entry.entity));
                    });
                }
            }
            let mut expected: Vec<(u32, u32, u32)> =
                taken.iter().map(|(p, entity)| (p.day(), u32::from(p.start()), *entity)).collect();
            booked.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(booked, expected);
        }
    }
}
