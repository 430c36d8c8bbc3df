//! How much of a quota one clerk can cover: the longest path through the clerk's day.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::network::{Activity, Arc, Network, Node, Rooms, Walker};
use crate::problem::site_day::SiteDayModel;
use crate::time::{Step, Window};

/// What the walk-in blocks of one clerk can cover of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cover {
    /// The most steps together.
    pub(super) most: u32,
    /// The steps that some day covers.
    pub(super) steps: BTreeSet<Step>,
    /// The fewest steps that a block covers which covers any.
    pub(super) least: Option<u32>,
}

/// What `walker` can cover of `window` in a day that holds its break and keeps exactly its
/// promises; `None` where there is no such day. Rooms are not counted, but `kinds` is 0 where there
/// are none.
pub(super) fn cover(
    day: &SiteDayModel,
    walker: Walker<'_>,
    kinds: usize,
    window: Window,
) -> Option<Cover> {
    let network = Network::new(day, walker, Rooms::ByTask(kinds));
    let kept = |promise: u16| {
        let promise = &day.promises[usize::from(promise)];
        day.window(promise.from, promise.until)
    };
    let duties: Vec<Window> = walker.promises.iter().map(|&promise| kept(promise)).collect();
    let allowed = |arc: &&Arc| match arc.activity {
        Activity::Promise(promise) => {
            let kept = kept(promise);
            duties.iter().filter(|duty| duty.overlaps(kept)).count() == 1
        }
        _ => !duties.iter().any(|duty| duty.overlaps(arc.window())),
    };
    let mut arcs: Vec<&Arc> = network.arcs.iter().filter(allowed).collect();
    let covered = |arc: &Arc| match arc.activity {
        Activity::Enter | Activity::Extend => u32::from(window.intersection(arc.window()).steps()),
        _ => 0,
    };
    // Leaving a block takes no time: it comes before what leaves from the same step.
    let order = |node: Node| (node.step, node.block.is_none());
    arcs.sort_by_key(|arc| order(arc.from));
    let mut most: BTreeMap<Node, u32> = BTreeMap::from([(network.first, 0)]);
    for arc in &arcs {
        if let Some(&before) = most.get(&arc.from) {
            let best = most.entry(arc.to).or_default();
            *best = (*best).max(before + covered(arc));
        }
    }
    let total = *most.get(&network.last)?;
    let mut useful = BTreeSet::from([network.last]);
    let mut steps = BTreeSet::new();
    let mut least = None;
    for arc in arcs.iter().rev() {
        if useful.contains(&arc.to) && most.contains_key(&arc.from) {
            useful.insert(arc.from);
            let covered = covered(arc);
            if covered > 0 {
                let part = window.intersection(arc.window());
                steps.extend(part.from..part.until);
                // An extension is what a block covers first only where the window begins.
                if arc.activity == Activity::Enter || arc.from.step == window.from {
                    least = Some(least.map_or(covered, |least: u32| least.min(covered)));
                }
            }
        }
    }
    Some(Cover { most: total, steps, least })
}
