//! What is answered where nothing can be offered, and at the edges of a search.

use scheduler_core::ledger::BasketItem;
use scheduler_core::ledger::offers::{NotReleased, Obstacle, Offer, Offers, Reason, Why};
use scheduler_core::problem::WalkInBlock;
use scheduler_core::time::Window;
use serde_json::json;

use super::office::{Ask, at, book, book_with_blocks, hour, place_of, problem, promise, town};

const CARD: usize = 0;
const ADVICE: usize = 1;
const HALL: usize = 0;
const ANNEX: usize = 1;
const DAYS: usize = 14;

fn ask(service: usize) -> Ask {
    Ask { basket: vec![BasketItem { service, persons: 1 }], ..Ask::default() }
}

/// An answer that offers nothing.
fn nothing(reasons: &[(Obstacle, &[usize])], next: Option<Offer>) -> Offers {
    let mut nothing = Offers::default();
    nothing.bookable = Some(0);
    let reasons = reasons.iter();
    nothing.reasons =
        reasons.map(|&(obstacle, site_days)| Reason::new(obstacle, site_days.to_vec())).collect();
    nothing.next = next;
    nothing
}

fn after(site_day: usize, from: u16, steps: u16, cost: f64, why: &[Why]) -> Option<Offer> {
    let window = Window::new(from, from + steps);
    Some(Offer::new(site_day, window, cost, why.to_vec()))
}

#[test]
fn a_closed_day_says_so_and_names_the_next_start() {
    let mut scenario = town();
    scenario["demand"] = json!([]);
    let weekend = Ask { days: 5..7, sites: vec![HALL], ..ask(CARD) };
    let why = [Why::LeastCost, Why::Earliest];
    let next = after(7, 32, 1, 0.0, &why);
    assert_eq!(weekend.of(&book(&scenario)), nothing(&[(Obstacle::Closed, &[5, 6])], next));
}

#[test]
fn hours_outside_of_opening_count_as_closed() {
    let evening = Ask { hours: Some(("11:30", "20:00")), days: 0..1, ..ask(ADVICE) };
    let expected = nothing(&[(Obstacle::Closed, &[0, DAYS])], None);
    assert_eq!(evening.of(&book(&town())), expected);
}

#[test]
fn nobody_with_the_skills_and_no_room_are_both_named() {
    let annex = Ask { sites: vec![ANNEX, HALL], days: 1..2, ..ask(CARD) };
    let mut scenario = town();
    scenario["staff"][0]["absent_on"] = json!(["2027-03-23"]);
    scenario["staff"][1]["skills"] = json!(["advice"]);
    let answer = annex.of(&book(&scenario));
    let expected = [(Obstacle::NoClerk, &[1, DAYS + 1][..]), (Obstacle::NoRoom, &[DAYS + 1])];
    let next = answer.next.clone();
    assert_eq!(place_of(&book(&scenario), next.as_ref().unwrap()), "hall 2027-03-24 08:00");
    assert_eq!(answer, nothing(&expected, next));
}

#[test]
fn a_pinned_clerk_who_is_away_is_named() {
    let mut scenario = town();
    scenario["staff"][1]["absent_on"] = json!(["2027-03-23"]);
    let ben = Ask { clerk: Some(1), sites: vec![HALL], days: 1..2, ..ask(ADVICE) };
    let answer = ben.of(&book(&scenario));
    let next = answer.next.clone();
    assert_eq!(place_of(&book(&scenario), next.as_ref().unwrap()), "hall 2027-03-24 08:00");
    assert_eq!(answer, nothing(&[(Obstacle::ClerkAbsent, &[1])], next));
    // Ann never does it.
    let ann = Ask { clerk: Some(0), sites: vec![HALL], days: 1..2, ..ask(ADVICE) };
    assert_eq!(ann.of(&book(&scenario)), nothing(&[(Obstacle::NoClerk, &[1])], None));
    // The counter without scanner.
    let counter = Ask { room: Some(1), sites: vec![HALL], days: 1..2, ..ask(CARD) };
    assert_eq!(counter.of(&book(&scenario)), nothing(&[(Obstacle::NoRoom, &[1])], None));
}

