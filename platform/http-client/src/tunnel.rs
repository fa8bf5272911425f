//! A line that is not HTTP, opened as HTTP would be: directly, or through the account's proxy.
//!
//! Written here rather than taken from `hyper-util`, whose errors cannot be told apart from outside: whoever set a proxy
//! wants to know whether it is not there, does not know them, or cannot go on.

use crate::Outlet;
use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::{ClientConfig, crypto::ring::default_provider, pki_types::ServerName};
use rustls_platform_verifier::Verifier;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// Longest head of a proxy's answer, in bytes.
const HEAD: usize = 16 * 1024;

/// An open line.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Why there is no line; nothing was sent to who is behind it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LineError {
    /// There is no proxy, and nobody takes the line.
    #[error("{0}")]
    Unreachable(String),
    /// Nobody, or nobody who speaks as a proxy does, is at the proxy's address.
    #[error("the proxy: {0}")]
    NoProxy(String),
    /// The proxy's certificate is of an authority this machine does not know, or of another name.
    #[error("the proxy's certificate: {0}")]
    Stranger(String),
    /// The proxy wants another user or password.
    #[error("the proxy does not take the user or the password")]
    Denied,
    /// The proxy cannot or may not go on from there.
    #[error("the proxy does not go on: {0}")]
    Stuck(String),
}

fn no_proxy(error: &io::Error) -> LineError {
    let inner = error.get_ref();
    match inner.and_then(|e| e.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(_)) => LineError::Stranger(error.to_string()),
        _ => LineError::NoProxy(error.to_string()),
    }
}

/// What there is to know of a proxy.
struct Place {
    secure: bool,
    socks: bool,
    host: String,
    port: u16,
    user: String,
    password: String,
}

impl Place {
    fn of(outlet: &Outlet) -> Option<Self> {
        if !outlet.is_valid() {
            return None;
        }
        let url = reqwest::Url::parse(&outlet.address).ok()?;
        let socks = url.scheme().starts_with("socks5");
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        let written = url.password().map(plain).unwrap_or_default();
        Some(Self {
            secure: url.scheme() == "https",
            socks,
            host,
            port: url.port_or_known_default().unwrap_or(1080),
            user: plain(url.username()),
            password: if outlet.password.is_empty() {
                written
            } else {
                outlet.password.clone()
            },
        })
    }

    fn named(&self) -> bool {
        !self.user.is_empty() || !self.password.is_empty()
    }
}

/// A part of an address without its percent signs.
fn plain(escaped: &str) -> String {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let digits = more.get(..2).and_then(|two| str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &more[2..];
            }
            _ => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Opens a line to an address within `patience`, through the proxy if there is one.
pub(crate) async fn open(
    outlet: Option<&Outlet>,
    to: SocketAddr,
    patience: Duration,
) -> Result<Box<dyn Wire>, LineError> {
    let Some(outlet) = outlet else {
        let direct = timeout(patience, TcpStream::connect(to)).await;
        let direct = direct.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        return direct
            .map(|line| Box::new(line) as Box<dyn Wire>)
            .map_err(|error| LineError::Unreachable(error.to_string()));
    };
    let place = Place::of(outlet)
        .ok_or_else(|| LineError::NoProxy("this is no address of a proxy".to_owned()))?;
    match timeout(patience, through(&place, to)).await {
        Ok(done) => done,
        Err(_) => Err(LineError::NoProxy("it does not answer".to_owned())),
    }
}

async fn through(place: &Place, to: SocketAddr) -> Result<Box<dyn Wire>, LineError> {
    let line = TcpStream::connect((place.host.as_str(), place.port)).await;
    let line = line.map_err(|e| no_proxy(&e))?;
    let mut line: Box<dyn Wire> = if place.secure {
        Box::new(private(&place.host, line).await.map_err(|e| no_proxy(&e))?)
    } else {
        Box::new(line)
    };
    if place.socks {
        socks(&mut *line, place, to).await?;
    } else {
        connect(&mut *line, place, to).await?;
    }
    Ok(line)
}

async fn private(
    host: &str,
    line: TcpStream,
) -> io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let provider = Arc::new(default_provider());
    let verifier = Verifier::new(Arc::clone(&provider)).map_err(io::Error::other)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    TlsConnector::from(Arc::new(config))
        .connect(name, line)
        .await
}

