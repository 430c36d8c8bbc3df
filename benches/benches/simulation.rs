//! Whole replications: weeks of booking with the days at the counters, and a day alone.

#![expect(clippy::expect_used, reason = "a benchmark without its instance has nothing to time")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use scheduler_benches::reference_office::{SERVICES, everything, reference_office};
use scheduler_core::monitor::WallClock;
use scheduler_core::plan::{Budget, Options, plan};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use scheduler_core::simulate::model::{CallPolicy, DayModel};
use scheduler_core::simulate::random::Draws;
use scheduler_core::simulate::run::{Simulation, SimulationOptions, Until, simulate};
use scheduler_core::simulate::service_day::{PreparedDay, Scratch, run_day};
use scheduler_core::simulate::tally::Tally;

const BREMERHAVEN: &[u8] = include_bytes!("../../examples/bremerhaven/scenario.json");

/// A replication of two offices: eight weeks that fill the book, then those that are measured.
fn weeks(criterion: &mut Criterion) {
    let scenario = Scenario::from_json(BREMERHAVEN).expect("a scenario");
    let problem = Problem::new(&scenario).expect("a valid scenario");
    let search = Options { budget: Budget::Steps(20_000), ..Options::default() };
    let plan = plan(&problem, &search, &WallClock::start()).expect("a plan").plan;
    let mut group = criterion.benchmark_group("a replication with its booking weeks");
    for weeks in [13, 52] {
        let mut options = SimulationOptions::default();
        options.until = Until::Replications(1);
        (options.weeks, options.threads) = (weeks, Some(1));
        let run = simulate(&problem, &plan, &options, &WallClock::start()).expect("a simulation");
        let simulation = Simulation::new(&problem, &plan, &options).expect("a simulation");
        group.throughput(Throughput::Elements(run.customers));
        group.bench_function(format!("Bremerhaven, {weeks} weeks"), |bencher| {
            bencher.iter(|| simulation.replay(0, &mut ()).expect("a replication"));
        });
    }
}

/// Days of one office, the book given.
fn days(criterion: &mut Criterion) {
    /// Customers of a day of the reference office.
    const A_DAY: u64 = 253;
    let mut group = criterion.benchmark_group("a day at the counters");
    group.throughput(Throughput::Elements(A_DAY));
    let mut bench = |name: &str, model: DayModel| {
        let day = PreparedDay::new(model).expect("a possible day");
        let (mut scratch, mut tally) = (Scratch::new(), Tally::new(SERVICES));
        let mut replication = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                replication += 1;
                let draws = Draws::new(1, replication, 0);
                black_box(run_day(&day, day.as_planned(), draws, &mut scratch, &mut tally))
            });
        });
    };
    bench("reference office", reference_office().expect("a possible day"));
    let all = |policy| everything(policy).expect("a possible day");
    bench("everything, appointments first", all(CallPolicy::AppointmentsFirst));
    bench("everything, protected", all(CallPolicy::Protected));
}

criterion_group!(simulation, weeks, days);
criterion_main!(simulation);
