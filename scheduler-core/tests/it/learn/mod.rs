//! Learning from histories whose truth is known.

mod histories;
mod privacy;
