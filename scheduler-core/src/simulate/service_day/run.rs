//! The loop: one event after the other until nothing is left to happen.

use std::cmp::Reverse;

use super::{
    super::{
        model::Millis,
        random::{Draws, Purpose},
        sample::Quantiles,
    },
    DayEnd,
    clock::{Class, NEVER, class_of, event, index_of, time_of},
    lines::NO_KEY,
    observer::{Leaver, Left, Observer},
    prepared::{PreparedDay, Rooms, Today},
    scratch::{Customer, NO_TIME, Scratch, State},
    sets::{LineSet, Set},
    stations::each_set,
};

/// Runs one day. Everything random comes from `draws`; the same model, book, absences and draws give
/// the same day. Needs no memory once `scratch` has grown to the size of the day.
pub fn run_day<O: Observer>(
    day: &PreparedDay,
    today: Today<'_>,
    draws: Draws,
    scratch: &mut Scratch,
    observer: &mut O,
) -> DayEnd {
    scratch.draw_arrivals(day, today, draws, observer);
    run_arrived(day, today, draws, scratch, observer)
}

/// Runs a day for which `scratch` knows who comes when.
pub(super) fn run_arrived<O: Observer>(
    day: &PreparedDay,
    today: Today<'_>,
    draws: Draws,
    scratch: &mut Scratch,
    observer: &mut O,
) -> DayEnd {
    let mut end = if day.lines.len() <= u64::MOST {
        DayRun::<O, u64>::new(day, today, draws, scratch, observer).all()
    } else {
        DayRun::<O, LineSet>::new(day, today, draws, scratch, observer).all()
    };
    end.overtime = end.last_departure.saturating_sub(day.model.closes);
    end
}

/// The state of a day. Clerks are numbered as in [`PreparedDay::desks`].
pub(super) struct DayRun<'a, O, S> {
    pub day: &'a PreparedDay,
    pub today: Today<'a>,
    draws: Draws,
    pub scratch: &'a mut Scratch,
    pub observer: &'a mut O,
    pub now: Millis,
    /// How many have got in line.
    pub arrived: u64,
    tickets: u32,
    /// Lines in which somebody waits.
    pub filled: S,
    /// Lines for which a room is free.
    pub roomy: S,
    /// Up to where waiting has been counted.
    counted_until: Millis,
    /// The first booking whose time has not passed; kept for protected appointments only.
    pub next_due: usize,
    /// Breaks that were nobody's: how many are due, and how many of them are taken.
    pub shared_due: usize,
    pub shared_taken: usize,
    pub end: DayEnd,
}

impl<'a, O: Observer, S: Set> DayRun<'a, O, S> {
    fn new(
        day: &'a PreparedDay,
        today: Today<'a>,
        draws: Draws,
        scratch: &'a mut Scratch,
        observer: &'a mut O,
    ) -> Self {
        let staffed = scratch.seat(day, today);
        Self {
            day,
            today,
            draws,
            scratch,
            observer,
            now: 0,
            arrived: 0,
            tickets: 0,
            filled: S::EMPTY,
            roomy: if day.rooms.is_empty() { !S::EMPTY } else { Rooms::open(&day.rooms) },
            counted_until: 0,
            next_due: 0,
            shared_due: 0,
            shared_taken: 0,
            end: DayEnd { staffed, ..DayEnd::default() },
        }
    }

    fn all(mut self) -> DayEnd {
        let mut given = 0;
        loop {
            let next_given = self.scratch.given[given];
            let next = loop {
                let impatient = self.scratch.impatient.peek().map_or(NEVER, |first| first.0);
                let next = next_given.min(impatient);
                let clerk = self.scratch.ends.first();
                // A break that ends with the shift ends first.
                if clerk > next {
                    break next;
                }
                if clerk == NEVER {
                    return self.end;
                }
                self.now = time_of(clerk);
                self.finish(index_of(clerk));
            };
            self.now = time_of(next);
            let index = index_of(next);
            given += usize::from(next == next_given);
            match class_of(next) {
                Class::Appointment => self.arrive_booked(index as u32),
                Class::WalkIn => self.arrive_walk_in(index as u32),
                Class::Due => self.pass_due(index),
                Class::Impatience => self.lose_patience(index as u32),
                Class::Departure | Class::End | Class::Start => {
                    self.turn_page(self.day.entries[index]);
                }
            }
        }
    }

    #[inline]
    fn arrive_booked(&mut self, who: u32) {
        let line = self.customer(who).line;
        if self.scratch.covered[usize::from(line)] == 0 {
            return self.turn_away(who, Left::Nobody);
        }
        if self.let_in(who, line) {
            self.stay(who);
        }
    }

    #[inline]
    fn arrive_walk_in(&mut self, who: u32) {
        let model = &self.day.model;
        if self.now >= model.ticket_stop {
            return self.turn_away(who, Left::TicketStop);
        }
        let line = self.customer(who).line;
        if self.now >= self.scratch.covered[usize::from(line)] {
            return self.turn_away(who, Left::Nobody);
        }
        if model.ticket_cap.is_some_and(|cap| self.tickets >= cap) {
            return self.turn_away(who, Left::TicketCap);
        }
        let others = self.scratch.lines.walk_ins;
        if self.let_in(who, line) {
            if model.waiting_limit.is_some_and(|limit| others >= limit) {
                self.give_up(who);
                return self.turn_away(who, Left::Full);
            }
            self.stay(who);
        }
        self.tickets += 1;
    }

