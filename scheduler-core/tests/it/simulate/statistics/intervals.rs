//! Intervals cover what they say they cover, and pairs cancel what they have in common.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use scheduler_core::simulate::statistics::{
    Estimate, Sample, Stopping, difference, ratio, sectioned, sectioned_difference, wilson,
};

/// A day of some customers, whose number and waits both hang on how busy it is.
fn day(random: &mut SmallRng) -> Sample {
    let busy: f64 = random.random_range(0.5..1.5);
    let customers = (200.0 * busy).round();
    let mean_wait = 10.0 * busy * busy * -random.random::<f64>().ln();
    Sample { num: customers * mean_wait, den: customers }
}

/// E[200 b · 10 b²] / E[200 b] for b uniform on 0.5 to 1.5: 2000 · E b³ / 200 = 10 · 1.25.
const TRUE_MEAN: f64 = 12.5;

fn covers(estimate: &Estimate, truth: f64) -> bool {
    (estimate.value - truth).abs() <= estimate.half_width
}

/// The share of `trials` in which `trial` succeeds, as an interval with 99.9 % confidence.
fn share(trials: u64, mut trial: impl FnMut(&mut SmallRng) -> bool) -> (f64, f64) {
    let mut random = SmallRng::seed_from_u64(7);
    let successes = (0..trials).filter(|_| trial(&mut random)).count() as u64;
    wilson(successes, trials, 0.999).unwrap()
}

#[test]
fn intervals_of_ratios_cover_the_truth_as_often_as_they_say() {
    let (low, high) = share(4000, |random| {
        let days: Vec<Sample> = (0..200).map(|_| day(random)).collect();
        covers(&ratio(days.iter().copied()).unwrap(), TRUE_MEAN)
    });
    // Days are skewed, so that 200 of them fall a little short of 95 %.
    assert!(low > 0.92 && low < 0.95 && high > 0.94, "covered in {low:.3} to {high:.3}");
}

