//! Work that keeps a core busy: on threads of its own, so much at a time, and only so much waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::problem::{self, Answer, HttpError};

/// Bounds how much work runs and waits. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pool {
    name: &'static str,
    running: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
}

/// A place in the queue, given up when dropped.
struct Waiting<'a>(&'a Pool);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
        self.0.depth().decrement(1.0);
    }
}

impl Pool {
    /// A pool that runs `running` pieces of work at a time, at least one, while up to
    /// `most_waiting` wait. `name` is that of its gauge.
    pub fn new(name: &'static str, running: usize, most_waiting: usize) -> Self {
        Self {
            name,
            running: Arc::new(Semaphore::new(running.max(1))),
            waiting: Arc::default(),
            most_waiting,
        }
    }

    /// How many wait, for whoever watches.
    fn depth(&self) -> metrics::Gauge {
        metrics::gauge!("scheduler_queue_depth", "pool" => self.name)
    }

    /// Waits for its turn.
    ///
    /// # Errors
    /// 503 where too many wait already.
    pub async fn admit(&self) -> Answer<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.running).try_acquire_owned() {
            return Ok(permit);
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        self.depth().increment(1.0);
        // Dropped with the request, also where the client hangs up.
        let _place = Waiting(self);
        if before >= self.most_waiting {
            let detail = format!("{before} requests are waiting already; try again");
            return Err(HttpError::new(problem::BUSY, detail).retry_after(1));
        }
        let permit = Arc::clone(&self.running).acquire_owned().await;
        permit.map_err(|closed| HttpError::internal(&closed))
    }

    /// Does `work` when its turn comes, on a thread where it may take its time.
    ///
    /// # Errors
    /// 503 where too much waits already, 500 where `work` panics.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Answer<T> {
        self.run_in(None, work).await
    }

    /// As [`Self::run`], at the `turn` that it has already, if any.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn run_in<T: Send + 'static>(
        &self,
        turn: Option<OwnedSemaphorePermit>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Answer<T> {
        let permit = match turn {
            Some(turn) => turn,
            None => self.admit().await?,
        };
        let span = tracing::Span::current();
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            span.in_scope(work)
        });
        task.await.map_err(|panicked| HttpError::internal(&panicked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_does_not_fit_into_the_queue_is_refused_with_a_time_to_try_again() {
        let pool = Pool::new("test", 1, 1);
        let running = pool.admit().await.unwrap();
        let second = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(|| 7).await.unwrap() }
        });
        while pool.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let refused = pool.run(|| 8).await.unwrap_err();
        assert_eq!(refused.details().code, "busy");
        assert_eq!(refused.retry_after_seconds(), Some(1));
        drop(running);
        assert_eq!(second.await.unwrap(), 7);
        assert_eq!(pool.run(|| 9).await.unwrap(), 9);
    }

    #[tokio::test]
    async fn work_that_panics_is_answered_and_the_pool_goes_on() {
        let pool = Pool::new("test", 1, 1);
        let failed = pool.run(|| -> u32 { panic!("on purpose") }).await.unwrap_err();
        assert_eq!(failed.details().code, "internal");
        assert_eq!(pool.run(|| 1).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn the_depth_that_is_shown_falls_when_who_waits_has_its_turn_or_hangs_up() {
        let figures = crate::http::observe::figures().unwrap();
        let depth = || {
            let text = figures.render();
            let line = text.lines().find_map(|line| {
                line.strip_prefix("scheduler_queue_depth{pool=\"falling\"} ").map(str::to_owned)
            });
            line.map(|number| number.parse::<f64>().unwrap())
        };
        let pool = Pool::new("falling", 1, 1);
        let running = pool.admit().await.unwrap();
        let patient = tokio::spawn({
            let pool = pool.clone();
            async move { drop(pool.admit().await.unwrap()) }
        });
        while pool.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(depth(), Some(1.0));
        pool.admit().await.unwrap_err();
        assert_eq!(depth(), Some(1.0), "who is refused does not wait");
        drop(running);
        patient.await.unwrap();
        assert_eq!(depth(), Some(0.0));

        let running = pool.admit().await.unwrap();
        let impatient = tokio::time::timeout(std::time::Duration::from_millis(1), pool.admit());
        impatient.await.unwrap_err();
        assert_eq!(depth(), Some(0.0));
        drop(running);
    }
}
