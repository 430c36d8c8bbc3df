//! The pages for people. What they do is tested in a browser, in `ui/tests`.

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use tower::ServiceExt;

use super::harness::{Town, wide};

async fn get(town: &Town, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    town.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn browsers_get_the_planners_page_and_programs_nothing() {
    let town = Town::open().await;
    let page = get(&town, "/", &[BROWSER]).await;
    assert_eq!(
        (page.status().as_u16(), header(&page, "content-type")),
        (200, "text/html; charset=utf-8")
    );
    let policy = header(&page, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
    assert!(header(&page, "vary").contains("accept"));
    town.get("/").await.is(404, "not-found");
}

#[tokio::test]
async fn all_that_the_pages_load_is_served() {
    let town = Town::open().await;
    for path in ["/", "/book"] {
        let page = get(&town, path, &[BROWSER]).await;
        let html = to_bytes(page.into_body(), usize::MAX).await.unwrap();
        let html = String::from_utf8(html.to_vec()).unwrap();
        let named = html.split('"').filter(|part| part.starts_with("/ui/"));
        let named: Vec<&str> = named.collect();
        assert!(named.len() >= 3, "{html}");
        for file in named {
            let first = get(&town, file, &[]).await;
            assert_eq!(first.status(), 200, "{file}");
            assert_eq!(header(&first, "cache-control"), "no-cache");
            let tag = header(&first, "etag");
            let again = get(&town, file, &[("if-none-match", tag)]).await;
            assert_eq!((again.status().as_u16(), header(&again, "etag")), (304, tag), "{file}");
        }
    }
    for path in ["/ui/nothing.js", "/ui/../Cargo.toml", "/ui/%2e%2e/tests/town.js"] {
        town.get(path).await.is(404, "not-found");
    }
}

#[tokio::test]
async fn pages_of_origins_that_may_use_the_paths_may_show_the_booking_page() {
    let mut settings = wide();
    settings.cors = vec!["https://town.example".to_owned()];
    let town = Town::with(settings).await;
    let page = get(&town, "/book", &[BROWSER]).await;
    let policy = header(&page, "content-security-policy");
    assert!(policy.ends_with("frame-ancestors 'self' https://town.example"), "{policy}");
}

#[tokio::test]
async fn the_accessibility_statement_names_the_contact_as_text() {
    let mut settings = wide();
    settings.contact = Some("https://town.example/?a=1&b=\"<x>".to_owned());
    let town = Town::with(settings).await;
    let page = get(&town, "/accessibility", &[BROWSER]).await;
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    let html = to_bytes(page.into_body(), usize::MAX).await.unwrap();
    let html = String::from_utf8(html.to_vec()).unwrap();
    assert_eq!(html.matches("href=\"https://town.example/?a=1&amp;b=&quot;&lt;x>\"").count(), 2);
    assert!(!html.contains("data-contact"));
    let without = get(&Town::open().await, "/accessibility", &[BROWSER]).await;
    let html = to_bytes(without.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8(html.to_vec()).unwrap().contains("hidden data-contact"));
}

#[tokio::test]
async fn whoever_reads_german_is_told_in_german_what_went_wrong() {
    let town = Town::open().await;
    let german = town.header("accept-language", "de-DE,de;q=0.9");
    let missing = german.get("/v1/rooms/moon").await.is(404, "not-found");
    assert_eq!(missing.body["title"], "Das gibt es nicht");
    assert_eq!(missing.header("content-language"), "de");
    assert_eq!(missing.header("content-type"), "application/problem+json");
    let english = town.get("/v1/rooms/moon").await.is(404, "not-found");
    assert_eq!(english.body["title"], "There is no such thing");
    let texts = |reply: &super::harness::Reply| {
        let all = reply.body["definitions"].as_array().unwrap().iter();
        all.map(|one| one["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (told, ours) = (german.get("/v1/definitions").await, town.get("/v1/definitions").await);
    assert_eq!(texts(&told).len(), texts(&ours).len());
    assert!(texts(&told).iter().zip(texts(&ours)).all(|(german, english)| *german != english));
}
