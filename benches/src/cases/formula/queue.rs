//! Queues in equilibrium.

use scheduler_core::analytic::{
    Delay, LimitedQueue, MultiServer, ServiceClass, ServiceMoments, SingleServer,
    deterministic_arrivals, deterministic_service, priority_multi_server, priority_single_server,
};

use super::{Answer, Case, argument, named};
use crate::cases::{Figures, Params, Unanswered, expected};

/// Names that a rate of arrivals, a rate of service and a number of servers go by.
pub(super) const ARRIVALS: [&str; 3] = ["lambda_", "lambda", "arrival_rate"];
const SERVERS: [&str; 3] = ["c", "servers", "counters"];

pub(super) fn figures(case: &Case) -> Answer {
    let params = &case.params;
    if let Some(rates) = class_rates(params) {
        return priorities(case, &rates);
    }
    if params.has("T") {
        let servers = params.maybe_count(&SERVERS).unwrap_or(1);
        let service = service_rate(params)?;
        let (delay, sigma) = deterministic_arrivals(params.number(&["T"])?, service, servers)?;
        let mut figures = delayed(&delay, service.recip());
        figures.insert("sigma".to_owned(), sigma);
        return Ok(figures);
    }
    // Without a rate but with a load, time is in units of the mean service.
    let arrivals = match params.maybe(&["a", "offered_load", "R"]) {
        Some(load) if params.maybe(&ARRIVALS).is_none() => {
            load * service_rate(params).unwrap_or(1.0)
        }
        _ => params.number(&ARRIVALS)?,
    };
    let arrivals = arrivals * (1.0 - params.maybe(&["divert", "diverted"]).unwrap_or(0.0));
    if params.has("D") {
        let time = params.number(&["D"])?;
        let servers = params.maybe_count(&SERVERS).unwrap_or(1);
        return Ok(delayed(&deterministic_service(arrivals, time, servers)?, time));
    }
    if let Some(moments) = service_moments(params, "") {
        return single_server(arrivals, moments);
    }
    let service = service_rate(params).or_else(|missing| {
        if params.has("a") || params.has("R") { Ok(1.0) } else { Err(missing) }
    })?;
    let servers = params.maybe_count(&SERVERS).unwrap_or(1);
    let expected = expected(case);
    let no_queue = case.title.contains("Erlang B")
        || expected.keys().any(|name| matches!(name.as_str(), "P_block" | "B" | "blocking"));
    let seats = match params.maybe_count(&["K", "capacity"]) {
        Some(places) => Some(places.saturating_sub(servers)),
        None => params.maybe_count(&["seats", "waiting_limit", "queue_limit"]).or_else(|| {
            // Erlang B: the case expects customers to be lost, and names no seats.
            (no_queue && !params.has("theta")).then_some(0)
        }),
    };
    let patience = params.maybe(&["patience", "mean_patience"]).map(f64::recip);
    let leaving = params.maybe(&["theta"]).or(patience).unwrap_or(0.0);
    if seats.is_some() || leaving > 0.0 {
        let queue = LimitedQueue {
            arrival_rate: arrivals,
            service_rate: service,
            servers,
            seats,
            abandonment_rate: leaving,
        };
        return limited(&queue);
    }
    multi_server(&expected, arrivals, service, servers)
}

/// Rate of service, or the reciprocal of its mean.
fn service_rate(params: &Params) -> Result<f64, Unanswered> {
    match params.maybe(&["ES", "mean_service", "service_mean"]) {
        Some(mean) => Ok(mean.recip()),
        None => params.number(&["mu", "service_rate"]),
    }
}

/// A service time that is given by its moments or as a lognormal one; names may have a suffix.
fn service_moments(params: &Params, suffix: &str) -> Option<ServiceMoments> {
    let get = |name: &str| params.maybe(&[&format!("{name}{suffix}")]);
    if let (Some(mu), Some(sigma)) = (get("mu_log"), get("sigma_log")) {
        let mean = (mu + 0.5 * sigma * sigma).exp();
        return Some(ServiceMoments::lognormal(mean, (sigma * sigma).exp_m1()));
    }
    let mean = get("ES").or_else(|| get("mean_service"))?;
    let cv = get("cv");
    if let Some(second) = get("ES2") {
        return Some(ServiceMoments { first: mean, second, third: get("ES3") });
    }
    let cv_squared = get("cv2").or_else(|| get("scv")).or(cv.map(|cv| cv * cv))?;
    let third = ServiceMoments { third: get("ES3"), ..ServiceMoments::of(mean, cv_squared) };
    Some(match cv_squared {
        0.0 => ServiceMoments::deterministic(mean),
        1.0 => ServiceMoments::exponential(mean),
        _ => third,
    })
}

