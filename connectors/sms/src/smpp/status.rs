//! What a centre's status means to us (SMPP 3.4, 5.1.3).

use channel::{Scope, SendError};
use std::time::Duration;

pub(crate) const OK: u32 = 0;
pub(crate) const UNKNOWN_COMMAND: u32 = 0x03;
pub(crate) const QUEUE_FULL: u32 = 0x14;

/// A refusal as an error; `pause` is how long to wait where the centre is too busy.
pub(crate) fn meaning(status: u32, pause: Option<Duration>) -> SendError {
    let name = name(status);
    let reason = if name.is_empty() {
        format!("status 0x{status:08X}")
    } else {
        format!("{name} (0x{status:02X})")
    };
    match status {
        // ESME_RTHROTTLED, ESME_RMSGQFUL: all of us are too quick.
        0x58 | QUEUE_FULL => SendError::Retry {
            after: pause,
            scope: Scope::Account,
            reason,
        },
        // ESME_RSYSERR, ESME_RX_T_APPN: nothing was done, and it may be better soon.
        0x08 | 0x64 => SendError::Retry {
            after: None,
            scope: Scope::Peer,
            reason,
        },
        // ESME_RBINDFAIL, ESME_RINVPASWD, ESME_RINVSYSID: who we are is refused.
        0x0d..=0x0f => SendError::AccountFatal { reason },
        // ESME_RINVBNDSTS, ESME_RALYBND: the session is not what it should be; another one will be.
        0x04 | 0x05 => SendError::NotSent { reason },
        // ESME_RINVDSTADR, ESME_RINVDSTTON, ESME_RINVDSTNPI: only this number, for good.
        0x0b | 0x50 | 0x51 => rejected("bad_number", reason),
        // ESME_RINVSRCADR, ESME_RINVSRCTON, ESME_RINVSRCNPI: the sender's name is not ours to use there.
        0x0a | 0x48 | 0x49 => rejected("bad_sender", reason),
        _ => rejected(&format!("0x{status:02X}"), reason),
    }
}

pub(crate) fn rejected(code: &str, text: String) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text,
    }
}

/// The standard's own word, which an operator's support understands.
const fn name(status: u32) -> &'static str {
    match status {
        0x01 => "ESME_RINVMSGLEN",
        0x02 => "ESME_RINVCMDLEN",
        0x03 => "ESME_RINVCMDID",
        0x04 => "ESME_RINVBNDSTS",
        0x05 => "ESME_RALYBND",
        0x08 => "ESME_RSYSERR",
        0x0a => "ESME_RINVSRCADR",
        0x0b => "ESME_RINVDSTADR",
        0x0d => "ESME_RBINDFAIL",
        0x0e => "ESME_RINVPASWD",
        0x0f => "ESME_RINVSYSID",
        0x14 => "ESME_RMSGQFUL",
        0x45 => "ESME_RSUBMITFAIL",
        0x48 => "ESME_RINVSRCTON",
        0x49 => "ESME_RINVSRCNPI",
        0x50 => "ESME_RINVDSTTON",
        0x51 => "ESME_RINVDSTNPI",
        0x58 => "ESME_RTHROTTLED",
        0x64 => "ESME_RX_T_APPN",
        0x65 => "ESME_RX_P_APPN",
        0x66 => "ESME_RX_R_APPN",
        0xff => "ESME_RUNKNOWNERR",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_22_statuses_mean_what_the_standard_means() {
        for (status, want) in [
            (0x58, "retry"),
            (0x14, "retry"),
            (0x08, "retry"),
            (0x64, "retry"),
            (0x0d, "account_fatal"),
            (0x0e, "account_fatal"),
            (0x0f, "account_fatal"),
            (0x04, "not_sent"),
            (0x05, "not_sent"),
            (0x0a, "rejected"),
            (0x0b, "rejected"),
            (0x45, "rejected"),
            (0x0400, "rejected"),
        ] {
            assert_eq!(meaning(status, None).word(), want, "{status:x}");
        }
        let busy = meaning(0x58, Some(Duration::from_secs(5)));
        assert!(matches!(
            busy,
            SendError::Retry {
                after: Some(_),
                scope: Scope::Account,
                ..
            }
        ));
        let number = meaning(0x0b, None);
        assert!(
            matches!(&number, SendError::Rejected { code, text } if code == "bad_number" && text == "ESME_RINVDSTADR (0x0B)")
        );
    }
}
