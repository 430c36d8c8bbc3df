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
    /// Σ of the first k marginals.
    sums: Vec<f64>,
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
        let marginals: Vec<f64> = tail_probabilities(mean)
            .take_while(|&p| p > NEGLIGIBLE)
            .map(|p| full * p - price)
            .take_while(|&gain| gain > 0.0)
            .collect();
        let mut sums = Vec::with_capacity(marginals.len() + 1);
        let mut sum = 0.0;
        sums.push(sum);
        for gain in &marginals {
            sum += gain;
            sums.push(sum);
        }
        Self { marginals, sums }
    }

    /// Gain of the first slot: the largest.
    pub(crate) fn first(&self) -> f64 {
        self.marginals.first().copied().unwrap_or(0.0)
    }

    /// Value of `slots` slots.
    pub(crate) fn value(&self, slots: usize) -> f64 {
        self.sums[slots.min(self.marginals.len())]
    }

    /// The largest value(n) − price · n, and the least n that reaches it.
    #[inline]
    pub(crate) fn conjugate(&self, price: f64) -> (f64, usize) {
        let n = self.marginals.partition_point(|&gain| gain > price);
        (self.sums[n] - price * n as f64, n)
    }
}
