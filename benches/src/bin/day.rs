//! Customers a second on one core: the reference office, and one with everything that a day can have.
//!
//! Seconds are processor time where the system tells it, so that other work on the machine does not
//! count.

use std::{fs, time::Instant};

use anyhow::Result;
use clap::Parser;
use scheduler_benches::reference_office::{SERVICES, everything, reference_office};
use scheduler_core::simulate::{
    model::{CallPolicy, Channel, DayModel, MINUTE},
    random::Draws,
    service_day::{DayEnd, PreparedDay, Scratch, run_day},
    tally::Tally,
};

/// Simulates days one after the other and prints customers a second and waits.
#[derive(Debug, Parser)]
struct Arguments {
    /// Days for each measurement.
    #[arg(long, default_value_t = 20_000)]
    days: u64,
    /// Measurements of each office, at least two, of which the fastest counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..))]
    runs: u64,
    /// Only the reference office.
    #[arg(long)]
    reference: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    println!(
        "{:<24} {:>12} {:>9} {:>18} {:>18} {:>9}",
        "office", "customers/s", "a day", "wait booked", "wait walk-in", "overtime"
    );
    measure("REF-OFFICE-A", reference_office()?, 1, &arguments)?;
    if arguments.reference {
        return Ok(());
    }
    let policies = [
        ("appointments first", CallPolicy::AppointmentsFirst),
        ("first come", CallPolicy::FirstCome),
        ("by appointment time", CallPolicy::ByAppointmentTime { grace: 5 * MINUTE }),
        ("due priority", CallPolicy::DuePriority),
        ("protected", CallPolicy::Protected),
        ("walk-in desks", CallPolicy::WalkInDesks),
    ];
    for (name, policy) in policies {
        measure(&format!("all, {name}"), everything(policy)?, SERVICES, &arguments)?;
    }
    Ok(())
}

/// Nanoseconds that this process has run, or that have passed where the system does not say.
fn elapsed(start: Instant) -> f64 {
    let stat = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let run = stat.split_whitespace().next().and_then(|first| first.parse().ok());
    run.unwrap_or_else(|| start.elapsed().as_nanos() as f64)
}

fn measure(name: &str, model: DayModel, services: usize, arguments: &Arguments) -> Result<()> {
    let day = PreparedDay::new(model)?;
    let mut scratch = Scratch::new();
    let mut tally = Tally::new(services);
    let start = Instant::now();
    let mut best = f64::INFINITY;
    let mut overtime = 0_u64;
    // Runs serve as batches.
    let mut batches = Vec::new();
    for run in 0..arguments.runs {
        let mut batch = Tally::new(services);
        let before = elapsed(start);
        for replication in 0..arguments.days {
            let draws = Draws::new(1 + run, replication, 0);
            let end: DayEnd = run_day(&day, day.as_planned(), draws, &mut scratch, &mut batch);
            overtime += u64::from(end.overtime);
        }
        best = best.min((elapsed(start) - before) / 1e9);
        batches.push(Channel::ALL.map(|channel| {
            let waits = batch.channel(channel);
            waits.wait as f64 / waits.served.max(1) as f64 / f64::from(MINUTE)
        }));
        tally.add(&batch);
    }
    let days = (arguments.days * arguments.runs) as f64;
    let served: u64 = Channel::ALL.map(|channel| tally.channel(channel).served).iter().sum();
    let mean = |channel: usize| {
        let values = batches.iter().map(|batch| batch[channel]);
        let count = values.len() as f64;
        let mean = values.clone().sum::<f64>() / count;
        let spread = values.map(|value| (value - mean).powi(2)).sum::<f64>();
        format!("{mean:.4} ± {:.4}", (spread / (count - 1.0) / count).sqrt())
    };
    println!(
        "{name:<24} {:>12.0} {:>9.2} {:>18} {:>18} {:>9.3}",
        served as f64 / arguments.runs as f64 / best,
        served as f64 / days,
        mean(0),
        mean(1),
        overtime as f64 / days / f64::from(MINUTE)
    );
    Ok(())
}
