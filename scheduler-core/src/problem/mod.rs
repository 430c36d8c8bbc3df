//! The validated model: dense indices, every reference resolved, days expanded.
//!
//! All `usize` fields are indices into the vectors of [`Problem`]; the field's name says which.
//! Times are grid steps of one day, windows half-open.
//!
//! ```
//! use scheduler_core::prelude::*;
//!
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let problem = Problem::new(&Scenario::from_json(json.as_bytes())?)?;
//! let monday = &problem.site_days[problem.site_day(0, 0)];
//! for shift in &problem.shifts[monday.shifts.clone()] {
//!     let (from, until) = (shift.window.from, shift.window.until);
//!     let (from, until) = (problem.grid.clock(from), problem.grid.clock(until));
//!     println!("{} from {from} to {until}", problem.clerks[shift.clerk].id);
//! }
//! assert_eq!(monday.shifts.len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod asked;
mod build;
mod operations;
mod plan;
mod plan_file;
mod release;
mod resolve_plan;
mod set;
pub(crate) mod site_day;
mod start_plan;
mod stays;
mod weights;
mod worth;

pub use asked::{Asked, Cover, Shortage, Stretch};
pub use operations::{Duration, Operations, OperationsDraw, Requests, Tickets, WalkIns};
pub use plan::{BreakTaken, Plan, Slot, Stay, WalkInBlock};
pub use release::{ReleasePolicy, ReleaseWave};
pub use set::Set;
pub use start_plan::{DropReason, Dropped, EntryKind, PlanEntry, StartPlan};
pub use weights::Weights;
pub use worth::Worth;

use chrono::NaiveDate;

use crate::scenario::Finding;
use crate::time::{Grid, Step, Window, Zone};

/// A scenario that makes sense, ready to be planned.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What the planner calls it.
    pub name: String,
    /// Zone of all wall-clock times.
    pub zone: Zone,
    /// Time grid.
    pub grid: Grid,
    /// The dates of the horizon, in order.
    pub dates: Vec<NaiveDate>,
    /// Offices.
    pub sites: Vec<Site>,
    /// Counters and rooms.
    pub rooms: Vec<Room>,
    /// What citizens come for.
    pub services: Vec<Service>,
    /// Staff.
    pub clerks: Vec<Clerk>,
    /// Every site on every date of the horizon: index `site * dates.len() + day`.
    pub site_days: Vec<SiteDay>,
    /// Every shift that is worked, grouped by site-day.
    pub shifts: Vec<Shift>,
    /// Every walk-in quota on every day that it holds.
    pub quotas: Vec<Quota>,
    /// Every least number of clerks on every day that it holds.
    pub cover: Vec<Cover>,
    /// What is no rule but has a price.
    pub weights: Weights,
    /// Whether the windows of quotas may lack steps, at [`Weights::short_minute`] a minute, instead
    /// of there being no plan then.
    pub relaxed: bool,
    /// Every pool of demand.
    pub pools: Vec<Pool>,
    /// Appointments already promised.
    pub promises: Vec<Promise>,
    /// When what may be booked through which channel.
    pub release: Vec<ReleasePolicy>,
    /// How people book, come and are served, for simulation.
    pub operations: Operations,
    /// Ids of the scenario's `demand[]`, in its order.
    pub demand_ids: Vec<String>,
    /// Names of skills, for messages.
    pub skills: Vec<String>,
    /// Names of equipment, for messages.
    pub equipment: Vec<String>,
    /// What is doubtful about the scenario, or cannot be met by any plan; no errors.
    pub warnings: Vec<Finding>,
}

/// An office.
#[derive(Debug, Clone)]
pub struct Site {
    /// Id in the scenario.
    pub id: String,
    /// Name for people; the id where none was given.
    pub name: String,
    /// Its rooms.
    pub rooms: Vec<usize>,
}

/// A counter or room: one customer at a time.
#[derive(Debug, Clone, Default)]
pub struct Room {
    /// Id in the scenario.
    pub id: String,
    /// Name for people; the id where none was given.
    pub name: String,
    /// Where it is.
    pub site: usize,
    /// Indices into [`Problem::equipment`].
    pub equipment: Set,
}

/// A service that citizens book.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// Id in the scenario.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Planned length of a visit in minutes, without buffer: what its value is counted by.
    pub minutes: u32,
    /// Minutes for which clerk and room stay taken after a visit.
    pub buffer_minutes: u32,
    /// Length of a slot for one person in steps, buffer included.
    pub steps: Step,
    /// Minutes more for each person after the first.
    pub extra_person_minutes: u32,
    /// Most persons that one visit may bring, at least 1.
    pub max_persons: u32,
    /// Value of a planned minute.
    pub value: f64,
    /// Indices into [`Problem::skills`]; the clerk needs all.
    pub skills: Set,
    /// Whether it takes a room; telephone and video do not, and have no `equipment`.
    pub needs_room: bool,
    /// Indices into [`Problem::equipment`]; the room needs all.
    pub equipment: Set,
}

