//! Random numbers and tables of distributions.

use scheduler_core::simulate::{
    random::{Draws, Purpose},
    sample::Quantiles,
};

/// Chi-square of counts against equal probabilities, in standard deviations from its mean.
fn surprise(counts: &[u64]) -> f64 {
    let total: u64 = counts.iter().sum();
    let each = total as f64 / counts.len() as f64;
    let chi_square: f64 = counts.iter().map(|&c| (c as f64 - each).powi(2) / each).sum();
    let freedom = counts.len() as f64 - 1.0;
    (chi_square - freedom) / (2.0 * freedom).sqrt()
}

/// A sequence of draws of which neighbours differ in one part of the counter only.
fn sequences() -> Vec<(&'static str, Vec<u64>)> {
    let count = 1 << 18;
    let draws = Draws::new(1, 2, 3);
    let of = |draw: &dyn Fn(u32) -> u64| (0..count).map(draw).collect();
    vec![
        ("entity", of(&|i| draws.bits(Purpose::Show, i, 0))),
        ("index", of(&|i| draws.bits(Purpose::Gap, 5, i))),
        ("replication", of(&|i| Draws::new(1, u64::from(i), 0).bits(Purpose::Show, 0, 0))),
        ("stream", of(&|i| Draws::new(1, 0, u64::from(i)).bits(Purpose::Show, 0, 0))),
        ("seed", of(&|i| Draws::new(u64::from(i), 0, 0).bits(Purpose::Show, 0, 0))),
        ("high bits", of(&|i| Draws::new(1, 0, 0).bits(Purpose::Show, i << 14, 0))),
    ]
}

#[test]
fn each_byte_and_each_pair_of_neighbours_is_uniform() {
    for (name, sequence) in sequences() {
        for byte in 0..8 {
            let mut counts = vec![0; 256];
            sequence.iter().for_each(|bits| counts[(bits >> (8 * byte) & 255) as usize] += 1);
            assert!(surprise(&counts).abs() < 5.0, "{name}, byte {byte}");
            let mut pairs = vec![0; 1 << 12];
            for two in sequence.windows(2) {
                let part = |bits: u64| (bits >> (8 * byte + 2) & 63) as usize;
                pairs[part(two[0]) << 6 | part(two[1])] += 1;
            }
            assert!(surprise(&pairs).abs() < 5.0, "{name}, pairs of byte {byte}");
        }
    }
}

#[test]
fn purposes_and_replications_are_uncorrelated() {
    let purposes = [Purpose::Show, Purpose::BookedService, Purpose::Gap, Purpose::WalkInService];
    let (one, other) = (Draws::new(9, 0, 0), Draws::new(9, 1, 0));
    let count = 1 << 16;
    for first in purposes {
        for second in purposes {
            let mut sum = 0.0;
            for entity in 0..count {
                let x = one.uniform(first, entity, 0) - 0.5;
                sum += x * (other.uniform(second, entity, 0) - 0.5);
                if first != second {
                    sum += x * (one.uniform(second, entity, 0) - 0.5);
                }
            }
            let sd = (f64::from(count) * if first == second { 1.0 } else { 2.0 }).sqrt() / 12.0;
            assert!(sum.abs() < 4.5 * sd, "{first:?} and {second:?}: {}", sum / sd);
        }
    }
}

/// Mean, standard deviation and share above a limit of very many equidistant draws.
fn moments(table: &Quantiles, above: f64) -> (f64, f64, f64) {
    let step = 1_u32 << 8;
    let (mut count, mut sum, mut squares, mut beyond) = (0.0, 0.0, 0.0, 0.0);
    let middle = f64::from(table.at(1 << 31));
    for bits in (step / 2..=u32::MAX).step_by(step as usize) {
        let value = f64::from(table.at(bits));
        count += 1.0;
        sum += value - middle;
        squares += (value - middle).powi(2);
        beyond += f64::from(u8::from(value > above));
    }
    let mean = sum / count;
    (middle + mean, (squares / count - mean * mean).sqrt(), beyond / count)
}

