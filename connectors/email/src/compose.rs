//! Our part as a letter: headers that keep the thread, plain words and a page of the same, files.

use crate::{abilities, address, letter::Thread, smtp::rejected};
use channel::{Part, PartFile, SendError};
use futures_util::StreamExt;
use lettre::{
    Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use text::{Entity, EntityKind};

/// Who writes.
pub(crate) struct Writer<'a> {
    /// Our address.
    pub(crate) address: &'a str,
    /// The sender's name, empty: the address alone.
    pub(crate) name: &'a str,
    /// The subject of a first letter.
    pub(crate) subject: &'a str,
    /// Below each letter of a person.
    pub(crate) signature: &'a str,
    /// Answers come to an address that names this letter.
    pub(crate) plus: bool,
    /// Largest letter.
    pub(crate) largest_mb: u64,
}

/// A letter ready to go.
pub(crate) struct Written {
    pub(crate) id: String,
    pub(crate) to: lettre::Address,
    pub(crate) from: lettre::Address,
    pub(crate) bytes: Vec<u8>,
}

fn mailbox(address: &str, name: &str) -> Result<Mailbox, SendError> {
    let parsed = address
        .parse()
        .map_err(|_| rejected("bad_address", format!("{address} is no address")))?;
    let name = text::clean_name(name);
    Ok(Mailbox::new(Some(name).filter(|n| !n.is_empty()), parsed))
}

/// Writes a part as a letter to a client.
pub(crate) async fn letter(
    writer: &Writer<'_>,
    part: &Part,
    to: &str,
    key: &str,
) -> Result<Written, SendError> {
    let id = address::letter_id(key, writer.address);
    let thread: Thread = part
        .thread
        .as_deref()
        .and_then(|kept| serde_json::from_str(kept).ok())
        .unwrap_or_default();
    let from = mailbox(writer.address, writer.name)?;
    let to = mailbox(to, "")?;
    let (from_address, to_address) = (from.email.clone(), to.email.clone());
    let answers = address::message_id(&thread.last);
    let subject = match (thread.subject.as_str(), &answers) {
        ("", None) if !writer.subject.is_empty() => writer.subject.to_owned(),
        ("", None) => text::shorten(&part.text, 70),
        (kept, _) => format!("Re: {kept}"),
    };
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(subject.replace(['\r', '\n'], " ").trim())
        .message_id(Some(format!("<{id}>")))
        .date_now();
    // A root that all letters to this client share: programs keep them together even before the first answer.
    let root = format!(
        "beseda-thread.{}@{}",
        short_digest(&format!("{}\n{to_address}", writer.address)),
        address::domain(writer.address)
    );
    let mut references: Vec<String> = thread
        .references
        .iter()
        .filter_map(|id| address::message_id(id))
        .collect();
    references.retain(|id| *id != root);
    references.insert(0, root);
    if let Some(last) = &answers {
        references.retain(|id| id != last);
        references.push(last.clone());
        builder = builder.in_reply_to(format!("<{last}>"));
    }
    let references: Vec<String> = references.iter().map(|id| format!("<{id}>")).collect();
    builder = builder.references(references.join(" "));
    if writer.plus
        && let Some(tagged) = address::tagged(writer.address, key)
    {
        builder = builder.reply_to(mailbox(&tagged, writer.name)?);
    }
    if part.automatic {
        // RFC 3834: no program answers it.
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        builder = builder.raw_header(HeaderValue::new(name, "auto-replied".to_owned()));
        let name = HeaderName::new_from_ascii_str("X-Auto-Response-Suppress");
        builder = builder.raw_header(HeaderValue::new(name, "All".to_owned()));
    }
    let signature = if part.automatic { "" } else { writer.signature };
    let mut plain = linked(&part.text, &part.entities);
    let mut page = page(&part.text, &part.entities);
    if !signature.trim().is_empty() {
        plain += &format!("\n\n-- \n{}", signature.trim());
        page += &format!("<p style=\"color:#666\">{}</p>", escaped(signature.trim()));
    }
    let body = MultiPart::alternative()
        .singlepart(SinglePart::plain(plain))
        .singlepart(SinglePart::html(format!(
            "<!doctype html><html><body>{page}</body></html>"
        )));
    let room = abilities::room_for_files(writer.largest_mb);
    if part.files.iter().map(|file| file.size).sum::<u64>() > room {
        return Err(rejected(
            "file_too_big",
            format!(
                "the files together are larger than {} MB",
                room / 1024 / 1024
            ),
        ));
    }
    let message = if part.files.is_empty() {
        builder.multipart(body)
    } else {
        let mut whole = MultiPart::mixed().multipart(body);
        for file in &part.files {
            whole = whole.singlepart(attached(file).await?);
        }
        builder.multipart(whole)
    };
    let message = message.map_err(|error| rejected("bad_address", error.to_string()))?;
    Ok(Written {
        id,
        to: to_address,
        from: from_address,
        bytes: message.formatted(),
    })
}