/// A member of staff.
#[derive(Debug, Clone, Default)]
pub struct Clerk {
    /// Id in the scenario.
    pub id: String,
    /// Name for people; the id where none was given.
    pub name: String,
    /// The clerk's own counter, if any.
    pub own_room: Option<usize>,
    /// Indices into [`Problem::skills`].
    pub skills: Set,
    /// Indices into [`Problem::services`] of what the clerk has all skills for.
    pub services: Set,
    /// Indices into [`Problem::dates`] of the dates on which the clerk is away and has no shift.
    pub absent_days: Vec<usize>,
}

/// One site on one date.
#[derive(Debug, Clone, Default)]
pub struct SiteDay {
    /// The site.
    pub site: usize,
    /// Index into [`Problem::dates`].
    pub day: usize,
    /// When the site is open: disjoint, not touching, in order. Empty when closed.
    /// Steps that a clock change removes or doubles count as closed.
    pub open: Vec<Window>,
    /// The shifts worked here, in order of clerk and start.
    pub shifts: std::ops::Range<usize>,
    /// Quotas that hold here.
    pub quotas: Vec<usize>,
    /// Indices into [`Problem::cover`] of what holds here.
    pub cover: Vec<usize>,
    /// Promises to keep here.
    pub promises: Vec<usize>,
}

/// One clerk's shift on one date. A clerk's shifts do not overlap.
#[derive(Debug, Clone, Default)]
pub struct Shift {
    /// Who.
    pub clerk: usize,
    /// Index into the clerk's `shifts[]` in the scenario.
    pub source: usize,
    /// Where and when.
    pub site_day: usize,
    /// From its begin to its end.
    pub window: Window,
    /// Parts of the window on which the clerk is away: disjoint, not touching, in order. It stays
    /// one shift.
    pub absent: Vec<Window>,
    /// The breaks to hold, in this order. Breaks that the absences leave no place for are not
    /// among them.
    pub breaks: Vec<Break>,
}

impl Shift {
    /// Whether the clerk is on shift and not absent throughout `window`.
    pub fn covers(&self, window: Window) -> bool {
        self.window.covers(window) && !self.absent.iter().any(|away| away.overlaps(window))
    }

    /// When the clerk is on shift and not absent: disjoint windows in order. Breaks count as
    /// present.
    pub fn present(&self) -> impl Iterator<Item = Window> + '_ {
        let begins = std::iter::once(self.window.from).chain(self.absent.iter().map(|w| w.until));
        let ends = self.absent.iter().map(|w| w.from).chain(std::iter::once(self.window.until));
        begins.zip(ends).map(|(from, until)| Window::new(from, until)).filter(|w| !w.is_empty())
    }

    /// Whether the clerk is on shift and not absent at `step`.
    pub fn is_present(&self, step: Step) -> bool {
        self.covers(Window::new(step, step + 1))
    }
}

/// A break of a shift: exactly one stretch of `steps` inside `window`, outside absences, and not
/// before the shift's break before it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// Length in steps.
    pub steps: Step,
    /// Where it may lie, already cut to the shift.
    pub window: Window,
}

/// A walk-in quota on one day.
#[derive(Debug, Clone, Default)]
pub struct Quota {
    /// Id in the scenario.
    pub id: String,
    /// Index into the scenario's `walk_in_quotas[]`.
    pub source: usize,
    /// Where and when.
    pub site_day: usize,
    /// The window whose desk minutes are shared out.
    pub window: Window,
    /// Desk steps of the window: over its open steps, min(clerks on shift, rooms of the site).
    pub desk_steps: u32,
    /// Least steps that walk-in blocks must cover; 0 where only `counters` are asked for.
    pub min_steps: u32,
    /// Most steps that walk-in blocks may cover.
    pub max_steps: Option<u32>,
    /// Least length of a block in steps.
    pub block_steps: Step,
    /// Parts of the window in each of which blocks should cover so many steps: disjoint, in order.
    /// What is missing has a price ([`Weights::short_minute`]).
    pub stretches: Vec<Stretch>,
    /// So many blocks should be running at each open step of the window; what is missing has the
    /// same price.
    pub counters: u32,
    /// Indices into [`Problem::skills`]; the clerk of a block that counts has all.
    pub skills: Set,
    /// Minute of the day from which on blocks that have not begun may be booked, if ever.
    pub returns_at: Option<u32>,
}

