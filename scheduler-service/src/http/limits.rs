//! How often a client may ask: a token bucket for each.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::booking::Client;
use crate::http::app::App;
use crate::http::problem::{self, Answer, HttpError};

/// A rate with some allowance for bursts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests in a second, in the long run. 0: no limit.
    pub per_second: u32,
    /// Requests at once after a rest.
    pub burst: u32,
}

/// Buckets that are kept before full ones are thrown away. A full bucket says nothing.
const MOST_BUCKETS: usize = 10_000;

/// Buckets, and how many there may be before full ones are thrown away.
#[derive(Debug)]
struct Buckets {
    all: BTreeMap<String, Bucket>,
    most: usize,
}

/// Limits how often each client may ask.
#[derive(Debug)]
pub struct RateLimit {
    /// Tokens in a second; 0: no limit.
    per_second: f64,
    /// Tokens after a rest.
    burst: f64,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl RateLimit {
    /// A limit of `rate` for each client.
    pub fn new(rate: Rate) -> Self {
        Self::of(rate.per_second.into(), rate.burst)
    }

    /// A limit of so many in an hour for each client, also all at once; 0: no limit.
    pub fn hourly(number: u32) -> Self {
        Self::of(f64::from(number) / 3600.0, number)
    }

    fn of(per_second: f64, burst: u32) -> Self {
        let buckets = Buckets { all: BTreeMap::new(), most: MOST_BUCKETS };
        Self { per_second, burst: burst.max(1).into(), buckets: Mutex::new(buckets) }
    }

    /// Counts a request of `client` at `now`.
    ///
    /// # Errors
    /// How long to wait where it comes too soon; it is not counted then.
    pub fn take(&self, client: &str, now: Instant) -> Result<(), Duration> {
        let Self { per_second, burst, .. } = *self;
        if per_second <= 0.0 {
            return Ok(());
        }
        let filled = |bucket: &Bucket| {
            let since = now.saturating_duration_since(bucket.at).as_secs_f64();
            (bucket.tokens + since * per_second).min(burst)
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let Buckets { all: buckets, most } = &mut *buckets;
        if buckets.len() >= *most && !buckets.contains_key(client) {
            buckets.retain(|_, bucket| filled(bucket) < burst);
            // Where many ask at a time, not each of them is to look through all.
            *most = MOST_BUCKETS.max(2 * buckets.len());
        }
        let tokens = buckets.get(client).map_or(burst, filled);
        let (tokens, answer) = if tokens >= 1.0 {
            (tokens - 1.0, Ok(()))
        } else {
            (tokens, Err(Duration::from_secs_f64((1.0 - tokens) / per_second)))
        };
        buckets.insert(client.to_owned(), Bucket { tokens, at: now });
        answer
    }
}

/// Counts a search or check.
pub fn limit_rate(app: &App, client: &Client) -> Answer<()> {
    within(app, &app.searching, &client.name)
}

/// Counts a request of `client` where `limit` holds for it.
///
/// # Errors
/// 429
pub fn within(app: &App, limit: &RateLimit, client: &str) -> Answer<()> {
    if !app.limits(client) {
        return Ok(());
    }
    limit.take(client, app.instant()).map_err(too_many)
}

/// The answer to who asks too often.
fn too_many(wait: Duration) -> HttpError {
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    HttpError::new(problem::TOO_MANY_REQUESTS, "the key is used too often").retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_one_request_for_each_token() {
        let limit = RateLimit::new(Rate { per_second: 2, burst: 3 });
        let start = Instant::now();
        let passed = (0..5).filter(|_| limit.take("a", start).is_ok()).count();
        assert_eq!(passed, 3);
        assert_eq!(limit.take("a", start), Err(Duration::from_millis(500)));
        assert_eq!(limit.take("b", start), Ok(()), "clients do not share a bucket");
        let later = start + Duration::from_millis(500);
        assert_eq!(limit.take("a", later), Ok(()));
        assert!(limit.take("a", later).is_err());
    }

    #[test]
    fn an_hourly_limit_comes_back_bit_by_bit() {
        let limit = RateLimit::hourly(4);
        let start = Instant::now();
        assert_eq!((0..10).filter(|_| limit.take("a", start).is_ok()).count(), 4);
        let later = start + Duration::from_secs(901);
        assert_eq!((0..10).filter(|_| limit.take("a", later).is_ok()).count(), 1);
        let none = RateLimit::hourly(0);
        assert!((0..100).all(|_| none.take("a", start).is_ok()));
    }

    #[test]
    fn a_rest_saves_up_no_more_than_the_burst() {
        let limit = RateLimit::new(Rate { per_second: 100, burst: 2 });
        let start = Instant::now();
        assert!(limit.take("a", start).is_ok());
        let later = start + Duration::from_secs(3600);
        assert_eq!((0..10).filter(|_| limit.take("a", later).is_ok()).count(), 2);
    }

    #[test]
    fn no_rate_is_no_limit() {
        let limit = RateLimit::new(Rate { per_second: 0, burst: 0 });
        let now = Instant::now();
        assert!((0..1000).all(|_| limit.take("a", now).is_ok()));
    }

    #[test]
    fn buckets_of_clients_long_gone_are_thrown_away() {
        let limit = RateLimit::new(Rate { per_second: 1, burst: 1 });
        let start = Instant::now();
        for client in 0..MOST_BUCKETS {
            assert!(limit.take(&client.to_string(), start).is_ok());
        }
        assert!(limit.take("late", start + Duration::from_secs(2)).is_ok());
        assert_eq!(limit.buckets.lock().unwrap().all.len(), 1);
    }
}
