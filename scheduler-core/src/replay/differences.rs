//! What a day had that the model does not know.

use super::customers::Customers;
use crate::learn::{DAY, LEAST_CLERKS, MINUTE, Outcome, Visit};

/// Something that makes waits differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Explanation {
    /// Clerks between two customers while people waited whom they had served before or after: breaks
    /// that the plan does not know, or work in the back office.
    Pauses {
        /// How many of at least five minutes.
        count: usize,
        /// Minutes of them in which somebody waited, all clerks together.
        minutes: f64,
        /// The longest: from and until, in minutes since midnight.
        longest: (u32, u32),
    },
    /// Shorter times between two customers while somebody waited: to file a case, to call the next.
    Changeover {
        /// How often.
        count: usize,
        /// Mean in seconds.
        seconds: f64,
    },
    /// What clerks did between customers is not looked at: fewer than five served that day, and all
    /// would know who is meant.
    FewClerks,
    /// People who were called though others of the same service and kind had come before them, and
    /// waited.
    OutOfOrder {
        /// How many.
        count: usize,
    },
}

/// Shorter is the way from one customer to the next.
const PAUSE: i64 = 5 * MINUTE;

/// What of the day of `customers` a simulation with the same people and clerks does not have.
pub fn explain(customers: &Customers) -> Vec<Explanation> {
    let served: Vec<&Visit> =
        customers.visits.iter().filter(|visit| visit.outcome == Outcome::Served).collect();
    let mut list = Vec::new();
    let mut clerks: Vec<u32> = served.iter().filter_map(|visit| who(visit)).collect();
    clerks.sort_unstable();
    clerks.dedup();
    if clerks.len() < LEAST_CLERKS {
        list.push(Explanation::FewClerks);
    } else {
        gaps(customers.date, &served, &mut list);
    }
    let passed_over = served.iter().filter(|called| {
        served.iter().any(|other| {
            let alike = other.service == called.service
                && other.appointment_at.is_some() == called.appointment_at.is_some();
            alike && other.arrived_at < called.arrived_at && other.called_at > called.called_at
        })
    });
    let count = passed_over.count();
    if count > 0 {
        list.push(Explanation::OutOfOrder { count });
    }
    list
}

/// The clerk, or the counter that stands for one.
fn who(visit: &Visit) -> Option<u32> {
    visit.clerk.or(visit.counter)
}

fn gaps(date: i64, served: &[&Visit], list: &mut Vec<Explanation>) {
    let mut by_clerk: Vec<(u32, i64, i64, usize)> = served
        .iter()
        .filter_map(|visit| {
            Some((who(visit)?, visit.called_at?, visit.finished_at?, visit.service))
        })
        .collect();
    by_clerk.sort_unstable();
    let (mut pauses, mut long, mut longest) = (0, 0, (0, 0));
    let (mut changes, mut short) = (0, 0);
    for pair in by_clerk.windows(2) {
        let [(clerk, _, from, before), (next, until, _, after)] = pair else { continue };
        if clerk != next || until <= from {
            continue;
        }
        // People of a service that the clerk served just before or after.
        let mut waits: Vec<(i64, i64)> = served
            .iter()
            .filter(|visit| visit.service == *before || visit.service == *after)
            .filter_map(|visit| Some((visit.arrived_at?.max(*from), visit.called_at?.min(*until))))
            .filter(|(begin, end)| begin < end)
            .collect();
        waits.sort_unstable();
        let (mut waited, mut reached) = (0, i64::MIN);
        for (begin, end) in waits {
            waited += (end - begin.max(reached)).max(0);
            reached = reached.max(end);
        }
        if waited == 0 {
            continue;
        }
        if until - from >= PAUSE {
            pauses += 1;
            long += waited;
            if until - from > longest.1 - longest.0 {
                longest = (*from, *until);
            }
        } else {
            changes += 1;
            short += waited;
        }
    }
    let minute = |at: i64| u32::try_from((at - date * DAY) / MINUTE).unwrap_or(0);
    if pauses > 0 {
        list.push(Explanation::Pauses {
            count: pauses,
            minutes: long as f64 / MINUTE as f64,
            longest: (minute(longest.0), minute(longest.1)),
        });
    }
    if changes > 0 && short >= 1000 {
        let seconds = short as f64 / 1000.0 / f64::from(changes);
        list.push(Explanation::Changeover { count: changes as usize, seconds });
    }
}
