//! The same citizens at the same offices, through different booking systems: how many get an
//! appointment, how many are turned away, and to how many one is promised that nobody can keep.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Parser;
use scheduler_benches::baseline::{Calendar, Choice, Counted, Counting, Ours, Pinned};
use scheduler_benches::wishes::{Habits, Wish, wishes};
use scheduler_core::ledger::{Limits, Visit};
use scheduler_core::plan::{Budget, Options, WallClock, plan};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::scenario::Scenario;
use scheduler_core::time::Step;

/// Puts one stream of requests through several booking systems.
#[derive(Debug, Parser)]
struct Arguments {
    /// Scenario: offices, staff, demand.
    #[arg(long, default_value = "examples/bremerhaven/scenario.json")]
    scenario: PathBuf,
    /// Requests in each stream.
    #[arg(long, default_value_t = 2000)]
    requests: usize,
    /// Streams: seeds 1 to this.
    #[arg(long, default_value_t = 10)]
    seeds: u64,
    /// Further open days that a citizen would take.
    #[arg(long, default_value_t = 2)]
    patience: usize,
    /// Work on the plan that places walk-in blocks and breaks.
    #[arg(long, default_value_t = 300_000)]
    steps: u64,
    /// Choices that the ledger's exhaustive search may try for a start.
    #[arg(long, default_value_t = Limits::default().nodes)]
    nodes: u32,
}

/// The systems compared; ours last.
const SYSTEMS: [&str; 6] = [
    "pinned, first free clerk",
    "pinned, least-loaded clerk",
    "pinned, least able clerk and room",
    "counts for each group of services",
    "counts of all bookings",
    "ledger",
];

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let bytes = std::fs::read(&arguments.scenario)
        .with_context(|| arguments.scenario.display().to_string())?;
    let scenario = Scenario::from_json(&bytes).map_err(|findings| anyhow!("{findings}"))?;
    let problem = Problem::new(&scenario).map_err(|findings| anyhow!("{findings}"))?;
    let options = Options { budget: Budget::Steps(arguments.steps), ..Options::default() };
    let plan = plan(&problem, &options, &WallClock::start())?.plan;
    println!(
        "{}: {} requests, seeds 1 to {}, the wished day and {} more\n",
        problem.name, arguments.requests, arguments.seeds, arguments.patience
    );
    let limits = Limits::nodes(arguments.nodes);
    let mut runs = vec![Vec::new(); SYSTEMS.len()];
    for seed in 1..=arguments.seeds {
        let habits = Habits { patience: arguments.patience, ..Habits::default() };
        let stream: Vec<Wish> = wishes(&problem, habits, seed).take(arguments.requests).collect();
        for (system, runs) in runs.iter_mut().enumerate() {
            runs.push(run(&problem, &plan, system, &stream, limits)?);
        }
    }
    print!("{}", Table(&runs));
    Ok(())
}

/// What became of a stream.
#[derive(Debug, Clone, Copy, Default)]
struct Outcome {
    /// Promises that can all be kept.
    kept: usize,
    /// Promises that cannot be kept beside the earlier ones.
    impossible: usize,
    turned_away: usize,
    /// Of those turned away: who could have had an appointment beside all promises kept.
    needlessly: usize,
    /// Starts and promises that were not decided within the limits: taken for possible where
    /// another system promised them, not offered by ours.
    unknown: usize,
}

fn run(
    problem: &Problem,
    plan: &Plan,
    system: usize,
    stream: &[Wish],
    limits: Limits,
) -> Result<Outcome> {
    let calendar: Box<dyn Calendar> = match system {
        0 => Box::new(Pinned::new(problem, plan, Choice::First)),
        1 => Box::new(Pinned::new(problem, plan, Choice::LeastLoaded)),
        2 => Box::new(Pinned::new(problem, plan, Choice::LeastAble)),
        3 => Box::new(Counted::new(problem, plan, Counting::OwnGroup)),
        4 => Box::new(Counted::new(problem, plan, Counting::All)),
        _ => Box::new(Ours::new(problem, plan, limits)?),
    };
    book_all(calendar, Ours::new(problem, plan, limits)?, stream)
}

/// Every citizen takes the first start that suits. `exact` has the same promises as far as they can
/// be kept, and free choice of clerks and rooms for them: it tells what would have been possible.
fn book_all(
    mut calendar: Box<dyn Calendar + '_>,
    mut exact: Ours,
    stream: &[Wish],
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for wish in stream {
        match first(calendar.as_ref(), wish) {
            Some((site_day, start)) => {
                calendar.book(site_day, &wish.visit, start);
                exact.book(site_day, &wish.visit, start);
            }
            None => {
                outcome.turned_away += 1;
                outcome.needlessly += usize::from(first(&exact, wish).is_some());
            }
        }
    }
    outcome.impossible = exact.refused();
    outcome.unknown = exact.unknown() + exact.undecided();
    ensure!(
        outcome.impossible + outcome.turned_away <= stream.len(),
        "more failures than requests"
    );
    outcome.kept = stream.len() - outcome.turned_away - outcome.impossible;
    Ok(outcome)
}

fn first(calendar: &dyn Calendar, wish: &Wish) -> Option<(usize, Step)> {
    let visit: &Visit = &wish.visit;
    wish.places
        .iter()
        .find_map(|&(site_day, from)| Some((site_day, calendar.first(site_day, visit, from)?)))
}

/// A row for each system.
struct Table<'a>(&'a [Vec<Outcome>]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| system | kept | turned away | of these needlessly | promised, cannot be kept | \
             ledger keeps more |"
        )?;
        writeln!(f, "| --- | ---: | ---: | ---: | ---: | ---: |")?;
        let ours = self.0.last().map(Vec::as_slice).unwrap_or_default();
        for (name, runs) in SYSTEMS.iter().zip(self.0) {
            let mean =
                |count: fn(&Outcome) -> usize| Mean::of(runs.iter().map(|r| count(r) as f64));
            let more =
                ours.iter().zip(runs).map(|(our, their)| our.kept as f64 - their.kept as f64);
            let (more, kept) = (Mean::of(more), mean(|run| run.kept));
            writeln!(
                f,
                "| {name} | {kept} | {} | {} | {} | {more} ({:+.1} %) |",
                mean(|run| run.turned_away),
                mean(|run| run.needlessly),
                mean(|run| run.impossible),
                100.0 * more.mean / kept.mean
            )?;
        }
        writeln!(f, "\nMean of {} streams ± half a 95 % interval.", ours.len())?;
        write!(f, "Not decided within the limits, in all streams:")?;
        for (name, runs) in SYSTEMS.iter().zip(self.0) {
            write!(f, " {name} {};", runs.iter().map(|run| run.unknown).sum::<usize>())?;
        }
        writeln!(f)
    }
}

/// A mean with half its 95 % confidence interval.
struct Mean {
    mean: f64,
    half: f64,
}

impl Mean {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let half = student(values.len()) * (squares / (count - 1.0).max(1.0) / count).sqrt();
        Self { mean, half }
    }
}

impl fmt::Display for Mean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} ± {:.1}", self.mean, self.half)
    }
}

/// The 97.5 % point of Student's t for a sample of `count`, the normal one for large samples.
fn student(count: usize) -> f64 {
    const POINTS: [f64; 20] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    ];
    count.checked_sub(2).map_or(0.0, |index| POINTS.get(index).copied().unwrap_or(2.0))
}
