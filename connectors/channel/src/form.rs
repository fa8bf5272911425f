//! Words for clients in their languages, and the form a client fills in before they write: what may be asked, and what
//! counts as an answer.

use kernel::{Email, Language, Phone};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Most questions of a form; nobody answers more to a chat.
const MOST_FIELDS: usize = 10;
/// Longest label or choice, in characters.
const LONGEST_LABEL: usize = 200;
/// Longest text beside the consent, in characters.
const LONGEST_CONSENT: usize = 1000;
/// Most choices of one question.
const MOST_CHOICES: usize = 30;
/// Longest answer in characters.
pub const LONGEST_ANSWER: usize = 1000;

/// A text in the languages of clients; where one is empty, the other stands for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Phrase {
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

impl Phrase {
    /// Reads a setting: JSON with both languages, or a plain text, which is for both.
    pub fn read(setting: &str) -> Self {
        let setting = setting.trim();
        if setting.starts_with('{')
            && let Ok(phrase) = serde_json::from_str::<Self>(setting)
        {
            return phrase;
        }
        Self {
            ru: setting.to_owned(),
            en: setting.to_owned(),
        }
    }
    /// The text for a language; empty if there is none at all.
    pub fn in_language(&self, language: Language) -> &str {
        let (own, other) = match language {
            Language::Ru => (&self.ru, &self.en),
            Language::En => (&self.en, &self.ru),
        };
        if own.trim().is_empty() { other } else { own }.trim()
    }
    fn fits(&self, longest: usize) -> bool {
        let short = |s: &str| s.chars().count() <= longest;
        let said = !(self.ru.trim().is_empty() && self.en.trim().is_empty());
        said && short(&self.ru) && short(&self.en)
    }
}

/// What sort of answer a question wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum QuestionKind {
    /// What they are called.
    Name,
    /// A number that can be called.
    Phone,
    /// An e-mail address.
    Email,
    /// Any words.
    Text,
    /// One of `choices`.
    Choice,
}

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Question {
    /// Its word within the form, 1 to 40 of `a-z 0-9 _`.
    pub key: String,
    /// What sort of answer it wants.
    pub kind: QuestionKind,
    /// It may not be left empty.
    #[serde(default)]
    pub required: bool,
    /// As the client reads it.
    pub label: Phrase,
    /// The answers of a choice; empty for the others. The answer is the place in this list, from 0.
    #[serde(default)]
    pub choices: Vec<Phrase>,
}

/// What a client agrees to by a tick before anything of theirs is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consent {
    /// As the client reads it.
    pub text: Phrase,
    /// The http or https address of the whole text; empty: there is none.
    #[serde(default)]
    pub url: String,
}

/// What a client is asked before they write; without questions there is no form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Form {
    /// In the order in which they stand.
    pub fields: Vec<Question>,
    /// What has to be agreed to.
    pub consent: Option<Consent>,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongAnswer {
    /// [`Question::key`], or `consent`.
    pub key: String,
    /// `required`, `name`, `phone`, `email`, `choice`, `long` or `consent`.
    pub code: &'static str,
}

/// An answer that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// [`Question::key`].
    pub key: String,
    /// What sort it is.
    pub kind: QuestionKind,
    /// The question, in the language it is kept in.
    pub label: String,
    /// The answer: a number in E.164, a choice in the language it is kept in.
    pub value: String,
}

impl Form {
    /// Reads a setting; none if it is no form that can be shown. An empty setting is a form without questions.
    pub fn read(setting: &str) -> Option<Self> {
        if setting.trim().is_empty() {
            return Some(Self::default());
        }
        // A list would be read as the fields of the form in their order.
        let object = setting.trim_start().starts_with('{');
        let form: Self = serde_json::from_str(setting).ok().filter(|_| object)?;
        form.is_sound().then_some(form)
    }

