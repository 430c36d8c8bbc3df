//! The hunt for the cheapest roster that reaches the targets.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::monitor::{Progress, StaffingProgress};
use crate::plan::Budget;
use crate::scenario::WalkInCapacity;
use crate::simulate::statistics::difference;

use super::Search;
use super::confirm::confirm;
use super::pressure::Pressure;
use super::trial::{Seen, Trial};
use crate::staffing::StaffError;
use crate::staffing::answer::{FrontPoint, NextClerk};
use crate::staffing::bound::{Proven, has_time};
use crate::staffing::judge::{Standing, estimate, standing};
use crate::staffing::roster::{Person, Roster};

/// A roster that was simulated.
#[derive(Debug, Clone)]
pub(in crate::staffing) struct Tried {
    pub(in crate::staffing) roster: Roster,
    pub(in crate::staffing) people: Vec<Person>,
    pub(in crate::staffing) pressure: Pressure,
    pub(in crate::staffing) cost: f64,
    pub(in crate::staffing) seen: Seen,
    pub(in crate::staffing) reaches: bool,
}

/// What the search has come to.
pub(in crate::staffing) struct Outcome {
    pub(in crate::staffing) best: Option<Tried>,
    /// Confirmed figures of the best.
    pub(in crate::staffing) confirmed: Option<(Seen, Vec<Standing>)>,
    /// What came nearest where nothing reaches the targets.
    pub(in crate::staffing) nearest: Option<Tried>,
    pub(in crate::staffing) front: Vec<FrontPoint>,
    pub(in crate::staffing) next: Option<NextClerk>,
    pub(in crate::staffing) trials: u64,
}

/// Level at which a roster is screened, not confirmed.
pub(in crate::staffing) const SCREEN: f64 = 0.1;

/// Rosters that are put to the test at the most.
const MOST_ATTEMPTS: u32 = 8;

/// Rounds in which pressure grows until the targets are reached.
const REACH: usize = 30;

pub(in crate::staffing) struct Run<'s, 'a> {
    pub(in crate::staffing) search: &'s Search<'a>,
    /// By counts, and counters where those are set, so that nothing is simulated twice.
    known: BTreeMap<(Roster, Vec<u32>), usize>,
    pub(in crate::staffing) tried: Vec<Tried>,
    pub(in crate::staffing) trials: u64,
    attempts: u32,
    bound: f64,
}

/// Looks for it.
pub(in crate::staffing) fn hunt(
    search: &Search<'_>,
    proven: &Proven,
) -> Result<Outcome, StaffError> {
    let mut run = Run {
        search,
        known: BTreeMap::new(),
        tried: Vec::new(),
        trials: 0,
        attempts: 0,
        bound: proven.cost + search.offer.fixed_cost,
    };
    run.go(proven)
}

impl Run<'_, '_> {
    pub(in crate::staffing) fn has_budget(&self) -> bool {
        let search = self.search;
        let has_steps = match search.options.budget {
            Budget::Steps(steps) => self.trials < steps.max(1),
            Budget::Time(_) => true,
        };
        has_steps && has_time(search.monitor, search.deadline())
    }

    fn go(&mut self, proven: &Proven) -> Result<Outcome, StaffError> {
        let search = self.search;
        if let Some(budget) = search.staffing.budget {
            return self.spend(proven, budget);
        }
        // What is necessary may suffice.
        let mut pressure = Pressure::none(search.needs);
        let mut low = pressure.clone();
        if let Some(values) = &proven.values {
            let roster = search.roster(values);
            // Other counters may do where nobody more is needed.
            let sizes: &[f64] = match search.staffing.walk_ins {
                WalkInCapacity::Quotas => &[0.0],
                WalkInCapacity::Counters => &[0.0, 0.2, 0.4, 0.7, 1.0],
            };
            for &size in sizes {
                let mut pressure = pressure.clone();
                pressure.walk_ins.fill(size);
                let tried = self.try_roster(roster.clone(), &pressure)?;
                if tried.is_none_or(|tried| self.tried[tried].reaches) || !self.has_budget() {
                    break;
                }
            }
        }
        let mut reached = self.best().map(|best| (self.tried[best].pressure.clone(), best));
        let mut rounds = 0;
        while reached.is_none() && rounds < REACH && self.has_budget() {
            rounds += 1;
            let Some(roster) = search.guess(proven, &pressure) else { break };
            let Some(tried) = self.try_roster(roster, &pressure)? else { break };
            if self.tried[tried].reaches {
                reached = Some((pressure.clone(), tried));
                break;
            }
            low = pressure.clone();
            if !self.press(tried, &mut pressure) {
                break;
            }
        }
        if let Some((high, _)) = &reached {
            self.settle(proven, &low, high)?;
        }
        self.descend()?;
        self.finish(proven)
    }

