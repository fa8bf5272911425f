//! A letter as it lay in the mailbox, in the words of all channels.
//!
//! The stored event is one line that says where the letter lies, then the letter byte by byte: it can be worked on again by
//! a later version. Understanding is total: what is no letter becomes a placeholder.

use crate::{address, bounce, html, quote, words};
use channel::{Author, FileKind, Inbound, InboundMessage, MediaRef, RawEvent};
use kernel::Moment;
use mail_parser::{
    Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
    decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode},
};
use serde::{Deserialize, Serialize};

/// Most files of a letter that are shown.
const MOST_FILES: usize = 100;
/// Longest text that stands in the talk; the whole letter is beside it as a file then.
const LONGEST: usize = 60_000;
/// Most ids of a thread that are carried on: its root and the newest ones.
const MOST_REFERENCES: usize = 20;

/// Where a letter lies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The folder, as the server writes it.
    pub(crate) folder: String,
    /// Whether it is the folder of what we sent.
    #[serde(default)]
    pub(crate) sent: bool,
    /// The folder's UIDVALIDITY.
    pub(crate) validity: u32,
    /// The letter's UID.
    pub(crate) uid: u32,
    /// Bytes of the whole letter.
    pub(crate) size: u64,
    /// Only its beginning was read: it is larger than the limit.
    #[serde(default)]
    pub(crate) cut: bool,
    /// When the server got it, in seconds.
    #[serde(default)]
    pub(crate) at: i64,
}

/// What is remembered of a talk for its next letter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Thread {
    /// The subject without its "Re:".
    pub(crate) subject: String,
    /// The client's newest letter.
    pub(crate) last: String,
    /// The letters before it, the oldest first.
    pub(crate) references: Vec<String>,
}

/// One part of a letter, as a name of a file to be fetched later.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Piece {
    #[serde(flatten)]
    pub(crate) place: Place,
    /// The letter's own id, to find it where the folder was numbered anew.
    pub(crate) id: Option<String>,
    /// Which part; none: all words of the letter.
    pub(crate) part: Option<usize>,
}

/// The event of a letter; none for one of our own, which the talk has already.
pub(crate) fn event(place: &Place, raw: &[u8], own: &str) -> Option<RawEvent> {
    let head = serde_json::to_string(place).ok()?;
    let mut body = Vec::with_capacity(head.len() + 1 + raw.len());
    body.extend_from_slice(head.as_bytes());
    body.push(b'\n');
    body.extend_from_slice(raw);
    let letter = MessageParser::default().parse(raw);
    let id = letter
        .as_ref()
        .and_then(|letter| letter.message_id().and_then(address::message_id));
    if letter.as_ref().is_some_and(|l| is_copy_of_ours(l, own)) {
        return None;
    }
    let understood = understand(place, raw, own);
    let lane = understood
        .iter()
        .find_map(|one| one.peer().map(|peer| peer.ext_id.clone()))
        .unwrap_or_default();
    let folder = if place.sent { "sent" } else { "in" };
    let dedup_key = match id {
        Some(id) => format!("{folder}:{lane}:{id}"),
        None => format!("{folder}:{}", digest(raw)),
    };
    Some(RawEvent {
        dedup_key,
        lane,
        body: body.into(),
    })
}

/// What a letter's header alone says of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Sight {
    /// We sent it: its id, and to whom.
    Ours(String, String),
    /// Somebody wrote it: its id in our tables, and in whose talk.
    Theirs(String, String),
    /// Only the whole letter can tell.
    Unclear,
    /// It is nothing to us.
    Nothing,
}

/// Looks at a letter's header.
pub(crate) fn sight(place: &Place, header: &[u8], own: &str) -> Sight {
    let Some(letter) = MessageParser::default().parse(header) else {
        return Sight::Unclear;
    };
    let Some(id) = letter.message_id().and_then(address::message_id) else {
        return Sight::Unclear;
    };
    if is_copy_of_ours(&letter, own) {
        return match person(letter.to()) {
            Some((to, _)) => Sight::Ours(id, to),
            None => Sight::Nothing,
        };
    }
    match understand(place, header, own).pop() {
        Some(Inbound::Message(message)) => Sight::Theirs(message.ext_id, message.peer.ext_id),
        Some(_) => Sight::Unclear,
        None => Sight::Nothing,
    }
}

