//! Quotas that cannot be met, and what takes the minutes that they lack.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::Conflict;
use crate::plan::exact::parts::{Day, Group, Kind};
use crate::problem::{Problem, Quota};
use crate::time::{Step, Window};

use super::cover::{Cover, cover};
use super::flow::Flow;
use super::matching::matching;
use super::promises::Duties;
use super::words;

/// Adds why quotas of a site-day cannot be met.
pub(super) fn explain(
    problem: &Problem,
    parts: &Day,
    duties: &Duties,
    conflicts: &mut Vec<Conflict>,
) {
    let view = View::new(problem, parts, duties);
    let quotas = &problem.site_days[parts.site_day].quotas;
    let mut met = Vec::new();
    for &quota in quotas
        .iter()
        .filter(|&&quota| problem.quotas[quota].min_steps > 0)
    {
        match view.shortfall(quota) {
            Some(conflict) => conflicts.push(conflict),
            None => met.push(quota),
        }
    }
    for (i, &one) in met.iter().enumerate() {
        for &other in &met[i + 1..] {
            conflicts.extend(view.together(one, other));
        }
    }
}

struct View<'a> {
    problem: &'a Problem,
    duties: &'a Duties,
    /// The site-day with its rooms as one kind.
    day: Day,
    rooms: u32,
}

/// Shifts that can cover the same of a quota.
struct Units {
    shifts: Vec<usize>,
    cover: Cover,
}

impl<'a> View<'a> {
    fn new(problem: &'a Problem, parts: &Day, duties: &'a Duties) -> Self {
        let rooms = problem.sites[problem.site_days[parts.site_day].site]
            .rooms
            .clone();
        let number = rooms.len() as u32;
        let mut day = parts.clone();
        day.kinds = if rooms.is_empty() {
            Vec::new()
        } else {
            vec![Kind { rooms }]
        };
        Self {
            problem,
            duties,
            day,
            rooms: number,
        }
    }

    /// Why `quota` cannot be met: the first of ever more conditions that leaves too little.
    fn shortfall(&self, quota: usize) -> Option<Conflict> {
        let data = &self.problem.quotas[quota];
        if let Some(most) = data.max_steps.filter(|&most| most < data.min_steps) {
            let why = format!(
                "at most {} minutes are allowed, for shares are rounded to whole steps",
                self.minutes(most)
            );
            return Some(self.conflict(quota, "quota.least_above_most", &why, "widen the shares"));
        }
        self.short_of_desks(quota)
            .or_else(|| self.short_by_days(quota))
            .or_else(|| self.blocks_too_long(quota))
            .or_else(|| self.capped_by_another(quota))
    }

    /// Too few clerks on shift, or too few rooms for them.
    fn short_of_desks(&self, quota: usize) -> Option<Conflict> {
        let data = &self.problem.quotas[quota];
        let clerks = words::clerks_with(self.problem, &data.skills);
        let present: Vec<u32> = self
            .open_steps(data.window)
            .into_iter()
            .map(|step| {
                let counted = self
                    .counted(quota)
                    .filter(|group| group.window.contains(step));
                counted.map(|group| group.shifts.len() as u32).sum()
            })
            .collect();
        let total: u32 = present.iter().sum();
        if total < data.min_steps {
            let why = format!(
                "{clerks} are on shift for {} minutes of it",
                self.minutes(total)
            );
            let action = "schedule another such clerk or lower the share";
            return Some(self.short(quota, "quota.clerks_short", total, &why, action));
        }
        let total = present.iter().map(|&clerks| clerks.min(self.rooms)).sum();
        if total < data.min_steps {
            let rooms = words::count(self.rooms as usize, "room");
            let why = format!("{rooms} for {clerks} allow {} minutes", self.minutes(total));
            let action = "add a room or lower the share";
            return Some(self.short(quota, "quota.rooms_short", total, &why, action));
        }
        None
    }

