//! From quantities to places on a picture, with round numbers beside the axis.

/// Maps quantities linearly to places; what lies outside is drawn at the edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    from: f64,
    until: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// `from` is drawn at `start`, `until` at `end`.
    pub(super) fn new((from, until): (f64, f64), (start, end): (f64, f64)) -> Self {
        Self { from, until, start, end }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        let share = (value - self.from) / (self.until - self.from);
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self.start + share * (self.end - self.start)
    }
}

/// Round numbers that cover a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ticks {
    pub(super) from: f64,
    pub(super) until: f64,
    step: f64,
}

impl Ticks {
    /// About `count` steps of 1, 2 or 5 times a power of ten, from at or below `from` to at or
    /// above `until`.
    pub(super) fn covering(from: f64, until: f64, count: usize) -> Self {
        let span = until - from;
        let span = if span.is_finite() && span > 0.0 { span } else { until.abs().max(1.0) };
        let raw = span / count.max(1) as f64;
        let power = 10_f64.powi(raw.log10().floor() as i32);
        let times = [1.0, 2.0, 5.0, 10.0].into_iter().find(|times| times * power >= raw * 0.999);
        let step = times.unwrap_or(10.0) * power;
        let from = (from / step + 1e-9).floor() * step;
        let steps = ((from.max(until) - from) / step - 1e-9).ceil().max(1.0);
        Self { from, until: from + steps * step, step }
    }

    /// From zero to at or above `most`.
    pub(super) fn from_zero(most: f64, count: usize) -> Self {
        Self::covering(0.0, if most.is_finite() && most > 0.0 { most } else { 1.0 }, count)
    }

    pub(super) fn domain(&self) -> (f64, f64) {
        (self.from, self.until)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let Self { from, until, step } = *self;
        let steps = ((until - from) / step).round() as u32;
        (0..=steps).map(move |index| from + f64::from(index) * step)
    }

    /// Digits after the point that tell the ticks apart.
    pub(super) fn decimals(&self) -> usize {
        (-self.step.log10().floor()).clamp(0.0, 6.0) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(from: f64, until: f64, count: usize) -> (Vec<f64>, usize) {
        let ticks = Ticks::covering(from, until, count);
        let rounded = ticks.values().map(|value| (value * 1e6).round() / 1e6);
        (rounded.collect(), ticks.decimals())
    }

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(ticks(0.0, 93.0, 5), (vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0], 0));
        assert_eq!(ticks(0.0, 0.35, 4), (vec![0.0, 0.1, 0.2, 0.3, 0.4], 1));
        assert_eq!(
            ticks(51_000.0, 54_100.0, 4),
            (vec![51_000.0, 52_000.0, 53_000.0, 54_000.0, 55_000.0], 0)
        );
        assert_eq!(ticks(-3.0, 4.0, 3), (vec![-5.0, 0.0, 5.0], 0));
    }

    #[test]
    fn ranges_of_no_length_and_no_number_have_ticks_too() {
        for (from, until) in [(0.0, 0.0), (7.0, 7.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            let ticks = Ticks::covering(from, until, 4);
            assert!(ticks.values().take(100).count() < 100, "{from} {until}");
        }
        assert_eq!(Ticks::from_zero(f64::INFINITY, 1).domain(), (0.0, 1.0));
    }

    #[test]
    fn a_scale_keeps_to_its_edges() {
        let scale = Scale::new((0.0, 10.0), (100.0, 200.0));
        assert_eq!([-5.0, 0.0, 2.5, 99.0].map(|v| scale.at(v)), [100.0, 100.0, 125.0, 200.0]);
        assert_eq!(Scale::new((1.0, 1.0), (0.0, 9.0)).at(1.0), 0.0);
    }
}
