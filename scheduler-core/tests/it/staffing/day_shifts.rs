//! The cheapest shifts of a day with an exact queue: against enumeration, closed forms and an
//! equation solved in small steps.

use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};
use scheduler_core::analytic::{ChangingQueue, MultiServer};
use scheduler_core::monitor::{Monitor, WallClock};
use scheduler_core::staffing::day_shifts::{
    DayCertificateError, DayLimits, DayShift, DayShifts, DayShiftsError, StaffedDay,
};

fn least(question: &DayShifts) -> StaffedDay {
    question.least(&DayLimits::default(), &WallClock::start()).unwrap()
}

/// A day of calls at a bank, from 6 to 24; whoever answers ends fifteen an hour.
fn bank() -> DayShifts {
    let calls = [
        4.75, 39.5, 97.25, 107.5, 124.0, 110.25, 95.5, 203.5, 115.75, 115.5, 67.75, 75.0, 88.75,
        85.5, 68.0, 61.5, 57.5, 44.25,
    ];
    let costs = [288, 180, 180, 180, 288, 288, 288];
    let shift = |(index, cost): (usize, &u64)| DayShift::new(2 * index..2 * index + 6, *cost);
    DayShifts {
        arrival_rates: calls.to_vec(),
        period: 1.0,
        service_rate: 15.0,
        targets: vec![0.5; calls.len()],
        shifts: costs.iter().enumerate().map(shift).collect(),
    }
}

/// Probability that all are busy, as a time average of each period.
fn all_busy(question: &DayShifts, servers: &[u32]) -> Vec<f64> {
    let mut queue = ChangingQueue::empty(question.service_rate).unwrap();
    let rates = question.arrival_rates.iter();
    rates
        .zip(servers)
        .map(|(rate, count)| queue.pass(*rate, *count, question.period).unwrap().all_busy)
        .collect()
}

fn servers(question: &DayShifts, people: &[u32]) -> Vec<u32> {
    let mut servers = vec![0; question.arrival_rates.len()];
    for (shift, count) in question.shifts.iter().zip(people) {
        for period in shift.on_duty.iter().cloned().flatten() {
            servers[period] += count;
        }
    }
    servers
}

fn reaches(question: &DayShifts, people: &[u32]) -> bool {
    let found = all_busy(question, &servers(question, people));
    found.iter().zip(&question.targets).all(|(found, target)| found <= target)
}

#[test]
fn the_bank_needs_27_people_for_6156() {
    let question = bank();
    let found = least(&question);
    assert!(found.is_proven());
    assert_eq!(found.bound, 6156);
    let roster = found.roster.unwrap();
    assert_eq!(roster.people.iter().sum::<u32>(), 27);
    assert!(reaches(&question, &roster.people));
    assert_eq!(question.check(&found.no_goods), Ok(6156));
    // The day's beginning alone shows less.
    let part = question.check(&found.no_goods[..3]).unwrap();
    assert!(part < 6156, "{part}");
}

#[test]
fn a_no_good_that_is_good_enough_is_refused() {
    let question = bank();
    let mut claims = least(&question).no_goods;
    let (_, servers) = claims[1].servers.last_mut().unwrap();
    *servers += 1;
    let refused = question.check(&claims).unwrap_err();
    assert_eq!(refused, DayCertificateError::Enough { index: 1 });
}

/// Small days: shifts of any form, some with a break.
fn small(random: &mut Xoshiro256PlusPlus) -> DayShifts {
    let mut below = |end: u64| random.next_u64() % end;
    let periods = 3 + below(3) as usize;
    let arrival_rates = (0..periods).map(|_| below(50) as f64 / 10.0).collect();
    let targets = (0..periods).map(|_| 0.2 + below(7) as f64 / 10.0).collect();
    let mut shifts: Vec<DayShift> = Vec::new();
    for _ in 0..3 {
        let first = below(periods as u64) as usize;
        let end = (first + 1 + below(3) as usize).min(periods);
        let cost = 5 + below(9);
        let mut shift = DayShift { most: Some(4), ..DayShift::new(first..end, cost) };
        if end - first == 3 && below(2) == 0 {
            shift.on_duty = vec![first..first + 1, first + 2..end];
        }
        shifts.push(shift);
    }
    // Somebody can be there at any time.
    shifts.push(DayShift { most: Some(6), ..DayShift::new(0..periods, 17) });
    DayShifts { arrival_rates, period: 1.0, service_rate: 1.5, targets, shifts }
}

