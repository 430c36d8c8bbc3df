//! From a hold to what became of the appointment.

use scheduler_service::booking::{BookingError, Mark, Status};
use uuid::Uuid;

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, at, hold_of, march, planner, web};

async fn a_visit_is_held_confirmed_and_fulfilled(database: Database) {
    let desk = Desk::open(&database).await;
    let mut request = hold_of("card", march(1, "08:00"));
    request.basket = vec![("card".to_owned(), 2), ("advice".to_owned(), 1)];
    request.reference = Some("A 7".to_owned());
    let hold = desk.office.hold(&web(), request, None).await.unwrap();
    assert_eq!(hold.status, Status::Held);
    assert_eq!((hold.start, hold.end), (march(1, "08:00").start, march(1, "08:55").start));
    assert_eq!(hold.start.to_rfc3339(), "2027-03-01T08:00:00+01:00");
    // Only Ada gives advice.
    assert_eq!(hold.staff.as_deref(), Some("ada"));
    assert_eq!(hold.channel.as_deref(), Some("online"));
    assert_eq!(hold.expires_at, Some(at("2027-03-01T07:10:00+01:00").to_utc()));
    assert_eq!(desk.office.record(&web(), hold.id).await.unwrap(), hold);

    let confirmed = desk.office.confirm(&web(), hold.id, None, None).await.unwrap();
    let (appointment, newly) = confirmed;
    assert!(newly);
    assert_eq!((appointment.id, appointment.status), (hold.id, Status::Booked));
    assert_eq!((appointment.expires_at, appointment.version), (None, 2));
    assert_eq!(appointment.reference.as_deref(), Some("A 7"));
    let again = desk.office.confirm(&web(), hold.id, None, None).await.unwrap();
    assert_eq!(again, (appointment.clone(), false));

    let planner = planner();
    let mark = |mark| desk.office.mark(&planner, hold.id, mark, None, None);
    let early = mark(Mark::NoShow).await.unwrap_err();
    assert_eq!(early, BookingError::TooEarly { from: march(1, "08:00").start });
    assert_eq!(mark(Mark::Arrived).await.unwrap().status, Status::Arrived);
    let done = mark(Mark::Fulfilled).await.unwrap();
    assert_eq!((done.status, done.version), (Status::Fulfilled, 4));
    assert_eq!(mark(Mark::Fulfilled).await.unwrap(), done);
    let wrong = mark(Mark::NoShow).await.unwrap_err();
    assert_eq!(wrong, BookingError::WrongStatus { status: Status::Fulfilled });
    assert_eq!(desk.office.record(&web(), hold.id).await.unwrap(), done);
}

async fn a_cancelled_time_is_free_again(database: Database) {
    let desk = Desk::open(&database).await;
    let appointment = desk.book("advice", march(2, "09:00")).await;
    let taken = desk.hold("advice", march(2, "09:00")).await;
    assert!(matches!(taken, Err(BookingError::Gone { code: "taken", .. })), "{taken:?}");

    let stale = desk.office.cancel(&web(), appointment.id, Some(1), None).await;
    assert_eq!(stale.unwrap_err(), BookingError::Stale { current: 2 });
    let cancelled = desk.office.cancel(&web(), appointment.id, Some(2), None).await.unwrap();
    assert_eq!((cancelled.status, cancelled.version), (Status::Cancelled, 3));
    assert_eq!((&cancelled.staff, &cancelled.room), (&None, &None));
    let twice = desk.office.cancel(&web(), appointment.id, Some(2), None).await.unwrap();
    assert_eq!(twice, cancelled);
    let confirmed = desk.office.confirm(&web(), appointment.id, None, None).await;
    assert_eq!(confirmed.unwrap_err(), BookingError::WrongStatus { status: Status::Cancelled });
    desk.hold("advice", march(2, "09:00")).await.unwrap();
}

async fn a_hold_is_given_back(database: Database) {
    let desk = Desk::open(&database).await;
    let hold = desk.hold("advice", march(1, "08:00")).await.unwrap();
    let released = desk.office.release(&web(), hold.id).await.unwrap();
    assert_eq!(released.status, Status::Released);
    assert_eq!(desk.office.release(&web(), hold.id).await.unwrap(), released);
    let confirmed = desk.office.confirm(&web(), hold.id, None, None).await;
    assert_eq!(confirmed.unwrap_err(), BookingError::HoldReleased);
    let appointment = desk.book("advice", march(1, "08:00")).await;
    let wrong = desk.office.release(&web(), appointment.id).await.unwrap_err();
    assert_eq!(wrong, BookingError::WrongStatus { status: Status::Booked });
}

