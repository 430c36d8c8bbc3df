//! Logs of visits as ticket and booking systems export them: CSV with `;`, `,` or tabs, with or
//! without a byte order mark, in UTF-8 or Windows-1252, with ISO or German dates.
//!
//! Rows are read one after the other and given away as typed visits. What cannot be read is counted
//! and told with file, line, column and value; such a row is not used.
//!
//! [`book`] makes visits of what the service itself has noted.

#[cfg(feature = "serve")]
pub mod book;
mod columns;
mod rows;
mod times;
mod trouble;

pub use columns::{Column, ColumnNames};
pub use rows::{History, Names};
pub use trouble::{Example, HistoryError, Trouble, TroubleKind};
