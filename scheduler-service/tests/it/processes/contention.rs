//! Four processes that fight for the same starts.

use std::collections::BTreeMap;
use std::thread;

use super::child::{self, Line, Task, What};
use super::ledgers;
use crate::support::{Database, block_on};

const PROCESSES: u64 = 4;

/// How many can be at the hall at once.
const UNITS: i32 = 3;

/// Runs the processes on `database` and checks what they were told, at every moment.
fn fight(database: &Database, holds: usize) {
    // The tables and the plan are there before they start.
    block_on(async { child::open(database).await.close().await });
    let readers: Vec<_> = (0..PROCESSES)
        .map(|seed| {
            let task = Task {
                address: database.address(),
                days: 3,
                seed,
                holds: Some(holds / PROCESSES as usize),
                parallel: 16,
                tells: false,
            };
            thread::spawn(move || {
                let (mut process, mut output) = child::start(&task);
                let mut lines = Vec::new();
                while let Some(line) = child::next_line(&mut output) {
                    lines.push(line);
                }
                assert!(process.wait().unwrap().success(), "a process has failed");
                lines
            })
        })
        .collect();
    let lines: Vec<Line> = readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect();
    let held = lines.iter().filter(|line| line.what == What::Held).count();
    assert!(held > holds / 20, "only {held} of {holds} were held");
    never_too_many(&lines);

    let rows = block_on(ledgers::checked(database));
    let mut last = BTreeMap::new();
    for line in &lines {
        last.insert(line.id, line.what);
    }
    let live = last.values().filter(|what| matches!(what, What::Held | What::Booked)).count();
    let unsure = last.values().filter(|what| matches!(what, What::Leaving)).count();
    assert!((live..=live + unsure).contains(&rows.len()), "{live} + {unsure}: {}", rows.len());
}

/// From the answer to its hold until it was about to be given up, each had its place: never more
/// than there is.
fn never_too_many(lines: &[Line]) {
    let mut events: BTreeMap<(u32, u32), Vec<(u128, i32)>> = BTreeMap::new();
    for line in lines {
        let change = match line.what {
            What::Held => 1,
            What::Leaving => -1,
            What::Booked | What::Cancelled | What::Released => continue,
        };
        events.entry((line.day, line.quarter)).or_default().push((line.time, change));
    }
    for ((day, quarter), mut events) in events {
        events.sort_unstable();
        let mut there = 0;
        for (_, change) in events {
            there += change;
            assert!(there <= UNITS, "{there} at once on day {day}, quarter {quarter}");
        }
    }
}

#[test]
fn four_processes_on_one_file_promise_nothing_twice() {
    fight(&Database::sqlite(), 2_000);
}

mod postgres {
    use super::{Database, fight};

    #[test]
    #[ignore = "needs PostgreSQL"]
    fn four_processes_on_one_server_promise_nothing_twice() {
        fight(&Database::postgres(), 10_000);
    }

    #[test]
    #[ignore = "needs PostgreSQL and minutes"]
    fn four_processes_on_one_server_promise_nothing_twice_in_a_hundred_thousand() {
        fight(&Database::postgres(), 100_000);
    }
}
