//! Receives webhooks, refuses forged and replayed ones, and prints each event once.
//!
//! ```console
//! $ cargo run --release -- serve --allow-private-webhooks &
//! $ WEBHOOK_SECRET=0123456789abcdef \
//!     cargo run --release -p scheduler-examples --example receive_webhooks -- 127.0.0.1:9000
//! ```
//!
//! A server of your own would keep the numbers that it has seen in its database.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Seconds after which a request is a replay, by this machine's clock.
const OLDEST: u64 = 300;

/// Largest request.
const MOST_BYTES: u64 = 64 << 10;

fn main() -> Result<()> {
    let secret = std::env::var("WEBHOOK_SECRET").map_err(|_| "WEBHOOK_SECRET is not set")?;
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9000".to_owned());
    let mut receiver = Receiver { secret, seen: BTreeSet::new() };
    for stream in TcpListener::bind(address)?.incoming() {
        let mut stream = stream?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let status = match read(&stream) {
            Ok(request) => receiver.take(&request, now()),
            Err(error) => {
                eprintln!("not read: {error}");
                "400 Bad Request"
            }
        };
        // Whoever has gone is told again.
        let _ =
            write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    Ok(())
}

struct Receiver {
    secret: String,
    /// Numbers of events that were taken.
    seen: BTreeSet<u64>,
}

struct Request {
    signature: String,
    body: Vec<u8>,
}

impl Receiver {
    /// The status to answer at `now`.
    fn take(&mut self, request: &Request, now: u64) -> &'static str {
        // First of all: nothing is believed, not even parsed, before it is known who says it.
        if let Err(why) = verify(&self.secret, request, now) {
            println!("refused: {why}");
            return "401 Unauthorized";
        }
        let Ok(event) = serde_json::from_slice::<Value>(&request.body) else {
            return "400 Bad Request";
        };
        let Some(number) = event["number"].as_u64() else { return "400 Bad Request" };
        if self.seen.insert(number) {
            let appointment = &event["appointment"];
            println!("{number} {} {} {}", event["type"], appointment["id"], appointment["start"]);
        }
        // A repeat is taken too: else it would come again.
        "204 No Content"
    }
}

/// Whether the service has sent the request, not long before `now`.
fn verify(secret: &str, request: &Request, now: u64) -> std::result::Result<(), &'static str> {
    let mut parts = request.signature.split(',');
    let time = parts.next().and_then(|part| part.strip_prefix("t="));
    let shown = parts.next().and_then(|part| part.strip_prefix("v1="));
    let (Some(time), Some(shown)) = (time, shown) else { return Err("it is not signed") };
    let shown = bytes(shown).ok_or("its signature is none")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| "no secret")?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(&request.body);
    // In a time that says nothing about how much of it was right.
    mac.verify_slice(&shown).map_err(|_| "its signature is forged")?;
    let time: u64 = time.parse().map_err(|_| "its time is none")?;
    if time.abs_diff(now) > OLDEST { Err("it is a replay") } else { Ok(()) }
}

/// The bytes that hexadecimal digits say.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let pairs = (0..text.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// One request, as HTTP/1.1 has it.
fn read(stream: &TcpStream) -> Result<Request> {
    let mut reader = BufReader::new(stream.take(MOST_BYTES));
    let (mut signature, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        match line.split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("webhook-signature") => {
                signature = value.trim().to_owned();
            }
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse()?;
            }
            _ => {}
        }
    }
    let mut body = vec![0; length.min(MOST_BYTES as usize)];
    reader.read_exact(&mut body)?;
    Ok(Request { signature, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By `printf '1.{"number":7}' | openssl dgst -sha256 -hmac 0123456789abcdef`.
    const SIGNED: &str = "a72a3fa787e54760574c9bdc8b0eb0c504e973df12d18ee81c84470375956d57";

    #[test]
    fn forged_and_replayed_ones_are_refused_and_repeats_are_taken_once() {
        let mut receiver =
            Receiver { secret: "0123456789abcdef".to_owned(), seen: BTreeSet::new() };
        let request = |signature: &str, body: &str| Request {
            signature: signature.to_owned(),
            body: body.as_bytes().to_vec(),
        };
        let body = r#"{"number":7}"#;
        let genuine = request(&format!("t=1,v1={SIGNED}"), body);
        assert_eq!(receiver.take(&genuine, 1), "204 No Content");
        assert_eq!(receiver.take(&genuine, 301), "204 No Content");
        assert_eq!(receiver.seen.len(), 1);
        assert_eq!(receiver.take(&genuine, 302), "401 Unauthorized", "a replay");
        let again = request(&format!("t=302,v1={SIGNED}"), body);
        assert_eq!(receiver.take(&again, 302), "401 Unauthorized", "with a newer time");
        let other = request(&format!("t=1,v1={SIGNED}"), r#"{"number":8}"#);
        assert_eq!(receiver.take(&other, 1), "401 Unauthorized", "with another body");
        for unsigned in ["", "t=1", "t=1,v1=", "t=1,v1=zz", "v1=00,t=1"] {
            assert_eq!(receiver.take(&request(unsigned, body), 1), "401 Unauthorized");
        }
        assert_eq!(receiver.seen.len(), 1);
    }
}
