//! Where the mailboxes of well-known providers are, so that nobody has to look it up.

use std::collections::BTreeMap;

/// One provider and what it fills in.
pub(crate) struct Preset {
    pub(crate) word: &'static str,
    values: &'static [(&'static str, &'static str)],
}

impl Preset {
    /// The value it fills into a field; empty if it says nothing of it.
    pub(crate) fn value(&self, field: &str) -> &'static str {
        let mut all = self.values.iter();
        all.find(|(name, _)| *name == field)
            .map_or("", |(_, value)| value)
    }
}

/// The fields that are filled by choosing a provider.
const FIELDS: [&str; 7] = [
    "imap_host",
    "imap_port",
    "imap_security",
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "keep_sent",
];

macro_rules! provider {
    ($word:literal, $imap:literal, $smtp:literal, $keep:literal) => {
        Preset {
            word: $word,
            values: &[
                ("imap_host", $imap),
                ("imap_port", "993"),
                ("imap_security", "tls"),
                ("smtp_host", $smtp),
                ("smtp_port", "465"),
                ("smtp_security", "tls"),
                ("keep_sent", $keep),
            ],
        }
    };
}

/// The first stands there at first.
pub(crate) const ALL: [Preset; 4] = [
    provider!("yandex", "imap.yandex.ru", "smtp.yandex.ru", "true"),
    provider!("mailru", "imap.mail.ru", "smtp.mail.ru", "true"),
    // Gmail keeps what goes through its own server by itself.
    provider!("gmail", "imap.gmail.com", "smtp.gmail.com", "false"),
    provider!("own", "", "", "true"),
];

/// The provider of a word.
pub(crate) fn of(word: &str) -> Option<&'static Preset> {
    ALL.iter().find(|one| one.word == word)
}

/// Every field a provider fills, for each of them.
pub(crate) fn fills() -> BTreeMap<String, BTreeMap<String, String>> {
    let one = |preset: &Preset| {
        let values = FIELDS.map(|field| (field.to_owned(), preset.value(field).to_owned()));
        (preset.word.to_owned(), values.into_iter().collect())
    };
    ALL.iter().map(one).collect()
}
