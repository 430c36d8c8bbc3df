//! What happened is told once, in order, to those whom it concerns; who is stranded is known to be, and is
//! kept again as soon as somebody can.

use chrono::TimeDelta;
use scheduler_core::scenario::Scenario;
use scheduler_service::booking::{
    Actor, BookingError, Client, Event, EventKind, Mark, PromiseFilter, PromisePosition, Record,
    ReplaceMode, Rescheduling, Settings, Status, Subject, VisitChange,
};
use uuid::Uuid;

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, HALL, OPENED, at, hold_of, march, planner, settings, web};

/// All events that `client` may see, read in small pages.
async fn all(desk: &Desk, client: &Client) -> Vec<Event> {
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let page = desk.office.events(client, after, &EventKind::ALL, 3).await.unwrap();
        events.extend(page.events);
        after = page.after;
        if !page.more {
            return events;
        }
    }
}

fn kinds(events: &[Event]) -> Vec<EventKind> {
    events.iter().map(|event| event.kind).collect()
}

fn version(event: &Event) -> u64 {
    match event.subject {
        Subject::Promise { version, .. } | Subject::Scenario { version } => version,
        Subject::SiteDay { .. } => 0,
    }
}

fn stranger() -> Client {
    Client { name: "other".to_owned(), ..web() }
}

