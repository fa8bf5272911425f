//! Texts a messenger approves beforehand, and filling them: pure, so that the picker, the server and the connector agree.
//!
//! Source of the shapes and limits: Meta's pages on message templates of mid-2026. Another provider's registered texts
//! fit into the same words: a name, a language, a body with numbered or named places.

use crate::FileKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Longest value of one place, in characters: the whole body may have 1024 after filling.
const LONGEST_VALUE: usize = 1024;
/// Longest body with its values, in characters.
const LONGEST_BODY: usize = 1024;
/// Longest header or footer, in characters.
const LONGEST_LINE: usize = 60;
/// Longest words on a button, in characters.
const LONGEST_BUTTON: usize = 25;
/// Most buttons of one template.
const MOST_BUTTONS: usize = 10;

/// Whether the messenger lets a template be sent.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum TemplateState {
    /// May be sent.
    Approved,
    /// The messenger looks at it.
    #[default]
    Pending,
    /// Refused; see the reason.
    Rejected,
    /// Not sent for a while, because clients complained.
    Paused,
    /// Not sent any more.
    Disabled,
}

impl TemplateState {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }
    /// Reads the stored word; an unknown word is not to be sent.
    pub fn from_word(word: &str) -> Self {
        match word {
            "approved" => Self::Approved,
            "pending" => Self::Pending,
            "rejected" => Self::Rejected,
            "paused" => Self::Paused,
            _ => Self::Disabled,
        }
    }
}

/// What stands above the body.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TemplateHeader {
    /// Nothing.
    #[default]
    None,
    /// A line of words, with at most one place.
    Text {
        /// The words.
        text: String,
    },
    /// A file, given anew with each send.
    Media {
        /// Which kind.
        media: FileKind,
    },
    /// Something we cannot fill (a place on the map).
    Other {
        /// The messenger's word.
        name: String,
    },
}

/// What pressing a button does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TemplateButtonKind {
    /// Sends its words back to us.
    Reply,
    /// Opens an address.
    Url,
    /// Calls a number.
    Phone,
    /// Copies a code.
    Code,
    /// Something we cannot fill.
    Other,
}

/// A button under the body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplateButton {
    /// What pressing it does.
    pub kind: TemplateButtonKind,
    /// Its words.
    pub text: String,
    /// The address (which may end with a place), or the number; empty for the others.
    #[serde(default)]
    pub value: String,
}

/// The words of a template. A place is `{{1}}` or `{{first_name}}`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct TemplateText {
    /// Above the body.
    pub header: TemplateHeader,
    /// The body, at most 1024 characters.
    pub body: String,
    /// A quiet line under it, at most 60 characters.
    pub footer: String,
    /// Buttons, at most ten.
    pub buttons: Vec<TemplateButton>,
    /// An example for each place, by [`TemplateText::places`]; the messenger wants them for its approval.
    pub examples: BTreeMap<String, String>,
}

/// A template of an account.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Template {
    /// The messenger's id; empty for one that is not submitted yet.
    pub ext_id: String,
    /// Its name at the messenger: small latin letters, digits and `_`.
    pub name: String,
    /// The messenger's code of its language, `ru`, `en_US`.
    pub language: String,
    /// `utility`, `marketing`, `authentication`, in small letters.
    pub category: String,
    /// Whether it may be sent.
    pub state: TemplateState,
    /// Why not, in the messenger's words.
    pub reason: String,
    /// Its words.
    pub text: TemplateText,
}

/// A template with the values of one client; what [`crate::Part::template`] carries.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FilledTemplate {
    /// The template as it was when it was filled.
    pub template: Template,
    /// A value for each place.
    pub values: BTreeMap<String, String>,
}

/// Why a template cannot be sent or submitted as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TemplateProblem {
    /// This place has no value.
    Missing(String),
    /// There is no such place.
    Strange(String),
    /// A value with a line break, a tab or more than four spaces in a row: the messenger refuses those.
    Malformed(String),
    /// With its values the body is too long.
    TooLong,
    /// It needs one file of this kind above the body.
    FileNeeded(FileKind),
    /// It takes no files, or other ones.
    FileRefused,
    /// It has parts we cannot fill.
    NotForUs(String),
    /// A field of a new template is wrong: `name`, `language`, `category`, `header`, `body`, `footer`, `buttons`.
    Field(&'static str),
}

