//! What the data centre answers to each call. Requests are read field by field, in the order of the schema.

use super::{
    CODE, Fault, Kept, Memory, Out, Taken,
    people::{self, SELF_ID, SELF_PHONE},
};
use grammers_tl_types::{
    self as tl, Cursor, Deserializable, Identifiable, Serializable, deserialize,
};
use std::io;

pub(super) enum Answer {
    /// Nothing is to be said.
    Nothing,
    /// A service message.
    Plain(Vec<u8>),
    /// The result of a call.
    Result(Vec<u8>),
    /// The line ends.
    End,
}

/// A call refused, as Telegram words it.
struct Refused(i32, String);

impl Refused {
    fn new(code: i32, words: &str) -> Self {
        Self(code, words.to_owned())
    }
}

impl From<deserialize::Error> for Refused {
    fn from(_: deserialize::Error) -> Self {
        Self::new(400, "INPUT_FETCH_ERROR")
    }
}

type Done = Result<Vec<u8>, Refused>;
type Bytes<'a, 'b> = &'a mut Cursor<'b>;

pub(super) fn to(memory: &mut Memory, number: i64, body: &[u8]) -> io::Result<Answer> {
    let mut bytes = Cursor::from_slice(body);
    let cut = |_| io::Error::new(io::ErrorKind::InvalidData, "short request");
    let what = u32::deserialize(&mut bytes).map_err(cut)?;
    match what {
        tl::types::MsgsAck::CONSTRUCTOR_ID => return Ok(Answer::Nothing),
        tl::functions::Ping::CONSTRUCTOR_ID
        | tl::functions::PingDelayDisconnect::CONSTRUCTOR_ID => {
            let ping_id = i64::deserialize(&mut bytes).map_err(cut)?;
            let pong = tl::types::Pong {
                msg_id: number,
                ping_id,
            };
            return Ok(Answer::Plain(tl::enums::Pong::Pong(pong).to_bytes()));
        }
        tl::functions::GetFutureSalts::CONSTRUCTOR_ID => {
            let mut salts = 0xae50_0895_u32.to_le_bytes().to_vec();
            salts.extend(number.to_le_bytes());
            salts.extend(memory.at.to_le_bytes());
            salts.extend(2_u32.to_le_bytes());
            for n in 0..2 {
                salts.extend((memory.at + n * 1800).to_le_bytes());
                salts.extend((memory.at + (n + 1) * 3600).to_le_bytes());
                salts.extend((i64::from(n) + 77).to_le_bytes());
            }
            return Ok(Answer::Plain(salts));
        }
        _ => {}
    }
    let lines = memory.lines.len();
    let answer = match call(memory, what, &mut bytes) {
        Ok(result) => result,
        Err(Refused(error_code, error_message)) => {
            let error = tl::types::RpcError {
                error_code,
                error_message,
            };
            tl::enums::RpcError::Error(error).to_bytes()
        }
    };
    if lines > memory.lines.len() {
        return Ok(Answer::End);
    }
    Ok(Answer::Result(answer))
}

