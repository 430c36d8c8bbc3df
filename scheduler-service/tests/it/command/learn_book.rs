//! `scheduler learn --database`

use chrono::{Days, NaiveDate, TimeDelta};
use scheduler_service::store::{
    Changes, DayChange, DayKey, DayRow, EventKind, EventRow, PromiseRow, ScenarioRow, Status, Store,
};
use serde_json::Value;
use uuid::Uuid;

use super::office::{Office, scenario};
use crate::on_both;
use crate::support::Database;

/// What became of an appointment of the book, by its number.
fn status(number: usize) -> Status {
    match number % 20 {
        0..=4 => Status::NoShow,
        5 => Status::Cancelled,
        6 => Status::Booked,
        7 => Status::Released,
        8 => Status::Arrived,
        _ => Status::Fulfilled,
    }
}

/// Sixty weekdays of the winter with twenty promises each, in a book of a service for `office`.
async fn kept(database: &Database, office: &Value) {
    let store = Store::open(&database.settings).await.unwrap();
    let mut writing = store.begin().await.unwrap();
    let body = ScenarioRow { version: 1, body: office.to_string() };
    writing.put_scenario(&body, 5).await.unwrap();
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let weekdays = (0..84).filter(|day| day % 7 < 5);
    let dates: Vec<NaiveDate> =
        weekdays.map(|day| first.checked_add_days(Days::new(day)).unwrap()).collect();
    assert_eq!(dates.len(), 60);
    let key = |date: NaiveDate| DayKey { date, site: "s".to_owned() };
    let row = |&date: &NaiveDate| DayRow {
        key: key(date),
        version: 1,
        witness: "{}".to_owned(),
        prices: "[]".to_owned(),
    };
    writing.put_days(&dates.iter().map(row).collect::<Vec<_>>()).await.unwrap();
    let mut changes = Changes::default();
    for (day, &date) in dates.iter().enumerate() {
        let seen = DayChange { key: key(date), version: 1, witness: None, seated_at: None };
        changes.days.push(seen);
        for number in 0..20 {
            let minute = 480 + 10 * number as u32;
            // Winter: the clocks are an hour ahead of UTC.
            let at = date.and_hms_opt(0, 0, 0).unwrap().and_utc()
                + TimeDelta::minutes(i64::from(minute) - 60);
            // A week before, at the same time of the day.
            let booked = at - TimeDelta::days(7);
            let status = status(number);
            let basket = match (day, number) {
                (0, 9) => vec![("b".to_owned(), 1)],
                (0, 10) => vec![("a".to_owned(), 1), ("b".to_owned(), 1)],
                _ => vec![("a".to_owned(), 1)],
            };
            let row = PromiseRow {
                id: Uuid::from_u128((day * 100 + number) as u128 + 1),
                day: key(date),
                minute,
                minutes: 15,
                instant: at.timestamp_millis(),
                status,
                basket,
                skills: Vec::new(),
                pinned_staff: None,
                pinned_room: None,
                staff: Some("c-1".to_owned()),
                room: Some("r-1".to_owned()),
                seat_pinned: false,
                reference: Some("Erika Mustermann".to_owned()),
                channel: None,
                client: "web".to_owned(),
                expires_at: None,
                version: 1,
                created_at: booked.timestamp_millis(),
                updated_at: booked.timestamp_millis(),
            };
            let mut event = |kind, at: chrono::DateTime<chrono::Utc>| {
                let who = "key web".to_owned();
                changes.events.push(EventRow::of(kind, who, at.timestamp_millis(), &row));
            };
            // One of each day was taken over from elsewhere.
            if number != 19 {
                event(EventKind::Held, booked - TimeDelta::minutes(2));
            }
            if status == Status::Released {
                event(EventKind::Released, booked);
                changes.new.push(row);
                continue;
            }
            event(EventKind::Booked, booked);
            if number == 18 {
                event(EventKind::Moved, at - TimeDelta::days(2));
            }
            // From nine minutes early to three late.
            let late = (day * 7 + number * 5) as i64 % 13 - 9;
            let (came, done) = (at + TimeDelta::minutes(late), at + TimeDelta::minutes(20));
            match status {
                Status::NoShow => event(EventKind::NoShow, done),
                Status::Cancelled => event(EventKind::Cancelled, at - TimeDelta::days(1)),
                Status::Arrived => event(EventKind::Arrived, came),
                Status::Fulfilled => {
                    event(EventKind::Arrived, came);
                    event(EventKind::Fulfilled, done);
                }
                _ => {}
            }
            changes.new.push(row);
        }
    }
    writing.write(&changes).await.unwrap();
    writing.commit().await.unwrap();
    store.close().await;
}

