//! `/`, `/book` and `/ui/…`: the pages for people. They are clients of the paths under `/v1` like any
//! other, and what they may do is what the key that they are given may do.

use std::borrow::Cow;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::app::Shared;
use crate::http::problem::{self, HttpError};

/// What browsers load: nothing is built, scripts only leave their comments here.
#[derive(RustEmbed)]
#[folder = "ui/page/"]
struct Files;

/// What the pages may do: load what is served here, speak to the paths here, and nothing else.
/// Scripts come from files only, so that no text of a citizen or a planner can become one.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'self'; \
                      require-trusted-types-for 'script'; frame-ancestors";

/// The pages and what they load.
pub fn pages() -> Router<Shared> {
    Router::new()
        .route("/", get(planner))
        .route("/book", get(booking))
        .route("/accessibility", get(accessibility))
        .route("/ui/{*path}", get(file))
}

/// What is answered where nothing is.
pub fn no_such_path() -> HttpError {
    HttpError::new(problem::NOT_FOUND, "there is no such path; /openapi.json lists all")
}

/// The planner's page, where a browser asks: programs find nothing at `/`, as ever.
async fn planner(headers: HeaderMap) -> Response {
    let mut kinds = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut response = if kinds.any(|kinds| kinds.contains("text/html")) {
        served("index.html", &headers, "'none'")
    } else {
        no_such_path().into_response()
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// The page on which citizens book. Pages of the origins that may use the paths may show it.
async fn booking(State(app): State<Shared>, headers: HeaderMap) -> Response {
    app.refresh_keys().await;
    let origins = [app.settings().cors.as_slice(), &app.access().origins()].concat();
    served("book.html", &headers, format!("'self' {}", origins.join(" ")).trim_end())
}

/// What is known of how accessible the pages are, and where to tell that they are not.
async fn accessibility(State(app): State<Shared>, headers: HeaderMap) -> Response {
    let mut response = served("accessibility.html", &headers, "'self'");
    let Some(contact) = &app.settings().contact else { return response };
    let Some(EmbeddedFile { data, .. }) = Files::get("accessibility.html") else { return response };
    if response.status() == StatusCode::OK {
        let text = String::from_utf8_lossy(&data);
        let text = text.replace("hidden data-contact", "").replace("#contact", &escaped(contact));
        // Of the statement with another contact, and small enough to be sent each time.
        response.headers_mut().remove(header::ETAG);
        *response.body_mut() = text.into();
    }
    response
}

/// A text as the value of an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    served(&path, &headers, "'none'")
}

/// A file, which only pages of `ancestors` may show in a frame.
fn served(path: &str, headers: &HeaderMap, ancestors: &str) -> Response {
    let Some(EmbeddedFile { data, metadata }) = Files::get(path) else {
        return no_such_path().into_response();
    };
    let kind = metadata.mimetype();
    let kind =
        if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() };
    let hash = metadata.sha256_hash();
    let tag =
        hash[..16].iter().fold(String::from("\""), |tag, byte| format!("{tag}{byte:02x}")) + "\"";
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let known = known.filter_map(|value| value.to_str().ok()).any(|tags| tags.contains(&tag));
    // Asked for each time, so that after an update nobody has a page of two versions.
    let set = [
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, tag),
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::CONTENT_SECURITY_POLICY, format!("{POLICY} {ancestors}")),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin".to_owned()),
    ];
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => sent(path, data).into_response(),
    };
    for (name, value) in set {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// What is sent of a file.
fn sent(path: &str, data: Cow<'static, [u8]>) -> Vec<u8> {
    let ours = path.ends_with(".js") && !path.starts_with("vendor/");
    match std::str::from_utf8(&data) {
        Ok(script) if ours => bare(script).into_bytes(),
        _ => data.into_owned(),
    }
}

/// A script without indents and comments, which are for those who read the source: a fifth less to load.
/// No line goes, so that a browser names those of the source.
fn bare(script: &str) -> String {
    let mut code = String::with_capacity(script.len());
    let mut rest = script;
    while let Some((before, after)) = rest.split_once("/**") {
        code.push_str(before);
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        code.extend(comment.matches('\n'));
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    code.push_str(rest);
    let lines = code.split('\n').map(|line| match line.trim_start() {
        comment if comment.starts_with("//") => "",
        line => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_lose_comments_and_keep_their_lines() {
        let script = "// What it is.\n/**\n * How.\n */\nconst a = (/** @type {any} */ x) => {\n  // Why.\n  return 'http://x'; // kept\n};\n";
        assert_eq!(bare(script), "\n\n\n\nconst a = (x) => {\n\nreturn 'http://x'; // kept\n};\n");
    }

    #[test]
    fn what_others_wrote_is_sent_as_it_is() {
        let licence = "/** @license MIT */ x";
        assert_eq!(sent("vendor/core.js", licence.as_bytes().into()), licence.as_bytes());
        assert_eq!(sent("book.html", licence.as_bytes().into()), licence.as_bytes());
        assert_eq!(sent("dom.js", licence.as_bytes().into()), b"x");
    }

    /// What cannot be told from a comment without reading JavaScript as a whole is not in our scripts.
    #[test]
    fn no_string_of_a_script_looks_like_a_comment() {
        for path in
            Files::iter().filter(|path| path.ends_with(".js") && !path.starts_with("vendor/"))
        {
            let Some(file) = Files::get(&path) else { continue };
            let script = String::from_utf8_lossy(&file.data).into_owned();
            for line in script.lines() {
                // A template that goes over lines would lose its indents.
                assert_eq!(line.matches('`').count() % 2, 0, "{path}: {line}");
                let quoted =
                    line.contains("'/**") || line.contains("`/**") || line.contains("\"/**");
                assert!(!quoted, "{path}: {line}");
            }
        }
    }
}
