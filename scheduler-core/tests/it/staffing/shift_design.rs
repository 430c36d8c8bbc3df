//! Shift design against complete enumeration, published optima, and its own definition.

use std::time::Duration;

use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};
use scheduler_core::monitor::{Monitor, WallClock};
use scheduler_core::staffing::shift_design::{
    CostError, Design, DesignCosts, DesignFinding, DesignOptions, DesignedShift, ShiftDesign,
    ShiftKind, design_shifts,
};

fn below(random: &mut Xoshiro256PlusPlus, end: u64) -> u64 {
    random.next_u64() % end
}

fn steps(steps: u64) -> DesignOptions {
    DesignOptions { steps: Some(steps), time: None, ..DesignOptions::default() }
}

fn design(problem: &ShiftDesign, options: &DesignOptions) -> Design {
    let found = design_shifts(problem, options, &WallClock::start()).unwrap();
    assert!(found.bound <= found.cost, "{found:?}");
    assert_eq!(problem.cost_of(&found.shifts).unwrap().total, found.cost);
    found
}

/// Days of four steps, few shifts.
fn tiny(random: &mut Xoshiro256PlusPlus) -> ShiftDesign {
    let days = 1 + below(random, 2) as u32;
    let kinds = (0..1 + below(random, 2)).map(|_| {
        let start = below(random, 4) as u32;
        let length = 1 + below(random, 3) as u32;
        let last = (start + below(random, 2) as u32).min(3);
        ShiftKind { starts: start..=last, lengths: length..=length + below(random, 2) as u32 }
    });
    let kinds: Vec<ShiftKind> = kinds.collect();
    let required = (0..4 * days).map(|_| below(random, 4) as u32).collect();
    let cost = |random: &mut Xoshiro256PlusPlus| 1 + below(random, 3);
    let costs = DesignCosts {
        under_minute: cost(random),
        over_minute: cost(random),
        shift: below(random, 3) * 180,
    };
    ShiftDesign { step_minutes: 360, days, required, kinds, costs }
}

/// The least cost of all designs, one by one; nothing where there are too many.
fn enumerated(problem: &ShiftDesign) -> Option<u64> {
    let mut pairs: Vec<(u32, u32)> = problem
        .kinds
        .iter()
        .flat_map(|kind| kind.starts.clone().map(move |start| (start, kind.lengths.clone())))
        .flat_map(|(start, lengths)| lengths.map(move |length| (start, length)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    // More people than are required anywhere help nowhere.
    let most = *problem.required.iter().max()?;
    let days = problem.days as usize;
    let shifts = pairs.len() * days;
    if u64::from(most + 1).pow(shifts as u32) > 70_000 {
        return None;
    }
    let mut people = vec![0_u32; shifts];
    let mut least = u64::MAX;
    loop {
        let listed = pairs
            .iter()
            .zip(people.chunks(days))
            .map(|(&(start, length), days)| DesignedShift { start, length, people: days.to_vec() });
        let listed: Vec<DesignedShift> = listed.collect();
        least = least.min(problem.cost_of(&listed).unwrap().total);
        let Some(next) = people.iter().position(|count| *count < most) else {
            return Some(least);
        };
        people[next] += 1;
        people[..next].fill(0);
    }
}

#[test]
fn tiny_designs_are_proven_and_as_good_as_the_best_of_all() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(11);
    let mut compared = 0;
    while compared < 60 {
        let problem = tiny(&mut random);
        if !problem.findings().is_empty() {
            continue;
        }
        let Some(least) = enumerated(&problem) else { continue };
        compared += 1;
        let found = design(&problem, &steps(3000));
        assert!(found.bound <= least, "{} above {least}: {problem:?}", found.bound);
        assert!(found.is_proven(), "{found:?} of {problem:?}");
        assert_eq!(found.cost, least, "{problem:?}");
        // However early it ends, the bound is one.
        for few in [0, 121, 122, 125] {
            let early = design(&problem, &steps(few));
            assert!(early.bound <= least && early.cost >= least, "{early:?} of {problem:?}");
        }
    }
}

/// A week of shifts that cover the requirement exactly.
fn covered(seed: u64) -> (ShiftDesign, u64) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let kind = |from, to| ShiftKind { starts: from..=to, lengths: 7..=9 };
    let kinds = vec![kind(5, 8), kind(9, 11), kind(13, 15), kind(21, 23)];
    let costs = DesignCosts { under_minute: 1, over_minute: 1, shift: 60 };
    let mut hidden: Vec<DesignedShift> = Vec::new();
    for _ in 0..9 {
        let kind = &kinds[below(&mut random, 4) as usize];
        let start = kind.starts.start() + below(&mut random, 3) as u32;
        let length = 7 + below(&mut random, 3) as u32;
        let people = (0..7).map(|_| below(&mut random, 5) as u32).collect();
        if !hidden.iter().any(|other| (other.start, other.length) == (start, length)) {
            hidden.push(DesignedShift { start, length, people });
        }
    }
    let mut required = vec![0; 168];
    for shift in &hidden {
        for (day, count) in shift.people.iter().enumerate() {
            let first = 24 * day + shift.start as usize;
            for step in first..first + shift.length as usize {
                required[step % 168] += count;
            }
        }
    }
    let problem = ShiftDesign { step_minutes: 60, days: 7, required, kinds, costs };
    let cost = problem.cost_of(&hidden).unwrap();
    assert_eq!((cost.under_minutes, cost.over_minutes), (0, 0));
    (problem, cost.total)
}