#[test]
fn small_days_are_as_cheap_as_the_cheapest_of_all() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
    let mut solved = 0;
    while solved < 25 {
        let question = small(&mut random);
        let most: Vec<u32> = question.shifts.iter().filter_map(|shift| shift.most).collect();
        let cost = |people: &[u32]| -> u64 {
            let each = question.shifts.iter().zip(people);
            each.map(|(shift, count)| shift.cost * u64::from(*count)).sum()
        };
        let mut cheapest: Option<u64> = None;
        let mut people = vec![0; most.len()];
        loop {
            if cheapest.is_none_or(|so_far| cost(&people) < so_far) && reaches(&question, &people) {
                cheapest = Some(cost(&people));
            }
            let Some(next) = (0..most.len()).find(|shift| people[*shift] < most[*shift]) else {
                break;
            };
            people[next] += 1;
            people[..next].fill(0);
        }
        let found = question.least(&DayLimits::default(), &WallClock::start());
        let Some(cheapest) = cheapest else {
            assert!(matches!(found, Err(DayShiftsError::OutOfReach { .. })), "{question:?}");
            continue;
        };
        let found = found.unwrap();
        solved += 1;
        assert_eq!(found.bound, cheapest, "{question:?}");
        assert!(found.is_proven());
        assert!(reaches(&question, &found.roster.as_ref().unwrap().people));
        assert_eq!(question.check(&found.no_goods), Ok(cheapest));
        // Whoever stops early has a bound all the same.
        for steps in [0, 3, 8] {
            let limits = DayLimits { steps: Some(steps), time: None };
            let early = question.least(&limits, &WallClock::start()).unwrap();
            assert!(early.bound <= cheapest);
            assert!(early.roster.is_none_or(|roster| roster.cost >= cheapest));
        }
    }
}

#[test]
fn somebody_more_never_makes_anybody_busier() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(8);
    for _ in 0..40 {
        let question = small(&mut random);
        let periods = question.arrival_rates.len();
        let servers: Vec<u32> = (0..periods).map(|_| (random.next_u64() % 5) as u32).collect();
        let before = all_busy(&question, &servers);
        for period in 0..periods {
            let mut more = servers.clone();
            more[period] += 1;
            let after = all_busy(&question, &more);
            let worse = before.iter().zip(&after).any(|(before, after)| *after > before + 1e-12);
            assert!(!worse, "{servers:?} and one in {period}: {before:?}, {after:?}");
        }
    }
}

#[test]
fn in_the_long_run_it_is_the_queue_in_equilibrium() {
    for (rate, servers) in [(3.0, 4), (7.5, 9), (0.4, 1)] {
        let mut queue = ChangingQueue::empty(1.0).unwrap();
        queue.pass(rate, servers, 400.0).unwrap();
        let found = queue.pass(rate, servers, 5.0).unwrap();
        let stationary = MultiServer::new(rate, 1.0, servers).unwrap();
        assert!((found.all_busy - stationary.p_wait()).abs() < 1e-9, "{found:?}");
        assert!((found.mean_waiting - rate * stationary.mean_wait()).abs() < 1e-8, "{found:?}");
    }
}

#[test]
fn with_plenty_of_servers_customers_are_poisson() {
    // From empty, the number at time t of M/M/∞ is Poisson with mean ρ(1 − e^(−μt)).
    let (rate, mu, time, servers) = (12.0, 2.0, 0.7_f64, 40_u32);
    let mut queue = ChangingQueue::empty(mu).unwrap();
    queue.pass(rate, servers, time).unwrap();
    // At once as many servers as the mean.
    let mean: f64 = rate / mu * (1.0 - (-mu * time).exp());
    let found = queue.pass(0.0, 4, 1e-9).unwrap();
    let mut mass = (-mean).exp();
    let mut below = 0.0;
    for n in 0..4 {
        below += mass;
        mass *= mean / f64::from(n + 1);
    }
    assert!((found.all_busy_at_end - (1.0 - below)).abs() < 1e-7, "{found:?}");
}

