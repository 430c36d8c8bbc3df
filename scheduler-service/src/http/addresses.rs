//! From which address a request comes, also through proxies, and how often one may ask.
//!
//! Whoever is connected says by a header for whom it asks, and only proxies that are trusted are
//! believed: from the last hop towards the first, until one is named that is none of them. What is
//! before that hop may have been made up by it.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use clap::ValueEnum;

use crate::http::app::{App, Shared};
use crate::http::problem::{self, Answer, HttpError};

/// The address that a connection comes from; set where it is served.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The address that a request comes from, as far as it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Addresses that begin alike, such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// Bits that all of them have in common.
    prefix: u8,
}

impl Network {
    /// Whether `address` is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let differ = |bits: u32, one: u128, other: u128| {
            let rest = bits - u32::from(self.prefix).min(bits);
            // All bits are free where nothing is in common.
            (one ^ other).checked_shr(rest).unwrap_or_default()
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                differ(32, own.to_bits().into(), other.to_bits().into()) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                differ(128, own.to_bits(), other.to_bits()) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no network such as 10.0.0.0/8 or 2001:db8::/32");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.trim().parse().ok().filter(|&bits| bits <= most),
            None => Some(most),
        };
        Ok(Self { address: address.to_canonical(), prefix: prefix.ok_or_else(wrong)? })
    }
}

/// The header by which proxies say for whom they ask.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Header {
    /// `X-Forwarded-For`.
    #[default]
    #[value(name = "x-forwarded-for")]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Most hops that are looked at.
const MOST_HOPS: usize = 32;

/// Who is believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// Addresses of proxies that say for whom they ask.
    pub trusted: Vec<Network>,
    /// How they say it.
    pub header: Header,
}

impl Proxies {
    /// The address of the last hop that is no trusted proxy; that of the first of these where what it
    /// says is no address.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let hops = self.hops(headers);
        for hop in hops.iter().rev().take(MOST_HOPS) {
            if !self.trusts(client) {
                break;
            }
            match hop {
                Some(before) => client = before.to_canonical(),
                None => break,
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// The hops that the headers name, the first proxy's first; `None` for what is no address.
    fn hops(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let name = match self.header {
            Header::XForwardedFor => X_FORWARDED_FOR,
            Header::Forwarded => header::FORWARDED,
        };
        let mut hops = Vec::new();
        for value in headers.get_all(name) {
            // What cannot be read names nobody.
            let Ok(text) = value.to_str() else {
                hops.push(None);
                continue;
            };
            match self.header {
                Header::XForwardedFor => hops.extend(text.split(',').map(node)),
                Header::Forwarded => {
                    hops.extend(outside_quotes(text, ',').into_iter().map(forwarded_for));
                }
            }
        }
        hops
    }
}

/// The address of an element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = outside_quotes(element, ';');
    let value = pairs.into_iter().find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim())
    })?;
    let value = match value.strip_prefix('"') {
        Some(rest) => Cow::Owned(rest.strip_suffix('"')?.replace('\\', "")),
        None => Cow::Borrowed(value),
    };
    node(&value)
}

/// The parts of `text` between `separator`s that are in no quotes.
fn outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |letter: char| {
        let is_separator = letter == separator && !quoted;
        if letter == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = letter == '\\' && quoted && !escaped;
        is_separator
    })
    .collect()
}

/// An address, perhaps with a port.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    text.parse().ok().or_else(with_port).or_else(|| in_brackets().map(IpAddr::V6))
}

/// Under which name an address is limited: who has an IPv6 address has 2⁶⁴ of them.
fn limited_as(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
            format!("{network}/64")
        }
    }
}

/// Counts a place that `visitor` keeps with a key that everybody can read. This machine itself is not
/// limited.
///
/// # Errors
/// 429
pub fn count_hold(app: &App, visitor: IpAddr) -> Answer<()> {
    if visitor.is_loopback() {
        return Ok(());
    }
    app.visitors.take(&limited_as(visitor), app.instant()).map_err(|wait| {
        let detail = "too many appointments were begun from this address";
        HttpError::new(problem::TOO_MANY_REQUESTS, detail).retry_after(whole_seconds(wait))
    })
}

/// Whole seconds after which `wait` is over.
fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
}

