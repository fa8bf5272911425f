//! Why a part did not arrive, as it is kept: a stable code the interface has a sentence for, then the messenger's words.

use channel::SendError;

/// The longest foreign words that are kept.
const MOST: usize = 300;

/// `code` or `code: the messenger's words`.
pub(crate) fn reason(error: &SendError) -> String {
    let (code, words) = match error {
        SendError::WindowClosed => return error.word().to_owned(),
        // Blocking is told apart by the messenger's own words: the client can undo it, a deleted account cannot.
        SendError::PeerUnreachable { reason } if reason.to_lowercase().contains("block") => {
            ("blocked", reason)
        }
        // A connector's own refusals have words; a messenger's have numbers, which say nothing to a person.
        SendError::Rejected { code, text } if is_word(code) => (code.as_str(), text),
        SendError::Rejected { text: words, .. }
        | SendError::NotSent { reason: words }
        | SendError::Retry { reason: words, .. }
        | SendError::PeerUnreachable { reason: words }
        | SendError::AccountFatal { reason: words }
        | SendError::Unknown { reason: words } => (error.word(), words),
    };
    with_words(code, words)
}

/// What a messenger says later about a part it had taken.
pub(crate) fn rejected_later(words: &str) -> String {
    with_words("rejected", words)
}

fn with_words(code: &str, words: &str) -> String {
    let words: String = words.trim().chars().take(MOST).collect();
    if words.is_empty() {
        code.to_owned()
    } else {
        format!("{code}: {words}")
    }
}

fn is_word(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_lowercase())
        && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_01_a_reason_is_a_known_code_and_then_foreign_words() {
        let said = |s: &str| s.to_owned();
        assert_eq!(reason(&SendError::WindowClosed), "window_closed");
        assert_eq!(
            reason(&SendError::NotSent {
                reason: said("no route")
            }),
            "not_sent: no route"
        );
        assert_eq!(reason(&SendError::Unknown { reason: said(" ") }), "unknown");
        let blocked = SendError::PeerUnreachable {
            reason: said("Forbidden: bot was blocked by the user"),
        };
        assert_eq!(
            reason(&blocked),
            "blocked: Forbidden: bot was blocked by the user"
        );
        let gone = SendError::PeerUnreachable {
            reason: said("user is deactivated"),
        };
        assert_eq!(reason(&gone), "peer_unreachable: user is deactivated");
        let number = SendError::Rejected {
            code: said("400"),
            text: said("message is too long"),
        };
        assert_eq!(reason(&number), "rejected: message is too long");
        let own = SendError::Rejected {
            code: said("file_too_big"),
            text: said("Request Entity Too Large"),
        };
        assert_eq!(reason(&own), "file_too_big: Request Entity Too Large");
        assert_eq!(
            reason(&SendError::AccountFatal {
                reason: "x".repeat(1000)
            })
            .len(),
            "account_fatal: ".len() + MOST
        );
        assert_eq!(rejected_later("expired"), "rejected: expired");
    }
}
