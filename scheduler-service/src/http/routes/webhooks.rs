//! `/v1/webhooks`: receivers that are told of events

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use scheduler_core::wire;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::event_view::EventType;
use super::lists::{MOST, USUAL};
use super::shapes::Id;
use crate::booking::{Client, EventKind, StoreError};
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, ReceiversWrite, new_webhook_secret};
use crate::http::body::{Body, sensible};
use crate::http::outgoing::Target;
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::http::query::{Query, cursor};
use crate::store::WebhookRow;

/// Most receivers of a client.
const MOST_OF_CLIENT: u32 = 10;

wire! {
    /// A receiver of events.
    pub struct WebhookBody {
        /// Where it is: an https URL. Private, loopback and link-local addresses are not called.
        #[wire(length = (1, 2000), example = r#""https://town.example/hooks/appointments""#)]
        pub url: String,
        /// What it gets; everything where left out.
        #[wire(length = (1, EventType::ALL.len()))]
        pub events: Option<Vec<EventType>>,
        /// What requests are signed with; a new one where left out.
        #[wire(length = (16, 200))]
        pub secret: Option<String>,
    }
}

/// A receiver of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookView {
    /// Its id, which requests to it carry in the header `Webhook-Id`.
    id: Uuid,
    /// Where it is.
    #[schema(example = "https://town.example/hooks/appointments")]
    url: String,
    /// What it gets.
    events: Vec<EventType>,
    /// Whether it is told.
    status: WebhookStatus,
    /// The number of the last event that it has, or that waits for it.
    #[schema(example = 4711)]
    position: u64,
    /// Attempts in vain since the last success.
    #[schema(example = 0)]
    failures: u32,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_failure: Option<String>,
    /// Events that were given up, as they were refused for a day.
    #[schema(example = 0)]
    dropped: u64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// What requests are signed with. Only in the answer to the request that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "whsec_00112233445566778899aabbccddeeff")]
    secret: Option<String>,
}

/// Whether a receiver is told of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookStatus {
    /// It is.
    Active,
    /// It did not take the last one, and is tried again.
    Failing,
    /// It has taken nothing for a day: resume it.
    Disabled,
}

/// Receivers of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookList {
    /// They, in the order in which they were made.
    webhooks: Vec<WebhookView>,
    /// What to give as `cursor` for the next page; missing where this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl WebhookView {
    fn of(row: &WebhookRow) -> Self {
        let status = match (row.disabled, row.failures) {
            (true, _) => WebhookStatus::Disabled,
            (false, 0) => WebhookStatus::Active,
            (false, _) => WebhookStatus::Failing,
        };
        Self {
            id: row.id,
            url: row.url.clone(),
            events: row.kinds.iter().map(|&kind| kind.into()).collect(),
            status,
            position: row.position,
            failures: row.failures,
            last_failure: row.last_failure.clone(),
            dropped: row.dropped,
            created_at: DateTime::from_timestamp_millis(row.created_at).unwrap_or_default(),
            secret: None,
        }
    }
}

/// Makes a receiver of events: from now on it is told what happens.
///
/// Each event is sent by `POST`, as in `/v1/events`, at least once and in order for each appointment;
/// `number`, also in the header `Webhook-Event`, tells repeats. `Webhook-Signature` is `t=SECONDS,v1=HEX`: the
/// HMAC-SHA-256 of `SECONDS.BODY` by the secret. Refuse what has another, or is older than five minutes. Answer
/// 2xx within ten seconds; all else is tried again after 1, 2, 4, … seconds, at last every hour, for a day.
/// Redirects are not followed.
#[utoipa::path(post, path = "/v1/webhooks", tag = "booking",
    request_body(content = WebhookBody, example = json!({
        "url": "https://town.example/hooks",
        "events": ["booked", "moved", "stranded", "cancelled"],
    })),
    responses((status = 201, description = "The receiver.", body = WebhookView, headers(
        ("Location" = String, description = "Path of the receiver.")))),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["invalid", "too-many-webhooks", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<ReceiversWrite>,
    body: Body<WebhookBody>,
) -> Answer<Response> {
    let (mut violations, asked) = (body.violations, body.value);
    if let Err(why) = Target::parse(&asked.url, app.settings().private_webhooks) {
        violations.push(Violation::new("/url", "url", why));
    }
    sensible(violations)?;
    let secret = match asked.secret {
        Some(secret) => secret,
        None => new_webhook_secret().map_err(|error| HttpError::internal(&error))?,
    };
    let kinds = asked.events.unwrap_or_else(|| EventType::ALL.to_vec());
    let mut kinds: Vec<EventKind> = kinds.into_iter().map(EventKind::from).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let row = WebhookRow {
        id: Uuid::now_v7(),
        client: caller.client.name.clone(),
        url: asked.url,
        kinds,
        secret: secret.clone(),
        created_at: app.office().clock().now().timestamp_millis(),
        position: app.office().last_event().await?,
        failures: 0,
        failing_since: None,
        next_at: 0,
        last_failure: None,
        disabled: false,
        dropped: 0,
    };
    let store = app.office().store();
    let added = store.in_time(store.add_webhook(&row, MOST_OF_CLIENT)).await;
    if !added.map_err(|error| failed(&error))? {
        let detail = format!("a client has {MOST_OF_CLIENT} receivers at the most; delete one");
        return Err(HttpError::new(problem::TOO_MANY_WEBHOOKS, detail));
    }
    let view = WebhookView { secret: Some(secret), ..WebhookView::of(&row) };
    let location = [(header::LOCATION, format!("/v1/webhooks/{}", row.id))];
    Ok((StatusCode::CREATED, location, Json(view)).into_response())
}

