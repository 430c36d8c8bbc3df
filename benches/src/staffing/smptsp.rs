//! Shift minimisation personnel task scheduling: the instances of Krishnamoorthy, Ernst and Baatar
//! (2012, doi:10.1016/j.ejor.2011.11.034) and of Smet and others (2014,
//! doi:10.1016/j.omega.2014.02.003), and instances like them.
//!
//! A file has comments (`#`) and `Type = 1`; `Jobs = n`, then begin and end of each job;
//! `Qualifications = m`, then for each worker the number of jobs that they may do, a colon, and
//! these, counted from 0.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use scheduler_core::monitor::Monitor as _;
use scheduler_core::staffing::fixed_tasks::{
    Assigned, FixedTasks, Options, Outcome, Span, Worker, solve,
};

use super::Found;
use super::clock::Processor;
use crate::random::Random;

/// Reads the instance in `path` and searches for `seconds` at the most.
///
/// # Errors
///
/// Where the file cannot be read or makes no sense.
pub fn run(path: &Path, seconds: f64, seed: u64) -> Result<Found> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let input = parse(&text).with_context(|| format!("{} makes no sense", path.display()))?;
    let id = path.file_stem().map_or_else(String::new, |stem| stem.display().to_string());
    solve_for(id, &input, seconds, seed)
}

/// Searches for `seconds` at the most and checks what is found.
///
/// # Errors
///
/// Where the instance makes no sense, or an assignment breaks a rule.
pub fn solve_for(id: String, input: &FixedTasks, seconds: f64, seed: u64) -> Result<Found> {
    let time = Some(Duration::try_from_secs_f64(seconds)?);
    let clock = Processor::start();
    let outcome = solve(input, &Options { time, seed, ..Options::default() }, &clock)?;
    let seconds = clock.elapsed().as_secs_f64();
    let Outcome { assignment, bound, .. } = outcome;
    if let Some(assigned) = &assignment {
        verify(input, assigned)?;
        ensure!(bound <= assigned.workers, "the bound {bound} is above {}", assigned.workers);
    }
    let value = assignment.map(|assigned| assigned.workers as u64);
    Ok(Found { id, value, bound: bound as u64, seconds })
}

/// The instance that a file is.
///
/// # Errors
///
/// With the number of the line that makes no sense.
pub fn parse(text: &str) -> Result<FixedTasks> {
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let count = |name: &str, lines: &mut dyn Iterator<Item = (usize, &str)>| -> Result<usize> {
        for (number, line) in lines {
            let Some((key, value)) = line.split_once('=') else {
                bail!("line {number} is {line:?}; {name} = a number comes next")
            };
            if key.trim() == name {
                return value.trim().parse().with_context(|| format!("line {number}"));
            }
        }
        bail!("{name} = a number is missing")
    };
    let jobs = count("Jobs", &mut lines)?;
    let mut tasks = Vec::new();
    for _ in 0..jobs {
        let (number, line) = lines.next().context("jobs are missing")?;
        let times = numbers::<u32>(line).with_context(|| format!("line {number}"))?;
        let [from, until] = times[..] else { bail!("line {number} is not begin and end of a job") };
        tasks.push(Span::new(from, until));
    }
    let qualified = count("Qualifications", &mut lines)?;
    let mut workers = Vec::new();
    for _ in 0..qualified {
        let (number, line) = lines.next().context("workers are missing")?;
        let (many, jobs) =
            line.split_once(':').with_context(|| format!("line {number} has no colon"))?;
        let may_do = numbers::<usize>(jobs).with_context(|| format!("line {number}"))?;
        let many: usize = many.trim().parse().with_context(|| format!("line {number}"))?;
        ensure!(may_do.len() == many, "line {number} has {} jobs, not {many}", may_do.len());
        workers.push(Worker { may_do, breaks: Vec::new() });
    }
    Ok(FixedTasks { tasks, workers })
}

fn numbers<T: std::str::FromStr>(text: &str) -> Result<Vec<T>, T::Err> {
    text.split_whitespace().map(str::parse).collect()
}

/// The file of an instance.
pub fn write(input: &FixedTasks) -> String {
    let mut text = format!("Type = 1\nJobs = {}\n", input.tasks.len());
    for task in &input.tasks {
        let _ = writeln!(text, "{} {}", task.from, task.until);
    }
    let _ = writeln!(text, "Qualifications = {}", input.workers.len());
    for worker in &input.workers {
        let _ = write!(text, "{}:", worker.may_do.len());
        for task in &worker.may_do {
            let _ = write!(text, " {task}");
        }
        text.push('\n');
    }
    text
}