    fn is_sound(&self) -> bool {
        let keys: BTreeSet<&str> = self.fields.iter().map(|f| f.key.as_str()).collect();
        let consent = self.consent.as_ref().is_none_or(|c| {
            c.text.fits(LONGEST_CONSENT)
                && (c.url.is_empty()
                    || (is_address(&c.url) && c.url.chars().count() <= LONGEST_CONSENT))
        });
        consent
            && self.fields.len() <= MOST_FIELDS
            && keys.len() == self.fields.len()
            && self.fields.iter().all(Question::is_sound)
    }

    /// Whether there is anything to ask.
    pub const fn asks(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Takes a client's answers, kept in `language`; keys that no question has are passed over.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the questions.
    pub fn take(
        &self,
        answers: &BTreeMap<String, String>,
        agreed: bool,
        language: Language,
    ) -> Result<Vec<Answered>, Vec<WrongAnswer>> {
        let (mut taken, mut wrong) = (Vec::new(), Vec::new());
        for question in &self.fields {
            let given = answers.get(&question.key).map_or("", |a| a.trim());
            match question.read(given, language) {
                Ok(Some(value)) => taken.push(Answered {
                    key: question.key.clone(),
                    kind: question.kind,
                    label: question.label.in_language(language).to_owned(),
                    value,
                }),
                Ok(None) => {}
                Err(code) => wrong.push(WrongAnswer {
                    key: question.key.clone(),
                    code,
                }),
            }
        }
        if self.consent.is_some() && !agreed {
            wrong.push(WrongAnswer {
                key: "consent".to_owned(),
                code: "consent",
            });
        }
        if wrong.is_empty() {
            Ok(taken)
        } else {
            Err(wrong)
        }
    }
}

impl Question {
    fn is_sound(&self) -> bool {
        let word = (1..=40).contains(&self.key.len())
            && self.key != "consent"
            && self
                .key
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let choices = match self.kind {
            QuestionKind::Choice => {
                (2..=MOST_CHOICES).contains(&self.choices.len())
                    && self.choices.iter().all(|c| c.fits(LONGEST_LABEL))
            }
            _ => self.choices.is_empty(),
        };
        word && choices && self.label.fits(LONGEST_LABEL)
    }

    /// An answer as it is kept; none if an optional question was left empty.
    fn read(&self, given: &str, language: Language) -> Result<Option<String>, &'static str> {
        if given.is_empty() {
            return if self.required {
                Err("required")
            } else {
                Ok(None)
            };
        }
        if given.chars().count() > LONGEST_ANSWER {
            return Err("long");
        }
        let value = match self.kind {
            QuestionKind::Name => {
                let name = text::clean_name(given);
                if !name.chars().any(char::is_alphabetic) {
                    return Err("name");
                }
                name
            }
            QuestionKind::Phone => Phone::parse(given).ok_or("phone")?.as_str().to_owned(),
            QuestionKind::Email => Email::parse(given).ok_or("email")?.as_str().to_owned(),
            QuestionKind::Choice => given
                .parse::<usize>()
                .ok()
                .and_then(|at| self.choices.get(at))
                .ok_or("choice")?
                .in_language(language)
                .to_owned(),
            QuestionKind::Text => {
                let visible = |c: &char| *c == '\n' || !c.is_control();
                given.chars().filter(visible).collect()
            }
        };
        Ok(Some(value))
    }
}

