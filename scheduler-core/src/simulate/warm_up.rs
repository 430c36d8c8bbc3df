//! How many weeks of booking it takes until lead times have settled.
//!
//! A calendar begins empty, or full where more is asked for than there is, and drifts to where it
//! stays. Where demand and slots are nearly equal that takes longer than the horizon of booking,
//! and a mean over weeks that still drift is that of no week in particular.

use super::booking::{BookingBy, BookingDay, BookingModel, BookingRun};

/// Loads between which a calendar may take long to settle: below there is always room, above it
/// begins full and stays so.
const SLOW: std::ops::Range<f64> = 0.9..1.15;

/// Runs of booking over which the drift is averaged. Their numbers are those of no replication.
const PILOTS: u64 = 4;

/// Weeks of a pilot, of which at most half is taken for drift.
const WEEKS: u32 = 104;

/// Weeks of warm-up for `model`, at least `least`, by MSER: the weeks are cut off without which the
/// mean of the rest has the least standard error (White 1997, doi:10.1177/003754979706900601; the
/// batches are weeks here instead of five observations, as weekdays differ).
///
/// O(weeks of booking), without days at the counters.
pub(super) fn weeks(model: &BookingModel, seed: u64, least: u32) -> u32 {
    let is_slow = model.loads().iter().any(|(_, load)| SLOW.contains(load));
    if !is_slow || model.booking_by() == BookingBy::Ledger {
        return least;
    }
    let cycle_weeks = (model.supply.cycle() / 7).max(1) as u32;
    let cycles = WEEKS.max(4 * least).div_ceil(cycle_weeks);
    let mut means = vec![0.0; cycles as usize];
    let mut figures = BookingDay::default();
    for pilot in 0..PILOTS {
        let mut run = BookingRun::new(model, seed, u64::MAX - pilot, 0);
        for mean in &mut means {
            let (mut ahead, mut looks) = (0.0, 0.0);
            for _ in 0..model.supply.cycle() {
                run.book_day(&mut figures);
                ahead += figures.places[0].next_free;
                looks += figures.places[0].looks;
            }
            *mean += if looks > 0.0 { ahead / looks } else { 0.0 };
        }
    }
    (truncation(&means) as u32 * cycle_weeks).max(least)
}

/// How many of `values` to cut off at the begin, at most half.
fn truncation(values: &[f64]) -> usize {
    let error = |from: usize| {
        let rest = &values[from..];
        let count = rest.len() as f64;
        let mean = rest.iter().sum::<f64>() / count;
        rest.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count * count)
    };
    let candidates = 0..=values.len() / 2;
    candidates.min_by(|&a, &b| error(a).total_cmp(&error(b))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::truncation;

    #[test]
    fn what_still_climbs_is_cut_off_and_what_only_swings_is_not() {
        let swing = |week: usize| if week.is_multiple_of(2) { 0.2 } else { -0.2 };
        let climbing: Vec<f64> =
            (0..100).map(|week| 30.0 + 0.4 * week.min(30) as f64 + swing(week)).collect();
        assert!((26..=32).contains(&truncation(&climbing)), "{}", truncation(&climbing));
        let steady: Vec<f64> = (0..100).map(|week| 30.0 + swing(week)).collect();
        assert!(truncation(&steady) < 3);
        assert_eq!(truncation(&[]), 0);
    }
}
