//! A bound by prices, for days on which more workers are needed than are busy at any moment.
//!
//! Each task has a price; a worker costs one and earns the prices of what they do. For any prices,
//!
//! Σ prices − Σ over workers of max(0, dearest day − 1)
//!
//! is at most the number of workers of every assignment: whoever works earns at most their dearest
//! day, and all prices are earned. The dearest day is a longest path, breaks included, so the best
//! prices give the bound of the linear relaxation over days (Geoffrion 1974,
//! doi:10.1007/BFb0120690). Prices move by subgradients of length (best known − bound) / |g|²
//! (Polyak 1969). All values are whole numbers, so that rounding up proves what it says.

use super::instance::Instance;

/// What a worker costs.
const ONE: i64 = 1 << 24;
/// Worse than anything.
const NEVER: i64 = i64::MIN / 4;
/// Rounds without a better bound until steps become half as long.
const PATIENCE: u32 = 8;
/// Length of the first step, as a share of the full one.
const FIRST_STEP: f64 = 1.5;

/// Prices on their way to a better bound.
#[derive(Debug)]
pub(super) struct Prices<'a> {
    instance: &'a Instance,
    days: Vec<Day>,
    price: Vec<i64>,
    /// By task: one less those who do it in their dearest day.
    uncovered: Vec<i32>,
    /// The direction of the last step.
    direction: Vec<f64>,
    best: i64,
    best_price: Vec<i64>,
    step: f64,
    idle: u32,
    /// By `place * (breaks + 1) + held`: the most that places from here on earn.
    from_here: Vec<i64>,
    /// The most that is earned after the task at a place.
    after: Vec<i64>,
}

/// What may follow what in the day of a worker.
#[derive(Debug)]
struct Day {
    breaks: usize,
    /// By `(place + 1) * (breaks + 1)² + held * (breaks + 1) + more`: the first place that can be
    /// next when `more` breaks are held after the task at `place`; place −1 is the begin of the day.
    next: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

impl Day {
    fn new(instance: &Instance, worker: u32) -> Self {
        let tasks = instance.skilled.of(worker);
        let due = &instance.breaks[worker as usize];
        let width = due.len() + 1;
        let mut next = vec![NOWHERE; (tasks.len() + 1) * width * width];
        for place in 0..=tasks.len() {
            for held in 0..width {
                let mut free = match place {
                    0 => 0,
                    _ => instance.spans[tasks[place - 1] as usize].until,
                };
                for more in 0..width - held {
                    if more > 0 {
                        match due[held + more - 1].earliest_end(free) {
                            Some(end) => free = end,
                            None => break,
                        }
                    }
                    let to = tasks.partition_point(|&t| instance.spans[t as usize].from < free);
                    next[(place * width + held) * width + more] = to as u32;
                }
            }
        }
        Self { breaks: due.len(), next }
    }
}

impl<'a> Prices<'a> {
    /// From prices that give the bound of the moment with the most tasks.
    pub(super) fn new(instance: &'a Instance) -> Self {
        let tasks = instance.tasks();
        let days = (0..instance.workers as u32).map(|worker| Day::new(instance, worker)).collect();
        let runs_at = |moment: usize| {
            let begin = instance.spans[moment].from;
            (0..=moment).filter(move |&task| instance.spans[task].until > begin)
        };
        let busiest = (0..tasks).max_by_key(|&moment| runs_at(moment).count());
        let mut price = vec![0; tasks];
        for task in busiest.into_iter().flat_map(runs_at) {
            price[task] = ONE;
        }
        Self {
            instance,
            days,
            best_price: price.clone(),
            price,
            uncovered: vec![0; tasks],
            direction: vec![0.0; tasks],
            best: 0,
            step: FIRST_STEP,
            idle: 0,
            from_here: Vec::new(),
            after: Vec::new(),
        }
    }

    /// The best bound so far: no assignment has fewer workers.
    pub(super) fn bound(&self) -> usize {
        usize::try_from((self.best + ONE - 1) / ONE).unwrap_or(0)
    }

