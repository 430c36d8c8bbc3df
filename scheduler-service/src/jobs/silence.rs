//! Who has not been heard of for too long.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::store::Lease;

/// Leases as they were seen: how often each was kept, and since when that is so. Only this process's
/// clock counts, and it only goes forward.
#[derive(Debug, Default)]
pub(super) struct Silence {
    known: BTreeMap<Uuid, (i64, Instant)>,
    last_look: Option<Instant>,
}

impl Silence {
    /// Looks at `leases` as they are `now`: those that were not kept for `long`, in order.
    pub(super) fn look(&mut self, leases: &[Lease], now: Instant, long: Duration) -> Vec<Lease> {
        let before = std::mem::take(&mut self.known);
        // Who did not listen for a while, as the machine slept or the store did not answer, does not
        // know who was silent: the others may have been kept from speaking by the same.
        let deaf = self.last_look.is_none_or(|last| now.duration_since(last) > long / 2);
        self.last_look = Some(now);
        let mut silent = Vec::new();
        for lease in leases {
            let since = match before.get(&lease.name) {
                Some(&(beat, since)) if beat == lease.beat && !deaf => since,
                _ => now,
            };
            self.known.insert(lease.name, (lease.beat, since));
            if now.duration_since(since) >= long {
                silent.push(*lease);
            }
        }
        silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn who_does_not_move_for_long_enough_is_silent() {
        let (mut silence, start) = (Silence::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let [one, two] = [1, 2].map(Uuid::from_u128);
        for second in 0..20 {
            let leases = [Lease { name: one, beat: 0 }, Lease { name: two, beat: second as i64 }];
            assert_eq!(silence.look(&leases, at(second), LONG), []);
        }
        let leases = [Lease { name: one, beat: 0 }, Lease { name: two, beat: 20 }];
        assert_eq!(silence.look(&leases, at(20), LONG), [leases[0]]);
    }

    #[test]
    fn who_did_not_listen_blames_nobody() {
        let (mut silence, start) = (Silence::default(), Instant::now());
        let lease = [Lease { name: Uuid::from_u128(1), beat: 0 }];
        assert_eq!(silence.look(&lease, start, LONG), []);
        assert_eq!(silence.look(&lease, start + 10 * LONG, LONG), []);
    }
}
