//! What part of an interval is chance, and what part is not knowing.

use super::estimate::{Sample, errors};
use super::student::{normal_quantile, student_t};
use crate::simulate::result::Run;

/// Half widths of 95 % intervals around a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Because replications are few: more of them make it smaller.
    pub chance: f64,
    /// Because what is true of the office is known from a history only: more replications leave it
    /// as it is, a longer history makes it smaller.
    pub unknown: f64,
}

impl Split {
    /// Both together.
    pub fn both(&self) -> f64 {
        self.chance.hypot(self.unknown)
    }
}

/// The figure at position `kpi` of the run's list; `None` for quantiles, where the scenario has no
/// draws, and where replications are too few to meet one draw twice.
///
/// Replications that met the same draw differ by chance alone, those of different draws by both
/// (analysis of variance with random effects; Searle, Casella, `McCulloch` 1992, 3.6). Every draw is met
/// as often as any other, so that which draws there are adds no chance.
pub fn split(run: &Run, kpi: usize) -> Option<Split> {
    if run.kpis.get(kpi)?.id.quantile().is_some() {
        return None;
    }
    of(&errors(samples(run, kpi))?, run.draws)
}

/// The same for the figure of `after` less that of `before`, which met the same draws.
pub fn split_change(before: (&Run, usize), after: (&Run, usize)) -> Option<Split> {
    let quantile = |(run, kpi): (&Run, usize)| run.kpis.get(kpi).map(|kpi| kpi.id.quantile());
    if quantile(before)?.is_some() || quantile(after)?.is_some() || before.0.draws != after.0.draws
    {
        return None;
    }
    let (base, variant) = (samples(before.0, before.1), samples(after.0, after.1));
    let (base, variant) = (errors(base)?, errors(variant)?);
    let both: Vec<f64> = base.iter().zip(&variant).map(|(base, variant)| variant - base).collect();
    of(&both, before.0.draws)
}

fn samples(run: &Run, kpi: usize) -> impl Iterator<Item = Sample> + Clone {
    run.samples.iter().map(move |replication| replication.get(kpi).copied().unwrap_or_default())
}

/// Of the errors of replications, of which the `r`-th met the draw `r % draws`.
fn of(errors: &[f64], draws: usize) -> Option<Split> {
    let count = errors.len();
    if draws < 2 || count < draws + draws / 2 {
        return None;
    }
    let mut sums = vec![(0.0, 0.0); draws];
    for (replication, error) in errors.iter().enumerate() {
        let sum = &mut sums[replication % draws];
        *sum = (sum.0 + error, sum.1 + 1.0);
    }
    let all = count as f64;
    let mean = errors.iter().sum::<f64>() / all;
    let between: f64 = sums.iter().map(|(sum, n)| n * (sum / n - mean).powi(2)).sum();
    let total: f64 = errors.iter().map(|error| (error - mean).powi(2)).sum();
    let degrees = all - draws as f64;
    let within = (total - between).max(0.0) / degrees;
    let each = (all - sums.iter().map(|(_, n)| n * n).sum::<f64>() / all) / (draws - 1) as f64;
    let of_draws = (between / (draws - 1) as f64 - within).max(0.0) / each;
    Some(Split {
        chance: student_t(0.975, degrees) * (within / all).sqrt(),
        unknown: normal_quantile(0.975) * of_draws.sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn chance_shrinks_and_not_knowing_stays() {
        // Ten draws at distances of 1, replications around them by 1 or less.
        let errors = |rounds: usize| -> Vec<f64> {
            let noise = |i: usize| ((i * 7919 + 13) % 101) as f64 / 50.0 - 1.0;
            (0..10 * rounds).map(|i| (i % 10) as f64 - 4.5 + noise(i)).collect()
        };
        let (few, many) = (of(&errors(10), 10).unwrap(), of(&errors(160), 10).unwrap());
        assert!(many.chance < 0.3 * few.chance, "{few:?} {many:?}");
        // Standard deviation of ten numbers at distances of 1.
        for split in [few, many] {
            assert!((split.unknown / (1.96 * 9.166_f64.sqrt()) - 1.0).abs() < 0.05, "{split:?}");
        }
        assert_eq!(of(&errors(1), 10), None);
        assert_eq!(of(&errors(10), 0), None);
    }
}
