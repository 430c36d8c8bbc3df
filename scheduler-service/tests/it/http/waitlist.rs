//! `/v1/waitlist`

use scheduler_core::waitlist::Rules;
use scheduler_service::booking::Seen;
use scheduler_service::config::HttpSettings;
use serde_json::{Value, json};

use super::harness::{Town, wide};

fn wish() -> Value {
    json!({ "basket": [{ "service": "card" }], "sites": ["hall"], "reference": "case 7",
        "window": { "from": "2027-03-01", "until": "2027-03-01" }, "days": ["mon"],
        "hours": [{ "from": "08:00", "until": "10:00" }] })
}

async fn offer(town: &Town) -> usize {
    town.office.offer_starts(&mut Seen::default(), &Rules::default()).await.unwrap()
}

#[tokio::test]
async fn a_wish_gets_what_is_free_and_becomes_an_appointment() {
    let town = Town::open().await;
    let made = town.post("/v1/waitlist", wish()).await.ok(201);
    let path = made.header("location").to_owned();
    assert_eq!(made.body["status"], "waiting");
    assert_eq!(made.body["until"], "2027-03-02T00:00:00+01:00", "to the end of the window");
    assert_eq!(offer(&town).await, 1);
    let offered = town.get(&path).await.ok(200);
    assert_eq!(offered.body["status"], "offered");
    assert_eq!(offered.body["booking"]["reference"], "case 7");
    let hold = json!({ "hold_id": offered.body["booking"]["id"] });
    town.post("/v1/appointments", hold).await.ok(201);
    let booked = town.get(&path).await.ok(200);
    assert_eq!(booked.body["status"], "booked");
    assert_eq!(booked.body["booking"]["status"], "booked");
    town.delete(&path).await.is(409, "wrong-state");
}

#[tokio::test]
async fn an_offer_is_declined_and_a_wish_taken_back() {
    let town = Town::open().await;
    let made = town.post("/v1/waitlist", wish()).await.ok(201);
    let path = made.header("location").to_owned();
    assert_eq!(offer(&town).await, 1);
    let booking = town.get(&path).await.ok(200).body["booking"].clone();
    let first = booking["start"].clone();
    let decline = json!({ "hold_id": booking["id"] });
    let declined = town.post(&format!("{path}/decline"), decline).await.ok(200);
    assert_eq!(declined.body["status"], "waiting");
    assert_eq!(offer(&town).await, 1);
    let second = town.get(&path).await.ok(200).body["booking"]["start"].clone();
    assert_ne!(first, second);
    town.delete(&path).await.ok(204);
    town.delete(&path).await.ok(204);
    assert_eq!(town.get(&path).await.ok(200).body["status"], "withdrawn");
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 19, "all is free again");
}

#[tokio::test]
async fn wishes_are_listed_page_by_page() {
    let town = Town::open().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(town.post("/v1/waitlist", wish()).await.ok(201).body["id"].clone());
    }
    let mut listed = Vec::new();
    let mut path = "/v1/waitlist?limit=2".to_owned();
    loop {
        let page = town.get(&path).await.ok(200);
        listed
            .extend(page.body["wishes"].as_array().unwrap().iter().map(|wish| wish["id"].clone()));
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("/v1/waitlist?limit=2&after={next}");
    }
    let sorted = |ids: &[Value]| {
        let mut ids: Vec<String> = ids.iter().map(Value::to_string).collect();
        ids.sort();
        ids
    };
    assert_eq!(sorted(&listed), sorted(&made));
    town.delete(&format!("/v1/waitlist/{}", made[0].as_str().unwrap())).await.ok(204);
    let waiting = town.get("/v1/waitlist?waiting=true").await.ok(200);
    assert_eq!(waiting.body["wishes"].as_array().unwrap().len(), 4);
    let wrong = town.get("/v1/waitlist?limit=0&after=x&waiting=no&of=me").await;
    assert_eq!(wrong.is(400, "malformed").violations().len(), 4);
}

#[tokio::test]
async fn a_wish_that_makes_no_sense_is_refused_with_all_that_is_wrong() {
    let town = Town::open().await;
    let body = json!({ "basket": [{ "service": "cards" }], "sites": ["hell"],
        "window": { "from": "2027-03-09", "until": "2027-03-08" }, "until": "2027-01-01T00:00:00Z",
        "hours": [{ "from": "10:00", "until": "09:00" }] });
    let refused = town.post("/v1/waitlist", body).await.is(422, "invalid");
    let places: Vec<&str> = refused.violations().iter().map(|(place, _)| *place).collect();
    assert_eq!(places, ["/basket/0/service", "/sites/0", "/window", "/until", "/hours/0"]);
}

#[tokio::test]
async fn a_wish_that_nothing_can_fulfil_is_refused() {
    let town = Town::open().await;
    let wish = |from: &str, until: &str, days: Value| {
        json!({ "basket": [{ "service": "card" }], "days": days,
            "window": { "from": from, "until": until } })
    };
    let never = wish("2027-03-06", "2027-03-06", json!(["sun"]));
    let refused = town.post("/v1/waitlist", never).await.is(422, "invalid");
    assert_eq!(refused.violations(), [("/days", "never")]);
    let far = wish("9999-12-31", "9999-12-31", json!([]));
    let refused = town.post("/v1/waitlist", far).await.ok(422);
    assert_eq!(refused.violations(), [("/window", "window-too-large")]);
}

#[tokio::test]
async fn what_is_offered_takes_no_hold_of_the_client_away() {
    let settings = HttpSettings { open_holds: 1, keys_required: false, ..wide() };
    let scopes = [("web", "slots:read appointments:write", None)];
    let (town, keys) = super::keys::locked_with(settings, &scopes).await;
    let town = town.key(&keys[0]);
    for _ in 0..2 {
        let wish = json!({ "basket": [{ "service": "card" }],
            "window": { "from": "2027-03-03", "until": "2027-03-05" } });
        town.post("/v1/waitlist", wish).await.ok(201);
    }
    assert_eq!(offer(&town).await, 2);
    town.hold("stamp", "hall", "2027-03-01T08:00:00+01:00").await.ok(201);
    let more = town.hold("stamp", "hall", "2027-03-01T08:30:00+01:00").await;
    more.is(429, "too-many-holds");
}
