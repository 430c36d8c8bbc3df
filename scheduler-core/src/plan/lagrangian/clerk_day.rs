//! One clerk's day as a longest path, given prices for what clerks share.
//!
//! Nodes are the steps of the shift, twice where a break is due (before and after it), and once
//! more for each kind of room in which a walk-in block may be running. Arcs are an idle step, a
//! slot, the break, the first steps of a block up to its least length, one step more of it, its
//! end, and a promise at its time. The path is found backwards from the end of the shift in
//! O(steps · (durations + kinds)); slots of the same length share an arc, since only the best of
//! them can be on a longest path.

use crate::problem::site_day::SiteDayModel;

/// What everything earns at given prices, for one site-day.
#[derive(Debug)]
pub(crate) struct ArcGains {
    /// For each profile: lengths of its services, ascending.
    lengths: Vec<Vec<usize>>,
    /// For each profile: best gain by `t * lengths + i`.
    slots: Vec<Vec<f64>>,
    /// Best local service for each cell of `slots`.
    services: Vec<Vec<u16>>,
    /// For service `s` and start `t`, at `s * steps + t`: the best pool.
    best_pool: Vec<u16>,
    /// For service `s` and start `t`: best pool's price less the room's.
    net: Vec<f64>,
    /// For each kind: Σ of room prices before step `t`.
    room_sums: Vec<Vec<f64>>,
    /// For each profile: Σ before `t` of what walk-in steps earn, rooms not counted.
    quota_sums: Vec<Vec<f64>>,
    /// Gain of keeping each promise.
    promises: Vec<f64>,
    /// Number of open steps from `t` on.
    open_run: Vec<usize>,
}

/// Where the prices of a site-day, or what is used of each thing, stand in one flat vector.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PriceLayout {
    /// Then: a step of a room, by kind and step (`kind * steps + t`). Before: a slot, by local pool.
    pub rooms: usize,
    /// Then: a step that a quota asks for.
    pub quota_min: usize,
    /// Then: a step that a quota still allows.
    pub quota_max: usize,
    /// Then: the keeping of a promise; the only price that may be negative.
    pub promises: usize,
    /// The end.
    pub len: usize,
}

impl PriceLayout {
    /// The layout for `day`.
    pub(crate) fn new(day: &SiteDayModel) -> Self {
        let rooms = day.pools.len();
        let quota_min = rooms + day.kinds.len() * day.steps;
        let quota_max = quota_min + day.quotas.len();
        let promises = quota_max + day.quotas.len();
        Self { rooms, quota_min, quota_max, promises, len: promises + day.promises.len() }
    }
}

/// Choices on the longest path; kept between calls so that none allocates.
#[derive(Debug, Default)]
pub(crate) struct PathScratch {
    /// Value to go at each step, break done.
    after: PathLayer,
    /// The same, break still due.
    before: PathLayer,
}

#[derive(Debug, Default)]
struct PathLayer {
    free: Vec<f64>,
    choice: Vec<u16>,
    /// In a walk-in block past its least length, by `kind * (steps + 1) + t`.
    block: Vec<f64>,
}

const IDLE: u16 = 0;
const BREAK: u16 = 1;
const SLOT: u16 = 2;
// Then: SLOT + i for the i-th length, then a block in each kind, then each promise of the shift.

impl ArcGains {
    /// Tables for `day`.
    pub(crate) fn new(day: &SiteDayModel) -> Self {
        let lengths: Vec<Vec<usize>> = day
            .profiles
            .iter()
            .map(|profile| {
                let mut lengths: Vec<usize> =
                    profile.services.iter().map(|&s| day.services[usize::from(s)].steps).collect();
                lengths.dedup();
                lengths
            })
            .collect();
        let mut open_run = vec![0; day.steps + 1];
        for t in (0..day.steps).rev() {
            open_run[t] = if day.open[t] { open_run[t + 1] + 1 } else { 0 };
        }
        Self {
            slots: lengths.iter().map(|l| vec![0.0; l.len() * day.steps]).collect(),
            services: lengths.iter().map(|l| vec![0; l.len() * day.steps]).collect(),
            best_pool: vec![0; day.services.len() * day.steps],
            net: vec![0.0; day.services.len() * day.steps],
            room_sums: vec![vec![0.0; day.steps + 1]; day.kinds.len()],
            quota_sums: vec![vec![0.0; day.steps + 1]; day.profiles.len()],
            promises: vec![0.0; day.promises.len()],
            lengths,
            open_run,
        }
    }

    /// Sums of room prices of the kinds in which walk-in blocks of the profile may stand.
    fn block_rooms(&self, day: &SiteDayModel, profile: usize) -> &[Vec<f64>] {
        if day.profiles[profile].quotas.is_empty() { &[] } else { &self.room_sums }
    }