async fn what_was_booked_and_happened_is_learnt(database: Database) {
    let mut town = scenario();
    town["services"][0]["name"] = "Ausweis".into();
    kept(&database, &town).await;
    let office = Office::new();
    let bytes = || match &database.settings.address {
        scheduler_service::store::Address::Sqlite(path) => Some(std::fs::read(path).unwrap()),
        _ => None,
    };
    let before = bytes();
    let address = database.address();
    let run =
        office.run(&["learn", "--database", &address, "--out", "learnt.json", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let learnt = run.json();
    let book = &learnt["book"];
    // Of twenty a day one is a hold, one is unmarked; one service is none of the scenario.
    let expected = [
        ("used", 18 * 60 - 1),
        ("unmarked", 60),
        ("several_services", 1),
        ("taken_over", 60),
        ("holds_in_vain", 60),
        ("erased", 0),
        ("wishes", 0),
    ];
    for (name, number) in expected {
        assert_eq!(book[name], number, "{name}: {book}");
    }
    assert_eq!(book["unknown"], serde_json::json!({ "b": 1 }));
    assert_eq!(learnt["visits"], 19 * 60 - 1);
    let around = |pointer: &str, value: f64, by: f64| {
        let found = learnt.pointer(pointer).and_then(Value::as_f64).unwrap();
        assert!((found - value).abs() < by, "{pointer}: {found}");
    };
    // Five of seventeen that were not given back and are known; one of nineteen was.
    around("/no_shows/share/value", 5.0 / 17.0, 0.02);
    around("/bookings/cancelled/share/value", 1.0 / 19.0, 0.005);
    around("/lateness/mean/value", -3.0, 1.0);
    // Sixteen a day booked a week before; who has moved has chosen again two days before.
    around("/bookings/lead/mean", (17.0 * 7.0 + 2.0) / 18.0, 0.01);
    let unknown = learnt["unknown"].to_string();
    for what in ["walk_ins", "duration", "unmet_requests", "season"] {
        assert!(unknown.contains(&format!("\"what\":\"{what}\"")), "{what}: {unknown}");
    }
    // The scenario says nothing of no-shows, so one in eight is taken to miss.
    let drift = learnt["drift"].as_array().unwrap();
    let of = |figure: &str| drift.iter().find(|drift| drift["figure"] == figure).unwrap();
    assert_eq!(of("no_show")["verdict"], "drifted");
    assert_eq!(of("no_show")["scenario"], 0.12);
    assert_eq!(of("requests")["scenario"], 40.0, "twenty on a Thursday, and on a Friday");
    assert_eq!(of("requests")["verdict"], "holds", "nineteen of them were booked: {drift:?}");

    let written: Value = serde_json::from_str(&office.read("learnt.json")).unwrap();
    let share = written["operations"]["cancellation_share"].as_f64().unwrap();
    assert!((share - 1.0 / 19.0).abs() < 0.005, "{share}");
    assert!(!office.read("learnt.json").contains("Mustermann"));
    for (language, words) in [
        ("en", ["From the book of the service", "not when somebody is called", "have drifted"]),
        ("de", ["Aus dem Buch des Dienstes", "nicht aber der Aufruf", "weichen ab"]),
    ] {
        let run = office.run(&["learn", "--database", &address, "--language", language]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.iter().all(|words| text.contains(words)), "{}", run.stdout);
        assert!(!text.contains("Mustermann") && !text.contains("c-1"), "{text}");
    }
    // Beside another scenario.
    let run = office.run(&["learn", "--database", &address, "--scenario", "scenario.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(bytes() == before, "the database is read and not changed");
}

async fn a_database_without_a_past_is_told(database: Database) {
    let office = Office::new();
    let store = Store::open(&database.settings).await.unwrap();
    let run = office.run(&["learn", "--database", &database.address()]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("has no scenario; add --scenario FILE"), "{}", run.stderr);
    let all = ["learn", "--database", &database.address(), "--scenario", "scenario.json"];
    let run = office.run(&all);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no appointment of a day before today"), "{}", run.stderr);
    store.close().await;
}

on_both!(what_was_booked_and_happened_is_learnt, a_database_without_a_past_is_told);

#[test]
fn what_is_no_database_is_not_made_one() {
    let office = Office::new();
    let run = office.run(&["learn", "--database", "missing.db"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("there is no file missing.db"), "{}", run.stderr);
    office.write("other.db", b"nothing that any program wrote");
    let run = office.run(&["learn", "--database", "other.db"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(office.read("other.db"), "nothing that any program wrote");
    assert_eq!(office.files(), ["other.db", "scenario.json"]);
    let run = office.run(&["learn", "--database", "other.db", "log.csv"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    let run = office.run(&["learn"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("required"), "{}", run.stderr);
}
