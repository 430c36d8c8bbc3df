//! Days of an office, from opening to the last departure, as Markov chains.

mod crowd;
mod handover;
mod office;
mod queues;
mod two_classes;

pub use handover::{ChangingPeriod, ChangingQueue};
pub use office::{Appointment, DayFigures, OfficeDay, Period};
pub use two_classes::{PriorityDay, PriorityDayFigures, WalkIns};
