//! Booking weeks.

use scheduler_core::analytic::BookingDays;

use super::{Answer, Case, argument, named};
use crate::cases::expected;

pub(super) fn figures(case: &Case) -> Answer {
    let params = &case.params;
    let days = BookingDays {
        requests_per_day: params.number(&["lambda_per_day", "requests_per_day", "lambda_"])?,
        slots_per_day: params.count(&["slots_per_day", "capacity", "c"])?,
        horizon_days: params.maybe_count(&["horizon_days", "horizon"]),
    };
    let found = days.lead_times()?;
    let mut figures = named([
        ("rho", days.requests_per_day / f64::from(days.slots_per_day)),
        ("E_backlog", found.mean_backlog),
        ("P_backlog0", found.p_no_backlog),
        ("mean_lead_days", found.mean_days),
        ("lost_fraction", found.lost),
        ("trunc_tail", 0.0),
    ]);
    for name in expected(case).into_keys() {
        if let Some(days) = argument(&name, "P_lead_le") {
            figures.insert(name, found.share_within(days as u32));
        } else if let Some(percent) = name.strip_prefix("lead_p").and_then(|p| p.parse().ok()) {
            let percent: f64 = percent;
            figures.insert(name, f64::from(found.quantile(percent / 100.0)));
        }
    }
    Ok(figures)
}
