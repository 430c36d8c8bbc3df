//! What every arc of a clerk's day earns at given prices, for one site-day.

use std::ops::Range;

use crate::problem::site_day::SiteDayModel;

/// Where the prices of a site-day, or what is used of each thing, stand in one flat vector.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PriceLayout {
    /// Then: a step of a room, by kind and step (`kind * steps + t`). Before: a slot, by local pool.
    pub rooms: usize,
    /// Then: a step that a quota asks for.
    pub quota_min: usize,
    /// Then: a step that a quota still allows.
    pub quota_max: usize,
    /// Then: a step of a break, by step; none where breaks at the same time cost nothing.
    pub breaks: usize,
    /// Then: a clerk who is not on a break, by cover and step.
    pub cover: usize,
    /// Then: a block that is running, by quota and step; none where no quota asks for counters.
    pub counters: usize,
    /// Then: a step of a block, by stretch.
    pub stretches: usize,
    /// Then: a block that touches a stretch, by stretch.
    pub touches: usize,
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
        let breaks = quota_max + day.quotas.len();
        let pairs_cost = day.pair_price.iter().any(|&price| price > 0.0);
        let cover = breaks + if pairs_cost { day.steps } else { 0 };
        let counters = cover + day.cover.len() * day.steps;
        let any_counters = day.quotas.iter().any(|quota| quota.counters > 0);
        let stretches = counters + if any_counters { day.quotas.len() * day.steps } else { 0 };
        let touches = stretches + day.stretches.len();
        let promises = touches + day.stretches.len();
        Self {
            rooms,
            quota_min,
            quota_max,
            breaks,
            cover,
            counters,
            stretches,
            touches,
            promises,
            len: promises + day.promises.len(),
        }
    }

    /// Whether breaks at the same time have prices.
    pub(super) fn has_breaks(&self) -> bool {
        self.breaks < self.cover
    }
}

/// What everything earns at given prices.
#[derive(Debug)]
pub(crate) struct ArcGains {
    menus: Vec<Menu>,
    /// Index of the menu by profile and ability (`profile * abilities + ability`).
    menu_of: Vec<usize>,
    /// Number of abilities: 1 where rooms are chosen slot by slot.
    abilities: usize,
    /// Where stays have prices: the ability of a clerk in a room of each kind. Ability 0 is to be in
    /// no room.
    pub(super) ability_of: Vec<usize>,
    /// Neighbouring kinds of the same ability: the ability and the kinds.
    pub(super) able: Vec<(usize, Range<usize>)>,
    /// For service `s` and start `t`, at `s * steps + t`: the best pool.
    pub(super) best_pool: Vec<u16>,
    /// For service `s` and start `t`: the best pool's price, less the room's where rooms are chosen
    /// slot by slot.
    net: Vec<f64>,
    /// For each kind: Σ of room prices before step `t`.
    pub(super) room_sums: Vec<Vec<f64>>,
    /// The same by `t * kinds + kind`.
    pub(super) room_rows: Vec<f64>,
    /// What a walk-in block `[a, e)` of a profile earns, rooms not counted, is
    /// `block_ends[profile][e] - block_starts[profile][a]`.
    pub(super) block_starts: Vec<Vec<f64>>,
    pub(super) block_ends: Vec<Vec<f64>>,
    /// For each profile: Σ of what steps of a break before `t` cost.
    pub(super) break_sums: Vec<Vec<f64>>,
    /// Gain of keeping each promise, rooms not counted where stays have prices.
    pub(super) promises: Vec<f64>,
    /// Number of open steps from `t` on.
    pub(super) open_run: Vec<usize>,
}

/// What a clerk with some abilities in some room can offer. Slots of the same length share an arc,
/// since only the best of them can be on a longest path.
#[derive(Debug)]
pub(super) struct Menu {
    /// Local services, the longest last.
    offered: Vec<u16>,
    /// Their distinct lengths, ascending.
    pub(super) lengths: Vec<usize>,
    /// Best gain by `t * lengths + i`.
    pub(super) gains: Vec<f64>,
    /// Best local service for each cell of `gains`.
    pub(super) services: Vec<u16>,
}

impl Menu {
    fn new(day: &SiteDayModel, offered: Vec<u16>) -> Self {
        let mut lengths: Vec<usize> =
            offered.iter().map(|&s| day.services[usize::from(s)].steps).collect();
        lengths.dedup();
        let cells = lengths.len() * day.steps;
        Self { gains: vec![0.0; cells], services: vec![0; cells], offered, lengths }
    }