fn multi_server(expected: &Figures, arrivals: f64, service: f64, servers: u32) -> Answer {
    let queue = MultiServer::new(arrivals, service, servers)?;
    let mut figures = named([
        ("rho", queue.utilisation()),
        ("utilisation", queue.utilisation()),
        ("P_wait", queue.p_wait()),
        ("Lq", queue.mean_waiting()),
        ("Wq", queue.mean_wait()),
        ("W", queue.mean_time_in_system()),
        ("L", queue.mean_in_system()),
        ("Wq_cond", queue.mean_wait_of_waiting()),
        ("Var_Wq", queue.wait_variance()),
    ]);
    for name in expected.keys() {
        if let Some(time) = argument(name, "P_W_gt") {
            figures.insert(name.clone(), queue.p_wait_above(time));
        } else if let Some(percent) = name.strip_prefix("W_p").and_then(|p| p.parse::<f64>().ok()) {
            figures.insert(name.clone(), queue.wait_quantile(percent / 100.0)?);
        }
    }
    Ok(figures)
}

fn single_server(arrivals: f64, service: ServiceMoments) -> Answer {
    let queue = SingleServer::new(arrivals, service)?;
    let mut figures = named([
        ("rho", queue.utilisation()),
        ("Wq", queue.mean_wait()),
        ("W", queue.mean_time_in_system()),
        ("Lq", queue.mean_waiting()),
        ("L", queue.mean_waiting() + queue.utilisation()),
    ]);
    if let Some(variance) = queue.wait_variance() {
        figures.insert("Var_Wq".to_owned(), variance);
        figures.insert("SD_Wq".to_owned(), variance.sqrt());
    }
    Ok(figures)
}

fn delayed(delay: &Delay, service_time: f64) -> Figures {
    named([
        ("rho", delay.utilisation),
        ("utilisation", delay.utilisation),
        ("Lq", delay.mean_waiting),
        ("Wq", delay.mean_wait),
        ("W", delay.mean_wait + service_time),
        ("P_wait", delay.p_wait),
    ])
}

fn limited(queue: &LimitedQueue) -> Answer {
    let found = queue.figures()?;
    let busy = found.throughput / queue.service_rate;
    Ok(named([
        ("rho", queue.arrival_rate / (queue.service_rate * f64::from(queue.servers))),
        ("P_block", found.p_blocked),
        ("B", found.p_blocked),
        ("blocking", found.p_blocked),
        ("P_loss", found.p_blocked),
        ("P_wait", found.p_all_busy),
        ("P_all_busy", found.p_all_busy),
        ("P_abandon", found.p_abandon),
        ("Lq", found.mean_waiting),
        ("L", found.mean_waiting + busy),
        ("Wq_accepted", found.mean_wait),
        ("EW_all", found.mean_waiting / queue.arrival_rate),
        ("throughput", found.throughput),
        ("carried", busy),
        ("carried_load", busy),
        ("utilisation", found.utilisation),
    ]))
}

/// Rates of several classes, the first class first, where there are several: a list, or parameters
/// with numbered or spoken suffixes.
fn class_rates(params: &Params) -> Option<Vec<f64>> {
    let lists = ["lambdas", "lambda_", "lambda", "lams", "lam", "arrival_rates", "rates"];
    if let Some(rates) = params.maybe_list(&lists) {
        return Some(rates);
    }
    if let Some(classes) = params.get("classes").and_then(|classes| classes.as_array()) {
        let rate = |class: &serde_json::Value| {
            ARRIVALS.iter().find_map(|name| class.get(name).and_then(serde_json::Value::as_f64))
        };
        return classes.iter().map(rate).collect();
    }
    SUFFIXES.iter().find_map(|suffixes| {
        let rate = |suffix: &&str| {
            params.maybe(&[&format!("lambda{suffix}"), &format!("lambda_{suffix}")])
        };
        let rates: Vec<f64> = suffixes.iter().map_while(rate).collect();
        (rates.len() > 1).then_some(rates)
    })
}

