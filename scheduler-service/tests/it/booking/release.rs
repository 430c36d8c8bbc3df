//! What may be booked when through which channel, and walk-in capacity that flows back.

use scheduler_core::scenario::Scenario;
use scheduler_service::booking::{BookingError, Settings};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, HALL, OPENED, at, march, settings};

fn with(database: &Database, more: &str) -> Settings {
    let text = HALL.replacen('{', &format!("{{ {more},"), 1);
    let scenario = Scenario::from_json(text.as_bytes()).unwrap();
    Settings { scenario: Some(scenario), ..settings(database) }
}

async fn a_wave_opens_at_its_time_and_the_share_counts(database: Database) {
    // A third of 3 x 240 minutes, less a break of 15, is 235 minutes: 15 cards of a quarter.
    let release = r#""release": [{ "id": "online", "channel": "online", "waves": [
        { "days_ahead": 1, "at": "07:30", "share": 0.334 },
        { "days_ahead": 0, "at": "07:30", "share": 1 }] }]"#;
    let desk = Desk::open_with(with(&database, release), at(OPENED).to_utc()).await;
    let Err(BookingError::NotReleased { code, released_at, .. }) =
        desk.hold("card", march(2, "08:00")).await
    else {
        panic!("Tuesday is not released yet")
    };
    assert_eq!((code, released_at), ("not-released", Some(march(1, "07:30").start)));

    desk.set("2027-03-01T07:30:00+01:00");
    let mut held = 0;
    let refused = loop {
        match desk.hold("card", march(2, &format!("{:02}:00", 8 + held / 3 % 4))).await {
            Ok(_) => held += 1,
            Err(BookingError::Gone { .. }) => match desk.hold("card", march(2, "08:30")).await {
                Ok(_) => held += 1,
                Err(error) => break error,
            },
            Err(error) => break error,
        }
    };
    let BookingError::NotReleased { released_at, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(released_at, Some(march(2, "07:30").start));
    assert_eq!(held, 15);
    desk.set("2027-03-02T07:30:00+01:00");
    desk.hold("card", march(2, "09:30")).await.unwrap();
}

async fn walk_in_capacity_flows_back_on_its_day(database: Database) {
    let quota = r#""walk_in_quotas": [{ "id": "walk-in", "site": "hall", "from": "11:00",
        "until": "12:00", "min_share": 1, "block_minutes": 60, "skills": [],
        "returns_at": "10:00" }]"#;
    let desk = Desk::open_with(with(&database, quota), at(OPENED).to_utc()).await;
    let kept = desk.hold("card", march(1, "11:15")).await;
    assert!(matches!(kept, Err(BookingError::Gone { code: "walk-ins", .. })), "{kept:?}");
    let blocks = |day: usize| {
        let desk = desk.clone();
        async move { desk.office.view().await.unwrap().book.snapshots[day].ledger().blocks().count() }
    };
    assert_eq!(blocks(0).await, 3);
    desk.set("2027-03-01T09:59:59+01:00");
    assert_eq!(blocks(0).await, 3);
    desk.set("2027-03-01T10:00:00+01:00");
    assert_eq!((blocks(0).await, blocks(1).await), (0, 3));
    // What has begun is not given away.
    desk.set("2027-03-01T11:00:01+01:00");
    assert_eq!(blocks(0).await, 3);
    desk.set("2027-03-01T10:30:00+01:00");
    for _ in 0..3 {
        desk.book("card", march(1, "11:15")).await;
    }
    desk.office.close().await;
    let now = at("2027-03-01T10:31:00+01:00").to_utc();
    let desk = Desk::open_with(with(&database, quota), now).await;
    let ledgers = &desk.office.view().await.unwrap().book.snapshots;
    assert_eq!(ledgers[0].ledger().promises().count(), 3);
    assert_eq!(ledgers[0].ledger().blocks().count(), 0);
    assert_eq!(ledgers[1].ledger().blocks().count(), 3);
}

on_both!(a_wave_opens_at_its_time_and_the_share_counts, walk_in_capacity_flows_back_on_its_day,);