#[test]
fn tables_keep_mean_and_variation_of_their_distributions() {
    let minute = 60_000.0;
    let mean = 12.0 * minute;
    let mut tables = vec![
        ("exponential", Quantiles::exponential(mean), 1.0),
        ("constant", Quantiles::constant(mean), 0.0),
    ];
    for cv in [0.1, 0.3, 0.5, 0.7, 1.0, 1.5] {
        tables.push(("lognormal", Quantiles::lognormal(mean, cv), cv));
        tables.push(("gamma", Quantiles::gamma(mean, cv), cv));
    }
    for (name, table, cv) in tables {
        let table = table.unwrap();
        let (found, sd, _) = moments(&table, 0.0);
        assert!((found / mean - 1.0).abs() < 1e-4, "{name} {cv}: mean {found}");
        assert!((sd / mean - cv).abs() < 2e-4 * cv.max(0.1), "{name} {cv}: sd {}", sd / mean);
        assert!((table.mean() / mean - 1.0).abs() < 1e-4, "{name} {cv}: own {}", table.mean());
        assert!((table.sd() / mean - cv).abs() < 1e-4 * cv.max(0.1), "{name} {cv}: {}", table.sd());
    }
    let late = Quantiles::normal(-4.0 * minute, 6.0 * minute, f64::NEG_INFINITY).unwrap();
    let (found, sd, _) = moments(&late, 0.0);
    assert!((found / minute + 4.0).abs() < 1e-4 && (sd / minute - 6.0).abs() < 6e-4);
}

#[test]
fn tails_reach_as_far_as_those_of_the_distributions() {
    let mean = 600_000.0;
    let exponential = Quantiles::exponential(mean).unwrap();
    for share in [1e-2, 1e-3, 1e-4, 1e-6, 1e-8] {
        let bits = ((1.0 - share) * 4_294_967_296.0) as u32;
        let exact = -mean * (1.0 - (f64::from(bits) + 0.5) / 4_294_967_296.0).ln();
        let found = f64::from(exponential.at(bits));
        assert!((found / exact - 1.0).abs() < 1e-4, "{share}: {found} for {exact}");
    }
    // 99.9 % of a standard normal distribution lie below 3.090232.
    let normal = Quantiles::normal(0.0, 1e6, f64::NEG_INFINITY).unwrap();
    let found = f64::from(normal.at((0.999 * 4_294_967_296.0) as u32));
    assert!((found / 3_090_232.3 - 1.0).abs() < 1e-4, "{found}");
    let (_, _, beyond) = moments(&normal, 3_090_232.0);
    assert!((beyond - 0.001).abs() < 1e-6, "{beyond}");
}

#[test]
fn tables_rise() {
    let mean = 60_000.0;
    for table in [
        Quantiles::exponential(mean),
        Quantiles::gamma(mean, 2.0),
        Quantiles::lognormal(mean, 0.5),
        Quantiles::normal(-mean, 2.0 * mean, -3.0 * mean),
        Quantiles::empirical(&[1.0, 5.0, 5.0, 9.0]),
    ] {
        let table = table.unwrap();
        let mut last = i32::MIN;
        for bits in (0..=u32::MAX).step_by(65_537) {
            assert!(table.at(bits) >= last, "at {bits}");
            last = table.at(bits);
        }
    }
}

#[test]
fn observations_come_as_often_as_they_were_seen() {
    let table = Quantiles::empirical(&[300.0, 100.0, 200.0, 100.0]).unwrap();
    let quarter = 1_u32 << 30;
    let seen = [0, quarter, 2 * quarter, 3 * quarter, u32::MAX].map(|bits| table.at(bits));
    assert_eq!(seen, [100, 100, 200, 300, 300]);
    assert_eq!(table.mean(), 175.0);
}

#[test]
fn impossible_parameters_are_refused() {
    assert!(Quantiles::exponential(0.0).is_err());
    assert!(Quantiles::exponential(f64::NAN).is_err());
    assert!(Quantiles::gamma(-1.0, 0.5).is_err());
    assert!(Quantiles::lognormal(1e12, 0.5).is_err());
    assert!(Quantiles::lognormal(1e5, f64::NAN).is_err());
    assert!(Quantiles::normal(0.0, -1.0, 0.0).is_err());
    assert!(Quantiles::empirical(&[]).is_err());
}
