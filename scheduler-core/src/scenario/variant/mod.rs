//! Variants: what a scenario would be with some things changed.

mod read;
pub(crate) mod rules;

use serde::Serialize;

use super::{CallPolicy, Opening, Shift, Site};

/// A scenario plus edits: the wire form `variant/1`.
///
/// Written with serde, read with [`Variant::from_json`] or serde. Edits apply in order, so that a
/// later one may name what an earlier one added. `compare::apply` makes the scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "schema", rename = "variant/1")]
pub struct Variant {
    /// What the planner calls it.
    pub name: String,
    /// Remarks for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// What is changed, in order; nothing where empty.
    pub edits: Vec<Edit>,
}

/// One change of a scenario. Lists of sites and services that are left out mean all of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Edit {
    /// More clerks.
    AddClerks(AddClerks),
    /// Clerks fewer.
    RemoveClerks {
        /// Who.
        clerks: Vec<String>,
    },
    /// Clerks learn skills.
    TrainClerks {
        /// Who.
        clerks: Vec<String>,
        /// What, beside what they can do already.
        skills: Vec<String>,
    },
    /// Clerks work at other times or places.
    SetShifts {
        /// Who.
        clerks: Vec<String>,
        /// All their shifts from now on.
        shifts: Vec<Shift>,
    },
    /// More counters or rooms at a site.
    AddRooms {
        /// How many, up to 100; 0 changes nothing.
        count: u32,
        /// Where.
        site: String,
        /// With what equipment.
        equipment: Vec<String>,
    },
    /// Counters or rooms fewer.
    RemoveRooms {
        /// Which.
        rooms: Vec<String>,
    },
    /// Another site, such as a mobile office with its calendar.
    AddSite(AddSite),
    /// Other opening hours. Shifts stay as they are: see `set_shifts`.
    SetOpening {
        /// Where.
        #[serde(skip_serializing_if = "Option::is_none")]
        sites: Option<Vec<String>>,
        /// All opening hours from now on.
        open: Vec<Opening>,
    },
    /// Walk-in quotas times a factor, least and greatest share alike, at most 1.
    ScaleQuota {
        /// 0 to 1,000.
        factor: f64,
        /// Where.
        #[serde(skip_serializing_if = "Option::is_none")]
        sites: Option<Vec<String>>,
    },
    /// The same walk-in quota in all windows.
    SetQuota {
        /// Least share of the desk minutes, 0 to 1.
        min_share: f64,
        /// Greatest share, `min_share` to 1; no limit where left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        max_share: Option<f64>,
        /// Where.
        #[serde(skip_serializing_if = "Option::is_none")]
        sites: Option<Vec<String>>,
    },
    /// How many of those who want to come ask for an appointment; the others walk in. How many want
    /// to come in all stays the same. Walk-in quotas change with the walk-ins.
    SetShareByAppointment {
        /// 0 to 1.
        share: f64,
        /// Where.
        #[serde(skip_serializing_if = "Option::is_none")]
        sites: Option<Vec<String>>,
    },
    /// Services are done online, wholly or in part, by people who then need not come.
    DivertOnline {
        /// Share of those who would come otherwise, 0 to 1.
        share: f64,
        /// Which.
        services: Vec<String>,
    },
    /// Other shares of appointments to which nobody comes.
    SetNoShow {
        /// For an appointment booked for the same moment, 0 to 1.
        probability: f64,
        /// Added for each week between booking and appointment; none where left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        per_week_of_lead: Option<f64>,
    },
    /// Services take longer or shorter than they do; slots stay as they are planned.
    ScaleDuration {
        /// 0.01 to 100.
        factor: f64,
        /// Which.
        #[serde(skip_serializing_if = "Option::is_none")]
        services: Option<Vec<String>>,
    },
    /// Slots are planned longer or shorter; the services take as long as they did.
    SetSlotMinutes {
        /// Which.
        services: Vec<String>,
        /// Length of a slot for one person, a multiple of the grid.
        minutes: u32,
    },
    /// More or fewer people without an appointment.
    ScaleWalkIns {
        /// 0 to 1,000.
        factor: f64,
        /// Where.
        #[serde(skip_serializing_if = "Option::is_none")]
        sites: Option<Vec<String>>,
    },
    /// More or fewer requests for appointments.
    ScaleRequests {
        /// 0 to 1,000.
        factor: f64,
        /// Those that one of these sites suits.
        #[serde(skip_serializing_if = "Option::is_none")]
        sites: Option<Vec<String>>,
        /// What for.
        #[serde(skip_serializing_if = "Option::is_none")]
        services: Option<Vec<String>>,
    },
    /// Limits for walk-ins; those left out are none.
    SetTickets {
        /// Where.
        #[serde(skip_serializing_if = "Option::is_none")]
        sites: Option<Vec<String>>,
        /// Most tickets of a day.
        #[serde(skip_serializing_if = "Option::is_none")]
        most_a_day: Option<u32>,
        /// No tickets in so many minutes before the doors close.
        #[serde(skip_serializing_if = "Option::is_none")]
        stop_minutes_before_closing: Option<u32>,
        /// A walk-in who finds so many walk-ins waiting goes.
        #[serde(skip_serializing_if = "Option::is_none")]
        most_waiting: Option<u32>,
    },
    /// Another order in which customers are called.
    SetCallPolicy {
        /// Who is called next.
        policy: CallPolicy,
    },
    /// Another share of clerk-days on which the clerk is ill.
    SetSickShare {
        /// 0 to 1.
        share: f64,
    },
}

