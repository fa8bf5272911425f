//! Signing in to a messenger step by step, where a form alone does not suffice: a code that comes to a phone, a password,
//! a picture for another device. The steps are data; the interface draws whatever it is shown (L-77).

use crate::{BoxFuture, Settings};
use std::time::Duration;

/// One signing in that is under way. Dropped, it ends.
pub trait SignIn: Send + Sync {
    /// Goes on: with what was typed for the last step, or without an answer to see how it stands. The first call begins.
    fn go_on<'a>(
        &'a self,
        answer: Option<&'a str>,
    ) -> BoxFuture<'a, Result<SignInStep, SignInError>>;
}

/// What is to be done next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SignInStep {
    /// Something is to be typed.
    Ask {
        /// The word of the step: its title is the Fluent message `channel-<kind>-<name>`, its hint that with `-hint`.
        name: String,
        /// What is typed is not shown.
        secret: bool,
        /// What the messenger says about it (a password's own hint); may be empty.
        hint: String,
    },
    /// A code is to be scanned by another device; ask again how it stands every few seconds.
    Show {
        /// The word of the step, as above.
        name: String,
        /// What the square code says.
        code: String,
        /// For so long; then a newer one is there.
        valid: Duration,
    },
    /// A code is to be typed on another device; ask again how it stands every few seconds.
    Tell {
        /// The word of the step, as above.
        name: String,
        /// The code as it is read.
        code: String,
        /// For so long; then a newer one is there.
        valid: Duration,
    },
    /// Signed in.
    Done {
        /// The account's own name at the messenger.
        who: String,
        /// What the form does not ask for and an account needs; laid over its answers.
        settings: Settings,
    },
}

/// Why a step did not succeed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("signing in: {code}")]
pub struct SignInError {
    /// A stable word, the Fluent message `channels-sign-in-<code>`: `wrong_code`, `wrong_password`, `code_expired`, `banned`,
    /// `wait`, `unreachable`, `refused` …
    pub code: &'static str,
    /// How long to wait, where the messenger told it.
    pub after: Option<Duration>,
    /// The messenger's words, without secrets.
    pub detail: String,
    /// The step may be tried again; otherwise one begins anew.
    pub again: bool,
}
