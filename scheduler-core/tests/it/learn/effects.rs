//! What differs from the usual is found, and what hides arrivals does not bias rates.

use scheduler_core::learn::synthetic::{Truth, history};
use scheduler_core::learn::{
    DAY, DurationShape, LearnOptions, Learned, Learner, MINUTE, Outcome, SpecialKind, Unknown,
    Visit, weekday,
};

/// Numbers between 0 and 1 that look random enough.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as f64 + 0.5) / (1_u64 << 31) as f64
    }
}

fn visits(truth: &Truth, seed: u64) -> Vec<Visit> {
    let mut visits = Vec::new();
    history(truth, seed, |visit| visits.push(visit));
    visits
}

fn learn(truth: &Truth, visits: impl IntoIterator<Item = Visit>) -> Learned {
    let mut learner = Learner::new(truth.sites.len(), &truth.planned());
    visits.into_iter().for_each(|visit| learner.add(&visit));
    learner.finish(&LearnOptions::default())
}

fn walked_in(visit: &Visit) -> Option<i64> {
    visit.appointment_at.is_none().then_some(visit.arrived_at).flatten()
}

fn days(days: i64) -> Truth {
    Truth { days, ..Truth::default() }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let truth = days(120);
    let rows = visits(&truth, 1);
    let mut backwards = rows.clone();
    backwards.reverse();
    let (forwards, backwards) = (learn(&truth, rows), learn(&truth, backwards));
    assert_eq!(forwards.walk_ins, backwards.walk_ins);
    assert_eq!(forwards.bookings, backwards.bookings);
    assert_eq!(forwards.no_shows, backwards.no_shows);
    assert_eq!(forwards.lateness, backwards.lateness);
}

#[test]
fn growth_is_found_and_rates_are_those_of_the_end() {
    let truth = days(900);
    let mut chance = Chance(5);
    // From half of the people at the begin to all of them at the end.
    let grows = |visit: &Visit| {
        let day = visit.date().unwrap() - truth.first_date;
        walked_in(visit).is_none() || chance.next() < 0.5 + 0.5 * day as f64 / 900.0
    };
    let learned = learn(&truth, visits(&truth, 2).into_iter().filter(grows));
    let trend = learned.walk_ins[0].trend.unwrap();
    // Doubled in 2.46 years, if evenly: by a third a year.
    assert!((1.2..1.45).contains(&trend.value) && trend.low > 1.1, "{trend:?}");
    let monday = learned.walk_ins[0].weekdays[0].per_day;
    let at_end = truth.sites[0].walk_ins[0].iter().sum::<f64>() / 2.0;
    assert!((monday.value / at_end - 1.0).abs() < 0.15, "{monday:?} {at_end}");
    assert!(!learned.unknown.iter().any(|unknown| matches!(unknown, Unknown::Season { .. })));
    let short = learn(&days(200), visits(&days(200), 2));
    assert_eq!(short.walk_ins[0].trend, None);
    assert!(short.unknown.contains(&Unknown::Season { days: 200 - 1 }), "{:?}", short.unknown);
}

#[test]
fn stopped_tickets_hide_nobody_from_the_rates() {
    let truth = days(300);
    // Every third Thursday nobody gets in after eleven.
    let stops = |date: i64| weekday(date) == 3 && date % 21 < 7;
    let open = |visit: &Visit| {
        walked_in(visit).is_none_or(|at| !stops(at.div_euclid(DAY)) || at % DAY < 660 * MINUTE)
    };
    let learned = learn(&truth, visits(&truth, 3).into_iter().filter(open));
    let site = &learned.walk_ins[0];
    assert!((12..18).contains(&site.stopped_days), "{}", site.stopped_days);
    let thursday = &site.weekdays[3];
    let afternoon = thursday.half_hours.iter().filter(|rate| rate.half_hour >= 23);
    let found: f64 = afternoon.map(|rate| rate.per_hour.value / 2.0).sum();
    let expected: f64 = truth.sites[0].walk_ins[3][23..].iter().sum::<f64>() / 2.0;
    // Counted in, the third of the days without anybody would give two thirds.
    assert!((found / expected - 1.0).abs() < 0.12, "{found} {expected}");
    assert!(learned.unknown.iter().any(|of| matches!(of, Unknown::StoppedTickets { .. })));
}

