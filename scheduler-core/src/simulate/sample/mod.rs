//! Sampling by tables of quantiles, in whole milliseconds.
//!
//! A table turns 32 random bits into a value: 4096 cells of equal probability with straight lines
//! between them, and in the outer 1/256 on either side sixteen cells for each halving of the tail's
//! probability. Mean and standard deviation keep to within 1e-4 of the distribution's, the tail
//! reaches to a probability of 2^-32, and a draw takes no logarithm, so that it is the same on
//! every machine.
//!
//! ```
//! use scheduler_core::simulate::sample::Quantiles;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let minute = 60_000.0;
//! let service = Quantiles::lognormal(12.0 * minute, 0.5)?;
//! // The median is below the mean, and half of all 32-bit numbers is below the middle one.
//! assert!(f64::from(service.at(1 << 31)) < 12.0 * minute);
//! # Ok(())
//! # }
//! ```

mod quantile;

use thiserror::Error;

use quantile::{gamma_quantile, normal_quantile};

/// Why there is no such distribution.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum SampleError {
    /// A mean, deviation or value is not finite, negative, or beyond what 31 bits hold.
    #[error("{0} is not a possible parameter of a distribution")]
    Parameter(f64),
    /// An empirical distribution without observations.
    #[error("a distribution needs at least one observation")]
    Empty,
}

/// The inverse of a distribution function, as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantiles {
    shape: Shape,
    mean: f64,
    sd: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    /// Values of equal probability, ascending.
    Steps(Box<[i32]>),
    Smooth(Box<Smooth>),
}

#[derive(Debug, Clone, PartialEq)]
struct Smooth {
    /// Values at multiples of 2^-12.
    body: [i32; CELLS + 1],
    /// Values where the lower tail has the probabilities of [`tail_probability`].
    low: [i32; TAIL_NODES],
    /// The same for the upper tail.
    high: [i32; TAIL_NODES],
}

/// A tail begins where this many of the first bits are all 0 or all 1.
const TAIL: u32 = 8;
/// Bits that number the cells of the body.
const BODY: u32 = 12;
const CELLS: usize = 1 << BODY;
/// Bits that number the cells of an octave of a tail.
const PART: u32 = 4;
/// Bits of a tail's numbers.
const REST: u32 = 32 - TAIL;
const TAIL_NODES: usize = ((REST as usize) << PART) + 1;

/// Probability up to node `node` of a tail: halfway between the draws on either side.
fn tail_probability(node: usize) -> f64 {
    let (octave, part) = (node >> PART, node & ((1 << PART) - 1));
    let draws = (1.0 + part as f64 / f64::from(1 << PART)) * f64::from(octave as u32).exp2();
    (draws - 0.5) / 32.0_f64.exp2()
}

impl Quantiles {
    /// Always `value` milliseconds.
    ///
    /// # Errors
    ///
    /// [`SampleError::Parameter`] if `value` is beyond what 31 bits hold.
    pub fn constant(value: f64) -> Result<Self, SampleError> {
        Self::empirical(&[value])
    }

    /// An exponential distribution.
    ///
    /// # Errors
    ///
    /// [`SampleError::Parameter`] if the mean is not positive or too great.
    pub fn exponential(mean: f64) -> Result<Self, SampleError> {
        Ok(Self::unit_exponential(positive(mean)?))
    }

    /// An exponential distribution of a mean that is known to be possible.
    pub(super) fn unit_exponential(mean: f64) -> Self {
        Self::smooth(|_, upper| -mean * upper.ln())
    }

    /// A gamma distribution of this mean and coefficient of variation; constant where `cv` is 0.
    ///
    /// # Errors
    ///
    /// [`SampleError::Parameter`] if the mean is not positive, or one of both too great.
    pub fn gamma(mean: f64, cv: f64) -> Result<Self, SampleError> {
        let mean = positive(mean)?;
        if cv == 0.0 {
            return Self::constant(mean);
        }
        let shape = 1.0 / (possible_cv(cv)? * cv);
        Ok(Self::smooth(|lower, upper| mean / shape * gamma_quantile(shape, lower, upper)))
    }

