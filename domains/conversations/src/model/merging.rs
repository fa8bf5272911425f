//! What a merge of two contacts would bring together.

use super::{ChannelRef, ClientChatState};
use crm::{CardPreview, Contact};
use kernel::{Id, Moment};
use messages::Thread;
use serde::Serialize;
use utoipa::ToSchema;

/// A chat that would stand on the common card.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MergeChat {
    pub(crate) id: Id<Thread>,
    /// Whose it is now.
    pub(crate) contact_id: Id<Contact>,
    pub(crate) channel: ChannelRef,
    pub(crate) state: ClientChatState,
    pub(crate) number: Option<i64>,
    pub(crate) updated_at: Moment,
}

/// A merge before it is done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MergePreview {
    #[serde(flatten)]
    pub(crate) cards: CardPreview,
    /// Chats the asker may see; others come together as well, for those who may see them.
    pub(crate) chats: Vec<MergeChat>,
    /// Short links that were sent in chats the asker may see.
    pub(crate) links: usize,
}
