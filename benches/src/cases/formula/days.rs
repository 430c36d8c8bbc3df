//! Appointment sessions and days of an office.

use scheduler_core::analytic::{
    Appointment, DayFigures, MultiServer, OfficeDay, Period, PriorityDay, WalkIns,
};
use serde_json::Value;

use super::queue::ARRIVALS;
use super::{Answer, Case, named};
use crate::cases::{Figures, Params, Unanswered};

/// Sessions without walk-ins.
pub(super) fn session(case: &Case) -> Answer {
    let params = &case.params;
    let appointments = appointments(params)?;
    let close = params.number(&["session_end", "close", "T"])?;
    let servers = params.maybe_count(&["c", "servers"]).unwrap_or(1);
    let day = OfficeDay {
        periods: vec![Period { until: close, arrival_rate: 0.0, servers }],
        service_rate: service_rate(params)?,
        appointments: appointments.clone(),
        waiting_limit: None,
        close: Some(close),
    };
    let (waits, found) = day.waits_of_appointments()?;
    let mut figures = named([
        ("EW_mean_per_show", found.mean_wait),
        ("EW_sum", found.wait_sum),
        ("P_wait_mean", found.p_wait),
        ("E_overtime_after_T", found.overtime),
        ("P_overtime", found.p_overtime),
        ("T", close),
        ("E_busy_server_minutes", found.busy),
        ("E_open_span", close + found.overtime),
    ]);
    figures.extend(
        waits.iter().enumerate().map(|(index, wait)| (format!("EW_by_customer.{index}"), *wait)),
    );
    Ok(figures)
}

/// Days with walk-ins, in one line or two.
pub(super) fn day(case: &Case) -> Answer {
    let params = &case.params;
    if params.has("segments") {
        return Ok(one_line(&office_day(params)?.figures()?));
    }
    if params.has("priority") || params.has("walkin_rate_per_min") {
        return two_lines(params);
    }
    let form = "segments or priority is missing";
    Err(Unanswered::Parameter(form.to_owned()))
}

fn office_day(params: &Params) -> Result<OfficeDay, Unanswered> {
    let segments = params.get("segments").and_then(Value::as_array);
    let periods: Option<Vec<Period>> =
        segments.map_or(&[][..], Vec::as_slice).iter().map(period).collect();
    let no_form = || Unanswered::Parameter("segments has another form".to_owned());
    Ok(OfficeDay {
        periods: periods.ok_or_else(no_form)?,
        service_rate: service_rate(params)?,
        appointments: appointments(params)?,
        waiting_limit: params.waiting_limit().or_else(|| places(params)),
        close: params.maybe(&["close"]),
    })
}

fn period(segment: &Value) -> Option<Period> {
    let number = |names: &[&str]| names.iter().find_map(|name| segment.get(*name)?.as_f64());
    Some(Period {
        until: number(&["until", "end"])?,
        arrival_rate: number(&ARRIVALS).or_else(|| Some(number(&["lambda_per_h"])? / 60.0))?,
        servers: number(&["c", "servers"])? as u32,
    })
}

fn one_line(found: &DayFigures) -> Figures {
    named([
        ("P_not_empty_at_close", found.p_overtime),
        ("E_overtime", found.overtime),
        ("E_arrivals", found.arrivals),
        ("E_rejected", found.rejected),
        ("E_accepted", found.arrivals - found.rejected),
        ("E_served", found.arrivals - found.rejected),
        ("EW", found.mean_wait),
        ("P_wait", found.p_wait),
        ("E_busy", found.busy),
        ("E_sum_wait", found.wait_sum),
        // Nothing is cut off that matters.
        ("tail_q", 0.0),
    ])
}

fn two_lines(params: &Params) -> Answer {
    let close = params.number(&["close", "session_end"])?;
    let rate = params.maybe(&["walkin_rate_per_min", "walkin_rate"]).unwrap_or(0.0);
    let day = PriorityDay {
        appointments: appointments(params)?,
        walk_ins: vec![WalkIns {
            until: params.maybe(&["walkin_until"]).unwrap_or(close),
            arrival_rate: rate,
        }],
        servers: params.count(&["c", "servers"])?,
        service_rate: service_rate(params)?,
        waiting_limit: params.waiting_limit(),
        close,
    };
    let found = day.figures()?;
    let mut figures = named([
        ("P_not_empty_at_close", found.p_overtime),
        ("E_overtime", found.overtime),
        ("E_appt_shows", found.shows),
        ("E_walkins_accepted", found.accepted),
        ("E_walkins_rejected", found.rejected),
        ("EW_appt", found.mean_wait_appointments),
        ("E_busy_minutes", found.busy),
        ("mass", 1.0),
        ("residual_not_empty", 0.0),
    ]);
    if found.accepted > 0.0 {
        figures.insert("EW_walk".to_owned(), found.mean_wait_walk_ins);
    }
    Ok(figures)
}

/// Appointments: a list of times, or so many at a time at equal distances.
pub(super) fn appointments(params: &Params) -> Result<Vec<Appointment>, Unanswered> {
    let times = match params.maybe_list(&["epochs"]) {
        Some(times) => times,
        None => match params.maybe_count(&["epochs"]) {
            None => Vec::new(),
            Some(epochs) => {
                let apart = params.number(&["epoch_minutes", "appointment_epoch", "epoch"])?;
                let together = params.count(&["per_epoch"])?;
                (0..epochs)
                    .flat_map(|epoch| (0..together).map(move |_| f64::from(epoch) * apart))
                    .collect()
            }
        },
    };
    let shows = params.maybe_list(&["show"]);
    let absent = params.maybe(&["no_show"]).unwrap_or(0.0);
    let show = params.maybe(&["show"]).unwrap_or(1.0 - absent);
    let mut list: Vec<Appointment> = times
        .iter()
        .enumerate()
        .map(|(index, at)| Appointment {
            at: *at,
            show: shows.as_ref().and_then(|shows| shows.get(index)).copied().unwrap_or(show),
        })
        .collect();
    list.sort_by(|a, b| a.at.total_cmp(&b.at));
    Ok(list)
}

fn service_rate(params: &Params) -> Result<f64, Unanswered> {
    match params.maybe(&["mean_service"]) {
        Some(mean) => Ok(mean.recip()),
        None => params.number(&["mu"]),
    }
}

/// Seats where the places are given that servers and seats have together.
fn places(params: &Params) -> Option<u32> {
    let first = params.get("segments")?.get(0).and_then(period)?;
    params.maybe_count(&["K"])?.checked_sub(first.servers)
}

/// The steady state that a reference run comes near, or the staffing of a call centre.
pub(super) fn reference(case: &Case) -> Answer {
    let params = &case.params;
    if params.has("aht_min") {
        return super::staffing::call_centre(case);
    }
    if !params.has("lambda_") {
        let reason = "no formula for a day of this kind";
        return Err(Unanswered::Unsupported(reason.to_owned()));
    }
    let (arrivals, servers) = (params.number(&ARRIVALS)?, params.count(&["c"])?);
    let queue = MultiServer::new(arrivals, service_rate(params)?, servers)?;
    Ok(named([("exact_steady_state_Wq", queue.mean_wait())]))
}
