//! Random edits of scenarios, plans, variants and stored ledgers, through the whole library.
//!
//! Looks for panics, for work that does not end, and for laws that do not hold: what was written
//! reads the same again, plans pass the check, a refused booking leaves the ledger as it was.
//!
//! ```console
//! $ FUZZ_SECONDS=1800 FUZZ_SEED=1 cargo test -p scheduler-core --test it fuzz -- --ignored --nocapture
//! ```
//!
//! without `--release`, so that debug assertions and checks of overflow are on. `FUZZ_CASE` tries
//! one case again.

mod edit;
mod laws;
mod random;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::exit;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use laws::{Case, Fault};
use random::Random;

/// A case that takes longer than this hangs: its work is bounded to a second or so.
const HANGS: Duration = Duration::from_secs(120);

/// What is under way, for the watchdog.
type Now = Arc<Mutex<(Instant, u64, Case)>>;

/// Cases by stage that they reached, and what was found.
#[derive(Debug, Default)]
struct Found {
    reached: BTreeMap<&'static str, u64>,
    faults: Vec<String>,
}

impl Found {
    fn try_case(&mut self, seed: u64, number: u64, now: &Now) {
        let mut random = Random::new(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let case = edit::case(&mut random);
        *now.lock().unwrap() = (Instant::now(), number, case.clone());
        let mut stage = "edits";
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            laws::hold(&case, &mut random, &mut |next| {
                *self.reached.entry(next).or_default() += 1;
                stage = next;
            })
        }));
        let fault = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(Fault(what))) => what,
            Err(_) => "panicked".to_owned(),
        };
        println!("seed {seed} case {number}, {stage}: {fault}\n{case}\n");
        self.faults.push(format!("seed {seed} case {number}, {stage}: {fault}"));
    }
}

/// Ends the program where a case hangs, and says which.
fn watched() -> Now {
    let now: Now = Arc::new(Mutex::new((Instant::now(), 0, Case::default())));
    let seen = Arc::clone(&now);
    thread::spawn(move || {
        while Arc::strong_count(&seen) > 1 {
            thread::sleep(Duration::from_secs(1));
            let under_way = seen.lock().unwrap();
            let (since, number, case) = &*under_way;
            if since.elapsed() > HANGS {
                println!("case {number} hangs:\n{case}");
                exit(1);
            }
        }
    });
    now
}

#[test]
#[ignore = "takes as long as it is told to"]
fn edited_files_break_no_law() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seconds = number("FUZZ_SECONDS").unwrap_or(60);
    let seed = number("FUZZ_SEED").unwrap_or(1);
    let (now, begin) = (watched(), Instant::now());
    let mut found = Found::default();
    if let Some(case) = number("FUZZ_CASE") {
        found.try_case(seed, case, &now);
    } else {
        let mut cases = 0;
        while begin.elapsed().as_secs() < seconds {
            found.try_case(seed, cases, &now);
            cases += 1;
        }
        println!(
            "{cases} cases in {seconds} s, {} faults; reached {:?}",
            found.faults.len(),
            found.reached
        );
    }
    assert!(found.faults.is_empty(), "{}", found.faults.join("\n"));
}