#[expect(clippy::too_many_lines, reason = "one row for each call")]
fn call(memory: &mut Memory, what: u32, bytes: Bytes<'_, '_>) -> Done {
    use tl::functions as f;
    let name = tl::name_for_id(what).to_owned();
    memory.calls.push(name.clone());
    match what {
        f::InvokeWithLayer::<f::Ping>::CONSTRUCTOR_ID => {
            if i32::deserialize(bytes)? != tl::LAYER {
                return Err(Refused::new(400, "CONNECTION_LAYER_INVALID"));
            }
            let inner = u32::deserialize(bytes)?;
            return call(memory, inner, bytes);
        }
        f::InitConnection::<f::Ping>::CONSTRUCTOR_ID => {
            let (_flags, _api) = (i32::deserialize(bytes)?, i32::deserialize(bytes)?);
            for _ in 0..6 {
                String::deserialize(bytes)?;
            }
            let inner = u32::deserialize(bytes)?;
            return call(memory, inner, bytes);
        }
        f::help::GetConfig::CONSTRUCTOR_ID => return Ok(config(memory)),
        f::auth::SendCode::CONSTRUCTOR_ID => return send_code(memory, bytes),
        f::auth::SignIn::CONSTRUCTOR_ID => return sign_in(memory, bytes),
        f::auth::ExportLoginToken::CONSTRUCTOR_ID => return Ok(export_token(memory)),
        _ => {}
    }
    if memory.revoked {
        return Err(Refused::new(401, "SESSION_REVOKED"));
    }
    if !memory.authorized {
        return Err(Refused::new(401, "AUTH_KEY_UNREGISTERED"));
    }
    match what {
        f::updates::GetState::CONSTRUCTOR_ID => Ok(state(memory).to_bytes()),
        f::updates::GetDifference::CONSTRUCTOR_ID => difference(memory, bytes),
        f::users::GetUsers::CONSTRUCTOR_ID => {
            let asked = Vec::<tl::enums::InputUser>::deserialize(bytes)?;
            let mut found = Vec::new();
            for one in asked {
                match one {
                    tl::enums::InputUser::UserSelf => found.push(people::user(&people::owner())),
                    tl::enums::InputUser::User(u) if u.access_hash == people::hash(u.user_id) => {
                        found.extend(memory.people.get(&u.user_id).map(people::user));
                    }
                    _ => return Err(Refused::new(400, "USER_ID_INVALID")),
                }
            }
            Ok(found.to_bytes())
        }
        f::contacts::ResolvePhone::CONSTRUCTOR_ID => {
            lookup(memory)?;
            let phone = String::deserialize(bytes)?;
            let phone = phone.trim_start_matches('+');
            resolved(memory, |p| p.open && p.phone == phone, "PHONE_NOT_OCCUPIED")
        }
        f::contacts::ResolveUsername::CONSTRUCTOR_ID => {
            let _flags = i32::deserialize(bytes)?;
            let word = String::deserialize(bytes)?;
            resolved(
                memory,
                |p| p.username.as_ref() == Some(&word),
                "USERNAME_NOT_OCCUPIED",
            )
        }
        f::messages::SendMessage::CONSTRUCTOR_ID => send_message(memory, bytes),
        f::messages::SendMedia::CONSTRUCTOR_ID => send_media(memory, bytes),
        f::messages::SendMultiMedia::CONSTRUCTOR_ID => send_album(memory, bytes),
        f::messages::UploadMedia::CONSTRUCTOR_ID => {
            let _flags = i32::deserialize(bytes)?;
            addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
            let media = tl::enums::InputMedia::deserialize(bytes)?;
            Ok(stored(memory, &media)?.0.to_bytes())
        }
        f::messages::EditMessage::CONSTRUCTOR_ID => edit(memory, bytes),
        f::messages::DeleteMessages::CONSTRUCTOR_ID => {
            let flags = i32::deserialize(bytes)?;
            if flags & 1 == 0 {
                return Err(Refused::new(400, "NOT_FOR_BOTH"));
            }
            let ids = Vec::<i32>::deserialize(bytes)?;
            memory.deleted.extend(&ids);
            memory.note(|pts| {
                tl::enums::Update::DeleteMessages(tl::types::UpdateDeleteMessages {
                    messages: ids,
                    pts,
                    pts_count: 1,
                })
            });
            Ok(affected(memory))
        }
        f::messages::ReadHistory::CONSTRUCTOR_ID => {
            let whose = addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
            let up_to = i32::deserialize(bytes)?;
            memory.read.push((whose, up_to));
            Ok(affected(memory))
        }
        f::messages::SendReaction::CONSTRUCTOR_ID => react(memory, bytes),
        f::messages::SetTyping::CONSTRUCTOR_ID => {
            let _flags = i32::deserialize(bytes)?;
            let whose = addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
            memory.typed.push(whose);
            Ok(true.to_bytes())
        }
        f::messages::GetHistory::CONSTRUCTOR_ID => {
            lookup(memory)?;
            let whose = addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
            let (before, _date) = (i32::deserialize(bytes)?, i32::deserialize(bytes)?);
            let (add, limit) = (i32::deserialize(bytes)?, i32::deserialize(bytes)?);
            if add != 0 || !(1..=100).contains(&limit) {
                return Err(Refused::new(400, "LIMIT_INVALID"));
            }
            let wanted = |kept: &Kept| kept.with == whose && (before == 0 || kept.id < before);
            Ok(messages(memory, wanted, limit))
        }
        f::messages::GetUnreadReactions::CONSTRUCTOR_ID => {
            let flags = i32::deserialize(bytes)?;
            let whose = addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
            if flags != 0 {
                return Err(Refused::new(400, "FLAGS_INVALID"));
            }
            let wanted = |kept: &Kept| kept.with == whose && kept.unseen;
            Ok(messages(memory, wanted, 100))
        }
        f::messages::GetMessages::CONSTRUCTOR_ID => {
            let asked = Vec::<tl::enums::InputMessage>::deserialize(bytes)?;
            let wanted = |kept: &Kept| {
                asked
                    .iter()
                    .any(|one| matches!(one, tl::enums::InputMessage::Id(id) if id.id == kept.id))
            };
            Ok(messages(memory, wanted, 100))
        }
        f::messages::GetDialogs::CONSTRUCTOR_ID => dialogs(memory, bytes),
        f::upload::SaveFilePart::CONSTRUCTOR_ID => {
            let (id, part) = (i64::deserialize(bytes)?, i32::deserialize(bytes)?);
            let piece = Vec::<u8>::deserialize(bytes)?;
            memory.pieces.entry(id).or_default().insert(part, piece);
            Ok(true.to_bytes())
        }
        f::upload::SaveBigFilePart::CONSTRUCTOR_ID => {
            let (id, part) = (i64::deserialize(bytes)?, i32::deserialize(bytes)?);
            let _total = i32::deserialize(bytes)?;
            let piece = Vec::<u8>::deserialize(bytes)?;
            memory.pieces.entry(id).or_default().insert(part, piece);
            Ok(true.to_bytes())
        }
        f::upload::GetFile::CONSTRUCTOR_ID => get_file(memory, bytes),
        _ => Err(Refused::new(400, &format!("METHOD_UNKNOWN {name}"))),
    }
}

