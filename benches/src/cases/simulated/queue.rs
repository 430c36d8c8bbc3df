//! Queues in equilibrium: what a case says of them.

use super::{
    Answer, Unanswered,
    batches::{Effort, run},
    long_day::LongDay,
};
use crate::cases::{Case, Params, expected};

/// A queue: classes of customers, the highest first, at servers that serve all of them.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub classes: Vec<Class>,
    pub servers: u32,
    /// Customers who may wait.
    pub seats: Option<u32>,
    /// Mean of an exponential patience.
    pub patience: Option<f64>,
    /// Waits whose excess is counted.
    pub limits: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Class {
    pub rate: f64,
    pub mean: f64,
    pub shape: Shape,
    /// At equal distances instead of at random.
    pub regular: bool,
}

/// How service times are distributed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// By squared coefficient of variation: constant, exponential, or gamma.
    Gamma(f64),
    /// By coefficient of variation.
    Lognormal(f64),
}

pub(super) fn figures(case: &Case, effort: Effort) -> Answer {
    let queue = Queue::read(case)?;
    queue.figures(case, effort)
}

impl Queue {
    fn read(case: &Case) -> Result<Self, Unanswered> {
        let params = &case.params;
        let servers = params.maybe_count(&["c", "servers", "counters"]).unwrap_or(1);
        let expected = expected(case);
        let loss = ["P_block", "B", "blocking"].iter().any(|name| expected.contains_key(*name));
        let places = params.maybe_count(&["K", "capacity"]);
        let theta = params.maybe(&["theta"]);
        let patience =
            theta.map(f64::recip).or_else(|| params.maybe(&["patience", "mean_patience"]));
        let seats = places
            .map(|places| places.saturating_sub(servers))
            .or_else(|| params.maybe_count(&["seats", "waiting_limit", "queue_limit"]))
            // A case that expects losses and names no seats has none.
            .or_else(|| (loss && patience.is_none()).then_some(0));
        let limits = expected.keys().filter_map(|name| name.strip_prefix("P_W_gt.")?.parse().ok());
        let limits = limits.collect();
        Ok(Self { classes: classes(params)?, servers, seats, patience, limits })
    }

    pub(super) fn load(&self) -> f64 {
        let work: f64 = self.classes.iter().map(|class| class.rate * class.mean).sum();
        work / f64::from(self.servers)
    }

    /// Arrivals in which the queue forgets where it began: the relaxation of M/M/c, scaled by the
    /// variability of service, unless losses make it shorter.
    pub(super) fn memory(&self) -> Result<f64, Unanswered> {
        let load = self.load();
        let variable = self.classes.iter().map(|class| match class.shape {
            Shape::Gamma(squared) => squared,
            Shape::Lognormal(cv) => cv * cv,
        });
        let variable = variable.fold(1.0, |most: f64, squared| most.max((1.0 + squared) / 2.0));
        let own = if load < 1.0 { load / (1.0 - load.sqrt()).powi(2) } else { f64::INFINITY };
        let places = self.seats.map(|seats| f64::from(seats + self.servers).powi(2));
        let rate: f64 = self.classes.iter().map(|class| class.rate).sum();
        let leaving = self.patience.map(|patience| 4.0 * rate * patience);
        let least = own.min(places.unwrap_or(f64::INFINITY)).min(leaving.unwrap_or(f64::INFINITY));
        if least.is_infinite() {
            return Err(Unanswered::Refused(format!("no equilibrium at a load of {load}")));
        }
        Ok(least.max(f64::from(self.servers)).max(20.0) * variable)
    }

    pub(super) fn figures(&self, case: &Case, effort: Effort) -> Answer {
        let long = LongDay::new(self)?;
        Ok(run(&long, case, effort, |batches| long.figures(batches, self)))
    }
}

/// Classes by any of the names that files use.
fn classes(params: &Params) -> Result<Vec<Class>, Unanswered> {
    let one = |rate: f64, index: usize| -> Result<Class, Unanswered> {
        let by_class =
            |names: &[&str]| params.maybe_list(names).and_then(|list| list.get(index).copied());
        let of = |names: &[&str]| by_class(names).or_else(|| params.maybe(names));
        if let (Some(mu), Some(sigma)) = (of(&["mu_log"]), of(&["sigma_log"])) {
            let variance = sigma * sigma;
            let cv = variance.exp_m1().sqrt();
            let mean = (mu + variance / 2.0).exp();
            return Ok(Class { rate, mean, shape: Shape::Lognormal(cv), regular: false });
        }
        if let Some(mean) = of(&["D"]) {
            return Ok(Class { rate, mean, shape: Shape::Gamma(0.0), regular: false });
        }
        let mean = of(&["ES", "mean_service", "service_mean", "means", "service_means"])
            .or_else(|| of(&["mu", "service_rate", "mus"]).map(f64::recip));
        let missing = || Unanswered::Parameter("mu is missing or has another form".to_owned());
        let mean = mean.ok_or_else(missing)?;
        let cv = of(&["cv", "cvs"]).map(|cv| cv * cv);
        let second = of(&["ES2", "second_moments"]).map(|second| second / mean / mean - 1.0);
        // Where nothing is said, service is exponential.
        let squared = of(&["cv2", "scv"]).or(cv).or(second).unwrap_or(1.0);
        Ok(Class { rate, mean, shape: Shape::Gamma(squared.max(0.0)), regular: false })
    };
    if let Some(apart) = params.maybe(&["T", "interarrival"]) {
        return Ok(vec![Class { regular: true, ..one(apart.recip(), 0)? }]);
    }
    let lists = ["lambdas", "lambda_", "lambda", "arrival_rates", "rates"];
    let suffixed =
        [["1", "2"], ["_1", "_2"], ["_high", "_low"], ["_hi", "_lo"], ["_appt", "_walk"]];
    let rates = params.maybe_list(&lists).or_else(|| {
        suffixed.iter().find_map(|suffixes| {
            let rate = |suffix: &&str| {
                params.maybe(&[&format!("lambda{suffix}"), &format!("lambda_{suffix}")])
            };
            suffixes.iter().map(rate).collect::<Option<Vec<_>>>()
        })
    });
    if let Some(rates) = rates {
        return rates.iter().enumerate().map(|(index, &rate)| one(rate, index)).collect();
    }
    let arrivals = ["lambda_", "lambda", "arrival_rate"];
    let Some(rate) = params.maybe(&arrivals) else {
        // A load alone: time in units of the mean service.
        let load = params.number(&["lambda_", "a", "offered_load", "R"])?;
        let mean = one(1.0, 0).map_or(1.0, |class| class.mean);
        let shape = Shape::Gamma(1.0);
        return Ok(vec![Class { rate: load / mean, mean, shape, regular: false }]);
    };
    let stay = 1.0 - params.maybe(&["divert", "diverted"]).unwrap_or(0.0);
    Ok(vec![one(rate * stay, 0)?])
}
