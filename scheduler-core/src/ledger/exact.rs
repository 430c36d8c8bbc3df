//! Whether a task can be placed at all, every other one free to move: exact but for a budget.
//!
//! Deciding list colouring of intervals is NP-hard in general, but what decides is nearly always
//! close in time. Around the task a window is opened, wider and wider. Two questions are asked
//! about the tasks that touch it: with all others taken away (a relaxation: a *no* is final), and
//! with all others where they are (a restriction: a *yes* is final). When the window covers the
//! day both are the whole question.

use super::Answer;
use super::frame::Machines;
use super::layer::Layer;
use super::sweep::{Piece, Sweep, Verdict};

/// Most tasks that a search takes up: it goes one level deeper for each.
const MOST_PIECES: usize = 2_000;

/// Places the task of `slot`, which is declared and on no machine. The layer changes only where the
/// answer is [`Answer::Yes`].
pub(super) fn place(machines: &Machines, layer: &mut Layer, slot: usize, nodes: u32) -> Answer {
    let (from, until) = layer.span(slot);
    let mut search = Search { machines, left: nodes, unsure: false };
    let mut reach = 0;
    loop {
        let (low, high) = (from.saturating_sub(reach), (until + reach).min(machines.steps));
        let whole = low == 0 && high == machines.steps;
        match search.ask(layer, slot, (low, high), whole) {
            Outcome::No => return Answer::No,
            Outcome::Yes(places) => {
                for &(slot, _) in &places {
                    layer.take(machines, slot);
                }
                for (slot, machine) in places {
                    layer.put(machines, slot, machine);
                }
                return Answer::Yes;
            }
            Outcome::Open if whole || search.left == 0 => return Answer::Unknown,
            Outcome::Open => reach = (reach * 2).max(until - from),
        }
    }
}

enum Outcome {
    /// Slots and machines.
    Yes(Vec<(usize, usize)>),
    No,
    Open,
}

struct Search<'a> {
    machines: &'a Machines,
    /// Choices left.
    left: u32,
    /// A relaxation was too hard; wider ones are harder.
    unsure: bool,
}

impl Search<'_> {
    /// Both questions about the tasks that touch `[low, high)`.
    fn ask(
        &mut self,
        layer: &Layer,
        slot: usize,
        (low, high): (usize, usize),
        whole: bool,
    ) -> Outcome {
        let machines = self.machines;
        let pieces = pieces(machines, layer, slot, low, high);
        if pieces.len() > MOST_PIECES {
            self.left = 0;
            return Outcome::Open;
        }
        let places = |sweep: Sweep<'_>| {
            let slots = pieces.iter().map(|piece| piece.slot);
            Outcome::Yes(slots.zip(sweep.machines_of()).collect())
        };
        if !self.unsure {
            let share = if whole { self.left } else { self.left / 2 };
            let mut relaxed = Sweep::new(machines, &pieces, None, share);
            let verdict = relaxed.run();
            self.left -= relaxed.spent().min(self.left);
            match verdict {
                Verdict::No => return Outcome::No,
                Verdict::Yes if whole => return places(relaxed),
                Verdict::Yes => {}
                Verdict::Unknown => self.unsure = true,
            }
        }
        if !whole {
            let outside = outside(machines, layer, &pieces);
            let mut restricted = Sweep::new(machines, &pieces, Some(&outside), self.left / 2);
            let verdict = restricted.run();
            self.left -= restricted.spent().min(self.left);
            if verdict == Verdict::Yes {
                return places(restricted);
            }
        }
        Outcome::Open
    }
}

/// The tasks that touch `[low, high)`, and the new one, in order of start.
fn pieces<'a>(
    machines: &Machines,
    layer: &'a Layer,
    slot: usize,
    low: usize,
    high: usize,
) -> Vec<Piece<'a>> {
    let placed = (0..layer.at.len()).filter(|&other| layer.machine(other).is_some());
    let touching = placed.filter(|&other| {
        let (from, until) = layer.span(other);
        from < high && low < until
    });
    let mut pieces: Vec<Piece<'a>> = touching
        .chain([slot])
        .map(|other| {
            let (from, until) = layer.span(other);
            let can = layer.can(machines, other);
            Piece { slot: other, from, until, can, now: layer.machine(other) }
        })
        .collect();
    pieces.sort_by_key(|piece| (piece.from, piece.until, piece.slot));
    pieces
}

/// What each machine does beside `pieces`.
fn outside(machines: &Machines, layer: &Layer, pieces: &[Piece<'_>]) -> Vec<u64> {
    let mut busy: Vec<u64> =
        (0..machines.count).flat_map(|m| layer.busy(machines, m).iter().copied()).collect();
    for piece in pieces {
        if let Some(machine) = piece.now {
            let row = machine * machines.words..(machine + 1) * machines.words;
            super::bits::clear(&mut busy[row], piece.from, piece.until);
        }
    }
    busy
}
