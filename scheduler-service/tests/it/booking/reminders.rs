//! Appointments that are near are told once, whoever tells

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use scheduler_service::booking::{
    Actor, Clock as _, Event, EventKind, Rescheduling, Subject, VisitChange,
};
use uuid::Uuid;

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, at, march, web};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// All reminders so far.
async fn told(desk: &Desk) -> Vec<Event> {
    let page = desk.office.events(&web(), 0, &[EventKind::ReminderDue], 1000).await.unwrap();
    page.events
}

async fn remind(desk: &Desk) -> usize {
    desk.office.remind(DAY).await.unwrap()
}

async fn moved(desk: &Desk, id: Uuid, time: &str) {
    let to = march(2, time);
    let how = Rescheduling { to, visit: VisitChange::default(), reason: None };
    desk.office.reschedule(&web(), id, how, None, None).await.unwrap();
}

async fn an_appointment_is_told_of_once_for_each_time_that_it_has(database: Database) {
    let desk = Desk::open(&database).await;
    let near = desk.book("advice", march(2, "09:00")).await;
    desk.book("advice", march(4, "09:00")).await;
    let cancelled = desk.book("card", march(2, "08:00")).await;
    desk.office.cancel(&web(), cancelled.id, None, None).await.unwrap();
    desk.set("2027-03-01T08:59:59.999+01:00");
    assert_eq!(remind(&desk).await, 0, "by a moment");
    desk.set("2027-03-01T09:00:00+01:00");
    // Nobody has confirmed that.
    desk.hold("card", march(2, "08:00")).await.unwrap();
    assert_eq!(remind(&desk).await, 1);
    assert_eq!(remind(&desk).await, 0);
    let [event] = told(&desk).await.try_into().unwrap();
    assert_eq!((event.kind, event.by), (EventKind::ReminderDue, Actor::Service));
    let Subject::Promise { id, place, version, .. } = event.subject else { panic!() };
    assert_eq!(
        (id, place.start, version),
        (near.id, at("2027-03-02T09:00:00+01:00"), near.version)
    );

    // Another process, and a restart.
    let beside = Desk::open(&database).await;
    beside.set("2027-03-01T12:00:00+01:00");
    assert_eq!(remind(&beside).await, 0);
    desk.office.close().await;
    let desk = Desk::open(&database).await;
    desk.set("2027-03-01T09:30:00+01:00");
    assert_eq!(remind(&desk).await, 0);

    // Moved away, it is near later; moved back, it is near at once.
    moved(&desk, near.id, "10:00").await;
    assert_eq!(remind(&desk).await, 0);
    desk.set("2027-03-01T10:00:00+01:00");
    assert_eq!(remind(&desk).await, 1);
    moved(&desk, near.id, "09:00").await;
    assert_eq!(remind(&desk).await, 1);
    assert_eq!(remind(&desk).await, 0);
    // What is booked late is near at once; what has begun is not near any more.
    desk.book("card", march(1, "11:00")).await;
    let begun = desk.book("card", march(1, "10:30")).await;
    desk.set("2027-03-01T10:30:00+01:00");
    assert_eq!(remind(&desk).await, 1);
    assert!(
        told(&desk)
            .await
            .iter()
            .all(|event| !matches!(&event.subject, Subject::Promise { id, .. } if *id == begun.id))
    );
    desk.set("2027-03-03T09:00:00+01:00");
    assert_eq!(remind(&desk).await, 1);
    assert_eq!(told(&desk).await.len(), 5);
}

async fn two_processes_tell_each_once(database: Database) {
    let one = Desk::open(&database).await;
    let two = Desk::open(&database).await;
    let mut ids = BTreeSet::new();
    for time in ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30"] {
        ids.insert(one.book("advice", march(2, time)).await.id);
    }
    one.advance(TimeDelta::hours(10));
    two.clock.set(one.clock.now());
    let mut count = 0;
    for _ in 0..3 {
        let (a, b) = tokio::join!(one.office.remind(DAY), two.office.remind(DAY));
        count += a.unwrap() + b.unwrap();
    }
    let events = told(&one).await;
    assert_eq!((count, events.len()), (8, 8));
    let of = |event: &Event| match &event.subject {
        Subject::Promise { id, .. } => *id,
        _ => panic!("{event:?}"),
    };
    assert_eq!(events.iter().map(of).collect::<BTreeSet<_>>(), ids);
    // In the order of their times, of each process at least; and numbers go on without gaps.
    let last = one.office.last_event().await.unwrap();
    assert_eq!(events.last().unwrap().number, last);
}

on_both!(an_appointment_is_told_of_once_for_each_time_that_it_has, two_processes_tell_each_once,);
