//! What a planner writes.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Deserializer, de};

use super::codes::{
    BREAK_COINCIDE, BREAK_FIT, BREAK_TWICE, COVER_STAFF, DEMAND_NEVER, DEMAND_SITE_TWICE,
    DEMAND_UNPAID, HORIZON_REVERSED, HORIZON_TOO_LONG, HORIZON_YEARS, ID_DUPLICATE, ID_FORM,
    PROMISE_CLOSED, PROMISE_HORIZON, PROMISE_MIDNIGHT, PROMISE_NO_CLERK, PROMISE_NO_ROOM,
    PROMISE_PERSONS, PROMISE_ROOM, PROMISE_STAFF, QUOTA_NO_CLERK, QUOTA_RETURN, QUOTA_SHARES,
    REFERENCE_UNKNOWN, RELEASE_NEVER_OPENS, RELEASE_OVERLAP, RELEASE_SHARES, RELEASE_SITE_TWICE,
    SCENARIO_TOO_LARGE, SERVICE_EQUIPMENT, SERVICE_NO_CLERK, SERVICE_NO_ROOM, SHIFT_CLOSED,
    SHIFT_OVERLAP, TIME_CLOCK_CHANGE, TIME_OFF_GRID, TIME_REVERSED, TRAVEL_TIME, TRAVEL_TWICE,
    WINDOW_CLOCK_CHANGE, ZONE_UNKNOWN,
};
use super::finding::{Collector, Findings};
use super::json::{self, ReadOptions, Tree};
use super::recurrence::dated;
use super::rules;
use super::wire::{Reader, Wire as _};
use super::{Operations, Staffing};
use crate::time::Clock;
use crate::{wire, words};

wire! {
    /// A planning scenario: the wire form `scenario/1`.
    ///
    /// Written with serde, read with [`Scenario::from_json`] or serde; reading what was written
    /// gives the same scenario. Ids are any text without control characters, unique among their
    /// kind. Wall-clock times are in `time_zone`, windows half-open, `"24:00"` the end of the day.
    /// A window applies on every date of the horizon that is one of its `days`, all days where left
    /// out.
    ///
    /// **Days of clock change.** A time that the change removes or doubles on a date where it
    /// applies is an error. A window may contain the change: the minutes that it removes or doubles
    /// count as closed, and nothing planned crosses them.
    pub struct Scenario schema "scenario/1": Default {
        /// What the planner calls it.
        pub name: Option<String>,
        /// Remarks for people.
        pub notes: Option<String>,
        /// IANA name of the zone of all wall-clock times, such as `Europe/Berlin`.
        #[wire(example = r#""Europe/Berlin""#, codes = &[ZONE_UNKNOWN])]
        pub time_zone: String,
        /// Every start and end is a multiple of this many minutes from local midnight; 1 to 1440.
        #[wire(unit = "minutes", within = (1.0, 1440.0), ruled, example = "5")]
        pub grid_minutes: u32,
        /// The dates to plan.
        #[wire(codes = &[HORIZON_YEARS])]
        pub horizon: Horizon,
        /// Offices, at least one.
        #[wire(length = (1, usize::MAX), ruled, codes = &[SCENARIO_TOO_LARGE, BREAK_COINCIDE])]
        pub sites: Vec<Site>,
        /// Counters and rooms.
        pub rooms: Vec<Room>,
        /// What citizens come for, at least one.
        #[wire(length = (1, usize::MAX), ruled)]
        pub services: Vec<Service>,
        /// Clerks.
        #[wire(codes = &[SCENARIO_TOO_LARGE])]
        pub staff: Vec<Staff>,
        /// Time on the way between sites.
        pub travel: Vec<Travel> = Vec::new(),
        /// Capacity to keep for people without an appointment.
        #[wire(always, codes = &[SCENARIO_TOO_LARGE])]
        pub walk_in_quotas: Vec<WalkInQuota> = Vec::new(),
        /// Least numbers of clerks who are there, at a price where they are not.
        #[wire(codes = &[SCENARIO_TOO_LARGE])]
        pub cover: Vec<Cover> = Vec::new(),
        /// Expected requests.
        #[wire(always, codes = &[SCENARIO_TOO_LARGE])]
        pub demand: Vec<Demand> = Vec::new(),
        /// Appointments already promised.
        #[wire(always)]
        pub appointments: Vec<Appointment> = Vec::new(),
        /// What is no rule but has a price, so that plans are fit to be worked by.
        pub weights: Weights = Weights::default(),
        /// When what may be booked through which channel. Everything at once where nothing says so.
        #[wire(codes = &[SCENARIO_TOO_LARGE])]
        pub release: Vec<ReleasePolicy> = Vec::new(),
        /// How people book, come and are served, for simulation.
        pub operations: Option<Operations>,
        /// Which people may be asked for, and what they have to achieve.
        pub staffing: Option<Staffing>,
    }

    /// The dates to plan, at most 366.
    #[derive(Copy, Eq)]
    pub struct Horizon: Default {
        /// First date.
        #[wire(example = r#""2027-03-01""#)]
        pub from: NaiveDate,
        /// Last date, included.
        #[wire(example = r#""2027-04-11""#, codes = &[HORIZON_REVERSED, HORIZON_TOO_LONG])]
        pub until: NaiveDate,
    }

    /// An office.
    #[derive(Eq)]
    pub struct Site: Default {
        /// Unique among sites.
        #[wire(example = r#""mitte""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// Name for people; the id where left out.
        pub name: Option<String>,
        /// Opening hours. Intervals that touch or overlap are united.
        pub open: Vec<Opening>,
        /// Dates on which it stays closed whatever the weekday. Its demand and quotas of these
        /// dates lapse.
        pub closed_on: Vec<NaiveDate> = Vec::new(),
        /// Times in which it is closed though it would be open: people are on shift, nobody is
        /// served. A step of the grid that one touches is closed whole.
        pub closed: Vec<TimeSpan> = Vec::new(),
        /// Names for readers of other languages; `name` where theirs is not among them.
        pub names: NamesByLanguage = NamesByLanguage::default(),
    }
}

