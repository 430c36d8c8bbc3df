//! The search on one site-day: what its operators read and change.

use super::{
    parameters::Parameters,
    random::Random,
    recreate::Recreate,
    state::{Item, State},
    stretch::{Marginals, Part},
};
use crate::problem::site_day::SiteDayModel;

/// The search on one site-day.
#[derive(Debug)]
pub(crate) struct SiteDaySearch {
    /// The state that moves change.
    pub state: State,
    /// The best state so far.
    pub best: State,
    /// Moves of the next call to [`Self::anneal`].
    pub moves: u64,
    pub(super) random: Random,
    pub(super) score: f64,
    pub(super) best_score: f64,
    pub(super) parameters: Parameters,
}

/// Buffers of the search; one for each chunk of work, so that memory does not grow with site-days.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(super) marginals: Marginals,
    pub(super) recreate: Recreate,
    pub(super) parts: Vec<Part>,
    pub(super) merged: Vec<Item>,
}

impl Workspace {
    /// Buffers for `day`; `marginals` yields for each local pool its gains by number of slots.
    pub(crate) fn new<'m>(day: &SiteDayModel, marginals: impl Iterator<Item = &'m [f64]>) -> Self {
        let mut table = Marginals::default();
        table.offsets.push(0);
        for gains in marginals {
            table.flat.extend_from_slice(gains);
            table.offsets.push(table.flat.len() as u32);
        }
        Self {
            marginals: table,
            recreate: Recreate::new(day),
            parts: vec![Part::default(); 4],
            merged: Vec::new(),
        }
    }
}

impl SiteDaySearch {
    /// An empty plan for `day`.
    pub(crate) fn new(day: &SiteDayModel, seed: u64, parameters: Parameters) -> Self {
        let state = State::new(day);
        Self {
            best: state.clone(),
            state,
            moves: 0,
            random: Random::new(seed, day.site_day as u64),
            score: f64::NEG_INFINITY,
            best_score: f64::NEG_INFINITY,
            parameters,
        }
    }

    /// Scores the state anew after the values of pools have changed, and forgets the best.
    pub(crate) fn restart(&mut self, day: &SiteDayModel, work: &Workspace) {
        self.score = self.evaluate(day, work);
        self.best_score = f64::NEG_INFINITY;
        self.keep_best();
    }

    /// Goes back to the best state.
    pub(crate) fn return_to_best(&mut self) {
        self.state.clone_from(&self.best);
        self.score = self.best_score;
    }

    pub(super) fn keep_best(&mut self) {
        self.best_score = self.score;
        self.best.clone_from(&self.state);
    }

    pub(super) fn missing_charge(&self, day: &SiteDayModel) -> f64 {
        let missing = self.state.missing(day);
        let Parameters { missing_step, missing_task, .. } = self.parameters;
        missing_step * f64::from(missing.steps) + missing_task * f64::from(missing.tasks)
    }

    pub(super) fn evaluate(&self, day: &SiteDayModel, work: &Workspace) -> f64 {
        let mut value = -self.missing_charge(day);
        for (pool, &taken) in self.state.taken.iter().enumerate() {
            for slots in 0..taken {
                value += work.marginals.next(pool as u16, slots);
            }
        }
        value
    }
}
