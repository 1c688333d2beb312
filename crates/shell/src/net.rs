//! Addresses of senders, and whose word on them is believed.

use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::visit::Peer;

/// A network: an address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    base: u128,
    bits: u32,
}

/// IPv4 addresses are compared as IPv6 ones of the form `::ffff:a.b.c.d`.
fn as_v6(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

impl Net {
    /// Reads `10.0.0.0/8`, `::1` or `192.0.2.7`.
    pub fn parse(text: &str) -> Option<Net> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address.parse::<IpAddr>().ok()?, Some(bits.parse::<u32>().ok()?)),
            None => (text.trim().parse().ok()?, None),
        };
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then(|| Net { base: as_v6(address), bits: 128 - most + bits })
    }

    /// Whether the address lies in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        self.bits == 0 || (as_v6(address) ^ self.base) >> (128 - self.bits) == 0
    }
}

/// Where a request came from: through trusted proxies, the last address that none of them vouches for.
pub(crate) fn peer(direct: IpAddr, headers: &HeaderMap, https: bool, trusts: impl Fn(IpAddr) -> bool) -> Peer {
    let text = |name: &str| headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    let direct = direct.to_canonical();
    let mut peer = Peer { address: direct, secure: https, forwarded_by_stranger: false };
    let chain: Vec<&str> = text("x-forwarded-for").flat_map(|line| line.split(',')).map(str::trim).collect();
    if !trusts(direct) {
        peer.forwarded_by_stranger = !chain.is_empty() || headers.contains_key("forwarded");
        return peer;
    }
    for address in chain.iter().rev() {
        let Ok(address) = address.parse::<IpAddr>() else { break };
        peer.address = address.to_canonical();
        if !trusts(peer.address) {
            break;
        }
    }
    peer.secure = https || text("x-forwarded-proto").any(|scheme| scheme.eq_ignore_ascii_case("https"));
    peer
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn from(direct: &str, forwarded: &str) -> IpAddr {
        let headers = HeaderMap::from_iter([(
            axum::http::HeaderName::from_static("x-forwarded-for"),
            HeaderValue::try_from(forwarded).unwrap(),
        )]);
        let trusted = Net::parse("10.0.0.0/8").unwrap();
        peer(ip(direct), &headers, false, |address| trusted.holds(address)).address
    }

    #[test]
    fn a_network_holds_its_own_addresses_only() {
        let net = Net::parse("10.0.0.0/8").unwrap();
        assert!(net.holds(ip("10.1.2.3")) && !net.holds(ip("11.0.0.1")));
        assert!(Net::parse("::1").unwrap().holds(ip("::1")));
        assert!(Net::parse("0.0.0.0/0").unwrap().holds(ip("8.8.8.8")));
        assert_eq!(Net::parse("10.0.0.0/33"), None);
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(from("203.0.113.9", "1.2.3.4"), ip("203.0.113.9"));
        assert_eq!(from("10.0.0.1", "1.2.3.4"), ip("1.2.3.4"));
        // What the client itself wrote stands left of what the proxy added.
        assert_eq!(from("10.0.0.1", "9.9.9.9, 1.2.3.4"), ip("1.2.3.4"));
        assert_eq!(from("10.0.0.1", "1.2.3.4, 10.0.0.2"), ip("1.2.3.4"));
        assert_eq!(from("10.0.0.1", "nonsense"), ip("10.0.0.1"));
    }

    #[test]
    fn corpus_forwarded_for() {
        crate::testing::replay("forwarded_for", |bytes| {
            from("10.0.0.1", &String::from_utf8_lossy(bytes));
        });
    }

    proptest! {
        #[test]
        fn any_header_gives_an_address(text in "[ -~]{0,60}") {
            let _ = from("10.0.0.1", &text);
        }
    }
}
