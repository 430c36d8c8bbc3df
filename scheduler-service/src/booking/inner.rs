//! What all parts of the office share: the store, the clock, and the state that is published.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use scheduler_core::ledger::Limits;
use tokio::sync::watch;
use uuid::Uuid;

use super::idempotency::Running;
use super::load::{self, Kept};
use super::settings::Settings;
use super::state::{Day, State};
use super::view::Cached;
use super::witness::Witness;
use super::{BookingError, Clock, delta};
use crate::store::{DayHead, DayKey, Heads, PromiseRow, Reading, Status, Store, StoreError};

/// How long processes take turns after they were in each other's way.
const TURNS: Duration = Duration::from_secs(2);

/// When to try again after the store did not answer.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// What all parts share.
#[derive(Debug)]
pub(super) struct Inner {
    pub store: Store,
    pub settings: Settings,
    pub clock: Arc<dyn Clock>,
    pub running: Arc<Running>,
    pub counters: Counters,
    /// The last view, which readers share until it is outdated.
    pub cached: Mutex<Option<Cached>>,
    state: RwLock<Arc<State>>,
    /// Whether the store may have something that is not published: a commit of which nobody knows
    /// whether it was done.
    suspect: AtomicBool,
    /// Whether the clock could not be relied on when that was looked at last.
    distrusted: AtomicBool,
    /// When another process has last changed what this one was about to change.
    crowded: Mutex<Option<Instant>>,
    /// One looks, others wait for it.
    looked: tokio::sync::Mutex<Looked>,
    /// The number of the last event that this process knows of.
    pub told: watch::Sender<u64>,
    /// Whether somebody may be stranded. Only then it is asked who, before others get the time.
    pub may_be_stranded: AtomicBool,
    /// Where it was last tried in vain to keep somebody who is stranded: version and promises there.
    pub tried: Mutex<BTreeMap<Uuid, (u64, usize)>>,
}

/// When the versions in the store were last looked at.
#[derive(Debug)]
struct Looked {
    /// When the last look that succeeded began.
    at: Instant,
    /// When the last look that failed ended.
    failed: Option<Instant>,
}

/// Figures about what the office did since it was opened.
#[derive(Debug, Default)]
pub struct Counters {
    /// Transactions that were committed.
    pub commits: AtomicU64,
    /// Transactions that were tried again because another process was first.
    pub races: AtomicU64,
    /// Holds that were found expired and released.
    pub expired: AtomicU64,
    /// Site-days of which another process has told what it changed.
    pub followed: AtomicU64,
    /// Site-days that were read again as another process has changed them.
    pub recalled: AtomicU64,
}

impl Inner {
    pub(super) fn new(
        store: Store,
        settings: Settings,
        clock: Arc<dyn Clock>,
        state: State,
    ) -> Self {
        Self {
            store,
            settings,
            clock,
            running: Arc::default(),
            counters: Counters::default(),
            cached: Mutex::default(),
            state: RwLock::new(Arc::new(state)),
            suspect: AtomicBool::new(false),
            distrusted: AtomicBool::new(false),
            crowded: Mutex::default(),
            looked: tokio::sync::Mutex::new(Looked { at: Instant::now(), failed: None }),
            told: watch::Sender::new(0),
            may_be_stranded: AtomicBool::new(true),
            tried: Mutex::default(),
        }
    }

    /// What was published last.
    pub(super) fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Publishes later versions of site-days, unless the scenario is another by now.
    pub(super) fn publish_days(&self, scenario: u64, days: Vec<(usize, Day)>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.frame.version == scenario {
            *state = Arc::new(state.with(days));
        }
    }

