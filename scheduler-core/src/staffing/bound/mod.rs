//! A bound on the cost of any roster: the necessities, and walk-in cuts where they tell most.

pub(in crate::staffing) mod contracts;
pub(in crate::staffing) mod layout;
pub(in crate::staffing) mod necessities;
pub(in crate::staffing) mod needs;
pub(in crate::staffing) mod overrun;
pub(in crate::staffing) mod program;
pub(in crate::staffing) mod walk_in_cuts;
pub(in crate::staffing) mod work;

use std::time::Duration;

use crate::monitor::Monitor;

use crate::staffing::offer::Offer;
use layout::Layout;
use needs::{BIN, Needs};
use program::{Effort, Program, Row, Solved, Why};
use walk_in_cuts::{InTime, Prices, row};

/// A walk-in cut, by what makes it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::staffing) struct Cut {
    /// Position among [`InTime::all`].
    pub(in crate::staffing) demand: usize,
    pub(in crate::staffing) prices: Prices,
}

/// What is proven of all rosters.
#[derive(Debug, Clone)]
pub(in crate::staffing) struct Proven {
    /// No roster that reaches the targets costs less; infinite where none reaches them.
    pub(in crate::staffing) cost: f64,
    pub(in crate::staffing) cuts: Vec<Cut>,
    /// Values of the cheapest that fulfils all rows, where there are any.
    pub(in crate::staffing) values: Option<Vec<f64>>,
    /// Where nothing fulfils all rows: the kinds of rows without which something would.
    pub(in crate::staffing) clash: Vec<Why>,
}

/// Everything that cuts are made from.
#[derive(Clone, Copy)]
pub(in crate::staffing) struct Ground<'a> {
    pub(in crate::staffing) needs: &'a Needs,
    pub(in crate::staffing) offer: &'a Offer,
    pub(in crate::staffing) layout: &'a Layout,
    pub(in crate::staffing) demands: &'a [InTime<'a>],
    /// Weekday of the first date, 0 for Monday.
    pub(in crate::staffing) first_weekday: usize,
}

