//! Promises of a site-day: what is taken in, refused, moved and restored.

mod atomic;
mod cases;
mod hours;
mod machine;
mod office;
mod oracle;
mod walk_ins;
