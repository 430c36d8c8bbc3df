//! What every request that writes has in common: the key that makes it safe to send again, the
//! version that it was written for, and the booking that it answers with

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::BasketEntry;
use crate::booking::{Begin, Client, Record, Render, Reply, Status, Ticket};
use crate::http::app::{App, Shared};
use crate::http::body::digest;
use crate::http::problem::{self, Answer, HttpError, Violation};

/// Longest idempotency key.
const LONGEST_KEY: usize = 255;

/// The key of a request that may be sent again, from the header `Idempotency-Key`.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    key: String,
    /// What the request is besides its body.
    target: String,
}

impl FromRequestParts<Shared> for IdempotencyKey {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _app: &Shared) -> Answer<Self> {
        Self::read(parts)?.ok_or_else(|| {
            let detail = "send the header Idempotency-Key: a new UUID, the same when you try again";
            HttpError::new(problem::KEY_MISSING, detail)
        })
    }
}

impl OptionalFromRequestParts<Shared> for IdempotencyKey {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _app: &Shared) -> Answer<Option<Self>> {
        Self::read(parts)
    }
}

/// How a request with an idempotency key begins.
#[derive(Debug)]
pub enum Start {
    /// It is new: do it.
    New(Ticket),
    /// It was answered before: this is the answer.
    Again(Response),
}

impl IdempotencyKey {
    /// The key of a request, if it has one.
    fn read(parts: &Parts) -> Answer<Option<Self>> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(None) };
        let key = value.to_str().ok().filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
        let Some(key) = key else {
            let detail = format!("the key must be 1 to {LONGEST_KEY} printable ASCII characters");
            let violation = Violation::new("Idempotency-Key", "format", detail);
            return Err(HttpError::violations(problem::MALFORMED, vec![violation]));
        };
        let target = format!("{} {}", parts.method, parts.uri.path());
        Ok(Some(Self { key: key.to_owned(), target }))
    }

    /// The key, and what tells a request of `client` with a body of that digest from others.
    pub fn fingerprint(self, client: &Client, body: &str) -> (String, String) {
        let hash = self.hash(client, body);
        (self.key, hash)
    }

    fn hash(&self, client: &Client, body: &str) -> String {
        let channel = client.channel.as_deref().unwrap_or_default();
        digest(format!("{}\n{channel}\n{body}", self.target).as_bytes())
    }

    /// Looks whether the request, with a body of that digest, was answered before. If not, what
    /// will be answered is written by `render`.
    ///
    /// # Errors
    /// 422 where the key was used for another request, 409 where that is under way.
    pub async fn start(
        &self,
        app: &App,
        client: &Client,
        body: &str,
        render: Render,
    ) -> Answer<Start> {
        let hash = self.hash(client, body);
        match app.office().begin(client, &self.key, &hash, render).await? {
            Begin::New(ticket) => Ok(Start::New(ticket)),
            Begin::Replay(reply) => Ok(Start::Again(response(reply)?)),
            Begin::Conflict => {
                let detail = "the key was used for a request with another path or body";
                Err(HttpError::new(problem::KEY_REUSED, detail))
            }
            Begin::Running => {
                let detail = "a request with this key is not answered yet";
                Err(HttpError::new(problem::KEY_IN_USE, detail).retry_after(1))
            }
        }
    }
}

/// The version that a request was written for, from the header `If-Match`.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Option<u64>);

impl FromRequestParts<Shared> for IfMatch {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _app: &Shared) -> Answer<Self> {
        version(&parts.headers).map(Self)
    }
}

impl IfMatch {
    /// The version of the scenario that a change of it is for; that of now where it is only asked what a
    /// change would come to.
    ///
    /// # Errors
    /// 428 where there is none, and it is to be changed.
    pub async fn of_scenario(self, app: &App, dry_run: bool) -> Answer<u64> {
        match self.0 {
            None if dry_run => Ok(app.office().view().await?.scenario_version),
            _ => self.required(),
        }
    }

    /// The version, which the path asks for.
    ///
    /// # Errors
    /// 428 where there is none.
    pub fn required(self) -> Answer<u64> {
        self.0.ok_or_else(|| {
            let detail = "send the header If-Match with the ETag of what you read";
            HttpError::new(problem::IF_MATCH_MISSING, detail)
        })
    }
}

fn version(headers: &HeaderMap) -> Answer<Option<u64>> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let quoted = value.to_str().ok().and_then(|text| {
        let text = text.trim();
        text.strip_prefix('"')?.strip_suffix('"')
    });
    let Some(tag) = quoted else {
        let detail = "If-Match must be one ETag in quotation marks, as an answer had it";
        let violation = Violation::new("If-Match", "format", detail);
        return Err(HttpError::violations(problem::MALFORMED, vec![violation]));
    };
    match tag.parse() {
        Ok(version) => Ok(Some(version)),
        // No ETag of this service: whatever it is of, it is not what is there now.
        Err(_) => Err(HttpError::new(problem::STALE, format!("nothing has the ETag {tag:?}"))),
    }
}

