//! Scenario to problem.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    Break, Clerk, Cover, Operations, Pool, Problem, Promise, Quota, ReleasePolicy, ReleaseWave,
    Room, Service, Set, Shift, Site, SiteDay, Stretch,
};
use crate::scenario::rules::{self, DatedQuota, Dates, Resolved, ResolvedRelease};
use crate::scenario::{Findings, PoolSpan, Scenario, WalkInQuota, Wave};
use crate::time::{Grid, Window};

impl Problem {
    /// Checks every rule on `scenario`, resolves its references and expands its dates.
    ///
    /// What makes no error is in [`Problem::warnings`]. Time and memory grow with the dated
    /// shifts, quotas and demand, and with site-days times steps of a day.
    ///
    /// # Errors
    /// All findings, whatever their severity, where one of them is an error.
    pub fn new(scenario: &Scenario) -> Result<Self, Findings> {
        Self::with(scenario, Dates::Any)
    }

    /// As [`Self::new`], for a scenario that an earlier version has accepted and that is in use:
    /// shifts of a clerk that clash on dates beyond its horizon only, which no rule forbade then,
    /// are no error.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of_kept(scenario: &Scenario) -> Result<Self, Findings> {
        Self::with(scenario, Dates::Horizon)
    }

    #[allow(clippy::too_many_lines, reason = "one table after the other")]
    fn with(scenario: &Scenario, dates: Dates) -> Result<Self, Findings> {
        let (resolved, warnings) = rules::resolve(scenario, dates)?;
        let Resolved {
            zone,
            grid,
            dates,
            room_sites,
            open,
            shifts,
            quotas,
            cover,
            own_rooms,
            demand,
            promises,
            release,
        } = resolved;
        let days = dates.len();
        let mut names = Names::default();
        let services = services(scenario, grid, &mut names);
        let mut problem = Self {
            name: scenario.name.clone().unwrap_or_default(),
            zone,
            grid,
            clerks: clerks(scenario, &own_rooms, (&services, &dates), &mut names),
            rooms: rooms(scenario, &room_sites, &mut names),
            sites: sites(scenario, &room_sites),
            services,
            site_days: site_days(open, days),
            shifts: Vec::with_capacity(shifts.len()),
            quotas: Vec::with_capacity(quotas.len()),
            cover: Vec::with_capacity(cover.len()),
            weights: scenario.weights.into(),
            relaxed: false,
            pools: Vec::new(),
            promises: Vec::with_capacity(promises.len()),
            release: release_policies(scenario, release),
            operations: Operations::default(),
            demand_ids: scenario.demand.iter().map(|entry| entry.id.clone()).collect(),
            skills: Vec::new(),
            equipment: Vec::new(),
            dates,
            warnings,
        };
        for shift in shifts {
            let site_day = problem.site_day(shift.site, shift.day);
            let range = &mut problem.site_days[site_day].shifts;
            if range.start == range.end {
                range.start = problem.shifts.len();
            }
            range.end = problem.shifts.len() + 1;
            let breaks = shift.breaks.into_iter().map(|(steps, window)| Break { steps, window });
            problem.shifts.push(Shift {
                clerk: shift.clerk,
                source: shift.source,
                site_day,
                window: shift.window,
                absent: shift.absent,
                breaks: breaks.collect(),
            });
        }
        let quota_skills: Vec<Set> =
            scenario.walk_in_quotas.iter().map(|quota| names.skills.set(&quota.skills)).collect();
        for dated in quotas {
            let site_day = problem.site_day(dated.site, dated.day);
            problem.site_days[site_day].quotas.push(problem.quotas.len());
            let entry = &scenario.walk_in_quotas[dated.source];
            let (min_steps, max_steps) = shares(entry, dated.desk_steps);
            problem.quotas.push(Quota {
                id: entry.id.clone(),
                source: dated.source,
                site_day,
                window: dated.window,
                desk_steps: dated.desk_steps,
                min_steps,
                max_steps,
                block_steps: dated.block_steps,
                stretches: stretches(entry, &dated, grid),
                counters: entry.counters,
                skills: quota_skills[dated.source].clone(),
                returns_at: entry.returns_at.map(|time| time.0),
            });
        }
        for dated in cover {
            let site_day = problem.site_day(dated.site, dated.day);
            problem.site_days[site_day].cover.push(problem.cover.len());
            let entry = &scenario.cover[dated.source];
            problem.cover.push(Cover {
                id: entry.id.clone(),
                source: dated.source,
                site_day,
                window: dated.window,
                least: entry.least,
                skills: names.skills.set(&entry.skills),
            });
        }
        for (entry, promise) in scenario.appointments.iter().zip(promises) {
            let site_day = problem.site_day(promise.site, promise.day);
            problem.site_days[site_day].promises.push(problem.promises.len());
            problem.promises.push(Promise {
                id: entry.id.clone(),
                service: promise.service,
                persons: entry.persons,
                site_day,
                window: promise.window,
                clerk: promise.clerk,
                room: promise.room,
            });
        }
        for (index, (entry, resolved)) in scenario.demand.iter().zip(&demand).enumerate() {
            let pool = |days: &[usize]| Pool {
                demand: index,
                service: resolved.service,
                mean: entry.mean,
                places: problem.places(&resolved.sites, days, resolved.window),
            };
            let pools = match entry.pool {
                PoolSpan::Day => resolved.days.iter().map(|&day| pool(&[day])).collect(),
                PoolSpan::Horizon => vec![pool(&resolved.days)],
            };
            problem.pools.extend(pools.into_iter().filter(|pool| !pool.places.is_empty()));
        }
        problem.skills = names.skills.names;
        problem.equipment = names.equipment.names;
        problem.operations = Operations::new(scenario, &problem);
        Ok(problem)
    }

    /// `window` on every day of `days` on which one of `sites` is open, in order of site-day.
    fn places(&self, sites: &[usize], days: &[usize], window: Window) -> Vec<(usize, Window)> {
        sites
            .iter()
            .flat_map(|&site| days.iter().map(move |&day| self.site_day(site, day)))
            .filter(|&site_day| !self.site_days[site_day].open.is_empty())
            .map(|site_day| (site_day, window))
            .collect()
    }
}

