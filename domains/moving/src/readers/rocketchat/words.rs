//! The words of a message of Rocket.Chat as ours.

use super::super::{
    emoji,
    slack::{Written, starred},
};
use crate::item::{clean, name_in};
use std::collections::HashMap;
use text::{Entity, EntityKind};

/// A quotation begins a message as a link without words to another one.
pub(super) fn quoted(source: &str) -> (&str, Option<String>) {
    let Some((link, rest)) = source.strip_prefix("[ ](").and_then(|s| s.split_once(')')) else {
        return (source, None);
    };
    let Some((_, message)) = link.split_once("msg=") else {
        return (source, None);
    };
    let end = message.find('&').unwrap_or(message.len());
    (rest.trim_start(), Some(message[..end].to_owned()))
}

/// Its markup as ours: one star is bold, one tilde strikes.
pub(super) fn markdown(
    source: &str,
    logins: &HashMap<String, String>,
    mentions: &mut Vec<String>,
) -> String {
    let source = clean(source);
    let mut out = Written::default();
    for (n, block) in source.split("```").enumerate() {
        if n % 2 == 1 {
            out.styled(EntityKind::Pre, |o| o.push(block.trim_matches('\n')));
            continue;
        }
        for (n, word) in block.split('`').enumerate() {
            if n % 2 == 1 && !word.contains('\n') && !word.is_empty() {
                out.styled(EntityKind::Code, |o| o.push(word));
                continue;
            }
            if n % 2 == 1 {
                out.push("`");
            }
            linked(
                &word.replace("**", "*").replace("~~", "~"),
                logins,
                mentions,
                &mut out,
            );
        }
    }
    text::from_entities(&out.text, &out.entities)
}

/// `[words](address)`.
fn linked(
    source: &str,
    logins: &HashMap<String, String>,
    mentions: &mut Vec<String>,
    out: &mut Written,
) {
    let mut rest = source;
    while let Some(middle) = rest.find("](") {
        let start = rest[..middle].rfind('[');
        let end = rest[middle..].find(')').map(|e| middle + e);
        let (Some(start), Some(end)) = (start, end) else {
            break;
        };
        let (label, url) = (&rest[start + 1..middle], &rest[middle + 2..end]);
        said(&rest[..start], logins, mentions, out);
        if url.starts_with("http") && !label.trim().is_empty() {
            let from = out.units;
            out.push(label);
            out.entities.push(Entity {
                url: Some(url.to_owned()),
                ..Entity::new(EntityKind::Link, from, out.units - from)
            });
        } else {
            out.push(url);
        }
        rest = &rest[end + 1..];
    }
    said(rest, logins, mentions, out);
}

/// Words with people and emoji named in them.
fn said(
    source: &str,
    logins: &HashMap<String, String>,
    mentions: &mut Vec<String>,
    out: &mut Written,
) {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('@') {
        text.push_str(before);
        let within = text.chars().next_back().is_some_and(char::is_alphanumeric);
        let end = after.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c)));
        let word = &after[..end.unwrap_or(after.len())];
        let ends = [word, word.trim_end_matches(['.', '-', '_'])];
        let login = ends.into_iter().find(|w| logins.contains_key(*w));
        match login.filter(|_| !within) {
            Some(login) => {
                text.push_str(&name_in(mentions, &logins[login]));
                rest = &after[login.len()..];
            }
            None => {
                text.push('@');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    starred(&emoji::spelled(&text), out);
}
