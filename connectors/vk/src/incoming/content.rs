//! What a message says: text, files, places, what it passes on.

use super::attachments;
use crate::wire::{Geo, Message};
use channel::MediaRef;
use text::from_entities;

/// How deep messages within messages are read, and how many of them: VK nests without end.
const DEEPEST: usize = 3;
const MOST_FORWARDED: usize = 20;

/// A message we understand.
#[derive(Default)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) media: Vec<MediaRef>,
    pub(super) context: Vec<(String, String)>,
    /// Kinds of attachment we do not know.
    pub(super) unknown: Vec<String>,
}

/// The content, or the vendor's word for what we do not understand.
pub(super) fn of(message: &Message) -> Result<Content, String> {
    if let Some(action) = &message.action {
        let kind = action.kind.as_deref().unwrap_or("unknown");
        return Err(format!("action.{kind}"));
    }
    let mut content = Content::default();
    content.take(message);
    let mut left = MOST_FORWARDED;
    for forwarded in &message.fwd_messages {
        content.forwarded(forwarded, message.from_id, 1, &mut left);
    }
    let says_nothing = content.text.is_empty() && content.media.is_empty();
    match content.unknown.first() {
        Some(kind) if says_nothing => return Err(kind.clone()),
        None if says_nothing => return Err("empty".to_owned()),
        _ => {}
    }
    // Beside what is understood, what is not is at least named.
    for kind in std::mem::take(&mut content.unknown) {
        content.line(&format!("📎 {kind}"));
    }
    Ok(content)
}

impl Content {
    /// A message of which only the kind can be told.
    pub(super) fn named(kind: &str) -> Self {
        let mut content = Self::default();
        content.line(&format!("📎 {kind}"));
        content
    }

    /// What the message itself holds.
    fn take(&mut self, message: &Message) {
        self.line(&without_mentions(
            message.text.as_deref().unwrap_or_default(),
        ));
        for attachment in &message.attachments {
            attachments::read(attachment, self);
        }
        if let Some(geo) = &message.geo {
            self.place(geo);
        }
    }

    /// A message that is passed on stands as a quotation, with whose it was unless it is the sender's own.
    fn forwarded(&mut self, message: &Message, by: Option<i64>, depth: usize, left: &mut usize) {
        if *left == 0 || depth > DEEPEST {
            return;
        }
        *left -= 1;
        let mut inner = Self::default();
        inner.take(message);
        for further in &message.fwd_messages {
            inner.forwarded(further, message.from_id, depth + 1, left);
        }
        let whose = message.from_id.filter(|id| *id != 0 && Some(*id) != by);
        let head = whose.map_or_else(|| "↪".to_owned(), |id| format!("↪ {}", page(id)));
        let quoted = std::iter::once(head.as_str()).chain(inner.text.lines());
        for line in quoted {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(format!("> {line}").trim_end());
        }
        self.media.append(&mut inner.media);
        self.unknown.append(&mut inner.unknown);
    }

    fn place(&mut self, geo: &Geo) {
        let Some((latitude, longitude)) = geo
            .coordinates
            .as_ref()
            .and_then(|c| c.latitude.zip(c.longitude))
        else {
            self.unknown.push("geo".to_owned());
            return;
        };
        let title = geo.place.as_ref().and_then(|place| place.title.as_deref());
        let point = format!("{latitude}, {longitude}");
        match title.filter(|title| !title.is_empty()) {
            Some(title) => {
                self.line(&format!("📍 {title}"));
                self.line(&point);
            }
            None => self.line(&format!("📍 {point}")),
        }
        self.context
            .push(("location".to_owned(), format!("{latitude},{longitude}")));
    }

    /// One more line of plain words, as the source of our markup.
    pub(super) fn line(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&from_entities(line, &[]));
    }
}

/// Where a person or a community can be looked at.
fn page(id: i64) -> String {
    if id < 0 {
        format!("https://vk.com/club{}", id.unsigned_abs())
    } else {
        format!("https://vk.com/id{id}")
    }
}

/// VK writes a mention as `[id1|Anna]`; people read the name.
fn without_mentions(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let name = from.find(']').and_then(|close| {
            let (who, name) = from[1..close].split_once('|')?;
            let digits = ["id", "club", "public", "event"]
                .iter()
                .find_map(|kind| who.strip_prefix(kind))?;
            let known = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            known.then_some((name, close + 1))
        });
        match name {
            Some((name, end)) => {
                out.push_str(name);
                rest = &from[end..];
            }
            None => {
                out.push('[');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_read_as_names_and_nothing_else_is() {
        assert_eq!(
            without_mentions("[id7|Анна], [club9|Лампы] и [1|2] [x [id|y] ["),
            "Анна, Лампы и [1|2] [x [id|y] ["
        );
    }
}
