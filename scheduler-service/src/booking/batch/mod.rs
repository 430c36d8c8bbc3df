//! Commands applied to working copies of the site-days, all or nothing for each command.
//!
//! Nothing here waits: the records that commands are about have been read before. What is to be
//! written comes out as [`Changes`], which succeed only if no site-day has changed since.

mod adopt;
mod change;
mod finish;
mod hold;
mod import;
mod keep_again;
mod reschedule;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use scheduler_core::ledger::{Block, Change, Ledger, Restored};
use scheduler_core::problem::Problem;
use uuid::Uuid;

pub(super) use finish::Finished;

use super::command::{Command, Job, Outcome};
use super::settings::Settings;
use super::state::State;
use super::{BookingError, Client, day, times};
use crate::store::{DayKey, EventKind, EventRow, PromiseRow, Spot};

/// What has been read for a batch.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// The promises that commands name, with the versions of their site-days.
    pub promises: BTreeMap<Uuid, (PromiseRow, u64)>,
    /// How many holds the clients have open.
    pub open_holds: BTreeMap<String, u32>,
}

/// A batch under way.
#[derive(Debug)]
pub(super) struct Batch<'a> {
    state: &'a State,
    settings: &'a Settings,
    now: DateTime<Utc>,
    rows: BTreeMap<Uuid, PromiseRow>,
    open_holds: BTreeMap<String, u32>,
    /// Versions of the site-days outside the horizon, by what was read.
    outside: BTreeMap<DayKey, u64>,
    copies: BTreeMap<usize, Copy>,
    /// Who is stranded on the site-days that commands may change.
    stranded: keep_again::Stranded,
    /// Site-days of which a command has given something back.
    freed: BTreeSet<usize>,
    /// What the store does not have yet.
    new: BTreeSet<Uuid>,
    changed: BTreeSet<Uuid>,
    /// Site-days outside the horizon with a change.
    raised: BTreeSet<DayKey>,
    /// Whether other processes are told what the changes are.
    tells: bool,
    /// What happened, in order.
    events: Vec<EventRow>,
    /// Secrets that citizens get, as digests.
    secrets: Vec<(Uuid, String)>,
}

/// The working copy of a site-day.
#[derive(Debug)]
struct Copy {
    ledger: Ledger,
    /// Holds that have expired.
    expired: Vec<Uuid>,
    /// Walk-in blocks that flowed back to appointments.
    returned: Vec<Block>,
    /// Whether anything of it is to be written.
    touched: bool,
    /// Promises whose clerk or room may be another.
    moved: BTreeSet<Arc<str>>,
    /// Whether a walk-in block or a break was moved.
    witness_moved: bool,
    /// Promises that a planner has pinned to their seats, or not any more.
    pins: Vec<(Uuid, bool)>,
    /// When the service has seated the day, where it just has.
    seated_at: Option<i64>,
    /// Whether it is another witness as a whole, which others had better read.
    untold: bool,
    /// Whether it was worked out elsewhere.
    adopted: bool,
}

/// What an event says besides who did what.
#[derive(Debug, Default)]
struct Why<'a> {
    reason: Option<&'a str>,
    /// Where the promise was.
    from: Option<Spot>,
}

/// What a command leaves behind: the row as it is after it. The seat is known at the end.
type Applied = Result<Option<(PromiseRow, bool)>, BookingError>;

impl<'a> Batch<'a> {
    pub(super) fn new(
        state: &'a State,
        settings: &'a Settings,
        now: DateTime<Utc>,
        records: Records,
    ) -> Self {
        let mut outside = BTreeMap::new();
        let mut rows = BTreeMap::new();
        for (id, (row, version)) in records.promises {
            if state.frame.site_day(&row.day).is_none() {
                outside.insert(row.day.clone(), version);
            }
            rows.insert(id, row);
        }
        let mut batch = Self {
            state,
            settings,
            now,
            rows,
            open_holds: records.open_holds,
            outside,
            copies: BTreeMap::new(),
            stranded: keep_again::Stranded::new(),
            freed: BTreeSet::new(),
            new: BTreeSet::new(),
            changed: BTreeSet::new(),
            raised: BTreeSet::new(),
            tells: false,
            events: Vec::new(),
            secrets: Vec::new(),
        };
        batch.stranded = batch.find_stranded();
        batch
    }

    /// The same; other processes are told what the changes are, where `tells` says so.
    pub(super) fn telling(self, tells: bool) -> Self {
        Self { tells, ..self }
    }

