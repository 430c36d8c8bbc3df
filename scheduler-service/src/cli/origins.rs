//! Where in tables the scenario of this command stands, for whoever prints findings about it.

use std::cell::RefCell;
use std::sync::Arc;

use crate::tables::found::{At, Found};
use crate::tables::origins::Origins;

thread_local! {
    /// The tables that the scenario of this command comes from, and what was noted about them.
    static READ: RefCell<(Option<Arc<Origins>>, Vec<Found>)> = const { RefCell::new((None, Vec::new())) };
}

/// Where in the tables that were read a JSON pointer leads; nothing where no tables were read.
pub(super) fn at(pointer: &str) -> Option<At> {
    READ.with_borrow(|(origins, _)| origins.as_ref()?.at(pointer))
}

/// Keeps where the scenario stands, and what was noted about its tables.
pub(super) fn keep(origins: Option<Arc<Origins>>, notes: Vec<Found>) {
    READ.with_borrow_mut(|read| *read = (origins, notes));
}

/// What was noted about tables and has not been told.
pub(super) fn notes() -> Vec<Found> {
    READ.with_borrow_mut(|(_, notes)| std::mem::take(notes))
}