/// Skills and equipment in order of first appearance.
#[derive(Default)]
struct Names {
    skills: NameList,
    equipment: NameList,
}

#[derive(Default)]
struct NameList {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

impl NameList {
    fn set(&mut self, names: &[String]) -> Set {
        names.iter().map(|name| self.index_of(name)).collect()
    }

    fn index_of(&mut self, name: &str) -> usize {
        if let Some(&index) = self.index.get(name) {
            return index;
        }
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }
}

fn services(scenario: &Scenario, grid: Grid, names: &mut Names) -> Vec<Service> {
    let services = scenario.services.iter();
    services
        .map(|service| Service {
            id: service.id.clone(),
            name: service.name.clone().unwrap_or_else(|| service.id.clone()),
            minutes: service.minutes,
            buffer_minutes: service.buffer_minutes,
            steps: grid.steps_for(service.minutes + service.buffer_minutes),
            extra_person_minutes: service.extra_person_minutes,
            max_persons: service.max_persons,
            value: service.value,
            skills: names.skills.set(&service.skills),
            needs_room: service.room,
            equipment: names.equipment.set(&service.equipment),
        })
        .collect()
}

fn clerks(
    scenario: &Scenario,
    own_rooms: &[Option<usize>],
    (services, dates): (&[Service], &[NaiveDate]),
    names: &mut Names,
) -> Vec<Clerk> {
    let clerks = scenario.staff.iter().zip(own_rooms);
    clerks
        .map(|(clerk, &own_room)| {
            let skills = names.skills.set(&clerk.skills);
            let able = |&service: &usize| services[service].skills.is_subset(&skills);
            let services = (0..services.len()).filter(able).collect();
            let name = clerk.name.clone().unwrap_or_else(|| clerk.id.clone());
            let away = clerk.absent_on.iter().filter_map(|date| dates.binary_search(date).ok());
            let absent_days = away.collect();
            Clerk { id: clerk.id.clone(), name, own_room, skills, services, absent_days }
        })
        .collect()
}

fn rooms(scenario: &Scenario, room_sites: &[usize], names: &mut Names) -> Vec<Room> {
    let rooms = scenario.rooms.iter().zip(room_sites);
    rooms
        .map(|(room, &site)| {
            let equipment = names.equipment.set(&room.equipment);
            let name = room.name.clone().unwrap_or_else(|| room.id.clone());
            Room { id: room.id.clone(), name, site, equipment }
        })
        .collect()
}

fn sites(scenario: &Scenario, room_sites: &[usize]) -> Vec<Site> {
    let mut sites: Vec<Site> = scenario
        .sites
        .iter()
        .map(|site| Site {
            id: site.id.clone(),
            name: site.name.clone().unwrap_or_else(|| site.id.clone()),
            rooms: Vec::new(),
        })
        .collect();
    for (room, &site) in room_sites.iter().enumerate() {
        sites[site].rooms.push(room);
    }
    sites
}

fn site_days(open: Vec<Vec<Window>>, days: usize) -> Vec<SiteDay> {
    open.into_iter()
        .enumerate()
        .map(|(site_day, open)| SiteDay {
            site: site_day / days,
            day: site_day % days,
            open,
            shifts: 0..0,
            quotas: Vec::new(),
            cover: Vec::new(),
            promises: Vec::new(),
        })
        .collect()
}

fn release_policies(scenario: &Scenario, resolved: Vec<ResolvedRelease>) -> Vec<ReleasePolicy> {
    let policies = scenario.release.iter().zip(resolved);
    policies
        .map(|(policy, ResolvedRelease { sites, waves })| ReleasePolicy {
            id: policy.id.clone(),
            channel: policy.channel.clone(),
            sites,
            min_notice_minutes: policy.min_notice_minutes,
            waves: waves
                .into_iter()
                .map(|Wave { days_ahead, at, share }| ReleaseWave {
                    days_ahead,
                    minute: at.0,
                    share,
                })
                .collect(),
        })
        .collect()
}

/// What is asked for in each stretch of a quota: neighbours are joined, from the front, until they
/// ask for a block at least, a last one that stays short with the one before. That is judged before
/// rounding, to whole steps downwards.
fn stretches(quota: &WalkInQuota, dated: &DatedQuota, grid: Grid) -> Vec<Stretch> {
    let block = f64::from(quota.block_minutes) / f64::from(grid.minutes());
    let mut joined: Vec<(Window, f64)> = Vec::new();
    for &(window, desk_steps) in &dated.stretches {
        let asked = quota.min_share * f64::from(desk_steps);
        match joined.last_mut() {
            Some((last, sum)) if *sum + ROUNDING < block => {
                (last.until, *sum) = (window.until, *sum + asked);
            }
            _ => joined.push((window, asked)),
        }
    }
    if let [.., (before, sum), (last, asked)] = &mut joined[..]
        && *asked + ROUNDING < block
    {
        (before.until, *sum) = (last.until, *sum + *asked);
        joined.pop();
    }
    let whole = |asked: f64| (asked + ROUNDING).floor() as u32;
    let stretches = joined.into_iter().map(|(window, asked)| (window, whole(asked)));
    stretches
        .filter(|&(_, steps)| steps > 0)
        .map(|(window, steps)| Stretch { window, steps })
        .collect()
}

/// Shares such as 0.3 are not exact.
const ROUNDING: f64 = 1e-9;

/// Least and most steps of `desk_steps`, forgiving the rounding of shares such as 0.3.
fn shares(quota: &WalkInQuota, desk_steps: u32) -> (u32, Option<u32>) {
    let desk = f64::from(desk_steps);
    let least = (quota.min_share * desk - ROUNDING).ceil() as u32;
    let most = quota.max_share.map(|share| (share * desk + ROUNDING).floor() as u32);
    (least, most)
}
