//! The fewest workers for fixed tasks: published instances from files, and generated ones like them.
//!
//! Prints `id value bound seconds` for each. Seconds are processor time where the system tells it, so
//! that other work on the machine does not count.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Parser;
use scheduler_benches::staffing::smptsp::{Found, RECIPES, generate, run_seed, solve_for};

/// Searches for the fewest workers that can do all tasks of each instance.
#[derive(Debug, Parser)]
struct Arguments {
    /// Files of instances, `.dat`.
    #[arg(required_unless_present = "generated")]
    files: Vec<PathBuf>,
    /// Seconds for each instance at the most; it ends as soon as the optimum is proven.
    #[arg(long, default_value_t = 60.0)]
    seconds: f64,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// So many generated instances of each recipe, instead of files.
    #[arg(long, value_name = "COUNT", conflicts_with = "files")]
    generated: Option<u64>,
}

fn main() -> Result<()> {
    let Arguments { files, seconds, seed, generated } = Arguments::parse();
    ensure!(seconds > 0.0, "--seconds is not positive");
    for path in &files {
        let id = path.file_stem().map_or_else(String::new, |stem| stem.display().to_string());
        print(&id, &run_seed(path, seconds, seed)?);
    }
    for instance in 1..=generated.unwrap_or(0) {
        for recipe in RECIPES {
            let input = generate(recipe, instance);
            let (tasks, workers) = (input.tasks.len(), input.workers.len());
            let share = (recipe.qualified * 100.0).round();
            let id = format!("generated_{instance}_{workers}_{tasks}_{share}");
            print(&id, &solve_for(&input, seconds, seed)?);
        }
    }
    Ok(())
}

fn print(id: &str, found: &Found) {
    let value = found.value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    println!("{id} {value} {} {:.3}", found.bound, found.seconds);
}
