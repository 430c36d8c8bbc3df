//! `/v1/events`: what happened, page by page or as it happens

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::sse::{Event as SentEvent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use super::event_view::{EventType, EventView, StreamData, StreamReady};
use crate::booking::{Client, Event, EventKind, EventPage};
use crate::http::app::Shared;
use crate::http::auth::{BookingsRead, Caller, Pass};
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::http::query::Query;
use crate::jobs::Watcher;

/// Tells proxies to pass on what is sent as it comes.
pub const UNBUFFERED: [(&str, &str); 1] = [("x-accel-buffering", "no")];

/// How often a line is sent to whoever follows while nothing happens.
const ALIVE: Duration = Duration::from_secs(15);

/// Most events of a page.
const MOST: u32 = 1000;

/// How many there are in a page where nothing else is asked for.
const USUAL: u32 = 100;

/// Some events, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventList {
    /// The events. There may be none, and more after it.
    events: Vec<EventView>,
    /// What to give as `after` next.
    #[schema(example = 4711)]
    after: u64,
    /// Whether there are more by now.
    more: bool,
    /// Up to this number some may be missing, as they were erased with what they are about.
    #[schema(example = 0)]
    erased: u64,
}

/// What happened to holds, appointments and the scenario.
///
/// Each event is written in the transaction of what it tells of, and numbers are in the order of
/// commits: who asks for what is after the last number seen misses nothing and sees nothing twice. A key
/// sees the events of its own holds and appointments; one that plans sees all.
///
/// With `Accept: text/event-stream` the events are sent as they happen, each with an `EventView` as its
/// data, its type as the name and its number as the id. The first, `ready`, says in `after` from where on
/// they are sent: from `after`, from after `Last-Event-ID`, or from now. Events of a hold or appointment
/// are kept as long as that is, others for 30 days.
#[utoipa::path(get, path = "/v1/events", tag = "booking",
    params(
        ("after" = Option<u64>, Query, nullable = false,
            description = "The number after which to begin; where left out, the first event kept, or \
                in a stream now.", example = 0),
        ("type" = Option<Vec<EventType>>, Query, explode, style = Form, nullable = false,
            description = "Only these kinds; all where left out.", example = json!(["booked"])),
        ("limit" = Option<u32>, Query, nullable = false, minimum = 1, maximum = 1000,
            description = "Most events in the answer; 100 where left out. Not for streams.",
            example = 100),
        ("Last-Event-ID" = Option<String>, Header, nullable = false,
            description = "For streams: the id of the last event that arrived.", example = "4711")),
    responses((status = 200, description = "Events; of a stream the data of each is shown.", content(
        (EventList = "application/json"), (StreamData = "text/event-stream")))),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["malformed", "invalid", "busy", "unavailable"]))))]
pub async fn list(
    State(app): State<Shared>,
    caller: Caller<BookingsRead>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let mut query = Query::new(query.as_deref());
    let after: Option<u64> = query.value("after", "the number of an event");
    let names: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
    let mut kinds = query.words("type", &names, EventKind::from_name);
    let limit = query.limit(USUAL, MOST);
    query.finish()?;
    if kinds.is_empty() {
        kinds = EventKind::ALL.to_vec();
    }
    kinds.sort_unstable();
    kinds.dedup();
    let is_stream = wants_stream(&headers);
    let after = match headers.get("last-event-id").filter(|_| is_stream) {
        Some(seen) => Some(number(seen)?),
        None => after,
    };
    let last = app.office().last_event().await?;
    if let Some(beyond) = after.filter(|&after| after > last) {
        let detail = format!(
            "there is no event {beyond} yet: the last one is {last}. The database is another one, or as it \
             was earlier: read your lists again, and go on after {last}"
        );
        let violation = Violation::new("?after", "beyond", detail);
        return Err(HttpError::violations(problem::INVALID, vec![violation]));
    }
    if is_stream {
        return follow(&app, caller, after.unwrap_or(last), kinds).await;
    }
    let after = after.unwrap_or_default();
    let page = app.office().events(&caller.client, after, &kinds, limit).await?;
    let EventPage { events, after, more, erased } = page;
    let events = events.into_iter().map(EventView::new).collect();
    Ok(Json(EventList { events, after, more, erased }).into_response())
}

/// The number in `Last-Event-ID`.
fn number(seen: &HeaderValue) -> Answer<u64> {
    let number = seen.to_str().ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| {
        HttpError::new(problem::MALFORMED, "Last-Event-ID is the id of an event of this stream")
    })
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/event-stream"))
}

/// How often it is looked whether the key of a stream still is one.
const LOOK: Duration = Duration::from_millis(500);

/// Sends what happens after `after`.
async fn follow(
    app: &Shared,
    caller: Caller<BookingsRead>,
    after: u64,
    kinds: Vec<EventKind>,
) -> Answer<Response> {
    let watcher = app.jobs.watch()?;
    let told = app.office().follow();
    let stream = Following {
        app: Arc::clone(app),
        pass: caller.pass(),
        client: caller.client,
        kinds,
        watcher,
        told,
        after,
        waiting: Vec::new(),
        is_ready: false,
    };
    let events = stream::unfold(Some(stream), |stream| async { stream?.next().await });
    let sent = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE));
    Ok((UNBUFFERED, sent).into_response())
}

/// Where a stream of events is.
struct Following {
    app: Shared,
    /// It ends with it.
    pass: Pass,
    client: Client,
    kinds: Vec<EventKind>,
    watcher: Watcher,
    told: watch::Receiver<u64>,
    after: u64,
    /// Read and not sent, the last one first.
    waiting: Vec<Event>,
    is_ready: bool,
}

impl Following {
    /// The next event, and what comes after it.
    async fn next(mut self) -> Option<(Result<SentEvent, Infallible>, Option<Self>)> {
        if !self.is_ready {
            self.is_ready = true;
            let data = serde_json::to_string(&StreamData::Ready(StreamReady { after: self.after }))
                .ok()?;
            let event = SentEvent::default().event("ready").id(self.after.to_string()).data(data);
            return Some((Ok(event), Some(self)));
        }
        while self.waiting.is_empty() {
            self.told.mark_unchanged();
            let page = self.app.office().events(&self.client, self.after, &self.kinds, USUAL);
            let page = page.await.ok()?;
            // Where all there is was looked at, whoever waits begins there.
            self.after = page.after.max(self.after);
            self.waiting = page.events;
            self.waiting.reverse();
            if self.waiting.is_empty() && !page.more {
                tokio::select! {
                    changed = self.told.changed() => changed.ok()?,
                    () = self.watcher.stopped() => return None,
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            if !self.pass.is_valid(&self.app).await {
                return None;
            }
        }
        let event = self.waiting.pop()?;
        let (number, kind) = (event.number, event.kind);
        let data = serde_json::to_string(&StreamData::Event(EventView::new(event))).ok()?;
        let sent = SentEvent::default().event(kind.name()).id(number.to_string()).data(data);
        Some((Ok(sent), Some(self)))
    }
}
