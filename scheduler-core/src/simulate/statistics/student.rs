//! Quantiles of the normal distribution and of Student's t.

use std::f64::consts::PI;

/// From so many degrees on the expansion about the normal distribution is exact to 1e-14.
const MANY_DEGREES: f64 = 10_000.0;

/// The `p`-quantile of Student's t distribution with `degrees` degrees of freedom, to 1e-10.
///
/// Infinite at p = 0 and 1; not a number for p outside of them or without degrees. By Newton's
/// method on [`student_tail`]; for one and two degrees in closed form, for very many by the
/// expansion of Abramowitz and Stegun 26.7.5.
pub fn student_t(p: f64, degrees: f64) -> f64 {
    let is_valid = (0.0..=1.0).contains(&p) && degrees > 0.0;
    if !is_valid {
        return f64::NAN;
    }
    // From the nearer tail, which keeps the digits of a small probability.
    let (tail, sign) = if p < 0.5 { (p, -1.0) } else { (1.0 - p, 1.0) };
    sign * upper_quantile(tail, degrees)
}

/// The t ≥ 0 that is exceeded with probability `tail` ≤ 1/2.
fn upper_quantile(tail: f64, degrees: f64) -> f64 {
    if tail == 0.0 {
        return f64::INFINITY;
    }
    if tail == 0.5 {
        return 0.0;
    }
    if degrees == 1.0 {
        return 1.0 / (PI * tail).tan();
    }
    if degrees == 2.0 {
        return (1.0 - 2.0 * tail) / (2.0 * tail * (1.0 - tail)).sqrt();
    }
    let start = expansion(-normal_quantile(tail), degrees);
    if degrees >= MANY_DEGREES {
        return start;
    }
    let (mut low, mut high) = (0.0, start.max(1.0));
    while student_tail(high, degrees) > tail {
        (low, high) = (high, 2.0 * high);
    }
    let mut t = start.clamp(low, high);
    for _ in 0..200 {
        let excess = student_tail(t, degrees) - tail;
        if excess > 0.0 {
            low = t;
        } else {
            high = t;
        }
        // Newton on the logarithm of the tail, which is nearly straight where the tail is a power.
        let step = t * ((excess + tail) / tail).ln() * (excess + tail) / (t * density(t, degrees));
        let newton = t + step;
        let next = if low < newton && newton < high { newton } else { f64::midpoint(low, high) };
        if (next - t).abs() <= 1e-15 * t {
            return next;
        }
        t = next;
    }
    t
}

/// Probability that Student's t with `degrees` degrees of freedom exceeds `t`, to 1e-13 of itself.
pub fn student_tail(t: f64, degrees: f64) -> f64 {
    if t < 0.0 {
        return 1.0 - student_tail(-t, degrees);
    }
    if t == 0.0 {
        return 0.5;
    }
    // I_x(ν/2, 1/2) / 2, by the continued fraction of the incomplete beta function on the side
    // where it converges fast (Abramowitz and Stegun 26.5.8, 26.7.1).
    let (a, b) = (degrees / 2.0, 0.5);
    let x = degrees / (degrees + t * t);
    let y = t * t / (degrees + t * t);
    let front = half_gamma_ratio(a) / PI.sqrt() * power(degrees, t) * y.sqrt();
    if x < (a + 1.0) / (a + b + 2.0) {
        0.5 * front / a * beta_fraction(a, b, x)
    } else {
        0.5 - 0.5 * front / b * beta_fraction(b, a, y)
    }
}

/// Density of Student's t at `t`.
fn density(t: f64, degrees: f64) -> f64 {
    let scale = half_gamma_ratio(degrees / 2.0) / (degrees * PI).sqrt();
    scale * power(degrees, t) / (1.0 + t * t / degrees).sqrt()
}

/// (1 + t²/ν)^(−ν/2).
fn power(degrees: f64, t: f64) -> f64 {
    (-0.5 * degrees * (t * t / degrees).ln_1p()).exp()
}

/// Γ(a + 1/2) / Γ(a): its asymptotic series, after lifting `a` to where that is exact.
fn half_gamma_ratio(mut a: f64) -> f64 {
    let mut factor = 1.0;
    while a < 40.0 {
        factor *= a / (a + 0.5);
        a += 1.0;
    }
    let x = 1.0 / a;
    let series = 1.0
        + x * (-1.0 / 8.0
            + x * (1.0 / 128.0
                + x * (5.0 / 1024.0
                    + x * (-21.0 / 32_768.0
                        + x * (-399.0 / 262_144.0 + x * (869.0 / 4_194_304.0))))));
    factor * a.sqrt() * series
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

/// Student's quantile by the normal one, `x`: the first terms of an expansion in 1/ν.
fn expansion(x: f64, degrees: f64) -> f64 {
    let v = 1.0 / degrees;
    let x2 = x * x;
    let first = (x2 + 1.0) / 4.0;
    let second = ((5.0 * x2 + 16.0) * x2 + 3.0) / 96.0;
    let third = (((3.0 * x2 + 19.0) * x2 + 17.0) * x2 - 15.0) / 384.0;
    let fourth = ((((79.0 * x2 + 776.0) * x2 + 1482.0) * x2 - 1920.0) * x2 - 945.0) / 92_160.0;
    x * (1.0 + v * (first + v * (second + v * (third + v * fourth))))
}

/// The `p`-quantile of the standard normal distribution, to 1e-15 of itself.
///
/// Wichura 1988, algorithm AS 241 (PPND16), doi:10.2307/2347330. Infinite at p = 0 and 1, not a
/// number outside.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * polynomial(&CENTRE.0, r) / polynomial(&CENTRE.1, r);
    }
    let tail = p.min(1.0 - p);
    if tail == 0.0 {
        return centred.signum() * f64::INFINITY;
    }
    let r = (-tail.ln()).sqrt();
    let size = if r <= 5.0 {
        polynomial(&MIDDLE.0, r - 1.6) / polynomial(&MIDDLE.1, r - 1.6)
    } else {
        polynomial(&FAR.0, r - 5.0) / polynomial(&FAR.1, r - 5.0)
    };
    centred.signum() * size
}

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Numerator and denominator for |p − 1/2| ≤ 0.425.
const CENTRE: ([f64; 8], [f64; 8]) = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_545,
    ],
);

/// For tails down to exp(−25).
const MIDDLE: ([f64; 8], [f64; 8]) = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

/// For the tails beyond.
const FAR: ([f64; 8], [f64; 8]) = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);
