//! Exhaustive search for machines for some tasks, in order of their starts.
//!
//! What the rest of a sweep depends on is only which machines are still busy for how long and whose
//! break has had its place. Machines that cannot be told apart by that are one choice, and what was
//! seen to fail once is not tried again.

use std::collections::HashSet;

use super::bits;
use super::frame::Machines;
use super::layer::pause_places;

/// A task to be placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub slot: usize,
    pub from: usize,
    pub until: usize,
    /// Machines that could take it.
    pub can: &'a [u64],
    /// Where it is in the witness: tried first.
    pub now: Option<usize>,
}

/// What a sweep found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Yes,
    No,
    Unknown,
}

/// One search.
#[derive(Debug)]
pub(super) struct Sweep<'a> {
    machines: &'a Machines,
    pieces: &'a [Piece<'a>],
    /// Busy steps of each machine: what is fixed and what has been placed.
    busy: Vec<u64>,
    /// First step from which each machine is free of what was placed.
    ends: Vec<usize>,
    chosen: Vec<usize>,
    /// Machines of the same type differ only in what they do now.
    types: Vec<usize>,
    failed: HashSet<Box<[u32]>>,
    nodes: u32,
    spent: u32,
}

impl<'a> Sweep<'a> {
    /// A search with at most `nodes` choices; `fixed` are rows of busy steps for each machine.
    pub(super) fn new(
        machines: &'a Machines,
        pieces: &'a [Piece<'a>],
        fixed: Option<&[u64]>,
        nodes: u32,
    ) -> Self {
        let busy = fixed.map_or_else(|| vec![0; machines.count * machines.words], <[u64]>::to_vec);
        let types = types(machines, pieces, &busy);
        Self {
            machines,
            pieces,
            busy,
            ends: vec![0; machines.count],
            chosen: Vec::with_capacity(pieces.len()),
            types,
            failed: HashSet::new(),
            nodes,
            spent: 0,
        }
    }

    pub(super) fn run(&mut self) -> Verdict {
        self.extend()
    }

    /// Choices tried.
    pub(super) fn spent(&self) -> u32 {
        self.spent
    }

    /// The machine of each piece, after a yes.
    pub(super) fn machines_of(self) -> Vec<usize> {
        self.chosen
    }

    fn extend(&mut self) -> Verdict {
        let Some(&piece) = self.pieces.get(self.chosen.len()) else { return Verdict::Yes };
        let key = self.key(piece.from);
        if self.failed.contains(&key) {
            return Verdict::No;
        }
        let mut tried: Vec<(usize, u32)> = Vec::new();
        let first = piece.now.into_iter();
        let others = bits::ones(piece.can).filter(|&machine| Some(machine) != piece.now);
        for machine in first.chain(others) {
            // The witness's machine may have lost the ability only in a new task's set.
            if !bits::get(piece.can, machine) || !self.is_free(machine, piece) {
                continue;
            }
            let state = (self.types[machine], self.state(machine, piece.from));
            if tried.contains(&state) {
                continue;
            }
            tried.push(state);
            if self.spent >= self.nodes {
                return Verdict::Unknown;
            }
            self.spent += 1;
            let end = self.ends[machine];
            self.fill(machine, piece, true);
            if self.break_fits(machine) {
                self.ends[machine] = piece.until;
                self.chosen.push(machine);
                match self.extend() {
                    Verdict::No => {}
                    verdict => return verdict,
                }
                self.chosen.pop();
                self.ends[machine] = end;
            }
            self.fill(machine, piece, false);
        }
        self.failed.insert(key);
        Verdict::No
    }

    fn row(&self, machine: usize) -> &[u64] {
        &self.busy[machine * self.machines.words..(machine + 1) * self.machines.words]
    }

    fn is_free(&self, machine: usize, piece: Piece<'_>) -> bool {
        bits::none(self.row(machine), piece.from, piece.until)
    }

    fn fill(&mut self, machine: usize, piece: Piece<'_>, on: bool) {
        let words = machine * self.machines.words..(machine + 1) * self.machines.words;
        let row = &mut self.busy[words];
        if on {
            bits::fill(row, piece.from, piece.until);
        } else {
            bits::clear(row, piece.from, piece.until);
        }
    }

    fn break_fits(&self, machine: usize) -> bool {
        self.machines.pauses[machine].is_none_or(|(length, from, until)| {
            pause_places(self.row(machine), length, from, until).is_some()
        })
    }

    /// What the future of `machine` depends on at `step`, all earlier tasks being placed: until when
    /// it is busy, or, where its break may still lie on both sides of `step`, since when it is free.
    fn state(&self, machine: usize, step: usize) -> u32 {
        let busy_until = self.ends[machine].max(step);
        let Some((length, from, until)) = self.machines.pauses[machine] else {
            return busy_until as u32;
        };
        let row = self.row(machine);
        let had = pause_places(row, length, from, until.min(busy_until)).is_some();
        if had || busy_until <= from {
            return busy_until as u32 | u32::from(had) << 16;
        }
        // Free since: the last busy step before now, as far as the break's window goes.
        let mut since = busy_until.min(until);
        while since > from && !bits::get(row, since - 1) {
            since -= 1;
        }
        busy_until as u32 | (since as u32 + 2) << 17
    }

    /// The state of all machines at `step`, those of a type in order.
    fn key(&self, step: usize) -> Box<[u32]> {
        let mut states: Vec<(usize, u32)> = (0..self.machines.count)
            .map(|machine| (self.types[machine], self.state(machine, step)))
            .collect();
        states.sort_unstable();
        let pieces = std::iter::once(self.chosen.len() as u32);
        pieces.chain(states.into_iter().map(|(_, state)| state)).collect()
    }
}

/// Groups machines that may do the same pieces, have the same break and the same fixed tasks.
fn types(machines: &Machines, pieces: &[Piece<'_>], fixed: &[u64]) -> Vec<usize> {
    let row = |machine: usize| &fixed[machine * machines.words..(machine + 1) * machines.words];
    let alike = |one: usize, other: usize| {
        machines.pauses[one] == machines.pauses[other]
            && row(one) == row(other)
            && pieces.iter().all(|p| bits::get(p.can, one) == bits::get(p.can, other))
    };
    let mut types: Vec<usize> = Vec::with_capacity(machines.count);
    for machine in 0..machines.count {
        let twin = (0..machine).find(|&earlier| alike(earlier, machine));
        types.push(twin.map_or(machine, |earlier| types[earlier]));
    }
    types
}
