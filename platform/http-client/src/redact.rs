//! Addresses without their secrets, for logs and error sentences.

/// Query parameters whose values are secrets wherever they appear.
const SECRET_PARAMETERS: [&str; 9] = [
    "token",
    "access_token",
    "secret",
    "key",
    "api_key",
    "apikey",
    "password",
    "sig",
    "signature",
];

/// Replaces secrets in any text that holds addresses: Telegram's `/bot<token>/`, a user and
/// password before `@`, and the values of secret-looking query parameters.
pub fn redact(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for piece in words.split_inclusive(char::is_whitespace) {
        if piece.contains('/') || piece.contains('=') {
            redact_piece(piece, &mut out);
        } else {
            out.push_str(piece);
        }
    }
    out
}

fn redact_piece(piece: &str, out: &mut String) {
    let (before_query, query) = match piece.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (piece, None),
    };
    redact_path(before_query, out);
    if let Some(query) = query {
        out.push('?');
        redact_query(query, out);
    }
}

fn redact_path(path: &str, out: &mut String) {
    let (scheme, rest) = match path.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), path),
    };
    out.push_str(&scheme);
    for (n, segment) in rest.split('/').enumerate() {
        if n > 0 {
            out.push('/');
        }
        match segment.split_once('@') {
            Some((_, host)) if n == 0 && !scheme.is_empty() => {
                out.push_str("…@");
                out.push_str(host);
            }
            _ if n > 0 && is_bot_token(segment) => out.push_str("bot…"),
            _ => out.push_str(segment),
        }
    }
}

/// `bot`, digits, then a colon, plain or escaped.
fn is_bot_token(segment: &str) -> bool {
    segment.strip_prefix("bot").is_some_and(|token| {
        let rest = token.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < token.len()
            && (rest.starts_with(':') || rest.to_ascii_lowercase().starts_with("%3a"))
    })
}

fn redact_query(query: &str, out: &mut String) {
    for (n, pair) in query.split('&').enumerate() {
        if n > 0 {
            out.push('&');
        }
        match pair.split_once('=') {
            Some((name, value))
                if SECRET_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) =>
            {
                out.push_str(name);
                out.push_str("=…");
                // What closes the address in a sentence is not part of the secret.
                out.extend(
                    value
                        .chars()
                        .rev()
                        .take_while(|c| ")\"'>,; \n".contains(*c)),
                );
            }
            _ => out.push_str(pair),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_leave_addresses() {
        for (words, want) in [
            (
                "https://api.telegram.org/bot123:AbC-d/getMe",
                "https://api.telegram.org/bot…/getMe",
            ),
            (
                "https://api.telegram.org/file/bot123:AbC/photos/1.jpg",
                "https://api.telegram.org/file/bot…/photos/1.jpg",
            ),
            (
                "for url (http://h/bot1%3AA/send)",
                "for url (http://h/bot…/send)",
            ),
            (
                "https://me:secret@host/x?a=1&token=abc&b=2",
                "https://…@host/x?a=1&token=…&b=2",
            ),
            (
                "error for (https://h/?access_token=abc)",
                "error for (https://h/?access_token=…)",
            ),
            ("https://shop.ru/bottles/1", "https://shop.ru/bottles/1"),
            ("nothing secret here", "nothing secret here"),
        ] {
            assert_eq!(redact(words), want);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_bot_token_never_survives(token in "[0-9]{5,10}:[A-Za-z0-9_-]{30,40}", host in "[a-z]{1,9}") {
            let clean = redact(&format!("failed (https://{host}/bot{token}/sendMessage): closed"));
            proptest::prop_assert!(!clean.contains(&token), "{clean}");
        }
        #[test]
        fn any_text_can_be_redacted(words in ".*") {
            let _ = redact(&words);
        }
    }
}
