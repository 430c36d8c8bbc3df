//! Least numbers of clerks.

use super::Rules;
use super::capacity::Capacity;
use super::ids::Ids;
use crate::scenario::codes;
use crate::scenario::place::quote;
use crate::time::Window;

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
            let able = |clerk: usize| capacity.skills().has(clerk, &entry.skills);
            // How many clerks could be there at once, at most, on the date with the fewest.
            let staffed = |&day: &usize| {
                let shifts = capacity.shifts_at(site, day).iter();
                shifts.filter(|s| s.window.overlaps(window) && able(s.clerk)).count()
            };
            let is_open = |&&day: &&usize| {
                capacity.hours.at(site, day).iter().any(|open| open.overlaps(window))
            };
            let open = days.iter().filter(is_open);
            if let Some((day, most)) = open.map(|day| (*day, staffed(day))).min_by_key(|&(_, n)| n)
                && most < entry.least as usize
                && !self.is_any_broken("/staff", self.scenario.staff.len(), "shifts")
            {
                let message = format!(
                    "{} clerks are asked for at {}, and {most} with the skills have a shift then on \
                     {}; lower it or change a shift",
                    entry.least,
                    quote(&entry.site),
                    calendar.dates[day]
                );
                self.report(codes::COVER_STAFF, &base, "least", message);
            }
            dated.extend(days.iter().map(|&day| DatedCover { source, site, day, window }));
        }
        Some(dated)
    }
}
