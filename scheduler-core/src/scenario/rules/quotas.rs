//! Walk-in quotas.

use std::collections::BTreeSet;

use super::ids::Ids;
use super::services::has_all;
use super::shifts::Staffing;
use super::{Calendar, Rules};
use crate::scenario::place::{list, quote};
use crate::scenario::{WalkInQuota, codes};
use crate::time::{Step, Window};

/// A quota on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DatedQuota {
    /// Position in the scenario.
    pub(crate) source: usize,
    pub(crate) site: usize,
    pub(crate) day: usize,
    pub(crate) window: Window,
    pub(crate) desk_steps: u32,
    pub(crate) block_steps: Step,
}

impl Rules<'_> {
    /// All quotas by date, in order of the scenario and day.
    pub(super) fn check_quotas(
        &mut self,
        calendar: &Calendar,
        ids: &Ids<'_>,
        open: &[Vec<Window>],
        staffing: &Staffing<'_>,
        room_sites: &[Option<usize>],
    ) -> Vec<DatedQuota> {
        let quotas = &self.scenario.walk_in_quotas;
        let days = calendar.dates.len();
        if !self.check_size("/walk_in_quotas", quotas.len() * days) {
            return Vec::new();
        }
        let mut rooms = vec![0u32; self.scenario.sites.len()];
        for site in room_sites.iter().flatten() {
            rooms[*site] += 1;
        }
        // Desk steps before each step, by site-day, where a quota asks for them.
        let mut desks: Vec<Option<Vec<u32>>> = vec![None; open.len()];
        let mut dated = Vec::new();
        for (source, quota) in quotas.iter().enumerate() {
            let base = format!("/walk_in_quotas/{source}");
            self.check_quota_numbers(&base, quota);
            self.check_weekdays(&base, quota.days.as_deref());
            let site = self.refer(&ids.sites, &quota.site, &base, "site");
            let closed = site.map_or(&[][..], |site| &self.scenario.sites[site].closed_on);
            let applies = calendar.days(quota.days.as_deref(), closed);
            let times = (quota.from, quota.until);
            self.check_clock_changes(calendar, &base, times, &applies);
            let window = self.check_window(calendar, &base, times);
            let (Some(site), Some(window), Some(grid)) = (site, window, calendar.grid) else {
                continue;
            };
            if open.is_empty() {
                continue;
            }
            let block_steps = grid.steps_for(quota.block_minutes);
            let first = dated.len();
            for &day in &applies {
                let desks = desks[site * days + day].get_or_insert_with(|| {
                    desk_steps(&open[site * days + day], staffing, site, day, rooms[site])
                });
                let before = |step: Step| desks.get(usize::from(step)).or(desks.last()).copied();
                let desk_steps =
                    before(window.until).unwrap_or(0) - before(window.from).unwrap_or(0);
                dated.push(DatedQuota {
                    source,
                    site,
                    day,
                    window,
                    desk_steps,
                    block_steps,
                });
            }
            self.check_quota_days(calendar, &base, quota, &dated[first..], open);
        }
        self.check_quota_clerks();
        dated
    }

    fn check_quota_numbers(&mut self, base: &str, quota: &WalkInQuota) {
        self.check_number(base, "min_share", quota.min_share, (0.0, 1.0));
        if let Some(most) = quota.max_share {
            self.check_number(base, "max_share", most, (0.0, 1.0));
            if most < quota.min_share && !self.is_broken(base, "min_share") {
                let least = quota.min_share;
                let message = format!("max_share {most} is below min_share {least}; swap them");
                self.report(codes::QUOTA_SHARES, base, "max_share", message);
            }
        }
        let block = f64::from(quota.block_minutes);
        self.check_number(base, "block_minutes", block, (1.0, 1440.0));
    }

    /// Warns once for all dates of a quota that reach beyond opening hours or have no desk.
    fn check_quota_days(
        &mut self,
        calendar: &Calendar,
        base: &str,
        quota: &WalkInQuota,
        dated: &[DatedQuota],
        open: &[Vec<Window>],
    ) {
        let Some(&DatedQuota { site, window, .. }) = dated.first() else {
            return;
        };
        if self.is_broken("/sites", &site.to_string()) {
            return;
        }
        let days = calendar.dates.len();
        let name = quote(&quota.site);
        let outside = |q: &&DatedQuota| !within_hours(&open[site * days + q.day], window);
        let mut beyond = dated.iter().filter(outside);
        if let Some(first) = beyond.next() {
            let more = super::demand::and_more(beyond.count());
            let message = format!(
                "{}–{} reaches beyond the opening hours of {name} on {}{more}; only open minutes \
                 count",
                quota.from, quota.until, calendar.dates[first.day]
            );
            self.report(codes::QUOTA_OPENING, base, "", message);
        }
        if self.findings.is_broken("/staff") || self.findings.is_broken("/rooms") {
            return;
        }
        let mut idle = dated.iter().filter(|quota| quota.desk_steps == 0);
        if let Some(first) = idle.next() {
            let more = super::demand::and_more(idle.count());
            let message = format!(
                "{name} has no desk minutes between {} and {} on {}{more}: it is closed, or no \
                 clerk is on shift, or it has no room; the quota then asks for nothing",
                quota.from, quota.until, calendar.dates[first.day]
            );
            self.report(codes::QUOTA_NO_DESK, base, "", message);
        }
    }

    /// A quota that asks for minutes needs somebody with its skills.
    fn check_quota_clerks(&mut self) {
        if self.findings.is_broken("/staff") {
            return;
        }
        let staff: BTreeSet<BTreeSet<&str>> = self
            .scenario
            .staff
            .iter()
            .map(|clerk| clerk.skills.iter().map(String::as_str).collect())
            .collect();
        for (i, quota) in self.scenario.walk_in_quotas.iter().enumerate() {
            let asks = quota.min_share > 0.0;
            if asks && !staff.iter().any(|skills| has_all(skills, &quota.skills)) {
                let message = format!(
                    "no clerk has all of {}, so no walk-in block can count; lower the skills or \
                     set min_share to 0",
                    list(&quota.skills)
                );
                let base = format!("/walk_in_quotas/{i}");
                self.report(codes::QUOTA_NO_CLERK, &base, "skills", message);
            }
        }
    }
}

/// For each step of a day and its end, the desk steps before it: over open steps, the smaller of
/// clerks on shift and `rooms`.
fn desk_steps(
    open: &[Window],
    staffing: &Staffing<'_>,
    site: usize,
    day: usize,
    rooms: u32,
) -> Vec<u32> {
    let end = open.last().map_or(0, |window| window.until);
    let mut arrivals = vec![0i64; usize::from(end) + 1];
    for shift in staffing.at(site, day) {
        arrivals[usize::from(shift.window.from.min(end))] += 1;
        arrivals[usize::from(shift.window.until.min(end))] -= 1;
    }
    let mut before = vec![0; usize::from(end) + 1];
    let mut clerks = 0i64;
    for step in 0..end {
        let i = usize::from(step);
        clerks += arrivals[i];
        let is_open = open.iter().any(|window| window.contains(step));
        let desks = u32::try_from(clerks).unwrap_or(0).min(rooms);
        before[i + 1] = before[i] + if is_open { desks } else { 0 };
    }
    before
}

/// Whether `window` has an open step and lies between the first opening and the last closing.
pub(super) fn within_hours(open: &[Window], window: Window) -> bool {
    let hull = open
        .first()
        .zip(open.last())
        .map(|(a, b)| Window::new(a.from, b.until));
    hull.is_some_and(|hull| hull.covers(window)) && open.iter().any(|open| open.overlaps(window))
}
