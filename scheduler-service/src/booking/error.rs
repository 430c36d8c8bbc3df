//! Everything that can stand in the way of a request.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use scheduler_core::ledger::offers::NotReleased;
use thiserror::Error;
use uuid::Uuid;

use super::{Place, Status};
use crate::violation::Violation;

/// Why a request was not done. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum BookingError {
    /// Nothing of that id, or nothing that the client may see.
    #[error("there is nothing with this id")]
    NotFound,
    /// The start cannot be booked, or not any more.
    #[error("{detail}")]
    Gone {
        /// Stable name of the reason, such as `taken`.
        code: &'static str,
        /// The reason in words.
        detail: String,
        /// Other starts that can be booked for the same visit, by distance in time; at most three:
        /// the nearest, another time of that day, another day.
        alternatives: Vec<Alternative>,
    },
    /// The channel may not book that start now.
    #[error("{detail}")]
    NotReleased {
        /// Stable name of the reason.
        code: &'static str,
        /// The reason in words.
        detail: String,
        /// When it is released, where that is known.
        released_at: Option<DateTime<FixedOffset>>,
    },
    /// The hold was not confirmed in time.
    #[error("the hold has expired")]
    HoldExpired,
    /// The hold was given back, or what was offered declined.
    #[error("the hold was given back")]
    HoldReleased,
    /// The client has as many holds open as it may.
    #[error("the client has {open} holds open and may have {most}")]
    TooManyHolds {
        /// Open holds.
        open: u32,
        /// Most that are allowed.
        most: u32,
    },
    /// The client has as many wishes on the waitlist as it may.
    #[error("{most} wishes of the client wait, and no more may")]
    TooManyWishes {
        /// Most that are allowed.
        most: u32,
    },
    /// There is already a hold or appointment of the id that the client chose.
    #[error("there is already a hold or an appointment with this id")]
    Duplicate,
    /// The appointment has begun.
    #[error("the appointment has begun")]
    TooLate,
    /// It is too soon to say what became of the appointment.
    #[error("this can be said from {from} on")]
    TooEarly {
        /// From when on.
        from: DateTime<FixedOffset>,
    },
    /// What is asked for cannot follow on where the record stands.
    #[error("this is not possible: it is {}", status.name().replace('_', " "))]
    WrongStatus {
        /// Where it stands.
        status: Status,
    },
    /// The caller knows an older version.
    #[error("the version is {current} by now")]
    Stale {
        /// The version now.
        current: u64,
    },
    /// The request makes no sense for this scenario.
    #[error("the request makes no sense: {}", .0.first().map_or("", |first| &first.detail))]
    Invalid(Vec<Violation>),
    /// The new scenario has errors.
    #[error("the scenario has errors")]
    Findings(scheduler_core::scenario::Findings),
    /// The plan breaks rules, or lacks promises.
    #[error("{} things are wrong with the plan", .0.len())]
    InvalidPlan(Vec<Violation>),
    /// The new scenario would leave promises that nobody can keep.
    #[error("{} promises could not be kept", .0.len())]
    WouldStrand(Vec<Stranded>),
    /// The idempotency key was used by another process while this request ran; ask again and get
    /// its answer.
    #[error("a request with the same idempotency key was answered elsewhere")]
    Repeated,
    /// More requests are waiting than can be served soon.
    #[error("too much to do")]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// Nothing can be written for now, such as by a clock that has jumped.
    #[error("{reason}")]
    NotReady {
        /// Why, in words.
        reason: String,
    },
    /// The database does not take a value of the request.
    #[error("the database cannot keep a value of the request; look for unusual characters in it")]
    Refused,
    /// The program has made a mistake, and would make it again.
    #[error("the service has made a mistake")]
    Internal,
    /// The store cannot be reached or cannot write.
    #[error("the store is not available")]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
}

impl BookingError {
    /// Why the channel may not book.
    pub(super) fn not_released(reason: &NotReleased) -> Self {
        let released_at = match reason {
            NotReleased::HeldBack { released_at } => *released_at,
            _ => None,
        };
        Self::NotReleased { code: reason.code(), detail: reason.to_string(), released_at }
    }
}

/// A start that can be booked instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Where and when.
    pub place: Place,
    /// First instant after.
    pub end: DateTime<FixedOffset>,
}

/// A promise that a new scenario could not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranded {
    /// Its id.
    pub id: Uuid,
    /// Where and when.
    pub place: Place,
    /// What the client calls it.
    pub reference: Option<String>,
    /// Stable name of the reason.
    pub code: &'static str,
    /// The reason in words.
    pub detail: String,
}