fn config(memory: &Memory) -> Vec<u8> {
    tl::enums::Config::Config(tl::types::Config {
        default_p2p_contacts: false,
        preload_featured_stickers: false,
        revoke_pm_inbox: true,
        blocked_mode: false,
        force_try_ipv6: false,
        date: memory.at,
        expires: memory.at + 3600,
        test_mode: false,
        this_dc: 2,
        dc_options: Vec::new(),
        dc_txt_domain_name: String::new(),
        chat_size_max: 200,
        megagroup_size_max: 200_000,
        forwarded_count_max: 100,
        online_update_period_ms: 210_000,
        offline_blur_timeout_ms: 5000,
        offline_idle_timeout_ms: 30_000,
        online_cloud_timeout_ms: 300_000,
        notify_cloud_delay_ms: 30_000,
        notify_default_delay_ms: 1500,
        push_chat_period_ms: 60_000,
        push_chat_limit: 2,
        edit_time_limit: 172_800,
        revoke_time_limit: i32::MAX,
        revoke_pm_time_limit: i32::MAX,
        rating_e_decay: 2_419_200,
        stickers_recent_limit: 200,
        channels_read_media_period: 604_800,
        tmp_sessions: None,
        call_receive_timeout_ms: 20_000,
        call_ring_timeout_ms: 90_000,
        call_connect_timeout_ms: 30_000,
        call_packet_timeout_ms: 10_000,
        me_url_prefix: "https://t.me/".to_owned(),
        autoupdate_url_prefix: None,
        gif_search_username: None,
        venue_search_username: None,
        img_search_username: None,
        static_maps_provider: None,
        caption_length_max: 1024,
        message_length_max: 4096,
        webfile_dc_id: 4,
        suggested_lang_code: None,
        lang_pack_version: None,
        base_lang_pack_version: None,
        reactions_default: None,
        autologin_token: None,
    })
    .to_bytes()
}

fn authorization(memory: &mut Memory) -> Vec<u8> {
    memory.authorized = true;
    memory.revoked = false;
    tl::enums::auth::Authorization::Authorization(tl::types::auth::Authorization {
        setup_password_required: false,
        otherwise_relogin_days: None,
        tmp_sessions: None,
        future_auth_token: None,
        user: people::user(&people::owner()),
    })
    .to_bytes()
}

fn send_code(memory: &mut Memory, bytes: Bytes<'_, '_>) -> Done {
    let phone = String::deserialize(bytes)?;
    let _api = i32::deserialize(bytes)?;
    if String::deserialize(bytes)?.len() != 32 {
        return Err(Refused::new(400, "API_ID_INVALID"));
    }
    if memory.banned {
        return Err(Refused::new(400, "PHONE_NUMBER_BANNED"));
    }
    if let Some(Fault::Refuse(code, words)) = memory.faults.pop_front() {
        return Err(Refused::new(code, words));
    }
    if phone.trim_start_matches('+') != SELF_PHONE {
        return Err(Refused::new(400, "PHONE_NUMBER_INVALID"));
    }
    memory.code_for = Some(phone);
    let kind = tl::types::auth::SentCodeTypeApp { length: 5 };
    Ok(tl::enums::auth::SentCode::Code(tl::types::auth::SentCode {
        r#type: tl::enums::auth::SentCodeType::App(kind),
        phone_code_hash: "hash-of-the-code".to_owned(),
        next_type: None,
        timeout: None,
    })
    .to_bytes())
}

fn sign_in(memory: &mut Memory, bytes: Bytes<'_, '_>) -> Done {
    let flags = i32::deserialize(bytes)?;
    let phone = String::deserialize(bytes)?;
    let hash = String::deserialize(bytes)?;
    if memory.code_for.as_ref() != Some(&phone) || hash != "hash-of-the-code" || flags & 1 == 0 {
        return Err(Refused::new(400, "PHONE_CODE_EXPIRED"));
    }
    if let Some(Fault::Refuse(code, words)) = memory.faults.pop_front() {
        return Err(Refused::new(code, words));
    }
    if String::deserialize(bytes)? != CODE {
        return Err(Refused::new(400, "PHONE_CODE_INVALID"));
    }
    Ok(authorization(memory))
}

