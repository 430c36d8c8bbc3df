//! Queueing formulas and Markov chains against each other, against brute force, and at extremes.

mod days;
mod queues;
mod schedules;

pub(crate) fn close(found: f64, exact: f64, relative: f64) -> bool {
    (found - exact).abs() <= relative * exact.abs().max(1e-9)
}

#[track_caller]
pub(crate) fn assert_close(found: f64, exact: f64, relative: f64) {
    assert!(close(found, exact, relative), "{found}, not {exact}");
}