fn digest(raw: &[u8]) -> String {
    let sum = ring::digest::digest(&ring::digest::SHA256, raw);
    sum.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What a stored event says.
pub(crate) fn normalize(event: &RawEvent, own: &str) -> Vec<Inbound> {
    let cut = event.body.iter().position(|byte| *byte == b'\n');
    let (head, raw) = match cut {
        Some(at) => (&event.body[..at], &event.body[at + 1..]),
        None => (&event.body[..], &[][..]),
    };
    match serde_json::from_slice::<Place>(head) {
        Ok(place) => understand(&place, raw, own),
        Err(_) => vec![strange(None, None)],
    }
}

fn strange(peer: Option<channel::Peer>, at: Option<Moment>) -> Inbound {
    Inbound::Unsupported {
        kind: "letter".to_owned(),
        ext_id: None,
        peer,
        at,
    }
}

fn is_copy_of_ours(letter: &Message<'_>, own: &str) -> bool {
    let from = sender(letter).map(|(from, _)| from);
    letter
        .message_id()
        .and_then(address::message_id)
        .is_some_and(|id| address::is_ours(&id))
        && from.as_deref() == address::normal(own).as_deref()
}

fn sender(letter: &Message<'_>) -> Option<(String, String)> {
    person(letter.from()).or_else(|| person(letter.sender()))
}

fn person(told: Option<&mail_parser::Address<'_>>) -> Option<(String, String)> {
    let first = told?.first()?;
    let address = address::normal(first.address()?)?;
    Some((address, first.name().unwrap_or_default().to_owned()))
}

fn understand(place: &Place, raw: &[u8], own: &str) -> Vec<Inbound> {
    let received = (place.at > 0).then(|| Moment::from_seconds(place.at));
    let Some(letter) = MessageParser::default().parse(raw) else {
        return vec![strange(None, received)];
    };
    // When the server got it: what a letter says of its own time may be anything.
    let at = received.unwrap_or_else(|| Moment::from_seconds(0));
    if is_copy_of_ours(&letter, own) {
        return Vec::new();
    }
    if !place.sent
        && let Some(report) = bounce::report(&letter)
    {
        return report.inbound(at);
    }
    let Some((from, name)) = sender(&letter) else {
        return vec![strange(None, Some(at))];
    };
    let mine = address::normal(own).unwrap_or_default();
    if place.sent {
        // One of ours answered in a mail program: shown in the talk of whom they wrote to.
        let Some((to, to_name)) = person(letter.to()).filter(|(to, _)| from == mine && *to != mine)
        else {
            return Vec::new();
        };
        let peer = address::peer(&to, &to_name);
        let mut message = written(place, &letter, own, peer, Author::ExternalOperator, at);
        if !name.trim().is_empty() {
            message
                .context
                .push((channel::AUTHOR_NAME.to_owned(), text::clean_name(&name)));
        }
        return vec![Inbound::Message(Box::new(message))];
    }
    // A form on a site writes from an address that only sends, or from our own; the client is whom to answer.
    let asks = person(letter.reply_to()).filter(|(reply, _)| *reply != mine);
    let (client, client_name) = match asks {
        Some(reply) if from == mine || address::sends_only(&from) => reply,
        _ => (from.clone(), name),
    };
    let automatic = from == mine && client == mine || is_automatic(&letter, &client);
    let author = if automatic {
        Author::Bot
    } else {
        Author::Customer
    };
    let peer = address::peer(&client, &client_name);
    vec![Inbound::Message(Box::new(written(
        place, &letter, own, peer, author, at,
    )))]
}

/// Whether a program wrote it (RFC 3834, and what was used before): shown, and never answered by a program.
fn is_automatic(letter: &Message<'_>, client: &str) -> bool {
    let says = |name: &str| {
        let mut all = letter.headers_raw();
        let (_, raw) = all.find(|(told, _)| told.eq_ignore_ascii_case(name))?;
        Some(raw.trim().to_ascii_lowercase())
    };
    let told = |name| says(name).is_some_and(|value| !value.is_empty());
    says("Auto-Submitted").is_some_and(|value| !value.is_empty() && !value.starts_with("no"))
        || says("Precedence")
            .is_some_and(|value| ["bulk", "junk", "list", "auto_reply"].contains(&value.as_str()))
        || told("X-Auto-Response-Suppress")
        || told("X-Autoreply")
        || told("X-Autorespond")
        || told("List-Id")
        || says("Return-Path").is_some_and(|path| path == "<>")
        || address::is_daemon(client)
}

/// All ids of a header.
pub(crate) fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let all: Vec<&str> = match value {
        HeaderValue::Text(one) => one.split_whitespace().collect(),
        HeaderValue::TextList(many) => many.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    all.into_iter().filter_map(address::message_id).collect()
}

/// The id of a letter in our tables. Somebody else's letter is known together with its writer: nobody can hide another
/// one's letter by sending its id first.
pub(crate) fn ext_id(id: &str, from: &str) -> String {
    if address::is_ours(id) {
        id.to_owned()
    } else {
        format!("{from}:{id}")
    }
}

fn written(
    place: &Place,
    letter: &Message<'_>,
    own: &str,
    peer: channel::Peer,
    author: Author,
    at: Moment,
) -> InboundMessage {
    let id = letter.message_id().and_then(address::message_id);
    let known = match &id {
        Some(id) => ext_id(id, &peer.ext_id),
        None => format!("{}:{}", peer.ext_id, digest(letter.raw_message())),
    };
    let known = if author == Author::ExternalOperator {
        format!("sent:{known}")
    } else {
        known
    };
    let subject = subject(letter);
    let whole = body(letter);
    let shown = quote::without(&whole);
    let folded = shown.is_some() || whole.chars().count() > LONGEST;
    let words: String = shown
        .as_deref()
        .unwrap_or(&whole)
        .chars()
        .take(LONGEST)
        .collect();
    let mut media = files(place, letter, id.as_deref());
    let piece = |part| Piece {
        place: place.clone(),
        id: id.clone(),
        part,
    };
    if folded && !place.cut {
        // Nothing is lost: the letter with what it quotes lies beside its words.
        media.push(media_of(
            &piece(None),
            "letter.txt",
            "text/plain",
            Some(whole.len() as u64),
        ));
    }
    if place.cut {
        // It is larger than allowed: its beginning stands here, and its size says why the rest does not come.
        media = vec![media_of(
            &piece(Some(0)),
            "letter.eml",
            "message/rfc822",
            Some(place.size),
        )];
    }
    let answered = answers(letter, own);
    let reply_to = answered.last().map(|id| {
        let own_letters = address::is_ours(id);
        if own_letters {
            id.clone()
        } else {
            ext_id(id, &peer.ext_id)
        }
    });
    // The subject of an answer in a talk in which we wrote is known to who reads it.
    let ours = author == Author::ExternalOperator
        || answered
            .iter()
            .chain(&thread_of(letter))
            .any(|id| address::is_ours(id));
    let known_subject = ours && !answered.is_empty() && is_answer(&subject);
    let text = match (subject.as_str(), words.trim()) {
        ("", words) => words::plain_source(words),
        (_, words) if known_subject && !words.is_empty() => words::plain_source(words),
        (subject, "") => bold(subject),
        (subject, words) => format!("{}\n\n{}", bold(subject), words::plain_source(words)),
    };
    let mut context = Vec::new();
    if author != Author::ExternalOperator {
        let thread = Thread {
            subject: text::shorten(bare(&subject), 200),
            last: id.clone().unwrap_or_default(),
            references: thread_of(letter),
        };
        if let Ok(kept) = serde_json::to_string(&thread) {
            context.push((channel::THREAD.to_owned(), kept));
        }
    }
    InboundMessage {
        ext_id: known,
        peer,
        author,
        at,
        text,
        media,
        reply_to,
        album: None,
        context,
    }
}

fn bold(words: &str) -> String {
    let units = words.encode_utf16().count();
    let whole = text::Entity::new(text::EntityKind::Bold, 0, units);
    text::from_entities(words, &[whole])
}

/// The letters it answers, the nearest last: by its headers, else by the address it was written to.
fn answers(letter: &Message<'_>, own: &str) -> Vec<String> {
    let nearest = ids(letter.in_reply_to());
    if !nearest.is_empty() {
        return nearest;
    }
    let all = ids(letter.references());
    if !all.is_empty() {
        return all;
    }
    let tagged = letter
        .to()
        .into_iter()
        .flat_map(|to| to.iter())
        .find_map(|one| address::untagged(one.address()?, own));
    tagged.into_iter().collect()
}

/// The thread before a letter: its root and the newest ones.
fn thread_of(letter: &Message<'_>) -> Vec<String> {
    let mut all = ids(letter.references());
    if all.is_empty() {
        all = ids(letter.in_reply_to());
    }
    if all.len() > MOST_REFERENCES {
        let newest = all.split_off(all.len() - (MOST_REFERENCES - 1));
        all.truncate(1);
        all.extend(newest);
    }
    all
}

/// What programs put before the subject of an answer, in the languages that are met here.
const ANSWER: [&str; 4] = ["re:", "ответ:", "отв:", "aw:"];
/// And before that of a letter passed on.
const PASSED_ON: [&str; 2] = ["fwd:", "fw:"];

/// What follows one of the words a subject begins with, in any case.
fn after<'a>(subject: &'a str, words: &[&str]) -> Option<&'a str> {
    let begins = |word: &str| {
        let end = subject.char_indices().nth(word.chars().count());
        let begin = end.map_or(subject, |(at, _)| &subject[..at]);
        (begin.to_lowercase() == word).then(|| subject[begin.len()..].trim_start())
    };
    words.iter().copied().find_map(begins)
}

