//! What becomes free is offered to those who wait

use chrono::{NaiveDate, TimeDelta};
use scheduler_core::waitlist::Rules;
use scheduler_service::booking::{
    Actor, BookingError, Clock as _, EventKind, Hours, Record, Seen, Status, Subject, Waiting,
    WishRequest, WishStatus,
};
use uuid::Uuid;

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, at, march, settings, web};

/// Half hours of a lawyer, of whom there is one: 08:00 to 11:30.
const TIMES: [&str; 8] = ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30"];

/// Advice on that day of March 2027, at any hour.
fn advice(day: u32) -> WishRequest {
    let date = NaiveDate::from_ymd_opt(2027, 3, day).unwrap();
    WishRequest {
        basket: vec![("advice".to_owned(), 1)],
        skills: Vec::new(),
        staff: None,
        room: None,
        sites: vec!["hall".to_owned()],
        dates: (date, date),
        days: Vec::new(),
        hours: Vec::new(),
        until: at("2027-03-05T12:00:00+01:00"),
    }
}

/// Books all advice of that day.
async fn fill(desk: &Desk, day: u32) -> Vec<Record> {
    let mut booked = Vec::new();
    for time in TIMES {
        booked.push(desk.book("advice", march(day, time)).await);
    }
    booked
}

async fn wish(desk: &Desk, request: &WishRequest) -> Uuid {
    let id = Uuid::now_v7();
    // So that one is older than the next.
    desk.advance(TimeDelta::seconds(1));
    let (waiting, new) = desk.office.wish(&web(), (id, "hash"), request, None).await.unwrap();
    assert!(new);
    assert_eq!((waiting.id, waiting.status), (id, WishStatus::Waiting));
    id
}

async fn offer(desk: &Desk, seen: &mut Seen) -> usize {
    desk.office.offer_starts(seen, &Rules::default()).await.unwrap()
}

async fn of(desk: &Desk, id: Uuid) -> Waiting {
    desk.office.wish_of(&web(), id).await.unwrap()
}

async fn cancel(desk: &Desk, booked: &Record) {
    desk.office.cancel(&web(), booked.id, None, None).await.unwrap();
}

async fn what_is_cancelled_goes_to_who_waits(database: Database) {
    let desk = Desk::open(&database).await;
    let booked = fill(&desk, 4).await;
    let mut seen = Seen::default();
    let (first, second) = (wish(&desk, &advice(4)).await, wish(&desk, &advice(4)).await);
    assert_eq!(offer(&desk, &mut seen).await, 0, "nothing is free");
    cancel(&desk, &booked[3]).await;
    assert_eq!(offer(&desk, &mut seen).await, 1);
    let waiting = of(&desk, first).await;
    assert_eq!(waiting.status, WishStatus::Offered);
    let hold = waiting.booking.unwrap();
    assert_eq!(hold.start, at("2027-03-04T09:30:00+01:00"));
    // Two fifths of the time until then, and a day at the most.
    let lasts = hold.expires_at.unwrap() - hold.created_at;
    assert_eq!(lasts, TimeDelta::days(1));
    assert_eq!(of(&desk, second).await.status, WishStatus::Waiting);
    assert_eq!(offer(&desk, &mut seen).await, 0, "it is offered to one at a time");
    // Nobody else gets it.
    let taken = desk.hold("advice", march(4, "09:30")).await;
    assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");

    desk.office.confirm(&web(), hold.id, None, None).await.unwrap();
    assert_eq!(of(&desk, first).await.status, WishStatus::Booked);
    assert_eq!(offer(&desk, &mut seen).await, 0);
    assert_eq!(of(&desk, first).await.status, WishStatus::Booked);
    assert_eq!(of(&desk, first).await.booking.unwrap().status, Status::Booked);
    // What has an appointment cannot be taken back here.
    let error = desk.office.withdraw(&web(), first).await.unwrap_err();
    assert!(matches!(error, BookingError::WrongStatus { .. }), "{error:?}");
    // After a restart, which begins with no memory of what was seen.
    cancel(&desk, &booked[5]).await;
    desk.office.close().await;
    let desk = Desk::open_with(settings(&database), at("2027-03-01T08:00:00+01:00").to_utc()).await;
    assert_eq!(offer(&desk, &mut Seen::default()).await, 1);
    assert_eq!(of(&desk, second).await.status, WishStatus::Offered);
}

