//! What a planner writes, as types.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use super::{Operations, Weekday};
use crate::time::Clock;

/// A planning scenario: the wire form `scenario/1`.
///
/// Written with serde, read with [`Scenario::from_json`] or serde; reading what was written gives
/// the same scenario. Ids are any text without control characters, unique among their kind.
/// Wall-clock times are in [`time_zone`](Self::time_zone), windows half-open, `"24:00"` the end
/// of the day. A window applies on every date of the horizon that is one of its `days`, all days
/// where left out.
///
/// **Days of clock change.** A time that the change removes or doubles on a date where it applies
/// is an error. A window may contain the change: the minutes that it removes or doubles count as
/// closed, and nothing planned crosses them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "schema", rename = "scenario/1")]
pub struct Scenario {
    /// What the planner calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Remarks for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// IANA name of the zone of all wall-clock times, such as `Europe/Berlin`.
    pub time_zone: String,
    /// Every start and end is a multiple of this many minutes from local midnight; 1 to 1440.
    pub grid_minutes: u32,
    /// The dates to plan.
    pub horizon: Horizon,
    /// Offices, at least one.
    pub sites: Vec<Site>,
    /// Counters and rooms.
    pub rooms: Vec<Room>,
    /// What citizens come for, at least one.
    pub services: Vec<Service>,
    /// Clerks.
    pub staff: Vec<Staff>,
    /// Capacity to keep for people without an appointment.
    pub walk_in_quotas: Vec<WalkInQuota>,
    /// Expected requests.
    pub demand: Vec<Demand>,
    /// Appointments already promised.
    pub appointments: Vec<Appointment>,
    /// When what may be booked through which channel. Everything at once where nothing says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub release: Vec<ReleasePolicy>,
    /// How people book, come and are served, for simulation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operations: Option<Operations>,
}

/// The dates to plan, at most 366.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Horizon {
    /// First date.
    pub from: NaiveDate,
    /// Last date, included.
    pub until: NaiveDate,
}

/// An office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Unique among sites.
    pub id: String,
    /// Name for people; the id where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Opening hours. Intervals that touch or overlap are united.
    pub open: Vec<Opening>,
    /// Dates on which it stays closed whatever the weekday. Its demand and quotas of these dates
    /// lapse.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub closed_on: Vec<NaiveDate>,
}

/// Opening hours on some weekdays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opening {
    /// When it applies; every day where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<Weekday>>,
    /// Doors open.
    pub from: Clock,
    /// Doors close.
    pub until: Clock,
}

/// A counter or room: one customer at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Unique among rooms.
    pub id: String,
    /// The site where it is.
    pub site: String,
    /// What it is equipped with.
    pub equipment: Vec<String>,
}

/// A service that citizens book.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Service {
    /// Unique among services.
    pub id: String,
    /// Name for people; the id where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Planned length of a slot, a multiple of the grid.
    pub minutes: u32,
    /// Minutes more for each person after the first. The whole length is rounded up to the grid.
    pub extra_person_minutes: u32,
    /// Most persons that one appointment may cover, at least 1.
    pub max_persons: u32,
    /// The clerk needs all of these.
    pub skills: Vec<String>,
    /// The room needs all of these.
    pub equipment: Vec<String>,
    /// Worth of a planned minute that is used, 0 or more.
    pub value: f64,
}

/// A clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Staff {
    /// Unique among staff.
    pub id: String,
    /// What the clerk can do.
    pub skills: Vec<String>,
    /// When and where the clerk works. Several on a day, also at different sites, must not
    /// overlap.
    pub shifts: Vec<Shift>,
    /// Dates on which the clerk does not work at all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absent_on: Vec<NaiveDate>,
}

/// A clerk's presence at a site on some weekdays. It may reach beyond opening hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// Where.
    pub site: String,
    /// When it applies; every day where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<Weekday>>,
    /// Work begins.
    pub from: Clock,
    /// Work ends.
    pub until: Clock,
    /// The break to hold.
    #[serde(rename = "break", skip_serializing_if = "Option::is_none")]
    pub pause: Option<Break>,
}

