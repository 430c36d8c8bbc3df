//! Who comes when, worked out before the day begins: what somebody brings along does not depend on
//! what happens at the counters.

use super::{
    super::{
        model::{CallPolicy, Millis},
        random::{Draws, Purpose},
    },
    clock::{Class, NEVER, event},
    observer::{Missed, Observer},
    prepared::{PreparedDay, Today},
    scratch::{Customer, NO_TIME, Scratch, State, UNIT},
};

impl Scratch {
    /// Fills [`Self::customers`] and [`Self::given`].
    pub(super) fn draw_arrivals<O: Observer>(
        &mut self,
        day: &PreparedDay,
        today: Today<'_>,
        draws: Draws,
        observer: &mut O,
    ) {
        self.customers.clear();
        self.given.clear();
        self.given.extend(&day.calendar);
        self.draw_appointments(day, today, draws, observer);
        self.draw_walk_ins(day, today.crowd, draws);
        self.given.sort_unstable();
        self.given.push(NEVER);
    }

    fn draw_appointments<O: Observer>(
        &mut self,
        day: &PreparedDay,
        today: Today<'_>,
        draws: Draws,
        observer: &mut O,
    ) {
        let lateness = &day.model.lateness;
        let protects = day.model.policy == CallPolicy::Protected;
        for (index, booking) in (0_u32..).zip(today.book) {
            let kind = &day.model.kinds[booking.kind as usize];
            let bits = draws.bits(Purpose::Show, booking.entity, 0);
            let shows = ((bits >> 32) as f64) < f64::from(booking.show) * 32.0_f64.exp2();
            if !shows || protects {
                self.given.push(event(booking.at, Class::Due, index));
            }
            let mut customer = Customer {
                arrival: NO_TIME,
                due: booking.at,
                service: 0,
                kind: booking.kind,
                entity: booking.entity,
                index,
                line: day.line_of[booking.kind as usize],
                state: State::Away,
                key: 0,
            };
            if shows {
                let late = lateness.table.as_ref().map_or(0, |table| table.at(bits as u32));
                let arrival = booking.at.saturating_add_signed(late).max(lateness.not_before);
                let service = draws.bits(Purpose::BookedService, booking.entity, 0) >> 32;
                customer.arrival = arrival;
                customer.service = kind.duration.length(service as u32);
                self.given.push(event(arrival, Class::Appointment, index));
            } else {
                observer.missed(&Missed {
                    index,
                    kind: booking.kind,
                    service: kind.service,
                    entity: booking.entity,
                    due: booking.at,
                });
            }
            self.customers.push(customer);
        }
    }

    /// Poisson processes: the time between arrivals is exponential at the rate of the piece, and
    /// what of it a piece does not use up goes on in the next.
    fn draw_walk_ins(&mut self, day: &PreparedDay, crowd: f64, draws: Draws) {
        // Never quite nobody, so that times between arrivals are numbers.
        let crowd = crowd.max(1e-9);
        for process in &day.processes {
            let kind = &day.model.kinds[process.kind as usize];
            let line = day.line_of[process.kind as usize];
            let mut index = 0;
            let gap = |unit: &super::super::sample::Quantiles, index: u32| {
                let bits = draws.bits(Purpose::Gap, kind.entity, index) >> 32;
                f64::from(unit.at(bits as u32)) / UNIT
            };
            let mut left = gap(&self.unit, index);
            for piece in &process.pieces {
                let mut time = piece.from;
                let mean_gap = piece.gap / crowd;
                loop {
                    let next = time + left * mean_gap;
                    if next >= piece.until {
                        left -= (piece.until - time) / mean_gap;
                        break;
                    }
                    time = next;
                    let service = draws.bits(Purpose::WalkInService, kind.entity, index) >> 32;
                    let who = self.customers.len() as u32;
                    self.given.push(event(time as Millis, Class::WalkIn, who));
                    self.customers.push(Customer {
                        arrival: time as Millis,
                        due: NO_TIME,
                        service: kind.duration.length(service as u32),
                        kind: process.kind,
                        entity: kind.entity,
                        index,
                        line,
                        state: State::Away,
                        key: 0,
                    });
                    index += 1;
                    left = gap(&self.unit, index);
                }
            }
        }
    }
}
