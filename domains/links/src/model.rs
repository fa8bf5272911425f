//! The nouns of links.

use kernel::{Id, Moment, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An address in one message to one client.
#[derive(Clone, Debug)]
pub(crate) struct ShortLink {
    pub(crate) code: String,
    pub(crate) url: String,
    pub(crate) account_id: Uuid,
    pub(crate) contact_id: Uuid,
    pub(crate) chat_id: Uuid,
    pub(crate) message_key: Uuid,
    pub(crate) created_at: Moment,
}
db::row!(ShortLink {
    code,
    url,
    account_id,
    contact_id,
    chat_id,
    message_key,
    created_at
});

/// A short link that is given to anybody, with its clicks.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) code: String,
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) account_id: Uuid,
    pub(crate) created_at: Moment,
    pub(crate) clicks: i64,
    pub(crate) robots: i64,
}
db::row!(Given {
    code,
    url,
    name,
    account_id,
    created_at,
    clicks,
    robots
});

/// The same as an administrator sees it (L-78).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PublicLink {
    /// The last part of its address.
    pub(crate) code: String,
    /// What is given away.
    pub(crate) address: String,
    /// Where it leads.
    pub(crate) url: String,
    /// Where it hangs, in the administrator's words.
    pub(crate) name: String,
    /// To which channel it leads.
    pub(crate) account_id: Uuid,
    /// By people.
    pub(crate) clicks: i64,
    /// By robots that make previews.
    pub(crate) robots: i64,
    /// When it was made.
    pub(crate) created_at: Moment,
}

/// Somebody, or a robot, followed a short link.
#[derive(Clone, Debug)]
pub struct Click {
    pub(crate) id: Id<Click>,
    pub(crate) code: String,
    pub(crate) at: Moment,
    pub(crate) robot: bool,
    pub(crate) agent: String,
}

/// An address a client was sent, and how often it was followed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LinkClicks {
    /// Where it leads.
    pub url: String,
    /// The chat it was sent in.
    pub chat_id: Uuid,
    /// When it was sent.
    pub sent_at: Moment,
    /// By people.
    pub clicks: i64,
    /// By robots that make previews.
    pub robots: i64,
    /// The last time a person did; none if nobody has.
    pub last_at: Option<Moment>,
}
db::row!(LinkClicks {
    url,
    chat_id,
    sent_at,
    clicks,
    robots,
    last_at
});

/// A page of our site that a contact saw.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Visit {
    pub(crate) at: Moment,
    pub(crate) page: String,
    pub(crate) referrer: String,
}
db::row!(Visit { at, page, referrer });

/// How short links are set up.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LinkSettings {
    /// Where short links lead from; empty when the house has no address of its own, and then none can be made.
    pub(crate) base: String,
    /// S3-08: the channels in which links are shortened unless the sender says otherwise.
    pub(crate) account_ids: Vec<Uuid>,
    /// The hosts that carry the pixel.
    pub(crate) sites: Vec<String>,
    /// What to paste into their pages.
    pub(crate) snippet: String,
}

/// What changes; absent fields stay.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct LinkSettingsPatch {
    pub(crate) account_ids: Option<Vec<Uuid>>,
    pub(crate) sites: Option<Vec<String>>,
}

/// What the pixel tells of a page.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Seen {
    /// The browser's own id, 32 letters of `0-9a-f`.
    pub(crate) visitor: String,
    /// The click it came by, if it did.
    pub(crate) click: Option<Uuid>,
    pub(crate) page: String,
    pub(crate) referrer: String,
}
