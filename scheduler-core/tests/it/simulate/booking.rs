//! The weeks in which the book fills.

use scheduler_core::simulate::booking::lead_times;
use scheduler_core::simulate::statistics::ratio;
use serde_json::Value;

/// Of `benches/cases/simulation.json`.
const CASES: &str = include_str!("../data/lead_times.json");

/// Lead times of the daily backlog chain, where the exact answer is known.
#[test]
fn lead_times_agree_with_the_exact_chain() {
    let cases: Value = serde_json::from_str(CASES).unwrap();
    let mut checked = 0;
    for case in cases.as_array().unwrap() {
        let params = &case["params"];
        let requests = params["lambda_per_day"].as_f64().unwrap();
        let slots = params["slots_per_day"].as_u64().unwrap() as u32;
        let horizon = params["horizon_days"].as_u64();
        let exact = |figure: &str| case["expected"][figure].as_f64().unwrap();
        // The closer to capacity, the longer the memory.
        let slow = horizon.is_none() && exact("rho") > 0.985;
        let days = if slow { (2_000, 4_000, 20) } else { (500, 500, 20) };
        let horizon = horizon.map_or(400, |days| days as u32);
        let times = lead_times((requests, slots, horizon), days, 7).unwrap();
        let figures = [("mean_lead_days", &times.lead), ("lost_fraction", &times.lost)];
        for (figure, samples) in figures {
            let found = ratio(samples.iter().copied()).unwrap();
            let z = (found.value - exact(figure)) / found.standard_error.max(1e-9);
            assert!(z.abs() < 4.0, "{} {figure}: {} but {found:?}", case["id"], exact(figure));
        }
        checked += 1;
    }
    assert!(checked >= 5, "{checked} cases");
}
