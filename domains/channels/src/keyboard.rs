//! Buttons an employee puts under a message: what a channel takes of them, how they travel, and what a press says. Pure.

use crate::outbox::Planned;
use channel::{Button, Capabilities, FileKind, TextUnit};
use kernel::{Error, Refusal, RefusalKind, Result};
use messages::MessageButton;

/// Marks the data of such a button; a number follows, by its place under the message.
const MARK: &str = "b:";
/// Longest address of a page, in characters: what the strictest messenger takes.
const LONGEST_LINK: usize = 2048;

/// Buttons as they will be kept and sent, or why this channel does not take them under this message.
pub fn check_buttons(
    buttons: &[MessageButton],
    capabilities: &Capabilities,
    planned: &Planned,
) -> Result<Vec<MessageButton>> {
    let may = capabilities.keyboard;
    let refused = |code: &'static str| Refusal::new(RefusalKind::Invalid, code).field("buttons");
    if buttons.is_empty() {
        return Ok(Vec::new());
    }
    if may.max == 0 || planned.template.is_some() {
        return Err(refused("channels.buttons_not_here").into());
    }
    if buttons.len() > may.max {
        return Err(refused("channels.buttons_many")
            .arg("limit", may.max)
            .into());
    }
    let mut kept: Vec<MessageButton> = Vec::with_capacity(buttons.len());
    for button in buttons {
        let text = text::clean_name(&button.text);
        if text.is_empty() || text.chars().count() > may.label_max {
            return Err(refused("channels.button_words")
                .arg("limit", may.label_max)
                .into());
        }
        if kept.iter().any(|k| k.text == text) {
            return Err(refused("channels.button_twice").arg("words", text).into());
        }
        let url = button.url.as_deref().map(str::trim).map(str::to_owned);
        if url.as_deref().is_some_and(|url| !is_page(url)) {
            return Err(refused("channels.button_link").arg("words", text).into());
        }
        kept.push(MessageButton { text, url });
    }
    let links = kept.iter().filter(|b| b.url.is_some()).count();
    if links > may.links {
        return Err(refused("channels.button_links")
            .arg("limit", may.links)
            .into());
    }
    if links > 0 && links < kept.len() && !may.mixed {
        return Err(refused("channels.buttons_mixed").into());
    }
    let last = planned
        .parts
        .last()
        .ok_or_else(|| Error::fault("a plan without parts"))?;
    let length = match capabilities.text.unit {
        TextUnit::Utf16 => last.text.encode_utf16().count(),
        TextUnit::Chars | TextUnit::Segments => last.text.chars().count(),
    };
    if may.text_max > 0 && length > may.text_max {
        return Err(refused("channels.buttons_text")
            .arg("limit", may.text_max)
            .into());
    }
    let picture = |kind: &FileKind| matches!(kind, FileKind::Image | FileKind::Video);
    let fit = !may.pictures_only || last.kinds.iter().all(picture);
    if last.files.len() > may.files || !fit {
        return Err(refused("channels.buttons_files").into());
    }
    Ok(kept)
}

