//! Release policies in a search.

use scheduler_core::ledger::BasketItem;
use scheduler_core::ledger::offers::{NotReleased, Obstacle, Reason, released};
use scheduler_core::time::Window;
use serde_json::{Value, json};

use super::office::{Ask, at, book, hour, promise};

/// Four quarters of an hour on each of four dates from Monday 2027-03-22 on.
fn four_days(release: Value) -> Value {
    let mut scenario = hour();
    scenario["horizon"]["until"] = json!("2027-03-25");
    scenario["release"] = release;
    scenario
}

fn waves() -> Value {
    json!([
        { "days_ahead": 2, "at": "07:30", "share": 0.5 },
        { "days_ahead": 0, "at": "07:30", "share": 1 },
    ])
}

fn ask(now: &str) -> Ask {
    Ask { now: at(now), sites: vec![0], ..Ask::default() }
}

fn held_back(released_at: Option<&str>) -> NotReleased {
    NotReleased::HeldBack { released_at: released_at.map(at) }
}

fn reason(refusal: NotReleased, site_days: &[usize]) -> Reason {
    Reason::new(Obstacle::NotReleased(refusal), site_days.to_vec())
}

#[test]
fn a_date_opens_with_its_first_wave_and_is_named_before() {
    let book = book(&four_days(json!([{ "id": "r", "waves": waves() }])));
    let before = ask("2027-03-22T07:29:59+01:00").of(&book);
    // Half of the hour of the first two dates, as soon as anything.
    assert_eq!(before.offers.iter().map(|offer| offer.site_day).max(), Some(1));
    assert_eq!(before.bookable, Some(8));
    let later = Ask { days: 2..4, ..ask("2027-03-22T07:29:59+01:00") }.of(&book);
    let expected = [
        reason(held_back(Some("2027-03-22T07:30:00+01:00")), &[2]),
        reason(held_back(Some("2027-03-23T07:30:00+01:00")), &[3]),
    ];
    assert_eq!((later.reasons, later.next), (expected.to_vec(), None));
    let opened = Ask { days: 2..4, ..ask("2027-03-22T07:30:00+01:00") }.of(&book);
    assert_eq!(opened.bookable, Some(4));
}

#[test]
fn a_share_is_spent_by_promises_of_all_channels() {
    let mut book = book(&four_days(json!([
        { "id": "web", "channel": "web", "waves": [waves()[0]] },
        { "id": "desk", "channel": "desk", "waves": [{ "days_ahead": 9, "at": "00:00", "share": 1 }] },
    ])));
    let web = Ask { channel: Some("web"), days: 0..1, ..ask("2027-03-21T12:00:00+01:00") };
    promise(&mut book, &web, 0, "08:00", "a");
    // A half is half an hour: one quarter is left, two would be too much.
    assert_eq!(web.of(&book).bookable, Some(3));
    let two = vec![BasketItem { service: 0, persons: 2 }];
    let family = Ask { basket: two, ..web.clone() };
    assert_eq!(family.of(&book).reasons, [reason(held_back(None), &[0])]);
    promise(&mut book, &Ask { channel: Some("desk"), ..web.clone() }, 0, "08:30", "b");
    assert_eq!(web.of(&book).reasons, [reason(held_back(None), &[0])]);
    // Others have what is left, a channel without a policy too.
    assert_eq!(Ask { channel: Some("desk"), ..web.clone() }.of(&book).bookable, Some(2));
    assert_eq!(Ask { channel: None, ..web.clone() }.of(&book).bookable, Some(2));
    // For the citizen's own promise another may be taken.
    assert_eq!(Ask { ignore: Some("a"), ..web.clone() }.of(&book).bookable, Some(3));
    assert_eq!(Ask { days: 1..2, ..web }.of(&book).bookable, Some(4));
}

#[test]
fn a_start_is_released_or_the_reason_told() {
    let release = json!([{ "id": "r", "min_notice_minutes": 30, "waves": waves() }]);
    let mut book = book(&four_days(release));
    promise(&mut book, &ask("2027-03-20T08:00:00+01:00"), 0, "08:00", "a");
    promise(&mut book, &ask("2027-03-20T08:00:00+01:00"), 0, "08:15", "b");
    let last =
        |now: &str| released(&book.problem, None, &book.snapshots[0], Window::new(35, 36), at(now));
    let today = "2027-03-22T07:30:00+01:00";
    assert_eq!(last("2027-03-20T07:00:00+01:00"), Err(held_back(Some(today))));
    assert_eq!(last("2027-03-22T07:29:59+01:00"), Err(held_back(Some(today))));
    assert_eq!(last("2027-03-22T07:30:00+01:00"), Ok(()));
    assert_eq!(last("2027-03-22T08:15:00+01:00"), Ok(()));
    assert_eq!(last("2027-03-22T08:15:01+01:00"), Err(NotReleased::Notice { minutes: 30 }));
    assert_eq!(last("2027-03-22T08:45:00+01:00"), Err(NotReleased::Notice { minutes: 30 }));
    assert_eq!(last("2027-03-22T08:45:01+01:00"), Err(NotReleased::Past));
    assert_eq!(last("2027-03-25T00:00:00+01:00"), Err(NotReleased::Past));
    let told = held_back(Some(today)).to_string();
    assert_eq!(told, "that time is released at 2027-03-22T07:30:00+01:00");
}

/// A break in closed hours takes nothing from appointments: all is all.
#[test]
fn the_whole_share_releases_the_last_start() {
    let mut scenario = four_days(json!([{ "id": "r", "waves": waves() }]));
    scenario["horizon"]["until"] = json!("2027-03-22");
    scenario["staff"][0]["shifts"][0] = json!({
        "site": "hall", "from": "08:00", "until": "10:00",
        "break": { "minutes": 15, "from": "09:00", "until": "09:15" },
    });
    let mut book = book(&scenario);
    let ask = ask("2027-03-22T07:30:00+01:00");
    for clock in ["08:00", "08:15", "08:30"] {
        promise(&mut book, &ask, 0, clock, clock);
    }
    assert_eq!(ask.starts(&book), ["hall 2027-03-22 08:45"]);
}
