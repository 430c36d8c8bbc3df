//! The best of many.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use scheduler_core::compare::select::{Kn, ocba};
use scheduler_core::simulate::result::Better;
use scheduler_core::simulate::statistics::wilson;

/// Twelve uniforms: normal enough.
fn normal(random: &mut SmallRng) -> f64 {
    (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0
}

/// Runs to the end; the choice, replications and observations of scenarios that were still in.
fn choose(random: &mut SmallRng, means: &[f64], common: f64, better: Better) -> (usize, u64, u64) {
    let mut kn = Kn::new(means.len(), better, (0.95, 1.0), 20);
    let mut spent = 0;
    loop {
        let luck = common * normal(random);
        let own = (1.0 - common * common).sqrt();
        let values: Vec<f64> =
            means.iter().map(|mean| mean + 3.0 * (luck + own * normal(random))).collect();
        spent += (0..means.len()).filter(|&scenario| kn.is_left(scenario)).count() as u64;
        kn.observe(&values);
        if let Some(best) = kn.best() {
            return (best, kn.replications(), spent);
        }
    }
}

#[test]
fn the_best_by_the_indifference_zone_is_chosen_as_often_as_promised() {
    // The hardest case: all others are worse by just the zone.
    let mut random = SmallRng::seed_from_u64(4);
    let trials = 1500;
    let right = (0..trials)
        .filter(|_| choose(&mut random, &[1.0, 0.0, 1.0, 1.0, 1.0], 0.0, Better::Lower).0 == 1)
        .count();
    let (low, high) = wilson(right as u64, trials, 0.999).unwrap();
    assert!(high > 0.95, "right in {low:.3} to {high:.3}");
}

#[test]
fn common_random_numbers_and_clear_differences_save_replications() {
    let mut random = SmallRng::seed_from_u64(5);
    let mut total = |means: &[f64], common: f64| -> (u64, u64) {
        (0..50)
            .map(|_| choose(&mut random, means, common, Better::Higher))
            .fold((0, 0), |sum, (_, replications, spent)| (sum.0 + replications, sum.1 + spent))
    };
    let close = [2.0, 1.0, 1.0, 1.0];
    let (apart, _) = total(&close, 0.0);
    let (together, _) = total(&close, 0.95);
    assert!(together * 3 < apart, "{together} and {apart} replications");
    let (replications, spent) = total(&[2.0, 1.0, -20.0, -20.0], 0.0);
    // Those far off are dropped after the pilot.
    assert!(spent < replications * 2 + 50 * 2 * 21, "{spent} of {}", replications * 4);
}

#[test]
fn equal_scenarios_end_with_one_of_them() {
    let mut kn = Kn::new(3, Better::Lower, (0.95, 0.5), 10);
    let mut random = SmallRng::seed_from_u64(6);
    while kn.best().is_none() {
        let value = normal(&mut random);
        kn.observe(&[value, value, value]);
        assert!(kn.replications() < 1000);
    }
    assert_eq!(kn.best(), Some(0));
    assert_eq!(kn.dropped_after(0), None);
    assert!(kn.dropped_after(1).is_some());
    let before = kn.replications();
    kn.observe(&[9.0, 0.0, 0.0]);
    assert_eq!((kn.best(), kn.replications()), (Some(0), before));
    assert_eq!(Kn::new(1, Better::Lower, (0.95, 0.5), 10).best(), Some(0));
}

#[test]
fn a_budget_goes_to_rivals_of_the_best_and_to_the_noisy() {
    // Chen et al.: N_i / N_j = (s_i / d_i)^2 / (s_j / d_j)^2, N_b = s_b sqrt(sum (N_i / s_i)^2).
    let budget = ocba(&[1.0, 2.0, 3.0], &[1.0, 1.0, 4.0], Better::Lower, 1000);
    let weights = [(1.0_f64 + 1.0 / 4.0).sqrt(), 1.0, 1.0];
    let sum: f64 = weights.iter().sum();
    let wanted: Vec<u64> = weights.iter().map(|w| (w / sum * 1000.0).round() as u64).collect();
    assert_eq!(budget, wanted);
    let upside_down = ocba(&[-1.0, -2.0, -3.0], &[1.0, 1.0, 4.0], Better::Higher, 1000);
    assert_eq!(upside_down, wanted);
    assert_eq!(ocba(&[1.0, 1.0], &[0.0, 0.0], Better::Lower, 10), [5, 5]);
    assert_eq!(ocba(&[], &[], Better::Lower, 10), Vec::<u64>::new());
}
