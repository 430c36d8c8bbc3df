//! Books an appointment as a booking frontend would: search, hold, confirm, reschedule, cancel.
//!
//! ```console
//! $ cargo run --release -- serve &
//! $ cargo run --release -p scheduler-examples --example book_a_slot -- http://127.0.0.1:8080
//! ```
//!
//! Where the service asks for keys, put one into the environment variable `SCHEDULER_KEY`.

use std::error::Error;

use serde_json::{Value, json};
use uuid::Uuid;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let base = std::env::args().nth(1).unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    let service = Service::at(&base);

    // What can be had, and what may be added to it in the same visit.
    let services = service.get("/v1/services")?;
    let first = services["services"][0]["id"].as_str().ok_or("the service offers nothing")?;
    println!("A visit for {first}.");

    // Slots worth offering, the best first; or why there are none.
    let basket = json!([{ "service": first, "persons": 1 }]);
    let found = service.post("/v1/slots/search", &json!({ "basket": basket, "limit": 3 }))?;
    let slots = list(&found["slots"]);
    if slots.is_empty() {
        println!("Nothing is free: {}. Next: {}", found["reasons"], found["next"]);
        return Ok(());
    }
    for slot in slots {
        println!(
            "  {} at {} (costs others {:.1} minutes)",
            slot["start"], slot["site"], slot["cost"]
        );
    }

    // Nobody else gets a start that is held. If somebody was faster, the nearest others are told.
    let hold = service.post(
        "/v1/holds",
        &json!({ "site": slots[0]["site"], "start": slots[0]["start"], "basket": basket }),
    );
    let hold = match hold {
        Err(Refused::Problem(problem)) if problem["code"] == "slot-unavailable" => {
            let other = list(&problem["alternatives"]).first().ok_or("nothing is left")?;
            println!("Somebody was faster; taking {} instead.", other["start"]);
            service.post(
                "/v1/holds",
                &json!({ "site": other["site"], "start": other["start"], "basket": basket }),
            )?
        }
        other => other?,
    };
    println!("Held until {}.", hold["expires_at"]);

    // Only the reference goes to the service: names stay in your own system.
    let booked = service
        .post("/v1/appointments", &json!({ "hold_id": hold["id"], "reference": "case 4711" }))?;
    let id = booked["id"].as_str().ok_or("an appointment without an id")?;
    println!("Booked: {} from {} to {}.", id, booked["start"], booked["end"]);

    // Another slot for the same visit, as if the own appointment were not there.
    let search = json!({ "basket": basket, "limit": 1, "ignore": id, "wishes": { "earliest": 0 } });
    let found = service.post("/v1/slots/search", &search)?;
    if let Some(other) = list(&found["slots"]).first() {
        let to = json!({ "site": other["site"], "start": other["start"] });
        let moved = service.post(&format!("/v1/appointments/{id}/reschedule"), &to)?;
        println!("Moved to {}.", moved["start"]);
    }

    let cancelled = service.post(&format!("/v1/appointments/{id}/cancel"), &json!({}))?;
    println!("Now it is {}.", cancelled["status"]);
    Ok(())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The booking service.
struct Service {
    base: String,
    agent: ureq::Agent,
    key: Option<String>,
}

/// Why a request was not done.
#[derive(Debug)]
enum Refused {
    /// The service says why (RFC 9457): `code` for programs, `detail` for people.
    Problem(Value),
    /// There was no answer, though it was asked for three times.
    Connection(ureq::Error),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Problem(problem) => write!(f, "{}: {}", problem["code"], problem["detail"]),
            Self::Connection(error) => write!(f, "{error}"),
        }
    }
}

impl Error for Refused {}

impl From<ureq::Error> for Refused {
    fn from(error: ureq::Error) -> Self {
        Self::Connection(error)
    }
}

impl Service {
    fn at(base: &str) -> Self {
        // A problem is an answer to read, not an error of the connection.
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let key = std::env::var("SCHEDULER_KEY").ok();
        Self { base: base.trim_end_matches('/').to_owned(), agent: config.into(), key }
    }

    fn get(&self, path: &str) -> std::result::Result<Value, Refused> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        answer(request.call()?)
    }

    /// The same `Idempotency-Key` each time makes it safe to ask again when an answer is lost: it is
    /// done once at the most, and answered the same.
    fn post(&self, path: &str, body: &Value) -> std::result::Result<Value, Refused> {
        let once = Uuid::now_v7().to_string();
        let ask = || {
            let mut request = self.agent.post(format!("{}{path}", self.base));
            request = request.header("Idempotency-Key", &once);
            if let Some(key) = &self.key {
                request = request.header("Authorization", format!("Bearer {key}"));
            }
            request.send_json(body)
        };
        answer(ask().or_else(|_| ask()).or_else(|_| ask())?)
    }
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> std::result::Result<Value, Refused> {
    let body = response.body_mut().read_json()?;
    if response.status().is_success() { Ok(body) } else { Err(Refused::Problem(body)) }
}
