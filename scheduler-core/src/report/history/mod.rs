//! What was learnt from a history of visits, and what became of a day once more, as text and
//! pictures in both languages.

mod drifted;
mod learned;
mod pictures;
mod replayed;
mod words;

pub use drifted::drift_text;
pub use learned::{Named, learned_text};
pub use pictures::{Picture, learned_pictures};
pub use replayed::{ReplayCase, replay_text};
