//! What the days of all sites share: tables of durations, and who needs the same clerks and rooms.

use std::sync::Arc;

use crate::problem::{Duration, Problem};
use crate::scenario;
use crate::simulate::model::MINUTE;
use crate::simulate::sample::{Quantiles, SampleError};

/// What all days share.
#[derive(Debug)]
pub(super) struct Tables {
    /// By service and persons.
    pub(super) durations: Vec<Vec<Arc<Quantiles>>>,
    pub(super) patience: Option<Arc<Quantiles>>,
    pub(super) lateness: Arc<Quantiles>,
    /// Queue of each service: services with equal needs share one.
    pub(super) queues: Vec<u32>,
    /// A service of each queue.
    pub(super) needs: Vec<usize>,
}

impl Tables {
    pub(super) fn new(problem: &Problem) -> Result<Self, SampleError> {
        let operations = &problem.operations;
        let most_persons = operations.requests.persons.len() as u32;
        // A table for each number of persons; beyond some they differ little.
        const MOST_PROMISED: u32 = 10;
        let promised = problem.promises.iter().map(|promise| promise.persons).max().unwrap_or(1);
        let promised = promised.min(MOST_PROMISED);
        let mut durations = Vec::with_capacity(problem.services.len());
        let mut known: Vec<Arc<Quantiles>> = Vec::new();
        for (service, time) in problem.services.iter().zip(&operations.service_times) {
            let one = f64::from(service.minutes);
            let persons = 0..service.max_persons.min(most_persons.max(promised)).max(1);
            let tables = persons
                .map(|more| f64::from(service.extra_person_minutes) * f64::from(more))
                .map(|more| {
                    let visit = table(time, (one + more) / one)?;
                    let buffer = f64::from(service.buffer_minutes * MINUTE);
                    // Clerk and room stay taken for the buffer, however long the visit was.
                    let taken = if buffer > 0.0 { visit.plus(buffer)? } else { visit };
                    Ok(shared(&mut known, taken))
                })
                .collect::<Result<Vec<_>, SampleError>>()?;
            durations.push(tables);
        }
        let late = operations.lateness;
        let millis = |minutes: f64| minutes * f64::from(MINUTE);
        let lateness = Quantiles::normal(
            millis(late.mean_minutes),
            millis(late.sd_minutes),
            -millis(late.most_early_minutes),
        )?;
        let patience = match &operations.patience {
            Some(patience) => Some(Arc::new(table(patience, 1.0)?)),
            None => None,
        };
        let (queues, needs) = queues(problem);
        Ok(Self { durations, patience, lateness: Arc::new(lateness), queues, needs })
    }
}

/// The table itself, or one of the known tables that equals it: a table for each service would be
/// more than the processor's cache holds.
fn shared(known: &mut Vec<Arc<Quantiles>>, table: Quantiles) -> Arc<Quantiles> {
    let equal = known.iter().find(|known| ***known == table).map(Arc::clone);
    equal.unwrap_or_else(|| {
        known.push(Arc::new(table));
        Arc::clone(&known[known.len() - 1])
    })
}

/// The table of `duration`, every value `scale` times as long.
fn table(duration: &Duration, scale: f64) -> Result<Quantiles, SampleError> {
    let mean = duration.mean_minutes * scale * f64::from(MINUTE);
    match duration.shape {
        scenario::Shape::Deterministic => Quantiles::constant(mean),
        scenario::Shape::Exponential => Quantiles::exponential(mean),
        scenario::Shape::Gamma => Quantiles::gamma(mean, duration.cv),
        scenario::Shape::Lognormal => Quantiles::lognormal(mean, duration.cv),
        scenario::Shape::Empirical => {
            let millis = |minutes: &f64| minutes * scale * f64::from(MINUTE);
            Quantiles::empirical(&duration.minutes.iter().map(millis).collect::<Vec<_>>())
        }
    }
}

/// The queue of each service, and a service of each queue.
fn queues(problem: &Problem) -> (Vec<u32>, Vec<usize>) {
    let mut needs: Vec<usize> = Vec::new();
    let queues = problem
        .services
        .iter()
        .enumerate()
        .map(|(index, service)| {
            let alike = |&other: &usize| {
                let other = &problem.services[other];
                (&other.skills, &other.equipment, other.needs_room)
                    == (&service.skills, &service.equipment, service.needs_room)
            };
            let queue = needs.iter().position(alike).unwrap_or_else(|| {
                needs.push(index);
                needs.len() - 1
            });
            queue as u32
        })
        .collect();
    (queues, needs)
}