#[test]
fn intervals_of_few_normal_replications_cover_as_often_as_they_say() {
    let (low, high) = share(20_000, |random| {
        let value = |random: &mut SmallRng| {
            // Twelve uniforms: normal enough, and exactly so in its first moments.
            (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0
        };
        let samples: Vec<Sample> =
            (0..4).map(|_| Sample { num: value(random), den: 1.0 }).collect();
        covers(&ratio(samples.iter().copied()).unwrap(), 0.0)
    });
    assert!(low < 0.95 && 0.95 < high, "covered in {low:.4} to {high:.4}");
}

#[test]
fn the_interval_of_a_ratio_is_that_of_the_delta_method() {
    // By hand: r = 16 / 8 = 2; errors (num - 2 den) / mean den = (0, -1, 1) * 3 / 8; variance of
    // their mean (9 / 64) * 2 / (3 * 2); t with 2 degrees 4.30265...
    let samples = [(4.0, 2.0), (5.0, 3.0), (7.0, 3.0)].map(|(num, den)| Sample { num, den });
    let estimate = ratio(samples.into_iter()).unwrap();
    assert_eq!(estimate.value, 2.0);
    let standard_error = (9.0_f64 / 64.0 * 2.0 / 6.0).sqrt();
    assert!((estimate.standard_error - standard_error).abs() < 1e-15);
    assert!((estimate.half_width - 4.302_652_729_749_462 * standard_error).abs() < 1e-12);
    assert_eq!((estimate.degrees, estimate.replications), (2.0, 3));
    assert!((estimate.at(0.5).half_width - 0.816_496_580_927_726 * standard_error).abs() < 1e-12);
}

#[test]
fn a_denominator_of_one_makes_it_the_mean_of_students_textbook() {
    let values = [9.0, 11.0, 12.0, 8.0, 10.0];
    let samples = values.map(|num| Sample { num, den: 1.0 });
    let estimate = ratio(samples.into_iter()).unwrap();
    assert_eq!(estimate.value, 10.0);
    // s² = 2.5, t with 4 degrees 2.776445...
    assert!((estimate.half_width - 2.776_445_105_197_793 * 0.5_f64.sqrt()).abs() < 1e-12);
}

#[test]
fn nothing_counted_is_no_figure_and_one_replication_no_interval() {
    let nobody = Sample { num: 0.0, den: 0.0 };
    let one = Sample { num: 6.0, den: 2.0 };
    assert_eq!(ratio([nobody, nobody].into_iter()), None);
    assert_eq!(ratio(std::iter::empty()), None);
    let alone = ratio(std::iter::once(one)).unwrap();
    assert_eq!((alone.value, alone.half_width), (3.0, f64::INFINITY));
    assert_eq!(alone.relative(1.0), f64::INFINITY);
    assert_eq!(difference([one].into_iter(), [nobody].into_iter()), None);
    assert_eq!(sectioned(1.0, &[], 0), None);
    assert_eq!(sectioned(1.0, &[1.0], 1).unwrap().half_width, f64::INFINITY);
    // Days without anybody count as such, not as days without a wait.
    let with_empty = ratio([one, nobody, one].into_iter()).unwrap();
    assert_eq!(with_empty.value, 3.0);
    assert!(with_empty.standard_error < 1e-15);
}

#[test]
fn the_difference_of_a_run_and_itself_is_nothing_at_all() {
    let mut random = SmallRng::seed_from_u64(3);
    let days: Vec<Sample> = (0..50).map(|_| day(&mut random)).collect();
    let none = difference(days.iter().copied(), days.iter().copied()).unwrap();
    assert_eq!((none.value, none.half_width, none.standard_error), (0.0, 0.0, 0.0));
}

#[test]
fn pairs_cancel_what_they_have_in_common() {
    // X and X + Y of each pair, Y of a hundredth of the variance: Var(difference) is that of Y,
    // where independent runs would have 2 Var X + Var Y: 201 times as much.
    let mut random = SmallRng::seed_from_u64(11);
    let mut uniform = |width: f64| random.random_range(-width..width);
    let pairs: Vec<(f64, f64)> = (0..2000)
        .map(|_| {
            let common = 50.0 + uniform(10.0);
            (common, common + 1.0 + uniform(1.0))
        })
        .collect();
    let sample = |num| Sample { num, den: 1.0 };
    let base = || pairs.iter().map(|&(base, _)| sample(base));
    let variant = || pairs.iter().map(|&(_, variant)| sample(variant));
    let paired = difference(base(), variant()).unwrap();
    let apart =
        ratio(base()).unwrap().standard_error.hypot(ratio(variant()).unwrap().standard_error);
    let reduction = (apart / paired.standard_error).powi(2);
    assert!((150.0..270.0).contains(&reduction), "variance {reduction} times smaller");
    assert!(covers(&paired, 1.0));
}

#[test]
fn intervals_of_paired_differences_of_ratios_cover_the_truth() {
    // The variant serves everybody a tenth faster and 20 customers a day more.
    let truth = (0.9 * 2500.0 + 5.0 * 20.0) / 220.0 - TRUE_MEAN;
    let (low, high) = share(4000, |random| {
        let base: Vec<Sample> = (0..200).map(|_| day(random)).collect();
        let change = |s: &Sample| Sample { num: 0.9 * s.num + 5.0 * 20.0, den: s.den + 20.0 };
        let variant: Vec<Sample> = base.iter().map(change).collect();
        covers(&difference(base.into_iter(), variant.into_iter()).unwrap(), truth)
    });
    assert!(low > 0.92 && high > 0.94 && low < 0.95, "covered in {low:.3} to {high:.3}");
}

/// The `p`-quantile of `values`, which are sorted.
fn quantile(values: &[f64], p: f64) -> f64 {
    values[((p * values.len() as f64) as usize).min(values.len() - 1)]
}

#[test]
fn intervals_of_quantiles_cover_the_truth() {
    let (p, sections) = (0.9, 20);
    // Waits of a day share a factor, so that treating customers as independent would fail: the
    // share of days in which it is missed would be far above 5 %.
    let truth = {
        let mut random = SmallRng::seed_from_u64(1);
        let mut waits = waits_of_days(&mut random, 200_000);
        waits.sort_by(f64::total_cmp);
        quantile(&waits, p)
    };
    let (low, high) = share(1500, |random| {
        let groups: Vec<Vec<f64>> = (0..sections).map(|_| waits_of_days(random, 25)).collect();
        let (value, by_section) = quantiles(&groups, p);
        covers(&sectioned(value, &by_section, 500).unwrap(), truth)
    });
    assert!(low > 0.90 && high > 0.94, "covered in {low:.3} to {high:.3}");
}

fn waits_of_days(random: &mut SmallRng, days: usize) -> Vec<f64> {
    let mut waits = Vec::with_capacity(20 * days);
    for _ in 0..days {
        let busy: f64 = random.random_range(0.5..1.5);
        waits.extend((0..20).map(|_| -10.0 * busy * random.random::<f64>().ln()));
    }
    waits
}

/// Of all groups together, and of each.
fn quantiles(groups: &[Vec<f64>], p: f64) -> (f64, Vec<f64>) {
    let sorted = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        quantile(&values, p)
    };
    (sorted(groups.concat()), groups.iter().map(|group| sorted(group.clone())).collect())
}

