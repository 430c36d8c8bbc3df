//! Calendars (RFC 5545): closures and absences in, rosters out.
//!
//! [`ics`] reads the lines of a file, [`rule`] says on which days an event recurs, [`import`] puts what
//! falls into the horizon into a scenario, [`mod@write`] makes calendars of a roster, with
//! [the rules of their zone](zone), and [`feed`] those that are fetched of what is booked.

pub mod feed;
pub mod ics;
pub mod import;
pub mod rule;
pub mod write;
pub mod zone;
