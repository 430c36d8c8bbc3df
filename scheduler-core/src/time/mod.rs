//! Grid steps, half-open windows of a day, and wall-clock time to instants.
//!
//! Three scales meet here. A *minute* counts from local midnight as the wall clock shows it
//! ([`Clock`]); a *step* is a minute on the [`Grid`]; an *instant* is a point of real time, which
//! only [`Zone`] can tell. On most dates every minute has one instant. Where the clock is set
//! forward some minutes have none, where it is set back some have two: [`Zone::clock_changes`]
//! names them.
//!
//! ```
//! use scheduler_core::time::{Clock, Zone};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let berlin = Zone::new("Europe/Berlin")?;
//! let date = "2027-07-01".parse()?;
//! let opens: Clock = "07:30".parse()?;
//! assert_eq!(berlin.instant(date, opens.0)?.to_rfc3339(), "2027-07-01T07:30:00+02:00");
//! # Ok(())
//! # }
//! ```

mod clock;
mod window;
mod zone;

pub use clock::{Clock, ClockError};
pub use window::{Grid, Step, Window};
pub use zone::{ClockChange, Zone, ZoneError};
