//! The file forms `scenario/1` and `plan/1` as the OpenAPI document shows them.
//!
//! The types here are documentation only: the library reads the forms, and says more about what is
//! wrong with them than a schema can. A test holds the two against each other.

use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::scenario as format;
use serde::Deserialize;
use utoipa::ToSchema;

use super::operations_shape::Operations;
use super::shapes::WallClock;

macro_rules! shapes {
    ($($(#[$about:meta])* $name:ident {
        $($(#[$field_about:meta])* $field:ident: $type:ty,)*
    })*) => {
        $($(#[$about])*
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "shows what the library reads")]
        pub struct $name { $($(#[$field_about])* $field: $type,)* })*
    };
}
pub(super) use shapes;

shapes! {
    /// A planning scenario. Ids are unique among their kind. Times of the wall clock are those of
    /// `time_zone`; windows are half-open and apply on all `days` where they are left out.
    Scenario {
        /// The kind of file.
        #[schema(example = "scenario/1", pattern = "^scenario/1$")]
        schema: String,
        /// What the planner calls it.
        #[schema(nullable = false)]
        name: Option<String>,
        /// Remarks for people.
        #[schema(nullable = false)]
        notes: Option<String>,
        /// IANA name of the zone of all wall-clock times.
        #[schema(example = "Europe/Berlin")]
        time_zone: String,
        /// Every start and end is a multiple of this many minutes.
        #[schema(minimum = 1, maximum = 1440, example = 5)]
        grid_minutes: u32,
        /// The dates to plan.
        horizon: Horizon,
        /// Offices.
        #[schema(min_items = 1)]
        sites: Vec<Site>,
        /// Counters and rooms.
        rooms: Vec<Room>,
        /// What citizens come for.
        #[schema(min_items = 1)]
        services: Vec<Service>,
        /// Clerks.
        staff: Vec<Staff>,
        /// Capacity to keep for people without an appointment.
        #[schema(nullable = false)]
        walk_in_quotas: Option<Vec<WalkInQuota>>,
        /// Expected requests.
        #[schema(nullable = false)]
        demand: Option<Vec<Demand>>,
        /// Appointments already promised.
        #[schema(nullable = false)]
        appointments: Option<Vec<PromisedAppointment>>,
        /// When starts can be booked, and through which channel.
        #[schema(nullable = false)]
        release: Option<Vec<ReleasePolicy>>,
        /// How people book, come and are served, for simulation.
        #[schema(nullable = false)]
        operations: Option<Operations>,
    }

    /// Dates, both ends included, at most 366.
    Horizon {
        /// First date.
        #[schema(example = "2027-03-01")]
        from: NaiveDate,
        /// Last date.
        #[schema(example = "2027-04-11")]
        until: NaiveDate,
    }

    /// An office.
    Site {
        /// Unique among sites.
        #[schema(example = "mitte")]
        id: String,
        /// Name for people; the id where left out.
        #[schema(nullable = false)]
        name: Option<String>,
        /// Opening hours. Intervals that touch or overlap are united.
        open: Vec<Opening>,
        /// Dates on which it stays closed.
        #[schema(nullable = false)]
        closed_on: Option<Vec<NaiveDate>>,
    }

    /// Opening hours on some weekdays.
    Opening {
        /// When they apply; every day where left out.
        #[schema(nullable = false)]
        days: Option<Vec<Weekday>>,
        /// Doors open.
        from: WallClock,
        /// Doors close.
        until: WallClock,
    }

    /// A counter or room: one customer at a time.
    Room {
        /// Unique among rooms.
        #[schema(example = "counter-1")]
        id: String,
        /// The site where it is.
        #[schema(example = "mitte")]
        site: String,
        /// What it is equipped with.
        #[schema(example = json!(["biometrics"]))]
        equipment: Vec<String>,
    }

    /// A service that citizens book.
    Service {
        /// Unique among services.
        #[schema(example = "passport")]
        id: String,
        /// Name for people; the id where left out.
        #[schema(nullable = false)]
        name: Option<String>,
        /// Planned length, a multiple of the grid.
        #[schema(minimum = 1, example = 15)]
        minutes: u32,
        /// Minutes more for each person after the first.
        #[schema(minimum = 0, example = 10)]
        extra_person_minutes: u32,
        /// Most persons that one appointment may cover.
        #[schema(minimum = 1, example = 4)]
        max_persons: u32,
        /// The clerk needs all of these.
        skills: Vec<String>,
        /// The room needs all of these.
        equipment: Vec<String>,
        /// Worth of a planned minute that is used.
        #[schema(minimum = 0, example = 1.0)]
        value: f64,
    }

    /// A clerk.
    Staff {
        /// Unique among staff.
        #[schema(example = "ayse")]
        id: String,
        /// What the clerk can do.
        skills: Vec<String>,
        /// When and where the clerk works.
        shifts: Vec<Shift>,
        /// Dates on which the clerk does not work.
        #[schema(nullable = false)]
        absent_on: Option<Vec<NaiveDate>>,
    }

    /// A clerk's presence at a site on some weekdays.
    Shift {
        /// Where.
        site: String,
        /// When it applies; every day where left out.
        #[schema(nullable = false)]
        days: Option<Vec<Weekday>>,
        /// Work begins.
        from: WallClock,
        /// Work ends.
        until: WallClock,
        /// The break to hold.
        #[schema(nullable = false)]
        r#break: Option<Break>,
    }

    /// One unbroken break of `minutes`, somewhere between `from` and `until`.
    Break {
        /// Length, a multiple of the grid.
        #[schema(minimum = 1, example = 30)]
        minutes: u32,
        /// Earliest start.
        from: WallClock,
        /// Latest end.
        until: WallClock,
    }

    /// Part of the desk minutes of a window that walk-in blocks must cover.
    WalkInQuota {
        /// Unique among quotas.
        id: String,
        /// Where.
        site: String,
        /// When it applies; every day where left out.
        #[schema(nullable = false)]
        days: Option<Vec<Weekday>>,
        /// Begin of the window.
        from: WallClock,
        /// End of the window.
        until: WallClock,
        /// Least share of the desk minutes.
        #[schema(minimum = 0, maximum = 1, example = 0.25)]
        min_share: f64,
        /// Most share of the desk minutes; no limit where left out.
        #[schema(minimum = 0, maximum = 1, nullable = false)]
        max_share: Option<f64>,
        /// Least length of one block.
        #[schema(minimum = 1, example = 30)]
        block_minutes: u32,
        /// The clerk of a block needs all of these.
        skills: Vec<String>,
        /// From this time of the day on, blocks that have not begun can be booked.
        #[schema(nullable = false)]
        returns_at: Option<WallClock>,
    }

    /// Expected requests for appointments that start in a window.
    Demand {
        /// Unique among demand.
        id: String,
        /// What is asked for.
        service: String,
        /// The sites that suit.
        #[schema(min_items = 1)]
        sites: Vec<String>,
        /// When it applies; every day where left out.
        #[schema(nullable = false)]
        days: Option<Vec<Weekday>>,
        /// Earliest start of a slot.
        from: WallClock,
        /// Slots start before this.
        until: WallClock,
        /// Expected number of requests per pool.
        #[schema(minimum = 0, maximum = 1000000, example = 12.5)]
        mean: f64,
        /// What the mean counts.
        #[schema(nullable = false)]
        pool: Option<PoolSpan>,
    }

    /// An appointment already promised, which every plan keeps.
    PromisedAppointment {
        /// Unique among appointments.
        id: String,
        /// What for.
        service: String,
        /// Where.
        site: String,
        /// When it begins.
        #[schema(example = "2027-03-01T09:15:00+01:00")]
        start: DateTime<FixedOffset>,
        /// How many come.
        #[schema(minimum = 1)]
        persons: u32,
        /// The clerk, where only one will do.
        #[schema(nullable = false)]
        staff: Option<String>,
        /// The room, where only one will do.
        #[schema(nullable = false)]
        room: Option<String>,
    }

    /// When the starts of a date can be booked.
    ReleasePolicy {
        /// Unique among release policies.
        id: String,
        /// The sites that it holds for; all where left out.
        #[schema(nullable = false)]
        sites: Option<Vec<String>>,
        /// The channel that it holds for; all without a policy of their own where left out.
        #[schema(nullable = false)]
        channel: Option<String>,
        /// A start must be at least this many minutes ahead; 0 where left out.
        #[schema(minimum = 0, nullable = false)]
        min_notice_minutes: Option<u32>,
        /// When shares open.
        #[schema(min_items = 1)]
        waves: Vec<Wave>,
    }

    /// One wave of a release policy.
    Wave {
        /// It opens so many days before the date.
        #[schema(minimum = 0, maximum = 366, example = 42)]
        days_ahead: u32,
        /// At this time.
        at: WallClock,
        /// Share of the date's time for appointments that is open from then on.
        #[schema(minimum = 0, maximum = 1, example = 0.5)]
        share: f64,
    }

    /// A plan by ids and instants.
    Plan {
        /// The kind of file.
        #[schema(example = "plan/1", pattern = "^plan/1$")]
        schema: String,
        /// Appointment slots.
        slots: Vec<PlanSlot>,
        /// Stretches for people without an appointment.
        walk_in_blocks: Vec<PlanBlock>,
        /// Breaks.
        breaks: Vec<PlanBreak>,
        /// Expected served minutes, weighted by value.
        objective: f64,
        /// No plan for the same scenario has a larger objective.
        upper_bound: f64,
        /// (upper bound − objective) / upper bound.
        gap: f64,
        /// Time that planning took.
        seconds: f64,
        /// What made the plan.
        engine: String,
        /// Seed of the search.
        #[schema(minimum = 0)]
        seed: u64,
    }

    /// An appointment slot of a plan.
    PlanSlot {
        /// Id of the service.
        service: String,
        /// Id of the site.
        site: String,
        /// First instant.
        start: DateTime<FixedOffset>,
        /// First instant after.
        end: DateTime<FixedOffset>,
        /// Id of the clerk.
        staff: String,
        /// Id of the room.
        room: String,
        /// Id of the demand that it serves.
        demand: Option<String>,
        /// Id of the appointment that it keeps.
        appointment: Option<String>,
    }

    /// A clerk's stretch at a counter for people without an appointment.
    PlanBlock {
        /// Id of the site.
        site: String,
        /// Id of the clerk.
        staff: String,
        /// Id of the room.
        room: String,
        /// First instant.
        start: DateTime<FixedOffset>,
        /// First instant after.
        end: DateTime<FixedOffset>,
    }

    /// A clerk's break.
    PlanBreak {
        /// Id of the clerk.
        staff: String,
        /// First instant.
        start: DateTime<FixedOffset>,
        /// First instant after.
        end: DateTime<FixedOffset>,
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "days of the week")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<Weekday> for format::Weekday {
    fn from(day: Weekday) -> Self {
        Self::ALL[day as usize]
    }
}

/// The dates that one pool of demand spans.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PoolSpan {
    /// Each matching date is a pool of its own with that mean, over all its sites.
    Day,
    /// One pool over all matching dates and sites.
    Horizon,
}
