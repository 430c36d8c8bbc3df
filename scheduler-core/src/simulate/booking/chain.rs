//! The simplest book of all: so many requests a day, so many slots, the first free one from the
//! next day on. Its lead times are known exactly, so the code of the weeks is held against them.

use super::BookingModel;
use super::requests::{Behaviour, Stream, Wish};
use super::run::{BookingDay, BookingRun};
use super::supply::{Supply, SupplySlot};
use crate::simulate::sample::{Quantiles, SampleError};
use crate::simulate::statistics::Sample;

/// Lead times by replication.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadTimes {
    /// Sum of leads in days and number of bookings.
    pub lead: Vec<Sample>,
    /// Requests without an offer, and requests.
    pub lost: Vec<Sample>,
}

/// Simulates `replications` of `days` days after `warm_up` days, in each of which a Poisson number
/// of requests with mean `requests` meets `slots` slots of each day from the next one on.
///
/// `horizon` is the greatest lead that may be booked, at least 1. All days together are fewer than two
/// million.
///
/// # Errors
/// Never for sensible sizes; the tables of the behaviour may in principle be refused.
pub fn lead_times(
    (requests, slots, horizon): (f64, u32, u32),
    (warm_up, days, replications): (u32, u32, u64),
    seed: u64,
) -> Result<LeadTimes, SampleError> {
    let slot = |clerk| SupplySlot {
        day: 0,
        site: 0,
        service: 0,
        clerk,
        start: 0,
        free_until: 1440,
        minutes: 1,
    };
    let supply =
        Supply::new((1, 1, 1), (0..slots).map(slot).collect(), vec![f64::from(slots)], &[]);
    let stream = Stream {
        key: 0,
        service: 0,
        lanes: supply.lane(0, 0).into_iter().collect(),
        sites: vec![0],
        wishes: vec![Wish { per_cycle: requests, window: (0, 1440), suits: vec![true] }],
        minutes: vec![0],
    };
    let behaviour = Behaviour {
        by_day: vec![1.0],
        by_hour: [1.0; 24],
        first_free: 1.0,
        ahead: Quantiles::constant(0.0)?,
        choosy: 0.0,
        persons: vec![1.0],
        cancelled: 0.0,
        no_show: (0.0, 0.0),
        least_ahead: 1,
    };
    let model = BookingModel::new(supply, vec![stream], behaviour, horizon);
    let mut times = LeadTimes { lead: Vec::new(), lost: Vec::new() };
    let mut today = BookingDay::default();
    for replication in 0..replications {
        let mut run = BookingRun::new(&model, seed, replication, warm_up);
        let (mut lead, mut lost) = (Sample::default(), Sample::default());
        for day in 0..warm_up + days {
            run.book_day(&mut today);
            if day >= warm_up {
                let figures = &today.places[0];
                lead.num += figures.lead_days;
                lead.den += figures.bookings;
                lost.num += figures.without_offer;
                lost.den += figures.requests;
            }
        }
        times.lead.push(lead);
        times.lost.push(lost);
    }
    Ok(times)
}