/// Only pages of the web: no program of the client's device is started by our button.
fn is_page(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let named = rest.is_some_and(|r| {
        r.split(['/', '?', '#'])
            .next()
            .is_some_and(|h| h.contains('.'))
    });
    named
        && url.chars().count() <= LONGEST_LINK
        && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// As they go to the messenger: a row each.
pub(crate) fn rows(buttons: &[MessageButton]) -> Vec<Vec<Button>> {
    let row = |(n, b): (usize, &MessageButton)| {
        vec![Button {
            text: b.text.clone(),
            data: if b.url.is_some() {
                String::new()
            } else {
                format!("{MARK}{n}")
            },
            url: b.url.clone(),
        }]
    };
    buttons.iter().enumerate().map(row).collect()
}

/// The words of the button that carries such data; none if it is no button of ours.
pub(crate) fn pressed<'a>(data: &str, buttons: &'a [MessageButton]) -> Option<&'a str> {
    let n: usize = data.strip_prefix(MARK)?.parse().ok()?;
    let button = buttons.get(n).filter(|b| b.url.is_none())?;
    Some(&button.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use channel::{KeyboardAbility, OutMessage, TextAbility};

    fn able(keyboard: KeyboardAbility) -> Capabilities {
        Capabilities {
            text: TextAbility {
                max: 4096,
                unit: TextUnit::Utf16,
            },
            keyboard,
            ..Capabilities::default()
        }
    }
    fn button(text: &str, url: Option<&str>) -> MessageButton {
        MessageButton {
            text: text.to_owned(),
            url: url.map(str::to_owned),
        }
    }

    #[test]
    fn buttons_keep_to_what_the_channel_takes() {
        let three = able(KeyboardAbility {
            max: 3,
            label_max: 20,
            links: 1,
            mixed: false,
            text_max: 10,
            files: 0,
            pictures_only: false,
        });
        let page = Some("https://shop.example/delivery");
        let check = |able: &Capabilities, words: &str, buttons: &[MessageButton]| {
            let planned = crate::outbox::plan_out(&OutMessage::from_source(words, vec![]), able);
            let planned = planned.unwrap_or_else(|p| panic!("{p:?}"));
            check_buttons(buttons, able, &planned)
        };
        let code = |able: &Capabilities, words: &str, buttons: &[MessageButton]| {
            check(able, words, buttons).unwrap_err().code().unwrap()
        };
        let kept = check(
            &three,
            "Когда?",
            &[button(" Утром ", None), button("Днём", None)],
        );
        assert_eq!(kept.unwrap()[0].text, "Утром");
        assert!(check(&three, "Вот", &[button("Страница", page)]).is_ok());
        assert!(check(&able(KeyboardAbility::default()), "Да", &[]).is_ok());
        let many = [
            button("1", None),
            button("2", None),
            button("3", None),
            button("4", None),
        ];
        for (able, words, buttons, want) in [
            (
                &able(KeyboardAbility::default()),
                "?",
                &many[..1],
                "channels.buttons_not_here",
            ),
            (&three, "?", &many[..], "channels.buttons_many"),
            (&three, "?", &[button(" ", None)], "channels.button_words"),
            (
                &three,
                "?",
                &[button(&"я".repeat(21), None)],
                "channels.button_words",
            ),
            (
                &three,
                "?",
                &[button("Да", None), button(" Да", None)],
                "channels.button_twice",
            ),
            (
                &three,
                "?",
                &[button("Да", Some("javascript:alert(1)"))],
                "channels.button_link",
            ),
            (
                &three,
                "?",
                &[button("Да", Some("https://a b.ru"))],
                "channels.button_link",
            ),
            (
                &three,
                "?",
                &[button("1", page), button("2", page)],
                "channels.button_links",
            ),
            (
                &three,
                "?",
                &[button("1", page), button("2", None)],
                "channels.buttons_mixed",
            ),
            (
                &three,
                "Длиннее десяти",
                &many[..1],
                "channels.buttons_text",
            ),
        ] {
            assert_eq!(code(able, words, buttons), want);
        }
    }

    #[test]
    fn where_only_pictures_stand_above_buttons_other_files_are_refused() {
        let mut able = able(KeyboardAbility {
            max: 3,
            label_max: 20,
            files: 2,
            pictures_only: true,
            ..KeyboardAbility::default()
        });
        able.caption.kinds = FileKind::ALL.to_vec();
        able.caption.max = 4096;
        able.album.max = 2;
        able.album.classes = vec![vec![FileKind::Image, FileKind::Video]];
        for kind in FileKind::ALL {
            able.files.insert(
                kind,
                channel::FileAbility {
                    max_bytes: 1000,
                    mimes: Vec::new(),
                },
            );
        }
        let file = |kind, mime: &str| channel::OutFile {
            kind,
            size: 10,
            mime: mime.to_owned(),
            name: "1".to_owned(),
        };
        let check = |files: Vec<channel::OutFile>| {
            let message = OutMessage::from_source("Вот", files);
            let planned =
                crate::outbox::plan_out(&message, &able).unwrap_or_else(|p| panic!("{p:?}"));
            check_buttons(&[button("Да", None)], &able, &planned)
        };
        let picture = || file(FileKind::Image, "image/png");
        assert!(check(vec![picture(), file(FileKind::Video, "video/mp4")]).is_ok());
        for other in [
            file(FileKind::File, "application/pdf"),
            file(FileKind::Audio, "audio/mpeg"),
        ] {
            let refused = check(vec![picture(), other]).unwrap_err();
            assert_eq!(refused.code(), Some("channels.buttons_files"));
        }
    }

    #[test]
    fn a_press_says_which_button_and_nothing_else_is_one() {
        let all = [
            button("Да", None),
            button("Сайт", Some("https://a.example")),
            button("Нет", None),
        ];
        let sent = rows(&all);
        assert_eq!(sent.len(), 3);
        assert_eq!(pressed(&sent[0][0].data, &all), Some("Да"));
        assert_eq!(pressed(&sent[2][0].data, &all), Some("Нет"));
        for other in ["", "b:", "b:1", "b:3", "take:1", "b:-1"] {
            assert_eq!(pressed(other, &all), None, "{other}");
        }
    }
}
