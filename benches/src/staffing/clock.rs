//! Processor time, so that other work on the machine does not count.

use std::time::{Duration, Instant};
use std::{fs, io};

use scheduler_core::monitor::Monitor;

/// Time that this thread has run, or that has passed where the system does not say.
#[derive(Debug)]
pub(super) struct Processor {
    start: Instant,
    run: Option<u64>,
}

impl Processor {
    pub(super) fn start() -> Self {
        Self { start: Instant::now(), run: Self::run().ok() }
    }

    /// Nanoseconds.
    fn run() -> io::Result<u64> {
        let text = fs::read_to_string("/proc/thread-self/schedstat")?;
        let first = text.split_whitespace().next().and_then(|first| first.parse().ok());
        first.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

impl Monitor for Processor {
    fn elapsed(&self) -> Duration {
        match (self.run, Self::run()) {
            (Some(before), Ok(now)) => Duration::from_nanos(now.saturating_sub(before)),
            _ => self.start.elapsed(),
        }
    }
}