#[test]
fn a_full_hour_is_full() {
    let mut book = book(&hour());
    let ask = Ask { sites: vec![0], ..ask(0) };
    for (id, clock) in ["08:00", "08:15", "08:30", "08:45"].into_iter().enumerate() {
        promise(&mut book, &ask, 0, clock, &id.to_string());
    }
    assert_eq!(ask.of(&book), nothing(&[(Obstacle::Full, &[0])], None));
    // Whose own the last quarter is may come at no other time either, but keep it.
    let own = Ask { ignore: Some("3"), ..ask };
    assert_eq!(own.starts(&book), ["hall 2027-03-22 08:45"]);
}

#[test]
fn what_is_kept_for_walk_ins_is_named() {
    let mut scenario = hour();
    scenario["walk_in_quotas"] = json!([{
        "id": "q", "site": "hall", "from": "08:00", "until": "09:00", "min_share": 0.5,
        "block_minutes": 30, "skills": [],
    }]);
    let window = Window::new(32, 34);
    let block = WalkInBlock { site: 0, day: 0, window, clerk: 0, room: 0, pinned: false };
    let mut book = book_with_blocks(problem(&scenario), &[block]);
    let ask = Ask { sites: vec![0], ..ask(0) };
    promise(&mut book, &ask, 0, "08:30", "a");
    promise(&mut book, &ask, 0, "08:45", "b");
    assert_eq!(ask.of(&book), nothing(&[(Obstacle::WalkIns, &[0])], None));
}

#[test]
fn what_has_passed_or_comes_too_soon_is_named() {
    let mut scenario = town();
    scenario["demand"] = json!([]);
    let late =
        Ask { now: at("2027-03-23T11:46:00+01:00"), sites: vec![HALL], days: 0..2, ..ask(CARD) };
    let past = Obstacle::NotReleased(NotReleased::Past);
    let why = [Why::LeastCost, Why::Earliest];
    let answer = late.of(&book(&scenario));
    assert_eq!(answer, nothing(&[(past, &[0, 1])], after(2, 32, 1, 0.0, &why)));
    let in_time = Ask { now: at("2027-03-23T10:45:00Z"), ..late.clone() };
    assert_eq!(in_time.starts(&book(&scenario)), ["hall 2027-03-23 11:45"]);

    scenario["release"] = json!([{
        "id": "r", "min_notice_minutes": 60,
        "waves": [{ "days_ahead": 100, "at": "00:00", "share": 1 }],
    }]);
    let early = Ask { now: at("2027-03-23T10:45:01+01:00"), days: 1..2, ..late };
    let notice = Obstacle::NotReleased(NotReleased::Notice { minutes: 60 });
    let answer = early.of(&book(&scenario));
    assert_eq!(answer, nothing(&[(notice, &[1])], after(2, 32, 1, 0.0, &why)));
    let in_time = Ask { now: at("2027-03-23T10:45:00+01:00"), ..early };
    assert_eq!(in_time.starts(&book(&scenario)), ["hall 2027-03-23 11:45"]);
}

/// Two clerks, one of them with both skills; which of them keeps what is not fixed by booking.
#[test]
fn a_start_is_offered_where_another_clerk_can_take_over() {
    let mut book = book(&town());
    let cards = Ask { sites: vec![HALL], days: 0..1, ..ask(CARD) };
    let talks = Ask { sites: vec![HALL], days: 0..1, ..ask(ADVICE) };
    for clock in ["08:00", "08:15", "08:30"] {
        promise(&mut book, &Ask { clerk: None, ..cards.clone() }, 0, clock, clock);
    }
    assert_eq!(talks.starts(&book)[0], "hall 2027-03-22 08:00");
    assert!(talks.of(&book).offers.iter().all(|offer| offer.cost.is_finite()));
}

