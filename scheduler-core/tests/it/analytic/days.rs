//! Days that begin empty, and the days that appointments are ahead.

use proptest::prelude::*;
use scheduler_core::analytic::*;

use super::{assert_close, close};

proptest! {
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
