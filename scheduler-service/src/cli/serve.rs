//! `scheduler serve`

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use scheduler_core::scenario::{ReadOptions, Scenario};
use scheduler_core::waitlist::Rules;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal;
use tracing_subscriber::EnvFilter;

use super::failure::{Failure, chain};
use super::files::Place;
use super::{Format, opening, welcome};
use crate::booking::{BookingError, Office, OpenError, Seen, WatchedClock};
use crate::config::{Arguments, LogFormat, Logging, SeatingAt};
use crate::http;
use crate::http::app::{SetUpError, Shared};
use crate::http::connections::{self, ConnectionLimits};
use crate::http::door::Door;
use crate::http::router::{admin, router};

/// How often the figures are put in order, so that they take no memory where nobody reads them.
const UPKEEP: Duration = Duration::from_secs(5);

/// How often the clock is held against that of the database.
const CLOCKS: Duration = Duration::from_secs(1);

/// How often it is looked whether something is old, and how long others have their turn before more
/// of it is erased.
const TIDY: Duration = Duration::from_secs(60);
const BREATH: Duration = Duration::from_millis(50);

/// How often it is looked whether somebody can keep who is stranded.
const SETTLE: Duration = Duration::from_secs(2);

/// How often it is looked which appointments are near.
const REMIND: Duration = Duration::from_secs(10);

/// How often it is looked whether a new day has begun, or the next one is to be seated.
const NEW_DAY: Duration = Duration::from_secs(30);

/// How often it is looked whether something is free for those who wait, at most, and how often for all
/// of them.
const WISHES: Duration = Duration::from_secs(1);
const ALL_WISHES: Duration = Duration::from_secs(600);

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    log(&arguments.logging)?;
    let scenario = arguments.scenario.as_ref().map(|path| read(path.clone())).transpose()?;
    threads()?.block_on(serve(arguments, scenario))?;
    Ok(ExitCode::SUCCESS)
}

/// The threads of a process that goes on until it is stopped.
pub(super) fn threads() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(service("cannot start threads"))
}

fn read(path: std::path::PathBuf) -> Result<Scenario, Failure> {
    let place = Place::File(path);
    let bytes = place.read(ReadOptions::default().max_bytes)?;
    Scenario::from_json(&bytes)
        .map_err(|findings| Failure::findings(place.input_name(), findings, Format::Text))
}

async fn serve(arguments: &Arguments, scenario: Option<Scenario>) -> Result<(), Failure> {
    // First of all: whoever started it twice learns at once.
    let listener = TcpListener::bind(arguments.listen).await;
    let listener = listener.map_err(|error| cannot_listen(arguments.listen, &error))?;
    let address = listener.local_addr().map_err(service("cannot listen"))?;
    let for_operators = match arguments.admin_listen {
        Some(address) => {
            Some(TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?)
        }
        None => None,
    };
    let (door, operators_door) = (Door::default(), Door::default());
    // Its answers do not wait for those of others, to the end.
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    let operators = for_operators.map(|listener| {
        let limits = arguments.admin_connections();
        let limits = ConnectionLimits { drain: Duration::ZERO, ..limits };
        let end = async {
            // The other half is dropped at the end.
            let _ = end.await;
        };
        tokio::spawn(connections::serve(listener, operators_door.router(), limits, end))
    });
    let opened: Arc<OnceLock<Shared>> = Arc::default();
    let stop = stop(Arc::clone(&opened));
    let serving = connections::serve(listener, door.router(), arguments.connections(), stop);
    let mut serving = pin!(serving);
    let app = tokio::select! {
        app = open(arguments, scenario, address) => app?,
        () = &mut serving => return Ok(()),
    };
    let office = app.office().clone();
    operators_door.open(admin(Arc::clone(&app)));
    door.open(router(Arc::clone(&app)));
    // Nobody else sets it.
    let _ = opened.set(Arc::clone(&app));
    let text = welcome::text(&app, address, &arguments.database.address).await;
    super::files::print(|to| to.write_all(text.as_bytes()))?;
    let chores = [
        tokio::spawn(upkeep(Arc::clone(&app))),
        tokio::spawn(compare_clocks(office.clone())),
        tokio::spawn(new_days(office.clone())),
        tokio::spawn(seating(office.clone(), arguments.seating_at)),
        tokio::spawn(tidy(office.clone(), arguments.retain_days, arguments.audit_days)),
        tokio::spawn(waitlist(office.clone())),
        tokio::spawn(settle(office.clone())),
        tokio::spawn(remind(office.clone(), arguments.remind_before)),
    ];
    serving.await;
    chores.iter().for_each(tokio::task::JoinHandle::abort);
    app.jobs.close().await;
    app.webhooks.close().await;
    office.close().await;
    drop(ended);
    if let Some(operators) = operators {
        // Nothing is lost with it.
        let _ = operators.await;
    }
    tracing::info!("everything is written; goodbye");
    Ok(())
}

