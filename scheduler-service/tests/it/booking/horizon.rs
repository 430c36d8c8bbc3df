//! The first start, and dates that move on.

use scheduler_service::booking::{BookingError, Settings};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, OPENED, at, march, settings, web};

fn five_days(database: &Database) -> Settings {
    Settings { horizon_days: Some(5), ..settings(database) }
}

async fn new_dates_can_be_booked_once_they_come(database: Database) {
    let desk = Desk::open_with(five_days(&database), at(OPENED).to_utc()).await;
    assert!(!desk.office.extend_horizon().await.unwrap());
    let early = desk.hold("card", march(6, "08:00")).await;
    assert!(matches!(early, Err(BookingError::Invalid(_))), "{early:?}");
    let first = desk.book("advice", march(1, "08:00")).await;
    let last = desk.book("advice", march(5, "08:00")).await;

    desk.set("2027-03-02T00:00:00+01:00");
    assert!(desk.office.extend_horizon().await.unwrap());
    let view = desk.office.view().await.unwrap();
    assert_eq!(view.scenario.horizon.from.to_string(), "2027-03-02");
    assert_eq!(view.scenario.horizon.until.to_string(), "2027-03-06");
    desk.book("card", march(6, "08:00")).await;
    let taken = desk.hold("advice", march(5, "08:00")).await;
    assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");
    assert_eq!(desk.office.record(&web(), first.id).await.unwrap(), first);
    assert_eq!(desk.office.record(&web(), last.id).await.unwrap(), last);
    // Who did not come yesterday can still be noted.
    let planner = crate::support::office::planner();
    let mark = scheduler_service::booking::Mark::NoShow;
    let missed = desk.office.mark(&planner, first.id, mark, None, None).await.unwrap();
    assert_eq!(missed.version, 3);
    assert_eq!(desk.office.record(&web(), first.id).await.unwrap(), missed);

    // A clock that was ahead gives the days back, and what was booked beyond them comes back too.
    desk.set(OPENED);
    assert!(desk.office.extend_horizon().await.unwrap());
    let view = desk.office.view().await.unwrap();
    assert_eq!(view.scenario.horizon.from.to_string(), "2027-03-01");
    assert_eq!(view.scenario.horizon.until.to_string(), "2027-03-05");
    desk.book("card", march(1, "09:00")).await;
    desk.set("2027-03-02T00:00:00+01:00");
    assert!(desk.office.extend_horizon().await.unwrap());
    let view = desk.office.view().await.unwrap();
    let last = view.book.snapshots.last().unwrap();
    assert_eq!(last.ledger().promises().count(), 1, "of 2027-03-06");
    // Where two processes see midnight some seconds apart nothing goes back.
    desk.set("2027-03-01T23:59:58+01:00");
    assert!(!desk.office.extend_horizon().await.unwrap());
    desk.set("2027-04-01T07:00:00+02:00");
    assert!(desk.office.extend_horizon().await.unwrap());
    let view = desk.office.view().await.unwrap();
    assert_eq!(view.scenario.horizon.until.to_string(), "2027-04-05");
}

async fn two_processes_move_it_once(database: Database) {
    let desk = Desk::open_with(five_days(&database), at(OPENED).to_utc()).await;
    let other = Desk::open_with(five_days(&database), at(OPENED).to_utc()).await;
    for desk in [&desk, &other] {
        desk.set("2027-03-02T00:00:00+01:00");
    }
    let (one, two) = tokio::join!(desk.office.extend_horizon(), other.office.extend_horizon());
    assert!(one.unwrap() || two.unwrap());
    for desk in [&desk, &other] {
        desk.book("card", march(6, "08:00")).await;
        assert_eq!(desk.office.view().await.unwrap().scenario_version, 2);
    }
}

async fn the_example_town_opens_six_weeks_from_today(database: Database) {
    let settings = Settings { scenario: None, horizon_days: Some(42), ..settings(&database) };
    let desk = Desk::open_with(settings, at("2026-11-23T06:00:00+01:00").to_utc()).await;
    let view = desk.office.view().await.unwrap();
    assert_eq!(view.scenario.horizon.until.to_string(), "2027-01-03");
    assert_eq!(view.book.snapshots.len(), 2 * 42);
    let blocks: usize = view.book.snapshots.iter().map(|page| page.ledger().blocks().count()).sum();
    assert!(blocks > 0, "the plan keeps walk-in capacity");
    assert_eq!(view.plans.len(), 1);
    assert!(view.plans[0].objective <= view.plans[0].upper_bound);
}

async fn appointments_of_the_first_scenario_are_promises(database: Database) {
    let mut settings = settings(&database);
    let scenario = settings.scenario.as_mut().unwrap();
    scenario.appointments.push(scheduler_core::scenario::Appointment {
        id: "A 1".to_owned(),
        service: "advice".to_owned(),
        site: "hall".to_owned(),
        start: march(1, "08:00").start,
        persons: 1,
        staff: None,
        room: Some("r3".to_owned()),
    });
    let desk = Desk::open_with(settings, at(OPENED).to_utc()).await;
    let taken = desk.hold("advice", march(1, "08:00")).await;
    assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");
    let view = desk.office.view().await.unwrap();
    let (entry, seat) = view.book.snapshots[0].ledger().promises().next().unwrap();
    assert_eq!(view.problem().rooms[seat.room.unwrap().0].id, "r3");
    let planner = crate::support::office::planner();
    let record = desk.office.record(&planner, entry.id.parse().unwrap()).await.unwrap();
    assert_eq!(record.reference.as_deref(), Some("A 1"));
}

on_both!(
    new_dates_can_be_booked_once_they_come,
    two_processes_move_it_once,
    the_example_town_opens_six_weeks_from_today,
    appointments_of_the_first_scenario_are_promises,
);