    /// Blocks that do not fit, breaks and promises that take the time.
    fn short_by_days(&self, quota: usize) -> Option<Conflict> {
        let data = &self.problem.quotas[quota];
        for stage in [Stage::Blocks, Stage::Breaks, Stage::Promises] {
            // A clerk with no possible day is told of elsewhere.
            let most = self.most(&[(quota, self.units(quota, stage)?)], stage, None);
            if most < data.min_steps {
                let block = self.minutes(data.block_steps.into());
                let most_minutes = self.minutes(most);
                let (code, why, action) = match stage {
                    Stage::Blocks => (
                        "quota.blocks_short",
                        format!(
                            "unbroken blocks of {block} minutes within shifts and opening hours \
                             allow {most_minutes} minutes"
                        ),
                        "shorten the blocks or lower the share",
                    ),
                    Stage::Breaks => (
                        "quota.breaks_short",
                        format!("with the clerks' breaks {most_minutes} minutes are left"),
                        "move a break, schedule another clerk or lower the share",
                    ),
                    Stage::Promises => (
                        "quota.promises_short",
                        format!(
                            "with {} kept {most_minutes} minutes are left",
                            words::promises(self.problem, &self.near(data.window))
                        ),
                        "move a promise, schedule another clerk or lower the share",
                    ),
                };
                return Some(self.short(quota, code, most, &why, action));
            }
        }
        None
    }

    /// No block that counts is short enough for the largest share.
    fn blocks_too_long(&self, quota: usize) -> Option<Conflict> {
        let most = self.problem.quotas[quota].max_steps?;
        let units = self.units(quota, Stage::Promises)?;
        let least = units.iter().filter_map(|unit| unit.cover.least).min()?;
        (least > most).then(|| {
            let why = format!(
                "at most {} minutes are allowed, and the shortest block covers {}",
                self.minutes(most),
                self.minutes(least)
            );
            let action = "shorten the blocks or raise the largest share";
            self.conflict(quota, "quota.block_above_most", &why, action)
        })
    }

    /// The largest share of another quota that counts the same clerks.
    fn capped_by_another(&self, quota: usize) -> Option<Conflict> {
        let data = &self.problem.quotas[quota];
        let others = self.problem.site_days[self.day.site_day]
            .quotas
            .iter()
            .copied();
        for other in others.filter(|&other| other != quota) {
            let cap = &self.problem.quotas[other];
            let Some(cap_steps) = cap.max_steps.filter(|_| cap.window.overlaps(data.window)) else {
                continue;
            };
            let units = self.units(quota, Stage::Promises)?;
            let most = self.most(&[(quota, units)], Stage::Promises, Some(other));
            if most < data.min_steps {
                let why = format!(
                    "its blocks count for quota {} too, which allows at most {} minutes",
                    cap.id,
                    self.minutes(cap_steps)
                );
                let action = "raise the largest share of that quota or lower this one's";
                return Some(self.short(quota, "quota.capped", most, &why, action));
            }
        }
        None
    }

    /// Two quotas for different clerks that share too few rooms and hours.
    fn together(&self, one: usize, other: usize) -> Option<Conflict> {
        let (a, b) = (&self.problem.quotas[one], &self.problem.quotas[other]);
        let shared = self.counted(one).any(|group| group.quotas.contains(&other));
        if shared || !a.window.overlaps(b.window) {
            return None;
        }
        let units = [one, other].map(|quota| Some((quota, self.units(quota, Stage::Promises)?)));
        let [Some(first), Some(second)] = units else {
            return None;
        };
        let most = self.most(&[first, second], Stage::Promises, None);
        let wanted = a.min_steps + b.min_steps;
        (most < wanted).then(|| {
            let message = format!(
                "{}: quotas {} and {} ask for {} minutes of walk-in blocks together, {} are \
                 possible with {}: {} minutes short; add a room or lower a share",
                words::date(self.problem, self.day.site_day),
                a.id,
                b.id,
                self.minutes(wanted),
                self.minutes(most),
                words::count(self.rooms as usize, "room"),
                self.minutes(wanted - most),
            );
            let pointer = format!("/walk_in_quotas/{}", a.source);
            Conflict {
                code: "quota.rooms_shared",
                pointer,
                message,
            }
        })
    }