    /// Publishes another scenario with its book, unless a later one is published.
    pub(super) fn publish(&self, next: State) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.frame.version < next.frame.version {
            *state = Arc::new(next);
        }
    }

    /// Tells whoever follows the events that there are some up to `number`.
    pub(super) fn tell(&self, number: u64) {
        self.told.send_if_modified(|told| {
            let is_new = *told < number;
            *told = (*told).max(number);
            is_new
        });
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Whether the clock can be relied on.
    ///
    /// # Errors
    /// [`BookingError::NotReady`].
    pub(super) fn trusted(&self) -> Result<(), BookingError> {
        self.clock.trusted().map_err(|fault| BookingError::NotReady { reason: fault.to_string() })
    }

    /// Tells once when the clock cannot be relied on any more, and once when it can again.
    pub(super) fn note_trust(&self) {
        let trusted = self.clock.trusted();
        metrics::gauge!("scheduler_clock_trusted").set(f64::from(u8::from(trusted.is_ok())));
        let was = self.distrusted.swap(trusted.is_err(), Ordering::Relaxed);
        match trusted {
            Err(fault) if !was => tracing::error!("{fault}"),
            Ok(()) if was => tracing::info!("the clock of this machine is right again"),
            _ => {}
        }
    }

    /// Remembers that the store may have more than is published.
    pub(super) fn suspect(&self) {
        self.suspect.store(true, Ordering::Release);
    }

    /// Sees to it that what others have committed is published, at most the time of the settings
    /// later.
    pub(super) async fn look(&self) -> Result<(), StoreError> {
        let asked = Instant::now();
        let mut looked = self.looked.lock().await;
        if looked.failed.is_some_and(|failed| failed >= asked) {
            // Whoever looked meanwhile looked for all who waited.
            return Err(StoreError::TimedOut);
        }
        let suspect = self.suspect.swap(false, Ordering::AcqRel);
        if !suspect && looked.at.elapsed() < self.settings.see_others {
            return Ok(());
        }
        let now = Instant::now();
        let refreshed = self
            .store
            .in_time(async { self.refresh(&mut self.store.reader().await?.read()).await })
            .await;
        if refreshed.is_err() {
            self.suspect();
            looked.failed = Some(Instant::now());
        } else {
            looked.at = now;
        }
        refreshed
    }

    /// The same, where the store may have more than this process knows of its own commits.
    pub(super) async fn look_if_suspect(&self) -> Result<(), StoreError> {
        if self.suspect.load(Ordering::Acquire) { self.look().await } else { Ok(()) }
    }

    /// Reads what has changed in the store since it was published, and publishes it.
    pub(super) async fn refresh(&self, read: &mut Reading<'_>) -> Result<(), StoreError> {
        let state = self.state();
        // The versions first: what is read after them is as new or newer, never older.
        let versions = read.versions(state.frame.first()).await?;
        let outdated = state.outdated(&versions).into_iter();
        let keys: Vec<DayKey> =
            outdated.map(|site_day| state.frame.keys[site_day].clone()).collect();
        if versions.scenario == state.frame.version && keys.is_empty() {
            return Ok(());
        }
        let heads = read.heads(&keys).await?;
        self.catch_up(read, heads).await.map(|_| ())
    }

    /// Publishes what `heads` know to be later than what is published, and reads for it what they do not
    /// tell. Whether there was something.
    pub(super) async fn catch_up(
        &self,
        read: &mut Reading<'_>,
        heads: Heads,
    ) -> Result<bool, StoreError> {
        let state = self.state();
        if heads.scenario != state.frame.version {
            let state = self.load_all(read).await?;
            self.publish(state);
            return Ok(true);
        }
        let mut later = Vec::new();
        for head in heads.days {
            let Some(site_day) = state.frame.site_day(&head.key) else { continue };
            if head.version > state.days[site_day].page.version() {
                later.push((site_day, head));
            }
        }
        if later.is_empty() {
            return Ok(false);
        }
        let frame = Arc::clone(&state.frame);
        let known = Arc::clone(&state);
        let (mut days, silent) = self.compute(move || follow_all(&state, later)).await?;
        self.counters.followed.fetch_add(days.len() as u64, Ordering::Relaxed);
        self.counters.recalled.fetch_add(silent.len() as u64, Ordering::Relaxed);
        if !silent.is_empty() {
            let keys: Vec<DayKey> = silent.iter().map(|(_, head)| head.key.clone()).collect();
            let promises = read.promises_of(&keys).await?;
            let limits = self.settings.limits;
            let recall = move || recall_all(&known, &silent, &promises, limits);
            days.extend(self.compute(recall).await?);
        }
        self.publish_days(frame.version, days);
        Ok(true)
    }

    /// Whether processes are in each other's way, so that they had better take turns.
    pub(super) fn is_crowded(&self) -> bool {
        let since = self.crowded.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() < TURNS)
    }

    /// Another process has changed what this one was about to change.
    pub(super) fn note_crowd(&self) {
        *self.crowded.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// The whole state from the store.
    async fn load_all(&self, read: &mut Reading<'_>) -> Result<State, StoreError> {
        let limits = self.settings.limits;
        match kept(read).await? {
            Some(kept) => {
                let now = self.now();
                self.compute(move || load::load(kept, limits, now)).await?
            }
            None => Err(StoreError::Corrupt {
                table: "scenario",
                problem: "the scenario has disappeared".to_owned(),
            }),
        }
    }

    /// Runs `work` where it keeps no other task from running.
    pub(super) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        compute(work).await
    }

    /// What a client is told when the store does not do what it was asked to.
    pub(super) fn store_failed(&self, error: &StoreError) -> BookingError {
        if matches!(error, StoreError::Race) {
            return BookingError::Busy { retry_after: Duration::from_secs(1) };
        }
        if let StoreError::Panicked(cause) = error {
            tracing::error!(cause, "internal error");
            return BookingError::Internal;
        }
        if let StoreError::Refused(cause) = error {
            tracing::warn!(%cause, "the database does not take a value of a request");
            return BookingError::Refused;
        }
        tracing::error!(
            error = error as &(dyn std::error::Error + 'static),
            "the store is not available"
        );
        BookingError::Unavailable { retry_after: RETRY_AFTER }
    }
}