/// Why nothing can be served.
#[derive(Debug, Error)]
enum NotServing {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    SetUp(#[from] SetUpError),
    /// There has to be a key.
    #[error("{0}")]
    Keys(String),
}

impl NotServing {
    /// Whether it may be over by itself.
    fn passes(&self) -> bool {
        match self {
            Self::Open(OpenError::Store(error)) | Self::SetUp(SetUpError::Keys(error)) => {
                error.passes()
            }
            _ => false,
        }
    }
}

/// Opens the office and all that serves it at `address`, as soon as its database is there.
async fn open(
    arguments: &Arguments,
    scenario: Option<Scenario>,
    address: SocketAddr,
) -> Result<Shared, Failure> {
    let clock = Arc::new(WatchedClock::system());
    let attempt = async || {
        let office = Office::open(arguments.office(scenario.clone()), clock.clone()).await?;
        let app = set_up(arguments, address, office.clone()).await;
        if app.is_err() {
            office.close().await;
        }
        app
    };
    let app = opening::patiently(&arguments.database.address, attempt, NotServing::passes).await;
    app.map_err(|error| match error {
        NotServing::Open(error) => cannot_open(arguments, error),
        NotServing::SetUp(error) => service("cannot set up the service")(error),
        NotServing::Keys(why) => Failure::Service(why),
    })
}

/// What serves `office` at `address`, where there are keys as there have to be.
async fn set_up(
    arguments: &Arguments,
    address: SocketAddr,
    office: Office,
) -> Result<Shared, NotServing> {
    let store = office.store();
    let read = async { Ok((!store.keys().await?.is_empty(), store.ever_had_keys().await?)) };
    let (has_keys, ever) = store.in_time(read).await.map_err(OpenError::Store)?;
    // Whoever signs in needs no key, and nobody is let in without either.
    let closed = has_keys || arguments.sign_on.oidc_issuer.is_some();
    if !closed && let Some(why) = why_keys(arguments, address, ever) {
        return Err(NotServing::Keys(why));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(http::set_up(office, arguments.http(closed, cores)).await?)
}

/// Why the service must not be without keys, of which it `ever` had some; `None` where it may.
fn why_keys(arguments: &Arguments, address: SocketAddr, ever: bool) -> Option<String> {
    let make = "make one with `scheduler keys add NAME`";
    if !address.ip().is_loopback() {
        return Some(format!(
            "there is no key, so that whoever reaches {address} could do everything: {make}, or \
             listen on 127.0.0.1"
        ));
    }
    if arguments.no_keys {
        return None;
    }
    if ever {
        return Some(format!(
            "the last key was revoked, and without any whoever reaches this machine's loopback could \
             do everything: {make}, or say --no-keys"
        ));
    }
    arguments.cors.iter().any(|origin| origin == "*").then(|| {
        format!(
            "with --cors '*' and without keys any page in a browser on this machine could do \
             everything: {make}, or say --no-keys"
        )
    })
}

/// Waits for the wish to stop. Requests under way are finished then; a second wish is not waited
/// for by anybody.
async fn stop(opened: Arc<OnceLock<Shared>>) {
    wish_to_stop().await;
    tracing::info!("stopping: finishing what is under way");
    if let Some(app) = opened.get() {
        app.set_stopping();
        app.jobs.stop();
    }
    leave_on_second_wish();
}

/// Ends the process when it is asked to stop again.
pub(super) fn leave_on_second_wish() {
    tokio::spawn(async {
        wish_to_stop().await;
        // What was acknowledged is durable, so that nothing is lost by not waiting.
        std::process::exit(130);
    });
}

/// Waits until the process is asked to stop.
pub(super) async fn wish_to_stop() {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            // Nobody can interrupt it then; other signals still can.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

async fn upkeep(app: Shared) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        app.figures().run_upkeep();
    }
}

async fn compare_clocks(office: Office) {
    let mut ticks = tokio::time::interval(CLOCKS);
    loop {
        ticks.tick().await;
        office.compare_clocks().await;
    }
}

async fn tidy(office: Office, retain_days: Option<u32>, audit_days: Option<u32>) {
    let mut ticks = tokio::time::interval(TIDY);
    let some = async || {
        let more = office.tidy(retain_days).await?;
        let noted = match audit_days {
            Some(days) => office.tidy_audit(days).await?,
            None => false,
        };
        Ok::<_, BookingError>(more || noted)
    };
    loop {
        ticks.tick().await;
        loop {
            match some().await {
                Ok(true) => tokio::time::sleep(BREATH).await,
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "what is old cannot be erased");
                    break;
                }
            }
        }
    }
}