dated! {
    /// Opening hours on some weekdays.
    #[derive(Eq)]
    pub struct Opening: Default {} on dates {
        /// Doors open.
        #[wire(codes = &[TIME_OFF_GRID, WINDOW_CLOCK_CHANGE])]
        pub from: Clock,
        /// Doors close.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, WINDOW_CLOCK_CHANGE])]
        pub until: Clock,
    }
}

wire! {
    /// From an instant to another.
    #[derive(Copy, Eq)]
    pub struct TimeSpan: Default {
        /// Its first instant, with offset.
        pub from: DateTime<FixedOffset>,
        /// The first instant after it.
        #[wire(codes = &[TIME_REVERSED])]
        pub until: DateTime<FixedOffset>,
    }

    /// Time on the way between two sites, both ways. Shifts of a clerk on one date must leave it.
    #[derive(Eq)]
    pub struct Travel: Default {
        /// One site.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub from: String,
        /// The other.
        #[wire(codes = &[REFERENCE_UNKNOWN, TRAVEL_TWICE])]
        pub to: String,
        /// How long it takes.
        #[wire(unit = "minutes", within = (0.0, 1440.0), example = "25")]
        pub minutes: u32,
    }

    /// Names of one thing by language, each under its tag (ISO 639-1). A reader is shown the first that his
    /// `Accept-Language` asks for.
    #[derive(Eq)]
    pub struct NamesByLanguage: Default {
        /// In German.
        #[wire(length = (1, 200), example = r#""Reisepass""#)]
        pub de: Option<String>,
        /// In English.
        #[wire(length = (1, 200), example = r#""Passport""#)]
        pub en: Option<String>,
        /// In Arabic.
        #[wire(length = (1, 200))]
        pub ar: Option<String>,
        /// In French.
        #[wire(length = (1, 200))]
        pub fr: Option<String>,
        /// In Polish.
        #[wire(length = (1, 200))]
        pub pl: Option<String>,
        /// In Romanian.
        #[wire(length = (1, 200))]
        pub ro: Option<String>,
        /// In Russian.
        #[wire(length = (1, 200))]
        pub ru: Option<String>,
        /// In Turkish.
        #[wire(length = (1, 200))]
        pub tr: Option<String>,
        /// In Ukrainian.
        #[wire(length = (1, 200))]
        pub uk: Option<String>,
    }

    /// A counter or room: one customer at a time.
    #[derive(Eq)]
    pub struct Room: Default {
        /// Unique among rooms.
        #[wire(example = r#""counter-1""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// Name for people, which tables and charts show; the id where left out.
        #[wire(length = (1, 200), example = r#""Counter 1""#)]
        pub name: Option<String>,
        /// The site where it is.
        #[wire(example = r#""mitte""#, codes = &[REFERENCE_UNKNOWN])]
        pub site: String,
        /// What it is equipped with.
        #[wire(example = r#"["biometrics"]"#, always)]
        pub equipment: Vec<String> = Vec::new(),
        /// Names for readers of other languages; `name` where theirs is not among them.
        pub names: NamesByLanguage = NamesByLanguage::default(),
    }

    /// A service that citizens book.
    pub struct Service: Default {
        /// Unique among services.
        #[wire(example = r#""passport""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// Name for people; the id where left out.
        pub name: Option<String>,
        /// Planned length of a slot, a multiple of the grid.
        #[wire(unit = "minutes", within = (1.0, 1440.0), ruled, example = "15",
            codes = &[TIME_OFF_GRID])]
        pub minutes: u32,
        /// Minutes more for each person after the first. The whole length is rounded up to the
        /// grid.
        #[wire(unit = "minutes", within = (0.0, 1440.0), example = "10")]
        pub extra_person_minutes: u32,
        /// Minutes after a visit for which its clerk and room stay taken; citizens are told the end
        /// without them.
        #[wire(unit = "minutes", within = (0.0, 1440.0), example = "5")]
        pub buffer_minutes: u32 = 0,
        /// Most persons that one appointment may cover, at least 1.
        #[wire(unit = "persons", within = (1.0, 4294967295.0), ruled, example = "4")]
        pub max_persons: u32,
        /// The clerk needs all of these.
        #[wire(codes = &[SERVICE_NO_CLERK])]
        pub skills: Vec<String>,
        /// Whether it takes a room: not by telephone or video, where `equipment` is empty.
        pub room: bool = true,
        /// The room needs all of these.
        #[wire(codes = &[SERVICE_NO_ROOM, SERVICE_EQUIPMENT])]
        pub equipment: Vec<String>,
        /// Worth of a planned minute that is used, 0 or more.
        #[wire(within = (0.0, 1e9), example = "1.0")]
        pub value: f64,
        /// Names for readers of other languages; `name` where theirs is not among them.
        pub names: NamesByLanguage = NamesByLanguage::default(),
    }

    /// A clerk.
    #[derive(Eq)]
    pub struct Staff: Default {
        /// Unique among staff.
        #[wire(example = r#""ayse""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// Name for people, which tables and charts show; the id where left out.
        #[wire(length = (1, 200), example = r#""Ayşe Yılmaz""#)]
        pub name: Option<String>,
        /// What the clerk can do.
        pub skills: Vec<String>,
        /// When and where the clerk works. Several on a day, also at different sites, must not
        /// overlap.
        #[wire(codes = &[SHIFT_OVERLAP, SHIFT_CLOSED, TRAVEL_TIME])]
        pub shifts: Vec<Shift>,
        /// Dates on which the clerk does not work at all.
        pub absent_on: Vec<NaiveDate> = Vec::new(),
        /// Times in which the clerk is away during a shift, which stays one shift. A step of the
        /// grid that one touches is away whole.
        pub absent: Vec<TimeSpan> = Vec::new(),
        /// The clerk's own counter. Sitting elsewhere costs a move more where it is at the site.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub room: Option<String>,
    }
}

