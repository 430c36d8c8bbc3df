//! Subgradient steps with a scale for each coordinate (Adam).

use crate::plan::worth::TimeWorth;

/// How fast prices move.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// What anybody's time can earn: the unit of all prices.
    pub worth: TimeWorth,
    /// How much of the time that there is for prices has passed, 0 to 1.
    pub progress: f64,
}

/// How much steps have slowed when the time for prices is over; their length falls by the square.
const SLOWEST: f64 = 15.0;

/// However much time there is, steps slow by 1 after so many of them.
const PATIENCE: f64 = 500.0;

impl Pace {
    /// The unit of prices for visits, which are longer than a step on any grid: five minutes on a
    /// fine one.
    fn visit(self) -> f64 {
        self.worth.step.max(self.worth.five_minutes)
    }

    /// By how much less than the price of a visit that of a grid step moves. On a fine grid there are
    /// more of them, and they would drown the others.
    pub(super) fn for_a_step(self) -> f64 {
        self.worth.step / self.visit().max(f64::MIN_POSITIVE)
    }

    fn slowing(self, steps: usize) -> f64 {
        1.0 + (SLOWEST * self.progress).max(steps as f64 / PATIENCE)
    }

    /// Whether steps after `steps` are so short that a bound which does not move will not.
    pub(super) fn is_slow(self, steps: usize) -> bool {
        self.slowing(steps) > 0.6 * SLOWEST
    }

    /// Length of a step of prices that are not for a grid step, after `steps` of them. The bound's distance to the best is proportional to
    /// it while it falls, so it must fall fast, but not so fast that prices stop on the way.
    fn rate(self, steps: usize) -> f64 {
        let slowing = self.slowing(steps);
        self.visit() / (6.0 * slowing * slowing)
    }
}

/// Subgradient steps with a scale for each coordinate.
#[derive(Debug, Default)]
pub(super) struct PriceStep {
    mean: Vec<f64>,
    square: Vec<f64>,
    count: i32,
    /// Steps that have shortened the next, see [`Pace`].
    steps: usize,
}

/// Memory of the mean subgradient and of its mean square.
const MEAN_DECAY: f64 = 0.95;
const SQUARE_DECAY: f64 = 0.99;

impl PriceStep {
    pub(super) fn new(coordinates: usize) -> Self {
        Self { mean: vec![0.0; coordinates], square: vec![0.0; coordinates], count: 0, steps: 0 }
    }

    /// Goes on with other coordinates: `spread` makes those of theirs out of the present ones.
    pub(super) fn spread(&mut self, spread: impl Fn(&mut Vec<f64>)) {
        spread(&mut self.mean);
        spread(&mut self.square);
    }

    /// Begins a step; the result goes to [`Self::change`].
    pub(super) fn begin(&mut self, pace: Pace) -> (f64, f64) {
        self.steps += 1;
        let rate = pace.rate(self.steps);
        self.count = self.count.saturating_add(1);
        (rate / (1.0 - MEAN_DECAY.powi(self.count)), 1.0 / (1.0 - SQUARE_DECAY.powi(self.count)))
    }

    /// How coordinate `i` changes against its subgradient.
    #[inline]
    pub(super) fn change(&mut self, i: usize, slope: f64, (rate, unbias): (f64, f64)) -> f64 {
        let mean = &mut self.mean[i];
        *mean += (1.0 - MEAN_DECAY) * (slope - *mean);
        let square = &mut self.square[i];
        *square += (1.0 - SQUARE_DECAY) * (slope * slope - *square);
        -rate * *mean / ((*square * unbias).sqrt() + 1e-9)
    }
}
