//! One site on one date as the engines see it: dense, local indices, everything that inner loops
//! ask for.
//!
//! Given prices for pools that reach over several site-days, site-days are independent. Rooms come
//! in *kinds*: rooms that serve the same services and hold no pinned promise are interchangeable,
//! so that a count for each step decides whether a set of intervals fits (intervals are coloured
//! with as many rooms as overlap at most). A room with a pinned promise is a kind of its own, and so
//! is a clerk's own counter where moves have a price. With kinds the count is exact, also where sets
//! of equipment nest badly; Hall's condition on counts alone would not be, as a citizen cannot
//! change rooms half-way.

mod asked;
mod merged;
mod places;
mod shift_groups;

use std::collections::BTreeMap;
use std::ops::Range;

pub(crate) use asked::{Cover, Stretch};
pub(crate) use merged::MergedKinds;
pub(crate) use places::{PoolPlace, places_at, places_by_site_day};
pub(crate) use shift_groups::ShiftGroup;

use super::{Problem, Set};
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
    /// Stretches of all quotas, in their order.
    pub stretches: Vec<Stretch>,
    /// Least numbers of clerks.
    pub cover: Vec<Cover>,
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
    /// Price of the first stay of a shift.
    pub seat_price: f64,
    /// Price of each further stay, and of each stay away from the clerk's own counter.
    pub move_price: f64,
    /// Price of a step of a clerk, a counter or a stretch that is missing.
    pub short_price: f64,
    /// For each step, the price of a pair of clerks on a break: n of them cost n (n − 1) / 2 times
    /// as much. 0 where the site is closed or fewer than two clerks are present.
    pub pair_price: Vec<f64>,
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
    /// Index into [`SiteDayModel::classes`]; `None` where no room is needed.
    pub class: Option<usize>,
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
    /// The breaks to hold, in this order.
    pub breaks: Vec<Break>,
    /// When the clerk is away, from the first step to the first after: disjoint, in order.
    pub absent: Vec<(usize, usize)>,
    /// Index into [`SiteDayModel::profiles`].
    pub profile: usize,
    /// The kind of the clerk's own counter, where it is at the site and moves have a price.
    pub own_kind: Option<u16>,
    /// Slots and walk-in blocks that a plan must have just so, from the first step to the first
    /// after: disjoint, in order.
    pub fixed: Vec<(usize, usize)>,
    /// Rooms that the clerk keeps for a time: nobody else is there then, nor the clerk elsewhere.
    pub held: Vec<HeldRoom>,
}

impl Shift {
    /// Whether what the clerk does at local step `from` must stay just so.
    #[inline]
    pub(crate) fn is_fixed(&self, from: u16) -> bool {
        self.fixed.iter().any(|&(start, _)| start == usize::from(from))
    }
}

/// A room, of a kind of its own, that a clerk keeps for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeldRoom {
    /// Its kind.
    pub kind: u16,
    /// First step.
    pub from: usize,
    /// First step after.
    pub until: usize,
}

/// A break that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Break {
    /// Length in steps.
    pub steps: usize,
    /// First step of its window.
    pub from: usize,
    /// First step after.
    pub until: usize,
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
    /// Entries of [`SiteDayModel::cover`] for which they count.
    pub cover: Vec<usize>,
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
    /// Price of a step that is missing of the least; infinite where none may be.
    pub lack_price: f64,
    /// Least number of blocks at each open step, at a price.
    pub counters: u32,
    /// Its part of [`SiteDayModel::stretches`].
    pub stretches: Range<usize>,
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
    /// Whether it takes a room.
    pub needs_room: bool,
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
    /// Rooms that are a kind of their own beside those that must be, as indices into
    /// [`Problem::rooms`].
    pub apart: &'a [usize],
}

/// What tells capabilities apart: services, quotas and cover, all by local index.
type ProfileKey = (Vec<u16>, Vec<usize>, Vec<usize>);

