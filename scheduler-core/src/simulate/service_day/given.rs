//! A day with the very customers of another: who came when, how long each was served, and how long
//! those who left had waited. Nothing is random.

use super::{
    super::{
        model::{Booking, Channel, Millis, ModelError},
        random::Draws,
    },
    DayEnd,
    clock::{Class, NEVER, event},
    observer::{Missed, Observer},
    prepared::{PreparedDay, Today},
    run::run_arrived,
    scratch::{Customer, NO_TIME, Scratch, State},
};

/// Somebody who came, or was to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenCustomer {
    /// Index of the kind in the model.
    pub kind: u32,
    /// The booked time of an appointment.
    pub due: Option<Millis>,
    /// When the customer came; `None` where nobody came to the appointment.
    pub arrival: Option<Millis>,
    /// How long the service takes.
    pub service: Millis,
    /// How long the customer waits before leaving; `None`: for ever.
    pub patience: Option<Millis>,
}

/// Runs a day with these customers: appointments first, in order of their booked time, then walk-ins.
/// What an observer sees of a customer has the place in this list as its index. Kinds should have no
/// patience of their own. The clerks in `absent` (indices in the model) do not come.
///
/// # Errors
/// [`ModelError`] where the list is not in order, or of kinds that the model does not have.
pub fn run_given<O: Observer>(
    day: &PreparedDay,
    customers: &[GivenCustomer],
    absent: &[u32],
    scratch: &mut Scratch,
    observer: &mut O,
) -> Result<DayEnd, ModelError> {
    let booked = customers.iter().take_while(|customer| customer.due.is_some());
    let book: Vec<Booking> = (0_u32..)
        .zip(booked)
        .map(|(entity, customer)| Booking {
            at: customer.due.unwrap_or(0),
            kind: customer.kind,
            show: if customer.arrival.is_some() { 1.0 } else { 0.0 },
            entity,
        })
        .collect();
    for customer in &customers[book.len()..] {
        let kind = day.model.kinds.get(customer.kind as usize);
        let walks_in = kind.is_some_and(|kind| kind.channel == Channel::WalkIn);
        if !walks_in || customer.due.is_some() {
            return Err(ModelError::Kind(customer.kind));
        }
    }
    let today = Today::new(day, &book, absent)?;
    scratch.take_given(day, customers, observer);
    Ok(run_arrived(day, today, Draws::new(0, 0, 0), scratch, observer))
}

impl Scratch {
    /// Fills [`Self::customers`] and [`Self::given`].
    fn take_given<O: Observer>(
        &mut self,
        day: &PreparedDay,
        customers: &[GivenCustomer],
        observer: &mut O,
    ) {
        self.customers.clear();
        self.given.clear();
        self.given.extend(&day.calendar);
        for (index, given) in (0_u32..).zip(customers) {
            self.customers.push(Customer {
                arrival: given.arrival.unwrap_or(NO_TIME),
                due: given.due.unwrap_or(NO_TIME),
                service: given.service,
                kind: given.kind,
                entity: index,
                index,
                line: day.line_of[given.kind as usize],
                state: State::Away,
                key: 0,
            });
            let class = if given.due.is_some() { Class::Appointment } else { Class::WalkIn };
            if let Some(arrival) = given.arrival {
                self.given.push(event(arrival, class, index));
                if let Some(patience) = given.patience {
                    let gone = arrival.saturating_add(patience);
                    self.given.push(event(gone, Class::Impatience, index));
                }
            }
            let Some(due) = given.due else { continue };
            if given.arrival.is_none() || day.protects {
                self.given.push(event(due, Class::Due, index));
            }
            if given.arrival.is_none() {
                let service = day.model.kinds[given.kind as usize].service;
                observer.missed(&Missed { index, kind: given.kind, service, entity: index, due });
            }
        }
        self.given.sort_unstable();
        self.given.push(NEVER);
    }
}
