//! What a scenario would be with some things changed.

mod apply;

pub use apply::{Applied, apply, settled};
