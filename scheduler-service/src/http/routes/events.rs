//! `/v1/events`: what happened, page by page or as it happens

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event as SentEvent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use futures_util::stream;
use scheduler_core::words;
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;
use uuid::Uuid;

use super::written::BookingStatus;
use crate::booking::{Actor, Client, Event, EventKind, EventPage, Subject};
use crate::http::app::Shared;
use crate::http::auth::{BookingsRead, Caller};
use crate::http::problem::Answer;
use crate::http::query::Query;
use crate::jobs::Watcher;

/// How often a line is sent to whoever follows while nothing happens.
const ALIVE: Duration = Duration::from_secs(15);

/// Most events of a page.
const MOST: u32 = 1000;

/// How many there are in a page where nothing else is asked for.
const USUAL: u32 = 100;

words! {
    /// What happened.
    pub enum EventType: "a kind of event" {
        /// A start is kept for a client.
        Held = "held",
        /// A hold is kept longer.
        Extended = "extended",
        /// A hold was given back. A hold that expires by itself has no event: `expires_at` says when.
        Released = "released",
        /// A hold became an appointment.
        Booked = "booked",
        /// The appointment has another time or site, or asks for something else.
        Moved = "moved",
        /// Nobody can keep the appointment any more: somebody has to call the citizen.
        Stranded = "stranded",
        /// Somebody can keep it again, at its time.
        KeptAgain = "kept_again",
        /// It was given back.
        Cancelled = "cancelled",
        /// The citizen is there.
        Arrived = "arrived",
        /// The citizen was served.
        Fulfilled = "fulfilled",
        /// Nobody came.
        NoShow = "no_show",
        /// Who keeps what on a day of a site was arranged, by the service or by a planner.
        Seated = "seated",
        /// There is another scenario, or it has other dates.
        ScenarioChanged = "scenario_changed",
    }
}

/// Kinds of the book and of the interface, in pairs.
const PAIRS: [(EventKind, EventType); 13] = [
    (EventKind::Held, EventType::Held),
    (EventKind::Extended, EventType::Extended),
    (EventKind::Released, EventType::Released),
    (EventKind::Booked, EventType::Booked),
    (EventKind::Moved, EventType::Moved),
    (EventKind::Stranded, EventType::Stranded),
    (EventKind::KeptAgain, EventType::KeptAgain),
    (EventKind::Cancelled, EventType::Cancelled),
    (EventKind::Arrived, EventType::Arrived),
    (EventKind::Fulfilled, EventType::Fulfilled),
    (EventKind::NoShow, EventType::NoShow),
    (EventKind::Seated, EventType::Seated),
    (EventKind::ScenarioChanged, EventType::ScenarioChanged),
];

impl From<EventKind> for EventType {
    fn from(kind: EventKind) -> Self {
        // All are there: a test looks.
        PAIRS.iter().find(|pair| pair.0 == kind).map_or(Self::ScenarioChanged, |pair| pair.1)
    }
}

impl From<EventType> for EventKind {
    fn from(kind: EventType) -> Self {
        PAIRS.iter().find(|pair| pair.1 == kind).map_or(Self::ScenarioChanged, |pair| pair.0)
    }
}

/// Something that happened. It has one of `appointment`, `site_day` and `scenario_version`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventView {
    /// Its place in the order of all events: the same wherever it is told, to tell repeats.
    #[schema(example = 4711)]
    number: u64,
    /// What happened.
    r#type: EventType,
    /// When.
    #[schema(example = "2027-03-01T06:00:00Z")]
    at: DateTime<Utc>,
    /// Who did it.
    by: ActorView,
    /// Why, in the words of who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// The hold or appointment that it is about, as it was after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    appointment: Option<EventAppointment>,
    /// The day of a site that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    site_day: Option<EventSiteDay>,
    /// The version that the scenario has since.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scenario_version: Option<u64>,
}

/// What kind of somebody did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A client with a key.
    Key,
    /// The citizen, with the secret of the appointment.
    Citizen,
    /// A planner, by hand.
    Planner,
    /// The service, by itself or as the scenario changed.
    Service,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActorView {
    /// What kind of somebody.
    kind: ActorKind,
    /// Name of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "website")]
    name: Option<String>,
}

/// A hold or an appointment after an event.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventAppointment {
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
    /// Where it was before, where it was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<EventPlace>,
    /// What the client calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
    /// Name of the client that it belongs to.
    client: String,
    /// Its version, which is that of its `ETag`.
    version: u64,
}

