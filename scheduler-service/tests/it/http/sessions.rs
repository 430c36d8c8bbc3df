//! Sessions of browsers: who may use them for what, and how they end

use chrono::{DateTime, TimeDelta};
use scheduler_service::config::HttpSettings;
use scheduler_service::http::auth::{key_digest, new_key};
use scheduler_service::store::{ApiKey, MOST_SESSIONS, Store, StoreSettings};
use serde_json::{Value, json};

use super::harness::{OPENED, Reply, Town, wide};
use super::keys::{locked, locked_with};

const HERE: &str = "http://127.0.0.1:8080";
const PUBLIC: &str = "https://book.example";

/// As a page of `origin` asks, which the service is reached under.
fn page(town: &Town, origin: &str) -> Town {
    let (_, host) = origin.split_once("://").unwrap();
    town.header("host", host).header("origin", origin)
}

/// The cookie that an answer sets, as a browser sends it, and its attributes.
fn cookie(reply: &Reply) -> (String, Vec<&str>) {
    let mut parts = reply.header("set-cookie").split("; ");
    let cookie = parts.next().unwrap().to_owned();
    (cookie, parts.collect())
}

/// A page with a session for `key`, which shows its token.
async fn signed_in(town: &Town, origin: &str, key: &str) -> Town {
    let page = page(town, origin);
    let begun = page.key(key).post("/v1/sessions", json!({})).await.ok(201);
    let token = begun.body["csrf_token"].as_str().unwrap();
    page.header("cookie", &cookie(&begun).0).header("x-csrf-token", token)
}

fn hold() -> Value {
    json!({ "site": "hall", "start": "2027-03-01T09:00:00+01:00", "basket": [{ "service": "stamp" }] })
}

async fn store(town: &Town) -> Store {
    Store::open(&StoreSettings::new(town.database())).await.unwrap()
}

