//! The best of many scenarios.
//!
//! [`Kn`] guarantees the probability of a right choice and drops scenarios as soon as they are
//! clearly worse; it is made for common random numbers. [`ocba`] shares out a budget where what
//! matters is to spend it well.
//!
//! ```
//! use scheduler_core::compare::select::Kn;
//! use scheduler_core::simulate::result::Better;
//!
//! // Of two offices the second has the shorter waits, whatever the day.
//! let mut chosen = Kn::new(2, Better::Lower, (0.95, 0.5), 20);
//! for day in 0..200 {
//!     let luck = f64::from(day % 7);
//!     chosen.observe(&[9.0 + luck, 6.0 + luck]);
//!     if chosen.best().is_some() {
//!         break;
//!     }
//! }
//! assert_eq!(chosen.best(), Some(1));
//! ```

use crate::simulate::result::Better;

/// The procedure of Kim and Nelson (2001, doi:10.1145/502109.502111), fully sequential.
///
/// Whichever scenario is best by at least the indifference zone is chosen with the confidence asked
/// for; observations of one replication may depend on each other across scenarios, those of
/// different replications not.
#[derive(Debug, Clone)]
pub struct Kn {
    better: Better,
    indifference: f64,
    /// η of the paper times 2 (pilot − 1).
    h2: f64,
    pilot: u64,
    /// Sum of the observations of each scenario.
    sums: Vec<f64>,
    /// Observations of the pilot: by scenario, then replication.
    pilots: Vec<Vec<f64>>,
    /// Variances of the differences of two scenarios in the pilot: index `i * scenarios + l`.
    variances: Vec<f64>,
    /// Replications after which each scenario was dropped.
    dropped: Vec<Option<u64>>,
    replications: u64,
}

impl Kn {
    /// Chooses among `scenarios` scenarios with `confidence`, such as 0.95, that of which `better`
    /// is better; differences below `indifference` > 0 do not matter. The first `pilot`
    /// replications, at least 2 and better 20, tell the variances.
    pub fn new(
        scenarios: usize,
        better: Better,
        (confidence, indifference): (f64, f64),
        pilot: u64,
    ) -> Self {
        let pilot = pilot.max(2);
        let freedom = (pilot - 1) as f64;
        let others = scenarios.saturating_sub(1).max(1) as f64;
        let eta = 0.5 * ((2.0 * (1.0 - confidence) / others).powf(-2.0 / freedom) - 1.0);
        Self {
            better,
            indifference,
            h2: 2.0 * eta * freedom,
            pilot,
            sums: vec![0.0; scenarios],
            pilots: vec![Vec::new(); scenarios],
            variances: Vec::new(),
            dropped: vec![None; scenarios],
            replications: 0,
        }
    }

    /// Takes the next replication: an observation of each scenario, of which those of dropped ones
    /// are not looked at. Nothing happens once there is a best.
    pub fn observe(&mut self, observations: &[f64]) {
        if self.best().is_some() {
            return;
        }
        self.replications += 1;
        for (scenario, &observation) in observations.iter().enumerate().take(self.sums.len()) {
            if self.is_left(scenario) {
                // Upside down where less is better, so that more is better from here on.
                let value = match self.better {
                    Better::Higher => observation,
                    Better::Lower => -observation,
                };
                self.sums[scenario] += value;
                if self.replications <= self.pilot {
                    self.pilots[scenario].push(value);
                }
            }
        }
        if self.replications == self.pilot {
            self.measure();
        }
        if self.replications >= self.pilot {
            self.screen();
        }
    }

    /// The best scenario, once all others are dropped.
    pub fn best(&self) -> Option<usize> {
        let mut left = (0..self.dropped.len()).filter(|&scenario| self.is_left(scenario));
        let best = left.next();
        if left.next().is_some() { None } else { best }
    }

    /// Whether `scenario` may still be the best, so that it needs more observations.
    pub fn is_left(&self, scenario: usize) -> bool {
        self.dropped[scenario].is_none()
    }

    /// Replications after which `scenario` was dropped.
    pub fn dropped_after(&self, scenario: usize) -> Option<u64> {
        self.dropped[scenario]
    }

    /// Replications observed.
    pub fn replications(&self) -> u64 {
        self.replications
    }

    fn measure(&mut self) {
        let pilots = &self.pilots;
        let variance = |i: usize, l: usize| {
            let differences = pilots[i].iter().zip(&pilots[l]).map(|(a, b)| a - b);
            let n = self.pilot as f64;
            let mean = differences.clone().sum::<f64>() / n;
            differences.map(|d| (d - mean) * (d - mean)).sum::<f64>() / (n - 1.0)
        };
        let scenarios = self.sums.len();
        self.variances = (0..scenarios * scenarios)
            .map(|pair| variance(pair / scenarios, pair % scenarios))
            .collect();
    }

    /// Drops every scenario whose mean is below that of another by more than the triangle of the
    /// paper allows; where that has closed and means are equal, all but the first.
    fn screen(&mut self) {
        let scenarios = self.sums.len();
        let n = self.replications as f64;
        let left: Vec<usize> = (0..scenarios).filter(|&scenario| self.is_left(scenario)).collect();
        for &i in &left {
            let beaten = |&l: &usize| {
                let spread = self.h2 * self.variances[i * scenarios + l];
                let slack =
                    (spread / self.indifference - self.indifference * n).max(0.0) / (2.0 * n);
                let (mine, other) = (self.sums[i] / n, self.sums[l] / n);
                mine < other - slack || (slack == 0.0 && mine == other && l < i)
            };
            if left.iter().filter(|&&l| l != i).any(beaten) {
                self.dropped[i] = Some(self.replications);
            }
        }
    }
}

/// How many of `total` replications each scenario should have had, so that the best is found with
/// the greatest probability: optimal computing budget allocation (Chen, Lin, Yücesan and Chick
/// 2000, doi:10.1023/A:1008349927281). It assumes independent scenarios.
///
/// `means` and `variances` are those of the observations so far. Scenarios that cannot be told from
/// the best share what is left over as if they were a tiny bit worse. The result adds up to
/// `total`, rounded.
pub fn ocba(means: &[f64], variances: &[f64], better: Better, total: u64) -> Vec<u64> {
    let worse = |mean: f64, best: f64| match better {
        Better::Lower => mean - best,
        Better::Higher => best - mean,
    };
    let count = means.len().min(variances.len());
    let Some(best) = (0..count).min_by(|&a, &b| worse(means[a], means[b]).total_cmp(&0.0)) else {
        return Vec::new();
    };
    let spread = (0..count).map(|i| worse(means[i], means[best])).fold(0.0, f64::max);
    let least_gap = (spread * 1e-3).max(f64::MIN_POSITIVE.sqrt());
    let mut weights: Vec<f64> = (0..count)
        .map(|i| {
            let gap = worse(means[i], means[best]).max(least_gap);
            variances[i].max(0.0) / (gap * gap)
        })
        .collect();
    let of_others: f64 = (0..count)
        .filter(|&i| i != best && variances[i] > 0.0)
        .map(|i| weights[i] * weights[i] / variances[i])
        .sum();
    weights[best] = (variances[best].max(0.0) * of_others).sqrt();
    let sum: f64 = weights.iter().sum();
    let even = total as f64 / count as f64;
    let share = |weight: f64| if sum > 0.0 { weight / sum * total as f64 } else { even };
    weights.into_iter().map(|weight| share(weight).round() as u64).collect()
}
