//! What services run over the ends of shifts, in the mean, whoever is called when.

use crate::simulate::model::MINUTE;
use crate::simulate::sample::Quantiles;

/// Cells by which service times are known: so many of equal probability, of which the last is halved
/// again and again, as far as that.
const CELLS: u32 = 32;
const HALVES: u32 = 12;

/// A cell of a service's times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::staffing) struct Cell {
    /// Its probability.
    pub(in crate::staffing) weight: f64,
    /// Shortest and longest time in it, in minutes.
    pub(in crate::staffing) shortest: f64,
    pub(in crate::staffing) longest: f64,
}

/// How long a service takes, cell by cell.
pub(in crate::staffing) type ServiceCells = Vec<Cell>;

/// People whose services are alike.
#[derive(Debug, Clone)]
pub(in crate::staffing) struct Kind {
    pub(in crate::staffing) service: usize,
    pub(in crate::staffing) mean: f64,
    pub(in crate::staffing) cells: ServiceCells,
    /// How many come to each site in a cycle, at the most.
    pub(in crate::staffing) counts: Vec<(usize, f64)>,
}

impl Kind {
    pub(in crate::staffing) fn at_site(&self, site: usize) -> f64 {
        self.counts.iter().filter(|(other, _)| *other == site).map(|&(_, count)| count).sum()
    }

    fn count(&self) -> f64 {
        self.counts.iter().map(|&(_, count)| count).sum()
    }
}

/// The cells of a service's times.
pub(in crate::staffing) fn cells_of(duration: &Quantiles) -> ServiceCells {
    let minutes = |bits: u64| f64::from(duration.length(bits as u32)) / f64::from(MINUTE);
    let all = 1_u64 << 32;
    let width = all / u64::from(CELLS);
    let mut edges: Vec<u64> = (0..u64::from(CELLS)).map(|cell| cell * width).collect();
    edges.extend((1..=HALVES).map(|half| all - (width >> half)));
    edges.push(all);
    let cell = |pair: &[u64]| Cell {
        weight: (pair[1] - pair[0]) as f64 / all as f64,
        shortest: minutes(pair[0]),
        longest: minutes(pair[1] - 1),
    };
    edges.windows(2).map(cell).collect()
}

/// How much of services is left in the mean at an instant, whoever is called when: the value of a policy
/// that calls services one after the other to have as much as possible left at the end, where a kind
/// that takes longer than some mean is charged the difference. What is charged is at most that of all
/// who come. Any mean will do: the one is taken that gives least for the shifts that the work may take.
pub(in crate::staffing) fn overrun_of(kinds: &[Kind]) -> (f64, Vec<f64>) {
    /// Minutes of work in a shift, roughly.
    const SHIFT: f64 = 360.0;
    let work: f64 = kinds.iter().map(|kind| kind.count() * kind.mean).sum();
    if work <= 0.0 {
        return (0.0, vec![0.0; kinds.len()]);
    }
    let mut means: Vec<f64> =
        kinds.iter().filter(|kind| kind.count() > 0.0).map(|kind| kind.mean).collect();
    means.sort_by(f64::total_cmp);
    means.dedup_by(|a, b| (*a - *b).abs() < 0.5);
    let all = means.iter().map(|&mean| overrun_beyond(kinds, mean));
    let size = |(most, charges): &(f64, Vec<f64>)| {
        let charged = kinds.iter().zip(charges).map(|(kind, charge)| kind.count() * charge);
        most * work / SHIFT + charged.sum::<f64>()
    };
    let best = all.min_by(|a, b| size(a).total_cmp(&size(b)));
    best.unwrap_or_else(|| (0.0, vec![0.0; kinds.len()]))
}

/// The same for one mean.
fn overrun_beyond(kinds: &[Kind], mean: f64) -> (f64, Vec<f64>) {
    /// Minutes over which the policy may prepare: a day.
    const MINUTES: usize = 720;
    let charges: Vec<f64> = kinds.iter().map(|kind| (kind.mean - mean).max(0.0)).collect();
    let come: Vec<usize> = (0..kinds.len()).filter(|&kind| kinds[kind].count() > 0.0).collect();
    let mut values: Vec<f64> = Vec::with_capacity(MINUTES + 1);
    for left in 0..=MINUTES {
        let of_kind = |&kind: &usize| value(&kinds[kind].cells, charges[kind], left, &values);
        let best = come.iter().map(of_kind).fold(0.0, f64::max);
        values.push(best);
    }
    (values.into_iter().fold(0.0, f64::max), charges)
}

/// What is left in the mean of a service that is called with `left` minutes to go, up to one more, and
/// of those called after it, whose values with fewer minutes are known. A bound from above: each cell
/// counts with the best that any time in it gives.
fn value(cells: &[Cell], charge: f64, left: usize, known: &[f64]) -> f64 {
    // Cells after which as many minutes may be to go as before have the value itself in them.
    let (mut rest, mut again, mut best_again) = (0.0, 0.0, 0.0_f64);
    for &Cell { weight, shortest, longest } in cells {
        let mut best = f64::NEG_INFINITY;
        if longest >= left as f64 {
            best = longest - left as f64 - charge;
        }
        let mut is_again = false;
        if shortest < (left + 1) as f64 {
            let first = (left as f64 - longest).floor().max(0.0) as usize;
            let last = ((left + 1) as f64 - shortest).floor() as usize;
            is_again = last >= left;
            let before = &known[first.min(left)..(last + 1).clamp(first.min(left), left)];
            best = before.iter().fold(best, |a, &b| a.max(b));
        }
        if is_again {
            again += weight;
            best_again = best_again.max(best);
        } else {
            rest += weight * best;
        }
    }
    if again >= 0.999 {
        // Services of no length: one after the other until the longest.
        return cells.iter().map(|cell| cell.longest).fold(0.0, f64::max);
    }
    (rest / (1.0 - again)).max(rest + again * best_again)
}
