//! Poisson counts from one uniform number, so that a larger mean never gives a smaller count.

/// Up to this mean the sum is built on the way, above it a table is searched.
const MOST_ON_THE_WAY: f64 = 12.0;

/// A Poisson distribution, ready for drawing by inversion.
#[derive(Debug, Clone)]
pub(super) enum Poisson {
    /// Mean, and the probability of 0.
    Small(f64, f64),
    /// First count of the table, and P(D ≤ count) from there on.
    Table(u32, Vec<f64>),
}

impl Poisson {
    /// With `mean` up to some 1e9; 0 where it is not positive.
    pub(super) fn new(mean: f64) -> Self {
        if mean <= MOST_ON_THE_WAY {
            let mean = mean.max(0.0);
            return Self::Small(mean, (-mean).exp());
        }
        // What lies further out than this has a probability below 1e-18.
        let reach = 9.0 * mean.sqrt() + 20.0;
        let first = (mean - reach).max(0.0).floor();
        let mode = (mean.floor() - first) as usize;
        let mut mass = vec![0.0; mode + reach.ceil() as usize + 1];
        mass[mode] = 1.0;
        for k in (0..mode).rev() {
            mass[k] = mass[k + 1] * (first + (k + 1) as f64) / mean;
        }
        for k in mode + 1..mass.len() {
            mass[k] = mass[k - 1] * mean / (first + k as f64);
        }
        let total: f64 = mass.iter().sum();
        let mut below = 0.0;
        for value in &mut mass {
            below += *value / total;
            *value = below;
        }
        Self::Table(first as u32, mass)
    }

    /// The count for a number of `[0, 1)`.
    #[inline]
    pub(super) fn draw(&self, uniform: f64) -> u32 {
        match self {
            Self::Small(mean, none) => {
                let (mut count, mut mass, mut below) = (0, *none, *none);
                // Rounding leaves a sum just short of 1: far beyond the mean it is time to stop.
                while uniform >= below && count < 100 {
                    count += 1;
                    mass *= mean / f64::from(count);
                    below += mass;
                }
                count
            }
            Self::Table(first, below) => {
                first + below.partition_point(|&below| below <= uniform) as u32
            }
        }
    }
}