/// The `ETag` of a version.
pub fn etag(version: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Where a hold or an appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    /// Kept until it expires.
    Held,
    /// Promised.
    Booked,
    /// Promised, and nobody can keep it as things stand.
    Stranded,
    /// The citizen is there.
    Arrived,
    /// Served.
    Fulfilled,
    /// Nobody came.
    NoShow,
    /// Given back after it was booked.
    Cancelled,
    /// A hold that was given back.
    Released,
}

impl From<Status> for BookingStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Held => Self::Held,
            Status::Booked => Self::Booked,
            Status::Stranded => Self::Stranded,
            Status::Arrived => Self::Arrived,
            Status::Fulfilled => Self::Fulfilled,
            Status::NoShow => Self::NoShow,
            Status::Cancelled => Self::Cancelled,
            Status::Released => Self::Released,
        }
    }
}

/// A hold or an appointment. An appointment has the id of the hold that it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Booking {
    /// Its id.
    id: Uuid,
    /// Where it stands.
    status: BookingStatus,
    /// Id of the site.
    #[schema(example = "mitte")]
    site: String,
    /// When the visit begins.
    #[schema(example = "2027-03-01T09:15:00+01:00")]
    start: DateTime<FixedOffset>,
    /// When it ends.
    #[schema(example = "2027-03-01T09:30:00+01:00")]
    end: DateTime<FixedOffset>,
    /// IANA name of the zone of the site.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// The services of the visit.
    basket: Vec<BasketEntry>,
    /// Skills that were asked for besides those of the services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    skills: Vec<String>,
    /// Id of the clerk, where only one will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    staff: Option<String>,
    /// Id of the room, where only one will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    room: Option<String>,
    /// What the client calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
    /// The channel that it was booked through.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    channel: Option<String>,
    /// With what the citizen can see, move and cancel the appointment without a key, in the header
    /// `Appointment-Secret`. Only in the answer to the confirmation that asked for it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "as_00112233445566778899aabbccddeeff")]
    secret: Option<String>,
    /// When a hold is free again; missing for appointments.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    expires_at: Option<DateTime<Utc>>,
    /// Who keeps it where, for now: it may change until the day. Only planners see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    assignment: Option<Assignment>,
    /// Grows with each change; the `ETag`.
    #[schema(example = 1)]
    version: u64,
    /// When it was held.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// A clerk and a room.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Assignment {
    /// Id of the clerk.
    staff: String,
    /// Id of the room.
    room: String,
}

impl Booking {
    /// What `client` sees of `record`, which is in the zone called `zone`.
    pub fn of(record: &Record, client: &Client, zone: &str) -> Self {
        let assignment = match (&record.staff, &record.room) {
            (Some(staff), Some(room)) if client.reads_all() => {
                Some(Assignment { staff: staff.clone(), room: room.clone() })
            }
            _ => None,
        };
        let basket = record
            .basket
            .iter()
            .map(|(service, persons)| BasketEntry { service: service.clone(), persons: *persons });
        Self {
            id: record.id,
            status: record.status.into(),
            site: record.site.clone(),
            start: record.start,
            end: record.end,
            time_zone: zone.to_owned(),
            basket: basket.collect(),
            skills: record.skills.clone(),
            staff: record.asked_staff.clone(),
            room: record.asked_room.clone(),
            reference: record.reference.clone(),
            channel: record.channel.clone(),
            secret: None,
            expires_at: record.expires_at,
            assignment,
            version: record.version,
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }
}

/// Writes the booking as the body: with `created` as the status where it is new, else 200.
pub fn render(client: &Client, zone: &str, created: StatusCode) -> Render {
    let (client, zone) = (client.clone(), zone.to_owned());
    Arc::new(move |record, new| {
        let status = if new { created } else { StatusCode::OK };
        let body = serde_json::to_string(&Booking::of(record, &client, &zone));
        Reply { status: status.as_u16(), body: body.unwrap_or_default() }
    })
}

/// What of a booking the headers say.
#[derive(Debug, Deserialize)]
struct Head {
    id: Uuid,
    version: u64,
    status: String,
}

/// A reply, also one from the store, with the headers that belong to it.
///
/// # Errors
/// Where the store has something else.
pub fn response(reply: Reply) -> Answer<Response> {
    let internal = |error: &dyn std::fmt::Display| HttpError::internal(error);
    let status = StatusCode::from_u16(reply.status).map_err(|error| internal(&error))?;
    let head: Head = serde_json::from_str(&reply.body).map_err(|error| internal(&error))?;
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let mut response = (status, json, reply.body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag(head.version));
    if status == StatusCode::CREATED {
        let kind = if head.status == "held" { "holds" } else { "appointments" };
        let location = HeaderValue::from_str(&format!("/v1/{kind}/{}", head.id));
        headers.insert(header::LOCATION, location.map_err(|error| internal(&error))?);
    }
    Ok(response)
}
