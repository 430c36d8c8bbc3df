//! Learning from histories whose truth is known.

mod adopt;
mod histories;
mod privacy;