    /// Somebody is served at once or gets in line. Returns whether it is the line.
    #[inline]
    fn let_in(&mut self, who: u32, line: u8) -> bool {
        // Nobody waits for whom a clerk is idle and a room is free, so that nobody is passed over.
        if !self.day.protects
            && let Some(desk) = self.idle_with_room(line)
        {
            self.begin(desk, who);
            return false;
        }
        let key = self.key(who);
        self.join(who, line, key);
        if !self.day.protects {
            return true;
        }
        self.settle(None, S::EMPTY);
        self.customer(who).state == State::Waiting
    }

    /// A clerk who is idle and has a room for somebody of a line: first one who sits in it.
    #[inline(always)]
    fn idle_with_room(&self, line: u8) -> Option<usize> {
        let seated = if self.day.seats { self.scratch.seated_idle_for(line) } else { None };
        seated.or_else(|| self.roomy.has(line).then(|| self.scratch.idle_for(line)).flatten())
    }

    /// Somebody remains in line.
    #[inline(always)]
    fn stay(&mut self, who: u32) {
        self.end.most_waiting = self.end.most_waiting.max(self.scratch.lines.waiting);
        let kind = self.customer(who).kind;
        if let Some(patience) = &self.day.model.kinds[kind as usize].patience {
            self.limit_patience(who, patience);
        }
    }

    /// Apart from [`Self::stay`], which is on everybody's way.
    #[inline(never)]
    fn limit_patience(&mut self, who: u32, patience: &Quantiles) {
        let customer = self.customer(who);
        let (purpose, index) = if customer.due == NO_TIME {
            (Purpose::WalkInPatience, customer.index)
        } else {
            (Purpose::BookedPatience, 0)
        };
        let bits = self.draws.bits(purpose, customer.entity, index) >> 32;
        let until = self.now.saturating_add(patience.length(bits as u32));
        self.scratch.impatient.push(Reverse(event(until, Class::Impatience, who)));
    }

    fn lose_patience(&mut self, who: u32) {
        self.scratch.impatient.pop();
        if self.customer(who).state == State::Waiting {
            self.give_up(who);
            self.turn_away(who, Left::Impatient);
        }
    }

    /// Somebody gets in line.
    #[inline]
    fn join(&mut self, who: u32, line: u8, key: u64) {
        self.count_waiting();
        let customer = &mut self.scratch.customers[who as usize];
        customer.key = key;
        customer.state = State::Waiting;
        let lines = &mut self.scratch.lines;
        lines.insert(line, key, who);
        lines.waiting += 1;
        lines.walk_ins += u32::from(customer.due == NO_TIME);
        self.filled = self.filled | S::only(line);
    }

    /// Somebody has left the line.
    #[inline]
    pub(super) fn leave(&mut self, who: u32, line: u8) {
        self.count_waiting();
        let customer = &mut self.scratch.customers[who as usize];
        customer.state = State::Gone;
        let lines = &mut self.scratch.lines;
        lines.waiting -= 1;
        lines.walk_ins -= u32::from(customer.due == NO_TIME);
        let empty = lines.key(line) == NO_KEY;
        self.filled = self.filled & !if empty { S::only(line) } else { S::EMPTY };
    }

    /// Takes somebody out of the line who was not called.
    fn give_up(&mut self, who: u32) {
        let Customer { line, key, .. } = *self.customer(who);
        self.scratch.lines.remove(line, key);
        self.leave(who, line);
    }

    /// Counts what people have waited since the last change.
    #[inline]
    fn count_waiting(&mut self) {
        let passed = u64::from(self.now - self.counted_until);
        self.end.waited += u64::from(self.scratch.lines.waiting) * passed;
        self.counted_until = self.now;
    }

    #[cold]
    fn turn_away(&mut self, who: u32, why: Left) {
        let customer = &mut self.scratch.customers[who as usize];
        customer.state = State::Gone;
        let kind = &self.day.model.kinds[customer.kind as usize];
        self.observer.left(&Leaver {
            kind: customer.kind,
            channel: kind.channel,
            service: kind.service,
            entity: customer.entity,
            index: customer.index,
            arrival: customer.arrival,
            due: (customer.due != NO_TIME).then_some(customer.due),
            at: self.now,
            why,
        });
    }

    /// The time of an appointment has passed.
    fn pass_due(&mut self, booking: usize) {
        self.next_due = booking + 1;
        let customer = self.customer(booking as u32);
        if customer.arrival == NO_TIME {
            let until = self.now.saturating_add(self.day.mean[customer.kind as usize]);
            let line = customer.line;
            let stations = &self.scratch.stations;
            let idle = self.scratch.all_idle_for(line);
            let desk = each_set(idle).find(|&desk| stations[desk].expects.is_none());
            if let Some(desk) = desk {
                self.scratch.stations[desk].expects = Some((self.now, until));
            }
        }
        if self.day.protects {
            self.settle(None, S::EMPTY);
        }
    }

    #[inline]
    pub(super) fn customer(&self, who: u32) -> &Customer {
        &self.scratch.customers[who as usize]
    }
}
