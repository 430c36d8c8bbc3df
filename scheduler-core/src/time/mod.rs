//! Grid steps, half-open windows of a day, and wall-clock time to instants.

mod window;
mod zone;

pub use window::{Grid, Step, Window};
pub use zone::{Zone, ZoneError};
