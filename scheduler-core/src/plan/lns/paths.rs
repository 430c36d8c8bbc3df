//! A state that begins from days of clerks which may not fit together yet.

use super::{
    parameters::MOVES_TO_COMPLETE,
    search::{SiteDaySearch, Workspace},
    seated::Stay,
    state::{Item, NO_KIND, State, Task},
};
use crate::plan::lagrangian::{DayPath, Doing};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// Makes what fits together of these days, by shift, the state: the longest stays come first,
    /// and a promise is kept by the first who has it and a room for it. Where stays have no price
    /// nothing happens.
    pub(crate) fn begin_from_paths(&mut self, day: &SiteDayModel, paths: &[DayPath]) {
        let Some(pricing) = self.pricing.take() else { return };
        let mut state = State::new(day, Some(&pricing));
        let seats = seats(day, &mut state, paths);
        let mut kept = vec![false; day.promises.len()];
        for (shift, path) in paths.iter().enumerate() {
            let mut spans: Vec<Stay> =
                seats[shift].iter().map(|&stay| Stay { start: u16::MAX, end: 0, ..stay }).collect();
            for &(from, until, doing) in &path.tasks {
                let holds =
                    |stay: &Stay| usize::from(stay.start) <= from && until <= usize::from(stay.end);
                let at = seats[shift].iter().position(holds).filter(|_| needs_room(day, doing));
                if at.is_none() && needs_room(day, doing) {
                    continue;
                }
                let kind = at.map_or(NO_KIND, |at| seats[shift][at].kind);
                let task = match doing {
                    Doing::Slot { service, pool } => Task::Slot { service, pool, kind },
                    Doing::Promise(promise) => {
                        if std::mem::replace(&mut kept[usize::from(promise)], true) {
                            continue;
                        }
                        Task::Promise { promise, kind }
                    }
                    Doing::Block => Task::Block { kind },
                    Doing::Break(index) => Task::Break { index },
                };
                let item = Item { start: from as u16, end: until as u16, task };
                state.book(day, &pricing, shift, item, 1);
                state.items[shift].push(item);
                if let Some(span) = at.and_then(|at| spans.get_mut(at)) {
                    span.start = span.start.min(item.start);
                    span.end = span.end.max(item.end);
                }
            }
            // A stay goes from its first task to its last.
            for &stay in &seats[shift] {
                state.sit(day, stay, -1);
            }
            for span in spans.into_iter().filter(|span| span.start < span.end) {
                state.sit_down(day, shift, span.kind, (span.start, span.end));
            }
        }
        self.state = state;
        self.pricing = Some(pricing);
    }

    /// Completes the state to a plan; goes on with it if it is better than the best so far, else
    /// with that.
    pub(crate) fn complete_paths(
        &mut self,
        day: &SiteDayModel,
        work: &mut Workspace,
        give_up: &dyn Fn() -> bool,
    ) {
        let before = (self.best.clone(), self.best_score);
        self.score = self.evaluate(day, &work.marginals);
        if let (Some(pricing), Some(buffers)) = (self.pricing.take(), &mut work.seated) {
            self.keep_best();
            // Little is missing: moves around it cost less than an ejection pool, which does not
            // know what sitting down costs.
            for _ in 0..MOVES_TO_COMPLETE * day.shifts.len() {
                if self.state.missing(day).is_none() || give_up() {
                    break;
                }
                let cold = f64::MIN_POSITIVE;
                self.step_seated(day, &pricing, &work.marginals, buffers, cold);
            }
            self.complete_seated(day, &pricing, &work.marginals, buffers, give_up);
            self.pricing = Some(pricing);
        }
        if before.1 >= self.best_score {
            (self.best, self.best_score) = before;
        }
        self.return_to_best();
    }
}

/// Takes rooms for the stays, or for what of them is left; by shift, in order of time.
fn seats(day: &SiteDayModel, state: &mut State, paths: &[DayPath]) -> Vec<Vec<Stay>> {
    let mut stays: Vec<(usize, Stay)> = Vec::new();
    for (shift, path) in paths.iter().enumerate() {
        stays.extend(path.stays.iter().map(|&(kind, from, until)| {
            (shift, Stay { kind, start: from as u16, end: until as u16 })
        }));
    }
    stays.sort_by_key(|&(shift, stay)| {
        (std::cmp::Reverse(stay.end - stay.start), stay.start, shift)
    });
    let mut seats: Vec<Vec<Stay>> = vec![Vec::new(); paths.len()];
    for (shift, stay) in stays {
        let mut start = stay.start;
        for t in stay.start..=stay.end {
            let is_free =
                t < stay.end && state.rooms_left(day, shift, stay.kind, usize::from(t)) > 0;
            if is_free {
                continue;
            }
            if start < t {
                let run = Stay { start, end: t, ..stay };
                state.sit(day, run, 1);
                seats[shift].push(run);
            }
            start = t + 1;
        }
    }
    for list in &mut seats {
        list.sort_by_key(|stay| stay.start);
    }
    seats
}

fn needs_room(day: &SiteDayModel, doing: Doing) -> bool {
    match doing {
        Doing::Slot { service, .. } => day.services[usize::from(service)].class.is_some(),
        Doing::Promise(promise) => day.promises[usize::from(promise)].needs_room,
        Doing::Block => true,
        Doing::Break(_) => false,
    }
}