/// Fails unless everybody may do what they do, one thing at a time.
fn verify(input: &FixedTasks, assigned: &Assigned) -> Result<()> {
    ensure!(assigned.worker.len() == input.tasks.len(), "not every task has a worker");
    let mut days: Vec<Vec<Span>> = vec![Vec::new(); input.workers.len()];
    for (task, &worker) in assigned.worker.iter().enumerate() {
        ensure!(input.workers[worker].may_do.contains(&task), "{worker} may not do {task}");
        days[worker].push(input.tasks[task]);
    }
    for (worker, day) in days.iter_mut().enumerate() {
        day.sort_unstable();
        let apart = day.windows(2).all(|pair| pair[0].until <= pair[1].from);
        ensure!(apart, "{worker} does two things at a time");
    }
    let used: BTreeSet<usize> = assigned.worker.iter().copied().collect();
    ensure!(used.len() == assigned.workers, "{} work, not {}", used.len(), assigned.workers);
    Ok(())
}

/// How an instance is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    /// Full days that all tasks together are cut from: so many workers would do, if everybody could
    /// do everything.
    pub days: usize,
    /// Workers.
    pub workers: usize,
    /// Shortest and longest task, of a day of 1440.
    pub lengths: (f64, f64),
    /// Share of the tasks that each worker may do.
    pub qualified: f64,
    /// Share of each day that is full.
    pub tightness: f64,
}

/// From small to large as the published ones, the last four as hard as the hard ones.
pub const RECIPES: [Recipe; 20] = [
    recipe((20, 24), (400.0, 700.0), 0.33),
    recipe((40, 48), (200.0, 500.0), 0.33),
    recipe((40, 47), (160.0, 490.0), 0.66),
    recipe((60, 72), (150.0, 450.0), 0.33),
    recipe((80, 96), (150.0, 400.0), 0.33),
    recipe((100, 121), (110.0, 390.0), 0.66),
    recipe((100, 120), (90.0, 300.0), 0.33),
    recipe((120, 147), (213.0, 592.0), 0.33),
    recipe((150, 180), (150.0, 400.0), 0.33),
    recipe((170, 204), (153.0, 395.0), 0.33),
    recipe((200, 240), (100.0, 300.0), 0.33),
    recipe((200, 245), (80.0, 230.0), 0.66),
    recipe((200, 245), (80.0, 230.0), 0.33),
    recipe((250, 300), (200.0, 500.0), 0.33),
    recipe((300, 348), (400.0, 680.0), 0.33),
    recipe((350, 420), (150.0, 400.0), 0.33),
    recipe((40, 50), (100.0, 300.0), 0.2),
    recipe((60, 77), (6.0, 200.0), 0.3),
    recipe((80, 100), (50.0, 250.0), 0.2),
    recipe((100, 125), (100.0, 300.0), 0.15),
];

const fn recipe((days, workers): (usize, usize), lengths: (f64, f64), qualified: f64) -> Recipe {
    Recipe { days, workers, lengths, qualified, tightness: 0.9 }
}

/// An instance as Krishnamoorthy's generator makes them: full days with gaps, cut into tasks, and
/// workers who may each do a random part of these.
pub fn generate(recipe: Recipe, seed: u64) -> FixedTasks {
    const DAY: f64 = 1440.0;
    let mut random = Random::new(seed);
    let mut tasks = Vec::new();
    let (shortest, longest) = recipe.lengths;
    for _ in 0..recipe.days {
        let mut lengths = Vec::new();
        while lengths.iter().sum::<f64>() < recipe.tightness * DAY {
            lengths.push(shortest + random.unit() * (longest - shortest));
        }
        if lengths.len() > 1 && random.unit() < 0.5 {
            lengths.pop();
        }
        let full = lengths.iter().sum::<f64>();
        let gaps: Vec<f64> = (0..=lengths.len())
            .map(|_| if random.unit() < 0.7 { -(1.0 - random.unit()).ln() } else { 0.0 })
            .collect();
        let gap = (1.0 - recipe.tightness) * DAY / gaps.iter().sum::<f64>().max(1e-9);
        let mut at = 0.0;
        for (length, pause) in lengths.iter().zip(&gaps) {
            at += pause * gap;
            let length = length * recipe.tightness * DAY / full;
            let from = at as u32;
            tasks.push(Span::new(from, ((at + length) as u32).max(from + 1)));
            at += length;
        }
    }
    let mut workers = Vec::new();
    for _ in 0..recipe.workers {
        let may_do = (0..tasks.len()).filter(|_| random.unit() < recipe.qualified).collect();
        workers.push(Worker { may_do, breaks: Vec::new() });
    }
    FixedTasks { tasks, workers }
}
