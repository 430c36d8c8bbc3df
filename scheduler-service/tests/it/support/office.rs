//! A small office with a clock that tests set.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use scheduler_core::scenario::Scenario;
use scheduler_service::booking::{
    BookingError, Client, HoldRequest, Office, Place, Record, Scopes, SetClock, Settings,
};

use super::Database;

/// Three clerks and three rooms in one hall, Monday 2027-03-01 to Friday 2027-03-05, 08:00 to 12:00.
pub(crate) const HALL: &str = r#"{
  "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
  "horizon": { "from": "2027-03-01", "until": "2027-03-05" },
  "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "12:00" }] }],
  "rooms": [
    { "id": "r1", "site": "hall", "equipment": [] },
    { "id": "r2", "site": "hall", "equipment": [] },
    { "id": "r3", "site": "hall", "equipment": ["scanner"] }
  ],
  "services": [
    { "id": "card", "minutes": 15, "extra_person_minutes": 10, "max_persons": 4,
      "skills": [], "equipment": [], "value": 1 },
    { "id": "advice", "minutes": 30, "extra_person_minutes": 0, "max_persons": 1,
      "skills": ["law"], "equipment": [], "value": 1 }
  ],
  "staff": [
    { "id": "ada", "skills": ["law"],
      "shifts": [{ "site": "hall", "from": "08:00", "until": "12:00" }] },
    { "id": "ben", "skills": [],
      "shifts": [{ "site": "hall", "from": "08:00", "until": "12:00",
        "break": { "minutes": 15, "from": "09:30", "until": "11:00" } }] },
    { "id": "cem", "skills": [],
      "shifts": [{ "site": "hall", "from": "08:00", "until": "12:00" }] }
  ]
}"#;

/// Monday 2027-03-01, 07:00 in Berlin.
pub(crate) const OPENED: &str = "2027-03-01T07:00:00+01:00";

/// An office over a database, with its clock.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) clock: Arc<SetClock>,
}

pub(crate) fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

/// A time of that day of March 2027, in the hall.
pub(crate) fn march(day: u32, time: &str) -> Place {
    let start = at(&format!("2027-03-{day:02}T{time}:00+01:00"));
    Place { site: "hall".to_owned(), start }
}

pub(crate) fn web() -> Client {
    let scopes = Scopes { read: true, book: true, ..Scopes::default() };
    Client { name: "web".to_owned(), scopes, channel: Some("online".to_owned()) }
}

pub(crate) fn planner() -> Client {
    Client { name: "planner".to_owned(), scopes: Scopes::ALL, channel: None }
}

pub(crate) fn hold_of(service: &str, place: Place) -> HoldRequest {
    HoldRequest {
        id: None,
        basket: vec![(service.to_owned(), 1)],
        skills: Vec::new(),
        staff: None,
        room: None,
        place,
        ttl: None,
        reference: None,
        offer: false,
        max_open: None,
    }
}

/// Settings for the hall.
pub(crate) fn settings(database: &Database) -> Settings {
    Settings {
        scenario: Some(Scenario::from_json(HALL.as_bytes()).unwrap()),
        horizon_days: None,
        planning: Duration::from_millis(50),
        ..Settings::new(database.settings.clone())
    }
}

impl Desk {
    /// The hall at 07:00 on Monday.
    pub(crate) async fn open(database: &Database) -> Self {
        Self::open_with(settings(database), at(OPENED).to_utc()).await
    }

    pub(crate) async fn open_with(settings: Settings, now: DateTime<Utc>) -> Self {
        let clock = Arc::new(SetClock::new(now));
        let office = Office::open(settings, clock.clone()).await.unwrap();
        Self { office, clock }
    }

    pub(crate) fn set(&self, text: &str) {
        self.clock.set(at(text).to_utc());
    }

    pub(crate) fn advance(&self, delta: TimeDelta) {
        self.clock.advance(delta);
    }

    pub(crate) async fn hold(&self, service: &str, place: Place) -> Result<Record, BookingError> {
        self.office.hold(&web(), hold_of(service, place), None).await
    }

    /// Holds and confirms.
    pub(crate) async fn book(&self, service: &str, place: Place) -> Record {
        let hold = self.hold(service, place).await.unwrap();
        self.office.confirm(&web(), hold.id, None, None).await.unwrap().0
    }
}
