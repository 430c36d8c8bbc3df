//! A service over a database of its own, with a clock that tests set. Whatever it answers is held
//! against its OpenAPI document.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono::{DateTime, TimeDelta};
use scheduler_core::report::german_sentence;
use scheduler_core::scenario::Scenario;
use scheduler_service::booking::{Office, SetClock, Settings};
use scheduler_service::config::HttpSettings;
use scheduler_service::http;
use scheduler_service::http::addresses::Proxies;
use scheduler_service::http::app::Shared;
use scheduler_service::http::limits::Rate;
use scheduler_service::http::problem_words::german_violation;
use scheduler_service::http::router;
use scheduler_service::jobs::JobSettings;
use scheduler_service::store::{Address, JobLimits, StoreSettings};
use scheduler_service::studies::SizeLimits;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

/// Two sites from Monday 2027-03-01 to Friday 2027-04-09. `hall`: two clerks and two rooms, one of
/// them with a scanner, 08:00 to 10:00. `annex`: one of each, 09:00 to 10:00.
pub(crate) const TOWN: &str = r#"{
  "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
  "horizon": { "from": "2027-03-01", "until": "2027-04-09" },
  "sites": [
    { "id": "hall", "name": "Town hall", "open": [{ "from": "08:00", "until": "10:00" }],
      "closed_on": ["2027-03-02"] },
    { "id": "annex", "open": [{ "from": "09:00", "until": "10:00" }] }
  ],
  "rooms": [
    { "id": "r1", "site": "hall", "equipment": ["scanner"] },
    { "id": "r2", "site": "hall", "equipment": [] },
    { "id": "a1", "site": "annex", "equipment": [] }
  ],
  "services": [
    { "id": "card", "name": "Identity card", "minutes": 30, "extra_person_minutes": 15,
      "max_persons": 3, "skills": [], "equipment": ["scanner"], "value": 1 },
    { "id": "advice", "minutes": 30, "extra_person_minutes": 0, "max_persons": 1,
      "skills": ["law"], "equipment": [], "value": 1 },
    { "id": "stamp", "minutes": 5, "extra_person_minutes": 0, "max_persons": 1,
      "skills": [], "equipment": [], "value": 1 }
  ],
  "staff": [
    { "id": "ada", "skills": ["law"],
      "shifts": [{ "site": "hall", "from": "08:00", "until": "10:00" }] },
    { "id": "ben", "skills": ["law"],
      "shifts": [{ "site": "hall", "from": "08:00", "until": "10:00" }] },
    { "id": "cem", "skills": [],
      "shifts": [{ "site": "annex", "from": "09:00", "until": "10:00" }] }
  ],
  "release": [
    { "id": "phone", "channel": "phone", "min_notice_minutes": 60,
      "waves": [{ "days_ahead": 7, "at": "07:30", "share": 1 }] }
  ]
}"#;

/// Monday 2027-03-01, 07:00 in Berlin.
pub(crate) const OPENED: &str = "2027-03-01T07:00:00+01:00";

/// A service.
pub(crate) struct Town {
    pub(crate) app: Shared,
    pub(crate) router: Router,
    pub(crate) office: Office,
    clock: Arc<SetClock>,
    document: Value,
    folder: Arc<TempDir>,
    headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// The code of a problem, or nothing.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// Pointers and codes of the violations.
    pub(crate) fn violations(&self) -> Vec<(&str, &str)> {
        let all = self.body["violations"].as_array().into_iter().flatten();
        let text = |value: &'_ Value, field: &str| value[field].as_str().map(str::len);
        all.map(|one| {
            assert!(text(one, "detail") > Some(0), "{one}");
            (one["pointer"].as_str().unwrap(), one["code"].as_str().unwrap())
        })
        .collect()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn is(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status.as_u16(), self.code()), (status, code), "{}", self.body);
        self
    }

    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }
}