    /// One round: the bound at the current prices, then a step towards `aim` workers.
    pub(super) fn round(&mut self, aim: usize) {
        let value = self.value();
        if value > self.best {
            // What is gained by rounding only is no progress.
            self.idle = if value > self.best + ONE / 1000 { 0 } else { self.idle + 1 };
            self.best = value;
            self.best_price.copy_from_slice(&self.price);
        } else {
            self.idle += 1;
        }
        if self.idle >= PATIENCE {
            self.idle = 0;
            self.step /= 2.0;
            self.price.copy_from_slice(&self.best_price);
            self.value();
        }
        let mut length = 0.0;
        for (way, &uncovered) in self.direction.iter_mut().zip(&self.uncovered) {
            *way = 0.3 * *way + f64::from(uncovered);
            length += *way * *way;
        }
        if length == 0.0 {
            return;
        }
        let gap = (aim as i64 * ONE - value.max(0)).max(ONE / 16) as f64;
        let step = self.step * gap / length;
        for (price, way) in self.price.iter_mut().zip(&self.direction) {
            *price = (*price + (step * way) as i64).clamp(0, ONE * 4096);
        }
    }

    /// Whether steps have become too short to gain anything.
    pub(super) fn is_settled(&self) -> bool {
        self.step < FIRST_STEP / 500.0
    }

    /// The bound at the current prices, in parts of [`ONE`]; notes what is covered how often.
    fn value(&mut self) -> i64 {
        self.uncovered.fill(1);
        let mut value: i64 = self.price.iter().sum();
        for worker in 0..self.days.len() {
            let earned = self.dearest_day(worker);
            if earned > ONE {
                value -= earned - ONE;
                self.cover(worker);
            }
        }
        value
    }

    /// What the dearest day of `worker` earns.
    fn dearest_day(&mut self, worker: usize) -> i64 {
        let day = &self.days[worker];
        let tasks = self.instance.skilled.of(worker as u32);
        let width = day.breaks + 1;
        self.from_here.clear();
        self.from_here.resize((tasks.len() + 1) * width, NEVER);
        self.after.clear();
        self.after.resize((tasks.len() + 1) * width, NEVER);
        self.from_here[tasks.len() * width + day.breaks] = 0;
        for place in (0..=tasks.len()).rev() {
            // The task at `place - 1`, or the begin of the day.
            for held in 0..width {
                let mut best = NEVER;
                let ways = &day.next[(place * width + held) * width..][..width - held];
                for (more, &to) in ways.iter().enumerate() {
                    if to != NOWHERE {
                        best = best.max(self.from_here[to as usize * width + held + more]);
                    }
                }
                self.after[place * width + held] = best;
                if place > 0 {
                    let skip = self.from_here[place * width + held];
                    let take = self.price[tasks[place - 1] as usize] + best;
                    self.from_here[(place - 1) * width + held] = skip.max(take);
                }
            }
        }
        self.after[0]
    }

    /// Counts the tasks of the dearest day that was found last.
    fn cover(&mut self, worker: usize) {
        let day = &self.days[worker];
        let tasks = self.instance.skilled.of(worker as u32);
        let width = day.breaks + 1;
        let (mut place, mut held) = (0, 0);
        loop {
            let best = self.after[place * width + held];
            let ways = &day.next[(place * width + held) * width..][..width - held];
            let way = ways.iter().enumerate().find(|&(more, &to)| {
                to != NOWHERE && self.from_here[to as usize * width + held + more] == best
            });
            let Some((more, &to)) = way else { return };
            held += more;
            let mut at = to as usize;
            while at < tasks.len()
                && self.from_here[at * width + held] == self.from_here[(at + 1) * width + held]
            {
                at += 1;
            }
            if at == tasks.len() {
                return;
            }
            self.uncovered[tasks[at] as usize] -= 1;
            place = at + 1;
        }
    }
}
