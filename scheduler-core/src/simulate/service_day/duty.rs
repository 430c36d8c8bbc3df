//! What clerks do: they come and go, have breaks, call and serve.

use super::{
    super::model::{BreakRule, Millis},
    clock::{Class, event, time_of},
    observer::{Observer, Visit},
    prepared::{CalendarEntry, Rooms, What},
    run::DayRun,
    scratch::{Customer, NO_TIME, State},
    sets::Set,
    stations::{NO_ROOM, Status},
};

impl<O: Observer, S: Set> DayRun<'_, O, S> {
    /// Something that was fixed before the day began.
    pub(super) fn turn_page(&mut self, entry: CalendarEntry) {
        let desk = entry.desk as usize;
        match entry.what {
            What::ShiftStart { until } => self.start_shift(desk, until),
            What::ShiftEnd => {
                if self.scratch.stations[desk].status == Status::Idle {
                    self.end_shift(desk);
                }
            }
            What::DeskStart => self.scratch.stations[desk].at_desk = true,
            What::DeskEnd => self.scratch.stations[desk].at_desk = false,
            What::Sit(kind) => self.sit(desk, kind),
            What::Stand => self.stand(desk),
            What::Break(index) => self.announce_break(desk, index),
            What::Shared => {
                self.shared_due += 1;
                let on_duty = |desk: &usize| self.now < self.scratch.stations[*desk].duty_until;
                let desk = self.scratch.all_idle().find(on_duty);
                if let Some(desk) = desk {
                    self.start_due_break(desk);
                }
            }
        }
    }

    fn start_shift(&mut self, desk: usize, until: Millis) {
        // Who is absent has nothing to serve; who serves since the last shift goes on.
        let lines = self.day.desks[desk].lines;
        if self.scratch.stations[desk].absent {
            return;
        }
        self.count_overwork(desk);
        self.scratch.stations[desk].duty_until = until;
        self.scratch.set_lines(desk, lines);
        if matches!(self.scratch.stations[desk].status, Status::Off | Status::Idle) {
            self.call(desk, S::EMPTY);
        }
    }

    /// The clerk goes, or stays on call for those whom nobody else will serve. Returns which.
    fn end_shift(&mut self, desk: usize) -> bool {
        let station = &self.scratch.stations[desk];
        let last = station.duty_until == self.day.desks[desk].last_end;
        let lines = if last { station.covers } else { 0 };
        if lines != station.lines {
            self.scratch.set_lines(desk, lines);
        }
        if lines == 0 {
            self.occupy(desk, Status::Off);
            self.scratch.stations[desk].free_at = Millis::MAX;
            self.scratch.rest(desk);
        }
        lines != 0
    }

    fn announce_break(&mut self, desk: usize, index: u32) {
        let now = self.now;
        let station = &mut self.scratch.stations[desk];
        let on_duty = now < station.duty_until;
        station.due_breaks = index + 1;
        match station.status {
            Status::Serving if on_duty && self.day.model.break_rule == BreakRule::Preempt => {
                station.next_break = index + 1;
                if let Some(length) = self.day.break_length(desk, index, now) {
                    let end = time_of(self.scratch.ends.of(desk)).saturating_add(length);
                    self.scratch.ends.set(desk, event(end, Class::Departure, desk as u32));
                    self.end.paused += u64::from(length);
                }
            }
            Status::Idle if on_duty => {
                self.start_due_break(desk);
            }
            // Nobody has a break outside of working hours.
            Status::Off | Status::Idle => station.next_break = index + 1,
            Status::Serving | Status::Paused => {}
        }
    }

    /// Starts a break that is due, if there is one.
    fn start_due_break(&mut self, desk: usize) -> bool {
        loop {
            let station = &mut self.scratch.stations[desk];
            if station.next_break >= station.due_breaks {
                break;
            }
            station.next_break += 1;
            let index = station.next_break - 1;
            if let Some(length) = self.day.break_length(desk, index, self.now) {
                self.pause(desk, length);
                return true;
            }
        }
        while self.shared_taken < self.shared_due {
            self.shared_taken += 1;
            if let Some(length) = self.day.shared_length(self.shared_taken - 1, self.now) {
                self.pause(desk, length);
                return true;
            }
        }
        false
    }

    fn pause(&mut self, desk: usize, length: Millis) {
        self.occupy(desk, Status::Paused);
        let until = self.now.saturating_add(length).min(self.scratch.stations[desk].duty_until);
        self.end.paused += u64::from(until - self.now);
        self.scratch.stations[desk].free_at = until;
        self.scratch.ends.set(desk, event(until, Class::End, desk as u32));
    }

    /// A customer has been served or a break is over.
    #[inline]
    pub(super) fn finish(&mut self, desk: usize) {
        let serves = self.scratch.stations[desk].status == Status::Serving;
        let opened = if serves { self.depart(desk) } else { S::EMPTY };
        if self.scratch.stations[desk].wants != NO_ROOM {
            self.take_seat(desk);
        }
        let station = &self.scratch.stations[desk];
        if self.now >= station.duty_until {
            self.count_overwork(desk);
            if !self.end_shift(desk) {
                return self.settle(None, opened);
            }
        } else if (station.next_break < station.due_breaks || self.shared_taken < self.shared_due)
            && self.start_due_break(desk)
        {
            return self.settle(None, opened);
        }
        self.call(desk, opened);
    }

    /// The customer leaves. Returns the lines for which a room is free now and none was before.
    #[inline]
    fn depart(&mut self, desk: usize) -> S {
        let station = &mut self.scratch.stations[desk];
        let customer = &self.scratch.customers[station.customer as usize];
        let kind = &self.day.model.kinds[customer.kind as usize];
        let visit = Visit {
            kind: customer.kind,
            channel: kind.channel,
            service: kind.service,
            entity: customer.entity,
            index: customer.index,
            arrival: customer.arrival,
            due: (customer.due != NO_TIME).then_some(customer.due),
            begin: station.begin,
            end: self.now,
            clerk: self.day.desks[desk].clerk,
        };
        self.observer.served(&visit);
        self.end.last_departure = self.now;
        if station.room == NO_ROOM {
            return S::EMPTY;
        }
        let room = std::mem::replace(&mut station.room, NO_ROOM);
        self.give_up_room(room)
    }

    /// A room is free. Returns the lines for which one is now and none was before.
    #[inline]
    fn give_up_room(&mut self, room: u32) -> S {
        let kind = &mut self.scratch.rooms[room as usize];
        kind.free += 1;
        kind.open = kind.lines;
        let lines = S::of(kind.lines);
        let opened = lines & !self.roomy;
        self.roomy = self.roomy | lines;
        opened
    }

    /// The clerk sits down in a room of this kind, or will after the next customer.
    fn sit(&mut self, desk: usize, kind: u32) {
        let station = &mut self.scratch.stations[desk];
        if station.absent {
            return;
        }
        station.wants = kind;
        self.take_seat(desk);
        let station = &self.scratch.stations[desk];
        if station.status == Status::Idle {
            // Somebody may wait for whom there was no room.
            let lines = S::of(station.lines);
            self.settle(Some(desk), lines);
        }
    }

    /// Makes a room that the clerk wants their own, if it is free or the clerk is in one.
    fn take_seat(&mut self, desk: usize) {
        let station = &mut self.scratch.stations[desk];
        let wanted = station.wants;
        if station.room == wanted {
            station.room = NO_ROOM;
        } else {
            let kind = &mut self.scratch.rooms[wanted as usize];
            if kind.free == 0 {
                return;
            }
            kind.free -= 1;
            if kind.free == 0 {
                kind.open = 0;
                self.roomy = Rooms::open(&self.scratch.rooms);
            }
        }
        let rooms = self.scratch.rooms.iter();
        let nowhere = rooms.filter(|kind| kind.is_none()).fold(0, |set, kind| set | kind.lines);
        let fits = self.scratch.rooms[wanted as usize].lines | nowhere;
        let station = &mut self.scratch.stations[desk];
        (station.seat, station.wants) = (wanted, NO_ROOM);
        let lines = station.lines & fits;
        self.scratch.set_lines(desk, lines);
    }

    /// The clerk stands up; who is served there still is.
    fn stand(&mut self, desk: usize) {
        let station = &mut self.scratch.stations[desk];
        station.wants = NO_ROOM;
        let seat = std::mem::replace(&mut station.seat, NO_ROOM);
        if seat == NO_ROOM {
            return;
        }
        let opened = if station.status == Status::Serving && station.room == NO_ROOM {
            station.room = seat;
            S::EMPTY
        } else {
            self.give_up_room(seat)
        };
        if self.scratch.stations[desk].status == Status::Off {
            return self.settle(None, opened);
        }
        // After the last shift a clerk stays for some only.
        let station = &self.scratch.stations[desk];
        let on_duty = self.now < station.duty_until;
        let lines = if on_duty { self.day.desks[desk].lines } else { station.lines };
        self.scratch.set_lines(desk, lines);
        let freed = (self.scratch.stations[desk].status == Status::Idle).then_some(desk);
        let own = freed.map_or(S::EMPTY, |_| S::of(lines));
        self.settle(freed, opened | own);
    }

    /// Work since the end of the shift that has not been counted yet.
    fn count_overwork(&mut self, desk: usize) {
        let station = &mut self.scratch.stations[desk];
        if matches!(station.status, Status::Serving | Status::Paused) {
            let from = station.duty_until.max(station.counted_until);
            self.end.worked_over += u64::from(self.now.saturating_sub(from));
            station.counted_until = self.now;
        }
    }

    /// A clerk who is free calls the next, or is idle; others call too from lines whose rooms have
    /// opened.
    #[inline]
    fn call(&mut self, desk: usize, opened: S) {
        let others =
            self.day.protects || opened & self.filled != S::EMPTY && self.scratch.is_any_idle();
        if !others && let Some((_, line)) = self.best(desk) {
            return self.begin_with_first(desk, line);
        }
        let station = &mut self.scratch.stations[desk];
        station.status = Status::Idle;
        station.free_at = 0;
        self.scratch.set_idle(desk, true);
        if others {
            self.settle(Some(desk), opened);
        }
        // Last, as who calls has another event at once.
        if self.scratch.stations[desk].status == Status::Idle {
            self.scratch.rest(desk);
        }
    }

    /// Lets idle clerks call until none of them can: who has become idle, and others, as a room was
    /// given up or an appointment is no longer due.
    pub(super) fn settle(&mut self, freed: Option<usize>, opened: S) {
        if !self.day.protects && opened == S::EMPTY {
            return;
        }
        if self.day.agree {
            let own = freed.map_or(S::EMPTY, |desk| S::of(self.scratch.stations[desk].lines));
            while let Some((desk, line)) = self.best_for_idle(opened | own) {
                self.begin_with_first(desk, line);
            }
        } else {
            self.settle_one_by_one(freed, opened);
        }
    }

    /// The same where each clerk has to be asked.
    fn settle_one_by_one(&mut self, freed: Option<usize>, opened: S) {
        let protects = self.day.protects;
        while self.scratch.lines.waiting > 0 {
            let mut best = None;
            let mut last = None;
            for word in 0..self.scratch.idle.len() {
                let mut idle = self.scratch.idle[word];
                while idle != 0 {
                    let desk = word * 64 + idle.trailing_zeros() as usize;
                    idle &= idle - 1;
                    let station = &self.scratch.stations[desk];
                    let can = protects
                        || freed == Some(desk)
                        || S::of(station.lines) & opened != S::EMPTY;
                    // Who can do the same would call the same, and the first of them calls.
                    let able = (station.lines, station.own, station.at_desk);
                    if !can || last == Some(able) {
                        continue;
                    }
                    last = Some(able);
                    if let Some((place, line)) = self.best(desk)
                        && best.is_none_or(|(first, _, _)| place < first)
                    {
                        best = Some((place, desk, line));
                    }
                }
            }
            let Some((_, desk, line)) = best else { break };
            self.begin_with_first(desk, line);
        }
    }

    /// The clerk begins to serve the first of a line.
    fn begin_with_first(&mut self, desk: usize, line: u8) {
        let who = self.scratch.lines.pop(line);
        self.leave(who, line);
        self.begin(desk, who);
    }

    /// The clerk begins to serve somebody who is not in line.
    #[inline(always)]
    pub(super) fn begin(&mut self, desk: usize, who: u32) {
        let customer = &mut self.scratch.customers[who as usize];
        customer.state = State::Gone;
        let Customer { service, kind, line, .. } = *customer;
        self.occupy(desk, Status::Serving);
        let sits = self.scratch.stations[desk].seat != NO_ROOM;
        let room = if sits { NO_ROOM } else { self.take_room(line) };
        let station = &mut self.scratch.stations[desk];
        station.customer = who;
        station.room = room;
        station.begin = self.now;
        station.free_at = self.now.saturating_add(self.day.mean[kind as usize]);
        self.end.busy += u64::from(service);
        let end = self.now.saturating_add(service);
        self.scratch.ends.set(desk, event(end, Class::Departure, desk as u32));
    }

    /// The clerk is idle no more.
    #[inline]
    fn occupy(&mut self, desk: usize, status: Status) {
        let station = &mut self.scratch.stations[desk];
        if station.status == Status::Idle {
            if let Some((from, until)) = station.expects.take() {
                self.end.idle_for_missed += u64::from(self.now.min(until) - from);
            }
            self.scratch.set_idle(desk, false);
        }
        self.scratch.stations[desk].status = status;
    }

    /// Takes a room of the kind that can be spared most easily. Returns which.
    #[inline]
    fn take_room(&mut self, line: u8) -> u32 {
        let mut kinds = self.scratch.rooms.iter_mut().zip(0..);
        let Some((kind, index)) = kinds.find(|(kind, _)| S::of(kind.open).has(line)) else {
            return NO_ROOM;
        };
        kind.free -= 1;
        if kind.free == 0 {
            kind.open = 0;
            self.roomy = Rooms::open(&self.scratch.rooms);
        }
        index
    }
}