/// Whether a subject is one of an answer.
fn is_answer(subject: &str) -> bool {
    after(subject.trim(), &ANSWER).is_some()
}

/// A subject without what programs put before it.
pub(crate) fn bare(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some(less) = after(rest, &ANSWER).or_else(|| after(rest, &PASSED_ON)) {
        rest = less;
    }
    rest
}

fn subject(letter: &Message<'_>) -> String {
    let told = letter.subject().unwrap_or_default();
    let told = match raw_header(letter, &HeaderName::Subject) {
        // Bytes of an old program where only ASCII may stand.
        Some(raw) if std::str::from_utf8(raw).is_err() => words::decode(raw, None),
        _ => told.to_owned(),
    };
    text::shorten(&text::clean_name(&told), 300)
}

fn raw_header<'a>(letter: &'a Message<'_>, name: &HeaderName<'_>) -> Option<&'a [u8]> {
    let header = letter.headers().iter().rev().find(|h| h.name == *name)?;
    let (from, to) = (header.offset_start as usize, header.offset_end as usize);
    letter.raw_message.get(from..to)
}

/// The words of a letter: its plain part, else its page.
fn body(letter: &Message<'_>) -> String {
    let of = |ids: &[mail_parser::MessagePartId]| {
        let parts = ids
            .iter()
            .filter_map(|id| letter.parts.get(usize::try_from(*id).ok()?));
        let said: Vec<String> = parts
            .filter_map(|part| words_of(letter, part))
            .map(|said| said.replace("\r\n", "\n").trim().to_owned())
            .filter(|said| !said.is_empty())
            .collect();
        said.join("\n\n")
    };
    let plain = of(&letter.text_body);
    if plain.is_empty() {
        of(&letter.html_body)
    } else {
        plain
    }
}

