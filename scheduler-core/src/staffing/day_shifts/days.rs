//! Days with given servers, computed only as far as they differ from what is known.

use super::{DayShifts, DayShiftsError, NoGood, TOLERANCE};
use crate::analytic::{ChangingPeriod, ChangingQueue};

/// A day's question with what all its days share.
#[derive(Debug)]
pub(super) struct Days<'a> {
    pub(super) question: &'a DayShifts,
    /// The most servers that the shifts allow, or plenty, in each period.
    pub(super) most: Vec<u32>,
    /// The queue at the beginning of each period with the most servers before it.
    ample: Vec<ChangingQueue>,
}

const MOST_PERIODS: u64 = 2_000;
const MOST_SHIFTS: u64 = 2_000;
const MOST_SERVERS: f64 = 5_000.0;
const MOST_COST: u64 = 1_000_000_000;

impl<'a> Days<'a> {
    pub(super) fn new(question: &'a DayShifts) -> Result<Self, DayShiftsError> {
        check_question(question)?;
        let mut queue = ChangingQueue::empty(question.service_rate)?;
        let plenty = plenty(question)?;
        let most: Vec<u32> = (0..question.arrival_rates.len())
            .map(|period| {
                let here = question
                    .shifts
                    .iter()
                    .filter(|shift| shift.on_duty.iter().any(|range| range.contains(&period)));
                here.map(|shift| u64::from(shift.most.unwrap_or(plenty)))
                    .sum::<u64>()
                    .min(u64::from(plenty)) as u32
            })
            .collect();
        let mut ample = Vec::with_capacity(most.len());
        for (period, &servers) in most.iter().enumerate() {
            ample.push(queue.clone());
            let rate = question.arrival_rates[period];
            let found = queue.pass(rate, servers, question.period)?;
            if found.all_busy > question.targets[period] + TOLERANCE {
                let all_busy = found.all_busy;
                return Err(DayShiftsError::OutOfReach { period, servers, all_busy });
            }
        }
        Ok(Self { question, most, ample })
    }

    fn pass(
        &self,
        queue: &mut ChangingQueue,
        period: usize,
        servers: u32,
    ) -> Result<ChangingPeriod, DayShiftsError> {
        // More than plenty change nothing that could be seen.
        let servers = servers.min(self.most[period]);
        Ok(queue.pass(self.question.arrival_rates[period], servers, self.question.period)?)
    }

    fn missed(&self, period: usize, found: &ChangingPeriod) -> bool {
        found.all_busy > self.question.targets[period] + TOLERANCE
    }

    /// The periods of the day, up to the first whose target is missed.
    pub(super) fn day(&self, servers: &[u32]) -> Result<Vec<ChangingPeriod>, DayShiftsError> {
        let mut queue = ChangingQueue::empty(self.question.service_rate)?;
        let mut periods = Vec::with_capacity(servers.len());
        for (period, &count) in servers.iter().enumerate() {
            let found = self.pass(&mut queue, period, count)?;
            periods.push(found);
            if self.missed(period, &found) {
                break;
            }
        }
        Ok(periods)
    }

    /// Whether the last period of a day misses its target.
    pub(super) fn fails(&self, periods: &[ChangingPeriod]) -> bool {
        periods.last().is_some_and(|found| self.missed(periods.len() - 1, found))
    }

    /// Probability that all are busy in the last of the periods from `first` on that have these
    /// servers, with the most before them.
    fn last_of(&self, first: usize, servers: &[u32]) -> Result<(bool, f64), DayShiftsError> {
        let mut queue = self.ample[first].clone();
        let mut last = (false, 0.0);
        for (offset, &count) in servers.iter().enumerate() {
            let found = self.pass(&mut queue, first + offset, count)?;
            last = (self.missed(first + offset, &found), found.all_busy);
        }
        Ok(last)
    }

