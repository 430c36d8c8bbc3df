//! One site on one date as the engines see it: dense, local indices, everything that inner loops
//! ask for.
//!
//! Given prices for pools that reach over several site-days, site-days are independent. Rooms come
//! in *kinds*: rooms that serve the same services and hold no pinned promise are interchangeable,
//! so that a count for each step decides whether a set of intervals fits (intervals are coloured
//! with as many rooms as overlap at most). A room with a pinned promise is a kind of its own. With
//! kinds the count is exact, also where sets of equipment nest badly; Hall's condition on counts
//! alone would not be, as a citizen cannot change rooms half-way.

mod places;
mod shift_groups;

use std::collections::BTreeMap;

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
    /// The model of `site_day`; `places` are those of all pools there.
    pub(crate) fn new(problem: &Problem, site_day: usize, places: &[PoolPlace]) -> Self {
        let place = &problem.site_days[site_day];
        let (quotas, promises) = (&place.quotas[..], &place.promises[..]);
        Self::of(problem, Selection { site_day, places, quotas, promises })
    }

    /// The model of what is in `selection`.
    pub(crate) fn of(problem: &Problem, selection: Selection<'_>) -> Self {
        let Selection { site_day, places, quotas, promises } = selection;
        let place = &problem.site_days[site_day];
        let on_duty = &problem.shifts[place.shifts.clone()];
        let base = on_duty.iter().map(|shift| shift.window.from).min().unwrap_or(0);
        let end = on_duty.iter().map(|shift| shift.window.until).max().unwrap_or(0);
        let steps = usize::from(end.saturating_sub(base));
        let local = |step: u16| usize::from(step.clamp(base, end.max(base)) - base);

        let mut open = vec![false; steps];
        for window in &place.open {
            open[local(window.from)..local(window.until)].fill(true);
        }

        let mut wanted: Vec<usize> =
            places.iter().map(|&(pool, _)| problem.pools[pool].service).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let kinds = kinds_of(problem, place.site, &wanted, promises);
        let kinds_for = |service: usize| -> Vec<u16> {
            let fits = |k: &usize| problem.room_fits(kinds[*k].rooms[0], service);
            (0..kinds.len()).filter(fits).map(|k| k as u16).collect()
        };

        let mut classes = Vec::new();
        let mut services = Vec::new();
        for service in wanted {
            let able = kinds_for(service);
            let length = usize::from(problem.services[service].steps);
            if able.is_empty() || length == 0 || length > steps {
                continue;
            }
            let class = position_or_push(&mut classes, able);
            services.push(Service { index: service, steps: length, class });
        }
        services.sort_by_key(|s| (s.steps, s.index));

        let quotas: Vec<Quota> = quotas
            .iter()
            .map(|&index| {
                let q = &problem.quotas[index];
                Quota {
                    index,
                    from: local(q.window.from),
                    until: local(q.window.until),
                    min_steps: i32::try_from(q.min_steps).unwrap_or(i32::MAX),
                    max_steps: q
                        .max_steps
                        .map_or(i32::MAX, |most| i32::try_from(most).unwrap_or(i32::MAX)),
                    block: usize::from(q.block_steps).max(1),
                }
            })
            .collect();

        let mut profiles: Vec<Profile> = Vec::new();
        let mut by_key: BTreeMap<(Vec<u16>, Vec<usize>), usize> = BTreeMap::new();
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
            let profile = *by_key.entry((can.clone(), counts.clone())).or_insert_with(|| {
                profiles.push(Profile { services: can, quotas: counts, shortest_block });
                profiles.len() - 1
            });
            shifts.push(Shift {
                index,
                from: local(s.window.from),
                until: local(s.window.until),
                pause: s
                    .breaks
                    .first()
                    .map(|p| (usize::from(p.steps), local(p.window.from), local(p.window.until))),
                profile,
            });
        }

        let promises = promises
            .iter()
            .map(|&index| {
                let p = &problem.promises[index];
                let able_kinds = match p.room {
                    Some(room) => (0..kinds.len())
                        .filter(|&k| kinds[k].rooms.contains(&room))
                        .filter(|_| problem.room_fits(room, p.service))
                        .map(|k| k as u16)
                        .collect(),
                    None => kinds_for(p.service),
                };
                let able = |shift: &Shift| {
                    let shift = &problem.shifts[shift.index];
                    shift.window.covers(p.window)
                        && place.open.iter().any(|open| open.covers(p.window))
                        && problem.clerks[shift.clerk].services.contains(p.service)
                        && p.clerk.is_none_or(|clerk| clerk == shift.clerk)
                };
                Promise {
                    index,
                    from: local(p.window.from),
                    until: local(p.window.until),
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
            open,
            kinds,
            classes,
            services,
            shifts,
            profiles,
            quotas,
            promises,
            reachable: vec![false; pools.len()],
            pools,
            pool_offsets,
            pool_lists,
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

/// Groups the rooms of a site: same set of services that matter, no pinned promise.
fn kinds_of(problem: &Problem, site: usize, wanted: &[usize], promises: &[usize]) -> Vec<RoomKind> {
    let mut relevant: Set = wanted.iter().copied().collect();
    let mut pinned = Set::default();
    for &promise in promises {
        let promise = &problem.promises[promise];
        match promise.room {
            Some(room) => pinned.insert(room),
            None => relevant.insert(promise.service),
        }
    }
    let mut groups: BTreeMap<(usize, Vec<usize>, Option<usize>), Vec<usize>> = BTreeMap::new();
    for &room in &problem.sites[site].rooms {
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
