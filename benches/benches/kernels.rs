//! What a run spends its time on, one call at a time.

#![expect(clippy::expect_used, reason = "a benchmark without its instance has nothing to time")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use scheduler_benches::Member;
use scheduler_core::check::check;
use scheduler_core::plan::{self, Budget, Options, WallClock};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::scenario::Scenario;

const MEMBERS: [&str; 3] = ["day-20", "week", "city"];

fn scenario(member: &str) -> Scenario {
    Member::find(member).expect("a member of that name").scenario(1)
}

fn problem(member: &str) -> Problem {
    Problem::new(&scenario(member)).expect("a valid scenario")
}

fn some_plan(problem: &Problem) -> Plan {
    let options = Options { budget: Budget::Steps(20_000), ..Options::default() };
    plan::plan(problem, &options, &WallClock::start()).expect("a plan").plan
}

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read a scenario file");
    for member in MEMBERS {
        let bytes = serde_json::to_vec(&scenario(member)).expect("a scenario can be written");
        group.bench_function(member, |bencher| {
            bencher.iter(|| Scenario::from_json(black_box(&bytes)));
        });
    }
}

fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("build a problem");
    for member in MEMBERS {
        let scenario = scenario(member);
        group.bench_function(member, |bencher| {
            bencher.iter(|| Problem::new(black_box(&scenario)));
        });
    }
}

fn judge(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check a plan");
    for member in MEMBERS {
        let problem = problem(member);
        let plan = some_plan(&problem);
        group.bench_function(member, |bencher| {
            bencher.iter(|| check(black_box(&problem), black_box(&plan)));
        });
    }
}

fn clerk_day(criterion: &mut Criterion) {
    let problem = problem("day-20");
    criterion.bench_function("longest path of a clerk's day", |bencher| {
        plan::kernels::clerk_day(&problem, |path| bencher.iter(path));
    });
}

fn price_steps(criterion: &mut Criterion) {
    let problem = problem("day-20");
    criterion.bench_function("ten price steps of a site-day with 20 clerks", |bencher| {
        plan::kernels::price_steps(&problem, |round| bencher.iter(round));
    });
}

fn moves(criterion: &mut Criterion) {
    let problem = problem("day-20");
    criterion.bench_function("100 moves of the search on 20 clerks", |bencher| {
        plan::kernels::moves(&problem, |moves| bencher.iter(|| moves(100)));
    });
}

criterion_group!(kernels, read, build, judge, clerk_day, price_steps, moves);
criterion_main!(kernels);
