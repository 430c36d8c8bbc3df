//! What happened, as types.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::sql::Cell;
use super::{PromiseRow, Status};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A start is kept for a client.
    Held,
    /// A start is kept for somebody who waits.
    WaitlistOffered,
    /// Who waits does not want what was offered.
    WaitlistDeclined,
    /// What was offered to who waits got no answer in time.
    WaitlistExpired,
    /// A hold is kept longer.
    Extended,
    /// A hold was given back.
    Released,
    /// A hold became an appointment.
    Booked,
    /// It has another time or site, or asks for something else.
    Moved,
    /// Nobody can keep it any more.
    Stranded,
    /// Somebody can keep it again.
    KeptAgain,
    /// It was given back.
    Cancelled,
    /// The citizen is there.
    Arrived,
    /// The citizen was served.
    Fulfilled,
    /// Nobody came.
    NoShow,
    /// The appointment is near.
    ReminderDue,
    /// Who keeps what on a site-day was arranged.
    Seated,
    /// There is another scenario, or it has other dates.
    ScenarioChanged,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Held,
        Self::WaitlistOffered,
        Self::WaitlistDeclined,
        Self::WaitlistExpired,
        Self::Extended,
        Self::Released,
        Self::Booked,
        Self::Moved,
        Self::Stranded,
        Self::KeptAgain,
        Self::Cancelled,
        Self::Arrived,
        Self::Fulfilled,
        Self::NoShow,
        Self::ReminderDue,
        Self::Seated,
        Self::ScenarioChanged,
    ];

    /// The name in the store, and in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::WaitlistOffered => "waitlist_offered",
            Self::WaitlistDeclined => "waitlist_declined",
            Self::WaitlistExpired => "waitlist_expired",
            Self::Extended => "extended",
            Self::Released => "released",
            Self::Booked => "booked",
            Self::Moved => "moved",
            Self::Stranded => "stranded",
            Self::KeptAgain => "kept_again",
            Self::Cancelled => "cancelled",
            Self::Arrived => "arrived",
            Self::Fulfilled => "fulfilled",
            Self::NoShow => "no_show",
            Self::ReminderDue => "reminder_due",
            Self::Seated => "seated",
            Self::ScenarioChanged => "scenario_changed",
        }
    }

    /// The kind with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where and when a promise is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Id of the site.
    pub site: String,
    /// The date.
    pub date: NaiveDate,
    /// Wall-clock start, in minutes after midnight.
    pub minute: u32,
}

impl Spot {
    /// Where `row` is.
    pub fn of(row: &PromiseRow) -> Self {
        Self { site: row.day.site.clone(), date: row.day.date, minute: row.minute }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its place in the order; 0 before it is written.
    pub number: u64,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// What.
    pub kind: EventKind,
    /// Who did it: `key NAME`, `citizen` or `service`.
    pub actor: String,
    /// Why, in the words of who did it.
    pub reason: Option<String>,
    /// The promise that it is about.
    pub promise: Option<Uuid>,
    /// Whose that is.
    pub client: Option<String>,
    /// Where that stands after it.
    pub status: Option<Status>,
    /// What its client calls it.
    pub reference: Option<String>,
    /// Version of the promise after it, or of the scenario.
    pub version: u64,
    /// Id of the site where that is.
    pub site: Option<String>,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// Its start, in minutes after midnight.
    pub minute: Option<u32>,
    /// Its length.
    pub minutes: Option<u32>,
    /// Where it was, where it was moved.
    pub from: Option<Spot>,
}

impl EventRow {
    /// What `actor` did to the promise that is now as `row` says.
    pub fn of(kind: EventKind, actor: String, at: i64, row: &PromiseRow) -> Self {
        Self {
            promise: Some(row.id),
            client: Some(row.client.clone()),
            status: Some(row.status),
            reference: row.reference.clone(),
            site: Some(row.day.site.clone()),
            date: Some(row.day.date),
            minute: Some(row.minute),
            minutes: Some(row.minutes),
            ..Self::plain(kind, actor, at, row.version)
        }
    }

    /// What `actor` did that is about no promise.
    pub fn plain(kind: EventKind, actor: String, at: i64, version: u64) -> Self {
        Self {
            number: 0,
            at,
            kind,
            actor,
            reason: None,
            promise: None,
            client: None,
            status: None,
            reference: None,
            version,
            site: None,
            date: None,
            minute: None,
            minutes: None,
            from: None,
        }
    }
}

pub(super) const EVENT: &str = "number, at, kind, actor, reason, promise, client, status, reference, version, \
     site, date, minute, minutes, from_site, from_date, from_minute";

pub(super) const EVENT_COLUMNS: usize = 17;

/// What they are of `event` as the one with that number.
pub(super) fn cells(event: &EventRow, number: u64) -> [Cell; EVENT_COLUMNS] {
    let from = event.from.as_ref();
    let text = |name: &str| name.to_owned();
    [
        number.cast_signed().into(),
        event.at.into(),
        text(event.kind.name()).into(),
        event.actor.clone().into(),
        event.reason.clone().into(),
        event.promise.map(|id| id.to_string()).into(),
        event.client.clone().into(),
        event.status.map(|status| text(status.name())).into(),
        event.reference.clone().into(),
        event.version.cast_signed().into(),
        event.site.clone().into(),
        event.date.map(|date| date.to_string()).into(),
        event.minute.into(),
        event.minutes.into(),
        from.map(|from| from.site.clone()).into(),
        from.map(|from| from.date.to_string()).into(),
        from.map(|from| from.minute).into(),
    ]
}
