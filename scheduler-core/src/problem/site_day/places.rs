//! Where slots for the pools of a problem may start, by site-day.

use crate::problem::Problem;
use crate::time::Window;

/// A pool, as an index into [`Problem::pools`], and a window in which slots for it may start.
pub(crate) type PoolPlace = (usize, Window);

/// The places of all pools, by site-day and in order of pool.
pub(crate) fn places_by_site_day(problem: &Problem) -> Vec<Vec<PoolPlace>> {
    let mut places = vec![Vec::new(); problem.site_days.len()];
    for (pool, entry) in problem.pools.iter().enumerate() {
        for &(site_day, window) in &entry.places {
            places[site_day].push((pool, window));
        }
    }
    places
}

/// The places of all pools on `site_day`, in order of pool.
pub(crate) fn places_at(problem: &Problem, site_day: usize) -> Vec<PoolPlace> {
    let mut places = Vec::new();
    for (pool, entry) in problem.pools.iter().enumerate() {
        let first = entry.places.partition_point(|place| place.0 < site_day);
        let here = entry.places[first..].iter().take_while(|place| place.0 == site_day);
        places.extend(here.map(|&(_, window)| (pool, window)));
    }
    places
}
