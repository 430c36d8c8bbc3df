//! Variants: what a scenario would be with some things changed.

mod read;
pub(crate) mod rules;

use chrono::NaiveDate;

use super::codes::{ID_FORM, QUOTA_SHARES};
use super::{Break, CallPolicy, Cover, Opening, Shift, SimulatedWaitlist, Site};
use crate::{choice, wire};

wire! {
    /// A scenario plus edits: the wire form `variant/1`.
    ///
    /// Edits apply in order, so that a later one may name what an earlier one added.
    pub struct Variant schema "variant/1": Default {
        /// What the planner calls it.
        #[wire(example = r#""One clerk more in Nord""#, codes = &[ID_FORM])]
        pub name: String,
        /// Remarks for people.
        pub notes: Option<String>,
        /// What is changed, in order; nothing where empty.
        pub edits: Vec<Edit>,
    }

    /// More clerks, after a model.
    pub struct AddClerks: Default {
        /// How many, up to 100; 0 changes nothing.
        #[wire(unit = "clerks", within = (0.0, 100.0), example = "1")]
        pub count: u32,
        /// The clerk whose skills, shifts and absences they have where nothing else is said.
        #[wire(example = r#""nord-03""#)]
        pub like: String,
        /// Their ids are this with `-1`, `-2` and so on; `like` with `-new` where left out.
        #[wire(codes = &[ID_FORM])]
        pub id: Option<String>,
        /// What they can do.
        pub skills: Option<Vec<String>>,
        /// When and where they work.
        pub shifts: Option<Vec<Shift>>,
    }

    /// Another site. Whoever works there is said by `add_clerks` or `set_shifts` after it.
    pub struct AddSite with site: Site: Default {
        /// How many rooms it has, up to 100.
        #[wire(unit = "rooms", within = (0.0, 100.0))]
        pub rooms: u32,
        /// What each of them is equipped with.
        #[wire(always)]
        pub equipment: Vec<String> = Vec::new(),
        /// Whom it suits. Nobody where empty.
        pub suits: Vec<Suits> = Vec::new(),
        /// What it costs for each day on which it is open; nothing where left out.
        #[wire(unit = "money a day", within = (0.0, 1e9))]
        pub cost_per_day: Option<f64>,
    }

    /// Other prices; those left out stay as they are.
    #[derive(Copy)]
    pub struct WeightChanges: Default {
        /// For each shift in which the clerk sits at a counter at all.
        #[wire(unit = "weighted minutes", within = (0.0, 1e6))]
        pub seat: Option<f64>,
        /// For each move to another counter.
        #[wire(unit = "weighted minutes", within = (0.0, 1e6))]
        pub move_ as "move": Option<f64>,
        /// For each minute of a slot without an appointment.
        #[wire(unit = "weighted minutes a minute", within = (0.0, 1e6))]
        pub free_minute: Option<f64>,
        /// For each minute in which all possible pairs of clerks are on a break.
        #[wire(unit = "weighted minutes a minute", within = (0.0, 1e6))]
        pub break_pair_minute: Option<f64>,
        /// For each minute of what is asked for and missing.
        #[wire(unit = "weighted minutes a minute", within = (0.0, 1e6))]
        pub short_minute: Option<f64>,
    }

    /// People whom another site suits as well as the sites that they would go to without it.
    pub struct Suits: Default {
        /// Share of the requests, 0 to 1.
        #[wire(within = (0.0, 1.0))]
        pub share: f64,
        /// Of requests that one of these sites suits; of all where left out.
        #[wire(length = (1, usize::MAX), ruled)]
        pub sites: Option<Vec<String>>,
        /// Of requests for these services; for all where left out.
        #[wire(length = (1, usize::MAX), ruled)]
        pub services: Option<Vec<String>>,
    }
}

