//! Which parameters each method takes and must have (methods.json of the schema): stricter than the vendor.

use super::server::Refusal;
use std::collections::BTreeMap;

/// A method: what it must have, what it may have besides.
type Method = (&'static [&'static str], &'static [&'static str]);

/// The events of a community that can be switched.
const EVENTS: &[&str] = &[
    "message_new",
    "message_reply",
    "message_edit",
    "message_allow",
    "message_deny",
    "message_event",
    "message_typing_state",
    "message_read",
    "message_reaction_event",
];

fn method(name: &str) -> Option<Method> {
    Some(match name {
        "groups.getById" => (&[], &["group_ids", "group_id", "fields"]),
        "groups.getLongPollServer"
        | "groups.getCallbackConfirmationCode"
        | "groups.getCallbackServers" => (&["group_id"], &[]),
        "groups.setLongPollSettings" => (&["group_id"], &["enabled", "api_version"]),
        "groups.setCallbackSettings" => (&["group_id"], &["server_id", "api_version"]),
        "groups.addCallbackServer" => (&["group_id", "url", "title"], &["secret_key"]),
        "groups.editCallbackServer" => {
            (&["group_id", "server_id", "url", "title"], &["secret_key"])
        }
        "groups.deleteCallbackServer" => (&["group_id", "server_id"], &[]),
        "users.get" => (&["user_ids"], &["fields", "name_case"]),
        "photos.getMessagesUploadServer" => (&[], &["peer_id"]),
        "photos.saveMessagesPhoto" => (&["photo"], &["server", "hash"]),
        "docs.getMessagesUploadServer" => (&[], &["type", "peer_id"]),
        "docs.save" => (&["file"], &["title", "tags"]),
        "messages.send" => (
            &["peer_ids", "random_id"],
            &[
                "message",
                "attachment",
                "forward",
                "keyboard",
                "disable_mentions",
                "dont_parse_links",
            ],
        ),
        "messages.edit" => (
            &["peer_id", "cmid"],
            &[
                "message",
                "attachment",
                "keep_forward_messages",
                "keep_snippets",
                "disable_mentions",
                "dont_parse_links",
            ],
        ),
        "messages.delete" => (&["peer_id", "cmids"], &["delete_for_all"]),
        "messages.sendReaction" => (&["peer_id", "cmid", "reaction_id"], &[]),
        "messages.deleteReaction" => (&["peer_id", "cmid"], &[]),
        "messages.setActivity" => (&["peer_id", "type"], &[]),
        "messages.markAsRead" => (&["peer_id"], &["up_to_cmid", "mark_conversation_as_read"]),
        "messages.getByConversationMessageId" => (&["peer_id", "conversation_message_ids"], &[]),
        "messages.getConversations" => (&["offset", "count"], &["filter", "extended"]),
        "messages.getHistory" => (&["peer_id", "offset", "count"], &["rev", "extended"]),
        "messages.getConversationsById" => (&["peer_ids"], &[]),
        _ => return None,
    })
}

/// Names and values of a form or a query.
pub(super) fn fields(form: &str) -> BTreeMap<String, String> {
    form.split('&')
        .filter_map(|field| field.split_once('='))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect()
}

fn plain(escaped: &str) -> String {
    let (mut out, mut bytes) = (Vec::new(), escaped.bytes());
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = [bytes.next().unwrap_or(b'0'), bytes.next().unwrap_or(b'0')];
                let digits = String::from_utf8_lossy(&digits).into_owned();
                out.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
            }
            byte => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Checks names and presence.
pub(super) fn check(name: &str, given: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let Some((required, optional)) = method(name) else {
        return Err(Refusal::new(3, "Unknown method passed"));
    };
    let switches = if name.starts_with("groups.set") {
        EVENTS
    } else {
        &[]
    };
    let known = |key: &str| {
        [required, optional, switches]
            .iter()
            .any(|list| list.contains(&key))
    };
    if let Some(unknown) = given.keys().find(|key| !known(key)) {
        return Err(Refusal::parameter(format!("unknown parameter {unknown}")));
    }
    match required
        .iter()
        .find(|key| given.get(**key).is_none_or(String::is_empty))
    {
        Some(missing) => Err(Refusal::parameter(format!(
            "{missing} is a required parameter"
        ))),
        None => Ok(()),
    }
}
