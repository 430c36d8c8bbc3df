//! Which pool of demand a slot belongs to.

use crate::problem::{Problem, Slot};
use crate::time::Window;

/// The places of all pools in order of demand and site-day.
pub(super) struct Pools(Vec<Place>);

struct Place {
    demand: usize,
    site_day: usize,
    window: Window,
    pool: usize,
}

impl Pools {
    pub(super) fn new(problem: &Problem) -> Self {
        let mut places: Vec<_> = problem
            .pools
            .iter()
            .enumerate()
            .flat_map(|(index, pool)| {
                pool.places.iter().map(move |&(site_day, window)| Place {
                    demand: pool.demand,
                    site_day,
                    window,
                    pool: index,
                })
            })
            .collect();
        places.sort_unstable_by_key(|place| (place.demand, place.site_day, place.window));
        Self(places)
    }

    /// The pool that the slot's demand has for its service, site, day and start. The slot's own
    /// indices lead somewhere.
    pub(super) fn of(&self, problem: &Problem, slot: &Slot) -> Option<usize> {
        let key = (slot.demand?, problem.site_day(slot.site, slot.day));
        let from = self.0.partition_point(|place| (place.demand, place.site_day) < key);
        self.0[from..]
            .iter()
            .take_while(|place| (place.demand, place.site_day) == key)
            .find(|place| {
                place.window.contains(slot.window.from)
                    && problem.pools[place.pool].service == slot.service
            })
            .map(|place| place.pool)
    }
}
