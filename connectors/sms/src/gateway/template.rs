//! Requests with gaps: `{to}`, `{text}`, `{sender}`, `{id}`, `{login}`, `{password}`, each written so that it stays one word
//! where it stands. Any other brace is itself, so that JSON can be written as JSON.

use super::form;

/// What fills the gaps.
#[derive(Clone, Copy, Default)]
pub(crate) struct Words<'a> {
    /// The client's number, digits alone.
    pub(crate) to: &'a str,
    pub(crate) text: &'a str,
    pub(crate) sender: &'a str,
    /// Our own id of the message.
    pub(crate) id: &'a str,
    pub(crate) login: &'a str,
    pub(crate) password: &'a str,
}

/// How a word has to be written where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In an address or a form.
    Form,
    /// Between the quotes of a JSON string.
    Json,
    /// In a header, or in a path of an answer: as it is.
    Plain,
}

impl Words<'_> {
    fn of(&self, name: &str) -> Option<&str> {
        match name {
            "to" => Some(self.to),
            "text" => Some(self.text),
            "sender" => Some(self.sender),
            "id" => Some(self.id),
            "login" => Some(self.login),
            "password" => Some(self.password),
            _ => None,
        }
    }

    /// Fills a template in one pass, so that what a client wrote is never taken for a gap.
    pub(crate) fn fill(&self, template: &str, place: Place) -> String {
        let mut out = String::with_capacity(template.len() + self.text.len());
        let mut rest = template;
        while let Some(at) = rest.find('{') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let gap = rest
                .find('}')
                .and_then(|end| Some((end, self.of(&rest[1..end])?)));
            if let Some((end, word)) = gap {
                out.push_str(&written(word, place));
                rest = &rest[end + 1..];
            } else {
                out.push('{');
                rest = &rest[1..];
            }
        }
        out + rest
    }

    /// Lines `name=template` as a form; what is empty is left out.
    pub(crate) fn form(&self, lines: &str) -> String {
        let filled = lines.lines().filter_map(|line| {
            let (name, template) = line.trim().split_once('=')?;
            let value = self.fill(template.trim(), Place::Plain);
            (!value.is_empty())
                .then(|| format!("{}={}", form::encode(name.trim()), form::encode(&value)))
        });
        filled.collect::<Vec<_>>().join("&")
    }
}

fn written(word: &str, place: Place) -> String {
    match place {
        Place::Plain => word.to_owned(),
        Place::Form => form::encode(word),
        Place::Json => {
            let quoted = serde_json::Value::from(word).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    const BODY: &str = r#"{"to":"{to}","text":"{text}","deep":{"{id}":["{sender}","{unknown}"]}}"#;

    fn words(text: &str) -> Words<'_> {
        Words {
            to: "79161234567",
            text,
            sender: "Shop",
            id: "a-1",
            login: "l",
            password: "p&=",
        }
    }

    #[test]
    fn p_22_a_template_is_filled_for_the_place_it_stands_in() {
        let words = words("да & \"нет\" {to}\n");
        assert_eq!(
            words.fill("https://x/?p={password}&t={text}&{", Place::Form),
            "https://x/?p=p%26%3D&t=%D0%B4%D0%B0%20%26%20%22%D0%BD%D0%B5%D1%82%22%20%7Bto%7D%0A&{"
        );
        let body: Value = serde_json::from_str(&words.fill(BODY, Place::Json)).unwrap();
        assert_eq!(body["text"], words.text);
        assert_eq!(body["deep"]["a-1"][1], "{unknown}");
        assert_eq!(
            words.form("to={to}\n a b = {login} \nnone=\nbroken"),
            "to=79161234567&a%20b=l"
        );
    }

    proptest! {
        #[test]
        fn any_words_stay_one_word(text in ".{0,60}") {
            let words = words(&text);
            let body: Value = serde_json::from_str(&words.fill(BODY, Place::Json)).unwrap();
            prop_assert_eq!(&body["text"], &Value::from(text.clone()));
            let read = form::pairs(&words.form("t={text}\nto={to}"));
            let kept = if text.is_empty() { None } else { Some(("t".to_owned(), text.clone())) };
            prop_assert_eq!(read.iter().find(|(name, _)| name == "t").cloned(), kept);
            let _ = words.fill(&text, Place::Plain);
        }
    }
}
