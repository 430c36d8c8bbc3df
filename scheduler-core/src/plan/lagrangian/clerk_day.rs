//! One clerk's day as a longest path, given prices for what clerks share.
//!
//! Nodes are the steps of the shift, in one layer for each number of breaks held. Where stays have
//! no price ([`by_task`](super::by_task)) a task takes the cheapest room for its time. Where they
//! have ([`by_stay`](super::by_stay)) a node is also where the clerk is: at no counter, having sat
//! or not, or in a room of one kind. Arcs are an idle step, a slot, a break, the first steps of a
//! walk-in block up to its least length, one step more of it, its end, and a promise at its time.
//! The path is found backwards from the end of the shift in O(steps · (durations + kinds)), or
//! O(steps · durations · kinds) with stays.

use super::{
    arc_gains::{ArcGains, PriceLayout},
    by_stay::StayLayer,
    by_task::TaskLayer,
};
use crate::problem::site_day::{Break, Shift, SiteDayModel, layers_into};

/// Values and choices on the longest path; kept between calls so that none allocates.
#[derive(Debug, Default)]
pub(crate) struct PathScratch {
    /// First and last step of each layer.
    spans: Vec<(usize, usize)>,
    by_task: Vec<TaskLayer>,
    by_stay: Vec<StayLayer>,
}

/// Whose day it is, at which prices.
#[derive(Clone, Copy)]
pub(super) struct ClerkDay<'a> {
    pub day: &'a SiteDayModel,
    pub shift: &'a Shift,
    /// The promises that the clerk may keep, by start.
    pub promises: &'a [u16],
    pub gains: &'a ArcGains,
}

/// The longest path through the day of `shift`; `promises` are those that it may keep, by start.
/// Returns its length, −∞ where the breaks cannot be placed.
pub(crate) fn longest_path(
    day: &SiteDayModel,
    shift: usize,
    promises: &[u16],
    gains: &ArcGains,
    scratch: &mut PathScratch,
) -> f64 {
    let clerk = ClerkDay { day, shift: &day.shifts[shift], promises, gains };
    let PathScratch { spans, by_task, by_stay } = scratch;
    let Shift { from, until, breaks, .. } = clerk.shift;
    if !layers_into(*from, *until, breaks, spans) {
        return f64::NEG_INFINITY;
    }
    if day.stays_priced() { clerk.solve(spans, by_stay) } else { clerk.solve(spans, by_task) }
}

/// Adds `times` what the path found last by [`longest_path`] for the same arguments uses to `usage`,
/// which has the layout of the prices; steps covered for a quota stand at `quota_min`.
pub(crate) fn add_usage(
    day: &SiteDayModel,
    (shift, promises): (usize, &[u16]),
    gains: &ArcGains,
    scratch: &PathScratch,
    times: f64,
    (at, usage): (PriceLayout, &mut [f64]),
) {
    let mut usage = Usage { day, at, times, usage };
    trace_path(day, (shift, promises), gains, scratch, &mut usage);
}

/// Tells `visit` what is on the path found last by [`longest_path`] for the same arguments.
pub(super) fn trace_path(
    day: &SiteDayModel,
    (shift, promises): (usize, &[u16]),
    gains: &ArcGains,
    scratch: &PathScratch,
    visit: &mut impl Visit,
) {
    let clerk = ClerkDay { day, shift: &day.shifts[shift], promises, gains };
    if day.stays_priced() {
        StayLayer::follow(&clerk, &scratch.spans, &scratch.by_stay, visit);
    } else {
        TaskLayer::follow(&clerk, &scratch.spans, &scratch.by_task, visit);
    }
}

/// Values and choices of a layer: the steps at which the same breaks have been held.
pub(super) trait Layer: Default {
    /// Fills the layer from its last step back to its first. With `next` (the break that is due,
    /// and the layer after it) the path must leave for that layer; without, it ends at the last
    /// step.
    fn solve(&mut self, clerk: &ClerkDay<'_>, span: (usize, usize), next: Option<(Break, &Self)>);

    /// What is earned from `t` on by a clerk who has not sat yet.
    fn value(&self, t: usize) -> f64;

    /// Tells `visit` what is on the path from the first to the last step of `spans`.
    fn follow(
        clerk: &ClerkDay<'_>,
        spans: &[(usize, usize)],
        layers: &[Self],
        visit: &mut impl Visit,
    );
}

impl ClerkDay<'_> {
    fn solve<L: Layer>(&self, spans: &[(usize, usize)], layers: &mut Vec<L>) -> f64 {
        if layers.len() < spans.len() {
            layers.resize_with(spans.len(), L::default);
        }
        let mut next: Option<&L> = None;
        for (i, layer) in layers[..spans.len()].iter_mut().enumerate().rev() {
            let due = next.map(|next| (self.shift.breaks[i], next));
            layer.solve(self, spans[i], due);
            next = Some(layer);
        }
        layers[0].value(self.shift.from)
    }
}

