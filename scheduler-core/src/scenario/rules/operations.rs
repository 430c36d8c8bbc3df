//! How the office runs day by day.

use super::ids::Ids;
use super::{Calendar, Rules};
use crate::scenario::place::quote;
use crate::scenario::{
    CallPolicy, Operations, Patience, Requests, ServiceTime, Shape, TicketRule, WalkIns, codes,
};

/// Fewer observations than this say little about a distribution.
const FEW: usize = 30;

const DAY_MINUTES: f64 = 1440.0;

/// Shares of a mix are proportions.
const MOST_PROPORTION: f64 = 1e9;

impl Rules<'_> {
    /// Checks all of the operations.
    pub(super) fn check_operations(&mut self, calendar: &Calendar, ids: &Ids<'_>) {
        let Some(operations) = &self.scenario.operations else { return };
        let dates = |entry: &WalkIns| calendar.count(entry);
        let walk_ins = operations.walk_ins.as_deref().unwrap_or_default();
        let count = walk_ins.iter().map(dates).sum();
        if self.check_size("/operations/walk_ins", count).is_some() {
            for (i, entry) in walk_ins.iter().enumerate() {
                self.check_walk_ins(ids, &format!("/operations/walk_ins/{i}"), entry);
            }
            self.check_kept_for(walk_ins);
        }
        if let Some(requests) = &operations.requests {
            self.check_requests(requests);
        }
        self.check_behaviour(operations);
        self.check_service_times(ids, &operations.service_times);
        if let Some(patience) = &operations.patience {
            self.check_patience(patience);
        }
        for (i, rule) in operations.tickets.iter().enumerate() {
            self.check_tickets(ids, &format!("/operations/tickets/{i}"), rule);
        }
        for (i, call) in operations.sick_calls.iter().enumerate() {
            let base = format!("/operations/sick_calls/{i}");
            self.refer(&ids.staff, &call.staff, &base, "staff");
            if call.dates.is_empty() {
                let message = "no date is listed; name some, or remove the entry".to_owned();
                self.report(codes::LIST_EMPTY, &base, "dates", message);
            }
        }
        let online = operations.online.iter().map(|entry| entry.service.as_str());
        self.check_services_once(ids, "/operations/online", online);
        self.check_costs(ids, operations);
        self.check_draws(ids, operations);
    }

    /// Factors that belong to nothing would be of another scenario.
    fn check_draws(&mut self, ids: &Ids<'_>, operations: &Operations) {
        let entries = operations.walk_ins.as_ref().map_or(0, Vec::len);
        for (i, draw) in operations.draws.iter().enumerate() {
            let base = format!("/operations/draws/{i}");
            if draw.walk_ins.len() > entries {
                let message = format!(
                    "walk_ins has {} factors and the operations have {entries} entries of walk_ins; \
                     learn the scenario again, or remove what is too much",
                    draw.walk_ins.len()
                );
                self.report(codes::FIELD_RANGE, &base, "walk_ins", message);
            }
            let services = draw.services.iter().map(|entry| entry.service.as_str());
            self.check_services_once(ids, &format!("{base}/services"), services);
        }
    }

    fn check_walk_ins(&mut self, ids: &Ids<'_>, base: &str, entry: &WalkIns) {
        self.refer(&ids.sites, &entry.site, base, "site");
        self.check_when(base, entry);
        let in_day = [("from", entry.from), ("until", entry.until)]
            .map(|(field, time)| self.check_time_of_day(base, field, time));
        if in_day == [true; 2] && entry.from >= entry.until {
            let message = format!(
                "the window ends at {}, not after its begin at {}; correct it",
                entry.until, entry.from
            );
            self.report(codes::TIME_REVERSED, base, "until", message);
        }
        for (k, part) in entry.mix.iter().enumerate() {
            let place = format!("{base}/mix/{k}");
            self.refer(&ids.services, &part.service, &place, "service");
        }
        let shares: Vec<f64> = entry.mix.iter().map(|part| part.share).collect();
        self.check_sum(base, "mix", &shares);
    }

    /// Warns once for each site at which people walk in where appointments are made and no quota
    /// keeps time for them.
    fn check_kept_for(&mut self, walk_ins: &[WalkIns]) {
        let scenario = self.scenario;
        let mut told: Vec<&str> = Vec::new();
        for (i, entry) in walk_ins.iter().enumerate() {
            let site = entry.site.as_str();
            let quotas = scenario.walk_in_quotas.iter();
            let mut kept = quotas.filter(|quota| quota.min_share > 0.0 || quota.counters > 0);
            let mut demand = scenario.demand.iter().filter(|demand| demand.mean > 0.0);
            let books = demand.any(|demand| demand.sites.iter().any(|other| other == site));
            if entry.per_hour > 0.0
                && books
                && !kept.any(|quota| quota.site == site)
                && !told.contains(&site)
            {
                told.push(site);
                let message = format!(
                    "people come to {} without an appointment, and no walk-in quota keeps time for \
                     them, so that slots may fill every minute; add a quota with min_share or \
                     counters",
                    quote(site)
                );
                let base = format!("/operations/walk_ins/{i}");
                self.report(codes::WALK_INS_NOTHING_KEPT, &base, "site", message);
            }
        }
    }

    fn check_requests(&mut self, requests: &Requests) {
        let base = "/operations/requests";
        let profiles =
            [("by_weekday", &requests.by_weekday, 7), ("by_hour", &requests.by_hour, 24)];
        for (field, profile, length) in profiles {
            if !profile.is_empty() && profile.len() != length {
                let message =
                    format!("{field} has {} numbers; it must have {length}", profile.len());
                self.report(codes::FIELD_RANGE, base, field, message);
            }
            self.check_proportions(base, field, profile);
        }
        const MOST_PERSONS: usize = 100;
        if requests.persons.len() > MOST_PERSONS {
            let message =
                format!("persons has {} numbers; at most {MOST_PERSONS}", requests.persons.len());
            self.report(codes::FIELD_RANGE, base, "persons", message);
        }
        self.check_proportions(base, "persons", &requests.persons);
        if let Some(channel) = &requests.channel {
            self.check_id_form(base, "channel", channel);
        }
    }

    fn check_behaviour(&mut self, operations: &Operations) {
        let base = "/operations";
        let graceful = operations.call_policy == Some(CallPolicy::ByAppointmentTime);
        if operations.grace_minutes.is_some() && !graceful {
            let message =
                "only the call policy by_appointment_time looks at it; remove it or choose \
                           that policy"
                    .to_owned();
            self.report(codes::OPERATIONS_UNUSED, base, "grace_minutes", message);
        }
    }

    fn check_service_times(&mut self, ids: &Ids<'_>, times: &[ServiceTime]) {
        let list = "/operations/service_times";
        self.check_services_once(ids, list, times.iter().map(|entry| entry.service.as_str()));
        for (i, entry) in times.iter().enumerate() {
            let base = format!("{list}/{i}");
            let place = format!("{base}/minutes");
            for (k, &minutes) in entry.minutes.iter().enumerate() {
                if !(0.0..=DAY_MINUTES).contains(&minutes) {
                    let message = format!("{minutes} is not between 0 and {DAY_MINUTES} minutes");
                    self.report(codes::FIELD_RANGE, &place, &k.to_string(), message);
                }
            }
            self.check_shape(&base, entry);
        }
    }

    /// An empirical distribution has observations and nothing else, the others have none.
    fn check_shape(&mut self, base: &str, entry: &ServiceTime) {
        if entry.distribution == Some(Shape::Empirical) {
            if entry.minutes.is_empty() {
                let message =
                    "an empirical distribution needs observed minutes; list them".to_owned();
                self.report(codes::LIST_EMPTY, base, "minutes", message);
            } else if entry.minutes.len() < FEW {
                let message = format!(
                    "{} observations say little about how service times vary; collect {FEW} or \
                     more, or give mean_minutes and cv",
                    entry.minutes.len()
                );
                self.report(codes::OPERATIONS_FEW, base, "minutes", message);
            }
            self.check_sum(base, "minutes", &entry.minutes);
        } else if !entry.minutes.is_empty() {
            let message = "observed minutes are used only with the distribution \"empirical\"; \
                           choose it or remove them"
                .to_owned();
            self.report(codes::OPERATIONS_UNUSED, base, "minutes", message);
        }
        let has_cv = matches!(entry.distribution, None | Some(Shape::Gamma | Shape::Lognormal));
        if entry.cv.is_some() && !has_cv {
            let message = "only gamma and lognormal distributions have a cv; remove it".to_owned();
            self.report(codes::OPERATIONS_UNUSED, base, "cv", message);
        }
        if entry.mean_minutes.is_some() && entry.distribution == Some(Shape::Empirical) {
            let message =
                "an empirical distribution has the mean of its minutes; remove it".to_owned();
            self.report(codes::OPERATIONS_UNUSED, base, "mean_minutes", message);
        }
    }

    fn check_patience(&mut self, patience: &Patience) {
        let base = "/operations/patience";
        if patience.distribution == Some(Shape::Empirical) {
            let message = "patience has no observations; use deterministic, exponential, gamma or \
                           lognormal"
                .to_owned();
            self.report(codes::FIELD_WORD, base, "distribution", message);
        }
    }

    fn check_tickets(&mut self, ids: &Ids<'_>, base: &str, rule: &TicketRule) {
        self.refer(&ids.sites, &rule.site, base, "site");
        self.check_when(base, rule);
    }

    fn check_costs(&mut self, ids: &Ids<'_>, operations: &Operations) {
        let Some(costs) = &operations.costs else { return };
        let mut named: Vec<usize> = Vec::new();
        for (i, entry) in costs.sites.iter().enumerate() {
            let base = format!("/operations/costs/sites/{i}");
            if let Some(site) = self.refer(&ids.sites, &entry.site, &base, "site") {
                self.check_once(&mut named, site, &base, "site", &entry.site);
            }
        }
    }

    /// Entries that each name a service, no two the same.
    fn check_services_once<'b>(
        &mut self,
        ids: &Ids<'_>,
        list: &str,
        entries: impl Iterator<Item = &'b str>,
    ) {
        let mut named: Vec<usize> = Vec::new();
        for (i, id) in entries.enumerate() {
            let base = format!("{list}/{i}");
            if let Some(service) = self.refer(&ids.services, id, &base, "service") {
                self.check_once(&mut named, service, &base, "service", id);
            }
        }
    }

    fn check_once(
        &mut self,
        named: &mut Vec<usize>,
        index: usize,
        base: &str,
        kind: &str,
        id: &str,
    ) {
        if named.contains(&index) {
            let message = format!("the {kind} {} is named twice; keep one entry", quote(id));
            self.report(codes::OPERATIONS_TWICE, base, kind, message);
        } else {
            named.push(index);
        }
    }

    /// Numbers that count in proportion to each other.
    fn check_proportions(&mut self, base: &str, field: &str, values: &[f64]) {
        let place = format!("{base}/{field}");
        for (k, value) in values.iter().enumerate() {
            if !(0.0..=MOST_PROPORTION).contains(value) {
                let message = format!("{value} is not between 0 and {MOST_PROPORTION}");
                self.report(codes::FIELD_RANGE, &place, &k.to_string(), message);
            }
        }
        self.check_sum(base, field, values);
    }

    /// Not all of the numbers of a list are 0.
    fn check_sum(&mut self, base: &str, field: &str, values: &[f64]) {
        if !values.is_empty() && values.iter().all(|&value| value == 0.0) {
            let message = format!("all numbers of {field} are 0; raise one or leave out {field}");
            self.report(codes::FIELD_RANGE, base, field, message);
        }
    }
}