    /// Applies all `jobs` in order.
    pub(super) fn run(mut self, jobs: &[Job]) -> Finished {
        let waited_for: Vec<usize> = self.stranded.keys().copied().collect();
        for site_day in waited_for {
            // Holds that have expired are given back by nobody.
            let copy = self.copy(site_day);
            if !copy.expired.is_empty() || !copy.returned.is_empty() {
                self.keep_stranded(site_day);
            }
        }
        let mut applied: Vec<Applied> = Vec::with_capacity(jobs.len());
        for job in jobs {
            applied.push(self.apply(&job.command));
            for site_day in std::mem::take(&mut self.freed) {
                self.keep_stranded(site_day);
            }
        }
        self.finish(jobs, applied)
    }

    fn apply(&mut self, command: &Command) -> Applied {
        match command {
            Command::Hold { client, request, beyond } => self.hold(client, request, *beyond),
            Command::Confirm { client, id, reference, beyond, secret } => {
                self.confirm(client, *id, reference.as_deref(), *beyond, secret.as_deref())
            }
            Command::Release { client, id, offered } => self.release(client, *id, *offered),
            Command::Extend { client, id, ttl } => self.extend(client, *id, *ttl),
            Command::Cancel { client, id, if_match, reason } => {
                self.cancel(client, *id, *if_match, reason.as_deref())
            }
            Command::Reschedule { client, id, to, visit, if_match, reason } => {
                self.reschedule(client, *id, (to, visit), *if_match, reason.as_deref())
            }
            Command::KeepAgain { id } => self.keep_again(*id),
            Command::Secret { client, id, digest } => self.secret(client, *id, digest),
            Command::Mark { client, id, mark, if_match } => {
                self.mark(client, *id, *mark, *if_match)
            }
            Command::Adopt(adoption) => self.adopt(adoption),
            Command::Answer(_) => Ok(None),
        }
    }

    fn problem(&self) -> &'a Problem {
        &self.state.frame.problem
    }

    fn milliseconds(&self) -> i64 {
        self.now.timestamp_millis()
    }

    fn local_now(&self) -> DateTime<FixedOffset> {
        times::local(&self.problem().zone, self.now)
    }

    /// The promise `id`, if `client` may see it.
    fn row(&self, client: &Client, id: Uuid) -> Result<PromiseRow, BookingError> {
        let row = self.rows.get(&id).filter(|row| client.owns(&row.client));
        row.cloned().ok_or(BookingError::NotFound)
    }

    /// The working copy of a site-day, as it is now: without expired holds, and with the walk-in
    /// capacity that has flowed back.
    fn copy(&mut self, site_day: usize) -> &mut Copy {
        let (state, now) = (self.state, self.now);
        self.copies.entry(site_day).or_insert_with(|| {
            let page = &state.days[site_day].page;
            let current = day::as_of(&state.frame.problem, page.ledger(), now);
            Copy {
                ledger: current.ledger,
                expired: current.expired.iter().filter_map(|entry| entry.id.parse().ok()).collect(),
                returned: current.returned,
                touched: false,
                moved: BTreeSet::new(),
                witness_moved: false,
                pins: Vec::new(),
                seated_at: None,
                untold: false,
                adopted: false,
            }
        })
    }

    /// Keeps `row` as it is now; its site-day gets a new version.
    fn keep(&mut self, row: PromiseRow) {
        match self.state.frame.site_day(&row.day) {
            Some(site_day) => self.copy(site_day).touched = true,
            None => {
                self.raised.insert(row.day.clone());
            }
        }
        if !self.new.contains(&row.id) {
            self.changed.insert(row.id);
        }
        self.rows.insert(row.id, row);
    }

    /// Notes what `actor` did to the promise that is `row` now.
    fn happened(&mut self, kind: EventKind, actor: String, row: &PromiseRow, why: Why<'_>) {
        let mut event = EventRow::of(kind, actor, self.milliseconds(), row);
        event.reason = why.reason.map(ToOwned::to_owned);
        event.from = why.from;
        self.events.push(event);
    }

    /// Takes a promise out of its site-day.
    fn take_out(&mut self, row: &PromiseRow) {
        if let Some(site_day) = self.state.frame.site_day(&row.day) {
            let copy = self.copy(site_day);
            copy.ledger.remove(&row.id.to_string());
            copy.touched = true;
            self.freed.insert(site_day);
        }
    }
}

impl Copy {
    /// Becomes what was worked out of it, in which walk-in blocks may be missing.
    fn take_over(&mut self, restored: Restored) {
        self.ledger = restored.ledger;
        self.witness_moved |= !restored.lost_blocks.is_empty();
        self.note(restored.changes);
    }

    /// Remembers what of the witness has changed.
    fn note(&mut self, changes: Vec<Change>) {
        self.touched = true;
        for change in changes {
            match change {
                Change::Promise { id, .. } => {
                    self.moved.insert(id);
                }
                // Walk-in blocks and breaks, which are written together.
                _ => self.witness_moved = true,
            }
        }
    }
}
