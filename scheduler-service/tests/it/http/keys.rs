//! Who may do what

use axum::body::Body;
use axum::http::Request;
use scheduler_service::config::HttpSettings;
use scheduler_service::http::auth::{key_digest, new_key};
use scheduler_service::store::{ApiKey, Store, StoreSettings};
use serde_json::json;
use tower::ServiceExt;

use super::harness::{Town, wide};

/// A town that asks for keys, and a key for each of the scopes.
pub(crate) async fn locked(scopes: &[(&str, &str, Option<&str>)]) -> (Town, Vec<String>) {
    locked_with(wide(), scopes).await
}

/// The same, with settings of its own.
pub(crate) async fn locked_with(
    settings: HttpSettings,
    scopes: &[(&str, &str, Option<&str>)],
) -> (Town, Vec<String>) {
    let open = Town::with(HttpSettings { keys_required: true, ..settings }).await;
    let store = Store::open(&StoreSettings::new(open.database())).await.unwrap();
    let mut keys = Vec::new();
    for (name, scopes, channel) in scopes {
        let key = new_key().unwrap();
        let entry = ApiKey {
            hash: key_digest(&key),
            name: (*name).to_owned(),
            scopes: (*scopes).to_owned(),
            channel: channel.map(str::to_owned),
            created_at: 0,
            expires_at: None,
            origins: None,
        };
        store.add_key(&entry).await.unwrap();
        keys.push(key);
    }
    store.close().await;
    open.app.reload_keys().await;
    (open, keys)
}

#[tokio::test]
async fn without_a_known_key_nothing_but_health_is_answered() {
    let (town, _) = locked(&[]).await;
    for path in ["/v1/sites", "/v1/services", "/v1/scenario", "/v1/plan", "/v1/jobs/x"] {
        let reply = town.get(path).await.is(401, "unauthorized");
        assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"scheduler\"");
        town.key("sk_guess").get(path).await.is(401, "unauthorized");
        town.header("authorization", "Basic eDp5").get(path).await.is(401, "unauthorized");
    }
    // Before a body is read.
    town.post("/v1/holds", json!({ "nonsense": true })).await.is(401, "unauthorized");
    town.get("/healthz").await.ok(200);
    town.get("/readyz").await.ok(200);
    town.get("/openapi.json").await.ok(200);
}