#[test]
fn quantiles_of_pairs_differ_more_surely_than_quantiles_apart() {
    let mut random = SmallRng::seed_from_u64(5);
    let base: Vec<Vec<f64>> = (0..20).map(|_| waits_of_days(&mut random, 25)).collect();
    let variant: Vec<Vec<f64>> =
        base.iter().map(|group| group.iter().map(|wait| 0.9 * wait).collect()).collect();
    let (before, before_sections) = quantiles(&base, 0.9);
    let (after, after_sections) = quantiles(&variant, 0.9);
    let paired =
        sectioned_difference((before, &before_sections), (after, &after_sections), 500).unwrap();
    assert!((paired.value + 0.1 * before).abs() < 1e-12);
    assert!(covers(&paired, paired.value) && paired.value + paired.half_width < 0.0);
    let apart = sectioned(before, &before_sections, 500).unwrap();
    assert!(paired.half_width < apart.half_width / 5.0);
}

#[test]
fn wilsons_interval_is_that_of_the_paper_and_stays_within_bounds() {
    let (low, high) = wilson(81, 263, 0.95).unwrap();
    assert!((low - 0.255_289).abs() < 1e-6 && (high - 0.366_210).abs() < 1e-6, "{low} {high}");
    let (low, high) = wilson(0, 10, 0.95).unwrap();
    assert!(low == 0.0 && (high - 0.277_533).abs() < 1e-6, "{low} {high}");
    let (low, high) = wilson(10, 10, 0.95).unwrap();
    assert!((low - 0.722_467).abs() < 1e-6 && high == 1.0, "{low} {high}");
    assert_eq!(wilson(0, 0, 0.95), None);
    assert_eq!(wilson(3, 2, 0.95), None);
}

/// Runs until 5 % precision; the estimate there, and after how many replications.
fn run_to_precision(random: &mut SmallRng, relative: f64, most: u64) -> (Estimate, u64) {
    let mut stopping = Stopping::new(relative, most);
    let mut days: Vec<Sample> = Vec::new();
    let mut wanted = stopping.first();
    loop {
        while (days.len() as u64) < wanted {
            days.push(day(random));
        }
        let estimate = ratio(days.iter().copied()).unwrap();
        match stopping.next(days.len() as u64, estimate.relative(0.0)) {
            Some(more) => {
                assert!(more > wanted && more <= most);
                wanted = more;
            }
            None => return (estimate, days.len() as u64),
        }
    }
}

#[test]
fn stopping_at_a_precision_does_not_stop_early() {
    let mut reached = 0;
    let mut sum = 0;
    let (low, high) = share(1000, |random| {
        let (estimate, replications) = run_to_precision(random, 0.05, 100_000);
        reached += u64::from(estimate.relative(0.0) <= 0.05);
        sum += replications;
        covers(&estimate, TRUE_MEAN)
    });
    assert!(low > 0.91 && high > 0.94, "covered in {low:.3} to {high:.3}");
    assert!(reached >= 999, "{reached} of 1000 reached the precision");
    // sd / mean of a day is near 1.35 by its linear error, so (1.96 * 1.35 / 0.0476)^2 days.
    let mean = sum / 1000;
    assert!((2400..4200).contains(&mean), "{mean} replications on average");
}

#[test]
fn stopping_ends_at_the_most_replications() {
    let mut random = SmallRng::seed_from_u64(2);
    let (estimate, replications) = run_to_precision(&mut random, 0.000_1, 150);
    assert_eq!(replications, 150);
    assert!(estimate.relative(0.0) > 0.000_1);
    let mut never = Stopping::new(0.02, 1000);
    assert_eq!(never.next(40, f64::INFINITY), Some(80));
    assert_eq!(Stopping::new(0.02, 7).first(), 7);
}