    /// Recomputes every gain for `prices`.
    pub(crate) fn update(&mut self, day: &SiteDayModel, at: PriceLayout, prices: &[f64]) {
        let steps = day.steps;
        for (kind, sums) in self.room_sums.iter_mut().enumerate() {
            let mut sum = 0.0;
            for t in 0..steps {
                sum += prices[at.rooms + kind * steps + t];
                sums[t + 1] = sum;
            }
        }
        for (s, service) in day.services.iter().enumerate() {
            let class = &day.classes[service.class];
            for t in 0..steps {
                let cell = s * steps + t;
                let mut best = f64::NEG_INFINITY;
                for &pool in day.pools_at(s, t) {
                    let price = prices[usize::from(pool)];
                    if price > best {
                        best = price;
                        self.best_pool[cell] = pool;
                    }
                }
                self.net[cell] = if best == f64::NEG_INFINITY {
                    best
                } else {
                    best - room_cost(&self.room_sums, class, t, t + service.steps).1
                };
            }
        }
        for (p, profile) in day.profiles.iter().enumerate() {
            let width = self.lengths[p].len();
            let (slots, services) = (&mut self.slots[p], &mut self.services[p]);
            slots.fill(f64::NEG_INFINITY);
            let mut i = 0;
            for &s in &profile.services {
                if day.services[usize::from(s)].steps != self.lengths[p][i] {
                    i += 1;
                }
                for t in 0..steps {
                    let net = self.net[usize::from(s) * steps + t];
                    if net > slots[t * width + i] {
                        slots[t * width + i] = net;
                        services[t * width + i] = s;
                    }
                }
            }
            self.quota_sums[p].fill(0.0);
            for &q in &profile.quotas {
                let worth = prices[at.quota_min + q] - prices[at.quota_max + q];
                for t in day.quotas[q].from..day.quotas[q].until {
                    self.quota_sums[p][t + 1] += worth;
                }
            }
            for t in 0..steps {
                self.quota_sums[p][t + 1] += self.quota_sums[p][t];
            }
        }
        for (a, promise) in day.promises.iter().enumerate() {
            let cost = room_cost(&self.room_sums, &promise.kinds, promise.from, promise.until).1;
            self.promises[a] = prices[at.promises + a] - cost;
        }
    }
}

/// The cheapest kind of `class` for `[from, until)` and what it costs.
fn room_cost(sums: &[Vec<f64>], class: &[u16], from: usize, until: usize) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for &kind in class {
        let sum = &sums[usize::from(kind)];
        // A slot that ends after the last step has no cell of its own; it is never chosen.
        let cost = sum[until.min(sum.len() - 1)] - sum[from];
        if cost < best.1 {
            best = (usize::from(kind), cost);
        }
    }
    best
}

/// The longest path through the day of `shift`; `promises` are those that it may keep, by start.
/// Returns its length, −∞ where the break cannot be placed.
pub(crate) fn longest_path(
    day: &SiteDayModel,
    shift: usize,
    promises: &[u16],
    gains: &ArcGains,
    scratch: &mut PathScratch,
) -> f64 {
    let PathScratch { after, before } = scratch;
    let shift = &day.shifts[shift];
    let Some((pause, from, until)) = shift.pause else {
        after.solve(day, shift.profile, promises, gains, (shift.from, shift.until), None);
        return after.free[shift.from];
    };
    if from + pause > until {
        return f64::NEG_INFINITY;
    }
    after.solve(day, shift.profile, promises, gains, (from + pause, shift.until), None);
    let last = until - pause;
    let breaks = Some((from, pause, &after.free[..]));
    before.solve(day, shift.profile, promises, gains, (shift.from, last), breaks);
    before.free[shift.from]
}

