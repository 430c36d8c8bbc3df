//! Queues in equilibrium.

use proptest::prelude::*;
use scheduler_core::analytic::*;

use super::{assert_close, close};

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
