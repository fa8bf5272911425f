//! Handing a letter to the mail server, step by step: each step tells whether the letter may have left us.

use crate::{
    compose::Written,
    tls::{Exposed, Privacy, Server},
};
use channel::{Scope, SendError};
use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, Certificate, TlsParameters},
    commands::{Data, Mail, Rcpt},
    extension::{ClientId, Extension, MailBodyParameter, MailParameter},
};
use std::time::Duration;
use tokio::time::timeout;

/// How long greeting, privacy, sign-in and envelope may take together.
const BEFORE: Duration = Duration::from_secs(45);
/// How long the server may take over the letter itself (RFC 5321, 4.5.3.2.6 allows ten minutes).
const LETTER: Duration = Duration::from_secs(300);

/// Which step failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Connect,
    SignIn,
    Sender,
    Receiver,
    Begin,
    Letter,
}

/// Where and as whom.
pub(crate) struct Post<'a> {
    pub(crate) server: &'a Server,
    pub(crate) login: &'a str,
    pub(crate) password: &'a str,
    /// Wait after "later".
    pub(crate) pause: Duration,
}

pub(crate) fn rejected(code: &str, text: String) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text,
    }
}

fn not_sent(reason: &str) -> SendError {
    SendError::NotSent {
        reason: reason.to_owned(),
    }
}