    /// The largest no-good around a day that misses the target of its last period.
    pub(super) fn no_good(&self, servers: &[u32]) -> Result<NoGood, DayShiftsError> {
        let period = servers.len() - 1;
        let mut first = period;
        while first > 0 && !self.last_of(first, &servers[first..])?.0 {
            first -= 1;
        }
        let mut servers: Vec<u32> = servers[first..].to_vec();
        for offset in 0..servers.len() {
            self.enlarge(first, &mut servers, offset)?;
        }
        let (_, all_busy) = self.last_of(first, &servers)?;
        let listed = servers
            .into_iter()
            .enumerate()
            .map(|(offset, count)| (first + offset, count))
            .filter(|(period, count)| *count < self.most[*period])
            .collect();
        Ok(NoGood { period, servers: listed, all_busy })
    }

    /// Makes one period's servers as many as can be while the target is missed still.
    fn enlarge(
        &self,
        first: usize,
        servers: &mut [u32],
        offset: usize,
    ) -> Result<(), DayShiftsError> {
        let known = servers[offset];
        // Missed with `low`, not missed with `high`.
        let mut low = known;
        let mut high = self.most[first + offset];
        servers[offset] = high;
        if self.last_of(first, servers)?.0 {
            return Ok(());
        }
        let mut stride = 1;
        while high - low > 1 {
            // Close to what is known first.
            let middle = (low + stride).min(low + (high - low) / 2);
            servers[offset] = middle;
            if self.last_of(first, servers)?.0 {
                low = middle;
                stride *= 2;
            } else {
                high = middle;
                stride = 1;
            }
        }
        servers[offset] = low;
        Ok(())
    }

    /// Whether a claim holds.
    pub(super) fn is_no_good(&self, claim: &NoGood) -> Result<bool, DayShiftsError> {
        let fits = |(period, _): &(usize, u32)| *period <= claim.period;
        if claim.period >= self.most.len() || !claim.servers.iter().all(fits) {
            return Ok(false);
        }
        let mut servers = self.most[..=claim.period].to_vec();
        for &(period, count) in &claim.servers {
            servers[period] = servers[period].min(count);
        }
        Ok(self.last_of(0, &servers)?.0)
    }
}

/// So many servers that one more changes nothing: as many as have customers at the same time with a
/// probability that rounding hides, if all are served at once.
fn plenty(question: &DayShifts) -> Result<u32, DayShiftsError> {
    let busiest = question.arrival_rates.iter().fold(0.0_f64, |most, rate| most.max(*rate));
    let load = busiest / question.service_rate;
    let plenty = load + 10.0 * load.sqrt() + 40.0;
    if plenty > MOST_SERVERS {
        let (what, most) = ("the number of servers", MOST_SERVERS as u64);
        return Err(DayShiftsError::TooLarge { what, size: plenty as u64, most });
    }
    Ok(plenty as u32)
}

fn check_question(question: &DayShifts) -> Result<(), DayShiftsError> {
    let periods = question.arrival_rates.len();
    let limit = |what, size: u64, most| {
        if size > most { Err(DayShiftsError::TooLarge { what, size, most }) } else { Ok(()) }
    };
    limit("the number of periods", periods as u64, MOST_PERIODS)?;
    limit("the number of shifts", question.shifts.len() as u64, MOST_SHIFTS)?;
    if question.targets.len() != periods {
        return Err(DayShiftsError::Targets { targets: question.targets.len(), periods });
    }
    for (period, &target) in question.targets.iter().enumerate() {
        if !(0.0..=1.0).contains(&target) {
            return Err(DayShiftsError::Target { period, target });
        }
    }
    for (index, shift) in question.shifts.iter().enumerate() {
        limit("the cost of a person", shift.cost, MOST_COST)?;
        let mut end = 0;
        for range in &shift.on_duty {
            if range.start < end || range.end > periods || range.is_empty() {
                return Err(DayShiftsError::Shift { shift: index });
            }
            end = range.end;
        }
        if shift.on_duty.is_empty() {
            return Err(DayShiftsError::Shift { shift: index });
        }
    }
    // The rates themselves are looked at where they are used.
    let mut queue = ChangingQueue::empty(question.service_rate)?;
    for &rate in &question.arrival_rates {
        queue.pass(rate, 0, f64::MIN_POSITIVE)?;
    }
    ChangingQueue::empty(question.service_rate)?.pass(0.0, 0, question.period)?;
    Ok(())
}