/// The receivers of the client, or for planners of all.
#[utoipa::path(get, path = "/v1/webhooks", tag = "booking",
    params(
        ("limit" = Option<u32>, Query, nullable = false, minimum = 1, maximum = 1000,
            description = "Most entries in the answer; 100 where left out.", example = 100),
        ("cursor" = Option<String>, Query, nullable = false,
            description = "`next_cursor` of the page before.")),
    responses((status = 200, description = "They.", body = WebhookList)),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["malformed", "busy", "unavailable"]))))]
pub async fn list(
    State(app): State<Shared>,
    caller: Caller<ReceiversWrite>,
    RawQuery(query): RawQuery,
) -> Answer<Json<WebhookList>> {
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(USUAL, MOST);
    let after: Option<Uuid> = query.cursor("webhooks");
    query.finish()?;
    let own = (!caller.client.changes_all()).then_some(caller.client.name.as_str());
    let store = app.office().store();
    let found = store.in_time(store.webhooks(own, after, limit + 1)).await;
    let found = found.map_err(|error| failed(&error))?;
    let page = &found[..found.len().min(limit as usize)];
    let next = page.last().filter(|_| found.len() > page.len());
    Ok(Json(WebhookList {
        webhooks: page.iter().map(WebhookView::of).collect(),
        next_cursor: next.map(|row| cursor("webhooks", &row.id)),
    }))
}

/// A receiver of events.
#[utoipa::path(get, path = "/v1/webhooks/{id}", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the receiver.")),
    responses((status = 200, description = "It.", body = WebhookView)),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    caller: Caller<ReceiversWrite>,
    Id(id): Id,
) -> Answer<Json<WebhookView>> {
    Ok(Json(WebhookView::of(&find(&app, &caller.client, &id).await?)))
}

/// Takes a receiver away: it is told nothing more.
#[utoipa::path(delete, path = "/v1/webhooks/{id}", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the receiver.")),
    responses((status = 204, description = "It is gone.")),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn delete(
    State(app): State<Shared>,
    caller: Caller<ReceiversWrite>,
    Id(id): Id,
) -> Answer<StatusCode> {
    let row = find(&app, &caller.client, &id).await?;
    let store = app.office().store();
    store.in_time(store.remove_webhook(row.id)).await.map_err(|error| failed(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tries a receiver again at once: it gets all that happened since it was told last.
#[utoipa::path(post, path = "/v1/webhooks/{id}/resume", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the receiver.")),
    responses((status = 200, description = "It.", body = WebhookView)),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn resume(
    State(app): State<Shared>,
    caller: Caller<ReceiversWrite>,
    Id(id): Id,
) -> Answer<Json<WebhookView>> {
    let row = find(&app, &caller.client, &id).await?;
    let store = app.office().store();
    store.in_time(store.resume_webhook(row.id)).await.map_err(|error| failed(&error))?;
    Ok(Json(WebhookView::of(&find(&app, &caller.client, &id).await?)))
}

async fn find(app: &App, client: &Client, id: &str) -> Answer<WebhookRow> {
    let unknown = || HttpError::not_found("webhook", id);
    let id = Uuid::try_parse(id).map_err(|_| unknown())?;
    let store = app.office().store();
    let found = store.in_time(store.webhook(id)).await.map_err(|error| failed(&error))?;
    found.filter(|row| client.owns(&row.client)).ok_or_else(unknown)
}

fn failed(error: &StoreError) -> HttpError {
    let error = error as &(dyn std::error::Error + 'static);
    tracing::error!(error, "the store is not available for webhooks");
    HttpError::new(problem::UNAVAILABLE, "the store is not available").retry_after(2)
}
