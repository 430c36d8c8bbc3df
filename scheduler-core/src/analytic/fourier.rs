//! Discrete Fourier transforms of lengths that are powers of two.

use std::f64::consts::TAU;
use std::ops::{Add, Mul, Sub};

/// A complex number.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Complex {
    pub(super) re: f64,
    pub(super) im: f64,
}

impl Complex {
    pub(super) fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    /// e^z.
    pub(super) fn exp(self) -> Self {
        let size = self.re.exp();
        Self { re: size * self.im.cos(), im: size * self.im.sin() }
    }

    /// e^z − 1 without cancellation near 0.
    pub(super) fn exp_m1(self) -> Self {
        let half = (0.5 * self.im).sin();
        Self {
            re: self.re.exp_m1() * self.im.cos() - 2.0 * half * half,
            im: self.re.exp() * self.im.sin(),
        }
    }

    /// Principal logarithm.
    pub(super) fn ln(self) -> Self {
        Self { re: self.re.hypot(self.im).ln(), im: self.im.atan2(self.re) }
    }
}

impl Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Complex {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

/// Which way to transform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Coefficients to values: `Σ x_k e^{+2πi jk/n}`.
    ToValues,
    /// Values to coefficients: `(1/n) Σ X_j e^{−2πi jk/n}`.
    ToCoefficients,
}

/// Transforms in place; the length is a power of two. O(n log n).
pub(super) fn transform(values: &mut [Complex], direction: Direction) {
    let length = values.len();
    debug_assert!(length.is_power_of_two(), "{length}");
    let bits = length.trailing_zeros();
    if bits == 0 {
        return;
    }
    for index in 0..length {
        let partner = index.reverse_bits() >> (usize::BITS - bits);
        if index < partner {
            values.swap(index, partner);
        }
    }
    let sign = if direction == Direction::ToValues { 1.0 } else { -1.0 };
    // Each root from its own angle: repeated multiplication would lose digits.
    let roots: Vec<Complex> = (0..length / 2)
        .map(|k| Complex::new(0.0, sign * TAU * k as f64 / length as f64).exp())
        .collect();
    let mut half = 1;
    while half < length {
        let stride = length / (2 * half);
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (k, (a, b)) in low.iter_mut().zip(high).enumerate() {
                let turned = *b * roots[k * stride];
                *b = *a - turned;
                *a = *a + turned;
            }
        }
        half *= 2;
    }
    if direction == Direction::ToCoefficients {
        let scale = (length as f64).recip();
        for value in values {
            *value = Complex::new(value.re * scale, value.im * scale);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Complex, Direction, transform};

    #[test]
    fn agrees_with_the_definition_and_returns() {
        let start: Vec<Complex> =
            (0..16).map(|k| Complex::new(f64::from(k * k % 7), f64::from(k % 3))).collect();
        let mut values = start.clone();
        transform(&mut values, Direction::ToValues);
        for (j, value) in values.iter().enumerate() {
            let mut sum = Complex::default();
            for (k, x) in start.iter().enumerate() {
                let angle = std::f64::consts::TAU * (j * k) as f64 / 16.0;
                sum = sum + *x * Complex::new(0.0, angle).exp();
            }
            let off = *value - sum;
            assert!(off.re.hypot(off.im) < 1e-12, "{j}");
        }
        transform(&mut values, Direction::ToCoefficients);
        for (back, x) in values.iter().zip(&start) {
            assert!((back.re - x.re).abs() < 1e-13 && (back.im - x.im).abs() < 1e-13);
        }
    }
}
