//! How many customers are in the building: the distribution of it, moved through time.
//!
//! Time passes by uniformisation (A. Jensen, "Markoff chains as an aid in the study of Markoff
//! processes", 1953): the chain is watched at the jumps of one Poisson process that is as fast as
//! its fastest state, so the distribution is a Poisson mixture of powers of a stochastic matrix.
//! No subtraction, no matrix exponential. States that weigh less than [`NOTHING`] are dropped.

use crate::analytic::poisson::Masses;

/// A state of this probability is not worth a place: 10⁵ jumps that drop as much at both ends of
/// each layer cost less than 1e-16.
const NOTHING: f64 = 1e-24;

/// The distribution of customers in the building, first come first served.
///
/// A server who is to go finishes the customer first. So there may be more busy servers than there
/// are on duty: `layers[0][n]` is the probability of `n` customers, of whom as many as possible are
/// served; `layers[e][q]` that of `q` waiting while `e` more servers are busy than are on duty.
#[derive(Debug, Clone)]
pub(super) struct Crowd {
    servers: usize,
    layers: Vec<Vec<f64>>,
}

/// What does not change for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rates {
    pub(super) arrivals: f64,
    pub(super) service: f64,
    /// An arriving customer who finds so many waiting, and nobody free, leaves.
    pub(super) limit: Option<usize>,
}

/// Time spent in states, summed up, over a stretch of time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    /// Time with nobody in the building.
    pub(super) empty: f64,
    /// Time times customers waiting.
    pub(super) waiting: f64,
    /// Time in which an arriving customer would wait.
    pub(super) would_wait: f64,
    /// Time in which an arriving customer would leave at once.
    pub(super) would_leave: f64,
}

/// Buffers of [`Crowd::advance`].
#[derive(Debug, Default)]
pub(super) struct Scratch {
    jumped: Vec<Vec<f64>>,
    mixed: Vec<Vec<f64>>,
    spent: Vec<Vec<f64>>,
}

impl Crowd {
    /// Nobody in the building, `servers` on duty.
    pub(super) fn nobody(servers: u32) -> Self {
        Self { servers: servers as usize, layers: vec![vec![1.0]] }
    }

    /// Probability that nobody is in the building.
    pub(super) fn p_empty(&self) -> f64 {
        // With servers busy beyond those on duty somebody is.
        self.layers[0][0]
    }

    /// Probability that no server is free.
    pub(super) fn p_no_server(&self) -> f64 {
        let full = self.layers[0].iter().skip(self.servers).rev();
        full.chain(self.layers[1..].iter().flatten().rev()).sum()
    }

    /// Changes the number of servers on duty.
    pub(super) fn set_servers(&mut self, servers: u32) {
        let servers = servers as usize;
        if servers == self.servers {
            return;
        }
        let mut layers: Vec<Vec<f64>> = vec![Vec::new()];
        for (extra, layer) in self.layers.iter().enumerate() {
            for (index, probability) in layer.iter().enumerate() {
                // Layer 0 counts all customers, the others those who wait.
                let (busy, waiting) = if extra == 0 {
                    (index.min(self.servers), index.saturating_sub(self.servers))
                } else {
                    (self.servers + extra, index)
                };
                let (to, place) =
                    if busy <= servers { (0, busy + waiting) } else { (busy - servers, waiting) };
                if layers.len() <= to {
                    layers.resize(to + 1, Vec::new());
                }
                if layers[to].len() <= place {
                    layers[to].resize(place + 1, 0.0);
                }
                layers[to][place] += probability;
            }
        }
        if layers[0].is_empty() {
            layers[0].push(0.0);
        }
        self.layers = layers;
        self.servers = servers;
    }

    /// Changes the number of servers where whoever goes hands the customer over: to a colleague, or
    /// back into the line. Nobody is busy beyond those on duty, before and after.
    pub(super) fn hand_over(&mut self, servers: u32) {
        debug_assert_eq!(self.layers.len(), 1);
        self.servers = servers as usize;
    }

    /// A customer comes with probability `show`.
    pub(super) fn join(&mut self, show: f64) {
        for layer in &mut self.layers {
            layer.push(0.0);
            for index in (1..layer.len()).rev() {
                layer[index] = layer[index] * (1.0 - show) + layer[index - 1] * show;
            }
            if let Some(first) = layer.first_mut() {
                *first *= 1.0 - show;
            }
        }
        self.trim();
    }

    /// Lets `duration` pass.
    pub(super) fn advance(&mut self, rates: Rates, duration: f64, scratch: &mut Scratch) -> Spent {
        let busiest = self.servers + self.layers.len() - 1;
        let fastest = rates.arrivals + busiest as f64 * rates.service;
        if duration <= 0.0 {
            return Spent::default();
        }
        if fastest == 0.0 {
            let mut spent = Vec::new();
            add(&mut spent, &self.layers, duration);
            return self.sum_up(&spent, rates.limit);
        }
        let jumps = Masses::new(fastest * duration);
        scratch.mixed.clear();
        scratch.spent.clear();
        // Time before the next jump while there have been k: P(more than k jumps) / fastest.
        let mut more = tails(&jumps.masses);
        more.push(0.0);
        for k in 0..jumps.end() {
            let index = k.checked_sub(jumps.first);
            let later = index.map_or(1.0, |index| more[index + 1]);
            add(&mut scratch.spent, &self.layers, later / fastest);
            if let Some(index) = index {
                add(&mut scratch.mixed, &self.layers, jumps.masses[index]);
            }
            if k + 1 < jumps.end() {
                self.jump(rates, fastest, &mut scratch.jumped);
            }
        }
        std::mem::swap(&mut self.layers, &mut scratch.mixed);
        self.trim();
        self.sum_up(&scratch.spent, rates.limit)
    }

