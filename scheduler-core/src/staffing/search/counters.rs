//! Walk-in counters by half-hour: quotas that follow the people who come, in place of a share by hand.

use crate::problem::Problem;
use crate::scenario::{Scenario, WalkInQuota, Weekday};
use crate::time::Clock;

use super::pressure::Pressure;
use super::witness::HALF_HOURS;
use crate::staffing::bound::needs::Needs;

/// Minutes of a walk-in block at least: shorter ones cost clerks more moves than they serve people.
const BLOCK_MINUTES: u32 = 30;

/// The problem, what is needed, and the weekday of the first date.
pub(in crate::staffing) type Of<'a> = (&'a Problem, &'a Needs, usize);

/// Puts counters in the place of the quotas of `scenario`: for each half-hour of each weekday as many
/// as the walk-ins of that time keep busy, and some more where the search found that they wait.
pub(in crate::staffing) fn write(of: Of<'_>, scenario: &mut Scenario, pressure: &Pressure) {
    let (problem, ..) = of;
    let skills: Vec<Vec<String>> = problem
        .sites
        .iter()
        .map(|site| {
            let of_site = scenario.walk_in_quotas.iter().filter(|quota| quota.site == site.id);
            of_site.map(|quota| quota.skills.clone()).next().unwrap_or_default()
        })
        .collect();
    scenario.walk_in_quotas.clear();
    for (site, entry) in problem.sites.iter().enumerate() {
        for weekday in Weekday::ALL {
            let counters = by_half_hour(of, (site, weekday as usize), pressure);
            for (from, until, count) in runs(&counters) {
                scenario.walk_in_quotas.push(WalkInQuota {
                    id: format!("{}-{weekday}-{}", entry.id, Clock(from)),
                    site: entry.id.clone(),
                    days: Some(vec![weekday]),
                    from: Clock(from),
                    until: Clock(until),
                    block_minutes: BLOCK_MINUTES,
                    counters: count,
                    skills: skills[site].clone(),
                    ..WalkInQuota::default()
                });
            }
        }
    }
}

/// Counters of a weekday by half-hour, the mean over its dates.
pub(in crate::staffing) fn by_half_hour(
    (_, needs, first_weekday): Of<'_>,
    (site, weekday): (usize, usize),
    pressure: &Pressure,
) -> Vec<u32> {
    let dates: Vec<usize> = (0..needs.dates)
        .filter(|date| (first_weekday + date) % 7 == weekday)
        .filter(|&date| !needs.day(site, date).open.is_empty())
        .collect();
    let mut counters = vec![0; HALF_HOURS];
    if dates.is_empty() {
        return counters;
    }
    // Who has an appointment and does not come leaves a clerk to walk-ins.
    let spare = if needs.streams.iter().any(|s| s.sites.contains(&site)) { 0.25 } else { 0.0 };
    for (half_hour, count) in counters.iter_mut().enumerate() {
        let from = half_hour as u32 * 30;
        let is_open = |&&date: &&usize| {
            let open = &needs.day(site, date).open;
            open.iter().any(|&(a, b)| a < from + 30 && from < b)
        };
        let open: Vec<&usize> = dates.iter().filter(is_open).collect();
        if open.is_empty() {
            continue;
        }
        let loads = open.iter().map(|&&date| needs.walk_in_load(site, date, half_hour));
        let load = loads.sum::<f64>() / open.len() as f64;
        let more = pressure.more[(site * 7 + weekday) * HALF_HOURS + half_hour];
        let wanted = load * (1.0 - spare) + pressure.walk_ins[site] * load.sqrt() + more;
        *count = (wanted.max(0.0).round() as u32).min(needs.rooms[site] as u32);
    }
    counters
}

/// Minutes of opening hours that counters take, of a cycle.
pub(in crate::staffing) fn minutes(of: Of<'_>, site: usize, pressure: &Pressure) -> f64 {
    let (_, needs, first_weekday) = of;
    (0..needs.dates)
        .map(|date| {
            let weekday = (first_weekday + date) % 7;
            let open = &needs.day(site, date).open;
            let counters = by_half_hour(of, (site, weekday), pressure);
            let of_half_hour = |(half_hour, &count): (usize, &u32)| {
                let from = half_hour as u32 * 30;
                let common =
                    open.iter().map(|&(a, b)| (from + 30).min(b).saturating_sub(from.max(a)));
                f64::from(common.sum::<u32>() * count)
            };
            counters.iter().enumerate().map(of_half_hour).sum::<f64>()
        })
        .sum()
}

/// Stretches of half-hours with the same number of counters: begin and end in minutes, and how many.
fn runs(counters: &[u32]) -> Vec<(u32, u32, u32)> {
    let mut runs: Vec<(u32, u32, u32)> = Vec::new();
    for (half_hour, &count) in counters.iter().enumerate().filter(|(_, count)| **count > 0) {
        let from = half_hour as u32 * 30;
        match runs.last_mut() {
            Some(last) if last.1 == from && last.2 == count => last.1 = from + 30,
            _ => runs.push((from, from + 30, count)),
        }
    }
    runs
}
