//! How much of what a waitlist can bring each way of offering brings, on streams calibrated on cities.

use anyhow::{Result, ensure};
use clap::Parser;
use scheduler_benches::waitlist::{Habits, stream};
use scheduler_core::waitlist::stream::{Outcome, Stream, run};
use scheduler_core::waitlist::{Policy, Rules, hindsight};

/// Runs the same stream under each policy, and compares with the best in hindsight.
#[derive(Debug, Parser)]
struct Args {
    /// Size of the stream: with 1 it is a thousand wishes a day, as in a city of eleven offices.
    #[arg(long, default_value_t = 0.3)]
    scale: f64,
    /// Days.
    #[arg(long, default_value_t = 60)]
    days: i64,
    /// Streams, each with a seed of its own.
    #[arg(long, default_value_t = 3)]
    seeds: u64,
    /// All visits take a quarter of an hour.
    #[arg(long)]
    one_length: bool,
}

fn main() -> Result<()> {
    let args = Args::parse();
    ensure!(args.scale > 0.0 && args.scale <= 10.0, "--scale must be over 0 and at most 10");
    ensure!((1..=3_660).contains(&args.days), "--days must be 1 to 3660");
    let habits = Habits { scale: args.scale, days: args.days, one_length: args.one_length };
    println!(
        "| seed | policy | value, % of the best in hindsight | wishes met, % | offers a met wish | \
         declined or unanswered, % | wait, days | twice |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for seed in 0..args.seeds {
        let (stream, answers) = stream(habits, seed);
        let best = hindsight::bound(&stream, &answers);
        let policies = [
            ("first come first served", Policy::FirstComeFirstServed),
            ("notify all", Policy::NotifyAll),
            ("weighed", Policy::Weighed),
        ];
        for (name, policy) in policies {
            let outcome = run(&stream, &answers, policy, &Rules::default(), 10);
            row(seed, name, &stream, &outcome, best);
        }
    }
    Ok(())
}

fn row(seed: u64, name: &str, stream: &Stream, outcome: &Outcome, best: f64) {
    let met = outcome.got.iter().flatten().count();
    let mut starts: Vec<usize> = outcome.got.iter().flatten().copied().collect();
    starts.sort_unstable();
    starts.dedup();
    let waited: i64 = stream
        .wishes
        .iter()
        .zip(&outcome.at)
        .filter_map(|(wish, at)| at.map(|at| at - wish.asked))
        .sum();
    let refused = outcome.declined + outcome.expired + outcome.disappointed;
    println!(
        "| {seed} | {name} | {:.1} | {:.1} | {:.2} | {:.1} | {:.1} | {} |",
        100.0 * outcome.gain / best,
        100.0 * met as f64 / stream.wishes.len() as f64,
        outcome.offers as f64 / met.max(1) as f64,
        100.0 * refused as f64 / outcome.offers.max(1) as f64,
        waited as f64 / met.max(1) as f64 / (24.0 * 60.0),
        met - starts.len(),
    );
}
