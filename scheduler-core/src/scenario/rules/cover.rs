//! Least numbers of clerks.

use super::capacity::Capacity;
use super::demand::and_more;
use super::ids::Ids;
use super::{DatedShift, Rules};
use crate::scenario::place::quote;
use crate::scenario::{Cover, codes};
use crate::time::{Clock, Step, Window};

/// Cover on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DatedCover {
    /// Position in the scenario.
    pub(crate) source: usize,
    pub(crate) site: usize,
    pub(crate) day: usize,
    pub(crate) window: Window,
}

impl Rules<'_> {
    /// All cover by date, in order of the scenario and day. `None` where it is too much.
    pub(super) fn check_cover(
        &mut self,
        ids: &Ids<'_>,
        capacity: &Capacity<'_>,
    ) -> Option<Vec<DatedCover>> {
        let calendar = capacity.calendar;
        let cover = &self.scenario.cover;
        self.check_size("/cover", cover.iter().map(|entry| calendar.count(entry)).sum())?;
        let mut dated = Vec::new();
        for (source, entry) in cover.iter().enumerate() {
            let base = format!("/cover/{source}");
            self.check_when(&base, entry);
            let site = self.refer(&ids.sites, &entry.site, &base, "site");
            let mut days = calendar.days(entry);
            days.retain(|&day| site.is_none_or(|site| !capacity.hours.lapses(site, day)));
            let times = (entry.from, entry.until);
            self.check_clock_changes(calendar, &base, times, &days);
            let window = self.check_window(calendar, &base, times);
            let (Some(site), Some(window)) = (site, window) else { continue };
            self.check_cover_staff(capacity, &base, entry, (site, window, &days));
            dated.extend(days.iter().map(|&day| DatedCover { source, site, day, window }));
        }
        Some(dated)
    }

    /// Warns where at an open step fewer clerks than asked for are on shift, breaks aside: once for
    /// all dates, with the worst.
    fn check_cover_staff(
        &mut self,
        capacity: &Capacity<'_>,
        base: &str,
        entry: &Cover,
        (site, window, days): (usize, Window, &[usize]),
    ) {
        let Some(grid) = capacity.calendar.grid else { return };
        if self.is_any_broken("/staff", self.scenario.staff.len(), "shifts") {
            return;
        }
        let fewest_on = |&day: &usize| {
            let able = |shift: &&DatedShift| capacity.skills().has(shift.clerk, &entry.skills);
            let shifts: Vec<_> = capacity.shifts_at(site, day).iter().filter(able).collect();
            let open = capacity.hours.at(site, day);
            let steps = open.iter().map(|open| open.intersection(window));
            let there = |step: Step| {
                let here = Window::new(step, step + 1);
                (shifts.iter().filter(|shift| shift.covers(here)).count(), day, step)
            };
            steps.flat_map(|open| open.from..open.until).map(there).min_by_key(|&(n, ..)| n)
        };
        let short = days.iter().filter_map(fewest_on).filter(|&(n, ..)| n < entry.least as usize);
        let short: Vec<_> = short.collect();
        let Some(&(most, day, step)) = short.iter().min_by_key(|&&(n, ..)| n) else { return };
        let message = format!(
            "{} clerks are asked for at {}, and only {most} with the skills are on shift at {} on \
             {}{}; lower it or change a shift",
            entry.least,
            quote(&entry.site),
            Clock(grid.minute_of(step)),
            capacity.calendar.dates[day],
            and_more(short.len() - 1)
        );
        self.report(codes::COVER_STAFF, base, "least", message);
    }
}
