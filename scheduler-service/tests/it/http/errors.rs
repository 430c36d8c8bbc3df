//! What every path refuses in the same way

use axum::http::Method;
use scheduler_service::http::problem::CODES;
use serde_json::json;

use super::harness::Town;

const SEARCH: &str = "/v1/slots/search";

#[tokio::test]
async fn what_cannot_be_read_is_malformed_and_all_of_it_is_told() {
    let town = Town::open().await;
    let body = json!({
        "basket": [{ "service": 3, "persons": "two" }, { "persons": 1.5 }],
        "window": { "from": "1 March", "until": "2027-3-1" },
        "hours": { "from": "8:00" },
        "wishes": { "days": ["monday"] },
        "ignore": "me",
        "limits": 3,
        "limit": 0,
    });
    let reply = town.post(SEARCH, body).await.is(400, "malformed");
    let mut violations = reply.violations();
    violations.sort_unstable();
    assert_eq!(
        violations,
        [
            ("/basket/0/persons", "type"),
            ("/basket/0/service", "type"),
            ("/basket/1/persons", "type"),
            ("/basket/1/service", "missing"),
            ("/hours/from", "format"),
            ("/hours/until", "missing"),
            ("/ignore", "format"),
            ("/limit", "range"),
            ("/limits", "unknown-field"),
            ("/window/from", "format"),
            ("/window/until", "format"),
            ("/wishes/days/0", "word"),
        ]
    );
    assert_eq!(reply.body["type"], "/problems/malformed");
    assert_eq!(reply.body["status"], 400);
    assert_eq!(reply.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn an_instant_without_offset_is_malformed() {
    let town = Town::open().await;
    let reply = town.hold("card", "hall", "2027-03-01T09:00:00").await.is(400, "malformed");
    assert_eq!(reply.violations(), [("/start", "format")]);
}

#[tokio::test]
async fn broken_json_and_fields_given_twice_are_malformed() {
    let town = Town::open().await;
    for body in ["", "{", "[]", "null", "\u{feff}{}", r#"{"basket":[],"basket":[]}"#, "\u{0}"] {
        let reply = town.send(Method::POST, SEARCH, Some(body.to_owned())).await;
        assert_eq!(reply.is(400, "malformed").violations().len(), 1, "{body:?}");
    }
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    town.send(Method::POST, SEARCH, Some(deep)).await.is(400, "malformed");
}

#[tokio::test]
async fn numbers_beyond_any_bound_are_refused() {
    let town = Town::open().await;
    for (persons, code) in [("-1", "range"), ("1e9", "range"), ("99999999999999999999", "range")] {
        let body = format!(r#"{{"basket":[{{"service":"card","persons":{persons}}}]}}"#);
        let reply = town.send(Method::POST, SEARCH, Some(body)).await.is(422, "invalid-basket");
        assert_eq!(reply.violations()[0], ("/basket/0/persons", code));
    }
    // JSON has one kind of number.
    let body = r#"{"basket":[{"service":"card","persons":1.0}],"limit":1}"#.to_owned();
    town.send(Method::POST, SEARCH, Some(body)).await.ok(200);
}

#[tokio::test]
async fn another_content_type_is_not_supported() {
    let town = Town::open().await;
    let body = Some(r#"{"basket":[{"service":"card"}]}"#.to_owned());
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let reply =
            town.header("content-type", kind).send(Method::POST, SEARCH, body.clone()).await;
        reply.is(415, "unsupported-media-type");
    }
    for kind in ["application/json; charset=utf-8", "Application/JSON", "application/x+json"] {
        let reply =
            town.header("content-type", kind).send(Method::POST, SEARCH, body.clone()).await;
        reply.ok(200);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let town = Town::open().await;
    let body = format!(r#"{{"basket":[{{"service":"{}"}}]}}"#, "x".repeat(65 << 10));
    town.send(Method::POST, SEARCH, Some(body)).await.is(413, "too-large");
    let body =
        json!({ "basket": (0..26).map(|_| json!({ "service": "card" })).collect::<Vec<_>>() });
    let reply = town.post(SEARCH, body).await.is(422, "invalid-basket");
    assert!(reply.violations().contains(&("/basket", "too-many")));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let town = Town::open().await;
    town.get("/v1/nothing").await.is(404, "not-found");
    town.get("/").await.is(404, "not-found");
    for path in ["/v1/holds/%FF", "/v1/rooms/%FF", "/v1/jobs/%FF", "/problems/%FF"] {
        town.get(path).await.is(404, "not-found");
    }
    let reply = town.get(SEARCH).await.is(405, "method-not-allowed");
    assert_eq!(reply.header("allow"), "POST");
    let reply = town.delete("/v1/scenario").await.is(405, "method-not-allowed");
    assert!(reply.header("allow").contains("PUT"));
}

#[tokio::test]
async fn requests_that_write_need_a_key_of_their_own() {
    let town = Town::open().await;
    let id = town.book("card", "hall", "2027-03-01T09:00:00+01:00").await;
    let hold = json!({ "site": "hall", "start": "2027-03-01T09:00:00+01:00",
        "basket": [{ "service": "card" }] });
    for (path, body) in [
        ("/v1/holds".to_owned(), hold),
        ("/v1/appointments".to_owned(), json!({ "hold_id": id })),
        (format!("/v1/appointments/{id}/cancel"), json!({})),
        (format!("/v1/appointments/{id}/reschedule"), json!({})),
        (format!("/v1/appointments/{id}/arrive"), json!({})),
        (format!("/v1/appointments/{id}/fulfil"), json!({})),
        (format!("/v1/appointments/{id}/no-show"), json!({})),
    ] {
        let reply = town.send(Method::POST, &path, Some(body.to_string())).await;
        reply.is(400, "idempotency-key-missing");
        let reply = town.idempotent(&"x".repeat(256)).post(&path, body).await;
        assert_eq!(reply.is(400, "malformed").violations(), [("Idempotency-Key", "format")]);
    }
}

#[tokio::test]
async fn each_kind_of_problem_is_explained_where_its_type_points() {
    let town = Town::open().await;
    for code in CODES {
        let kind = town.get(&format!("/problems/{}", code.name)).await.ok(200);
        assert_eq!(kind.body["status"], code.status.as_u16());
        assert_eq!(kind.body["title"], code.title);
    }
    town.get("/problems/bad-luck").await.is(404, "not-found");
    let mut names: Vec<&str> = CODES.iter().map(|code| code.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CODES.len(), "codes are unique");
}

#[tokio::test]
async fn characters_that_no_database_keeps_are_refused_by_name() {
    let town = Town::open().await;
    let start = "2027-03-01T09:00:00+01:00";
    let hold = |field: &str, text: &str| {
        let mut body =
            json!({ "site": "hall", "start": start, "basket": [{ "service": "stamp" }] });
        body[field] = text.into();
        body
    };
    for (field, text) in [("reference", "a\u{0}b"), ("reference", "a\nb"), ("channel", "a\u{0}b")] {
        let reply = town.post("/v1/holds", hold(field, text)).await.is(422, "invalid");
        assert_eq!(reply.violations(), [(&*format!("/{field}"), "control-character")]);
    }
    let long = town.post("/v1/holds", hold("channel", &"x".repeat(201))).await;
    assert_eq!(long.is(422, "invalid").violations(), [("/channel", "length")]);
    let held = town.post("/v1/holds", hold("reference", "Zürich 1")).await.ok(201);
    let confirm = json!({ "hold_id": held.body["id"], "reference": "a\u{0}b" });
    let reply = town.post("/v1/appointments", confirm).await.is(422, "invalid");
    assert_eq!(reply.violations(), [("/reference", "control-character")]);
}

#[tokio::test]
async fn a_parameter_that_there_is_not_is_refused_by_every_path_alike() {
    let town = Town::open().await;
    for path in ["/v1/sites", "/v1/services", "/v1/plan", "/v1/scenario", "/healthz", "/v1/jobs/x"]
    {
        let reply = town.get(&format!("{path}?sites=hall")).await.is(400, "malformed");
        assert_eq!(reply.violations(), [("?sites", "unknown-field")], "{path}");
    }
    let search = json!({ "basket": [{ "service": "stamp" }] });
    let reply = town.post("/v1/slots/search?limit=3", search).await.is(400, "malformed");
    assert_eq!(reply.violations(), [("?limit", "unknown-field")]);
    town.get("/v1/plan?date=2027-03-01").await.ok(200);
}

#[tokio::test]
async fn what_a_client_knows_is_not_sent_again() {
    let town = Town::open().await;
    let id = town.book("stamp", "hall", "2027-03-01T09:00:00+01:00").await;
    let appointment = format!("/v1/appointments/{id}");
    for path in ["/v1/scenario", "/v1/staff/ada", "/v1/plan?date=2027-03-01"] {
        let tag = town.get(path).await.ok(200).header("etag").to_owned();
        assert_ne!(tag, "", "{path}");
        for known in [tag.clone(), format!("\"0\", W/{tag}"), "*".to_owned()] {
            let reply = town.header("if-none-match", &known).get(path).await.ok(304);
            assert_eq!(reply.header("etag"), tag, "{path}");
        }
        town.header("if-none-match", "\"0\"").get(path).await.ok(200);
    }
    // Who keeps an appointment may change without its version, which is for `If-Match`.
    let tag = town.get(&appointment).await.ok(200).header("etag").to_owned();
    town.header("if-none-match", &tag).get(&appointment).await.ok(200);
}

#[tokio::test]
async fn a_request_that_is_sent_again_may_be_written_another_way() {
    let town = Town::open().await.idempotent("again-1");
    let send = |body: &str| town.send(Method::POST, "/v1/holds", Some(body.to_owned()));
    let start = "2027-03-01T09:00:00+01:00";
    let one = format!(r#"{{"site":"hall","start":"{start}","basket":[{{"service":"stamp"}}]}}"#);
    let same = format!(
        r#"{{ "start": "{start}", "basket": [{{ "service": "stamp", "persons": 1 }}], "skills": [],
            "site": "hall" }}"#
    );
    let other = format!(
        r#"{{"site":"hall","start":"{start}","basket":[{{"service":"stamp"}}],"reference":"x"}}"#
    );
    let held = send(&one).await.ok(201);
    assert_eq!(send(&same).await.ok(201).body, held.body);
    send(&other).await.is(422, "idempotency-key-reused");
}
