//! Dates, grid and zone, and the windows on them.

use chrono::{Datelike, NaiveDate};

use super::Rules;
use crate::scenario::place::quote;
use crate::scenario::recurrence::Recurring;
use crate::scenario::{TimeSpan, Weekday, codes};
use crate::time::{Clock, ClockChange, Grid, Step, Window, Zone};

/// The dates of the horizon and how their time is counted.
#[derive(Debug)]
pub(crate) struct Calendar {
    /// `None` where the name is unknown.
    pub(crate) zone: Option<Zone>,
    /// `None` where its minutes are out of range.
    pub(crate) grid: Option<Grid>,
    /// Empty where the horizon is wrong.
    pub(crate) dates: Vec<NaiveDate>,
    by_weekday: [usize; 7],
    /// The days on which the clock is changed, and how.
    changes: Vec<(usize, Vec<ClockChange>)>,
}

/// Most dates of a horizon: a year.
const MOST_DATES: i64 = 366;

impl Calendar {
    /// Checks zone, grid and horizon.
    pub(super) fn check(rules: &mut Rules<'_>) -> Self {
        let zone = rules.check_zone();
        let grid = rules.check_grid();
        let dates = rules.check_horizon();
        let mut by_weekday = [0; 7];
        for date in &dates {
            by_weekday[Weekday::from(date.weekday()) as usize] += 1;
        }
        let changes = zone
            .iter()
            .flat_map(|zone| dates.iter().map(|&date| zone.clock_changes(date)).enumerate())
            .filter(|(_, changes)| !changes.is_empty())
            .collect();
        Self { zone, grid, dates, by_weekday, changes }
    }

    /// The day of `date`, if it is in the horizon.
    pub(crate) fn day(&self, date: NaiveDate) -> Option<usize> {
        let days = date.signed_duration_since(*self.dates.first()?).num_days();
        usize::try_from(days).ok().filter(|&day| day < self.dates.len())
    }

    /// The days on which `entry` holds, in order.
    pub(super) fn days(&self, entry: &impl Recurring) -> Vec<usize> {
        let when = entry.when();
        (0..self.dates.len()).filter(|&day| when.holds_on(self.dates[day])).collect()
    }

    /// On how many days at most `entry` holds: seasons and rotas are not looked at.
    pub(super) fn count(&self, entry: &impl Recurring) -> usize {
        let days = entry.when().days;
        let count = |day: Weekday| self.by_weekday[day as usize];
        let wanted = |day: &Weekday| days.is_none_or(|list| list.contains(day));
        Weekday::ALL.into_iter().filter(wanted).map(count).sum()
    }

    /// The steps that the time from one instant to another touches, by day.
    pub(super) fn steps_of_span(&self, span: TimeSpan) -> Vec<(usize, Window)> {
        let (Some(zone), Some(grid)) = (&self.zone, self.grid) else { return Vec::new() };
        let local = |instant| zone.wall_clock(instant);
        let (Some(from), Some(until)) = (local(span.from), local(span.until)) else {
            return Vec::new();
        };
        let size = grid.minutes() * 60;
        let steps = |day: &usize| {
            let date = self.dates[*day];
            let first = if from.0 == date { from.1 / size } else { 0 };
            let last = if until.0 == date { until.1.div_ceil(size) } else { u32::MAX };
            let last = last.min(grid.steps_per_day().into());
            let window = Window::new(Step::try_from(first).ok()?, Step::try_from(last).ok()?);
            Some((*day, window)).filter(|_| !window.is_empty())
        };
        let touched = |day: &usize| from.0 <= self.dates[*day] && self.dates[*day] <= until.0;
        (0..self.dates.len()).filter(touched).filter_map(|day| steps(&day)).collect()
    }

    /// `window` without the steps that a clock change of `day` removes or doubles, in order.
    pub(super) fn free_of_change(&self, day: usize, window: Window) -> Vec<Window> {
        let mut parts = vec![window];
        for change in self.changes_of(day).iter().filter_map(|&change| self.steps_of(change)) {
            parts = parts
                .into_iter()
                .flat_map(|part| {
                    let before = Window::new(part.from, part.until.min(change.from));
                    let after = Window::new(part.from.max(change.until), part.until);
                    [before, after]
                })
                .filter(|part| !part.is_empty())
                .collect();
        }
        parts
    }

