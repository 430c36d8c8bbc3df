//! The promises of the system before, and bookings beyond what is released.

use chrono::TimeDelta;
use scheduler_core::scenario::Scenario;
use scheduler_service::booking::{
    Act, AuditQuery, BookingError, Client, HoldRequest, Office, ReplaceMode, Settings, Status,
    ToImport,
};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, HALL, OPENED, at, hold_of, march, planner, settings, web};

fn old(reference: &str, service: &str, day: u32, time: &str) -> ToImport {
    ToImport {
        reference: reference.to_owned(),
        basket: vec![(service.to_owned(), 1)],
        skills: Vec::new(),
        staff: None,
        room: None,
        place: march(day, time),
        minutes: None,
        channel: Some("phone".to_owned()),
    }
}

fn noting(office: &Office, client: &Client, action: &'static str) -> Office {
    office.noting(Act::new(client, Some("0a1b2c3d"), action).because(Some("flood".to_owned())))
}

async fn audit(office: &Office) -> Vec<(String, String, Option<String>, Option<String>)> {
    let all = AuditQuery { limit: 100, ..AuditQuery::default() };
    let rows = office.audit(&all).await.unwrap().into_iter();
    rows.map(|row| (row.client, row.action, row.key, row.reason)).collect()
}

async fn what_nobody_can_keep_is_stranded_and_the_rest_is_booked(database: Database) {
    let desk = Desk::open(&database).await;
    let booked = desk.book("advice", march(1, "09:00")).await;
    // Only ada can give advice; three can do cards, in three rooms.
    let all: Vec<ToImport> = [
        ("a", "advice", "09:15"),
        ("b", "card", "09:00"),
        ("c", "card", "09:00"),
        ("d", "card", "09:00"),
        ("e", "card", "09:07"),
        ("f", "card", "13:00"),
        ("g", "advice", "10:00"),
    ]
    .iter()
    .map(|&(reference, service, time)| old(reference, service, 1, time))
    .collect();
    let dry = desk.office.import("web", all.clone(), true).await.unwrap();
    let clean = AuditQuery { limit: 10, ..AuditQuery::default() };
    assert!(desk.office.audit(&clean).await.unwrap().is_empty());
    let office = noting(&desk.office, &planner(), "appointments.import");
    let done = office.import("web", all.clone(), false).await.unwrap();
    let codes = |done: &scheduler_service::booking::Imported| {
        let one = |s: &scheduler_service::booking::Stranded| (s.reference.clone().unwrap(), s.code);
        let mut codes: Vec<_> = done.stranded.iter().map(one).collect();
        codes.sort();
        codes
    };
    assert_eq!(codes(&dry), codes(&done));
    let named = codes(&done);
    let stranded: Vec<(&str, &str)> = named.iter().map(|(name, code)| (&**name, *code)).collect();
    assert_eq!(stranded.len(), 4, "{stranded:?}");
    assert_eq!(stranded[0], ("a", "taken"));
    assert!(["b", "c", "d"].contains(&stranded[1].0), "one of three: {stranded:?}");
    assert_eq!(stranded[2..], [("e", "off-grid"), ("f", "closed")]);
    assert!(done.taken.iter().all(|one| one.is_new));
    let order: Vec<&str> = done.taken.iter().map(|one| one.reference.as_str()).collect();
    assert_eq!(order, ["a", "b", "c", "d", "e", "f", "g"]);
    for one in &done.taken {
        let record = desk.office.record(&web(), one.id).await.unwrap();
        assert_eq!(record.status, one.status, "{record:?}");
        assert_eq!(record.status == Status::Booked, record.staff.is_some());
        assert_eq!(record.channel.as_deref(), Some("phone"));
    }
    assert_eq!(desk.office.record(&web(), booked.id).await.unwrap().start, booked.start);

    // Again: everything is known, whatever became of it.
    let cancelled = done.taken.iter().find(|one| one.status == Status::Booked).unwrap();
    desk.office.cancel(&web(), cancelled.id, None, None).await.unwrap();
    let again = desk.office.import("web", all, false).await.unwrap();
    assert!(again.taken.iter().all(|one| !one.is_new) && again.stranded.is_empty());
    assert_eq!(again.taken.len(), 7);
    let noted = [(
        "planner".to_owned(),
        "appointments.import".to_owned(),
        Some("0a1b2c3d".to_owned()),
        Some("flood".to_owned()),
    )];
    assert_eq!(audit(&desk.office).await, noted);

    // After a start everything is as it was: who is stranded takes no capacity.
    desk.office.close().await;
    let desk = Desk::open(&database).await;
    let view = desk.office.view().await.unwrap();
    let kept: usize = view.book.snapshots.iter().map(|page| page.ledger().promises().count()).sum();
    assert_eq!(
        kept, 4,
        "one was there, three were taken, for one of these that was cancelled came another"
    );
}