/// Where and when an appointment was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventPlace {
    /// Id of the site.
    #[schema(example = "mitte")]
    site: String,
    /// When the visit was to begin.
    #[schema(example = "2027-03-01T09:15:00+01:00")]
    start: DateTime<FixedOffset>,
}

/// A site on a date.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventSiteDay {
    /// Id of the site.
    #[schema(example = "mitte")]
    site: String,
    /// The date.
    #[schema(example = "2027-03-01")]
    date: NaiveDate,
}

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

impl EventView {
    /// What is told of `event`.
    pub fn new(event: Event) -> Self {
        let (kind, name) = match event.by {
            Actor::Key(name) => (ActorKind::Key, Some(name)),
            Actor::Citizen => (ActorKind::Citizen, None),
            Actor::Planner => (ActorKind::Planner, None),
            Actor::Service => (ActorKind::Service, None),
        };
        let mut view = Self {
            number: event.number,
            r#type: event.kind.into(),
            at: event.at,
            by: ActorView { kind, name },
            reason: event.reason,
            appointment: None,
            site_day: None,
            scenario_version: None,
        };
        match event.subject {
            Subject::Promise { id, client, status, place, end, from, reference, version } => {
                view.appointment = Some(EventAppointment {
                    id,
                    status: status.into(),
                    site: place.site,
                    start: place.start,
                    end,
                    from: from.map(|from| EventPlace { site: from.site, start: from.start }),
                    reference,
                    client,
                    version,
                });
            }
            Subject::SiteDay { site, date } => view.site_day = Some(EventSiteDay { site, date }),
            Subject::Scenario { version } => view.scenario_version = Some(version),
        }
        view
    }
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
    responses((status = 200, description = "Events.", content(
        (EventList = "application/json"), (String = "text/event-stream")))),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["malformed", "busy", "unavailable"]))))]
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
    if wants_stream(&headers) {
        let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
        return follow(&app, caller.client, seen.or(after), kinds).await;
    }
    let after = after.unwrap_or_default();
    let page = app.office().events(&caller.client, after, &kinds, limit).await?;
    let EventPage { events, after, more, erased } = page;
    let events = events.into_iter().map(EventView::new).collect();
    Ok(Json(EventList { events, after, more, erased }).into_response())
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/event-stream"))
}

/// Sends what happens after `after`, or from now on.
async fn follow(
    app: &Shared,
    client: Client,
    after: Option<u64>,
    kinds: Vec<EventKind>,
) -> Answer<Response> {
    let watcher = app.jobs.watch()?;
    // Before anything is read, so that nothing is missed.
    let told = app.office().follow();
    let after = match after {
        Some(after) => after,
        None => app.office().last_event().await?,
    };
    let stream = Following {
        app: Arc::clone(app),
        client,
        kinds,
        watcher,
        told,
        after,
        waiting: Vec::new(),
        is_ready: false,
    };
    let events = stream::unfold(Some(stream), |stream| async { stream?.next().await });
    let sent = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE));
    Ok(sent.into_response())
}

/// Where a stream of events is.
struct Following {
    app: Shared,
    client: Client,
    kinds: Vec<EventKind>,
    watcher: Watcher,
    told: watch::Receiver<u64>,
    after: u64,
    /// Read and not sent, the last one first.
    waiting: Vec<Event>,
    is_ready: bool,
}

/// From where on a stream tells.
#[derive(Debug, Serialize)]
struct Ready {
    after: u64,
}

impl Following {
    /// The next event, and what comes after it.
    async fn next(mut self) -> Option<(Result<SentEvent, Infallible>, Option<Self>)> {
        if !self.is_ready {
            self.is_ready = true;
            let data = serde_json::to_string(&Ready { after: self.after }).ok()?;
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
                }
            }
        }
        let event = self.waiting.pop()?;
        let (number, kind) = (event.number, event.kind);
        let data = serde_json::to_string(&EventView::new(event)).ok()?;
        let sent = SentEvent::default().event(kind.name()).id(number.to_string()).data(data);
        Some((Ok(sent), Some(self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_the_book_and_of_the_interface_have_the_same_names() {
        for kind in EventKind::ALL {
            let shown = EventType::from(kind);
            assert_eq!(shown.word(), kind.name());
            assert_eq!(EventKind::from(shown), kind);
        }
        assert_eq!(EventType::ALL.len(), EventKind::ALL.len());
    }
}
