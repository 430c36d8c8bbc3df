//! What is wrong with a request, and where.

use serde::{Deserialize, Serialize};

/// Where a request is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct Violation {
    /// JSON pointer (RFC 6901) into the body, empty for all of it; `?name` for a parameter of the
    /// query, the name of a header for a header.
    #[cfg_attr(feature = "serve", schema(example = "/basket/0/persons"))]
    pub pointer: String,
    /// Stable name of what is wrong.
    #[cfg_attr(feature = "serve", schema(example = "range"))]
    pub code: String,
    /// What is wrong with which value, and what to do.
    #[cfg_attr(feature = "serve", schema(example = "0 is less than 1"))]
    pub detail: String,
}

impl Violation {
    /// A violation at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.to_owned(), detail: detail.into() }
    }

    /// What is wrong with a text that is to be kept, if anything is: databases do not keep every
    /// character, and a control character is in no name.
    pub fn of_text(pointer: &str, text: &str) -> Option<Self> {
        if text.chars().any(char::is_control) {
            let detail = format!("{text:?} has a control character; remove it");
            return Some(Self::new(pointer, "control-character", detail));
        }
        (text.chars().count() > Self::LONGEST_TEXT).then(|| {
            let detail = format!("it has more than {} characters", Self::LONGEST_TEXT);
            Self::new(pointer, "length", detail)
        })
    }

    /// Most characters of a text that is kept.
    pub const LONGEST_TEXT: usize = 200;
}
