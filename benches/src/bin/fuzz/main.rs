//! Random edits of scenarios, plans, variants and stored ledgers, through the whole library.
//!
//! ```console
//! $ cargo run -p scheduler-benches --bin fuzz -- --seconds 1800 --seed 1
//! ```
//!
//! Without `--release`, so that debug assertions and checks of overflow are on. Looks for panics,
//! for work that does not end, and for laws that do not hold: what was written reads the same again,
//! plans pass the check, a refused booking leaves the ledger as it was. Each fault is printed with
//! its case and what it was given; `--case` does one case again. Exits with 1 where there are any.

mod edit;
mod laws;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{ExitCode, exit};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use scheduler_benches::random::Random;

use laws::{Case, Fault};

/// Puts random edits of scenarios, plans, variants and stored ledgers through the whole library.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long to look, in seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Seed of the edits.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this case.
    #[arg(long)]
    case: Option<u64>,
}

/// A case that takes longer than this hangs: its work is bounded to a second or so.
const HANGS: Duration = Duration::from_secs(120);

/// What is under way, for the watchdog.
type Now = Arc<Mutex<(Instant, u64, Case)>>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let begin = Instant::now();
    let now: Now = Arc::new(Mutex::new((begin, 0, Case::default())));
    watch(Arc::clone(&now));
    let mut tally: BTreeMap<&'static str, u64> = BTreeMap::new();
    let (mut faults, mut done) = (0, 0);
    for number in arguments.case.unwrap_or(0).. {
        let over = begin.elapsed().as_secs() >= arguments.seconds;
        if over || arguments.case.is_some_and(|case| case != number) {
            break;
        }
        let mut random = Random::new(arguments.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let case = edit::case(&mut random);
        *now.lock().unwrap_or_else(PoisonError::into_inner) =
            (Instant::now(), number, case.clone());
        let mut stage = "edits";
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            laws::hold(&case, &mut random, &mut |next| {
                *tally.entry(next).or_default() += 1;
                stage = next;
            })
        }));
        let fault = match outcome {
            Ok(Ok(())) => None,
            Ok(Err(Fault(what))) => Some(what),
            Err(_) => Some("panicked".to_owned()),
        };
        if let Some(what) = fault {
            faults += 1;
            println!("seed {} case {number} {stage}: {what}\n{case}\n", arguments.seed);
        }
        done += 1;
    }
    println!("{done} cases in {:.0} s, {faults} faults; reached:", begin.elapsed().as_secs_f64());
    for (stage, count) in tally {
        println!("  {stage}: {count}");
    }
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Ends the program where a case hangs, and says which.
fn watch(now: Now) {
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_secs(1));
            let now = now.lock().unwrap_or_else(PoisonError::into_inner);
            let (since, number, case) = &*now;
            if since.elapsed() > HANGS {
                println!("case {number} hangs:\n{case}");
                exit(1);
            }
        }
    });
}
