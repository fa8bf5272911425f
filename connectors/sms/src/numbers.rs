//! Telephone numbers as clients' ids: one client is one number in E.164, whichever way the network writes it.

use channel::{Address, Peer};
use kernel::Phone;

/// Longest word that is kept of a sender: SMPP allows 20 characters, a name has 11.
const LONGEST: usize = 32;

/// The number a network wrote: `79991234567`, `+79991234567`, `89991234567`. None for names and short numbers.
pub(crate) fn phone(told: &str) -> Option<Phone> {
    let told = told.trim();
    let bare = told.strip_prefix('+').unwrap_or(told);
    // Networks write international numbers without their plus; read with one they are never mistaken for national ones.
    let international = bare.len() >= 10 && bare.bytes().all(|byte| byte.is_ascii_digit());
    international
        .then(|| Phone::parse(&format!("+{bare}")))
        .flatten()
        .or_else(|| Phone::parse(told))
}

/// Where a client writes to a sender, if it is a number at all: `sms:` with the text as `body` (RFC 5724).
pub(crate) fn invitation(sender: &str, text: &str) -> Option<channel::Invitation> {
    let number = phone(sender)?;
    let words = channel::in_address(text);
    Some(channel::Invitation {
        url: if words.is_empty() {
            format!("sms:{}", number.as_str())
        } else {
            format!("sms:{}?body={words}", number.as_str())
        },
        takes_text: true,
    })
}

/// The client's id: their number in E.164, else the short number or name as it came.
pub(crate) fn ext_id(told: &str) -> String {
    match phone(told) {
        Some(phone) => phone.as_str().to_owned(),
        None => text::clean_name(told).chars().take(LONGEST).collect(),
    }
}

/// The client behind an id made by [`ext_id`]; nothing but the number is known of them, so it is their name too.
pub(crate) fn peer(ext_id: &str) -> Peer {
    Peer {
        ext_id: ext_id.to_owned(),
        name: ext_id.to_owned(),
        phone: phone(ext_id),
        ..Peer::default()
    }
}

/// Who is behind an address: a number is its own id, anything else is nobody here.
pub(crate) fn at(address: &Address) -> Option<Peer> {
    match address {
        Address::Phone(phone) => Some(peer(phone.as_str())),
        Address::Username(_) | Address::Email(_) => None,
    }
}

/// How a network wants a number: digits alone. None for a name, to which nothing can be sent.
pub(crate) fn digits(ext_id: &str) -> Option<&str> {
    let bare = ext_id.strip_prefix('+').unwrap_or(ext_id);
    let number = (3..=20).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_digit());
    number.then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l_78_only_a_number_can_be_written_to() {
        let url = |sender, text| invitation(sender, text).map(|i| i.url);
        assert_eq!(
            url("79120001122", "Да & нет").as_deref(),
            Some("sms:+79120001122?body=%D0%94%D0%B0%20%26%20%D0%BD%D0%B5%D1%82")
        );
        assert_eq!(url("+79120001122", "").as_deref(), Some("sms:+79120001122"));
        assert_eq!(url("SHOP", "Да"), None);
    }

    #[test]
    fn p_22_one_client_is_one_number_however_it_is_written() {
        for told in [
            "79161234567",
            "+79161234567",
            "89161234567",
            "8 (916) 123-45-67",
        ] {
            assert_eq!(ext_id(told), "+79161234567", "{told}");
        }
        for (told, want) in [
            ("375291234567", "+375291234567"),
            ("16502530000", "+16502530000"),
            ("900", "900"),
            ("Sberbank", "Sberbank"),
            (" My Bank\u{0} ", "My Bank"),
        ] {
            assert_eq!(ext_id(told), want, "{told}");
        }
        assert_eq!(
            peer("+79161234567").phone.map(|p| p.to_string()).as_deref(),
            Some("+79161234567")
        );
        assert_eq!(peer("900").phone, None);
        assert_eq!(digits("+79161234567"), Some("79161234567"));
        assert_eq!(digits("900"), Some("900"));
        assert_eq!(digits("Sberbank"), None);
    }
}
