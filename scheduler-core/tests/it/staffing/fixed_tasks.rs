//! The fewest workers for fixed tasks, against exhaustive search and published instances.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use scheduler_core::monitor::{Monitor, WallClock};
use scheduler_core::staffing::fixed_tasks::{
    Assigned, Break, Ended, Fault, FixedTasks, Options, Span, Worker, solve,
};

/// Numbers for instances (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn from(&mut self, least: u32, most: u32) -> u32 {
        least + (self.next() % u64::from(most - least + 1)) as u32
    }
}

/// A few tasks and workers, some with breaks.
fn small(seed: u64) -> FixedTasks {
    let mut numbers = Numbers(seed);
    let count = numbers.from(0, 9) as usize;
    let most = numbers.from(3, 14);
    let tasks = (0..count)
        .map(|_| {
            let from = numbers.from(0, 20);
            Span::new(from, from + numbers.from(1, most))
        })
        .collect();
    let skilled = numbers.from(2, 9);
    let rests = numbers.from(0, 2);
    let workers = (0..numbers.from(1, 6))
        .map(|_| {
            let may_do = (0..count).filter(|_| numbers.from(0, 9) < skilled).collect();
            let breaks = (0..numbers.from(0, rests))
                .map(|_| {
                    let from = numbers.from(0, 20);
                    let places = [from, from + numbers.from(8, 14)]
                        .map(|from| Span::new(from, from + numbers.from(1, 7)));
                    Break { length: numbers.from(1, 4), places: places.to_vec() }
                })
                .collect();
            Worker { may_do, breaks }
        })
        .collect();
    FixedTasks { tasks, workers }
}

/// Whether one worker can have these tasks and all breaks, by trying every begin of every break.
fn is_a_day(tasks: &[Span], breaks: &[Break]) -> bool {
    let apart = |i: usize| tasks[i + 1..].iter().all(|other| !other.overlaps(tasks[i]));
    (0..tasks.len()).all(apart) && rests(tasks, breaks, 0)
}

fn rests(tasks: &[Span], breaks: &[Break], free: u32) -> bool {
    let Some((first, others)) = breaks.split_first() else { return true };
    (free..60).any(|from| {
        let taken = Span::new(from, from + first.length);
        first.places.iter().any(|p| p.from <= taken.from && taken.until <= p.until)
            && tasks.iter().all(|task| !task.overlaps(taken))
            && rests(tasks, others, taken.until)
    })
}

/// The fewest workers, by giving the tasks in every way.
fn fewest(input: &FixedTasks) -> Option<usize> {
    let mut days = vec![Vec::new(); input.workers.len()];
    let mut best = None;
    give(input, 0, &mut days, &mut best);
    best
}

fn give(input: &FixedTasks, task: usize, days: &mut [Vec<Span>], best: &mut Option<usize>) {
    let used = days.iter().filter(|day| !day.is_empty()).count();
    if best.is_some_and(|best| used >= best) {
        return;
    }
    if task == input.tasks.len() {
        *best = Some(used);
        return;
    }
    for (worker, one) in input.workers.iter().enumerate() {
        if !one.may_do.contains(&task) {
            continue;
        }
        days[worker].push(input.tasks[task]);
        if is_a_day(&days[worker], &one.breaks) {
            give(input, task + 1, days, best);
        }
        days[worker].pop();
    }
}

/// Fails unless everybody can do what they are given.
fn assert_possible(input: &FixedTasks, found: &Assigned) {
    assert_eq!(found.worker.len(), input.tasks.len());
    let mut used = 0;
    for (worker, one) in input.workers.iter().enumerate() {
        let mine = (0..input.tasks.len()).filter(|&task| found.worker[task] == worker);
        let mine: Vec<usize> = mine.collect();
        assert!(mine.iter().all(|task| one.may_do.contains(task)), "{worker} may not {mine:?}");
        let spans: Vec<Span> = mine.iter().map(|&task| input.tasks[task]).collect();
        assert!(mine.is_empty() || is_a_day(&spans, &one.breaks), "{worker} cannot {spans:?}");
        used += usize::from(!mine.is_empty());
    }
    assert_eq!(used, found.workers);
}

