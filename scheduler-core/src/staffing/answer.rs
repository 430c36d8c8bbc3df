//! What comes out: a roster, what it costs, what it reaches, and what no roster can do.

use crate::scenario::{Scenario, ShiftTemplate, StaffFigure, Weekday};
use crate::simulate::statistics::Estimate;
use crate::words;

use super::goal::Goal;
use super::judge::Standing;
use super::roster::Person;

/// The answer to "which people on which shifts".
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// How it ended.
    pub verdict: Verdict,
    /// The cheapest roster that was found to reach all targets; with a budget the best for it. Where
    /// none was found, the one that came nearest, if any was simulated.
    pub roster: Option<Found>,
    /// No roster that reaches the targets costs less a week; infinite where none reaches them.
    pub bound: f64,
    /// What each row of the proof says, by kind, where no roster can reach the targets: none of
    /// these kinds can be done without.
    pub obstacles: Vec<Obstacle>,
    /// Least share of requests without an offer that any number of clerks leaves, where a target on it
    /// cannot be reached.
    pub least_without_offer: Option<f64>,
    /// Whether the shift templates were taken over from the clerks.
    pub derived: bool,
    /// The shift templates.
    pub templates: Vec<ShiftTemplate>,
    /// Whether people were counted, with contracts, or shifts.
    pub counts_people: bool,
    /// What a week of a clerk costs: of a contract where there is one, else 39 hours.
    pub clerk_week: f64,
    /// Clerk-hours of the existing staff that stay in any case, a week.
    pub fixed_cost: f64,
    /// Why the bound may be far from the truth, in stable words.
    pub looseness: Vec<Looseness>,
    /// Walk-ins, and people there, by half-hour.
    pub curves: Vec<Curve>,
    /// Cost and figures of rosters that were simulated, cheapest first: none is both dearer and worse
    /// than another.
    pub front: Vec<FrontPoint>,
    /// What one shift more would bring; `None` where that was not simulated.
    pub next: Option<NextClerk>,
    /// Rosters that were simulated.
    pub trials: u64,
    /// Cuts for walk-ins in the proof.
    pub cuts: usize,
}

words! {
    /// How it ended.
    pub enum Verdict as "StaffingVerdict": "a verdict" {
        /// A roster reaches all targets, and none is cheaper.
        Proven = "proven",
        /// A roster reaches all targets; cheaper ones than the bound do not.
        Suffices = "suffices",
        /// No roster reaches the targets.
        Impossible = "impossible",
        /// With a budget: the best for it that was found, though it does not reach all targets for sure.
        Affordable = "affordable",
        /// No roster was found that reaches the targets, and it is not proven that there is none.
        Open = "open",
    }

    /// What stands in the way of all rosters.
    pub enum Obstacle as "StaffingObstacle": "an obstacle" {
        /// Too few rooms.
        Rooms = "rooms",
        /// Too few rooms with the equipment.
        Equipment = "equipment",
        /// Nobody who may be asked for has the skills.
        Skills = "skills",
        /// Too few clerks may be asked for.
        Clerks = "clerks",
        /// More work of walk-ins than fits.
        WalkIns = "walk_ins",
        /// More work than fits.
        Work = "work",
        /// What shift templates allow.
        Templates = "templates",
        /// What contracts allow.
        Contracts = "contracts",
        /// The opening hours.
        Doors = "doors",
        /// Too few slots for those who ask for an appointment.
        Offers = "offers",
    }
}

/// Why a bound may be far below the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looseness {
    /// Nothing bounds the clerks whom the figure of a target needs.
    Figure(StaffFigure),
    /// Walk-ins may leave, and who leaves counts for nothing.
    MayLeave,
    /// Some services can be done by few only, which the bound for walk-ins does not know.
    Skills,
    /// Appointments and walk-ins are bounded each by themselves.
    Both,
}

/// A roster.
#[derive(Debug, Clone)]
pub struct Found {
    /// The scenario with it as its staff, ready to be planned and simulated.
    pub scenario: Scenario,
    /// Who works what: shifts by weekday.
    pub people: Vec<FoundPerson>,
    /// Ids of existing clerks who may go.
    pub gone: Vec<String>,
    /// Cost a week, of those included who stay anyway.
    pub cost: f64,
    /// Hours a week of the people, without breaks.
    pub hours: f64,
    /// Shifts a week of the people.
    pub shifts: u32,
    /// By target: the figure.
    pub figures: Vec<Figure>,
    /// Whether the targets are reached as surely as was asked.
    pub confirmed: bool,
}

/// Somebody of a roster.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPerson {
    /// The holder.
    pub person: Person,
    /// Index into [`Answer::templates`].
    pub template: usize,
    /// Weekday, first minute, first minute after.
    pub shifts: Vec<(Weekday, u32, u32)>,
}

/// A target and what a roster makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The target.
    pub goal: Goal,
    /// The figure with its 95 % interval; `None` where nobody came whom it is about.
    pub estimate: Option<Estimate>,
    /// What is sure of it.
    pub standing: Standing,
}

/// A site on a weekday by half-hour.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Index of the site.
    pub site: usize,
    /// Id of the site.
    pub id: String,
    /// Name of the site.
    pub name: String,
    /// Weekday.
    pub weekday: Weekday,
    /// From the opening half-hour to the closing one.
    pub half_hours: Vec<CurvePoint>,
}

/// A half-hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Minute of the day at which it begins.
    pub from: u32,
    /// Clerks whom walk-ins and appointments keep busy on average.
    pub needed: f64,
    /// Clerks on shift.
    pub present: f64,
    /// Mean wait of walk-ins who come then, in minutes, if any came.
    pub wait: Option<f64>,
}

/// A simulated roster as a point of cost against figures.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontPoint {
    /// Cost a week.
    pub cost: f64,
    /// By target.
    pub figures: Vec<Option<f64>>,
    /// Whether it seems to reach all targets.
    pub reaches: bool,
}

/// What one shift more would bring, where walk-ins wait longest.
#[derive(Debug, Clone, PartialEq)]
pub struct NextClerk {
    /// Index into [`Answer::templates`].
    pub template: usize,
    /// Weekday.
    pub weekday: Weekday,
    /// First minute of the day.
    pub from: u32,
    /// First minute after.
    pub until: u32,
    /// Cost a week of the roster with it.
    pub cost: f64,
    /// By target: change of the figure, paired, with its 95 % interval.
    pub changes: Vec<Option<Estimate>>,
}
