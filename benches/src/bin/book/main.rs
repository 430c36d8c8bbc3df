//! A ledger for each of 84 site-days, filled by a stream of citizens: what a search, a booking and
//! a restart cost, and how often a start is not decided.

mod searches;
mod timings;

use std::fs::read_to_string;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Parser;
use scheduler_benches::baseline::ledgers;
use scheduler_benches::book::scenario;
use scheduler_benches::wishes::{Habits, Wish, wishes};
use scheduler_core::ledger::{Answer, Entry, Ledger, Limits, Stored};
use scheduler_core::plan::{Budget, Options, WallClock, plan};
use scheduler_core::problem::Problem;
use scheduler_core::time::Step;
use timings::Timings;

/// Measures ledgers of two sites and 42 days.
#[derive(Debug, Parser)]
struct Arguments {
    /// Clerks at each site.
    #[arg(long, value_delimiter = ',', default_values_t = [20])]
    clerks: Vec<usize>,
    /// Promises in the book.
    #[arg(long, default_value_t = 15_000)]
    promises: usize,
    /// Searches to time.
    #[arg(long, default_value_t = 2_000)]
    searches: usize,
    /// Seed of offices and citizens.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Choices that the exhaustive search may try for a start.
    #[arg(long, default_value_t = Limits::default().nodes)]
    nodes: u32,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let machine = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = machine.lines().find_map(|line| line.strip_prefix("model name\t: "));
    println!("{}\n", model.unwrap_or("unknown machine"));
    for clerks in &arguments.clerks {
        measure(&arguments, *clerks)?;
    }
    Ok(())
}

fn measure(arguments: &Arguments, clerks: usize) -> Result<()> {
    let limits = Limits::nodes(arguments.nodes);
    let problem = Problem::new(&scenario(clerks, arguments.seed))
        .map_err(|findings| anyhow!("{findings}"))?;
    let problem = Arc::new(problem);
    println!("## {}\n", problem.name);
    let options = Options { budget: Budget::Steps(400_000), ..Options::default() };
    let outcome = plan(&problem, &options, &WallClock::start())?;
    let mut book = ledgers(&problem, &outcome.plan, limits)?;
    let habits = Habits { patience: 5, ..Habits::default() };
    let mut stream = wishes(&problem, habits, arguments.seed);
    fill(&mut book, &mut stream, arguments.promises, limits)?;
    let (taken, all) = book.iter().fold((0, 0), |(taken, all), ledger| {
        (taken + ledger.promised_steps(), all + ledger.appointment_steps())
    });
    println!("desk time promised: {:.1} %", 100.0 * f64::from(taken) / f64::from(all));
    let questions: Vec<Wish> = stream.by_ref().take(arguments.searches).collect();
    searches::measure(&problem, &book, &Arc::new(outcome.prices), &questions, limits)?;
    decide_all(&book, &questions, limits);
    memory(&book)?;
    restart(&problem, &book, limits)?;
    println!();
    Ok(())
}

/// The book is full where of so many citizens in a row none finds anything.
const NONE_SERVED: usize = 100;

/// Books the first start that suits, for one citizen after the other, until there are so many
/// promises or the book is full.
fn fill(
    book: &mut [Ledger],
    stream: &mut impl Iterator<Item = Wish>,
    promises: usize,
    limits: Limits,
) -> Result<()> {
    let mut inserts = Timings::default();
    let (mut turned_away, mut in_a_row, mut refused) = (0, 0, 0);
    while inserts.count() < promises {
        let wish = stream.next().context("the stream has no end")?;
        let found = wish.places.iter().find_map(|&(site_day, from)| {
            Some((site_day, first(&book[site_day], &wish, from, limits)?))
        });
        let Some((site_day, start)) = found else {
            turned_away += 1;
            in_a_row += 1;
            if in_a_row == NONE_SERVED {
                println!(
                    "the book is full with {} promises, less than the {promises} asked for: none of \
                     the last {NONE_SERVED} citizens found anything",
                    inserts.count()
                );
                break;
            }
            continue;
        };
        in_a_row = 0;
        let entry = Entry::new(inserts.count().to_string(), wish.basket, wish.visit, start);
        let booked = inserts.time(|| book[site_day].insert(entry, limits));
        refused += usize::from(booked.is_err());
    }
    ensure!(refused == 0, "{refused} offered starts were refused");
    println!("filled: {} promises, {turned_away} citizens turned away", inserts.count());
    println!("insert: {}; {:.0} a second", inserts.line(), inserts.per_second());
    Ok(())
}

