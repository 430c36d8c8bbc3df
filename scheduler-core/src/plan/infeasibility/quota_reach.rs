//! How many steps of a quota the clerks of a site-day can reach, rooms shared: a maximum flow from
//! clerks to steps.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::network::Walker;
use crate::problem::site_day::{ShiftGroup, SiteDayModel};
use crate::problem::{Problem, Quota};
use crate::time::{Step, Window};

use super::cover::{Cover, cover};
use super::flow::Flow;
use super::matching::matching;
use super::promises::Duties;

pub(super) struct QuotaReach<'a> {
    pub(super) problem: &'a Problem,
    pub(super) duties: &'a Duties,
    pub(super) day: &'a SiteDayModel,
    pub(super) groups: Vec<ShiftGroup>,
    pub(super) rooms: u32,
}

/// Shifts that can cover the same of a quota.
pub(super) struct Units {
    pub(super) shifts: Vec<usize>,
    pub(super) cover: Cover,
}

impl<'a> QuotaReach<'a> {
    pub(super) fn new(problem: &'a Problem, day: &'a SiteDayModel, duties: &'a Duties) -> Self {
        let site = &problem.sites[problem.site_days[day.site_day].site];
        Self { problem, duties, day, groups: day.shift_groups(), rooms: site.rooms.len() as u32 }
    }

    /// Groups whose blocks count for `quota`.
    pub(super) fn counted(&self, quota: usize) -> impl Iterator<Item = &ShiftGroup> {
        self.groups.iter().filter(move |group| self.counts_for(group, quota))
    }

    /// Whether blocks of `group` count for `quota`.
    pub(super) fn counts_for(&self, group: &ShiftGroup, quota: usize) -> bool {
        let shift = &self.day.shifts[usize::from(group.shifts[0])];
        let quotas = &self.day.profiles[shift.profile].quotas;
        quotas.iter().any(|&local| self.day.quotas[local].index == quota)
    }

    /// When the shifts of `group` are worked.
    pub(super) fn hours(&self, group: &ShiftGroup) -> Window {
        let shift = &self.day.shifts[usize::from(group.shifts[0])];
        self.day.window(shift.from, shift.until)
    }

    /// What the clerks can cover of `quota` under the conditions of `stage`; `None` where one of
    /// them has no possible day.
    pub(super) fn units(&self, quota: usize, stage: Stage) -> Option<Vec<Units>> {
        let window = self.problem.quotas[quota].window;
        let mut units = Vec::new();
        for group in self.counted(quota) {
            let mut by_duty: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
            for &shift in &group.shifts {
                let shift = self.day.shifts[usize::from(shift)].index;
                let forced = self.duties.forced.get(&shift).filter(|_| stage == Stage::Promises);
                by_duty.entry(forced.map_or(&[], Vec::as_slice)).or_default().push(shift);
            }
            for (forced, shifts) in by_duty {
                let local = |promise: &u16| {
                    forced.contains(&self.day.promises[usize::from(*promise)].index)
                };
                let promises: Vec<u16> = group.promises.iter().copied().filter(local).collect();
                let mut walker = Walker::new(self.day, group.shifts[0], &promises);
                if stage == Stage::Blocks {
                    walker.breaks = &[];
                }
                // Rooms are counted elsewhere: here one kind stands for all.
                let cover = cover(self.day, walker, usize::from(self.rooms > 0), window)?;
                units.push(Units { shifts, cover });
            }
        }
        Some(units)
    }

    /// The most steps that `quotas`, which count different clerks, can have together, each counted
    /// up to its least share where there are two; `cap` names a quota whose largest share holds.
    pub(super) fn most(
        &self,
        quotas: &[(usize, Vec<Units>)],
        stage: Stage,
        cap: Option<usize>,
    ) -> u32 {
        let mut flow = Flow::default();
        let (source, sink) = (flow.node(), flow.node());
        let mut steps: BTreeMap<Step, usize> = BTreeMap::new();
        let windows = quotas.iter().map(|(quota, _)| self.problem.quotas[*quota].window);
        for step in windows.flat_map(|window| self.open_steps(window)).collect::<BTreeSet<_>>() {
            let node = flow.node();
            let able = quotas.iter().flat_map(|(_, units)| units);
            flow.edge(node, sink, self.capacity(step, able, stage));
            steps.insert(step, node);
        }
        let cap = cap.map(|other| &self.problem.quotas[other]);
        let capped = cap.map(|cap| {
            let (entry, exit) = (flow.node(), flow.node());
            flow.edge(entry, exit, cap.max_steps.unwrap_or(u32::MAX));
            for (_, &node) in steps.iter().filter(|(step, _)| cap.window.contains(**step)) {
                flow.edge(exit, node, self.rooms);
            }
            entry
        });
        for (quota, units) in quotas {
            let start = flow.node();
            let least = self.problem.quotas[*quota].min_steps;
            flow.edge(source, start, if quotas.len() > 1 { least } else { u32::MAX });
            for unit in units {
                let node = flow.node();
                let number = unit.shifts.len() as u32;
                flow.edge(start, node, unit.cover.most * number);
                let clerk = self.problem.shifts[unit.shifts[0]].clerk;
                let counts = |cap: &Quota| cap.skills.is_subset(&self.problem.clerks[clerk].skills);
                let mut through_cap = 0;
                for &step in &unit.cover.steps {
                    let Some(&to) = steps.get(&step) else {
                        continue;
                    };
                    match cap.filter(|cap| cap.window.contains(step) && counts(cap)) {
                        Some(_) => through_cap += number,
                        None => flow.edge(node, to, number),
                    }
                }
                if let Some(entry) = capped.filter(|_| through_cap > 0) {
                    flow.edge(node, entry, through_cap);
                }
            }
        }
        flow.most(source, sink)
    }

    /// Most clerks of `units` that can be in blocks at `step`: rooms that promises leave, and
    /// clerks whom promises leave after taking all others who can keep them.
    fn capacity<'u>(
        &self,
        step: Step,
        units: impl Iterator<Item = &'u Units>,
        stage: Stage,
    ) -> u32 {
        let able: BTreeSet<usize> = units
            .filter(|unit| unit.cover.steps.contains(&step))
            .flat_map(|unit| unit.shifts.iter().copied())
            .collect();
        if stage != Stage::Promises {
            return self.rooms.min(able.len() as u32);
        }
        let on = self.duties.at(self.problem, step);
        let others: Vec<Vec<usize>> = on
            .iter()
            .map(|&i| self.duties.shifts[i].iter().copied().filter(|s| !able.contains(s)).collect())
            .collect();
        let (kept_by_others, _) = matching(&others);
        let free = able.len().saturating_sub(on.len() - kept_by_others);
        self.rooms.saturating_sub(on.len() as u32).min(free as u32)
    }

    pub(super) fn open_steps(&self, window: Window) -> Vec<Step> {
        let open = &self.problem.site_days[self.day.site_day].open;
        (window.from..window.until)
            .filter(|&step| open.iter().any(|open| open.contains(step)))
            .collect()
    }
}

/// How many of the conditions hold, each stage with those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Shifts, opening hours, rooms and unbroken blocks.
    Blocks,
    /// The clerks' breaks.
    Breaks,
    /// Promises and who can keep them.
    Promises,
}