fn export_token(memory: &mut Memory) -> Vec<u8> {
    if memory.accepted {
        let success = authorization(memory);
        let mut whole = tl::types::auth::LoginTokenSuccess::CONSTRUCTOR_ID
            .to_le_bytes()
            .to_vec();
        whole.extend(success);
        return whole;
    }
    memory.token += 1;
    tl::enums::auth::LoginToken::Token(tl::types::auth::LoginToken {
        expires: memory.at + 30,
        token: format!("token {}", memory.token).into_bytes(),
    })
    .to_bytes()
}

fn state(memory: &Memory) -> tl::enums::updates::State {
    tl::enums::updates::State::State(tl::types::updates::State {
        pts: memory.pts,
        qts: 0,
        date: memory.at,
        seq: 0,
        unread_count: 0,
    })
}

fn difference(memory: &Memory, bytes: Bytes<'_, '_>) -> Done {
    let flags = i32::deserialize(bytes)?;
    let since = i32::deserialize(bytes)?;
    if flags != 0 && flags & !7 != 0 {
        return Err(Refused::new(400, "FLAGS_INVALID"));
    }
    let missed: Vec<_> = memory.log.iter().filter(|(pts, _)| *pts > since).collect();
    if missed.is_empty() {
        return Ok(
            tl::enums::updates::Difference::Empty(tl::types::updates::DifferenceEmpty {
                date: memory.at,
                seq: 0,
            })
            .to_bytes(),
        );
    }
    let (mut new_messages, mut other_updates) = (Vec::new(), Vec::new());
    for (_, update) in missed {
        match update {
            tl::enums::Update::NewMessage(new) => new_messages.push(new.message.clone()),
            other => other_updates.push(other.clone()),
        }
    }
    Ok(
        tl::enums::updates::Difference::Difference(tl::types::updates::Difference {
            new_messages,
            new_encrypted_messages: Vec::new(),
            other_updates,
            chats: Vec::new(),
            users: memory.users(),
            state: state(memory),
        })
        .to_bytes(),
    )
}

/// The fault that waits for the next question.
fn lookup(memory: &mut Memory) -> Result<(), Refused> {
    match memory.faults.front().cloned() {
        Some(Fault::Lookup(code, words)) => {
            memory.faults.pop_front();
            Err(Refused::new(code, words))
        }
        _ => Ok(()),
    }
}

fn resolved(memory: &Memory, is: impl Fn(&super::Person) -> bool, absent: &str) -> Done {
    let found = memory.people.values().find(|person| is(person));
    let person = found.ok_or_else(|| Refused::new(400, absent))?;
    Ok(
        tl::enums::contacts::ResolvedPeer::Peer(tl::types::contacts::ResolvedPeer {
            peer: people::peer(person.id),
            chats: Vec::new(),
            users: vec![people::user(person)],
        })
        .to_bytes(),
    )
}

/// Whom a call is about; the hash is this account's own.
fn addressee(memory: &Memory, peer: &tl::enums::InputPeer) -> Result<i64, Refused> {
    match peer {
        tl::enums::InputPeer::User(user)
            if user.access_hash == people::hash(user.user_id)
                && memory.people.contains_key(&user.user_id) =>
        {
            Ok(user.user_id)
        }
        _ => Err(Refused::new(400, "PEER_ID_INVALID")),
    }
}

fn reply_in(bytes: Bytes<'_, '_>) -> Result<Option<i32>, Refused> {
    Ok(match tl::enums::InputReplyTo::deserialize(bytes)? {
        tl::enums::InputReplyTo::Message(to) => Some(to.reply_to_msg_id),
        _ => None,
    })
}

/// The fault that waits for the next message.
fn fault(memory: &mut Memory) -> Result<bool, Refused> {
    match memory.faults.pop_front() {
        Some(Fault::Refuse(code, words)) => Err(Refused::new(code, words)),
        Some(Fault::LostAnswer) => Ok(true),
        Some(Fault::Lookup(..)) | None => Ok(false),
    }
}

fn send_message(memory: &mut Memory, bytes: Bytes<'_, '_>) -> Done {
    let flags = i32::deserialize(bytes)?;
    let to = addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
    let reply_to = if flags & 1 != 0 {
        reply_in(bytes)?
    } else {
        None
    };
    let text = String::deserialize(bytes)?;
    let random_id = i64::deserialize(bytes)?;
    if flags & (1 << 2) != 0 {
        return Err(Refused::new(400, "REPLY_MARKUP_INVALID"));
    }
    let entities = if flags & (1 << 3) != 0 {
        Vec::<tl::enums::MessageEntity>::deserialize(bytes)?.len()
    } else {
        0
    };
    if text.is_empty() {
        return Err(Refused::new(400, "MESSAGE_EMPTY"));
    }
    if text.encode_utf16().count() > 4096 {
        return Err(Refused::new(400, "MESSAGE_TOO_LONG"));
    }
    let taken = Taken {
        to,
        text,
        random_id,
        reply_to,
        entities,
        ..Taken::default()
    };
    take(memory, vec![(taken, None)])
}

