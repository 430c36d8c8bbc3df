//! Queueing formulas beside the simulation.

use super::model::{Channel, MINUTE};
use super::replication::Sums;
use super::result::SanityLine;
use super::tally::Tally;
use crate::analytic::MultiServer;

/// A line for each site at which anybody was served.
pub(super) fn lines(sums: &[Sums], tallies: &[Tally]) -> Vec<SanityLine> {
    let sites = tallies.iter().zip(sums.iter().skip(1)).enumerate();
    sites.filter_map(|(site, (tally, sums))| line(site, tally, sums)).collect()
}

fn line(site: usize, tally: &Tally, sums: &Sums) -> Option<SanityLine> {
    let [booked, walked] = Channel::ALL.map(|channel| tally.channel(channel));
    let served = (booked.served + walked.served) as f64;
    if served == 0.0 || sums.open_hours == 0.0 {
        return None;
    }
    let lost: u64 = booked.left.iter().chain(&walked.left).sum();
    let per_hour = (served + lost as f64) / sums.open_hours;
    let service_minutes = (booked.service + walked.service) as f64 / f64::from(MINUTE) / served;
    let clerks = sums.attended / sums.open_hours;
    let queue = MultiServer::new(per_hour / 60.0, 1.0 / service_minutes, clerks.round() as u32);
    Some(SanityLine {
        site,
        per_hour,
        service_minutes,
        clerks,
        offered_load: per_hour / 60.0 * service_minutes,
        erlang_c_minutes: queue.ok().map(|queue| queue.mean_wait()),
    })
}
