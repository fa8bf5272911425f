//! The nouns of team chats.

use crate::rules::WhoAdds;
use accounts::Person;
use kernel::{Id, Moment};
use messages::{LastLine, Message, Mine, Thread};
use serde::Serialize;
use utoipa::ToSchema;

/// What the members share of a chat; its id is the thread's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Chat {
    /// Its id, also the thread's.
    pub id: Id<Thread>,
    /// `direct`, `group`, `self` or `topic` (the talk under a message of a group).
    pub kind: String,
    /// Empty for a direct chat: lists draw the other's name.
    pub title: String,
    /// Its members; of a topic those who follow it.
    pub member_ids: Vec<Id<Person>>,
    /// Those of them who may arrange the group beside its owner.
    pub admin_ids: Vec<Id<Person>>,
    /// Whose it is.
    pub owner_id: Option<Id<Person>>,
    /// Who may add members.
    pub who_adds: WhoAdds,
    /// Of a topic: its group.
    pub parent_id: Option<Id<Thread>>,
    /// Of a topic: the message it hangs under.
    pub root_id: Option<Id<Message>>,
    /// When.
    pub created_at: Moment,
    /// Its newest message.
    pub last: Option<LastLine>,
    /// The newest number.
    pub last_seq: i64,
    /// The newest ordinal.
    pub last_ordinal: i64,
}

/// A chat with what is mine of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MyChat {
    #[serde(flatten)]
    pub(crate) chat: Chat,
    pub(crate) read_seq: i64,
    pub(crate) read_ordinal: i64,
    pub(crate) unread: i64,
    pub(crate) mentions: i64,
    pub(crate) muted: bool,
    pub(crate) pinned: bool,
    pub(crate) archived: bool,
    pub(crate) draft: String,
}

impl MyChat {
    pub(crate) fn new(chat: Chat, mine: Mine) -> Self {
        Self {
            chat,
            read_seq: mine.read_seq,
            read_ordinal: mine.read_ordinal,
            unread: mine.unread,
            mentions: mine.mentions,
            muted: mine.muted,
            pinned: mine.pinned,
            archived: mine.archived,
            draft: mine.draft,
        }
    }
}
