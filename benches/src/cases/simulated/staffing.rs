//! Staff that is expected to be least, simulated; whether less would do is for the formula.

use serde_json::Value;

use scheduler_core::simulate::model::CallPolicy;

use super::{
    Answer, Unanswered,
    office::{self, Office, Segment, Spread},
    queue::{Class, Queue, Shape},
};
use crate::cases::{Case, SimulatedFigures};

/// The plans over the blocks of a day that the case lists.
pub(super) fn figures(case: &Case) -> Answer {
    let params = &case.params;
    if !params.has("block_minutes") {
        let reason = "least staff in equilibrium is a matter of formula";
        return Err(Unanswered::Unsupported(reason.to_owned()));
    }
    let (block, mean) = (params.number(&["block_minutes"])?, params.number(&["mean_service"])?);
    let rates = params.list(&["lambda_per_h"])?;
    let mut figures = SimulatedFigures::new();
    for name in ["all_optimal", "optimal"] {
        let plans = case.expected.get(name).and_then(Value::as_array);
        for (index, plan) in plans.map_or(&[][..], Vec::as_slice).iter().enumerate() {
            let Some(servers) = plan.get("c").and_then(Value::as_array) else { continue };
            let segments =
                rates.iter().zip(servers).enumerate().map(|(block_index, (rate, c))| Segment {
                    until: block * (block_index + 1) as f64,
                    rate: rate / 60.0,
                    servers: c.as_u64().unwrap_or(0) as u32,
                });
            let office = Office {
                segments: segments.collect(),
                appointments: Vec::new(),
                close: block * rates.len() as f64,
                service: [(mean, Spread::Gamma(1.0)); 2],
                policy: CallPolicy::FirstCome,
                waiting_limit: None,
                lateness: None,
                breaks: Vec::new(),
            };
            // Precision is judged by figures of these names.
            let own = Case { expected: plan.clone(), ..case.clone() };
            for (figure, found) in office.figures(&own)? {
                figures.insert(format!("{name}.{index}.{figure}"), found);
            }
        }
    }
    Ok(figures)
}

/// What other engines have simulated: an office, a queue, a call centre.
pub(super) fn reference(case: &Case) -> Answer {
    let params = &case.params;
    if params.has("aht_min") {
        return call_centre(case);
    }
    if params.has("lambda_") { super::queue::figures(case) } else { office::reference(case) }
}

/// The service that so many positions give.
fn call_centre(case: &Case) -> Answer {
    let params = &case.params;
    let positions = case.expected.get("raw_positions").and_then(Value::as_u64);
    let missing = || Unanswered::Parameter("raw_positions is not expected".to_owned());
    let rate = params.number(&["transactions"])? / params.number(&["interval_min"])?;
    let within = params.number(&["asa_min"])?;
    let class = Class {
        rate,
        mean: params.number(&["aht_min"])?,
        shape: Shape::Gamma(1.0),
        regular: false,
    };
    let queue = Queue {
        classes: vec![class],
        servers: positions.ok_or_else(missing)? as u32,
        seats: None,
        patience: None,
        limits: vec![within],
    };
    let mut figures = queue.figures(case)?;
    if let Some(found) = figures.get(&format!("P_W_gt.{within}")).copied() {
        figures.insert("service_level".to_owned(), found.times(-1.0).plus(1.0));
    }
    Ok(figures)
}