fn send_media(memory: &mut Memory, bytes: Bytes<'_, '_>) -> Done {
    let flags = i32::deserialize(bytes)?;
    let to = addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
    let reply_to = if flags & 1 != 0 {
        reply_in(bytes)?
    } else {
        None
    };
    let media = tl::enums::InputMedia::deserialize(bytes)?;
    let (media, file) = stored(memory, &media)?;
    let text = String::deserialize(bytes)?;
    let random_id = i64::deserialize(bytes)?;
    let taken = Taken {
        to,
        text,
        random_id,
        reply_to,
        file: Some(file),
        ..Taken::default()
    };
    take(memory, vec![(taken, Some(media))])
}

fn send_album(memory: &mut Memory, bytes: Bytes<'_, '_>) -> Done {
    let flags = i32::deserialize(bytes)?;
    let to = addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
    let reply_to = if flags & 1 != 0 {
        reply_in(bytes)?
    } else {
        None
    };
    let many = Vec::<tl::enums::InputSingleMedia>::deserialize(bytes)?;
    let mut all = Vec::new();
    for tl::enums::InputSingleMedia::Media(one) in many {
        let (media, file) = stored(memory, &one.media)?;
        let taken = Taken {
            to,
            text: one.message,
            random_id: one.random_id,
            reply_to,
            file: Some(file),
            ..Taken::default()
        };
        all.push((taken, Some(media)));
    }
    take(memory, all)
}

type File = (String, String, usize);

/// A file as a message carries it; an uploaded one is put together.
fn stored(
    memory: &mut Memory,
    media: &tl::enums::InputMedia,
) -> Result<(tl::enums::MessageMedia, File), Refused> {
    use tl::enums::InputMedia;
    let (input, name, mime) = match media {
        InputMedia::UploadedDocument(doc) => {
            let named = doc.attributes.iter().find_map(|a| match a {
                tl::enums::DocumentAttribute::Filename(name) => Some(name.file_name.clone()),
                _ => None,
            });
            (&doc.file, named.unwrap_or_default(), doc.mime_type.clone())
        }
        InputMedia::UploadedPhoto(photo) => (&photo.file, String::new(), "photo".to_owned()),
        InputMedia::Document(doc) => {
            let tl::enums::InputDocument::Document(doc) = &doc.id else {
                return Err(Refused::new(400, "MEDIA_INVALID"));
            };
            let size = memory.files.get(&doc.id).map_or(0, Vec::len);
            let media = document(doc.id, "", "application/octet-stream", size);
            return Ok((media, ("again".to_owned(), String::new(), size)));
        }
        InputMedia::Photo(photo) => {
            let tl::enums::InputPhoto::Photo(photo) = &photo.id else {
                return Err(Refused::new(400, "MEDIA_INVALID"));
            };
            let size = memory.files.get(&photo.id).map_or(0, Vec::len);
            return Ok((
                picture(photo.id, size),
                ("again".to_owned(), String::new(), size),
            ));
        }
        _ => return Err(Refused::new(400, "MEDIA_INVALID")),
    };
    let (id, parts) = match input {
        tl::enums::InputFile::File(file) => (file.id, file.parts),
        tl::enums::InputFile::Big(file) => (file.id, file.parts),
        tl::enums::InputFile::StoryDocument(_) => return Err(Refused::new(400, "MEDIA_INVALID")),
    };
    let pieces = memory.pieces.remove(&id).unwrap_or_default();
    if !pieces.keys().copied().eq(0..parts) || parts == 0 {
        return Err(Refused::new(400, "FILE_PARTS_INVALID"));
    }
    let whole: Vec<u8> = pieces.into_values().flatten().collect();
    let size = whole.len();
    let kept = 9500 + i64::try_from(memory.files.len()).unwrap_or_default();
    memory.files.insert(kept, whole);
    let media = if mime == "photo" {
        picture(kept, size)
    } else {
        document(kept, &name, &mime, size)
    };
    Ok((media, (mime, name, size)))
}

