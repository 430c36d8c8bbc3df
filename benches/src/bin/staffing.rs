//! Least staff on published instances: minimum shift design (`.json`), fixed tasks (`.dat`), and the
//! bank.
//!
//! Prints `id value bound seconds` for each. Seconds are processor time where the system tells it, so
//! that other work on the machine does not count.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use clap::Parser;
use scheduler_benches::staffing::{Found, bank, shift_design, smptsp};

/// Searches for the cheapest staff of each instance, and proves as much as there is time for.
#[derive(Debug, Parser)]
struct Arguments {
    /// Files of instances: shift design as `.json`, fixed tasks as `.dat`.
    #[arg(required_unless_present_any = ["bank", "generated"])]
    files: Vec<PathBuf>,
    /// Seconds for each instance at the most; it ends as soon as the optimum is proven.
    #[arg(long, default_value_t = 60.0)]
    seconds: f64,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The bank too.
    #[arg(long)]
    bank: bool,
    /// So many generated instances of each size of both too.
    #[arg(long, value_name = "COUNT")]
    generated: Option<u64>,
}

/// Minutes of a step, pairs, blocks of noise.
const SIZES: [(u32, usize, usize); 7] =
    [(60, 10, 0), (60, 18, 0), (60, 12, 60), (30, 14, 0), (30, 12, 40), (15, 14, 0), (15, 10, 30)];

fn main() -> Result<()> {
    let Arguments { files, seconds, seed, bank, generated } = Arguments::parse();
    ensure!(seconds > 0.0, "--seconds is not positive");
    if bank {
        print(&bank::run(seconds)?);
    }
    for path in &files {
        print(&solve(path, seconds, seed)?);
    }
    for instance in 1..=generated.unwrap_or(0) {
        for (step, pairs, noise) in SIZES {
            let design = shift_design::generate(instance, step, pairs, noise);
            let id = format!("generated-{instance}-{step}-{pairs}-{noise}");
            print(&shift_design::solve(id, &design, seconds, seed)?);
        }
        for recipe in smptsp::RECIPES {
            let input = smptsp::generate(recipe, instance);
            let (tasks, workers) = (input.tasks.len(), input.workers.len());
            let share = (recipe.qualified * 100.0).round();
            let id = format!("generated_{instance}_{workers}_{tasks}_{share}");
            print(&smptsp::solve_for(id, &input, seconds, seed)?);
        }
    }
    Ok(())
}

/// Each form of file has its own module.
fn solve(path: &Path, seconds: f64, seed: u64) -> Result<Found> {
    match path.extension().and_then(|end| end.to_str()) {
        Some("json") => shift_design::run(path, seconds, seed),
        Some("dat") => smptsp::run(path, seconds, seed),
        _ => bail!(
            "{} is neither a .json file of shift design nor a .dat file of fixed tasks",
            path.display()
        ),
    }
}

fn print(found: &Found) {
    let Found { id, value, bound, seconds } = found;
    let value = value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    println!("{id} {value} {bound} {seconds:.3}");
}