impl SiteDayModel {
    /// The model of `site_day`; `places` are those of all pools there.
    pub(crate) fn new(problem: &Problem, site_day: usize, places: &[PoolPlace]) -> Self {
        Self::with_rooms_apart(problem, site_day, places, &[])
    }

    /// The same with each of the rooms `apart` as a kind of its own.
    pub(crate) fn with_rooms_apart(
        problem: &Problem,
        site_day: usize,
        places: &[PoolPlace],
        apart: &[usize],
    ) -> Self {
        let place = &problem.site_days[site_day];
        let (quotas, promises) = (&place.quotas[..], &place.promises[..]);
        Self::of(problem, Selection { site_day, places, quotas, promises, apart })
    }

    /// The model of what is in `selection`.
    #[allow(clippy::too_many_lines, reason = "one table after the other")]
    pub(crate) fn of(problem: &Problem, selection: Selection<'_>) -> Self {
        let Selection { site_day, places, quotas, promises, apart } = selection;
        let short_price = problem.weights.short_minute * f64::from(problem.grid.minutes());
        let place = &problem.site_days[site_day];
        let on_duty = &problem.shifts[place.shifts.clone()];
        let (base, end) = span(problem, site_day, quotas);
        let steps = usize::from(end - base);
        let local = |step: Step| usize::from(step.clamp(base, end) - base);

        let mut open = vec![false; steps];
        for window in &place.open {
            open[local(window.from)..local(window.until)].fill(true);
        }

        let mut wanted: Vec<usize> =
            places.iter().map(|&(pool, _)| problem.pools[pool].service).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let kinds = kinds_of(problem, site_day, &wanted, promises, apart);
        let kinds_for = |service: usize| -> Vec<u16> {
            let fits = |k: &usize| problem.room_fits(kinds[*k].rooms[0], service);
            (0..kinds.len()).filter(fits).map(|k| k as u16).collect()
        };

        let mut classes = Vec::new();
        let mut services = Vec::new();
        for service in wanted {
            let needs_room = problem.services[service].needs_room;
            let able = if needs_room { kinds_for(service) } else { Vec::new() };
            let length = usize::from(problem.services[service].steps);
            if (needs_room && able.is_empty()) || length == 0 || length > steps {
                continue;
            }
            let class = needs_room.then(|| position_or_push(&mut classes, able));
            services.push(Service { index: service, steps: length, class });
        }
        services.sort_by_key(|s| (s.steps, s.index));

        let mut stretches = Vec::new();
        let quotas: Vec<Quota> = quotas
            .iter()
            .map(|&index| {
                let q = &problem.quotas[index];
                let first = stretches.len();
                let asking = q.stretches.iter().filter(|stretch| stretch.steps > 0);
                stretches.extend(asking.map(|stretch| {
                    Stretch::new(
                        stretch,
                        local(stretch.window.from),
                        local(stretch.window.until),
                        &open,
                    )
                }));
                Quota {
                    index,
                    from: local(q.window.from),
                    until: local(q.window.until),
                    min_steps: i32::try_from(q.min_steps).unwrap_or(i32::MAX),
                    max_steps: q
                        .max_steps
                        .map_or(i32::MAX, |most| i32::try_from(most).unwrap_or(i32::MAX)),
                    block: usize::from(q.block_steps).max(1),
                    lack_price: if problem.relaxed { short_price } else { f64::INFINITY },
                    counters: q.counters,
                    stretches: first..stretches.len(),
                }
            })
            .collect();
        let cover = asked::cover(problem, site_day, &open, local);

        let mut profiles: Vec<Profile> = Vec::new();
        let mut by_key: BTreeMap<ProfileKey, usize> = BTreeMap::new();
        let mut shifts = Vec::new();
        for (index, s) in place.shifts.clone().zip(on_duty) {
            let clerk = &problem.clerks[s.clerk];
            let can: Vec<u16> = (0..services.len())
                .filter(|&i| clerk.services.contains(services[i].index))
                .map(|i| i as u16)
                .collect();
            let counts: Vec<usize> = (0..quotas.len())
                .filter(|&q| problem.counts_for(s.clerk, quotas[q].index))
                .collect();
            let shortest_block = counts.iter().map(|&q| quotas[q].block).min().unwrap_or(0);
            let covers: Vec<usize> = (0..cover.len())
                .filter(|&c| problem.cover[cover[c].index].skills.is_subset(&clerk.skills))
                .collect();
            let key = (can.clone(), counts.clone(), covers.clone());
            let profile = *by_key.entry(key).or_insert_with(|| {
                let (services, quotas, cover) = (can, counts, covers);
                profiles.push(Profile { services, quotas, shortest_block, cover });
                profiles.len() - 1
            });
            let own_kind = clerk.own_room.filter(|_| problem.weights.move_ > 0.0).and_then(|own| {
                kinds.iter().position(|kind| kind.rooms.contains(&own)).map(|kind| kind as u16)
            });
            shifts.push(Shift {
                index,
                from: local(s.window.from),
                until: local(s.window.until),
                breaks: s
                    .breaks
                    .iter()
                    .map(|due| Break {
                        steps: usize::from(due.steps),
                        from: local(due.window.from),
                        until: local(due.window.until),
                    })
                    .collect(),
                absent: s.absent.iter().map(|away| (local(away.from), local(away.until))).collect(),
                profile,
                own_kind,
                fixed: Vec::new(),
                held: Vec::new(),
            });
        }

        let promises = promises
            .iter()
            .map(|&index| {
                let p = &problem.promises[index];
                let needs_room = problem.services[p.service].needs_room;
                let able_kinds = match p.room {
                    _ if !needs_room => Vec::new(),
                    Some(room) => (0..kinds.len())
                        .filter(|&k| kinds[k].rooms.contains(&room))
                        .filter(|_| problem.room_fits(room, p.service))
                        .map(|k| k as u16)
                        .collect(),
                    None => kinds_for(p.service),
                };
                let able = |shift: &Shift| {
                    let shift = &problem.shifts[shift.index];
                    shift.covers(p.window)
                        && place.open.iter().any(|open| open.covers(p.window))
                        && problem.clerks[shift.clerk].services.contains(p.service)
                        && p.clerk.is_none_or(|clerk| clerk == shift.clerk)
                };
                Promise {
                    index,
                    from: local(p.window.from),
                    until: local(p.window.until),
                    needs_room,
                    kinds: able_kinds,
                    shifts: (0..shifts.len())
                        .filter(|&d| able(&shifts[d]))
                        .map(|d| d as u16)
                        .collect(),
                }
            })
            .collect();

        let mut pools: Vec<usize> = places.iter().map(|&(pool, _)| pool).collect();
        pools.sort_unstable();
        pools.dedup();
        let (pool_offsets, pool_lists) = {
            let mut lists = vec![Vec::new(); services.len() * steps];
            for &(pool, window) in places {
                let Some(s) = services.iter().position(|s| s.index == problem.pools[pool].service)
                else {
                    continue;
                };
                let here = pools.binary_search(&pool).unwrap_or(0) as u16;
                let length = services[s].steps;
                for t in local(window.from)..local(window.until) {
                    if t + length <= steps && open[t..t + length].iter().all(|&o| o) {
                        lists[s * steps + t].push(here);
                    }
                }
            }
            flatten(&lists)
        };

        Self {
            site_day,
            base,
            steps,
            pair_price: asked::pair_price(problem, &shifts, &open),
            open,
            kinds,
            classes,
            services,
            shifts,
            profiles,
            quotas,
            stretches,
            cover,
            promises,
            reachable: vec![false; pools.len()],
            pools,
            pool_offsets,
            pool_lists,
            seat_price: problem.weights.seat,
            move_price: problem.weights.move_,
            short_price,
        }
        .with_reachable()
    }