/// Takes messages; a number of the client's that is known already is refused, as Telegram does.
fn take(memory: &mut Memory, all: Vec<(Taken, Option<tl::enums::MessageMedia>)>) -> Done {
    let known = |(new, _): &(Taken, _)| memory.taken.iter().any(|t| t.random_id == new.random_id);
    if all.first().is_some_and(known) {
        return Err(Refused::new(500, "RANDOM_ID_DUPLICATE"));
    }
    let lost = fault(memory)?;
    let mut updates = Vec::new();
    for (mut taken, media) in all {
        memory.at += 1;
        let kept = Kept {
            media,
            reply_to: taken.reply_to,
            ..Kept::new(memory.next_id(), taken.to, true, memory.at, &taken.text)
        };
        taken.id = kept.id;
        updates.push(tl::enums::Update::MessageId(tl::types::UpdateMessageId {
            id: kept.id,
            random_id: taken.random_id,
        }));
        let new = memory.put(kept);
        updates.push(new);
        memory.taken.push(taken);
    }
    if lost {
        for line in memory.lines.drain(..) {
            let _ = line.send(Out::End);
        }
        return Ok(Vec::new());
    }
    let whole = tl::enums::Updates::Updates(tl::types::Updates {
        updates,
        users: memory.users(),
        chats: Vec::new(),
        date: memory.at,
        seq: 0,
    });
    Ok(whole.to_bytes())
}

fn edit(memory: &mut Memory, bytes: Bytes<'_, '_>) -> Done {
    let flags = i32::deserialize(bytes)?;
    addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
    let id = i32::deserialize(bytes)?;
    if flags & (1 << 11) == 0 {
        return Err(Refused::new(400, "MESSAGE_EMPTY"));
    }
    let text = String::deserialize(bytes)?;
    let at = memory.at;
    let Some(kept) = memory.messages.iter_mut().find(|m| m.id == id && m.out) else {
        return Err(Refused::new(400, "MESSAGE_ID_INVALID"));
    };
    if kept.text == text {
        return Err(Refused::new(400, "MESSAGE_NOT_MODIFIED"));
    }
    kept.text.clone_from(&text);
    kept.edited = Some(at);
    let message = message(kept);
    memory.edits.push((id, text));
    let update = memory.note(|pts| {
        tl::enums::Update::EditMessage(tl::types::UpdateEditMessage {
            message,
            pts,
            pts_count: 1,
        })
    });
    let whole = tl::enums::Updates::Updates(tl::types::Updates {
        updates: vec![update],
        users: memory.users(),
        chats: Vec::new(),
        date: memory.at,
        seq: 0,
    });
    Ok(whole.to_bytes())
}

/// The account reacts to a message of a chat, or takes its reaction away.
fn react(memory: &mut Memory, bytes: Bytes<'_, '_>) -> Done {
    let flags = i32::deserialize(bytes)?;
    let with = addressee(memory, &tl::enums::InputPeer::deserialize(bytes)?)?;
    let id = i32::deserialize(bytes)?;
    let given = if flags & 1 == 0 {
        Vec::new()
    } else {
        Vec::<tl::enums::Reaction>::deserialize(bytes)?
    };
    let emoji = match given.as_slice() {
        [] => None,
        [tl::enums::Reaction::Emoji(one)] if !one.emoticon.is_ascii() => Some(one.emoticon.clone()),
        // Who has no Premium has one for each message.
        [_] => return Err(Refused::new(400, "REACTION_INVALID")),
        _ => return Err(Refused::new(400, "REACTIONS_TOO_MANY")),
    };
    let at = memory.at;
    let mut all = memory.messages.iter_mut();
    let Some(kept) = all.find(|m| m.id == id && m.with == with) else {
        return Err(Refused::new(400, "MESSAGE_ID_INVALID"));
    };
    kept.own.clone_from(&emoji);
    let update = reacted(with, kept, at);
    memory.reacted.push((id, emoji));
    let whole = tl::enums::Updates::Updates(tl::types::Updates {
        updates: vec![update],
        users: memory.users(),
        chats: Vec::new(),
        date: memory.at,
        seq: 0,
    });
    Ok(whole.to_bytes())
}

/// That the reactions to a message changed.
pub(super) fn reacted(with: i64, kept: &Kept, at: i32) -> tl::enums::Update {
    tl::enums::Update::MessageReactions(tl::types::UpdateMessageReactions {
        peer: people::peer(with),
        msg_id: kept.id,
        top_msg_id: None,
        saved_peer_id: None,
        reactions: reactions(kept, at),
    })
}

