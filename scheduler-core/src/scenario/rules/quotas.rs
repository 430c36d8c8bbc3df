//! Walk-in quotas.

use std::collections::BTreeMap;

use super::Rules;
use super::capacity::{Capacity, at_step};
use super::demand::and_more;
use super::ids::Ids;
use crate::scenario::place::{list, quote};
use crate::scenario::{WalkInQuota, codes};
use crate::time::{Grid, Step, Window};

/// A quota on one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatedQuota {
    /// Position in the scenario.
    pub(crate) source: usize,
    pub(crate) site: usize,
    pub(crate) day: usize,
    pub(crate) window: Window,
    pub(crate) desk_steps: u32,
    /// Windows of the stretches with their desk steps, in order; none where none are asked for.
    pub(crate) stretches: Vec<(Window, u32)>,
    pub(crate) block_steps: Step,
}

impl Rules<'_> {
    /// All quotas by date, in order of the scenario and day. `None` where they are too many.
    pub(super) fn check_quotas(
        &mut self,
        ids: &Ids<'_>,
        capacity: &Capacity<'_>,
    ) -> Option<Vec<DatedQuota>> {
        let calendar = capacity.calendar;
        let quotas = &self.scenario.walk_in_quotas;
        let count = quotas.iter().map(|quota| calendar.count(quota)).sum();
        self.check_size("/walk_in_quotas", count)?;
        // By site and day, where a quota asks for it.
        let mut desks: BTreeMap<(usize, usize), Vec<u32>> = BTreeMap::new();
        let mut dated = Vec::with_capacity(count);
        for (source, quota) in quotas.iter().enumerate() {
            let base = format!("/walk_in_quotas/{source}");
            self.check_quota_shares(&base, quota);
            self.check_when(&base, quota);
            let site = self.refer(&ids.sites, &quota.site, &base, "site");
            let mut days = calendar.days(quota);
            days.retain(|&day| site.is_none_or(|site| !capacity.hours.lapses(site, day)));
            let times = (quota.from, quota.until);
            self.check_clock_changes(calendar, &base, times, &days);
            let window = self.check_window(calendar, &base, times);
            self.check_quota_return(&base, quota);
            let (Some(site), Some(window), Some(grid)) = (site, window, calendar.grid) else {
                continue;
            };
            let block_steps = grid.steps_for(quota.block_minutes);
            let pieces = stretches_of(quota, grid, window);
            let first = dated.len();
            for day in days {
                let before = desks
                    .entry((site, day))
                    .or_insert_with(|| capacity.desk_steps_before(site, day));
                let desk_steps = at_step(before, window.until) - at_step(before, window.from);
                let desks = |part: Window| at_step(before, part.until) - at_step(before, part.from);
                let stretches = pieces.iter().map(|&part| (part, desks(part))).collect();
                dated.push(DatedQuota {
                    source,
                    site,
                    day,
                    window,
                    desk_steps,
                    stretches,
                    block_steps,
                });
            }
            self.check_quota_opening(capacity, &base, quota, &dated[first..]);
            self.check_quota_desks(capacity, &base, quota, &dated[first..]);
        }
        Some(dated)
    }

    /// The greatest share is not below the least.
    fn check_quota_shares(&mut self, base: &str, quota: &WalkInQuota) {
        let (least, Some(most)) = (quota.min_share, quota.max_share) else { return };
        if most < least && !self.is_broken(base, "min_share") {
            let message = format!("max_share {most} is below min_share {least}; swap them");
            self.report(codes::QUOTA_SHARES, base, "max_share", message);
        }
    }

    /// A quota should give its time back before it is over.
    fn check_quota_return(&mut self, base: &str, quota: &WalkInQuota) {
        let Some(time) = quota.returns_at else { return };
        self.check_time_of_day(base, "returns_at", time);
        if time >= quota.until && !self.is_broken(base, "until") {
            let until = quota.until;
            let message = format!(
                "nothing is left to give back at {time}, as the quota ends at {until}; name an \
                 earlier time or leave out returns_at"
            );
            self.report(codes::QUOTA_RETURN, base, "returns_at", message);
        }
    }

    /// Warns once for all dates of a quota that reach beyond opening hours.
    fn check_quota_opening(
        &mut self,
        capacity: &Capacity<'_>,
        base: &str,
        quota: &WalkInQuota,
        dated: &[DatedQuota],
    ) {
        let outside =
            |q: &&DatedQuota| !within_hours(capacity.hours.usual(q.site, q.day), q.window);
        let mut beyond = dated.iter().filter(outside);
        let Some(first) = beyond.next() else { return };
        if self.is_broken("/sites", first.site) {
            return;
        }
        let message = format!(
            "{}–{} reaches beyond the opening hours of {} on {}{}; only open minutes count",
            quota.from,
            quota.until,
            quote(&quota.site),
            capacity.calendar.dates[first.day],
            and_more(beyond.count())
        );
        self.report(codes::QUOTA_OPENING, base, "", message);
    }

    /// A quota should find desk minutes, and where it does, somebody with its skills.
    fn check_quota_desks(
        &mut self,
        capacity: &Capacity<'_>,
        base: &str,
        quota: &WalkInQuota,
        dated: &[DatedQuota],
    ) {
        let staff = self.scenario.staff.len();
        let mut asking = dated.iter().filter(|q| q.desk_steps > 0 && quota.min_share > 0.0);
        if let Some(first) = asking.next()
            && !capacity.skills().any_has(&quota.skills)
            && !self.is_any_broken("/staff", staff, "skills")
        {
            let message = format!(
                "no clerk has all the skills ({}), so no walk-in block of {} can count; lower the \
                 skills or set min_share to 0",
                list(&quota.skills),
                capacity.calendar.dates[first.day]
            );
            self.report(codes::QUOTA_NO_CLERK, base, "skills", message);
        }
        // Where the site is closed, the rule on opening hours has spoken.
        let is_open = |q: &&DatedQuota| {
            let mut open = capacity.hours.at(q.site, q.day).iter();
            open.any(|open| open.overlaps(q.window))
        };
        let mut idle = dated.iter().filter(|quota| quota.desk_steps == 0).filter(is_open);
        let Some(first) = idle.next() else { return };
        if self.is_broken("/sites", first.site)
            || self.is_any_broken("/staff", staff, "shifts")
            || self.is_any_broken("/rooms", self.scenario.rooms.len(), "site")
        {
            return;
        }
        let message = format!(
            "{} is open but has no desk minutes between {} and {} on {}{}, as no clerk is on shift \
             or it has no room; the quota then asks for nothing",
            quote(&quota.site),
            quota.from,
            quota.until,
            capacity.calendar.dates[first.day],
            and_more(idle.count())
        );
        self.report(codes::QUOTA_NO_DESK, base, "", message);
    }
}

/// Whether `window` has an open step and lies between the first opening and the last closing.
pub(super) fn within_hours(open: &[Window], window: Window) -> bool {
    let hull = open.first().zip(open.last()).map(|(a, b)| Window::new(a.from, b.until));
    hull.is_some_and(|hull| hull.covers(window)) && open.iter().any(|open| open.overlaps(window))
}

/// The stretches of a quota's window, the last one as long as what is left.
fn stretches_of(quota: &WalkInQuota, grid: Grid, window: Window) -> Vec<Window> {
    let steps = grid.steps_for(quota.stretch_minutes);
    if steps == 0 || quota.min_share <= 0.0 {
        return Vec::new();
    }
    let starts = (window.from..window.until).step_by(steps.into());
    let until = |from: Step| from.saturating_add(steps).min(window.until);
    starts.map(|from| Window::new(from, until(from))).collect()
}
