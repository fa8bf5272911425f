//! Clients: who they are in Telegram's words, and by which hash this account may write to them.

use crate::fault::{self, rejected};
use crate::line::Line;
use channel::{Chat, Memory, Peer, Reach, SendError};
use grammers_tl_types as tl;
use kernel::{Moment, Phone};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use text::clean_name;

/// Telegram's own notices, with the codes of sign-ins: never anybody's business.
const NOTICES: i64 = 777_000;
/// For how long strangers are not written to after Telegram minded it.
const STRANGERS_REST: Duration = Duration::from_secs(24 * 3600);
const RESTING: &str = "strangers_rest_until";

/// Somebody as an update shows them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Client {
    pub(crate) id: i64,
    pub(crate) hash: i64,
    pub(crate) name: String,
    pub(crate) username: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) photo: Option<i64>,
}

impl Client {
    pub(crate) fn peer(&self) -> Peer {
        Peer {
            ext_id: self.id.to_string(),
            name: self.name.clone(),
            username: self.username.clone(),
            language: self.language.clone(),
            phone: self
                .phone
                .as_ref()
                .and_then(|digits| Phone::parse(&format!("+{digits}"))),
            avatar: Some(format!(
                "{}:{}:{}",
                self.id,
                self.hash,
                self.photo.unwrap_or_default()
            )),
            ..Peer::default()
        }
    }
}

/// A person with a private chat of their own; none for bots, the owner, Telegram itself, and who is shown only in part.
pub(crate) fn client(user: &tl::enums::User) -> Option<Client> {
    let tl::enums::User::User(user) = user else {
        return None;
    };
    if user.bot || user.is_self || user.support || user.min || user.id == NOTICES {
        return None;
    }
    let name = [user.first_name.as_deref(), user.last_name.as_deref()];
    let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(Client {
        id: user.id,
        hash: user.access_hash?,
        name: clean_name(&name),
        username: user.username.clone(),
        phone: user.phone.clone().filter(|digits| !digits.is_empty()),
        language: user.lang_code.clone(),
        photo: match &user.photo {
            Some(tl::enums::UserProfilePhoto::Photo(photo)) => Some(photo.photo_id),
            _ => None,
        },
    })
}

/// Chats of one answer, the most that the method gives (core.telegram.org/method/messages.getDialogs).
pub(crate) const PAGE: i32 = 100;

/// A private chat with a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    pub(crate) client: Client,
    /// When last written in.
    pub(crate) at: Option<Moment>,
    /// The client reacted to something, and the owner has not looked at it.
    pub(crate) new_reactions: bool,
}

impl Found {
    /// In the words of all channels.
    pub(crate) fn chat(&self) -> Chat {
        Chat {
            ext_id: self.client.id.to_string(),
            name: self.client.name.clone(),
            at: self.at,
        }
    }
}

/// A chat after which the list goes on.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct After {
    /// When last written in, seconds.
    pub(crate) date: i32,
    id: i32,
    peer: tl::enums::InputPeer,
}

/// Some of an account's chats.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Chats {
    pub(crate) found: Vec<Found>,
    /// Where the list goes on; none at its end.
    pub(crate) after: Option<After>,
}

/// What is kept of a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) hash: i64,
    /// They have written to us.
    #[serde(default)]
    pub(crate) met: bool,
    #[serde(default)]
    photo: i64,
}

/// All that are known to this account.
pub(crate) struct People {
    memory: Arc<dyn Memory>,
    seen: Mutex<HashMap<i64, Known>>,
}

impl People {
    pub(crate) fn new(memory: Arc<dyn Memory>) -> Self {
        Self {
            memory,
            seen: Mutex::default(),
        }
    }