    fn with_reachable(mut self) -> Self {
        for shift in &self.shifts {
            for &s in &self.profiles[shift.profile].services {
                let length = self.services[usize::from(s)].steps;
                for t in shift.from..(shift.until + 1).saturating_sub(length) {
                    let cell = usize::from(s) * self.steps + t;
                    let (from, until) = (self.pool_offsets[cell], self.pool_offsets[cell + 1]);
                    for &pool in &self.pool_lists[from as usize..until as usize] {
                        self.reachable[usize::from(pool)] = true;
                    }
                }
            }
        }
        self
    }

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

    /// The most that all prices charge to a plan without slots for demand.
    pub(crate) fn most_charged(&self) -> f64 {
        let steps: usize = self.shifts.iter().map(|shift| shift.until - shift.from).sum();
        let stays =
            self.shifts.len() as f64 * self.seat_price + 2.0 * steps as f64 * self.move_price;
        let all = self.shifts.len() as f64;
        let breaks: f64 = self.pair_price.iter().map(|pair| pair * all * (all - 1.0) / 2.0).sum();
        let mut missing = 0.0;
        for cover in &self.cover {
            let lack = cover.spare.iter().map(|spare| spare.map_or(0.0, |s| all - f64::from(s)));
            missing += lack.sum::<f64>();
        }
        missing += self.stretches.iter().map(|stretch| f64::from(stretch.steps)).sum::<f64>();
        for quota in &self.quotas {
            missing += f64::from(quota.counters) * self.steps as f64;
            missing += if quota.lack_price.is_finite() { f64::from(quota.min_steps) } else { 0.0 };
        }
        stays + breaks + self.short_price * missing
    }

