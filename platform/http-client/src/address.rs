//! Which addresses a user may make the server talk to.

use crate::{HttpError, Policy};
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The cause inside an error when the address policy said no.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(pub(crate) String);

/// Whether an address belongs to the public internet (IANA special-purpose registries, 2026).
/// For version 6 only global unicast counts, so mapped, translated and tunnelled forms of
/// version 4 addresses are never public.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)         // this network, private, loopback, multicast, reserved
            | (100, 64..=127, _)                 // carrier-grade NAT
            | (169, 254, _)                      // link-local and cloud metadata
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)                    // protocol assignments, documentation
            | (192, 88, 99)                      // 6to4 relays
            | (198, 18 | 19, _)                  // benchmarks
            | (198, 51, 100)
            | (203, 0, 113) // documentation
    )
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let global_unicast = a & 0xe000 == 0x2000;
    // Teredo, ORCHID and other protocol assignments; 6to4 carries a version 4 address;
    // documentation.
    let special = matches!(
        (a, b),
        (0x2001, 0..0x0200 | 0x0db8) | (0x2002, _) | (0x3fff, 0..0x1000)
    );
    global_unicast && !special
}

/// Whether a resolved address may be connected to.
pub(crate) fn may_reach(ip: IpAddr, reachable: &[IpAddr]) -> bool {
    reachable.contains(&ip) || is_public(ip) || kernel::sabotaged("ssrf")
}

/// Parses an address and, for a user's one, checks all that can be told without resolving it.
pub(crate) fn checked_url(
    policy: Policy,
    url: &str,
    reachable: &[IpAddr],
) -> Result<Url, HttpError> {
    let url =
        Url::parse(url).map_err(|error| HttpError::NotSent(format!("bad address: {error}")))?;
    match policy {
        Policy::Public => {
            check(&url, reachable).map_err(|refused| HttpError::Refused(refused.0))?;
        }
        Policy::Administrator if !matches!(url.scheme(), "http" | "https") => {
            return Err(HttpError::Refused("only http and https".to_owned()));
        }
        Policy::Administrator => {}
    }
    Ok(url)
}

/// Checks scheme and literal address; names are checked when they are resolved.
/// The parser has already turned decimal, octal, hexadecimal and short spellings into plain ones.
pub(crate) fn check(url: &Url, reachable: &[IpAddr]) -> Result<(), Refused> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refused("only http and https".to_owned()));
    }
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(ip) if !may_reach(ip, reachable) => Err(Refused(format!("{ip} is not public"))),
        _ if host.is_empty() => Err(Refused("no host".to_owned())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f16_special_addresses_are_not_public() {
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "192.1.0.1",
            "198.20.0.1",
            "2a02:6b8::1",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn f16_odd_spellings_of_loopback_are_seen_through() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://017700000001/",
            "http://127.1/",
            "http://0177.0.0.1/",
            "http://0x7f.0.0.1/",
            "http://127.0.0.1./",
            "http://１２７.0.0.1/",
            "http://①②⑦.0.0.1/",
            "http://127。0。0。1/",
            "http://0/",
            "http://[::1]/",
            "http://[0:0:0:0:0:0:0:1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://user:pass@127.0.0.1:80/",
            "http://169.254.169.254/latest",
            "http://%31%32%37.0.0.1/",
            "http:\\\\127.0.0.1\\",
            "http:127.0.0.1",
            "HTTP://[fe80::1]/",
        ] {
            let got = checked_url(Policy::Public, url, &[]);
            assert!(got.is_err(), "{url} gave {got:?}");
        }
    }

    #[test]
    fn f16_other_schemes_are_refused() {
        for url in [
            "file:///etc/passwd",
            "gopher://example.com/",
            "ftp://example.com/",
            "unix:/run/x",
            "data:,x",
        ] {
            assert!(
                matches!(
                    checked_url(Policy::Public, url, &[]),
                    Err(HttpError::Refused(_))
                ),
                "{url}"
            );
            assert!(
                matches!(
                    checked_url(Policy::Administrator, url, &[]),
                    Err(HttpError::Refused(_))
                ),
                "{url}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn f16_no_spelling_of_a_private_number_passes(n in 0x0a00_0000_u32..0x0b00_0000) {
            let [a, b, c, d] = n.to_be_bytes();
            for url in [
                format!("http://{n}/"), format!("http://{n:#x}/"), format!("http://0{n:o}/"),
                format!("http://{a:#x}.{b}.0{c:o}.{d}/"), format!("http://[::ffff:{a}.{b}.{c}.{d}]/"),
            ] {
                proptest::prop_assert!(checked_url(Policy::Public, &url, &[]).is_err(), "{url}");
            }
        }
        #[test]
        fn f16_any_text_is_parsed_or_refused(url in ".*") {
            let _ = checked_url(Policy::Public, &url, &[]);
        }
    }
}
