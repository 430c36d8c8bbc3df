//! Kaandorp and Koole's session: customers are told to come at the beginnings of slots.

use super::descent::{Schedule, least};
use crate::analytic::error::{AnalyticError, must, not_negative, positive, probability};
use crate::analytic::poisson::Masses;

/// How long a service takes.
#[derive(Debug, Clone, PartialEq)]
pub enum SlotService {
    /// Exponentially distributed, with this mean.
    Exponential(f64),
    /// Whole units of time: the probabilities of 0, 1, 2, … units.
    Whole(Vec<f64>),
}

impl SlotService {
    /// A Poisson number of units.
    ///
    /// # Errors
    /// The mean is negative or not finite, or above ten million.
    pub fn poisson(mean: f64) -> Result<Self, AnalyticError> {
        let mean = not_negative("mean service time", mean)?;
        let masses = Masses::bounded("the distribution of a service time", mean)?;
        let mut all = vec![0.0; masses.first];
        all.extend_from_slice(&masses.masses);
        Ok(Self::Whole(all))
    }

    /// Always the same number of units.
    #[must_use]
    pub fn deterministic(units: u32) -> Self {
        let mut all = vec![0.0; units as usize + 1];
        all[units as usize] = 1.0;
        Self::Whole(all)
    }

    fn mean(&self) -> f64 {
        match self {
            Self::Exponential(mean) => *mean,
            Self::Whole(masses) => masses.iter().enumerate().map(|(k, p)| k as f64 * p).sum(),
        }
    }
}

/// What waiting, idling and running late count in the cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlotWeights {
    /// Of the mean wait of a scheduled customer.
    pub wait: f64,
    /// Of the time that the server idles.
    pub idle: f64,
    /// Of the time beyond the last slot.
    pub tardiness: f64,
}

/// A session with one server.
#[derive(Debug, Clone, PartialEq)]
pub struct SlottedSession {
    /// Length of a slot; a whole number of units where services are.
    pub slot: f64,
    /// How long a service takes.
    pub service: SlotService,
    /// Probability that a customer does not come.
    pub no_show: f64,
    /// The cost.
    pub weights: SlotWeights,
}

/// What a schedule leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SlotFigures {
    /// Mean over all scheduled customers of how long each would wait, whether coming or not.
    pub wait: f64,
    /// Time that the server idles, from the first slot to the end of the last or of all work.
    pub idle: f64,
    /// Time from the end of the last slot to the end of all work.
    pub tardiness: f64,
    /// The three, weighed.
    pub cost: f64,
}

impl SlottedSession {
    /// What happens where `customers` are scheduled for the slots. O(slots · customers²), times the
    /// squared length of a service where that is in whole units.
    ///
    /// # Errors
    /// A parameter is out of range, or nobody is scheduled.
    pub fn figures(&self, customers: &[u32]) -> Result<SlotFigures, AnalyticError> {
        self.check()?;
        let scheduled: u32 = customers.iter().sum();
        positive("customers", f64::from(scheduled))?;
        let (wait, tardiness) = match &self.service {
            SlotService::Exponential(mean) => self.exponential(customers, *mean),
            SlotService::Whole(masses) => self.whole(customers, masses),
        };
        let wait = wait / f64::from(scheduled);
        let work = f64::from(scheduled) * (1.0 - self.no_show) * self.service.mean();
        let idle = customers.len() as f64 * self.slot + tardiness - work;
        let SlotWeights { wait: w, idle: i, tardiness: t } = self.weights;
        let cost = w * wait + i * idle + t * tardiness;
        Ok(SlotFigures { wait, idle, tardiness, cost })
    }

    /// The schedule of least cost.
    ///
    /// # Errors
    /// A parameter is out of range, or nobody is to be scheduled.
    pub fn optimum(&self, slots: usize, customers: u32) -> Result<Schedule, AnalyticError> {
        least(slots, customers, customers, |schedule| Ok(self.figures(schedule)?.cost))
    }

