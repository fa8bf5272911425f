//! Cards of contacts, and the one card that proves a client's own number.

use super::user_name;
use crate::wire::{Attachment, Message, Payload};
use kernel::Phone;
use ring::hmac;
use text::clean_name;

/// What a card says.
#[derive(Default)]
pub(super) struct Card {
    pub(super) name: String,
    /// In the international form where they can be read.
    pub(super) phones: Vec<String>,
}

/// Reads a card; MAX's own knowledge of the person goes before what the card says.
pub(super) fn read(payload: &Payload) -> Card {
    let vcard = lines(payload.vcf_info.as_deref().unwrap_or_default());
    let known = payload.max_info.as_ref().map(user_name).unwrap_or_default();
    let written = field(&vcard, "FN")
        .next()
        .map(clean_name)
        .unwrap_or_default();
    let phones = field(&vcard, "TEL").filter(|number| !number.is_empty());
    Card {
        name: if known.is_empty() { written } else { known },
        phones: phones
            .map(|number| parse_phone(number).map_or_else(|| number.to_owned(), |p| p.to_string()))
            .collect(),
    }
}

/// The client's own number: only a card that MAX signed for this bot proves it.
pub(super) fn own_phone(message: &Message, token: &str) -> Option<Phone> {
    let attachments = message.body.as_ref()?.attachments.as_ref()?;
    let sender = message.sender.as_ref()?.user_id?;
    attachments
        .iter()
        .filter(|attachment| attachment["type"] == "contact")
        .filter_map(|a| {
            serde_json::from_value::<Attachment>(a.clone())
                .ok()?
                .payload
        })
        .filter(|payload| {
            // The signature says that MAX made the card, the id says whose it is, if it is told.
            let told = payload.max_info.as_ref().and_then(|user| user.user_id);
            told.is_none_or(|id| id == sender) && is_signed(payload, token)
        })
        .find_map(|payload| {
            let vcard = lines(payload.vcf_info.as_deref()?);
            field(&vcard, "TEL").find_map(parse_phone)
        })
}

/// HMAC-SHA256 of the card under the bot's token, in hexadecimal.
fn is_signed(payload: &Payload, token: &str) -> bool {
    let card = payload.vcf_info.as_deref().unwrap_or_default();
    let Some(told) = payload.hash.as_deref().and_then(unhex) else {
        return false;
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
    let fits = |card: &str| hmac::verify(&key, card.as_bytes(), &told).is_ok();
    fits(card) || fits(&unescaped(card))
}

fn unhex(word: &str) -> Option<Vec<u8>> {
    let digits = word.trim().as_bytes();
    let pairs = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair)
            .ok()
            .filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    (!digits.is_empty()).then(|| pairs.collect()).flatten()
}

/// Line ends come as such, or written out.
fn unescaped(card: &str) -> String {
    card.replace("\\r\\n", "\r\n").replace("\\n", "\n")
}

fn lines(card: &str) -> Vec<String> {
    unescaped(card)
        .lines()
        .map(|line| line.trim().to_owned())
        .collect()
}

/// The values of a field, whatever its parameters.
fn field<'a>(card: &'a [String], name: &'a str) -> impl Iterator<Item = &'a str> {
    card.iter().filter_map(move |line| {
        let (head, value) = line.split_once(':')?;
        let key = head.split(';').next().unwrap_or_default();
        // `tel:` before the number is another way of the same form.
        let value = value.trim().trim_start_matches("tel:");
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// MAX writes international numbers with or without the plus.
fn parse_phone(number: &str) -> Option<Phone> {
    let digits = number.trim_start_matches('+');
    Phone::parse(&format!("+{digits}")).or_else(|| Phone::parse(number))
}