    /// One jump of the uniformised chain.
    fn jump(&mut self, rates: Rates, fastest: f64, next: &mut Vec<Vec<f64>>) {
        let Rates { arrivals, service, limit } = rates;
        let (up, down) = (arrivals / fastest, service / fastest);
        let limit = limit.unwrap_or(usize::MAX);
        let grows = usize::from(arrivals > 0.0);
        next.resize_with(self.layers.len(), Vec::new);
        for (extra, layer) in self.layers.iter().enumerate() {
            let above = self.layers.get(extra + 1).map_or(&[][..], Vec::as_slice);
            // Where the layer above lands, and the place from which arrivals are refused.
            let (offset, full) = if extra == 0 {
                (self.servers, limit.saturating_add(self.servers))
            } else {
                (0, limit)
            };
            let grown = layer.len() + if layer.is_empty() { 0 } else { grows };
            let places = grown.max(if above.is_empty() { 0 } else { above.len() + offset });
            let to = &mut next[extra];
            to.clear();
            to.resize(places, 0.0);
            for (place, probability) in layer.iter().enumerate() {
                let busy = if extra == 0 { place.min(self.servers) } else { self.servers + extra };
                let leaves = busy as f64 * down;
                let comes = if place < full { up } else { 0.0 };
                to[place] += probability * (1.0 - comes - leaves);
                if comes > 0.0 {
                    to[place + 1] += probability * comes;
                }
                // In the other layers a departure leads one layer down.
                if extra == 0 && place > 0 {
                    to[place - 1] += probability * leaves;
                }
            }
            let leaves = (self.servers + extra + 1) as f64 * down;
            for (waiting, probability) in above.iter().enumerate() {
                to[waiting + offset] += probability * leaves;
            }
        }
        std::mem::swap(&mut self.layers, next);
        self.trim();
    }

    /// Drops what weighs nothing at the upper ends.
    fn trim(&mut self) {
        for layer in &mut self.layers {
            while layer.last().is_some_and(|last| *last < NOTHING) {
                layer.pop();
            }
        }
        while self.layers.len() > 1 && self.layers.last().is_some_and(Vec::is_empty) {
            self.layers.pop();
        }
        if self.layers[0].is_empty() {
            self.layers[0].push(0.0);
        }
    }

    /// Sums up time spent in states.
    fn sum_up(&self, spent: &[Vec<f64>], limit: Option<usize>) -> Spent {
        let mut sum = Spent { empty: spent[0][0], ..Spent::default() };
        for (extra, layer) in spent.iter().enumerate() {
            for (place, time) in layer.iter().enumerate().rev() {
                let skipped = if extra == 0 { self.servers } else { 0 };
                let Some(waiting) = place.checked_sub(skipped) else { break };
                sum.waiting += time * waiting as f64;
                if limit.is_some_and(|limit| waiting >= limit) {
                    sum.would_leave += time;
                } else {
                    sum.would_wait += time;
                }
            }
        }
        sum
    }

    /// Mean time until nobody is in the building, and mean sum of the waits until then, where
    /// nobody comes any more and the servers on duty, at least one, stay.
    pub(super) fn run_out(&self, service: f64) -> (f64, f64) {
        let capacity = self.servers as f64 * service;
        let harmonic = harmonic_sums(self.servers + self.layers.len());
        let (mut time, mut waits) = (0.0, 0.0);
        for (extra, layer) in self.layers.iter().enumerate() {
            let first = (harmonic[self.servers + extra] - harmonic[self.servers]) / service;
            for (place, probability) in layer.iter().enumerate() {
                let (busy, waiting) = if extra == 0 {
                    (place.min(self.servers), place.saturating_sub(self.servers))
                } else {
                    (self.servers, place)
                };
                let queue = waiting as f64;
                time += probability * (first + queue / capacity + harmonic[busy] / service);
                waits += probability * queue * (first + 0.5 * (queue + 1.0) / capacity);
            }
        }
        (time, waits)
    }

    /// Mean wait of a customer who joins now, where the servers on duty stay and none is busy
    /// beyond them.
    pub(super) fn wait_of_next(&self, service: f64) -> f64 {
        let capacity = self.servers as f64 * service;
        let waiting = self.layers[0].iter().enumerate().skip(self.servers);
        waiting.map(|(n, probability)| probability * (n + 1 - self.servers) as f64).sum::<f64>()
            / capacity
    }
}

/// Σ_{i≥k} of the masses, for each k.
fn tails(masses: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut tails: Vec<f64> = masses
        .iter()
        .rev()
        .map(|mass| {
            sum += mass;
            sum
        })
        .collect();
    tails.reverse();
    tails
}

/// 1 + 1/2 + … + 1/n for n = 0, 1, … up to `most`.
fn harmonic_sums(most: usize) -> Vec<f64> {
    let mut sum = 0.0;
    let next = |n: usize| {
        sum += (n as f64).recip();
        sum
    };
    std::iter::once(0.0).chain((1..=most).map(next)).collect()
}

/// Adds `weight` times `from` to `to`, which grows as needed.
fn add(to: &mut Vec<Vec<f64>>, from: &[Vec<f64>], weight: f64) {
    if to.len() < from.len() {
        to.resize_with(from.len(), Vec::new);
    }
    for (to, from) in to.iter_mut().zip(from) {
        if to.len() < from.len() {
            to.resize(from.len(), 0.0);
        }
        for (sum, value) in to.iter_mut().zip(from) {
            *sum += weight * value;
        }
    }
}