    fn update(&mut self, day: &SiteDayModel, net: &[f64]) {
        let (steps, width) = (day.steps, self.lengths.len());
        self.gains.fill(f64::NEG_INFINITY);
        let mut i = 0;
        for &s in &self.offered {
            if day.services[usize::from(s)].steps != self.lengths[i] {
                i += 1;
            }
            let row = &net[usize::from(s) * steps..(usize::from(s) + 1) * steps];
            for (t, &net) in row.iter().enumerate() {
                if net > self.gains[t * width + i] {
                    self.gains[t * width + i] = net;
                    self.services[t * width + i] = s;
                }
            }
        }
    }

    /// The gains at `t`, by length.
    #[inline]
    pub(super) fn at(&self, t: usize) -> &[f64] {
        &self.gains[t * self.lengths.len()..(t + 1) * self.lengths.len()]
    }
}

impl ArcGains {
    /// Tables for `day`.
    pub(crate) fn new(day: &SiteDayModel) -> Self {
        // What can be offered in a room of each kind, and in none.
        let in_no_room = |s: &u16| day.services[usize::from(*s)].class.is_none();
        let in_kind = |kind: u16| {
            move |s: &u16| match day.services[usize::from(*s)].class {
                Some(class) => day.classes[class].contains(&kind),
                None => true,
            }
        };
        let all: Vec<u16> = (0..day.services.len() as u16).collect();
        let mut abilities: Vec<Vec<u16>> = Vec::new();
        let mut ability_of = Vec::new();
        if day.stays_priced() {
            abilities.push(all.iter().copied().filter(in_no_room).collect());
            for kind in 0..day.kinds.len() as u16 {
                let able: Vec<u16> = all.iter().copied().filter(in_kind(kind)).collect();
                // Never ability 0, whose menu may be the same: blocks need a room.
                let known = abilities[1..].iter().position(|ability| *ability == able);
                ability_of.push(known.map_or(abilities.len(), |i| i + 1));
                if known.is_none() {
                    abilities.push(able);
                }
            }
        } else {
            abilities.push(all);
        }
        let mut menus: Vec<Menu> = Vec::new();
        let mut menu_of = Vec::with_capacity(day.profiles.len() * abilities.len());
        for profile in &day.profiles {
            for able in &abilities {
                let offered = profile.services.iter().copied().filter(|s| able.contains(s));
                let offered: Vec<u16> = offered.collect();
                let known = menus.iter().position(|menu| menu.offered == offered);
                menu_of.push(known.unwrap_or(menus.len()));
                if known.is_none() {
                    menus.push(Menu::new(day, offered));
                }
            }
        }
        let mut open_run = vec![0; day.steps + 1];
        for t in (0..day.steps).rev() {
            open_run[t] = if day.open[t] { open_run[t + 1] + 1 } else { 0 };
        }
        let by_profile = || vec![vec![0.0; day.steps + 1]; day.profiles.len()];
        Self {
            menus,
            menu_of,
            abilities: abilities.len(),
            able: neighbours(&ability_of),
            ability_of,
            best_pool: vec![0; day.services.len() * day.steps],
            net: vec![0.0; day.services.len() * day.steps],
            room_sums: vec![vec![0.0; day.steps + 1]; day.kinds.len()],
            room_rows: vec![0.0; (day.steps + 1) * day.kinds.len()],
            block_starts: by_profile(),
            block_ends: by_profile(),
            break_sums: by_profile(),
            promises: vec![0.0; day.promises.len()],
            open_run,
        }
    }

    /// What clerks of `profile` with `ability` can offer.
    #[inline]
    pub(super) fn menu(&self, profile: usize, ability: usize) -> &Menu {
        &self.menus[self.menu_of[profile * self.abilities + ability]]
    }

    /// Sums of room prices of the kinds in which walk-in blocks of the profile may stand.
    pub(super) fn block_rooms(&self, day: &SiteDayModel, profile: usize) -> &[Vec<f64>] {
        if day.profiles[profile].quotas.is_empty() { &[] } else { &self.room_sums }
    }

    /// Recomputes every gain for `prices`.
    pub(crate) fn update(&mut self, day: &SiteDayModel, at: PriceLayout, prices: &[f64]) {
        self.update_shared(day, at, prices);
        for menu in &mut self.menus {
            menu.update(day, &self.net);
        }
        for p in 0..day.profiles.len() {
            self.update_blocks(day, p, at, prices);
            self.update_breaks(day, p, at, prices);
        }
    }

