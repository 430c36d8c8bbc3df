//! The distribution of an office with two lines, of which the first is always called first.

use crate::analytic::poisson::Masses;

/// A row or column of less probability than this is dropped.
const NOTHING: f64 = 1e-22;

/// Both lines, and how many servers are busy while there are none.
///
/// With a server free nobody waits: `idle[n]` is the probability of `n` busy servers, fewer than
/// there are. With all busy, `lines[a·stride + b]` is that of `a` waiting in the first line and `b`
/// in the second.
#[derive(Debug, Clone)]
pub(super) struct Queues {
    servers: usize,
    idle: Vec<f64>,
    lines: Vec<f64>,
    /// Lengths of the lines that have some probability, from 0 on: first, second.
    rows: usize,
    columns: usize,
    stride: usize,
}

/// Time spent in states, summed up, over a stretch of time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    pub(super) first_waiting: f64,
    pub(super) second_waiting: f64,
    /// Time in which a customer of the second line would leave at once.
    pub(super) would_leave: f64,
}

/// What does not change for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rates {
    /// Arrivals to the second line.
    pub(super) arrivals: f64,
    pub(super) service: f64,
    /// Longest second line.
    pub(super) limit: Option<usize>,
}

impl Queues {
    /// Nobody in the building. Lines may grow to `most_first` and `most_second`.
    pub(super) fn nobody(servers: u32, most_first: usize, most_second: usize) -> Self {
        let servers = servers as usize;
        let mut idle = vec![0.0; servers];
        idle[0] = 1.0;
        let stride = most_second + 1;
        Self {
            servers,
            idle,
            lines: vec![0.0; stride * (most_first + 1)],
            rows: 1,
            columns: 1,
            stride,
        }
    }

    fn most_rows(&self) -> usize {
        self.lines.len() / self.stride
    }

    pub(super) fn p_empty(&self) -> f64 {
        self.idle[0]
    }

    /// A customer of the first line comes with probability `show`.
    pub(super) fn join_first(&mut self, show: f64) {
        let stays = 1.0 - show;
        if self.rows < self.most_rows() {
            self.rows += 1;
        }
        for row in (1..self.rows).rev() {
            for column in 0..self.columns {
                let before = self.lines[(row - 1) * self.stride + column];
                let place = &mut self.lines[row * self.stride + column];
                *place = *place * stays + before * show;
            }
        }
        for place in &mut self.lines[..self.columns] {
            *place *= stays;
        }
        self.lines[0] += self.idle[self.servers - 1] * show;
        for busy in (1..self.servers).rev() {
            self.idle[busy] = self.idle[busy] * stays + self.idle[busy - 1] * show;
        }
        self.idle[0] *= stays;
    }

    /// Lets `duration` pass, by uniformisation as for one line.
    pub(super) fn advance(&mut self, rates: Rates, duration: f64, scratch: &mut Scratch) -> Spent {
        if duration <= 0.0 {
            return Spent::default();
        }
        let fastest = rates.arrivals + self.servers as f64 * rates.service;
        let jumps = Masses::new(fastest * duration);
        let limit = rates.limit.unwrap_or(usize::MAX);
        let mut spent = Spent::default();
        scratch.idle.clear();
        scratch.idle.resize(self.servers, 0.0);
        scratch.mixed.clear();
        scratch.mixed.resize(self.lines.len(), 0.0);
        scratch.next.resize(self.lines.len(), 0.0);
        let (mut rows, mut columns) = (0, 0);
        // P(more than k jumps), taken down from 1 as the jumps are counted up.
        let mut later = 1.0_f64;
        for k in 0..jumps.end() {
            let mass = k.checked_sub(jumps.first).map_or(0.0, |index| jumps.masses[index]);
            later = if k + 1 == jumps.end() { 0.0 } else { (later - mass).max(0.0) };
            spent.add(&self.measure(limit), later / fastest);
            if mass > 0.0 {
                rows = rows.max(self.rows);
                columns = columns.max(self.columns);
                for (sum, value) in scratch.idle.iter_mut().zip(&self.idle) {
                    *sum += mass * value;
                }
                for row in 0..self.rows {
                    let at = row * self.stride;
                    let from = &self.lines[at..at + self.columns];
                    for (sum, value) in scratch.mixed[at..at + self.columns].iter_mut().zip(from) {
                        *sum += mass * value;
                    }
                }
            }
            if k + 1 < jumps.end() {
                self.jump(rates, fastest, limit, scratch);
            }
        }
        self.idle.copy_from_slice(&scratch.idle);
        std::mem::swap(&mut self.lines, &mut scratch.mixed);
        (self.rows, self.columns) = (rows, columns);
        self.trim();
        spent
    }

