//! One site on one date as the engines see it: dense, local indices, everything that inner loops
//! ask for.
//!
//! Given prices for pools that reach over several site-days, site-days are independent. Rooms come
//! in *kinds*: rooms that serve the same services and hold no pinned promise are interchangeable,
//! so that a count for each step decides whether a set of intervals fits (intervals are coloured
//! with as many rooms as overlap at most). A room with a pinned promise is a kind of its own. With
//! kinds the count is exact, also where sets of equipment nest badly; Hall's condition on counts
//! alone would not be, as a citizen cannot change rooms half-way.

mod compile;
mod places;
mod shift_groups;

pub(crate) use places::{PoolPlace, places_at, places_by_site_day};
pub(crate) use shift_groups::ShiftGroup;

use crate::time::{Step, Window};

/// One site on one date. Times are steps after `base`.
#[derive(Debug, Clone)]
pub(crate) struct SiteDayModel {
    /// Index into [`Problem::site_days`].
    pub site_day: usize,
    /// Step of the day that is local step 0.
    pub base: Step,
    /// Number of local steps.
    pub steps: usize,
    /// Whether the site is open during the step.
    pub open: Vec<bool>,
    /// Kinds of room, the least capable first.
    pub kinds: Vec<RoomKind>,
    /// Distinct sets of kinds that services can use, each the least capable first.
    pub classes: Vec<Vec<u16>>,
    /// Services that have a pool here.
    pub services: Vec<Service>,
    /// Shifts.
    pub shifts: Vec<Shift>,
    /// Distinct capabilities of clerks.
    pub profiles: Vec<Profile>,
    /// Walk-in quotas.
    pub quotas: Vec<Quota>,
    /// Promises.
    pub promises: Vec<Promise>,
    /// Indices into [`Problem::pools`], ascending.
    pub pools: Vec<usize>,
    /// Whether some clerk can give a slot to the local pool.
    pub reachable: Vec<bool>,
    /// For service `s` and start `t`: `pool_lists[pool_offsets[s * steps + t]..[.. + 1]]`.
    pub pool_offsets: Vec<u32>,
    /// Local pools, see `pool_offsets`.
    pub pool_lists: Vec<u16>,
}

/// Rooms that can stand in for each other all day.
#[derive(Debug, Clone)]
pub(crate) struct RoomKind {
    /// Indices into [`Problem::rooms`].
    pub rooms: Vec<usize>,
}

/// A service with demand on that day.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// Index into [`Problem::services`].
    pub index: usize,
    /// Length in steps.
    pub steps: usize,
    /// Index into [`SiteDayModel::classes`].
    pub class: usize,
}

/// A shift.
#[derive(Debug, Clone)]
pub(crate) struct Shift {
    /// Index into [`Problem::shifts`].
    pub index: usize,
    /// First step.
    pub from: usize,
    /// First step after.
    pub until: usize,
    /// Break: length, first step of its window, first step after.
    pub pause: Option<(usize, usize, usize)>,
    /// Index into [`SiteDayModel::profiles`].
    pub profile: usize,
}

/// What clerks with the same capabilities can do.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// Local services, the longest last.
    pub services: Vec<u16>,
    /// Local quotas for which their walk-in blocks count.
    pub quotas: Vec<usize>,
    /// Least length of a block among these quotas; 0 without quota.
    pub shortest_block: usize,
}

/// A quota.
#[derive(Debug, Clone)]
pub(crate) struct Quota {
    /// Index into [`Problem::quotas`].
    pub index: usize,
    /// First step.
    pub from: usize,
    /// First step after.
    pub until: usize,
    /// Least steps to cover.
    pub min_steps: i32,
    /// Most steps to cover.
    pub max_steps: i32,
    /// Least length of a block.
    pub block: usize,
}

/// A promise.
#[derive(Debug, Clone)]
pub(crate) struct Promise {
    /// Index into [`Problem::promises`].
    pub index: usize,
    /// First step.
    pub from: usize,
    /// First step after.
    pub until: usize,
    /// Kinds of room that may be used.
    pub kinds: Vec<u16>,
    /// Shifts that may keep it.
    pub shifts: Vec<u16>,
}

/// What of a site-day to model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selection<'a> {
    /// Index into [`Problem::site_days`].
    pub site_day: usize,
    /// Where slots for demand may start, in order of pool.
    pub places: &'a [PoolPlace],
    /// Indices into [`Problem::quotas`].
    pub quotas: &'a [usize],
    /// Indices into [`Problem::promises`].
    pub promises: &'a [usize],
}

impl SiteDayModel {
    /// Least length of a walk-in block of `shift` in `[from, until)`: what each quota asks for that it
    /// touches and counts in.
    #[inline]
    pub(crate) fn shortest_block(&self, shift: usize, from: usize, until: usize) -> usize {
        self.profiles[self.shifts[shift].profile]
            .quotas
            .iter()
            .map(|&q| &self.quotas[q])
            .filter(|quota| from < quota.until && quota.from < until)
            .map(|quota| quota.block)
            .max()
            .unwrap_or(1)
    }

    /// The window of local steps `[from, until)`.
    pub(crate) fn window(&self, from: usize, until: usize) -> Window {
        Window::new(self.base + from as Step, self.base + until as Step)
    }

    /// Number of shifts worked at local step `t`.
    pub(crate) fn on_shift(&self, t: usize) -> usize {
        self.shifts.iter().filter(|shift| shift.from <= t && t < shift.until).count()
    }

    /// The local pools that a slot of `service` starting at `t` may serve.
    #[inline]
    pub(crate) fn pools_at(&self, service: usize, t: usize) -> &[u16] {
        let cell = service * self.steps + t;
        &self.pool_lists[self.pool_offsets[cell] as usize..self.pool_offsets[cell + 1] as usize]
    }
}

impl Quota {
    /// Steps short of the least or beyond the most where `covered` are covered.
    pub(crate) fn off(&self, covered: i32) -> i32 {
        (self.min_steps - covered).max(0) + (covered - self.max_steps).max(0)
    }
}