    /// A lognormal distribution of this mean and coefficient of variation; constant where `cv` is 0.
    ///
    /// # Errors
    ///
    /// [`SampleError::Parameter`] if the mean is not positive, or one of both too great.
    pub fn lognormal(mean: f64, cv: f64) -> Result<Self, SampleError> {
        let mean = positive(mean)?;
        let variance = (possible_cv(cv)? * cv).ln_1p();
        let (location, scale) = (mean.ln() - variance / 2.0, variance.sqrt());
        Ok(Self::smooth(|lower, upper| (location + scale * normal_quantile(lower, upper)).exp()))
    }

    /// A normal distribution; what falls below `least` becomes `least`.
    ///
    /// # Errors
    ///
    /// [`SampleError::Parameter`] if a parameter is not finite or too great, or `sd` negative.
    pub fn normal(mean: f64, sd: f64, least: f64) -> Result<Self, SampleError> {
        let mean = possible(mean)?;
        if possible(sd)? < 0.0 || least.is_nan() {
            return Err(SampleError::Parameter(sd.min(least)));
        }
        Ok(Self::smooth(|lower, upper| (mean + sd * normal_quantile(lower, upper)).max(least)))
    }

    /// Observed values, each as likely as the other.
    ///
    /// # Errors
    ///
    /// [`SampleError`] if there are none, or one is not finite or too great.
    pub fn empirical(values: &[f64]) -> Result<Self, SampleError> {
        if values.is_empty() {
            return Err(SampleError::Empty);
        }
        let mut steps =
            values.iter().map(|&v| Ok(whole(possible(v)?))).collect::<Result<Vec<_>, _>>()?;
        steps.sort_unstable();
        let count = steps.len() as f64;
        let mean = steps.iter().map(|&v| f64::from(v)).sum::<f64>() / count;
        let variance = steps.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / count;
        Ok(Self { shape: Shape::Steps(steps.into()), mean, sd: variance.sqrt() })
    }

    /// The same distribution with every value greater by `more`.
    ///
    /// # Errors
    ///
    /// [`SampleError::Parameter`] if `more` is not finite, or a value becomes too great.
    pub fn plus(&self, more: f64) -> Result<Self, SampleError> {
        let by = whole(possible(more)?);
        let moved = |value: i32| value.checked_add(by).ok_or(SampleError::Parameter(more));
        let shape = match &self.shape {
            Shape::Steps(steps) => {
                Shape::Steps(steps.iter().map(|&v| moved(v)).collect::<Result<_, _>>()?)
            }
            Shape::Smooth(smooth) => {
                let mut smooth = smooth.clone();
                let Smooth { body, low, high } = &mut *smooth;
                for value in body.iter_mut().chain(low).chain(high) {
                    *value = moved(*value)?;
                }
                Shape::Smooth(smooth)
            }
        };
        Ok(Self { shape, mean: self.mean + f64::from(by), sd: self.sd })
    }

    /// The table of a quantile function, which is given the probabilities below and above.
    fn smooth(quantile: impl Fn(f64, f64) -> f64) -> Self {
        let body = std::array::from_fn(|cell| {
            // The outermost nodes lie in the tails, which have tables of their own.
            let lower = cell.clamp(1, CELLS - 1) as f64 / CELLS as f64;
            whole(quantile(lower, 1.0 - lower))
        });
        let tail = |high: bool| {
            std::array::from_fn(|node| {
                let p = tail_probability(node);
                whole(if high { quantile(1.0 - p, p) } else { quantile(p, 1.0 - p) })
            })
        };
        let smooth = Smooth { body, low: tail(false), high: tail(true) };
        let (mean, sd) = smooth.moments();
        Self { shape: Shape::Smooth(Box::new(smooth)), mean, sd }
    }

