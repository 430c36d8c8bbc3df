//! What the other processes do: hold, confirm, cancel and give back at random, and say what was
//! acknowledged.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use scheduler_core::scenario::Scenario;
use scheduler_service::booking::{BookingError, Office, OpenError, SetClock, Settings};
use scheduler_service::http::webhooks::Webhooks;
use scheduler_service::store::StoreSettings;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::support::office::{HALL, OPENED, at, hold_of, march, web};
use crate::support::{Database, block_on};

/// What a child is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) address: String,
    /// Dates of March 2027 that are booked, from the first on.
    pub(crate) days: u32,
    pub(crate) seed: u64,
    /// Holds to try; no end where `None`.
    pub(crate) holds: Option<usize>,
    /// How many are under way at once.
    pub(crate) parallel: usize,
    /// Whether it tells receivers of events.
    #[serde(default)]
    pub(crate) tells: bool,
}

/// What was acknowledged to a child, one line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) what: What,
    pub(crate) id: Uuid,
    /// Date of March 2027.
    pub(crate) day: u32,
    /// Quarters of an hour after 08:00.
    pub(crate) quarter: u32,
    /// Nanoseconds since the epoch: after the answer, or before the request for `Leaving`.
    pub(crate) time: u128,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    Held,
    Booked,
    /// About to be cancelled or released.
    Leaving,
    Cancelled,
    Released,
}

/// Settings of all processes of a test.
pub(crate) fn settings(store: StoreSettings) -> Settings {
    let text = HALL.replace("2027-03-05", "2027-03-31");
    Settings {
        scenario: Some(Scenario::from_json(text.as_bytes()).unwrap()),
        horizon_days: None,
        planning: Duration::from_millis(50),
        ..Settings::new(store)
    }
}

/// Opens the office, as patiently as a service: on a busy machine a server may not answer in time.
pub(crate) async fn open(database: &Database) -> Office {
    let clock = Arc::new(SetClock::new(at(OPENED).to_utc()));
    loop {
        match Office::open(settings(database.settings.clone()), clock.clone()).await {
            Ok(office) => return office,
            Err(OpenError::Store(error)) if error.passes() => eprintln!("not open yet: {error:?}"),
            Err(error) => panic!("{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Starts a child. Why it fails, if it does, is told where this process tells it.
pub(crate) fn start(task: &Task) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::child::child", "--ignored", "--nocapture", "--quiet"])
        .env("TASK", serde_json::to_string(task).unwrap())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    (child, output)
}

/// The next line; `None` at the end. What the test program itself prints is left out.
pub(crate) fn next_line(output: &mut impl BufRead) -> Option<Line> {
    loop {
        let mut text = String::new();
        if output.read_line(&mut text).unwrap() == 0 {
            return None;
        }
        if let Ok(line) = serde_json::from_str(text.trim_end()) {
            return Some(line);
        }
    }
}

#[test]
#[ignore = "a process of the other tests"]
fn child() {
    let task: Task = serde_json::from_str(&std::env::var("TASK").unwrap()).unwrap();
    let settings = StoreSettings::new(task.address.parse().unwrap());
    let database = Database { settings, folder: None };
    block_on(async {
        let office = open(&database).await;
        let telling = task.tells.then(|| Webhooks::waiting_for(office.clone(), Duration::ZERO));
        let left = Arc::new(AtomicUsize::new(task.holds.unwrap_or(usize::MAX)));
        let workers: Vec<_> = (0..task.parallel as u64)
            .map(|number| {
                let worker = Worker {
                    office: office.clone(),
                    left: Arc::clone(&left),
                    days: task.days,
                    random: Random(task.seed.wrapping_mul(1009).wrapping_add(number)),
                    left_in: None,
                };
                tokio::spawn(worker.run())
            })
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
        if let Some(telling) = telling {
            telling.close().await;
        }
        office.close().await;
    });
}

struct Worker {
    office: Office,
    left: Arc<AtomicUsize>,
    days: u32,
    random: Random,
    /// The last promise that was left in the book, whether it is booked, and where.
    left_in: Option<(Uuid, bool, (u32, u32))>,
}

impl Worker {
    async fn run(mut self) {
        while take_one(&self.left) {
            let (day, quarter) = (1 + self.random.below(self.days), self.random.below(16));
            let time = format!("{:02}:{:02}", 8 + quarter / 4, quarter % 4 * 15);
            let held = self.office.hold(&web(), hold_of("card", march(day, &time)), None).await;
            let id = match held {
                Ok(record) => record.id,
                Err(BookingError::Gone { .. }) => continue,
                // The others are in the way; the request changed nothing.
                Err(BookingError::Busy { .. } | BookingError::Unavailable { .. }) => continue,
                Err(error) => panic!("{error:?}"),
            };
            let place = (day, quarter);
            say(What::Held, id, place);
            let fate = self.random.below(10);
            let booked = fate < 6;
            if booked {
                if self.office.confirm(&web(), id, None, None).await.is_err() {
                    continue;
                }
                say(What::Booked, id, place);
            }
            // Some stay, but not so many that the book fills for good.
            let gone = match fate {
                0 | 9 => self.left_in.replace((id, booked, place)),
                _ => Some((id, booked, place)),
            };
            if let Some(gone) = gone {
                self.leave(gone).await;
            }
        }
    }

    async fn leave(&self, (id, booked, place): (Uuid, bool, (u32, u32))) {
        say(What::Leaving, id, place);
        if booked {
            if self.office.cancel(&web(), id, None, None).await.is_ok() {
                say(What::Cancelled, id, place);
            }
        } else if self.office.release(&web(), id).await.is_ok() {
            say(What::Released, id, place);
        }
    }
}

fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

fn say(what: What, id: Uuid, (day, quarter): (u32, u32)) {
    let line = Line { what, id, day, quarter, time: nanoseconds() };
    println!("{}", serde_json::to_string(&line).unwrap());
}

fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()
}

/// Splitmix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % u64::from(limit)) as u32
    }
}