#[test]
fn no_bound_is_above_a_design_that_is_known() {
    for seed in 0..6 {
        let (problem, known) = covered(seed);
        let found = design(&problem, &steps(1000));
        assert!(found.bound <= known, "{seed}: {} above {known}", found.bound);
        assert!(found.cost <= known, "{seed}: {} instead of {known}", found.cost);
        assert!(found.is_proven(), "{seed}: {} and {}", found.cost, found.bound);
    }
}

/// Instance 1 of N. Musliu, A. Schaerf and W. Slany, "Local search for shift design", 2004,
/// doi:10.1016/S0377-2217(03)00098-5.
fn published() -> ShiftDesign {
    let kind = |from, to| ShiftKind { starts: from..=to, lengths: 7..=9 };
    ShiftDesign {
        step_minutes: 60,
        days: 7,
        required: PUBLISHED.to_vec(),
        kinds: vec![kind(5, 8), kind(9, 11), kind(13, 15), kind(21, 23)],
        costs: DesignCosts { under_minute: 1, over_minute: 1, shift: 60 },
    }
}

const PUBLISHED: [u32; 168] = [
    0, 0, 0, 0, 0, 0, 0, 3, 11, 11, 12, 18, 18, 18, 15, 11, 11, 7, 7, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1,
    1, 0, 5, 13, 13, 14, 20, 20, 20, 15, 11, 11, 7, 7, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 5, 13,
    13, 14, 20, 20, 20, 15, 11, 11, 7, 7, 2, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 0, 5, 13, 13, 14, 20,
    20, 20, 15, 11, 11, 7, 7, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 5, 13, 13, 14, 19, 19, 19, 14,
    10, 10, 6, 6, 3, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 4, 7, 7, 8, 14, 14, 17, 13, 13, 13, 10, 10,
    5, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 7, 7, 8, 14, 14, 17, 13, 13, 13, 10, 10, 5, 3, 3, 0, 0,
];

#[test]
fn a_published_instance_is_proven() {
    let found = design(&published(), &steps(2000));
    assert_eq!((found.cost, found.bound), (480, 480));
    assert_eq!(found.shifts.len(), 8);
}

#[test]
fn the_same_steps_are_the_same_design() {
    let (problem, _) = covered(3);
    for count in [1, 60, 130, 200] {
        let once = design(&problem, &steps(count));
        assert_eq!(once, design(&problem, &steps(count)));
        assert!(once.steps <= count);
    }
    let more = design(&problem, &steps(200));
    assert!(more.cost <= design(&problem, &steps(60)).cost);
}

