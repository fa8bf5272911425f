//! How a call to a messenger can end badly, in the kinds that need different handling.

use std::time::Duration;

/// What has to pause when a messenger asks to slow down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Only this client's lane.
    Peer,
    /// Everything of the account.
    Account,
}

/// Why a call did not succeed; decides whether it may be repeated.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SendError {
    /// The request was never written (no address, no connection, no TLS): repeat freely.
    #[error("not sent: {reason}")]
    NotSent {
        /// For the log and the health page; holds no secrets.
        reason: String,
    },
    /// The messenger answered that it did not do it, but may later: repeat after `after`.
    #[error("to be retried: {reason}")]
    Retry {
        /// The wait the messenger asked for; none means the caller's own back-off.
        after: Option<Duration>,
        /// What has to wait.
        scope: Scope,
        /// For the log.
        reason: String,
    },
    /// The time in which one may answer this client is over.
    #[error("the window for answers is closed")]
    WindowClosed,
    /// This client cannot be reached for good: blocked us, deleted the account, never wrote.
    #[error("the client cannot be reached: {reason}")]
    PeerUnreachable {
        /// The messenger's words.
        reason: String,
    },
    /// The messenger refuses this very message; repeating is useless.
    #[error("rejected ({code}): {text}")]
    Rejected {
        /// The messenger's code, or our own word (`file_too_big`).
        code: String,
        /// The messenger's words.
        text: String,
    },
    /// The account itself is refused (token revoked, signed out): nothing will go until an administrator acts.
    #[error("the account is refused: {reason}")]
    AccountFatal {
        /// The messenger's words.
        reason: String,
    },
    /// The request was written but no answer came: it may or may not have been done.
    #[error("outcome unknown: {reason}")]
    Unknown {
        /// For the log; holds no secrets.
        reason: String,
    },
}

impl SendError {
    /// Whether repeating cannot make the client see the message twice.
    pub const fn safe_to_repeat(&self) -> bool {
        matches!(self, Self::NotSent { .. } | Self::Retry { .. })
    }
    /// Stable word for journals and metrics.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotSent { .. } => "not_sent",
            Self::Retry { .. } => "retry",
            Self::WindowClosed => "window_closed",
            Self::PeerUnreachable { .. } => "peer_unreachable",
            Self::Rejected { .. } => "rejected",
            Self::AccountFatal { .. } => "account_fatal",
            Self::Unknown { .. } => "unknown",
        }
    }
}
