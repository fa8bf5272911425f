//! Telegram's refusals (core.telegram.org/api/errors) in our words.

use channel::{Scope, SendError};
use grammers_mtsender::{InvocationError, RpcError};
use http_client::LineError;
use std::{io::ErrorKind, time::Duration};

/// The refusal of first contacts: too many strangers were written to.
pub(crate) const STRANGERS: &str = "PEER_FLOOD";
/// This number of ours is known there: the message was sent before.
pub(crate) const SENT_BEFORE: &str = "RANDOM_ID_DUPLICATE";

/// A call that did not succeed.
pub(crate) fn of(error: &InvocationError) -> SendError {
    match error {
        InvocationError::Rpc(refused) => refusal(refused),
        InvocationError::Io(io) if never_left(io.kind()) => SendError::NotSent {
            reason: io.to_string(),
        },
        InvocationError::InvalidDc
        | InvocationError::Authentication(_)
        | InvocationError::Session(_) => SendError::NotSent {
            reason: error.to_string(),
        },
        other => SendError::Unknown {
            reason: other.to_string(),
        },
    }
}

/// Whether a line broke before anything could be written to it.
fn never_left(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::AddrNotAvailable
    )
}

fn refusal(refused: &RpcError) -> SendError {
    let words = refused.name.clone();
    let name = refused.name.as_str();
    match (refused.code, name) {
        (420, _) | (_, "SLOWMODE_WAIT") => SendError::Retry {
            after: refused.value.map(|s| Duration::from_secs(u64::from(s))),
            scope: Scope::Account,
            reason: words,
        },
        (401, _) | (406, "AUTH_KEY_DUPLICATED") => SendError::AccountFatal { reason: words },
        (400, "API_ID_INVALID" | "API_ID_PUBLISHED_FLOOD" | "USER_DEACTIVATED_BAN") => {
            SendError::AccountFatal { reason: words }
        }
        (_, STRANGERS) => SendError::Rejected {
            code: "strangers_limited".to_owned(),
            text: words,
        },
        (
            _,
            "USER_IS_BLOCKED"
            | "YOU_BLOCKED_USER"
            | "INPUT_USER_DEACTIVATED"
            | "USER_DEACTIVATED"
            | "USER_PRIVACY_RESTRICTED"
            | "PRIVACY_PREMIUM_REQUIRED"
            | "USER_IS_BOT",
        ) => SendError::PeerUnreachable { reason: words },
        (303 | 500.., _) if name != SENT_BEFORE => SendError::Retry {
            after: None,
            scope: Scope::Peer,
            reason: words,
        },
        _ => SendError::Rejected {
            code: refused.code.to_string(),
            text: words,
        },
    }
}

/// What is wrong with the way out, as a word of health.
pub(crate) const fn of_proxy(fault: &LineError) -> &'static str {
    match fault {
        LineError::Unreachable(_) => "unreachable",
        LineError::NoProxy(_) => "proxy_unreachable",
        LineError::Stranger(_) => "certificate_unknown",
        LineError::Denied => "proxy_denied",
        LineError::Stuck(_) => "proxy_stuck",
    }
}

/// The name of a refusal, if it is one.
pub(crate) fn name(error: &InvocationError) -> Option<&str> {
    match error {
        InvocationError::Rpc(refused) => Some(&refused.name),
        _ => None,
    }
}

pub(crate) fn rejected(code: &str, text: &str) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: i32, message: &str) -> SendError {
        let wire = grammers_tl_types::types::RpcError {
            error_code: code,
            error_message: message.to_owned(),
        };
        of(&InvocationError::Rpc(wire.into()))
    }

    #[test]
    fn p_17_refusals_are_told_apart() {
        let words = |code, message| told(code, message).word();
        assert_eq!(words(401, "AUTH_KEY_UNREGISTERED"), "account_fatal");
        assert_eq!(words(401, "SESSION_REVOKED"), "account_fatal");
        assert_eq!(words(406, "AUTH_KEY_DUPLICATED"), "account_fatal");
        assert_eq!(words(400, "USER_IS_BLOCKED"), "peer_unreachable");
        assert_eq!(words(400, "MESSAGE_TOO_LONG"), "rejected");
        assert_eq!(words(400, "PEER_FLOOD"), "rejected");
        assert_eq!(words(500, "INTERNAL"), "retry");
        assert_eq!(words(500, SENT_BEFORE), "rejected");
        assert!(matches!(
            told(420, "FLOOD_WAIT_31"),
            SendError::Retry { after: Some(after), scope: Scope::Account, .. } if after == Duration::from_secs(31)
        ));
        let refused = std::io::Error::from(ErrorKind::ConnectionRefused);
        assert_eq!(of(&InvocationError::Io(refused)).word(), "not_sent");
        let torn = std::io::Error::from(ErrorKind::ConnectionReset);
        assert_eq!(of(&InvocationError::Io(torn)).word(), "unknown");
    }
}
