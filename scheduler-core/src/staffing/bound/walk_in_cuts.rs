//! Walk-ins who have to be served in time take clerks: rows that hold for every roster, without any
//! assumption on skills, rooms, breaks, or in which order people are called.
//!
//! **The relaxation.** Clerks are one pool. Let a minute of a clerk cost θ in some windows and nothing
//! elsewhere. Somebody of service k who is called at s costs g(s), the mean price of a service that
//! begins then: nobody knows how long it will take when they call. Who comes at r and is called within τ
//! costs at least m, the least g between r and r + τ, so that 1 ≤ (1 − m)⁺ + what is paid for them. Summed
//! up over all who come, those who are called in time are in the mean at most Σ (1 − m)⁺ + θ·(minutes of
//! clerks in the windows), and therefore
//!
//! θ·(minutes of clerks) ≥ a·N − Σ (1 − m)⁺
//!
//! for every roster with which at least the share a of the N expected walk-ins is called in time. This is
//! about means: no chance is involved, nothing is sampled, and no concavity is assumed. Any windows and
//! any θ will do, so whoever checks a certificate needs those and nothing of the search. As u takes two
//! values only, g is monotone within each bin, and its least value is at a bin's edge.
//!
//! **What clerks do beyond their shifts.** Whoever serves when a shift ends finishes. What is left then
//! is at most V minutes in the mean, whatever is called when: V is the value of the best such policy, by
//! dynamic programming over the time that is left ([`Needs::overrun`]). Services that only some can do may
//! have their last clerks stay for those who wait: at most those who came within τ before, once a day, are
//! added. After closing the price is 0.
//!
//! **Means.** Where the mean wait may be m at most, at most the share m/τ waits longer than τ (Markov's
//! inequality), for any τ.

use crate::scenario::StaffFigure;
use crate::simulate::model::MINUTE;

use super::layout::{Layout, merged};
use super::needs::{BIN, Needs};
use super::program::{Row, Why};
use crate::staffing::goal::Goal;
use crate::staffing::offer::{Column, Offer};

/// When a minute of a clerk has its price: by site-day of [`Needs`] and bin of the day.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::staffing) struct Prices {
    /// The price where there is one.
    pub(in crate::staffing) price: f64,
    pub(in crate::staffing) by_day: Vec<Vec<bool>>,
}

/// Minutes for which a break may be late, and the share of it that is sure then: services that take longer
/// are rarer than one in a hundred.
pub(in crate::staffing) const LATE: u32 = 120;
pub(in crate::staffing) const ON_TIME: f64 = 0.99;

/// A demand that at least a share of some walk-ins is called in time.
#[derive(Debug, Clone)]
pub(in crate::staffing) struct InTime<'a> {
    pub(in crate::staffing) goal: &'a Goal,
    /// Minutes.
    pub(in crate::staffing) within: f64,
    /// Share.
    pub(in crate::staffing) share: f64,
}

impl<'a> InTime<'a> {
    /// What `goals` demand, each for some lengths of waits.
    pub(in crate::staffing) fn all(goals: &'a [Goal], needs: &Needs) -> Vec<Self> {
        let mut demands = Vec::new();
        for goal in goals {
            let mut sites = (0..needs.sites).filter(|&site| goal.site.is_none_or(|s| s == site));
            let is_whole = |time: u32| time.is_multiple_of(BIN * MINUTE) || time == u32::MAX;
            // Who leaves does not count: a share of those who stay bounds nothing. And windows have to
            // consist of whole bins.
            if sites.any(|site| needs.may_leave[site])
                || !is_whole(goal.from)
                || !is_whole(goal.until)
            {
                continue;
            }
            match goal.figure {
                StaffFigure::WalkInsWithin => {
                    let within = f64::from(goal.within) / f64::from(MINUTE);
                    demands.push(Self { goal, within, share: goal.bound });
                }
                StaffFigure::WalkInsMeanWait => {
                    for times in [1.5, 2.0, 3.0, 5.0] {
                        let within = goal.bound * times;
                        demands.push(Self { goal, within, share: 1.0 - 1.0 / times });
                    }
                }
                _ => {}
            }
        }
        demands
    }

