//! Learning from histories whose truth is known.

mod adopt;
mod drift;
mod effects;
mod histories;
mod privacy;