dated! {
    /// A clerk's presence at a site on some weekdays. It may reach beyond opening hours.
    #[derive(Eq)]
    pub struct Shift: Default {
        /// Where.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub site: String,
    } on dates {
        /// Work begins.
        #[wire(codes = &[TIME_OFF_GRID, WINDOW_CLOCK_CHANGE])]
        pub from: Clock,
        /// Work ends.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, WINDOW_CLOCK_CHANGE])]
        pub until: Clock,
        /// The break to hold.
        #[wire(codes = &[BREAK_COINCIDE, BREAK_FIT, BREAK_TWICE, WINDOW_CLOCK_CHANGE])]
        pub pause as "break": Option<Break>,
        /// The breaks to hold where there are several, in this order, in place of `break`.
        #[wire(codes = &[BREAK_FIT, WINDOW_CLOCK_CHANGE])]
        pub breaks: Vec<Break> = Vec::new(),
    }
}

wire! {
    /// One unbroken break of `minutes`, somewhere between `from` and `until` and inside its shift.
    #[derive(Copy, Eq)]
    pub struct Break: Default {
        /// Length, a multiple of the grid.
        #[wire(unit = "minutes", within = (1.0, 1440.0), ruled, example = "30",
            codes = &[TIME_OFF_GRID])]
        pub minutes: u32,
        /// Earliest start.
        #[wire(codes = &[TIME_OFF_GRID, WINDOW_CLOCK_CHANGE])]
        pub from: Clock,
        /// Latest end.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, WINDOW_CLOCK_CHANGE])]
        pub until: Clock,
    }
}

