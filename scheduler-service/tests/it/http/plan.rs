//! `/v1/plan`

use serde_json::json;

use super::harness::Town;

#[tokio::test]
async fn the_plan_says_who_does_what() {
    let town = Town::open().await;
    let id = town.book("card", "hall", "2027-03-01T09:00:00+01:00").await;
    town.hold("stamp", "annex", "2027-03-01T09:00:00+01:00").await.ok(201);
    let reply = town.get("/v1/plan").await.ok(200);
    let days = reply.body["days"].as_array().unwrap();
    assert_eq!(days.len(), 2, "today");
    let hall = &days[0];
    assert_eq!((&hall["site"], &hall["date"]), (&"hall".into(), &"2027-03-01".into()));
    assert_eq!(
        (&hall["appointment_minutes"], &hall["promised_minutes"]),
        (&240.into(), &30.into())
    );
    let promise = &hall["promises"][0];
    assert_eq!((&promise["id"], &promise["room"]), (&id.into(), &"r1".into()));
    assert_eq!(promise["start"], "2027-03-01T09:00:00+01:00");
    assert_eq!(promise["basket"], json!([{ "service": "card", "persons": 1 }]));
    assert_eq!(promise["held"], false);
    assert_eq!(days[1]["promises"][0]["held"], true);
    let reply = town.get("/v1/plan?site=hall&from=2027-03-01&until=2027-03-05").await.ok(200);
    assert_eq!(reply.body["days"].as_array().unwrap().len(), 4, "it is closed on Tuesday");
}

#[tokio::test]
async fn what_the_plan_is_asked_for_must_make_sense() {
    let town = Town::open().await;
    let reply = town.get("/v1/plan?from=soon&day=1").await.is(400, "malformed");
    assert_eq!(reply.violations(), [("?from", "format"), ("?day", "unknown-field")]);
    let reply = town.get("/v1/plan?site=moon&from=2027-03-05&until=2027-03-01").await;
    let reply = reply.is(422, "invalid");
    assert_eq!(reply.violations(), [("?site/0", "unknown"), ("?until", "reversed")]);
}