/// Asks a SOCKS5 proxy to go on (RFC 1928, with a password RFC 1929).
async fn socks(line: &mut dyn Wire, place: &Place, to: SocketAddr) -> Result<(), LineError> {
    let hello: &[u8] = if place.named() {
        &[5, 2, 0, 2]
    } else {
        &[5, 1, 0]
    };
    let mut two = [0; 2];
    said(line, hello, &mut two).await?;
    match two {
        [5, 0] => {}
        [5, 2] if place.named() => {
            let (user, password) = (place.user.as_bytes(), place.password.as_bytes());
            // A word of more than 255 bytes has no place there, so it is nobody's.
            let length = |word: &[u8]| u8::try_from(word.len()).map_err(|_| LineError::Denied);
            let mut words = vec![1, length(user)?];
            words.extend_from_slice(user);
            words.push(length(password)?);
            words.extend_from_slice(password);
            said(line, &words, &mut two).await?;
            if two[1] != 0 {
                return Err(LineError::Denied);
            }
        }
        [5, _] => return Err(LineError::Denied),
        _ => return Err(LineError::NoProxy("no SOCKS5 is spoken there".to_owned())),
    }
    let mut ask = vec![5, 1, 0];
    match to {
        SocketAddr::V4(v4) => {
            ask.push(1);
            ask.extend(v4.ip().octets());
        }
        SocketAddr::V6(v6) => {
            ask.push(4);
            ask.extend(v6.ip().octets());
        }
    }
    ask.extend(to.port().to_be_bytes());
    let mut head = [0; 4];
    said(line, &ask, &mut head).await?;
    if head[1] != 0 {
        return Err(LineError::Stuck(refusal(head[1]).to_owned()));
    }
    let rest = match head[3] {
        1 => 4,
        4 => 16,
        _ => usize::from(line.read_u8().await.map_err(|e| no_proxy(&e))?),
    };
    let mut bound = vec![0; rest + 2];
    line.read_exact(&mut bound)
        .await
        .map_err(|e| no_proxy(&e))?;
    Ok(())
}

/// Why a SOCKS5 proxy does not go on (RFC 1928, section 6).
const fn refusal(code: u8) -> &'static str {
    match code {
        2 => "its rules forbid it",
        3 => "that network cannot be reached",
        4 => "that host cannot be reached",
        5 => "the connection was refused",
        6 => "it took too long",
        _ => "it did not say why",
    }
}

/// Says some bytes and reads as many as the answer must have.
async fn said(line: &mut dyn Wire, words: &[u8], answer: &mut [u8]) -> Result<(), LineError> {
    let done = async {
        line.write_all(words).await?;
        line.flush().await?;
        line.read_exact(answer).await
    };
    match done.await {
        Ok(_) => Ok(()),
        Err(error) => Err(no_proxy(&error)),
    }
}

/// Asks an HTTP proxy to go on (RFC 9110, 9.3.6).
async fn connect(line: &mut dyn Wire, place: &Place, to: SocketAddr) -> Result<(), LineError> {
    let mut ask = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n");
    if place.named() {
        let words = STANDARD.encode(format!("{}:{}", place.user, place.password));
        ask.push_str(&format!("Proxy-Authorization: Basic {words}\r\n"));
    }
    ask.push_str("\r\n");
    let answered = async {
        line.write_all(ask.as_bytes()).await?;
        line.flush().await?;
        let mut head = Vec::new();
        // Byte by byte: what comes after the head is no longer the proxy's.
        while !head.ends_with(b"\r\n\r\n") && head.len() < HEAD {
            head.push(line.read_u8().await?);
        }
        Ok(head)
    };
    let head = answered.await.map_err(|e: io::Error| no_proxy(&e))?;
    let head = String::from_utf8_lossy(&head);
    let first = head.lines().next().unwrap_or_default();
    let code = first
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split(' ').nth(1)?.parse::<u16>().ok());
    match code {
        Some(200..=299) => Ok(()),
        Some(407) => Err(LineError::Denied),
        Some(code) => Err(LineError::Stuck(code.to_string())),
        None => Err(LineError::NoProxy("no HTTP is spoken there".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(address: &str, password: &str) -> Option<(bool, bool, String, u16, String, String)> {
        let outlet = Outlet {
            address: address.to_owned(),
            password: password.to_owned(),
        };
        let p = Place::of(&outlet)?;
        Some((p.secure, p.socks, p.host, p.port, p.user, p.password))
    }

    #[test]
    fn u_38_addresses_of_proxies_are_read() {
        let told = |secure, socks, host: &str, port, user: &str, password: &str| {
            Some((
                secure,
                socks,
                host.to_owned(),
                port,
                user.to_owned(),
                password.to_owned(),
            ))
        };
        assert_eq!(
            place("socks5://anna%40home@proxy.example", "выход"),
            told(false, true, "proxy.example", 1080, "anna@home", "выход")
        );
        assert_eq!(
            place("http://10.0.0.5:3128", ""),
            told(false, false, "10.0.0.5", 3128, "", "")
        );
        assert_eq!(
            place("https://a:b%25@[::1]", ""),
            told(true, false, "::1", 443, "a", "b%")
        );
        assert_eq!(place("ftp://10.0.0.5", ""), None);
    }
}
