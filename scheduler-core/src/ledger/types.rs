//! What goes into a ledger and comes out of it.

use std::sync::Arc;

use thiserror::Error;

use super::bits;
use super::indices::{ClerkIndex, RoomIndex, ShiftIndex};
use super::visit::Entry;
use crate::time::{Step, Window};

/// Who keeps a promise or holds a walk-in block where, for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seat {
    /// In which shift.
    pub shift: ShiftIndex,
    /// Who.
    pub clerk: ClerkIndex,
    /// Where; `None` where no room is needed.
    pub room: Option<RoomIndex>,
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
#[non_exhaustive]
pub struct Limits {
    /// Choices that the exhaustive search may try, in round figures; the other means that need a
    /// search have shares of it. 0: chains of re-assignment only.
    pub nodes: u32,
    /// Whether walk-in blocks may be moved in time, within the windows of the quotas that they
    /// count for. Then no answer is a *no* that a mere search for places did not find.
    pub move_walk_ins: bool,
}

impl Limits {
    /// So many choices; walk-in blocks stay where they are.
    pub const fn nodes(nodes: u32) -> Self {
        Self { nodes, move_walk_ins: false }
    }

    /// The same, walk-in blocks being moved in time where `move_walk_ins` says so.
    #[must_use]
    pub const fn moving_walk_ins(self, move_walk_ins: bool) -> Self {
        Self { move_walk_ins, ..self }
    }
}

impl Default for Limits {
    /// One or two milliseconds for a start of a crowded lunch hour that nothing simpler decides.
    fn default() -> Self {
        Self::nodes(250)
    }
}

/// A change of the witness: what a store has to write.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
        /// Of which shift.
        shift: ShiftIndex,
        /// Which of the shift's breaks, in their order, from 0.
        position: usize,
        /// When.
        window: Window,
    },
}

/// Walk-in capacity that stays reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Block {
    /// Unique within the ledger.
    pub number: u32,
    /// When.
    pub window: Window,
    /// The quotas that it counts for, ascending: its clerk must count for them all. Indices into
    /// [`Problem::quotas`](crate::problem::Problem::quotas).
    pub quotas: Vec<usize>,
    /// The clerk and the room that it is pinned to, and so to its time.
    pub pinned: Option<StoredSeat>,
}

impl Block {
    /// A block that any clerk who counts for `quotas` may hold, in any room.
    pub fn new(number: u32, window: Window, quotas: Vec<usize>) -> Self {
        Self { number, window, quotas, pinned: None }
    }

    /// The same, held by this clerk in this room at its own time only, where one is given.
    #[must_use]
    pub fn pinned_to(self, pinned: Option<StoredSeat>) -> Self {
        Self { pinned, ..self }
    }
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
    #[error("{}", stranded(promises, blocks))]
    Stranded {
        /// Ids of promises.
        promises: Vec<Arc<str>>,
        /// Numbers of blocks.
        blocks: Vec<u32>,
    },
}

/// Names so many of what cannot be kept; the others are counted.
const MOST_NAMED: usize = 10;

fn stranded(promises: &[Arc<str>], blocks: &[u32]) -> String {
    let mut text = format!(
        "{} promises and {} walk-in blocks have no clerk or room",
        promises.len(),
        blocks.len()
    );
    let names: Vec<String> = promises.iter().take(MOST_NAMED).map(|id| format!("{id:?}")).collect();
    if !names.is_empty() {
        text.push_str(": ");
        text.push_str(&names.join(", "));
    }
    let others = promises.len().saturating_sub(MOST_NAMED);
    if others > 0 {
        text.push_str(&format!(" and {others} more"));
    }
    text
}

/// What a store kept of a ledger, in terms of a problem's indices. With ids, for storing:
/// [`StoredBookings`](super::StoredBookings).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// Promises, and who kept them where.
    pub promises: Vec<(Entry, Option<StoredSeat>)>,
    /// Walk-in blocks.
    pub blocks: Vec<StoredBlock>,
    /// Breaks.
    pub breaks: Vec<StoredBreak>,
}

/// Clerk and room, as a store keeps them: shifts are numbered anew with each change of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredSeat {
    /// Who.
    pub clerk: ClerkIndex,
    /// Where; `None` where no room is needed.
    pub room: Option<RoomIndex>,
}

impl From<Seat> for StoredSeat {
    fn from(seat: Seat) -> Self {
        Self { clerk: seat.clerk, room: seat.room }
    }
}

/// What a store kept of a walk-in block.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredBlock {
    /// The block.
    pub block: Block,
    /// Who held it where.
    pub seat: Option<StoredSeat>,
}

impl StoredBlock {
    /// A block, and who held it where.
    pub fn new(block: Block, seat: Option<StoredSeat>) -> Self {
        Self { block, seat }
    }
}

/// What a store kept of a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredBreak {
    /// Whose.
    pub clerk: ClerkIndex,
    /// When.
    pub window: Window,
    /// Whether it must stay there.
    pub pinned: bool,
}

impl StoredBreak {
    /// A break that may be moved within its window.
    pub fn new(clerk: ClerkIndex, window: Window) -> Self {
        Self { clerk, window, pinned: false }
    }

    /// The same, to be kept exactly where `pinned` says so.
    #[must_use]
    pub fn pinned(self, pinned: bool) -> Self {
        Self { pinned, ..self }
    }
}

/// A ledger as far as what was stored still holds.
#[derive(Debug, Clone)]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Starts {
    /// Bookable as the witness is.
    pub sure: StepSet,
    /// Not decided yet: ask [`Ledger::check`](super::Ledger::check).
    pub open: StepSet,
}
