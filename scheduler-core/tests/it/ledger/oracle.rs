//! The oracle of the ledger's tests is right itself: three methods that have nothing in common
//! agree on random days.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use scheduler_core::problem::Break;
use scheduler_core::time::{Step, Window};

use crate::strategies::cases;
use crate::strategies::ledger::desks::{Desk, Duty, every_way};
use crate::strategies::ledger::sweep::{
    by_program, matched_at_every_step, possible, through_the_day,
};

const STEPS: Step = 16;

fn window(longest: Step) -> impl Strategy<Value = Window> {
    (0..STEPS, 1..=longest).prop_map(|(from, steps)| Window::new(from, (from + steps).min(STEPS)))
}

fn desk() -> impl Strategy<Value = Desk> {
    let whole = Window::new(0, STEPS);
    let window = prop_oneof![2 => Just(whole), 1 => window(STEPS).prop_filter("too short", |w| w.steps() > 5)];
    let breaks = (1..4_u16, 0..STEPS, 0..4_u16);
    let breaks = prop_oneof![
        1 => vec(breaks.clone(), 0..1),
        2 => vec(breaks.clone(), 1..2),
        1 => vec(breaks, 2..4),
    ];
    let absent = prop_oneof![3 => Just(None), 1 => (0..STEPS, 1..4_u16).prop_map(Some)];
    (window, breaks, absent).prop_map(|(window, breaks, absent)| {
        let breaks = breaks.into_iter().map(|(steps, from, slack)| {
            let from = window.from + from % (window.steps() - steps);
            Break { steps, window: Window::new(from, window.until.min(from + steps + slack)) }
        });
        let absent = absent.map(|(from, steps)| {
            let from = window.from + from % window.steps();
            Window::new(from, window.until.min(from + steps))
        });
        let breaks: Vec<Break> = breaks.collect();
        let mut desk = Desk { window, absent: absent.into_iter().collect(), breaks };
        // What cannot be held even on a day without duties lapses.
        while !desk.can_rest() {
            desk.breaks.pop();
        }
        desk
    })
}

fn duties(desks: usize, most: usize) -> impl Strategy<Value = Vec<Duty>> {
    let able = prop_oneof![1 => Just(u64::MAX), 3 => any::<u64>()];
    let all = (1_u64 << desks) - 1;
    vec(
        (window(4), able).prop_map(move |(window, able)| Duty { window, able: able & all }),
        0..=most,
    )
}

fn day(desks: usize, duties_each: usize) -> impl Strategy<Value = (Vec<Desk>, Vec<Duty>)> {
    vec(desk(), 1..=desks).prop_flat_map(move |desks| {
        let duties = duties(desks.len(), desks.len() * duties_each);
        (Just(desks), duties)
    })
}

/// Runs `test` on random days; it says whether the day was possible. Both answers must be frequent.
fn on_random_days(
    count: u32,
    days: impl Strategy<Value = (Vec<Desk>, Vec<Duty>)>,
    test: impl Fn(&[Desk], &[Duty]) -> Result<bool, TestCaseError>,
) {
    let possible = Cell::new(0);
    let result = TestRunner::new(cases(count)).run(&days, |(desks, duties)| {
        possible.set(possible.get() + u32::from(test(&desks, &duties)?));
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    let share = f64::from(possible.get()) / f64::from(count);
    assert!((0.15..0.85).contains(&share), "{share:.2} of the days are possible");
}

#[test]
fn sweep_and_program_agree_with_enumeration() {
    on_random_days(3000, day(4, 3), |desks, duties| {
        let expected = every_way(desks, duties);
        prop_assert_eq!(through_the_day(desks, duties, usize::MAX), Some(expected));
        prop_assert_eq!(by_program(desks, duties), expected);
        prop_assert!(matched_at_every_step(desks, duties) || !expected);
        Ok(expected)
    });
}

#[test]
fn sweep_and_program_agree_where_enumeration_takes_too_long() {
    on_random_days(400, day(9, 2), |desks, duties| {
        let expected = by_program(desks, duties);
        prop_assert_eq!(through_the_day(desks, duties, usize::MAX), Some(expected));
        prop_assert_eq!(possible(desks, duties), expected);
        Ok(expected)
    });
}