/// More clerks, after a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AddClerks {
    /// How many, up to 100; 0 changes nothing.
    pub count: u32,
    /// The clerk whose skills, shifts and absences they have where nothing else is said.
    pub like: String,
    /// Their ids are this with `-1`, `-2` and so on; `like` with `-new` where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What they can do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<String>>,
    /// When and where they work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shifts: Option<Vec<Shift>>,
}

/// Another site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AddSite {
    /// The site. Whoever works there is said by `add_clerks` or `set_shifts` after it.
    #[serde(flatten)]
    pub site: Site,
    /// How many rooms it has, up to 100.
    pub rooms: u32,
    /// What each of them is equipped with.
    pub equipment: Vec<String>,
    /// Whom it suits. Nobody where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suits: Vec<Suits>,
    /// What it costs for each day on which it is open; nothing where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_per_day: Option<f64>,
}

/// People whom another site suits as well as the sites that they would go to without it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suits {
    /// Share of the requests, 0 to 1.
    pub share: f64,
    /// Of requests that one of these sites suits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sites: Option<Vec<String>>,
    /// Of requests for these services.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub services: Option<Vec<String>>,
}

impl Edit {
    /// The word by which files name this kind of edit, such as `add_clerks`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::AddClerks(_) => "add_clerks",
            Self::RemoveClerks { .. } => "remove_clerks",
            Self::TrainClerks { .. } => "train_clerks",
            Self::SetShifts { .. } => "set_shifts",
            Self::AddRooms { .. } => "add_rooms",
            Self::RemoveRooms { .. } => "remove_rooms",
            Self::AddSite(_) => "add_site",
            Self::SetOpening { .. } => "set_opening",
            Self::ScaleQuota { .. } => "scale_quota",
            Self::SetQuota { .. } => "set_quota",
            Self::SetShareByAppointment { .. } => "set_share_by_appointment",
            Self::DivertOnline { .. } => "divert_online",
            Self::SetNoShow { .. } => "set_no_show",
            Self::ScaleDuration { .. } => "scale_duration",
            Self::SetSlotMinutes { .. } => "set_slot_minutes",
            Self::ScaleWalkIns { .. } => "scale_walk_ins",
            Self::ScaleRequests { .. } => "scale_requests",
            Self::SetTickets { .. } => "set_tickets",
            Self::SetCallPolicy { .. } => "set_call_policy",
            Self::SetSickShare { .. } => "set_sick_share",
        }
    }

    /// The same edit with `value` in place of its number, for a sweep: the count of clerks, rooms,
    /// minutes or tickets (rounded), a share, a probability or a factor. `None` where the edit has
    /// no number or the value is none for it.
    #[must_use]
    pub fn with(mut self, value: f64) -> Option<Self> {
        let whole = (value >= 0.0 && value <= f64::from(u32::MAX)).then(|| value.round() as u32);
        match &mut self {
            Self::AddClerks(AddClerks { count, .. })
            | Self::AddRooms { count, .. }
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
            Self::RemoveClerks { .. }
            | Self::TrainClerks { .. }
            | Self::SetShifts { .. }
            | Self::RemoveRooms { .. }
            | Self::AddSite(_)
            | Self::SetOpening { .. }
            | Self::SetCallPolicy { .. } => return None,
        }
        Some(self)
    }
}
