//! The search on one site-day: what its operators read and change.

use super::{
    parameters::Parameters,
    random::Random,
    recreate::Recreate,
    seated::{Buffers, Pricing},
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
    /// Whether the state begins from a plan.
    pub(super) started: bool,
    /// What has a price; `None` for the search without stays.
    pub(super) pricing: Option<Box<Pricing>>,
}

/// Buffers of the search; one for each chunk of work, so that memory does not grow with site-days.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(super) marginals: Marginals,
    pub(super) recreate: Recreate,
    pub(super) parts: Vec<Part>,
    pub(super) merged: Vec<Item>,
    pub(super) seated: Option<Buffers>,
}

impl Workspace {
    /// Buffers for `day`; `marginals` yields for each local pool its gains by number of slots.
    pub(crate) fn new<'m>(
        day: &SiteDayModel,
        pricing: Option<&Pricing>,
        marginals: impl Iterator<Item = &'m [f64]>,
    ) -> Self {
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
            seated: pricing.map(|pricing| Buffers::new(day, pricing)),
        }
    }
}

impl SiteDaySearch {
    /// An empty plan for `day`.
    pub(crate) fn new(
        day: &SiteDayModel,
        pricing: Option<Pricing>,
        seed: u64,
        mut parameters: Parameters,
    ) -> Self {
        let state = State::new(day, pricing.as_ref());
        if let Some(pricing) = &pricing {
            parameters.come_before(pricing.dearest);
        }
        Self {
            best: state.clone(),
            state,
            moves: 0,
            random: Random::new(seed, day.site_day as u64),
            score: f64::NEG_INFINITY,
            best_score: f64::NEG_INFINITY,
            parameters,
            started: false,
            pricing: pricing.map(Box::new),
        }
    }

    /// Scores the state anew after the values of pools have changed, and forgets the best.
    pub(crate) fn restart(&mut self, day: &SiteDayModel, work: &Workspace) {
        self.score = self.evaluate(day, &work.marginals);
        self.best_score = f64::NEG_INFINITY;
        self.keep_best();
    }

    /// A number in `0..n`.
    pub(crate) fn draw(&mut self, n: usize) -> usize {
        self.random.below(n)
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

    pub(super) fn evaluate(&self, day: &SiteDayModel, marginals: &Marginals) -> f64 {
        let mut value = -self.missing_charge(day);
        for (pool, &taken) in self.state.taken.iter().enumerate() {
            for slots in 0..taken {
                value += marginals.next(pool as u16, slots);
            }
        }
        match &self.pricing {
            Some(pricing) => value - self.state.charge(day, pricing),
            None => value,
        }
    }

    /// What `state` pays for tasks that are not where the start has them; no part of the objective.
    pub(crate) fn move_charge(&self, state: &State) -> f64 {
        self.pricing.as_ref().map_or(0.0, |pricing| pricing.moves.charge(&state.items))
    }

    /// What `state` pays for what has a price.
    pub(crate) fn price(&self, day: &SiteDayModel, state: &State) -> f64 {
        self.pricing.as_ref().map_or(0.0, |pricing| state.price(day, pricing))
    }

    /// What has a price here, if anything has.
    pub(crate) fn pricing(&self) -> Option<&Pricing> {
        self.pricing.as_deref()
    }
}