    /// The best figure of the first target that `budget` allows: pressure grows evenly until the money
    /// is spent.
    fn spend(&mut self, proven: &Proven, budget: f64) -> Result<Outcome, StaffError> {
        let search = self.search;
        let pressure = |size: f64| {
            let mut pressure = Pressure::none(search.needs);
            pressure.walk_ins.fill(size);
            pressure.slots.fill(1.0 + 0.05 * size);
            pressure
        };
        let (mut low, mut high) = (-2.0, 8.0);
        let affordable = |cost: f64| cost <= budget + 1e-6;
        for size in [low, high] {
            if let Some(roster) = search.guess(proven, &pressure(size))
                && search.people(&roster).is_some_and(|(_, cost)| affordable(cost))
            {
                self.try_roster(roster, &pressure(size))?;
            }
        }
        for _ in 0..12 {
            if !self.has_budget() {
                break;
            }
            let middle = 0.5 * (low + high);
            let Some(roster) = search.guess(proven, &pressure(middle)) else { break };
            if search.people(&roster).is_some_and(|(_, cost)| affordable(cost)) {
                low = middle;
                self.try_roster(roster, &pressure(middle))?;
            } else {
                high = middle;
            }
        }
        let first = &search.goals[0];
        let figure = |tried: &Tried| {
            let value = tried.seen.samples.first().and_then(|samples| estimate(samples));
            let value = value.map_or(f64::NEG_INFINITY, |found| found.value);
            if first.at_least() { value } else { -value }
        };
        let some = (0..self.tried.len()).filter(|&index| {
            affordable(self.tried[index].cost) && !self.tried[index].seen.samples.is_empty()
        });
        let best = some.max_by(|&a, &b| {
            let (a, b) = (&self.tried[a], &self.tried[b]);
            figure(a).total_cmp(&figure(b)).then(b.cost.total_cmp(&a.cost))
        });
        let Some(index) = best else { return self.finish(proven) };
        self.attempts += 1;
        let confirmed = self.confirm(index)?;
        let best = confirmed.is_some().then(|| self.tried[index].clone());
        let nearest = Some(self.tried[index].clone());
        let front = self.front();
        Ok(Outcome { best, confirmed, nearest, front, next: None, trials: self.trials })
    }

    /// Index of the cheapest that reaches the targets.
    pub(in crate::staffing) fn best(&self) -> Option<usize> {
        let reaching = (0..self.tried.len()).filter(|&index| self.tried[index].reaches);
        reaching.min_by(|&a, &b| self.tried[a].cost.total_cmp(&self.tried[b].cost).then(a.cmp(&b)))
    }

    /// Index of a roster with a little more than the one that has failed.
    fn with_more(&mut self, proven: &Proven, failed: usize) -> Result<Option<usize>, StaffError> {
        let mut pressure = self.tried[failed].pressure.clone();
        pressure.slots.iter_mut().for_each(|slots| *slots *= 1.015);
        pressure.walk_ins.iter_mut().for_each(|root| *root += 0.1);
        let Some(roster) = self.search.guess(proven, &pressure) else { return Ok(None) };
        let tried = self.try_roster(roster, &pressure)?;
        Ok(tried.filter(|&tried| tried != failed && !self.tried[tried].seen.samples.is_empty()))
    }

    /// Index of the cheapest that reaches the targets at `level`, or of the cheapest of all that do.
    fn surest(&self, level: f64) -> Option<usize> {
        let goals = self.search.goals;
        let is_sure = |&index: &usize| {
            let tried = &self.tried[index];
            let mut pairs = goals.iter().zip(&tried.seen.samples);
            tried.reaches
                && pairs.all(|(g, samples)| standing(g, samples, level) == Standing::Reached)
        };
        let sure = (0..self.tried.len()).filter(is_sure);
        let cheapest =
            sure.min_by(|&a, &b| self.tried[a].cost.total_cmp(&self.tried[b].cost).then(a.cmp(&b)));
        cheapest.or_else(|| self.best())
    }

