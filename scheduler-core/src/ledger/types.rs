//! What goes into a ledger and comes out of it.

use std::sync::Arc;

use thiserror::Error;

use super::bits;
use super::visit::Entry;
use crate::time::{Step, Window};

/// Who keeps a promise or holds a walk-in block where, for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Index into [`Problem::shifts`](crate::problem::Problem::shifts).
    pub shift: usize,
    /// Index into [`Problem::clerks`](crate::problem::Problem::clerks).
    pub clerk: usize,
    /// Index into [`Problem::rooms`](crate::problem::Problem::rooms).
    pub room: usize,
}

/// Whether something can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// An assignment of everything exists.
    Yes,
    /// None exists.
    No,
    /// The limits were reached before either was known.
    Unknown,
}

/// How much work one question may cost. The same limits give the same answer on any machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Choices that the exhaustive search may try, in round figures; the other means that need a
    /// search have shares of it. 0: chains of re-assignment only.
    pub nodes: u32,
    /// Whether walk-in blocks may be moved in time, within the windows of the quotas that they
    /// count for. Then no answer is a *no* that a mere search for places did not find.
    pub move_walk_ins: bool,
}

impl Default for Limits {
    /// One or two milliseconds for a start of a crowded lunch hour that nothing simpler decides.
    fn default() -> Self {
        Self { nodes: 250, move_walk_ins: false }
    }
}

/// A change of the witness: what a store has to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A promise is kept by another clerk or in another room, or is new.
    Promise {
        /// Its id.
        id: Arc<str>,
        /// Who keeps it now.
        seat: Seat,
    },
    /// A walk-in block has another clerk, room or time.
    Block {
        /// [`Block::number`].
        number: u32,
        /// When it is held now.
        window: Window,
        /// Who holds it now.
        seat: Seat,
    },
    /// A break is taken at another time.
    Break {
        /// Index into [`Problem::shifts`](crate::problem::Problem::shifts).
        shift: usize,
        /// When.
        window: Window,
    },
}

/// Walk-in capacity that stays reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Unique within the ledger.
    pub number: u32,
    /// When.
    pub window: Window,
    /// The quotas that it counts for, ascending: its clerk must count for them all. Indices into
    /// [`Problem::quotas`](crate::problem::Problem::quotas).
    pub quotas: Vec<usize>,
}

/// Why something cannot be booked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Another promise has the id.
    #[error("there is a promise of that id already")]
    Duplicate,
    /// No promise has the id.
    #[error("there is no promise of that id")]
    NotFound,
    /// The site is closed for all or part of the time.
    #[error("the site is closed for all or part of that time")]
    Closed,
    /// Nobody who works there at that time may do it.
    #[error("no clerk with the skills is on shift all through that time")]
    NoClerk,
    /// No room there has what it takes.
    #[error("no room has the equipment")]
    NoRoom,
    /// Only walk-in capacity is left.
    #[error("what is left at that time is kept for people without an appointment")]
    WalkIns,
    /// Everything is taken.
    #[error("nothing is left at that time")]
    Taken,
    /// The limits were reached before it was known.
    #[error("whether there is room could not be decided within the limits")]
    Unknown,
}

impl Refusal {
    /// A stable code, such as `"taken"`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::NotFound => "not-found",
            Self::Closed => "closed",
            Self::NoClerk => "no-clerk",
            Self::NoRoom => "no-room",
            Self::WalkIns => "walk-ins",
            Self::Taken => "taken",
            Self::Unknown => "unknown",
        }
    }
}

/// Why there is no ledger.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Promises and blocks that could not be placed; they are named in the order given.
    #[error("{} promises and {} walk-in blocks have no clerk or room", promises.len(), blocks.len())]
    Stranded {
        /// Ids of promises.
        promises: Vec<Arc<str>>,
        /// Numbers of blocks.
        blocks: Vec<u32>,
    },
}

/// What a store kept of a ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// Promises, each with the clerk and the room of its seat.
    pub promises: Vec<(Entry, Option<(usize, usize)>)>,
    /// Walk-in blocks.
    pub blocks: Vec<StoredBlock>,
    /// Breaks: clerk and time.
    pub breaks: Vec<(usize, Window)>,
}

/// What a store kept of a walk-in block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBlock {
    /// The block.
    pub block: Block,
    /// Clerk and room.
    pub seat: Option<(usize, usize)>,
}

/// A ledger as far as what was stored still holds.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The ledger, without the stranded.
    pub ledger: super::Ledger,
    /// Promises that cannot be kept beside the others, or were not placed within the limits.
    pub stranded: Vec<(Entry, Refusal)>,
    /// Walk-in blocks that were given up; promises come first.
    pub lost_blocks: Vec<Block>,
    /// How the witness differs from what was stored.
    pub changes: Vec<Change>,
}

/// Steps of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepSet {
    pub(super) base: Step,
    pub(super) bits: Vec<u64>,
}

impl StepSet {
    /// The steps in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = Step> + '_ {
        bits::ones(&self.bits).map(|bit| self.base + bit as Step)
    }

    /// Whether `step` is inside.
    pub fn contains(&self, step: Step) -> bool {
        let bit = step.checked_sub(self.base).map(usize::from);
        bit.is_some_and(|bit| bit / 64 < self.bits.len() && bits::get(&self.bits, bit))
    }

    /// Whether nothing is inside.
    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|&word| word == 0)
    }
}

/// Where a visit may start. Every step in neither set is proven impossible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starts {
    /// Bookable as the witness is.
    pub sure: StepSet,
    /// Not decided yet: ask [`Ledger::check`](super::Ledger::check).
    pub open: StepSet,
}
