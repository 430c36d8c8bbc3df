//! Many clients of a running service at once: what it takes a second, and how long one waits.

mod http;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Parser;
use http::Client;
use scheduler_benches::book;
use scheduler_benches::wishes::{Habits, Wish, wishes};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use serde_json::{Value, json};

/// Fills the book of a running service, then measures calendars and lists, searches, holds, and the last
/// two together.
#[derive(Debug, Parser)]
struct Arguments {
    /// Write the scenario for the service to this file, and end.
    #[arg(long)]
    write_scenario: Option<PathBuf>,
    /// Clerks at each of the two sites of that scenario.
    #[arg(long, default_value_t = 20)]
    clerks: usize,
    /// Host and port of the service.
    #[arg(long, default_value = "127.0.0.1:8080")]
    address: String,
    /// Connections.
    #[arg(long, default_value_t = 200)]
    clients: usize,
    /// Appointments to make first.
    #[arg(long, default_value_t = 15_000)]
    fill: usize,
    /// Length of each measurement.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Holds to make in the measurement of holds.
    #[arg(long, default_value_t = 3_000)]
    holds: usize,
    /// Seed of the citizens.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let scenario = book::scenario(arguments.clerks, 1);
    if let Some(path) = &arguments.write_scenario {
        let bytes = serde_json::to_vec(&scenario)?;
        return std::fs::write(path, bytes).with_context(|| path.display().to_string());
    }
    let problem = Problem::new(&scenario).map_err(|findings| anyhow!("{findings}"))?;
    let load = Load::new(&arguments, &scenario, &problem)?;
    load.fill(arguments.fill)?;
    let length = Duration::from_secs(arguments.seconds);
    load.read(length)?;
    load.search(length, 0)?;
    load.hold(arguments.holds)?;
    load.search(length, 50)
}

/// Clients that ask for calendars and lists at the same time.
const READERS: usize = 50;

/// A start that can be held: site, start and basket as the service writes them.
type Slot = (Value, Value, Value);

struct Load<'a> {
    arguments: &'a Arguments,
    /// Baskets as the service reads them.
    baskets: Vec<Value>,
    /// Makes idempotency keys unlike those of other runs.
    run: u128,
    keys: AtomicUsize,
}

impl<'a> Load<'a> {
    fn new(arguments: &'a Arguments, scenario: &Scenario, problem: &Problem) -> Result<Self> {
        let basket = |wish: Wish| {
            let items = wish.basket.iter();
            let items = items.map(|item| {
                json!({ "service": scenario.services[item.service].id, "persons": item.persons })
            });
            Value::Array(items.collect())
        };
        let baskets = wishes(problem, Habits::default(), arguments.seed).take(2_000).map(basket);
        let run = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos();
        Ok(Self { arguments, baskets: baskets.collect(), run, keys: AtomicUsize::new(0) })
    }

