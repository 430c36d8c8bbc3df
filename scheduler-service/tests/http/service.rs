//! What operators ask, and a real listener

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::harness::Town;

#[tokio::test]
async fn figures_count_requests_searches_and_holds() {
    let town = Town::open().await;
    town.starts("card", "2027-03-01").await;
    town.hold("card", "hall", "2027-03-01T09:00:00+01:00").await.ok(201);
    town.hold("card", "hall", "2027-03-01T09:00:00+01:00").await.ok(409);
    let reply = town.get("/metrics").await.ok(200);
    let text = reply.body.as_str().unwrap();
    for figure in [
        "scheduler_requests_total{route=\"/v1/slots/search\",method=\"POST\",status=\"200\"}",
        "scheduler_request_seconds_bucket{route=\"/v1/holds\",method=\"POST\",le=\"0.1\"}",
        "scheduler_search_seconds_count",
        "scheduler_holds_total{outcome=\"held\"}",
        "scheduler_holds_total{outcome=\"refused\"}",
        "scheduler_conflicts_total",
        "scheduler_commits_total",
        "scheduler_version_conflicts_total",
        "scheduler_holds_expired_total",
        "scheduler_queue_depth{pool=\"writer\"}",
    ] {
        assert!(text.contains(figure), "{figure} is not in\n{text}");
    }
}

#[tokio::test]
async fn a_request_keeps_the_id_that_it_came_with() {
    let town = Town::open().await;
    let reply = town.header("x-request-id", "abc-1").get("/healthz").await;
    assert_eq!(reply.header("x-request-id"), "abc-1");
    let reply = town.header("x-request-id", &"x".repeat(129)).get("/healthz").await;
    assert!(uuid::Uuid::try_parse(reply.header("x-request-id")).is_ok());
}

#[tokio::test]
async fn the_service_stops_when_what_is_under_way_is_answered() {
    let town = Town::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let router = town.router.clone();
    let served = tokio::spawn(async move {
        let stop = async { stopped.await.unwrap() };
        axum::serve(listener, router).with_graceful_shutdown(stop).await
    });
    // Half of a request is under way when the service is asked to stop.
    let body =
        r#"{"site":"hall","start":"2027-03-01T09:00:00+01:00","basket":[{"service":"card"}]}"#;
    let mut stream = connect(address).await;
    let head = format!(
        "POST /v1/holds HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         idempotency-key: k\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The service asks for the body: the request has begun.
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 100");
    stop.send(()).unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.contains("HTTP/1.1 201"), "{rest}");
    served.await.unwrap().unwrap();
    town.office.close().await;
    assert!(TcpStream::connect(address).await.is_err());
    town.get("/readyz").await.is(503, "unavailable");
    let reply = town.hold("card", "hall", "2027-03-01T08:00:00+01:00").await;
    assert_eq!(reply.status, 503, "what comes after is not acknowledged");
    assert_ne!(reply.header("retry-after"), "");
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}
