//! What is asked for at a price, counted from the definition: clerks, counters, stretches of quotas.

use super::Judge;
use crate::problem::{Quota, Set, WalkInBlock};
use crate::time::{Step, Window};

impl Judge<'_> {
    /// Steps of a clerk, a counter or a stretch that are missing, and of quotas where the problem
    /// is relaxed.
    pub(super) fn missing_steps(&self) -> u64 {
        let mut blocks = vec![Vec::new(); self.problem.site_days.len()];
        for block in &self.plan.walk_in_blocks {
            if block.site < self.problem.sites.len() && block.day < self.problem.dates.len() {
                blocks[self.problem.site_day(block.site, block.day)].push(block);
            }
        }
        let quotas = self.problem.quotas.iter();
        let missing = quotas.map(|quota| {
            let counted = self.counted(quota, &blocks[quota.site_day]);
            self.counters_missing(quota, &counted) + self.blocks_missing(quota, &counted)
        });
        self.cover_missing() + missing.sum::<u64>()
    }

    /// At each open step of its window: clerks with the skills, present and not on a break.
    fn cover_missing(&self) -> u64 {
        let p = self.problem;
        let mut missing = 0;
        for cover in &p.cover {
            for step in self.open_steps(cover.site_day, cover.window) {
                let there = p.site_days[cover.site_day].shifts.clone().filter(|&shift| {
                    has_all(&p.clerks[p.shifts[shift].clerk].skills, &cover.skills)
                        && p.shifts[shift].is_present(step)
                        && !self.on_break(shift, step)
                });
                missing += u64::from(cover.least).saturating_sub(there.count() as u64);
            }
        }
        missing
    }

    /// At each open step of its window: blocks that are running and count for the quota.
    fn counters_missing(&self, quota: &Quota, counted: &[Window]) -> u64 {
        if quota.counters == 0 {
            return 0;
        }
        let running = |step| counted.iter().filter(|block| block.contains(step)).count() as u64;
        self.open_steps(quota.site_day, quota.window)
            .map(|step| u64::from(quota.counters).saturating_sub(running(step)))
            .sum()
    }

    /// In each stretch of the quota, and in its whole window where the problem is relaxed.
    fn blocks_missing(&self, quota: &Quota, counted: &[Window]) -> u64 {
        let held = |window: Window| -> u64 {
            counted.iter().map(|block| u64::from(block.intersection(window).steps())).sum()
        };
        let stretches = quota.stretches.iter();
        let missing: u64 =
            stretches.map(|s| u64::from(s.steps).saturating_sub(held(s.window))).sum();
        let window = if self.problem.relaxed { quota.min_steps } else { 0 };
        missing + u64::from(window).saturating_sub(held(quota.window))
    }

    /// The blocks that count for `quota`.
    fn counted(&self, quota: &Quota, of_site_day: &[&WalkInBlock]) -> Vec<Window> {
        let clerks = &self.problem.clerks;
        let counts = |block: &&&WalkInBlock| {
            let able =
                clerks.get(block.clerk).is_some_and(|clerk| has_all(&clerk.skills, &quota.skills));
            able && block.window.steps() >= quota.block_steps
        };
        of_site_day.iter().filter(counts).map(|block| block.window).collect()
    }

    /// The steps of `window` at which the site is open on that day.
    pub(super) fn open_steps(
        &self,
        site_day: usize,
        window: Window,
    ) -> impl Iterator<Item = Step> + '_ {
        let open = &self.problem.site_days[site_day].open;
        (window.from..window.until).filter(|&step| open.iter().any(|open| open.contains(step)))
    }

    /// Whether the plan has the clerk of `shift` on a break of that shift at `step`.
    pub(super) fn on_break(&self, shift: usize, step: Step) -> bool {
        self.rests[shift].iter().any(|rest| rest.contains(step))
    }
}

fn has_all(present: &Set, asked: &Set) -> bool {
    asked.iter().all(|one| present.contains(one))
}
