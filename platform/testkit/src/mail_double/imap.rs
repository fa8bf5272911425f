//! The side where letters are read.

use super::{ADDRESS, PASSWORD, Shared};
use std::{io, sync::Arc};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
    sync::watch,
};

pub(super) async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let mut cut = shared.cut.subscribe();
            cut.mark_unchanged();
            tokio::select! {
                _ = serve(stream, &shared) => {}
                _ = cut.changed() => {}
            }
        });
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The day of a number of days since 1970 (proleptic Gregorian).
const fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

fn month(at: i64) -> &'static str {
    MONTHS[usize::try_from(at - 1).unwrap_or(0) % 12]
}

fn internal_date(at: i64) -> String {
    let (year, m, day) = civil(at.div_euclid(86_400));
    let of_day = at.rem_euclid(86_400);
    let (h, min, s) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{day:02}-{}-{year} {h:02}:{min:02}:{s:02} +0000", month(m))
}

/// Whether a day as IMAP writes it is not after a moment.
fn since(told: &str, at: i64) -> bool {
    let parts: Vec<&str> = told.split('-').collect();
    let [day, name, year] = parts.as_slice() else {
        return false;
    };
    let number = |word: &str| word.parse::<i64>().unwrap_or(i64::MAX);
    let named = MONTHS.iter().position(|m| m == name).unwrap_or(99);
    let asked = (
        number(year),
        i64::try_from(named).unwrap_or(99) + 1,
        number(day),
    );
    civil(at.div_euclid(86_400)) >= asked
}

#[expect(clippy::too_many_lines, reason = "one arm a command")]
async fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut signed = false;
    let mut chosen: Option<usize> = None;
    let mut changed = shared.changed.subscribe();
    write
        .write_all(b"* OK mail.lavka.example ready\r\n")
        .await?;
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let Some((tag, said)) = line.trim_end().split_once(' ') else {
            write.write_all(b"* BAD no command\r\n").await?;
            continue;
        };
        let upper = said.to_ascii_uppercase();
        let ok = |what: &str| format!("{tag} OK {what} done\r\n");
        let answer = if upper == "CAPABILITY" {
            let idle = if shared.memory().idle { " IDLE" } else { "" };
            format!("* CAPABILITY IMAP4rev1{idle}\r\n{}", ok("CAPABILITY"))
        } else if upper.starts_with("LOGIN ") {
            let mut memory = shared.memory();
            let wanted = format!("LOGIN \"{ADDRESS}\" \"{PASSWORD}\"");
            if said == wanted && !memory.revoked {
                signed = true;
                memory.sign_ins += 1;
                ok("LOGIN")
            } else {
                format!("{tag} NO [AUTHENTICATIONFAILED] invalid credentials\r\n")
            }
        } else if upper == "LOGOUT" {
            let bye = format!("* BYE\r\n{}", ok("LOGOUT"));
            write.write_all(bye.as_bytes()).await?;
            return Ok(());
        } else if upper == "NOOP" {
            ok("NOOP")
        } else if !signed {
            format!("{tag} BAD sign in first\r\n")
        } else if upper.starts_with("LIST ") {
            let memory = shared.memory();
            let lines = memory.folders.iter().map(|folder| {
                let mark = if folder.sent {
                    "\\Sent"
                } else {
                    "\\HasNoChildren"
                };
                format!("* LIST ({mark}) \"/\" \"{}\"\r\n", folder.name)
            });
            lines.collect::<String>() + &ok("LIST")
        } else if let Some(name) = said
            .strip_prefix("EXAMINE ")
            .or_else(|| said.strip_prefix("SELECT "))
        {
            changed.mark_unchanged();
            examine(shared, tag, name.trim_matches('"'), &mut chosen)
        } else if let Some(query) = said.strip_prefix("UID SEARCH ") {
            match chosen.and_then(|at| search(shared, at, query)) {
                Some(found) => format!("* SEARCH{found}\r\n{}", ok("SEARCH")),
                None => format!("{tag} BAD search\r\n"),
            }
        } else if let Some(asked) = said.strip_prefix("UID FETCH ") {
            match chosen {
                Some(at) if fetch(shared, at, asked, &mut write).await? => ok("FETCH"),
                _ => format!("{tag} BAD fetch\r\n"),
            }
        } else if let Some(rest) = said.strip_prefix("APPEND ") {
            let size = rest
                .rsplit_once('{')
                .and_then(|(_, n)| n.strip_suffix('}')?.parse::<usize>().ok());
            match size {
                Some(size) if rest.starts_with("\"Sent\" (\\Seen) ") => {
                    write.write_all(b"+ go on\r\n").await?;
                    let mut raw = vec![0; size + 2];
                    read.read_exact(&mut raw).await?;
                    if raw.ends_with(b"\r\n") {
                        raw.truncate(size);
                        let mut memory = shared.memory();
                        let at = memory.at;
                        memory.folders[1].put(raw, at);
                        drop(memory);
                        shared.tell();
                        ok("APPEND")
                    } else {
                        format!("{tag} BAD the literal does not end\r\n")
                    }
                }
                _ => format!("{tag} BAD append\r\n"),
            }
        } else if upper == "IDLE" && shared.memory().idle {
            if !idle(shared, chosen, &mut changed, &mut read, &mut write).await? {
                return Ok(());
            }
            ok("IDLE")
        } else {
            format!("{tag} BAD unknown command\r\n")
        };
        write.write_all(answer.as_bytes()).await?;
    }
}

