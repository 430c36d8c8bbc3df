//! What the OpenAPI document says of all paths alike: about the service, its keys, the headers of
//! requests that write, and everything that can go wrong.
//!
//! Handlers name their own problems in the extension `x-problems`; what follows from the form of a
//! path, such as 413 where there is a body, is added here.

use std::collections::BTreeMap;

use scheduler_core::check::Rule;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::http::problem::{self, CODES, Code};
use crate::http::sessions::SECURE_COOKIE;

const ABOUT: &str = "Appointments of public offices: optimal slots, holds, bookings, plans.

A booking frontend searches (`POST /v1/slots/search`), holds (`POST /v1/holds`) and confirms \
(`POST /v1/appointments`). What a search lists can be held at that moment; what is held nobody else \
gets; what is confirmed is kept.

Instants are RFC 3339 with an offset, in requests and answers; rules are those of the wall clock in \
`time_zone`. Requests that write take an `Idempotency-Key`: sent again with the same body they do \
nothing more and are answered the same, for a day. A refusal is not kept under the key: it has changed \
nothing, and what is asked again is judged as things then stand. What fails is answered with \
`application/problem+json` (RFC 9457): a stable `code`, and all `violations` at once.

The service needs no personal data. Keep names in your own system, and let `reference` point \
there.";

const TAGS: [(&str, &str); 4] = [
    ("booking", "For booking frontends: search, hold, confirm, cancel, reschedule."),
    ("planning", "For planners: the scenario that is booked from, and who does what."),
    ("stateless", "For systems that own their data: everything in the body, nothing kept."),
    ("service", "For operators."),
];

/// `document` with what all paths have in common, as JSON.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn complete(document: &OpenApi) -> Result<Value, serde_json::Error> {
    let mut document = serde_json::to_value(document)?;
    document["info"] = json!({
        "title": "Scheduler",
        "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") },
    });
    document["servers"] =
        json!([{ "url": "/", "description": "The service that gave this document." }]);
    document["tags"] =
        TAGS.map(|(name, about)| json!({ "name": name, "description": about })).into();
    document["components"]["securitySchemes"] = json!({ "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key that `scheduler keys add` made, with the scopes slots:read, \
            appointments:book, appointments:write, studies:run, planning:read, planning:write or admin. A service that listens on \
            loopback may run without keys, for this machine only, until the first one is made.",
    }, "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SECURE_COOKIE,
        "description": "A session of a browser, which `POST /v1/sessions` or a single sign-on begins, in the \
            place of a key, for pages of this service only. What changes something also needs the header \
            `X-CSRF-Token`. On the machine of the service, without TLS, the name has no `__Host-`.",
    }, "secret": {
        "type": "apiKey",
        "in": "header",
        "name": "Appointment-Secret",
        "description": "The secret of one appointment, which a confirmation with `with_secret` gives \
            once: for links to citizens, who can see, move and cancel it without a key. Send it in \
            the header, never in a path or query, which are logged.",
    }, "calendar": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "The token of one calendar, which the request that makes it gives once. It is in \
            the query, as calendar programs send no headers; the service logs no queries, and a proxy \
            before it should not.",
    } });
    document["components"]["parameters"] = json!({ "AcceptLanguage": {
        "name": "Accept-Language", "in": "header", "required": false,
        "description": "In which language people read: `de`, or English. Reasons and what went wrong are \
            told in it. Names of sites and services are told in whatever language of theirs comes first.",
        "schema": { "type": "string" },
        "example": "de",
    } });
    // Rules of plans are told as findings, too: what scenarios are made of knows nothing of plans.
    if let Some(codes) = document["components"]["schemas"]["FindingCode"]["enum"].as_array_mut() {
        let rules = Rule::ALL.iter().map(|rule| Value::from(rule.code()));
        let rules: Vec<Value> = rules.filter(|rule| !codes.contains(rule)).collect();
        codes.extend(rules);
    }
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                complete_operation(path, method, operation);
            }
        }
    }
    with_constants(&mut document);
    Ok(document)
}

/// Makes a `const` of each set of one word: what tells the objects of a `oneOf` apart.
fn with_constants(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some([only]) = fields.get("enum").and_then(Value::as_array).map(Vec::as_slice) {
                let only = only.clone();
                fields.remove("enum");
                fields.insert("const".to_owned(), only);
            }
            fields.values_mut().for_each(with_constants);
        }
        Value::Array(items) => items.iter_mut().for_each(with_constants),
        _ => {}
    }
}

