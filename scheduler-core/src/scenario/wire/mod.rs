//! The wire form as one definition: what `wire!`, `words!` and `choice!` declare is at once the
//! type, its reader, its writer and its description, from which the hints for misspelt fields, the
//! order of findings, the JSON Schema (feature `schema`) and `docs/scenario.md` come.
//!
//! ```
//! use scheduler_core::scenario::Site;
//! use scheduler_core::scenario::wire::{self, Part as _};
//!
//! let fields: Vec<&str> = Site::OBJECT.fields().iter().map(|field| field.name).collect();
//! assert_eq!(fields[..2], ["id", "name"]);
//!
//! let found = wire::read::<Site>(br#"{ "id": 7, "opne": [] }"#, &Default::default())?.findings();
//! let places: Vec<_> = found.iter().map(|found| (found.code, found.pointer.as_str())).collect();
//! assert_eq!(
//!     places,
//!     [("field.type", "/id"), ("field.missing", "/open"), ("field.unknown", "/opne")]
//! );
//! # Ok::<(), scheduler_core::scenario::Findings>(())
//! ```

mod define;
mod kind;
mod limits;
mod order;
mod read;
#[cfg(feature = "schema")]
pub mod schema;
mod values;
mod write;

pub use super::json::Tree;
pub use kind::{Choice, Field, Form, Kind, Object, Word, Words, plain};
pub use limits::Walk;
pub(crate) use order::sort_key;
pub use read::{Cursor, Fields, Part, Reader, Reading, Wire, deserialize, read, read_value};
pub use write::{write, write_part};

pub(crate) use limits::check_limits;
pub(in crate::scenario) use read::read_tree;
