//! Memory that days reuse.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    super::{model::Millis, sample::Quantiles},
    clock::{Event, Tournament},
    lines::Lines,
    prepared::Rooms,
    stations::Station,
};

/// What a day needs while it runs. One for each thread is enough; nothing in it reaches from one day
/// to the next.
#[derive(Debug)]
pub struct Scratch {
    /// Everybody who comes: appointments by their place in the book, then walk-ins.
    pub(super) customers: Vec<Customer>,
    /// All that is known before the day begins, in order, [`super::clock::NEVER`] last: arrivals, the
    /// calendar, and the times of appointments that the loop wants to know of.
    pub(super) given: Vec<Event>,
    pub(super) impatient: BinaryHeap<Reverse<Event>>,
    pub(super) stations: Vec<Station>,
    pub(super) ends: Tournament,
    pub(super) lines: Lines,
    /// Idle clerks, a bit each.
    pub(super) idle: Vec<u64>,
    /// For each line the clerks who can serve it now, as many words as `idle`.
    pub(super) able: Vec<u64>,
    /// For each line, until when there is somebody to serve it.
    pub(super) covered: Vec<Millis>,
    /// Rooms by kind, with how many of them are free.
    pub(super) rooms: Vec<Rooms>,
    /// When clerks are expected to be free; for protected appointments.
    pub(super) free_at: Vec<Millis>,
    /// Exponential distribution with a mean of 2^24.
    pub(super) unit: Quantiles,
}

impl Scratch {
    /// Empty.
    pub fn new() -> Self {
        Self {
            customers: Vec::new(),
            given: Vec::new(),
            impatient: BinaryHeap::new(),
            stations: Vec::new(),
            ends: Tournament::default(),
            lines: Lines::default(),
            idle: Vec::new(),
            able: Vec::new(),
            covered: Vec::new(),
            rooms: Vec::new(),
            free_at: Vec::new(),
            unit: Quantiles::unit_exponential(UNIT),
        }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

/// Mean of [`Scratch::unit`].
pub(super) const UNIT: f64 = (1 << 24) as f64;

/// Somebody who comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Customer {
    pub arrival: Millis,
    /// The booked time; [`NO_TIME`] for walk-ins.
    pub due: Millis,
    pub service: Millis,
    pub kind: u32,
    /// The key of the customer's random numbers.
    pub entity: u32,
    /// Place in the book, or the how manieth walk-in of the kind.
    pub index: u32,
    pub line: u8,
    pub state: State,
    /// Who waits, by this in the line.
    pub key: u64,
}

pub(super) const NO_TIME: Millis = Millis::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Is still to come, or never will.
    Away,
    Waiting,
    /// Is being served, or has left.
    Gone,
}
