//! Demand.

use super::ids::Ids;
use super::quotas::within_hours;
use super::sites::Hours;
use super::{Calendar, Rules};
use crate::scenario::place::quote;
use crate::scenario::{Demand, PoolSpan, codes};
use crate::time::Window;

/// A demand entry with its references resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResolvedDemand {
    pub(crate) service: usize,
    /// In order, each once.
    pub(crate) sites: Vec<usize>,
    /// When its slots may start.
    pub(crate) window: Window,
    /// The days on which it applies.
    pub(crate) days: Vec<usize>,
}

impl Rules<'_> {
    /// All demand in the order of the scenario.
    pub(super) fn check_demand(
        &mut self,
        calendar: &Calendar,
        ids: &Ids<'_>,
        hours: &Hours,
    ) -> Option<Vec<Option<ResolvedDemand>>> {
        let demand = &self.scenario.demand;
        let dates = |entry: &Demand| calendar.count(entry);
        let count = demand.iter().map(|entry| entry.sites.len().max(1) * dates(entry)).sum();
        self.check_size("/demand", count)?;
        let mut resolved = Vec::with_capacity(demand.len());
        for (i, entry) in demand.iter().enumerate() {
            resolved.push(self.check_entry(calendar, ids, hours, &format!("/demand/{i}"), entry));
        }
        Some(resolved)
    }

    fn check_entry(
        &mut self,
        calendar: &Calendar,
        ids: &Ids<'_>,
        hours: &Hours,
        base: &str,
        entry: &Demand,
    ) -> Option<ResolvedDemand> {
        self.check_when(base, entry);
        let service = self.refer(&ids.services, &entry.service, base, "service");
        let sites = self.check_demand_sites(ids, base, entry);
        let mut days = calendar.days(entry);
        let never = days.is_empty() && !calendar.dates.is_empty();
        if never && entry.mean > 0.0 && !self.is_broken(base, "days") {
            let message = "no date of the horizon is one of its days, so nobody asks for it: name \
                           other days, or lengthen the horizon";
            self.report(codes::DEMAND_NEVER, base, "days", message.to_owned());
        }
        days.retain(|&day| sites.is_empty() || !sites.iter().all(|&site| hours.lapses(site, day)));
        let times = (entry.from, entry.until);
        self.check_clock_changes(calendar, base, times, &days);
        let window = self.check_window(calendar, base, times)?;
        self.check_demand_opening(calendar, hours, base, entry, (&sites, window, &days));
        if let (Some(service), false) = (service, never) {
            self.check_demand_worth(calendar, base, entry, service);
        }
        Some(ResolvedDemand { service: service?, sites, window, days })
    }

    /// Warns where not even the first slot for `entry` brings what the time of its clerk is worth.
    fn check_demand_worth(
        &mut self,
        calendar: &Calendar,
        base: &str,
        entry: &Demand,
        service: usize,
    ) {
        let service = &self.scenario.services[service];
        let (Some(grid), true) = (calendar.grid, entry.mean > 0.0) else { return };
        let length = service.minutes.saturating_add(service.buffer_minutes);
        let length = f64::from(u32::from(grid.steps_for(length)) * grid.minutes());
        let used = -(-entry.mean).exp_m1();
        let gain = service.value * f64::from(service.minutes) * used;
        let price = self.scenario.weights.free_minute * length;
        // What a broken number would say is said of that number.
        let sound = gain.is_finite() && price.is_finite() && length > 0.0;
        if sound && gain <= price {
            let most = gain / length;
            let message = format!(
                "the first slot of {} would be used with a probability of {:.1} % and bring {gain:.2}, \
                 not more than its {length} minutes are worth otherwise ({price:.2}), so that no plan \
                 publishes one; raise mean or value, or set weights.free_minute below {most:.4}",
                quote(&entry.service),
                100.0 * used,
            );
            self.report(codes::DEMAND_UNPAID, base, "mean", message);
        }
    }

    fn check_demand_sites(&mut self, ids: &Ids<'_>, base: &str, entry: &Demand) -> Vec<usize> {
        if entry.sites.is_empty() {
            let message = "no site is listed; name those that suit".to_owned();
            self.report(codes::LIST_EMPTY, base, "sites", message);
        }
        let mut sites = Vec::with_capacity(entry.sites.len());
        for (k, id) in entry.sites.iter().enumerate() {
            let place = format!("{base}/sites");
            let Some(site) = self.refer(&ids.sites, id, &place, &k.to_string()) else {
                continue;
            };
            if sites.contains(&site) {
                let message = format!("{} is listed twice; it counts once", quote(id));
                self.report(codes::DEMAND_SITE_TWICE, &place, &k.to_string(), message);
            } else {
                sites.push(site);
            }
        }
        sites.sort_unstable();
        sites
    }

    /// Warns once for all dates on which every site is closed, or none is open so early or late.
    fn check_demand_opening(
        &mut self,
        calendar: &Calendar,
        hours: &Hours,
        base: &str,
        entry: &Demand,
        (sites, window, days): (&[usize], Window, &[usize]),
    ) {
        let doubtful = sites.iter().any(|site| self.is_broken("/sites", site));
        if doubtful || sites.is_empty() || self.is_broken(base, "sites") {
            return;
        }
        let (mut closed, mut beyond) = (Vec::new(), Vec::new());
        for &day in days {
            let mut open = sites.iter().map(|&site| hours.usual(site, day));
            if open.clone().all(<[Window]>::is_empty) {
                closed.push(day);
            } else if !open.any(|open| within_hours(open, window)) {
                beyond.push(day);
            }
        }
        if let [first, more @ ..] = &closed[..] {
            let (date, more) = (calendar.dates[*first], and_more(more.len()));
            let message = format!(
                "none of its sites is open on {date}{more}, so this demand cannot be served then; \
                 name its days"
            );
            self.report(codes::DEMAND_CLOSED, base, "", message);
        }
        // One pool over dates with different hours is no mistake as long as one of them fits.
        let fits_somewhere = beyond.len() + closed.len() < days.len();
        if entry.pool == PoolSpan::Horizon && fits_somewhere {
            return;
        }
        if let [first, more @ ..] = &beyond[..] {
            let (date, more) = (calendar.dates[*first], and_more(more.len()));
            let message = format!(
                "{}–{} reaches beyond the opening hours of its sites on {date}{more}; slots start \
                 only while a site is open",
                entry.from, entry.until
            );
            self.report(codes::DEMAND_OPENING, base, "", message);
        }
    }
}

/// ` and 3 more dates`.
pub(super) fn and_more(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " and one more date".to_owned(),
        _ => format!(" and {count} more dates"),
    }
}
