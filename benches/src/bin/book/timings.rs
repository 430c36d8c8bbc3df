//! How long each of many calls took.

use std::time::{Duration, Instant};

/// Durations, in the order of the calls.
#[derive(Debug, Default)]
pub(crate) struct Timings(Vec<Duration>);

impl Timings {
    /// Calls and times `work`.
    pub(crate) fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let result = work();
        self.0.push(begin.elapsed());
        result
    }

    /// Adds a call.
    pub(crate) fn add(&mut self, elapsed: Duration) {
        self.0.push(elapsed);
    }

    /// Number of calls.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Calls a second, one after the other.
    pub(crate) fn per_second(&self) -> f64 {
        self.0.len() as f64 / self.0.iter().sum::<Duration>().as_secs_f64()
    }

    /// Median, 99th percentile and maximum.
    pub(crate) fn line(&self) -> String {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = |share: f64| {
            let index = (share * (sorted.len().saturating_sub(1)) as f64).round() as usize;
            sorted.get(index).copied().unwrap_or_default().as_secs_f64() * 1e6
        };
        format!("median {:.1} µs, p99 {:.1} µs, max {:.1} µs", at(0.5), at(0.99), at(1.0))
    }
}