/// Settings without keys and with wide limits.
pub(crate) fn wide() -> HttpSettings {
    let rate = Rate { per_second: 0, burst: 0 };
    HttpSettings {
        keys_required: false,
        window_days: 42,
        max_hold_seconds: 1800,
        proxies: Proxies::default(),
        addresses: rate,
        searches: rate,
        holds: rate,
        open_holds: 1000,
        visitor_holds: 0,
        request_seconds: 30,
        body_bytes: 64 << 10,
        scenario_bytes: 1 << 20,
        upload_bytes: 4 << 20,
        uploads: rate,
        least_rate: 4096,
        sizes: SizeLimits { steps: 2e6, ..SizeLimits::default() },
        search_threads: 2,
        search_queue: 100,
        plan_threads: 1,
        plan_queue: 4,
        jobs: JobSettings {
            threads: 1,
            limits: JobLimits::default(),
            kept: Duration::from_secs(86_400),
            lease: scheduler_service::jobs::LEASE,
        },
        private_webhooks: false,
        cors: Vec::new(),
        contact: None,
        session_hours: 12,
        public_url: None,
        sign_on: None,
        captcha: None,
        own_metrics: true,
    }
}

/// Whatever is wrong somewhere can be said in German too.
fn all_are_told_in_german(body: &Value) {
    for violation in body["violations"].as_array().into_iter().flatten() {
        let code = violation["code"].as_str().unwrap();
        let told = german_violation(code).or_else(|| german_sentence(code));
        assert!(told.is_some(), "no German for {violation}");
    }
}

impl Town {
    pub(crate) async fn open() -> Self {
        Self::with(wide()).await
    }

    pub(crate) async fn with(settings: HttpSettings) -> Self {
        Self::of(TOWN, OPENED, settings).await
    }

    pub(crate) async fn of(scenario: &str, now: &str, settings: HttpSettings) -> Self {
        let now = DateTime::parse_from_rfc3339(now).unwrap().to_utc();
        let clock = Arc::new(SetClock::new(now));
        Self::over(Arc::new(TempDir::new().unwrap()), clock, scenario, settings).await
    }

    /// Another process on the same database.
    pub(crate) async fn beside(&self, settings: HttpSettings) -> Self {
        Self::over(Arc::clone(&self.folder), Arc::clone(&self.clock), TOWN, settings).await
    }

    async fn over(
        folder: Arc<TempDir>,
        clock: Arc<SetClock>,
        scenario: &str,
        settings: HttpSettings,
    ) -> Self {
        let address = Address::Sqlite(folder.path().join("test.db"));
        let office = Settings {
            scenario: Some(Scenario::from_json(scenario.as_bytes()).unwrap()),
            horizon_days: None,
            planning: Duration::from_millis(20),
            ..Settings::new(StoreSettings::new(address))
        };
        let office = Office::open(office, clock.clone()).await.unwrap();
        let app = http::set_up(office.clone(), settings).await.unwrap();
        Self {
            app: Arc::clone(&app),
            router: router::router(app),
            office,
            clock,
            document: router::document().unwrap(),
            folder,
            headers: Vec::new(),
        }
    }

    /// Where its database is.
    pub(crate) fn database(&self) -> Address {
        Address::Sqlite(self.folder.path().join("test.db"))
    }

    /// The same service, asked with one more header.
    pub(crate) fn header(&self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.push((name.to_owned(), value.to_owned()));
        Self {
            app: Arc::clone(&self.app),
            router: self.router.clone(),
            office: self.office.clone(),
            clock: Arc::clone(&self.clock),
            document: self.document.clone(),
            folder: Arc::clone(&self.folder),
            headers,
        }
    }

