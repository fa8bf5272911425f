//! The program over the own-channel protocol: Beseda's own connector asks, a stand-in for the line answers.
//! P-15, X-16, L-75, L-77, L-80.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot do its work fails the test"
)]

use async_trait::async_trait;
use beseda_whatsapp_device::{
    desk::{Clock, Desk, Rules},
    door::Door,
    heard::{Heard, Media, Place, Said, Who, Words},
    line::{Found, Line, Outgoing, REACH_OUT_LOCKED, Standing, Target},
    pace::Limits,
    store::Store,
    wire::Refusal,
};
use bytes::Bytes;
use channel::{
    Account, Action, Address, Author, BoxFuture, Env, FileKind, Inbound, Part, PartFile, PeerRef,
    Reach, ReceiptState, SendError, Settings, SignInStep,
    contract::{self, Double, Trouble},
};
use futures_util::TryStreamExt;
use http_client::{Http, HttpOptions};
use kernel::Moment;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

const SECRET: &str = "a-secret-of-these-tests";
const NOW: i64 = 1_700_000_000_000;
const ANNA: &str = "100200300@lid";
const PHONE: &str = "79161234567@s.whatsapp.net";
const ABILITIES: &str = include_str!("../../connectors/own/src/linked.json");

/// What the line was asked, in words.
#[derive(Default)]
struct Pretended {
    calls: Mutex<Vec<String>>,
    /// What the next send meets.
    next: Mutex<Option<Refusal>>,
    /// Met, although it went out.
    lost: Mutex<bool>,
    unlinked: Mutex<Option<Standing>>,
    absent: Mutex<bool>,
}

impl Pretended {
    fn note(&self, words: String) {
        self.calls.lock().unwrap().push(words);
    }
    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
    fn ready(&self) -> Result<(), Refusal> {
        if self.unlinked.lock().unwrap().is_some() {
            return Err(Refusal::of(403, "needs_login", "scan"));
        }
        Ok(())
    }
}

#[async_trait]
impl Line for Pretended {
    fn standing(&self) -> Standing {
        let linked = || Standing::Linked {
            phone: "+79990000000".to_owned(),
        };
        self.unlinked.lock().unwrap().clone().unwrap_or_else(linked)
    }
    async fn wake(&self) {}
    async fn ask_code(&self, phone: &str) -> Result<(), Refusal> {
        self.note(format!("code {phone}"));
        Ok(())
    }
    async fn unlink(&self) {
        *self.unlinked.lock().unwrap() = Some(Standing::Idle);
    }
    async fn send(
        &self,
        to: &str,
        stanza: &str,
        message: &Outgoing,
    ) -> Result<Option<Media>, Refusal> {
        self.ready()?;
        let refusal = self.next.lock().unwrap().take();
        let lost = std::mem::take(&mut *self.lost.lock().unwrap());
        if let Some(refusal) = refusal.filter(|_| !lost) {
            return Err(refusal);
        }
        let file = message.file.as_ref().map(|file| {
            let bytes = std::fs::read(&file.path).unwrap();
            format!("{} {} {}", file.kind, file.name, bytes.len())
        });
        let quote = message.quote.as_ref().map(|quote| {
            format!(
                "{} of {} «{}»",
                quote.stanza,
                quote.author.as_deref().unwrap_or("us"),
                quote.words
            )
        });
        self.note(format!(
            "send {to} {stanza} «{}» {} {}",
            message.text,
            file.unwrap_or_default(),
            quote.unwrap_or_default()
        ));
        if lost {
            return Err(Refusal::of(504, "unknown", "no answer"));
        }
        Ok(message.file.as_ref().map(|_| Media::default()))
    }
    async fn edit(
        &self,
        to: &str,
        stanza: &str,
        text: &str,
        caption: Option<&Media>,
    ) -> Result<(), Refusal> {
        self.note(format!("edit {to} {stanza} «{text}» {}", caption.is_some()));
        Ok(())
    }
    async fn revoke(&self, to: &str, stanza: &str) -> Result<(), Refusal> {
        self.note(format!("revoke {to} {stanza}"));
        Ok(())
    }
    async fn react(&self, to: &str, target: &Target, emoji: &str) -> Result<(), Refusal> {
        self.note(format!(
            "react {to} {} {:?} {} {emoji}",
            target.stanza, target.participant, target.from_me
        ));
        Ok(())
    }
    async fn typing(&self, to: &str) -> Result<(), Refusal> {
        self.note(format!("typing {to}"));
        Ok(())
    }
    async fn read(
        &self,
        chat: &str,
        author: Option<&str>,
        stanzas: &[String],
    ) -> Result<(), Refusal> {
        self.note(format!("read {chat} {author:?} {}", stanzas.join(",")));
        Ok(())
    }
    async fn look_up(&self, phone: &str) -> Result<Found, Refusal> {
        self.ready()?;
        self.note(format!("look_up {phone}"));
        if *self.absent.lock().unwrap() {
            return Ok(Found::Absent);
        }
        Ok(Found::Person(Who {
            lid: Some(format!("9{}@lid", &phone[8..])),
            pn: Some(format!("{}@s.whatsapp.net", &phone[1..])),
        }))
    }
    async fn title(&self, _group: &str) -> Option<String> {
        Some("Дом 5".to_owned())
    }
    async fn fetch(&self, media: &Media, to: &Path) -> Result<(), Refusal> {
        if media.path.is_empty() {
            return Err(Refusal::wait("file", 30, false, "not there"));
        }
        std::fs::write(to, b"\xff\xd8jpeg").unwrap();
        Ok(())
    }
}

