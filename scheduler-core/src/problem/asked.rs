//! What is asked for at a price: least numbers of clerks and counters, stretches of quotas.

use super::{Plan, Problem, Set};
use crate::time::{Step, Window};

/// A least number of clerks on one day.
#[derive(Debug, Clone)]
pub struct Cover {
    /// Id in the scenario.
    pub id: String,
    /// Index into the scenario's `cover[]`.
    pub source: usize,
    /// Where and when.
    pub site_day: usize,
    /// At each open step of it.
    pub window: Window,
    /// So many clerks, present and not on a break.
    pub least: u32,
    /// Indices into [`Problem::skills`]; a clerk who counts has all.
    pub skills: Set,
}

/// A part of a quota's window in which blocks should cover so many steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// From its first step to the first after, closed steps included.
    pub window: Window,
    /// Steps to cover.
    pub steps: u32,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// An entry of [`Problem::cover`]: clerks.
    Cover(usize),
    /// `counters` of an entry of [`Problem::quotas`]: counters.
    Counters(usize),
    /// A stretch of an entry of [`Problem::quotas`], by its place in the list: steps of blocks.
    Stretch(usize, usize),
    /// The window of an entry of [`Problem::quotas`]; it has a price where the problem is
    /// [relaxed](Problem::relaxed).
    Quota(usize),
}

/// Something asked for at a price that a plan lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// Who asks.
    pub asked_by: Asked,
    /// The site-day.
    pub site_day: usize,
    /// When: steps in which the same number is missing, or the stretch.
    pub window: Window,
    /// How many clerks or counters at each step, or steps in the window, are asked for.
    pub asked: u32,
    /// How many there are.
    pub met: u32,
}

impl Shortage {
    /// Steps of a clerk, a counter or a stretch that are missing.
    pub fn missing_steps(&self) -> u32 {
        let each = self.asked.saturating_sub(self.met);
        match self.asked_by {
            Asked::Cover(_) | Asked::Counters(_) => each * u32::from(self.window.steps()),
            Asked::Stretch(..) | Asked::Quota(_) => each,
        }
    }
}

impl Problem {
    /// Everything asked for at a price that `plan` lacks, in order of site-day, then cover, then
    /// counters and stretches of each quota, then time. What the window of a quota lacks is listed
    /// where the problem is [relaxed](Self::relaxed).
    pub fn shortages(&self, plan: &Plan) -> Vec<Shortage> {
        let mut shortages = Vec::new();
        let mut breaks = vec![Vec::new(); self.site_days.len()];
        for taken in &plan.breaks {
            let shifts = (0..self.sites.len()).map(|site| self.site_day(site, taken.day));
            let shift = shifts.flat_map(|site_day| self.site_days[site_day].shifts.clone()).find(
                |&shift| {
                    let shift = &self.shifts[shift];
                    shift.clerk == taken.clerk && shift.window.covers(taken.window)
                },
            );
            if let Some(shift) = shift {
                breaks[self.shifts[shift].site_day].push((shift, taken.window));
            }
        }
        let mut blocks = vec![Vec::new(); self.site_days.len()];
        for block in &plan.walk_in_blocks {
            blocks[self.site_day(block.site, block.day)].push((block.clerk, block.window));
        }
        for (site_day, place) in self.site_days.iter().enumerate() {
            let end = self.grid.steps_per_day();
            let open_at = |step: Step| place.open.iter().any(|open| open.contains(step));
            for &cover in &place.cover {
                let entry = &self.cover[cover];
                let able = |clerk: usize| entry.skills.is_subset(&self.clerks[clerk].skills);
                let present = |step: Step| {
                    let shifts = place.shifts.clone().filter(|&shift| {
                        let shift = &self.shifts[shift];
                        able(shift.clerk) && shift.is_present(step)
                    });
                    let resting = |shift: usize| {
                        breaks[site_day].iter().any(|&(s, w)| s == shift && w.contains(step))
                    };
                    shifts.filter(|&shift| !resting(shift)).count() as u32
                };
                let by = Asked::Cover(cover);
                let steps =
                    (entry.window.from..entry.window.until.min(end)).filter(|&s| open_at(s));
                runs(&mut shortages, by, site_day, entry.least, steps.map(|s| (s, present(s))));
            }
            for &quota in &place.quotas {
                let entry = &self.quotas[quota];
                let counts = |clerk: usize| self.counts_for(clerk, quota);
                let counted: Vec<Window> = blocks[site_day]
                    .iter()
                    .filter(|&&(clerk, _)| counts(clerk))
                    .map(|&(_, window)| window)
                    .collect();
                let running = |step: Step| {
                    counted.iter().filter(|window| window.contains(step)).count() as u32
                };
                let covered = |window: Window| -> u32 {
                    counted.iter().map(|block| u32::from(block.intersection(window).steps())).sum()
                };
                let mut ask = |asked_by, window, asked| {
                    let met = covered(window);
                    if met < asked {
                        shortages.push(Shortage { asked_by, site_day, window, asked, met });
                    }
                };
                if self.relaxed {
                    ask(Asked::Quota(quota), entry.window, entry.min_steps);
                }
                for (i, stretch) in entry.stretches.iter().enumerate() {
                    ask(Asked::Stretch(quota, i), stretch.window, stretch.steps);
                }
                let by = Asked::Counters(quota);
                let steps =
                    (entry.window.from..entry.window.until.min(end)).filter(|&s| open_at(s));
                runs(&mut shortages, by, site_day, entry.counters, steps.map(|s| (s, running(s))));
            }
        }
        shortages
    }
}

/// Adds the runs of neighbouring steps in which the same number, fewer than `asked`, is met.
fn runs(
    shortages: &mut Vec<Shortage>,
    asked_by: Asked,
    site_day: usize,
    asked: u32,
    met: impl Iterator<Item = (Step, u32)>,
) {
    for (step, met) in met.filter(|&(_, met)| met < asked) {
        match shortages.last_mut() {
            Some(last)
                if last.asked_by == asked_by
                    && last.site_day == site_day
                    && last.met == met
                    && last.window.until == step =>
            {
                last.window.until = step + 1;
            }
            _ => shortages.push(Shortage {
                asked_by,
                site_day,
                window: Window::new(step, step + 1),
                asked,
                met,
            }),
        }
    }
}