/// Learns from which address a request comes, and refuses it where that asks too often. This machine
/// itself is not limited.
pub async fn limited(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    if let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() {
        let address = app.settings().proxies.client(peer, request.headers());
        if !address.is_loopback()
            && let Err(wait) = app.addresses.take(&limited_as(address), app.instant())
        {
            metrics::counter!("scheduler_addresses_limited_total").increment(1);
            let detail = "too many requests come from this address";
            let error = HttpError::new(problem::TOO_MANY_REQUESTS, detail);
            return error.retry_after(whole_seconds(wait)).into_response();
        }
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(trusted: &[&str], header: Header, peer: &str, values: &[&str]) -> IpAddr {
        let trusted = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let name = match header {
            Header::XForwardedFor => X_FORWARDED_FOR,
            Header::Forwarded => header::FORWARDED,
        };
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), value.parse().unwrap());
        }
        Proxies { trusted, header }.client(address(peer), &headers)
    }

    #[test]
    fn networks_are_read_and_contain_what_begins_alike() {
        let network = |text: &str| Network::from_str(text).unwrap();
        assert!(network("10.0.0.0/8").contains(address("10.255.0.1")));
        assert!(!network("10.0.0.0/8").contains(address("11.0.0.1")));
        assert!(network("10.1.2.3").contains(address("10.1.2.3")));
        assert!(!network("10.1.2.3").contains(address("10.1.2.4")));
        assert!(network("0.0.0.0/0").contains(address("203.0.113.9")));
        assert!(!network("0.0.0.0/0").contains(address("2001:db8::1")));
        assert!(network("::/0").contains(address("2001:db8::1")));
        assert!(network("2001:db8::/32").contains(address("2001:db8:ffff::1")));
        assert!(!network("2001:db8::/33").contains(address("2001:db8:ffff::1")));
        assert!(network("127.0.0.1").contains(address("::ffff:127.0.0.1")), "a mapped address");
        for wrong in ["", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "2001:db8::/129"] {
            Network::from_str(wrong).unwrap_err();
        }
    }

    #[test]
    fn who_is_not_trusted_is_not_believed() {
        let header = Header::XForwardedFor;
        let spoofed = client(&["10.0.0.0/8"], header, "203.0.113.9", &["198.51.100.1"]);
        assert_eq!(spoofed, address("203.0.113.9"));
        assert_eq!(client(&[], header, "10.0.0.1", &["198.51.100.1"]), address("10.0.0.1"));
    }

    #[test]
    fn the_last_hop_that_is_no_trusted_proxy_is_the_client() {
        let trusted = ["10.0.0.0/8", "127.0.0.1"];
        let header = Header::XForwardedFor;
        let found = |values: &[&str]| client(&trusted, header, "127.0.0.1", values);
        assert_eq!(found(&["198.51.100.1"]), address("198.51.100.1"));
        // The first one was made up by the client.
        assert_eq!(found(&["1.2.3.4, 198.51.100.1, 10.0.0.2"]), address("198.51.100.1"));
        // Several lines are one list.
        assert_eq!(found(&["1.2.3.4", "198.51.100.1,10.0.0.2"]), address("198.51.100.1"));
        assert_eq!(found(&["198.51.100.1:4711"]), address("198.51.100.1"));
        assert_eq!(found(&["[2001:db8::1]:443"]), address("2001:db8::1"));
        // All are proxies, or nothing is said.
        assert_eq!(found(&["10.0.0.3, 10.0.0.2"]), address("10.0.0.3"));
        assert_eq!(found(&[]), address("127.0.0.1"));
        // What is no address stops at who said it.
        assert_eq!(found(&["198.51.100.1, nonsense, 10.0.0.2"]), address("10.0.0.2"));
    }

    #[test]
    fn forwarded_is_read_as_its_standard_says() {
        let found = |value: &str| client(&["127.0.0.1"], Header::Forwarded, "127.0.0.1", &[value]);
        assert_eq!(found("for=192.0.2.60;proto=http;by=203.0.113.43"), address("192.0.2.60"));
        assert_eq!(found("For=\"[2001:db8:cafe::17]:4711\""), address("2001:db8:cafe::17"));
        assert_eq!(found("for=1.2.3.4, for=192.0.2.60"), address("192.0.2.60"));
        assert_eq!(found("for=1.2.3.4, proto=\"a,b;for=9.9.9.9\";for=5.6.7.8"), address("5.6.7.8"));
        for nobody in ["for=unknown", "for=_hidden", "proto=http", "for=\"192.0.2.60"] {
            assert_eq!(found(nobody), address("127.0.0.1"), "{nobody}");
        }
        // The other header says nothing then.
        let other =
            Proxies { trusted: vec!["127.0.0.1".parse().unwrap()], header: Header::Forwarded };
        let mut headers = HeaderMap::new();
        headers.insert(X_FORWARDED_FOR, "198.51.100.1".parse().unwrap());
        assert_eq!(other.client(address("127.0.0.1"), &headers), address("127.0.0.1"));
    }

    #[test]
    fn all_addresses_of_an_ipv6_network_share_a_limit() {
        assert_eq!(limited_as(address("203.0.113.9")), "203.0.113.9");
        let one = limited_as(address("2001:db8:1:2:3:4:5:6"));
        assert_eq!(one, limited_as(address("2001:db8:1:2::9")));
        assert_ne!(one, limited_as(address("2001:db8:1:3::9")));
    }
}
