//! The first plan: clerk by clerk, each at one counter for the whole shift.

use super::{Buffers, destroy::Touch, pricing::Pricing};
use crate::plan::lns::{search::SiteDaySearch, stretch::Marginals};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// Fills each shift by the best path through it, in random order. As sitting down costs once and
    /// staying nothing, a path stays where it is.
    pub(in crate::plan::lns) fn fill_seated(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        buffers: &mut Buffers,
        give_up: &dyn Fn() -> bool,
    ) {
        let mut order: Vec<usize> = (0..day.shifts.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.random.below(i + 1));
        }
        buffers.recreate.taste.reset();
        for shift in order {
            let range = (day.shifts[shift].from, day.shifts[shift].until);
            buffers.parts[0].shift = shift;
            let touch = Touch { blocks: true, ..Touch::default() };
            self.move_seated(day, pricing, marginals, buffers, 1, range, touch, f64::INFINITY);
        }
    }
}