/// Site-days by index.
type Followed = Vec<(usize, Day)>;

/// The site-days that their heads tell all of, and the others.
fn follow_all(state: &State, later: Vec<(usize, DayHead)>) -> (Followed, Vec<(usize, DayHead)>) {
    let (mut days, mut silent) = (Vec::new(), Vec::new());
    for (site_day, head) in later {
        let known = &state.days[site_day];
        // What is not in the store as it is here cannot be followed.
        let followed = if known.unsaved {
            None
        } else {
            delta::follow(&state.frame, site_day, &known.page, &head)
        };
        match followed {
            Some(day) => days.push((site_day, day)),
            None => silent.push((site_day, head)),
        }
    }
    (days, silent)
}

/// The site-days of `heads` with all of their `promises`, which were read after them.
fn recall_all(
    state: &State,
    heads: &[(usize, DayHead)],
    promises: &[PromiseRow],
    limits: Limits,
) -> Vec<(usize, Day)> {
    let mut by_day: BTreeMap<&DayKey, Vec<&PromiseRow>> = BTreeMap::new();
    for promise in promises.iter().filter(|promise| promise.status != Status::Stranded) {
        by_day.entry(&promise.day).or_default().push(promise);
    }
    let recalled = heads.iter().map(|(site_day, head)| {
        let here = by_day.get(&head.key).map_or(&[][..], Vec::as_slice);
        let witness = Witness::read(&head.witness);
        let frame = &state.frame;
        let recalled = load::recall(frame, *site_day, head.version, &witness, here, limits);
        // What time is worth is still known: it takes longer to find out than all else here.
        let ledger = recalled.day.page.ledger().clone();
        let page = frame.successor(&state.days[*site_day].page, ledger, head.version);
        (*site_day, Day::new(page, recalled.day.unsaved).told(head.recent.clone()))
    });
    recalled.collect()
}

/// What the store has of the scenario's horizon; `None` where it has no scenario.
pub(super) async fn kept(read: &mut Reading<'_>) -> Result<Option<Kept>, StoreError> {
    kept_from(read, None).await
}

/// As [`kept`], with what there is from `first` on where that is before the horizon.
pub(super) async fn kept_from(
    read: &mut Reading<'_>,
    first: Option<NaiveDate>,
) -> Result<Option<Kept>, StoreError> {
    // The scenario first, then site-days, then promises: what is read later is never older.
    let Some(scenario) = read.scenario().await? else { return Ok(None) };
    let horizon = first_date(&scenario.body)?;
    let first = first.map_or(horizon, |first| first.min(horizon));
    let days = read.days(first).await?;
    let promises = read.live_promises(first).await?;
    let plans = read.plans().await?;
    Ok(Some(Kept { scenario, days, promises, plans }))
}

/// The first date of the horizon of a scenario file.
fn first_date(body: &str) -> Result<NaiveDate, StoreError> {
    #[derive(serde::Deserialize)]
    struct Head {
        horizon: Horizon,
    }
    #[derive(serde::Deserialize)]
    struct Horizon {
        from: NaiveDate,
    }
    let head: Head = serde_json::from_str(body)
        .map_err(|error| StoreError::Corrupt { table: "scenario", problem: error.to_string() })?;
    Ok(head.horizon.from)
}

/// Runs `work` where it keeps no other task from running.
pub(super) async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|panicked| StoreError::Panicked(panicked.to_string()))
}
