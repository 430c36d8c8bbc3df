//! Who wants to come, with an appointment or without, and what is kept for those without.

use super::{DEMAND, Editor, QUOTAS};
use crate::problem::Problem;
use crate::scenario::{WalkInQuota, codes};

impl Editor {
    pub(super) fn scale_quotas(&mut self, factor: f64, sites: Option<&[String]>) {
        self.change_quotas(sites, |quota| scale(quota, factor));
    }

    pub(super) fn set_quotas(
        &mut self,
        (least, most): (f64, Option<f64>),
        sites: Option<&[String]>,
    ) {
        self.change_quotas(sites, |quota| {
            (quota.min_share, quota.max_share) = (least, most);
        });
    }

    /// Changes the quotas of the sites that an edit means.
    pub(super) fn change_quotas(
        &mut self,
        sites: Option<&[String]>,
        change: impl Fn(&mut WalkInQuota),
    ) {
        let Some(sites) = self.sites(sites) else { return };
        if !self.change_quotas_of(&sites, change) {
            self.report_idle("there are no walk-in quotas, and so no window to change");
        }
    }

    /// Whether there is a quota at `sites`.
    fn change_quotas_of(&mut self, sites: &[String], change: impl Fn(&mut WalkInQuota)) -> bool {
        let quotas = self.scenario.walk_in_quotas.iter_mut();
        let mut changed = Vec::new();
        for quota in quotas.filter(|quota| sites.contains(&quota.site)) {
            change(quota);
            changed.push(quota.id.clone());
        }
        for id in &changed {
            self.own(QUOTAS, id, "");
        }
        !changed.is_empty()
    }

    pub(super) fn scale_walk_ins(&mut self, factor: f64, sites: Option<&[String]>) {
        let Some(sites) = self.sites(sites) else { return };
        if !self.multiply_walk_ins(factor, &sites) {
            self.report_idle("nobody walks in there; say in the scenario's operations who does");
        }
    }

    /// Whether anybody walks in there.
    fn multiply_walk_ins(&mut self, factor: f64, sites: &[String]) -> bool {
        let mut any = false;
        for entry in self.operations().walk_ins.iter_mut().flatten() {
            if sites.contains(&entry.site) {
                entry.per_hour *= factor;
                any = true;
            }
        }
        any
    }

    pub(super) fn scale_requests(
        &mut self,
        factor: f64,
        sites: Option<&[String]>,
        services: Option<&[String]>,
    ) {
        let all_sites = sites.is_none();
        let (sites, services) = (self.sites(sites), self.services(services));
        let (Some(sites), Some(services)) = (sites, services) else { return };
        let mut changed = Vec::new();
        for demand in &mut self.scenario.demand {
            let there = all_sites || demand.sites.iter().any(|site| sites.contains(site));
            if there && services.contains(&demand.service) {
                demand.mean *= factor;
                changed.push(demand.id.clone());
            }
        }
        if changed.is_empty() {
            self.report_idle("nobody asks for appointments for these services there");
        }
        for id in changed {
            self.own(DEMAND, &id, "mean");
        }
    }

    /// Of T = R + W people who ask for appointments or walk in at `sites`, `share` · T ask from now
    /// on.
    pub(super) fn set_share_by_appointment(&mut self, share: f64, sites: Option<&[String]>) {
        let Some(named) = self.sites(sites) else { return };
        if self.findings.has_errors() {
            return;
        }
        let problem = match Problem::new(&self.scenario) {
            Ok(problem) => problem,
            Err(findings) => {
                // An earlier edit broke something: how many come cannot be said before it is mended.
                findings.iter().for_each(|finding| self.adopt(finding));
                return;
            }
        };
        let (requests, walk_ins) = expected(&problem, &named);
        let total = requests + walk_ins;
        let (to_request, to_walk_in) = (share * total, (1.0 - share) * total);
        // Written so that a share that is there already changes nothing.
        let factor = |wanted: f64, now: f64| if now > 0.0 { Some(wanted / now) } else { None };
        match (factor(to_request, requests), factor(to_walk_in, walk_ins)) {
            (None, _) if to_request > 0.0 => self.report(
                codes::VARIANT_NOBODY,
                "share",
                "nobody asks for appointments there, so it is not known what for; add demand to \
                 the scenario"
                    .to_owned(),
            ),
            (_, None) if to_walk_in > 0.0 => self.report(
                codes::VARIANT_NOBODY,
                "share",
                "nobody walks in there, so it is not known when; add walk_ins to the scenario's \
                 operations"
                    .to_owned(),
            ),
            (request_factor, walk_in_factor) => {
                if let Some(factor) = request_factor {
                    self.scale_requests(factor, sites, None);
                }
                if let Some(factor) = walk_in_factor {
                    self.multiply_walk_ins(factor, &named);
                    self.change_quotas_of(&named, |quota| scale(quota, factor));
                }
            }
        }
    }
}

/// People who ask for appointments that one of `sites` suits, and who walk in there, in the whole
/// horizon.
fn expected(problem: &Problem, sites: &[String]) -> (f64, f64) {
    let is_meant = |site: usize| sites.contains(&problem.sites[site].id);
    let site_of = |&(site_day, _): &(usize, _)| problem.site_days[site_day].site;
    let pools = problem.pools.iter();
    let meant = pools.filter(|pool| pool.places.iter().map(site_of).any(is_meant));
    let requests: f64 = meant.map(|pool| pool.mean).sum();
    let walk_ins = problem.operations.walk_ins.iter().filter(|entry| is_meant(entry.site));
    let arrivals = walk_ins.map(|entry| {
        let minutes = |&day: &usize| {
            let open = &problem.site_days[problem.site_day(entry.site, day)].open;
            let clock = |step| problem.grid.minute_of(step);
            let overlap =
                |from: u32, until: u32| until.min(entry.until).saturating_sub(from.max(entry.from));
            open.iter().map(|open| overlap(clock(open.from), clock(open.until))).sum::<u32>()
        };
        entry.per_hour * f64::from(entry.days.iter().map(minutes).sum::<u32>()) / 60.0
    });
    (requests * problem.operations.requests.factor, arrivals.sum())
}

/// Least and greatest share times `factor`, at most 1.
fn scale(quota: &mut WalkInQuota, factor: f64) {
    quota.min_share = (quota.min_share * factor).min(1.0);
    quota.max_share = quota.max_share.map(|share| (share * factor).min(1.0));
}
