//! What the best attempt leaves open where no plan was found.

use super::words;
use crate::plan::{Conflict, lns::State};
use crate::problem::{Problem, site_day::SiteDayModel};

/// Quotas missed, promises nobody keeps and breaks not held, by site-day.
pub(crate) fn left_open(
    problem: &Problem,
    days: &[SiteDayModel],
    states: &[&State],
) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for (day, state) in days.iter().zip(states) {
        let date = words::date(problem, day.site_day);
        for (quota, &covered) in day.quotas.iter().zip(&state.covered) {
            let off = words::minutes(problem, quota.off(covered).unsigned_abs());
            if off > 0 {
                let quota = &problem.quotas[quota.index];
                let side = if covered < quota.min_steps as i32 { "short of" } else { "above" };
                conflicts.push(Conflict {
                    code: "quota.not_met",
                    pointer: format!("/walk_in_quotas/{}", quota.source),
                    message: format!(
                        "{date}: the best attempt is {off} minutes {side} what quota {} allows; \
                         plan for longer, change the quota, or add {}",
                        quota.id,
                        words::clerks_with(problem, &quota.skills),
                    ),
                });
            }
        }
        for &promise in &state.unkept {
            let index = day.promises[usize::from(promise)].index;
            let promise = &problem.promises[index];
            conflicts.push(Conflict {
                code: "promise.not_kept",
                pointer: format!("/appointments/{index}"),
                message: format!(
                    "{date}: the best attempt finds nobody for appointment {} from {}; plan for \
                     longer, move it, or unpin its clerk or room",
                    promise.id,
                    words::span(problem, promise.window),
                ),
            });
        }
        for (shift, _) in day.shifts.iter().zip(&state.rested).filter(|(_, rested)| !**rested) {
            let shift = &problem.shifts[shift.index];
            conflicts.push(Conflict {
                code: "break.not_held",
                pointer: format!("/staff/{}/shifts/{}/break", shift.clerk, shift.source),
                message: format!(
                    "{date}: the best attempt leaves clerk {} without a break; widen its window \
                     or move the appointments pinned to that clerk",
                    problem.clerks[shift.clerk].id,
                ),
            });
        }
    }
    conflicts
}