async fn the_stranded_are_cancelled_moved_or_kept_again(database: Database) {
    let desk = Desk::open(&database).await;
    let all: Vec<ToImport> =
        ["a", "b", "c"].iter().map(|reference| old(reference, "advice", 1, "09:00")).collect();
    let done = desk.office.import("web", all, false).await.unwrap();
    let stranded: Vec<_> = done.stranded.iter().map(|one| one.id).collect();
    assert_eq!(stranded.len(), 2);
    let moved = march(1, "10:00");
    let moved = desk.office.reschedule(&web(), stranded[0], moved, None, None).await.unwrap();
    assert_eq!((moved.status, moved.staff.as_deref()), (Status::Booked, Some("ada")));
    // Another edit is not refused because of who could not be kept before.
    let mut hall = Scenario::from_json(HALL.as_bytes()).unwrap();
    hall.staff[2].name = Some("Cem".to_owned());
    let edited = desk.office.replace_scenario(hall.clone(), 1, ReplaceMode::default()).await;
    assert_eq!(edited.unwrap().version, 2);
    let waiting = desk.office.record(&web(), stranded[1]).await.unwrap();
    assert_eq!(waiting.status, Status::Stranded);
    // One more who can: it is kept again.
    hall.staff[1].skills.push("law".to_owned());
    let edited = desk.office.replace_scenario(hall, 2, ReplaceMode::default()).await.unwrap();
    assert_eq!(edited.version, 3);
    let kept = desk.office.record(&web(), stranded[1]).await.unwrap();
    assert_eq!((kept.status, kept.start), (Status::Booked, march(1, "09:00").start));
    assert!(["ada", "ben"].contains(&kept.staff.as_deref().unwrap()), "{kept:?}");
    desk.office.cancel(&web(), stranded[1], None, None).await.unwrap();
}

async fn a_sick_call_strands_and_a_repair_finds_who_keeps_it_again(database: Database) {
    let desk = Desk::open(&database).await;
    let advice = desk.book("advice", march(1, "09:00")).await;
    let mut hall = Scenario::from_json(HALL.as_bytes()).unwrap();
    hall.staff[0].absent_on.push("2027-03-01".parse().unwrap());
    let repair = ReplaceMode { repair: true, ..ReplaceMode::default() };
    let done = desk.office.replace_scenario(hall.clone(), 1, repair).await.unwrap();
    assert_eq!(done.stranded.len(), 1);
    let stranded = desk.office.record(&web(), advice.id).await.unwrap();
    assert_eq!((stranded.status, stranded.staff), (Status::Stranded, None));
    hall.staff[0].absent_on.clear();
    desk.office.replace_scenario(hall, 2, repair).await.unwrap();
    let kept = desk.office.record(&web(), advice.id).await.unwrap();
    assert_eq!((kept.status, kept.staff.as_deref()), (Status::Booked, Some("ada")));
}

async fn dates_that_cannot_be_booked_yet_keep_what_was_promised(database: Database) {
    let walk_ins = r#""walk_in_quotas": [{ "id": "open", "site": "hall", "from": "08:00",
        "until": "12:00", "skills": [], "min_share": 0.1, "block_minutes": 30 }]"#;
    let text = HALL.replacen('{', &format!("{{ {walk_ins},"), 1);
    let scenario = Scenario::from_json(text.as_bytes()).unwrap();
    let settings =
        Settings { horizon_days: Some(5), scenario: Some(scenario), ..settings(&database) };
    let desk = Desk::open_with(settings, at(OPENED).to_utc()).await;
    let all: Vec<ToImport> =
        ["a", "b"].iter().map(|reference| old(reference, "advice", 6, "09:00")).collect();
    let done = desk.office.import("web", all, false).await.unwrap();
    assert_eq!((done.taken.len(), done.stranded.len()), (2, 0));
    desk.set("2027-03-02T00:00:00+01:00");
    assert!(desk.office.extend_horizon().await.unwrap());
    let mut statuses = Vec::new();
    for one in &done.taken {
        statuses.push(desk.office.record(&web(), one.id).await.unwrap().status.name());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, ["booked", "stranded"], "one of two can be kept");
    let view = desk.office.view().await.unwrap();
    let page = view.book.snapshots.last().unwrap();
    assert_eq!(page.ledger().promises().count(), 1);
    assert!(page.ledger().blocks().count() > 0, "the date was planned around it");
    let taken = desk.hold("advice", march(6, "09:15")).await;
    assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");
}