choice! {
    /// One change of a scenario. Lists of sites and services that are left out mean all of them.
    pub enum Edit: "an edit" by "edit" else Self::RemoveClerks { clerks: Vec::new() };
    /// More clerks.
    AddClerks = "add_clerks" (AddClerks),
    /// Clerks fewer.
    RemoveClerks = "remove_clerks" {
        /// Who.
        #[wire(length = (1, usize::MAX), ruled)]
        clerks: Vec<String>,
    },
    /// Clerks learn skills.
    TrainClerks = "train_clerks" {
        /// Who.
        #[wire(length = (1, usize::MAX), ruled)]
        clerks: Vec<String>,
        /// What, beside what they can do already.
        #[wire(length = (1, usize::MAX), ruled)]
        skills: Vec<String>,
    },
    /// Clerks work at other times or places.
    SetShifts = "set_shifts" {
        /// Who.
        #[wire(length = (1, usize::MAX), ruled)]
        clerks: Vec<String>,
        /// All their shifts from now on.
        shifts: Vec<Shift>,
    },
    /// Clerks hold other breaks, in all their shifts.
    SetBreaks = "set_breaks" {
        /// Who; all where left out.
        #[wire(length = (1, usize::MAX), ruled)]
        clerks: Option<Vec<String>>,
        /// All breaks of a shift from now on, in this order.
        breaks: Vec<Break>,
    },
    /// Clerks get a counter of their own, or none.
    SetOwnRoom = "set_own_room" {
        /// Who.
        #[wire(length = (1, usize::MAX), ruled)]
        clerks: Vec<String>,
        /// Their counter; none where left out.
        room: Option<String>,
    },
    /// Clerks do not work on some dates, and plans know it.
    SetAbsent = "set_absent" {
        /// Who.
        #[wire(length = (1, usize::MAX), ruled)]
        clerks: Vec<String>,
        /// When, beside the dates on which they are absent already.
        #[wire(length = (1, usize::MAX), ruled)]
        dates: Vec<NaiveDate>,
    },
    /// Clerks call in sick: the plan stands, as nobody knew, and the day is run without them.
    CallInSick = "call_in_sick" {
        /// Who.
        #[wire(length = (1, usize::MAX), ruled)]
        clerks: Vec<String>,
        /// When.
        #[wire(length = (1, usize::MAX), ruled)]
        dates: Vec<NaiveDate>,
    },
    /// More counters or rooms at a site.
    AddRooms = "add_rooms" {
        /// How many, up to 100; 0 changes nothing.
        #[wire(unit = "rooms", within = (0.0, 100.0))]
        count: u32,
        /// Where.
        site: String,
        /// With what equipment.
        equipment: Vec<String>,
    },
    /// Counters or rooms fewer.
    RemoveRooms = "remove_rooms" {
        /// Which.
        #[wire(length = (1, usize::MAX), ruled)]
        rooms: Vec<String>,
    },
    /// Another site, such as a mobile office with its calendar.
    AddSite = "add_site" (AddSite),
    /// Other opening hours. Shifts stay as they are: see `set_shifts`.
    SetOpening = "set_opening" {
        /// Where.
        #[wire(length = (1, usize::MAX), ruled)]
        sites: Option<Vec<String>>,
        /// All opening hours from now on.
        open: Vec<Opening>,
    },
    /// Walk-in quotas times a factor, least and greatest share alike, at most 1.
    ScaleQuota = "scale_quota" {
        /// 0 to 1,000.
        #[wire(within = (0.0, 1000.0))]
        factor: f64,
        /// Where.
        #[wire(length = (1, usize::MAX), ruled)]
        sites: Option<Vec<String>>,
    },
    /// The same walk-in quota in all windows.
    SetQuota = "set_quota" {
        /// Least share of the desk minutes, 0 to 1.
        #[wire(within = (0.0, 1.0))]
        min_share: f64,
        /// Greatest share, `min_share` to 1; no limit where left out.
        #[wire(within = (0.0, 1.0), codes = &[QUOTA_SHARES])]
        max_share: Option<f64>,
        /// Where.
        #[wire(length = (1, usize::MAX), ruled)]
        sites: Option<Vec<String>>,
    },
    /// The same number of counters for walk-ins in the windows of all quotas.
    SetCounters = "set_counters" {
        /// So many blocks should be running at each open step.
        #[wire(unit = "counters", within = (0.0, 1000.0))]
        counters: u32,
        /// Where.
        #[wire(length = (1, usize::MAX), ruled)]
        sites: Option<Vec<String>>,
    },
    /// Quotas are asked for in shorter or longer stretches of their windows.
    SetStretch = "set_stretch" {
        /// Length of a stretch; 0 for none.
        #[wire(unit = "minutes", within = (0.0, 1440.0))]
        minutes: u32,
        /// Where.
        #[wire(length = (1, usize::MAX), ruled)]
        sites: Option<Vec<String>>,
    },
    /// Other least numbers of clerks.
    SetCover = "set_cover" {
        /// All of them from now on.
        cover: Vec<Cover>,
    },
    /// Other prices of what is no rule.
    SetWeights = "set_weights" (WeightChanges),
    /// How many of those who want to come ask for an appointment; the others walk in. How many
    /// want to come in all stays the same. Walk-in quotas change with the walk-ins.
    SetShareByAppointment = "set_share_by_appointment" {
        /// 0 to 1.
        #[wire(within = (0.0, 1.0))]
        share: f64,
        /// Where.
        #[wire(length = (1, usize::MAX), ruled)]
        sites: Option<Vec<String>>,
    },
    /// Services are done online, wholly or in part, by people who then need not come.
    DivertOnline = "divert_online" {
        /// Share of those who would come otherwise, 0 to 1.
        #[wire(within = (0.0, 1.0))]
        share: f64,
        /// Which.
        #[wire(length = (1, usize::MAX), ruled)]
        services: Vec<String>,
    },
    /// Other shares of appointments to which nobody comes.
    SetNoShow = "set_no_show" {
        /// For an appointment booked for the same moment, 0 to 1.
        #[wire(within = (0.0, 1.0))]
        probability: f64,
        /// Added for each week between booking and appointment; none where left out.
        #[wire(within = (0.0, 1.0))]
        per_week_of_lead: Option<f64>,
    },
    /// Services take longer or shorter than they do; slots stay as they are planned.
    ScaleDuration = "scale_duration" {
        /// 0.01 to 100.
        #[wire(within = (0.01, 100.0))]
        factor: f64,
        /// Which.
        #[wire(length = (1, usize::MAX), ruled)]
        services: Option<Vec<String>>,
    },
    /// Slots are planned longer or shorter; the services take as long as they did.
    SetSlotMinutes = "set_slot_minutes" {
        /// Which.
        #[wire(length = (1, usize::MAX), ruled)]
        services: Vec<String>,
        /// Length of a slot for one person, a multiple of the grid.
        #[wire(unit = "minutes", within = (1.0, 1440.0))]
        minutes: u32,
    },
    /// More or fewer people without an appointment.
    ScaleWalkIns = "scale_walk_ins" {
        /// 0 to 1,000.
        #[wire(within = (0.0, 1000.0))]
        factor: f64,
        /// Where.
        #[wire(length = (1, usize::MAX), ruled)]
        sites: Option<Vec<String>>,
    },
    /// More or fewer requests for appointments.
    ScaleRequests = "scale_requests" {
        /// 0 to 1,000.
        #[wire(within = (0.0, 1000.0))]
        factor: f64,
        /// Those that one of these sites suits.
        #[wire(length = (1, usize::MAX), ruled)]
        sites: Option<Vec<String>>,
        /// What for.
        #[wire(length = (1, usize::MAX), ruled)]
        services: Option<Vec<String>>,
    },
    /// Limits for walk-ins; those left out are none.
    SetTickets = "set_tickets" {
        /// Where.
        #[wire(length = (1, usize::MAX), ruled)]
        sites: Option<Vec<String>>,
        /// Most tickets of a day.
        most_a_day: Option<u32>,
        /// No tickets in so many minutes before the doors close.
        #[wire(unit = "minutes")]
        stop_minutes_before_closing: Option<u32>,
        /// A walk-in who finds so many walk-ins waiting goes.
        most_waiting: Option<u32>,
    },
    /// Another order in which customers are called.
    SetCallPolicy = "set_call_policy" {
        /// Who is called next.
        policy: CallPolicy,
    },
    /// A waitlist for times that are given back, or none.
    SetWaitlist = "set_waitlist" {
        /// Who waits, and what they say to offers; there is none where left out.
        waitlist: Option<SimulatedWaitlist>,
    },
    /// Another share of clerk-days on which the clerk is ill.
    SetSickShare = "set_sick_share" {
        /// 0 to 1.
        #[wire(within = (0.0, 1.0))]
        share: f64,
    },
}

