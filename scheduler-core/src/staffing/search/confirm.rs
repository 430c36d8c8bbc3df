//! The test of a roster on random numbers that the search has not seen.

use crate::monitor::Monitor;
use crate::plan::Budget;

use super::trial::{Seen, Trial};
use crate::staffing::goal::Goal;
use crate::staffing::judge::{Looks, Standing};
use crate::staffing::{StaffError, StaffOptions};

/// Puts a roster to the test on random numbers that no search has seen: the `attempt`-th of its kind.
pub(in crate::staffing) fn confirm(
    trial: &Trial,
    goals: &[Goal],
    attempt: u32,
    options: &StaffOptions,
    monitor: &dyn Monitor,
) -> Result<Option<(Seen, Vec<Standing>)>, StaffError> {
    let looks = Looks::new(attempt, options.most_replications);
    let seed = fresh_seed(options.seed, attempt);
    let mut seen = Seen::default();
    let mut standings = vec![Standing::Open; goals.len()];
    let mut done = false;
    for target in looks.replications() {
        // Looks that are left out make no roster pass.
        if let (Budget::Time(time), true) = (options.budget, done)
            && monitor.elapsed() >= time
        {
            break;
        }
        done = true;
        if !trial.simulate(goals, (seed, target), options, &mut seen, monitor)? {
            return Ok(None);
        }
        for ((goal, samples), standing) in goals.iter().zip(&seen.samples).zip(&mut standings) {
            *standing = looks.standing(goal, samples);
        }
        let missed = standings.contains(&Standing::Missed);
        if missed || standings.iter().all(|&standing| standing == Standing::Reached) {
            break;
        }
    }
    Ok(Some((seen, standings)))
}

/// Random numbers of a test: no others have them.
pub(in crate::staffing) fn fresh_seed(seed: u64, attempt: u32) -> u64 {
    seed ^ (0x5DEE_CE66_D1CE_4E5B_u64.wrapping_mul(u64::from(attempt) + 1))
}
