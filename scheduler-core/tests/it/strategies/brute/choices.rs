//! What a clerk who is idle may start.

use scheduler_core::problem::{BreakTaken, Slot, WalkInBlock};
use scheduler_core::time::{Step, Window};

use super::{Action, Enumeration, State};

/// A state, and what led to it; `None` for doing nothing.
pub(super) type Choice = (State, Option<Action>);

impl Enumeration<'_> {
    /// What `clerk` may do from `step` on.
    pub(super) fn choices(&self, node: usize, clerk: usize, day: usize, step: Step) -> Vec<Choice> {
        let state = &self.nodes[node].state;
        let mut out = vec![(state.clone(), None)];
        if state.clerk_free[clerk] > step {
            return out;
        }
        let shift = self.shift_at(clerk, day, step).unwrap();
        self.breaks(&mut out, state, shift, day, step);
        self.slots(&mut out, state, shift, day, step);
        self.blocks(&mut out, state, shift, day, step);
        out
    }

    fn breaks(&self, out: &mut Vec<Choice>, state: &State, shift: usize, day: usize, step: Step) {
        let worked = &self.problem.shifts[shift];
        let Some(pause) = worked.breaks.first() else { return };
        let window = Window::new(step, step + pause.steps);
        if !state.paused[shift] && pause.window.covers(window) {
            let mut next = state.clone();
            next.paused[shift] = true;
            next.clerk_free[worked.clerk] = window.until;
            out.push((
                next,
                Some(Action::Break(BreakTaken { clerk: worked.clerk, day, window, pinned: false })),
            ));
        }
    }

    fn slots(&self, out: &mut Vec<Choice>, state: &State, shift: usize, day: usize, step: Step) {
        let p = self.problem;
        let worked = &p.shifts[shift];
        for (pool, demanded) in p.pools.iter().enumerate() {
            let here = demanded
                .places
                .iter()
                .any(|&(site_day, w)| site_day == worked.site_day && w.contains(step));
            let until = step + p.services[demanded.service].steps;
            if here && p.pool_value(pool, 1) > 0.0 {
                let window = Window::new(step, until);
                for mut slot in self.rooms_for(state, shift, day, window, demanded.service) {
                    slot.demand = Some(demanded.demand);
                    let mut next = Self::occupied(state, slot.clerk, slot.room, until);
                    next.given[pool] += 1;
                    out.push((next, Some(Action::Slot(slot))));
                }
            }
        }
        for (index, promise) in p.promises.iter().enumerate() {
            let due = promise.site_day == worked.site_day && promise.window.from == step;
            if !due || state.kept[index] || promise.clerk.is_some_and(|c| c != worked.clerk) {
                continue;
            }
            for mut slot in self.rooms_for(state, shift, day, promise.window, promise.service) {
                if promise.room.is_none_or(|room| Some(room) == slot.room) {
                    slot.promise = Some(index);
                    let until = promise.window.until;
                    let mut next = Self::occupied(state, slot.clerk, slot.room, until);
                    next.kept[index] = true;
                    out.push((next, Some(Action::Slot(slot))));
                }
            }
        }
    }

    /// Slots in `window`, one for each room that is free and fits, if the clerk can serve at all.
    fn rooms_for(
        &self,
        state: &State,
        shift: usize,
        day: usize,
        window: Window,
        service: usize,
    ) -> Vec<Slot> {
        let p = self.problem;
        let worked = &p.shifts[shift];
        let able =
            p.services[service].skills.iter().all(|s| p.clerks[worked.clerk].skills.contains(s));
        if !able || !self.may_work(shift, window) {
            return Vec::new();
        }
        let site = p.site_days[worked.site_day].site;
        (0..p.rooms.len())
            .filter(|&room| {
                p.rooms[room].site == site
                    && state.room_free[room] <= window.from
                    && p.services[service]
                        .equipment
                        .iter()
                        .all(|e| p.rooms[room].equipment.contains(e))
            })
            .map(|room| Slot {
                service,
                site,
                day,
                window,
                clerk: worked.clerk,
                room: Some(room),
                demand: None,
                promise: None,
                pinned: false,
            })
            .collect()
    }

    fn blocks(&self, out: &mut Vec<Choice>, state: &State, shift: usize, day: usize, step: Step) {
        let p = self.problem;
        let worked = &p.shifts[shift];
        let site = p.site_days[worked.site_day].site;
        for until in step + 1..=worked.window.until {
            let window = Window::new(step, until);
            let counts: Vec<_> = (0..p.quotas.len())
                .filter(|&quota| {
                    let quota = &p.quotas[quota];
                    quota.site_day == worked.site_day
                        && quota.window.overlaps(window)
                        && quota.skills.iter().all(|s| p.clerks[worked.clerk].skills.contains(s))
                })
                .collect();
            let long_enough = counts.iter().all(|&q| p.quotas[q].block_steps <= window.steps());
            // A block that counts for nothing might as well be idle time.
            if counts.is_empty() || !long_enough || !self.may_work(shift, window) {
                continue;
            }
            let Some(held) = self.held(state, &counts, window) else {
                continue;
            };
            for room in 0..p.rooms.len() {
                if p.rooms[room].site == site && state.room_free[room] <= step {
                    let mut next = Self::occupied(state, worked.clerk, Some(room), until);
                    next.held.clone_from(&held);
                    let block =
                        WalkInBlock { site, day, window, clerk: worked.clerk, room, pinned: false };
                    out.push((next, Some(Action::Block(block))));
                }
            }
        }
    }

    /// Steps held for each quota with a block in `window` more; `None` where that is too much.
    fn held(&self, state: &State, counts: &[usize], window: Window) -> Option<Vec<u32>> {
        let mut held = state.held.clone();
        for &index in counts {
            let quota = &self.problem.quotas[index];
            held[index] += u32::from(quota.window.intersection(window).steps());
            match quota.max_steps {
                Some(most) if held[index] > most => return None,
                Some(_) => {}
                None => held[index] = held[index].min(quota.min_steps),
            }
        }
        Some(held)
    }

    fn may_work(&self, shift: usize, window: Window) -> bool {
        let worked = &self.problem.shifts[shift];
        let open = &self.problem.site_days[worked.site_day].open;
        worked.window.covers(window) && open.iter().any(|open| open.covers(window))
    }

    fn occupied(state: &State, clerk: usize, room: Option<usize>, until: Step) -> State {
        let mut next = state.clone();
        next.clerk_free[clerk] = until;
        if let Some(room) = room {
            next.room_free[room] = until;
        }
        next
    }
}