impl Edit {
    /// The same edit with `value` in place of its number, for a sweep: the count of clerks, rooms,
    /// counters, minutes or tickets (rounded), a share, a probability, a factor or the only price. `None` where the edit has
    /// no number or the value is none for it.
    #[must_use]
    pub fn with(mut self, value: f64) -> Option<Self> {
        let whole = (value >= 0.0 && value <= f64::from(u32::MAX)).then(|| value.round() as u32);
        match &mut self {
            Self::AddClerks(AddClerks { count, .. })
            | Self::AddRooms { count, .. }
            | Self::SetCounters { counters: count, .. }
            | Self::SetStretch { minutes: count, .. }
            | Self::SetSlotMinutes { minutes: count, .. } => *count = whole?,
            Self::SetTickets { most_a_day, .. } => *most_a_day = Some(whole?),
            Self::SetQuota { min_share: number, .. }
            | Self::SetShareByAppointment { share: number, .. }
            | Self::DivertOnline { share: number, .. }
            | Self::SetSickShare { share: number }
            | Self::SetNoShow { probability: number, .. }
            | Self::ScaleQuota { factor: number, .. }
            | Self::ScaleDuration { factor: number, .. }
            | Self::ScaleWalkIns { factor: number, .. }
            | Self::ScaleRequests { factor: number, .. } => *number = value,
            // The only price that it names.
            Self::SetWeights(changes) => *changes.only()? = value,
            Self::RemoveClerks { .. }
            | Self::TrainClerks { .. }
            | Self::SetShifts { .. }
            | Self::RemoveRooms { .. }
            | Self::AddSite(_)
            | Self::SetOpening { .. }
            | Self::SetBreaks { .. }
            | Self::SetOwnRoom { .. }
            | Self::SetAbsent { .. }
            | Self::CallInSick { .. }
            | Self::SetCover { .. }
            | Self::SetWaitlist { .. }
            | Self::SetCallPolicy { .. } => return None,
        }
        Some(self)
    }
}

impl WeightChanges {
    /// The price that it names, where that is one.
    fn only(&mut self) -> Option<&mut f64> {
        let Self { seat, move_, free_minute, break_pair_minute, short_minute } = self;
        let mut named = [seat, move_, free_minute, break_pair_minute, short_minute]
            .into_iter()
            .filter_map(Option::as_mut);
        let only = named.next()?;
        named.next().is_none().then_some(only)
    }
}