    /// The window of local steps `[from, until)`.
    pub(crate) fn window(&self, from: usize, until: usize) -> Window {
        Window::new(self.base + from as Step, self.base + until as Step)
    }

    /// Number of shifts worked at local step `t`.
    #[cfg_attr(not(feature = "exact"), allow(dead_code, reason = "for the exact engine"))]
    pub(crate) fn on_shift(&self, t: usize) -> usize {
        self.shifts.iter().filter(|shift| shift.from <= t && t < shift.until).count()
    }

    /// The most clerks of the profiles that `count` who can be on a break at local step `t`.
    pub(crate) fn most_resting(&self, t: usize, count: impl Fn(usize) -> bool) -> u32 {
        let can = |shift: &&Shift| {
            count(shift.profile) && shift.breaks.iter().any(|due| due.from <= t && t < due.until)
        };
        self.shifts.iter().filter(can).count() as u32
    }

    /// The kinds of room in which `service` can be served, the least capable first; none where it
    /// needs no room.
    pub(crate) fn kinds_for(&self, service: usize) -> &[u16] {
        self.services[service].class.map_or(&[], |class| &self.classes[class])
    }

    /// Whether sitting down has a price, so that a clerk's room is one of the stay and not of each
    /// task.
    pub(crate) fn stays_priced(&self) -> bool {
        self.seat_price > 0.0 || self.move_price > 0.0
    }

    /// The local pools that a slot of `service` starting at `t` may serve.
    #[inline]
    pub(crate) fn pools_at(&self, service: usize, t: usize) -> &[u16] {
        let cell = service * self.steps + t;
        &self.pool_lists[self.pool_offsets[cell] as usize..self.pool_offsets[cell + 1] as usize]
    }
}

impl Quota {
    /// Steps short of the least, where none may be, or beyond the most where `covered` are covered.
    pub(crate) fn off(&self, covered: i32) -> i32 {
        let short = if self.lack_price.is_finite() { 0 } else { self.min_steps - covered };
        short.max(0) + (covered - self.max_steps).max(0)
    }
}

