//! Promises of a site-day: what is taken in, refused, moved and restored.

mod atomic;
mod bookings;
mod cases;
mod definition;
mod hours;
mod machine;
mod office;
mod oracle;
mod walk_ins;