fn short_digest(words: &str) -> String {
    let sum = ring::digest::digest(&ring::digest::SHA256, words.as_bytes());
    sum.as_ref()
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn attached(file: &PartFile) -> Result<SinglePart, SendError> {
    let lost = |error: std::io::Error| SendError::NotSent {
        reason: format!("a file cannot be read: {error}"),
    };
    let mut stream = (file.open)().await.map_err(lost)?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or(0));
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk.map_err(lost)?);
        if bytes.len() as u64 > file.size {
            return Err(rejected(
                "file_changed",
                "a file is longer than it said".to_owned(),
            ));
        }
    }
    let kind = ContentType::parse(&file.mime)
        .or_else(|_| ContentType::parse("application/octet-stream"))
        .map_err(|error| rejected("bad_file", error.to_string()))?;
    Ok(Attachment::new(file.name.replace(['\r', '\n', '"'], " ")).body(bytes, kind))
}

fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    for letter in words.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br>\n"),
            '\r' => {}
            letter => out.push(letter),
        }
    }
    out
}

const fn tags(kind: EntityKind) -> (&'static str, &'static str) {
    match kind {
        EntityKind::Bold => ("<b>", "</b>"),
        EntityKind::Italic => ("<i>", "</i>"),
        EntityKind::Strike => ("<s>", "</s>"),
        EntityKind::Code => ("<code>", "</code>"),
        EntityKind::Pre => ("<pre>", "</pre>"),
        EntityKind::Quote => ("<blockquote>", "</blockquote>"),
        EntityKind::Link => ("", "</a>"),
    }
}

fn opening(entity: &Entity) -> String {
    match (entity.kind, &entity.url) {
        (EntityKind::Link, Some(url)) => format!("<a href=\"{}\">", escaped(url)),
        (EntityKind::Link, None) => "<a>".to_owned(),
        (kind, _) => tags(kind).0.to_owned(),
    }
}

/// The words as a page. Ranges that cross are closed and opened again, so that the page is whole.
fn page(words: &str, entities: &[Entity]) -> String {
    let mut out = String::new();
    let mut open: Vec<&Entity> = Vec::new();
    let mut sorted: Vec<&Entity> = entities.iter().filter(|e| e.len > 0).collect();
    sorted.sort_by_key(|e| (e.offset, std::cmp::Reverse(e.len)));
    let mut next = sorted.into_iter().peekable();
    let mut at = 0;
    for letter in words.chars().map(Some).chain([None]) {
        while let Some(first) = open.iter().position(|e| e.end() <= at) {
            let closed: Vec<&Entity> = open.drain(first..).collect();
            for one in closed.iter().rev() {
                out.push_str(tags(one.kind).1);
            }
            for one in closed.into_iter().filter(|e| e.end() > at) {
                out.push_str(&opening(one));
                open.push(one);
            }
        }
        while let Some(entity) = next.next_if(|e| e.offset <= at) {
            if entity.end() > at {
                out.push_str(&opening(entity));
                open.push(entity);
            }
        }
        if let Some(letter) = letter {
            out.push_str(&escaped(letter.encode_utf8(&mut [0; 4])));
            at += letter.len_utf16();
        }
    }
    for one in open.iter().rev() {
        out.push_str(tags(one.kind).1);
    }
    out
}

/// The plain words, with the addresses that words hide beside them.
fn linked(words: &str, entities: &[Entity]) -> String {
    let mut out = String::with_capacity(words.len());
    let mut at = 0;
    for letter in words.chars() {
        out.push(letter);
        at += letter.len_utf16();
        for hidden in entities.iter().filter(|e| e.end() == at) {
            if let Some(url) = &hidden.url
                && !out.ends_with(url.as_str())
            {
                out.push_str(&format!(" ({url})"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_21_markup_becomes_a_page_that_is_whole() {
        let words = "Цена <5 & «лампа» тут";
        let mut link = Entity::new(EntityKind::Link, 10, 7);
        link.url = Some("https://x.example/?a=1&b=\"".to_owned());
        let all = [
            Entity::new(EntityKind::Bold, 0, 12),
            link,
            Entity::new(EntityKind::Italic, 30, 5),
        ];
        assert_eq!(
            page(words, &all),
            "<b>Цена &lt;5 &amp; <a href=\"https://x.example/?a=1&amp;b=&quot;\">«л</a></b><a href=\"https://x.example/?a=1&amp;b=&quot;\">ампа»</a> тут"
        );
        assert_eq!(
            linked(words, &all[1..2]),
            "Цена <5 & «лампа» (https://x.example/?a=1&b=\") тут"
        );
    }
}
