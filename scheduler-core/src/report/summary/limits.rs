//! What limits a plan, read off the shadow prices of its bound.
//!
//! With the prices fixed, a room more is worth its price, and a clerk more the best walk through a
//! day at these prices, where each further slot for the same demand is worth less. Neither is worth more
//! than the demand that finds no slot: prices say what the first bit more is worth, not all of a day.
//! Where clerks and rooms are both used up, the prices share between them in any way what a pair of them
//! is worth; so a clerk more is thought of only in rooms that the plan leaves free, a room more only
//! while somebody is, and both together where neither alone brings half as much.

use chrono::NaiveDate;
use serde::Serialize;

use super::market::{Market, Ware, unmet, wares};
use super::spare::Spare;
use crate::plan::Prices;
use crate::problem::{Plan, Problem, Set};
use crate::time::Window;

/// Length of the stretch that a limit is quoted for.
const STRETCH_MINUTES: u32 = 120;
/// What a quota is thought to be lowered by.
const QUOTA_MINUTES: u32 = 30;
/// Limits of each sort that are worth a planner's attention.
const KEPT: usize = 3;
/// Weighted minutes below which nothing is called scarce.
const LEAST: f64 = 1.0;

/// Something scarce, where and when it is dearest, and what more of it would bring.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limit {
    /// What there is too little of.
    #[serde(flatten)]
    pub scarce: Scarce,
    /// Name of the site.
    pub site: String,
    /// The date on which it is dearest.
    pub date: NaiveDate,
    /// Start of the stretch in which it is dearest, `"10:00"`.
    pub from: String,
    /// End of that stretch.
    pub until: String,
    /// Weighted minutes that more of it in that stretch would bring, estimated.
    pub minutes: f64,
    /// Weighted minutes that more of it at this site in all opening hours would bring, estimated.
    pub horizon_minutes: f64,
}

/// What there is too little of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "scarce", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scarce {
    /// A room.
    Room {
        /// What the room has to have.
        equipment: Vec<String>,
    },
    /// A clerk.
    Skill {
        /// What the clerk has to know.
        skills: Vec<String>,
        /// Names of the services that such a clerk serves.
        services: Vec<String>,
    },
    /// A clerk together with a room: either alone would change little.
    ClerkAndRoom {
        /// What the clerk has to know.
        skills: Vec<String>,
        /// Names of the services that such a clerk serves.
        services: Vec<String>,
    },
    /// Time that a walk-in quota withholds from appointments.
    Quota {
        /// Id in the scenario.
        quota: String,
        /// Minutes less that are thought of.
        minutes_less: u32,
    },
}

/// A candidate with where its value is highest.
#[derive(Debug, Clone, Copy)]
struct Peak {
    site_day: usize,
    window: Window,
    minutes: f64,
    total: f64,
}

impl Peak {
    /// Adds another site-day's value and remembers the dearer stretch.
    fn raise(best: &mut Option<Self>, other: Self) {
        match best {
            None => *best = Some(other),
            Some(peak) => {
                let total = peak.total + other.total;
                if other.minutes > peak.minutes {
                    *peak = other;
                }
                peak.total = total;
            }
        }
    }
}