    /// Whether it is about who comes to `site` in a bin: windows consist of whole ones.
    fn counts(&self, site: usize, weekday: usize, bin: usize) -> bool {
        let middle = (bin as u32 * BIN + BIN / 2) * MINUTE;
        self.goal.counts(site, weekday, middle)
    }
}

/// The row of `demand` at `prices`.
pub(in crate::staffing) fn row(
    demand: &InTime<'_>,
    prices: &Prices,
    (needs, offer, layout): (&Needs, &Offer, &Layout),
    first_weekday: usize,
) -> Row {
    let mut least = 0.0;
    let mut terms = Vec::new();
    for site in 0..needs.sites {
        for date in 0..needs.dates {
            let weekday = (first_weekday + date) % 7;
            let index = site * needs.dates + date;
            let day =
                PricedDay::new(demand, (prices.price, &prices.by_day[index]), (needs, site, date));
            let (came, free) = day.people(weekday);
            least += demand.share * came - free;
            if !prices.by_day[index].contains(&true) {
                continue;
            }
            least -= day.staying(weekday) + day.charges();
            for (column, entry) in offer.columns.iter().enumerate() {
                if entry.site == site && entry.dates.contains(&date) {
                    terms.push((column, day.worth(entry)));
                }
            }
            for &(from, until, clerk) in &needs.day(site, date).shifts {
                let worth = day.worth_between(from, until) + day.over(until);
                match clerk {
                    Some(clerk) => terms.push((layout.kept + clerk, worth)),
                    None => least -= worth,
                }
            }
        }
    }
    Row { terms: merged(terms), least, why: Why::WalkIns }
}

/// A site on a date at prices.
struct PricedDay<'a> {
    demand: &'a InTime<'a>,
    price: f64,
    priced: &'a [bool],
    /// What a clerk costs from midnight to each edge of a bin.
    paid: Vec<f64>,
    needs: &'a Needs,
    site: usize,
    date: usize,
    /// Longest service time that is known, in minutes.
    longest: f64,
}

