//! A proxy on loopback: HTTP with a password (RFC 9110 7.6.1, plain requests by their whole address, and CONNECT) and SOCKS5 with one
//! (RFC 1928, RFC 1929), told apart by the first byte. It counts what it let through.

use base64::{Engine, engine::general_purpose::STANDARD};
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// Who may go out.
pub const USER: &str = "beseda";
/// Their password.
pub const PASSWORD: &str = "выход";

/// The running proxy; it ends with its value.
pub struct ProxyDouble {
    address: SocketAddr,
    passed: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Drop for ProxyDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl ProxyDouble {
    /// Listens on a free port.
    ///
    /// # Errors
    /// If there is none.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let passed = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&passed);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let counter = Arc::clone(&counter);
                tokio::spawn(async move {
                    // Who breaks the rules of a proxy is cut off.
                    let _ = serve(stream, &counter).await;
                });
            }
        });
        Ok(Self {
            address,
            passed,
            server,
        })
    }
    /// Its address with a scheme, for who signs in as `user`.
    pub fn url(&self, scheme: &str, user: &str) -> String {
        format!("{scheme}://{user}@{}", self.address)
    }
    /// Connections that were let through.
    pub fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }
}

async fn serve(stream: TcpStream, passed: &AtomicUsize) -> io::Result<()> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    if first[0] == 5 {
        socks(stream, passed).await
    } else {
        http(stream, passed).await
    }
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

async fn socks(mut stream: TcpStream, passed: &AtomicUsize) -> io::Result<()> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).await?;
    let mut methods = vec![0; head[1].into()];
    stream.read_exact(&mut methods).await?;
    if !methods.contains(&2) {
        stream.write_all(&[5, 0xff]).await?;
        return Ok(());
    }
    stream.write_all(&[5, 2]).await?;
    stream.read_exact(&mut head).await?;
    let user = text(&mut stream, head[1]).await?;
    let length = stream.read_u8().await?;
    let password = text(&mut stream, length).await?;
    let known = user == USER && password == PASSWORD;
    stream.write_all(&[1, u8::from(!known)]).await?;
    if !known {
        return Ok(());
    }
    let mut request = [0; 4];
    stream.read_exact(&mut request).await?;
    let host = match request[3] {
        1 => {
            let mut octets = [0; 4];
            stream.read_exact(&mut octets).await?;
            octets.map(|o| o.to_string()).join(".")
        }
        3 => {
            let length = stream.read_u8().await?;
            text(&mut stream, length).await?
        }
        _ => return Err(broken("an address of another family")),
    };
    let port = stream.read_u16().await?;
    let Ok(mut there) = TcpStream::connect((host.as_str(), port)).await else {
        return stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await;
    };
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    passed.fetch_add(1, Ordering::SeqCst);
    copy_bidirectional(&mut stream, &mut there).await.map(drop)
}

async fn text(stream: &mut TcpStream, length: u8) -> io::Result<String> {
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).await?;
    String::from_utf8(bytes).map_err(|_| broken("not UTF-8"))
}

async fn http(mut stream: TcpStream, passed: &AtomicUsize) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > 64 * 1024 {
            return Err(broken("an endless head"));
        }
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).map_err(|_| broken("not UTF-8"))?;
    let known = format!("{USER}:{PASSWORD}");
    let signed = head.lines().any(|line| {
        let word = line
            .to_ascii_lowercase()
            .starts_with("proxy-authorization: basic ")
            .then(|| line.rsplit(' ').next().unwrap_or_default());
        word.is_some_and(|word| word == STANDARD.encode(&known))
    });
    if !signed {
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return stream.write_all(refusal).await;
    }
    let (line, rest) = head
        .split_once("\r\n")
        .ok_or_else(|| broken("no request"))?;
    let mut words = line.splitn(3, ' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    if method == "CONNECT" {
        let Ok(mut there) = TcpStream::connect(target).await else {
            return stream
                .write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
                .await;
        };
        passed.fetch_add(1, Ordering::SeqCst);
        stream.write_all(b"HTTP/1.1 200 Go on\r\n\r\n").await?;
        return copy_bidirectional(&mut stream, &mut there).await.map(drop);
    }
    let place = target
        .strip_prefix("http://")
        .ok_or_else(|| broken("a proxy is given whole addresses"))?;
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let mut there = TcpStream::connect(host).await?;
    passed.fetch_add(1, Ordering::SeqCst);
    // One request a connection: the next one may go elsewhere.
    let kept: String = rest
        .split_inclusive("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with("proxy-authorization"))
        .collect();
    let request = format!("{method} /{path} HTTP/1.1\r\nconnection: close\r\n{kept}");
    there.write_all(request.as_bytes()).await?;
    copy_bidirectional(&mut stream, &mut there).await.map(drop)
}