dated! {
    /// Part of the desk minutes of a window that walk-in blocks must cover.
    ///
    /// Desk minutes are the sum over the open grid steps of the window of the smaller of clerks on
    /// shift and rooms of the site; breaks are not taken off. The least share of them is rounded up
    /// to whole steps, the greatest down. Of a block that reaches beyond the window the part inside
    /// counts. A date on which the window has no desk minutes asks for nothing.
    pub struct WalkInQuota: Default {
        /// Unique among quotas.
        #[wire(example = r#""mitte-morning""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// Where.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub site: String,
    } on dates {
        /// Begin of the window.
        #[wire(codes = &[TIME_OFF_GRID, WINDOW_CLOCK_CHANGE])]
        pub from: Clock,
        /// End of the window.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, WINDOW_CLOCK_CHANGE])]
        pub until: Clock,
        /// Least share of the desk minutes, 0 to 1; left out where only `counters` are asked for.
        #[wire(within = (0.0, 1.0), example = "0.25", always)]
        pub min_share: f64 = 0.0,
        /// Most share, `min_share` to 1; no limit where left out.
        #[wire(within = (0.0, 1.0), codes = &[QUOTA_SHARES])]
        pub max_share: Option<f64>,
        /// Least length of one block; rounded up to the grid.
        #[wire(unit = "minutes", within = (1.0, 1440.0), example = "30")]
        pub block_minutes: u32,
        /// So many blocks should be running at each open step of the window. What is missing has a
        /// price.
        #[wire(unit = "counters", within = (0.0, 1000.0), example = "1")]
        pub counters: u32 = 0,
        /// The least share is asked for in each stretch of so many minutes from the window's begin
        /// too, rounded up to the grid; what is missing there has a price. Neighbouring stretches
        /// are joined until what they ask for is a block at least. 0 for no stretches.
        #[wire(unit = "minutes", within = (0.0, 1440.0))]
        pub stretch_minutes: u32 = 60,
        /// The clerk of a block needs all of these for it to count.
        #[wire(codes = &[QUOTA_NO_CLERK])]
        pub skills: Vec<String>,
        /// From this time of the day on, blocks that have not begun and that nobody needs may be
        /// booked; never where left out. Where a clock change removes the time, it is the instant
        /// of the change.
        #[wire(codes = &[QUOTA_RETURN])]
        pub returns_at: Option<Clock>,
    }
}

dated! {
    /// Least number of clerks who are there, absences and breaks aside, at each open step of a
    /// window. What is missing has a price.
    #[derive(Eq)]
    pub struct Cover: Default {
        /// Unique among cover.
        #[wire(example = r#""mitte-two""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// Where.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub site: String,
    } on dates {
        /// Begin of the window.
        #[wire(codes = &[TIME_OFF_GRID, WINDOW_CLOCK_CHANGE])]
        pub from: Clock,
        /// End of the window.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, WINDOW_CLOCK_CHANGE])]
        pub until: Clock,
        /// So many clerks.
        #[wire(unit = "clerks", within = (0.0, 1000.0), example = "2", codes = &[COVER_STAFF])]
        pub least: u32,
        /// A clerk who counts has all of these.
        pub skills: Vec<String>,
    }
}

