//! What the program can do: the usual, with what the administrator told beyond or below it.

use channel::{
    AlbumAbility, Capabilities, CaptionAbility, Directions, FileAbility, FileKind, FirstContact,
    OutsideProgram, ReactAbility, TextAbility, TextUnit,
};
use serde_json::{Value, json};

const MB: u64 = 1024 * 1024;

/// Largest file that is fetched from anywhere, in bytes.
pub(crate) const MAX_RECEIVED: u64 = 512 * MB;

/// What any program that sends texts and files can do, and all that may come in. Whatever else we might ask of it (to
/// change, to delete, to react, to write first) is off until it is told: what is not declared is not offered.
pub(crate) fn usual(has_link: bool) -> Capabilities {
    let any = |kind| {
        let ability = FileAbility {
            max_bytes: 50 * MB,
            mimes: Vec::new(),
        };
        (kind, ability)
    };
    Capabilities {
        text: TextAbility {
            max: 4096,
            unit: TextUnit::Chars,
        },
        caption: CaptionAbility {
            max: 1024,
            kinds: FileKind::ALL.to_vec(),
        },
        album: AlbumAbility {
            max: 10,
            classes: vec![vec![FileKind::Image, FileKind::Video], vec![FileKind::File]],
            ..AlbumAbility::default()
        },
        files: FileKind::ALL.into_iter().map(any).collect(),
        voice: true,
        reply: true,
        react: ReactAbility {
            incoming: true,
            ..ReactAbility::default()
        },
        typing: Directions {
            incoming: true,
            outgoing: false,
        },
        first_contact: if has_link {
            FirstContact::DeepLink
        } else {
            FirstContact::Never
        },
        sees_peer_edit: true,
        sees_external_operator: true,
        external_program: OutsideProgram::Other,
        sees_peer_delete: true,
        ..Capabilities::default()
    }
}

/// The usual with the administrator's JSON laid over it: objects are laid over field by field, anything else is
/// replaced, and `null` takes a kind of file away. None if it is no JSON, names what does not exist, is of a wrong type,
/// or asks for what this protocol has not.
pub(crate) fn told(json: &str, has_link: bool) -> Option<Capabilities> {
    let usual = usual(has_link);
    if json.is_empty() {
        return Some(usual);
    }
    let mut table = serde_json::to_value(&usual).ok()?;
    lay(&mut table, serde_json::from_str(json).ok()?, "")?;
    let all: Capabilities = serde_json::from_value(table).ok()?;
    is_possible(&all).then_some(all)
}

fn lay(under: &mut Value, over: Value, place: &str) -> Option<()> {
    let (Value::Object(fields), Value::Object(known)) = (&over, &mut *under) else {
        // An object where a plain value stands is found when the whole is read.
        let fits = !under.is_object() || place.is_empty();
        if !fits || place.is_empty() {
            return None;
        }
        *under = over;
        return Some(());
    };
    for (name, value) in fields {
        match known.get_mut(name) {
            Some(_) if place == "files" && value.is_null() => {
                known.remove(name);
            }
            Some(known) => lay(known, value.clone(), name)?,
            // A kind of file that an earlier line took away; others are refused when the whole is read.
            None if place == "files" => {
                let mut kind = json!({"max_bytes": 50 * MB, "mimes": []});
                lay(&mut kind, value.clone(), name)?;
                known.insert(name.clone(), kind);
            }
            None => return None,
        }
    }
    Some(())
}

/// Files go as bytes, there are no approved texts, and who is to be written to first has to be asked for.
fn is_possible(all: &Capabilities) -> bool {
    let asks = all.number_check && !all.addresses.is_empty();
    let first = match all.first_contact {
        FirstContact::Never | FirstContact::DeepLink => true,
        FirstContact::Free => asks,
        FirstContact::Template => false,
    };
    // The protocol has no buttons.
    let plain = !all.buttons && all.keyboard.max == 0;
    first
        && plain
        && all.text.max > 0
        && !all.files_by_address
        && !all.approved_templates
        && !all.history
}

#[cfg(test)]
mod tests {
    use super::*;
    use channel::AddressKind;

    #[test]
    fn p_23_abilities_are_laid_over_the_usual() {
        assert_eq!(told("", false), Some(usual(false)));
        assert_eq!(told("{}", true), Some(usual(true)));
        let all = told(
            r#"{"text":{"max":1000},"files":{"voice":null,"image":{"mimes":["image/png"]}},
                "edit":{"own":true,"within_s":900},"delete":{"own":true},"react":{"out":true,"allowed":["👍"]},
                "typing":{"out":true},"marks_read":true,"receipts":{"delivered":true,"read":true},"window_s":86400,
                "first_contact":"free","addresses":["phone"],"number_check":true,"idempotent":true,
                "costs_money":true,"unit_price":"1 ₽"}"#,
            false,
        )
        .unwrap();
        assert_eq!((all.text.max, all.text.unit), (1000, TextUnit::Chars));
        assert!(!all.files.contains_key(&FileKind::Voice));
        assert_eq!(all.files[&FileKind::Image].mimes, ["image/png"]);
        assert_eq!(all.files[&FileKind::Image].max_bytes, 50 * MB);
        assert_eq!((all.edit.own, all.edit.within_s), (true, Some(900)));
        assert_eq!(all.react.allowed, ["👍"]);
        assert!(all.react.incoming && all.typing.incoming && all.typing.outgoing);
        assert_eq!(all.window_s, Some(86_400));
        assert_eq!(all.addresses, [AddressKind::Phone]);
        assert!(all.idempotent && all.receipts.read);
    }

    #[test]
    fn p_23_abilities_nobody_understands_are_refused() {
        for bad in [
            "[]",
            "null",
            "true",
            "{",
            r#"{"fly":true}"#,
            r#"{"text":{"longest":5}}"#,
            r#"{"text":5}"#,
            r#"{"text":null}"#,
            r#"{"text":{"max":"5"}}"#,
            r#"{"text":{"max":0}}"#,
            r#"{"text":{"max":{"a":1}}}"#,
            r#"{"files":{"hologram":{"max_bytes":1}}}"#,
            r#"{"files":{"image":{"colour":1}}}"#,
            r#"{"first_contact":"free"}"#,
            r#"{"first_contact":"template"}"#,
            r#"{"files_by_address":true}"#,
            r#"{"approved_templates":true}"#,
            r#"{"history":true}"#,
        ] {
            assert_eq!(told(bad, false), None, "{bad}");
        }
    }
}