    fn changes_of(&self, day: usize) -> &[ClockChange] {
        let found = self.changes.iter().find(|(changed, _)| *changed == day);
        found.map_or(&[], |(_, changes)| changes)
    }

    /// The steps that `change` touches.
    fn steps_of(&self, change: ClockChange) -> Option<Window> {
        let minutes = self.grid?.minutes();
        let from = Step::try_from(change.from / minutes).ok()?;
        let until = Step::try_from(change.until.div_ceil(minutes)).ok()?;
        Some(Window::new(from, until))
    }

    /// The change of `day` that removes or doubles the time `clock`.
    pub(super) fn change_at(&self, day: usize, clock: Clock) -> Option<ClockChange> {
        let hit = |change: &&ClockChange| change.from <= clock.0 && clock.0 < change.until;
        self.changes_of(day).iter().find(hit).copied()
    }
}

impl Rules<'_> {
    fn check_zone(&mut self) -> Option<Zone> {
        let name = &self.scenario.time_zone;
        let zone = Zone::new(name).ok();
        if zone.is_none() {
            let message = format!(
                "there is no time zone {}; use an IANA name such as \"Europe/Berlin\"",
                quote(name)
            );
            self.report(codes::ZONE_UNKNOWN, "/time_zone", "", message);
        }
        zone
    }

    fn check_grid(&mut self) -> Option<Grid> {
        let minutes = self.scenario.grid_minutes;
        let grid = Grid::new(minutes);
        if grid.is_none() {
            let message = format!("a grid of {minutes} minutes; use 1 to 1440, such as 5");
            self.report(codes::FIELD_RANGE, "/grid_minutes", "", message);
        }
        grid
    }

    fn check_horizon(&mut self) -> Vec<NaiveDate> {
        let (from, until) = (self.scenario.horizon.from, self.scenario.horizon.until);
        if self.findings.is_broken("/horizon") {
            return Vec::new();
        }
        let count = until.signed_duration_since(from).num_days() + 1;
        if count < 1 {
            let message =
                format!("the horizon ends on {until}, before it begins on {from}; swap them");
            self.report(codes::HORIZON_REVERSED, "/horizon", "until", message);
            return Vec::new();
        }
        if [from, until].iter().any(|date| !(1900..=2999).contains(&date.year())) {
            let message = format!("{from} to {until} is not within the years 1900 to 2999");
            self.report(codes::HORIZON_YEARS, "/horizon", "", message);
            return Vec::new();
        }
        if count > MOST_DATES {
            let message =
                format!("{from} to {until} are {count} dates; plan at most {MOST_DATES} at a time");
            self.report(codes::HORIZON_TOO_LONG, "/horizon", "until", message);
            return Vec::new();
        }
        from.iter_days().take_while(|&date| date <= until).collect()
    }

    /// The steps from `from` to `until` of the entry at `base`, which must be on the grid and in
    /// order.
    pub(super) fn check_window(
        &mut self,
        calendar: &Calendar,
        base: &str,
        (from, until): (Clock, Clock),
    ) -> Option<Window> {
        let start = self.check_clock(calendar, base, "from", from);
        let end = self.check_clock(calendar, base, "until", until);
        if from >= until {
            let message = format!(
                "the window ends at {until}, not after its begin at {from}; correct it, or split it \
                 at 24:00 where it goes over midnight"
            );
            self.report(codes::TIME_REVERSED, base, "until", message);
        }
        let broken = self.is_broken(base, "from") || self.is_broken(base, "until");
        if broken { None } else { Some(Window::new(start?, end?)) }
    }

    fn check_clock(
        &mut self,
        calendar: &Calendar,
        base: &str,
        field: &str,
        clock: Clock,
    ) -> Option<Step> {
        if !self.check_time_of_day(base, field, clock) {
            return None;
        }
        let grid = calendar.grid?;
        let step = grid.step_at(clock.0);
        if step.is_none() {
            let minutes = grid.minutes();
            let below = clock.0 / minutes * minutes;
            let above = Clock((below + minutes).min(1440));
            let message = format!(
                "{clock} is not on the grid of {minutes} minutes from midnight; use {} or {above}",
                Clock(below)
            );
            self.report(codes::TIME_OFF_GRID, base, field, message);
        }
        step
    }

    /// Whether `clock` is a time of the day; only code can write another.
    pub(super) fn check_time_of_day(&mut self, base: &str, field: &str, clock: Clock) -> bool {
        let is_one = clock <= Clock(1440);
        if !is_one {
            let message = format!("{clock} is later than 24:00");
            self.report(codes::FIELD_RANGE, base, field, message);
        }
        is_one
    }

    /// Warns where a clock change removes or doubles one of the times `from` and `until` of the
    /// entry at `base` on one of `days`. The minutes of the change are closed anyway.
    pub(super) fn check_clock_changes(
        &mut self,
        calendar: &Calendar,
        base: &str,
        (from, until): (Clock, Clock),
        days: &[usize],
    ) {
        for (field, clock) in [("from", from), ("until", until)] {
            // The few days of change, not the many of the entry.
            let changed = calendar.changes.iter().map(|(day, _)| *day);
            let hit = changed
                .filter(|day| days.binary_search(day).is_ok())
                .find_map(|day| Some((day, calendar.change_at(day, clock)?)));
            if let Some((day, change)) = hit {
                let what = if change.removed { "does not exist" } else { "comes twice" };
                let (begin, end) = (Clock(change.from), Clock(change.until));
                let message = format!(
                    "{clock} {what} on {}, when the clock changes ({begin} to {end}), and counts as \
                     {}; use a time outside where that is not meant",
                    calendar.dates[day],
                    if field == "from" { end } else { begin }
                );
                self.report(codes::WINDOW_CLOCK_CHANGE, base, field, message);
            }
        }
    }

    /// A list of weekdays, if there is one, has at least one, and a season begins before it ends.
    pub(super) fn check_when(&mut self, base: &str, entry: &impl Recurring) {
        let when = entry.when();
        if when.days.is_some_and(<[Weekday]>::is_empty) {
            let message = "no weekday is listed; name some, or leave out days for every day";
            self.report(codes::LIST_EMPTY, base, "days", message.to_owned());
        }
        if let (Some(from), Some(until)) = (when.from_date, when.until_date)
            && until < from
            && !self.is_broken(base, "from_date")
        {
            let message = format!("it ends on {until}, before it begins on {from}; swap them");
            self.report(codes::DATES_REVERSED, base, "until_date", message);
        }
    }

    /// Times from an instant to another, which must be in order.
    pub(super) fn check_spans(
        &mut self,
        calendar: &Calendar,
        list: &str,
        spans: &[TimeSpan],
    ) -> Vec<(usize, Window)> {
        let mut steps = Vec::new();
        for (k, &span) in spans.iter().enumerate() {
            let base = format!("{list}/{k}");
            if span.until <= span.from {
                let message = format!(
                    "it ends at {}, not after its begin at {}; correct one",
                    span.until.to_rfc3339(),
                    span.from.to_rfc3339()
                );
                self.report(codes::TIME_REVERSED, &base, "until", message);
            }
            if !self.findings.is_broken(&base) {
                steps.extend(calendar.steps_of_span(span));
            }
        }
        steps
    }

    /// The steps of a planned length: at least one, at most a day, on the grid.
    pub(super) fn check_length(
        &mut self,
        calendar: &Calendar,
        base: &str,
        minutes: u32,
    ) -> Option<Step> {
        if !(1..=1440).contains(&minutes) {
            let message = format!("{minutes} minutes is not between 1 and 1440 (a day)");
            self.report(codes::FIELD_RANGE, base, "minutes", message);
            return None;
        }
        let grid = calendar.grid?;
        let step = grid.step_at(minutes);
        if step.is_none() {
            let (size, up) = (grid.minutes(), minutes.next_multiple_of(grid.minutes()));
            let message =
                format!("{minutes} minutes is no multiple of the grid of {size}; use {up}");
            self.report(codes::TIME_OFF_GRID, base, "minutes", message);
        }
        step
    }
}

/// Says what `change` does to `clock` on `date` and what to do.
pub(super) fn clock_change_message(date: NaiveDate, clock: Clock, change: ClockChange) -> String {
    let (from, until) = (Clock(change.from), Clock(change.until));
    let what = if change.removed { "does not exist" } else { "comes twice" };
    format!(
        "{clock} {what} on {date}, when the clock changes ({from} to {until}); use a time outside, \
         or other hours for that date"
    )
}
