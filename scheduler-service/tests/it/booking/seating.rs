//! The evening before, and plans by hand

use scheduler_core::problem::Plan;
use scheduler_core::scenario::{PlanFile, Scenario};
use scheduler_core::time::Clock;
use scheduler_service::booking::{BookingError, Days, Settings};
use serde_json::{Value, json};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, at, hold_of, march, settings, web};

const SIX: Clock = Clock::at(18, 0);

/// Tuesday.
async fn tuesday(desk: &Desk) -> Days {
    desk.office.days(|_| Ok::<_, BookingError>(vec![1])).await.unwrap()
}

async fn plan(desk: &Desk) -> Plan {
    // Nobody says what it is worth, and no number is not equal to itself.
    Plan { objective: 0.0, ..tuesday(desk).await.plan().0 }
}

/// What is promised, without who keeps it.
fn promised(plan: &Plan) -> Vec<(u16, u16, usize)> {
    let mut all: Vec<_> =
        plan.slots.iter().map(|s| (s.window.from, s.window.until, s.service)).collect();
    all.sort_unstable();
    all
}

/// Books as many people as makes those who are seated as they come move about.
async fn book_tuesday(desk: &Desk) {
    let times = ["09:00", "08:00", "08:30", "10:00", "08:15", "09:30", "11:00", "10:30", "09:15"];
    for time in times {
        desk.book("card", march(2, time)).await;
        if time.ends_with('0') {
            desk.book("advice", march(2, time)).await;
        }
    }
}

async fn tomorrow_is_seated_in_the_evening_once(database: Database) {
    let desk = Desk::open(&database).await;
    let times = ["09:00", "08:00", "08:30", "10:00", "11:00", "10:30"];
    for time in times {
        desk.book("card", march(2, time)).await;
        desk.book("advice", march(2, time)).await;
    }
    let before = plan(&desk).await;
    desk.set("2027-03-01T17:59:59+01:00");
    assert_eq!(desk.office.seat_due_days(SIX).await.unwrap(), 0);
    assert_eq!(plan(&desk).await, before);
    desk.set("2027-03-01T18:00:00+01:00");
    assert_eq!(desk.office.seat_due_days(SIX).await.unwrap(), 1);
    let days = tuesday(&desk).await;
    assert_eq!(days.all[0].seated_at, Some(at("2027-03-01T18:00:00+01:00").to_utc()));
    let after = days.plan();
    assert_eq!(promised(&after.0), promised(&before));
    // Two at a time, one of them by a lawyer: two counters are enough.
    assert_eq!(after.0.stays.len(), 2, "{:?}", after.0.stays);
    let file = serde_json::to_value(days.file(&after)).unwrap();
    let verdict = days.judge(PlanFile::from_value(&file).unwrap()).unwrap();
    assert!(verdict.valid, "{:?}", verdict.violations);
    assert_eq!(desk.office.seat_due_days(SIX).await.unwrap(), 0);

    // Who comes on top moves nobody.
    desk.book("card", march(2, "11:30")).await;
    let later = plan(&desk).await;
    assert!(after.0.slots.iter().all(|slot| later.slots.contains(slot)), "somebody was moved");
    // It is as it was after a restart.
    desk.office.close().await;
    let now = at("2027-03-01T19:00:00+01:00").to_utc();
    let desk = Desk::open_with(settings(&database), now).await;
    assert_eq!(plan(&desk).await, later);
    assert_eq!(desk.office.seat_due_days(SIX).await.unwrap(), 0);
}

async fn what_was_missed_is_done_before_anybody_is_there(database: Database) {
    let desk = Desk::open(&database).await;
    desk.book("card", march(2, "09:00")).await;
    desk.set("2027-03-02T08:00:00+01:00");
    assert_eq!(desk.office.seat_due_days(SIX).await.unwrap(), 0, "the clerks are there");
    desk.set("2027-03-02T07:59:00+01:00");
    assert_eq!(desk.office.seat_due_days(SIX).await.unwrap(), 1);
    assert_eq!(desk.office.seat_due_days(SIX).await.unwrap(), 0);
}

async fn a_crowded_day_is_seated_with_fewer_stays_and_loses_nobody(database: Database) {
    let desk = Desk::open(&database).await;
    book_tuesday(&desk).await;
    let before = plan(&desk).await;
    desk.set("2027-03-01T18:00:00+01:00");
    assert_eq!(desk.office.seat_due_days(SIX).await.unwrap(), 1);
    let after = plan(&desk).await;
    assert_eq!(promised(&after), promised(&before));
    assert!(after.stays.len() <= before.stays.len(), "{:?}", after.stays);
}

