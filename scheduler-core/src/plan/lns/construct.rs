//! The first plan of a site-day.

use super::{
    parameters::FIRST_REPAIRS,
    search::{SiteDaySearch, Workspace},
    stretch::Touch,
};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// The first plan: every shift is filled once, in random order. First with duties alone, promises
    /// and walk-in blocks, as nothing is in their way yet, then with slots. `give_up` ends the search
    /// for a place for each duty.
    pub(crate) fn fill(
        &mut self,
        day: &SiteDayModel,
        work: &mut Workspace,
        give_up: &dyn Fn() -> bool,
    ) {
        self.score = self.evaluate(day, &work.marginals);
        if let (Some(pricing), Some(buffers)) = (self.pricing.take(), &mut work.seated) {
            if self.started {
                self.complete_seated(day, &pricing, &work.marginals, buffers, give_up);
            } else {
                self.fill_seated(day, &pricing, &work.marginals, buffers, give_up);
                self.keep_best();
            }
            self.pricing = Some(pricing);
            return;
        }
        if self.started {
            self.complete(day, work, give_up);
            return;
        }
        if !day.promises.is_empty() {
            self.seat(day, None, give_up);
            self.score = self.evaluate(day, &work.marginals);
            self.repair_all(day, work, give_up);
        } else if !day.quotas.is_empty() {
            work.recreate.perturbation.fill(-1.0);
            self.fill_once(day, work, f64::INFINITY);
            self.repair_all(day, work, give_up);
        }
        work.recreate.perturbation.fill(1.0);
        self.fill_once(day, work, f64::INFINITY);
        self.keep_best();
    }

    /// The first plan where the state begins from one: what it lacks is repaired, and what is free
    /// is filled where nothing is lost by it.
    fn complete(&mut self, day: &SiteDayModel, work: &mut Workspace, give_up: &dyn Fn() -> bool) {
        work.recreate.perturbation.fill(1.0);
        if !self.state.missing(day).is_none() {
            self.seat(day, None, give_up);
            self.score = self.evaluate(day, &work.marginals);
        }
        self.keep_best();
        for _ in 0..2 {
            self.fill_once(day, work, f64::MIN_POSITIVE);
            if self.state.missing(day).is_none() {
                break;
            }
            self.repair_all(day, work, give_up);
        }
        if self.score > self.best_score {
            self.keep_best();
        }
    }

    fn repair_all(&mut self, day: &SiteDayModel, work: &mut Workspace, give_up: &dyn Fn() -> bool) {
        for _ in 0..FIRST_REPAIRS * day.shifts.len() {
            if self.state.missing(day).is_none() || give_up() {
                break;
            }
            self.repair(day, work);
        }
    }

    fn fill_once(&mut self, day: &SiteDayModel, work: &mut Workspace, temperature: f64) {
        let mut order: Vec<usize> = (0..day.shifts.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.random.below(i + 1));
        }
        let touch = Touch { blocks: false, promises: 0.0, clear: None, reserve: None };
        for shift in order {
            let (from, until) = (day.shifts[shift].from, day.shifts[shift].until);
            work.parts[0].shift = shift;
            self.destroy_and_recreate(day, work, 1, (from, until), touch, temperature);
        }
    }
}
