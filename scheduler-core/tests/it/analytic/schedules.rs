//! The best schedules of sessions, and the least staff.

use proptest::prelude::*;
use scheduler_core::analytic::*;

use super::assert_close;

proptest! {
    #[test]
    fn the_best_schedule_is_that_of_enumeration(
        slots in 1_usize..5,
        customers in 1_u32..5,
        slot in 3.0..20.0_f64,
        no_show in 0.0..0.6_f64,
        wait in 0.01..0.95_f64,
    ) {
        let weights = SlotWeights { wait, idle: 0.5 - 0.5 * wait, tardiness: 0.5 - 0.5 * wait };
        let service = SlotService::Exponential(10.0);
        let session = SlottedSession { slot, service, no_show, weights };
        let best = session.optimum(slots, customers).unwrap();
        prop_assert!(best.proven);
        prop_assert_eq!(best.customers.iter().sum::<u32>(), customers);
        for schedule in schedules(slots, customers) {
            let cost = session.figures(&schedule).unwrap().cost;
            prop_assert!(best.cost <= cost * (1.0 + 1e-9), "{schedule:?} costs {cost}: {best:?}");
        }
    }

    #[test]
    fn the_best_overbooking_is_that_of_enumeration(
        slots in 1_usize..5,
        customers in 1_u32..6,
        show in 0.1..1.0_f64,
        walk_ins_per_slot in 0.0..0.5_f64,
        overtime in 0.1..5.0_f64,
    ) {
        let costs = UnitSlotCosts { wait: 1.0, wait_walk_in: 0.5, overtime, idle: 0.2 };
        let session = UnitSlots { show, walk_ins_per_slot, costs };
        prop_assume!(customers <= 3 * slots as u32);
        let best = session.optimum(slots, customers, 3).unwrap();
        for schedule in schedules(slots, customers) {
            if schedule.iter().all(|n| *n <= 3) {
                let cost = session.figures(&schedule).unwrap().cost;
                prop_assert!(best.cost <= cost + 1e-9, "{schedule:?} costs {cost}: {best:?}");
            }
        }
    }

    #[test]
    fn no_gaps_near_the_best_cost_less(
        customers in 2_u32..8,
        show in 0.2..1.0_f64,
        wait_cost in 0.05..8.0_f64,
        nudges in prop::collection::vec(-0.05..0.05_f64, 7),
    ) {
        let session = SpacedSession { show, service_rate: 0.5, wait_cost, server_cost: 1.0 };
        let best = session.optimum(customers).unwrap();
        let nudged: Vec<f64> =
            best.gaps.iter().zip(&nudges).map(|(gap, by)| (gap + by).max(0.0)).collect();
        let cost = session.figures(&nudged).unwrap().cost;
        prop_assert!(best.figures.cost <= cost + 1e-11, "{best:?}");
        if customers == 2 {
            let exact = (show + wait_cost * show * show).ln().max(0.0) / 0.5;
            prop_assert!((best.gaps[0] - exact).abs() < 1e-7, "{best:?}, not {exact}");
        }
    }
}

/// All ways to put customers into slots.
fn schedules(slots: usize, customers: u32) -> Vec<Vec<u32>> {
    if slots == 1 {
        return vec![vec![customers]];
    }
    (0..=customers)
        .flat_map(|first| {
            schedules(slots - 1, customers - first).into_iter().map(move |mut rest| {
                rest.insert(0, first);
                rest
            })
        })
        .collect()
}

#[test]
fn a_long_session_at_equal_distances_becomes_a_queue_with_regular_arrivals() {
    for (interval, servers) in [(12.0, 1), (2.75, 4), (2.5, 5), (1.6, 8)] {
        let (steady, ratio) = deterministic_arrivals(interval, 0.1, servers).unwrap();
        let last = 3000.0 * interval;
        let session = OfficeDay {
            periods: vec![Period { until: last, arrival_rate: 0.0, servers }],
            service_rate: 0.1,
            appointments: (0..=3000)
                .map(|i| Appointment { at: f64::from(i) * interval, show: 1.0 })
                .collect(),
            waiting_limit: None,
            close: None,
        };
        let (waits, _) = session.waits_of_appointments().unwrap();
        assert_close(waits[3000], steady.mean_wait, 1e-7);
        assert!(ratio > 0.0 && ratio < 1.0);
    }
}

#[test]
fn the_least_staff_of_blocks_is_that_of_enumeration() {
    let blocks = StaffingBlocks {
        arrival_rates: vec![0.1, 0.3, 0.15],
        block: 60.0,
        service_rate: 0.1,
        most_mean_wait: 4.0,
        most_overtime: 25.0,
    };
    let found = blocks.least().unwrap();
    let mut best: Vec<Vec<u32>> = Vec::new();
    for total in 3..18 {
        for mut servers in schedules(3, total - 3) {
            servers.iter_mut().for_each(|servers| *servers += 1);
            let periods = (0..3).map(|i| Period {
                until: 60.0 * (i + 1) as f64,
                arrival_rate: blocks.arrival_rates[i],
                servers: servers[i],
            });
            let day = OfficeDay {
                periods: periods.collect(),
                service_rate: 0.1,
                appointments: Vec::new(),
                waiting_limit: None,
                close: None,
            };
            let figures = day.figures().unwrap();
            if figures.mean_wait <= 4.0 && figures.overtime <= 25.0 {
                best.push(servers);
            }
        }
        if !best.is_empty() {
            break;
        }
    }
    let found: Vec<_> = found.into_iter().map(|plan| plan.servers).collect();
    assert_eq!(found, best);
}
