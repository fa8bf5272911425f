//! Who is known to the data centre.

use grammers_tl_types as tl;

/// The account's own id.
pub const SELF_ID: i64 = 777_001;
/// The account's own number.
pub const SELF_PHONE: &str = "79160000001";

/// Somebody with an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Their id.
    pub id: i64,
    /// First name.
    pub name: String,
    /// Digits of their number.
    pub phone: String,
    /// The number can be found and is shown.
    pub open: bool,
    /// Their handle.
    pub username: Option<String>,
}

impl Person {
    /// Somebody who can be found by number.
    pub fn new(id: i64, name: &str, phone: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            phone: phone.to_owned(),
            open: true,
            username: None,
        }
    }
}

pub(super) fn owner() -> Person {
    Person::new(SELF_ID, "Лавка", SELF_PHONE)
}

/// The hash by which this account may write to somebody.
pub(super) fn hash(id: i64) -> i64 {
    id * 31 + 17
}

pub(super) fn peer(id: i64) -> tl::enums::Peer {
    tl::enums::Peer::User(tl::types::PeerUser { user_id: id })
}

pub(super) fn user(person: &Person) -> tl::enums::User {
    tl::enums::User::User(tl::types::User {
        is_self: person.id == SELF_ID,
        contact: false,
        mutual_contact: false,
        deleted: false,
        bot: false,
        bot_chat_history: false,
        bot_nochats: false,
        verified: false,
        restricted: false,
        min: false,
        bot_inline_geo: false,
        support: false,
        scam: false,
        apply_min_photo: false,
        fake: false,
        bot_attach_menu: false,
        premium: false,
        attach_menu_enabled: false,
        bot_can_edit: false,
        close_friend: false,
        stories_hidden: false,
        stories_unavailable: false,
        contact_require_premium: false,
        bot_business: false,
        bot_has_main_app: false,
        bot_forum_view: false,
        bot_forum_can_manage_topics: false,
        bot_can_manage_bots: false,
        bot_guestchat: false,
        bot_guard: false,
        id: person.id,
        access_hash: Some(hash(person.id)),
        first_name: Some(person.name.clone()),
        last_name: None,
        username: person.username.clone(),
        phone: Some(person.phone.clone()).filter(|_| person.open),
        photo: None,
        status: None,
        bot_info_version: None,
        restriction_reason: None,
        bot_inline_placeholder: None,
        lang_code: None,
        emoji_status: None,
        usernames: None,
        stories_max_id: None,
        color: None,
        profile_color: None,
        bot_active_users: None,
        bot_verification_icon: None,
        send_paid_messages_stars: None,
        linked_community_id: None,
    })
}