/// One unbroken break of `minutes`, somewhere between `from` and `until` and inside its shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Break {
    /// Length, a multiple of the grid.
    pub minutes: u32,
    /// Earliest start.
    pub from: Clock,
    /// Latest end.
    pub until: Clock,
}

/// Part of the desk minutes of a window that walk-in blocks must cover.
///
/// Desk minutes are the sum over the open grid steps of the window of the smaller of clerks on
/// shift and rooms of the site; breaks are not taken off. The least share of them is rounded up to
/// whole steps, the greatest down. Of a block that reaches beyond the window the part inside
/// counts. A date on which the window has no desk minutes asks for nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WalkInQuota {
    /// Unique among quotas.
    pub id: String,
    /// Where.
    pub site: String,
    /// When it applies; every day where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<Weekday>>,
    /// Begin of the window.
    pub from: Clock,
    /// End of the window.
    pub until: Clock,
    /// Least share, 0 to 1.
    pub min_share: f64,
    /// Most share, `min_share` to 1; no limit where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_share: Option<f64>,
    /// Least length of one block; rounded up to the grid.
    pub block_minutes: u32,
    /// The clerk of a block needs all of these for it to count.
    pub skills: Vec<String>,
    /// From this time of the day on, blocks that have not begun and that nobody needs may be
    /// booked; never where left out. Where a clock change removes the time, it is the instant of
    /// the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returns_at: Option<Clock>,
}

/// Expected requests for appointments that start in a window.
///
/// The window need not lie within opening hours, though slots do. A date on which none of the
/// sites is open has no pool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Demand {
    /// Unique among demand.
    pub id: String,
    /// What is asked for.
    pub service: String,
    /// The sites that suit, at least one.
    pub sites: Vec<String>,
    /// When it applies; every day where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<Weekday>>,
    /// Earliest start of a slot.
    pub from: Clock,
    /// Slots start before this.
    pub until: Clock,
    /// Expected number of requests per pool (Poisson), 0 to a million.
    pub mean: f64,
    /// What the mean counts.
    #[serde(skip_serializing_if = "PoolSpan::is_day")]
    pub pool: PoolSpan,
}

/// The dates that one pool of demand spans.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PoolSpan {
    /// Each matching date is a pool of its own with that mean, over all its sites.
    #[default]
    Day,
    /// One pool over all matching dates and sites.
    Horizon,
}

impl PoolSpan {
    fn is_day(&self) -> bool {
        *self == Self::Day
    }
}

/// An appointment already promised, which every plan keeps.
///
/// It lasts the minutes of its service and the extra minutes of each person after the first,
/// rounded up to the grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Appointment {
    /// Unique among appointments.
    pub id: String,
    /// What for.
    pub service: String,
    /// Where.
    pub site: String,
    /// When it begins, with offset.
    pub start: DateTime<FixedOffset>,
    /// How many come, 1 to the service's `max_persons`.
    pub persons: u32,
    /// The clerk, where pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// The room, where pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
}

/// When how much of a site's day may be booked through a channel.
///
/// It opens in waves. For a date, a wave is open from a time of the wall clock on a day before it,
/// or on the date itself; what is released is the largest share among the waves that are open. A
/// start may be booked while the desk time promised on the date, through whatever channel, and the
/// visit's own are together at most that share of what the date has for appointments: desk time
/// within opening hours, less walk-in blocks and breaks. Before its first wave a date is not
/// released at all.
///
/// A site and channel have at most one policy. Where they have none, the site's policy without
/// channel holds; where that is missing too, everything is released.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleasePolicy {
    /// Unique among release policies.
    pub id: String,
    /// The sites that it holds for; all where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sites: Option<Vec<String>>,
    /// The channel that it holds for; every channel without a policy of its own where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// A start must be at least this many minutes ahead; 0 where left out, at most a year.
    pub min_notice_minutes: u32,
    /// When shares open, at least one, in any order. A later one does not open less.
    pub waves: Vec<Wave>,
}

/// One wave of a release policy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Wave {
    /// It opens so many days before the date that it opens; 0 for the date itself, at most 366.
    pub days_ahead: u32,
    /// At this time of the wall clock. Where a clock change removes the time it is the instant of
    /// the change, where it comes twice the first.
    pub at: Clock,
    /// Share of the date's time for appointments, above 0, at most 1.
    pub share: f64,
}
