//! What the search needs to know of prices on a site-day beside the model of it.

use super::moves::Moves;
use crate::plan::start::DayStart;
use crate::problem::{
    Problem,
    site_day::{Break, SiteDayModel},
};

/// No meter stands there.
pub(super) const NO_METER: u16 = u16::MAX;

/// Tables of what has a price; times are local steps.
#[derive(Debug)]
pub(crate) struct Pricing {
    /// Windows in which blocks shall cover so many steps.
    pub meters: Vec<Meter>,
    /// By quota: its meters, that of its whole window first.
    pub meters_of: Vec<Vec<u16>>,
    /// By profile: which meters a block's steps count for.
    pub lanes: Vec<Lanes>,
    /// Whether some service takes no room.
    pub any_without_room: bool,
    /// By step: pools that a slot starting there may serve take no slot that starts before this one.
    pub pools_reach: Vec<u16>,
    /// By step: number of open steps from there on.
    pub open_run: Vec<u16>,
    /// The most that a step of anything missing costs, or a task that was moved.
    pub dearest: f64,
    /// What tasks cost that are not where the start has them.
    pub(in crate::plan::lns) moves: Moves,
}

/// A window of a quota in which blocks shall cover so many steps.
#[derive(Debug)]
pub(crate) struct Meter {
    pub quota: usize,
    pub from: usize,
    pub until: usize,
    pub least: i32,
    /// What a missing step costs; `None` where none may be missing.
    pub price: Option<f64>,
}

/// Meters of a profile in lanes: those of a lane do not overlap.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    pub count: usize,
    /// By `step * count + lane`: a meter or [`NO_METER`].
    pub at: Vec<u16>,
}

impl Pricing {
    /// The tables for `day`; `None` where nothing has a price and shifts are simple, so that the
    /// search without stays does. What `start` pins, and a price of moves, are for this one too.
    pub(crate) fn new(
        problem: &Problem,
        day: &SiteDayModel,
        start: Option<&DayStart>,
    ) -> Option<Self> {
        let asks = day.short_price > 0.0
            && (!day.cover.is_empty()
                || !day.stretches.is_empty()
                || day.quotas.iter().any(|quota| quota.counters > 0));
        let relaxed = day.quotas.iter().any(|quota| quota.lack_price.is_finite());
        let priced = day.stays_priced()
            || problem.weights.free_minute > 0.0
            || problem.weights.break_pair_minute > 0.0;
        let any_without_room = day.services.iter().any(|service| service.class.is_none());
        let special = any_without_room
            || day.promises.iter().any(|promise| !promise.needs_room)
            || day.shifts.iter().any(|s| s.breaks.len() > 1 || !s.absent.is_empty());
        let bound = start.is_some_and(DayStart::binds);
        if !(asks || relaxed || priced || special || bound) {
            return None;
        }

        let mut meters = Vec::new();
        let mut meters_of = vec![Vec::new(); day.quotas.len()];
        for (q, quota) in day.quotas.iter().enumerate() {
            let mut add = |from, until, least, price| {
                meters_of[q].push(meters.len() as u16);
                meters.push(Meter { quota: q, from, until, least, price });
            };
            let price = quota.lack_price.is_finite().then_some(quota.lack_price);
            add(quota.from, quota.until, quota.min_steps, price);
            for stretch in &day.stretches[quota.stretches.clone()] {
                let least = i32::try_from(stretch.steps).unwrap_or(i32::MAX);
                add(stretch.from, stretch.until, least, Some(day.short_price));
            }
        }
        let lanes = day
            .profiles
            .iter()
            .map(|profile| Lanes::new(&profile.quotas, &meters, &meters_of, day.steps))
            .collect();

        let mut first_start = vec![u16::MAX; day.pools.len()];
        for s in 0..day.services.len() {
            for t in (0..day.steps).rev() {
                for &pool in day.pools_at(s, t) {
                    let first = &mut first_start[usize::from(pool)];
                    *first = (*first).min(t as u16);
                }
            }
        }
        let pools_reach = (0..day.steps)
            .map(|t| {
                let pools = (0..day.services.len()).flat_map(|s| day.pools_at(s, t));
                pools.map(|&p| first_start[usize::from(p)]).fold(t as u16, u16::min)
            })
            .collect();
        let mut open_run = vec![0; day.steps + 1];
        for t in (0..day.steps).rev() {
            open_run[t] = if day.open[t] { open_run[t + 1] + 1 } else { 0 };
        }

        let asked = day.cover.len() + day.quotas.len() + meters.len();
        let moves = Moves::new(day, start);
        Some(Self {
            meters,
            meters_of,
            lanes,
            any_without_room,
            pools_reach,
            open_run,
            dearest: (day.short_price * asked as f64).max(moves.price),
            moves,
        })
    }
}

impl Lanes {
    /// Greedy colouring by start: as many lanes as meters overlap at most.
    fn new(quotas: &[usize], meters: &[Meter], meters_of: &[Vec<u16>], steps: usize) -> Self {
        let mut own: Vec<u16> = quotas.iter().flat_map(|&q| meters_of[q].iter().copied()).collect();
        own.sort_by_key(|&m| (meters[usize::from(m)].from, m));
        let mut ends: Vec<usize> = Vec::new();
        let mut placed = Vec::new();
        for m in own {
            let meter = &meters[usize::from(m)];
            if meter.until <= meter.from {
                continue;
            }
            let lane = ends.iter().position(|&end| end <= meter.from).unwrap_or_else(|| {
                ends.push(0);
                ends.len() - 1
            });
            ends[lane] = meter.until;
            placed.push((lane, m));
        }
        let count = ends.len();
        let mut at = vec![NO_METER; steps * count];
        for (lane, m) in placed {
            let meter = &meters[usize::from(m)];
            for t in meter.from..meter.until.min(steps) {
                at[t * count + lane] = m;
            }
        }
        Self { count, at }
    }
}

/// What a stay of `shift` in `kind` costs beyond the price of sitting down or moving.
#[inline]
pub(super) fn strange_price(day: &SiteDayModel, shift: usize, kind: u16) -> f64 {
    match day.shifts[shift].own_kind {
        Some(own) if own != kind => day.move_price,
        _ => 0.0,
    }
}

/// A break of a shift and its number.
pub(super) type Due = (u16, Break);