/// A folder that goes with the test.
struct Folder(PathBuf);
impl Folder {
    fn new(name: &str) -> Self {
        let place = std::env::temp_dir().join(format!("device-{name}-{}", std::process::id()));
        std::fs::remove_dir_all(&place).ok();
        std::fs::create_dir_all(&place).unwrap();
        Self(place)
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// The program beside Beseda's connector.
struct House {
    line: Arc<Pretended>,
    desk: Arc<Desk>,
    account: Arc<dyn Account>,
    time: kernel::Clock,
    folder: Folder,
    address: String,
}

impl House {
    async fn new(name: &str) -> Self {
        Self::over(Folder::new(name)).await
    }

    async fn over(folder: Folder) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let address = format!("http://{}/wa", listener.local_addr().unwrap());
        let line = Arc::new(Pretended::default());
        let time = kernel::Clock::hand(Moment::from_millis(NOW));
        let hand = time.clone();
        let clock: Clock = Arc::new(move || hand.now().millis());
        let rules = Rules {
            address: address.clone(),
            limits: Limits::default(),
            groups: true,
        };
        let store = Store::open(&folder.0.join("desk.redb")).unwrap();
        let to: Arc<dyn Line> = line.clone();
        let desk = Arc::new(Desk::open(store, to, rules, Arc::clone(&clock)).unwrap());
        let door = Door::new(Arc::clone(&desk), SECRET, folder.0.join("passing"), clock);
        tokio::spawn(async move { axum::serve(listener, door.routes("/wa")).await });
        let account = connector(&address, &time);
        Self {
            line,
            desk,
            account,
            time,
            folder,
            address,
        }
    }

    async fn hear(&self, heard: Heard) {
        self.desk.hear(vec![heard]).await.unwrap();
    }

    /// What Beseda understands of all that is new.
    async fn understood(&self) -> Vec<Inbound> {
        let polled = self.account.poll(None).await.unwrap();
        let events = polled.events.iter();
        events.flat_map(|raw| self.account.normalize(raw)).collect()
    }

    fn passes(&self, seconds: u64) {
        self.time.advance(Duration::from_secs(seconds));
    }
}

fn env(time: &kernel::Clock) -> Env {
    Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: time.clone(),
        public_url: None,
        webhook_secret: "unused".to_owned(),
        memory: channel::Scratch::memory(),
    }
}

fn connector(address: &str, time: &kernel::Clock) -> Arc<dyn Account> {
    let given = [
        ("url", address),
        ("secret", SECRET),
        ("abilities", ABILITIES),
    ];
    let settings: Settings = given.iter().copied().collect();
    own::channel().open(&settings, &env(time)).ok().unwrap()
}

fn who() -> Who {
    Who {
        lid: Some(ANNA.to_owned()),
        pn: Some(PHONE.to_owned()),
    }
}

fn anna() -> PeerRef {
    PeerRef {
        ext_id: ANNA.to_owned(),
    }
}

fn from_anna(stanza: &str, said: Said) -> Heard {
    Heard {
        stanza: stanza.to_owned(),
        at: NOW,
        place: Place::Person(who()),
        sender: who(),
        from_me: false,
        name: Some("Анна".to_owned()),
        said,
    }
}

fn words(text: &str) -> Said {
    Said::Words(Box::new(Words {
        text: text.to_owned(),
        ..Words::default()
    }))
}

