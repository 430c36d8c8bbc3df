//! From which address a request comes, and how often one may ask

use std::net::SocketAddr;
use std::time::Duration;

use scheduler_service::config::HttpSettings;
use scheduler_service::http::addresses::{Header, Proxies};
use scheduler_service::http::connections::{self, ConnectionLimits};
use scheduler_service::http::limits::Rate;
use scheduler_service::http::router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::harness::{Town, wide};

const ROOM: ConnectionLimits = ConnectionLimits {
    most: 100,
    head: Duration::from_secs(30),
    write: Duration::from_secs(30),
    least_rate: 4096,
    drain: Duration::from_secs(30),
};

/// A service of which this machine is the proxy, where it is trusted; five requests of an address.
async fn served(trusted: &[&str], header: Header) -> (Town, SocketAddr) {
    let trusted = trusted.iter().map(|network| network.parse().unwrap()).collect();
    let settings = HttpSettings {
        proxies: Proxies { trusted, header },
        addresses: Rate { per_second: 1, burst: 5 },
        ..wide()
    };
    let town = Town::with(settings).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router::router(town.app.clone());
    tokio::spawn(connections::serve(listener, router, ROOM, std::future::pending()));
    (town, address)
}

async fn status(address: SocketAddr, header: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request =
        format!("GET /v1/sites HTTP/1.1\r\nhost: localhost\r\n{header}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

#[tokio::test]
async fn an_address_behind_a_trusted_proxy_has_a_limit_of_its_own() {
    let (_town, address) = served(&["127.0.0.0/8"], Header::XForwardedFor).await;
    let one = "x-forwarded-for: 198.51.100.1, 203.0.113.9\r\n";
    let mut statuses = Vec::new();
    for made_up in 0..8 {
        let header = format!("x-forwarded-for: 198.51.100.{made_up}, 203.0.113.9\r\n");
        statuses.push(status(address, &header).await.0);
    }
    let refused = statuses.iter().filter(|&&status| status == 429).count();
    assert!((2..=3).contains(&refused), "{statuses:?}");
    let (refused, answer) = status(address, one).await;
    assert_eq!(refused, 429);
    assert!(answer.contains("retry-after: ") && answer.contains("too-many-requests"), "{answer}");
    // Another address, and this machine itself, are served.
    assert_eq!(status(address, "x-forwarded-for: 203.0.113.10\r\n").await.0, 200);
    for _ in 0..8 {
        assert_eq!(status(address, "").await.0, 200);
    }
    // Addresses of one IPv6 network share theirs.
    let mut statuses = Vec::new();
    for host in 0..8 {
        let header = format!("x-forwarded-for: 2001:db8::{host}\r\n");
        statuses.push(status(address, &header).await.0);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn without_trust_the_header_says_nothing() {
    let (_town, address) = served(&[], Header::XForwardedFor).await;
    // This machine is not limited, whoever it says that it asks for.
    for _ in 0..8 {
        assert_eq!(status(address, "x-forwarded-for: 203.0.113.9\r\n").await.0, 200);
    }
    let (_town, address) = served(&["127.0.0.1"], Header::Forwarded).await;
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(status(address, "forwarded: for=\"203.0.113.9:80\";proto=https\r\n").await.0);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    for _ in 0..8 {
        assert_eq!(status(address, "x-forwarded-for: 203.0.113.9\r\n").await.0, 200);
    }
}

#[tokio::test]
async fn a_visitor_of_a_page_holds_so_many_places_in_an_hour() {
    let settings = HttpSettings {
        proxies: Proxies {
            trusted: vec!["127.0.0.0/8".parse().unwrap()],
            header: Header::XForwardedFor,
        },
        visitor_holds: 3,
        ..wide()
    };
    let scopes = [
        ("page", "slots:read appointments:book", None),
        ("desk", "slots:read appointments:write", None),
    ];
    let (town, keys) = super::keys::locked_with(settings, &scopes).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router::router(town.app.clone());
    tokio::spawn(connections::serve(listener, router, ROOM, std::future::pending()));
    let hold = async |key: &str, visitor: &str, minute: u32| {
        let body = format!(
            r#"{{"site":"hall","start":"2027-03-01T09:{minute:02}:00+01:00","basket":[{{"service":"stamp"}}]}}"#
        );
        let request = format!(
            "POST /v1/holds HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
             idempotency-key: {visitor}-{minute}-{}\r\nx-forwarded-for: {visitor}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            &key[..9],
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer[9..12].parse::<u16>().unwrap()
    };
    // Whether the place is free is another question: it is the asking that counts.
    for minute in [0, 10, 20] {
        let status = hold(&keys[0], "203.0.113.9", minute).await;
        assert!(status == 201 || status == 409, "{status}");
    }
    assert_eq!(hold(&keys[0], "203.0.113.9", 30).await, 429);
    assert_ne!(hold(&keys[0], "203.0.113.10", 30).await, 429, "another visitor");
    assert_ne!(hold(&keys[1], "203.0.113.9", 40).await, 429, "an office behind one address");
}
