//! Addresses as clients' ids, and `Message-ID`s: whichever way they are spelled, one client is one address.

use channel::{Address, Peer};
use kernel::Email;

/// What the ids of our own letters begin with.
const OURS: &str = "beseda.";
/// What the tag of a plus-address begins with.
const TAG: &str = "b-";

/// A client's id: the address in lower case. The part before `@` may tell cases apart by the standard; no provider does.
pub(crate) fn normal(told: &str) -> Option<String> {
    let told: String = told.trim().chars().filter(|c| !c.is_control()).collect();
    Email::parse(&told).map(|email| email.as_str().to_lowercase())
}

/// The client behind an address.
pub(crate) fn peer(address: &str, name: &str) -> Peer {
    let name: String = text::clean_name(name).chars().take(120).collect();
    Peer {
        ext_id: address.to_owned(),
        name: if name.is_empty() {
            address.to_owned()
        } else {
            name
        },
        email: Some(address.to_owned()),
        ..Peer::default()
    }
}

/// Who is behind an address that somebody typed.
pub(crate) fn at(address: &Address) -> Option<Peer> {
    match address {
        Address::Email(email) => normal(email).map(|address| peer(&address, "")),
        Address::Phone(_) | Address::Username(_) => None,
    }
}

/// The domain of an address.
pub(crate) fn domain(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or(address)
}

/// The id of our letter for a part's key: the same for each try.
pub(crate) fn letter_id(key: &str, own: &str) -> String {
    let key: String = key
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    format!("{OURS}{key}@{}", domain(own))
}

/// The key of the part that became a letter of ours.
pub(crate) fn key_of(id: &str) -> Option<&str> {
    id.strip_prefix(OURS)?.rsplit_once('@').map(|(key, _)| key)
}

/// Whether a letter id is one of ours.
pub(crate) fn is_ours(id: &str) -> bool {
    id.starts_with(OURS)
}

/// An address of our own that names the letter it answers, for programs that lose the headers: `shop+b-KEY@domain`.
pub(crate) fn tagged(own: &str, key: &str) -> Option<String> {
    let (local, domain) = own.rsplit_once('@')?;
    let tagged = format!("{local}+{TAG}{key}@{domain}");
    Email::parse(&tagged).map(|email| email.as_str().to_owned())
}

/// The letter that such an address names.
pub(crate) fn untagged(told: &str, own: &str) -> Option<String> {
    let (local, domain) = own.rsplit_once('@')?;
    let told = told.trim().to_lowercase();
    let (told_local, told_domain) = told.rsplit_once('@')?;
    let key = told_local
        .strip_prefix(&local.to_lowercase())?
        .strip_prefix('+')?
        .strip_prefix(TAG)?;
    let fits = told_domain == domain.to_lowercase()
        && !key.is_empty()
        && key.len() <= 64
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    fits.then(|| letter_id(key, own))
}

/// A letter's id without its brackets and with nothing that could end a header; none if it is none.
pub(crate) fn message_id(told: &str) -> Option<String> {
    let bare = told.trim().trim_start_matches('<').trim_end_matches('>');
    let fits = (3..=250).contains(&bare.len())
        && bare
            .chars()
            .all(|c| !c.is_control() && !c.is_whitespace() && !"<>\",;".contains(c));
    fits.then(|| bare.to_owned())
}

/// Whether an address only sends and answers go elsewhere: what a site's form writes from.
pub(crate) fn sends_only(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let bare: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    ["noreply", "donotreply", "dontreply", "robot", "formmail"]
        .iter()
        .any(|word| bare.starts_with(word))
}

/// Whether an address is a mail server's own voice.
pub(crate) fn is_daemon(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    matches!(local, "mailer-daemon" | "postmaster" | "mail-daemon")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_21_one_client_is_one_address_however_it_is_written() {
        for told in ["Anna@Example.ORG", " anna@example.org ", "anna@example.org"] {
            assert_eq!(normal(told).as_deref(), Some("anna@example.org"));
        }
        for none in ["", "anna", "anna@", "a b@c.ru", "anna@x\r\nBcc: b@c.ru"] {
            assert_eq!(normal(none), None, "{none}");
        }
        assert_eq!(peer("anna@example.org", " Анна \u{202e}").name, "Анна");
        assert_eq!(peer("anna@example.org", "").name, "anna@example.org");
    }

    #[test]
    fn p_21_a_tag_names_the_letter_and_nothing_else() {
        let own = "Shop@lavka.example";
        let tagged = tagged(own, "0198-ab").unwrap();
        assert_eq!(tagged, "Shop+b-0198-ab@lavka.example");
        assert_eq!(untagged(&tagged, own), Some(letter_id("0198-ab", own)));
        for other in [
            "shop@lavka.example",
            "shop+b-@lavka.example",
            "shop+b-1@other.example",
            "shop+news@lavka.example",
            "ashop+b-1@lavka.example",
            "shop+b-a b@lavka.example",
        ] {
            assert_eq!(untagged(other, own), None, "{other}");
        }
        assert!(is_ours(&letter_id("1", own)) && !is_ours("1@x"));
        assert_eq!(
            (key_of(&letter_id("1-a", own)), key_of("1@x")),
            (Some("1-a"), None)
        );
    }

    #[test]
    fn p_21_ids_cannot_carry_headers() {
        assert_eq!(message_id("<a@b>").as_deref(), Some("a@b"));
        for bad in ["", "<>", "a b@c", "a@b\r\nBcc: x@y", "<a><b>"] {
            assert_eq!(message_id(bad), None, "{bad}");
        }
    }
}
