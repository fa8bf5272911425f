//! An address that can be signed as it is: nothing in it is rewritten on the way.

/// An http or https address cut into what names the other side and what is asked of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    origin: String,
    target: String,
}

impl Place {
    /// Reads an absolute address. None for other schemes, names of users, fragments, dots that lead upwards, and signs
    /// that a client would escape: what was signed has to be what arrives.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        if !matches!(scheme, "http" | "https") || !url.bytes().all(stays) {
            return None;
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.is_empty() || authority.starts_with(':') || authority.contains('@') {
            return None;
        }
        let path = target.split('?').next().unwrap_or_default();
        let upwards = |part: &str| {
            let plain = part.to_ascii_lowercase().replace("%2e", ".");
            plain == "." || plain == ".."
        };
        if path.split('/').any(upwards) {
            return None;
        }
        let slash = if target.starts_with('/') { "" } else { "/" };
        Some(Self {
            origin: format!("{scheme}://{}", authority.to_ascii_lowercase()),
            target: format!("{slash}{target}"),
        })
    }

    /// What follows the host: `/path?query`, at least a slash.
    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    /// The whole address.
    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.origin, self.target)
    }

    /// Whether both lie with the same program: scheme, host and port are the same.
    pub(crate) fn beside(&self, other: &Self) -> bool {
        self.origin == other.origin
    }

    /// Something under this address.
    pub(crate) fn under(&self, rest: &str) -> Self {
        Self {
            origin: self.origin.clone(),
            target: format!("{}/{rest}", self.target.trim_end_matches('/')),
        }
    }
}

/// Bytes of an address that no client rewrites (RFC 3986 without the fragment's sign).
const fn stays(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b':'
                | b'/'
                | b'?'
                | b'['
                | b']'
                | b'@'
                | b'!'
                | b'$'
                | b'&'
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b'%'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_arrives_as_it_was_signed_is_an_address() {
        for (url, target) in [
            ("http://127.0.0.1:9", "/"),
            ("https://Shop.example/a/b?c=%D0%96", "/a/b?c=%D0%96"),
            ("http://[::1]:8080?x", "/?x"),
        ] {
            assert_eq!(Place::parse(url).unwrap().target(), target);
        }
        for bad in [
            "",
            "http://",
            "ftp://a",
            "//a",
            "http://a b",
            "http://a/ж",
            "http://u@a/",
            "http://:1/",
            "http://a/../b",
            "http://a/%2E%2e/b",
            "http://a/#f",
            "http://a\\b",
            "http://a/'",
        ] {
            assert_eq!(Place::parse(bad), None, "{bad}");
        }
        let own = Place::parse("http://a.example/chat").unwrap();
        assert_eq!(own.under("events").url(), "http://a.example/chat/events");
        for (other, same) in [
            ("http://A.example/other", true),
            ("https://a.example/chat", false),
            ("http://a.example:81/chat", false),
            ("http://a.example.evil/chat", false),
        ] {
            assert_eq!(own.beside(&Place::parse(other).unwrap()), same, "{other}");
        }
    }
}
