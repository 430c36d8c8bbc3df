//! Holds end at their time, whoever looks and whatever the clock does.

use chrono::TimeDelta;
use scheduler_core::ledger::{Answer, Limits};
use scheduler_service::booking::{BookingError, Settings, Status};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, HALL, OPENED, at, hold_of, march, settings, web};

const TTL: TimeDelta = TimeDelta::seconds(600);
const MILLISECOND: TimeDelta = TimeDelta::milliseconds(1);

async fn a_hold_confirms_in_its_last_millisecond_and_not_after(database: Database) {
    let desk = Desk::open(&database).await;
    let first = desk.hold("card", march(1, "08:00")).await.unwrap();
    let second = desk.hold("card", march(1, "09:00")).await.unwrap();
    desk.advance(TTL - MILLISECOND);
    let (confirmed, _) = desk.office.confirm(&web(), first.id, None, None).await.unwrap();
    assert_eq!(confirmed.status, Status::Booked);
    desk.advance(MILLISECOND);
    let expired = desk.office.confirm(&web(), second.id, None, None).await;
    assert_eq!(expired.unwrap_err(), BookingError::HoldExpired);
    let record = desk.office.record(&web(), second.id).await.unwrap();
    assert_eq!(record.status, Status::Released);
}

/// Whether advice at 08:00 of the first day can be booked, as a search sees it.
async fn is_listed(desk: &Desk) -> bool {
    let view = desk.office.view().await.unwrap();
    let problem = view.problem();
    let advice = problem.services.iter().position(|service| service.id == "advice").unwrap();
    let item = scheduler_core::ledger::BasketItem { service: advice, persons: 1 };
    let visit = scheduler_core::ledger::Visit::new(problem, &[item]).unwrap();
    let eight = problem.grid.step_at(480).unwrap();
    view.book.snapshots[0].ledger().check(&visit, eight, Limits::default()) == Answer::Yes
}

async fn capacity_is_back_at_once_without_anybody_sweeping(database: Database) {
    let desk = Desk::open(&database).await;
    assert!(is_listed(&desk).await);
    desk.hold("advice", march(1, "08:00")).await.unwrap();
    assert!(!is_listed(&desk).await);
    desk.advance(TTL - MILLISECOND);
    assert!(!is_listed(&desk).await);
    desk.advance(MILLISECOND);
    assert!(is_listed(&desk).await);
    desk.hold("advice", march(1, "08:00")).await.unwrap();
    assert!(!is_listed(&desk).await);
}

async fn what_was_given_away_does_not_come_back_when_the_clock_goes_back(database: Database) {
    let desk = Desk::open(&database).await;
    let first = desk.hold("advice", march(1, "08:00")).await.unwrap();
    desk.advance(TTL);
    let second = desk.hold("advice", march(1, "08:00")).await.unwrap();
    desk.advance(-TTL);
    let late = desk.office.confirm(&web(), first.id, None, None).await;
    assert_eq!(late.unwrap_err(), BookingError::HoldExpired);
    assert!(!is_listed(&desk).await);
    desk.office.confirm(&web(), second.id, None, None).await.unwrap();
}

async fn what_nobody_took_is_there_when_the_clock_goes_back(database: Database) {
    let desk = Desk::open(&database).await;
    let hold = desk.hold("advice", march(1, "08:00")).await.unwrap();
    desk.advance(TTL);
    assert!(is_listed(&desk).await);
    desk.advance(-MILLISECOND);
    assert!(!is_listed(&desk).await);
    desk.office.confirm(&web(), hold.id, None, None).await.unwrap();
}

async fn a_restart_keeps_holds_with_their_expiry(database: Database) {
    let desk = Desk::open(&database).await;
    let hold = desk.hold("advice", march(1, "08:00")).await.unwrap();
    let appointment = desk.book("advice", march(1, "08:30")).await;
    desk.office.close().await;
    assert!(matches!(desk.hold("card", march(1, "08:00")).await, Err(BookingError::Busy { .. })));

    let now = at(OPENED).to_utc() + TTL - MILLISECOND;
    let desk = Desk::open_with(settings(&database), now).await;
    assert_eq!(desk.office.record(&web(), hold.id).await.unwrap(), hold);
    assert_eq!(desk.office.record(&web(), appointment.id).await.unwrap(), appointment);
    assert!(!is_listed(&desk).await);
    desk.advance(MILLISECOND);
    assert!(is_listed(&desk).await);
    let taken = desk.hold("advice", march(1, "08:30")).await;
    assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");
}

async fn a_request_asks_for_less_or_more_time_up_to_a_limit(database: Database) {
    let settings: Settings = settings(&database);
    let longest = TimeDelta::from_std(settings.longest_hold).unwrap();
    let desk = Desk::open_with(settings, at(OPENED).to_utc()).await;
    for (asked, given) in [(60, TimeDelta::seconds(60)), (1_000_000, longest)] {
        let mut request = hold_of("card", march(1, "08:00"));
        request.ttl = Some(std::time::Duration::from_secs(asked));
        let hold = desk.office.hold(&web(), request, None).await.unwrap();
        assert_eq!(hold.expires_at.unwrap(), at(OPENED).to_utc() + given);
    }
}

async fn clock_changes_keep_times_of_the_wall_clock(database: Database) {
    let text = HALL
        .replace("2027-03-01", "2027-03-27")
        .replace("2027-03-05", "2027-03-29")
        .replace("\"from\": \"08:00\"", "\"from\": \"00:00\"");
    let scenario = scheduler_core::scenario::Scenario::from_json(text.as_bytes()).unwrap();
    let settings = Settings { scenario: Some(scenario), ..settings(&database) };
    let desk = Desk::open_with(settings, at("2027-03-26T12:00:00+01:00").to_utc()).await;
    let place = |start: &str| scheduler_service::booking::Place {
        site: "hall".to_owned(),
        start: at(start),
    };
    let before = desk.book("card", place("2027-03-28T01:45:00+01:00")).await;
    assert_eq!(before.end.to_utc(), at("2027-03-28T03:00:00+02:00").to_utc());
    let after = desk.book("card", place("2027-03-28T08:00:00+02:00")).await;
    assert_eq!(after.start.to_rfc3339(), "2027-03-28T08:00:00+02:00");
    // The same instant told with another offset.
    let utc = desk.book("card", place("2027-03-28T06:00:00+00:00")).await;
    assert_eq!(utc.start.to_rfc3339(), "2027-03-28T08:00:00+02:00");
    let across = desk.hold("advice", place("2027-03-28T01:45:00+01:00")).await;
    assert!(matches!(across, Err(BookingError::Gone { code: "closed", .. })), "{across:?}");
}

on_both!(
    a_hold_confirms_in_its_last_millisecond_and_not_after,
    capacity_is_back_at_once_without_anybody_sweeping,
    what_was_given_away_does_not_come_back_when_the_clock_goes_back,
    what_nobody_took_is_there_when_the_clock_goes_back,
    a_restart_keeps_holds_with_their_expiry,
    a_request_asks_for_less_or_more_time_up_to_a_limit,
    clock_changes_keep_times_of_the_wall_clock,
);
