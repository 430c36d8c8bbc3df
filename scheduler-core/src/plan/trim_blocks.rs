//! Walk-in blocks cut to what somebody asks for.

use crate::problem::{Problem, WalkInBlock};
use crate::time::{Step, Window};

/// Takes off both ends of each block what lies in the window of no quota that the clerk counts for:
/// nobody asks for it, and what is free may be booked later. A block stays as long as these quotas
/// want it at least. Those that `keep` names stay as they are, and so do blocks for no quota.
pub(super) fn trim_blocks(
    problem: &Problem,
    blocks: &mut [WalkInBlock],
    keep: impl Fn(&WalkInBlock) -> bool,
) {
    for block in blocks {
        if keep(block) {
            continue;
        }
        let site_day = problem.site_day(block.site, block.day);
        let quotas = problem.site_days[site_day].quotas.iter();
        let counted = quotas.filter(|&&quota| {
            problem.counts_for(block.clerk, quota)
                && problem.quotas[quota].window.overlaps(block.window)
        });
        let counted: Vec<usize> = counted.copied().collect();
        let windows =
            counted.iter().map(|&quota| problem.quotas[quota].window.intersection(block.window));
        let used = windows
            .reduce(|all, one| Window::new(all.from.min(one.from), all.until.max(one.until)));
        let Some(used) = used else { continue };
        let least = counted.iter().map(|&quota| problem.quotas[quota].block_steps).max();
        block.window = widened(used, least.unwrap_or(0), block.window);
    }
}

/// `used`, lengthened within `whole` to `least` steps: at its begin first.
fn widened(used: Window, least: Step, whole: Window) -> Window {
    let missing = least.saturating_sub(used.steps());
    let from = used.from.saturating_sub(missing).max(whole.from);
    let missing = least.saturating_sub(used.until - from);
    Window::new(from, (used.until + missing).min(whole.until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_keeps_its_least_length() {
        let whole = Window::new(10, 30);
        assert_eq!(widened(Window::new(20, 30), 6, whole), Window::new(20, 30));
        assert_eq!(widened(Window::new(25, 30), 6, whole), Window::new(24, 30));
        assert_eq!(widened(Window::new(10, 12), 6, whole), Window::new(10, 16));
        assert_eq!(widened(Window::new(12, 14), 6, whole), Window::new(10, 16));
        assert_eq!(widened(Window::new(15, 16), 30, whole), whole);
    }
}
