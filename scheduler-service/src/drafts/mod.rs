//! How two scenarios differ, entry by entry, and how changes of one are made to another: on JSON values,
//! so that it holds for drafts with mistakes too.

mod changes;
mod merge;

pub use changes::{Change, ChangeKind, changes};
pub use merge::{Conflict, Merged, merge};