    /// Remembers for this run of the program only.
    pub(crate) fn see(&self, id: i64, hash: i64) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.entry(id).or_default().hash = hash;
    }

    /// What a peer's picture says of them, kept for good: they are a client.
    pub(crate) async fn keep(&self, peer: &Peer, met: bool) {
        let Some((id, hash, photo)) = peer.avatar.as_deref().and_then(whose) else {
            return;
        };
        let was = self.known(id).await;
        let now = Known {
            hash,
            met: met || was.is_some_and(|known| known.met),
            photo,
        };
        if was == Some(now) {
            return;
        }
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.insert(id, now);
        }
        let words = serde_json::to_vec(&now).unwrap_or_default();
        if let Err(error) = self.memory.keep(&name_of(id), words).await {
            tracing::warn!(%error, "a client could not be remembered");
        }
    }

    /// Keeps some words of the account.
    pub(crate) async fn keep_words(&self, name: &str, words: Vec<u8>) {
        if let Err(error) = self.memory.keep(name, words).await {
            tracing::warn!(%error, name, "could not be remembered");
        }
    }

    /// Some words of the account.
    pub(crate) async fn words(&self, name: &str) -> Option<Vec<u8>> {
        self.memory.recall(name).await.ok().flatten()
    }

    async fn known(&self, id: i64) -> Option<Known> {
        let kept = match self.memory.recall(&name_of(id)).await {
            Ok(kept) => kept.and_then(|words| serde_json::from_slice(&words).ok()),
            Err(error) => {
                tracing::warn!(%error, "a client could not be looked up");
                None
            }
        };
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        kept.or_else(|| seen.get(&id).copied())
    }

    /// How to name a client to Telegram.
    pub(crate) async fn find(&self, line: &Line, ext_id: &str) -> Result<(i64, Known), SendError> {
        let unknown = || {
            rejected(
                "peer_unknown",
                "Telegram does not tell who this is any more",
            )
        };
        let id: i64 = ext_id.parse().map_err(|_| unknown())?;
        if let Some(known) = self.known(id).await {
            return Ok((id, known));
        }
        // A memory that was lost: whoever wrote lately is among the newest chats.
        self.look(line).await?;
        let known = self.known(id).await.ok_or_else(unknown)?;
        Ok((id, known))
    }

    /// Looks at the newest chats of the account.
    pub(crate) async fn look(&self, line: &Line) -> Result<Vec<Found>, SendError> {
        Ok(self.page(line, None).await?.found)
    }

    /// Some of the account's chats, the newest first; those after a place, or from the newest on.
    pub(crate) async fn page(&self, line: &Line, after: Option<After>) -> Result<Chats, SendError> {
        let after = after.unwrap_or(After {
            date: 0,
            id: 0,
            peer: tl::enums::InputPeer::Empty,
        });
        let ask = tl::functions::messages::GetDialogs {
            exclude_pinned: false,
            folder_id: None,
            offset_date: after.date,
            offset_id: after.id,
            offset_peer: after.peer,
            limit: PAGE,
            hash: 0,
        };
        let (dialogs, messages, users, groups) =
            match line.ask(&ask).await.map_err(|e| fault::of(&e))? {
                tl::enums::messages::Dialogs::Dialogs(all) => {
                    (all.dialogs, all.messages, all.users, all.chats)
                }
                tl::enums::messages::Dialogs::Slice(some) => {
                    (some.dialogs, some.messages, some.users, some.chats)
                }
                tl::enums::messages::Dialogs::NotModified(_) => return Ok(Chats::default()),
            };
        let clients: HashMap<i64, Client> = users
            .iter()
            .filter_map(client)
            .map(|client| (client.id, client))
            .collect();
        for client in clients.values() {
            self.see(client.id, client.hash);
        }
        let written = |dialog: &tl::types::Dialog| {
            messages.iter().find_map(|message| match message {
                // Numbers of channels are their own: the same number may stand in several of them.
                tl::enums::Message::Message(m)
                    if m.id == dialog.top_message && m.peer_id == dialog.peer =>
                {
                    Some(m.date)
                }
                tl::enums::Message::Service(m)
                    if m.id == dialog.top_message && m.peer_id == dialog.peer =>
                {
                    Some(m.date)
                }
                _ => None,
            })
        };
        let all: Vec<&tl::types::Dialog> = dialogs
            .iter()
            .filter_map(|dialog| match dialog {
                tl::enums::Dialog::Dialog(dialog) => Some(dialog),
                tl::enums::Dialog::Folder(_) | tl::enums::Dialog::Community(_) => None,
            })
            .collect();
        let found = all.iter().filter_map(|dialog| {
            Some(Found {
                client: clients.get(&user_of(&dialog.peer)?)?.clone(),
                at: written(dialog).map(|at| Moment::from_seconds(i64::from(at))),
                new_reactions: dialog.unread_reactions_count > 0,
            })
        });
        let found = found.collect();
        // Pinned ones stand first, whatever their age.
        let mut placed = all.iter().filter(|dialog| !dialog.pinned);
        let last = placed.rfind(|dialog| written(dialog).is_some());
        let whole = dialogs.len() < PAGE.unsigned_abs() as usize;
        let after = last.filter(|_| !whole).and_then(|dialog| {
            Some(After {
                date: written(dialog)?,
                id: dialog.top_message,
                peer: anybody(&dialog.peer, &users, &groups),
            })
        });
        Ok(Chats { found, after })
    }

    /// Until when strangers are not written to; none when they may be.
    pub(crate) async fn resting(&self, now: Moment) -> Option<Moment> {
        let kept = self.memory.recall(RESTING).await.ok()??;
        let until = String::from_utf8(kept).ok()?.parse().ok()?;
        Some(Moment::from_millis(until)).filter(|until| *until > now)
    }

    /// Telegram minded that strangers were written to.
    pub(crate) async fn rest(&self, now: Moment) {
        let until = (now + STRANGERS_REST).millis().to_string();
        if let Err(error) = self.memory.keep(RESTING, until.into_bytes()).await {
            tracing::warn!(%error, "that strangers are not to be written to could not be kept");
        }
    }

    /// Whether somebody is there, by number or handle.
    pub(crate) async fn reach(
        &self,
        line: &Line,
        address: &channel::Address,
        now: Moment,
    ) -> Result<Reach, SendError> {
        if self.resting(now).await.is_some() {
            return Ok(Reach::Unknown {
                why: "limited".to_owned(),
                peer: None,
            });
        }
        let asked = match address {
            channel::Address::Phone(phone) => {
                let phone = phone.as_str().trim_start_matches('+').to_owned();
                line.ask(&tl::functions::contacts::ResolvePhone { phone })
                    .await
            }
            channel::Address::Username(word) => {
                let ask = tl::functions::contacts::ResolveUsername {
                    username: word.clone(),
                    referer: None,
                };
                line.ask(&ask).await
            }
            channel::Address::Email(_) => return Ok(Reach::Unsupported),
        };
        let users = match asked {
            Ok(tl::enums::contacts::ResolvedPeer::Peer(found)) => found.users,
            Err(error) => {
                return match fault::name(&error) {
                    // Privacy can hide a number that is there: the two cannot be told apart.
                    Some("PHONE_NOT_OCCUPIED") => Ok(Reach::Unknown {
                        why: "absent_or_hidden".to_owned(),
                        peer: None,
                    }),
                    Some("USERNAME_NOT_OCCUPIED" | "USERNAME_INVALID") => Ok(Reach::Absent),
                    _ => Err(fault::of(&error)),
                };
            }
        };
        let Some(client) = users.iter().find_map(client) else {
            return Ok(Reach::Absent);
        };
        let peer = client.peer();
        // Somebody of the house asks for them: they are a client from now on.
        self.keep(&peer, false).await;
        Ok(Reach::Found(Box::new(peer)))
    }

    /// Their picture's number, if they show one.
    pub(crate) async fn photo(
        &self,
        line: &Line,
        ext_id: &str,
    ) -> Result<Option<tl::enums::InputFileLocation>, SendError> {
        let (id, known) = self.find(line, ext_id).await?;
        Ok((known.photo != 0).then(|| {
            tl::enums::InputFileLocation::InputPeerPhotoFileLocation(
                tl::types::InputPeerPhotoFileLocation {
                    big: false,
                    peer: input(id, known.hash),
                    photo_id: known.photo,
                },
            )
        }))
    }
}