    /// Recomputes what clerks of `profile` can earn; what others can is left as it was.
    pub(super) fn update_for(
        &mut self,
        day: &SiteDayModel,
        profile: usize,
        at: PriceLayout,
        prices: &[f64],
    ) {
        self.update_shared(day, at, prices);
        for ability in 0..self.abilities {
            // Some abilities share a menu; it is short.
            let menu = self.menu_of[profile * self.abilities + ability];
            self.menus[menu].update(day, &self.net);
        }
        self.update_blocks(day, profile, at, prices);
        self.update_breaks(day, profile, at, prices);
    }

    /// Recomputes what does not depend on the clerk.
    fn update_shared(&mut self, day: &SiteDayModel, at: PriceLayout, prices: &[f64]) {
        let (steps, kinds) = (day.steps, day.kinds.len());
        for (kind, sums) in self.room_sums.iter_mut().enumerate() {
            let mut sum = 0.0;
            for t in 0..steps {
                sum += prices[at.rooms + kind * steps + t];
                sums[t + 1] = sum;
                self.room_rows[(t + 1) * kinds + kind] = sum;
            }
        }
        let by_task = !day.stays_priced();
        for (s, service) in day.services.iter().enumerate() {
            // With prices on stays the room is paid by the stay.
            let class = service.class.filter(|_| by_task).map(|class| &day.classes[class][..]);
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
                self.net[cell] = match class {
                    Some(class) if best > f64::NEG_INFINITY => {
                        best - room_cost(&self.room_sums, class, t, t + service.steps).1
                    }
                    _ => best,
                };
            }
        }
        for (a, promise) in day.promises.iter().enumerate() {
            let room = if by_task && promise.needs_room {
                room_cost(&self.room_sums, &promise.kinds, promise.from, promise.until).1
            } else {
                0.0
            };
            self.promises[a] = prices[at.promises + a] - room;
        }
    }

    fn update_blocks(&mut self, day: &SiteDayModel, p: usize, at: PriceLayout, prices: &[f64]) {
        let (starts, ends) = (&mut self.block_starts[p], &mut self.block_ends[p]);
        ends.fill(0.0);
        let mut touches = false;
        for &q in &day.profiles[p].quotas {
            let quota = &day.quotas[q];
            let worth = prices[at.quota_min + q] - prices[at.quota_max + q];
            for t in quota.from..quota.until {
                ends[t + 1] += worth;
            }
            if quota.counters > 0 {
                let row = at.counters + q * day.steps;
                for t in quota.from..quota.until {
                    ends[t + 1] += prices[row + t];
                }
            }
            for s in quota.stretches.clone() {
                let stretch = &day.stretches[s];
                let worth = prices[at.stretches + s];
                for t in stretch.from..stretch.until {
                    ends[t + 1] += worth;
                }
                touches |= prices[at.touches + s] != 0.0;
            }
        }
        for t in 0..day.steps {
            ends[t + 1] += ends[t];
        }
        starts.copy_from_slice(ends);
        if !touches {
            return;
        }
        // A block touches the stretches that begin before its end, but for those that end by its
        // start: each of the two sums depends on one end of the block alone.
        for &q in &day.profiles[p].quotas {
            for s in day.quotas[q].stretches.clone() {
                let stretch = &day.stretches[s];
                let worth = prices[at.touches + s];
                if worth != 0.0 {
                    for sum in &mut ends[stretch.from + 1..] {
                        *sum += worth;
                    }
                    for sum in &mut starts[stretch.until..] {
                        *sum += worth;
                    }
                }
            }
        }
    }

    fn update_breaks(&mut self, day: &SiteDayModel, p: usize, at: PriceLayout, prices: &[f64]) {
        let cover = &day.profiles[p].cover;
        if !at.has_breaks() && cover.is_empty() {
            return;
        }
        let mut sum = 0.0;
        for t in 0..day.steps {
            if at.has_breaks() {
                sum += prices[at.breaks + t];
            }
            for &c in cover {
                sum += prices[at.cover + c * day.steps + t];
            }
            self.break_sums[p][t + 1] = sum;
        }
    }
}

/// Ranges of neighbouring kinds whose ability is the same.
fn neighbours(ability_of: &[usize]) -> Vec<(usize, Range<usize>)> {
    let mut ranges: Vec<(usize, Range<usize>)> = Vec::new();
    for (kind, &ability) in ability_of.iter().enumerate() {
        match ranges.last_mut() {
            Some((last, range)) if *last == ability => range.end = kind + 1,
            _ => ranges.push((ability, kind..kind + 1)),
        }
    }
    ranges
}

/// The cheapest kind of `class` for `[from, until)` and what it costs.
pub(super) fn room_cost(
    sums: &[Vec<f64>],
    class: &[u16],
    from: usize,
    until: usize,
) -> (usize, f64) {
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