    /// Groups whose blocks count for `quota`.
    fn counted(&self, quota: usize) -> impl Iterator<Item = &Group> {
        self.day
            .groups
            .iter()
            .filter(move |group| group.quotas.contains(&quota))
    }

    /// What the clerks can cover of `quota` under the conditions of `stage`; `None` where one of
    /// them has no possible day.
    fn units(&self, quota: usize, stage: Stage) -> Option<Vec<Units>> {
        let window = self.problem.quotas[quota].window;
        let mut units = Vec::new();
        for group in self.counted(quota) {
            let mut by_duty: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
            for &shift in &group.shifts {
                let forced = self
                    .duties
                    .forced
                    .get(&shift)
                    .filter(|_| stage == Stage::Promises);
                by_duty
                    .entry(forced.map_or(&[], Vec::as_slice))
                    .or_default()
                    .push(shift);
            }
            for (forced, shifts) in by_duty {
                let mut alike = group.clone();
                alike.promises = forced.to_vec();
                alike.pause = group.pause.filter(|_| stage != Stage::Blocks);
                let cover = cover(self.problem, &self.day, &alike, window)?;
                units.push(Units { shifts, cover });
            }
        }
        Some(units)
    }

    /// The most steps that `quotas`, which count different clerks, can have together, each counted
    /// up to its least share where there are two; `cap` names a quota whose largest share holds.
    fn most(&self, quotas: &[(usize, Vec<Units>)], stage: Stage, cap: Option<usize>) -> u32 {
        let mut flow = Flow::default();
        let (source, sink) = (flow.node(), flow.node());
        let mut steps: BTreeMap<Step, usize> = BTreeMap::new();
        let windows = quotas
            .iter()
            .map(|(quota, _)| self.problem.quotas[*quota].window);
        for step in windows
            .flat_map(|window| self.open_steps(window))
            .collect::<BTreeSet<_>>()
        {
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
            flow.edge(
                source,
                start,
                if quotas.len() > 1 { least } else { u32::MAX },
            );
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
            .map(|&i| {
                self.duties.shifts[i]
                    .iter()
                    .copied()
                    .filter(|s| !able.contains(s))
                    .collect()
            })
            .collect();
        let (kept_by_others, _) = matching(&others);
        let free = able.len().saturating_sub(on.len() - kept_by_others);
        self.rooms.saturating_sub(on.len() as u32).min(free as u32)
    }

    fn open_steps(&self, window: Window) -> Vec<Step> {
        let open = &self.problem.site_days[self.day.site_day].open;
        (window.from..window.until)
            .filter(|&step| open.iter().any(|open| open.contains(step)))
            .collect()
    }

    /// Promises that overlap `window`.
    fn near(&self, window: Window) -> Vec<usize> {
        let near = |promise: &&usize| self.problem.promises[**promise].window.overlaps(window);
        self.duties.sound.iter().filter(near).copied().collect()
    }

    fn minutes(&self, steps: u32) -> u32 {
        words::minutes(self.problem, steps)
    }

    fn short(
        &self,
        quota: usize,
        code: &'static str,
        most: u32,
        why: &str,
        action: &str,
    ) -> Conflict {
        let lacking = self.minutes(self.problem.quotas[quota].min_steps.saturating_sub(most));
        self.conflict(
            quota,
            code,
            why,
            &format!("{lacking} minutes short; {action}"),
        )
    }

    fn conflict(&self, quota: usize, code: &'static str, why: &str, action: &str) -> Conflict {
        let data = &self.problem.quotas[quota];
        let message = format!(
            "{}: quota {} asks for at least {} of {} desk minutes in walk-in blocks, but {why}: \
             {action}",
            words::place(self.problem, data.site_day, data.window),
            data.id,
            self.minutes(data.min_steps),
            self.minutes(data.desk_steps),
        );
        Conflict {
            code,
            pointer: format!("/walk_in_quotas/{}", data.source),
            message,
        }
    }
}

/// How many of the conditions hold, each stage with those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Shifts, opening hours, rooms and unbroken blocks.
    Blocks,
    /// The clerks' breaks.
    Breaks,
    /// Promises and who can keep them.
    Promises,
}
