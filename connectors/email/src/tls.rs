//! The line to a mail server: where it is, how it is kept private, whose certificate is believed.

use rustls::{
    ClientConfig,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use std::{error::Error, fmt, io, sync::Arc};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

/// How a line is kept private.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Privacy {
    /// From its first byte (RFC 8314).
    Tls,
    /// After `STARTTLS`, and not without.
    StartTls,
    /// Not at all: a server in the same closed network.
    None,
}

impl Privacy {
    pub(crate) const WORDS: [&str; 3] = ["tls", "starttls", "none"];

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "tls" | "" => Some(Self::Tls),
            "starttls" => Some(Self::StartTls),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// A mail server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) privacy: Privacy,
    pub(crate) trust: Trust,
}

/// Whose certificate we believe, prepared once.
#[derive(Clone)]
pub(crate) struct Trust {
    /// None: no line of the account is private.
    config: Option<Arc<ClientConfig>>,
    /// The same authorities as text, for the library that makes its own lines.
    pub(crate) pem: String,
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trust")
    }
}

/// Why a line could not be made private.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exposed {
    /// The certificate is not believed: unknown authority, other name, out of its time.
    Certificate,
    /// Port and kind of privacy do not fit each other.
    Mismatch,
}

impl Exposed {
    /// With what the reason of such a failure begins, for the words about it.
    pub(crate) const fn begin(self) -> &'static str {
        match self {
            Self::Certificate => "certificate: ",
            Self::Mismatch => "privacy: ",
        }
    }

    /// What of it lies in an error, at any depth.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut at = error;
        loop {
            if let Some(found) = at.downcast_ref::<rustls::Error>() {
                return Some(match found {
                    rustls::Error::InvalidCertificate(_) => Self::Certificate,
                    _ => Self::Mismatch,
                });
            }
            // An error of input and output hides what it was made of from `source`.
            let inner = at.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            at = match inner {
                Some(inner) => inner,
                None => at.source()?,
            };
        }
    }
}

/// What a line is made of.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug> Stream for T {}

impl Trust {
    /// The authorities the machine trusts, and those of `pem`; none if `pem` cannot be read. They are read only if they
    /// are wanted: that takes a tenth of a second.
    pub(crate) fn new(pem: &str, wanted: bool) -> Option<Self> {
        let extra: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let extra = extra.ok()?;
        if extra.is_empty() && !pem.trim().is_empty() {
            return None;
        }
        if !wanted {
            return Some(Self {
                config: None,
                pem: pem.trim().to_owned(),
            });
        }
        let provider = Arc::new(default_provider());
        let verifier = if extra.is_empty() {
            Verifier::new(Arc::clone(&provider))
        } else {
            Verifier::new_with_extra_roots(extra, Arc::clone(&provider))
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .ok()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier.ok()?))
            .with_no_client_auth();
        Some(Self {
            config: Some(Arc::new(config)),
            pem: pem.trim().to_owned(),
        })
    }

    /// Makes a line private.
    pub(crate) async fn wrap(
        &self,
        host: &str,
        plain: Box<dyn Stream>,
    ) -> io::Result<Box<dyn Stream>> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| io::Error::other("the host is no name a certificate can be for"))?;
        let config = self
            .config
            .as_ref()
            .ok_or_else(|| io::Error::other("no certificates were read"))?;
        let connector = TlsConnector::from(Arc::clone(config));
        Ok(Box::new(connector.connect(name, plain).await?))
    }
}

impl Server {
    /// Connects; private from the first byte where that is asked for.
    pub(crate) async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        let plain = TcpStream::connect((self.host.as_str(), self.port)).await?;
        let _ = plain.set_nodelay(true);
        let plain: Box<dyn Stream> = Box::new(plain);
        match self.privacy {
            Privacy::Tls => self.trust.wrap(&self.host, plain).await,
            Privacy::StartTls | Privacy::None => Ok(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::{AlertDescription, CertificateError, InvalidMessage};

    #[test]
    fn p_21_a_certificate_not_believed_is_told_from_a_port_that_speaks_otherwise() {
        let wrapped = |error: rustls::Error| io::Error::new(io::ErrorKind::InvalidData, error);
        let cases = [
            (
                wrapped(CertificateError::UnknownIssuer.into()),
                Some(Exposed::Certificate),
            ),
            (
                wrapped(CertificateError::Expired.into()),
                Some(Exposed::Certificate),
            ),
            (
                wrapped(CertificateError::NotValidForName.into()),
                Some(Exposed::Certificate),
            ),
            (
                wrapped(InvalidMessage::InvalidContentType.into()),
                Some(Exposed::Mismatch),
            ),
            (
                wrapped(rustls::Error::AlertReceived(
                    AlertDescription::ProtocolVersion,
                )),
                Some(Exposed::Mismatch),
            ),
            (
                io::Error::other(wrapped(CertificateError::Revoked.into())),
                Some(Exposed::Certificate),
            ),
            (io::Error::from(io::ErrorKind::ConnectionRefused), None),
        ];
        for (error, want) in cases {
            assert_eq!(Exposed::of(&error), want, "{error}");
        }
    }
}
