//! What happened, as it is told: in lists, streams, histories and to receivers of events

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use scheduler_core::words;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::written::BookingStatus;
use crate::booking::{Actor, Event, EventKind, Subject};

words! {
    /// What happened.
    pub enum EventType: "a kind of event" {
        /// A start is kept for a client.
        Held = "held",
        /// A start is held for somebody on the waitlist, until `expires_at` of the hold.
        WaitlistOffered = "waitlist_offered",
        /// The offer was declined, or the wish withdrawn.
        WaitlistDeclined = "waitlist_declined",
        /// The offer got no answer in time.
        WaitlistExpired = "waitlist_expired",
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
        /// The appointment is as near as `--remind-before` says. Once for each time that it has.
        ReminderDue = "reminder_due",
        /// Who keeps what on a day of a site was arranged, by the service or by a planner.
        Seated = "seated",
        /// There is another scenario, or it has other dates.
        ScenarioChanged = "scenario_changed",
    }
}

/// Kinds of the book and of the interface, in pairs.
const PAIRS: [(EventKind, EventType); 17] = [
    (EventKind::Held, EventType::Held),
    (EventKind::WaitlistOffered, EventType::WaitlistOffered),
    (EventKind::WaitlistDeclined, EventType::WaitlistDeclined),
    (EventKind::WaitlistExpired, EventType::WaitlistExpired),
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
    (EventKind::ReminderDue, EventType::ReminderDue),
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

/// From where on a stream tells: its first event.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamReady {
    /// The number after which it begins.
    #[schema(example = 4711)]
    pub(super) after: u64,
}

/// The data of an event of a stream: that of `ready`, and of all others what happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "one at a time")]
pub enum StreamData {
    /// Of `ready`.
    Ready(StreamReady),
    /// Of all others.
    Event(EventView),
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
