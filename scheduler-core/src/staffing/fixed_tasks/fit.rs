//! What of a worker's tasks has to go so that one more and all breaks fit.

use super::model::{Break, Span};

const NEVER: u64 = u64::MAX;

/// Room to work in.
#[derive(Debug, Default)]
pub(super) struct Fit {
    /// Tasks beside which the new one fits, and it, in order of time.
    kept: Vec<u32>,
    /// Weight of the tasks before each of `kept`.
    before: Vec<u64>,
    /// By `place * (breaks + 1) + breaks held`: the least weight that goes when the task at that
    /// place is kept and so many breaks are held before its end. Place 0 is the begin of the day.
    least: Vec<u64>,
    /// The state that it comes from.
    from: Vec<u32>,
}

impl Fit {
    /// Whether all breaks fit beside `task` alone.
    pub(super) fn alone_fits(&mut self, spans: &[Span], breaks: &[Break], task: u32) -> bool {
        self.goes(spans, breaks, &[], |_| 0, task, &mut Vec::new()).is_some()
    }

    /// Puts into `out` which tasks of `list` (disjoint, in order of time) have to go for `task` so
    /// that what is left and all `breaks` fit, of least weight; that weight, or `None` where the
    /// task and the breaks do not fit even alone.
    ///
    /// The longest path over (last task kept, breaks held): between two tasks that are kept, breaks
    /// are held as early as they can be, and the next task is the first that begins after them. To
    /// leave one out that fits there gains nothing, as it ends before the next begins.
    pub(super) fn goes(
        &mut self,
        spans: &[Span],
        breaks: &[Break],
        list: &[u32],
        weight: impl Fn(u32) -> u32,
        task: u32,
        out: &mut Vec<u32>,
    ) -> Option<u64> {
        out.clear();
        let span = spans[task as usize];
        self.kept.clear();
        let mut clashing = 0;
        for &other in list {
            if spans[other as usize].overlaps(span) {
                clashing += u64::from(weight(other));
                out.push(other);
            } else {
                self.kept.push(other);
            }
        }
        if breaks.is_empty() {
            return Some(clashing);
        }
        let at = self.kept.partition_point(|&other| spans[other as usize].from < span.from);
        self.kept.insert(at, task);
        self.before.clear();
        let mut sum = 0;
        for &other in &self.kept {
            self.before.push(sum);
            sum += if other == task { 0 } else { u64::from(weight(other)) };
        }
        self.before.push(sum);
        let last = self.sweep(spans, breaks, at)?;
        let cost = clashing + self.least[last];
        self.collect(breaks.len() + 1, last, out);
        Some(cost)
    }

    /// Fills the table; the state of the end of the day. `must` is the place in `kept` of the task
    /// that has to be there.
    fn sweep(&mut self, spans: &[Span], breaks: &[Break], must: usize) -> Option<usize> {
        let (tasks, width) = (self.kept.len(), breaks.len() + 1);
        self.least.clear();
        self.least.resize((tasks + 2) * width, NEVER);
        self.from.clear();
        self.from.resize((tasks + 2) * width, 0);
        self.least[0] = 0;
        for place in 0..=tasks {
            for held in 0..width {
                let state = place * width + held;
                let cost = self.least[state];
                if cost == NEVER {
                    continue;
                }
                let mut free = match place {
                    0 => 0,
                    _ => spans[self.kept[place - 1] as usize].until,
                };
                let mut next = place;
                for more in held..width {
                    if more > held {
                        match breaks[more - 1].earliest_end(free) {
                            Some(end) => free = end,
                            None => break,
                        }
                        while next < tasks && spans[self.kept[next] as usize].from < free {
                            next += 1;
                        }
                    }
                    if place <= must && next > must {
                        break;
                    }
                    let then = (next + 1) * width + more;
                    let cost = cost + self.before[next] - self.before[place];
                    if cost < self.least[then] {
                        self.least[then] = cost;
                        self.from[then] = state as u32;
                    }
                }
            }
        }
        let last = (tasks + 1) * width + width - 1;
        (self.least[last] != NEVER).then_some(last)
    }

    /// Adds the tasks that the way to `state` leaves out.
    fn collect(&self, width: usize, mut state: usize, out: &mut Vec<u32>) {
        while state >= width {
            let from = self.from[state] as usize;
            // `place` p keeps the task p - 1: between are p(from) .. p(state) - 1.
            out.extend(&self.kept[from / width..state / width - 1]);
            state = from;
        }
    }
}