impl Ground<'_> {
    pub(in crate::staffing) fn row(&self, cut: &Cut) -> Row {
        let demand = &self.demands[cut.demand];
        row(demand, &cut.prices, (self.needs, self.offer, self.layout), self.first_weekday)
    }

    /// One price wherever it can matter to `demand`.
    fn uniform(&self, demand: &InTime<'_>, price: f64) -> Prices {
        let needs = self.needs;
        // Services that take longer are few.
        let longest = needs.service_means.iter().copied().fold(0.0, f64::max) * 3.0;
        let reach = ((demand.within + longest) / f64::from(BIN)).ceil() as usize + 1;
        let mut by_day = Vec::with_capacity(needs.days.len());
        for site in 0..needs.sites {
            for date in 0..needs.dates {
                let weekday = (self.first_weekday + date) % 7;
                let day = needs.day(site, date);
                let mut priced = vec![false; (1440 / BIN) as usize];
                let middle = |bin: usize| (bin as u32 * BIN + BIN / 2) * 60_000;
                let counted: Vec<usize> = (0..day.arrivals.len())
                    .filter(|&bin| !day.arrivals[bin].is_empty())
                    .filter(|&bin| demand.goal.counts(site, weekday, middle(bin)))
                    .collect();
                if let (Some(&first), Some(&last)) = (counted.first(), counted.last()) {
                    let end = (last + reach).min(priced.len());
                    priced[first..end].fill(true);
                }
                by_day.push(priced);
            }
        }
        Prices { price, by_day }
    }

    /// Prices worth trying for `demand`: one over the mean times of its services, the shortest that are
    /// as many as the share asks for and their neighbours.
    fn levels(&self, demand: &InTime<'_>) -> Vec<f64> {
        let mut counts = vec![0.0; self.needs.service_means.len()];
        for &(service, count) in self.needs.days.iter().flat_map(|d| d.arrivals.iter().flatten()) {
            counts[service] += count;
        }
        let mut services: Vec<usize> = (0..counts.len()).filter(|&s| counts[s] > 0.0).collect();
        let means = &self.needs.service_means;
        services.sort_by(|&a, &b| means[a].total_cmp(&means[b]));
        let all: f64 = counts.iter().sum();
        let mut sum = 0.0;
        let mut levels: Vec<f64> = Vec::new();
        for &service in &services {
            let before = sum / all.max(1e-9);
            sum += counts[service];
            let after = sum / all.max(1e-9);
            if after >= demand.share - 0.25 && before <= demand.share + 0.15 {
                levels.extend([1.0, 1.1, 1.3].map(|times| times / means[service].max(0.01)));
            }
        }
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        levels
    }

    /// `prices` without those bins in which `values` have more clerks than walk-ins can need.
    fn where_it_is_tight(&self, prices: &Prices, values: &[f64]) -> Prices {
        let needs = self.needs;
        let mut tight = prices.clone();
        for site in 0..needs.sites {
            for date in 0..needs.dates {
                let index = site * needs.dates + date;
                let day = needs.day(site, date);
                let mut waiting = 0.0;
                for bin in 0..(1440 / BIN) as usize {
                    let come = day.arrivals.get(bin).into_iter().flatten();
                    waiting +=
                        come.map(|&(s, count)| count * self.needs.service_means[s]).sum::<f64>();
                    let there = self.there(values, (site, date), bin as u32 * BIN);
                    let capacity = there * f64::from(BIN);
                    if waiting < capacity {
                        tight.by_day[index][bin] = false;
                    }
                    waiting = (waiting - capacity).max(0.0);
                }
            }
        }
        tight
    }

    /// Clerks at a minute of opening hours.
    fn there(&self, values: &[f64], (site, date): (usize, usize), minute: u32) -> f64 {
        let columns = self.offer.columns.iter().enumerate();
        let on = columns.filter(|(_, c)| {
            c.site == site && c.from <= minute && minute < c.until && c.dates.contains(&date)
        });
        let asked: f64 = on.map(|(column, _)| values[column]).sum();
        let shifts = self.needs.day(site, date).shifts.iter();
        let there = shifts.filter(|&&(from, until, _)| from <= minute && minute < until);
        asked
            + there
                .map(|&(_, _, clerk)| clerk.map_or(1.0, |clerk| values[self.layout.kept + clerk]))
                .sum::<f64>()
    }

    /// Proves what it can within `effort`.
    pub(in crate::staffing) fn prove(&self, program: &Program, effort: Effort<'_>) -> Proven {
        let mut program = program.clone();
        let mut cuts: Vec<Cut> = Vec::new();
        for (demand, asked) in self.demands.iter().enumerate() {
            for price in self.levels(asked) {
                let cut = Cut { demand, prices: self.uniform(asked, price) };
                program.rows.push(self.row(&cut));
                cuts.push(cut);
            }
        }
        let uniform = cuts.len();
        for _ in 0..ROUNDS {
            let Solved::Values { values, .. } = program.relaxed().solve(effort) else { break };
            let mut found = false;
            for position in 0..uniform {
                let prices = self.where_it_is_tight(&cuts[position].prices, &values);
                let cut = Cut { demand: cuts[position].demand, prices };
                let row = self.row(&cut);
                let is = row.terms.iter().map(|&(term, factor)| values[term] * factor).sum::<f64>();
                if is < row.least - 1e-3 {
                    program.rows.push(row);
                    cuts.push(cut);
                    found = true;
                }
            }
            if !found || effort.monitor.cancelled() {
                break;
            }
        }
        // Those that do not bind at the optimum of the relaxation are left out.
        if let Solved::Values { values, .. } = program.relaxed().solve(effort) {
            let first = program.rows.len() - cuts.len();
            let slack = |row: &Row| {
                row.terms.iter().map(|&(term, f)| values[term] * f).sum::<f64>() - row.least
            };
            let keep: Vec<bool> =
                program.rows[first..].iter().map(|row| slack(row) < 2.0).collect();
            let mut rows = keep.iter();
            let mut kept = keep.iter();
            let tail: Vec<Row> = program.rows.drain(first..).collect();
            program.rows.extend(tail.into_iter().filter(|_| rows.next() == Some(&true)));
            cuts.retain(|_| kept.next() == Some(&true));
        }
        self.settle(&program, cuts, effort)
    }

    /// The optimum of `program`, or what clashes in it.
    fn settle(&self, program: &Program, cuts: Vec<Cut>, effort: Effort<'_>) -> Proven {
        let relaxed = match program.relaxed().solve(effort) {
            Solved::Values { bound, .. } => bound,
            Solved::Nothing { .. } => 0.0,
            Solved::Infeasible => {
                let clash = clash(program, effort);
                return Proven { cost: f64::INFINITY, cuts, values: None, clash };
            }
        };
        match program.solve(effort) {
            Solved::Values { values, bound, .. } => {
                Proven { cost: bound.max(relaxed), cuts, values: Some(values), clash: Vec::new() }
            }
            Solved::Nothing { bound } => {
                Proven { cost: bound.max(relaxed), cuts, values: None, clash: Vec::new() }
            }
            Solved::Infeasible => {
                let clash = clash(program, effort);
                Proven { cost: f64::INFINITY, cuts, values: None, clash }
            }
        }
    }
}

/// Rounds of cuts at the optimum of what is known.
const ROUNDS: usize = 6;

/// Kinds of rows without any one of which `program` has a solution.
fn clash(program: &Program, effort: Effort<'_>) -> Vec<Why> {
    let kinds = [
        Why::Rooms,
        Why::Equipment,
        Why::Skill,
        Why::Clerks,
        Why::WalkIns,
        Why::Work,
        Why::Template,
        Why::Contract,
        Why::Door,
        Why::Offers,
    ];
    let effort = Effort { time: Some(Duration::from_secs(5)), ..effort };
    let has_solution_without = |&why: &Why| {
        let mut rest = program.relaxed();
        rest.rows.retain(|row| row.why != why);
        matches!(rest.solve(effort), Solved::Values { .. })
    };
    let there = |why: &Why| program.rows.iter().any(|row| row.why == *why);
    kinds.into_iter().filter(there).filter(has_solution_without).collect()
}

impl Program {
    /// The same without the demand that numbers are whole.
    pub(in crate::staffing) fn relaxed(&self) -> Self {
        let mut relaxed = self.clone();
        for unknown in &mut relaxed.unknowns {
            unknown.integer = false;
        }
        relaxed
    }

    /// Whether `values` of the first unknowns, columns and removable clerks, cannot be part of a
    /// solution: some row with none but those is broken.
    pub(in crate::staffing) fn rules_out(&self, values: &[f64]) -> bool {
        self.rows.iter().any(|row| {
            row.terms.iter().all(|&(unknown, _)| unknown < values.len())
                && row.terms.iter().map(|&(unknown, f)| values[unknown] * f).sum::<f64>()
                    < row.least - 1e-6 * row.least.abs().max(1.0)
        })
    }
}

/// Whether the monitor's effort has time left for more.
pub(in crate::staffing) fn has_time(monitor: &dyn Monitor, until: Option<Duration>) -> bool {
    !monitor.cancelled() && until.is_none_or(|until| monitor.elapsed() < until)
}
