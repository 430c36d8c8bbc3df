//! The ledger by ids: everything that is wrong is said at once, what is refused changes nothing, and
//! what a store keeps is data that outlives the scenario.

use scheduler_core::ledger::{
    Answer, BookingError, Bookings, Limits, Refusal, Request, Search, StoredBookings,
};
use scheduler_core::problem::Problem;
use serde_json::json;

use crate::strategies::ledger::hall::{clerk, day, room, service};

fn hall() -> Problem {
    day(
        &json!([room("1", &[]), room("2", &["scanner"])]),
        &json!([service("card", 30, &["a"], &[]), service("pass", 30, &["b"], &["scanner"])]),
        &json!([
            clerk("one", &["a"], "08:00", "09:00"),
            clerk("both", &["a", "b"], "08:00", "09:00")
        ]),
        &json!({}),
    )
}

fn request(service: &str, at: &str) -> Request {
    let start = format!("2027-03-04T{at}:00+01:00").parse().unwrap();
    Request::new("hall", start).service(service, 1)
}

#[test]
fn appointments_are_made_moved_and_cancelled_by_id() {
    let mut bookings = Bookings::new(hall()).unwrap();
    let made = bookings.insert("a", &request("card", "08:00")).unwrap();
    assert_eq!(
        (made.id.as_str(), made.end.to_rfc3339().as_str()),
        ("a", "2027-03-04T08:30:00+01:00")
    );
    assert_eq!(bookings.get("a"), Some(made.clone()));
    assert_eq!(bookings.check(&request("pass", "08:00")), Ok(Answer::Yes));
    bookings.insert("b", &request("pass", "08:00")).unwrap();
    assert_eq!(bookings.get("b").unwrap().staff.as_deref(), Some("both"));
    assert_eq!(bookings.check(&request("card", "08:15")), Ok(Answer::No));
    let refused = bookings.insert("c", &request("card", "08:15"));
    assert_eq!(refused, Err(BookingError::Refused(Refusal::Taken)));
    let moved = bookings.reschedule("a", &request("card", "08:30")).unwrap();
    assert_eq!(bookings.get("a"), Some(moved));
    let before = bookings.to_stored();
    let refused = bookings.reschedule("a", &request("pass", "08:15"));
    assert_eq!(refused, Err(BookingError::Refused(Refusal::Taken)));
    assert_eq!(bookings.to_stored(), before);
    assert_eq!(bookings.cancel("b").unwrap().id, "b");
    assert_eq!(bookings.cancel("b"), Err(BookingError::Refused(Refusal::NotFound)));
    assert_eq!(bookings.get("b"), None);
}

#[test]
fn everything_that_is_wrong_with_a_request_is_said_at_once() {
    let bookings = Bookings::new(hall()).unwrap();
    let mut wrong = request("cart", "08:01").service("card", 9).with_staff("nobody").in_room("9");
    wrong.site = "halle".to_owned();
    let Err(BookingError::Invalid(faults)) = bookings.check(&wrong) else { panic!("it is wrong") };
    let said: Vec<(&str, &str)> =
        faults.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect();
    assert_eq!(
        said,
        [
            ("/site", "unknown-site"),
            ("/start", "off-grid"),
            ("/services/0/service", "unknown-service"),
            ("/staff", "unknown-staff"),
            ("/room", "unknown-room"),
        ]
    );
    assert!(faults[2].message.contains("\"card\""), "{}", faults[2].message);
    let Err(BookingError::Invalid(faults)) =
        bookings.check(&request("card", "08:00").service("card", 9))
    else {
        panic!("it is wrong")
    };
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().all(|fault| fault.pointer.starts_with("/services/1/")));
}

#[test]
fn what_is_found_can_be_booked_and_holds_run_out() {
    let mut bookings = Bookings::new(hall()).unwrap();
    let now = "2027-03-01T12:00:00+01:00".parse().unwrap();
    let mut search = Search::new(now).service("pass", 1);
    search.limit = usize::MAX;
    let found = bookings.search(&search).unwrap();
    assert_eq!(found.starts.len(), 7);
    let first = &found.starts[0];
    let until = "2027-03-01T12:10:00+01:00".parse().unwrap();
    let hold = Request::new(&first.site, first.start).service("pass", 1).until(until);
    assert_eq!(bookings.insert("h", &hold).unwrap().request.expires_at, Some(until));
    assert_eq!(bookings.search(&search).unwrap().starts.len(), 1);
    assert_eq!(bookings.expire(now), []);
    assert_eq!(bookings.expire(until).len(), 1);
    assert_eq!(bookings.search(&search).unwrap().starts.len(), 7);
    bookings.insert("h", &hold).unwrap();
    assert_eq!(bookings.confirm("h").unwrap().request.expires_at, None);
    assert_eq!(bookings.expire(until), []);
}

#[test]
fn what_a_store_keeps_survives_a_change_of_the_scenario() {
    let mut bookings = Bookings::new(hall()).unwrap();
    bookings.insert("a", &request("card", "08:00")).unwrap();
    bookings.insert("b", &request("pass", "08:00")).unwrap();
    let text = serde_json::to_string(&bookings.to_stored()).unwrap();
    let stored: StoredBookings = serde_json::from_str(&text).unwrap();
    assert_eq!(stored, bookings.to_stored());
    let again = Bookings::restore(hall(), &stored, Limits::default());
    assert_eq!((again.stranded, again.bookings.to_stored()), (Vec::new(), stored.clone()));
    // The clerk for passes is gone, cards take longer by now, and clerks are in another order.
    let problem = day(
        &json!([room("2", &["scanner"]), room("1", &[])]),
        &json!([service("pass", 30, &["b"], &["scanner"]), service("card", 45, &["a"], &[])]),
        &json!([clerk("two", &["a"], "08:00", "09:00"), clerk("one", &["a"], "08:00", "09:00")]),
        &json!({}),
    );
    let restored = Bookings::restore(problem, &stored, Limits::default());
    assert_eq!(restored.stranded.len(), 1);
    assert_eq!(restored.stranded[0].0.id, "b");
    assert_eq!(restored.stranded[0].1, BookingError::Refused(Refusal::NoClerk));
    let kept = restored.bookings.get("a").unwrap();
    assert_eq!((kept.staff.as_deref(), kept.end), (Some("one"), stored.appointments[0].end));
}