#[tokio::test]
async fn a_key_may_do_what_its_scopes_say() {
    let (town, keys) = locked(&[
        ("read", "slots:read", None),
        ("book", "appointments:write", None),
        ("plan", "planning:write", None),
        ("all", "admin", None),
    ])
    .await;
    let hold = json!({ "site": "hall", "start": "2027-03-01T09:00:00+01:00",
        "basket": [{ "service": "stamp" }] });
    for (key, may) in keys.iter().zip([
        [true, false, false],
        [false, true, false],
        [false, false, true],
        [true, true, true],
    ]) {
        let town = town.key(key);
        let answers = [
            town.get("/v1/sites").await,
            town.post("/v1/holds", hold.clone()).await,
            town.get("/v1/scenario").await,
        ];
        for (answer, may) in answers.iter().zip(may) {
            assert_eq!(answer.code() != "forbidden", may, "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn clients_do_not_see_the_bookings_of_others_but_planners_do() {
    let (town, keys) = locked(&[
        ("one", "slots:read appointments:write", None),
        ("two", "slots:read appointments:write", None),
        ("plan", "planning:write appointments:write", None),
    ])
    .await;
    let [one, two, plan] = [0, 1, 2].map(|index| town.key(&keys[index]));
    let id = one.book("card", "hall", "2027-03-01T09:00:00+01:00").await;
    let path = format!("/v1/appointments/{id}");
    two.get(&path).await.is(404, "not-found");
    two.post(&format!("{path}/cancel"), json!({})).await.is(404, "not-found");
    let mine = one.get(&path).await.ok(200);
    assert_eq!(mine.body.get("assignment"), None, "who keeps it is the office's business");
    let seen = plan.get(&path).await.ok(200);
    assert_eq!(seen.body["assignment"]["room"], "r1");
}

#[tokio::test]
async fn a_key_books_through_its_channel_only() {
    let (town, keys) = locked(&[("calls", "slots:read appointments:write", Some("phone"))]).await;
    let town = town.key(&keys[0]);
    let start = "2027-03-12T09:00:00+01:00";
    town.hold("card", "hall", start).await.is(409, "not-released");
    let hold = |channel: &str| {
        json!({ "site": "hall", "start": start, "channel": channel,
            "basket": [{ "service": "card" }] })
    };
    town.post("/v1/holds", hold("counter")).await.is(403, "forbidden");
    town.set("2027-03-05T07:30:00+01:00");
    let held = town.post("/v1/holds", hold("phone")).await.ok(201);
    assert_eq!(held.body["channel"], "phone");
}

#[tokio::test]
async fn a_revoked_key_is_refused_once_the_keys_are_read_again() {
    let (town, keys) = locked(&[("web", "slots:read", None)]).await;
    let keyed = town.key(&keys[0]);
    keyed.get("/v1/sites").await.ok(200);
    let store = Store::open(&StoreSettings::new(town.database())).await.unwrap();
    assert_eq!(store.remove_keys("web", None, 0).await.unwrap(), 1);
    town.app.reload_keys().await;
    keyed.get("/v1/sites").await.is(401, "unauthorized");
}

#[tokio::test]
async fn who_reads_the_key_of_a_page_gets_at_no_appointment_of_others() {
    let scopes = [("page", "slots:read appointments:book", None)];
    let (town, keys) = locked(&scopes).await;
    let page = town.key(&keys[0]);
    let start = "2027-03-01T09:00:00+01:00";
    let hold = page.hold("card", "hall", start).await.ok(201);
    let id = hold.body["id"].as_str().unwrap();
    page.post(&format!("/v1/holds/{id}/extend"), json!({})).await.ok(200);
    // Nobody asked for the secret, and without it nobody could do anything any more.
    let booked = page.post("/v1/appointments", json!({ "hold_id": id })).await.ok(201);
    let secret = booked.body["secret"].as_str().unwrap().to_owned();
    let path = format!("/v1/appointments/{id}");
    for forbidden in [
        path.as_str(),
        "/v1/appointments",
        "/v1/events",
        "/v1/webhooks",
        "/v1/waitlist",
        "/v1/references/A%201",
        &format!("{path}/history"),
    ] {
        page.get(forbidden).await.is(403, "forbidden");
    }
    for forbidden in ["cancel", "secret"] {
        page.post(&format!("{path}/{forbidden}"), json!({})).await.is(403, "forbidden");
    }
    let to = json!({ "site": "hall", "start": "2027-03-03T08:00:00+01:00" });
    page.post(&format!("{path}/reschedule"), to.clone()).await.is(403, "forbidden");
    page.delete(&format!("/v1/holds/{id}")).await.is(409, "wrong-state");
    let citizen = page.header("appointment-secret", &secret);
    citizen.post(&format!("{path}/reschedule"), to).await.ok(200);
    citizen.post(&format!("{path}/cancel"), json!({})).await.ok(200);
    let wish = json!({ "basket": [{ "service": "card" }],
        "window": { "from": "2027-03-02", "until": "2027-03-05" } });
    let wish = page.post("/v1/waitlist", wish).await.ok(201);
    page.get(&format!("/v1/waitlist/{}", wish.body["id"].as_str().unwrap())).await.ok(200);
}

#[tokio::test]
async fn a_key_is_for_the_pages_that_it_names() {
    let (town, keys) = locked(&[("other", "slots:read", None)]).await;
    let store = Store::open(&StoreSettings::new(town.database())).await.unwrap();
    let key = new_key().unwrap();
    let entry = ApiKey {
        hash: key_digest(&key),
        name: "page".to_owned(),
        scopes: "slots:read appointments:book".to_owned(),
        channel: None,
        created_at: 0,
        expires_at: None,
        origins: Some("https://town.example https://www.town.example".to_owned()),
    };
    store.add_key(&entry).await.unwrap();
    store.close().await;
    town.app.reload_keys().await;

    let page = town.key(&key);
    page.get("/v1/sites").await.ok(200);
    let from = |origin: &str| page.header("origin", origin);
    let answer = from("https://www.town.example").get("/v1/sites").await.ok(200);
    assert_eq!(answer.header("access-control-allow-origin"), "https://www.town.example");
    let refused = from("https://evil.example").get("/v1/sites").await.is(403, "forbidden");
    assert_eq!(refused.headers.get("access-control-allow-origin"), None);
    from("null").get("/v1/sites").await.is(403, "forbidden");
    // The booking page itself, from this service.
    let own = page.header("host", "book.example").header("origin", "https://book.example");
    own.get("/v1/sites").await.ok(200);
    // A key that names none is for whoever has it, as programs do.
    town.key(&keys[0]).header("origin", "https://evil.example").get("/v1/sites").await.ok(200);
    let asked = Request::get("/book").body(Body::empty()).unwrap();
    let shown = town.router.clone().oneshot(asked).await.unwrap();
    let policy = shown.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.ends_with("frame-ancestors 'self' https://town.example https://www.town.example"),
        "{policy}"
    );
}
