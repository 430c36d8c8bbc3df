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
            self.fill_seated(day, &pricing, &work.marginals, buffers, give_up);
            self.pricing = Some(pricing);
            self.keep_best();
            return;
        }
        if !day.promises.is_empty() || !day.quotas.is_empty() {
            work.recreate.perturbation.fill(-1.0);
            self.fill_once(day, work);
            for _ in 0..FIRST_REPAIRS * day.shifts.len() {
                if self.state.missing(day).is_none() || give_up() {
                    break;
                }
                self.repair(day, work);
            }
        }
        work.recreate.perturbation.fill(1.0);
        self.fill_once(day, work);
        self.keep_best();
    }

    fn fill_once(&mut self, day: &SiteDayModel, work: &mut Workspace) {
        let mut order: Vec<usize> = (0..day.shifts.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.random.below(i + 1));
        }
        let touch = Touch { blocks: false, promises: 0.0, clear: None, reserve: None };
        for shift in order {
            let (from, until) = (day.shifts[shift].from, day.shifts[shift].until);
            work.parts[0].shift = shift;
            self.destroy_and_recreate(day, work, 1, (from, until), touch, f64::INFINITY);
        }
    }
}
