//! Hassin and Mendel's session: customers are told to come at any times, and the distances between
//! them are to be best.
//!
//! R. Hassin and S. Mendel, "Scheduling arrivals to queues: a single-server model with no-shows",
//! 2008, doi:10.1287/mnsc.1070.0802.

use super::slots::{leaving, serve};
use crate::analytic::error::{AnalyticError, must, not_negative, positive, probability};

/// A session with one server and exponential service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpacedSession {
    /// Probability that a customer comes.
    pub show: f64,
    /// Customers that the server serves in a unit of time.
    pub service_rate: f64,
    /// Cost of a unit of time that a customer waits.
    pub wait_cost: f64,
    /// Cost of a unit of time that the server has to be there: from the first appointment until the
    /// last departure, or the last appointment if that is later.
    pub server_cost: f64,
}

/// What gaps lead to.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct GapFigures {
    /// Sum of the waits of all who come.
    pub wait_sum: f64,
    /// Time that the server has to be there.
    pub span: f64,
    /// The cost.
    pub cost: f64,
}

/// The best gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimalGaps {
    /// Time between one appointment and the next.
    pub gaps: Vec<f64>,
    /// What they lead to.
    pub figures: GapFigures,
}

/// Most customers of a session.
const MOST_CUSTOMERS: u32 = 500;
/// Newton's steps; some ten are enough.
const MOST_STEPS: u32 = 200;

impl SpacedSession {
    /// What the gaps lead to; there is a customer more than gaps. O(customers³).
    ///
    /// # Errors
    /// A parameter is out of range.
    pub fn figures(&self, gaps: &[f64]) -> Result<GapFigures, AnalyticError> {
        self.check()?;
        for gap in gaps {
            not_negative("gap", *gap)?;
        }
        Ok(self.evaluate(gaps).0)
    }

    /// The gaps of least cost. Waits and span are maxima of sums of services less gaps, so the cost
    /// is convex: Newton's method with the exact gradient, projected to gaps that are not negative.
    ///
    /// # Errors
    /// A parameter is out of range, or there are no customers or more than 500.
    pub fn optimum(&self, customers: u32) -> Result<OptimalGaps, AnalyticError> {
        self.check()?;
        let few = (1..=MOST_CUSTOMERS).contains(&customers);
        must(few, "customers", f64::from(customers), "from 1 to 500")?;
        let mut gaps = vec![self.service_rate.recip(); customers as usize - 1];
        let (mut figures, mut gradient) = self.evaluate(&gaps);
        for _ in 0..MOST_STEPS {
            // A gap of 0 that would better be negative stays.
            let free: Vec<usize> =
                (0..gaps.len()).filter(|i| gaps[*i] > 0.0 || gradient[*i] < 0.0).collect();
            let steepest = free.iter().map(|i| gradient[*i].abs()).fold(0.0, f64::max);
            if steepest <= 1e-12 * (self.server_cost + self.wait_cost) {
                break;
            }
            let step = self.newton_step(&gaps, &gradient, &free);
            let mut length = 1.0;
            let next = loop {
                let mut next = gaps.clone();
                for (i, move_by) in free.iter().zip(&step) {
                    next[*i] = (gaps[*i] + length * move_by).max(0.0);
                }
                let (found, slope) = self.evaluate(&next);
                if found.cost < figures.cost {
                    break Some((next, found, slope));
                }
                length *= 0.5;
                if length < 1e-12 {
                    break None;
                }
            };
            // No step helps any more: the rest is rounding.
            let Some((next, found, slope)) = next else { break };
            (gaps, figures, gradient) = (next, found, slope);
        }
        Ok(OptimalGaps { gaps, figures })
    }

    fn check(&self) -> Result<(), AnalyticError> {
        probability("probability to come", self.show)?;
        positive("service rate", self.service_rate)?;
        not_negative("cost of waiting", self.wait_cost)?;
        positive("cost of the server", self.server_cost)?;
        Ok(())
    }