/// A pool of demand: Poisson with `mean`; its k-th slot is used with probability P(D ≥ k).
#[derive(Debug, Clone)]
pub struct Pool {
    /// Index into the scenario's `demand[]`.
    pub demand: usize,
    /// What is asked for.
    pub service: usize,
    /// Expected number of requests.
    pub mean: f64,
    /// Where a slot for it may start: site-day and window of starts. In order of site-day.
    pub places: Vec<(usize, Window)>,
}

/// An appointment that has been promised; in the order of the scenario's `appointments[]`.
#[derive(Debug, Clone)]
pub struct Promise {
    /// Id in the scenario.
    pub id: String,
    /// What for.
    pub service: usize,
    /// How many come, at least 1.
    pub persons: u32,
    /// Where and when.
    pub site_day: usize,
    /// First step to first step after, with all persons and the buffer.
    pub window: Window,
    /// The clerk, where pinned.
    pub clerk: Option<usize>,
    /// The room, where pinned.
    pub room: Option<usize>,
}

impl Problem {
    /// The site-day of `site` on the `day`-th date.
    pub fn site_day(&self, site: usize, day: usize) -> usize {
        site * self.dates.len() + day
    }

    /// Steps for which clerks are rostered on a site-day, without breaks and absences: what
    /// utilisation is measured against. None where the site is closed all day.
    pub fn rostered_steps(&self, site_day: usize) -> u32 {
        let place = &self.site_days[site_day];
        if place.open.is_empty() {
            return 0;
        }
        let of_shift = |shift: &Shift| {
            let present: u32 = shift.present().map(|window| u32::from(window.steps())).sum();
            let rested = shift.breaks.iter().map(|pause| u32::from(pause.steps)).sum();
            present.saturating_sub(rested)
        };
        self.shifts[place.shifts.clone()].iter().map(of_shift).sum()
    }

    /// Whether `room` has all the equipment that `service` asks for.
    pub fn room_fits(&self, room: usize, service: usize) -> bool {
        self.services[service].equipment.is_subset(&self.rooms[room].equipment)
    }

    /// Whether blocks of `clerk` count for `quota`.
    pub fn counts_for(&self, clerk: usize, quota: usize) -> bool {
        self.quotas[quota].skills.is_subset(&self.clerks[clerk].skills)
    }

    /// Expected served minutes, weighted by value, when the pool gets `slots` slots.
    pub fn pool_value(&self, pool: usize, slots: usize) -> f64 {
        let service = &self.services[self.pools[pool].service];
        service.value * f64::from(service.minutes) * expected_served(self.pools[pool].mean, slots)
    }
}

/// Σ P(D ≥ k) for k = 1..=slots, D Poisson with `mean`: expected min(D, slots).
fn expected_served(mean: f64, slots: usize) -> f64 {
    tail_probabilities(mean).take(slots).sum()
}

/// P(D ≥ 1), P(D ≥ 2), … for D Poisson with `mean`, without end.
///
/// Accurate to some 1e-13 for means up to 1e6: the mass is summed from its mode outwards, so that
/// nothing underflows that matters. Memory and time are O(mean) up to there, and O(√mean) beyond. A
/// mean above 1e9 counts as 1e9, and one that is no number as 0.
pub fn tail_probabilities(mean: f64) -> impl Iterator<Item = f64> {
    let (certain, tails) = tail_table(mean);
    std::iter::repeat_n(1.0, certain).chain(tails).chain(std::iter::repeat(0.0))
}

/// How many tails are 1, and those that follow; after them all are 0.
fn tail_table(mean: f64) -> (usize, Vec<f64>) {
    const WHOLE: f64 = 1e6;
    const MOST: f64 = 1e9;
    if mean.is_nan() || mean <= 0.0 {
        return (0, Vec::new());
    }
    let mean = mean.min(MOST);
    // So many standard deviations below the mean every tail is 1, and above it below 1e-18.
    let reach = 12.0 * mean.sqrt() + 30.0;
    let first = if mean > WHOLE { (mean - reach).floor() as usize } else { 0 };
    let last = (mean + reach).ceil() as usize;
    let mode = mean.floor() as usize - first;
    let mut mass = vec![0.0; last - first + 1];
    mass[mode] = 1.0;
    for k in (0..mode).rev() {
        mass[k] = mass[k + 1] * (first + k + 1) as f64 / mean;
    }
    for k in mode + 1..mass.len() {
        mass[k] = mass[k - 1] * mean / (first + k) as f64;
    }
    let total: f64 = mass.iter().sum();
    let mut tail = 0.0;
    for value in mass.iter_mut().rev() {
        tail += *value;
        *value = (tail / total).min(1.0);
    }
    mass.remove(0);
    (first, mass)
}