async fn what_makes_no_sense_is_all_told_and_nothing_is_written(database: Database) {
    let desk = Desk::open(&database).await;
    desk.set("2027-03-02T07:00:00+01:00");
    let mut wrong = vec![
        old("a", "card", 2, "09:00"),
        old("a", "cord", 2, "09:00"),
        old("b", "card", 1, "09:00"),
        old("c\u{0}", "card", 2, "23:55"),
    ];
    wrong[1].place.site = "hell".to_owned();
    wrong[2].staff = Some("zoe".to_owned());
    let refused = desk.office.import("web", wrong, false).await;
    let Err(BookingError::Invalid(violations)) = refused else { panic!("{refused:?}") };
    let told: Vec<(&str, &str)> =
        violations.iter().map(|one| (one.pointer.as_str(), one.code.as_str())).collect();
    assert_eq!(
        told,
        [
            ("/appointments/1/reference", "repeated"),
            ("/appointments/1/basket/0/service", "unknown"),
            ("/appointments/1/site", "unknown"),
            ("/appointments/2/staff", "unknown"),
            ("/appointments/2/start", "past"),
            ("/appointments/3/reference", "control-character"),
            ("/appointments/3/start", "after-midnight"),
        ]
    );
    assert!(desk.office.referred(&web(), "a").await.unwrap().is_empty());
}

async fn two_imports_at_a_time_take_each_reference_once(database: Database) {
    let desk = Desk::open(&database).await;
    let other = Desk::open(&database).await;
    let all: Vec<ToImport> = (0..240)
        .map(|number| {
            let (day, quarter) = (1 + number % 5, number / 15);
            let time = format!("{:02}:{:02}", 8 + quarter / 4, quarter % 4 * 15);
            old(&format!("A-{number}"), "card", day, &time)
        })
        .collect();
    let holding = async {
        let mut held = 0;
        for number in 0..40 {
            let time = format!("{:02}:00", 8 + number % 4);
            held += usize::from(other.hold("card", march(1 + number % 5, &time)).await.is_ok());
        }
        held
    };
    let (one, two, held) = tokio::join!(
        desk.office.import("web", all.clone(), false),
        other.office.import("web", all.clone(), false),
        holding
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    for (one, two) in one.taken.iter().zip(&two.taken) {
        assert_eq!((&one.reference, one.id), (&two.reference, two.id));
        assert_ne!(one.is_new, two.is_new);
    }
    let booked = one.taken.iter().filter(|one| one.status == Status::Booked).count();
    desk.office.close().await;
    other.office.close().await;
    let rows = crate::processes::ledgers::live(&database).await;
    let live = rows.iter().filter(|row| row.status != Status::Stranded).count();
    assert_eq!(live, booked + held);
}

async fn in_an_emergency_a_start_is_held_beyond_release_and_quota(database: Database) {
    // Nothing is released to the phone, and all that three clerks have from 11:00 on is for who walks
    // in.
    let more = r#""release": [{ "id": "phone", "channel": "phone", "waves": [
            { "days_ahead": 0, "at": "23:00", "share": 1 }] }],
        "walk_in_quotas": [{ "id": "open", "site": "hall", "from": "11:00", "until": "12:00",
            "skills": [], "min_share": 1, "block_minutes": 60 }]"#;
    let text = HALL.replacen('{', &format!("{{ {more},"), 1);
    let scenario = Scenario::from_json(text.as_bytes()).unwrap();
    let settings = Settings { scenario: Some(scenario), ..settings(&database) };
    let desk = Desk::open_with(settings, at(OPENED).to_utc()).await;
    let phone = Client { channel: Some("phone".to_owned()), ..planner() };
    let unreleased = desk.office.hold(&phone, hold_of("card", march(1, "08:00")), None).await;
    assert!(matches!(unreleased, Err(BookingError::NotReleased { .. })), "{unreleased:?}");
    let reserved = desk.hold("card", march(1, "11:00")).await;
    assert!(matches!(reserved, Err(BookingError::Gone { .. })), "{reserved:?}");

    let office = noting(&desk.office, &phone, "hold.override");
    office.hold_beyond(&phone, hold_of("card", march(1, "08:00")), None).await.unwrap();
    let at_eleven = || -> HoldRequest { hold_of("card", march(1, "11:00")) };
    for _ in 0..3 {
        office.hold_beyond(&phone, at_eleven(), None).await.unwrap();
    }
    // Never a clerk or a room twice.
    let fourth = office.hold_beyond(&phone, at_eleven(), None).await;
    assert!(matches!(fourth, Err(BookingError::Gone { .. })), "{fourth:?}");
    assert_eq!(audit(&desk.office).await.len(), 4);
    desk.office.close().await;
    let rows = crate::processes::ledgers::checked(&database).await;
    assert_eq!(rows.len(), 4);
}

