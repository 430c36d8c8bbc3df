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
