//! What the slots of a pool are worth.

use crate::problem::{Problem, tail_probabilities};

/// Marginals below this share of a full slot are left out: together they are far below the
/// precision of a bound.
const NEGLIGIBLE: f64 = 1e-14;

/// The pools of a problem: their values, and which of them link site-days.
#[derive(Debug)]
pub(crate) struct Pools {
    tables: Vec<Table>,
    /// Table of each pool: all pools of one demand entry share it.
    table_of: Vec<u32>,
    /// Pools with places on more than one site-day.
    pub linking: Vec<usize>,
}

/// Value of a pool by the number of its slots: concave.
#[derive(Debug)]
pub(crate) struct Table {
    /// Gain of the k+1-th slot, less the price of the clerk's time: falling, and only while it is a
    /// gain, since no plan need hold a slot that is none.
    pub marginals: Vec<f64>,
    /// Value of k slots: Σ of the first k gains, those that are none among them.
    sums: Vec<f64>,
    /// What a slot more costs than it brings where there are more.
    price: f64,
}

impl Pools {
    /// The tables for all pools of `problem`.
    pub(crate) fn new(problem: &Problem) -> Self {
        let mut tables = Vec::new();
        let mut of_demand = vec![u32::MAX; problem.demand_ids.len()];
        let table_of = problem
            .pools
            .iter()
            .map(|pool| {
                let of = &mut of_demand[pool.demand];
                if *of == u32::MAX {
                    *of = tables.len() as u32;
                    let service = &problem.services[pool.service];
                    let full = service.value * f64::from(service.minutes);
                    tables.push(Table::new(full, problem.slot_price(pool.service), pool.mean));
                }
                *of
            })
            .collect();
        let linking = (0..problem.pools.len())
            .filter(|&p| problem.pools[p].places.windows(2).any(|pair| pair[0].0 != pair[1].0))
            .collect();
        Self { tables, table_of, linking }
    }

    /// Value if all demand were served.
    pub(crate) fn total(&self) -> f64 {
        self.table_of
            .iter()
            .map(|&of| &self.tables[of as usize])
            .map(|table| table.value(table.marginals.len()))
            .fold(0.0, |sum, value| sum + value)
    }

    /// The values of `pool`.
    #[inline]
    pub(crate) fn table(&self, pool: usize) -> &Table {
        &self.tables[self.table_of[pool] as usize]
    }
}

impl Table {
    /// Slots that are worth `full` when they are used and cost `price` each.
    fn new(full: f64, price: f64, mean: f64) -> Self {
        let gains = tail_probabilities(mean).take_while(|&p| p > NEGLIGIBLE);
        let mut marginals: Vec<f64> = gains.map(|p| full * p - price).collect();
        let mut sums = Vec::with_capacity(marginals.len() + 1);
        let mut sum = 0.0;
        sums.push(sum);
        for gain in &marginals {
            sum += gain;
            sums.push(sum);
        }
        marginals.truncate(marginals.partition_point(|&gain| gain > 0.0));
        Self { marginals, sums, price }
    }

    /// Gain of the first slot: the largest.
    pub(crate) fn first(&self) -> f64 {
        self.marginals.first().copied().unwrap_or(0.0)
    }

    /// Value of `slots` slots, surplus ones included: site-days that fill a pool at the same time
    /// may give it more than are a gain.
    pub(crate) fn value(&self, slots: usize) -> f64 {
        let known = slots.min(self.sums.len() - 1);
        self.sums[known] - self.price * (slots - known) as f64
    }

    /// The largest value(n) − price · n, and the least n that reaches it.
    #[inline]
    pub(crate) fn conjugate(&self, price: f64) -> (f64, usize) {
        let n = self.marginals.partition_point(|&gain| gain > price);
        (self.sums[n] - price * n as f64, n)
    }
}
