//! Citizens who look for an appointment: what they want, when, and what else they would take.

use scheduler_core::ledger::{BasketItem, Visit};
use scheduler_core::problem::Problem;
use scheduler_core::time::Step;

use crate::random::Random;

/// One citizen's request.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What for.
    pub basket: Vec<BasketItem>,
    /// What that takes.
    pub visit: Visit,
    /// Site-days that would do, the best first, each with the earliest start there.
    pub places: Vec<(usize, Step)>,
}

/// What citizens are like.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// Share that comes with two persons.
    pub two_persons: f64,
    /// Share that asks for a second service in the same visit.
    pub second_service: f64,
    /// Further open days, after the wished one, on which any start would do.
    pub patience: usize,
}

impl Default for Habits {
    fn default() -> Self {
        Self { two_persons: 0.15, second_service: 0.1, patience: 2 }
    }
}

/// The stream of `seed` without end: a service, day, site and time of the problem's demand, each
/// with its frequency there.
pub fn wishes(problem: &Problem, habits: Habits, seed: u64) -> impl Iterator<Item = Wish> + '_ {
    let mut random = Random::new(seed);
    let weights = Cumulative::new(problem.pools.iter().map(|pool| pool.mean));
    std::iter::repeat_with(move || wish(problem, habits, &weights, &mut random)).flatten()
}

fn wish(
    problem: &Problem,
    habits: Habits,
    weights: &Cumulative,
    random: &mut Random,
) -> Option<Wish> {
    let pool = &problem.pools[weights.draw(random)];
    let (site_day, window) = pool.places[random.index(pool.places.len())];
    let from = window.from + random.index(usize::from(window.steps())) as Step;
    let two = random.chance(habits.two_persons) && problem.services[pool.service].max_persons > 1;
    let mut basket = vec![BasketItem { service: pool.service, persons: 1 + u32::from(two) }];
    if random.chance(habits.second_service) {
        let second = problem.pools[weights.draw(random)].service;
        if second != pool.service {
            basket.push(BasketItem { service: second, persons: 1 });
        }
    }
    // Some pairs of services are not done together: nobody has the skills.
    let visit = Visit::new(problem, &basket).ok()?;
    let able = |skills| visit.skills.is_subset(skills);
    if !problem.clerks.iter().any(|clerk| able(&clerk.skills)) {
        return None;
    }
    let place = &problem.site_days[site_day];
    let later = (place.day + 1..problem.dates.len())
        .map(|day| problem.site_day(place.site, day))
        .filter(|&later| !problem.site_days[later].open.is_empty())
        .take(habits.patience)
        .map(|later| (later, 0));
    let places = std::iter::once((site_day, from)).chain(later).collect();
    Some(Wish { basket, visit, places })
}

/// Draws indices with probabilities proportional to their weights.
struct Cumulative(Vec<f64>);

impl Cumulative {
    fn new(weights: impl Iterator<Item = f64>) -> Self {
        let sums = weights.scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self(sums.collect())
    }

    fn draw(&self, random: &mut Random) -> usize {
        let total = self.0.last().copied().unwrap_or_default();
        let drawn = random.unit() * total;
        self.0.partition_point(|&sum| sum <= drawn).min(self.0.len() - 1)
    }
}
