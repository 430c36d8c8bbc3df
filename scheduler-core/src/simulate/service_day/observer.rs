//! What can be seen of a day.

use super::super::model::{Channel, Millis};

/// A customer who was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Index of the kind in the model.
    pub kind: u32,
    /// How the customer came to be here.
    pub channel: Channel,
    /// The caller's index of the service.
    pub service: u32,
    /// Key of the customer's random numbers: of the booking, or of the kind of walk-in.
    pub entity: u32,
    /// The how manieth walk-in of the kind, or the index of the booking.
    pub index: u32,
    /// When the customer came.
    pub arrival: Millis,
    /// The booked time, if there is one.
    pub due: Option<Millis>,
    /// When service began.
    pub begin: Millis,
    /// When the customer left.
    pub end: Millis,
    /// Index of the clerk in the model.
    pub clerk: u32,
}

impl Visit {
    /// From the arrival to the beginning of service.
    #[inline]
    pub fn wait(&self) -> Millis {
        self.begin - self.arrival
    }

    /// From the arrival or the booked time, whichever is later, to the beginning of service.
    #[inline]
    pub fn wait_after_due(&self) -> Millis {
        self.begin.saturating_sub(self.due.unwrap_or(0).max(self.arrival))
    }
}

/// A customer who came and was not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaver {
    /// Index of the kind in the model.
    pub kind: u32,
    /// How the customer came to be here.
    pub channel: Channel,
    /// The caller's index of the service.
    pub service: u32,
    /// Key of the customer's random numbers.
    pub entity: u32,
    /// The how manieth walk-in of the kind, or the index of the booking.
    pub index: u32,
    /// When the customer came.
    pub arrival: Millis,
    /// The booked time, if there is one.
    pub due: Option<Millis>,
    /// When the customer left.
    pub at: Millis,
    /// Why.
    pub why: Left,
}

/// Why a customer left without having been served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Left {
    /// Too many were waiting.
    Full,
    /// Tickets had stopped for the day.
    TicketStop,
    /// All tickets of the day were given out.
    TicketCap,
    /// Was not called in time.
    Impatient,
    /// Nobody who could serve is coming any more, or no room for it exists.
    Nobody,
}

impl Left {
    /// All of them, in the order in which results list them.
    pub const ALL: [Self; 5] =
        [Self::Full, Self::TicketStop, Self::TicketCap, Self::Impatient, Self::Nobody];
}

/// An appointment that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// Index into the book.
    pub index: u32,
    /// Index of the kind in the model.
    pub kind: u32,
    /// The caller's index of the service.
    pub service: u32,
    /// The booking's key of random numbers.
    pub entity: u32,
    /// The booked time.
    pub due: Millis,
}

/// Sees what happens on a day. What is not overridden costs nothing.
pub trait Observer {
    /// A customer leaves who was served.
    #[inline]
    fn served(&mut self, _visit: &Visit) {}

    /// A customer leaves who was not.
    #[inline]
    fn left(&mut self, _leaver: &Leaver) {}

    /// Somebody with an appointment does not come.
    #[inline]
    fn missed(&mut self, _missed: &Missed) {}
}

/// An observer that looks away.
impl Observer for () {}

/// Two observers that see the same.
impl<A: Observer, B: Observer> Observer for (A, B) {
    #[inline]
    fn served(&mut self, visit: &Visit) {
        self.0.served(visit);
        self.1.served(visit);
    }

    #[inline]
    fn left(&mut self, leaver: &Leaver) {
        self.0.left(leaver);
        self.1.left(leaver);
    }

    #[inline]
    fn missed(&mut self, missed: &Missed) {
        self.0.missed(missed);
        self.1.missed(missed);
    }
}

impl<O: Observer> Observer for &mut O {
    #[inline]
    fn served(&mut self, visit: &Visit) {
        (**self).served(visit);
    }

    #[inline]
    fn left(&mut self, leaver: &Leaver) {
        (**self).left(leaver);
    }

    #[inline]
    fn missed(&mut self, missed: &Missed) {
        (**self).missed(missed);
    }
}
