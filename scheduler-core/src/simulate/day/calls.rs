//! Who is called next.

use super::{
    super::model::{CallPolicy, Channel, Millis},
    clock::time_of,
    observer::Observer,
    run::Run,
    scratch::{NO_TIME, State},
    stations::{Status, each_line},
};

/// Smaller is called first.
pub(super) type Place = (u32, u64);

impl<O: Observer> Run<'_, O> {
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
    #[inline]
    pub(super) fn best(&mut self, desk: usize) -> Option<(Place, u8)> {
        let station = &self.scratch.stations[desk];
        let at_desk = station.at_desk;
        let mut lines = self.scratch.lines.filled & station.lines;
        if !self.day.rooms.is_empty() {
            lines &= self.roomy;
        }
        let mut best = None;
        for line in each_line(lines) {
            let head = &self.scratch.customers[self.scratch.lines.head(line) as usize];
            let of = &self.day.lines[usize::from(line)];
            let mut rank = if at_desk { of.desk_rank } else { of.rank };
            let booked = of.channel == Channel::Appointment;
            if self.day.model.policy == CallPolicy::DuePriority && booked && self.now < head.due {
                rank += 2;
            }
            let place = (rank, head.key);
            if best.is_some_and(|(first, _)| first <= place) {
                continue;
            }
            if !booked && self.day.model.policy == CallPolicy::Protected {
                let mean = self.day.mean[head.kind as usize];
                if self.would_delay(desk, mean) {
                    continue;
                }
            }
            best = Some((place, line));
        }
        best
    }

    /// Whether somebody with an appointment would find no clerk if this one were busy for `length`:
    /// the k-th to come by then needs k other clerks who are expected to be free in time.
    fn would_delay(&mut self, desk: usize, length: Millis) -> bool {
        let (day, now) = (self.day, self.now);
        let until = now.saturating_add(length);
        let serves = self.scratch.stations[desk].lines;
        let Self { scratch, today, .. } = self;
        let to_come = today.book[self.next_due..].iter().zip(&scratch.customers[self.next_due..]);
        let mut to_come = to_come
            .take_while(|(booking, _)| booking.at < until)
            .filter(|(_, c)| c.state == State::Away && serves >> c.line & 1 == 1)
            .peekable();
        if to_come.peek().is_none() {
            return false;
        }
        scratch.free_at.clear();
        for (other, station) in scratch.stations.iter().enumerate() {
            if other == desk || station.lines & serves == 0 {
                continue;
            }
            let free_at = match station.status {
                Status::Off => continue,
                Status::Idle => now,
                Status::Paused => time_of(scratch.ends.of(other)),
                Status::Serving => {
                    let kind = scratch.customers[station.customer as usize].kind;
                    station.begin.saturating_add(day.mean[kind as usize]).max(now)
                }
            };
            scratch.free_at.push(free_at);
        }
        scratch.free_at.sort_unstable();
        let mut free_at = scratch.free_at.iter();
        to_come.any(|(booking, _)| free_at.next().is_none_or(|&free| free > booking.at))
    }
}
