//! The side where letters are handed in.

use super::{ADDRESS, Fault, PASSWORD, Shared, Taken};
use std::{io, sync::Arc};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

pub(super) async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let _ = serve(stream, &shared).await;
        });
    }
}

/// `\0login\0password` in base64, as the tests' own account writes it.
fn plain() -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let words = format!("\0{ADDRESS}\0{PASSWORD}");
    let mut out = String::new();
    for three in words.as_bytes().chunks(3) {
        let n = three
            .iter()
            .chain([&0, &0])
            .take(3)
            .fold(0_u32, |n, byte| n << 8 | u32::from(*byte));
        for place in 0..4_usize {
            let at = (n >> (18 - 6 * place)) & 63;
            let fits = place <= three.len();
            out.push(if fits {
                char::from(LETTERS[at as usize])
            } else {
                '='
            });
        }
    }
    out
}

async fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let (mut hello, mut signed) = (false, false);
    let (mut from, mut to): (Option<String>, Option<String>) = (None, None);
    write.write_all(b"220 mx.lavka.example ESMTP\r\n").await?;
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let Some(said) = line.strip_suffix("\r\n") else {
            write.write_all(b"500 5.5.2 bare line feed\r\n").await?;
            return Ok(());
        };
        let upper = said.to_ascii_uppercase();
        let revoked = shared.memory().revoked;
        let answer: String = if upper.starts_with("EHLO ") {
            hello = true;
            "250-mx.lavka.example\r\n250-AUTH PLAIN\r\n250-SIZE 36700160\r\n250 8BITMIME".to_owned()
        } else if !hello {
            "503 5.5.1 hello first".to_owned()
        } else if let Some(given) = said.strip_prefix("AUTH PLAIN ") {
            signed = given == plain() && !revoked;
            if signed {
                "235 2.7.0 welcome".to_owned()
            } else {
                "535 5.7.8 application password required".to_owned()
            }
        } else if upper == "QUIT" {
            write.write_all(b"221 2.0.0 bye\r\n").await?;
            return Ok(());
        } else if upper == "RSET" || upper == "NOOP" {
            (from, to) = (None, None);
            "250 2.0.0 ok".to_owned()
        } else if !signed {
            "530 5.7.0 sign in first".to_owned()
        } else if upper.starts_with("MAIL FROM:") {
            match (path(said), fault(shared, |f| matches!(f, Fault::Sender(_)))) {
                (_, Some(Fault::Sender(words))) => words.to_owned(),
                (Some(told), _) if told.eq_ignore_ascii_case(ADDRESS) => {
                    from = Some(told);
                    "250 2.1.0 ok".to_owned()
                }
                _ => "553 5.7.1 not your address".to_owned(),
            }
        } else if upper.starts_with("RCPT TO:") && from.is_some() {
            match (
                path(said),
                fault(shared, |f| matches!(f, Fault::Receiver(_))),
            ) {
                (_, Some(Fault::Receiver(words))) => words.to_owned(),
                (Some(told), _) if told.contains('@') => {
                    to = Some(told);
                    "250 2.1.5 ok".to_owned()
                }
                _ => "501 5.1.3 bad address".to_owned(),
            }
        } else if upper == "DATA" && to.is_some() {
            if fault(shared, |f| *f == Fault::DropBefore).is_some() {
                return Ok(());
            }
            write.write_all(b"354 go on\r\n").await?;
            let Some(raw) = letter(&mut read).await? else {
                write.write_all(b"554 5.6.0 lines are broken\r\n").await?;
                return Ok(());
            };
            let trouble = fault(shared, |f| {
                matches!(f, Fault::Letter(_) | Fault::DropAnswer)
            });
            if let Some(Fault::Letter(words)) = trouble {
                words.to_owned()
            } else {
                shared.memory().taken.push(Taken {
                    from: from.take().unwrap_or_default(),
                    to: to.take().unwrap_or_default(),
                    raw,
                });
                if trouble.is_some() {
                    return Ok(());
                }
                "250 2.0.0 queued".to_owned()
            }
        } else {
            "503 5.5.1 out of order".to_owned()
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// Takes the next fault if it is one of these.
fn fault(shared: &Shared, which: impl Fn(&Fault) -> bool) -> Option<Fault> {
    let mut memory = shared.memory();
    memory.faults.front().filter(|next| which(next))?;
    memory.faults.pop_front()
}

fn path(said: &str) -> Option<String> {
    let (_, rest) = said.split_once('<')?;
    let (path, _) = rest.split_once('>')?;
    Some(path.to_owned())
}

async fn letter(read: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Option<String>> {
    let mut raw = String::new();
    loop {
        let mut line = Vec::new();
        if read.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        if line == b".\r\n" {
            return Ok(Some(raw));
        }
        if !line.ends_with(b"\r\n") || line.len() > 1000 {
            return Ok(None);
        }
        let line = line.strip_prefix(b".").unwrap_or(&line);
        raw.push_str(&String::from_utf8_lossy(line));
    }
}