impl PathLayer {
    /// Fills the layer from `until` back to `from`. With `breaks` (first start, length, layer after)
    /// the path must leave for that layer; without, it ends at `until`.
    fn solve(
        &mut self,
        day: &SiteDayModel,
        profile: usize,
        promises: &[u16],
        gains: &ArcGains,
        (from, until): (usize, usize),
        breaks: Option<(usize, usize, &[f64])>,
    ) {
        let steps = day.steps;
        let lengths = &gains.lengths[profile];
        let slots = &gains.slots[profile];
        let earned = &gains.quota_sums[profile];
        let rooms = gains.block_rooms(day, profile);
        let shortest = day.profiles[profile].shortest_block;
        self.free.resize(steps + 1, f64::NEG_INFINITY);
        self.choice.resize(steps + 1, IDLE);
        self.block.resize(day.kinds.len() * (steps + 1), f64::NEG_INFINITY);
        let block_code = SLOT + lengths.len() as u16;
        let promise_code = block_code + rooms.len() as u16;

        // Promises by start: those before this one are still to come.
        let mut left = promises.len();
        for t in (from..=until).rev() {
            let (mut best, mut choice) = if t < until {
                (self.free[t + 1], IDLE)
            } else if breaks.is_some() {
                (f64::NEG_INFINITY, IDLE)
            } else {
                (0.0, IDLE)
            };
            if let Some((first, length, next)) = breaks
                && t >= first
                && next[t + length] > best
            {
                best = next[t + length];
                choice = BREAK;
            }
            if t < until {
                let row = &slots[t * lengths.len()..(t + 1) * lengths.len()];
                for (i, (&length, &gain)) in lengths.iter().zip(row).enumerate() {
                    if t + length > until {
                        break;
                    }
                    let value = gain + self.free[t + length];
                    if value > best {
                        best = value;
                        choice = SLOT + i as u16;
                    }
                }
                while left > 0 && day.promises[usize::from(promises[left - 1])].from >= t {
                    left -= 1;
                    let (i, a) = (left, promises[left]);
                    let promise = &day.promises[usize::from(a)];
                    if promise.from == t && promise.until <= until {
                        let value = gains.promises[usize::from(a)] + self.free[promise.until];
                        if value > best {
                            best = value;
                            choice = promise_code + i as u16;
                        }
                    }
                }
                if t + shortest <= until && gains.open_run[t] >= shortest {
                    let end = t + shortest;
                    let gain = earned[end] - earned[t];
                    for (kind, cost) in rooms.iter().enumerate() {
                        let value =
                            gain - (cost[end] - cost[t]) + self.block[kind * (steps + 1) + end];
                        if value > best {
                            best = value;
                            choice = block_code + kind as u16;
                        }
                    }
                }
            }
            self.free[t] = best;
            self.choice[t] = choice;
            for (kind, cost) in rooms.iter().enumerate() {
                let cell = kind * (steps + 1) + t;
                self.block[cell] = best;
                if t < until && day.open[t] {
                    let gain = (earned[t + 1] - earned[t]) - (cost[t + 1] - cost[t]);
                    let stay = gain + self.block[cell + 1];
                    if stay > best {
                        self.block[cell] = stay;
                    }
                }
            }
        }
    }
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
    let steps = day.steps;
    let shift = &day.shifts[shift];
    let profile = shift.profile;
    let lengths = &gains.lengths[profile];
    let block_code = SLOT + lengths.len() as u16;
    let promise_code = block_code + gains.block_rooms(day, profile).len() as u16;
    let (mut layer, mut until) = match shift.pause {
        Some((pause, _, until)) => (&scratch.before, until - pause),
        None => (&scratch.after, shift.until),
    };
    let mut t = shift.from;
    let occupy = |usage: &mut [f64], kind: usize, from: usize, until: usize| {
        let row = at.rooms + kind * steps;
        for used in &mut usage[row + from..row + until] {
            *used += times;
        }
    };
    while t <= until {
        let choice = layer.choice[t];
        if choice == IDLE {
            t += 1;
        } else if choice == BREAK {
            t += shift.pause.map_or(1, |p| p.0);
            layer = &scratch.after;
            until = shift.until;
        } else if choice < block_code {
            let i = usize::from(choice - SLOT);
            let service = usize::from(gains.services[profile][t * lengths.len() + i]);
            let end = t + lengths[i];
            let class = &day.classes[day.services[service].class];
            let (kind, _) = room_cost(&gains.room_sums, class, t, end);
            usage[usize::from(gains.best_pool[service * steps + t])] += times;
            occupy(usage, kind, t, end);
            t = end;
        } else if choice < promise_code {
            let kind = usize::from(choice - block_code);
            let start = t;
            t += day.profiles[profile].shortest_block;
            while t < until && layer.block[kind * (steps + 1) + t] > layer.free[t] {
                t += 1;
            }
            occupy(usage, kind, start, t);
            for &q in &day.profiles[profile].quotas {
                let quota = &day.quotas[q];
                let covered = t.min(quota.until).saturating_sub(start.max(quota.from));
                usage[at.quota_min + q] += times * covered as f64;
            }
        } else {
            let a = usize::from(promises[usize::from(choice - promise_code)]);
            let promise = &day.promises[a];
            let (kind, _) =
                room_cost(&gains.room_sums, &promise.kinds, promise.from, promise.until);
            usage[at.promises + a] += times;
            occupy(usage, kind, promise.from, promise.until);
            t = promise.until;
        }
    }
}
