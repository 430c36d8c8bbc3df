//! What the writer is asked to do.

use std::sync::Arc;
use std::time::Duration;

use scheduler_core::ledger::Ledger;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    Act, BookingError, Client, HoldRequest, Mark, Place, Record, Reply, Ticket, VisitChange,
};
use crate::store::DayKey;

/// One request that changes something.
#[derive(Debug)]
pub(super) enum Command {
    Hold {
        client: Client,
        request: HoldRequest,
        /// Whether it may be beyond what is released, and take walk-in capacity.
        beyond: bool,
    },
    Confirm {
        client: Client,
        id: Uuid,
        reference: Option<String>,
        /// The same, for a hold that has expired.
        beyond: bool,
        /// Digest of the secret that the citizen gets.
        secret: Option<String>,
    },
    Release {
        client: Client,
        id: Uuid,
        /// Whether it was offered to somebody who waits.
        offered: bool,
    },
    /// Keeps a hold longer.
    Extend {
        client: Client,
        id: Uuid,
        ttl: Option<Duration>,
    },
    Cancel {
        client: Client,
        id: Uuid,
        if_match: Option<u64>,
        reason: Option<String>,
    },
    Reschedule {
        client: Client,
        id: Uuid,
        to: Place,
        /// What is asked for otherwise than before.
        visit: VisitChange,
        if_match: Option<u64>,
        reason: Option<String>,
    },
    /// Keeps an appointment again that nobody could keep, where somebody can.
    KeepAgain {
        id: Uuid,
    },
    /// Gives an appointment another secret.
    Secret {
        client: Client,
        id: Uuid,
        digest: String,
    },
    Mark {
        client: Client,
        id: Uuid,
        mark: Mark,
        if_match: Option<u64>,
    },
    /// Puts other clerks and rooms, walk-in blocks and breaks into some site-days.
    Adopt(Adoption),
    /// Keeps the answer to a request that changed nothing.
    Answer(Reply),
}

impl Command {
    /// The hold or appointment that it is about. A hold that is to be made has one if the client
    /// chose its id.
    pub(super) fn id(&self) -> Option<Uuid> {
        match self {
            Self::Hold { request, .. } => request.id,
            Self::Confirm { id, .. }
            | Self::Release { id, .. }
            | Self::Cancel { id, .. }
            | Self::Extend { id, .. }
            | Self::Reschedule { id, .. }
            | Self::KeepAgain { id }
            | Self::Secret { id, .. }
            | Self::Mark { id, .. } => Some(*id),
            Self::Adopt(_) | Self::Answer(_) => None,
        }
    }
}

/// Site-days as they are to be, worked out for one version of them.
#[derive(Debug)]
pub(super) struct Adoption {
    /// The version of the scenario.
    pub scenario: u64,
    pub days: Vec<AdoptedDay>,
}

/// A site-day as it is to be.
#[derive(Debug)]
pub(super) struct AdoptedDay {
    pub key: DayKey,
    /// The version that it was worked out for.
    pub version: u64,
    /// The same promises with other clerks and rooms, walk-in blocks and breaks.
    pub ledger: Ledger,
    /// Promises that are pinned to their seats from now on, or not any more.
    pub pins: Vec<(Uuid, bool)>,
    /// When the service has seated it; `None` where a planner changes it.
    pub seated_at: Option<i64>,
}

/// What came of a command: the record after it, and whether this command changed it. `None` for
/// commands without a record.
pub(super) type Outcome = Result<Option<(Record, bool)>, BookingError>;

/// A command on its way to the writer.
#[derive(Debug)]
pub(super) struct Job {
    pub command: Command,
    pub ticket: Option<Ticket>,
    /// What is to be noted of it.
    pub act: Option<Arc<Act>>,
    pub answer: oneshot::Sender<Outcome>,
}
