//! In which language whoever asks reads, and answers in it

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Request};
use axum::http::{HeaderValue, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use scheduler_core::report::Language;

use crate::http::app::Shared;
use crate::http::problem::ProblemDetails;
use crate::http::problem_words::told;

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

/// The languages of the header `Accept-Language` as primary tags, what is preferred first: for names, which
/// may be in any of them.
#[derive(Debug, Clone, Default)]
pub struct Tongues(pub Vec<String>);

impl FromRequestParts<Shared> for Tongues {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &Shared) -> Result<Self, Infallible> {
        let asked = parts.headers.get(header::ACCEPT_LANGUAGE);
        Ok(Self(tongues(asked.and_then(|value| value.to_str().ok()).unwrap_or_default())))
    }
}

/// Most languages that are looked at.
const MOST_TONGUES: usize = 20;

fn tongues(header: &str) -> Vec<String> {
    let weighted = |range: &str| {
        let mut parts = range.trim().split(';');
        let tag = parts.next()?.split('-').next()?.trim().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f64>().ok());
        let weight = weight.unwrap_or(1.0);
        (tag.len() >= 2 && weight > 0.0).then_some((tag, weight))
    };
    let mut all: Vec<(String, f64)> =
        header.split(',').take(MOST_TONGUES).filter_map(weighted).collect();
    // Of equal weight in the order given.
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    all.into_iter().map(|(tag, _)| tag).collect()
}

/// Tells what went wrong in the language of whoever asks; and of all that is for programs says which
/// language its texts have, and that another reader might get others.
pub async fn told_in(request: Request, next: Next) -> Response {
    let asked = request.headers().get(header::ACCEPT_LANGUAGE);
    let language = preferred(asked.and_then(|value| value.to_str().ok()).unwrap_or_default());
    let mut response = next.run(request).await;
    let details = response.extensions().get::<Arc<ProblemDetails>>();
    if let Some(details) = details.filter(|_| language != Language::English) {
        let body = Json(told(details, language)).into_response().into_body();
        let (mut head, _) = response.into_parts();
        head.headers.remove(header::CONTENT_LENGTH);
        response = Response::from_parts(head, body);
    }
    if is_json(&response) {
        let tag = match language {
            Language::English => "en",
            Language::German => "de",
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(tag));
        headers.append(header::VARY, HeaderValue::from_static("accept-language"));
    }
    response
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| {
        ["application/json", "application/problem+json"].iter().any(|json| kind.starts_with(json))
    })
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
    fn names_are_told_in_what_is_preferred() {
        for (header, expected) in [
            ("", vec![]),
            ("tr", vec!["tr"]),
            ("de;q=0.5, uk-UA, en;q=0.8", vec!["uk", "en", "de"]),
            ("FR-ca,fr;q=0.9,*;q=0.1,de;q=0", vec!["fr", "fr"]),
            ("en;q=x,,;,de", vec!["en", "de"]),
        ] {
            assert_eq!(tongues(header), expected, "{header}");
        }
    }

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
