//! A site-day after something went wrong: a clerk is ill, a counter is closed, hours are cut.
//!
//! First everybody is kept at the promised time, by whatever clerk and in whatever room. Then as
//! few citizens as possible are moved, each as little as possible. The rest is listed.

use std::sync::Arc;

use super::state::Ledger;
use super::types::{Answer, Block, Change, Limits, Refusal, Stored};
use super::visit::Entry;
use crate::problem::Problem;
use crate::time::{Step, Window};

/// What a repair may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepairOptions {
    /// Work for each promise that has to be placed.
    pub limits: Limits,
    /// Earliest start that a citizen may be moved to: what is over cannot be kept.
    pub not_before: Step,
    /// Most steps that a citizen may be moved by; 0 moves nobody.
    pub most_steps: Step,
}

impl Default for RepairOptions {
    fn default() -> Self {
        Self { limits: Limits::default(), not_before: 0, most_steps: Step::MAX }
    }
}

/// A citizen who has to come at another time of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Move {
    /// The promise.
    pub id: Arc<str>,
    /// When it began.
    pub from: Step,
    /// When it begins now.
    pub to: Step,
}

/// A site-day that works again.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Repaired {
    /// Its ledger, without the stranded.
    pub ledger: Ledger,
    /// Promises at another time, in order of their old one.
    pub moved: Vec<Move>,
    /// Promises that no time of the day is left for, and why not at their own.
    pub stranded: Vec<(Entry, Refusal)>,
    /// Walk-in blocks that were given up; promises come first.
    pub lost_blocks: Vec<Block>,
    /// How the witness differs from what was stored; it names moved promises too.
    pub changes: Vec<Change>,
}

impl Ledger {
    /// Keeps of `stored` what can be kept under `problem`, and moves what cannot.
    ///
    /// No two promises that can be kept together are both moved for the sake of one: exchanges of
    /// one promise for two are looked for. That the number of moves is the least is not proven.
    ///
    /// # Panics
    /// Where there is no such site-day.
    pub fn repair(
        problem: &Problem,
        site_day: usize,
        stored: &Stored,
        options: RepairOptions,
    ) -> Repaired {
        let restored = Self::restore(problem, site_day, stored, options.limits);
        let (mut ledger, mut stranded) = (restored.ledger, restored.stranded);
        ledger.exchange(&mut stranded, options.limits);
        stranded.sort_by(|(a, _), (b, _)| (a.start, &a.id).cmp(&(b.start, &b.id)));
        let mut moved = Vec::new();
        stranded.retain(|(entry, _)| match ledger.move_near(entry, options) {
            Some(to) => {
                moved.push(Move { id: Arc::clone(&entry.id), from: entry.start, to });
                false
            }
            None => true,
        });
        let lost = |block: &Block| !ledger.blocks().any(|(kept, _)| kept.number == block.number);
        let lost_blocks = restored.lost_blocks.into_iter().filter(lost).collect();
        let changes = ledger.changes_from(stored);
        Repaired { ledger, moved, stranded, lost_blocks, changes }
    }

    /// Gives up one promise where two of the stranded can be kept in its place.
    fn exchange(&mut self, stranded: &mut Vec<(Entry, Refusal)>, limits: Limits) {
        let kept: Vec<(Arc<str>, Window)> =
            self.promises().map(|(entry, _)| (Arc::clone(&entry.id), entry.window())).collect();
        for (id, window) in kept {
            let near = |entry: &Entry| entry.window().overlaps(window);
            if stranded.iter().filter(|(entry, _)| near(entry)).count() < 2 {
                continue;
            }
            let mut trial = self.clone();
            let Some(given_up) = trial.remove(&id) else { continue };
            let mut left = Vec::new();
            for (entry, refusal) in stranded.iter() {
                if !near(entry) || trial.insert(entry.clone(), limits).is_err() {
                    left.push((entry.clone(), refusal.clone()));
                }
            }
            if left.len() + 2 <= stranded.len() {
                left.push((given_up, Refusal::Taken));
                *stranded = left;
                *self = trial;
            }
        }
    }

    /// Takes the promise in at the start nearest to its own. The start, if there is one.
    fn move_near(&mut self, entry: &Entry, options: RepairOptions) -> Option<Step> {
        let starts = self.starts(&entry.visit);
        let mut near: Vec<Step> = starts
            .sure
            .iter()
            .chain(starts.open.iter())
            .filter(|&start| start >= options.not_before)
            .filter(|&start| start.abs_diff(entry.start) <= options.most_steps)
            .collect();
        near.sort_by_key(|&start| (start.abs_diff(entry.start), start));
        near.into_iter().find(|&start| {
            let possible = starts.sure.contains(start)
                || self.check(&entry.visit, start, options.limits) == Answer::Yes;
            possible && self.insert(Entry { start, ..entry.clone() }, options.limits).is_ok()
        })
    }
}
