//! Duties that clash in ways that no count sees: found by solving what must be kept on a site-day,
//! without demand, as a mixed-integer program.
//!
//! A smallest clash is left over when every duty whose absence changes nothing is taken out, one
//! after the other: the deletion filter of J. W. Chinneck and E. W. Dravnieks, *Locating Minimal
//! Infeasible Constraint Sets in Linear Programs*, ORSA Journal on Computing 3 (1991).

use std::time::Duration;

use crate::plan::milp::Scope;
use crate::plan::milp::feasible;
use crate::plan::{Conflict, Monitor};
use crate::problem::Problem;

use super::words;

/// Something that must be kept and could be left out to see what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Duty {
    Promise(usize),
    Most(usize),
    Least(usize),
}

/// One conflict for each site-day whose duties the solver proves impossible together, naming a
/// smallest set of them; site-days that are too large, or not decided within `time`, are left out.
/// With no `time` it never looks at the clock.
pub(crate) fn explain_by_solving(
    problem: &Problem,
    monitor: &dyn Monitor,
    time: Option<Duration>,
) -> Vec<Conflict> {
    let end = time.map(|time| monitor.elapsed() + time);
    let mut conflicts = Vec::new();
    for (site_day, data) in problem.site_days.iter().enumerate() {
        let mut scope = Scope::duties(site_day);
        if (data.quotas.is_empty() && data.promises.is_empty()) || monitor.cancelled() {
            continue;
        }
        let left = || end.map(|end| end.saturating_sub(monitor.elapsed()));
        if feasible(problem, &scope, monitor, left()) != Some(false) {
            continue;
        }
        let promises = data.promises.iter().map(|&promise| Duty::Promise(promise));
        let most = data.quotas.iter().map(|&quota| Duty::Most(quota));
        let least = data.quotas.iter().map(|&quota| Duty::Least(quota));
        let mut clash = Vec::new();
        let mut smallest = true;
        for duty in promises.chain(most).chain(least).filter(|duty| duty.asks(problem)) {
            let without = duty.left_out_of(&scope);
            match feasible(problem, &without, monitor, left()) {
                Some(false) => scope = without,
                decided => {
                    smallest &= decided.is_some();
                    clash.push(duty);
                }
            }
        }
        conflicts.push(conflict(problem, site_day, &clash, smallest));
    }
    conflicts
}

impl Duty {
    /// Whether it is one at all.
    fn asks(self, problem: &Problem) -> bool {
        match self {
            Self::Promise(_) => true,
            Self::Most(quota) => problem.quotas[quota].max_steps.is_some(),
            Self::Least(quota) => problem.quotas[quota].min_steps > 0,
        }
    }

    fn left_out_of(self, scope: &Scope) -> Scope {
        let mut scope = scope.clone();
        match self {
            Self::Promise(promise) => scope.without_promises.insert(promise),
            Self::Most(quota) => scope.without_most.insert(quota),
            Self::Least(quota) => scope.without_least.insert(quota),
        }
        scope
    }

    fn name(self, problem: &Problem) -> String {
        let minutes = |steps| words::minutes(problem, steps);
        match self {
            Self::Promise(promise) => format!("promise {}", problem.promises[promise].id),
            Self::Most(quota) => {
                let quota = &problem.quotas[quota];
                let most = minutes(quota.max_steps.unwrap_or(0));
                format!("quota {} (at most {most} minutes)", quota.id)
            }
            Self::Least(quota) => {
                let quota = &problem.quotas[quota];
                format!("quota {} (at least {} minutes)", quota.id, minutes(quota.min_steps))
            }
        }
    }

    fn pointer(self, problem: &Problem) -> String {
        match self {
            Self::Promise(promise) => format!("/appointments/{promise}"),
            Self::Most(quota) | Self::Least(quota) => {
                format!("/walk_in_quotas/{}", problem.quotas[quota].source)
            }
        }
    }
}

fn conflict(problem: &Problem, site_day: usize, clash: &[Duty], smallest: bool) -> Conflict {
    let names = words::list(clash.iter().map(|duty| duty.name(problem)));
    let rest = if smallest {
        "each would be possible without the others"
    } else {
        "not all of them may be at fault"
    };
    let message = format!(
        "{}: no day of the clerks and rooms, breaks held, keeps all of this: {names}; {rest}: \
         move or relax one of them",
        words::date(problem, site_day),
    );
    let pointer = clash.first().map_or_else(String::new, |duty| duty.pointer(problem));
    Conflict { code: "duties.clash", pointer, message }
}