async fn settle(office: Office) {
    let mut ticks = tokio::time::interval(SETTLE);
    loop {
        ticks.tick().await;
        match office.settle().await {
            Ok(0) => {}
            Ok(count) => tracing::warn!(count, "appointments are stranded, or kept again"),
            Err(error) => tracing::warn!(%error, "stranded appointments cannot be looked after"),
        }
    }
}

/// Tells of appointments that are near.
async fn remind(office: Office, before: Option<Duration>) {
    let Some(before) = before else { return };
    let mut ticks = tokio::time::interval(REMIND);
    loop {
        ticks.tick().await;
        loop {
            match office.remind(before).await {
                Ok(0) => break,
                Ok(count) => tracing::debug!(count, "reminders are due"),
                Err(error) => {
                    tracing::warn!(%error, "reminders cannot be told");
                    break;
                }
            }
            tokio::time::sleep(BREATH).await;
        }
    }
}

async fn new_days(office: Office) {
    let mut ticks = tokio::time::interval(NEW_DAY);
    loop {
        ticks.tick().await;
        match office.extend_horizon().await {
            Ok(true) => tracing::info!("the horizon has moved on"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the horizon cannot move on"),
        }
    }
}

async fn seating(office: Office, SeatingAt(at): SeatingAt) {
    let Some(at) = at else { return };
    let mut ticks = tokio::time::interval(NEW_DAY);
    loop {
        ticks.tick().await;
        match office.seat_due_days(at).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "site-days are seated"),
            Err(error) => tracing::error!(%error, "the next day cannot be seated"),
        }
    }
}

/// Offers what becomes free to those who wait. It takes a tenth of the time at most, and looks at
/// everything again from time to time, as starts are released while time goes by.
async fn waitlist(office: Office) {
    let (rules, mut seen) = (Rules::default(), Seen::default());
    let mut looked_at_all = Instant::now();
    loop {
        let begun = Instant::now();
        if begun.duration_since(looked_at_all) >= ALL_WISHES {
            looked_at_all = begun;
            seen.forget();
        }
        match office.offer_starts(&mut seen, &rules).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "starts are offered to those who wait"),
            Err(error) => {
                tracing::warn!(%error, "nothing can be offered to those who wait");
                seen.forget();
            }
        }
        tokio::time::sleep(WISHES.max(9 * begun.elapsed())).await;
    }
}

/// Begins to log.
pub(super) fn log(arguments: &Logging) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&arguments.log)
        .map_err(|error| Failure::Usage(format!("--log {:?}: {error}", arguments.log)))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let set = match arguments.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    set.map_err(|error| Failure::Service(format!("cannot log: {error}")))
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> Failure {
    Failure::Service(match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {} of {} is taken: another program listens there, maybe another scheduler; stop \
             it, or choose another port with --listen {}:PORT",
            address.port(),
            address.ip(),
            address.ip()
        ),
        io::ErrorKind::PermissionDenied => {
            format!("port {} may not be listened on: choose one above 1023", address.port())
        }
        _ => format!("cannot listen on {address}: {error}"),
    })
}

fn cannot_open(arguments: &Arguments, error: OpenError) -> Failure {
    match (error, &arguments.scenario) {
        (OpenError::Scenario(findings), Some(path)) => {
            Failure::findings(path.display().to_string(), findings, Format::Text)
        }
        (error, _) => {
            let database = &arguments.database.address;
            Failure::Service(format!("cannot open {database}: {}", chain(&error)))
        }
    }
}

/// A failure to do `what`, with all its causes.
fn service<E: std::error::Error>(what: &str) -> impl FnOnce(E) -> Failure {
    move |error| Failure::Service(format!("{what}: {}", chain(&error)))
}
