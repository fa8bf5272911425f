//! Rules of pushes: which addresses may be written to, and what a push service's answer means.

/// What a push service's answer means for the push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// It will deliver.
    Taken,
    /// The device is subscribed no longer.
    Gone,
    /// Not now.
    Later,
    /// Not this push, however often.
    Refused,
}

/// Reads the status of an answer.
pub(crate) const fn answered(status: u16) -> Answered {
    match status {
        200..=299 => Answered::Taken,
        404 | 410 => Answered::Gone,
        408 | 429 | 500..=599 => Answered::Later,
        _ => Answered::Refused,
    }
}

/// The origin of a push address, which a signature names; `None` for what no browser gives. Whether the host may be
/// called at all is the business of the client's address policy.
pub(crate) fn push_origin(endpoint: &str) -> Option<String> {
    if endpoint.len() > 2048 || !endpoint.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let (scheme, rest) = endpoint.split_once("://")?;
    let host = rest
        .split(['/', '?', '#'])
        .next()
        .filter(|h| !h.is_empty() && !h.contains(['@', '\\']))?;
    // Browsers give https; plain http only where the service is on the very machine, as in tests.
    let near = ["127.0.0.1", "localhost", "[::1]"]
        .contains(&host.rsplit_once(':').map_or(host, |(name, _)| name));
    match scheme {
        "https" => Some(format!(
            "https://{}",
            host.strip_suffix(":443").unwrap_or(host)
        )),
        "http" if near => Some(format!("http://{host}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_address_is_https_or_on_this_machine() {
        let origin = |s: &str| push_origin(s).unwrap_or_default();
        assert_eq!(
            origin("https://fcm.googleapis.com/fcm/send/abc:def"),
            "https://fcm.googleapis.com"
        );
        assert_eq!(
            origin("https://push.example:8443/x?y"),
            "https://push.example:8443"
        );
        assert_eq!(origin("https://push.example:443/x"), "https://push.example");
        assert_eq!(origin("http://127.0.0.1:9/x"), "http://127.0.0.1:9");
        for bad in [
            "",
            "x",
            "https://",
            "http://push.example/x",
            "ftp://a/b",
            "https://a@b/c",
            "https://a b/c",
            "https://a/\n",
        ] {
            assert_eq!(push_origin(bad), None, "{bad:?}");
        }
        assert_eq!(
            push_origin(&format!("https://a.example/{}", "x".repeat(3000))),
            None
        );
    }

    #[test]
    fn u_25_only_a_device_that_is_gone_is_forgotten() {
        assert_eq!([200, 201, 202, 204].map(answered), [Answered::Taken; 4]);
        assert_eq!([404, 410].map(answered), [Answered::Gone; 2]);
        assert_eq!([429, 500, 503].map(answered), [Answered::Later; 3]);
        assert_eq!([400, 401, 403, 413].map(answered), [Answered::Refused; 4]);
    }
}
