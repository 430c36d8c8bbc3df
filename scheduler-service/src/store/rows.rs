//! What the tables hold, as types.

use chrono::NaiveDate;
use sqlx::Row;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::sql::Cell;
use super::{Status, StoreError};

/// A site on a date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayKey {
    /// The date.
    pub date: NaiveDate,
    /// Id of the site.
    pub site: String,
}

/// The scenario in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioRow {
    /// Grows with each change.
    pub version: u64,
    /// The scenario file.
    pub body: String,
}

/// A site-day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRow {
    /// Which.
    pub key: DayKey,
    /// Grows with each change of one of its promises.
    pub version: u64,
    /// Where walk-in blocks and breaks are, as JSON.
    pub witness: String,
    /// The plan's shadow prices, as JSON.
    pub prices: String,
}

/// A hold or an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseRow {
    /// Its id.
    pub id: Uuid,
    /// Where and on which date.
    pub day: DayKey,
    /// Wall-clock start, in minutes after midnight.
    pub minute: u32,
    /// Length in minutes.
    pub minutes: u32,
    /// The start in milliseconds since the Unix epoch, by the rules of the zone when it was made.
    pub instant: i64,
    /// Where it stands.
    pub status: Status,
    /// Ids of services with persons.
    pub basket: Vec<(String, u32)>,
    /// Skills asked for beyond those of the services.
    pub skills: Vec<String>,
    /// The clerk, where only one will do.
    pub pinned_staff: Option<String>,
    /// The room, where only one will do.
    pub pinned_room: Option<String>,
    /// Who keeps it, for now.
    pub staff: Option<String>,
    /// Where, for now.
    pub room: Option<String>,
    /// Whether a planner has pinned it to that clerk and room.
    pub seat_pinned: bool,
    /// What the client calls it.
    pub reference: Option<String>,
    /// The channel it was booked through.
    pub channel: Option<String>,
    /// Whose it is.
    pub client: String,
    /// When the hold is free again.
    pub expires_at: Option<i64>,
    /// Grows with each change that its client can see.
    pub version: u64,
    /// When it was held.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

impl PromiseRow {
    /// The clerk, where only one may keep it: by what was asked for, or by a planner.
    pub fn only_staff(&self) -> Option<&String> {
        let pinned = self.staff.as_ref().filter(|_| self.seat_pinned);
        pinned.or(self.pinned_staff.as_ref())
    }

    /// The room, where only one will do: by what was asked for, or by a planner.
    pub fn only_room(&self) -> Option<&String> {
        let pinned = self.room.as_ref().filter(|_| self.seat_pinned);
        pinned.or(self.pinned_room.as_ref())
    }
}

/// The answer to an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyRow {
    /// Whose key.
    pub client: String,
    /// The key.
    pub key: String,
    /// Fingerprint of the request.
    pub hash: String,
    /// Status code.
    pub status: u16,
    /// The body.
    pub body: String,
    /// When it was answered.
    pub created_at: i64,
}

/// A summary of planning some dates.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRow {
    /// The scenario that was planned.
    pub scenario_version: u64,
    /// First date planned.
    pub first: NaiveDate,
    /// Last date planned.
    pub last: NaiveDate,
    /// Expected served minutes, weighted by value.
    pub objective: f64,
    /// No plan has a larger objective.
    pub upper_bound: f64,
    /// Time that it took.
    pub seconds: f64,
    /// When it was made.
    pub made_at: i64,
}

/// Columns of `promise`, in the order of [`promise`] and of writing.
pub(super) const PROMISE: &str = "id, date, site, minute, minutes, instant, status, basket, \
     skills, pinned_staff, pinned_room, staff, room, reference, channel, client, expires_at, \
     version, created_at, updated_at, seat_pinned";

/// How many those are.
pub(super) const PROMISE_COLUMNS: usize = 21;

