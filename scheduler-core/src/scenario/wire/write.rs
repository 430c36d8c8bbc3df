//! Writes parts.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::read::Part;

/// Writes a part as an object with its fields in order.
///
/// # Errors
/// Those of the writer.
pub fn write_part<P: Part, S: Serializer>(part: &P, to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(None)?;
    part.give(&mut map)?;
    map.end()
}

/// `value` as JSON; null where it cannot be.
pub fn write<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
