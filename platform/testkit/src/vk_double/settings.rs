//! The community's settings: Long Poll and addresses of the Callback.

use super::{
    GROUP, events,
    memory::{CallbackServer, Memory, Shared},
    server::Refusal,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

type Given = BTreeMap<String, String>;

fn int(given: &Given, name: &str) -> i64 {
    given.get(name).and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn words<'a>(given: &'a Given, name: &str) -> &'a str {
    given.get(name).map_or("", String::as_str)
}

/// Methods of the settings; none if it is another one.
pub(super) async fn call(
    shared: &Shared,
    method: &str,
    given: &Given,
) -> Option<Result<Value, Refusal>> {
    if !method.starts_with("groups.") || method == "groups.getById" {
        return None;
    }
    if int(given, "group_id") != GROUP {
        return Some(Err(Refusal::new(125, "Invalid group id")));
    }
    if method == "groups.getLongPollServer" {
        return Some(long_poll_server(shared));
    }
    if shared.memory().unmanaged {
        let words = "Access denied: no access to call this method";
        return Some(Err(Refusal::new(15, words)));
    }
    Some(match method {
        "groups.setLongPollSettings" => {
            let mut memory = shared.memory();
            memory.longpoll.on = int(given, "enabled") == 1;
            memory.longpoll.wanted = wanted(given);
            checked_version(given).map(|()| json!(1))
        }
        "groups.getCallbackConfirmationCode" => Ok(json!({"code": shared.code()})),
        "groups.getCallbackServers" => Ok(listed(&shared.memory())),
        "groups.addCallbackServer" => add(shared, given).await,
        "groups.editCallbackServer" => edit(shared, given).await,
        "groups.deleteCallbackServer" => {
            let mut memory = shared.memory();
            let before = memory.servers.len();
            memory.servers.retain(|s| s.id != int(given, "server_id"));
            found(memory.servers.len() < before)
        }
        // groups.setCallbackSettings: the rules let no other through.
        _ => {
            let mut memory = shared.memory();
            let id = int(given, "server_id");
            let server = memory.servers.iter_mut().find(|server| server.id == id);
            let known = server.is_some();
            if let Some(server) = server {
                server.wanted = wanted(given);
            }
            checked_version(given).and_then(|()| found(known))
        }
    })
}

fn long_poll_server(shared: &Shared) -> Result<Value, Refusal> {
    let longpoll = &shared.memory().longpoll;
    if !longpoll.on {
        return Err(Refusal::parameter("longpoll for this group is not enabled"));
    }
    Ok(json!({
        "server": format!("{}/longpoll", longpoll.seen_at.as_ref().unwrap_or(&shared.base)),
        "key": format!("key{}", longpoll.session),
        "ts": longpoll.ts.to_string(),
    }))
}

fn wanted(given: &Given) -> HashSet<String> {
    given
        .iter()
        .filter(|(name, value)| name.starts_with("message_") && *value == "1")
        .map(|(name, _)| name.clone())
        .collect()
}

fn checked_version(given: &Given) -> Result<(), Refusal> {
    match words(given, "api_version") {
        "5.199" => Ok(()),
        _ => Err(Refusal::parameter("api_version is invalid")),
    }
}

fn found(known: bool) -> Result<Value, Refusal> {
    if known {
        Ok(json!(1))
    } else {
        Err(Refusal::new(104, "Not found"))
    }
}

fn listed(memory: &Memory) -> Value {
    let items: Vec<Value> = memory
        .servers
        .iter()
        .map(|s| {
            json!({"id": s.id, "title": s.title, "creator_id": 1, "url": s.url, "secret_key": s.secret, "status": s.status})
        })
        .collect();
    json!({"count": items.len(), "items": items})
}

fn checked_server(given: &Given) -> Result<(), Refusal> {
    let (url, secret) = (words(given, "url"), words(given, "secret_key"));
    if !(url.starts_with("https://") || url.starts_with("http://127.0.0.1:")) {
        return Err(Refusal::parameter("url is invalid"));
    }
    if words(given, "title").chars().count() > 14 || secret.chars().count() > 50 {
        return Err(Refusal::parameter("title or secret_key is too long"));
    }
    Ok(())
}

async fn add(shared: &Shared, given: &Given) -> Result<Value, Refusal> {
    checked_server(given)?;
    let id = {
        let mut memory = shared.memory();
        if memory.servers.len() >= 10 {
            return Err(Refusal::new(2000, "Servers number limit is reached"));
        }
        let id = memory.next_id();
        memory.servers.push(CallbackServer {
            id,
            title: words(given, "title").to_owned(),
            url: words(given, "url").to_owned(),
            secret: words(given, "secret_key").to_owned(),
            status: "wait".to_owned(),
            wanted: HashSet::new(),
        });
        id
    };
    events::confirm(shared, id).await;
    Ok(json!({"server_id": id}))
}

async fn edit(shared: &Shared, given: &Given) -> Result<Value, Refusal> {
    checked_server(given)?;
    let id = int(given, "server_id");
    let known = {
        let mut memory = shared.memory();
        let server = memory.servers.iter_mut().find(|server| server.id == id);
        server.map(|server| {
            words(given, "url").clone_into(&mut server.url);
            words(given, "title").clone_into(&mut server.title);
            words(given, "secret_key").clone_into(&mut server.secret);
            "wait".clone_into(&mut server.status);
        })
    };
    if known.is_some() {
        events::confirm(shared, id).await;
    }
    found(known.is_some())
}
