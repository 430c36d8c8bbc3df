//! Least staff.

use scheduler_core::analytic::{MultiServer, StaffingBlocks, Target, least_servers};

use serde_json::Value;

use super::{Answer, Case, named};
use crate::cases::{Figures, Unanswered, expected};

pub(super) fn figures(case: &Case) -> Answer {
    if case.params.has("block_minutes") { blocks(case) } else { steady(case) }
}

/// Least servers in equilibrium: figures are called `<offered load>.<target>`.
fn steady(case: &Case) -> Answer {
    let mu = case.params.number(&["mu"])?;
    let mut figures = Figures::new();
    for name in expected(case).into_keys() {
        let parts = name.split_once('.').filter(|(load, _)| load.parse::<f64>().is_ok());
        // A load may have a decimal point itself.
        let Some((load, target)) = (match parts {
            Some((_, rest)) if rest.contains('.') && rest.as_bytes()[0].is_ascii_digit() => {
                name.match_indices('.').nth(1).map(|(at, _)| (&name[..at], &name[at + 1..]))
            }
            other => other,
        }) else {
            continue;
        };
        let (Ok(load), Some(target)) = (load.parse::<f64>(), target_of(target)) else { continue };
        let servers = least_servers(load * mu, mu, &[target])?;
        figures.insert(name.clone(), f64::from(servers));
    }
    Ok(figures)
}

/// What `P_wait<=0.2` or `Wq<=5min` asks for.
fn target_of(text: &str) -> Option<Target> {
    let (figure, most) = text.split_once("<=")?;
    let most = most.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let most: f64 = most.trim().parse().ok()?;
    match figure.trim() {
        "P_wait" => Some(Target::WaitProbability(most)),
        "Wq" => Some(Target::MeanWait(most)),
        "rho" | "utilisation" => Some(Target::Utilisation(most)),
        _ => None,
    }
}

/// Least servers over the blocks of a day.
fn blocks(case: &Case) -> Answer {
    let params = &case.params;
    let rates = params.list(&["lambda_per_h"])?;
    let question = StaffingBlocks {
        arrival_rates: rates.iter().map(|rate| rate / 60.0).collect(),
        block: params.number(&["block_minutes"])?,
        service_rate: params.number(&["mean_service"])?.recip(),
        most_mean_wait: params.number(&["target_mean_wait"])?,
        most_overtime: params.number(&["target_overtime"])?,
    };
    let plans = question.least()?;
    let Some(first) = plans.first() else {
        return Err(Unanswered::Refused("no staffing reaches the targets".to_owned()));
    };
    let least: u32 = first.servers.iter().sum();
    let mut figures = named([
        ("min_counter_blocks", f64::from(least)),
        ("min_counter_hours", f64::from(least) * question.block / 60.0),
    ]);
    for (index, plan) in plans.iter().enumerate() {
        // The file may list them in another order.
        let index = place_in_file(case, &plan.servers).unwrap_or(index);
        for name in ["all_optimal", "optimal"] {
            for (block, servers) in plan.servers.iter().enumerate() {
                figures.insert(format!("{name}.{index}.c.{block}"), f64::from(*servers));
            }
            figures.insert(format!("{name}.{index}.EW"), plan.mean_wait);
            figures.insert(format!("{name}.{index}.E_overtime"), plan.overtime);
        }
    }
    Ok(figures)
}

/// Where the file lists the staffing `servers`.
fn place_in_file(case: &Case, servers: &[u32]) -> Option<usize> {
    let listed = case.expected.get("all_optimal").or_else(|| case.expected.get("optimal"))?;
    let is_it = |plan: &Value| plan.get("c").is_some_and(|c| *c == serde_json::json!(servers));
    listed.as_array()?.iter().position(is_it)
}

/// A call centre's question: least positions for a service level within a time at an occupancy.
pub(super) fn call_centre(case: &Case) -> Answer {
    let params = &case.params;
    let handling = params.number(&["aht_min"])?;
    let arrivals = params.number(&["transactions"])? / params.number(&["interval_min"])?;
    let within = params.number(&["asa_min"])?;
    let share = params.number(&["service_level"])?;
    let mut targets = vec![Target::ServiceLevel { share, within }];
    targets.extend(params.maybe(&["max_occupancy"]).map(Target::Utilisation));
    let servers = least_servers(arrivals, handling.recip(), &targets)?;
    let queue = MultiServer::new(arrivals, handling.recip(), servers)?;
    let present = 1.0 - params.maybe(&["shrinkage"]).unwrap_or(0.0);
    Ok(named([
        ("raw_positions", f64::from(servers)),
        ("positions", (f64::from(servers) / present).ceil()),
        ("service_level", 1.0 - queue.p_wait_above(within)),
        ("occupancy", queue.utilisation()),
        ("waiting_probability", queue.p_wait()),
    ]))
}