impl Post<'_> {
    /// Connects and signs in, and says goodbye.
    pub(crate) async fn check(&self) -> Result<(), SendError> {
        let mut line = self.signed_in().await?;
        let _ = timeout(Duration::from_secs(5), line.quit()).await;
        Ok(())
    }

    async fn signed_in(&self) -> Result<AsyncSmtpConnection, SendError> {
        match timeout(BEFORE, self.sign_in()).await {
            Ok(done) => done,
            Err(_) => Err(not_sent("the mail server does not answer")),
        }
    }

    async fn sign_in(&self) -> Result<AsyncSmtpConnection, SendError> {
        let failed = |step| move |error: Error| self.meaning(step, &error);
        let hello = ClientId::default();
        let place = (self.server.host.as_str(), self.server.port);
        let tls = match self.server.privacy {
            Privacy::None => None,
            Privacy::Tls | Privacy::StartTls => Some(self.parameters()?),
        };
        let wrapped = tls.clone().filter(|_| self.server.privacy == Privacy::Tls);
        let mut line =
            AsyncSmtpConnection::connect_tokio1(place, Some(BEFORE), &hello, wrapped, None)
                .await
                .map_err(failed(Step::Connect))?;
        if let (Privacy::StartTls, Some(tls)) = (self.server.privacy, tls) {
            line.starttls(tls, &hello)
                .await
                .map_err(failed(Step::Connect))?;
        }
        let words = Credentials::new(self.login.to_owned(), self.password.to_owned());
        line.auth(DEFAULT_MECHANISMS, &words)
            .await
            .map_err(failed(Step::SignIn))?;
        Ok(line)
    }

    fn parameters(&self) -> Result<TlsParameters, SendError> {
        let mut builder = TlsParameters::builder(self.server.host.clone());
        if !self.server.trust.pem.is_empty() {
            let all = Certificate::from_pem(self.server.trust.pem.as_bytes());
            if let Ok(one) = all {
                builder = builder.add_root_certificate(one);
            }
        }
        builder.build().map_err(|error| not_sent(&said(&error)))
    }

    /// Sends a letter; answers when the server has taken it upon itself.
    pub(crate) async fn send(&self, letter: &Written) -> Result<(), SendError> {
        let mut line = self.signed_in().await?;
        match timeout(BEFORE, self.begin(&mut line, letter)).await {
            Ok(begun) => begun?,
            Err(_) => return Err(not_sent("the mail server does not answer")),
        }
        match timeout(LETTER, line.message(&letter.bytes)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(self.meaning(Step::Letter, &error)),
            Err(_) => {
                return Err(SendError::Unknown {
                    reason: "the mail server did not answer to the letter".to_owned(),
                });
            }
        }
        let _ = timeout(Duration::from_secs(2), line.quit()).await;
        Ok(())
    }

    async fn begin(
        &self,
        line: &mut AsyncSmtpConnection,
        letter: &Written,
    ) -> Result<(), SendError> {
        let failed = |step| move |error: Error| self.meaning(step, &error);
        let mut options = Vec::new();
        let ascii = |address: &lettre::Address| {
            let address: &str = address.as_ref();
            address.is_ascii()
        };
        if !ascii(&letter.to) || !ascii(&letter.from) {
            if !line.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(rejected(
                    "no_smtputf8",
                    "the mail server does not take addresses in other alphabets".to_owned(),
                ));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        if !letter.bytes.is_ascii() && line.server_info().supports_feature(Extension::EightBitMime)
        {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        if line.server_info().supports_feature(Extension::SmtpUtfEight) || !options.is_empty() {
            tracing::trace!("the server takes more than ASCII");
        }
        line.command(Mail::new(Some(letter.from.clone()), options))
            .await
            .map_err(failed(Step::Sender))?;
        line.command(Rcpt::new(letter.to.clone(), Vec::new()))
            .await
            .map_err(failed(Step::Receiver))?;
        line.command(Data).await.map_err(failed(Step::Begin))?;
        Ok(())
    }

    /// What an error means at its step.
    fn meaning(&self, step: Step, error: &Error) -> SendError {
        let words = said(error);
        let Some(code) = error.status().map(u16::from) else {
            return if step == Step::Letter {
                SendError::Unknown { reason: words }
            } else if step == Step::SignIn && error.is_client() {
                SendError::AccountFatal { reason: words }
            } else {
                // A server that was asked for STARTTLS and has none is an error of our side of the line.
                let mismatch =
                    (step == Step::Connect && error.is_client()).then_some(Exposed::Mismatch);
                let why = Exposed::of(error).or(mismatch).map_or("", Exposed::begin);
                not_sent(&format!("{why}{words}"))
            };
        };
        let shown = format!("{code} {words}");
        // RFC 4954, section 6: the login is refused, or asked for where it was given.
        if matches!(code, 530 | 534 | 535 | 538) || (step == Step::SignIn && code >= 500) {
            return SendError::AccountFatal { reason: shown };
        }
        if code < 500 {
            let scope = match step {
                Step::Receiver | Step::Letter => Scope::Peer,
                _ => Scope::Account,
            };
            return SendError::Retry {
                after: Some(self.pause),
                scope,
                reason: shown,
            };
        }
        if step == Step::Receiver && is_nobody(code, &words) {
            return SendError::PeerUnreachable { reason: shown };
        }
        rejected(&code.to_string(), shown)
    }
}

/// Whether a refusal of a receiver says that there is none (RFC 3463: 5.1.x and 5.2.1), not that we are unwelcome.
fn is_nobody(code: u16, words: &str) -> bool {
    let enhanced = words
        .split_whitespace()
        .find(|word| word.starts_with("5.") && word.split('.').count() == 3);
    match enhanced {
        Some(word) => word.starts_with("5.1.") || word == "5.2.1",
        None => matches!(code, 550 | 551 | 553),
    }
}

/// What lies at the bottom of an error: the rest says only that there is one.
fn said(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(deeper) = deepest.source() {
        deepest = deeper;
    }
    let words: String = deepest
        .to_string()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    text::shorten(&words, 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_21_a_refused_receiver_is_told_from_a_refused_letter() {
        for (code, words, nobody) in [
            (550, "5.1.1 no such user", true),
            (550, "No such user here", true),
            (550, "5.7.1 blocked as spam", false),
            (552, "5.2.2 mailbox full", false),
            (554, "denied", false),
            (550, "5.2.1 mailbox disabled", true),
        ] {
            assert_eq!(is_nobody(code, words), nobody, "{code} {words}");
        }
    }
}
