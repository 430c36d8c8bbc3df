//! Release policies.

use std::collections::BTreeMap;

use super::Rules;
use super::ids::Ids;
use crate::scenario::place::quote;
use crate::scenario::{ReleasePolicy, Wave, codes};

/// A release policy with its references resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ResolvedRelease {
    /// In order, each once.
    pub(crate) sites: Vec<usize>,
    /// In the order in which they open.
    pub(crate) waves: Vec<Wave>,
}

/// Longest notice: a year.
const MOST_NOTICE: u32 = 366 * 1440;

impl<'a> Rules<'a> {
    /// All release policies in the order of the scenario. `None` where they are too many.
    pub(super) fn check_release(&mut self, ids: &Ids<'_>) -> Option<Vec<ResolvedRelease>> {
        let policies = &self.scenario.release;
        let all = self.scenario.sites.len();
        let sites = |policy: &ReleasePolicy| policy.sites.as_ref().map_or(all, Vec::len);
        self.check_size("/release", policies.iter().map(sites).sum())?;
        let mut resolved = Vec::with_capacity(policies.len());
        // Which policy holds for a site and channel.
        let mut holders = BTreeMap::new();
        for (i, policy) in policies.iter().enumerate() {
            let base = format!("/release/{i}");
            let notice = policy.min_notice_minutes;
            if notice > MOST_NOTICE {
                let message = format!("{notice} minutes of notice; at most {MOST_NOTICE} (a year)");
                self.report(codes::FIELD_RANGE, &base, "min_notice_minutes", message);
            }
            if let Some(channel) = &policy.channel {
                self.check_id_form(&base, "channel", channel);
            }
            let sites = self.check_release_sites(ids, &base, policy);
            let waves = self.check_waves(&base, &policy.waves);
            self.check_opens(&base, notice, &waves);
            if !self.is_broken(&base, "channel") {
                self.check_release_overlap(&mut holders, i, &sites);
            }
            resolved.push(ResolvedRelease { sites, waves });
        }
        Some(resolved)
    }

    /// Warns where nothing can ever be booked by a policy: when its first wave opens, no start of the
    /// day is far enough ahead any more.
    fn check_opens(&mut self, base: &str, notice: u32, waves: &[Wave]) {
        // Minutes from the opening of a wave to the end of the day that it is for.
        let left =
            |wave: &Wave| (u64::from(wave.days_ahead) + 1) * 1440 - u64::from(wave.at.0.min(1440));
        let Some(longest) = waves.iter().map(left).max() else { return };
        if u64::from(notice) >= longest {
            let message = format!(
                "the first wave opens {longest} minutes before the end of its day, and a start must be \
                 {notice} minutes ahead: nothing can ever be booked by it; let it open earlier, or \
                 ask for less notice"
            );
            self.report(codes::RELEASE_NEVER_OPENS, base, "min_notice_minutes", message);
        }
    }

    fn check_release_sites(
        &mut self,
        ids: &Ids<'_>,
        base: &str,
        policy: &ReleasePolicy,
    ) -> Vec<usize> {
        let Some(listed) = &policy.sites else {
            return (0..self.scenario.sites.len()).collect();
        };
        if listed.is_empty() {
            let message = "no site is listed; name some, or leave out sites for all".to_owned();
            self.report(codes::LIST_EMPTY, base, "sites", message);
        }
        let place = format!("{base}/sites");
        let mut sites = Vec::with_capacity(listed.len());
        for (k, id) in listed.iter().enumerate() {
            let Some(site) = self.refer(&ids.sites, id, &place, &k.to_string()) else {
                continue;
            };
            if sites.contains(&site) {
                let message = format!("{} is listed twice; it counts once", quote(id));
                self.report(codes::RELEASE_SITE_TWICE, &place, &k.to_string(), message);
            } else {
                sites.push(site);
            }
        }
        sites.sort_unstable();
        sites
    }

    /// Reports once where policy `i` holds for a site and channel that have one already.
    fn check_release_overlap(
        &mut self,
        holders: &mut BTreeMap<(usize, Option<&'a str>), usize>,
        i: usize,
        sites: &[usize],
    ) {
        let channel = self.scenario.release[i].channel.as_deref();
        let mut clashes = 0;
        let mut first = None;
        for &site in sites {
            let holder = *holders.entry((site, channel)).or_insert(i);
            if holder != i {
                clashes += 1;
                first = first.or(Some((site, holder)));
            }
        }
        let Some((site, holder)) = first else { return };
        let message = format!(
            "for {}{} and {}, /release/{holder} holds already; keep one policy for each site and \
             channel",
            quote(&self.scenario.sites[site].id),
            and_more_sites(clashes - 1),
            match channel {
                Some(channel) => format!("the channel {}", quote(channel)),
                None => "channels without a policy of their own".to_owned(),
            }
        );
        self.report(codes::RELEASE_OVERLAP, &format!("/release/{i}"), "sites", message);
    }

    /// The waves in the order in which they open.
    fn check_waves(&mut self, base: &str, waves: &[Wave]) -> Vec<Wave> {
        if waves.is_empty() {
            let message = "there is no wave, so nothing is ever released; add one".to_owned();
            self.report(codes::LIST_EMPTY, base, "waves", message);
        }
        for (k, wave) in waves.iter().enumerate() {
            let place = format!("{base}/waves/{k}");
            self.check_time_of_day(&place, "at", wave.at);
        }
        let place = format!("{base}/waves");
        let mut order: Vec<usize> = (0..waves.len()).collect();
        order.retain(|k| !self.is_broken(&place, k));
        order.sort_by_key(|&k| (std::cmp::Reverse(waves[k].days_ahead), waves[k].at));
        for pair in order.windows(2) {
            let (first, next) = (waves[pair[0]], waves[pair[1]]);
            if (first.days_ahead, first.at) == (next.days_ahead, next.at) {
                let message = format!(
                    "it opens at the same time as {place}/{}; keep the one that is meant",
                    pair[0]
                );
                self.report(codes::RELEASE_SHARES, &place, &pair[1].to_string(), message);
            } else if next.share < first.share {
                let message = format!(
                    "it opens after {place}/{}, but a smaller share: {} after {}; a share once \
                     released stays so, so raise it or remove the wave",
                    pair[0], next.share, first.share
                );
                self.report(codes::RELEASE_SHARES, &place, &pair[1].to_string(), message);
            }
        }
        order.into_iter().map(|k| waves[k]).collect()
    }
}

/// ` and 3 more sites`.
fn and_more_sites(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " and one more site".to_owned(),
        _ => format!(" and {count} more sites"),
    }
}
