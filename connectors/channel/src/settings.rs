//! The form by which an account of a channel is set up, and its answers.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use utoipa::ToSchema;

/// The sorts of input of a set-up form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// One line.
    Text,
    /// One line that is stored encrypted and never shown again.
    Secret,
    /// An http or https address.
    Url,
    /// One of `choices`.
    Choice,
    /// `true` or `false`.
    Switch,
    /// Several lines.
    Lines,
    /// A text for clients in their languages ([`crate::Phrase`]).
    Phrase,
    /// What clients are asked before they write ([`crate::Form`]).
    Form,
}

/// One field of a set-up form; its title is the Fluent message `channel-<kind>-<name>`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SettingField {
    /// Key in [`Settings`].
    pub name: String,
    /// What input it is.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// May not be empty.
    pub required: bool,
    /// Allowed values of a choice; empty for the others.
    pub choices: Vec<String>,
    /// What stands there at first, and what an empty optional field means.
    pub default: String,
    /// The field is asked for only under this condition; none: always.
    #[serde(default)]
    pub when: Option<Condition>,
    /// Filled by signing in ([`crate::SignIn`]): never asked for, and never taken from a form.
    #[serde(default)]
    pub signed: bool,
    /// By the value of a choice: what it writes into other fields when a person chooses it.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, std::collections::HashMap<String, String>>)]
    pub fills: BTreeMap<String, BTreeMap<String, String>>,
}

/// When a field of a form is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Condition {
    /// Another field of the form, a choice.
    pub field: String,
    /// Its value.
    pub is: String,
}

impl SettingField {
    /// An optional field without a default.
    pub fn new(name: &str, kind: FieldKind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            required: false,
            choices: Vec::new(),
            default: String::new(),
            when: None,
            signed: false,
            fills: BTreeMap::new(),
        }
    }
    /// Asks for it only while another field, a choice, has this value.
    #[must_use]
    pub fn when(mut self, field: &str, is: &str) -> Self {
        self.when = Some(Condition {
            field: field.to_owned(),
            is: is.to_owned(),
        });
        self
    }
    /// A secret that signing in fills.
    pub fn signed(name: &str) -> Self {
        Self {
            signed: true,
            ..Self::new(name, FieldKind::Secret)
        }
    }
    /// Makes it required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
    /// Gives it a default.
    #[must_use]
    pub fn default_value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.default);
        self
    }
    /// Gives it the values to choose from; the first is the default.
    #[must_use]
    pub fn choices(mut self, choices: &[&str]) -> Self {
        self.choices = choices.iter().map(|&choice| choice.to_owned()).collect();
        self.default = self.choices.first().cloned().unwrap_or_default();
        self
    }
}

/// The answers of a set-up form by field name, secrets in the clear; `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Settings(pub BTreeMap<String, String>);

impl Settings {
    /// The trimmed value; empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }
    /// The trimmed value, or `default` when it is empty.
    pub fn get_or<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        match self.get(name) {
            "" => default,
            value => value,
        }
    }
    /// Whether a switch is on.
    pub fn on(&self, name: &str) -> bool {
        self.get(name) == "true"
    }
    /// The non-empty lines, trimmed.
    pub fn lines(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Settings {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
