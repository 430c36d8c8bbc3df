//! Queueing formulas and Markov chains against each other, against brute force, and at extremes.

use proptest::prelude::*;
use scheduler_core::analytic::*;

fn close(found: f64, exact: f64, relative: f64) -> bool {
    (found - exact).abs() <= relative * exact.abs().max(1e-9)
}

#[track_caller]
fn assert_close(found: f64, exact: f64, relative: f64) {
    assert!(close(found, exact, relative), "{found}, not {exact}");
}

proptest! {
    #[test]
    fn erlang_c_follows_from_erlang_b(servers in 1_u32..300, load in 0.1..0.999_f64) {
        let offered = load * f64::from(servers);
        let blocked = erlang_b(offered, servers).unwrap();
        let fewer = erlang_b(offered, servers - 1).unwrap();
        // 1/B(c) = 1 + c/(a·B(c−1)).
        prop_assert!(close(blocked.recip(), 1.0 + f64::from(servers) / (offered * fewer), 1e-12));
        let waiting = erlang_c(offered, servers).unwrap();
        prop_assert!(close(waiting, blocked / (1.0 - load * (1.0 - blocked)), 1e-11));
        prop_assert!(waiting >= blocked && waiting <= 1.0);
        prop_assert!(erlang_c(offered, servers + 1).unwrap() <= waiting);
    }

    #[test]
    fn limits_of_seats_and_patience_lead_to_erlangs_formulas(
        servers in 1_u32..60,
        load in 0.1..0.9_f64,
    ) {
        let arrival_rate = load * f64::from(servers);
        let queue = LimitedQueue {
            arrival_rate, service_rate: 1.0, servers, seats: None, abandonment_rate: 0.0,
        };
        let endless = MultiServer::new(arrival_rate, 1.0, servers).unwrap();
        let lost = LimitedQueue { seats: Some(0), ..queue }.figures().unwrap();
        prop_assert!(close(lost.p_blocked, erlang_b(arrival_rate, servers).unwrap(), 1e-12));
        for same in [
            queue,
            LimitedQueue { seats: Some(100_000), ..queue },
            LimitedQueue { abandonment_rate: 1e-12, ..queue },
        ] {
            let found = same.figures().unwrap();
            prop_assert!(close(found.mean_wait, endless.mean_wait(), 1e-8), "{found:?}");
            prop_assert!(close(found.p_all_busy, endless.p_wait(), 1e-8), "{found:?}");
        }
        // Whoever comes is served, leaves, or is turned away.
        let both = LimitedQueue { seats: Some(3), abandonment_rate: 0.7, ..queue };
        let found = both.figures().unwrap();
        let gone = arrival_rate * (found.p_blocked + found.p_abandon);
        prop_assert!(close(found.throughput + gone, arrival_rate, 1e-12));
        prop_assert!(close(found.utilisation * f64::from(servers), found.throughput, 1e-12));
    }

    #[test]
    fn one_server_with_constant_service_is_pollaczeks(load in 0.01..0.995_f64) {
        let exact = SingleServer::new(load, ServiceMoments::deterministic(1.0)).unwrap();
        let found = deterministic_service(load, 1.0, 1).unwrap();
        prop_assert!(close(found.mean_wait, exact.mean_wait(), 1e-8), "{found:?}");
        prop_assert!(close(found.p_wait, load, 1e-9), "{found:?}");
    }

    #[test]
    fn constant_service_waits_between_half_and_all_of_exponential_service(
        servers in 1_u32..40,
        load in 0.3..0.98_f64,
    ) {
        let arrivals = load * f64::from(servers);
        let exponential = MultiServer::new(arrivals, 1.0, servers).unwrap().mean_wait();
        let constant = deterministic_service(arrivals, 1.0, servers).unwrap().mean_wait;
        prop_assert!(constant > 0.499_999 * exponential && constant < exponential);
    }

    #[test]
    fn priorities_move_waits_between_classes_and_change_no_sum(
        rates in prop::collection::vec(0.01..1.0_f64, 1..5),
        servers in 1_u32..20,
        load in 0.1..0.99_f64,
    ) {
        let service = rates.iter().sum::<f64>() / (load * f64::from(servers));
        let waits = priority_multi_server(&rates, service, servers).unwrap();
        let all = MultiServer::new(rates.iter().sum(), service, servers).unwrap();
        let sum: f64 = rates.iter().zip(&waits).map(|(rate, wait)| rate * wait).sum();
        prop_assert!(close(sum, all.mean_waiting(), 1e-9), "{waits:?}");
        prop_assert!(waits.is_sorted());
        if servers == 1 {
            let moments = ServiceMoments::exponential(service.recip());
            let class = |rate: &f64| ServiceClass { arrival_rate: *rate, service: moments };
            let classes: Vec<_> = rates.iter().map(class).collect();
            for (one, other) in priority_single_server(&classes).unwrap().iter().zip(&waits) {
                prop_assert!(close(*one, *other, 1e-9));
            }
        }
    }

    #[test]
    fn appointments_first_or_not_the_sum_of_waits_is_the_same(
        servers in 1_u32..6,
        per_epoch in 0_usize..4,
        show in 0.0..1.0_f64,
        walk_ins in 0.0..0.5_f64,
    ) {
        let appointments: Vec<_> = (0..8 * per_epoch)
            .map(|i| Appointment { at: (i / per_epoch.max(1)) as f64 * 15.0, show })
            .collect();
        let one_line = OfficeDay {
            periods: vec![
                Period { until: 100.0, arrival_rate: walk_ins, servers },
                Period { until: 120.0, arrival_rate: 0.0, servers },
            ],
            service_rate: 0.1,
            appointments: appointments.clone(),
            waiting_limit: None,
            close: None,
        }
        .figures()
        .unwrap();
        let two_lines = PriorityDay {
            appointments,
            walk_ins: vec![WalkIns { until: 100.0, arrival_rate: walk_ins }],
            servers,
            service_rate: 0.1,
            waiting_limit: None,
            close: 120.0,
        }
        .figures()
        .unwrap();
        let sum = two_lines.shows * two_lines.mean_wait_appointments
            + two_lines.accepted * two_lines.mean_wait_walk_ins;
        prop_assert!(close(sum, one_line.wait_sum, 1e-8), "{one_line:?} {two_lines:?}");
        prop_assert!(close(two_lines.overtime, one_line.overtime, 1e-9));
        prop_assert!((two_lines.p_overtime - one_line.p_overtime).abs() < 1e-12);
        prop_assert!(two_lines.shows == 0.0 || two_lines.accepted == 0.0
            || two_lines.mean_wait_appointments <= one_line.mean_wait + 1e-12);
    }

    #[test]
    fn one_more_server_never_makes_anybody_wait_longer(
        servers in prop::collection::vec(1_u32..6, 3),
        rates in prop::collection::vec(0.0..0.6_f64, 3),
        more in 0_usize..3,
    ) {
        let mut day = OfficeDay {
            periods: servers.iter().zip(&rates).enumerate().map(|(i, (servers, rate))| Period {
                until: 60.0 * (i + 1) as f64, arrival_rate: *rate, servers: *servers,
            }).collect(),
            service_rate: 0.1,
            appointments: vec![Appointment { at: 60.0, show: 0.5 }],
            waiting_limit: None,
            close: None,
        };
        let before = day.figures().unwrap();
        day.periods[more].servers += 1;
        let after = day.figures().unwrap();
        prop_assert!(after.wait_sum <= before.wait_sum * (1.0 + 1e-12));
        prop_assert!(after.overtime <= before.overtime * (1.0 + 1e-12));
        prop_assert!(close(after.busy, before.busy, 1e-12));
    }

    #[test]
    fn a_far_horizon_is_none(slots in 1_u32..30, load in 0.2..0.9_f64) {
        let days = BookingDays {
            requests_per_day: load * f64::from(slots),
            slots_per_day: slots,
            horizon_days: None,
        };
        let open = days.lead_times().unwrap();
        let far = BookingDays { horizon_days: Some(200), ..days }.lead_times().unwrap();
        prop_assert!((open.mean_days - far.mean_days).abs() < 1e-9 && far.lost < 1e-9);
        prop_assert!((open.p_no_backlog - far.p_no_backlog).abs() < 1e-9);
        for within in 1..6 {
            let off = open.share_within(within) - far.share_within(within);
            prop_assert!(off.abs() < 1e-9, "{within}");
        }
    }

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
fn a_long_day_becomes_a_queue_in_equilibrium() {
    let steady = MultiServer::new(0.5, 0.1, 6).unwrap();
    let day = |until: f64| {
        let periods = vec![Period { until, arrival_rate: 0.5, servers: 6 }];
        let day = OfficeDay {
            periods,
            service_rate: 0.1,
            appointments: Vec::new(),
            waiting_limit: None,
            close: None,
        };
        day.figures().unwrap()
    };
    // What the last quarter adds is the wait of so many customers in equilibrium.
    let added = day(8000.0).wait_sum - day(6000.0).wait_sum;
    assert_close(added / 1000.0, steady.mean_wait(), 1e-9);
}

#[test]
fn a_server_who_is_to_go_finishes_the_customer() {
    // Two customers at two servers; one goes after a minute. Both finish as if nobody had gone,
    // and a third is served by the one who stays.
    let day = |shows: usize| OfficeDay {
        periods: vec![
            Period { until: 1.0, arrival_rate: 0.0, servers: 2 },
            Period { until: 2.0, arrival_rate: 0.0, servers: 1 },
        ],
        service_rate: 0.01,
        appointments: vec![Appointment { at: 0.0, show: 1.0 }; shows],
        waiting_limit: None,
        close: Some(0.0),
    };
    let two = day(2).figures().unwrap();
    assert_close(two.overtime, 150.0, 1e-12);
    assert_eq!(two.wait_sum, 0.0);
    // The third is called when one of them finishes within the minute; else both must finish, as
    // the first to do so goes home: ∫₀¹ t·0.02·e^{−0.02t} dt + e^{−0.02}·(1 + 50 + 100).
    let none_yet = (-0.02_f64).exp();
    let exact = 50.0 - 51.0 * none_yet + 151.0 * none_yet;
    assert_close(day(3).figures().unwrap().wait_sum, exact, 1e-10);
}

#[test]
fn more_requests_than_slots_fill_the_horizon_and_the_rest_is_lost() {
    let days = BookingDays { requests_per_day: 30.0, slots_per_day: 20, horizon_days: Some(15) };
    let found = days.lead_times().unwrap();
    assert_close(found.lost, 1.0 / 3.0, 1e-9);
    assert!(found.mean_days > 14.9 && found.quantile(0.5) == 15);
    assert_eq!(
        (found.share_within(0), found.share_within(15), found.share_within(99)),
        (0.0, 1.0, 1.0)
    );
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

#[test]
fn large_systems_near_saturation_stay_numbers() {
    for servers in [1, 10, 100, 1_000, 10_000] {
        for load in [1e-6, 0.1, 0.9, 0.99, 0.9999] {
            let offered = load * f64::from(servers);
            let queue = MultiServer::new(offered, 1.0, servers).unwrap();
            let (regular, ratio) = deterministic_arrivals(offered.recip(), 1.0, servers).unwrap();
            let constant = deterministic_service(offered, 1.0, servers).unwrap();
            for probability in [queue.p_wait(), regular.p_wait, ratio, constant.p_wait] {
                assert!((0.0..=1.0).contains(&probability), "{servers} {load}: {probability}");
            }
            let waits = [queue.mean_wait(), regular.mean_wait, constant.mean_wait];
            assert!(waits.iter().all(|wait| wait.is_finite() && *wait >= 0.0), "{waits:?}");
            // Less variance on either side, shorter waits.
            let most = waits[0] + 1e-9;
            assert!(waits[1] <= most && waits[2] <= most, "{servers} {load}: {waits:?}");
        }
    }
    // Halfin and Whitt's limit is near at 10,000 servers: load 1 − β/√c.
    let beta = 0.5;
    let rule = square_root(10_000.0, beta).unwrap();
    let exact = erlang_c(10_000.0, rule.servers as u32).unwrap();
    assert!((exact - rule.p_wait).abs() < 0.005, "{exact} {}", rule.p_wait);
}

#[test]
fn least_servers_reach_the_target_and_one_less_does_not() {
    for offered in [0.5, 7.0, 99.5, 4_000.0] {
        for target in [0.5, 0.1, 0.001] {
            let wait = [Target::WaitProbability(target)];
            let servers = least_servers(offered, 1.0, &wait).unwrap();
            assert!(erlang_c(offered, servers).unwrap() <= target);
            assert!(erlang_c(offered, servers - 1).map_or(true, |p_wait| p_wait > target));
        }
    }
    assert_eq!(least_servers(0.0, 1.0, &[]).unwrap(), 1);
    let never = [Target::WaitProbability(-1.0)];
    assert!(matches!(least_servers(1.0, 1.0, &never), Err(AnalyticError::TooLarge { .. })));
}

#[test]
fn impossible_parameters_are_refused_with_their_names() {
    let message = |error: AnalyticError| error.to_string();
    assert_eq!(
        message(MultiServer::new(2.0, 1.0, 2).unwrap_err()),
        "2 servers' work is offered to 2 servers: the queue grows for ever"
    );
    assert_eq!(
        message(MultiServer::new(f64::NAN, 1.0, 2).unwrap_err()),
        "arrival rate is NaN, but must be finite and not negative"
    );
    assert_eq!(
        message(erlang_c(0.5, 0).unwrap_err()),
        "servers is 0, but must be finite and above 0"
    );
    assert!(SingleServer::new(0.1, ServiceMoments::of(1.0, -0.5)).is_err());
    assert!(deterministic_service(1.0, 1.0, 1).is_err());
    assert!(deterministic_arrivals(1.0, 1.0, 1).is_err());
    assert!(priority_multi_server(&[0.5, 0.5], 1.0, 1).is_err());
    assert!(Backlog::stationary(1.0 - 1e-9, 1).is_err());
    let day = OfficeDay {
        periods: vec![Period { until: 60.0, arrival_rate: 1.0, servers: 1 }],
        service_rate: 0.1,
        appointments: Vec::new(),
        waiting_limit: None,
        close: Some(30.0),
    };
    assert_eq!(
        message(day.figures().unwrap_err()),
        "arrival rate is 1, but must be 0 after closing"
    );
    let nobody = OfficeDay { periods: Vec::new(), close: Some(30.0), ..day };
    assert!(nobody.figures().is_err());
}

#[test]
fn waits_of_an_exponential_queue_have_the_distribution_that_they_say() {
    let queue = MultiServer::new(0.5, 0.1, 6).unwrap();
    for share in [0.0, 0.3, 0.9, 0.999] {
        let quantile = queue.wait_quantile(share).unwrap();
        let above = queue.p_wait_above(quantile);
        assert!(
            above <= 1.0 - share + 1e-12 && (quantile == 0.0 || close(above, 1.0 - share, 1e-9))
        );
    }
    assert_eq!(queue.wait_quantile(1.0).unwrap(), f64::INFINITY);
    // E W = ∫ P(W > t) dt and E W² = ∫ 2t P(W > t) dt, by midpoints.
    let (mut mean, mut square, step) = (0.0, 0.0, 0.01);
    for i in 0..60_000 {
        let t = (f64::from(i) + 0.5) * step;
        mean += queue.p_wait_above(t) * step;
        square += 2.0 * t * queue.p_wait_above(t) * step;
    }
    assert_close(mean, queue.mean_wait(), 1e-6);
    assert_close(square - mean * mean, queue.wait_variance(), 1e-6);
}

#[test]
fn known_queues_have_their_known_figures() {
    let wait = |arrivals, servers| MultiServer::new(arrivals, 0.1, servers).unwrap().mean_wait();
    assert_close(wait(0.2, 3), 4.444444, 1e-6);
    assert_close(wait(1.8, 20), 2.753845, 1e-6);
    assert_close(wait(9.5, 100), 1.012914, 1e-6);
    assert_close(erlang_b(8.0, 10).unwrap(), 0.121661, 1e-5);
    let queue = LimitedQueue {
        arrival_rate: 0.6,
        service_rate: 0.1,
        servers: 4,
        seats: Some(6),
        abandonment_rate: 0.0,
    };
    let limited = queue.figures().unwrap();
    assert_close(limited.p_blocked, 0.342045, 2e-6);
    assert_close(limited.mean_wait, 10.853626, 1e-7);
    let patience = LimitedQueue {
        arrival_rate: 2.2,
        servers: 20,
        seats: None,
        abandonment_rate: 1.0 / 30.0,
        ..queue
    };
    let impatient = patience.figures().unwrap();
    assert_close(impatient.p_abandon, 0.114422, 5e-6);
    assert_close(impatient.mean_waiting / 2.2, 3.432668, 1e-6);
    let constant = |rate, servers| deterministic_service(rate, 10.0, servers).unwrap().mean_wait;
    assert_close(constant(0.09, 1), 45.0, 1e-9);
    assert_close(constant(0.45, 5), 7.766952, 1e-6);
    let (regular, ratio) = deterministic_arrivals(12.0, 0.1, 1).unwrap();
    assert_close(regular.mean_wait, 21.877760, 1e-6);
    assert_close(ratio, 0.686302, 1e-6);
}
