//! The database of the booking service: SQLite or PostgreSQL, with one schema and the same
//! statements, but that most of a batch goes to a server in one (`turns.rs`).
//!
//! **Architecture invariant:** whoever changes a promise raises the version of its site-day from
//! the one it has seen, in the same transaction ([`Writing::write`]). Who has seen an older one
//! changes nothing.

mod audit;
mod backup;
mod calendars;
mod drafts;
mod error;
mod event_rows;
mod events;
mod file;
mod imports;
mod job_rows;
mod jobs;
mod keys;
mod lists;
mod migrations;
mod open;
mod past;
mod read;
mod reminders;
mod rows;
mod sessions;
mod sql;
mod status;
mod tasks;
mod tidy;
mod turns;
mod waitlist;
mod webhooks;
mod write;

pub use audit::AuditQuery;
pub use backup::restore;
pub use calendars::{FeedOf, FeedRow};
pub use drafts::{AppliedRow, DraftChange, DraftRow, DraftVersionRow, NewDraft};
pub use error::StoreError;
pub use event_rows::{EventKind, EventRow, Spot};
pub use events::EventPage;
pub use job_rows::{
    Added, Claimed, ClaimedTask, JobLimits, JobRow, JobStatus, Lease, NewJob, TaskOutcome,
};
pub use keys::{ApiKey, MOST_KEYS};
pub use lists::{PromiseFilter, PromisePosition};
pub use open::{Address, Reader, Store, StoreSettings};
pub use past::{Archive, PastRow};
pub use read::{DayHead, Heads, Reading, Versions};
pub use rows::{AuditRow, DayKey, DayRow, PlanRow, PromiseRow, ReplyRow, ScenarioRow};
pub use sessions::{MOST_SESSIONS, SessionRow};
pub use status::Status;
pub use waitlist::WishRow;
pub use webhooks::{WaitingRow, WebhookRow};
pub use write::{Changes, DayChange, SeatChange, Writing};