fn examine(shared: &Shared, tag: &str, name: &str, chosen: &mut Option<usize>) -> String {
    let memory = shared.memory();
    let at = memory.folders.iter().position(|f| f.name == name);
    let Some(at) = at else {
        *chosen = None;
        return format!("{tag} NO [NONEXISTENT] no such folder\r\n");
    };
    *chosen = Some(at);
    let folder = &memory.folders[at];
    format!(
        "* FLAGS (\\Seen)\r\n* {} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {}] numbered\r\n* OK [UIDNEXT {}] next\r\n{tag} OK [READ-ONLY] done\r\n",
        folder.letters.len(),
        folder.validity,
        folder.next,
    )
}

fn search(shared: &Shared, at: usize, query: &str) -> Option<String> {
    let memory = shared.memory();
    let letters = &memory.folders[at].letters;
    let words: Vec<&str> = query.split(' ').collect();
    let last = letters.last().map_or(0, |one| one.uid);
    let found: Vec<u32> = match words.as_slice() {
        ["ALL"] => letters.iter().map(|one| one.uid).collect(),
        ["HEADER", "Message-ID", id] => {
            let id = id.trim_matches('"');
            let has = |raw: &[u8]| super::header(&String::from_utf8_lossy(raw), "Message-ID") == id;
            let of = letters.iter().filter(|one| has(&one.raw));
            of.map(|one| one.uid).collect()
        }
        ["SINCE", day] => {
            let of = letters.iter().filter(|one| since(day, one.at));
            of.map(|one| one.uid).collect()
        }
        ["UID", range, rest @ ..] => {
            let from: u32 = range.strip_suffix(":*")?.parse().ok()?;
            let day = match rest {
                [] => None,
                ["SINCE", day] => Some(*day),
                _ => return None,
            };
            // `n:*` names the last letter whatever n is (RFC 3501, section 9, seq-range).
            let within = |uid: u32| uid >= from || uid == last;
            let of = letters
                .iter()
                .filter(|one| !one.passed && within(one.uid))
                .filter(|one| day.is_none_or(|day| since(day, one.at)));
            of.map(|one| one.uid).collect()
        }
        _ => return None,
    };
    Some(found.iter().map(|uid| format!(" {uid}")).collect())
}

async fn fetch(
    shared: &Shared,
    at: usize,
    asked: &str,
    write: &mut OwnedWriteHalf,
) -> io::Result<bool> {
    let Some((uid, items)) = asked.split_once(' ') else {
        return Ok(false);
    };
    if uid.contains(',') {
        for one in uid.split(',') {
            if !Box::pin(fetch(shared, at, &format!("{one} {items}"), write)).await? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let Ok(uid) = uid.parse::<u32>() else {
        return Ok(false);
    };
    let found = {
        let mut memory = shared.memory();
        let letters = &memory.folders[at].letters;
        let found = letters.iter().position(|one| one.uid == uid);
        let found = found.map(|n| (n + 1, letters[n].clone()));
        if items.contains("BODY.PEEK[]") && found.is_some() {
            memory.fetched += 1;
        }
        found
    };
    let Some((n, kept)) = found else {
        return Ok(true);
    };
    if items == "(UID RFC822.SIZE INTERNALDATE)" {
        let date = internal_date(kept.at);
        let line = format!(
            "* {n} FETCH (UID {uid} RFC822.SIZE {} INTERNALDATE \"{date}\")\r\n",
            kept.raw.len()
        );
        write.write_all(line.as_bytes()).await?;
        return Ok(true);
    }
    if items == "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])" {
        let end = kept.raw.windows(4).position(|four| four == b"\r\n\r\n");
        let header = &kept.raw[..end.map_or(kept.raw.len(), |at| at + 4)];
        let line = format!(
            "* {n} FETCH (UID {uid} RFC822.SIZE {} INTERNALDATE \"{}\" BODY[HEADER] {{{}}}\r\n",
            kept.raw.len(),
            internal_date(kept.at),
            header.len()
        );
        write.write_all(line.as_bytes()).await?;
        write.write_all(header).await?;
        write.write_all(b")\r\n").await?;
        return Ok(true);
    }
    let (name, raw) = if items == "(UID BODY.PEEK[])" {
        ("BODY[]", &kept.raw[..])
    } else if let Some(rest) = items.strip_prefix("(UID BODY.PEEK[]<0.") {
        let most: usize = rest.trim_end_matches(">)").parse().unwrap_or(0);
        ("BODY[]<0>", &kept.raw[..most.min(kept.raw.len())])
    } else {
        return Ok(false);
    };
    let head = format!("* {n} FETCH (UID {uid} {name} {{{}}}\r\n", raw.len());
    write.write_all(head.as_bytes()).await?;
    write.write_all(raw).await?;
    write.write_all(b")\r\n").await?;
    Ok(true)
}

/// Tells of letters until it is asked to stop; `false`: the line ended.
async fn idle(
    shared: &Shared,
    chosen: Option<usize>,
    changed: &mut watch::Receiver<u64>,
    read: &mut (impl AsyncBufReadExt + Unpin),
    write: &mut OwnedWriteHalf,
) -> io::Result<bool> {
    shared.memory().idles += 1;
    write.write_all(b"+ idling\r\n").await?;
    let mut line = String::new();
    loop {
        tokio::select! {
            got = read.read_line(&mut line) => {
                return Ok(got? > 0 && line.trim_end().eq_ignore_ascii_case("DONE"));
            }
            news = changed.changed() => {
                if news.is_err() {
                    return Ok(false);
                }
                let exists = chosen.map(|at| shared.memory().folders[at].letters.len());
                if let Some(n) = exists {
                    write.write_all(format!("* {n} EXISTS\r\n").as_bytes()).await?;
                }
            }
        }
    }
}
