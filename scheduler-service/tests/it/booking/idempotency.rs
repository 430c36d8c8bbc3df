//! The same key gets the same answer.

use std::sync::Arc;

use chrono::TimeDelta;
use scheduler_service::booking::{Begin, BookingError, Render, Reply, Ticket};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, hold_of, march, settings, web};

fn render() -> Render {
    Arc::new(|record, newly| Reply { status: 201, body: format!("{} {newly}", record.id) })
}

async fn ticket(desk: &Desk, key: &str) -> Ticket {
    match desk.office.begin(&web(), key, "hash", render()).await.unwrap() {
        Begin::New(ticket) => ticket,
        begin => panic!("{begin:?}"),
    }
}

async fn an_answer_is_given_again_even_after_a_restart(database: Database) {
    let desk = Desk::open(&database).await;
    let first = ticket(&desk, "k").await;
    let running = desk.office.begin(&web(), "k", "hash", render()).await.unwrap();
    assert!(matches!(running, Begin::Running));
    let request = hold_of("advice", march(1, "08:00"));
    let hold = desk.office.hold(&web(), request, Some(first)).await.unwrap();
    let expected = Reply { status: 201, body: format!("{} true", hold.id) };

    desk.office.close().await;
    let now = desk.clock.clone();
    let desk =
        Desk::open_with(settings(&database), scheduler_service::booking::Clock::now(&*now)).await;
    let begin = desk.office.begin(&web(), "k", "hash", render()).await.unwrap();
    assert!(matches!(begin, Begin::Replay(reply) if reply == expected));
    let begin = desk.office.begin(&web(), "k", "other", render()).await.unwrap();
    assert!(matches!(begin, Begin::Conflict));
    let mut other = web();
    other.name = "kiosk".to_owned();
    let begin = desk.office.begin(&other, "k", "hash", render()).await.unwrap();
    assert!(matches!(begin, Begin::New(_)));
    desk.advance(TimeDelta::hours(24));
    ticket(&desk, "k").await;
}

async fn a_refusal_is_given_again_where_it_is_kept(database: Database) {
    let desk = Desk::open(&database).await;
    desk.book("advice", march(1, "08:00")).await;
    let request = hold_of("advice", march(1, "08:00"));
    let first = ticket(&desk, "k").await;
    let refused = desk.office.hold(&web(), request, Some(first)).await;
    assert!(matches!(refused, Err(BookingError::Gone { .. })));
    // Nothing was kept with it.
    let second = ticket(&desk, "k").await;
    let gone = Reply { status: 409, body: "gone".to_owned() };
    desk.office.finish(second, gone.clone()).await.unwrap();
    let begin = desk.office.begin(&web(), "k", "hash", render()).await.unwrap();
    assert!(matches!(begin, Begin::Replay(reply) if reply == gone));
}

async fn a_key_that_was_used_in_another_process_does_nothing_twice(database: Database) {
    let desk = Desk::open(&database).await;
    let other = Desk::open(&database).await;
    let (first, second) = (ticket(&desk, "k").await, ticket(&other, "k").await);
    let request = hold_of("advice", march(1, "08:00"));
    let hold = desk.office.hold(&web(), request.clone(), Some(first)).await.unwrap();
    let elsewhere = hold_of("advice", march(2, "08:00"));
    let repeated = other.office.hold(&web(), elsewhere.clone(), Some(second)).await;
    assert_eq!(repeated.unwrap_err(), BookingError::Repeated);
    let begin = other.office.begin(&web(), "k", "hash", render()).await.unwrap();
    let expected = Reply { status: 201, body: format!("{} true", hold.id) };
    assert!(matches!(begin, Begin::Replay(reply) if reply == expected));
    // Its request was undone as a whole.
    other.office.hold(&web(), elsewhere, None).await.unwrap();
}

async fn a_request_that_panics_fails_alone_and_is_not_to_be_sent_again(database: Database) {
    let desk = Desk::open(&database).await;
    let render: Render = Arc::new(|_, _| panic!("on purpose"));
    let bad = match desk.office.begin(&web(), "bad", "hash", render).await.unwrap() {
        Begin::New(ticket) => ticket,
        begin => panic!("{begin:?}"),
    };
    let good = ticket(&desk, "good").await;
    let at = |time| hold_of("advice", march(1, time));
    // Of the same moment, so that they may share a transaction.
    let (client, office) = (web(), &desk.office);
    let (failed, held) = tokio::join!(
        office.hold(&client, at("08:00"), Some(bad)),
        office.hold(&client, at("08:30"), Some(good)),
    );
    assert_eq!(failed.unwrap_err(), BookingError::Internal);
    held.unwrap();
    // Nothing of it was kept, and the start is free.
    let begin = desk.office.begin(&web(), "bad", "hash", self::render()).await.unwrap();
    assert!(matches!(begin, Begin::New(_)));
    desk.book("advice", march(1, "08:00")).await;
}

on_both!(
    a_request_that_panics_fails_alone_and_is_not_to_be_sent_again,
    an_answer_is_given_again_even_after_a_restart,
    a_refusal_is_given_again_where_it_is_kept,
    a_key_that_was_used_in_another_process_does_nothing_twice,
);
