//! An e-mail address, checked once at the edge: enough to catch a slip, not a judge of what a mail server may accept.

/// An address that can be written to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Email(String);

impl Email {
    /// The longest address a mail server takes, in bytes.
    const MOST: usize = 254;

    /// Reads an address: one `@`, something before it, a domain with a dot (or `localhost`) after it, no spaces and none
    /// of the marks that only stand around addresses. Letters of any alphabet are fine.
    pub fn parse(input: &str) -> Option<Self> {
        let trimmed = input.trim();
        let (local, domain) = trimmed.split_once('@')?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || "@<>()[],;:\\\"".contains(c);
        let whole = |part: &str| {
            !part.is_empty()
                && part.split('.').all(|label| !label.is_empty())
                && !part.chars().any(odd)
        };
        let known = domain.contains('.') || domain == "localhost";
        (trimmed.len() <= Self::MOST && whole(local) && whole(domain) && known)
            .then(|| Self(trimmed.to_owned()))
    }
    /// The address as it was given, without spaces around it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_at_and_a_domain() {
        for good in [
            "a@b.ru",
            " anna.petrova+shop@mail.example.com ",
            "root@localhost",
            "почта@пример.рф",
            "o'neil@b.ie",
        ] {
            assert_eq!(Email::parse(good).unwrap().as_str(), good.trim());
        }
        let long = format!("{}@b.ru", "a".repeat(250));
        let bad = [
            "",
            "@",
            "a",
            "a@",
            "@b.ru",
            "a@b",
            "a@b@c",
            "a@b@c.ru",
            "a b@c.ru",
            "a@b c.ru",
            "a@b..ru",
            "a@.ru",
            "a@b.",
            ".a@b.ru",
            "Anna <a@b.ru>",
            "a@b.ru, c@d.ru",
            "a\n@b.ru",
            "a@b.ru;",
            &long,
        ];
        for bad in bad {
            assert_eq!(Email::parse(bad), None, "{bad:?}");
        }
    }
}
