//! Clerks' shifts, breaks and absences, and the way between sites.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::ids::Ids;
use super::sites::{Hours, united};
use super::{Calendar, Dates, Rules};
use crate::scenario::place::quote;
use crate::scenario::recurrence::Recurring as _;
use crate::scenario::{Break, Shift, codes};
use crate::time::{Step, Window};

/// A shift on one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatedShift {
    pub(crate) clerk: usize,
    /// Position in the clerk's list of shifts.
    pub(crate) source: usize,
    pub(crate) site: usize,
    pub(crate) day: usize,
    pub(crate) window: Window,
    /// When the clerk is away: inside the window, disjoint, not touching, in order.
    pub(crate) absent: Vec<Window>,
    /// Steps of each break and where it may lie, in order.
    pub(crate) breaks: Vec<(Step, Window)>,
}

impl DatedShift {
    /// Whether the clerk is there throughout `window`.
    pub(super) fn covers(&self, window: Window) -> bool {
        self.window.covers(window) && !self.absent.iter().any(|away| away.overlaps(window))
    }
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
        let count = entries.map(|shift| calendar.count(shift)).sum();
        self.check_size("/staff", count)?;
        let travel = self.check_travel(ids);
        let mut dated = Vec::new();
        for (clerk, entry) in staff.iter().enumerate() {
            let mut is_absent = vec![false; calendar.dates.len()];
            for day in entry.absent_on.iter().filter_map(|&date| calendar.day(date)) {
                is_absent[day] = true;
            }
            let away = self.check_spans(calendar, &format!("/staff/{clerk}/absent"), &entry.absent);
            if let Some(room) = &entry.room {
                self.refer(&ids.rooms, room, &format!("/staff/{clerk}"), "room");
            }
            let mut sound = Vec::with_capacity(entry.shifts.len());
            for (source, shift) in entry.shifts.iter().enumerate() {
                let base = format!("/staff/{clerk}/shifts/{source}");
                let mut days = calendar.days(shift);
                days.retain(|&day| !is_absent[day]);
                let site = self.refer(&ids.sites, &shift.site, &base, "site");
                let window = self.check_shift(calendar, &base, shift, &days);
                let (Some(site), Some(window)) = (site, window) else {
                    continue;
                };
                sound.push((source, site));
                self.check_shift_opening(calendar, &base, site, window, &days, hours);
                for &day in &days {
                    let of_day = away.iter().filter(|(other, _)| *other == day);
                    let cut = of_day.map(|(_, away)| away.intersection(window));
                    let absent = united(cut.filter(|away| !away.is_empty()).collect());
                    let breaks = self.dated_breaks(calendar, &base, shift, day, (window, &absent));
                    dated.push(DatedShift { clerk, source, site, day, window, absent, breaks });
                }
            }
            self.check_overlaps(calendar, clerk, &sound, &travel);
        }
        dated.sort_unstable_by_key(|shift| {
            (shift.site, shift.day, shift.clerk, shift.window.from, shift.source)
        });
        Some(dated)
    }

    /// Minutes of the way between two sites, the one that comes first in the scenario first.
    fn check_travel(&mut self, ids: &Ids<'_>) -> BTreeMap<(usize, usize), u32> {
        let mut minutes = BTreeMap::new();
        for (i, way) in self.scenario.travel.iter().enumerate() {
            let base = format!("/travel/{i}");
            let from = self.refer(&ids.sites, &way.from, &base, "from");
            let to = self.refer(&ids.sites, &way.to, &base, "to");
            let (Some(from), Some(to)) = (from, to) else { continue };
            let ends = (from.min(to), from.max(to));
            if from == to {
                let message = format!(
                    "the way leads from {} to itself; name another site or remove it",
                    quote(&way.to)
                );
                self.report(codes::TRAVEL_TWICE, &base, "to", message);
            } else if minutes.insert(ends, way.minutes).is_some() {
                let message = format!(
                    "the way between {} and {} is named already, and holds both ways; keep one",
                    quote(&way.from),
                    quote(&way.to)
                );
                self.report(codes::TRAVEL_TWICE, &base, "to", message);
            }
        }
        minutes
    }

    /// The window of a shift, whatever the date.
    fn check_shift(
        &mut self,
        calendar: &Calendar,
        base: &str,
        shift: &Shift,
        days: &[usize],
    ) -> Option<Window> {
        self.check_when(base, shift);
        let times = (shift.from, shift.until);
        self.check_clock_changes(calendar, base, times, days);
        let window = self.check_window(calendar, base, times);
        if shift.pause.is_some() && !shift.breaks.is_empty() {
            let message = "the shift has both break and breaks; keep all in breaks".to_owned();
            self.report(codes::BREAK_TWICE, base, "break", message);
        }
        // Where the breaks before end at the earliest.
        let mut free = 0;
        for (place, pause) in breaks_of(shift) {
            let base = format!("{base}/{place}");
            let times = (pause.from, pause.until);
            self.check_clock_changes(calendar, &base, times, days);
            let within = self.check_window(calendar, &base, times);
            let steps = self.check_length(calendar, &base, pause.minutes);
            let (Some(window), Some(within), Some(steps)) = (window, within, steps) else {
                continue;
            };
            let part = within.intersection(window);
            if part.steps() < steps {
                self.report(codes::BREAK_FIT, &base, "", break_message(shift, pause));
            } else if let Some(end) = earliest_end(part, steps, &[], free) {
                free = end;
            } else {
                let message = format!(
                    "after the breaks before it, {} minutes until {} are not left; widen its \
                     window or list the breaks in the order in which they are held",
                    pause.minutes, pause.until
                );
                self.report(codes::BREAK_FIT, &base, "", message);
            }
        }
        window
    }

    /// The breaks of `shift` on `day`, cut to the shift and kept clear of clock changes. Those that
    /// absences, or a clock change, leave no place for lapse.
    fn dated_breaks(
        &mut self,
        calendar: &Calendar,
        base: &str,
        shift: &Shift,
        day: usize,
        (window, absent): (Window, &[Window]),
    ) -> Vec<(Step, Window)> {
        let Some(grid) = calendar.grid else { return Vec::new() };
        let (mut breaks, mut free) = (Vec::new(), 0);
        for (place, pause) in breaks_of(shift) {
            let times = (grid.step_at(pause.from.0), grid.step_at(pause.until.0));
            let (Some(from), Some(until)) = times else { continue };
            let within = Window::new(from, until).intersection(window);
            let steps = grid.steps_for(pause.minutes);
            if within.steps() < steps {
                continue;
            }
            let parts = calendar.free_of_change(day, within);
            // The first of the longest, should two be equal.
            let longest = parts.into_iter().rev().max_by_key(|part| part.steps());
            let Some(longest) = longest.filter(|part| part.steps() >= steps) else {
                let message = format!(
                    "the clock changes on {} and leaves no {} minutes on end for the break, which \
                     lapses; widen its window or give that date a shift of its own",
                    calendar.dates[day], pause.minutes
                );
                self.report(codes::WINDOW_CLOCK_CHANGE, &format!("{base}/{place}"), "", message);
                continue;
            };
            if let Some(end) = earliest_end(longest, steps, absent, free) {
                free = end;
                breaks.push((steps, longest));
            }
        }
        breaks
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
        let is_open = |day| hours.usual(site, day).iter().any(|open| open.overlaps(window));
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

    /// Reports each shift of one clerk that overlaps an earlier one of the list on any date, in the
    /// horizon or not, or leaves too little time for the way from or to one.
    fn check_overlaps(
        &mut self,
        calendar: &Calendar,
        clerk: usize,
        sound: &[(usize, usize)],
        travel: &BTreeMap<(usize, usize), u32>,
    ) {
        let entry = &self.scenario.staff[clerk];
        let start = calendar.dates.first().copied().unwrap_or_default();
        for (k, &(later, site)) in sound.iter().enumerate() {
            let other = &entry.shifts[later];
            let base = format!("/staff/{clerk}/shifts/{later}");
            for &(earlier, elsewhere) in &sound[..k] {
                let one = &entry.shifts[earlier];
                let overlap = one.from < other.until && other.from < one.until;
                let ends = (site.min(elsewhere), site.max(elsewhere));
                let way = travel.get(&ends).copied().unwrap_or(0);
                let between =
                    one.from.0.max(other.from.0).saturating_sub(one.until.0.min(other.until.0));
                if !overlap && between >= way {
                    continue;
                }
                let Some(date) = common_date(one, other, start) else { continue };
                if self.dates == Dates::Horizon && calendar.day(date).is_none() {
                    continue;
                }
                let hours = format!("{}–{}", one.from, one.until);
                if overlap {
                    let message = format!(
                        "on {date} the shift {}–{} overlaps shift {earlier} ({hours}); shorten one \
                         or put them on different days",
                        other.from, other.until
                    );
                    self.report(codes::SHIFT_OVERLAP, &base, "", message);
                } else {
                    let message = format!(
                        "on {date} the shift {}–{} and shift {earlier} ({hours}) leave {between} \
                         minutes for the way of {way} between {} and {}; move one or shorten it",
                        other.from,
                        other.until,
                        quote(&one.site),
                        quote(&other.site)
                    );
                    self.report(codes::TRAVEL_TIME, &base, "", message);
                }
                break;
            }
        }
    }
}

/// A date on which both shifts are worked, the first from `start` on where there is one.
fn common_date(one: &Shift, other: &Shift, start: NaiveDate) -> Option<NaiveDate> {
    one.when().common_date(other.when(), start)
}

/// The breaks of a shift with their places in it.
fn breaks_of(shift: &Shift) -> impl Iterator<Item = (String, Break)> + '_ {
    let only = shift.pause.map(|pause| ("break".to_owned(), pause));
    let listed = shift.breaks.iter().enumerate();
    only.into_iter().chain(listed.map(|(k, &pause)| (format!("breaks/{k}"), pause)))
}

/// The earliest end of a break of `steps` inside `window`, outside `absent`, and not before `free`.
fn earliest_end(window: Window, steps: Step, absent: &[Window], free: Step) -> Option<Step> {
    let mut start = window.from.max(free);
    for away in absent {
        if Window::new(start, start.saturating_add(steps)).overlaps(*away) {
            start = start.max(away.until);
        }
    }
    let end = start.checked_add(steps)?;
    (end <= window.until).then_some(end)
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