fn text(words: &str) -> Part {
    Part {
        text: words.to_owned(),
        ..Part::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_a_clients_words_arrive_once_with_name_and_number() {
    let house = House::new("words").await;
    house.hear(from_anna("3A01", words("Здравствуйте"))).await;
    // The messenger tells it again after a crash, and by the other address.
    house.hear(from_anna("3A01", words("Здравствуйте"))).await;
    let other = Heard {
        place: Place::Person(Who {
            lid: None,
            pn: Some(PHONE.to_owned()),
        }),
        ..from_anna("3A01", words("Здравствуйте"))
    };
    house.hear(other).await;
    let understood = house.understood().await;
    let [Inbound::Message(message)] = understood.as_slice() else {
        panic!("{understood:?}");
    };
    assert_eq!(message.peer.ext_id, ANNA);
    assert_eq!(message.peer.name, "Анна");
    assert_eq!(
        message
            .peer
            .phone
            .as_ref()
            .map(ToString::to_string)
            .as_deref(),
        Some("+79161234567")
    );
    assert_eq!(message.author, Author::Customer);
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_words_typed_on_the_phone_are_ours() {
    let house = House::new("phone").await;
    let mine = Heard {
        sender: Who::default(),
        from_me: true,
        name: None,
        ..from_anna("3A02", words("Добрый день"))
    };
    house.hear(mine).await;
    let understood = house.understood().await;
    let [Inbound::Message(message)] = understood.as_slice() else {
        panic!("{understood:?}");
    };
    assert_ne!(message.author, Author::Customer);
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_nobody_changes_words_of_another() {
    let house = House::new("forged").await;
    house.hear(from_anna("3A01", words("Оплатил"))).await;
    let evil = Who {
        lid: Some("666@lid".to_owned()),
        pn: None,
    };
    let by_evil = |stanza: &str, said| Heard {
        place: Place::Person(evil.clone()),
        sender: evil.clone(),
        ..from_anna(stanza, said)
    };
    // The same id from somebody else is another message; it changes and takes back nothing of Anna's.
    house.hear(by_evil("3A01", words("Не оплатил"))).await;
    for said in [
        Said::Revoke("3A01".to_owned()),
        Said::Edit(
            "3A01".to_owned(),
            Box::new(Words {
                text: "Ложь".to_owned(),
                ..Words::default()
            }),
        ),
    ] {
        house.hear(by_evil("6A02", said)).await;
    }
    house
        .hear(from_anna("3A03", Said::Revoke("3A01".to_owned())))
        .await;
    let understood = house.understood().await;
    let mut ids = Vec::new();
    let mut changed = Vec::new();
    for inbound in &understood {
        match inbound {
            Inbound::Message(message) => ids.push(message.ext_id.clone()),
            Inbound::Edited(edit) => changed.push((edit.peer.ext_id.clone(), edit.ext_id.clone())),
            Inbound::Deleted { ext_ids, peer, .. } => {
                changed.push((peer.ext_id.clone(), ext_ids.join(",")));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1], "one id for two messages");
    // Evil may change their own, which has their own id; Anna's is Anna's.
    for (peer, id) in &changed {
        assert_eq!(id == "3A01", peer == ANNA, "{changed:?}");
    }
    assert_eq!(changed.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_another_address_of_the_same_person_is_an_alias() {
    let house = House::new("alias").await;
    let by_phone = Who {
        lid: None,
        pn: Some(PHONE.to_owned()),
    };
    let first = Heard {
        place: Place::Person(by_phone.clone()),
        sender: by_phone,
        ..from_anna("3A01", words("раз"))
    };
    house.hear(first).await;
    house.hear(from_anna("3A02", words("два"))).await;
    let understood = house.understood().await;
    let peers: Vec<&str> = understood
        .iter()
        .filter_map(|inbound| inbound.peer().map(|peer| peer.ext_id.as_str()))
        .collect();
    assert_eq!(peers, [PHONE, PHONE, PHONE], "one talk");
    assert!(
        matches!(&understood[1], Inbound::PeerState { change: channel::PeerChange::Alias(other), .. } if other == ANNA),
        "{understood:?}"
    );
    // And what is sent goes to the address that hides the number.
    let peer = PeerRef {
        ext_id: PHONE.to_owned(),
    };
    house.account.send(&text("три"), &peer, "k").await.unwrap();
    assert!(house.line.calls()[0].starts_with(&format!("send {ANNA} 3EB0")));
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_groups_have_titles_and_their_people() {
    let house = House::new("group").await;
    let group = Heard {
        place: Place::Group("120363000@g.us".to_owned()),
        ..from_anna("3A01", words("Когда дадут воду?"))
    };
    house.hear(group).await;
    let understood = house.understood().await;
    let [Inbound::Message(message)] = understood.as_slice() else {
        panic!("{understood:?}");
    };
    assert_eq!(message.peer.ext_id, "120363000@g.us");
    assert_eq!(message.peer.name, "Дом 5");
    assert!(message.peer.group);
    let member = message.peer.member.as_ref().unwrap();
    assert_eq!(member.ext_id, ANNA);
    let peer = PeerRef {
        ext_id: "120363000@g.us".to_owned(),
    };
    let act = Action::MarkRead {
        ext_id: "3A01".to_owned(),
    };
    house.account.act(act, &peer).await.unwrap();
    let react = Action::React {
        ext_id: "3A01".to_owned(),
        emoji: Some("👍".to_owned()),
    };
    house.account.act(react, &peer).await.unwrap();
    assert_eq!(
        house.line.calls(),
        [
            format!("read 120363000@g.us Some({ANNA:?}) 3A01"),
            format!("react 120363000@g.us 3A01 Some({ANNA:?}) false 👍"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_files_both_ways() {
    let house = House::new("files").await;
    let media = Media {
        kind: "image".to_owned(),
        class: "image".to_owned(),
        path: "/v/1".to_owned(),
        mime: Some("image/jpeg".to_owned()),
        size: 6,
        ..Media::default()
    };
    let picture = Words {
        text: "смотрите".to_owned(),
        media: Some(media),
        ..Words::default()
    };
    house
        .hear(from_anna("3A01", Said::Words(Box::new(picture))))
        .await;
    let understood = house.understood().await;
    let [Inbound::Message(message)] = understood.as_slice() else {
        panic!("{understood:?}");
    };
    let stream = house.account.fetch_media(&message.media[0]).await.unwrap();
    assert_eq!(stream.mime.as_deref(), Some("image/jpeg"));
    let chunks: Vec<Bytes> = stream.bytes.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), b"\xff\xd8jpeg");
    let part = Part {
        files: vec![PartFile::from_bytes(
            "счёт 5.pdf",
            "application/pdf",
            FileKind::File,
            Bytes::from_static(b"%PDF-1.4"),
        )],
        reply_to: Some("3A01".to_owned()),
        ..text("Вот счёт")
    };
    let accepted = house.account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(accepted.ext_ids.len(), 1);
    let call = house.line.calls().pop().unwrap();
    assert!(
        call.ends_with(&format!(
            "«Вот счёт» file счёт 5.pdf 8 3A01 of {ANNA} «смотрите»"
        )),
        "{call}"
    );
    // Nothing stays of what was passed on.
    let left = std::fs::read_dir(house.folder.0.join("passing")).unwrap();
    assert_eq!(left.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_the_same_key_is_the_same_message() {
    let house = House::new("key").await;
    house.hear(from_anna("3A01", words("эй"))).await;
    *house.line.lost.lock().unwrap() = true;
    let lost = house.account.send(&text("Да"), &anna(), "k").await;
    assert_eq!(lost.unwrap_err().word(), "unknown");
    let again = house.account.send(&text("Да"), &anna(), "k").await.unwrap();
    let third = house.account.send(&text("Да"), &anna(), "k").await.unwrap();
    assert_eq!(again.ext_ids, third.ext_ids);
    let calls = house.line.calls();
    assert_eq!(calls.len(), 2, "asked for a third time it is only told");
    assert_eq!(
        calls[0], calls[1],
        "one stanza: the messenger passes over the second"
    );
    // Receipts name it.
    house
        .desk
        .receipt(&again.ext_ids, "delivered", NOW)
        .unwrap();
    house
        .desk
        .receipt(&["3A01".to_owned(), "nobody's".to_owned()], "read", NOW)
        .unwrap();
    let receipts: Vec<ReceiptState> = house
        .understood()
        .await
        .into_iter()
        .filter_map(|inbound| match inbound {
            Inbound::Receipt { state, .. } => Some(state),
            _ => None,
        })
        .collect();
    assert_eq!(receipts, [ReceiptState::Delivered]);
    // Changed and taken back by the id of the messenger.
    let id = again.ext_ids[0].clone();
    let edit = Action::Edit {
        ext_id: id.clone(),
        text: "Нет".to_owned(),
        entities: Vec::new(),
        caption: false,
    };
    house.account.act(edit, &anna()).await.unwrap();
    let delete = Action::Delete {
        ext_ids: vec![id.clone()],
    };
    house.account.act(delete, &anna()).await.unwrap();
    assert_eq!(
        house.line.calls()[2..],
        [
            format!("edit {ANNA} {id} «Нет» false"),
            format!("revoke {ANNA} {id}")
        ]
    );
    let theirs = Action::Delete {
        ext_ids: vec!["3A01".to_owned()],
    };
    assert_eq!(
        house.account.act(theirs, &anna()).await.unwrap_err().word(),
        "rejected"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_a_number_is_looked_up_before_the_first_word() {
    let house = House::new("first").await;
    let at = |phone: &str| Address::parse(phone).unwrap();
    let Reach::Found(first) = house
        .account
        .can_contact(&at("+79161110001"))
        .await
        .unwrap()
    else {
        panic!("not found");
    };
    let Reach::Found(second) = house
        .account
        .can_contact(&at("+79161110002"))
        .await
        .unwrap()
    else {
        panic!("not found");
    };
    let to = |id: &str| PeerRef {
        ext_id: id.to_owned(),
    };
    house
        .account
        .send(&text("Добрый день"), &to(&first.ext_id), "a")
        .await
        .unwrap();
    // A second stranger waits a minute; the first is none any more.
    let slow = house
        .account
        .send(&text("Добрый день"), &to(&second.ext_id), "b")
        .await;
    assert!(
        matches!(&slow, Err(SendError::Retry { after: Some(wait), .. }) if *wait == Duration::from_mins(1)),
        "{slow:?}"
    );
    house
        .account
        .send(&text("И ещё"), &to(&first.ext_id), "c")
        .await
        .unwrap();
    house.passes(60);
    // The messenger refuses: nobody new for a day.
    *house.line.next.lock().unwrap() = Some(Refusal::of(422, REACH_OUT_LOCKED, "no"));
    let refused = house
        .account
        .send(&text("Добрый день"), &to(&second.ext_id), "b")
        .await;
    assert_eq!(refused.unwrap_err().word(), "rejected");
    house.passes(120);
    let locked = house
        .account
        .send(&text("Добрый день"), &to(&second.ext_id), "b2")
        .await;
    assert!(
        matches!(&locked, Err(SendError::Retry { after: Some(wait), .. }) if wait.as_secs() > 80_000),
        "{locked:?}"
    );
    // Who has gone since is not written to: a number nobody has is what accounts are locked for.
    house.passes(25 * 3600);
    *house.line.absent.lock().unwrap() = true;
    let gone = house
        .account
        .send(&text("Добрый день"), &to(&second.ext_id), "b3")
        .await;
    assert_eq!(gone.unwrap_err().word(), "peer_unreachable");
    assert!(matches!(
        house
            .account
            .can_contact(&at("+79161110009"))
            .await
            .unwrap(),
        Reach::Absent
    ));
    let nobody = house.account.send(&text("эй"), &to("5@lid"), "n").await;
    assert_eq!(nobody.unwrap_err().word(), "peer_unreachable");
}

#[tokio::test(flavor = "multi_thread")]
async fn l_77_x_16_a_phone_is_linked_by_a_code_that_is_scanned_or_typed() {
    let house = House::new("link").await;
    let begin = |way: &[(&str, &str)]| {
        let given = [("url", house.address.as_str()), ("secret", SECRET)];
        let settings: Settings = given.iter().chain(way).copied().collect();
        own::linked_device().sign_in(&settings, &env(&house.time))
    };
    let steps = begin(&[]).ok().unwrap();
    // Linked already.
    assert!(matches!(
        steps.go_on(None).await,
        Ok(SignInStep::Done { who, .. }) if who == "+79990000000"
    ));
    *house.line.unlinked.lock().unwrap() = Some(Standing::Scan {
        code: "2@abc".to_owned(),
        until: NOW + 20_000,
    });
    let shown = steps.go_on(None).await.unwrap();
    let want = SignInStep::Show {
        name: "scan".to_owned(),
        code: "2@abc".to_owned(),
        valid: Duration::from_secs(20),
    };
    assert_eq!(shown, want);
    *house.line.unlinked.lock().unwrap() = Some(Standing::Type {
        code: "ABCD-1234".to_owned(),
        until: NOW + 180_000,
    });
    let typed = begin(&[("way", "phone"), ("phone", "+79991234567")])
        .ok()
        .unwrap();
    assert!(matches!(
        typed.go_on(None).await,
        Ok(SignInStep::Tell { code, .. }) if code == "ABCD-1234"
    ));
    assert_eq!(house.line.calls(), ["code +79991234567"]);
    *house.line.unlinked.lock().unwrap() = Some(Standing::Refused("blocked for 24 h".to_owned()));
    let refused = steps.go_on(None).await.unwrap_err();
    assert_eq!((refused.code, refused.again), ("refused", false));
    let wrong = begin(&[("way", "phone"), ("phone", "12")]).err().unwrap();
    assert_eq!((wrong.field.as_str(), wrong.code), ("phone", "malformed"));
    // What the account can do is known without anybody telling it.
    let can = own::linked_device().info().capabilities;
    assert!(can.number_check && can.idempotent && can.edit.own && !can.typing.incoming);
}

#[tokio::test(flavor = "multi_thread")]
async fn l_75_a_call_nobody_can_answer_here_is_told() {
    let house = House::new("call").await;
    house.desk.called(&who(), "CALL1", false, NOW).unwrap();
    house.desk.called(&who(), "CALL1", false, NOW).unwrap();
    let understood = house.understood().await;
    assert!(
        understood.iter().all(
            |inbound| matches!(inbound, Inbound::MissedCall { peer, .. } if peer.ext_id == ANNA)
        ),
        "{understood:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_what_was_not_taken_survives_and_a_foreign_cursor_loses_nothing() {
    let house = House::new("again").await;
    house.hear(from_anna("3A01", words("раз"))).await;
    let first = house.account.poll(None).await.unwrap();
    house.hear(from_anna("3A02", words("два"))).await;
    // Asked again with the old cursor, or with one of another store, nothing is passed over.
    let second = house.account.poll(first.cursor.clone()).await.unwrap();
    assert_eq!(second.events.len(), 1);
    let foreign = house
        .account
        .poll(Some("another.99".to_owned()))
        .await
        .unwrap();
    assert_eq!(
        foreign.events.len(),
        1,
        "what was taken is forgotten, the rest is there"
    );
    // A new program over the same folder.
    let House {
        folder,
        desk,
        line,
        account,
        ..
    } = house;
    drop((desk, line, account));
    let place = folder.0.clone();
    let copy = Folder::new("again-copy");
    std::fs::copy(place.join("desk.redb"), copy.0.join("desk.redb")).unwrap();
    let house = House::over(copy).await;
    let third = house.account.poll(first.cursor).await.unwrap();
    assert_eq!(third.events.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_strangers_stand_before_a_closed_door() {
    let house = House::new("door").await;
    let check = house.account.check().await;
    assert_eq!((check.ok, check.name.as_str()), (true, "+79990000000"));
    let address = house.address.clone();
    let http = Http::new(&HttpOptions::default()).unwrap();
    let policy = http_client::Policy::Administrator;
    for request in [
        http.get(policy, &format!("{address}/events")),
        http.get(policy, &format!("{address}/files/3A01")),
        http.post(policy, &address).body("{\"type\":\"check\"}"),
        http.post(policy, &address)
            .header("X-Beseda-Timestamp", "1700000000")
            .header("X-Beseda-Signature", &"0".repeat(64))
            .body("{\"type\":\"check\"}"),
    ] {
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    *house.line.unlinked.lock().unwrap() = Some(Standing::Idle);
    let check = house.account.check().await;
    assert_eq!((check.ok, check.code.as_str()), (false, "needs_login"));
}

impl Double for House {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => {
                let taken = Standing::Refused("taken away".to_owned());
                *self.line.unlinked.lock().unwrap() = Some(taken);
            }
            Trouble::SlowDown(wait) => {
                let refusal = Refusal::wait("slow_down", wait.as_secs(), false, "slower");
                *self.line.next.lock().unwrap() = Some(refusal);
            }
            Trouble::LostAnswer => *self.line.lost.lock().unwrap() = true,
            Trouble::Over => *self.line.unlinked.lock().unwrap() = None,
        }
        Box::pin(async {})
    }
    fn sent(&self) -> usize {
        let calls = self.line.calls();
        calls.iter().filter(|call| call.starts_with("send")).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x_16_what_goes_out_keeps_the_contract_of_every_channel() {
    let house = House::new("contract").await;
    house.hear(from_anna("3A01", words("эй"))).await;
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let nowhere = format!("http://{}", free.local_addr().unwrap());
    let nowhere = connector(&nowhere, &house.time);
    drop(free);
    contract::outbound(&*house.account, &*nowhere, &anna(), &house).await;
}