fn complete_operation(path: &str, method: &str, operation: &mut Map<String, Value>) {
    operation.insert("operationId".to_owned(), operation_id(method, path).into());
    let mut take = |name: &str| operation.remove(name).unwrap_or_default();
    let (named, idempotent, if_match) =
        (take("x-problems"), take("x-idempotent"), take("x-if-match"));
    let own = named.as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut codes: Vec<Code> = own.filter_map(problem::code).collect();
    codes.push(problem::INTERNAL);
    if !operation.contains_key("security") {
        // Said, so that nobody wonders whether it was forgotten.
        operation.insert("security".to_owned(), json!([]));
    } else {
        codes.extend([problem::UNAUTHORIZED, problem::FORBIDDEN, problem::TIMED_OUT]);
        // Whatever takes a key takes a session in its place, but what begins one.
        let ways = operation["security"].as_array_mut();
        if let Some(ways) = ways.filter(|ways| ways.iter().any(|way| way.get("key").is_some()))
            && (method, path) != ("post", "/v1/sessions")
        {
            ways.push(json!({ "session": [] }));
            codes.extend([problem::SESSION_ENDED, problem::CSRF]);
        }
    }
    if operation.contains_key("requestBody") {
        codes.extend([
            problem::MALFORMED,
            problem::TOO_SLOW,
            problem::TOO_LARGE,
            problem::MEDIA_TYPE,
            problem::BUSY,
        ]);
    }
    // A parameter that there is not; an address that asks too often.
    codes.extend([problem::MALFORMED, problem::TOO_MANY_REQUESTS]);
    let mut parameters = Vec::new();
    if path.starts_with("/v1") && !has_parameter(operation, "Accept-Language") {
        parameters.push(json!({ "$ref": "#/components/parameters/AcceptLanguage" }));
    }
    if !idempotent.is_null() {
        let required = idempotent != "optional";
        codes.extend([problem::MALFORMED, problem::KEY_REUSED]);
        if required {
            codes.extend([problem::KEY_MISSING, problem::KEY_IN_USE]);
        }
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": required,
            "description": "A new value for each thing that is to be done; the same when you try \
                again. What was done is answered the same for a day, and another body with its key \
                422. A refusal is not kept: nothing was done, and the key is as good as new.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            "example": "0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10",
        }));
    }
    if !if_match.is_null() {
        let required = if_match == "required";
        let unless_dry_run = if_match == "unless-dry-run";
        codes.extend([problem::MALFORMED, problem::STALE]);
        if required || unless_dry_run {
            codes.push(problem::IF_MATCH_MISSING);
        }
        let about = "The ETag of what you read: nothing is done where it has changed since.";
        let unless = if unless_dry_run { " Not needed with `dry_run=true`." } else { "" };
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": required,
            "description": format!("{about}{unless}"),
            "schema": { "type": "string", "pattern": "^\"[0-9]{1,18}\"$" },
            "example": "\"1\"",
        }));
    }
    if method == "get" && operation["responses"]["200"]["headers"]["ETag"].is_object() {
        let tag = operation["responses"]["200"]["headers"]["ETag"].clone();
        operation["responses"]["304"] =
            json!({ "description": "It is as you know it.", "headers": { "ETag": tag } });
        parameters.push(json!({
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "The ETag of what you know: where it is still that, it is not sent again.",
            "schema": { "type": "string" },
            "example": "\"1\"",
        }));
    }
    if !parameters.is_empty() {
        let known = operation.entry("parameters").or_insert_with(|| json!([]));
        known.as_array_mut().into_iter().for_each(|known| known.append(&mut parameters));
    }
    // An id of no known form is an id of nothing.
    if path.contains('{') {
        codes.push(problem::NOT_FOUND);
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    for (status, response) in responses_for(&codes) {
        responses[status] = response;
    }
}

/// Whether an operation says something of a parameter itself.
fn has_parameter(operation: &Map<String, Value>, name: &str) -> bool {
    let known = operation.get("parameters").and_then(Value::as_array);
    known.into_iter().flatten().any(|one| one["name"] == name)
}

/// `post_holds` for `POST /v1/holds`, `get_holds_id` for `GET /v1/holds/{id}`.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.split(['/', '{', '}', '-', '.']).filter(|word| !matches!(*word, "" | "v1"));
    words.fold(method.to_owned(), |id, word| format!("{id}_{word}"))
}

/// A response for each status that one of `codes` has.
fn responses_for(codes: &[Code]) -> BTreeMap<String, Value> {
    let mut responses = BTreeMap::new();
    // In the order of the table, each once.
    for code in CODES.iter().filter(|code| codes.contains(code)) {
        let response = responses.entry(code.status.as_str().to_owned()).or_insert_with(|| {
            let mut response = json!({
                "description": "",
                "content": { "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/ProblemDetails" },
                } },
            });
            if matches!(code.status.as_u16(), 429 | 503) {
                response["headers"] = json!({ "Retry-After": {
                    "description": "Seconds after which to try again.",
                    "schema": { "type": "integer", "minimum": 1 },
                } });
            }
            response
        });
        let before = response["description"].as_str().unwrap_or_default();
        let comma = if before.is_empty() { "" } else { "\n" };
        response["description"] = format!("{before}{comma}`{}`: {}.", code.name, code.title).into();
    }
    responses
}
