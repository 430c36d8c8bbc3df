//! The exact share of walk-ins called within ten minutes where the same number of clerks is there all
//! day: the Markov chain of people inside, and for whoever comes the chance that enough of those ahead
//! leave in time.

const SERVICE_MINUTES: f64 = 8.0;
const WITHIN_MINUTES: f64 = 10.0;

/// The share with `clerks` clerks, of arrivals of so many an hour in each of four hours.
pub(crate) fn share_within(per_hour: [f64; 4], clerks: usize) -> f64 {
    const MOST: usize = 160;
    const STEP: f64 = 0.02;
    let leave = 1.0 / SERVICE_MINUTES;
    let in_time: Vec<f64> = (0..MOST).map(|inside| called(inside, clerks)).collect();
    let mut inside = vec![0.0; MOST];
    inside[0] = 1.0;
    let (mut good, mut all) = (0.0, 0.0);
    let steps = (240.0 / STEP) as usize;
    for step in 0..steps {
        let minute = step as f64 * STEP;
        let come = per_hour[((minute / 60.0) as usize).min(3)] / 60.0;
        let change = |state: &[f64]| -> Vec<f64> {
            (0..MOST)
                .map(|n| {
                    let busy = |n: usize| n.min(clerks) as f64 * leave;
                    let up = if n + 1 < MOST { come } else { 0.0 };
                    let mut rate = -state[n] * (up + busy(n));
                    if n > 0 {
                        rate += state[n - 1] * come;
                    }
                    if n + 1 < MOST {
                        rate += state[n + 1] * busy(n + 1);
                    }
                    rate
                })
                .collect()
        };
        let moved = |from: &[f64], by: &[f64], size: f64| -> Vec<f64> {
            from.iter().zip(by).map(|(a, b)| a + size * b).collect()
        };
        // The midpoint rule, for the chain and for what it is integrated to.
        let half = moved(&inside, &change(&inside), 0.5 * STEP);
        let met: f64 = half.iter().zip(&in_time).map(|(p, t)| p * t).sum();
        good += come * STEP * met;
        all += come * STEP;
        inside = moved(&inside, &change(&half), STEP);
    }
    good / all
}

/// Chance that somebody who finds `inside` people is called in time: so many of them leave by then as
/// have to, at the rate of all clerks.
fn called(inside: usize, clerks: usize) -> f64 {
    let Some(ahead) = inside.checked_sub(clerks) else { return 1.0 };
    let mean = clerks as f64 * WITHIN_MINUTES / SERVICE_MINUTES;
    // P(Poisson ≥ ahead + 1)
    let (mut term, mut below) = ((-mean).exp(), 0.0);
    for k in 0..=ahead {
        below += term;
        term *= mean / (k + 1) as f64;
    }
    (1.0 - below).max(0.0)
}

/// The least number of clerks with which at least `share` are called in time.
pub(crate) fn least_clerks(per_hour: [f64; 4], share: f64) -> usize {
    (1..40).find(|&clerks| share_within(per_hour, clerks) >= share).unwrap()
}
