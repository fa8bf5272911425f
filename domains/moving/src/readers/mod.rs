//! The readers: one module per format, each turns an archive into the neutral stream and knows nothing of our tables.

mod beseda;
pub(crate) use beseda::{Manifest, VERSION as MANIFEST_VERSION};
mod emoji;
mod mattermost;
mod rocketchat;
mod slack;
mod telegram;
#[cfg(test)]
mod tests;

use crate::{
    archive::Archive,
    item::{Read, Sink},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose archive it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Our own.
    Beseda,
    /// The zip of "Export data" of a Slack workspace.
    Slack,
    /// The zip of a Mattermost bulk export.
    Mattermost,
    /// A zip of Rocket.Chat's collections as `mongoexport` writes them, or of "Export messages" of its rooms.
    RocketChat,
    /// The `result.json` or a zip of the folder Telegram Desktop exports, in its machine-readable form.
    Telegram,
}

impl Format {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Beseda => "beseda",
            Self::Slack => "slack",
            Self::Mattermost => "mattermost",
            Self::RocketChat => "rocketchat",
            Self::Telegram => "telegram",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let all = [
            Self::Beseda,
            Self::Slack,
            Self::Mattermost,
            Self::RocketChat,
            Self::Telegram,
        ];
        all.into_iter().find(|f| f.word() == word)
    }

    /// Reads an archive of this format from its start.
    pub(crate) fn read(self, archive: &mut Archive, sink: &mut Sink<'_>) -> Read<()> {
        match self {
            Self::Beseda => beseda::read(archive, sink),
            Self::Slack => slack::read(archive, sink),
            Self::Mattermost => mattermost::read(archive, sink),
            Self::RocketChat => rocketchat::read(archive, sink),
            Self::Telegram => telegram::read(archive, sink),
        }
    }
}