fn first(ledger: &Ledger, wish: &Wish, from: Step, limits: Limits) -> Option<Step> {
    let starts = ledger.starts(&wish.visit);
    let sure = starts.sure.iter().find(|&start| start >= from);
    let before = sure.unwrap_or(Step::MAX);
    let mut open = starts.open.iter().filter(|&start| from <= start && start < before);
    open.find(|&start| ledger.check(&wish.visit, start, limits) == Answer::Yes).or(sure)
}

/// All starts on all site-days for each basket: by bits and matchings, then with every open start
/// decided.
fn decide_all(book: &[Ledger], questions: &[Wish], limits: Limits) {
    let (mut bits, mut exact, mut checks) =
        (Timings::default(), Timings::default(), Timings::default());
    let (mut sure, mut yes, mut no, mut unknown) = (0, 0, 0, 0);
    for question in questions {
        bits.time(|| {
            book.iter().for_each(|ledger| drop(black_box(ledger.starts(&question.visit))));
        });
    }
    for question in questions.iter().take(questions.len().div_ceil(20)) {
        let begin = Instant::now();
        for ledger in book {
            let starts = ledger.starts(&question.visit);
            sure += starts.sure.iter().count();
            for start in starts.open.iter() {
                match checks.time(|| ledger.check(&question.visit, start, limits)) {
                    Answer::Yes => yes += 1,
                    Answer::No => no += 1,
                    Answer::Unknown => unknown += 1,
                }
            }
        }
        exact.add(begin.elapsed());
    }
    println!("search of all {} site-days, no start decided further: {}", book.len(), bits.line());
    println!("the same with every open start decided: {}", exact.line());
    println!("one decision: {}", checks.line());
    let asked = (sure + yes + no + unknown).max(1) as f64;
    let share = |count: usize| 100.0 * count as f64 / asked;
    println!(
        "of the starts not ruled out by counting: {:.3} % sure, {:.3} % found by search, {:.3} % \
         proven impossible by search, {:.4} % unknown",
        share(sure),
        share(yes),
        share(no),
        share(unknown)
    );
}

/// Resident memory that copies of the book take.
fn memory(book: &[Ledger]) -> Result<()> {
    const COPIES: usize = 20;
    let before = resident()?;
    let copies: Vec<Vec<Ledger>> = (0..COPIES).map(|_| book.to_vec()).collect();
    let after = resident()?;
    let each = (after - before) / (COPIES * black_box(&copies).len().min(1) * book.len()) as f64;
    println!("memory: {each:.1} KiB for each site-day, what clones share not counted");
    Ok(())
}

/// Kibibytes of this process in memory.
fn resident() -> Result<f64> {
    let status = read_to_string("/proc/self/status").context("memory is measured on Linux")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Reads the whole book from what a store has of it.
fn restart(problem: &Problem, book: &[Ledger], limits: Limits) -> Result<()> {
    let stored: Vec<Stored> = book.iter().map(Ledger::to_stored).collect();
    let begin = Instant::now();
    for (site_day, stored) in stored.iter().enumerate() {
        let restored = Ledger::restore(problem, site_day, stored, limits);
        ensure!(restored.stranded.is_empty(), "a promise was lost at site-day {site_day}");
        ensure!(restored.changes.is_empty(), "the witness of site-day {site_day} changed");
    }
    println!("restore of all site-days: {:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    Ok(())
}