/// The layers of a shift: one for each number of breaks that have been held.
/// First and last step of each layer, at which it can be reached and left, for a shift of
/// `[from, until)`; `None` where the breaks cannot be held one after the other.
pub(crate) fn layers(from: usize, until: usize, breaks: &[Break]) -> Option<Vec<(usize, usize)>> {
    let mut spans = Vec::new();
    layers_into(from, until, breaks, &mut spans).then_some(spans)
}

/// The same into `spans`; false where there are none.
pub(crate) fn layers_into(
    from: usize,
    until: usize,
    breaks: &[Break],
    spans: &mut Vec<(usize, usize)>,
) -> bool {
    let (mut first, mut last) = (from, until);
    spans.clear();
    spans.push((first, last));
    for due in breaks {
        first = first.max(due.from) + due.steps;
        spans.push((first, last));
    }
    for (due, span) in breaks.iter().zip(&mut *spans).rev() {
        let Some(latest) = last.min(due.until).checked_sub(due.steps) else {
            return false;
        };
        last = latest;
        span.1 = last;
    }
    spans.iter().all(|&(first, last)| first <= last)
}

/// First step that matters on `site_day` and first after: from the first to the last shift, and
/// whatever asks for people at any open step.
fn span(problem: &Problem, site_day: usize, quotas: &[usize]) -> (Step, Step) {
    let place = &problem.site_days[site_day];
    let cover = place.cover.iter().map(|&cover| &problem.cover[cover]);
    let cover = cover.filter(|cover| cover.least > 0).map(|cover| cover.window);
    let quotas = quotas.iter().map(|&quota| &problem.quotas[quota]);
    let counters = quotas.filter(|quota| quota.counters > 0).map(|quota| quota.window);
    let asked = cover.chain(counters).flat_map(|window| {
        place.open.iter().map(move |open| open.intersection(window)).filter(|w| !w.is_empty())
    });
    let shifts = problem.shifts[place.shifts.clone()].iter().map(|shift| shift.window);
    let spans = shifts.chain(asked).map(|window| (window.from, window.until));
    spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((0, 0))
}

/// Groups the rooms of a site: same set of services that matter, no pinned promise, nobody's own
/// counter where moves have a price, none of those `apart`.
fn kinds_of(
    problem: &Problem,
    site_day: usize,
    wanted: &[usize],
    promises: &[usize],
    apart: &[usize],
) -> Vec<RoomKind> {
    let place = &problem.site_days[site_day];
    let mut relevant: Set = wanted.iter().copied().collect();
    let mut pinned: Set = apart.iter().copied().collect();
    for &promise in promises {
        let promise = &problem.promises[promise];
        match promise.room {
            Some(room) => pinned.insert(room),
            None => relevant.insert(promise.service),
        }
    }
    if problem.weights.move_ > 0.0 {
        for shift in &problem.shifts[place.shifts.clone()] {
            if let Some(own) = problem.clerks[shift.clerk].own_room {
                pinned.insert(own);
            }
        }
    }
    let mut groups: BTreeMap<(usize, Vec<usize>, Option<usize>), Vec<usize>> = BTreeMap::new();
    for &room in &problem.sites[place.site].rooms {
        let fits: Vec<usize> = relevant.iter().filter(|&s| problem.room_fits(room, s)).collect();
        let own = pinned.contains(room).then_some(room);
        groups.entry((fits.len(), fits, own)).or_default().push(room);
    }
    groups.into_values().map(|rooms| RoomKind { rooms }).collect()
}

fn position_or_push(classes: &mut Vec<Vec<u16>>, class: Vec<u16>) -> usize {
    classes.iter().position(|c| *c == class).unwrap_or_else(|| {
        classes.push(class);
        classes.len() - 1
    })
}

fn flatten(lists: &[Vec<u16>]) -> (Vec<u32>, Vec<u16>) {
    let mut offsets = Vec::with_capacity(lists.len() + 1);
    let mut flat = Vec::new();
    offsets.push(0);
    for list in lists {
        flat.extend_from_slice(list);
        offsets.push(flat.len() as u32);
    }
    (offsets, flat)
}