    /// Figures, and how the cost changes with each gap: the distribution of customers in the
    /// building goes forward through the session, the cost still to come backward.
    fn evaluate(&self, gaps: &[f64]) -> (GapFigures, Vec<f64>) {
        let (show, mu) = (self.show, self.service_rate);
        let customers = gaps.len() + 1;
        let leaving: Vec<Vec<f64>> =
            gaps.iter().map(|gap| leaving(gap * mu, customers + 1)).collect();
        // crowds[i]: before customer i comes.
        let mut crowds = vec![vec![1.0]];
        let (mut wait_sum, mut span) = (0.0, gaps.iter().sum::<f64>());
        for i in 0..customers {
            let mut crowd = crowds[i].clone();
            wait_sum += show * first_moment(&crowd) / mu;
            crowd.push(0.0);
            for n in (0..crowd.len()).rev() {
                let before = if n > 0 { crowd[n - 1] } else { 0.0 };
                crowd[n] = crowd[n] * (1.0 - show) + before * show;
            }
            match leaving.get(i) {
                Some(leaving) => serve(&mut crowd, leaving),
                None => span += first_moment(&crowd) / mu,
            }
            crowds.push(crowd);
        }
        let cost = self.wait_cost * wait_sum + self.server_cost * span;
        // to_come[n]: cost from just before customer i comes, where n are in the building.
        let (wait, server) = (self.wait_cost / mu, self.server_cost / mu);
        let mut to_come: Vec<f64> =
            (0..customers).map(|n| show * (wait * n as f64 + server) + server * n as f64).collect();
        let mut gradient = vec![0.0; gaps.len()];
        for i in (0..gaps.len()).rev() {
            let crowd = &crowds[i + 1];
            // Time spent on serving one of n customers saves to_come[n] − to_come[n − 1].
            let saved: f64 =
                (1..crowd.len()).map(|n| crowd[n] * (to_come[n] - to_come[n - 1])).sum();
            gradient[i] = self.server_cost - mu * saved;
            let after = |n: usize| -> f64 {
                let mut left = 1.0;
                let mut sum = 0.0;
                for (gone, probability) in leaving[i][..n].iter().enumerate() {
                    sum += probability * to_come[n - gone];
                    left -= probability;
                }
                sum + f64::max(left, 0.0) * to_come[0] + self.server_cost * gaps[i]
            };
            let afters: Vec<f64> = (0..=i + 1).map(after).collect();
            to_come = (0..=i)
                .map(|n| show * (wait * n as f64 + afters[n + 1]) + (1.0 - show) * afters[n])
                .collect();
        }
        (GapFigures { wait_sum, span, cost }, gradient)
    }

    /// Newton's step in the `free` gaps; their curvature by differences of the gradient.
    fn newton_step(&self, gaps: &[f64], gradient: &[f64], free: &[usize]) -> Vec<f64> {
        let size = free.len();
        let width = 1e-5 / self.service_rate;
        let mut curvature = vec![0.0; size * size];
        let mut moved = gaps.to_vec();
        for (row, i) in free.iter().enumerate() {
            let back = gaps[*i].min(width);
            moved[*i] = gaps[*i] + width;
            let ahead = self.evaluate(&moved).1;
            moved[*i] = gaps[*i] - back;
            let behind = self.evaluate(&moved).1;
            moved[*i] = gaps[*i];
            for (column, j) in free.iter().enumerate() {
                let change = (ahead[*j] - behind[*j]) / (width + back);
                // The matrix is symmetric; so is the mean of its two estimates.
                curvature[row * size + column] += 0.5 * change;
                curvature[column * size + row] += 0.5 * change;
            }
        }
        let slope: Vec<f64> = free.iter().map(|i| -gradient[*i]).collect();
        let scale = (0..size).map(|i| curvature[i * size + i].abs()).fold(0.0, f64::max);
        let mut damping = 0.0;
        loop {
            if let Some(step) = solve(&curvature, &slope, damping) {
                return step;
            }
            damping = f64::max(10.0 * damping, f64::max(1e-12 * scale, f64::MIN_POSITIVE));
        }
    }
}

fn first_moment(masses: &[f64]) -> f64 {
    masses.iter().enumerate().map(|(k, mass)| k as f64 * mass).sum()
}

/// Solves (matrix + damping · 1) x = right by Cholesky's decomposition; `None` where the matrix is
/// not positive definite.
fn solve(matrix: &[f64], right: &[f64], damping: f64) -> Option<Vec<f64>> {
    let size = right.len();
    let mut lower = vec![0.0; size * size];
    let mut x = right.to_vec();
    for i in 0..size {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| lower[i * size + k] * lower[j * size + k]).sum();
            let rest = matrix[i * size + j] - dot + if i == j { damping } else { 0.0 };
            if i > j {
                lower[i * size + j] = rest / lower[j * size + j];
            } else if rest > 0.0 {
                lower[i * size + i] = rest.sqrt();
            } else {
                return None;
            }
        }
        let dot: f64 = (0..i).map(|k| lower[i * size + k] * x[k]).sum();
        x[i] = (x[i] - dot) / lower[i * size + i];
    }
    for i in (0..size).rev() {
        let dot: f64 = (i + 1..size).map(|k| lower[k * size + i] * x[k]).sum();
        x[i] = (x[i] - dot) / lower[i * size + i];
    }
    Some(x)
}
