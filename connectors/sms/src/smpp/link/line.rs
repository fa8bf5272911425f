//! The connection below a session: TCP, encrypted if wished, and bound.

use super::{Centre, not_sent, refused};
use crate::smpp::pdu::{self, Unit};
use bytes::BytesMut;
use channel::SendError;
use rustls::{
    ClientConfig,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use std::{fmt, io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// How long writing one unit may take before the line counts as broken.
const WRITE: Duration = Duration::from_secs(10);

/// Whose certificate we believe, prepared once.
#[derive(Clone)]
pub(crate) struct Trust(Arc<ClientConfig>);

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trust")
    }
}

impl Trust {
    /// The authorities the machine trusts, and those of `pem`; none if `pem` cannot be read.
    pub(crate) fn new(pem: &str) -> Option<Self> {
        let extra: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let extra = extra.ok()?;
        if extra.is_empty() && !pem.trim().is_empty() {
            return None;
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
        Some(Self(Arc::new(config)))
    }
}

/// What a line is made of.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A bound connection.
pub(crate) struct Line {
    stream: Box<dyn Stream>,
    read: BytesMut,
}

impl Line {
    /// Connects and binds as a transceiver.
    pub(crate) async fn open(centre: &Centre) -> Result<Self, SendError> {
        let told = |error: io::Error| not_sent(&error.to_string());
        let plain = TcpStream::connect((centre.host.as_str(), centre.port))
            .await
            .map_err(told)?;
        let _ = plain.set_nodelay(true);
        let stream: Box<dyn Stream> = match &centre.tls {
            None => Box::new(plain),
            Some(trust) => {
                let name = ServerName::try_from(centre.host.clone())
                    .map_err(|_| not_sent("the host is no name a certificate can be for"))?;
                let connector = TlsConnector::from(Arc::clone(&trust.0));
                Box::new(connector.connect(name, plain).await.map_err(told)?)
            }
        };
        let mut line = Self {
            stream,
            read: BytesMut::with_capacity(4096),
        };
        let body = pdu::bind(&centre.system_id, &centre.password, &centre.system_type);
        let bind = Unit::new(pdu::BIND_TRANSCEIVER, 0, 1, body);
        line.write(&bind).await.map_err(told)?;
        loop {
            let unit = line.next().await.map_err(told)?;
            let ours = unit.command == pdu::BIND_TRANSCEIVER | pdu::ANSWER
                || unit.command == pdu::GENERIC_NACK;
            match (ours, unit.status) {
                (true, 0) if unit.command != pdu::GENERIC_NACK => return Ok(line),
                (true, _) => return Err(refused(&unit)),
                (false, _) => {}
            }
        }
    }

    /// Writes one unit whole.
    pub(crate) async fn write(&mut self, unit: &Unit) -> io::Result<()> {
        let bytes = unit.bytes();
        let whole = async {
            self.stream.write_all(&bytes).await?;
            self.stream.flush().await
        };
        timeout(WRITE, whole)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// The next unit. Nothing is lost if the future is dropped while it waits.
    pub(crate) async fn next(&mut self) -> io::Result<Unit> {
        loop {
            match Unit::take(&mut self.read) {
                Ok(Some(unit)) => return Ok(unit),
                Ok(None) => {}
                Err(pdu::OutOfStep) => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "what answers there does not speak SMPP",
                    ));
                }
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    "the centre closed the connection",
                ));
            }
        }
    }
}
