//! A stretch of a clerk's day to rebuild, and what things in it are worth.

use super::state::{Item, Task};
use crate::problem::site_day::SiteDayModel;

/// At most this many things to place in one stretch: nodes double with each.
pub(super) const MOST_PENDING: usize = 3;

/// Something to place in the stretch.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pending {
    /// The break of the shift.
    Break,
    /// A walk-in block of so many steps.
    Block(usize),
}

/// A stretch of a shift's day to rebuild.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'a> {
    /// Whose.
    pub shift: usize,
    /// First step.
    pub from: usize,
    /// First step after.
    pub until: usize,
    /// What stays inside it, in order.
    pub kept: &'a [Item],
    /// What must be placed in it.
    pub pending: &'a [Pending],
    /// Walk-in block that ends where the stretch begins, and one that begins where it ends: a block
    /// that touches one in the same kind of room lengthens it.
    pub left: Option<Item>,
    pub right: Option<Item>,
}

impl Stretch<'_> {
    /// The block beside the stretch that one of `length` steps at `t` would lengthen.
    pub(super) fn neighbour(&self, t: usize, length: usize) -> Option<(Item, u16)> {
        let at_left = self.left.filter(|_| t == self.from);
        let at_right = self.right.filter(|_| t + length == self.until);
        let block = at_left.or(at_right)?;
        match block.task {
            Task::Block { kind } => Some((block, kind)),
            _ => None,
        }
    }
}

/// Values of pools as the site-day sees them: `flat[offsets[pool] + slots]` is the next gain.
#[derive(Debug, Default)]
pub(super) struct Marginals {
    pub flat: Vec<f64>,
    pub offsets: Vec<u32>,
}

impl Marginals {
    /// The gain of one slot more for `pool` where it has `slots`.
    #[inline]
    pub(super) fn next(&self, pool: u16, slots: u32) -> f64 {
        let pool = usize::from(pool);
        let cell = self.offsets[pool] + slots;
        if cell < self.offsets[pool + 1] { self.flat[cell as usize] } else { 0.0 }
    }
}

/// A shift's part in a move.
#[derive(Debug, Default, Clone)]
pub(super) struct Part {
    pub shift: usize,
    pub from: usize,
    pub until: usize,
    /// The first of the shift's items that are replaced.
    pub first: usize,
    /// The replaced items, for undoing.
    pub old: Vec<Item>,
    /// Items that stay, or are what a cut has left of them.
    pub kept: Vec<Item>,
    pub pending: Vec<Pending>,
    /// The walk-in block that ends where the stretch begins.
    pub left: Option<Item>,
    /// The walk-in block that begins where the stretch ends.
    pub right: Option<Item>,
    /// How many items stand in their place after the move.
    pub new: usize,
}

impl Part {
    /// The longest stretch in which nothing is kept.
    pub(super) fn longest_gap(&self) -> usize {
        let (mut longest, mut from) = (0, self.from);
        for item in &self.kept {
            longest = longest.max(usize::from(item.start).min(self.until).saturating_sub(from));
            from = from.max(usize::from(item.end));
        }
        longest.max(self.until.saturating_sub(from))
    }
}

/// What a move may take besides slots and breaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Touch {
    pub blocks: bool,
    /// Share of promises.
    pub promises: f64,
    /// All promises that overlap this stretch of time.
    pub clear: Option<(usize, usize)>,
    /// Only those of this shift, and they must go to another: a walk-in block shall stand there.
    pub reserve: Option<usize>,
}

/// Whether `item` is a walk-in block of `shift` that is long enough.
#[inline]
pub(super) fn block_may_be(day: &SiteDayModel, shift: usize, item: Item) -> bool {
    let (from, until) = (usize::from(item.start), usize::from(item.end));
    matches!(item.task, Task::Block { .. })
        && day.shortest_block(shift, from, until) <= until - from
}