/// The scarcest things: rooms, then skills, then both together, then quotas. Nothing where there are no
/// prices. `pool_slots` says how many slots `plan` gives to each pool.
pub(super) fn limits(
    problem: &Problem,
    plan: &Plan,
    prices: &Prices,
    pool_slots: &[usize],
) -> Option<Vec<Limit>> {
    if *prices == Prices::default() {
        return None;
    }
    let pools = pools_by_site_day(problem);
    let mut rooms = Vec::new();
    let mut skills = Vec::new();
    let mut pairs = Vec::new();
    let mut quotas = Vec::new();
    for site in 0..problem.sites.len() {
        let mut room_kinds = room_kinds(problem, site);
        let mut skill_kinds = skill_kinds(problem);
        let mut pair_kinds = skill_kinds.clone();
        for day in 0..problem.dates.len() {
            let site_day = problem.site_day(site, day);
            if !problem.site_days[site_day].open.is_empty() {
                let market = Market::new(problem, prices, site_day, &pools[site_day], pool_slots);
                let spare = Spare::new(problem, plan, site_day);
                raise_rooms(problem, &market, &spare, &mut room_kinds);
                raise_skills(problem, &market, Some(&spare), &mut skill_kinds);
                raise_skills(problem, &market, None, &mut pair_kinds);
            }
        }
        // A pool that several days can serve is there once.
        for (set, peak) in &mut room_kinds {
            let fits = |service: usize| problem.services[service].equipment.is_subset(set);
            let most = unmet_at(problem, site, pool_slots, &fits);
            *peak = peak.map(|peak| Peak { total: peak.total.min(most), ..peak });
        }
        for (set, peak) in skill_kinds.iter_mut().chain(&mut pair_kinds) {
            let knows = |service: usize| problem.services[service].skills.is_subset(set);
            let most = unmet_at(problem, site, pool_slots, &knows);
            *peak = peak.map(|peak| Peak { total: peak.total.min(most), ..peak });
        }
        // Without what brings half as much with one of the two alone.
        let best_room = room_kinds.iter().filter_map(|(_, peak)| *peak);
        let best_room = best_room.map(|peak| peak.minutes).fold(0.0, f64::max);
        for ((_, alone), (_, both)) in skill_kinds.iter().zip(&mut pair_kinds) {
            let most = alone.map_or(0.0, |peak| peak.minutes).max(best_room);
            both.take_if(|peak| 2.0 * most >= peak.minutes);
        }
        let serving = |set: &Set| {
            let services = problem.services.iter().filter(|service| service.skills.is_subset(set));
            services.map(|service| service.name.clone()).collect()
        };
        let known = |set: &Set| names(set, &problem.skills);
        rooms.extend(
            without_needless(room_kinds).into_iter().map(|(set, peak)| {
                (Scarce::Room { equipment: names(set, &problem.equipment) }, peak)
            }),
        );
        skills.extend(without_needless(skill_kinds).into_iter().map(|(set, peak)| {
            (Scarce::Skill { skills: known(set), services: serving(set) }, peak)
        }));
        pairs.extend(without_needless(pair_kinds).into_iter().map(|(set, peak)| {
            (Scarce::ClerkAndRoom { skills: known(set), services: serving(set) }, peak)
        }));
        let quota = scarce_quota(problem, prices, site);
        if let Some((scarce, mut peak)) = quota {
            let pools = pools[peak.site_day].iter();
            let own = pools.map(|&(pool, _)| unmet(problem, pool, pool_slots[pool])).sum();
            peak.minutes = peak.minutes.min(own);
            peak.total = peak.total.min(unmet_at(problem, site, pool_slots, &|_| true));
            quotas.push((scarce, peak));
        }
    }
    let mut all = Vec::new();
    for mut sort in [rooms, skills, pairs, quotas] {
        sort.retain(|(_, peak)| peak.minutes >= LEAST);
        sort.sort_by(|a, b| b.1.minutes.total_cmp(&a.1.minutes));
        sort.truncate(KEPT);
        all.extend(sort.into_iter().map(|(scarce, peak)| limit(problem, scarce, peak)));
    }
    Some(all)
}

/// Weighted minutes of demand that find no slot and could be served at `site`, of services that `serves`.
fn unmet_at(
    problem: &Problem,
    site: usize,
    pool_slots: &[usize],
    serves: &dyn Fn(usize) -> bool,
) -> f64 {
    let pools = problem.pools.iter().enumerate().filter(|(_, pool)| {
        let mut places = pool.places.iter();
        serves(pool.service) && places.any(|&(place, _)| problem.site_days[place].site == site)
    });
    pools.map(|(index, _)| unmet(problem, index, pool_slots[index])).sum()
}

fn limit(problem: &Problem, scarce: Scarce, peak: Peak) -> Limit {
    let site_day = &problem.site_days[peak.site_day];
    Limit {
        scarce,
        site: problem.sites[site_day.site].name.clone(),
        date: problem.dates[site_day.day],
        from: problem.grid.clock(peak.window.from).to_string(),
        until: problem.grid.clock(peak.window.until).to_string(),
        minutes: peak.minutes,
        horizon_minutes: peak.total,
    }
}

/// The pools that slots of each site-day can serve, with the starts that they allow.
fn pools_by_site_day(problem: &Problem) -> Vec<Vec<(usize, Window)>> {
    let mut pools = vec![Vec::new(); problem.site_days.len()];
    for (index, pool) in problem.pools.iter().enumerate() {
        for &(site_day, window) in &pool.places {
            pools[site_day].push((index, window));
        }
    }
    pools
}

/// Rooms that are equipped alike, or clerks who know the same.
type Kind<'a> = (&'a Set, Option<Peak>);

fn room_kinds(problem: &Problem, site: usize) -> Vec<Kind<'_>> {
    let rooms = problem.sites[site].rooms.iter();
    distinct(rooms.map(|&room| &problem.rooms[room].equipment))
}

fn skill_kinds(problem: &Problem) -> Vec<Kind<'_>> {
    distinct(problem.services.iter().map(|service| &service.skills))
}

fn distinct<'a>(sets: impl Iterator<Item = &'a Set>) -> Vec<Kind<'a>> {
    let mut sets: Vec<&Set> = sets.collect();
    sets.sort_unstable();
    sets.dedup();
    sets.into_iter().map(|set| (set, None)).collect()
}

