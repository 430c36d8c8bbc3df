//! A day of a history once more, in the simulation: the very people who came, as long as each was
//! served, and the clerks of that day. Where the model is right it gives the waits that were
//! measured; where it does not, [`Explanation`]s say what the day had that the model does not know.
//! Then the same day as a variant of the scenario would have it.
//!
//! [`hindsight()`] says what the day would have been with everything known beforehand, and of which
//! decision what was lost.
//!
//! Nothing is random, and no clerk is named.

mod customers;
mod differences;
mod hindsight;
mod run;

pub use customers::{Customers, Incomplete, Staffing, StaffingBy};
pub use differences::{Explanation, explain};
pub use hindsight::{Hindsight, Losses, Range, hindsight};
pub use run::{ReplayError, Replayed, Seen, Waits, replay, waits};
