//! Site-days with their promises as a problem of its own, for the judge and for the planner.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Findings, PlanFile};
use uuid::Uuid;

use super::days::{Days, SiteDay};
use super::ids::Ids;
use super::part;
use crate::store::PromiseRow;

/// Some site-days as a problem of its own.
#[derive(Debug)]
pub(super) struct Case {
    pub problem: Problem,
    /// What each promise is for, in the problem, and the services that people asked for.
    services: BTreeMap<String, (String, Vec<String>)>,
}

impl Case {
    /// The site-days of `days`, from the first date to the last, with the promises that the ledgers
    /// keep and those of the others that `also` takes.
    ///
    /// # Errors
    /// Where they make no problem.
    pub(super) fn new(
        days: &Days,
        also: impl Fn(&SiteDay, &PromiseRow) -> bool,
    ) -> Result<Self, Findings> {
        let dates = || days.all.iter().map(|day| day.key.date);
        let first = dates().min().unwrap_or(days.view.scenario.horizon.from);
        let last = dates().max().unwrap_or(first);
        let mut scenario = part::of_dates(&days.view.scenario, first, last);
        let sites: BTreeSet<&str> = days.all.iter().map(|day| day.key.site.as_str()).collect();
        if scenario.sites.iter().any(|site| !sites.contains(site.id.as_str())) {
            part::keep_sites(&mut scenario, &sites);
        }
        let mut promises = Vec::new();
        for day in &days.all {
            let kept =
                days.ledger(day).promises().filter_map(|(entry, _)| day.rows.get(&*entry.id));
            let others = days.unkept(day).filter(|row| also(day, row));
            promises.extend(kept.chain(others).cloned());
        }
        // A plan that is judged may lift what another has pinned.
        promises.iter_mut().for_each(|row: &mut PromiseRow| row.seat_pinned = false);
        let whole = days.view.problem();
        let given = part::add_promises(&mut scenario, whole, &Ids::new(whole), &promises);
        let mut problem = Problem::of_kept(&scenario)?;
        // In the service the minutes of a quota have a price: one sick call leaves no town unplanned.
        problem.relaxed = true;
        let asked = promises.iter().filter_map(|row: &PromiseRow| {
            let service = given.get(&row.id)?.clone();
            let asked = row.basket.iter().map(|(service, _)| service.clone()).collect();
            Some((row.id.to_string(), (service, asked)))
        });
        Ok(Self { problem, services: asked.collect() })
    }

    /// Lets slots that keep a promise name any of its services.
    pub(super) fn translate(&self, file: &mut PlanFile<'_>) {
        for slot in &mut file.slots {
            let Some(promise) = slot.appointment.as_deref() else { continue };
            if let Some((service, asked)) = self.services.get(promise)
                && asked.iter().any(|asked| *asked == slot.service)
            {
                slot.service = Cow::Owned(service.clone());
            }
        }
    }
}

/// The promises that `file` names.
pub(super) fn named(file: &PlanFile<'_>) -> BTreeSet<Uuid> {
    file.slots.iter().filter_map(|slot| slot.appointment.as_deref()?.parse().ok()).collect()
}
