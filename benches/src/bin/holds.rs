//! Holds a second through the office of the booking service, durable, without HTTP.
//!
//! `cargo run --release -p scheduler-benches --bin holds -- [DATABASE]`: an SQLite file in a
//! temporary folder where no database is named. The example town, 42 dates ahead; each client
//! searches nothing, holds a random start and gives it back when the town is full. Several at a time on
//! one PostgreSQL are as many processes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Parser;
use scheduler_service::booking::{
    BookingError, Client, HoldRequest, Office, Place, Scopes, Settings, SystemClock, View,
};
use scheduler_service::store::StoreSettings;

#[derive(Debug, Parser)]
struct Arguments {
    /// Where the bookings are kept: a file, or a URL postgres://…
    database: Option<String>,
    /// Holds under way at once.
    #[arg(long, default_value_t = 200)]
    clients: u64,
    /// How long to measure.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Dates that are booked: with few of them several processes are in each other's way.
    #[arg(long, default_value_t = 42)]
    dates: usize,
    /// The first of these dates, from 0: processes with others are in nobody's way.
    #[arg(long, default_value_t = 0)]
    first: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let folder = std::env::temp_dir().join(format!("holds-{}", std::process::id()));
    let file = folder.join("holds.sqlite").display().to_string();
    let address = arguments.database.clone().unwrap_or(file);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(measure(&arguments, &address));
    if arguments.database.is_none() {
        std::fs::remove_dir_all(folder)?;
    }
    outcome
}

/// What came of the requests.
#[derive(Debug, Default)]
struct Tally {
    held: AtomicU64,
    gone: AtomicU64,
    busy: AtomicU64,
}

async fn measure(arguments: &Arguments, address: &str) -> anyhow::Result<()> {
    let settings = Settings::new(StoreSettings::new(address.parse()?));
    let office = Office::open(settings, Arc::new(SystemClock)).await?;
    let view = office.view().await.context("no view")?;
    let tally = Arc::new(Tally::default());
    let begun = Instant::now();
    let end = begun + Duration::from_secs(arguments.seconds);
    let clients: Vec<_> = (0..arguments.clients)
        .map(|number| {
            let random = Random(number + 1_000 * u64::from(std::process::id()));
            let dates = arguments.first..arguments.first + arguments.dates;
            let (office, view, tally) = (office.clone(), Arc::clone(&view), Arc::clone(&tally));
            tokio::spawn(client(office, view, (random, dates), end, tally))
        })
        .collect();
    let mut waits = Vec::new();
    for client in clients {
        waits.extend(client.await??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    let quantile = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize];
    if waits.is_empty() {
        bail!("nothing was held");
    }
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    println!(
        "{:.0} holds/s ({} in {seconds:.1} s, {} clients), {} gone, {} busy, {} commits, {} races; \
         {} site-days of others followed, {} read again; p50 {:?}, p99 {:?}",
        count(&tally.held) as f64 / seconds,
        count(&tally.held),
        arguments.clients,
        count(&tally.gone),
        count(&tally.busy),
        count(&office.counters().commits),
        count(&office.counters().races),
        count(&office.counters().followed),
        count(&office.counters().recalled),
        quantile(0.5),
        quantile(0.99),
    );
    office.close().await;
    Ok(())
}

/// One client: the time that each hold took.
async fn client(
    office: Office,
    view: Arc<View>,
    (mut random, dates): (Random, std::ops::Range<usize>),
    end: Instant,
    tally: Arc<Tally>,
) -> anyhow::Result<Vec<Duration>> {
    let scopes = Scopes { read: true, book: true, ..Scopes::default() };
    let client = Client { name: "bench".to_owned(), scopes, channel: None };
    let problem = view.problem();
    let mut waits = Vec::new();
    while Instant::now() < end {
        let site_day = random.index(problem.site_days.len());
        let day = &problem.site_days[site_day];
        if !dates.contains(&day.day) {
            continue;
        }
        let Some(open) = day.open.first() else { continue };
        let step = open.from + random.index(usize::from(open.steps())) as u16;
        let minute = problem.grid.minute_of(step);
        let start = problem.zone.end_instant(problem.dates[day.day], minute)?;
        let service = &problem.services[random.index(problem.services.len())].id;
        let request = HoldRequest {
            id: None,
            basket: vec![(service.clone(), 1)],
            skills: Vec::new(),
            staff: None,
            room: None,
            place: Place { site: problem.sites[day.site].id.clone(), start },
            // Free again soon, so that the town does not fill up.
            ttl: Some(Duration::from_millis(1500)),
            reference: None,
            offer: false,
            max_open: None,
        };
        let asked = Instant::now();
        match office.hold(&client, request, None).await {
            Ok(_) => {
                waits.push(asked.elapsed());
                tally.held.fetch_add(1, Ordering::Relaxed);
            }
            Err(BookingError::Gone { .. } | BookingError::NotReleased { .. }) => {
                tally.gone.fetch_add(1, Ordering::Relaxed);
            }
            Err(BookingError::Busy { .. }) => {
                tally.busy.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
            Err(error) => bail!(error),
        }
    }
    Ok(waits)
}

/// `SplitMix64` (Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195).
#[derive(Debug)]
struct Random(u64);

impl Random {
    /// An index below `count`, which is not 0.
    fn index(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        (bits % count as u64) as usize
    }
}