#[test]
fn days_after_closed_ones_see_more() {
    let truth = days(400);
    let closed = |date: i64| weekday(date) == 0 && date % 28 < 7;
    let mut rows = visits(&truth, 4);
    let extra: Vec<Visit> = rows
        .iter()
        .filter(|visit| visit.date().is_some_and(|date| closed(date - 1)))
        .filter(|visit| walked_in(visit).is_some_and(|at| at % 5 < 2))
        .copied()
        .collect();
    rows.retain(|visit| visit.date().is_some_and(|date| !closed(date)));
    let learned = learn(&truth, rows.into_iter().chain(extra));
    let special = learned.walk_ins[0].special.iter();
    let after = special.clone().find(|of| of.kind == SpecialKind::AfterClosure).unwrap();
    // Two of five came twice; the weekday's mean has them in it, too.
    assert!((1.15..1.5).contains(&after.factor.value) && after.factor.low > 1.05, "{after:?}");
    let month = special.clone().find(|of| of.kind == SpecialKind::MonthEnd).unwrap();
    assert!(month.factor.holds(1.0) || (month.factor.value - 1.0).abs() < 0.1, "{month:?}");
}

#[test]
fn the_distribution_that_fits_better_is_taken() {
    let truth = days(200);
    let mut chance = Chance(9);
    let learned = learn(
        &truth,
        visits(&truth, 5).into_iter().map(|mut visit| {
            if let (Some(called), 0) = (visit.called_at, visit.service) {
                // Four exponential stages: a gamma distribution of shape 4.
                let minutes: f64 = (0..4).map(|_| -3.0 * chance.next().ln()).sum();
                visit.finished_at = Some(called + (minutes * MINUTE as f64) as i64);
            }
            visit
        }),
    );
    let shapes: Vec<DurationShape> = learned.durations.iter().map(|of| of.shape).collect();
    assert_eq!(shapes[..2], [DurationShape::Gamma, DurationShape::Lognormal]);
    let one = learned.durations[0].persons[0];
    assert!((one.mean.value - 12.0).abs() < 0.3 && one.cv.holds(0.5), "{one:?}");
    // The 95 % quantile of that gamma distribution is 23.26 minutes.
    assert!((one.suffices - 23.26).abs() < 0.6, "{}", one.suffices);
}

#[test]
fn who_left_an_earlier_slot_free_is_found() {
    let truth = days(30);
    let at = |day: i64, hour: i64| (truth.first_date + day) * DAY + hour * 60 * MINUTE;
    let book = |booked: i64, appointment: i64| Visit {
        site: 0,
        service: 0,
        persons: 1,
        booked_at: Some(booked),
        appointment_at: Some(appointment),
        arrived_at: None,
        called_at: None,
        finished_at: None,
        counter: None,
        clerk: None,
        outcome: Outcome::Cancelled,
    };
    // On each day one books for the day after next at nine, then one for tomorrow: the first left
    // tomorrow's slot free, the second took the first that was.
    let rows = (0..40)
        .flat_map(|day| [book(at(day, 10), at(day + 2, 9)), book(at(day, 11), at(day + 1, 9))]);
    let lead = learn(&truth, rows).bookings.lead.unwrap();
    assert!((lead.first_free.value - 0.5).abs() < 0.02, "{lead:?}");
    let (mean, cv) = lead.others.unwrap();
    assert!((mean.value - 47.0 / 24.0).abs() < 1e-9 && cv < 1e-3, "{lead:?}");
    assert_eq!((lead.mean, lead.median, lead.horizon), (1.5, 1.0, 2));
}

#[test]
fn lengths_that_cannot_be_true_are_left_out() {
    let truth = days(120);
    let plain = learn(&truth, visits(&truth, 6));
    let forgotten = learn(
        &truth,
        visits(&truth, 6).into_iter().enumerate().map(|(row, mut visit)| {
            if let (Some(called), true) = (visit.called_at, row % 50 == 0) {
                // Nobody pressed the button until the next day, or pressed it twice.
                let late = if row % 100 == 0 { DAY } else { 200 };
                visit.finished_at = Some(called + late);
            }
            visit
        }),
    );
    assert!(forgotten.durations_left_out > 50);
    let mean = |learned: &Learned| learned.durations[0].persons[0].mean.value;
    assert!((mean(&plain) - mean(&forgotten)).abs() < 0.2);
}
