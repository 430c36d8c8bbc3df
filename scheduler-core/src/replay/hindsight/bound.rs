//! A bound from below on the loss of a day, by prices of clerks' time.
//!
//! That a group of n clerks serves at most n people at a time has a price λ(t) for each moment. Without
//! that limit each visit takes the start that costs it least, its wait and the prices of its minutes,
//!
//! L(λ) = Σ min ( wait(s) + ∫ λ over \[s, s + length) ) − Σ n ∫ λ,
//!
//! which is at most the loss of any timetable, at whatever prices (Geoffrion 1974,
//! doi:10.1007/BFb0120690). Prices are constant over two minutes and starts are not rounded: what a visit
//! minimises is linear between the points where it or its end meets a step of the prices, a shift or a
//! break begins or ends, so that those points are all that have to be looked at. Prices move along the
//! subgradient, by steps of Polyak's length towards the best timetable.

use super::day::{Day, Freedom, Job};

/// Minutes for which a price holds.
const STEP: f64 = 2.0;

/// Steps of the prices.
const ROUNDS: usize = 200;

/// Prices of the time of each group.
#[derive(Debug)]
pub(super) struct Prices {
    /// Steps of a group.
    steps: usize,
    /// Index `group * steps + step`.
    prices: Vec<f64>,
}

/// Where a visit is best off at these prices.
#[derive(Debug, Clone, Copy)]
struct Best {
    cost: f64,
    /// Nobody where the visitor rather leaves.
    at: Option<(usize, f64)>,
}

impl Prices {
    pub(super) fn new(day: &Day) -> Self {
        let work: f64 = day.jobs.iter().map(|job| job.minutes).sum();
        let ends = day.groups.iter().filter_map(|group| group.shifts.last());
        let last = ends.map(|shift| shift.1).fold(0.0, f64::max);
        let latest = day.jobs.iter().map(|job| job.ready).fold(last, f64::max);
        // Beyond the next day nothing has a price.
        let until = (latest + work).min(2880.0);
        let steps = (until / STEP).ceil() as usize + 1;
        Self { steps, prices: vec![0.0; steps * day.groups.len()] }
    }

    /// Raises the bound with these prices as the begin, and keeps the best. Returns the bound for a
    /// loss that is at most `most`.
    pub(super) fn raise(&mut self, day: &Day, freedom: Freedom, most: f64) -> f64 {
        let windows = day.groups.iter().map(|group| group.windows(freedom)).collect();
        let of = Step { day, freedom, windows };
        let (mut best, mut kept) = (f64::NEG_INFINITY, self.prices.clone());
        let (mut scale, mut since) = (1.0, 0);
        let mut course = vec![0.0; self.prices.len()];
        for _ in 0..ROUNDS {
            let (value, slope) = self.value(&of);
            if value > best {
                (best, since) = (value, 0);
                kept.clone_from(&self.prices);
            } else {
                since += 1;
                if since == 8 {
                    (scale, since) = (scale / 2.0, 0);
                    self.prices.clone_from(&kept);
                }
            }
            // The course keeps a part of those before it: prices zigzag less (Camerini, Fratta, Maffioli
            // 1975, doi:10.1007/BFb0120697).
            for (course, slope) in course.iter_mut().zip(&slope) {
                *course = slope + 0.7 * *course;
            }
            let norm: f64 = course.iter().map(|slope| slope * slope).sum();
            let missing = most - value;
            if norm <= 0.0 || missing <= 1e-6 {
                break;
            }
            let step = scale * missing / norm;
            for (price, slope) in self.prices.iter_mut().zip(&course) {
                *price = (*price + step * slope).max(0.0);
            }
        }
        self.prices = kept;
        // Sums are rounded.
        (best - 1e-6).max(0.0)
    }