    /// The headers that it is asked with.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(crate) fn key(&self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    pub(crate) fn idempotent(&self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn set(&self, now: &str) {
        self.clock.set(DateTime::parse_from_rfc3339(now).unwrap().to_utc());
    }

    pub(crate) fn advance(&self, delta: TimeDelta) {
        self.clock.advance(delta);
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// With a new idempotency key, unless one was given.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        if self.headers.iter().any(|(name, _)| name == "idempotency-key") {
            return self.send(Method::POST, path, Some(body.to_string())).await;
        }
        let key = Uuid::now_v7().to_string();
        self.idempotent(&key).send(Method::POST, path, Some(body.to_string())).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, Some(body.to_string())).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<String>) -> Reply {
        let mut request = Request::builder().method(method.clone()).uri(path);
        let has_type = self.headers.iter().any(|(name, _)| name == "content-type");
        if body.is_some() && !has_type {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let kind = head.headers.get("content-type").map_or("", |kind| kind.to_str().unwrap());
        let body = match kind {
            "application/json" | "application/problem+json" => {
                serde_json::from_slice(&bytes).unwrap()
            }
            _ => Value::String(String::from_utf8(bytes.to_vec()).unwrap()),
        };
        assert!(head.headers.contains_key("x-request-id"));
        self.hold_against_document(&method, path, head.status, kind, &body);
        Reply { status: head.status, headers: head.headers, body }
    }

    /// What is answered must be documented.
    fn hold_against_document(
        &self,
        method: &Method,
        path: &str,
        status: StatusCode,
        kind: &str,
        body: &Value,
    ) {
        if method == Method::OPTIONS {
            return;
        }
        let path = path.split('?').next().unwrap();
        let fits = |template: &str| {
            let (one, other) = (template.split('/'), path.split('/'));
            one.clone().count() == other.clone().count()
                && one.zip(other).all(|(a, b)| a == b || a.starts_with('{'))
        };
        let paths = self.document["paths"].as_object().unwrap();
        let item = paths.iter().find(|(template, _)| fits(template)).map(|(_, item)| item);
        let operation = item.map(|item| &item[method.as_str().to_lowercase()]);
        let Some(operation) = operation.filter(|operation| operation.is_object()) else {
            assert!(matches!(status.as_u16(), 404 | 405), "{method} {path}: {status}");
            return;
        };
        let response = &operation["responses"][status.as_str()];
        assert!(response.is_object(), "{method} {path}: {status} is not documented: {body}");
        let Some(content) = response["content"].as_object() else {
            assert_eq!(body, "", "{method} {path}: {status} has a body");
            return;
        };
        let essence = kind.split(';').next().unwrap();
        let schema = &content.get(essence).unwrap_or_else(|| panic!("{path}: {kind}"))["schema"];
        // What is shown of a stream is the data of each of its events.
        let lines = body.as_str().filter(|_| essence == "text/event-stream").map(|text| {
            let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
            data.map(|data| serde_json::from_str(data).unwrap()).collect::<Vec<Value>>()
        });
        for body in lines.unwrap_or_else(|| vec![body.clone()]) {
            let found = misfits(&self.document, schema, &body);
            assert!(found.is_empty(), "{method} {path}: {found:?}\n{body}");
            all_are_told_in_german(&body);
        }
    }

    /// The job at `path` once it has ended.
    pub(crate) async fn ended(&self, path: &str) -> Value {
        self.get(&format!("{path}/events")).await.ok(200);
        let job = self.get(path).await.ok(200);
        assert!(job.body["ended_at"].is_string(), "{}", job.body);
        job.body
    }

    /// Searches for all starts of a visit.
    pub(crate) async fn starts(&self, service: &str, date: &str) -> Vec<(String, String)> {
        let body = json!({
            "basket": [{ "service": service }], "limit": 1000,
            "window": { "from": date, "until": date },
        });
        let reply = self.post("/v1/slots/search", body).await.ok(200);
        let slots = reply.body["slots"].as_array().unwrap().iter();
        let text = |slot: &Value, field: &str| slot[field].as_str().unwrap().to_owned();
        let mut starts: Vec<_> =
            slots.map(|slot| (text(slot, "site"), text(slot, "start"))).collect();
        starts.sort();
        starts
    }

    pub(crate) async fn hold(&self, service: &str, site: &str, start: &str) -> Reply {
        let basket = json!([{ "service": service }]);
        self.post("/v1/holds", json!({ "site": site, "start": start, "basket": basket })).await
    }

    /// Holds and confirms; the id.
    pub(crate) async fn book(&self, service: &str, site: &str, start: &str) -> String {
        let hold = self.hold(service, site, start).await.ok(201);
        let reply = self.post("/v1/appointments", json!({ "hold_id": hold.body["id"] })).await;
        reply.ok(201).body["id"].as_str().unwrap().to_owned()
    }
}

/// Where `value` is not what `schema` of `document` says.
pub(crate) fn misfits(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": document["components"],
        "allOf": [schema],
    });
    let judge = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
    let misfit =
        |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    judge.iter_errors(value).map(misfit).collect()
}
