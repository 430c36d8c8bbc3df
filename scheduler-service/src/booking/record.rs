//! Holds and appointments as clients see them.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};
use scheduler_core::time::Zone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::times;
use crate::store::{PromiseRow, Status};

/// What becomes of an appointment on its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The citizen is there.
    Arrived,
    /// Served.
    Fulfilled,
    /// Nobody came.
    NoShow,
}

impl Mark {
    /// The status of an appointment with that mark.
    pub fn status(self) -> Status {
        match self {
            Self::Arrived => Status::Arrived,
            Self::Fulfilled => Status::Fulfilled,
            Self::NoShow => Status::NoShow,
        }
    }
}

/// A hold or an appointment. An appointment has the id of the hold that it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub status: Status,
    /// Id of the site.
    pub site: String,
    /// First instant, with the offset of the zone.
    pub start: DateTime<FixedOffset>,
    /// First instant after.
    pub end: DateTime<FixedOffset>,
    /// Ids of the services with the number of persons for each.
    pub basket: Vec<(String, u32)>,
    /// Skills asked for beyond those of the services.
    pub skills: Vec<String>,
    /// The clerk who was asked for.
    pub asked_staff: Option<String>,
    /// The room that was asked for.
    pub asked_room: Option<String>,
    /// What the client calls it.
    pub reference: Option<String>,
    /// The channel that it was booked through.
    pub channel: Option<String>,
    /// Name of the client that it belongs to.
    pub client: String,
    /// Id of the clerk who keeps it, for now. `None` once it is given back.
    pub staff: Option<String>,
    /// Id of the room where, for now. `None` once it is given back.
    pub room: Option<String>,
    /// When the hold is free again; `None` for appointments.
    pub expires_at: Option<DateTime<Utc>>,
    /// Grows with each change that a client can see; not with the clerk or room.
    pub version: u64,
    /// When it was held.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a client sees of `row`.
pub(super) fn of(zone: &Zone, row: &PromiseRow) -> Record {
    let (start, end) = times::window(zone, row);
    Record {
        id: row.id,
        status: row.status,
        site: row.day.site.clone(),
        start,
        end,
        basket: row.basket.clone(),
        skills: row.skills.clone(),
        asked_staff: row.pinned_staff.clone(),
        asked_room: row.pinned_room.clone(),
        reference: row.reference.clone(),
        channel: row.channel.clone(),
        client: row.client.clone(),
        staff: row.staff.clone(),
        room: row.room.clone(),
        expires_at: row.expires_at.map(times::from_milliseconds),
        version: row.version,
        created_at: times::from_milliseconds(row.created_at),
        updated_at: times::from_milliseconds(row.updated_at),
    }
}

/// What to hold, by ids of the scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldRequest {
    /// Id for it, chosen by the client; a new one where left out.
    pub id: Option<Uuid>,
    /// Ids of the services with the number of persons for each, at least one.
    pub basket: Vec<(String, u32)>,
    /// Skills that the clerk needs beyond those of the services, such as a language.
    pub skills: Vec<String>,
    /// The clerk, where only one will do.
    pub staff: Option<String>,
    /// The room, where only one will do.
    pub room: Option<String>,
    /// Where and when.
    pub place: Place,
    /// How long to keep it; the setting's value where left out.
    pub ttl: Option<Duration>,
    /// Whether it is an offer of the waitlist, which may be kept longer than what clients ask for.
    pub offer: bool,
    /// What the client calls it.
    pub reference: Option<String>,
    /// Most holds that the client may have open with this one; no limit where left out.
    pub max_open: Option<u32>,
}

/// What an appointment that is moved asks for otherwise than before. Where there is a basket, all is
/// as for a new hold; where there is none, what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VisitChange {
    /// Ids of the services with the number of persons for each.
    pub basket: Option<Vec<(String, u32)>>,
    /// Skills beyond those of the services.
    pub skills: Option<Vec<String>>,
    /// The clerk, where only one will do.
    pub staff: Option<String>,
    /// The room, where only one will do.
    pub room: Option<String>,
}

/// Where an appointment goes, and what else changes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescheduling {
    /// Where and when.
    pub to: Place,
    /// What it asks for.
    pub visit: VisitChange,
    /// Why, in words.
    pub reason: Option<String>,
}

impl From<Place> for Rescheduling {
    fn from(to: Place) -> Self {
        Self { to, visit: VisitChange::default(), reason: None }
    }
}

/// Where and when a visit begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Id of the site.
    pub site: String,
    /// First instant.
    pub start: DateTime<FixedOffset>,
}