async fn what_is_declined_or_not_answered_goes_to_the_next(database: Database) {
    let desk = Desk::open(&database).await;
    let booked = fill(&desk, 4).await;
    let mut seen = Seen::default();
    let (first, second) = (wish(&desk, &advice(4)).await, wish(&desk, &advice(4)).await);
    cancel(&desk, &booked[0]).await;
    assert_eq!(offer(&desk, &mut seen).await, 1);
    assert_eq!(of(&desk, first).await.status, WishStatus::Offered);
    let hold = of(&desk, first).await.booking.unwrap().id;
    let other = desk.office.decline(&web(), first, Uuid::now_v7()).await.unwrap();
    assert_eq!(other.status, WishStatus::Offered, "that is not what is offered");
    let declined = desk.office.decline(&web(), first, hold).await.unwrap();
    assert_eq!((declined.status, declined.unanswered), (WishStatus::Waiting, 0));
    assert_eq!(offer(&desk, &mut seen).await, 1);
    assert_eq!(of(&desk, first).await.status, WishStatus::Waiting, "it does not want that one");
    assert_eq!(of(&desk, second).await.status, WishStatus::Offered);

    // Nobody answers; the first still does not want it.
    desk.advance(TimeDelta::hours(25));
    assert_eq!(offer(&desk, &mut seen).await, 0);
    let waiting = of(&desk, second).await;
    assert_eq!((waiting.status, waiting.unanswered), (WishStatus::Waiting, 1));
    // Somebody new may get it, and others that come free go on.
    let third = wish(&desk, &advice(4)).await;
    cancel(&desk, &booked[1]).await;
    assert_eq!(offer(&desk, &mut seen).await, 2);
    assert_eq!(of(&desk, third).await.booking.unwrap().start, at("2027-03-04T08:00:00+01:00"));
    assert_eq!(of(&desk, first).await.booking.unwrap().start, at("2027-03-04T08:30:00+01:00"));
}

async fn a_wish_is_offered_only_what_it_asks_for(database: Database) {
    let desk = Desk::open(&database).await;
    let mut seen = Seen::default();
    let mut days = Vec::new();
    for day in 1..=5 {
        days.push(fill(&desk, day).await);
    }
    let late = WishRequest { hours: vec![Hours(11 * 60, 12 * 60)], ..advice(4) };
    let late = wish(&desk, &late).await;
    let friday =
        WishRequest { dates: (advice(4).dates.0, advice(5).dates.1), days: vec![4], ..advice(4) };
    let friday = wish(&desk, &friday).await;
    // Thursday at eight suits neither.
    cancel(&desk, &days[3][0]).await;
    assert_eq!(offer(&desk, &mut seen).await, 0);
    cancel(&desk, &days[3][7]).await;
    assert_eq!(offer(&desk, &mut seen).await, 1);
    assert_eq!(of(&desk, late).await.booking.unwrap().start, at("2027-03-04T11:30:00+01:00"));
    cancel(&desk, &days[4][2]).await;
    assert_eq!(offer(&desk, &mut seen).await, 1);
    assert_eq!(of(&desk, friday).await.booking.unwrap().start, at("2027-03-05T09:00:00+01:00"));
}

async fn a_wish_ends(database: Database) {
    let desk = Desk::open(&database).await;
    let booked = fill(&desk, 4).await;
    let mut seen = Seen::default();
    let short = WishRequest { until: at("2027-03-01T09:00:00+01:00"), ..advice(4) };
    let (over, back) = (wish(&desk, &short).await, wish(&desk, &advice(4)).await);
    desk.set("2027-03-01T09:00:00+01:00");
    cancel(&desk, &booked[2]).await;
    assert_eq!(offer(&desk, &mut seen).await, 1);
    assert_eq!(of(&desk, over).await.status, WishStatus::Over);
    // Taken back, with what is offered to it; twice is no error.
    assert_eq!(of(&desk, back).await.status, WishStatus::Offered);
    desk.office.withdraw(&web(), back).await.unwrap();
    desk.office.withdraw(&web(), back).await.unwrap();
    assert_eq!(of(&desk, back).await.status, WishStatus::Withdrawn);
    assert!(desk.hold("advice", march(4, "09:00")).await.is_ok(), "it is free again");
    // Whoever never answers waits no longer.
    let days = WishRequest { dates: (advice(3).dates.0, advice(5).dates.1), ..advice(3) };
    let silent = wish(&desk, &days).await;
    for offered in 1..=3 {
        assert_eq!(offer(&desk, &mut seen).await, 1, "{offered}");
        desk.advance(TimeDelta::hours(25));
    }
    assert_eq!(offer(&desk, &mut seen).await, 0);
    assert_eq!(of(&desk, silent).await.status, WishStatus::Unanswered);
}

async fn an_offer_that_was_not_made_is_none(database: Database) {
    let desk = Desk::open(&database).await;
    let id = wish(&desk, &advice(4)).await;
    // The process that chose a start for it was killed before it held it.
    let mut row = desk.office.store().wish(id).await.unwrap().unwrap();
    row.hold = Some(Uuid::now_v7());
    assert!(desk.office.store().change_wish(None, &row, &[]).await.unwrap().0);
    assert!(
        !desk.office.store().change_wish(None, &row, &[]).await.unwrap().0,
        "one of two has it"
    );
    let mut seen = Seen::default();
    assert_eq!(offer(&desk, &mut seen).await, 0, "maybe it is just being made");
    desk.advance(TimeDelta::minutes(2));
    assert_eq!(offer(&desk, &mut seen).await, 1);
    assert_eq!(of(&desk, id).await.status, WishStatus::Offered);
}

