//! In which language whoever asks reads

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};
use scheduler_core::report::Language;

use crate::http::app::Shared;

/// The language of the header `Accept-Language`: German where that comes before English, else English.
#[derive(Debug, Clone, Copy)]
pub struct Reads(pub Language);

impl FromRequestParts<Shared> for Reads {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &Shared) -> Result<Self, Infallible> {
        let asked = parts.headers.get(header::ACCEPT_LANGUAGE);
        Ok(Self(preferred(asked.and_then(|value| value.to_str().ok()).unwrap_or_default())))
    }
}

/// The first language of `header` that findings are written in. Clients list what they prefer first,
/// weights or not.
fn preferred(header: &str) -> Language {
    let known = header.split(',').find_map(|range| {
        let tag = range.trim().split([';', '-']).next().unwrap_or_default();
        match tag.to_ascii_lowercase().as_str() {
            "de" => Some(Language::German),
            "en" => Some(Language::English),
            _ => None,
        }
    });
    known.unwrap_or(Language::English)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_known_is_taken() {
        for (header, expected) in [
            ("", Language::English),
            ("de", Language::German),
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("fr, DE;q=0.5", Language::German),
            ("en-GB, de", Language::English),
            ("*", Language::English),
        ] {
            assert_eq!(preferred(header), expected, "{header}");
        }
    }
}