    /// The bound at these prices, and how it changes with each.
    fn value(&self, of: &Step<'_>) -> (f64, Vec<f64>) {
        let day = of.day;
        let mut slope = vec![0.0; self.prices.len()];
        let mut value = 0.0;
        let mut sums = Vec::with_capacity(day.groups.len());
        for (index, group) in day.groups.iter().enumerate() {
            let count = group.count as f64;
            let prices = &self.prices[index * self.steps..][..self.steps];
            slope[index * self.steps..][..self.steps].fill(-count * STEP);
            let mut sum = 0.0;
            let mut before = Vec::with_capacity(self.steps + 1);
            before.push(0.0);
            for price in prices {
                sum += price * STEP;
                before.push(sum);
            }
            value -= count * sum;
            sums.push(before);
        }
        for job in &day.jobs {
            let best = self.best(of, job, &sums);
            value += best.cost;
            let Some((group, start)) = best.at else { continue };
            let end = start + job.minutes;
            let mut step = (start / STEP) as usize;
            while step < self.steps && step as f64 * STEP < end {
                let (from, until) = (step as f64 * STEP, (step + 1) as f64 * STEP);
                slope[group * self.steps + step] += end.min(until) - start.max(from);
                step += 1;
            }
        }
        // A price of 0 falls no further.
        for (slope, price) in slope.iter_mut().zip(&self.prices) {
            if *price <= 0.0 && *slope < 0.0 {
                *slope = 0.0;
            }
        }
        (value, slope)
    }

    fn best(&self, of: &Step<'_>, job: &Job, sums: &[Vec<f64>]) -> Best {
        let mut best = Best { cost: job.leaving(), at: None };
        for group in job.able() {
            let sums = &sums[group];
            let until = |at: f64| {
                let place = at / STEP;
                let step = (place as usize).min(self.steps);
                let next = sums.get(step + 1).unwrap_or(&sums[step]);
                sums[step] + (next - sums[step]) * (place - step as f64).min(1.0)
            };
            let stays = of.day.groups[group].stays_from(job).map(|from| (from, f64::INFINITY));
            for window in of.windows[group].iter().copied().chain(stays) {
                self.in_window(of, job, window, &mut |start, wait| {
                    if wait >= best.cost {
                        return false;
                    }
                    let cost = wait + until(start + job.minutes) - until(start);
                    if cost < best.cost {
                        best = Best { cost, at: Some((group, start)) };
                    }
                    true
                });
            }
        }
        best
    }

    /// Calls `look` with the starts of a window at which a least cost can lie, in order of time, and
    /// their wait, until it returns false: waits only get longer. Of a window that has an end, the end
    /// counts in: there it costs no less than just before.
    fn in_window(
        &self,
        Step { day, freedom, .. }: &Step<'_>,
        job: &Job,
        (from, to): (f64, f64),
        look: &mut impl FnMut(f64, f64) -> bool,
    ) {
        let chooses = day.may_choose(job, *freedom);
        // After it waits only get longer.
        let mut turn = if chooses { day.no_wait_until(job) } else { f64::NEG_INFINITY };
        let gone = job.patience + if chooses { turn } else { job.arrival };
        let from = from.max(day.ready(job, *freedom));
        if from > to.min(gone) {
            return;
        }
        // Where there are no prices any more, sooner is better.
        let to = to.min(gone).min(from.max(self.steps as f64 * STEP));
        // Beside the first and the last: where the start, and where the end, meets a step.
        let (mut start, mut end) = (next(from), next(from + job.minutes) - job.minutes);
        let mut at = from;
        while look(at, day.cost(job, *freedom, at)) && at < to {
            let following = start.min(end).min(to);
            if at < turn && turn <= following {
                (at, turn) = (turn, f64::NEG_INFINITY);
                continue;
            }
            at = following;
            if at >= start {
                start += STEP;
            }
            if at >= end {
                end += STEP;
            }
        }
    }
}

/// What is looked at in a step.
#[derive(Debug)]
struct Step<'a> {
    day: &'a Day,
    freedom: Freedom,
    /// When each group may begin to serve, as far as that is within shifts.
    windows: Vec<Vec<(f64, f64)>>,
}

/// The first step of the prices after `at`.
fn next(at: f64) -> f64 {
    ((at / STEP).floor() + 1.0) * STEP
}
