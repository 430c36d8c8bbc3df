//! What operators ask, and a real listener

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use scheduler_service::config::HttpSettings;
use scheduler_service::http::connections::{self, ConnectionLimits};
use scheduler_service::http::router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, oneshot};

use super::harness::{Town, wide};

/// More than any test here needs.
const ROOM: ConnectionLimits = ConnectionLimits {
    most: 100,
    head: Duration::from_secs(30),
    write: Duration::from_secs(30),
    least_rate: 4096,
    drain: Duration::from_secs(30),
};

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
        connections::serve(listener, router, ROOM, async { stopped.await.unwrap() }).await;
    });
    // Half of a request is under way when the service is asked to stop.
    let body =
        r#"{"site":"hall","start":"2027-03-01T09:00:00+01:00","basket":[{"service":"card"}]}"#;
    let mut stream = connect(address).await;
    let head = format!(
        "POST /v1/holds HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
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
    served.await.unwrap();
    town.office.close().await;
    assert!(TcpStream::connect(address).await.is_err());
    town.get("/readyz").await.is(503, "unavailable");
    let reply = town.hold("card", "hall", "2027-03-01T08:00:00+01:00").await;
    assert_eq!(reply.status, 503, "what comes after is not acknowledged");
    assert_ne!(reply.header("retry-after"), "");
}

#[tokio::test]
async fn who_does_not_say_what_is_wanted_is_let_go() {
    let head = Duration::from_millis(100);
    let address = serving(Town::open().await.router, ConnectionLimits { head, ..ROOM }).await;
    for sent in ["", "GET /healthz HTTP/1.1\r\nhost: x\r\n"] {
        let mut stream = connect(address).await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut rest = String::new();
        stream.read_to_string(&mut rest).await.unwrap();
        assert!(!rest.contains("200 OK"), "{rest}");
    }
    // With time enough one connection does for several requests.
    let address = serving(Town::open().await.router, ROOM).await;
    let mut stream = connect(address).await;
    let request = "GET /healthz HTTP/1.1\r\nhost: x\r\n";
    stream
        .write_all(format!("{request}\r\n{request}connection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    assert_eq!(answers.matches("200 OK").count(), 2, "{answers}");
}

#[tokio::test]
async fn only_so_many_connections_are_served_at_a_time() {
    const MOST: usize = 3;
    // Every answer waits for two others: with fewer places than that none would ever come.
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static TOGETHER: OnceLock<Barrier> = OnceLock::new();
    async fn count() {
        assert!(NOW.fetch_add(1, Ordering::SeqCst) < MOST);
        TOGETHER.get_or_init(|| Barrier::new(MOST)).wait().await;
        NOW.fetch_sub(1, Ordering::SeqCst);
    }
    let router = Router::new().route("/", get(count));
    let address = serving(router, ConnectionLimits { most: MOST, ..ROOM }).await;
    let clients: Vec<_> = (0..7 * MOST).map(|_| tokio::spawn(ask(address))).collect();
    for client in clients {
        let answer = client.await.unwrap();
        assert!(answer.contains("200 OK"), "{answer}");
    }
}

/// A long answer that nobody reads, on so many connections.
async fn silent(address: SocketAddr, count: usize) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for _ in 0..count {
        let mut stream = connect(address).await;
        let request = "GET /long HTTP/1.1\r\nhost: x\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        streams.push(stream);
    }
    streams
}

/// Answers, one of them longer than the operating system keeps for a client.
fn answers() -> Router {
    Router::new()
        .route("/", get(|| async { "short" }))
        .route("/long", get(|| async { vec![b'x'; 64 << 20] }))
}

#[tokio::test]
async fn clients_that_never_read_or_never_ask_keep_nobody_out() {
    const MOST: usize = 8;
    let address = serving(answers(), ConnectionLimits { most: MOST, ..ROOM }).await;
    let mut never_ask = Vec::new();
    for _ in 0..3 * MOST {
        never_ask.push(connect(address).await);
    }
    assert!(ask(address).await.contains("short"));
    let _never_read = silent(address, 2 * MOST).await;
    let answer = tokio::time::timeout(Duration::from_secs(20), ask(address)).await.unwrap();
    assert!(answer.contains("short"), "{answer}");
}

#[tokio::test]
async fn who_does_not_take_the_answer_is_let_go() {
    let write = Duration::from_millis(100);
    let address = serving(answers(), ConnectionLimits { write, ..ROOM }).await;
    let mut stream = silent(address, 1).await.remove(0);
    // Until the other end is closed.
    loop {
        match stream.try_write(b"x") {
            Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => break,
            _ => tokio::time::sleep(write).await,
        }
    }
    let mut answer = Vec::new();
    // What was on its way may still come, and then nothing.
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.len() < 64 << 20, "{} bytes", answer.len());
}

#[tokio::test]
async fn stopping_waits_so_long_and_no_longer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = ConnectionLimits { drain: Duration::from_millis(100), ..ROOM };
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(connections::serve(listener, answers(), limits, async {
        stopped.await.unwrap();
    }));
    let _never_read = silent(address, 3).await;
    assert!(ask(address).await.contains("short"));
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), served).await.unwrap().unwrap();
}

#[tokio::test]
async fn whatever_method_a_client_makes_up_is_one_figure() {
    let town = Town::open().await;
    for word in ["FROB", "FROB1", "FROB2"] {
        let method = axum::http::Method::from_bytes(word.as_bytes()).unwrap();
        town.send(method, "/healthz", None).await.is(405, "method-not-allowed");
    }
    let reply = town.get("/metrics").await.ok(200);
    let text = reply.body.as_str().unwrap();
    assert!(!text.contains("FROB"), "{text}");
    let figure = "scheduler_requests_total{route=\"/healthz\",method=\"other\",status=\"405\"}";
    assert!(text.contains(figure), "{text}");
}

#[tokio::test]
async fn operators_have_a_listener_of_their_own() {
    let settings = HttpSettings { own_metrics: false, ..wide() };
    let town = Town::with(settings).await;
    town.get("/metrics").await.is(404, "not-found");
    let address = serving(router::admin(town.app.clone()), ROOM).await;
    for (path, status) in
        [("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/v1/sites", 404)]
    {
        let mut stream = connect(address).await;
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
    }
    town.app.set_stopping();
    town.get("/readyz").await.is(503, "unavailable");
    town.get("/healthz").await.ok(200);
}

async fn ask(address: SocketAddr) -> String {
    let mut stream = connect(address).await;
    let request = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// The address of a listener that serves `router` as long as the test runs.
async fn serving(router: Router, limits: ConnectionLimits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(connections::serve(listener, router, limits, std::future::pending()));
    address
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}