    fn key(&self) -> String {
        format!("load-{}-{}", self.run, self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Runs `work` on so many connections at once, each with its number.
    fn on_all<T: Send>(
        &self,
        clients: usize,
        work: impl Fn(usize, &mut Client) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        let work = &work;
        std::thread::scope(|scope| {
            let handles: Vec<_> = (0..clients)
                .map(|number| {
                    scope
                        .spawn(move || work(number, &mut Client::connect(&self.arguments.address)?))
                })
                .collect();
            let joined = handles
                .into_iter()
                .map(|handle| handle.join().map_err(|_| anyhow!("a client panicked"))?);
            joined.collect()
        })
    }

    /// Searches until there are about `count` starts to hold.
    fn slots(&self, count: usize, round: usize) -> Result<Vec<Slot>> {
        let found = Mutex::new(Vec::new());
        let next = AtomicUsize::new(0);
        self.on_all(8, |_, client| {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let enough = found.lock().map_err(|_| anyhow!("poisoned"))?.len() >= count;
                if enough || number > count {
                    return Ok(());
                }
                let basket = &self.baskets[(number * 7 + round * 1009) % self.baskets.len()];
                let body =
                    json!({ "basket": basket, "limit": 20, "window": window(number + round) });
                let answer = client.post("/v1/slots/search", None, &body)?;
                ensure!(answer.status == 200, "search: {}", String::from_utf8_lossy(&answer.body));
                let answer = answer.json()?;
                let slots = answer["slots"].as_array().context("an answer without slots")?;
                let slots = slots
                    .iter()
                    .map(|slot| (slot["site"].clone(), slot["start"].clone(), basket.clone()));
                found.lock().map_err(|_| anyhow!("poisoned"))?.extend(slots);
            }
        })?;
        found.into_inner().map_err(|_| anyhow!("poisoned"))
    }

    fn hold_one(&self, client: &mut Client, slot: &Slot) -> Result<Option<Value>> {
        let body = json!({ "site": slot.0, "start": slot.1, "basket": slot.2 });
        let answer = client.post("/v1/holds", Some(&self.key()), &body)?;
        match answer.status {
            201 => Ok(Some(answer.json()?["id"].clone())),
            409 => Ok(None),
            status => bail!("hold: {status} {}", String::from_utf8_lossy(&answer.body)),
        }
    }

    /// Makes appointments: search, hold, confirm.
    fn fill(&self, count: usize) -> Result<()> {
        let begin = Instant::now();
        let made = AtomicUsize::new(0);
        for round in 0.. {
            let left = count.saturating_sub(made.load(Ordering::Relaxed));
            if left == 0 {
                break;
            }
            ensure!(round < 100, "the book is full after {} appointments", count - left);
            let slots = self.slots(left.min(4_000), round)?;
            let next = AtomicUsize::new(0);
            self.on_all(64, |_, client| {
                while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if made.load(Ordering::Relaxed) >= count {
                        break;
                    }
                    let Some(id) = self.hold_one(client, slot)? else { continue };
                    let body = json!({ "hold_id": id });
                    let answer = client.post("/v1/appointments", Some(&self.key()), &body)?;
                    ensure!(
                        matches!(answer.status, 200 | 201),
                        "confirm: {}",
                        String::from_utf8_lossy(&answer.body)
                    );
                    made.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            })?;
        }
        let seconds = begin.elapsed().as_secs_f64();
        println!("{count} appointments made in {seconds:.1} s");
        Ok(())
    }

    /// So many clients ask for a month's calendar, for a page of appointments and for one of events, each
    /// for a third of the time.
    fn read(&self, length: Duration) -> Result<()> {
        let calendar = |number: usize| {
            let basket = &self.baskets[number % self.baskets.len()];
            let entries = basket.as_array().into_iter().flatten();
            let entries = entries.map(|entry| {
                let service = entry["service"].as_str().unwrap_or_default();
                format!("&basket={service}:{}", entry["persons"])
            });
            format!("/v1/days?from=2027-04-05&until=2027-05-04{}", entries.collect::<String>())
        };
        let appointments = |number: usize| {
            let date = window(number)["from"].clone();
            format!("/v1/appointments?date={}&limit=100", date.as_str().unwrap_or_default())
        };
        let events = |number: usize| format!("/v1/events?after={}&limit=100", number * 97 % 30_000);
        let paths: [(&str, &(dyn Fn(usize) -> String + Sync)); 3] = [
            ("a month's calendar", &calendar),
            ("a page of appointments", &appointments),
            ("a page of events", &events),
        ];
        for (what, path) in paths {
            let length = length / 3;
            let end = Instant::now() + length;
            let timings = self.on_all(READERS, |number, client| {
                let mut timings = Vec::new();
                while Instant::now() < end {
                    let path = path(number * 31 + timings.len());
                    let begin = Instant::now();
                    let answer = client.get(&path)?;
                    timings.push((begin.elapsed(), answer.status));
                }
                Ok(timings)
            })?;
            report(what, READERS, timings.into_iter().flatten().collect(), length);
        }
        Ok(())
    }

    /// All clients search for all they are worth; beside them so many holds a second.
    fn search(&self, length: Duration, holds_per_second: u64) -> Result<()> {
        let slots = if holds_per_second == 0 {
            Vec::new()
        } else {
            self.slots((length.as_secs() * holds_per_second) as usize, 7)?
        };
        let end = Instant::now() + length;
        let clients = self.arguments.clients;
        let (held, empty) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let timings =
            self.on_all(clients + usize::from(holds_per_second > 0), |number, client| {
                if number == clients {
                    self.hold_at_a_rate(client, &slots, end, holds_per_second, &held)?;
                    return Ok(Vec::new());
                }
                let mut timings = Vec::new();
                while Instant::now() < end {
                    let basket = &self.baskets[(number * 31 + timings.len()) % self.baskets.len()];
                    let body = json!({ "basket": basket, "limit": 20 });
                    let begin = Instant::now();
                    let answer = client.post("/v1/slots/search", None, &body)?;
                    timings.push((begin.elapsed(), answer.status));
                    let nothing = answer.json()?["slots"].as_array().is_none_or(Vec::is_empty);
                    empty.fetch_add(usize::from(nothing), Ordering::Relaxed);
                }
                Ok(timings)
            })?;
        let what = if holds_per_second == 0 { "searches" } else { "searches beside holds" };
        report(what, clients, timings.into_iter().flatten().collect(), length);
        println!("  answers without a slot: {}", empty.into_inner());
        if holds_per_second > 0 {
            println!("  holds made beside them: {}", held.into_inner());
        }
        Ok(())
    }

    fn hold_at_a_rate(
        &self,
        client: &mut Client,
        slots: &[Slot],
        end: Instant,
        per_second: u64,
        held: &AtomicUsize,
    ) -> Result<()> {
        let mut due = Instant::now();
        for slot in slots {
            let now = Instant::now();
            if now >= end {
                break;
            }
            std::thread::sleep(due.saturating_duration_since(now));
            due += Duration::from_secs(1) / u32::try_from(per_second)?;
            held.fetch_add(usize::from(self.hold_one(client, slot)?.is_some()), Ordering::Relaxed);
        }
        Ok(())
    }

    /// So many holds by all clients as fast as they can, of starts that were free a moment ago.
    fn hold(&self, count: usize) -> Result<()> {
        let slots = self.slots(count, 3)?;
        let next = AtomicUsize::new(0);
        let begin = Instant::now();
        let timings = self.on_all(self.arguments.clients, |_, client| {
            let mut timings = Vec::new();
            while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
                let begin = Instant::now();
                let status = if self.hold_one(client, slot)?.is_some() { 201 } else { 409 };
                timings.push((begin.elapsed(), status));
            }
            Ok(timings)
        })?;
        let length = begin.elapsed();
        report("holds", self.arguments.clients, timings.into_iter().flatten().collect(), length);
        Ok(())
    }
}