impl TemplateProblem {
    /// Stable code, also the Fluent id with `.` as `-`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "channels.template_value_missing",
            Self::Strange(_) => "channels.template_value_strange",
            Self::Malformed(_) => "channels.template_value_malformed",
            Self::TooLong => "channels.template_too_long",
            Self::FileNeeded(_) => "channels.template_file_needed",
            Self::FileRefused => "channels.template_file_refused",
            Self::NotForUs(_) => "channels.template_not_for_us",
            Self::Field(_) => "channels.template_field",
        }
    }
}

/// The names in `{{…}}` of a text, in order, each once.
pub fn names(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        rest = &rest[start + 2..];
        let Some(end) = rest.find("}}") else { break };
        let name = rest[..end].trim();
        if is_name(name) && !found.contains(&name) {
            found.push(name);
        }
        rest = &rest[end + 2..];
    }
    found
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A text with its places filled, in one pass: what a value itself says in braces stays as it is.
pub fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(end) = rest[start + 2..].find("}}") else {
            break;
        };
        let name = rest[start + 2..start + 2 + end].trim();
        let whole = &rest[start..start + end + 4];
        out.push_str(&rest[..start]);
        match value(name).filter(|_| is_name(name)) {
            Some(value) => out.push_str(&value),
            None => out.push_str(whole),
        }
        rest = &rest[start + end + 4..];
    }
    out + rest
}

impl TemplateText {
    /// Everything that wants a value, in order of reading: `header:1`, `body:first_name`, `button0:1`.
    pub fn places(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut add = |part: &str, text: &str| {
            out.extend(names(text).into_iter().map(|name| format!("{part}:{name}")));
        };
        if let TemplateHeader::Text { text } = &self.header {
            add("header", text);
        }
        add("body", &self.body);
        for (at, button) in self.buttons.iter().enumerate() {
            match button.kind {
                TemplateButtonKind::Url => add(&format!("button{at}"), &button.value),
                // A code to copy is always given with the send.
                TemplateButtonKind::Code => add(&format!("button{at}"), "{{code}}"),
                _ => {}
            }
        }
        out
    }

    /// As the client reads it: header, body, footer, buttons on lines of their own. Without markup.
    pub fn preview(&self, values: &BTreeMap<String, String>) -> String {
        let fill = |part: &str, text: &str| {
            filled(text, |name| values.get(&format!("{part}:{name}")).cloned())
        };
        let mut lines = Vec::new();
        if let TemplateHeader::Text { text } = &self.header {
            lines.push(fill("header", text));
        }
        lines.push(fill("body", &self.body));
        if !self.footer.is_empty() {
            lines.push(self.footer.clone());
        }
        lines.join("\n\n")
    }

    /// Whether these values and files make a message; `files` are the kinds of what is given with it.
    pub fn check(
        &self,
        values: &BTreeMap<String, String>,
        files: &[FileKind],
    ) -> Result<(), TemplateProblem> {
        if let TemplateHeader::Other { name } = &self.header {
            return Err(TemplateProblem::NotForUs(name.clone()));
        }
        if self
            .buttons
            .iter()
            .any(|b| b.kind == TemplateButtonKind::Other)
        {
            return Err(TemplateProblem::NotForUs("button".to_owned()));
        }
        let places = self.places();
        if let Some(strange) = values.keys().find(|key| !places.contains(key)) {
            return Err(TemplateProblem::Strange(strange.clone()));
        }
        for place in &places {
            let value = values.get(place).map(|v| v.trim()).unwrap_or_default();
            if value.is_empty() {
                return Err(TemplateProblem::Missing(place.clone()));
            }
            let odd = value.contains(['\n', '\r', '\t']) || value.contains("     ");
            if odd || value.chars().count() > LONGEST_VALUE {
                return Err(TemplateProblem::Malformed(place.clone()));
            }
        }
        let body = filled(&self.body, |name| {
            values.get(&format!("body:{name}")).cloned()
        });
        if body.chars().count() > LONGEST_BODY {
            return Err(TemplateProblem::TooLong);
        }
        match (&self.header, files) {
            (TemplateHeader::Media { media }, [one]) if one == media => Ok(()),
            (TemplateHeader::Media { media }, []) => Err(TemplateProblem::FileNeeded(*media)),
            (TemplateHeader::None | TemplateHeader::Text { .. }, []) => Ok(()),
            _ => Err(TemplateProblem::FileRefused),
        }
    }
}

