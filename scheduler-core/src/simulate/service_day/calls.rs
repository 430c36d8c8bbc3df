//! Who is called next.

use super::{
    super::model::{CallPolicy, Channel, Millis},
    lines::NO_KEY,
    observer::Observer,
    run::DayRun,
    scratch::{NO_TIME, State},
    sets::{Set, each_line},
};

/// Smaller is called first.
pub(super) type CallOrder = (u32, u64);

impl<O: Observer, S: Set> DayRun<'_, O, S> {
    /// The key of somebody who arrives now, within the line.
    #[inline]
    pub(super) fn key(&mut self, who: u32) -> u64 {
        self.arrived += 1;
        let customer = &self.scratch.customers[who as usize];
        let booked = customer.due != NO_TIME;
        let time = match self.day.model.policy {
            CallPolicy::ByAppointmentTime { grace } => {
                let in_time = booked && self.now <= customer.due.saturating_add(grace);
                if in_time { customer.due } else { self.now }
            }
            CallPolicy::DuePriority if booked => customer.due,
            _ => return self.arrived,
        };
        u64::from(time) << 32 | self.arrived
    }

    /// The line whose first customer this clerk would call.
    #[inline(always)]
    pub(super) fn best(&mut self, desk: usize) -> Option<(CallOrder, u8)> {
        let station = &self.scratch.stations[desk];
        let at_desk = station.at_desk;
        let lines = self.filled & (self.roomy & S::of(station.lines) | S::of(station.own));
        if self.day.fixed_ranks {
            let ranks = if at_desk { &self.day.desk_ranks } else { &self.day.ranks };
            let mut of_ranks = ranks.iter().map(|&(rank, of_rank)| (rank, S::of(of_rank) & lines));
            let (rank, lines) = of_ranks.find(|&(_, lines)| lines != S::EMPTY)?;
            let (key, line) = self.scratch.lines.first_of(each_line(lines));
            return Some(((rank, key), line));
        }
        self.best_by_heads(desk, lines)
    }

    /// The same where it matters who the first of each line is.
    fn best_by_heads(&mut self, desk: usize, lines: S) -> Option<(CallOrder, u8)> {
        let policy = self.day.model.policy;
        // The shortest service that was found to delay somebody.
        let mut too_long = Millis::MAX;
        let mut best = None;
        for line in each_line(lines) {
            let of = &self.day.lines[usize::from(line)];
            let mut rank = of.rank;
            if policy == CallPolicy::DuePriority && of.channel == Channel::Appointment {
                let head = self.customer(self.scratch.lines.head(line));
                rank += if self.now < head.due { 2 } else { 0 };
            }
            let place = (rank, self.scratch.lines.key(line));
            if best.is_some_and(|(first, _)| first <= place) {
                continue;
            }
            if policy == CallPolicy::Protected && of.channel == Channel::WalkIn {
                let head = self.customer(self.scratch.lines.head(line));
                let mean = self.day.mean[head.kind as usize];
                if mean >= too_long || self.would_delay(desk, mean) {
                    too_long = mean.min(too_long);
                    continue;
                }
            }
            best = Some((place, line));
        }
        best
    }

    /// Where all clerks agree, the line from which an idle clerk calls next of these `lines`, and
    /// who that is.
    #[inline]
    pub(super) fn best_for_idle(&self, lines: S) -> Option<(usize, u8)> {
        let scratch = &self.scratch;
        let lines = self.filled & self.roomy & lines;
        if lines == S::EMPTY {
            return None;
        }
        for &(_, of_rank) in &self.day.ranks {
            let (mut first, mut by) = (NO_KEY, (0, 0));
            for line in each_line(lines & S::of(of_rank)) {
                let key = scratch.lines.key(line);
                // The key first: whether somebody is able takes longer.
                if key < first
                    && let Some(desk) = scratch.idle_for(line)
                {
                    (first, by) = (key, (desk, line));
                }
            }
            if first < NO_KEY {
                return Some(by);
            }
        }
        None
    }

    /// Whether somebody with an appointment would find no clerk if this one were busy for `length`:
    /// the k-th to come by then needs k other clerks who are expected to be free in time.
    fn would_delay(&mut self, desk: usize, length: Millis) -> bool {
        let now = self.now;
        let until = now.saturating_add(length);
        let serves = self.scratch.stations[desk].lines;
        let Self { scratch, today, .. } = self;
        let to_come = today.book[self.next_due..].iter().zip(&scratch.customers[self.next_due..]);
        let to_come = to_come
            .take_while(|(booking, _)| booking.at < until)
            .filter(|(_, c)| c.state == State::Away && serves >> c.line & 1 == 1)
            .map(|(booking, _)| booking.at);
        let expected = to_come.clone().count();
        if expected == 0 {
            return false;
        }
        scratch.free_at.clear();
        let mut free_now = 0;
        for (other, station) in scratch.stations.iter().enumerate() {
            if other == desk || station.lines & serves == 0 || station.free_at >= until {
                continue;
            }
            if station.free_at <= now {
                free_now += 1;
                if free_now == expected {
                    return false;
                }
            } else {
                scratch.free_at.push(station.free_at);
            }
        }
        if free_now + scratch.free_at.len() < expected {
            return true;
        }
        scratch.free_at.sort_unstable();
        to_come.skip(free_now).zip(&scratch.free_at).any(|(at, &free)| free > at)
    }
}
