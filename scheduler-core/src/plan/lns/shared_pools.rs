//! Pools that several site-days fill: what each site-day sees of them while all search at once.

use super::{
    search::{SiteDaySearch, Workspace},
    state::State,
};
use crate::plan::lagrangian::Pools;
use crate::problem::site_day::SiteDayModel;

/// Which pools link the site-days of a problem.
#[derive(Debug)]
pub(crate) struct SharedPools {
    /// By site-day: position in [`Pools::linking`] of each local pool.
    positions: Vec<Vec<Option<usize>>>,
    /// By site-day: whether it has one.
    pub linked: Vec<bool>,
}

/// Slots of each linking pool and how many site-days fill it at the same time.
#[derive(Debug)]
pub(crate) struct SharedCounts {
    slots: Vec<usize>,
    sharing: Vec<usize>,
}

impl SharedPools {
    pub(crate) fn new(days: &[SiteDayModel], pools: &Pools) -> Self {
        let positions: Vec<Vec<Option<usize>>> = days
            .iter()
            .map(|day| day.pools.iter().map(|p| pools.linking.binary_search(p).ok()).collect())
            .collect();
        let linked = positions.iter().map(|p| p.iter().any(Option::is_some)).collect();
        Self { positions, linked }
    }

    /// Slots that `states`, one for each site-day, give to each linking pool.
    fn slots<'s>(&self, pools: &Pools, states: impl Iterator<Item = &'s State>) -> Vec<usize> {
        let mut slots = vec![0; pools.linking.len()];
        if slots.is_empty() {
            return slots;
        }
        for (state, positions) in states.zip(&self.positions) {
            for (&taken, position) in state.taken.iter().zip(positions) {
                if let Some(position) = *position {
                    slots[position] += taken as usize;
                }
            }
        }
        slots
    }

    /// The counts before the site-days of `group` search together.
    pub(crate) fn counts<'s>(
        &self,
        pools: &Pools,
        states: impl Iterator<Item = &'s State>,
        group: std::ops::Range<usize>,
    ) -> SharedCounts {
        let mut sharing = vec![0; pools.linking.len()];
        for position in self.positions[group].iter().flatten().flatten() {
            sharing[*position] += 1;
        }
        SharedCounts { slots: self.slots(pools, states), sharing }
    }

    /// The `d`-th site-day as its search sees it.
    ///
    /// A pool that several site-days fill at the same time is seen as if all of them did what this
    /// one does: of m site-days, each counts (F(N + m · δ) − F(N)) / m for δ slots more, where F is
    /// the pool's value and N its slots now. F is concave, so what all gain together is at least the
    /// sum of what each has counted.
    pub(crate) fn workspace(
        &self,
        pools: &Pools,
        (d, day): (usize, &SiteDayModel),
        search: &SiteDaySearch,
        counts: &SharedCounts,
    ) -> Workspace {
        let gains: Vec<Option<Vec<f64>>> = self.positions[d]
            .iter()
            .enumerate()
            .map(|(local, position)| {
                let position = (*position)?;
                let table = pools.table(day.pools[local]);
                let own = i64::from(search.state.taken[local]);
                let all = counts.slots[position] as i64;
                let share = counts.sharing[position].max(1) as i64;
                let value = |slots: i64| match usize::try_from(slots) {
                    Ok(slots) => table.value(slots),
                    Err(_) => table.first() * slots as f64,
                };
                let left = (table.marginals.len() as i64 - all).max(0);
                let gain = |slots: i64| {
                    let at = all + share * (slots - own);
                    (value(at + share) - value(at)) / share as f64
                };
                Some((0..own + left / share + 1).map(gain).collect())
            })
            .collect();
        Workspace::new(
            day,
            search.pricing(),
            gains.iter().enumerate().map(|(local, gains)| match gains {
                Some(gains) => &gains[..],
                None => &pools.table(day.pools[local]).marginals[..],
            }),
        )
    }

    /// Value of the linked site-days with their pools, or of all others; summed in order.
    pub(crate) fn value<'s>(
        &self,
        pools: &Pools,
        days: &[SiteDayModel],
        states: impl Iterator<Item = &'s State> + Clone,
        linked: bool,
    ) -> f64 {
        let mut value = 0.0;
        for (d, state) in states.clone().enumerate() {
            if self.linked[d] != linked {
                continue;
            }
            for (local, &taken) in state.taken.iter().enumerate() {
                if self.positions[d][local].is_none() {
                    value += pools.table(days[d].pools[local]).value(taken as usize);
                }
            }
        }
        if linked {
            for (&pool, slots) in pools.linking.iter().zip(self.slots(pools, states)) {
                value += pools.table(pool).value(slots);
            }
        }
        value
    }
}