/// What they are of `promise`.
pub(super) fn cells(promise: &PromiseRow) -> [Cell; PROMISE_COLUMNS] {
    [
        promise.id.to_string().into(),
        promise.day.date.to_string().into(),
        promise.day.site.clone().into(),
        promise.minute.into(),
        promise.minutes.into(),
        promise.instant.into(),
        promise.status.name().to_owned().into(),
        json(&promise.basket).into(),
        json(&promise.skills).into(),
        promise.pinned_staff.clone().into(),
        promise.pinned_room.clone().into(),
        promise.staff.clone().into(),
        promise.room.clone().into(),
        promise.reference.clone().into(),
        promise.channel.clone().into(),
        promise.client.clone().into(),
        promise.expires_at.into(),
        promise.version.cast_signed().into(),
        promise.created_at.into(),
        promise.updated_at.into(),
        u32::from(promise.seat_pinned).into(),
    ]
}

pub(super) fn promise(row: &AnyRow) -> Result<PromiseRow, StoreError> {
    let corrupt = |problem: String| StoreError::Corrupt { table: "promise", problem };
    let id: String = row.try_get(0)?;
    let status: String = row.try_get(6)?;
    let basket: String = row.try_get(7)?;
    let skills: String = row.try_get(8)?;
    let about = |problem: &dyn std::fmt::Display| corrupt(format!("{id}: {problem}"));
    Ok(PromiseRow {
        id: id.parse().map_err(|error| about(&error))?,
        day: key(row.try_get(1)?, row.try_get(2)?)?,
        minute: small(row, 3)?,
        minutes: small(row, 4)?,
        instant: row.try_get(5)?,
        status: Status::from_name(&status)
            .ok_or_else(|| about(&format_args!("status {status:?}")))?,
        basket: serde_json::from_str(&basket).map_err(|error| about(&error))?,
        skills: serde_json::from_str(&skills).map_err(|error| about(&error))?,
        pinned_staff: row.try_get(9)?,
        pinned_room: row.try_get(10)?,
        staff: row.try_get(11)?,
        room: row.try_get(12)?,
        reference: row.try_get(13)?,
        channel: row.try_get(14)?,
        client: row.try_get(15)?,
        expires_at: row.try_get(16)?,
        version: version(row, 17)?,
        created_at: row.try_get(18)?,
        updated_at: row.try_get(19)?,
        seat_pinned: row.try_get::<i64, _>(20)? != 0,
    })
}

/// The key of a site-day.
pub(super) fn key(date: &str, site: String) -> Result<DayKey, StoreError> {
    let date = date.parse().map_err(|error| StoreError::Corrupt {
        table: "site_day",
        problem: format!("date {date:?}: {error}"),
    })?;
    Ok(DayKey { date, site })
}

/// A version, which the databases know as signed.
pub(super) fn version(row: &AnyRow, column: usize) -> Result<u64, StoreError> {
    Ok(row.try_get::<i64, _>(column)?.cast_unsigned())
}

fn small(row: &AnyRow, column: usize) -> Result<u32, StoreError> {
    let value: i64 = row.try_get(column)?;
    u32::try_from(value).map_err(|_| StoreError::Corrupt {
        table: "promise",
        problem: format!("column {column} is {value}"),
    })
}

/// A list as JSON.
pub(super) fn json<T: serde::Serialize>(list: &[T]) -> String {
    // Lists of texts and numbers always have a JSON form.
    serde_json::to_string(list).unwrap_or_default()
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its id; later entries have larger ones.
    pub id: Uuid,
    /// When it was done, in milliseconds since the Unix epoch.
    pub at: i64,
    /// Who has done it: the name of a client, or `command line`.
    pub client: String,
    /// The id of the key that was shown; `None` where none was asked for.
    pub key: Option<String>,
    /// What was done, such as `scenario.replace`.
    pub action: String,
    /// What it was done to, such as the id of an appointment.
    pub subject: Option<String>,
    /// Why, in the words of who has done it.
    pub reason: Option<String>,
    /// What it came to, as a JSON object.
    pub detail: String,
}
