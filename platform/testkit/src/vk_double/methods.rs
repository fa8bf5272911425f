//! What the methods do, and what they refuse in the vendor's own codes.

use super::{
    GROUP,
    memory::{Memory, Message, Shared},
    server::Refusal,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Given = BTreeMap<String, String>;
/// What is answered, and the event by which it comes back.
type Done = Result<(Value, Option<(&'static str, Value)>), Refusal>;

/// Longest text, in characters.
const MAX_TEXT: usize = 4096;

fn int(given: &Given, name: &str) -> i64 {
    given.get(name).and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn words<'a>(given: &'a Given, name: &str) -> &'a str {
    given.get(name).map_or("", String::as_str)
}

fn list(given: &Given, name: &str) -> Vec<String> {
    let all = words(given, name).split(',');
    all.filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Every method but those of the settings.
pub(super) fn call(shared: &Shared, memory: &mut Memory, method: &str, given: &Given) -> Done {
    let quiet = |told: Value| Ok((told, None));
    match method {
        "groups.getById" => quiet(groups(given)),
        "users.get" => quiet(users(memory, given)),
        "photos.getMessagesUploadServer" => quiet(
            json!({"album_id": -64, "upload_url": format!("{}/upload/photo", shared.base), "user_id": 0, "group_id": GROUP}),
        ),
        "docs.getMessagesUploadServer" => match words(given, "type") {
            kind @ ("doc" | "audio_message" | "graffiti") => {
                quiet(json!({"upload_url": format!("{}/upload/doc/{kind}", shared.base)}))
            }
            _ => Err(Refusal::parameter("type is invalid")),
        },
        "photos.saveMessagesPhoto" => save_photo(memory, given),
        "docs.save" => save_document(memory, given),
        "messages.send" => send(memory, given),
        "messages.getConversationsById" => {
            let items: Vec<Value> = list(given, "peer_ids")
                .iter()
                .filter_map(|id| id.parse::<i64>().ok())
                .map(|id| json!({"peer": {"id": id, "type": "chat"}, "chat_settings": {"title": format!("Беседа {}", id - 2_000_000_000)}}))
                .collect();
            quiet(json!({"count": items.len(), "items": items}))
        }
        "messages.getConversations" => {
            page(given)?;
            let mut talks: Vec<(i64, i64)> = memory.last_number.clone().into_iter().collect();
            talks.sort_unstable_by_key(|&(_, number)| -number);
            let items: Vec<Value> = talks
                .iter()
                .skip(usize::try_from(int(given, "offset")).unwrap_or(0))
                .map(|&(peer, number)| json!({"conversation": {"peer": {"id": peer, "type": "user"}}, "last_message": memory.shown(peer, number)}))
                .collect();
            quiet(json!({"count": talks.len(), "items": items}))
        }
        "messages.getHistory" => {
            page(given)?;
            let peer = int(given, "peer_id");
            let last = memory.last_number.get(&peer).copied().unwrap_or(0);
            let items: Vec<Value> = (1..=last)
                .rev()
                .filter(|number| {
                    memory
                        .messages
                        .get(&(peer, *number))
                        .is_some_and(|m| !m.deleted)
                })
                .skip(usize::try_from(int(given, "offset")).unwrap_or(0))
                .map(|number| memory.shown(peer, number))
                .collect();
            quiet(json!({"count": last, "items": items}))
        }
        "messages.getByConversationMessageId" => {
            let (peer, number) = (
                int(given, "peer_id"),
                int(given, "conversation_message_ids"),
            );
            let found = memory.messages.get(&(peer, number)).filter(|m| !m.deleted);
            let items: Vec<Value> = found
                .map(|_| memory.shown(peer, number))
                .into_iter()
                .collect();
            quiet(json!({"count": items.len(), "items": items}))
        }
        _ => in_dialogue(memory, method, given),
    }
}

/// How much of a list is asked for: at most 200, as the schema says.
fn page(given: &Given) -> Result<(), Refusal> {
    if (1..=200).contains(&int(given, "count")) {
        Ok(())
    } else {
        Err(Refusal::parameter("count should be between 1 and 200"))
    }
}

fn in_dialogue(memory: &mut Memory, method: &str, given: &Given) -> Done {
    let peer = int(given, "peer_id");
    reachable(memory, peer)?;
    match method {
        "messages.setActivity" => match words(given, "type") {
            "typing" | "audiomessage" => Ok((
                json!(1),
                Some((
                    "message_typing_state",
                    json!({"state": "typing", "from_id": -GROUP, "to_id": peer}),
                )),
            )),
            _ => Err(Refusal::parameter("type is invalid")),
        },
        "messages.markAsRead" => {
            known(memory, peer, int(given, "up_to_cmid"))?;
            Ok((json!(1), None))
        }
        "messages.edit" => edit(memory, peer, given),
        "messages.delete" => delete(memory, peer, given),
        // messages.sendReaction, messages.deleteReaction: the rules let no other through.
        _ => {
            let number = int(given, "cmid");
            known(memory, peer, number)?;
            let reaction = int(given, "reaction_id");
            if reaction > 16 || (method == "messages.sendReaction" && reaction < 1) {
                return Err(Refusal::new(1009, "Unknown reaction passed"));
            }
            let mut news = json!({"reacted_id": -GROUP, "peer_id": peer, "cmid": number});
            if reaction > 0 {
                news["reaction_id"] = reaction.into();
            }
            Ok((json!(1), Some(("message_reaction_event", news))))
        }
    }
}

fn groups(given: &Given) -> Value {
    let asked = list(given, "group_ids");
    let ids: Vec<i64> = if asked.is_empty() {
        vec![GROUP]
    } else {
        asked.iter().filter_map(|id| id.parse().ok()).collect()
    };
    let shown = |id: i64| {
        let (name, screen) = if id == GROUP {
            ("Лампы и свет".to_owned(), "lampy_test".to_owned())
        } else {
            (format!("Сообщество {id}"), format!("club{id}"))
        };
        json!({"id": id, "name": name, "screen_name": screen, "is_closed": 0, "type": "group"})
    };
    json!({"groups": ids.into_iter().map(shown).collect::<Vec<_>>(), "profiles": []})
}

fn users(memory: &Memory, given: &Given) -> Value {
    let fields = words(given, "fields");
    let ids = list(given, "user_ids");
    let ids = ids.iter().filter_map(|id| id.parse::<i64>().ok());
    let shown = |id: i64| {
        let (first, last) = memory
            .names
            .get(&id)
            .cloned()
            .unwrap_or_else(|| ("Client".to_owned(), id.to_string()));
        let mut user = json!({"id": id, "first_name": first, "last_name": last, "can_access_closed": true, "is_closed": false});
        if fields.contains("screen_name") {
            user["screen_name"] = format!("id{id}").into();
        }
        if fields.contains("photo_200") {
            let own = memory.pictures.get(&id);
            user["has_photo"] = i64::from(own.is_some()).into();
            user["photo_200"] = own
                .map_or("https://vk.com/images/camera_200.png", String::as_str)
                .into();
        }
        user
    };
    ids.map(shown).collect()
}

fn save_photo(memory: &mut Memory, given: &Given) -> Done {
    if (int(given, "server"), words(given, "hash")) != (77, "h77") {
        return Err(Refusal::new(121, "Invalid hash"));
    }
    let Some(file) = memory.uploaded.remove(words(given, "photo")) else {
        return Err(Refusal::new(129, "Invalid photo"));
    };
    let id = memory.next_id();
    memory
        .saved
        .insert(format!("photo{}_{id}_k{id}", -GROUP), file);
    Ok((
        json!([{"id": id, "owner_id": -GROUP, "album_id": -3, "access_key": format!("k{id}"), "sizes": []}]),
        None,
    ))
}

fn save_document(memory: &mut Memory, given: &Given) -> Done {
    let name = words(given, "file").to_owned();
    let Some(file) = memory.uploaded.remove(&name) else {
        return Err(Refusal::new(105, "Couldn't save file"));
    };
    let kind = name.split('|').next().unwrap_or_default().to_owned();
    let id = memory.next_id();
    memory
        .saved
        .insert(format!("{kind}{}_{id}_k{id}", -GROUP), file);
    let saved = json!({"id": id, "owner_id": -GROUP, "access_key": format!("k{id}"), "title": words(given, "title")});
    Ok((json!({"type": kind, kind: saved}), None))
}

fn reachable(memory: &Memory, peer: i64) -> Result<(), Refusal> {
    if memory.denied.contains(&peer) {
        let words = "Can't send messages for users without permission";
        return Err(Refusal::new(901, words));
    }
    if !memory.met.contains(&peer) {
        return Err(Refusal::new(
            901,
            "Can't send messages for users without permission",
        ));
    }
    Ok(())
}

fn known(memory: &Memory, peer: i64, number: i64) -> Result<(), Refusal> {
    match memory.messages.get(&(peer, number)) {
        Some(message) if !message.deleted => Ok(()),
        _ => Err(Refusal::parameter("cmid is invalid")),
    }
}

fn send(memory: &mut Memory, given: &Given) -> Done {
    let Ok(peer) = words(given, "peer_ids").parse::<i64>() else {
        return Err(Refusal::parameter("the double takes one of peer_ids"));
    };
    let random = words(given, "random_id").parse::<i32>().unwrap_or(0);
    if random == 0 {
        return Err(Refusal::parameter("random_id is a required parameter"));
    }
    let text = words(given, "message").to_owned();
    let attachments = list(given, "attachment");
    check_content(memory, &text, &attachments)?;
    check_answered(memory, peer, given)?;
    // With a list of dialogues each has its own verdict.
    if let Err(refusal) = reachable(memory, peer) {
        let error = json!({"code": refusal.code, "description": refusal.words});
        return Err(refusal).or_else(|_| {
            Ok((
                json!([{"peer_id": peer, "message_id": 0, "error": error}]),
                None,
            ))
        });
    }
    let random = i64::from(random);
    if let Some(number) = memory.keys.get(&(peer, random)) {
        let told = json!([{"peer_id": peer, "message_id": peer * 10 + number, "conversation_message_id": number}]);
        return Ok((told, None));
    }
    let kept = Message {
        from: -GROUP,
        text,
        random_id: random,
        attachments,
        deleted: false,
    };
    let message = memory.keep(peer, kept);
    let number = message["conversation_message_id"].as_i64().unwrap_or(0);
    memory.keys.insert((peer, random), number);
    let told =
        json!([{"peer_id": peer, "message_id": message["id"], "conversation_message_id": number}]);
    Ok((told, Some(("message_reply", message))))
}

fn check_content(memory: &Memory, text: &str, attachments: &[String]) -> Result<(), Refusal> {
    if text.trim().is_empty() && attachments.is_empty() {
        return Err(Refusal::parameter("message is empty or invalid"));
    }
    if text.chars().count() > MAX_TEXT {
        return Err(Refusal::new(914, "Message is too long"));
    }
    if attachments.len() > 10 {
        return Err(Refusal::parameter("too many attachments"));
    }
    if attachments
        .iter()
        .any(|name| !memory.saved.contains_key(name))
    {
        return Err(Refusal::parameter("attachment is invalid"));
    }
    let voice = attachments
        .iter()
        .any(|name| name.starts_with("audio_message"));
    if voice && attachments.len() > 1 {
        return Err(Refusal::parameter("a voice message stands alone"));
    }
    Ok(())
}

fn check_answered(memory: &Memory, peer: i64, given: &Given) -> Result<(), Refusal> {
    let Some(forward) = given.get("forward") else {
        return Ok(());
    };
    let forward: Value = serde_json::from_str(forward).unwrap_or_default();
    let number = forward
        .pointer("/conversation_message_ids/0")
        .and_then(Value::as_i64);
    if forward["is_reply"] != json!(true) || forward["peer_id"] != json!(peer) {
        return Err(Refusal::parameter("forward is invalid"));
    }
    known(memory, peer, number.unwrap_or(0)).map_err(|_| Refusal::parameter("forward is invalid"))
}

fn edit(memory: &mut Memory, peer: i64, given: &Given) -> Done {
    let number = int(given, "cmid");
    let (text, attachments) = (
        words(given, "message").to_owned(),
        list(given, "attachment"),
    );
    check_content(memory, &text, &attachments)?;
    let Some(message) = memory.messages.get_mut(&(peer, number)) else {
        return Err(Refusal::parameter("cmid is invalid"));
    };
    if message.deleted || message.from != -GROUP {
        return Err(Refusal::new(15, "Access denied"));
    }
    message.text = text;
    message.attachments = attachments;
    let shown = memory.shown(peer, number);
    Ok((json!(1), Some(("message_edit", shown))))
}

fn delete(memory: &mut Memory, peer: i64, given: &Given) -> Done {
    if words(given, "delete_for_all") != "1" {
        return Err(Refusal::parameter("the double deletes for all only"));
    }
    let numbers = list(given, "cmids");
    let numbers = numbers.iter().filter_map(|n| n.parse::<i64>().ok());
    let verdicts = numbers.map(|number| match memory.messages.get_mut(&(peer, number)) {
        Some(message) if message.from == -GROUP => {
            message.deleted = true;
            json!({"peer_id": peer, "conversation_message_id": number, "response": 1})
        }
        _ => json!({"peer_id": peer, "conversation_message_id": number, "response": 0,
                "error": {"code": 924, "description": "Can't delete this message for everybody"}}),
    });
    Ok((verdicts.collect(), None))
}
