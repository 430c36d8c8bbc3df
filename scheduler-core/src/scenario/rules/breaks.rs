//! Breaks that leave nobody.

use super::capacity::Capacity;
use super::demand::and_more;
use super::{DatedShift, Rules};
use crate::scenario::codes;
use crate::scenario::place::quote;
use crate::time::{Clock, Step, Window};

impl Rules<'_> {
    /// Warns once for each site where at some open step everybody who is there must be on a break,
    /// as no break can lie elsewhere.
    pub(super) fn check_break_windows(&mut self, capacity: &Capacity<'_>) {
        let calendar = capacity.calendar;
        let Some(grid) = calendar.grid else { return };
        for (site, entry) in self.scenario.sites.iter().enumerate() {
            let days = 0..calendar.dates.len();
            let deserted = |day: usize| {
                let open = capacity.hours.at(site, day);
                deserted_step(capacity.shifts_at(site, day), open).map(|found| (day, found))
            };
            let mut found = days.filter_map(deserted);
            let Some((day, (step, clerks))) = found.next() else { continue };
            let message = format!(
                "at {} on {}{} all {clerks} clerks at {} must be on a break at the same time; \
                 widen the windows of their breaks",
                Clock(grid.minute_of(step)),
                calendar.dates[day],
                and_more(found.count()),
                quote(&entry.id)
            );
            self.report(codes::BREAK_COINCIDE, &format!("/sites/{site}"), "", message);
        }
    }
}

/// The first open step at which two clerks or more are there and all of them must be on a break,
/// and how many they are.
fn deserted_step(shifts: &[DatedShift], open: &[Window]) -> Option<(Step, usize)> {
    let must = |shift: &DatedShift| {
        let breaks = shift.breaks.iter().filter_map(|&(steps, within)| core(steps, within));
        breaks.collect::<Vec<Window>>()
    };
    let cores: Vec<Vec<Window>> = shifts.iter().map(must).collect();
    let steps = cores.iter().flatten().flat_map(|core| core.from..core.until);
    let all_rest = |&step: &Step| {
        let here = Window::new(step, step + 1);
        let mut there = shifts.iter().zip(&cores).filter(|(shift, _)| shift.covers(here));
        there.all(|(_, cores)| cores.iter().any(|core| core.contains(step)))
    };
    let is_open = |step: &Step| open.iter().any(|window| window.contains(*step));
    let clerks = |step: Step| {
        let here = Window::new(step, step + 1);
        shifts.iter().filter(|shift| shift.covers(here)).count()
    };
    let steps = steps.filter(is_open).filter(|&step| clerks(step) >= 2);
    steps.filter(all_rest).min().map(|step| (step, clerks(step)))
}

/// The part of `within` that a break of `steps` covers wherever it lies.
fn core(steps: Step, within: Window) -> Option<Window> {
    let core = Window::new(within.until.saturating_sub(steps), within.from.saturating_add(steps));
    (core.from < core.until).then_some(core)
}