impl Template {
    /// Whether it can be submitted: what the messenger would refuse for its form alone is told before.
    pub fn check_new(&self) -> Result<(), TemplateProblem> {
        use TemplateProblem::Field;
        let word = |s: &str, most: usize| {
            (1..=most).contains(&s.len())
                && s.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let long = |s: &str, most: usize| s.chars().count() > most;
        if !word(&self.name, 512) {
            return Err(Field("name"));
        }
        let language = (2..=10).contains(&self.language.len())
            && self
                .language
                .bytes()
                .all(|b| b.is_ascii_alphabetic() || b == b'_');
        if !language {
            return Err(Field("language"));
        }
        // Codes for signing in have a form of their own, which the messenger writes.
        if !matches!(self.category.as_str(), "utility" | "marketing") {
            return Err(Field("category"));
        }
        match &self.text.header {
            TemplateHeader::None => {}
            TemplateHeader::Text { text }
                if !text.trim().is_empty()
                    && !long(text, LONGEST_LINE)
                    && names(text).len() < 2 => {}
            _ => return Err(Field("header")),
        }
        if self.text.body.trim().is_empty() || long(&self.text.body, LONGEST_BODY) {
            return Err(Field("body"));
        }
        if !numbered(&self.text.body) {
            return Err(Field("body"));
        }
        if long(&self.text.footer, LONGEST_LINE) || !names(&self.text.footer).is_empty() {
            return Err(Field("footer"));
        }
        let fine = |b: &TemplateButton| {
            !b.text.trim().is_empty()
                && !long(&b.text, LONGEST_BUTTON)
                && match b.kind {
                    TemplateButtonKind::Reply => true,
                    TemplateButtonKind::Url => b.value.starts_with("https://"),
                    TemplateButtonKind::Phone => kernel::Phone::parse(&b.value).is_some(),
                    TemplateButtonKind::Code | TemplateButtonKind::Other => false,
                }
        };
        if self.text.buttons.len() > MOST_BUTTONS || !self.text.buttons.iter().all(fine) {
            return Err(Field("buttons"));
        }
        let example = |place: &String| {
            let given = self.text.examples.get(place).map(|e| e.trim());
            given.is_some_and(|e| !e.is_empty())
        };
        match self.text.places().iter().find(|place| !example(place)) {
            Some(place) => Err(TemplateProblem::Missing(place.clone())),
            None => Ok(()),
        }
    }
}

/// Places of a body are all named, or numbered 1, 2, 3 … without a gap; and none opens or ends it.
fn numbered(body: &str) -> bool {
    let names = names(body);
    let numbers: Vec<usize> = names.iter().filter_map(|n| n.parse().ok()).collect();
    let in_order = {
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        sorted.iter().copied().eq(1..=numbers.len())
    };
    let trimmed = body.trim();
    let bare = trimmed.starts_with("{{") || trimmed.ends_with("}}");
    (numbers.is_empty() || (numbers.len() == names.len() && in_order))
        && (names.is_empty() || !bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn order() -> Template {
        Template {
            name: "order_ready".into(),
            language: "ru".into(),
            category: "utility".into(),
            text: TemplateText {
                header: TemplateHeader::Text {
                    text: "Заказ {{1}}".into(),
                },
                body: "Здравствуйте, {{1}}! Заказ на {{2}} готов.".into(),
                footer: "Мастерская".into(),
                buttons: vec![TemplateButton {
                    kind: TemplateButtonKind::Url,
                    text: "Открыть".into(),
                    value: "https://shop.example/o/{{1}}".into(),
                }],
                examples: values(&[
                    ("header:1", "17"),
                    ("body:1", "Анна"),
                    ("body:2", "500 ₽"),
                    ("button0:1", "17"),
                ]),
            },
            ..Template::default()
        }
    }

    #[test]
    fn u_06_a_template_is_sent_only_with_a_value_for_each_place() {
        let text = order().text;
        let all = text.examples.clone();
        assert_eq!(text.places(), ["header:1", "body:1", "body:2", "button0:1"]);
        assert_eq!(text.check(&all, &[]), Ok(()));
        assert_eq!(
            text.preview(&all),
            "Заказ 17\n\nЗдравствуйте, Анна! Заказ на 500 ₽ готов.\n\nМастерская"
        );
        let mut missing = all.clone();
        missing.remove("body:2");
        assert_eq!(
            text.check(&missing, &[]),
            Err(TemplateProblem::Missing("body:2".into()))
        );
        let mut strange = all.clone();
        strange.insert("body:3".into(), "?".into());
        assert_eq!(
            text.check(&strange, &[]),
            Err(TemplateProblem::Strange("body:3".into()))
        );
        for odd in ["две\nстроки", "таб\tуляция", "много     места"] {
            let mut odd_value = all.clone();
            odd_value.insert("body:1".into(), odd.into());
            assert_eq!(
                text.check(&odd_value, &[]),
                Err(TemplateProblem::Malformed("body:1".into())),
                "{odd}"
            );
        }
        let mut long = all.clone();
        long.insert("body:1".into(), "я".repeat(1024));
        assert_eq!(text.check(&long, &[]), Err(TemplateProblem::TooLong));
        assert_eq!(
            text.check(&all, &[FileKind::Image]),
            Err(TemplateProblem::FileRefused)
        );
    }

    #[test]
    fn u_06_a_header_with_a_picture_wants_one_picture() {
        let text = TemplateText {
            header: TemplateHeader::Media {
                media: FileKind::Image,
            },
            body: "Вот лампа".into(),
            ..TemplateText::default()
        };
        let none = BTreeMap::new();
        assert_eq!(text.check(&none, &[FileKind::Image]), Ok(()));
        assert_eq!(
            text.check(&none, &[]),
            Err(TemplateProblem::FileNeeded(FileKind::Image))
        );
        for wrong in [vec![FileKind::File], vec![FileKind::Image, FileKind::Image]] {
            assert_eq!(text.check(&none, &wrong), Err(TemplateProblem::FileRefused));
        }
    }

    #[test]
    fn p_14_what_would_be_refused_for_its_form_is_told_before_it_is_submitted() {
        use TemplateProblem::{Field, Missing};
        assert_eq!(order().check_new(), Ok(()));
        let broken = |change: &dyn Fn(&mut Template)| {
            let mut template = order();
            change(&mut template);
            template.check_new().unwrap_err()
        };
        assert_eq!(broken(&|t| t.name = "Заказ".into()), Field("name"));
        assert_eq!(
            broken(&|t| t.language = "русский".into()),
            Field("language")
        );
        assert_eq!(
            broken(&|t| t.category = "authentication".into()),
            Field("category")
        );
        assert_eq!(broken(&|t| t.text.body = "  ".into()), Field("body"));
        assert_eq!(
            broken(&|t| t.text.body = "Заказ {{2}} готов".into()),
            Field("body"),
            "a gap in the numbers"
        );
        assert_eq!(
            broken(&|t| t.text.body = "Здравствуйте, {{1}}".into()),
            Field("body"),
            "a place may not end the body"
        );
        assert_eq!(broken(&|t| t.text.footer = "x".repeat(61)), Field("footer"));
        assert_eq!(
            broken(&|t| t.text.buttons[0].value = "http://shop.example".into()),
            Field("buttons")
        );
        assert_eq!(
            broken(&|t| drop(t.text.examples.remove("body:1"))),
            Missing("body:1".into())
        );
    }

    proptest! {
        #[test]
        fn u_06_what_a_value_says_in_braces_is_never_filled_again(value in "[a-z{}1 ]{0,20}") {
            let out = filled("a {{1}} b", |_| Some(value.clone()));
            prop_assert_eq!(out, format!("a {value} b"));
        }
        #[test]
        fn u_06_any_text_is_read_and_filled_without_loss(text in "[a{}1 ]{0,30}") {
            prop_assert_eq!(filled(&text, |_| None), text);
        }
    }
}