/// What classes are called, highest first.
const SUFFIXES: [&[&str]; 6] = [
    &["1", "2", "3", "4", "5"],
    &["_1", "_2", "_3", "_4", "_5"],
    &["_high", "_low"],
    &["_hi", "_lo"],
    &["_appt", "_walk"],
    &["_A", "_B"],
];

fn priorities(case: &Case, rates: &[f64]) -> Answer {
    let params = &case.params;
    let (waits, services, servers) = match class_services(params, rates) {
        Some(classes) => {
            let means = classes.iter().map(|class| class.service.first).collect();
            (priority_single_server(&classes)?, means, 1)
        }
        None => {
            let servers = params.maybe_count(&SERVERS).unwrap_or(1);
            let service = service_rate(params)?;
            let waits = priority_multi_server(rates, service, servers)?;
            (waits, vec![service.recip(); rates.len()], servers)
        }
    };
    let (total, load): (f64, f64) = rates
        .iter()
        .zip(&services)
        .fold((0.0, 0.0), |(total, load), (rate, mean)| (total + rate, load + rate * mean));
    let mean = rates.iter().zip(&waits).map(|(rate, wait)| rate * wait).sum::<f64>() / total;
    let mut figures =
        named([("Wq_all", mean), ("Wq_mean", mean), ("rho", load / f64::from(servers))]);
    let expected = expected(case);
    for name in expected.keys() {
        let Some((stem, class)) = class_of(name, &expected) else { continue };
        let (Some(wait), Some(service)) = (waits.get(class), services.get(class)) else { continue };
        let value = match stem {
            "Wq" | "EW" => *wait,
            "W" => wait + service,
            "Lq" => wait * rates[class],
            _ => continue,
        };
        figures.insert(name.clone(), value);
    }
    Ok(figures)
}

/// What figure of which class a name means: `Wq.0`, `Wq_by_class.1`, `Wq2`, `Wq_appt`. A list counts
/// from 0, everything else from 1.
fn class_of<'a>(name: &'a str, expected: &Figures) -> Option<(&'a str, usize)> {
    if let Some((list, index)) = name.rsplit_once('.') {
        let first = usize::from(!expected.contains_key(&format!("{list}.0")));
        let stem = list.split('_').next().unwrap_or(list);
        return Some((stem, index.parse::<usize>().ok()?.checked_sub(first)?));
    }
    let (stem, suffix) = match name.split_once('_') {
        Some((stem, suffix)) => (stem, suffix.trim_start_matches("class").trim_start_matches('_')),
        None => name.split_at(name.find(|c: char| c.is_ascii_digit())?),
    };
    SUFFIXES.iter().find_map(|suffixes| {
        let is_it = |known: &&str| known.trim_start_matches('_') == suffix;
        Some((stem, suffixes.iter().position(is_it)?))
    })
}

/// Service times by class, where they are given by their moments: one server.
fn class_services(params: &Params, rates: &[f64]) -> Option<Vec<ServiceClass>> {
    if params.maybe_count(&SERVERS).is_some_and(|servers| servers > 1) {
        return None;
    }
    // Each class has an object of its own, a place in lists, or what all have.
    let own = params.get("classes").and_then(serde_json::Value::as_array);
    let get = |names: &[&str], class: usize| -> Option<f64> {
        if let Some(own) = own {
            return names.iter().find_map(|name| own.get(class)?.get(*name)?.as_f64());
        }
        let listed = params.maybe_list(names).and_then(|list| list.get(class).copied());
        listed.or_else(|| params.maybe(names))
    };
    let class = |(index, rate): (usize, &f64)| {
        let mean = get(&["ES", "means", "mean_service", "service_means"], index)?;
        let cv_squared =
            get(&["cv2", "scv"], index).or_else(|| get(&["cv", "cvs"], index).map(|cv| cv * cv));
        let service = match get(&["ES2", "second_moments"], index) {
            Some(second) => ServiceMoments { first: mean, second, third: None },
            None => ServiceMoments::of(mean, cv_squared?),
        };
        Some(ServiceClass { arrival_rate: *rate, service })
    };
    rates.iter().enumerate().map(class).collect()
}