/// What stands under a message: the client's reaction and the account's own.
fn reactions(kept: &Kept, at: i32) -> tl::enums::MessageReactions {
    let emoji = |word: &str| {
        tl::enums::Reaction::Emoji(tl::types::ReactionEmoji {
            emoticon: word.to_owned(),
        })
    };
    let all = [(&kept.theirs, kept.with, false), (&kept.own, SELF_ID, true)];
    let all: Vec<_> = all
        .into_iter()
        .filter_map(|(word, who, my)| Some((word.as_deref()?, who, my)))
        .collect();
    let results = all.iter().map(|(word, _, my)| {
        tl::enums::ReactionCount::Count(tl::types::ReactionCount {
            chosen_order: my.then_some(0),
            reaction: emoji(word),
            count: 1,
        })
    });
    let recent = all.iter().map(|(word, who, my)| {
        tl::enums::MessagePeerReaction::Reaction(tl::types::MessagePeerReaction {
            big: false,
            unread: !my && kept.unseen,
            my: *my,
            peer_id: people::peer(*who),
            date: at,
            reaction: emoji(word),
        })
    });
    tl::enums::MessageReactions::Reactions(tl::types::MessageReactions {
        min: false,
        can_see_list: true,
        reactions_as_tags: false,
        results: results.collect(),
        recent_reactions: Some(recent.collect()),
        top_reactors: None,
    })
}

fn affected(memory: &Memory) -> Vec<u8> {
    tl::enums::messages::AffectedMessages::Messages(tl::types::messages::AffectedMessages {
        pts: memory.pts,
        pts_count: 0,
    })
    .to_bytes()
}

fn messages(memory: &Memory, wanted: impl Fn(&Kept) -> bool, limit: i32) -> Vec<u8> {
    let found = memory.messages.iter().rev().filter(|kept| wanted(kept));
    let found = found.take(usize::try_from(limit).unwrap_or_default());
    tl::enums::messages::Messages::Messages(tl::types::messages::Messages {
        messages: found.map(message).collect(),
        topics: Vec::new(),
        chats: Vec::new(),
        users: memory.users(),
    })
    .to_bytes()
}

/// Chats, the newest first, after the place that is asked for.
fn dialogs(memory: &Memory, bytes: Bytes<'_, '_>) -> Done {
    if i32::deserialize(bytes)? != 0 {
        return Err(Refused::new(400, "FLAGS_INVALID"));
    }
    let (date, id) = (i32::deserialize(bytes)?, i32::deserialize(bytes)?);
    let after = tl::enums::InputPeer::deserialize(bytes)?;
    if id != 0 {
        addressee(memory, &after)?;
    }
    let limit = i32::deserialize(bytes)?;
    if !(1..=100).contains(&limit) {
        return Err(Refused::new(400, "LIMIT_INVALID"));
    }
    let newest = memory.people.values().filter_map(|person| {
        let top = memory.messages.iter().rfind(|m| m.with == person.id)?;
        Some((person, top))
    });
    let mut newest: Vec<_> = newest
        .filter(|(_, top)| date == 0 || (top.at, top.id) < (date, id))
        .collect();
    newest.sort_by_key(|(_, top)| std::cmp::Reverse((top.at, top.id)));
    let (mut all, mut tops) = (Vec::new(), Vec::new());
    for (person, top) in newest.into_iter().take(usize::try_from(limit).unwrap_or(0)) {
        tops.push(message(top));
        let unseen = memory
            .messages
            .iter()
            .filter(|m| m.with == person.id && m.unseen);
        let unseen = i32::try_from(unseen.count()).unwrap_or_default();
        all.push(tl::enums::Dialog::Dialog(tl::types::Dialog {
            pinned: false,
            unread_mark: false,
            view_forum_as_messages: false,
            peer: people::peer(person.id),
            top_message: top.id,
            read_inbox_max_id: 0,
            read_outbox_max_id: 0,
            unread_count: 0,
            unread_mentions_count: 0,
            unread_reactions_count: unseen,
            unread_poll_votes_count: 0,
            notify_settings: tl::enums::PeerNotifySettings::Settings(
                tl::types::PeerNotifySettings {
                    show_previews: None,
                    silent: None,
                    mute_until: None,
                    ios_sound: None,
                    android_sound: None,
                    other_sound: None,
                    stories_muted: None,
                    stories_hide_sender: None,
                    stories_ios_sound: None,
                    stories_android_sound: None,
                    stories_other_sound: None,
                },
            ),
            pts: None,
            draft: None,
            folder_id: None,
            ttl_period: None,
        }));
    }
    let some = tl::types::messages::Dialogs {
        dialogs: all,
        messages: tops,
        chats: Vec::new(),
        users: memory.users(),
    };
    Ok(tl::enums::messages::Dialogs::Dialogs(some).to_bytes())
}