    /// Simulates `roster` unless that was done, and says where it is; `None` where there is no such
    /// roster or it was stopped.
    pub(in crate::staffing) fn try_roster(
        &mut self,
        roster: Roster,
        pressure: &Pressure,
    ) -> Result<Option<usize>, StaffError> {
        let search = self.search;
        let key = (roster.clone(), search.counters(pressure));
        if let Some(&known) = self.known.get(&key) {
            return Ok(Some(known));
        }
        let Some((people, cost)) = search.people(&roster) else { return Ok(None) };
        let scenario = search.scenario_with((&roster, &people), pressure);
        let mut seen = Seen::default();
        self.trials += 1;
        let trial = Trial::new(&scenario, search.options, search.monitor)?;
        let mut reaches = false;
        if let Some(trial) = &trial {
            let (seed, pilot) = (search.options.seed, search.options.pilot);
            let how = (seed, pilot);
            if !trial.simulate(search.goals, how, search.options, &mut seen, search.monitor)? {
                return Ok(None);
            }
            reaches = search
                .goals
                .iter()
                .zip(&seen.samples)
                .all(|(goal, samples)| standing(goal, samples, SCREEN) == Standing::Reached);
        }
        self.known.insert(key, self.tried.len());
        let pressure = pressure.clone();
        self.tried.push(Tried { roster, people, pressure, cost, seen, reaches });
        let best = self.best().map(|best| self.tried[best].cost);
        search.monitor.progress(&Progress::Staffing(StaffingProgress::new(
            search.monitor.elapsed(),
            self.trials,
            (best, self.bound),
        )));
        Ok(Some(self.tried.len() - 1))
    }

    /// Between what falls short and what suffices.
    fn settle(
        &mut self,
        proven: &Proven,
        low: &Pressure,
        high: &Pressure,
    ) -> Result<(), StaffError> {
        let (mut from, mut until) = (0.0, 1.0);
        for _ in 0..5 {
            if !self.has_budget() || low == high {
                break;
            }
            let middle = 0.5 * (from + until);
            let pressure = Pressure::between(low, high, middle);
            let Some(roster) = self.search.guess(proven, &pressure) else { break };
            let Some(tried) = self.try_roster(roster, &pressure)? else { break };
            if self.tried[tried].reaches { until = middle } else { from = middle }
        }
        Ok(())
    }

    /// Confirms the cheapest on random numbers of their own; where it fails, the next.
    fn finish(&mut self, proven: &Proven) -> Result<Outcome, StaffError> {
        let search = self.search;
        let mut best = None;
        let mut confirmed = None;
        // Who has failed was lucky when it was screened: the next has to be further from the bounds.
        let mut level = SCREEN;
        let mut last = None;
        loop {
            let next = match (self.surest(level), last) {
                (Some(index), _) => Some(index),
                (None, Some(failed)) if self.attempts < MOST_ATTEMPTS && !search.is_over() => {
                    self.with_more(proven, failed)?
                }
                (None, _) => None,
            };
            let Some(index) = next else { break };
            last = Some(index);
            self.attempts += 1;
            match self.confirm(index)? {
                Some((seen, standings)) => {
                    if standings.iter().all(|&standing| standing == Standing::Reached) {
                        best = Some(self.tried[index].clone());
                        confirmed = Some((seen, standings));
                        break;
                    }
                    self.tried[index].reaches = false;
                    level *= 0.05;
                }
                None => break,
            }
            if search.monitor.cancelled() || search.is_over() {
                break;
            }
        }
        let miss = |tried: &Tried| -> f64 {
            let pairs = search.goals.iter().zip(&tried.seen.samples);
            let miss = pairs.map(|(goal, samples)| {
                let value = estimate(samples).map_or(goal.bound, |found| found.value);
                let short = if goal.at_least() { goal.bound - value } else { value - goal.bound };
                short.max(0.0) / goal.bound.abs().max(1e-9)
            });
            if tried.seen.samples.is_empty() { f64::INFINITY } else { miss.sum() }
        };
        let nearest = self
            .tried
            .iter()
            .min_by(|a, b| miss(a).total_cmp(&miss(b)).then(a.cost.total_cmp(&b.cost)));
        let nearest = nearest.cloned();
        let next = best.as_ref().map(|best| self.next_clerk(best)).transpose()?.flatten();
        let (front, trials) = (self.front(), self.trials);
        Ok(Outcome { best, confirmed, nearest, front, next, trials })
    }