async fn nothing_changes_once_it_has_begun(database: Database) {
    let desk = Desk::open(&database).await;
    let appointment = desk.book("card", march(1, "08:00")).await;
    desk.set("2027-03-01T08:00:00+01:00");
    let cancelled = desk.office.cancel(&web(), appointment.id, None, None).await;
    assert_eq!(cancelled.unwrap_err(), BookingError::TooLate);
    let to = march(1, "09:00");
    let moved = desk.office.reschedule(&web(), appointment.id, to, None, None).await;
    assert_eq!(moved.unwrap_err(), BookingError::TooLate);
    let missed = desk.office.mark(&planner(), appointment.id, Mark::NoShow, None, None).await;
    assert_eq!(missed.unwrap().status, Status::NoShow);
    let past = desk.hold("card", march(1, "07:55")).await;
    assert!(matches!(past, Err(BookingError::NotReleased { code: "past", .. })), "{past:?}");
}

async fn clients_see_only_what_is_theirs(database: Database) {
    let desk = Desk::open(&database).await;
    let hold = desk.hold("card", march(1, "08:00")).await.unwrap();
    let mut other = web();
    other.name = "kiosk".to_owned();
    assert_eq!(desk.office.record(&other, hold.id).await.unwrap_err(), BookingError::NotFound);
    let confirmed = desk.office.confirm(&other, hold.id, None, None).await;
    assert_eq!(confirmed.unwrap_err(), BookingError::NotFound);
    assert_eq!(desk.office.release(&other, hold.id).await.unwrap_err(), BookingError::NotFound);
    assert_eq!(desk.office.record(&planner(), hold.id).await.unwrap(), hold);
    let nothing = Uuid::from_u128(1);
    assert_eq!(desk.office.record(&planner(), nothing).await.unwrap_err(), BookingError::NotFound);
}

async fn a_request_without_sense_says_all_that_is_wrong(database: Database) {
    let desk = Desk::open(&database).await;
    let mut request = hold_of("haircut", march(1, "08:02"));
    request.basket.push(("card".to_owned(), 9));
    request.skills = vec!["klingon".to_owned()];
    request.staff = Some("zoe".to_owned());
    request.place.site = "moon".to_owned();
    let error = desk.office.hold(&web(), request, None).await.unwrap_err();
    let BookingError::Invalid(violations) = error else { panic!("{error:?}") };
    let found: Vec<(&str, &str)> =
        violations.iter().map(|violation| (&*violation.pointer, &*violation.code)).collect();
    assert_eq!(
        found,
        [
            ("/basket/0/service", "unknown"),
            ("/basket/1/persons", "range"),
            ("/skills/0", "unknown"),
            ("/staff", "unknown"),
            ("/site", "unknown"),
            ("/start", "off-grid"),
        ]
    );
    let mut request = hold_of("card", march(8, "08:00"));
    request.basket = vec![("card".to_owned(), 5)];
    let error = desk.office.hold(&web(), request, None).await.unwrap_err();
    let BookingError::Invalid(violations) = error else { panic!("{error:?}") };
    let found: Vec<(&str, &str)> =
        violations.iter().map(|violation| (&*violation.pointer, &*violation.code)).collect();
    // As a search and a check say it.
    assert_eq!(found, [("/basket/0/persons", "range"), ("/start", "outside-horizon")]);
}

async fn an_id_chosen_by_the_client_is_used_once(database: Database) {
    let desk = Desk::open(&database).await;
    let mut request = hold_of("card", march(1, "08:00"));
    request.id = Some(Uuid::from_u128(42));
    let hold = desk.office.hold(&web(), request.clone(), None).await.unwrap();
    assert_eq!(hold.id, Uuid::from_u128(42));
    let again = desk.office.hold(&web(), request, None).await.unwrap_err();
    assert_eq!(again, BookingError::Duplicate);
}

async fn a_client_may_have_so_many_holds_open(database: Database) {
    let desk = Desk::open(&database).await;
    let mut request = hold_of("card", march(1, "08:00"));
    request.max_open = Some(2);
    desk.office.hold(&web(), request.clone(), None).await.unwrap();
    let second = desk.office.hold(&web(), request.clone(), None).await.unwrap();
    let third = desk.office.hold(&web(), request.clone(), None).await.unwrap_err();
    assert_eq!(third, BookingError::TooManyHolds { open: 2, most: 2 });
    desk.office.confirm(&web(), second.id, None, None).await.unwrap();
    desk.office.hold(&web(), request, None).await.unwrap();
}

on_both!(
    a_visit_is_held_confirmed_and_fulfilled,
    a_cancelled_time_is_free_again,
    a_hold_is_given_back,
    nothing_changes_once_it_has_begun,
    clients_see_only_what_is_theirs,
    a_request_without_sense_says_all_that_is_wrong,
    an_id_chosen_by_the_client_is_used_once,
    a_client_may_have_so_many_holds_open,
);
