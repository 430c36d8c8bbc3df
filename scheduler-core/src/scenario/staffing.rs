//! Which people may be asked for, and what they have to achieve.

use super::codes::{
    BREAK_FIT, ID_DUPLICATE, ID_FORM, REFERENCE_UNKNOWN, STAFFING_BOUNDS, STAFFING_FIGURE,
    STAFFING_LENGTH, STAFFING_MOST, STAFFING_NO_TARGET, STAFFING_SHIFT_CLOSED, STAFFING_SKILL,
    STAFFING_WINDOW, TIME_OFF_GRID, TIME_REVERSED,
};
use super::{Break, Weekday};
use crate::time::Clock;
use crate::{wire, words};

wire! {
    /// Which people may be asked for, and what they have to achieve: what `scheduler staff` looks
    /// for. Planning, booking and simulation do not look at it.
    pub struct Staffing: Default {
        /// What becomes of the clerks of the scenario.
        pub existing: ExistingStaff = ExistingStaff::Fixed,
        /// Shifts that may be asked for. Where empty, those that the clerks of the scenario work,
        /// by people with all skills of their site.
        pub shift_templates: Vec<ShiftTemplate> = Vec::new(),
        /// Weeks that people may work. Where empty shifts are counted, not people.
        pub contracts: Vec<Contract> = Vec::new(),
        /// What has to be achieved.
        #[wire(codes = &[STAFFING_NO_TARGET])]
        pub targets: Vec<StaffTarget> = Vec::new(),
        /// Most money for a week: the figure of the first target becomes as good as that allows.
        #[wire(unit = "money a week", within = (0.0, 1e12))]
        pub budget: Option<f64>,
        /// What is kept for people without an appointment.
        pub walk_ins: WalkInCapacity = WalkInCapacity::Quotas,
    }

    /// A shift that people may be asked for, on one weekday or several, with some freedom of when
    /// and how long.
    pub struct ShiftTemplate: Default {
        /// Unique among shift templates.
        #[wire(example = r#""early""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// Where.
        #[wire(codes = &[REFERENCE_UNKNOWN, STAFFING_SHIFT_CLOSED])]
        pub site: String,
        /// When it may be worked; every day where left out.
        #[wire(length = (1, usize::MAX), ruled)]
        pub days: Option<Vec<Weekday>>,
        /// Earliest begin.
        #[wire(codes = &[TIME_OFF_GRID])]
        pub start_from: Clock,
        /// Latest begin, itself allowed; `start_from` where left out.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED])]
        pub start_until: Option<Clock>,
        /// Begins are so many minutes apart.
        #[wire(unit = "minutes", within = (1.0, 1440.0), ruled, codes = &[TIME_OFF_GRID])]
        pub start_every_minutes: u32 = 30,
        /// Shortest length, breaks included.
        #[wire(unit = "minutes", within = (1.0, 1440.0), ruled, example = "330",
            codes = &[TIME_OFF_GRID, STAFFING_WINDOW])]
        pub minutes: u32,
        /// Longest length; `minutes` where left out.
        #[wire(unit = "minutes", within = (1.0, 1440.0),
            codes = &[TIME_OFF_GRID, STAFFING_LENGTH])]
        pub most_minutes: Option<u32>,
        /// Lengths are so many minutes apart.
        #[wire(unit = "minutes", within = (1.0, 1440.0), ruled, codes = &[TIME_OFF_GRID])]
        pub length_every_minutes: u32 = 30,
        /// The breaks to hold. Those are left out of a shift into which they do not fit.
        #[wire(codes = &[BREAK_FIT])]
        pub breaks: Vec<Break> = Vec::new(),
        /// What the clerks can do.
        #[wire(codes = &[STAFFING_SKILL])]
        pub skills: Vec<String>,
        /// For an hour on shift without breaks; as the operations say where left out.
        #[wire(unit = "money an hour", within = (0.0, 1e9))]
        pub cost_per_hour: Option<f64>,
        /// For each shift, beside its hours.
        #[wire(unit = "money", within = (0.0, 1e9))]
        pub cost_per_shift: f64 = 0.0,
        /// At least so many people on each of the days.
        #[wire(unit = "clerks", within = (0.0, 1000.0))]
        pub least: u32 = 0,
        /// At most so many on each of the days, all begins and lengths together; no limit where
        /// left out.
        #[wire(unit = "clerks", within = (0.0, 1000.0), codes = &[STAFFING_MOST])]
        pub most: Option<u32>,
    }

    /// A week that people may work. One shift a day.
    pub struct Contract: Default {
        /// Unique among contracts.
        #[wire(example = r#""full-time""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// The shift templates that its people may work; all where left out.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub templates: Vec<String> = Vec::new(),
        /// Most hours on shift in a week, breaks not counted.
        #[wire(unit = "hours", within = (0.5, 168.0), example = "39.0")]
        pub most_hours: f64,
        /// Hours that are paid in a week even where fewer are worked.
        #[wire(unit = "hours", within = (0.0, 168.0), codes = &[STAFFING_BOUNDS])]
        pub paid_hours: f64 = 0.0,
        /// Most days in a week.
        #[wire(unit = "days", within = (1.0, 7.0))]
        pub most_days: u32 = 5,
        /// Hours between the end of a shift and the begin of the next day's.
        #[wire(unit = "hours", within = (0.0, 48.0))]
        pub rest_hours: f64 = 11.0,
        /// For a week of a person, beside the shifts.
        #[wire(unit = "money a week", within = (0.0, 1e9))]
        pub cost_per_week: f64 = 0.0,
        /// At most so many people; no limit where left out.
        #[wire(unit = "people", within = (0.0, 10000.0))]
        pub most: Option<u32>,
    }

    /// A figure that has to be reached, week after week.
    pub struct StaffTarget: Default {
        /// Unique among targets.
        #[wire(example = r#""promise""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// Which figure.
        pub of: StaffFigure,
        /// With `within`: so many minutes.
        #[wire(unit = "minutes", within = (0.0, 1440.0), example = "30",
            codes = &[STAFFING_FIGURE])]
        pub minutes: Option<f64>,
        /// Only at this site; at all together where left out.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub site: Option<String>,
        /// Only who comes on these days. For waits.
        #[wire(length = (1, usize::MAX), ruled, codes = &[STAFFING_FIGURE])]
        pub days: Option<Vec<Weekday>>,
        /// Only who comes from this time on. For waits.
        #[wire(codes = &[STAFFING_FIGURE])]
        pub from: Option<Clock>,
        /// Only who comes before this time. For waits.
        #[wire(codes = &[TIME_REVERSED, STAFFING_FIGURE])]
        pub until: Option<Clock>,
        /// At least so much; shares from 0 to 1.
        #[wire(within = (0.0, 1e9), codes = &[STAFFING_BOUNDS])]
        pub at_least: Option<f64>,
        /// At most so much.
        #[wire(within = (0.0, 1e9), codes = &[STAFFING_BOUNDS])]
        pub at_most: Option<f64>,
        /// How sure it has to be that a roster reaches it.
        #[wire(within = (0.5, 0.9999))]
        pub confidence: f64 = 0.95,
    }
}