impl<'a> PricedDay<'a> {
    fn new(
        demand: &'a InTime<'a>,
        (price, priced): (f64, &'a [bool]),
        (needs, site, date): (&'a Needs, usize, usize),
    ) -> Self {
        let services = needs.service_cells.iter().flatten();
        let longest = services.map(|cell| cell.longest).fold(0.0, f64::max);
        let mut day = Self { demand, price, priced, paid: vec![0.0], needs, site, date, longest };
        let mut sum = 0.0;
        let of_bin: Vec<f64> = (0..priced.len() as u32)
            .map(|bin| {
                sum += day.worth_between(bin * BIN, (bin + 1) * BIN);
                sum
            })
            .collect();
        day.paid.extend(of_bin);
        day
    }

    /// What a clerk costs from midnight to a minute.
    fn paid_until(&self, minute: f64) -> f64 {
        let place = (minute / f64::from(BIN)).max(0.0);
        let bin = place.floor() as usize;
        match (self.paid.get(bin), self.paid.get(bin + 1)) {
            (Some(from), Some(until)) => from + (until - from) * (place - bin as f64),
            _ => self.paid.last().copied().unwrap_or(0.0),
        }
    }

    /// Mean price of `service` by the edge of a bin at which it begins.
    fn price_of(&self, service: usize) -> Vec<f64> {
        let cells = &self.needs.service_cells[service];
        (0..=self.priced.len() as u32)
            .map(|edge| {
                let begin = f64::from(edge * BIN);
                let ends =
                    cells.iter().map(|cell| cell.weight * self.paid_until(begin + cell.shortest));
                ends.sum::<f64>() - self.paid_until(begin)
            })
            .collect()
    }

    /// Expected walk-ins who count, and how many of them may be in time for nothing.
    fn people(&self, weekday: usize) -> (f64, f64) {
        let (mut came, mut free) = (0.0, 0.0);
        let arrivals = &self.needs.day(self.site, self.date).arrivals;
        let mut prices: Vec<Option<Vec<f64>>> = vec![None; self.needs.service_cells.len()];
        let reach = (self.demand.within / f64::from(BIN)).ceil() as usize + 1;
        for (bin, of_bin) in arrivals.iter().enumerate() {
            if of_bin.is_empty() || !self.demand.counts(self.site, weekday, bin) {
                continue;
            }
            for &(service, count) in of_bin {
                came += count;
                let prices = prices[service].get_or_insert_with(|| self.price_of(service));
                let starts = (bin..=bin + reach).map(|edge| prices.get(edge).copied());
                let least = starts.map(|price| price.unwrap_or(0.0)).fold(f64::INFINITY, f64::min);
                free += count * (1.0 - least).clamp(0.0, 1.0);
            }
        }
        (came, free)
    }

    /// What services that take longer than others may add where shifts end.
    fn charges(&self) -> f64 {
        let arrivals = self.needs.day(self.site, self.date).arrivals.iter().flatten();
        let charge = |&(service, count): &(usize, f64)| count * self.needs.overrun_charges[service];
        self.price * arrivals.map(charge).sum::<f64>()
    }

    /// Those for whom the last clerks stay who can serve them, where only some can.
    fn staying(&self, weekday: usize) -> f64 {
        let arrivals = &self.needs.day(self.site, self.date).arrivals;
        let bins = (self.demand.within / f64::from(BIN)).ceil() as usize + 1;
        let rare = &self.needs.rare[self.site];
        let most = |service: usize| {
            let of_bin = |bin: usize| -> f64 {
                let some = arrivals[bin].iter().filter(|(other, _)| *other == service);
                some.map(|&(_, count)| count).sum()
            };
            let counted = |bin: usize| {
                if self.demand.counts(self.site, weekday, bin) { of_bin(bin) } else { 0.0 }
            };
            let sums = (0..arrivals.len())
                .map(|last| (last.saturating_sub(bins - 1)..=last).map(counted).sum::<f64>());
            sums.fold(0.0, f64::max)
        };
        (0..rare.len()).filter(|&service| rare[service]).map(most).sum()
    }

    /// First opening and last closing.
    fn hull(&self) -> Option<(u32, u32)> {
        let open = &self.needs.day(self.site, self.date).open;
        Some((open.first()?.0, open.last()?.1))
    }

    /// Price of a clerk from one minute of opening hours to another.
    fn worth_between(&self, from: u32, until: u32) -> f64 {
        let Some((opens, closes)) = self.hull() else { return 0.0 };
        let (from, until) = (from.max(opens), until.min(closes));
        if from >= until {
            return 0.0;
        }
        let bins = (from / BIN)..=(until.saturating_sub(1) / BIN);
        bins.map(|bin| {
            let common = until.min((bin + 1) * BIN) - from.max(bin * BIN);
            let is_priced = self.priced.get(bin as usize).copied().unwrap_or(false);
            if is_priced { self.price * f64::from(common) } else { 0.0 }
        })
        .sum()
    }

    /// Price of what is left of a service when a shift ends.
    fn over(&self, until: u32) -> f64 {
        let end = until + self.longest.ceil() as u32;
        self.worth_between(until, end).min(self.price * self.needs.overrun)
    }

    /// What somebody who works `column` adds.
    fn worth(&self, column: &Column) -> f64 {
        let mut worth = self.worth_between(column.from, column.until) + self.over(column.until);
        if self.needs.full_breaks {
            for pause in &column.breaks {
                // It may begin late, when the customer is served.
                let from = pause.from.0.max(column.from);
                let until = pause.until.0.min(column.until) + LATE;
                let bins = (from / BIN) as usize..until.div_ceil(BIN) as usize;
                let inside = self.hull().is_some_and(|(a, b)| a <= from && until <= b);
                let is_priced =
                    bins.into_iter().all(|bin| self.priced.get(bin).copied().unwrap_or(false));
                if inside && until <= column.until && is_priced {
                    worth -= ON_TIME * f64::from(pause.minutes) * self.price;
                }
            }
        }
        worth
    }
}