fn name_of(id: i64) -> String {
    format!("client {id}")
}

/// Reads what [`Client::peer`] left for a picture.
fn whose(avatar: &str) -> Option<(i64, i64, i64)> {
    let mut parts = avatar.split(':').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// Whose private chat it is.
pub(crate) fn user_of(peer: &tl::enums::Peer) -> Option<i64> {
    match peer {
        tl::enums::Peer::User(user) => Some(user.user_id),
        _ => None,
    }
}

/// A client as calls name them.
pub(crate) fn input(id: i64, hash: i64) -> tl::enums::InputPeer {
    tl::enums::InputPeer::User(tl::types::InputPeerUser {
        user_id: id,
        access_hash: hash,
    })
}

/// Any chat as a place in the list names it.
fn anybody(
    peer: &tl::enums::Peer,
    users: &[tl::enums::User],
    groups: &[tl::enums::Chat],
) -> tl::enums::InputPeer {
    let hash_of = |id: i64| {
        users.iter().find_map(|user| match user {
            tl::enums::User::User(user) if user.id == id => user.access_hash,
            _ => None,
        })
    };
    let channel_hash = |id: i64| {
        groups.iter().find_map(|group| match group {
            tl::enums::Chat::Channel(channel) if channel.id == id => channel.access_hash,
            _ => None,
        })
    };
    match peer {
        tl::enums::Peer::User(user) => match hash_of(user.user_id) {
            Some(hash) => input(user.user_id, hash),
            None => tl::enums::InputPeer::Empty,
        },
        tl::enums::Peer::Chat(group) => tl::enums::InputPeer::Chat(tl::types::InputPeerChat {
            chat_id: group.chat_id,
        }),
        tl::enums::Peer::Channel(channel) => match channel_hash(channel.channel_id) {
            Some(access_hash) => tl::enums::InputPeer::Channel(tl::types::InputPeerChannel {
                channel_id: channel.channel_id,
                access_hash,
            }),
            None => tl::enums::InputPeer::Empty,
        },
    }
}
