//! Reads the best path back.

use super::{
    BLOCK, BLOCK_END, BREAK, ENTER, IDLE, KEPT, LEAVE, NEVER, PROMISE, Recreate, SIT, START, Span,
    Stretch, in_kind,
};
use crate::plan::lns::seated::{pricing::strange_price, seats::kind_of};
use crate::plan::lns::{
    parameters::Parameters,
    state::{Item, NO_KIND, Task},
};
use crate::problem::site_day::SiteDayModel;

impl Recreate {
    /// Reads the best path back. False where there is none.
    #[expect(clippy::too_many_lines, reason = "one case for each kind of step on a path")]
    pub(super) fn trace(
        &mut self,
        day: &SiteDayModel,
        parameters: Parameters,
        stretch: Stretch<'_>,
    ) -> bool {
        let width = stretch.until - stretch.from;
        let kinds = self.kinds.len();
        let (mut best, mut end, mut joins) = (f64::NEG_INFINITY, 0, false);
        for layer in 0..self.layers {
            let due = (self.layers - 1 - layer) as f64;
            let base = self.node(width, layer, 0);
            for mode in 0..SIT + kinds {
                let value = self.labels[base + mode].value - parameters.missing_task * due;
                let joined = mode.checked_sub(SIT).is_some_and(|c| {
                    stretch.right.is_some_and(|stay| stay.kind == self.kinds[c])
                        && stretch.right_holds
                });
                let price = match stretch.right {
                    Some(_) if joined => 0.0,
                    Some(stay) if mode == NEVER => {
                        day.seat_price + strange_price(day, stretch.shift, stay.kind)
                    }
                    Some(stay) => day.move_price + strange_price(day, stretch.shift, stay.kind),
                    None => 0.0,
                };
                if value - price > best {
                    (best, end, joins) = (value - price, base + mode, joined);
                }
            }
        }
        if best == f64::NEG_INFINITY {
            return false;
        }
        self.items.clear();
        self.spans.clear();
        self.fresh.clear();
        // Backwards: the stay that is open is the last of `spans`.
        let mut node = end;
        let mut sits = (node % self.modes) >= SIT;
        let mode_kind = |node: usize, modes: usize, list: &[u16]| -> u16 {
            let mode = node % modes;
            list.get((mode - SIT) % list.len().max(1)).copied().unwrap_or(NO_KIND)
        };
        let empty =
            |kind, to_right| Span { kind, start: u16::MAX, end: 0, from_left: false, to_right };
        if sits {
            self.spans.push(empty(mode_kind(node, self.modes, &self.kinds), joins));
        }
        loop {
            let label = self.labels[node];
            if label.from == START {
                if sits && let Some(span) = self.spans.last_mut() {
                    span.from_left = true;
                }
                break;
            }
            let before = label.from as usize;
            let start = (stretch.from + usize::from(self.labels[before].at)) as u16;
            let until = (stretch.from + usize::from(label.at)) as u16;
            let kind = if sits { mode_kind(node, self.modes, &self.kinds) } else { NO_KIND };
            let mut add = |task, fresh: bool| {
                let item = Item { start, end: until, task };
                self.items.push(item);
                if fresh {
                    match self.fresh.last_mut() {
                        Some(next)
                            if matches!(task, Task::Block { .. })
                                && next.task == task
                                && next.start == until =>
                        {
                            next.start = start;
                        }
                        _ => self.fresh.push(item),
                    }
                }
                if kind_of(&item).is_some()
                    && let Some(span) = self.spans.last_mut()
                {
                    span.start = span.start.min(start);
                    span.end = span.end.max(until);
                }
            };
            match label.arc {
                IDLE | BLOCK_END => {}
                ENTER => sits = false,
                LEAVE => {
                    sits = true;
                    self.spans.push(empty(mode_kind(before, self.modes, &self.kinds), false));
                }
                BLOCK => add(Task::Block { kind }, true),
                BREAK => add(Task::Break { index: label.what }, true),
                KEPT => {
                    let task = stretch.kept[usize::from(label.what)].task;
                    add(if sits { in_kind(task, kind) } else { task }, false);
                }
                PROMISE => {
                    let needs_room = day.promises[usize::from(label.what)].needs_room;
                    let kind = if needs_room { kind } else { NO_KIND };
                    add(Task::Promise { promise: label.what, kind }, true);
                }
                service => {
                    let needs_room = day.services[usize::from(service)].class.is_some();
                    let kind = if needs_room { kind } else { NO_KIND };
                    add(Task::Slot { service, pool: label.what, kind }, true);
                }
            }
            node = before;
        }
        self.items.reverse();
        self.fresh.reverse();
        self.spans.reverse();
        self.spans.retain(|span| span.start < span.end || (span.from_left && span.to_right));
        true
    }
}
