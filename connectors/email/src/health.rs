//! How a mailbox fares, in words of the catalogue.

use crate::tls::Exposed;
use channel::{CheckOutcome, SendError};

/// Everything works.
pub(crate) fn well(address: &str) -> CheckOutcome {
    CheckOutcome {
        ok: true,
        name: address.to_owned(),
        code: "ok".to_owned(),
        ext_id: address.to_lowercase(),
        ..CheckOutcome::default()
    }
}

/// A line that did not come about: its code and what was said.
fn line(reason: &str) -> (&'static str, String) {
    for (why, code) in [
        (Exposed::Certificate, "certificate"),
        (Exposed::Mismatch, "privacy"),
    ] {
        if let Some(said) = reason.strip_prefix(why.begin()) {
            return (code, said.to_owned());
        }
    }
    ("unreachable", reason.to_owned())
}

/// What a failed check says; `way` is `SMTP` or `IMAP`.
pub(crate) fn failed(way: &str, error: &SendError) -> CheckOutcome {
    let (code, detail) = match error {
        SendError::AccountFatal { reason } => ("token_refused", reason.clone()),
        SendError::NotSent { reason } => line(reason),
        SendError::Retry { reason, .. } => ("slow_down", reason.clone()),
        SendError::Unknown { reason } => ("no_answer", reason.clone()),
        SendError::Rejected { text, .. } => ("no_answer", text.clone()),
        other => ("no_answer", other.to_string()),
    };
    CheckOutcome {
        code: code.to_owned(),
        detail: format!("{way}: {detail}"),
        ..CheckOutcome::default()
    }
}