    /// The value for 32 random bits; the greater the bits, the greater the value.
    #[inline]
    pub fn at(&self, bits: u32) -> i32 {
        match &self.shape {
            Shape::Smooth(smooth) => smooth.at(bits),
            Shape::Steps(steps) => steps[((u64::from(bits) * steps.len() as u64) >> 32) as usize],
        }
    }

    /// The value for 32 random bits where negative values make no sense: those become 0.
    #[inline]
    pub fn length(&self, bits: u32) -> u32 {
        self.at(bits).max(0) as u32
    }

    /// The table's mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The table's standard deviation.
    pub fn sd(&self) -> f64 {
        self.sd
    }
}

impl Smooth {
    #[inline]
    fn at(&self, bits: u32) -> i32 {
        let end = bits >> REST;
        if end == 0 {
            return tail_value(&self.low, bits + 1);
        }
        if end == (1 << TAIL) - 1 {
            return tail_value(&self.high, !bits + 1);
        }
        let cell = (bits >> (32 - BODY)) as usize;
        let (from, to) = (self.body[cell], self.body[cell + 1]);
        let part = i64::from(bits & ((1 << (32 - BODY)) - 1));
        let step = (i64::from(to) - i64::from(from)) * part + (1 << (31 - BODY));
        from + (step >> (32 - BODY)) as i32
    }

    /// Mean and standard deviation of the straight lines.
    fn moments(&self) -> (f64, f64) {
        let outer = 1 << (BODY - TAIL);
        let inner = &self.body[outer..self.body.len() - outer];
        let cell = 1.0 / f64::from(1 << BODY);
        let body = inner.windows(2).map(|ends| (cell, ends[0], ends[1]));
        let tails = [&self.low, &self.high].into_iter().flat_map(|tail| {
            let lines = (1..tail.len()).map(|node| {
                let mass = tail_probability(node) - tail_probability(node - 1);
                (mass, tail[node - 1], tail[node])
            });
            lines.chain([(tail_probability(0), tail[0], tail[0])])
        });
        let lines = body.chain(tails);
        let middle = f64::from(self.body[1 << (BODY - 1)]);
        let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
        for (probability, from, to) in lines {
            let (a, b) = (f64::from(from) - middle, f64::from(to) - middle);
            mass += probability;
            first += probability * (a + b) / 2.0;
            second += probability * (a * a + a * b + b * b) / 3.0;
        }
        let offset = first / mass;
        (middle + offset, (second / mass - offset * offset).max(0.0).sqrt())
    }
}

/// The value of a tail's table for `draw`, counted from 1 at the tail's end.
#[inline]
fn tail_value(tail: &[i32], draw: u32) -> i32 {
    let octave = 31 - draw.leading_zeros();
    // Sixteenths of the octave, and what is left in 2^-28 of one.
    let within = (u64::from(draw) << (32 - octave)) as u32;
    let node = ((octave << PART) + (within >> (32 - PART))) as usize;
    let part = i64::from(within << PART >> PART);
    let (from, to) = (tail[node], tail[(node + 1).min(tail.len() - 1)]);
    let shift = 32 - PART;
    from + (((i64::from(to) - i64::from(from)) * part + (1 << (shift - 1))) >> shift) as i32
}

/// The nearest whole number that fits.
fn whole(value: f64) -> i32 {
    value.round() as i32
}

fn possible(value: f64) -> Result<f64, SampleError> {
    if value.abs() <= f64::from(i32::MAX) { Ok(value) } else { Err(SampleError::Parameter(value)) }
}

fn positive(value: f64) -> Result<f64, SampleError> {
    if value > 0.0 { possible(value) } else { Err(SampleError::Parameter(value)) }
}

/// Beyond ten, what matters lies outside of a table.
fn possible_cv(cv: f64) -> Result<f64, SampleError> {
    if (0.0..=10.0).contains(&cv) { Ok(cv) } else { Err(SampleError::Parameter(cv)) }
}
