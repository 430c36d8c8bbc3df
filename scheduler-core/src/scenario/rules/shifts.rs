//! Clerks' shifts and breaks.

use super::ids::Ids;
use super::sites::Hours;
use super::{Calendar, Rules};
use crate::scenario::place::quote;
use crate::scenario::{Break, Shift, codes};
use crate::time::{Step, Window};

/// A shift on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DatedShift {
    pub(crate) clerk: usize,
    /// Position in the clerk's list of shifts.
    pub(crate) source: usize,
    pub(crate) site: usize,
    pub(crate) day: usize,
    pub(crate) window: Window,
    /// Steps of the break and where it may lie.
    pub(crate) pause: Option<(Step, Window)>,
}

impl Rules<'_> {
    /// All shifts by date, in order of site, day, clerk and start.
    pub(super) fn check_shifts(
        &mut self,
        calendar: &Calendar,
        ids: &Ids<'_>,
        hours: &Hours,
    ) -> Option<Vec<DatedShift>> {
        let staff = &self.scenario.staff;
        let entries = staff.iter().flat_map(|clerk| &clerk.shifts);
        let count = entries.map(|shift| calendar.count(shift.days.as_deref())).sum();
        self.check_size("/staff", count)?;
        let mut dated = Vec::new();
        for (clerk, entry) in staff.iter().enumerate() {
            let first = dated.len();
            let mut absent = vec![false; calendar.dates.len()];
            for day in entry.absent_on.iter().filter_map(|&date| calendar.day(date)) {
                absent[day] = true;
            }
            for (source, shift) in entry.shifts.iter().enumerate() {
                let base = format!("/staff/{clerk}/shifts/{source}");
                let mut days = calendar.days(shift.days.as_deref());
                days.retain(|&day| !absent[day]);
                let site = self.refer(&ids.sites, &shift.site, &base, "site");
                let window = self.check_shift(calendar, &base, shift, &days);
                let (Some(site), Some(window)) = (site, window) else {
                    continue;
                };
                self.check_shift_opening(calendar, &base, site, window, &days, hours);
                for &day in &days {
                    let pause = self.dated_pause(calendar, &base, shift, day, window);
                    dated.push(DatedShift { clerk, source, site, day, window, pause });
                }
            }
            self.check_overlaps(calendar, &mut dated[first..]);
        }
        dated.sort_unstable_by_key(|shift| {
            (shift.site, shift.day, shift.clerk, shift.window.from, shift.source)
        });
        Some(dated)
    }

    /// The window of a shift, whatever the date.
    fn check_shift(
        &mut self,
        calendar: &Calendar,
        base: &str,
        shift: &Shift,
        days: &[usize],
    ) -> Option<Window> {
        self.check_weekdays(base, shift.days.as_deref());
        let times = (shift.from, shift.until);
        self.check_clock_changes(calendar, base, times, days);
        let window = self.check_window(calendar, base, times);
        if let Some(pause) = shift.pause {
            let base = format!("{base}/break");
            let times = (pause.from, pause.until);
            self.check_clock_changes(calendar, &base, times, days);
            let within = self.check_window(calendar, &base, times);
            let steps = self.check_length(calendar, &base, pause.minutes);
            if let (Some(window), Some(within), Some(steps)) = (window, within, steps)
                && within.intersection(window).steps() < steps
            {
                self.report(codes::BREAK_FIT, &base, "", break_message(shift, pause));
            }
        }
        window
    }

    /// The break of `shift` on `day`, cut to the shift and kept clear of clock changes.
    fn dated_pause(
        &mut self,
        calendar: &Calendar,
        base: &str,
        shift: &Shift,
        day: usize,
        window: Window,
    ) -> Option<(Step, Window)> {
        let (pause, grid) = (shift.pause?, calendar.grid?);
        let (from, until) = (grid.step_at(pause.from.0)?, grid.step_at(pause.until.0)?);
        let within = Window::new(from, until).intersection(window);
        let steps = grid.steps_for(pause.minutes);
        let parts = calendar.free_of_change(day, within);
        // The first of the longest, should two be equal.
        let longest = parts.into_iter().rev().max_by_key(|part| part.steps())?;
        if longest.steps() < steps {
            let message = format!(
                "the clock changes on {} and leaves no {} minutes on end for the break; widen its \
                 window or give that date a shift of its own",
                calendar.dates[day], pause.minutes
            );
            self.report(codes::BREAK_FIT, &format!("{base}/break"), "", message);
            return None;
        }
        Some((steps, longest))
    }

    /// Warns where none of the dates of a shift has a minute at which its site is open. Dates on
    /// which the site is closed for once do not count: that is no news to the planner.
    fn check_shift_opening(
        &mut self,
        calendar: &Calendar,
        base: &str,
        site: usize,
        window: Window,
        days: &[usize],
        hours: &Hours,
    ) {
        if self.is_broken("/sites", site) {
            return;
        }
        let is_open = |day| hours.at(site, day).iter().any(|open| open.overlaps(window));
        let mut days = days.iter().copied().filter(|&day| !hours.lapses(site, day));
        let Some(first) = days.next() else { return };
        if !is_open(first) && !days.any(is_open) {
            let message = format!(
                "{} is never open during this shift, for the first time on {}; correct the shift \
                 or the opening hours",
                quote(&self.scenario.sites[site].id),
                calendar.dates[first]
            );
            self.report(codes::SHIFT_CLOSED, base, "", message);
        }
    }

    /// Reports each shift of one clerk that begins before an earlier one has ended, once and with
    /// its first date.
    fn check_overlaps(&mut self, calendar: &Calendar, shifts: &mut [DatedShift]) {
        shifts.sort_unstable_by_key(|shift| (shift.day, shift.window.from, shift.source));
        let mut latest: Option<DatedShift> = None;
        for &b in &*shifts {
            let before = latest.filter(|a| a.day == b.day);
            if before.is_none_or(|a| a.window.until < b.window.until) {
                latest = Some(b);
            }
            let Some(a) = before.filter(|a| a.window.overlaps(b.window)) else {
                continue;
            };
            let clerk = &self.scenario.staff[a.clerk];
            let (earlier, later) = (a.source.min(b.source), a.source.max(b.source));
            let (one, other) = (&clerk.shifts[earlier], &clerk.shifts[later]);
            let message = format!(
                "on {} the shift {}–{} overlaps shift {earlier} ({}–{}); shorten one or put them \
                 on different days",
                calendar.dates[a.day], other.from, other.until, one.from, one.until
            );
            let base = format!("/staff/{}/shifts/{later}", a.clerk);
            self.report(codes::SHIFT_OVERLAP, &base, "", message);
        }
    }
}

fn break_message(shift: &Shift, pause: Break) -> String {
    let (from, until) = (pause.from.max(shift.from), pause.until.min(shift.until));
    let room = until.0.saturating_sub(from.0);
    format!(
        "a break of {} minutes between {} and {} has only {room} minutes of the shift {}–{}; \
         shorten the break or widen its window",
        pause.minutes, pause.from, pause.until, shift.from, shift.until
    )
}