fn steps(steps: u64) -> Options {
    Options { time: None, steps: Some(steps), ..Options::default() }
}

#[test]
fn small_instances_are_solved_as_by_exhaustive_search() {
    let (mut proven, mut impossible) = (0, 0);
    for seed in 0..4000 {
        let input = small(seed);
        let found = solve(&input, &steps(2000), &WallClock::start()).unwrap();
        let optimum = fewest(&input);
        if let Some(assigned) = &found.assignment {
            assert_possible(&input, assigned);
            assert!(found.bound <= assigned.workers, "seed {seed}");
        }
        let value = found.assignment.as_ref().map(|assigned| assigned.workers);
        assert_eq!(value, optimum, "seed {seed}");
        assert!(found.bound <= optimum.unwrap_or(input.workers.len() + 1), "seed {seed}");
        proven += u32::from(found.is_proven());
        impossible += u32::from(optimum.is_none());
        if found.is_proven() {
            assert_eq!(found.bound, optimum.unwrap_or(input.workers.len() + 1), "seed {seed}");
        }
    }
    assert!(proven >= 3990, "{proven} of 4000 proven");
    assert!((100..3900).contains(&impossible), "{impossible}");
}

/// An instance of Krishnamoorthy, Ernst and Baatar (2012, doi:10.1016/j.ejor.2011.11.034), in the
/// form of their files.
fn published(text: &str) -> FixedTasks {
    let mut lines = text.lines().skip_while(|line| !line.starts_with("Jobs"));
    let count = |line: &str| line.split_once('=').unwrap().1.trim().parse::<usize>().unwrap();
    let tasks = count(lines.next().unwrap());
    let tasks = lines.by_ref().take(tasks).map(|line| {
        let times = line.split_whitespace().map(|time| time.parse().unwrap());
        let times: Vec<u32> = times.collect();
        Span::new(times[0], times[1])
    });
    let tasks = tasks.collect();
    let workers = count(lines.next().unwrap());
    let workers = lines.take(workers).map(|line| {
        let may_do = line.split_once(':').unwrap().1.split_whitespace();
        Worker { may_do: may_do.map(|n| n.parse().unwrap()).collect(), breaks: Vec::new() }
    });
    FixedTasks { tasks, workers: workers.collect() }
}

#[test]
fn published_instances_are_solved_to_the_optimum() {
    let files = [
        (include_str!("data_2_24_40_33.dat"), (40, 24, 20)),
        (include_str!("data_6_48_80_66.dat"), (80, 48, 40)),
    ];
    for (text, (tasks, workers, optimum)) in files {
        let input = published(text);
        assert_eq!((input.tasks.len(), input.workers.len()), (tasks, workers));
        for seed in 1..=5 {
            let options = Options { seed, ..steps(20_000) };
            let found = solve(&input, &options, &WallClock::start()).unwrap();
            assert_possible(&input, found.assignment.as_ref().unwrap());
            assert!(found.is_proven());
            assert_eq!(found.bound, optimum);
            assert_eq!(found.assignment.unwrap().workers, optimum);
        }
    }
}

/// As many days full of tasks as `days`, and `workers` of whom each may do a third of all tasks.
fn full_days(days: u32, workers: u32, seed: u64) -> FixedTasks {
    let mut numbers = Numbers(seed);
    let mut tasks = Vec::new();
    for _ in 0..days {
        let mut from = numbers.from(0, 60);
        while from < 1350 {
            let until = (from + numbers.from(150, 400)).min(1440);
            tasks.push(Span::new(from, until));
            from = until + numbers.from(0, 60);
        }
    }
    let mut worker = || Worker {
        may_do: (0..tasks.len()).filter(|_| numbers.from(1, 100) <= 33).collect(),
        breaks: Vec::new(),
    };
    let workers = (0..workers).map(|_| worker()).collect();
    FixedTasks { tasks, workers }
}

