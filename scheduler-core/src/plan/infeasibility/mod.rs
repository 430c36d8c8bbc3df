//! Why there is no plan: everything that counting can prove, in a planner's words.
//!
//! Each conflict reported is a proof: it uses conditions that every plan must meet, so a problem
//! with a plan has none. They are not all there is: duties can clash in ways that no count sees.
//! A solver finds those, on site-days that are small enough (feature `exact`).

mod cover;
mod flow;
mod matching;
mod pins;
mod promises;
mod quota_reach;
mod quotas;
mod shortfall;
#[cfg(feature = "exact")]
mod solving;
pub(crate) mod words;

#[cfg(feature = "exact")]
use std::time::Duration;

use rayon::prelude::*;

use crate::problem::{Problem, site_day::SiteDayModel};

pub(super) use self::pins::{pins_in_the_way, pins_that_clash};
pub(super) use self::shortfall::left_open;
#[cfg(feature = "exact")]
use self::solving::explain_by_solving;
use super::{Budget, Conflict, Monitor};

/// What stands in the way of any plan for `problem`, in order of site, date and kind; empty where
/// counting finds nothing.
///
/// Per site-day: a matching of promises with clerks and with rooms at each step, a longest path
/// through each clerk's day, and a maximum flow from clerks to steps for each quota. Time grows
/// with site-days × (promises + shifts + quotas) × steps, about.
pub fn explain(problem: &Problem) -> Vec<Conflict> {
    (0..problem.site_days.len())
        .into_par_iter()
        .flat_map_iter(|site_day| explain_site_day(problem, site_day))
        .collect()
}

fn explain_site_day(problem: &Problem, site_day: usize) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let day = SiteDayModel::new(problem, site_day, &[]);
    let duties = promises::Duties::new(problem, site_day, &mut conflicts);
    if !problem.relaxed {
        quotas::explain(problem, &day, &duties, &mut conflicts);
    }
    conflicts
}

/// Time for solving what counting cannot explain; part of no budget.
#[cfg(feature = "exact")]
const SOLVING_TIME: Duration = Duration::from_secs(3);

/// What stands in the way of any plan for `problem`, which has none: at least one conflict.
#[cfg_attr(not(feature = "exact"), allow(dead_code, reason = "for the exact engine"))]
pub(crate) fn reasons(problem: &Problem, monitor: &dyn Monitor, budget: Budget) -> Vec<Conflict> {
    let mut conflicts = explain(problem);
    if conflicts.is_empty() {
        conflicts = solved(problem, monitor, budget);
    }
    if conflicts.is_empty() {
        let message = "quotas, promises and breaks cannot all be kept, but which of them clash is \
                       too much to find out; relax one of them";
        let (code, pointer, message) = ("duties.clash", String::new(), message.to_owned());
        conflicts.push(Conflict { code, pointer, message });
    }
    conflicts
}

/// The clashes of site-days that a solver finds with a small effort, beyond what counting finds.
/// With a budget of steps it never looks at the clock.
#[cfg(feature = "exact")]
pub(crate) fn solved(problem: &Problem, monitor: &dyn Monitor, budget: Budget) -> Vec<Conflict> {
    let time = match budget {
        Budget::Time(_) => Some(SOLVING_TIME),
        Budget::Steps(_) => None,
    };
    explain_by_solving(problem, monitor, time)
}

/// Nothing: solving takes the feature `exact`.
#[cfg(not(feature = "exact"))]
pub(crate) fn solved(_: &Problem, _: &dyn Monitor, _: Budget) -> Vec<Conflict> {
    Vec::new()
}
