//! What a notice says to its reader: words as they are, and for the code of what has none a phrase in their language.

use kernel::Language;
use web::Texts;

/// The words of a notice. Lists and notices hold `placeholder:` and the messenger's word for what has no words (U-09).
pub(crate) fn in_words(texts: &Texts, language: Language, said: &str) -> String {
    let code = said.strip_prefix("placeholder:");
    let code = code.filter(|code| code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    let Some(code) = code else {
        return said.to_owned();
    };
    let known = format!("line-{}", code.replace('_', "-"));
    texts
        .find(language, &known, &[])
        .unwrap_or_else(|| texts.say(language, "line-placeholder", &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_25_what_has_no_words_rings_with_a_phrase_in_the_readers_language() {
        let ours = (
            "line-missed-call = Звонок\nline-placeholder = Что-то\n",
            "line-missed-call = Call\nline-placeholder = Something\n",
        );
        let texts = Texts::new([ours]).unwrap();
        for (said, ru, en) in [
            ("placeholder:missed_call", "Звонок", "Call"),
            ("placeholder:hologram", "Что-то", "Something"),
            ("placeholder:", "Что-то", "Something"),
            (
                "placeholder: и слова",
                "placeholder: и слова",
                "placeholder: и слова",
            ),
            ("Перезвоните", "Перезвоните", "Перезвоните"),
        ] {
            assert_eq!(in_words(&texts, Language::Ru, said), ru);
            assert_eq!(in_words(&texts, Language::En, said), en);
        }
    }
}
