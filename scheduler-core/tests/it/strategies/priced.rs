//! Random problems in which stays, breaks and what is asked for have prices.

use proptest::prelude::*;
use scheduler_core::problem::{Break, Cover, Problem, Set, Stretch, Weights};
use scheduler_core::time::Window;

/// What to make of a problem.
#[derive(Debug, Clone)]
pub(crate) struct Prices {
    weights: Weights,
    /// Steps of a stretch; 0 for none.
    stretch: u16,
    counters: u32,
    cover: u32,
    own_rooms: bool,
    without_room: bool,
    second_break: bool,
    absent: bool,
}

/// Any prices, each often 0.
pub(crate) fn prices() -> impl Strategy<Value = Prices> {
    let price = |most: f64| prop_oneof![1 => Just(0.0), 3 => 0.01..most];
    let weights = (price(10.0), price(30.0), price(1.0), price(3.0), price(5.0)).prop_map(
        |(seat, move_, free_minute, break_pair_minute, short_minute)| Weights {
            seat,
            move_,
            free_minute,
            break_pair_minute,
            short_minute,
        },
    );
    let asked = (prop_oneof![Just(0_u16), 1..8_u16], 0..3_u32, 0..3_u32);
    (weights, asked, any::<[bool; 4]>()).prop_map(|(weights, (stretch, counters, cover), flags)| {
        let [own_rooms, without_room, second_break, absent] = flags;
        Prices { weights, stretch, counters, cover, own_rooms, without_room, second_break, absent }
    })
}

impl Prices {
    /// Puts them into `problem`.
    pub(crate) fn apply(&self, problem: &mut Problem) {
        problem.weights = self.weights;
        for quota in &mut problem.quotas {
            quota.counters = self.counters;
            let mut from = quota.window.from;
            while self.stretch > 0 && from < quota.window.until {
                let until = (from + self.stretch).min(quota.window.until);
                let share = f64::from(quota.min_steps) / f64::from(quota.window.steps());
                let steps = (share * f64::from(until - from)).floor() as u32;
                quota.stretches.push(Stretch { window: Window::new(from, until), steps });
                from = until;
            }
        }
        for site_day in 0..problem.site_days.len() {
            let Some(&open) = problem.site_days[site_day].open.first() else { continue };
            if self.cover > 0 {
                problem.site_days[site_day].cover.push(problem.cover.len());
                problem.cover.push(Cover {
                    id: format!("cover-{site_day}"),
                    source: 0,
                    site_day,
                    window: Window::new(open.from, open.until - (open.until - open.from) / 3),
                    least: self.cover,
                    skills: Set::default(),
                });
            }
        }
        if self.own_rooms {
            let rooms = problem.rooms.len();
            for (index, clerk) in problem.clerks.iter_mut().enumerate().step_by(2) {
                clerk.own_room = (rooms > 0).then(|| index % rooms);
            }
        }
        if self.without_room
            && let Some(service) = problem.services.first_mut()
        {
            service.needs_room = false;
            service.equipment = Set::default();
            for promise in problem.promises.iter_mut().filter(|promise| promise.service == 0) {
                promise.room = None;
            }
        }
        for shift in &mut problem.shifts {
            let last = shift.breaks.last().map_or(shift.window.from, |rest| rest.window.until);
            let left = Window::new(last, shift.window.until);
            if self.second_break && left.steps() >= 3 {
                shift.breaks.push(Break { steps: 1, window: left });
            }
            let end = shift.window.until;
            if self.absent
                && shift.window.steps() > 6
                && shift.breaks.iter().all(|rest| rest.window.until <= end - 3)
            {
                shift.absent.push(Window::new(end - 2, end - 1));
            }
        }
    }
}
