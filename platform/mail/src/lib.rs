//! Letters of the house: one letter to one reader, through the mail server (SMTP, RFC 5321) the administrator names.

use kernel::Error;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::AddressError,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use serde::{Deserialize, Serialize};
use std::{fmt, io, time::Duration};
use utoipa::ToSchema;

/// How long the mail server may take over one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the line to the mail server is kept private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// From its first byte (port 465, RFC 8314).
    #[default]
    Tls,
    /// After `STARTTLS`, and not without (port 587, RFC 3207).
    StartTls,
    /// Not at all: a server on the same machine or in the same closed network.
    None,
}

/// A mail server, without the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// 465, 587, 25 or another.
    pub port: u16,
    /// How the line is kept private.
    pub security: Security,
    /// The login; empty when it asks for none.
    #[serde(default)]
    pub login: String,
    /// Whom letters are from: `beseda@company.example`.
    pub from: String,
}

/// A letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// What it is known by: the same letter once more has the same, so that a mail program shows one.
    pub id: String,
    /// The company, as the sender's name.
    pub from_name: String,
    /// The reader.
    pub to_name: String,
    /// Their address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// In plain words.
    pub text: String,
    /// The same as a page.
    pub html: String,
}

/// Why a letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailError {
    /// Nobody answers at this address.
    Unreachable(String),
    /// The line could not be made private: the certificate, or no TLS where it was asked for.
    Tls(String),
    /// The login or the password is wrong.
    SignIn(String),
    /// An address is none; says which.
    Address(String),
    /// The server refused for good, in its own words.
    Refused(String),
    /// It asks to come again, in its own words.
    Later(String),
}

impl MailError {
    /// The id of its sentence in the catalogs, with a dot.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "mail.unreachable",
            Self::Tls(_) => "mail.tls",
            Self::SignIn(_) => "mail.sign_in",
            Self::Address(_) => "mail.address",
            Self::Refused(_) => "mail.refused",
            Self::Later(_) => "mail.later",
        }
    }
    /// What was said, for who looks after the server.
    pub fn detail(&self) -> &str {
        let (Self::Unreachable(said)
        | Self::Tls(said)
        | Self::SignIn(said)
        | Self::Address(said)
        | Self::Refused(said)
        | Self::Later(said)) = self;
        said
    }
}

impl fmt::Display for MailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.detail())
    }
}
impl From<MailError> for Error {
    fn from(error: MailError) -> Self {
        Self::fault(error.to_string())
    }
}

fn address(text: &str, name: &str) -> Result<Mailbox, MailError> {
    let bad = |error: AddressError| MailError::Address(format!("{text}: {error}"));
    let name = Some(name.replace(['\r', '\n'], " ")).filter(|n| !n.trim().is_empty());
    Ok(Mailbox::new(name, text.trim().parse().map_err(bad)?))
}

/// Whether a text is an address a letter could go to.
pub fn is_address(text: &str) -> bool {
    address(text, "").is_ok()
}

/// Hands a letter to the mail server; when it answers well, the server has taken it upon itself (RFC 5321, 6.1).
pub async fn send(server: &MailServer, password: &str, letter: &Letter) -> Result<(), MailError> {
    let message = written(server, letter)?;
    let transport = transport(server, password)?;
    transport.send(message).await.map(drop).map_err(why)
}

fn written(server: &MailServer, letter: &Letter) -> Result<Message, MailError> {
    let broken = |error: lettre::error::Error| MailError::Address(error.to_string());
    let domain = server.from.rsplit('@').next().unwrap_or("beseda.invalid");
    // RFC 3834: nobody's absence note answers it.
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    Message::builder()
        .from(address(&server.from, &letter.from_name)?)
        .to(address(&letter.to, &letter.to_name)?)
        .subject(letter.subject.replace(['\r', '\n'], " "))
        .message_id(Some(format!("<{}@{domain}>", letter.id)))
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .date_now()
        .multipart(MultiPart::alternative_plain_html(
            letter.text.clone(),
            letter.html.clone(),
        ))
        .map_err(broken)
}

fn transport(
    server: &MailServer,
    password: &str,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    let tls = match server.security {
        Security::None => Tls::None,
        asked => {
            let made = TlsParameters::new(server.host.clone());
            let made = made.map_err(|e| MailError::Tls(said(&e)))?;
            if asked == Security::Tls {
                Tls::Wrapper(made)
            } else {
                Tls::Required(made)
            }
        }
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        .port(server.port)
        .tls(tls)
        .timeout(Some(PATIENCE));
    if !server.login.is_empty() {
        builder = builder.credentials(Credentials::new(server.login.clone(), password.to_owned()));
    }
    Ok(builder.build())
}

/// What lies at the bottom of an error: the rest says only that there is one.
fn said(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(deeper) = deepest.source() {
        deepest = deeper;
    }
    deepest.to_string()
}

/// Whether a line broke over its privacy: the library calls that a broken line.
fn over_tls(error: &lettre::transport::smtp::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(this) = cause {
        let inner = this
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        let inner = inner.and_then(|e| e.downcast_ref::<rustls::Error>());
        if inner.is_some() || this.is::<rustls::Error>() {
            return true;
        }
        cause = this.source();
    }
    error.is_tls()
}

fn why(error: lettre::transport::smtp::Error) -> MailError {
    let words = said(&error);
    let code = error.status().map(u16::from);
    if over_tls(&error) {
        MailError::Tls(words)
    } else if matches!(code, Some(530 | 534 | 535 | 538)) {
        // RFC 4954, section 6.
        MailError::SignIn(words)
    } else if error.is_permanent() {
        MailError::Refused(words)
    } else if error.is_transient() {
        MailError::Later(words)
    } else if error.is_client() {
        // It offers no TLS, or no way of signing in that we know.
        MailError::Tls(words)
    } else {
        MailError::Unreachable(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> MailServer {
        MailServer {
            host: "127.0.0.1".to_owned(),
            port: 1,
            security: Security::None,
            login: String::new(),
            from: "beseda@company.example".to_owned(),
        }
    }
    fn letter(to: &str, subject: &str) -> Letter {
        Letter {
            id: "42".to_owned(),
            from_name: "ООО «Ромашка»".to_owned(),
            to_name: "Анна\r\nBcc: all@company.example".to_owned(),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "Слова".to_owned(),
            html: "<p>Слова</p>".to_owned(),
        }
    }

    #[test]
    fn a_letter_has_no_headers_but_ours() {
        let made = written(
            &server(),
            &letter("anna@company.example", "Раз\r\nX-Evil: 1"),
        )
        .unwrap();
        let made = String::from_utf8(made.formatted()).unwrap();
        let head = made.split("\r\n\r\n").next().unwrap();
        assert!(head.contains("Message-ID: <42@company.example>"), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
        assert!(
            !head.contains("\r\nBcc:") && !head.contains("\r\nX-Evil"),
            "{head}"
        );
    }

    #[test]
    fn an_address_that_is_none_is_named() {
        for wrong in [
            "",
            "anna",
            "anna@",
            "anna@x\r\nRCPT TO:<b@x>",
            "a b@x.example",
        ] {
            let found = written(&server(), &letter(wrong, "Раз")).unwrap_err();
            assert_eq!(found.code(), "mail.address", "{wrong}");
        }
        assert!(is_address(" anna@company.example ") && !is_address("anna"));
    }

    #[tokio::test]
    async fn nobody_at_the_address_is_unreachable() {
        let found = send(&server(), "", &letter("anna@company.example", "Раз")).await;
        assert_eq!(found.unwrap_err().code(), "mail.unreachable");
    }
}
