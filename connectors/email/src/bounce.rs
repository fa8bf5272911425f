//! A mail server says that a letter of ours did not arrive (RFC 3464): the receipt of that letter.

use crate::address;
use channel::{Inbound, ReceiptState, ReceiptTarget};
use kernel::Moment;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

/// What a report says of our letter.
pub(crate) struct Report {
    /// The id of the letter.
    pub(crate) letter: String,
    /// Whom it was for.
    pub(crate) client: String,
    /// None: it is only late.
    pub(crate) state: Option<ReceiptState>,
}

impl Report {
    pub(crate) fn inbound(self, at: Moment) -> Vec<Inbound> {
        let Some(state) = self.state else {
            return Vec::new();
        };
        vec![Inbound::Receipt {
            target: ReceiptTarget::One(self.letter),
            peer: address::peer(&self.client, ""),
            state,
            at,
        }]
    }
}

/// The report a letter is; none if it is none, or names no letter of ours.
pub(crate) fn report(letter: &Message<'_>) -> Option<Report> {
    let is = |part: &mail_parser::MessagePart<'_>, kind: &str, sub: &str| {
        part.content_type().is_some_and(|told| {
            told.ctype().eq_ignore_ascii_case(kind)
                && told.subtype().is_some_and(|s| s.eq_ignore_ascii_case(sub))
        })
    };
    let status = letter
        .parts
        .iter()
        .find(|part| is(part, "message", "delivery-status"))?;
    let fields = String::from_utf8_lossy(status.contents()).into_owned();
    let (mut id, mut to) = (None, None);
    for part in &letter.parts {
        if let PartType::Message(original) = &part.body {
            id = id.or_else(|| original.message_id().and_then(address::message_id));
            to = to.or_else(|| recipient_of(original));
        } else if is(part, "text", "rfc822-headers")
            && let Some(original) = MessageParser::default().parse(part.contents())
        {
            id = id.or_else(|| original.message_id().and_then(address::message_id));
            to = to.or_else(|| recipient_of(&original));
        }
    }
    let id = id
        .or_else(|| named(letter))
        .filter(|id| address::is_ours(id))?;
    let final_recipient = field(&fields, "Original-Recipient")
        .or_else(|| field(&fields, "Final-Recipient"))
        .and_then(|told| address::normal(told.rsplit(';').next().unwrap_or_default()));
    let action = field(&fields, "Action").unwrap_or_default().to_lowercase();
    let state = match action.as_str() {
        "failed" => Some(ReceiptState::Failed(why(&fields))),
        "delivered" => Some(ReceiptState::Delivered),
        "relayed" | "expanded" => Some(ReceiptState::Sent),
        _ => None,
    };
    Some(Report {
        letter: id,
        client: to.or(final_recipient)?,
        state,
    })
}

fn recipient_of(original: &Message<'_>) -> Option<String> {
    let to = original.to()?.first()?.address()?;
    address::normal(to)
}

/// The letter a report answers, for servers that do not give the letter back.
fn named(letter: &Message<'_>) -> Option<String> {
    let ids = crate::letter::ids(letter.in_reply_to())
        .into_iter()
        .chain(crate::letter::ids(letter.references()));
    ids.into_iter().find(|id| address::is_ours(id))
}

/// The first field of a name, its folded lines joined.
fn field(fields: &str, name: &str) -> Option<String> {
    let mut lines = fields.lines();
    while let Some(line) = lines.next() {
        let Some((told, value)) = line.split_once(':') else {
            continue;
        };
        if !told.trim().eq_ignore_ascii_case(name) {
            continue;
        }
        let mut whole = value.trim().to_owned();
        for more in lines.by_ref().take_while(|l| l.starts_with([' ', '\t'])) {
            whole.push(' ');
            whole.push_str(more.trim());
        }
        return Some(whole);
    }
    None
}

/// The server's own words, else its number.
fn why(fields: &str) -> String {
    let said = field(fields, "Diagnostic-Code")
        .map(|told| match told.split_once(';') {
            Some((_, words)) => words.trim().to_owned(),
            None => told,
        })
        .or_else(|| field(fields, "Status"))
        .unwrap_or_default();
    text::shorten(&text::clean_name(&said), 300)
}
