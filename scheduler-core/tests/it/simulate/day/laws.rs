//! Laws of any day.

use proptest::{prelude::*, strategy::ValueTree};
use scheduler_core::simulate::{
    model::{ArrivalSegment, Booking, Channel, Clerk, CustomerKind, DayModel},
    random::Draws,
    service_day::{PreparedDay, Scratch, Today, run_day},
    tally::Tally,
};

use super::{
    judge::{Seen, judge, see},
    strategy::{QUEUES, after, day, one_line},
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_judge_finds_nothing_in_any_day(model in day(), seed in 0_u64..1000) {
        let (seen, end) = see(&model, seed);
        let wrong = judge(&model, &seen, &end);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn whoever_comes_comes_whoever_is_on_duty(model in day(), seed in 0_u64..1000) {
        let everybody = |model: &DayModel| {
            let (seen, _) = see(model, seed);
            let served = seen.visits.iter().map(|v| (v.arrival, v.kind, v.index, v.entity));
            let left = seen.leavers.iter().map(|l| (l.arrival, l.kind, l.index, l.entity));
            let mut all: Vec<_> = served.chain(left).collect();
            all.sort_unstable();
            all
        };
        let nobody = DayModel { clerks: Vec::new(), ..model.clone() };
        prop_assert_eq!(everybody(&model), everybody(&nobody));
    }

    #[test]
    fn one_more_clerk_never_raises_a_wait_in_one_line(model in one_line(), seed in 0_u64..1000) {
        let more = DayModel {
            clerks: model.clerks.iter().cloned().chain(model.clerks.first().cloned()).collect(),
            ..model.clone()
        };
        let waits = |model: &DayModel| {
            let (seen, _) = see(model, seed);
            let waits = seen.visits.iter().map(|v| ((v.arrival, v.kind, v.index), v.wait()));
            let mut waits: Vec<_> = waits.collect();
            waits.sort_unstable();
            waits
        };
        for (before, now) in waits(&model).into_iter().zip(waits(&more)) {
            prop_assert_eq!(before.0, now.0);
            prop_assert!(now.1 <= before.1, "{now:?} after {before:?}");
        }
    }

    #[test]
    fn an_office_where_nobody_comes_is_empty(model in day(), seed in 0_u64..1000) {
        let bookings = model.appointments.iter().map(|b| Booking { show: 0.0, ..*b });
        let appointments = bookings.collect();
        let model = DayModel { appointments, walk_ins: Vec::new(), ..model };
        let (seen, end) = see(&model, seed);
        prop_assert!(seen.visits.is_empty() && seen.leavers.is_empty());
        prop_assert_eq!(seen.missed.len(), model.appointments.len());
        prop_assert_eq!((end.busy, end.waited, end.overtime, end.most_waiting), (0, 0, 0, 0));
    }

    #[test]
    fn clerks_in_another_order_do_the_same(
        (model, order) in day().prop_flat_map(|model| {
            let order: Vec<usize> = (0..model.clerks.len()).collect();
            (Just(model), Just(order).prop_shuffle())
        }),
        seed in 0_u64..1000,
    ) {
        let clerks = order.iter().map(|&index| model.clerks[index].clone()).collect();
        let shuffled = DayModel { clerks, ..model.clone() };
        let (one, other) = (see(&model, seed), see(&shuffled, seed));
        prop_assert_eq!(one.1, other.1);
        prop_assert_eq!(one.0.visits.len(), other.0.visits.len());
        for (one, other) in one.0.visits.iter().zip(&other.0.visits) {
            prop_assert_eq!((one.kind, one.index, one.begin, one.end),
                (other.kind, other.index, other.begin, other.end));
            let own = |model: &DayModel, clerk: u32| model.clerks[clerk as usize].clone();
            prop_assert_eq!(own(&model, one.clerk), own(&shuffled, other.clerk));
        }
    }

    #[test]
    fn an_absent_clerk_is_as_one_without_shifts(model in day(), seed in 0_u64..1000) {
        prop_assume!(!model.clerks.is_empty());
        let mut without = model.clone();
        without.clerks[0] = Clerk { queues: model.clerks[0].queues, ..Clerk::default() };
        let day = PreparedDay::new(model.clone()).unwrap();
        let today = Today::new(&day, &model.appointments, &[0]).unwrap();
        let mut seen = Seen::default();
        let end = run_day(&day, today, Draws::new(seed, 0, 0), &mut Scratch::new(), &mut seen);
        let (other, other_end) = see(&without, seed);
        prop_assert_eq!(end, other_end);
        let parts = |seen: &Seen| -> Vec<_> {
            seen.visits.iter().map(|v| (v.kind, v.index, v.begin, v.end)).collect()
        };
        prop_assert_eq!(parts(&seen), parts(&other));
    }

    #[test]
    fn memory_that_was_used_before_changes_nothing(
        first in day(),
        second in day(),
        seed in 0_u64..1000,
    ) {
        let (one, two) = (PreparedDay::new(first).unwrap(), PreparedDay::new(second.clone()).unwrap());
        let mut scratch = Scratch::new();
        run_day(&one, one.as_planned(), Draws::new(seed, 1, 1), &mut scratch, &mut ());
        let mut seen = Seen::default();
        let end = run_day(&two, two.as_planned(), Draws::new(seed, 0, 0), &mut scratch, &mut seen);
        prop_assert_eq!((seen, end), see(&second, seed));
    }

    #[test]
    fn lines_in_which_nobody_waits_change_nothing(model in day(), seed in 0_u64..1000) {
        let mut wide = model.clone();
        // Before those of the walk-ins, who then stand in lines beyond the 64th.
        wide.kinds.extend((QUEUES..QUEUES + 70).map(|queue| CustomerKind {
            channel: Channel::Appointment,
            queue,
            ..model.kinds[0].clone()
        }));
        prop_assert_eq!(see(&model, seed), see(&wide, seed));
    }

    #[test]
    fn tallies_add_up_in_any_order(model in day(), seed in 0_u64..1000) {
        let day = PreparedDay::new(model).unwrap();
        let mut scratch = Scratch::new();
        let mut tally = |replications: &[u64]| {
            let mut tally = Tally::new(QUEUES as usize);
            for &replication in replications {
                let draws = Draws::new(seed, replication, 0);
                run_day(&day, day.as_planned(), draws, &mut scratch, &mut tally);
            }
            tally
        };
        let all = tally(&[0, 1, 2, 3]);
        let (mut late, early) = (tally(&[3, 2]), tally(&[1, 0]));
        late.add(&early);
        prop_assert_eq!(&all, &late);
        for channel in Channel::ALL {
            let waits = all.channel(channel);
            let by_half_hour = all.half_hours(channel);
            prop_assert_eq!(waits.served, by_half_hour.iter().map(|h| h.served).sum::<u64>());
            prop_assert_eq!(waits.wait, by_half_hour.iter().map(|h| h.wait).sum::<u64>());
            // Whoever waits does so in some half hour.
            let waited = waits.wait + waits.wait_of_left;
            prop_assert_eq!(waited, by_half_hour.iter().map(|h| h.waiting).sum::<u64>());
            prop_assert_eq!(waits.served, all.histogram(channel).total());
        }
    }
}

#[test]
fn a_kind_that_is_added_leaves_the_walk_ins_of_others_alone() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let model = day().new_tree(&mut runner).unwrap().current();
    let segment = |mix: Vec<(u32, f64)>, per_hour| ArrivalSegment {
        from: after(0),
        until: after(400),
        per_hour,
        mix,
    };
    let one = DayModel { walk_ins: vec![segment(vec![(3, 1.0)], 12.0)], ..model.clone() };
    let both = vec![segment(vec![(3, 12.0), (4, 6.0)], 18.0)];
    let two = DayModel { walk_ins: both, ..model };
    let arrivals = |model: &DayModel| {
        let (seen, _) = see(model, 7);
        let served = seen.visits.iter().map(|v| (v.kind, v.arrival));
        let left = seen.leavers.iter().map(|l| (l.kind, l.arrival));
        let mut all: Vec<_> = served.chain(left).filter(|&(kind, _)| kind == 3).collect();
        all.sort_unstable();
        all
    };
    assert!(arrivals(&one).len() > 40);
    assert_eq!(arrivals(&one), arrivals(&two));
}