fn words_of(letter: &Message<'_>, part: &MessagePart<'_>) -> Option<String> {
    let page = match &part.body {
        PartType::Text(_) => false,
        PartType::Html(_) => true,
        _ => return None,
    };
    let read = part.text_contents().unwrap_or_default();
    // What the parser could not read by the declared alphabet is read again from its bytes.
    let doubtful = part.is_encoding_problem || read.contains('\u{fffd}');
    let said = match bytes_of(letter, part).filter(|_| doubtful) {
        Some(bytes) => {
            let declared = part.content_type().and_then(|t| t.attribute("charset"));
            words::decode(&bytes, declared)
        }
        None => read.to_owned(),
    };
    Some(if page { html::words(&said) } else { said })
}

/// The bytes of a part as they were before their way through the mail.
fn bytes_of(letter: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let (from, to) = (part.offset_body as usize, part.offset_end as usize);
    let raw = letter.raw_message.get(from..to)?;
    match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::Base64 => base64_decode(raw),
    }
}

fn files(place: &Place, letter: &Message<'_>, id: Option<&str>) -> Vec<MediaRef> {
    let parts = letter.attachments.iter().filter_map(|at| {
        let at = usize::try_from(*at).ok()?;
        letter.parts.get(at).map(|part| (at, part))
    });
    let shown = parts.filter(|(_, part)| !matches!(part.body, PartType::Multipart(_)));
    shown
        .take(MOST_FILES)
        .map(|(at, part)| {
            let piece = Piece {
                place: place.clone(),
                id: id.map(str::to_owned),
                part: Some(at),
            };
            let mime = mime_of(part);
            let name = part.attachment_name().map(text::sanitize_filename);
            let name = name
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| nameless(&mime, at));
            media_of(&piece, &name, &mime, Some(part.contents().len() as u64))
        })
        .collect()
}