/// Kolmogorov's equations by the classic Runge-Kutta method.
fn equations(state: &mut [f64], rate: f64, mu: f64, servers: u32, time: f64) -> f64 {
    const STEPS: usize = 4000;
    let slope = |state: &[f64]| -> Vec<f64> {
        let last = state.len() - 1;
        let leave = |n: usize| mu * f64::from(servers.min(n as u32));
        (0..state.len())
            .map(|n| {
                let out = leave(n) + if n < last { rate } else { 0.0 };
                let from_below = if n > 0 { rate * state[n - 1] } else { 0.0 };
                let from_above = if n < last { leave(n + 1) * state[n + 1] } else { 0.0 };
                from_below + from_above - out * state[n]
            })
            .collect()
    };
    let add = |state: &[f64], slope: &[f64], by: f64| -> Vec<f64> {
        state.iter().zip(slope).map(|(value, slope)| value + by * slope).collect()
    };
    let busy = |state: &[f64]| state[servers as usize..].iter().sum::<f64>();
    let step = time / STEPS as f64;
    let mut sum = 0.0;
    for _ in 0..STEPS {
        let a = slope(state);
        let b = slope(&add(state, &a, 0.5 * step));
        let half = add(state, &b, 0.5 * step);
        let c = slope(&half);
        let d = slope(&add(state, &c, step));
        let before = busy(state);
        for n in 0..state.len() {
            state[n] += step / 6.0 * (a[n] + 2.0 * b[n] + 2.0 * c[n] + d[n]);
        }
        sum += (before + 4.0 * busy(&half) + busy(state)) / 6.0;
    }
    sum / STEPS as f64
}

#[test]
fn changes_of_servers_agree_with_the_equations() {
    let mut queue = ChangingQueue::empty(1.3).unwrap();
    let mut state = vec![0.0; 60];
    state[0] = 1.0;
    for (rate, servers) in [(4.0, 3), (6.0, 5), (5.0, 2), (0.5, 0), (1.0, 4), (0.0, 1)] {
        let found = queue.pass(rate, servers, 1.0).unwrap();
        let expected = equations(&mut state, rate, 1.3, servers, 1.0);
        assert!((found.all_busy - expected).abs() < 1e-8, "{found:?}, not {expected}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let ask = |question: &DayShifts| question.least(&DayLimits::default(), &WallClock::start());
    let mut question = bank();
    question.targets.pop();
    assert_eq!(ask(&question), Err(DayShiftsError::Targets { targets: 17, periods: 18 }));
    let mut question = bank();
    question.targets[2] = 1.5;
    assert_eq!(ask(&question), Err(DayShiftsError::Target { period: 2, target: 1.5 }));
    let mut question = bank();
    question.shifts[1].on_duty = vec![2..8, 7..9];
    assert_eq!(ask(&question), Err(DayShiftsError::Shift { shift: 1 }));
    let mut question = bank();
    question.arrival_rates[0] = f64::NAN;
    assert!(matches!(ask(&question), Err(DayShiftsError::Parameter(_))));
    let mut question = bank();
    question.shifts.remove(0);
    assert!(matches!(
        ask(&question),
        Err(DayShiftsError::OutOfReach { period: 0, servers: 0, .. })
    ));
    let mut question = bank();
    question.shifts[6].most = Some(3);
    let refused = ask(&question).unwrap_err();
    assert!(matches!(refused, DayShiftsError::OutOfReach { period: 16, .. }), "{refused}");
}

/// Says stop at once.
struct Stopped;

impl Monitor for Stopped {
    fn elapsed(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_stop_and_the_same_steps_are_kept() {
    let question = bank();
    let stopped = question.least(&DayLimits::default(), &Stopped).unwrap();
    assert_eq!((stopped.roster, stopped.bound, stopped.steps), (None, 0, 0));
    let limits = DayLimits { steps: Some(30), time: None };
    let once = question.least(&limits, &WallClock::start()).unwrap();
    assert_eq!(once, question.least(&limits, &WallClock::start()).unwrap());
    assert!(once.bound <= 6156 && once.steps <= 30);
}
