//! Which part of a problem a program is about.

use crate::problem::site_day::{PoolPlace, Selection, SiteDayModel};
use crate::problem::{Problem, Set};

/// Which part of a problem to model.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Site-days, in order.
    pub(crate) site_days: Vec<usize>,
    /// Whether to publish slots for demand; without it only what must be kept is modelled.
    pub(crate) demand: bool,
    /// Quotas whose least share is left out.
    pub(crate) without_least: Set,
    /// Quotas whose largest share is left out.
    pub(crate) without_most: Set,
    /// Promises that are left out.
    pub(crate) without_promises: Set,
}

impl Scope {
    /// All of `problem`.
    pub(crate) fn whole(problem: &Problem) -> Self {
        Self {
            site_days: (0..problem.site_days.len()).collect(),
            demand: true,
            without_least: Set::default(),
            without_most: Set::default(),
            without_promises: Set::default(),
        }
    }

    /// What must be kept on one site-day: promises, quotas and breaks. No constraint reaches from
    /// one site-day to another, so all of these can be met just if each can be met on its own.
    pub(crate) fn duties(site_day: usize) -> Self {
        Self {
            site_days: vec![site_day],
            demand: false,
            without_least: Set::default(),
            without_most: Set::default(),
            without_promises: Set::default(),
        }
    }

    /// The promises to keep on `site_day`.
    pub(crate) fn promises<'a>(
        &'a self,
        problem: &'a Problem,
        site_day: usize,
    ) -> impl Iterator<Item = usize> + 'a {
        let all = problem.site_days[site_day].promises.iter().copied();
        all.filter(|&promise| !self.without_promises.contains(promise))
    }

    /// The quotas to meet on `site_day`.
    pub(crate) fn quotas<'a>(
        &'a self,
        problem: &'a Problem,
        site_day: usize,
    ) -> impl Iterator<Item = usize> + 'a {
        let out = |quota| self.without_least.contains(quota) && self.without_most.contains(quota);
        problem.site_days[site_day].quotas.iter().copied().filter(move |&quota| !out(quota))
    }

    /// The model of `site_day` with what is in scope, slots starting at `places`.
    pub(crate) fn model(
        &self,
        problem: &Problem,
        site_day: usize,
        places: &[PoolPlace],
    ) -> SiteDayModel {
        let quotas: Vec<usize> = self.quotas(problem, site_day).collect();
        let promises: Vec<usize> = self.promises(problem, site_day).collect();
        let (quotas, promises) = (&quotas[..], &promises[..]);
        let selection = Selection { site_day, places, quotas, promises, apart: &[] };
        SiteDayModel::of(problem, selection)
    }
}
