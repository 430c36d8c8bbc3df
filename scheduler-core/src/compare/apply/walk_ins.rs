//! Walk-ins as the scenario's defaults have them, written down.

use chrono::Datelike;

use crate::problem::{self, Problem};
use crate::scenario::{MixShare, Scenario, WalkIns, Weekday};
use crate::time::Clock;

/// `scenario`, whose problem is `problem`, with its walk-ins written down where it leaves them to
/// their default, which follows from quotas and staff. Dates of the same weekday get their mean.
///
/// Variants are compared with the settled scenario, so that the same people walk in.
#[must_use]
pub fn settled(scenario: &Scenario, problem: &Problem) -> Scenario {
    let mut settled = scenario.clone();
    let operations = settled.operations.get_or_insert_default();
    if operations.walk_ins.is_none() {
        operations.walk_ins = Some(written(problem));
    }
    settled
}

fn written(problem: &Problem) -> Vec<WalkIns> {
    let mut dates = [0_u32; 7];
    for date in &problem.dates {
        dates[date.weekday().num_days_from_monday() as usize] += 1;
    }
    let mut entries: Vec<WalkIns> = Vec::new();
    for arrivals in &problem.operations.walk_ins {
        let site = &problem.sites[arrivals.site].id;
        for &day in &arrivals.days {
            let weekday = Weekday::from(problem.dates[day].weekday());
            let per_hour = arrivals.per_hour / f64::from(dates[weekday as usize]);
            let mix = mix(problem, arrivals);
            let (from, until) = (Clock(arrivals.from), Clock(arrivals.until));
            let same = |entry: &&mut WalkIns| {
                entry.site == *site
                    && entry.days.as_deref() == Some(&[weekday])
                    && (entry.from, entry.until) == (from, until)
                    && entry.mix == mix
            };
            if let Some(entry) = entries.iter_mut().find(same) {
                entry.per_hour += per_hour;
                continue;
            }
            let stem = format!("{site}-{weekday}-{from}-{until}");
            let taken = |id: &str| entries.iter().any(|entry| entry.id == id);
            let id = if taken(&stem) { super::free_id(&stem, taken) } else { stem };
            let days = Some(vec![weekday]);
            entries.push(WalkIns {
                id,
                site: site.clone(),
                days,
                from,
                until,
                per_hour,
                mix,
                ..WalkIns::default()
            });
        }
    }
    entries
}

fn mix(problem: &Problem, arrivals: &problem::WalkIns) -> Vec<MixShare> {
    let mix = arrivals.mix.iter();
    mix.map(|&(service, share)| MixShare { service: problem.services[service].id.clone(), share })
        .collect()
}
