//! How a site-day is put together from a problem.

use std::collections::BTreeMap;

use super::{
    PoolPlace, Profile, Promise, Quota, RoomKind, Selection, Service, Shift, SiteDayModel,
};
use crate::problem::{Problem, Set, SiteDay};
use crate::time::{Step, Window};

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
        let hours = Hours::new(problem, place);
        let mut wanted: Vec<usize> =
            places.iter().map(|&(pool, _)| problem.pools[pool].service).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let kinds = kinds_of(problem, place.site, &wanted, promises);
        let (services, classes) = services(problem, &wanted, &kinds, hours.steps);
        let quotas = quotas.iter().map(|&index| quota(problem, index, &hours)).collect::<Vec<_>>();
        let (shifts, profiles) = shifts(problem, place, &hours, &services, &quotas);
        let promises = promises
            .iter()
            .map(|&index| promise(problem, index, &hours, &kinds, &shifts))
            .collect();
        let mut pools: Vec<usize> = places.iter().map(|&(pool, _)| pool).collect();
        pools.sort_unstable();
        pools.dedup();
        let (pool_offsets, pool_lists) = starts(problem, places, &hours, &services, &pools);
        let mut model = Self {
            site_day,
            base: hours.base,
            steps: hours.steps,
            open: hours.open,
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
        };
        model.find_reachable();
        model
    }

    /// Marks the pools that some clerk can give a slot to.
    fn find_reachable(&mut self) {
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
    }
}

/// From the first to the last moment at which anybody is on shift.
struct Hours {
    base: Step,
    steps: usize,
    open: Vec<bool>,
}

impl Hours {
    fn new(problem: &Problem, place: &SiteDay) -> Self {
        let shifts = &problem.shifts[place.shifts.clone()];
        let base = shifts.iter().map(|shift| shift.window.from).min().unwrap_or(0);
        let end = shifts.iter().map(|shift| shift.window.until).max().unwrap_or(0);
        let steps = usize::from(end.saturating_sub(base));
        let mut hours = Self { base, steps, open: vec![false; steps] };
        for &window in &place.open {
            let (from, until) = hours.local(window);
            hours.open[from..until].fill(true);
        }
        hours
    }

    /// `window` in local steps, cut where nobody is on shift.
    fn local(&self, window: Window) -> (usize, usize) {
        let local = |step: Step| usize::from(step.saturating_sub(self.base)).min(self.steps);
        (local(window.from), local(window.until))
    }
}

/// The services with demand that some room can serve, and their classes of room kinds.
fn services(
    problem: &Problem,
    wanted: &[usize],
    kinds: &[RoomKind],
    steps: usize,
) -> (Vec<Service>, Vec<Vec<u16>>) {
    let mut classes = Vec::new();
    let mut services = Vec::new();
    for &service in wanted {
        let able = kinds_for(problem, kinds, service);
        let length = usize::from(problem.services[service].steps);
        if able.is_empty() || length == 0 || length > steps {
            continue;
        }
        let class = position_or_push(&mut classes, able);
        services.push(Service { index: service, steps: length, class });
    }
    services.sort_by_key(|s| (s.steps, s.index));
    (services, classes)
}

fn quota(problem: &Problem, index: usize, hours: &Hours) -> Quota {
    let quota = &problem.quotas[index];
    let (from, until) = hours.local(quota.window);
    let bounded = |steps: u32| i32::try_from(steps).unwrap_or(i32::MAX);
    Quota {
        index,
        from,
        until,
        min_steps: bounded(quota.min_steps),
        max_steps: quota.max_steps.map_or(i32::MAX, bounded),
        block: usize::from(quota.block_steps).max(1),
    }
}

/// The shifts, and the distinct capabilities of their clerks.
fn shifts(
    problem: &Problem,
    place: &SiteDay,
    hours: &Hours,
    services: &[Service],
    quotas: &[Quota],
) -> (Vec<Shift>, Vec<Profile>) {
    let mut profiles: Vec<Profile> = Vec::new();
    let mut by_key: BTreeMap<(Vec<u16>, Vec<usize>), usize> = BTreeMap::new();
    let mut shifts = Vec::with_capacity(place.shifts.len());
    for index in place.shifts.clone() {
        let shift = &problem.shifts[index];
        let clerk = &problem.clerks[shift.clerk];
        let can: Vec<u16> = (0..services.len())
            .filter(|&i| clerk.services.contains(services[i].index))
            .map(|i| i as u16)
            .collect();
        let counts: Vec<usize> = (0..quotas.len())
            .filter(|&q| problem.counts_for(shift.clerk, quotas[q].index))
            .collect();
        let shortest_block = counts.iter().map(|&q| quotas[q].block).min().unwrap_or(0);
        let profile = *by_key.entry((can.clone(), counts.clone())).or_insert_with(|| {
            profiles.push(Profile { services: can, quotas: counts, shortest_block });
            profiles.len() - 1
        });
        let (from, until) = hours.local(shift.window);
        let pause = shift.pause.map(|pause| {
            let (from, until) = hours.local(pause.window);
            (usize::from(pause.steps), from, until)
        });
        shifts.push(Shift { index, from, until, pause, profile });
    }
    (shifts, profiles)
}

fn promise(
    problem: &Problem,
    index: usize,
    hours: &Hours,
    kinds: &[RoomKind],
    shifts: &[Shift],
) -> Promise {
    let promise = &problem.promises[index];
    let open = &problem.site_days[promise.site_day].open;
    let able = |shift: &Shift| {
        let shift = &problem.shifts[shift.index];
        shift.window.covers(promise.window)
            && open.iter().any(|open| open.covers(promise.window))
            && problem.clerks[shift.clerk].services.contains(promise.service)
            && promise.clerk.is_none_or(|clerk| clerk == shift.clerk)
    };
    let mut able_kinds = kinds_for(problem, kinds, promise.service);
    if let Some(room) = promise.room {
        able_kinds.retain(|&kind| kinds[usize::from(kind)].rooms.contains(&room));
    }
    let (from, until) = hours.local(promise.window);
    let able_shifts = (0..shifts.len()).filter(|&s| able(&shifts[s])).map(|s| s as u16);
    Promise { index, from, until, kinds: able_kinds, shifts: able_shifts.collect() }
}

/// The pools that a slot may serve, by service and start.
fn starts(
    problem: &Problem,
    places: &[PoolPlace],
    hours: &Hours,
    services: &[Service],
    pools: &[usize],
) -> (Vec<u32>, Vec<u16>) {
    let steps = hours.steps;
    let mut lists = vec![Vec::new(); services.len() * steps];
    for &(pool, window) in places {
        let wanted = problem.pools[pool].service;
        let Some(s) = services.iter().position(|s| s.index == wanted) else {
            continue;
        };
        let here = pools.binary_search(&pool).unwrap_or(0) as u16;
        let length = services[s].steps;
        let (from, until) = hours.local(window);
        for t in from..until {
            if t + length <= steps && hours.open[t..t + length].iter().all(|&open| open) {
                lists[s * steps + t].push(here);
            }
        }
    }
    flatten(&lists)
}

/// The kinds of room in which `service` can be served, the least capable first.
fn kinds_for(problem: &Problem, kinds: &[RoomKind], service: usize) -> Vec<u16> {
    let fits = |k: &usize| problem.room_fits(kinds[*k].rooms[0], service);
    (0..kinds.len()).filter(fits).map(|k| k as u16).collect()
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