fn nameless(mime: &str, at: usize) -> String {
    let ending = match mime {
        "message/rfc822" => "eml".to_owned(),
        "image/jpeg" => "jpg".to_owned(),
        "text/plain" => "txt".to_owned(),
        "text/calendar" => "ics".to_owned(),
        other => other
            .rsplit('/')
            .next()
            .unwrap_or("bin")
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(8)
            .collect(),
    };
    format!("file-{at}.{ending}")
}

fn mime_of(part: &MessagePart<'_>) -> String {
    if matches!(part.body, PartType::Message(_)) {
        return "message/rfc822".to_owned();
    }
    let told = part.content_type().map(|told| {
        let sub = told.subtype().unwrap_or("octet-stream");
        format!("{}/{sub}", told.ctype()).to_ascii_lowercase()
    });
    told.filter(|mime| {
        mime.len() < 100
            && mime
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"/-+._".contains(&b))
    })
    .unwrap_or_else(|| "application/octet-stream".to_owned())
}

fn media_of(piece: &Piece, name: &str, mime: &str, size: Option<u64>) -> MediaRef {
    let kind = match mime {
        "image/jpeg" | "image/png" | "image/gif" | "image/webp" => FileKind::Image,
        video if video.starts_with("video/") => FileKind::Video,
        audio if audio.starts_with("audio/") => FileKind::Audio,
        _ => FileKind::File,
    };
    MediaRef {
        ext_id: serde_json::to_string(piece).unwrap_or_default(),
        kind,
        mime: Some(mime.to_owned()),
        size,
        name: Some(name.to_owned()),
        width: None,
        height: None,
        duration_ms: None,
    }
}

/// The bytes of one part of a letter.
pub(crate) fn piece(raw: &[u8], part: Option<usize>) -> Option<Vec<u8>> {
    let letter = MessageParser::default().parse(raw)?;
    match part {
        Some(at) => letter.parts.get(at).map(|part| part.contents().to_vec()),
        None => Some(body(&letter).into_bytes()),
    }
}