async fn two_processes_make_one_offer(database: Database) {
    let one = Desk::open(&database).await;
    let two = Desk::open(&database).await;
    let booked = fill(&one, 4).await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(wish(&one, &advice(4)).await);
    }
    two.clock.set(one.clock.now());
    for freed in &booked[..3] {
        cancel(&one, freed).await;
    }
    let (mut first, mut second) = (Seen::default(), Seen::default());
    let rules = Rules::default();
    for _ in 0..3 {
        let (a, b) = tokio::join!(
            one.office.offer_starts(&mut first, &rules),
            two.office.offer_starts(&mut second, &rules)
        );
        a.unwrap();
        b.unwrap();
    }
    let mut starts = Vec::new();
    for id in ids {
        starts.extend(of(&one, id).await.booking.map(|record| record.start));
    }
    starts.sort_unstable();
    let mut once = starts.clone();
    once.dedup();
    assert_eq!((starts.len(), once.len()), (3, 3), "{starts:?}");
}

async fn what_becomes_of_an_offer_is_told_as_such(database: Database) {
    let desk = Desk::open(&database).await;
    let booked = fill(&desk, 4).await;
    let mut seen = Seen::default();
    let (first, second) = (wish(&desk, &advice(4)).await, wish(&desk, &advice(4)).await);
    let before = desk.office.last_event().await.unwrap();
    cancel(&desk, &booked[0]).await;
    assert_eq!(offer(&desk, &mut seen).await, 1);
    let declined = of(&desk, first).await.booking.unwrap().id;
    desk.office.decline(&web(), first, declined).await.unwrap();
    assert_eq!(offer(&desk, &mut seen).await, 1);
    let unanswered = of(&desk, second).await.booking.unwrap().id;
    desk.advance(TimeDelta::hours(25));
    for _ in 0..2 {
        assert_eq!(offer(&desk, &mut seen).await, 0, "it is told once");
    }
    let third = wish(&desk, &advice(4)).await;
    assert_eq!(offer(&desk, &mut seen).await, 1);
    let accepted = of(&desk, third).await.booking.unwrap().id;
    // What was declined and what nobody has answered are two things, for whoever comes too late.
    let late = desk.office.confirm(&web(), declined, None, None).await;
    assert_eq!(late.unwrap_err(), BookingError::HoldReleased);
    let late = desk.office.confirm(&web(), unanswered, None, None).await;
    assert_eq!(late.unwrap_err(), BookingError::HoldExpired);
    desk.office.confirm(&web(), accepted, None, None).await.unwrap();
    // Who takes a wish back declines what is offered to it.
    cancel(&desk, &booked[1]).await;
    let fourth = wish(&desk, &advice(4)).await;
    desk.office.withdraw(&web(), first).await.unwrap();
    desk.office.withdraw(&web(), second).await.unwrap();
    assert_eq!(offer(&desk, &mut seen).await, 1);
    desk.office.withdraw(&web(), fourth).await.unwrap();

    let page = desk.office.events(&web(), before, &EventKind::ALL, 1000).await.unwrap();
    let told: Vec<_> = page.events.iter().map(|event| (event.kind, event.by.clone())).collect();
    let (key, service) = (Actor::Key("web".to_owned()), Actor::Service);
    assert_eq!(
        told,
        [
            (EventKind::Cancelled, key.clone()),
            (EventKind::WaitlistOffered, service.clone()),
            (EventKind::WaitlistDeclined, key.clone()),
            (EventKind::WaitlistOffered, service.clone()),
            (EventKind::WaitlistExpired, service.clone()),
            (EventKind::WaitlistOffered, service.clone()),
            (EventKind::Booked, key.clone()),
            (EventKind::Cancelled, key.clone()),
            (EventKind::WaitlistOffered, service),
            (EventKind::WaitlistDeclined, key),
        ]
    );
    let expired = &page.events[4].subject;
    assert!(
        matches!(expired, Subject::Promise { id, status: Status::Released, .. } if *id == unanswered),
        "{expired:?}"
    );
    // A hold that was offered to nobody is given back as ever.
    let hold = desk.hold("advice", march(4, "08:30")).await.unwrap();
    desk.office.release(&web(), hold.id).await.unwrap();
    let page = desk.office.events(&web(), page.after, &EventKind::ALL, 9).await.unwrap();
    let kinds: Vec<_> = page.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Held, EventKind::Released]);
}

on_both!(
    what_becomes_of_an_offer_is_told_as_such,
    what_is_cancelled_goes_to_who_waits,
    what_is_declined_or_not_answered_goes_to_the_next,
    a_wish_is_offered_only_what_it_asks_for,
    a_wish_ends,
    an_offer_that_was_not_made_is_none,
    two_processes_make_one_offer,
);