fn raise_rooms(problem: &Problem, market: &Market<'_>, spare: &Spare, kinds: &mut [Kind<'_>]) {
    for (equipment, peak) in kinds {
        let alike = |room: usize| problem.rooms[room].equipment == **equipment;
        let price = market.room(alike);
        let fits = |service: usize| problem.services[service].equipment.is_subset(equipment);
        let worth = |window: Window| {
            let steps = usize::from(window.from)..usize::from(window.until);
            let price = steps.filter(|&step| spare.has_clerk(step)).map(|step| price[step]);
            price.sum::<f64>().min(market.unmet(fits, window))
        };
        if let Some(found) = dearest(problem, market.site_day, worth, worth) {
            Peak::raise(peak, found);
        }
    }
}

/// In rooms that are `spare`, or in a room of their own.
fn raise_skills(
    problem: &Problem,
    market: &Market<'_>,
    spare: Option<&Spare>,
    kinds: &mut [Kind<'_>],
) {
    let wares = wares(problem, market);
    for (skills, peak) in kinds {
        let known = |ware: &&Ware| problem.services[ware.service].skills.is_subset(skills);
        let mine: Vec<&Ware> = wares.iter().filter(known).collect();
        let rough = |window| market.asking_price(&mine, spare, window);
        let knows = |service: usize| problem.services[service].skills.is_subset(skills);
        let worth = |window| market.worth(&mine, spare, window).min(market.unmet(knows, window));
        if let Some(found) = dearest(problem, market.site_day, rough, worth) {
            Peak::raise(peak, found);
        }
    }
}

fn scarce_quota(problem: &Problem, prices: &Prices, site: usize) -> Option<(Scarce, Peak)> {
    let mut best: Option<(usize, Peak)> = None;
    let mut total = 0.0;
    for (index, (quota, &price)) in problem.quotas.iter().zip(&prices.quotas).enumerate() {
        if problem.site_days[quota.site_day].site != site {
            continue;
        }
        let less = u32::from(problem.grid.steps_for(QUOTA_MINUTES)).min(quota.min_steps);
        let minutes = price * f64::from(less);
        total += minutes;
        if best.is_none_or(|(_, peak)| minutes > peak.minutes) {
            let peak = Peak { site_day: quota.site_day, window: quota.window, minutes, total };
            best = Some((index, peak));
        }
    }
    let (index, peak) = best?;
    let quota = &problem.quotas[index];
    let less = u32::from(problem.grid.steps_for(QUOTA_MINUTES)).min(quota.min_steps);
    let minutes_less = less * problem.grid.minutes();
    Some((Scarce::Quota { quota: quota.id.clone(), minutes_less }, Peak { total, ..peak }))
}

/// The stretch of the day, beginning at opening time or a full hour, that is worth most by `rough`,
/// with its `worth`, and that of all opening hours together. Nothing where the site is closed.
fn dearest(
    problem: &Problem,
    site_day: usize,
    rough: impl Fn(Window) -> f64,
    worth: impl Fn(Window) -> f64,
) -> Option<Peak> {
    let grid = problem.grid;
    let length = grid.steps_for(STRETCH_MINUTES);
    let mut best: Option<(f64, Window)> = None;
    let mut total = 0.0;
    for &open in &problem.site_days[site_day].open {
        total += worth(open);
        let last = open.until.saturating_sub(length).max(open.from);
        for from in open.from..=last {
            if from != open.from && grid.minute_of(from) % 60 >= grid.minutes() {
                continue;
            }
            let window = Window::new(from, open.until.min(from.saturating_add(length)));
            let value = rough(window);
            if best.is_none_or(|(most, _)| value > most) {
                best = Some((value, window));
            }
        }
    }
    best.map(|(_, window)| Peak { site_day, window, minutes: worth(window), total })
}

/// Drops a kind where one that needs less brings (nearly) as much.
fn without_needless(kinds: Vec<Kind<'_>>) -> Vec<(&Set, Peak)> {
    let kinds: Vec<(&Set, Peak)> =
        kinds.into_iter().filter_map(|(set, peak)| Some((set, peak?))).collect();
    let needless = |&(set, peak): &(&Set, Peak)| {
        kinds.iter().any(|&(other, with_less)| {
            other != set && other.is_subset(set) && with_less.minutes >= 0.98 * peak.minutes
        })
    };
    kinds.iter().filter(|kind| !needless(kind)).copied().collect()
}

fn names(set: &Set, names: &[String]) -> Vec<String> {
    set.iter().filter_map(|index| names.get(index).cloned()).collect()
}