    fn check(&self) -> Result<(), AnalyticError> {
        positive("length of a slot", self.slot)?;
        probability("probability of not coming", self.no_show)?;
        for weight in [self.weights.wait, self.weights.idle, self.weights.tardiness] {
            not_negative("weight", weight)?;
        }
        match &self.service {
            SlotService::Exponential(mean) => positive("mean service time", *mean).map(|_| ()),
            SlotService::Whole(masses) => {
                let whole = self.slot.fract() == 0.0;
                must(whole, "length of a slot", self.slot, "a whole number of units")?;
                for mass in masses {
                    probability("probability of a service time", *mass)?;
                }
                let total: f64 = masses.iter().sum();
                let one = (total - 1.0).abs() < 1e-9;
                must(one, "sum of the probabilities of service times", total, "1")
            }
        }
    }

    /// Sum of the waits of all scheduled, and time beyond the last slot, by the distribution of
    /// customers in the building.
    fn exponential(&self, customers: &[u32], mean: f64) -> (f64, f64) {
        let leaving = leaving(self.slot / mean, customers.iter().sum::<u32>() as usize);
        let mut crowd = vec![1.0];
        let mut wait = 0.0;
        for coming in customers {
            for _ in 0..*coming {
                wait += first_moment(&crowd) * mean;
                crowd.push(0.0);
                for n in (0..crowd.len()).rev() {
                    let before = if n > 0 { crowd[n - 1] } else { 0.0 };
                    crowd[n] = crowd[n] * self.no_show + before * (1.0 - self.no_show);
                }
            }
            serve(&mut crowd, &leaving);
        }
        (wait, first_moment(&crowd) * mean)
    }

    /// The same by the distribution of the work in the building.
    fn whole(&self, customers: &[u32], masses: &[f64]) -> (f64, f64) {
        let slot = self.slot as usize;
        let mut work = vec![1.0];
        let mut wait = 0.0;
        for coming in customers {
            for _ in 0..*coming {
                wait += first_moment(&work);
                let mut more = vec![0.0; work.len() + masses.len().max(1) - 1];
                for (units, probability) in work.iter().enumerate() {
                    more[units] += probability * self.no_show;
                    let comes = probability * (1.0 - self.no_show);
                    for (sum, mass) in more[units..].iter_mut().zip(masses) {
                        *sum += comes * mass;
                    }
                }
                work = more;
            }
            let done = work.len().min(slot + 1);
            let finished: f64 = work[..done].iter().sum();
            work.drain(..done - 1);
            work[0] = finished;
        }
        (wait, first_moment(&work))
    }
}

fn first_moment(masses: &[f64]) -> f64 {
    masses.iter().enumerate().map(|(k, mass)| k as f64 * mass).sum()
}

/// Probabilities that 0, 1, … up to `most` − 1 customers leave while there are enough.
pub(super) fn leaving(mean: f64, most: usize) -> Vec<f64> {
    let masses = Masses::new(mean);
    let mass = |k: usize| k.checked_sub(masses.first).and_then(|at| masses.masses.get(at));
    (0..most).map(|k| mass(k).copied().unwrap_or(0.0)).collect()
}

/// Moves a crowd through a time in which so many leave.
pub(super) fn serve(crowd: &mut [f64], leaving: &[f64]) {
    let mut gone = 0.0;
    // From the bottom up, as everybody moves down.
    for n in 1..crowd.len() {
        let mass = crowd[n];
        if mass == 0.0 {
            continue;
        }
        let mut stay = 0.0;
        for left in 1..=n {
            let probability = mass * leaving[n - left];
            stay += probability;
            if left == n {
                crowd[n] = probability;
            } else {
                crowd[left] += probability;
            }
        }
        gone += (mass - stay).max(0.0);
    }
    crowd[0] += gone;
}
