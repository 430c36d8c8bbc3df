//! Why there is no plan: everything that counting can prove, in a planner's words.
//!
//! Each conflict reported is a proof: it uses conditions that every plan must meet, so a problem
//! with a plan has none. They are not all there is: duties can clash in ways that no count sees.
//! [`explain_by_solving`] finds those on small site-days.

mod cover;
mod flow;
mod matching;
mod promises;
mod quotas;
mod reach;
mod solving;
mod words;

pub(crate) use solving::explain_by_solving;

use crate::problem::Problem;

use super::Conflict;
use super::exact::parts::{Day, Scope};

/// What stands in the way of any plan for `problem`, in order of site, date and kind; empty where
/// counting finds nothing.
///
/// Per site-day: a matching of promises with clerks and with rooms at each step, a longest path
/// through each clerk's day, and a maximum flow from clerks to steps for each quota. Time grows
/// with site-days × (promises + shifts + quotas) × steps, about.
pub fn explain(problem: &Problem) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for site_day in 0..problem.site_days.len() {
        let parts = Day::new(problem, &Scope::duties(site_day), site_day);
        let duties = promises::Duties::new(problem, &parts, &mut conflicts);
        quotas::explain(problem, &parts, &duties, &mut conflicts);
    }
    conflicts
}