/// Cancelled after some looks.
struct Impatient(std::sync::atomic::AtomicU64);

impl Monitor for Impatient {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn cancelled(&self) -> bool {
        self.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) == 0
            || self.0.load(std::sync::atomic::Ordering::Relaxed) > 1_000_000
    }
}

#[test]
fn a_stop_ends_it_with_what_there_is() {
    let (problem, known) = covered(5);
    let endless = DesignOptions { time: None, ..DesignOptions::default() };
    for looks in [0, 1, 50, 150] {
        let found = design_shifts(&problem, &endless, &Impatient(looks.into())).unwrap();
        assert!(found.steps <= looks, "{} steps", found.steps);
        assert!(found.bound <= known);
        assert_eq!(problem.cost_of(&found.shifts).unwrap().total, found.cost);
    }
}

#[test]
fn every_mistake_is_found_at_once() {
    let kind = |starts, lengths| ShiftKind { starts, lengths };
    #[expect(clippy::reversed_empty_ranges, reason = "that is the mistake")]
    let problem = ShiftDesign {
        step_minutes: 60,
        days: 2,
        required: vec![1; 40],
        kinds: vec![kind(5..=24, 7..=9), kind(8..=7, 0..=3), kind(0..=1, 40..=49)],
        costs: DesignCosts { under_minute: 1, over_minute: 1, shift: 60 },
    };
    let findings = problem.findings();
    assert_eq!(findings.len(), 5, "{findings:?}");
    assert!(findings.contains(&DesignFinding::Length {
        found: 40,
        days: 2,
        steps: 24,
        needed: 48
    }));
    assert!(findings.contains(&DesignFinding::Start { kind: 0, start: 24, last: 23 }));
    assert!(findings.contains(&DesignFinding::Empty { kind: 1, what: "starts" }));
    assert_eq!(design_shifts(&problem, &steps(1), &WallClock::start()), Err(findings));
    let odd = ShiftDesign { step_minutes: 7, days: 0, kinds: Vec::new(), ..problem };
    let findings = odd.findings();
    assert_eq!(findings.len(), 3, "{findings:?}");
}

#[test]
fn the_judge_refuses_what_is_no_design() {
    let problem = published();
    let shift = |start, length, days| DesignedShift { start, length, people: vec![1; days] };
    let refused = |shifts: &[DesignedShift]| problem.cost_of(shifts).unwrap_err();
    assert_eq!(refused(&[shift(1, 8, 7)]), CostError::NotAllowed { start: 1, length: 8 });
    assert_eq!(refused(&[shift(5, 8, 6)]), CostError::Days { start: 5, found: 6, days: 7 });
    let twice = CostError::Twice { start: 5, length: 8 };
    assert_eq!(refused(&[shift(5, 8, 7), shift(5, 8, 7)]), twice);
    let required: u64 = problem.required.iter().map(|people| u64::from(*people)).sum();
    let nobody = problem.cost_of(&[]).unwrap();
    assert_eq!(
        (nobody.total, nobody.under_minutes, nobody.shifts),
        (60 * required, 60 * required, 0)
    );
    let all_night = problem.cost_of(&[shift(23, 9, 7)]).unwrap();
    assert_eq!((all_night.shifts, all_night.over_minutes % 60), (1, 0));
}

#[test]
fn shifts_as_long_as_the_horizon_and_over_its_end_count_once() {
    let kinds = vec![ShiftKind { starts: 3..=3, lengths: 4..=4 }];
    let costs = DesignCosts { under_minute: 2, over_minute: 1, shift: 10 };
    let required = vec![2, 2, 3, 2];
    let problem = ShiftDesign { step_minutes: 360, days: 1, required, kinds, costs };
    let found = design(&problem, &steps(500));
    // Two people, and a third missing for six hours: who would be too many for eighteen.
    assert_eq!((found.cost, found.bound), (730, 730));
    assert_eq!(found.shifts, [DesignedShift { start: 3, length: 4, people: vec![2] }]);
}
