//! Quantile functions of the normal and the gamma distribution.

use std::f64::consts::TAU;

/// The quantile of the standard normal distribution below which `lower` lies and above which
/// `upper`, which add up to 1: algorithm AS 241, to 16 digits (Wichura 1988, doi:10.2307/2347330).
pub(super) fn normal_quantile(lower: f64, upper: f64) -> f64 {
    let centre = lower - 0.5;
    if centre.abs() <= 0.425 {
        let r = 0.180_625 - centre * centre;
        return centre * ratio(&CENTRAL, r);
    }
    let tail = lower.min(upper);
    if tail <= 0.0 {
        return f64::INFINITY.copysign(centre);
    }
    let r = (-tail.ln()).sqrt();
    let distance = if r <= 5.0 { ratio(&NEAR, r - 1.6) } else { ratio(&FAR, r - 5.0) };
    distance.copysign(centre)
}

/// Numerator and denominator, highest power first.
type Rational = [[f64; 8]; 2];

fn ratio([over, under]: &Rational, r: f64) -> f64 {
    let value = |coefficients: &[f64; 8]| coefficients.iter().fold(0.0, |sum, c| sum * r + c);
    value(over) / value(under)
}

const CENTRAL: Rational = [
    [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    [
        5_226.495_278_852_545,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
];

const NEAR: Rational = [
    [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];

const FAR: Rational = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_887_9,
        1.0,
    ],
];

/// The quantile of the gamma distribution of this shape and scale 1: Newton's steps in the logarithms
/// of the value and of the smaller tail's probability, where the curve is nearly straight, and halving
/// where a step leaves what is known.
pub(super) fn gamma_quantile(shape: f64, lower: f64, upper: f64) -> f64 {
    // The cube of Wilson and Hilferty is near.
    let cube = 1.0 - 1.0 / (9.0 * shape) + normal_quantile(lower, upper) / (3.0 * shape.sqrt());
    let mut x = (shape * cube.max(0.05).powi(3)).max(f64::MIN_POSITIVE).ln();
    let (mut from, mut to) = (f64::MIN_POSITIVE.ln(), f64::MAX.ln());
    // Halving alone would need fewer.
    for _ in 0..100 {
        let (p, q, slope) = gamma_tails(shape, x.exp());
        let step =
            if lower < upper { (lower / p).ln() * p / slope } else { (q / upper).ln() * q / slope };
        if if lower < upper { p < lower } else { q > upper } {
            from = x;
        } else {
            to = x;
        }
        let next = x + step;
        let next = if next > from && next < to { next } else { (from + to) / 2.0 };
        let moved = (next - x).abs();
        x = next;
        if moved <= 1e-11 * (1.0 + x.abs()) {
            break;
        }
    }
    x.exp()
}

/// The probabilities below and above `x` of the gamma distribution of scale 1, and by how much the
/// first grows with the logarithm of `x`: the series, or Lentz's continued fraction (Press et al.,
/// Numerical Recipes, 6.2).
fn gamma_tails(shape: f64, x: f64) -> (f64, f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0, 0.0);
    }
    let front = (shape * x.ln() - x - log_gamma(shape)).exp();
    if x < shape + 1.0 {
        let (mut term, mut sum, mut k) = (1.0 / shape, 1.0 / shape, shape);
        while term > sum * 1e-16 {
            k += 1.0;
            term *= x / k;
            sum += term;
        }
        let p = (front * sum).min(1.0);
        return (p, 1.0 - p, front);
    }
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..100_000 {
        let a = f64::from(i) * (shape - f64::from(i));
        b += 2.0;
        let under = a * d + b;
        d = 1.0 / if under.abs() < TINY { TINY } else { under };
        let over = b + a / c;
        c = if over.abs() < TINY { TINY } else { over };
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    let q = (front * fraction).min(1.0);
    (1.0 - q, q, front)
}

/// The logarithm of the gamma function for positive `x`: Stirling's series after shifting.
fn log_gamma(x: f64) -> f64 {
    let (mut shifted, mut product) = (x, 1.0);
    while shifted < 12.0 {
        product *= shifted;
        shifted += 1.0;
    }
    let inverse = 1.0 / (shifted * shifted);
    let series = [1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0]
        .iter()
        .fold(0.0, |sum, c| sum * inverse + c)
        / shifted;
    (shifted - 0.5) * shifted.ln() - shifted + TAU.ln() / 2.0 + series - product.ln()
}

#[cfg(test)]
mod tests {
    use super::{gamma_quantile, gamma_tails};

    #[test]
    fn a_gamma_quantile_has_the_asked_tail() {
        for shape in [0.01, 0.1, 0.5, 1.0, 2.5, 25.0, 400.0, 1e4] {
            for power in 1..=33 {
                let tail = f64::from(-power).exp2();
                for (lower, upper) in [(tail, 1.0 - tail), (1.0 - tail, tail)] {
                    let x = gamma_quantile(shape, lower, upper);
                    let (p, q, _) = gamma_tails(shape, x);
                    let found = if lower < upper { p } else { q };
                    // Below the smallest number there is no telling.
                    assert!(
                        x < 1e-300 || (found / tail - 1.0).abs() < 1e-7,
                        "shape {shape}, {lower} below: {x} has {found}"
                    );
                }
            }
        }
    }
}
