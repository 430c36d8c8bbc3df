//! Learning from histories whose truth is known.

mod adopt;
mod effects;
mod histories;
mod privacy;