/// A week of the book.
fn window(number: usize) -> Value {
    let first = chrono::NaiveDate::from_ymd_opt(2027, 4, 5).unwrap_or_default();
    let from = first + chrono::Days::new((number * 5 % (book::DAYS - 6)) as u64);
    json!({ "from": from, "until": from + chrono::Days::new(6) })
}

/// A line of figures: rate, median, 99th percentile, and how often each status came.
fn report(what: &str, clients: usize, mut timings: Vec<(Duration, u16)>, length: Duration) {
    timings.sort_unstable();
    let at = |share: f64| {
        let index = (share * timings.len().saturating_sub(1) as f64).round() as usize;
        timings.get(index).map_or(0.0, |timing| timing.0.as_secs_f64() * 1e3)
    };
    let mut statuses: Vec<u16> = timings.iter().map(|timing| timing.1).collect();
    statuses.sort_unstable();
    let counts: Vec<String> = statuses
        .chunk_by(|one, other| one == other)
        .map(|same| format!("{} × {}", same.len(), same[0]))
        .collect();
    println!(
        "{clients} clients, {what}: {:.0} a second; median {:.1} ms, p99 {:.1} ms, max {:.1} ms; {}",
        timings.len() as f64 / length.as_secs_f64(),
        at(0.5),
        at(0.99),
        at(1.0),
        counts.join(", ")
    );
}