#[test]
fn large_days_are_solved_to_the_optimum() {
    for seed in 1..=3 {
        let input = full_days(60, 74, seed);
        let found = solve(&input, &steps(50_000), &WallClock::start()).unwrap();
        assert_possible(&input, found.assignment.as_ref().unwrap());
        assert!(found.is_proven(), "{} steps, bound {}", found.steps, found.bound);
    }
}

#[test]
fn the_same_steps_and_seed_give_the_same_assignment() {
    let input = full_days(30, 33, 4);
    let once =
        |seed, most| solve(&input, &Options { seed, ..steps(most) }, &WallClock::start()).unwrap();
    for most in [0, 50, 1000] {
        assert_eq!(once(7, most), once(7, most));
    }
    assert_ne!(once(7, 1000).assignment, once(8, 1000).assignment);
}

/// Stops after so many questions.
struct Stop(AtomicU64);

impl Monitor for Stop {
    fn elapsed(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn cancelled(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .is_err()
    }
}

#[test]
fn a_search_can_be_stopped_and_keeps_what_it_has() {
    let input = full_days(30, 30, 4);
    let stopped = solve(&input, &steps(u64::MAX), &Stop(AtomicU64::new(200))).unwrap();
    assert_eq!(stopped.ended, Ended::Cancelled);
    assert!(stopped.steps <= 201 * 8);
    if let Some(assigned) = &stopped.assignment {
        assert_possible(&input, assigned);
    }
    let never = Options { time: Some(Duration::ZERO), ..Options::default() };
    let stopped = solve(&input, &never, &Stop(AtomicU64::new(u64::MAX))).unwrap();
    assert_eq!((stopped.ended, stopped.steps), (Ended::Budget, 0));
    assert!(stopped.bound > 0 && stopped.assignment.is_none());
}

#[test]
fn a_start_that_fits_is_never_made_worse() {
    let input = full_days(20, 25, 5);
    let first = solve(&input, &steps(300), &WallClock::start()).unwrap().assignment.unwrap();
    let start = first.worker.iter().map(|&worker| Some(worker)).collect();
    let options = Options { start, seed: 99, ..steps(0) };
    let second = solve(&input, &options, &WallClock::start()).unwrap().assignment.unwrap();
    assert_eq!(first, second);
    // What does not fit is given to others.
    let start = vec![Some(0), Some(usize::MAX), Some(3)];
    let options = Options { start, ..steps(5000) };
    let found = solve(&input, &options, &WallClock::start()).unwrap().assignment.unwrap();
    assert_possible(&input, &found);
}

#[test]
fn nothing_to_do_needs_nobody_and_nobody_can_do_nothing() {
    let nothing = FixedTasks { tasks: Vec::new(), workers: vec![Worker::default(); 3] };
    let found = solve(&nothing, &Options::default(), &WallClock::start()).unwrap();
    assert_eq!((found.is_proven(), found.bound), (true, 0));
    assert_eq!(found.assignment.unwrap().workers, 0);
    let nobody = FixedTasks { tasks: vec![Span::new(0, 1)], workers: Vec::new() };
    let found = solve(&nobody, &Options::default(), &WallClock::start()).unwrap();
    assert_eq!((found.is_proven(), found.bound, found.assignment), (true, 1, None));
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let worker = Worker { may_do: vec![0, 2], breaks: Vec::new() };
    let input = FixedTasks { tasks: vec![Span::new(3, 3), Span::new(0, 4)], workers: vec![worker] };
    let faults = solve(&input, &Options::default(), &WallClock::start()).unwrap_err();
    assert_eq!(
        faults.0,
        [
            Fault::TaskEmpty { task: 0, span: Span::new(3, 3) },
            Fault::TaskUnknown { worker: 0, task: 2, tasks: 2 },
        ]
    );
}