#[tokio::test]
async fn a_key_is_exchanged_for_a_cookie_that_no_script_can_read() {
    let (town, keys) = locked(&[("desk", "planning:write slots:read", Some("phone"))]).await;
    let here = page(&town, HERE);
    let begun = here.key(&keys[0]).post("/v1/sessions", json!({})).await.ok(201);
    assert_eq!(begun.header("location"), "/v1/sessions/current");
    assert_eq!(begun.header("cache-control"), "no-store");
    let (shown, attributes) = cookie(&begun);
    assert_eq!(attributes, ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200"]);
    let id = shown.strip_prefix("scheduler_session=ss_").unwrap();
    assert_eq!(id.len(), 64);
    assert!(!begun.body.to_string().contains(id), "no script gets hold of it");

    let now = here.header("cookie", &shown).get("/v1/sessions/current").await.ok(200);
    assert_eq!(now.body, begun.body);
    assert_eq!(now.body["client"], "desk");
    assert_eq!(now.body["channel"], "phone");
    let scopes = json!(["slots:read", "studies:run", "planning:read", "planning:write"]);
    assert_eq!(now.body["scopes"], scopes);
    let end = DateTime::parse_from_rfc3339(now.body["expires_at"].as_str().unwrap()).unwrap();
    assert_eq!(end, DateTime::parse_from_rfc3339(OPENED).unwrap() + TimeDelta::hours(12));
    // The store knows the digest, and neither the id nor the token.
    let kept = store(&town).await.session(&key_digest(&format!("ss_{id}")), 0).await.unwrap();
    let kept = format!("{:?}", kept.unwrap());
    assert!(!kept.contains(id) && !kept.contains(now.body["csrf_token"].as_str().unwrap()));

    // Over the net the browser takes it with TLS only, and for this very host.
    let secure = page(&town, PUBLIC).key(&keys[0]).post("/v1/sessions", json!({})).await.ok(201);
    let (shown, attributes) = cookie(&secure);
    assert!(shown.starts_with("__Host-scheduler_session=ss_"));
    assert_eq!(attributes, ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200", "Secure"]);
    page(&town, "http://book.example")
        .key(&keys[0])
        .post("/v1/sessions", json!({}))
        .await
        .is(403, "forbidden");
    // A cookie that anybody on the way could have put there is none.
    let plain = shown.strip_prefix("__Host-").unwrap();
    let open = page(&town, PUBLIC).header("cookie", plain);
    open.get("/v1/sites").await.is(401, "unauthorized");
}

#[tokio::test]
async fn what_changes_something_comes_from_the_page_of_the_session() {
    let (town, keys) = locked(&[("desk", "slots:read appointments:write", None)]).await;
    let begun = page(&town, PUBLIC).key(&keys[0]).post("/v1/sessions", json!({})).await.ok(201);
    let token = begun.body["csrf_token"].as_str().unwrap().to_owned();
    let browser = town.header("host", "book.example").header("cookie", &cookie(&begun).0);
    let of =
        |origin: &str, token: &str| browser.header("origin", origin).header("x-csrf-token", token);
    let path = "/v1/holds";
    of(PUBLIC, &token).post(path, hold()).await.ok(201);
    of(PUBLIC, "").post(path, hold()).await.is(403, "csrf");
    of(PUBLIC, &token.replace(&token[..1], "x")).post(path, hold()).await.is(403, "csrf");
    browser.header("origin", PUBLIC).post(path, hold()).await.is(403, "csrf");
    browser.header("x-csrf-token", &token).post(path, hold()).await.is(403, "csrf");
    for foreign in
        ["https://evil.example", "https://evil.book.example", "null", "https://book.example:444"]
    {
        of(foreign, &token).post(path, hold()).await.is(403, "csrf");
        browser.header("origin", foreign).get("/v1/sites").await.is(403, "csrf");
        of(foreign, &token).delete("/v1/sessions/current").await.is(403, "csrf");
    }
    // Reading changes nothing, and no page of a neighbour has it done.
    browser.get("/v1/sites").await.ok(200);
    browser.header("sec-fetch-site", "same-origin").get("/v1/sites").await.ok(200);
    for site in ["same-site", "cross-site"] {
        browser.header("sec-fetch-site", site).get("/v1/sites").await.is(403, "csrf");
    }
    // The token of one session is not that of another.
    let other = signed_in(&town, PUBLIC, &keys[0]).await;
    let mixed = other.get("/v1/sessions/current").await.ok(200);
    assert_ne!(mixed.body["csrf_token"], token.as_str());
    of(PUBLIC, mixed.body["csrf_token"].as_str().unwrap()).post(path, hold()).await.is(403, "csrf");
    // A page of another origin begins no session, whatever key it has.
    let foreign = town.header("host", "book.example").header("origin", "https://evil.example");
    foreign.key(&keys[0]).post("/v1/sessions", json!({})).await.is(403, "csrf");
    // Nor does a session, of which there would be no end.
    of(PUBLIC, &token).post("/v1/sessions", json!({})).await.is(409, "wrong-state");
}

#[tokio::test]
async fn a_session_may_what_its_key_may() {
    let (town, keys) =
        locked(&[("desk", "planning:read", None), ("other", "slots:read", None)]).await;
    let desk = signed_in(&town, HERE, &keys[0]).await;
    desk.get("/v1/scenario").await.ok(200);
    desk.get("/v1/sites").await.is(403, "forbidden");
    desk.post("/v1/holds", hold()).await.is(403, "forbidden");
    // A key that is shown counts, and not the cookie beside it.
    desk.key(&keys[1]).get("/v1/sites").await.ok(200);
    desk.key("sk_wrong").get("/v1/scenario").await.is(401, "unauthorized");
    let nothing = desk.key(&keys[1]).get("/v1/sessions/current").await;
    nothing.is(404, "not-found");
    // Nobody knows which of two cookies is his.
    let two = desk.header("cookie", "scheduler_session=ss_0");
    two.get("/v1/scenario").await.is(401, "unauthorized");
    page(&town, HERE)
        .header("cookie", "scheduler_session=ss_0")
        .get("/v1/scenario")
        .await
        .is(401, "session-ended");
}

#[tokio::test]
async fn a_session_ends_when_it_is_told_to_with_its_key_and_after_its_time() {
    let (town, keys) = locked(&[("desk", "slots:read", None), ("next", "admin", None)]).await;
    let store = store(&town).await;
    let desk = signed_in(&town, HERE, &keys[0]).await;
    let again = signed_in(&town, HERE, &keys[0]).await;
    let ended = desk.delete("/v1/sessions/current").await.ok(204);
    assert_eq!(cookie(&ended).0, "scheduler_session=");
    assert!(cookie(&ended).1.contains(&"Max-Age=0"));
    desk.get("/v1/sites").await.is(401, "session-ended");
    desk.delete("/v1/sessions/current").await.is(401, "session-ended");
    again.get("/v1/sites").await.ok(200);

    // In another process, and after a restart, it goes on; and ends.
    let beside = town.beside(HttpSettings { keys_required: true, ..wide() }).await;
    let cookie_of = |town: &Town, from: &Town| {
        let mut asked = page(town, HERE);
        for (name, value) in from.headers().filter(|(name, _)| *name != "host" && *name != "origin")
        {
            asked = asked.header(name, value);
        }
        asked
    };
    let elsewhere = cookie_of(&beside, &again);
    elsewhere.get("/v1/sites").await.ok(200);
    elsewhere.delete("/v1/sessions/current").await.ok(204);
    again.get("/v1/sites").await.is(401, "session-ended");

    // With its key: at once where the keys are read again, and for good.
    let desk = signed_in(&town, HERE, &keys[0]).await;
    assert_eq!(store.remove_keys("desk", None, 0).await.unwrap(), 1);
    desk.get("/v1/sites").await.is(401, "session-ended");

    // A key that ends takes its sessions with it, and says when.
    let now = DateTime::parse_from_rfc3339(OPENED).unwrap().timestamp_millis();
    let key = new_key().unwrap();
    let entry = ApiKey {
        hash: key_digest(&key),
        name: "guest".to_owned(),
        scopes: "slots:read".to_owned(),
        channel: None,
        created_at: 0,
        expires_at: Some(now + 3_600_000),
        origins: None,
    };
    store.add_key(&entry).await.unwrap();
    town.app.reload_keys().await;
    let guest = signed_in(&town, HERE, &key).await;
    let next = signed_in(&town, HERE, &keys[1]).await;
    let end = guest.get("/v1/sessions/current").await.ok(200).body["expires_at"].clone();
    assert_eq!(end, "2027-03-01T07:00:00Z");
    town.advance(TimeDelta::hours(1));
    guest.get("/v1/sites").await.is(401, "session-ended");
    next.get("/v1/sites").await.ok(200);
    town.advance(TimeDelta::hours(11) - TimeDelta::milliseconds(1));
    next.get("/v1/sites").await.ok(200);
    town.advance(TimeDelta::milliseconds(1));
    next.get("/v1/sites").await.is(401, "session-ended");
    // What has ended is erased.
    let next = signed_in(&town, HERE, &keys[1]).await;
    town.office.tidy(None).await.unwrap();
    next.get("/v1/sites").await.ok(200);
    assert_eq!(store.erase_sessions(i64::MAX).await.unwrap(), 1, "only the last one was left");
    // Who began and ended what is known.
    let log = town.key(&keys[1]).get("/v1/audit?limit=1000").await.ok(200);
    let count = |action: &str| {
        let entries = log.body["entries"].as_array().unwrap().iter();
        entries.filter(|entry| entry["action"] == action).count()
    };
    assert_eq!((count("session.begin"), count("session.end")), (6, 2), "{}", log.body);
}

#[tokio::test]
async fn the_oldest_of_too_many_sessions_ends() {
    let (town, keys) = locked(&[("desk", "slots:read", None)]).await;
    let first = signed_in(&town, HERE, &keys[0]).await;
    town.advance(TimeDelta::seconds(1));
    let second = signed_in(&town, HERE, &keys[0]).await;
    for _ in 2..MOST_SESSIONS {
        town.advance(TimeDelta::seconds(1));
        signed_in(&town, HERE, &keys[0]).await;
    }
    first.get("/v1/sites").await.ok(200);
    town.advance(TimeDelta::seconds(1));
    signed_in(&town, HERE, &keys[0]).await;
    first.get("/v1/sites").await.is(401, "session-ended");
    second.get("/v1/sites").await.ok(200);
}

#[tokio::test]
async fn without_keys_nobody_signs_in() {
    let town = Town::open().await;
    let here = page(&town, HERE);
    let all = here.get("/v1/sessions/current").await.ok(200);
    assert_eq!(all.body["client"], "local");
    assert_eq!(all.body.get("csrf_token"), None);
    here.post("/v1/sessions", json!({})).await.is(409, "wrong-state");
    assert_eq!(here.get("/v1/sessions").await.ok(200).body, json!({ "keys": false }));
    let (town, _) = locked(&[]).await;
    assert_eq!(town.get("/v1/sessions").await.ok(200).body, json!({ "keys": true }));
}

#[tokio::test]
async fn a_proxy_may_ask_under_another_name() {
    let settings = HttpSettings { public_url: Some(PUBLIC.to_owned()), ..wide() };
    let (town, keys) =
        locked_with(settings, &[("desk", "slots:read appointments:write", None)]).await;
    let proxied = town.header("host", "127.0.0.1:8080").header("origin", PUBLIC);
    let begun = proxied.key(&keys[0]).post("/v1/sessions", json!({})).await.ok(201);
    let (shown, attributes) = cookie(&begun);
    assert!(shown.starts_with("__Host-") && attributes.contains(&"Secure"));
    let token = begun.body["csrf_token"].as_str().unwrap();
    let signed = proxied.header("cookie", &shown).header("x-csrf-token", token);
    signed.post("/v1/holds", hold()).await.ok(201);
    // Without being told, the service would take its own page for another's.
    let (town, keys) = locked(&[("desk", "slots:read", None)]).await;
    let proxied = town.header("host", "127.0.0.1:8080").header("origin", PUBLIC);
    let refused = proxied.key(&keys[0]).post("/v1/sessions", json!({})).await.is(403, "csrf");
    assert!(refused.body["detail"].as_str().unwrap().contains("--public-url"));
}