wire! {
    /// Prices in expected served minutes, weighted by value: the unit of a plan's objective. 0
    /// switches a price off.
    #[derive(Copy)]
    pub struct Weights: Default {
        /// For each shift in which the clerk sits at a counter at all.
        #[wire(unit = "weighted minutes", within = (0.0, 1e6))]
        pub seat: f64 = 2.0,
        /// For each time in a shift that the clerk moves to another counter, for each return, and
        /// for sitting away from the clerk's own counter.
        #[wire(unit = "weighted minutes", within = (0.0, 1e6))]
        pub move_ as "move": f64 = 10.0,
        /// For each minute of a slot without an appointment: what a clerk's free minute is worth. It
        /// keeps slots that will hardly be used from being published.
        #[wire(unit = "weighted minutes a minute", within = (0.0, 1e6))]
        pub free_minute: f64 = 0.1,
        /// For each minute in which all possible pairs of the clerks present at a site are on a break;
        /// fewer pairs cost their share, so that breaks spread.
        #[wire(unit = "weighted minutes a minute", within = (0.0, 1e6))]
        pub break_pair_minute: f64 = 0.3,
        /// For each minute of a clerk, a counter or a stretch of a quota that is asked for and
        /// missing.
        #[wire(unit = "weighted minutes a minute", within = (0.0, 1e6))]
        pub short_minute: f64 = 2.0,
    }
}

dated! {
    /// Expected requests for appointments that start in a window.
    ///
    /// The window need not lie within opening hours, though slots do. A date on which none of the
    /// sites is open has no pool.
    pub struct Demand: Default, days codes [DEMAND_NEVER] {
        /// Unique among demand.
        #[wire(example = r#""passports""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// What is asked for.
        #[wire(example = r#""passport""#, codes = &[REFERENCE_UNKNOWN])]
        pub service: String,
        /// The sites that suit, at least one.
        #[wire(length = (1, usize::MAX), ruled, codes = &[REFERENCE_UNKNOWN, DEMAND_SITE_TWICE])]
        pub sites: Vec<String>,
    } on dates {
        /// Earliest start of a slot.
        #[wire(codes = &[TIME_OFF_GRID, WINDOW_CLOCK_CHANGE])]
        pub from: Clock,
        /// Slots start before this.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, WINDOW_CLOCK_CHANGE])]
        pub until: Clock,
        /// Expected number of requests per pool (Poisson), 0 to a million.
        #[wire(unit = "requests", within = (0.0, 1e6), example = "12.5", codes = &[DEMAND_UNPAID])]
        pub mean: f64,
        /// What the mean counts.
        pub pool: PoolSpan = PoolSpan::Day,
    }
}

wire! {
    /// An appointment already promised, which every plan keeps.
    ///
    /// It lasts the minutes of its service and the extra minutes of each person after the first,
    /// rounded up to the grid.
    #[derive(Eq)]
    pub struct Appointment as "PromisedAppointment": Default {
        /// Unique among appointments.
        #[wire(codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// What for.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub service: String,
        /// Where.
        #[wire(codes = &[REFERENCE_UNKNOWN, PROMISE_NO_ROOM])]
        pub site: String,
        /// When it begins, with offset.
        #[wire(example = r#""2027-03-01T09:15:00+01:00""#, codes = &[TIME_OFF_GRID,
            TIME_CLOCK_CHANGE, PROMISE_HORIZON, PROMISE_MIDNIGHT, PROMISE_CLOSED,
            PROMISE_NO_CLERK])]
        pub start: DateTime<FixedOffset>,
        /// How many come, 1 to the service's `max_persons`.
        #[wire(unit = "persons", within = (1.0, 4294967295.0), ruled, codes = &[PROMISE_PERSONS])]
        pub persons: u32,
        /// The clerk, where pinned.
        #[wire(codes = &[REFERENCE_UNKNOWN, PROMISE_STAFF])]
        pub staff: Option<String>,
        /// The room, where pinned.
        #[wire(codes = &[REFERENCE_UNKNOWN, PROMISE_ROOM])]
        pub room: Option<String>,
    }

    /// When how much of a site's day may be booked through a channel.
    ///
    /// It opens in waves. For a date, a wave is open from a time of the wall clock on a day before
    /// it, or on the date itself; what is released is the largest share among the waves that are
    /// open. A start may be booked while the desk time promised on the date, through whatever
    /// channel, and the visit's own are together at most that share of what the date has for
    /// appointments: desk time within opening hours, less walk-in blocks and breaks. Before its
    /// first wave a date is not released at all.
    ///
    /// A site and channel have at most one policy. Where they have none, the site's policy without
    /// channel holds; where that is missing too, everything is released.
    pub struct ReleasePolicy: Default {
        /// Unique among release policies.
        #[wire(codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// The sites that it holds for; all where left out.
        #[wire(length = (1, usize::MAX), ruled,
            codes = &[REFERENCE_UNKNOWN, RELEASE_OVERLAP, RELEASE_SITE_TWICE])]
        pub sites: Option<Vec<String>>,
        /// The channel that it holds for; every channel without a policy of its own where left out.
        #[wire(codes = &[ID_FORM])]
        pub channel: Option<String>,
        /// A start must be at least this many minutes ahead; 0 where left out, at most a year.
        #[wire(unit = "minutes", within = (0.0, 527040.0), ruled, codes = &[RELEASE_NEVER_OPENS])]
        pub min_notice_minutes: u32 = 0,
        /// When shares open, at least one, in any order. A later one does not open less.
        #[wire(length = (1, usize::MAX), ruled, codes = &[RELEASE_SHARES])]
        pub waves: Vec<Wave>,
    }

    /// One wave of a release policy.
    #[derive(Copy)]
    pub struct Wave: Default {
        /// It opens so many days before the date that it opens; 0 for the date itself, at most 366.
        #[wire(unit = "days", within = (0.0, 366.0), example = "42")]
        pub days_ahead: u32,
        /// At this time of the wall clock. Where a clock change removes the time it is the instant
        /// of the change, where it comes twice the first.
        pub at: Clock,
        /// Share of the date's time for appointments, above 0, at most 1.
        #[wire(within = (0.0, 1.0), above, example = "0.5")]
        pub share: f64,
    }
}

