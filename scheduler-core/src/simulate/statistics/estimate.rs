//! Ratios, and differences of ratios, over independent replications.

use serde::{Deserialize, Serialize};

use super::student::student_t;

/// What one replication contributes to a figure: numerator and denominator of a ratio. A
/// denominator of 1 in each makes the figure a mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64)", into = "(f64, f64)")]
pub struct Sample {
    /// Such as the sum of waits in minutes.
    pub num: f64,
    /// Such as the number of customers served.
    pub den: f64,
}

impl From<(f64, f64)> for Sample {
    fn from((num, den): (f64, f64)) -> Self {
        Self { num, den }
    }
}

impl From<Sample> for (f64, f64) {
    fn from(sample: Sample) -> Self {
        (sample.num, sample.den)
    }
}

/// A figure and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Half the width of its 95 % confidence interval; infinite where one replication tells
    /// nothing about the spread.
    pub half_width: f64,
    /// Standard deviation of `value` as an estimate; infinite as `half_width`.
    pub standard_error: f64,
    /// Degrees of freedom of that standard deviation.
    pub degrees: f64,
    /// Replications behind it.
    pub replications: u64,
}

impl Estimate {
    /// Confidence of [`half_width`](Self::half_width).
    pub const CONFIDENCE: f64 = 0.95;

    pub(super) fn new(value: f64, variance: f64, degrees: f64, replications: u64) -> Self {
        let standard_error = if degrees > 0.0 { variance.sqrt() } else { f64::INFINITY };
        let unsure =
            Self { value, half_width: f64::INFINITY, standard_error, degrees, replications };
        unsure.at(Self::CONFIDENCE)
    }

    /// The same figure with the half width of another confidence, such as 0.99.
    #[must_use]
    pub fn at(self, confidence: f64) -> Self {
        let half_width = if self.standard_error == 0.0 {
            0.0
        } else if self.degrees > 0.0 {
            student_t(0.5 + confidence / 2.0, self.degrees) * self.standard_error
        } else {
            f64::INFINITY
        };
        Self { half_width, ..self }
    }

    /// Half width over value; a value smaller than `floor` in size counts as `floor`, so that
    /// nobody chases two percent of next to nothing.
    pub fn relative(&self, floor: f64) -> f64 {
        if self.half_width == 0.0 { 0.0 } else { self.half_width / self.value.abs().max(floor) }
    }
}

/// Σ num / Σ den with its interval; `None` where the denominators sum to nothing.
///
/// The delta method: to first order the error of the ratio r is the mean of (num − r · den) / E den
/// over the replications (Asmussen and Glynn, Stochastic Simulation, 2007, III.4a,
/// doi:10.1007/978-0-387-69033-9). Student's t with n − 1 degrees.
pub fn ratio(samples: impl Iterator<Item = Sample> + Clone) -> Option<Estimate> {
    let sums = Sums::of(samples.clone());
    let r = sums.ratio()?;
    let errors = samples.map(|sample| sums.error(r, sample));
    Some(Estimate::new(r, variance_of_mean(errors, sums.count), sums.degrees(), sums.count))
}

/// The ratio of `variant` less that of `base`, whose samples are paired: replication by
/// replication they met the same random numbers. `None` where one has no ratio.
///
/// The delta method on pairs: what is common to both in a replication cancels before the variance
/// is taken. Replications that only one side has are left out.
pub fn difference(
    base: impl Iterator<Item = Sample> + Clone,
    variant: impl Iterator<Item = Sample> + Clone,
) -> Option<Estimate> {
    let pairs = base.zip(variant);
    let base = Sums::of(pairs.clone().map(|(base, _)| base));
    let variant = Sums::of(pairs.clone().map(|(_, variant)| variant));
    let (before, after) = (base.ratio()?, variant.ratio()?);
    let errors = pairs.map(|(b, v)| variant.error(after, v) - base.error(before, b));
    let variance = variance_of_mean(errors, base.count);
    Some(Estimate::new(after - before, variance, base.degrees(), base.count))
}

/// What each of the samples adds to the error of their ratio, times the number of samples; `None`
/// where there is no ratio.
pub(super) fn errors(samples: impl Iterator<Item = Sample> + Clone) -> Option<Vec<f64>> {
    let sums = Sums::of(samples.clone());
    let r = sums.ratio()?;
    Some(samples.map(|sample| sums.error(r, sample)).collect())
}

/// Variance of the mean of `count` independent values whose true mean is 0.
fn variance_of_mean(values: impl Iterator<Item = f64>, count: u64) -> f64 {
    let squares: f64 = values.map(|value| value * value).sum();
    let n = count as f64;
    squares / (n * (n - 1.0).max(1.0))
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    num: f64,
    den: f64,
    count: u64,
}

impl Sums {
    fn of(samples: impl Iterator<Item = Sample>) -> Self {
        samples.fold(Self::default(), |sums, sample| Self {
            num: sums.num + sample.num,
            den: sums.den + sample.den,
            count: sums.count + 1,
        })
    }

    fn ratio(&self) -> Option<f64> {
        (self.den > 0.0).then(|| self.num / self.den)
    }

    /// What `sample` adds to the error of the ratio `r`, times the number of samples. The errors
    /// of all samples sum to 0.
    fn error(&self, r: f64, sample: Sample) -> f64 {
        (sample.num - r * sample.den) * self.count as f64 / self.den
    }

    fn degrees(&self) -> f64 {
        self.count as f64 - 1.0
    }
}