async fn what_happens_is_told_in_order_with_who_and_why(database: Database) {
    let desk = Desk::open(&database).await;
    let hold = desk.hold("card", march(1, "08:00")).await.unwrap();
    desk.advance(TimeDelta::minutes(5));
    desk.office.extend(&web(), hold.id, None, None).await.unwrap();
    desk.office.confirm(&web(), hold.id, Some("A 1".to_owned()), None).await.unwrap();
    let moving = Rescheduling {
        to: march(1, "09:00"),
        visit: VisitChange::default(),
        reason: Some("the bus".to_owned()),
    };
    desk.office.reschedule(&web(), hold.id, moving, None, None).await.unwrap();
    let why = Some("well again".to_owned());
    let cancelled = desk.office.cancel_because(&web(), hold.id, None, why, None).await.unwrap();
    let other = desk.hold("card", march(1, "08:00")).await.unwrap();
    desk.office.release(&web(), other.id).await.unwrap();
    let third = desk.book("card", march(1, "08:00")).await;
    desk.set("2027-03-01T08:20:00+01:00");
    desk.office.mark(&planner(), third.id, Mark::Arrived, None, None).await.unwrap();
    desk.office.mark(&planner(), third.id, Mark::Fulfilled, None, None).await.unwrap();

    use EventKind::{Arrived, Booked, Cancelled, Extended, Fulfilled, Held, Moved, Released};
    let events = all(&desk, &web()).await;
    let expected = [
        Held, Extended, Booked, Moved, Cancelled, Held, Released, Held, Booked, Arrived, Fulfilled,
    ];
    assert_eq!(kinds(&events), expected);
    assert!(events.windows(2).all(|pair| pair[0].number < pair[1].number));
    let numbers: Vec<u64> = events.iter().map(|event| event.number).collect();
    let first = numbers[0];
    assert_eq!(numbers, (first..first + expected.len() as u64).collect::<Vec<_>>(), "without gaps");
    assert_eq!(all(&desk, &planner()).await, events, "planners see all");
    assert_eq!(all(&desk, &stranger()).await, []);
    assert!(events[..9].iter().all(|event| event.by == Actor::Key("web".to_owned())));
    assert_eq!(events[9].by, Actor::Key("planner".to_owned()));
    assert_eq!(events[3].reason.as_deref(), Some("the bus"));
    let Subject::Promise { place, from, status, reference, .. } = &events[3].subject else {
        panic!("{:?}", events[3])
    };
    assert_eq!((place, from), (&march(1, "09:00"), &Some(march(1, "08:00"))));
    assert_eq!((*status, reference.as_deref()), (Status::Booked, Some("A 1")));

    let history = desk.office.history(&web(), hold.id).await.unwrap();
    assert_eq!(kinds(&history), [Held, Extended, Booked, Moved, Cancelled]);
    assert_eq!(history.iter().map(version).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(version(&history[4]), cancelled.version);
    let hidden = desk.office.history(&stranger(), hold.id).await;
    assert_eq!(hidden.unwrap_err(), BookingError::NotFound);
    // Some kinds, from somewhere on.
    let some = desk.office.events(&web(), first + 2, &[Held, Cancelled], 10).await.unwrap();
    assert_eq!(kinds(&some.events), [Cancelled, Held, Held]);
    assert_eq!((some.after, some.more), (*numbers.last().unwrap(), false));
}

async fn what_is_refused_or_done_before_is_no_event(database: Database) {
    let desk = Desk::open(&database).await;
    let booked = desk.book("card", march(1, "08:00")).await;
    let before = all(&desk, &web()).await.len();
    desk.office.confirm(&web(), booked.id, None, None).await.unwrap();
    desk.office.reschedule(&web(), booked.id, march(1, "08:00"), None, None).await.unwrap();
    desk.office.cancel(&web(), booked.id, Some(9), None).await.unwrap_err();
    desk.office.extend(&web(), booked.id, None, None).await.unwrap_err();
    desk.hold("advice", march(1, "11:45")).await.unwrap_err();
    assert_eq!(all(&desk, &web()).await.len(), before);
    desk.office.cancel(&web(), booked.id, None, None).await.unwrap();
    desk.office.cancel(&web(), booked.id, None, None).await.unwrap();
    assert_eq!(all(&desk, &web()).await.len(), before + 1);
}

fn without_ada() -> Scenario {
    let mut scenario = Scenario::from_json(HALL.as_bytes()).unwrap();
    scenario.staff[0].absent_on.push("2027-03-01".parse().unwrap());
    scenario
}

async fn stranded(desk: &Desk) -> Vec<Uuid> {
    let filter = PromiseFilter { statuses: vec![Status::Stranded], ..PromiseFilter::default() };
    let page = desk.office.appointments(&planner(), filter, None, 100).await.unwrap();
    page.records.iter().map(|record| record.id).collect()
}

async fn who_is_stranded_is_said_to_be_until_somebody_is_back(database: Database) {
    let desk = Desk::open(&database).await;
    let advice = desk.book("advice", march(1, "08:00")).await;
    let repair = ReplaceMode { repair: true, ..ReplaceMode::default() };
    desk.office.replace_scenario(without_ada(), 1, repair).await.unwrap();
    let record = desk.office.record(&web(), advice.id).await.unwrap();
    assert_eq!((record.status, record.version), (Status::Stranded, advice.version + 1));
    assert_eq!(stranded(&desk).await, [advice.id]);
    assert_eq!(desk.office.settle().await.unwrap(), 0, "nobody can");
    // An edit that strands nobody else is none the worse for it.
    let mut other = without_ada();
    other.sites[0].name = Some("Town hall".to_owned());
    desk.office.replace_scenario(other, 2, ReplaceMode::default()).await.unwrap();
    assert_eq!(stranded(&desk).await, [advice.id]);
    // Another process says the same.
    let beside = Desk::open(&database).await;
    assert_eq!(stranded(&beside).await, [advice.id]);
    let back = Scenario::from_json(HALL.as_bytes()).unwrap();
    desk.office.replace_scenario(back, 3, ReplaceMode::default()).await.unwrap();
    let record = desk.office.record(&web(), advice.id).await.unwrap();
    assert_eq!((record.status, record.start), (Status::Booked, advice.start));
    assert_eq!(record.staff.as_deref(), Some("ada"));
    let history = desk.office.history(&web(), advice.id).await.unwrap();
    use EventKind::{Booked, Held, KeptAgain, ScenarioChanged, Stranded};
    assert_eq!(kinds(&history), [Held, Booked, Stranded, KeptAgain]);
    assert_eq!(history[2].by, Actor::Service);
    let told = kinds(&all(&desk, &planner()).await);
    let expected =
        [Held, Booked, Stranded, ScenarioChanged, ScenarioChanged, KeptAgain, ScenarioChanged];
    assert_eq!(told, expected);
}

/// Fills the hall at 08:00 with cards, of which one is stranded as a clerk is ill.
async fn crowded(desk: &Desk) -> (Vec<Record>, Uuid) {
    let mut cards = Vec::new();
    for time in (0..16).map(|quarter| format!("{:02}:{:02}", 8 + quarter / 4, quarter % 4 * 15)) {
        while let Ok(hold) = desk.hold("card", march(1, &time)).await {
            cards.push(desk.office.confirm(&web(), hold.id, None, None).await.unwrap().0);
        }
    }
    let mut ill = Scenario::from_json(HALL.as_bytes()).unwrap();
    ill.staff[2].absent_on.push("2027-03-01".parse().unwrap());
    let repair = ReplaceMode { repair: true, ..ReplaceMode::default() };
    let done = desk.office.replace_scenario(ill, 1, repair).await.unwrap();
    assert!(done.stranded.len() > 5, "{}", done.stranded.len());
    (cards, done.stranded[0].id)
}

async fn who_is_stranded_gets_what_becomes_free(database: Database) {
    let desk = Desk::open(&database).await;
    let (_, waiting) = crowded(&desk).await;
    let record = desk.office.record(&web(), waiting).await.unwrap();
    assert_eq!(desk.office.settle().await.unwrap(), 0, "all is taken");
    let filter = PromiseFilter { statuses: vec![Status::Booked], ..PromiseFilter::default() };
    let booked = desk.office.appointments(&web(), filter, None, 1000).await.unwrap().records;
    let there = booked.iter().find(|other| other.start == record.start).unwrap();
    desk.office.cancel(&web(), there.id, None, None).await.unwrap();
    assert_eq!(desk.office.settle().await.unwrap(), 0, "it was kept with what was given back");
    let kept = desk.office.record(&web(), waiting).await.unwrap();
    assert_eq!((kept.status, kept.start), (Status::Booked, record.start));
    assert!(kept.staff.is_some());
    let history = desk.office.history(&web(), waiting).await.unwrap();
    assert_eq!(history.last().unwrap().kind, EventKind::KeptAgain);
    // Its time is taken now, for others and for another process.
    desk.hold("card", march(1, "08:00")).await.unwrap_err();
    let beside = Desk::open(&database).await;
    assert_eq!(beside.office.record(&web(), waiting).await.unwrap(), kept);
    assert_eq!(beside.office.settle().await.unwrap(), 0);
}

async fn who_is_stranded_can_move_and_cancel(database: Database) {
    let desk = Desk::open(&database).await;
    let (_, waiting) = crowded(&desk).await;
    let moved = desk.office.reschedule(&web(), waiting, march(2, "08:00"), None, None).await;
    let moved = moved.unwrap();
    assert_eq!((moved.status, moved.start), (Status::Booked, march(2, "08:00").start));
    let next = stranded(&desk).await[0];
    let cancelled = desk.office.cancel(&web(), next, None, None).await.unwrap();
    assert_eq!(cancelled.status, Status::Cancelled);
    assert!(!stranded(&desk).await.contains(&next));
    assert_eq!(desk.office.settle().await.unwrap(), 0, "nobody comes back by that");
}

async fn lists_go_on_where_they_were_whatever_is_booked_meanwhile(database: Database) {
    let desk = Desk::open(&database).await;
    let mut ids = Vec::new();
    for (day, time) in [(3, "09:00"), (1, "08:00"), (2, "10:00"), (1, "09:00"), (1, "08:00")] {
        ids.push(desk.book("card", march(day, time)).await.id);
    }
    desk.hold("card", march(1, "11:00")).await.unwrap();
    let statuses = vec![Status::Booked, Status::Cancelled];
    let filter = PromiseFilter { statuses, ..PromiseFilter::default() };
    let page = |after: Option<PromisePosition>| {
        let (desk, filter) = (desk.clone(), filter.clone());
        async move { desk.office.appointments(&web(), filter, after, 3).await.unwrap() }
    };
    let first = page(None).await;
    let starts: Vec<_> = first.records.iter().map(|record| record.start).collect();
    let eight = march(1, "08:00").start;
    assert_eq!(starts, [eight, eight, march(1, "09:00").start]);
    // Before and behind the position, and out of the list that was read.
    desk.book("card", march(1, "08:00")).await;
    let late = desk.book("card", march(4, "08:00")).await;
    desk.office.cancel(&web(), first.records[0].id, None, None).await.unwrap();
    let second = page(first.next).await;
    assert_eq!(second.next, None);
    let rest: Vec<Uuid> = second.records.iter().map(|record| record.id).collect();
    assert_eq!(rest, [ids[2], ids[0], late.id]);
    // By day, site, reference, and whose they are.
    let only = PromiseFilter {
        from: "2027-03-02".parse().ok(),
        until: "2027-03-02".parse().ok(),
        site: Some("hall".to_owned()),
        ..filter.clone()
    };
    let found = desk.office.appointments(&planner(), only.clone(), None, 10).await.unwrap();
    assert_eq!(found.records.iter().map(|r| r.id).collect::<Vec<_>>(), [ids[2]]);
    let other = desk.office.appointments(&stranger(), only.clone(), None, 10).await.unwrap();
    assert_eq!(other.records, []);
    let nowhere = PromiseFilter { site: Some("annex".to_owned()), ..only };
    let found = desk.office.appointments(&planner(), nowhere, None, 10).await.unwrap();
    assert_eq!(found.records, []);
    let mut called = hold_of("card", march(5, "08:00"));
    called.reference = Some("B 2".to_owned());
    let held = desk.office.hold(&web(), called, None).await.unwrap();
    desk.office.confirm(&web(), held.id, None, None).await.unwrap();
    let named = PromiseFilter { reference: Some("B 2".to_owned()), ..filter };
    let found = desk.office.appointments(&web(), named, None, 10).await.unwrap();
    assert_eq!(found.records.iter().map(|r| r.id).collect::<Vec<_>>(), [held.id]);
}

async fn a_hold_is_kept_longer_but_not_for_ever(database: Database) {
    let settings = Settings {
        hold: std::time::Duration::from_secs(600),
        longest_hold: std::time::Duration::from_secs(1200),
        ..settings(&database)
    };
    let desk = Desk::open_with(settings, at(OPENED).to_utc()).await;
    let hold = desk.hold("card", march(1, "08:00")).await.unwrap();
    let made = hold.created_at;
    let until = |record: &Record| record.expires_at.unwrap() - made;
    assert_eq!(until(&hold), TimeDelta::minutes(10));
    desk.advance(TimeDelta::minutes(9));
    let longer = desk.office.extend(&web(), hold.id, None, None).await.unwrap();
    assert_eq!((until(&longer), longer.version), (TimeDelta::minutes(19), 2));
    let shorter = std::time::Duration::from_secs(1);
    let same = desk.office.extend(&web(), hold.id, Some(shorter), None).await.unwrap();
    assert_eq!(same, longer, "it never becomes shorter");
    desk.advance(TimeDelta::minutes(9));
    let longest = desk.office.extend(&web(), hold.id, None, None).await.unwrap();
    assert_eq!(until(&longest), TimeDelta::minutes(20));
    // The other process knows it too.
    let beside = Desk::open_with(crate::support::office::settings(&database), made).await;
    beside.clock.set(made + TimeDelta::minutes(19));
    assert_eq!(beside.office.record(&web(), hold.id).await.unwrap().status, Status::Held);
    desk.advance(TimeDelta::minutes(2));
    let gone = desk.office.extend(&web(), hold.id, None, None).await;
    assert_eq!(gone.unwrap_err(), BookingError::HoldExpired);
}

async fn moved_appointments_may_ask_for_something_else(database: Database) {
    let desk = Desk::open(&database).await;
    let card = desk.book("card", march(1, "08:00")).await;
    let basket = Some(vec![("card".to_owned(), 3)]);
    let visit = VisitChange { basket, staff: Some("cem".to_owned()), ..VisitChange::default() };
    let how = Rescheduling { to: march(1, "08:00"), visit, reason: None };
    let moved = desk.office.reschedule(&web(), card.id, how, None, None).await.unwrap();
    assert_eq!(moved.end - moved.start, TimeDelta::minutes(35));
    assert_eq!((moved.asked_staff.as_deref(), moved.staff.as_deref()), (Some("cem"), Some("cem")));
    assert_eq!(moved.version, card.version + 1);
    // It stays so where only the time is another, and in another process.
    let later = desk.office.reschedule(&web(), card.id, march(1, "09:00"), None, None).await;
    let later = later.unwrap();
    assert_eq!(later.end - later.start, TimeDelta::minutes(35));
    assert_eq!(later.staff.as_deref(), Some("cem"));
    let beside = Desk::open(&database).await;
    assert_eq!(beside.office.record(&web(), card.id).await.unwrap(), later);
    // Without the clerk: only by a basket.
    let basket = Some(vec![("advice".to_owned(), 1)]);
    let visit = VisitChange { basket, ..VisitChange::default() };
    let how = Rescheduling { to: march(1, "09:00"), visit, reason: None };
    let advice = desk.office.reschedule(&web(), card.id, how, None, None).await.unwrap();
    assert_eq!((advice.asked_staff, advice.staff.as_deref()), (None, Some("ada")));
    // What makes no sense changes nothing.
    let visit = VisitChange { staff: Some("nobody".to_owned()), ..VisitChange::default() };
    let how = Rescheduling { to: march(1, "10:00"), visit, reason: None };
    let refused = desk.office.reschedule(&web(), card.id, how, None, None).await;
    assert!(matches!(refused, Err(BookingError::Invalid(_))), "{refused:?}");
    let kept = desk.office.record(&web(), card.id).await.unwrap();
    assert_eq!((kept.start, kept.version), (advice.start, advice.version));
}

async fn what_happened_is_erased_with_what_it_is_about(database: Database) {
    let settings = Settings { horizon_days: Some(5), ..settings(&database) };
    let desk = Desk::open_with(settings, at(OPENED).to_utc()).await;
    let mut request = hold_of("card", march(1, "08:00"));
    request.reference = Some("A 1".to_owned());
    let past = desk.office.hold(&web(), request, None).await.unwrap();
    desk.office.confirm(&web(), past.id, None, None).await.unwrap();
    let coming = desk.book("card", march(4, "08:00")).await;
    assert_eq!(desk.office.erase_reference(&web(), "A 1").await.unwrap(), 1);
    for event in desk.office.history(&web(), past.id).await.unwrap() {
        let Subject::Promise { reference, .. } = event.subject else { panic!() };
        assert_eq!(reference, None);
    }
    desk.set("2027-03-03T07:00:00+01:00");
    desk.office.extend_horizon().await.unwrap();
    while desk.office.tidy(Some(0)).await.unwrap() {}
    let page = desk.office.events(&planner(), 0, &EventKind::ALL, 100).await.unwrap();
    assert!(page.erased > 0);
    let left = page.events.iter().filter_map(|event| match &event.subject {
        Subject::Promise { id, .. } => Some(*id),
        _ => None,
    });
    assert_eq!(left.collect::<Vec<_>>(), [coming.id; 2]);
    assert!(page.events.iter().any(|event| event.kind == EventKind::ScenarioChanged));
    desk.set("2027-04-03T07:00:00+01:00");
    while desk.office.tidy(None).await.unwrap() {}
    let page = desk.office.events(&planner(), 0, &EventKind::ALL, 100).await.unwrap();
    assert!(page.events.iter().all(|event| event.kind != EventKind::ScenarioChanged));
}

on_both!(
    what_happens_is_told_in_order_with_who_and_why,
    what_is_refused_or_done_before_is_no_event,
    who_is_stranded_is_said_to_be_until_somebody_is_back,
    who_is_stranded_gets_what_becomes_free,
    who_is_stranded_can_move_and_cancel,
    lists_go_on_where_they_were_whatever_is_booked_meanwhile,
    a_hold_is_kept_longer_but_not_for_ever,
    moved_appointments_may_ask_for_something_else,
    what_happened_is_erased_with_what_it_is_about,
);