async fn in_an_emergency_an_expired_hold_is_confirmed(database: Database) {
    let desk = Desk::open(&database).await;
    let hold = desk.hold("advice", march(1, "09:00")).await.unwrap();
    desk.advance(TimeDelta::minutes(30));
    let late = desk.office.confirm(&web(), hold.id, None, None).await;
    assert_eq!(late.unwrap_err(), BookingError::HoldExpired);
    let office = noting(&desk.office, &planner(), "appointment.override");
    let (kept, new) = office.confirm_beyond(&planner(), hold.id, None, None).await.unwrap();
    assert_eq!((kept.status, new, kept.staff.as_deref()), (Status::Booked, true, Some("ada")));
    let taken = desk.hold("advice", march(1, "09:00")).await;
    assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");

    let hold = desk.hold("advice", march(1, "10:00")).await.unwrap();
    desk.advance(TimeDelta::minutes(30));
    desk.book("advice", march(1, "10:00")).await;
    let gone = office.confirm_beyond(&planner(), hold.id, None, None).await;
    assert!(matches!(gone, Err(BookingError::Gone { .. })), "{gone:?}");
    assert_eq!(audit(&desk.office).await.len(), 1);
}

async fn the_log_of_what_was_done_is_kept_so_long_and_no_longer(database: Database) {
    let desk = Desk::open(&database).await;
    let advice = desk.book("advice", march(1, "09:00")).await;
    let act = || Act::new(&planner(), None, "appointment.cancel").only_to_others();
    let own = Act::new(&web(), None, "appointment.cancel").only_to_others();
    let card = desk.book("card", march(1, "09:00")).await;
    desk.office.noting(own).cancel(&web(), card.id, None, None).await.unwrap();
    assert!(audit(&desk.office).await.is_empty(), "what a client does to its own");
    desk.office.noting(act()).cancel(&planner(), advice.id, None, None).await.unwrap();
    // Done before: nothing is done again.
    desk.office.noting(act()).cancel(&planner(), advice.id, None, None).await.unwrap();
    let about = AuditQuery {
        subject: Some(advice.id.to_string()),
        client: Some("planner".to_owned()),
        from: Some(at(OPENED).timestamp_millis()),
        limit: 10,
        ..AuditQuery::default()
    };
    assert_eq!(desk.office.audit(&about).await.unwrap().len(), 1);
    let before = AuditQuery { until: about.from, from: None, ..about.clone() };
    assert!(desk.office.audit(&before).await.unwrap().is_empty());
    desk.advance(TimeDelta::days(9));
    assert!(!desk.office.tidy_audit(10).await.unwrap());
    assert_eq!(audit(&desk.office).await.len(), 1);
    desk.advance(TimeDelta::days(2));
    assert!(desk.office.tidy_audit(10).await.unwrap());
    assert!(audit(&desk.office).await.is_empty());
}

on_both!(
    what_nobody_can_keep_is_stranded_and_the_rest_is_booked,
    the_stranded_are_cancelled_moved_or_kept_again,
    a_sick_call_strands_and_a_repair_finds_who_keeps_it_again,
    dates_that_cannot_be_booked_yet_keep_what_was_promised,
    what_makes_no_sense_is_all_told_and_nothing_is_written,
    two_imports_at_a_time_take_each_reference_once,
    in_an_emergency_a_start_is_held_beyond_release_and_quota,
    in_an_emergency_an_expired_hold_is_confirmed,
    the_log_of_what_was_done_is_kept_so_long_and_no_longer,
);