#[test]
fn a_window_without_days_or_sites_is_empty_and_knows_what_comes_next() {
    let book = book(&town());
    let none = Ask { days: 3..3, sites: vec![HALL], ..ask(CARD) }.of(&book);
    assert_eq!((none.offers.len(), none.reasons.len(), none.bookable), (0, 0, Some(0)));
    assert_eq!(place_of(&book, none.next.as_ref().unwrap()), "hall 2027-03-25 08:00");
    let beyond = Ask { days: 99..100, ..ask(CARD) }.of(&book);
    assert_eq!(beyond, nothing(&[], None));
    let nowhere = Ask { sites: Vec::new(), ..ask(CARD) }.of(&book);
    assert_eq!(nowhere, nothing(&[], None));
    let twice = Ask { sites: vec![HALL, HALL, 7], days: 0..1, ..ask(CARD) };
    assert_eq!(twice.of(&book).offers.len(), 16);
    let none = Ask { limit: 0, days: 0..1, ..ask(CARD) }.of(&book);
    assert_eq!((none.offers, none.reasons, none.next), (Vec::new(), Vec::new(), None));
}

/// On 2027-03-28 the clock goes from 02:00 to 03:00, on 2027-10-31 from 03:00 back to 02:00.
#[test]
fn days_of_clock_change_keep_wall_clock_starts() {
    for (date, offset, before) in
        [("2027-03-28", "+02:00", "+01:00"), ("2027-10-31", "+01:00", "+02:00")]
    {
        let mut scenario = hour();
        scenario["horizon"] = json!({ "from": date, "until": date });
        scenario["sites"][0]["open"][0]["from"] = json!("01:00");
        scenario["staff"][0]["shifts"][0]["from"] = json!("01:00");
        scenario["grid_minutes"] = json!(60);
        scenario["services"][0]["minutes"] = json!(60);
        let book = book(&scenario);
        let ask = Ask { sites: vec![0], ..Ask::default() };
        let clocks = |now: &str| {
            let starts = Ask { now: at(now), ..ask.clone() }.starts(&book);
            starts.iter().map(|start| start[16..].to_owned()).collect::<Vec<_>>()
        };
        let all = ["01:00", "03:00", "04:00", "05:00", "06:00", "07:00", "08:00"];
        assert_eq!(clocks("2027-01-01T00:00:00Z"), all);
        assert_eq!(clocks(&format!("{date}T01:00:00{before}")), all);
        assert_eq!(clocks(&format!("{date}T01:00:01{before}")), all[1..]);
        assert_eq!(clocks(&format!("{date}T03:00:00{offset}")), all[1..]);
        assert_eq!(clocks(&format!("{date}T03:00:01{offset}")), all[2..]);
        assert_eq!(clocks(&format!("{date}T08:00:01{offset}")), Vec::<String>::new());
    }
}

#[test]
fn a_start_is_found_or_counted_and_never_left_out_silently() {
    // Hard to decide: who is on a break at the end of a short shift, and a long visit before it.
    let clerk = |id: &str, from: &str, until: &str| json!({ "id": id, "skills": [], "shifts": [{ "site": "hall", "from": from, "until": until }] });
    let mut scenario = json!({
        "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
        "horizon": { "from": "2027-03-04", "until": "2027-03-04" },
        "sites": [{ "id": "hall", "open": [{ "from": "10:00", "until": "12:40" }] }],
        "rooms": [{ "id": "h1", "site": "hall", "equipment": [] },
            { "id": "h2", "site": "hall", "equipment": [] }],
        "services": [{ "id": "card", "minutes": 10, "extra_person_minutes": 5, "max_persons": 2,
            "skills": [], "equipment": [], "value": 1 }],
        "staff": [clerk("ann", "11:45", "12:25"), clerk("ben", "10:10", "12:10")],
        "appointments": [{ "id": "a", "service": "card", "site": "hall",
            "start": "2027-03-04T11:55:00+01:00", "persons": 2 }],
    });
    scenario["staff"][0]["shifts"][0]["break"] =
        json!({ "minutes": 10, "from": "12:15", "until": "12:25" });
    let book = book(&scenario);
    let all = Ask { sites: vec![HALL], ..ask(CARD) };
    let everything = all.of(&book).offers.len();
    for limit in [1, 5, everything, 1000] {
        let some = Ask { limit, ..all.clone() }.of(&book);
        assert!(some.offers.len() + some.unknown >= everything.min(limit), "{limit}: {some:?}");
        assert!(some.offers.len() < limit || some.unknown == 0, "{limit}: {some:?}");
    }
}
