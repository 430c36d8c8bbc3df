//! The first plan: clerk by clerk, each at one counter for the whole shift.

use super::{Buffers, destroy::Touch, pricing::Pricing};
use crate::plan::lns::{parameters::FIRST_REPAIRS, search::SiteDaySearch, stretch::Marginals};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// Fills each shift by the best path through it, in random order; where there are promises, at
    /// first with duties alone, as nothing is in their way yet. As sitting down costs once and
    /// staying nothing, a path stays where it is. `give_up` ends the search for a place for each
    /// duty.
    pub(in crate::plan::lns) fn fill_seated(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        buffers: &mut Buffers,
        give_up: &dyn Fn() -> bool,
    ) {
        buffers.recreate.taste.reset();
        let mut temperature = f64::INFINITY;
        if !day.promises.is_empty() {
            self.seat(day, Some(pricing), give_up);
            self.score = self.evaluate(day, marginals) - self.state.charge(day, pricing);
            buffers.recreate.taste.services.fill(-1.0);
            buffers.recreate.taste.duties_only = true;
            self.repair_seated(day, pricing, marginals, buffers, give_up);
            buffers.recreate.taste.reset();
            temperature = f64::MIN_POSITIVE;
        }
        self.fill_seated_once(day, pricing, marginals, buffers, temperature);
    }

    /// The first plan where the state begins from one: what it lacks is repaired, and what is free
    /// is filled where nothing is lost by it.
    pub(in crate::plan::lns) fn complete_seated(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        buffers: &mut Buffers,
        give_up: &dyn Fn() -> bool,
    ) {
        if !self.state.missing(day).is_none() {
            self.seat(day, Some(pricing), give_up);
            self.score = self.evaluate(day, marginals) - self.state.charge(day, pricing);
        }
        self.keep_best();
        for _ in 0..2 {
            buffers.recreate.taste.reset();
            self.fill_seated_once(day, pricing, marginals, buffers, f64::MIN_POSITIVE);
            if self.state.missing(day).is_none() {
                break;
            }
            self.repair_seated(day, pricing, marginals, buffers, give_up);
        }
        if self.score > self.best_score {
            self.keep_best();
        }
    }

    fn repair_seated(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        buffers: &mut Buffers,
        give_up: &dyn Fn() -> bool,
    ) {
        for _ in 0..FIRST_REPAIRS * day.shifts.len() {
            if self.state.missing(day).is_none() || give_up() {
                break;
            }
            self.step_seated(day, pricing, marginals, buffers, f64::MIN_POSITIVE);
        }
    }

    fn fill_seated_once(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        buffers: &mut Buffers,
        temperature: f64,
    ) {
        let mut order: Vec<usize> = (0..day.shifts.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.random.below(i + 1));
        }
        let touch = Touch { blocks: true, ..Touch::default() };
        for shift in order {
            let range = (day.shifts[shift].from, day.shifts[shift].until);
            buffers.parts[0].shift = shift;
            self.move_seated(day, pricing, marginals, buffers, 1, range, touch, temperature);
        }
    }
}
