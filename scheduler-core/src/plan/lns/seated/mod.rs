//! The search where sitting down, changing counters, breaks at the same time and whatever is asked
//! for have prices, or where shifts have several breaks, absences, or services without a room. The
//! same neighbourhood search as without; a state also knows who sits where ([`seats`]), and the
//! path that rebuilds a stretch has the kind of room as a part of its state ([`recreate`]).

mod anneal;
mod construct;
mod destroy;
mod exchange;
mod moves;
mod neighbourhood;
mod pricing;
mod recreate;
mod seats;

pub(crate) use pricing::Pricing;
pub(crate) use seats::Seats;
pub(super) use seats::{Stay, kind_of};

use crate::problem::site_day::SiteDayModel;
use destroy::Part;
use recreate::Recreate;

/// At most so many shifts are rebuilt together.
const MOST_PARTS: usize = 4;

/// Buffers of the search.
#[derive(Debug)]
pub(in crate::plan) struct Buffers {
    recreate: Recreate,
    parts: Vec<Part>,
    /// Kinds in which somebody of a move sat.
    all_kinds: Vec<u16>,
    /// Promises of two clerks, and whether they are the second's.
    chain: Vec<(u16, bool)>,
}

impl Buffers {
    /// Buffers for `day`.
    pub(super) fn new(day: &SiteDayModel, pricing: &Pricing) -> Self {
        Self {
            recreate: Recreate::new(day, pricing),
            parts: vec![Part::default(); MOST_PARTS],
            all_kinds: Vec::new(),
            chain: Vec::new(),
        }
    }
}
