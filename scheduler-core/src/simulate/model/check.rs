//! What a model must fulfil so that the event loop need not look.

use thiserror::Error;

use super::{Booking, DayModel, Millis, QueueSet};

/// Why a model cannot be simulated. These are mistakes of the program that made the model; what
/// users write is judged where it is read.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A queue number from [`QueueSet::MOST`] on.
    #[error("queue {0} is too great: at most {most} queues are possible", most = QueueSet::MOST)]
    Queue(u32),
    /// More combinations of queue, channel and priority than the loop can tell apart.
    #[error("{0} combinations of queue, channel and priority: at most 128 are possible")]
    TooManyLines(usize),
    /// A booking or a mix refers to a kind that is not there, or of the other channel.
    #[error("there is no kind {0} of this channel")]
    Kind(u32),
    /// A clerk sits in a room of a kind that is not there.
    #[error("there is no kind {0} of rooms")]
    Room(u32),
    /// Bookings, segments, shifts or breaks are not in order, overlap or end before they begin.
    #[error("times are out of order at {0} ms")]
    Order(Millis),
    /// A rate, share or probability is negative, not finite or above its range.
    #[error("{0} is not a possible rate, share or probability")]
    Value(f64),
    /// More clerks, bookings or expected walk-ins than the loop can number.
    #[error("the model is too large")]
    TooLarge,
}

/// The event loop numbers clerks and customers with so many bits.
const MOST: usize = 1 << 28;

impl DayModel {
    /// Whether the event loop can run this.
    ///
    /// # Errors
    ///
    /// The first [`ModelError`] that is found.
    pub fn check(&self) -> Result<(), ModelError> {
        for kind in &self.kinds {
            if kind.queue >= QueueSet::MOST {
                return Err(ModelError::Queue(kind.queue));
            }
        }
        if self.closes < self.opens || self.ticket_stop > self.closes {
            return Err(ModelError::Order(self.ticket_stop));
        }
        for clerk in &self.clerks {
            in_order(clerk.shifts.iter().copied())?;
            in_order(clerk.desk.iter().copied())?;
            in_order(clerk.seats.iter().map(|seat| (seat.from, seat.until)))?;
            if let Some(seat) = clerk.seats.iter().find(|s| s.room as usize >= self.rooms.len()) {
                return Err(ModelError::Room(seat.room));
            }
            in_order(clerk.breaks.iter().map(|b| (b.at, b.at.saturating_add(b.length))))?;
        }
        if !self.shared_breaks.is_sorted() {
            return Err(ModelError::Order(self.shared_breaks[0].at));
        }
        self.check_book(&self.appointments)?;
        self.check_walk_ins()?;
        if self.clerks.len() >= MOST || self.kinds.len() > usize::from(u16::MAX) {
            return Err(ModelError::TooLarge);
        }
        Ok(())
    }

    /// Whether `book` can be the book of this day.
    ///
    /// # Errors
    ///
    /// The first [`ModelError`] that is found.
    pub fn check_book(&self, book: &[Booking]) -> Result<(), ModelError> {
        if book.len() >= MOST {
            return Err(ModelError::TooLarge);
        }
        let mut last = 0;
        for booking in book {
            if booking.at < last {
                return Err(ModelError::Order(booking.at));
            }
            last = booking.at;
            let kind = self.kinds.get(booking.kind as usize);
            if kind.is_none_or(|kind| kind.channel != super::Channel::Appointment) {
                return Err(ModelError::Kind(booking.kind));
            }
            if !(0.0..=1.0).contains(&booking.show) {
                return Err(ModelError::Value(f64::from(booking.show)));
            }
        }
        Ok(())
    }

    fn check_walk_ins(&self) -> Result<(), ModelError> {
        in_order(self.walk_ins.iter().map(|segment| (segment.from, segment.until)))?;
        let mut expected = 0.0;
        for segment in &self.walk_ins {
            if !(segment.per_hour >= 0.0 && segment.per_hour.is_finite()) {
                return Err(ModelError::Value(segment.per_hour));
            }
            expected += segment.per_hour * f64::from(segment.until - segment.from) / 3.6e6;
            for &(kind, share) in &segment.mix {
                let of = self.kinds.get(kind as usize);
                if of.is_none_or(|kind| kind.channel != super::Channel::WalkIn) {
                    return Err(ModelError::Kind(kind));
                }
                if !(share > 0.0 && share.is_finite()) {
                    return Err(ModelError::Value(share));
                }
            }
        }
        // Room for the Poisson distribution to exceed its mean.
        if expected < MOST as f64 / 2.0 { Ok(()) } else { Err(ModelError::TooLarge) }
    }
}

/// Whether windows are in order, disjoint, and none ends before it begins.
fn in_order(windows: impl Iterator<Item = (Millis, Millis)>) -> Result<(), ModelError> {
    let mut last = 0;
    for (from, until) in windows {
        if from < last || until < from {
            return Err(ModelError::Order(from));
        }
        last = until;
    }
    Ok(())
}
