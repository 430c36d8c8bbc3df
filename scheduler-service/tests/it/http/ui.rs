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