words! {
    /// The dates that one pool of demand spans.
    pub enum PoolSpan: "a span of a pool", default Day {
        /// Each matching date is a pool of its own with that mean, over all its sites.
        Day = "day",
        /// One pool over all matching dates and sites.
        Horizon = "horizon",
    }
}

impl NamesByLanguage {
    /// The name in the language with that tag, of which only what is before a hyphen counts.
    pub fn of(&self, language: &str) -> Option<&str> {
        let primary = language.split('-').next().unwrap_or_default();
        let name = match primary.to_ascii_lowercase().as_str() {
            "de" => &self.de,
            "en" => &self.en,
            "ar" => &self.ar,
            "fr" => &self.fr,
            "pl" => &self.pl,
            "ro" => &self.ro,
            "ru" => &self.ru,
            "tr" => &self.tr,
            "uk" => &self.uk,
            _ => &None,
        };
        name.as_deref()
    }

    /// The name in the first of `languages` that has one, else `name`.
    pub fn told<'a>(&'a self, languages: &[String], name: &'a str) -> &'a str {
        languages.iter().find_map(|language| self.of(language)).unwrap_or(name)
    }
}

impl Scenario {
    /// The schema that this version reads and writes.
    pub const SCHEMA: &'static str = "scenario/1";

    /// Reads a scenario file of at most [`ReadOptions::MAX_BYTES`]. A byte-order mark is skipped.
    ///
    /// # Errors
    /// All that is wrong with the file: its encoding or syntax, or else all fields that are
    /// missing, unknown, doubled or of the wrong kind and every rule that what could be read
    /// breaks. [`Problem::new`](crate::problem::Problem::new) checks the same rules again.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Findings> {
        Self::from_json_with(bytes, &ReadOptions::default())
    }

    /// Like [`Self::from_json`], with other limits.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn from_json_with(bytes: &[u8], options: &ReadOptions) -> Result<Self, Findings> {
        Self::from_tree(json::parse(bytes, options)?)
    }

    /// Like [`Self::from_json`], from a JSON value that is part of something else.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn from_value(value: &serde_json::Value) -> Result<Self, Findings> {
        Self::from_tree(json::tree(value)?)
    }

    fn from_tree(tree: Tree) -> Result<Self, Findings> {
        let mut reader = Reader::default();
        let scenario = Self::read(Some(tree), &mut reader);
        let findings: Collector = reader.findings;
        if findings.has_errors() {
            return Err(rules::check_rest(&scenario, findings));
        }
        Ok(scenario)
    }
}

impl<'de> Deserialize<'de> for Scenario {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_tree(Tree::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