async fn seating_leaves_pins_alone(database: Database) {
    let desk = Desk::open(&database).await;
    for time in ["08:00", "09:00", "10:00"] {
        desk.book("card", march(2, time)).await;
    }
    let days = tuesday(&desk).await;
    let planned = days.plan();
    let mut file = serde_json::to_value(days.file(&planned)).unwrap();
    // One in a room of its own, and Ben's break late.
    for (slot, room) in file["slots"].as_array_mut().unwrap().iter_mut().zip(["r3", "r1", "r1"]) {
        slot["room"] = room.into();
        slot["staff"] = "cem".into();
        slot["pinned"] = (room == "r3").into();
    }
    for (field, time) in [("start", "10:45"), ("end", "11:00")] {
        file["breaks"][0][field] = format!("2027-03-02T{time}:00+01:00").into();
    }
    file["breaks"][0]["pinned"] = true.into();
    desk.office.adopt(days, PlanFile::from_value(&file).unwrap()).await.unwrap();
    desk.set("2027-03-01T18:00:00+01:00");
    assert_eq!(desk.office.seat_due_days(SIX).await.unwrap(), 1);
    let seated = plan(&desk).await;
    let pinned = seated.slots.iter().find(|slot| slot.pinned).unwrap();
    assert_eq!((pinned.clerk, pinned.room, pinned.window.from), (2, Some(2), 96));
    assert_eq!(seated.breaks.len(), 1);
    assert_eq!((seated.breaks[0].pinned, seated.breaks[0].window.from), (true, 129));
    // The others follow to the room that is pinned.
    assert_eq!(seated.stays.len(), 1, "{:?}", seated.stays);
}

async fn a_plan_of_before_a_booking_is_not_adopted(database: Database) {
    let desk = Desk::open(&database).await;
    desk.book("card", march(2, "08:00")).await;
    let days = tuesday(&desk).await;
    let planned = days.plan();
    let file = serde_json::to_value(days.file(&planned)).unwrap();
    let hold = desk.office.hold(&web(), hold_of("card", march(2, "09:00")), None).await.unwrap();
    let adopted = desk.office.adopt(days, PlanFile::from_value(&file).unwrap()).await;
    assert!(matches!(adopted, Err(BookingError::Stale { .. })), "{adopted:?}");
    desk.office.confirm(&web(), hold.id, None, None).await.unwrap();
    assert_eq!(plan(&desk).await.slots.len(), 2);
}

/// Twenty clerks and twenty rooms, a third of them each with what only some services need.
fn large() -> Scenario {
    let some = |number: usize, what: &str| match number % 3 {
        0 => json!([what]),
        _ => json!([]),
    };
    let rooms: Vec<Value> = (0..20)
        .map(|n| json!({ "id": format!("r{n}"), "site": "hall", "equipment": some(n, "scanner") }))
        .collect();
    let staff: Vec<Value> = (0..20)
        .map(|n| {
            json!({ "id": format!("c{n:02}"), "skills": some(n + 1, "law"), "shifts": [{
                "site": "hall", "from": "08:00", "until": "16:00",
                "break": { "minutes": 30, "from": "11:00", "until": "14:00" } }] })
        })
        .collect();
    let service = |id: &str, minutes: u32, skills: &[&str], equipment: &[&str]| {
        json!({ "id": id, "minutes": minutes, "extra_person_minutes": 0, "max_persons": 1,
            "skills": skills, "equipment": equipment, "value": 1 })
    };
    let scenario = json!({
        "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
        "horizon": { "from": "2027-03-01", "until": "2027-03-02" },
        "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "16:00" }] }],
        "rooms": rooms, "staff": staff,
        "services": [service("card", 20, &[], &["scanner"]), service("stamp", 20, &[], &[]),
            service("advice", 30, &["law"], &[])],
        "walk_in_quotas": [{ "id": "early", "site": "hall", "from": "08:00", "until": "10:00",
            "min_share": 0.2, "block_minutes": 60, "skills": [] }],
    });
    Scenario::from_json(scenario.to_string().as_bytes()).unwrap()
}

async fn a_large_day_is_seated_with_few_stays(database: Database) {
    let settings = Settings { scenario: Some(large()), ..settings(&database) };
    let desk = Desk::open_with(settings, at("2027-03-01T07:00:00+01:00").to_utc()).await;
    let (mut booked, mut tried, mut state) = (0, 0, 1_u64);
    while booked < 250 && tried < 1000 {
        tried += 1;
        // Any sequence that goes all over the day will do.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let minute = (state >> 33) % 90 * 5;
        let service = ["card", "stamp", "stamp", "advice"][((state >> 45) % 4) as usize];
        let time = format!("{:02}:{:02}", 8 + minute / 60, minute % 60);
        booked += u32::from(desk.hold(service, march(2, &time)).await.is_ok());
        desk.advance(chrono::TimeDelta::milliseconds(1));
    }
    let before = plan(&desk).await;
    assert_eq!(before.slots.len(), 250);
    // Holds last for ten minutes.
    desk.set("2027-03-01T07:05:00+01:00");
    let began = std::time::Instant::now();
    // Today too, where nobody is there yet.
    assert_eq!(desk.office.seat_due_days(Clock::at(7, 5)).await.unwrap(), 2);
    let after = plan(&desk).await;
    println!(
        "{} stays before, {} after {:?}",
        before.stays.len(),
        after.stays.len(),
        began.elapsed()
    );
    assert_eq!(promised(&after), promised(&before));
    assert_eq!(after.walk_in_blocks, before.walk_in_blocks);
    assert!(after.stays.len() * 2 < before.stays.len(), "{}", after.stays.len());
}

#[test]
#[ignore = "takes minutes; run with --release"]
fn a_large_day_is_seated() {
    crate::support::block_on(a_large_day_is_seated_with_few_stays(Database::sqlite()));
}

on_both!(
    tomorrow_is_seated_in_the_evening_once,
    what_was_missed_is_done_before_anybody_is_there,
    a_crowded_day_is_seated_with_fewer_stays_and_loses_nobody,
    seating_leaves_pins_alone,
    a_plan_of_before_a_booking_is_not_adopted,
);
