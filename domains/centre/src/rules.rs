//! What is decided at a desk: what somebody wants, and how a client's message reads there.

use channel::{Button, Inbound, InboundMessage};
use kernel::{Language, Uuid};
use text::{Entity, EntityKind};

/// What a tied colleague wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// How it works.
    Help,
    /// The next client who waits.
    Next,
    /// To answer: the message they answer, if they answer one.
    Answer(Option<String>),
    /// A button: what it does, to which chat.
    Press(Press, Option<Uuid>),
    /// To put other words in place of those of a message.
    Change(String),
    /// Something that no client's channel can be given: they are told so.
    Unknown,
    /// Nothing that can be done for them.
    Nothing,
}

/// What the buttons do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    /// The chat is theirs.
    Take,
    /// The conversation ends.
    Close,
    /// The next client.
    Next,
    /// What they write from now on goes there.
    Choose,
}

impl Press {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Take, "take"),
        (Self::Close, "close"),
        (Self::Next, "next"),
        (Self::Choose, "choose"),
    ];
    fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(one, _)| *one == self)
            .map_or("", |(_, word)| word)
    }
}

/// Where several people write, nobody knows who of them did: no desk stands there.
pub(crate) fn is_group(message: &InboundMessage) -> bool {
    message
        .context
        .iter()
        .any(|(fact, _)| fact == "sender_name")
}

/// What a colleague wants by what came from them.
pub(crate) fn wish(inbound: &Inbound) -> Wish {
    match inbound {
        Inbound::Message(message) => {
            let command = message.text.trim().to_lowercase();
            match command.as_str() {
                "/start" | "/help" | "/register" => Wish::Help,
                "/next" => Wish::Next,
                _ if message.text.trim().is_empty() && message.media.is_empty() => Wish::Unknown,
                _ => Wish::Answer(message.reply_to.clone()),
            }
        }
        Inbound::Edited(edit) => Wish::Change(edit.ext_id.clone()),
        Inbound::Callback { data, .. } => {
            press(data).map_or(Wish::Nothing, |(what, chat)| Wish::Press(what, chat))
        }
        Inbound::Unsupported { .. } => Wish::Unknown,
        _ => Wish::Nothing,
    }
}

fn press(data: &str) -> Option<(Press, Option<Uuid>)> {
    let (word, chat) = data.split_once(' ').unwrap_or((data, ""));
    let (what, _) = Press::ALL.iter().find(|(_, known)| *known == word)?;
    Some((*what, chat.parse().ok()))
}

/// The token of somebody who is nobody yet, and whether they ask to be somebody at all.
pub(crate) fn asks(message: &InboundMessage) -> Option<Option<&str>> {
    let token = message.context.iter().find(|(fact, _)| fact == "deep_link");
    let token = token.map(|(_, token)| token.as_str());
    let registers = message.text.trim().eq_ignore_ascii_case("/register");
    (token.is_some() || registers).then_some(token)
}

/// A button under a note.
pub(crate) fn button(what: Press, text: String, chat: Option<Uuid>) -> Button {
    let data = match chat {
        Some(chat) => format!("{} {chat}", what.word()),
        None => what.word().to_owned(),
    };
    Button {
        text,
        data,
        url: None,
    }
}

/// The language of somebody who is nobody yet.
pub(crate) fn language(word: &str) -> Language {
    match word.split('-').next() {
        Some("ru" | "be" | "uk" | "kk") => Language::Ru,
        _ => Language::En,
    }
}

/// A client's words under a heading that says whose they are: `Имя · Канал · № 12`.
pub(crate) fn told(
    name: &str,
    about: &[String],
    words: (String, Vec<Entity>),
) -> (String, Vec<Entity>) {
    let units = |s: &str| s.encode_utf16().count();
    let mut text = name.to_owned();
    for one in about.iter().filter(|one| !one.is_empty()) {
        text.push_str(" · ");
        text.push_str(one);
    }
    let mut entities = vec![Entity::new(EntityKind::Bold, 0, units(name))];
    if name.is_empty() {
        entities.clear();
    }
    if !words.0.is_empty() {
        text.push('\n');
        let shift = units(&text);
        text.push_str(&words.0);
        entities.extend(words.1.into_iter().map(|mut one| {
            one.offset += shift;
            one
        }));
    }
    (text, entities)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l_79_a_button_comes_back_as_what_it_was() {
        let chat = Uuid::from_u128(7);
        for (what, of) in [(Press::Take, Some(chat)), (Press::Next, None)] {
            let data = button(what, "x".into(), of).data;
            assert!(data.len() <= 64);
            assert_eq!(press(&data), Some((what, of)));
        }
        assert_eq!(press("destroy 1"), None);
    }

    #[test]
    fn s1_72_formatting_moves_with_the_words_under_the_heading() {
        let words = (
            "жирный".to_owned(),
            vec![Entity::new(EntityKind::Bold, 0, 6)],
        );
        let (text, entities) = told("Иван 😀", &["Сайт".into(), String::new()], words);
        assert_eq!(text, "Иван 😀 · Сайт\nжирный");
        assert_eq!((entities[0].offset, entities[0].len), (0, 7));
        assert_eq!((entities[1].offset, entities[1].len), (15, 6));
    }
}
