//! What is counted of a replication for targets and for the search.

use crate::simulate::Watch;
use crate::simulate::model::{Channel, MINUTE, Millis};
use crate::simulate::service_day::{Leaver, Left, Observer, Visit};
use crate::simulate::statistics::Sample;

use crate::scenario::StaffFigure;
use crate::staffing::goal::Goal;

/// Half-hours of a day.
pub(in crate::staffing) const HALF_HOURS: usize = 48;

/// What the walk-ins of one half-hour of a weekday went through, at one site.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::staffing) struct Crowding {
    /// Who came and was to be served.
    pub(in crate::staffing) came: f64,
    /// Those of them who waited longer than half an hour, or in vain.
    pub(in crate::staffing) late: f64,
    /// Minutes that they waited.
    pub(in crate::staffing) waited: f64,
}

/// Counts the customers of one replication.
#[derive(Debug)]
pub(in crate::staffing) struct Witness<'a> {
    goals: &'a [Goal],
    /// Weekday of each day of the cycle, from the first on.
    first_weekday: usize,
    /// Closing time by site and date of the cycle; 0 where closed.
    closing: &'a [Vec<Millis>],
    cycle: usize,
    /// From when on somebody counts as late, for the search.
    late_from: Millis,
    site: usize,
    date: usize,
    weekday: usize,
    /// By goal; nothing where a goal is not about waits.
    pub(in crate::staffing) samples: Vec<Sample>,
    /// Index `(site * 7 + weekday) * HALF_HOURS + half_hour`.
    pub(in crate::staffing) crowding: Vec<Crowding>,
}

impl<'a> Witness<'a> {
    pub(in crate::staffing) fn new(
        goals: &'a [Goal],
        (first_weekday, cycle): (usize, usize),
        closing: &'a [Vec<Millis>],
        late_from: Millis,
    ) -> Self {
        Self {
            goals,
            first_weekday,
            closing,
            cycle,
            late_from,
            site: 0,
            date: 0,
            weekday: 0,
            samples: vec![Sample::default(); goals.len()],
            crowding: vec![Crowding::default(); closing.len() * 7 * HALF_HOURS],
        }
    }

    /// Somebody who came at `arrival`, and was called after `wait` or, where `lost`, not at all.
    fn count(&mut self, channel: Channel, arrival: Millis, wait: Millis, fate: Fate) {
        for (goal, sample) in self.goals.iter().zip(&mut self.samples) {
            if goal.channel() != Some(channel) || !goal.counts(self.site, self.weekday, arrival) {
                continue;
            }
            let is_met = match goal.figure {
                StaffFigure::WalkInsLost => {
                    sample.den += 1.0;
                    sample.num += f64::from(u8::from(fate != Fate::Served));
                    continue;
                }
                _ if fate == Fate::Left => continue,
                StaffFigure::WalkInsWithin | StaffFigure::AppointmentsWithin => {
                    f64::from(u8::from(fate == Fate::Served && wait <= goal.within))
                }
                _ => f64::from(wait) / f64::from(MINUTE),
            };
            sample.den += 1.0;
            sample.num += is_met;
        }
        if channel == Channel::WalkIn && fate != Fate::Left {
            let half_hour = ((arrival / (30 * MINUTE)) as usize).min(HALF_HOURS - 1);
            let index = (self.site * 7 + self.weekday) * HALF_HOURS + half_hour;
            if let Some(crowding) = self.crowding.get_mut(index) {
                crowding.came += 1.0;
                crowding.waited += f64::from(wait) / f64::from(MINUTE);
                let is_late = fate == Fate::InVain || wait > self.late_from;
                crowding.late += f64::from(u8::from(is_late));
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Served,
    /// Left by rule or of own will.
    Left,
    /// Nobody who could serve came any more.
    InVain,
}

impl Observer for Witness<'_> {
    fn served(&mut self, visit: &Visit) {
        self.count(visit.channel, visit.arrival, visit.wait(), Fate::Served);
    }

    fn left(&mut self, leaver: &Leaver) {
        if leaver.why == Left::Nobody {
            // Waits in vain until the doors close.
            let closes = self.closing.get(self.site).and_then(|days| days.get(self.date));
            let wait = closes.copied().unwrap_or(0).saturating_sub(leaver.arrival);
            self.count(leaver.channel, leaver.arrival, wait, Fate::InVain);
        } else {
            let wait = leaver.at - leaver.arrival;
            self.count(leaver.channel, leaver.arrival, wait, Fate::Left);
        }
    }
}

impl Watch for Witness<'_> {
    fn day(&mut self, site: usize, day: u32) {
        self.site = site;
        self.date = day as usize % self.cycle.max(1);
        self.weekday = (self.first_weekday + self.date) % 7;
    }
}