words! {
    /// What becomes of the clerks of a scenario.
    pub enum ExistingStaff: "what becomes of existing staff", default Fixed {
        /// They stay as they are; what is asked for comes to them.
        Fixed = "fixed",
        /// Each of them may be done without.
        Removable = "removable",
        /// The roster is drawn up without them.
        LeftOut = "left_out",
    }

    /// What is kept for people without an appointment.
    pub enum WalkInCapacity: "what is kept for walk-ins", default Quotas {
        /// What the quotas of the scenario say.
        Quotas = "quotas",
        /// Counters by half-hour, as many as who comes then needs, in place of the quotas.
        Counters = "counters",
    }

    /// A figure that a roster has to reach.
    pub enum StaffFigure: "a figure", default WalkInsWithin {
        /// Share of walk-ins who are called within `minutes`, of those who are served and those for
        /// whom nobody comes any more.
        WalkInsWithin = "walk_ins_within",
        /// Mean minutes that walk-ins wait.
        WalkInsMeanWait = "walk_ins_mean_wait",
        /// Share of people with an appointment who are called within `minutes`.
        AppointmentsWithin = "appointments_within",
        /// Mean minutes that people with an appointment wait.
        AppointmentsMeanWait = "appointments_mean_wait",
        /// Share of walk-ins who leave without having been served.
        WalkInsLost = "walk_ins_lost",
        /// Days to the next free appointment.
        NextFree = "next_free",
        /// Share of requests for an appointment that are without an offer.
        WithoutOffer = "without_offer",
        /// Minutes a day and site from closing to the last departure.
        Overtime = "overtime",
    }
}

impl StaffFigure {
    /// Whether it is about the waits of people, so that it can be asked of a window.
    pub fn is_wait(self) -> bool {
        matches!(
            self,
            Self::WalkInsWithin
                | Self::WalkInsMeanWait
                | Self::AppointmentsWithin
                | Self::AppointmentsMeanWait
                | Self::WalkInsLost
        )
    }

    /// Whether it is a share within some minutes.
    pub fn is_within(self) -> bool {
        matches!(self, Self::WalkInsWithin | Self::AppointmentsWithin)
    }

    /// Whether it is a share, from 0 to 1.
    pub fn is_share(self) -> bool {
        self.is_within() || matches!(self, Self::WalkInsLost | Self::WithoutOffer)
    }

    /// Whether more of it is better.
    pub fn more_is_better(self) -> bool {
        self.is_within()
    }
}
