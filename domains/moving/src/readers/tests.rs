//! Small archives by the vendors' published structures, and hostile ones.

use super::Format;
use crate::{
    archive::Archive,
    item::{ChatItem, Item, MessageItem, PersonItem, Read, Sink},
    looking::look,
};
use proptest::prelude::*;
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
};
use zip::{ZipWriter, write::SimpleFileOptions};

fn zipped(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn text(value: &serde_json::Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn code(bytes: Vec<u8>, format: Format) -> (String, String) {
    let trouble = look(Box::new(Cursor::new(bytes)), format).unwrap_err();
    (trouble.code.to_owned(), trouble.place)
}

#[derive(Default)]
struct All {
    people: Vec<PersonItem>,
    chats: Vec<ChatItem>,
    messages: Vec<MessageItem>,
    left: BTreeMap<&'static str, u64>,
}

fn all(bytes: Vec<u8>, format: Format) -> Read<All> {
    let mut archive = Archive::open(Box::new(Cursor::new(bytes)))?;
    let mut out = All::default();
    let mut take = |item| {
        match item {
            Item::Person(p) => out.people.push(p),
            Item::Chat(c) => out.chats.push(c),
            Item::Topic(_) => {}
            Item::Message(m) => out.messages.push(*m),
        }
        true
    };
    let mut sink = Sink::new(&mut take);
    format.read(&mut archive, &mut sink)?;
    let left = sink.left;
    out.left = left;
    Ok(out)
}

fn telegram() -> Vec<u8> {
    let result = json!({
        "personal_information": {"user_id": 1, "first_name": "Анна", "last_name": "К", "username": "@anna"},
        "chats": {"list": [
            {"name": "Борис", "type": "personal_chat", "id": 2, "messages": [
                {"id": 1, "type": "message", "date": "2024-01-01T10:00:00", "date_unixtime": "1704103200",
                 "from": "Борис", "from_id": "user2", "text": "привет",
                 "text_entities": [{"type": "bold", "text": "привет"}, {"type": "plain", "text": " *всем*"}]},
                {"id": 2, "type": "message", "date": "2024-01-01T10:01:00", "date_unixtime": "1704103260",
                 "from": "Анна К", "from_id": "user1", "reply_to_message_id": 1, "text": "", "text_entities": [],
                 "photo": "chats/chat_1/photo.jpg",
                 "reactions": [{"type": "emoji", "count": 1, "emoji": "👍", "recent": [{"from_id": "user2"}]}]},
                {"id": 3, "type": "service", "date": "2024-01-01T10:02:00", "actor_id": "user2", "action": "phone_call"},
                {"id": 4, "type": "message", "date": "2024-01-01T10:03:00", "from": "Борис", "from_id": "user2",
                 "forwarded_from": "Вера", "text": ["см. ", {"type": "mention_name", "text": "Анна", "user_id": 1}],
                 "file": "(File not included. Change data exporting settings to download.)"}
            ]}
        ]}
    });
    zipped(&[
        ("ChatExport/result.json", text(&result)),
        ("ChatExport/chats/chat_1/photo.jpg", b"bytes".to_vec()),
    ])
}

#[test]
fn u_37_telegram() {
    let all = all(telegram(), Format::Telegram).unwrap();
    assert_eq!(all.people.len(), 2);
    assert_eq!(all.people[0].login, "anna");
    assert_eq!(all.chats[0].members, ["user1", "user2"]);
    assert_eq!(all.chats[0].title, None);
    let [first, second, third] = &all.messages[..] else {
        panic!("{}", all.messages.len());
    };
    assert_eq!(first.text, r"**привет** \*всем\*");
    assert_eq!(first.at, 1_704_103_200_000);
    assert_eq!(second.reply_to.as_ref(), Some(&first.id));
    assert_eq!(second.files[0].path, "ChatExport/chats/chat_1/photo.jpg");
    assert_eq!(second.reactions[0].people, ["user2"]);
    assert_eq!(third.forwarded.as_ref().unwrap().name, "Вера");
    assert_eq!(third.mentions, ["user1"]);
    assert_eq!(third.at, 1_704_103_380_000);
    assert_eq!(
        all.left,
        BTreeMap::from([("service", 1), ("file_missing", 1)])
    );
}

fn slack() -> Vec<u8> {
    zipped(&[
        (
            "users.json",
            text(&json!([
            {"id": "U1", "name": "anna", "profile": {"real_name": "Анна", "email": "anna@x.ru"}},
            {"id": "U2", "name": "boris", "real_name": "Борис"},
            {"id": "B1", "name": "bot", "is_bot": true}])),
        ),
        (
            "channels.json",
            text(
                &json!([{"id": "C1", "name": "general", "created": 1_700_000_000, "creator": "U1", "members": ["U1", "U2"]}]),
            ),
        ),
        (
            "dms.json",
            text(&json!([{"id": "D1", "created": 1_700_000_000, "members": ["U1", "U2"]}])),
        ),
        (
            "general/2023-11-14.json",
            text(&json!([
            {"type": "message", "subtype": "channel_join", "user": "U1", "text": "joined", "ts": "1700000000.000100"},
            {"type": "message", "user": "U1", "ts": "1700000001.000100", "thread_ts": "1700000001.000100",
             "text": "*Hi* <@U2>, see <https://x.ru/a_b|the _site_> &amp; <#C1|general> :tada: `a*b*`",
             "reactions": [{"name": "+1", "users": ["U2"]}, {"name": "our_own", "users": ["U2"]}]}])),
        ),
        (
            "general/2023-11-15.json",
            text(&json!([
            {"type": "message", "user": "U2", "ts": "1700090000.000200", "thread_ts": "1700000001.000100", "text": "answer",
             "files": [{"id": "F1", "name": "a.png", "permalink": "https://x.slack.com/F1"}, {"id": "F2", "name": "b.txt"}]}])),
        ),
        ("general/attachments/F2-b.txt", b"text".to_vec()),
        (
            "D1/2023-11-14.json",
            text(
                &json!([{"type": "message", "user": "U1", "ts": "1700000005.000000", "text": "2 < 3"}]),
            ),
        ),
    ])
}

#[test]
fn u_37_slack() {
    let all = all(slack(), Format::Slack).unwrap();
    assert_eq!(all.people[0].email, "anna@x.ru");
    assert!(all.people[2].bot);
    assert_eq!(all.chats[0].title.as_deref(), Some("general"));
    assert_eq!(all.chats[1].title, None);
    let [first, answer, talk] = &all.messages[..] else {
        panic!("{}", all.messages.len());
    };
    let shown = crate::item::with_names(&first.text, |n| format!("@{}", first.mentions[n]));
    assert_eq!(
        text::plain(&text::parse(&shown, &[]))
            .lines()
            .next()
            .unwrap(),
        "Hi @U2, see the _site_ (https://x.ru/a_b) & #general 🎉 a*b*"
            .replace(" (https://x.ru/a_b)", ""),
        "{shown}"
    );
    assert!(shown.starts_with("**Hi** "), "{shown}");
    assert_eq!(first.reactions[0].emoji, "👍");
    assert_eq!(answer.topic.as_ref(), Some(&first.id));
    assert_eq!(answer.files[0].path, "general/attachments/F2-b.txt");
    assert!(answer.text.ends_with("https://x.slack.com/F1"));
    assert_eq!(talk.chat, "D1");
    assert_eq!(
        all.left,
        BTreeMap::from([("service", 1), ("reaction", 1), ("file_by_link", 1)])
    );
}

fn mattermost() -> Vec<u8> {
    let lines = [
        json!({"type": "version", "version": 1}),
        json!({"type": "team", "team": {"name": "t", "display_name": "T"}}),
        json!({"type": "channel", "channel": {"team": "t", "name": "town", "display_name": "Площадь", "type": "O"}}),
        json!({"type": "user", "user": {"username": "anna", "email": "anna@x.ru", "first_name": "Анна", "teams": [
            {"name": "t", "channels": [{"name": "town", "roles": "channel_user channel_admin"}]}]}}),
        json!({"type": "user", "user": {"username": "boris", "teams": null_free()}}),
        json!({"type": "post", "post": {"team": "t", "channel": "town", "user": "anna", "message": "Привет @boris. :+1:",
            "create_at": 1_700_000_000_000i64, "reactions": [{"user": "boris", "emoji_name": "tada", "create_at": 1}],
            "attachments": [{"path": "a/b.txt"}, {"path": "lost.txt"}],
            "replies": [{"user": "boris", "message": "**да**", "create_at": 1_700_000_001_000i64}]}}),
        json!({"type": "post", "post": {"team": "t", "channel": "town", "user": "anna", "type": "system_join_channel",
            "message": "joined", "create_at": 1}}),
        json!({"type": "direct_channel", "direct_channel": {"members": ["anna", "boris"]}}),
        json!({"type": "direct_post", "direct_post": {"channel_members": ["boris", "anna"], "user": "boris", "message": "лично",
            "create_at": 1_700_000_002_000i64}}),
    ];
    let lines: String = lines.iter().map(|l| format!("{l}\n")).collect();
    zipped(&[
        ("import.jsonl", lines.into_bytes()),
        ("data/a/b.txt", b"text".to_vec()),
    ])
}

fn null_free() -> serde_json::Value {
    json!([{"name": "t", "channels": [{"name": "town", "roles": "channel_user"}]}])
}

#[test]
fn u_37_mattermost() {
    let all = all(mattermost(), Format::Mattermost).unwrap();
    assert_eq!(all.people[0].name, "Анна");
    assert_eq!(all.chats[0].members, ["anna", "boris"]);
    assert_eq!(all.chats[0].admins, ["anna"]);
    assert_eq!(all.chats[1].title, None);
    let [first, answer, talk] = &all.messages[..] else {
        panic!("{}", all.messages.len());
    };
    assert_eq!(first.mentions, ["boris"]);
    assert!(first.text.ends_with(". 👍"), "{}", first.text);
    assert_eq!(first.files[0].path, "data/a/b.txt");
    assert_eq!(answer.topic.as_ref(), Some(&first.id));
    assert_eq!(answer.text, "**да**");
    assert_eq!(talk.chat, all.chats[1].id);
    assert_eq!(
        all.left,
        BTreeMap::from([("service", 1), ("file_missing", 1)])
    );
}

fn rocketchat() -> Vec<u8> {
    let lines = |rows: &[serde_json::Value]| {
        let all: String = rows.iter().map(|l| format!("{l}\n")).collect();
        all.into_bytes()
    };
    let date = |at: i64| json!({"$date": {"$numberLong": at.to_string()}});
    zipped(&[
        (
            "dump/users.json",
            lines(&[
                json!({"_id": "aaaaaaaaaa", "username": "anna", "name": "Анна", "emails": [{"address": "anna@x.ru"}], "type": "user"}),
                json!({"_id": "bbbbbbbbbb", "username": "boris.k", "name": "Борис", "type": "user"}),
                json!({"_id": "rocket.cat", "username": "rocket.cat", "name": "Cat", "type": "bot"}),
            ]),
        ),
        (
            "dump/rocketchat_room.json",
            lines(&[
                json!({"_id": "GENERAL", "t": "c", "name": "general", "ts": {"$date": "2023-11-14T00:00:00.000Z"}}),
                json!({"_id": "aaaabbbb", "t": "d", "usernames": ["anna", "boris.k"]}),
                json!({"_id": "live", "t": "l"}),
            ]),
        ),
        (
            "dump/rocketchat_subscription.json",
            lines(&[
                json!({"rid": "GENERAL", "u": {"_id": "aaaaaaaaaa"}, "roles": ["owner"]}),
                json!({"rid": "GENERAL", "u": {"_id": "bbbbbbbbbb"}}),
            ]),
        ),
        (
            "dump/rocketchat_message.json",
            lines(&[
                json!({"_id": "m1", "rid": "GENERAL", "u": {"_id": "aaaaaaaaaa"}, "ts": date(1_700_000_001_000), "t": "uj", "msg": "anna"}),
                json!({"_id": "m2", "rid": "GENERAL", "u": {"_id": "aaaaaaaaaa"}, "ts": date(1_700_000_002_000),
                    "msg": "*Привет* @boris.k, [сюда](https://x.ru/a_b) :tada: `a*b*`", "reactions": {":thumbsup:": {"usernames": ["boris.k"]}}}),
                json!({"_id": "m4", "rid": "GENERAL", "u": {"_id": "bbbbbbbbbb"}, "ts": date(1_700_000_004_000), "tmid": "m2", "tshow": true, "msg": "ответ"}),
                json!({"_id": "m3", "rid": "GENERAL", "u": {"_id": "bbbbbbbbbb"}, "ts": date(1_700_000_003_000), "msg": "[ ](https://chat.x.ru/channel/general?msg=m2) да",
                    "file": {"_id": "ffffffffffff", "name": "план.txt"}, "attachments": [{"message_link": "https://chat.x.ru/channel/general?msg=m2", "text": "x"}]}),
                json!({"_id": "m5", "rid": "aaaabbbb", "u": {"_id": "aaaaaaaaaa"}, "ts": {"$date": "2023-11-15T00:00:00.5Z"}, "msg": "лично"}),
                json!({"_id": "m6", "rid": "live", "u": {"_id": "guest"}, "ts": date(1_700_000_009_000), "msg": "клиент"}),
            ]),
        ),
        ("dump/uploads/ffffffffffff", b"text".to_vec()),
    ])
}

#[test]
fn u_37_rocketchat() {
    let all = all(rocketchat(), Format::RocketChat).unwrap();
    assert_eq!(all.people[0].email, "anna@x.ru");
    assert!(all.people[2].bot);
    assert_eq!(all.chats[0].admins, ["aaaaaaaaaa"]);
    assert_eq!(all.chats[1].title, None);
    assert_eq!(all.chats[1].members, ["aaaaaaaaaa", "bbbbbbbbbb"]);
    let ids: Vec<&str> = all.messages.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(ids, ["m2", "m3", "m4", "m4/chat", "m5"], "put in order");
    let [first, answer, topic, copy, talk] = &all.messages[..] else {
        panic!("{}", all.messages.len());
    };
    assert!(first.text.starts_with("**Привет** "), "{}", first.text);
    assert!(first.text.contains("](https://x.ru/a_b)"), "{}", first.text);
    assert!(first.text.contains("🎉"), "{}", first.text);
    assert_eq!(first.mentions, ["bbbbbbbbbb"]);
    assert_eq!(first.reactions[0].people, ["bbbbbbbbbb"]);
    assert_eq!(answer.reply_to.as_deref(), Some("m2"));
    assert_eq!(answer.text, "да");
    assert_eq!(answer.files[0].path, "dump/uploads/ffffffffffff");
    assert_eq!(answer.files[0].name, "план.txt");
    assert_eq!(topic.topic.as_deref(), Some("m2"));
    assert_eq!(copy.from_topic.as_deref(), Some("m2"));
    assert_eq!(talk.at, 1_700_006_400_500);
    assert_eq!(
        all.left,
        BTreeMap::from([("service", 1), ("client_chat", 1), ("message_of_client", 1)])
    );
}

#[test]
fn u_37_rocketchat_of_one_room() {
    let bytes = zipped(&[
        (
            "цех.json",
            b"{\"msg\": \"hi @boris\", \"username\": \"anna\", \"ts\": \"2023-11-14T00:00:00.000Z\"}
{\"msg\": \"\", \"username\": \"boris\", \"ts\": \"2023-11-14T00:00:01.000Z\", \"attachments\": [{\"fileId\": \"ffffffffffff\", \"fileName\": \"a.txt\"}]}
"
            .to_vec(),
        ),
        ("assets/ffffffffffff-a.txt", b"text".to_vec()),
    ]);
    let all = all(bytes, Format::RocketChat).unwrap();
    assert_eq!(all.chats[0].title.as_deref(), Some("цех"));
    assert_eq!(all.chats[0].members, ["anna", "boris"]);
    assert_eq!(all.messages[0].mentions, ["boris"]);
    assert_eq!(all.messages[1].files[0].name, "a.txt");
}

#[test]
fn u_37_telegram_without_a_zip() {
    let chat = json!({"name": "Цех", "type": "private_group", "id": 7, "messages": [
        {"id": 1, "type": "message", "date_unixtime": "1704103200", "from": "Анна", "from_id": "user1", "text": "да",
         "photo": "photos/x.jpg"}]});
    let all = all(chat.to_string().into_bytes(), Format::Telegram).unwrap();
    assert_eq!(all.chats[0].title.as_deref(), Some("Цех"));
    assert_eq!(all.messages[0].text, "да");
    assert_eq!(all.left, BTreeMap::from([("file_missing", 1)]));
    let half = code(chat.to_string().as_bytes()[..60].to_vec(), Format::Telegram);
    assert_eq!(half, ("moving.bad_json".into(), "result.json:1".into()));
    let other = code(chat.to_string().into_bytes(), Format::Slack);
    assert_eq!(other.0, "moving.other_format");
}

#[test]
fn u_37_hostile_archives_are_refused_by_name() {
    for name in ["../x", "/etc/passwd", "a/../../b", "C:/x", "a\\..\\b"] {
        let bytes = zipped(&[("result.json", b"{}".to_vec()), (name, Vec::new())]);
        let (code, _) = code(bytes, Format::Telegram);
        assert_eq!(code, "moving.bad_path", "{name}");
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("result.json", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    assert_eq!(code(bytes, Format::Telegram).0, "moving.bad_path");

    let bomb = zipped(&[("result.json", vec![b' '; 300 * 1024 * 1024])]);
    assert_eq!(code(bomb, Format::Telegram).0, "moving.bomb");

    assert_eq!(
        code(b"hello".to_vec(), Format::Slack).0,
        "moving.not_an_archive"
    );
    let half = zipped(&[(
        "ChatExport/result.json",
        b"{\"chats\": {\"list\": [".to_vec(),
    )]);
    assert_eq!(
        code(half, Format::Telegram),
        ("moving.bad_json".into(), "ChatExport/result.json:1".into())
    );
    let other = code(slack(), Format::Telegram);
    assert_eq!(other, ("moving.other_format".into(), "result.json".into()));
}

#[test]
fn u_37_a_file_with_a_wrong_checksum_stops_the_dry_run() {
    let mut bytes = telegram();
    let at = bytes.windows(5).position(|w| w == b"bytes");
    // A text this short is stored or packed; either way its checksum stands in the directory.
    let at = at.unwrap_or_else(|| {
        let name = b"chats/chat_1/photo.jpg";
        bytes.windows(name.len()).position(|w| w == name).unwrap() + name.len() + 1
    });
    bytes[at] ^= 0x55;
    assert_eq!(code(bytes, Format::Telegram).0, "moving.broken_file");
}

#[test]
fn u_37_wrong_encodings_are_mended_and_counted() {
    let mut users = br#"[{"id": "U1", "name": "anna", "real_name": ""#.to_vec();
    users.extend([0xC0, 0xE0, 0xF0]);
    users.extend(br#""}]"#);
    let bytes = zipped(&[
        ("users.json", users),
        (
            "channels.json",
            b"\xEF\xBB\xBF[{\"id\": \"C1\", \"name\": \"x\"}]".to_vec(),
        ),
    ]);
    let found = look(Box::new(Cursor::new(bytes)), Format::Slack).unwrap();
    assert_eq!(found.report.mended, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn u_37_a_cut_archive_is_whole_or_an_error(at in 0.0f64..1.0, which in 0usize..4) {
        let (whole, format) = match which {
            0 => (telegram(), Format::Telegram),
            1 => (slack(), Format::Slack),
            2 => (rocketchat(), Format::RocketChat),
            _ => (mattermost(), Format::Mattermost),
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a part of a small length")]
        let end = (whole.len() as f64 * at) as usize;
        let complete = look(Box::new(Cursor::new(whole.clone())), format).unwrap().report.items;
        let cut = look(Box::new(Cursor::new(whole[..end].to_vec())), format);
        if let Ok(found) = cut {
            prop_assert_eq!(found.report.items, complete);
        }
    }

    #[test]
    fn u_37_no_bytes_make_a_reader_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), which in 0usize..4) {
        let (mut bytes, format) = match which {
            0 => (telegram(), Format::Telegram),
            1 => (slack(), Format::Slack),
            2 => (rocketchat(), Format::RocketChat),
            _ => (mattermost(), Format::Mattermost),
        };
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        drop(look(Box::new(Cursor::new(bytes)), format));
    }
}