    /// One jump of the uniformised chain.
    fn jump(&mut self, rates: Rates, fastest: f64, limit: usize, scratch: &mut Scratch) {
        let up = rates.arrivals / fastest;
        let one_down = rates.service / fastest;
        let down = self.servers as f64 * one_down;
        let most = self.stride.min(limit.saturating_add(1));
        let grown = if up > 0.0 { (self.columns + 1).min(most) } else { self.columns };
        let (stride, next) = (self.stride, &mut scratch.next);
        for row in 0..self.rows {
            let at = row * stride;
            let to = &mut next[at..at + grown];
            let from = &self.lines[at..at + self.columns];
            // Arrivals lengthen the second line, or are refused where it is full.
            to[0] = 0.0;
            let moved = from.len().min(grown - 1);
            for (to, from) in to[1..].iter_mut().zip(from) {
                *to = up * from;
            }
            if let Some(refused) = from.get(moved) {
                to[grown - 1] += up * refused;
            }
            // A departure calls the first line, else the second.
            if row + 1 < self.rows {
                let longer = &self.lines[at + stride..at + stride + self.columns];
                for (to, from) in to.iter_mut().zip(longer) {
                    *to += down * from;
                }
            }
            if row == 0 {
                for (to, from) in to.iter_mut().zip(&from[1..]) {
                    *to += down * from;
                }
            }
        }
        let last = self.servers - 1;
        next[0] += up * self.idle[last];
        let mut before = 0.0;
        for busy in 0..self.servers {
            let now = self.idle[busy];
            let after = if busy == last { self.lines[0] } else { self.idle[busy + 1] };
            let leaving = busy as f64 * one_down;
            self.idle[busy] =
                now * (1.0 - up - leaving) + before * up + after * (busy + 1) as f64 * one_down;
            before = now;
        }
        std::mem::swap(&mut self.lines, next);
        self.columns = grown;
        self.trim();
    }

    /// Drops rows and columns that weigh nothing.
    fn trim(&mut self) {
        let (stride, columns) = (self.stride, self.columns);
        while self.rows > 1 {
            let at = (self.rows - 1) * stride;
            if self.lines[at..at + columns].iter().sum::<f64>() >= NOTHING {
                break;
            }
            self.lines[at..at + columns].fill(0.0);
            self.rows -= 1;
        }
        while self.columns > 1 {
            let places = (0..self.rows).map(|row| row * stride + self.columns - 1);
            if places.clone().map(|place| self.lines[place]).sum::<f64>() >= NOTHING {
                break;
            }
            places.for_each(|place| self.lines[place] = 0.0);
            self.columns -= 1;
        }
    }

    /// Means of the lengths of the lines, and the probability that the second is full.
    fn measure(&self, limit: usize) -> Spent {
        let mut now = Spent::default();
        for row in 0..self.rows {
            let at = row * self.stride;
            let (mut all, mut second) = (0.0, 0.0);
            for (column, mass) in self.lines[at..at + self.columns].iter().enumerate() {
                all += mass;
                second += column as f64 * mass;
            }
            now.first_waiting += row as f64 * all;
            now.second_waiting += second;
            if limit < self.columns {
                now.would_leave += self.lines[at + limit];
            }
        }
        now
    }

    /// Where nobody comes any more: mean time until nobody is in the building, and mean sums of
    /// the waits of the first and the second line until then.
    pub(super) fn run_out(&self, service: f64) -> (f64, f64, f64) {
        let capacity = self.servers as f64 * service;
        let (mut time, mut last_ones) = (0.0, 0.0);
        for (busy, mass) in self.idle.iter().enumerate() {
            time += mass * last_ones / service;
            last_ones += ((busy + 1) as f64).recip();
        }
        let (mut first, mut second) = (0.0, 0.0);
        for row in 0..self.rows {
            for column in 0..self.columns {
                let mass = self.lines[row * self.stride + column];
                let (a, b) = (row as f64, column as f64);
                time += mass * ((a + b) / capacity + last_ones / service);
                first += mass * 0.5 * a * (a + 1.0) / capacity;
                second += mass * (a * b + 0.5 * b * (b + 1.0)) / capacity;
            }
        }
        (time, first, second)
    }
}

impl Spent {
    fn add(&mut self, now: &Self, time: f64) {
        self.first_waiting += time * now.first_waiting;
        self.second_waiting += time * now.second_waiting;
        self.would_leave += time * now.would_leave;
    }
}

/// Buffers of [`Queues::advance`].
#[derive(Debug, Default)]
pub(super) struct Scratch {
    idle: Vec<f64>,
    mixed: Vec<f64>,
    next: Vec<f64>,
}
