//! Quotas that cannot be met, and what takes the minutes that they lack.

use crate::plan::Conflict;
use crate::problem::{Problem, site_day::SiteDayModel};
use crate::time::Window;

use super::promises::Duties;
use super::quota_reach::{QuotaReach, Stage};
use super::words;

/// Adds why quotas of a site-day cannot be met.
pub(super) fn explain(
    problem: &Problem,
    day: &SiteDayModel,
    duties: &Duties,
    conflicts: &mut Vec<Conflict>,
) {
    let reach = QuotaReach::new(problem, day, duties);
    let quotas = &problem.site_days[day.site_day].quotas;
    let mut met = Vec::new();
    for &quota in quotas.iter().filter(|&&quota| problem.quotas[quota].min_steps > 0) {
        match reach.shortfall(quota) {
            Some(conflict) => conflicts.push(conflict),
            None => met.push(quota),
        }
    }
    for (i, &one) in met.iter().enumerate() {
        for &other in &met[i + 1..] {
            conflicts.extend(reach.together(one, other));
        }
    }
}

impl QuotaReach<'_> {
    /// Why `quota` cannot be met: the first of ever more conditions that leaves too little.
    fn shortfall(&self, quota: usize) -> Option<Conflict> {
        let data = &self.problem.quotas[quota];
        if let Some(most) = data.max_steps.filter(|&most| most < data.min_steps) {
            let why = format!(
                "at most {} are allowed, as shares are rounded to whole steps",
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
                let counted = self.counted(quota).filter(|group| self.hours(group).contains(step));
                counted.map(|group| group.shifts.len() as u32).sum()
            })
            .collect();
        let total: u32 = present.iter().sum();
        if total < data.min_steps {
            let why = match total {
                0 => format!("no {clerks} are on shift then"),
                _ => format!("{clerks} are on shift for no more of it"),
            };
            let action = "schedule another such clerk or lower the share";
            return Some(self.short(quota, "quota.clerks_short", total, &why, action));
        }
        let total = present.iter().map(|&clerks| clerks.min(self.rooms)).sum();
        if total < data.min_steps {
            let rooms = words::count(self.rooms as usize, "room");
            let why = format!("the site has {rooms}");
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
                let (code, why, action) = match stage {
                    Stage::Blocks => (
                        "quota.blocks_short",
                        format!(
                            "shifts and opening hours hold no more unbroken blocks of {} minutes",
                            self.minutes(data.block_steps.into())
                        ),
                        "shorten the blocks or lower the share",
                    ),
                    Stage::Breaks => (
                        "quota.breaks_short",
                        "the clerks' breaks take too much".to_owned(),
                        "move a break, schedule another clerk or lower the share",
                    ),
                    Stage::Promises => (
                        "quota.promises_short",
                        format!("{} take too much", self.promises_near(data.window)),
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
                "at most {} are allowed and the shortest block covers {}",
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
        let others = self.problem.site_days[self.day.site_day].quotas.iter().copied();
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
        let shared = self.counted(one).any(|group| self.counts_for(group, other));
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
            Conflict { code: "quota.rooms_shared", pointer, message }
        })
    }

    /// The promises that overlap `window`, or else those of the day.
    fn promises_near(&self, window: Window) -> String {
        let sound = &self.duties.sound;
        let near = |promise: &usize| self.problem.promises[*promise].window.overlaps(window);
        let some: Vec<usize> = sound.iter().copied().filter(near).collect();
        words::promises(self.problem, if some.is_empty() { sound } else { &some })
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
        let lacking = self.problem.quotas[quota].min_steps.saturating_sub(most);
        let (most, lacking) = (self.minutes(most), self.minutes(lacking));
        let why = format!("at most {most} are possible, {lacking} short, because {why}");
        self.conflict(quota, code, &why, action)
    }

    fn conflict(&self, quota: usize, code: &'static str, why: &str, action: &str) -> Conflict {
        let data = &self.problem.quotas[quota];
        let message = format!(
            "{}: quota {} asks for {} of {} desk minutes in walk-in blocks, but {why}; {action}",
            words::place(self.problem, data.site_day, data.window),
            data.id,
            self.minutes(data.min_steps),
            self.minutes(data.desk_steps),
        );
        let pointer = format!("/walk_in_quotas/{}", data.source);
        Conflict { code, pointer, message }
    }
}