/// Where the clerk is present, walked backwards in time.
pub(super) struct Presence<'a> {
    absent: &'a [(usize, usize)],
    /// First step after the present one at which the clerk is away or the shift is over.
    end: usize,
}

impl<'a> Presence<'a> {
    pub(super) fn new(shift: &'a Shift) -> Self {
        Self { absent: &shift.absent, end: shift.until }
    }

    /// The end of the presence in which step `t` lies; `t` itself during an absence. Calls must be
    /// made with falling `t`.
    #[inline]
    pub(super) fn end(&mut self, t: usize) -> usize {
        while let [rest @ .., (from, until)] = self.absent {
            if t >= *until {
                break;
            }
            if t >= *from {
                return t;
            }
            self.end = *from;
            self.absent = rest;
        }
        self.end
    }
}

/// The end of the presence in which step `t` lies; `t` itself during an absence.
pub(super) fn present_until(shift: &Shift, t: usize) -> usize {
    match shift.absent.iter().find(|&&(_, back)| t < back) {
        Some(&(away, _)) => away.max(t),
        None => shift.until,
    }
}

/// Told what is on a path.
pub(super) trait Visit {
    /// A room of `kind` all through `[from, until)`.
    fn room(&mut self, kind: usize, from: usize, until: usize);
    /// A slot of the local service for the local pool.
    fn slot(&mut self, service: usize, pool: u16, from: usize, until: usize);
    /// The keeping of a promise.
    fn promise(&mut self, day: &SiteDayModel, promise: usize);
    /// The break of that number of a clerk of `profile`.
    fn pause(&mut self, profile: usize, number: usize, from: usize, until: usize);
    /// A walk-in block of a clerk of `profile`.
    fn block(&mut self, profile: usize, from: usize, until: usize);
}

/// What a path uses of everything that clerks share.
pub(super) struct Usage<'a> {
    pub day: &'a SiteDayModel,
    pub at: PriceLayout,
    pub times: f64,
    pub usage: &'a mut [f64],
}

impl Visit for Usage<'_> {
    fn room(&mut self, kind: usize, from: usize, until: usize) {
        let row = self.at.rooms + kind * self.day.steps;
        for used in &mut self.usage[row + from..row + until] {
            *used += self.times;
        }
    }

    fn slot(&mut self, _service: usize, pool: u16, _from: usize, _until: usize) {
        self.usage[usize::from(pool)] += self.times;
    }

    fn promise(&mut self, _day: &SiteDayModel, promise: usize) {
        self.usage[self.at.promises + promise] += self.times;
    }

    fn pause(&mut self, profile: usize, _number: usize, from: usize, until: usize) {
        if self.at.has_breaks() {
            for used in &mut self.usage[self.at.breaks + from..self.at.breaks + until] {
                *used += self.times;
            }
        }
        for &c in &self.day.profiles[profile].cover {
            let row = self.at.cover + c * self.day.steps;
            for used in &mut self.usage[row + from..row + until] {
                *used += self.times;
            }
        }
    }

    fn block(&mut self, profile: usize, from: usize, until: usize) {
        for &q in &self.day.profiles[profile].quotas {
            let quota = &self.day.quotas[q];
            let (first, last) = (from.max(quota.from), until.min(quota.until));
            let covered = last.saturating_sub(first);
            self.usage[self.at.quota_min + q] += self.times * covered as f64;
            if covered == 0 {
                continue;
            }
            if quota.counters > 0 {
                let row = self.at.counters + q * self.day.steps;
                for used in &mut self.usage[row + first..row + last] {
                    *used += self.times;
                }
            }
            for s in quota.stretches.clone() {
                let stretch = &self.day.stretches[s];
                let covered = until.min(stretch.until).saturating_sub(from.max(stretch.from));
                if covered > 0 {
                    self.usage[self.at.stretches + s] += self.times * covered as f64;
                    self.usage[self.at.touches + s] += self.times;
                }
            }
        }
    }
}
