//! What each replication contributes to each figure.

use super::model::{Channel, MINUTE};
use super::replication::{Replication, Sums};
use super::result::KpiId;
use super::statistics::Sample;
use super::tally::Waits;

/// The contributions of `replication` to the list of figures; `weeks` were measured.
pub(super) fn samples(replication: &Replication, weeks: f64) -> Vec<Sample> {
    let of_site = |tally: &super::tally::Tally| Channel::ALL.map(|channel| tally.channel(channel));
    let sites: Vec<[Waits; 2]> = replication.tallies.iter().map(of_site).collect();
    let mut all = [Waits::default(), Waits::default()];
    for site in &sites {
        for (sum, waits) in all.iter_mut().zip(site) {
            sum.add(waits);
        }
    }
    let places = std::iter::once(&all).chain(&sites).zip(&replication.sums);
    places
        .flat_map(|(waits, sums)| KpiId::ALL.into_iter().map(|id| sample(id, waits, sums, weeks)))
        .collect()
}

fn sample(id: KpiId, waits: &[Waits; 2], sums: &Sums, weeks: f64) -> Sample {
    let of = |channel: Channel| &waits[channel as usize];
    let minutes = |millis: u64| millis as f64 / f64::from(MINUTE);
    let [booked, walked] = waits;
    let left = |waits: &Waits| waits.left.iter().sum::<u64>() as f64;
    let served = |waits: &Waits| waits.served as f64;
    let (num, den) = match id {
        // Quantiles have no ratio.
        KpiId::WaitMedian(_) | KpiId::WaitP90(_) => (0.0, 0.0),
        KpiId::WaitMean(channel) => (minutes(of(channel).wait), served(of(channel))),
        KpiId::WaitWithin(channel, most) => {
            let index = super::tally::WITHIN_MINUTES.iter().position(|&m| m == u32::from(most));
            let within = index.map_or(0, |index| of(channel).within[index]);
            (within as f64, served(of(channel)))
        }
        KpiId::WaitFromDue => (minutes(booked.wait_after_due), served(booked)),
        KpiId::Served(channel) => (served(of(channel)), sums.open_days),
        KpiId::WalkInsLost => (left(walked), left(walked) + served(walked)),
        KpiId::NoShows => {
            let missed = booked.missed as f64;
            (missed, missed + left(booked) + served(booked))
        }
        KpiId::NoShowMinutes => (sums.idle_for_missed, sums.site_days),
        KpiId::MostWaiting => (sums.most_waiting, sums.site_days),
        KpiId::Utilisation => (sums.busy, sums.rostered),
        KpiId::Overtime => (sums.overtime, sums.site_days),
        KpiId::LeadNextFree => (sums.booking.next_free, sums.booking.looks),
        KpiId::LeadBooked => (sums.booking.lead_days, sums.booking.bookings),
        KpiId::WithoutOffer => (sums.booking.without_offer, sums.booking.requests),
        KpiId::CostPerCase => (sums.cost, served(booked) + served(walked)),
        KpiId::CasesPerClerkDay => (served(booked) + served(walked), sums.clerk_days),
        KpiId::CostPerWeek => (sums.cost, weeks),
    };
    Sample { num, den }
}

/// Values below this count as this when precision is relative: nobody needs a wait of seconds to
/// two percent.
pub(super) fn floor(id: KpiId) -> f64 {
    match id {
        KpiId::Overtime => 5.0,
        _ => 1.0,
    }
}
