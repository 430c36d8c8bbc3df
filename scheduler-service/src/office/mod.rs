//! The domain of the booking service: who holds and books what, and what the store keeps of it.
//! No HTTP in it.

mod client;
mod clock;
mod idempotency;
mod record;
mod trouble;

pub use client::{Client, Scopes};
pub use clock::{Clock, SetClock, SystemClock};
pub use idempotency::{Begin, Render, Reply, Ticket};
pub use record::{HoldRequest, Mark, Place, Record};
pub use trouble::{Alternative, Stranded, Trouble, Violation};

pub use crate::store::Status;
