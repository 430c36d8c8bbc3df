//! Which addresses the service calls by itself: public ones. Whoever could have it call others would look
//! through it into networks that it stands in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether `address` can be reached from everywhere: no loopback, private, link-local, metadata or
/// otherwise special one, however it is written.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// By the registry of special addresses (RFC 6890 and what it has grown by).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || address.is_private()
        || address.is_loopback()
        // 169.254.169.254 is where clouds tell who asks everything.
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        // Shared by providers (RFC 6598), protocols (RFC 6890), benchmarks (RFC 2544), relays
        // (RFC 7526), reserved (RFC 1112).
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && b == 88 && c == 99)
        || a >= 240;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let words = address.segments();
    let last = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    // An address of version 4 in the clothes of one of version 6 is what is inside.
    match words {
        [0, 0, 0, 0, 0, 0xffff, high, low] => return is_public_v4(last(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => return is_public_v4(last(high, low)),
        [0x2002, high, low, ..] => return is_public_v4(last(high, low)),
        _ => {}
    }
    let global = words[0] & 0xe000 == 0x2000;
    // Protocols with Teredo (RFC 2928, RFC 4380), documentation (RFC 3849, RFC 9637).
    let special = (words[0] == 0x2001 && (words[1] < 0x200 || words[1] == 0xdb8))
        || (words[0] == 0x3fff && words[1] < 0x1000);
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_called() {
        for public in ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "2a00::1"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "3fff::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "::a00:1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }
}