/// An address a browser may be sent to.
fn is_address(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
        && !url
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "\"<>".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn form() -> Form {
        let label = |ru: &str, en: &str| json!({"ru": ru, "en": en});
        let form = json!({
            "fields": [
                {"key": "name", "kind": "name", "required": true, "label": label("Имя", "Name")},
                {"key": "phone", "kind": "phone", "label": label("Телефон", "Phone")},
                {"key": "mail", "kind": "email", "label": label("Почта", "")},
                {"key": "about", "kind": "choice", "label": label("О чём", "About"),
                 "choices": [label("Заказ", "Order"), label("Другое", "Other")]},
                {"key": "more", "kind": "text", "label": label("Ещё", "More")},
            ],
            "consent": {"text": label("Согласен", "I agree"), "url": "https://shop.example/privacy"},
        });
        Form::read(&form.to_string()).expect("a sound form")
    }

    fn answers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn p_13_answers_are_read_by_their_sort() {
        let given = answers(&[
            ("name", " Анна "),
            ("phone", "8 (912) 000-11-22"),
            ("mail", "anna@example.org"),
            ("about", "1"),
            ("stranger", "x"),
        ]);
        let taken = form().take(&given, true, Language::Ru).expect("taken");
        let values: Vec<&str> = taken.iter().map(|a| a.value.as_str()).collect();
        assert_eq!(
            values,
            ["Анна", "+79120001122", "anna@example.org", "Другое"]
        );
        assert_eq!(taken[2].label, "Почта");
    }

    #[test]
    fn p_13_each_wrong_answer_is_named() {
        let long = "я".repeat(LONGEST_ANSWER + 1);
        for (key, value, code) in [
            ("name", "", "required"),
            ("name", "12345", "name"),
            ("phone", "позвоните", "phone"),
            ("mail", "a@b@c", "email"),
            ("about", "2", "choice"),
            ("about", "-1", "choice"),
            ("about", "Заказ", "choice"),
            ("more", long.as_str(), "long"),
        ] {
            let mut given = answers(&[("name", "Анна")]);
            given.insert(key.to_owned(), value.to_owned());
            let wrong = form().take(&given, true, Language::En).expect_err(value);
            assert_eq!(
                (wrong[0].key.as_str(), wrong[0].code),
                (key, code),
                "{value}"
            );
        }
        let wrong = form()
            .take(&answers(&[]), false, Language::En)
            .expect_err("all");
        assert_eq!(wrong.len(), 2, "the name and the consent: {wrong:?}");
    }

    #[test]
    fn p_13_what_is_no_form_is_refused() {
        let question = |more: serde_json::Value| {
            let mut one = json!({"key": "a", "kind": "text", "label": {"ru": "А", "en": "A"}});
            if let (Some(one), Some(more)) = (one.as_object_mut(), more.as_object()) {
                one.extend(more.clone());
            }
            json!({"fields": [one]}).to_string()
        };
        assert!(Form::read("").is_some_and(|f| !f.asks()));
        assert!(Form::read(&question(json!({}))).is_some());
        for bad in [
            "[]".to_owned(),
            "{".to_owned(),
            question(json!({"key": "A b"})),
            question(json!({"key": "consent"})),
            question(json!({"kind": "choice"})),
            question(json!({"kind": "password"})),
            question(json!({"label": {"ru": " ", "en": ""}})),
            json!({"consent": {"text": {"ru": "Да"}, "url": "javascript:alert(1)"}}).to_string(),
        ] {
            assert_eq!(Form::read(&bad), None, "{bad}");
        }
    }

    #[test]
    fn a_plain_text_is_for_both_languages() {
        assert_eq!(Phrase::read("Привет").in_language(Language::En), "Привет");
        let both = Phrase::read(r#"{"ru":"Привет","en":""}"#);
        assert_eq!(both.in_language(Language::En), "Привет");
        assert_eq!(
            Phrase::read("{не JSON").in_language(Language::Ru),
            "{не JSON"
        );
    }

    proptest! {
        #[test]
        fn hostile_answers_are_taken_clean_or_refused(name in ".{0,80}", phone in ".{0,40}", more in ".{0,80}") {
            let given = answers(&[("name", &name), ("phone", &phone), ("more", &more)]);
            if let Ok(taken) = form().take(&given, true, Language::Ru) {
                for answer in taken {
                    prop_assert!(!answer.value.chars().any(|c| c.is_control() && c != '\n'));
                    prop_assert!(answer.kind != QuestionKind::Phone || answer.value.starts_with('+'));
                }
            }
        }
    }
}