    /// What one shift more would bring, on the random numbers of the search.
    fn next_clerk(&mut self, best: &Tried) -> Result<Option<NextClerk>, StaffError> {
        let search = self.search;
        if search.monitor.cancelled() || search.is_over() {
            return Ok(None);
        }
        let columns = search.offer.columns.iter().enumerate();
        let most = columns.max_by(|a, b| {
            let strain = |column| search.strain(column, &best.seen) / column.cost.max(1e-9);
            strain(a.1).total_cmp(&strain(b.1)).then(b.0.cmp(&a.0))
        });
        let Some((index, column)) = most else { return Ok(None) };
        let mut roster = best.roster.clone();
        roster.counts[index] += 1;
        let Some(tried) = self.try_roster(roster, &best.pressure)? else { return Ok(None) };
        let with = &self.tried[tried];
        if with.seen.samples.is_empty() {
            return Ok(None);
        }
        let pairs = best.seen.samples.iter().zip(&with.seen.samples);
        let changes =
            pairs.map(|(before, after)| difference(before.iter().copied(), after.iter().copied()));
        Ok(Some(NextClerk {
            template: column.template,
            weekday: column.weekday,
            from: column.from,
            until: column.until,
            cost: with.cost,
            changes: changes.collect(),
        }))
    }

    /// What more and more replications on fresh random numbers say; `None` where it was stopped.
    fn confirm(&self, index: usize) -> Result<Option<(Seen, Vec<Standing>)>, StaffError> {
        let search = self.search;
        let tried = &self.tried[index];
        let scenario = search.scenario_with((&tried.roster, &tried.people), &tried.pressure);
        let Some(trial) = Trial::new(&scenario, search.options, search.monitor)? else {
            return Ok(None);
        };
        confirm(&trial, search.goals, self.attempts, search.options, search.monitor)
    }

    /// Rosters that are not both dearer and worse than another; of those that cost the same, the one that
    /// reaches most, by the first target on which they differ.
    fn front(&self) -> Vec<FrontPoint> {
        let search = self.search;
        let mut points: Vec<FrontPoint> = self
            .tried
            .iter()
            .filter(|tried| !tried.seen.samples.is_empty())
            .map(|tried| FrontPoint {
                cost: tried.cost,
                figures: tried.seen.samples.iter().map(|s| Some(estimate(s)?.value)).collect(),
                reaches: tried.reaches,
            })
            .collect();
        let better = |a: &FrontPoint, b: &FrontPoint| {
            let figures = search.goals.iter().zip(a.figures.iter().zip(&b.figures));
            let mut orders = figures.map(|(goal, (a, b))| match (a, b) {
                (Some(a), Some(b)) if goal.at_least() => b.total_cmp(a),
                (Some(a), Some(b)) => a.total_cmp(b),
                _ => Ordering::Equal,
            });
            let differ = orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal);
            b.reaches.cmp(&a.reaches).then(differ)
        };
        points.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| better(a, b)));
        // Costs are sums, whose last digits depend on the order.
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1.0);
        points.dedup_by(|next, kept| same(next.cost, kept.cost));
        let worse = |a: &FrontPoint, b: &FrontPoint| {
            let figures = search.goals.iter().zip(a.figures.iter().zip(&b.figures));
            figures.into_iter().all(|(goal, (a, b))| match (a, b) {
                (Some(a), Some(b)) => {
                    if goal.at_least() {
                        a <= b
                    } else {
                        a >= b
                    }
                }
                _ => true,
            })
        };
        let mut front: Vec<FrontPoint> = Vec::new();
        for point in points {
            if !front.iter().any(|cheaper| worse(&point, cheaper)) {
                front.push(point);
            }
        }
        front
    }
}