fn get_file(memory: &Memory, bytes: Bytes<'_, '_>) -> Done {
    let _flags = i32::deserialize(bytes)?;
    let (id, reference) = match tl::enums::InputFileLocation::deserialize(bytes)? {
        tl::enums::InputFileLocation::InputDocumentFileLocation(at) => (at.id, at.file_reference),
        tl::enums::InputFileLocation::InputPhotoFileLocation(at) => (at.id, at.file_reference),
        _ => return Err(Refused::new(400, "LOCATION_INVALID")),
    };
    let (offset, limit) = (i64::deserialize(bytes)?, i32::deserialize(bytes)?);
    if reference != b"fresh" {
        return Err(Refused::new(400, "FILE_REFERENCE_EXPIRED"));
    }
    let whole = memory
        .files
        .get(&id)
        .ok_or_else(|| Refused::new(400, "FILE_ID_INVALID"))?;
    let limit = usize::try_from(limit).unwrap_or_default();
    if !limit.is_multiple_of(4096) || limit > 1024 * 1024 {
        return Err(Refused::new(400, "LIMIT_INVALID"));
    }
    let start = usize::try_from(offset).unwrap_or_default().min(whole.len());
    let end = (start + limit).min(whole.len());
    Ok(tl::enums::upload::File::File(tl::types::upload::File {
        r#type: tl::enums::storage::FileType::FileUnknown,
        mtime: memory.at,
        bytes: whole[start..end].to_vec(),
    })
    .to_bytes())
}

/// A picture of a stored size.
fn picture(id: i64, size: usize) -> tl::enums::MessageMedia {
    let one = tl::types::PhotoSize {
        r#type: "x".to_owned(),
        w: 640,
        h: 480,
        size: i32::try_from(size).unwrap_or_default(),
    };
    tl::enums::MessageMedia::Photo(tl::types::MessageMediaPhoto {
        spoiler: false,
        live_photo: false,
        photo: Some(tl::enums::Photo::Photo(tl::types::Photo {
            has_stickers: false,
            id,
            access_hash: id + 5,
            file_reference: b"fresh".to_vec(),
            date: 1_900_000_000,
            sizes: vec![tl::enums::PhotoSize::Size(one)],
            video_sizes: None,
            dc_id: 2,
        })),
        ttl_seconds: None,
        video: None,
    })
}

/// A document of a stored size.
pub(super) fn document(id: i64, name: &str, mime: &str, size: usize) -> tl::enums::MessageMedia {
    let named = tl::types::DocumentAttributeFilename {
        file_name: name.to_owned(),
    };
    tl::enums::MessageMedia::Document(tl::types::MessageMediaDocument {
        nopremium: false,
        spoiler: false,
        video: false,
        round: false,
        voice: false,
        document: Some(tl::enums::Document::Document(tl::types::Document {
            id,
            access_hash: id + 5,
            file_reference: b"fresh".to_vec(),
            date: 1_900_000_000,
            mime_type: mime.to_owned(),
            size: i64::try_from(size).unwrap_or_default(),
            thumbs: None,
            video_thumbs: None,
            dc_id: 2,
            attributes: vec![tl::enums::DocumentAttribute::Filename(named)],
        })),
        alt_documents: None,
        video_cover: None,
        video_timestamp: None,
        ttl_seconds: None,
    })
}

pub(super) fn message(kept: &Kept) -> tl::enums::Message {
    let from = if kept.out { SELF_ID } else { kept.with };
    tl::enums::Message::Message(tl::types::Message {
        out: kept.out,
        mentioned: false,
        media_unread: false,
        silent: false,
        post: false,
        from_scheduled: false,
        legacy: false,
        edit_hide: false,
        pinned: false,
        noforwards: false,
        invert_media: false,
        offline: false,
        video_processing_pending: false,
        paid_suggested_post_stars: false,
        paid_suggested_post_ton: false,
        id: kept.id,
        from_id: Some(people::peer(from)),
        from_boosts_applied: None,
        from_rank: None,
        peer_id: people::peer(kept.with),
        saved_peer_id: None,
        fwd_from: None,
        via_bot_id: None,
        via_business_bot_id: None,
        guestchat_via_from: None,
        reply_to: kept.reply_to.map(|id| {
            tl::enums::MessageReplyHeader::Header(tl::types::MessageReplyHeader {
                reply_to_scheduled: false,
                forum_topic: false,
                quote: false,
                reply_to_ephemeral: false,
                reply_to_msg_id: Some(id),
                reply_to_peer_id: None,
                reply_from: None,
                reply_media: None,
                reply_to_top_id: None,
                quote_text: None,
                quote_entities: None,
                quote_offset: None,
                todo_item_id: None,
                poll_option: None,
            })
        }),
        date: kept.at,
        message: kept.text.clone(),
        media: kept.media.clone(),
        reply_markup: None,
        entities: None,
        views: None,
        forwards: None,
        replies: None,
        edit_date: kept.edited,
        post_author: None,
        grouped_id: None,
        reactions: (kept.theirs.is_some() || kept.own.is_some()).then(|| reactions(kept, kept.at)),
        restriction_reason: None,
        ttl_period: None,
        quick_reply_shortcut_id: None,
        effect: None,
        factcheck: None,
        report_delivery_until_date: None,
        paid_message_stars: None,
        suggested_post: None,
        schedule_repeat_period: None,
        summary_from_language: None,
        rich_message: None,
    })
}
