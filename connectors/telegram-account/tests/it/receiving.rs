//! What comes in: messages, changes, receipts, gaps, echoes (P-17, L-74).

use crate::{
    ANNA, anna, clock, env, open, pair,
    testkit::mtproto_double::{Fault, MtprotoDouble, Person, SELF_ID},
    text,
};
use channel::{
    Account, AccountChange, Author, FileKind, Inbound, InboundMessage, Polled, Reach, ReceiptState,
    ReceiptTarget,
};
use futures_util::StreamExt;

pub(crate) async fn begun(account: &dyn Account) -> Option<String> {
    let polled = account.poll(None).await.unwrap();
    assert!(polled.events.is_empty() && polled.cursor.is_some());
    polled.cursor
}

fn read(account: &dyn Account, polled: &Polled) -> Vec<Inbound> {
    let events = polled.events.iter();
    events.flat_map(|event| account.normalize(event)).collect()
}

/// Polls until something comes.
pub(crate) async fn next(account: &dyn Account, cursor: &mut Option<String>) -> Vec<Inbound> {
    for _ in 0..20 {
        let polled = account.poll(cursor.clone()).await.unwrap();
        *cursor = polled.cursor.clone().or_else(|| cursor.take());
        if !polled.events.is_empty() {
            return read(account, &polled);
        }
    }
    panic!("nothing came");
}

pub(crate) fn message(inbound: &Inbound) -> &InboundMessage {
    match inbound {
        Inbound::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn p_17_a_clients_words_changes_and_deletion_come() {
    let (double, account) = pair().await;
    let mut cursor = begun(&*account).await;
    let id = double.says(ANNA, "Здравствуйте, сколько стоит *лампа*?");
    let came = next(&*account, &mut cursor).await;
    let [only] = came.as_slice() else {
        panic!("{came:?}")
    };
    let first = message(only);
    assert_eq!(first.ext_id, id.to_string());
    assert_eq!(
        (first.author, first.peer.ext_id.as_str()),
        (Author::Customer, "501")
    );
    assert_eq!(first.peer.name, "Анна");
    assert_eq!(first.peer.phone.as_ref().unwrap().as_str(), "+79161112233");
    // What they typed is no markup of ours.
    assert_eq!(
        text::for_client(&first.text).0,
        "Здравствуйте, сколько стоит *лампа*?"
    );
    double.changes(id, "Сколько стоит люстра?");
    let came = next(&*account, &mut cursor).await;
    let [Inbound::Edited(edit)] = came.as_slice() else {
        panic!("{came:?}")
    };
    assert_eq!(
        (edit.ext_id.as_str(), edit.text.as_str()),
        (id.to_string().as_str(), "Сколько стоит люстра?")
    );
    double.types(ANNA);
    let came = next(&*account, &mut cursor).await;
    assert!(
        matches!(came.as_slice(), [Inbound::Typing { on: true, .. }]),
        "{came:?}"
    );
    double.takes_back(id);
    let came = next(&*account, &mut cursor).await;
    assert!(
        matches!(came.as_slice(), [Inbound::Deleted { ext_ids, .. }] if *ext_ids == [id.to_string()]),
        "{came:?}"
    );
}

#[tokio::test]
async fn l_74_what_the_owner_writes_on_the_phone_is_ours_and_our_own_echo_is_not_told() {
    let (double, account) = pair().await;
    let mut cursor = begun(&*account).await;
    let sent = account
        .send(&text("Отсюда"), &anna(), "key-1")
        .await
        .unwrap();
    let on_phone = double.phone_says(ANNA, "С телефона");
    let came = next(&*account, &mut cursor).await;
    let [only] = came.as_slice() else {
        panic!("the echo was told: {came:?}")
    };
    let written = message(only);
    assert_eq!(written.author, Author::ExternalOperator);
    assert_eq!(written.text, "С телефона");
    assert_eq!(written.ext_id, on_phone.to_string());
    assert_eq!(written.peer.name, "Анна");
    // Read up to ours.
    let ours: i32 = sent.ext_ids[0].parse().unwrap();
    double.reads(ANNA, ours);
    let came = next(&*account, &mut cursor).await;
    let [
        Inbound::Receipt {
            target,
            state,
            peer,
            ..
        },
    ] = came.as_slice()
    else {
        panic!("{came:?}")
    };
    assert_eq!(*target, ReceiptTarget::UpTo(ours.to_string()));
    assert_eq!((state, peer.ext_id.as_str()), (&ReceiptState::Read, "501"));
}

#[tokio::test]
async fn p_04_their_reactions_come_as_they_stand_and_ours_are_not_theirs() {
    let (double, account) = pair().await;
    let mut cursor = begun(&*account).await;
    let sent = account
        .send(&crate::text("Готово"), &crate::anna(), "key")
        .await
        .unwrap();
    let ours: i32 = sent.ext_ids[0].parse().unwrap();
    for given in [Some("👍"), None, Some("👍"), None] {
        double.reacts(ANNA, ours, given);
        let came = next(&*account, &mut cursor).await;
        let [
            Inbound::Reaction {
                ext_id,
                peer,
                emoji,
                ..
            },
        ] = came.as_slice()
        else {
            panic!("{came:?}")
        };
        assert_eq!(
            (ext_id.as_str(), peer.ext_id.as_str()),
            (sent.ext_ids[0].as_str(), "501")
        );
        assert_eq!(emoji.first().map(String::as_str), given);
    }
    // What we set ourselves is told back to nobody.
    let theirs = double.says(ANNA, "Спасибо!");
    let came = next(&*account, &mut cursor).await;
    assert_eq!(came.len(), 1);
    let react = channel::Action::React {
        ext_id: theirs.to_string(),
        emoji: Some("❤".to_owned()),
    };
    account.act(react, &crate::anna()).await.unwrap();
    double.says(ANNA, "И вам");
    let came = next(&*account, &mut cursor).await;
    assert!(
        came.iter()
            .all(|one| !matches!(one, Inbound::Reaction { emoji, .. } if !emoji.is_empty())),
        "{came:?}"
    );
}

#[tokio::test]
async fn p_17_who_is_told_by_number_only_is_looked_up() {
    let (double, account) = pair().await;
    let mut cursor = begun(&*account).await;
    double.says_shortly(ANNA, "Это я");
    let came = next(&*account, &mut cursor).await;
    let written = message(&came[0]);
    assert_eq!(
        (written.text.as_str(), written.peer.name.as_str()),
        ("Это я", "Анна")
    );
    account.complete(came.clone()).await;
    account
        .send(&text("Здравствуйте"), &anna(), "key")
        .await
        .unwrap();
    assert_eq!(double.taken()[0].to, ANNA);
}

#[tokio::test]
async fn p_17_what_was_missed_is_asked_for_after_a_restart() {
    let (double, account) = pair().await;
    let mut cursor = begun(&*account).await;
    double.says(ANNA, "Раз");
    assert_eq!(next(&*account, &mut cursor).await.len(), 1);
    drop(account);
    double.cut();
    double.says(ANNA, "Два");
    double.phone_says(ANNA, "Три");
    let account = open(&double, &env(&clock(), true));
    let came = next(&*account, &mut cursor).await;
    let words: Vec<&str> = came.iter().map(|i| message(i).text.as_str()).collect();
    assert_eq!(words, ["Два", "Три"]);
    assert!(
        double.calls().iter().any(|c| c.contains("getDifference")),
        "{:?}",
        double.calls()
    );
}

#[tokio::test]
async fn p_17_what_was_not_stored_is_handed_out_again() {
    let (double, account) = pair().await;
    let cursor = begun(&*account).await;
    double.says(ANNA, "Раз");
    let first = account.poll(cursor.clone()).await.unwrap();
    assert_eq!(first.events.len(), 1);
    // The disk was full: the same cursor as before.
    let again = account.poll(cursor).await.unwrap();
    assert_eq!(first, again);
    double.says(ANNA, "Два");
    let mut cursor = again.cursor;
    let came = next(&*account, &mut cursor).await;
    assert_eq!(message(&came[0]).text, "Два");
}

#[tokio::test]
async fn p_17_a_line_that_breaks_loses_nothing() {
    let (double, account) = pair().await;
    let mut cursor = begun(&*account).await;
    double.says(ANNA, "Раз");
    assert_eq!(next(&*account, &mut cursor).await.len(), 1);
    double.cut();
    double.says(ANNA, "Пока нас не было");
    let came = next(&*account, &mut cursor).await;
    assert_eq!(message(&came[0]).text, "Пока нас не было");
    assert!(double.connections() > 1);
}

#[tokio::test]
async fn p_17_a_file_is_opened_piece_by_piece() {
    let (double, account) = pair().await;
    let mut cursor = begun(&*account).await;
    let bytes: Vec<u8> = (0_u8..251).cycle().take(1_200_000).collect();
    double.sends_file(ANNA, "смета.pdf", "application/pdf", &bytes);
    let came = next(&*account, &mut cursor).await;
    let [file] = message(&came[0]).media.as_slice() else {
        panic!("{came:?}")
    };
    assert_eq!(
        (file.kind, file.name.as_deref()),
        (FileKind::File, Some("смета.pdf"))
    );
    assert_eq!(file.size, Some(1_200_000));
    let mut stream = account.fetch_media(file).await.unwrap();
    let mut got = Vec::new();
    while let Some(piece) = stream.bytes.next().await {
        got.extend_from_slice(&piece.unwrap());
    }
    assert_eq!(got, bytes);
    // A reference that went stale is renewed by its message.
    let mut stale = file.clone();
    stale.ext_id = stale.ext_id.replace(&hex(b"fresh"), &hex(b"stale"));
    let mut stream = account.fetch_media(&stale).await.unwrap();
    assert_eq!(
        stream.bytes.next().await.unwrap().unwrap()[..],
        bytes[..512 * 1024]
    );
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn p_17_an_ended_session_is_told_once_and_then_is_an_error() {
    let (double, account) = pair().await;
    double.revoke(true);
    let polled = account.poll(None).await.unwrap();
    let told = read(&*account, &polled);
    assert!(
        matches!(
            told.as_slice(),
            [Inbound::Account {
                change: AccountChange::NeedsLogin,
                ..
            }]
        ),
        "{told:?}"
    );
    assert!(account.poll(None).await.is_err());
    let check = account.check().await;
    assert_eq!((check.ok, check.code.as_str()), (false, "needs_login"));
}

#[tokio::test]
async fn p_17_chats_are_listed_by_name() {
    let (double, account) = pair().await;
    double.has(Person::new(502, "Борис", "79162223344"));
    assert!(account.chats().await.unwrap().is_empty());
    double.says(ANNA, "Добрый день");
    double.phone_says(502, "Привет");
    let chats = account.chats().await.unwrap();
    let shown: Vec<_> = chats
        .iter()
        .map(|c| (c.ext_id.as_str(), c.name.as_str()))
        .collect();
    // The newest first.
    assert_eq!(shown, [("502", "Борис"), ("501", "Анна")]);
    assert_ne!(SELF_ID, ANNA);
}

#[tokio::test]
async fn s1_56_a_number_is_there_or_hidden_or_cannot_be_asked() {
    let (double, account) = pair().await;
    let ask = |input: &str| channel::Address::parse(input).unwrap();
    let found = account.can_contact(&ask("+7 916 111-22-33")).await.unwrap();
    assert!(
        matches!(&found, Reach::Found(peer) if peer.ext_id == "501" && peer.name == "Анна"),
        "{found:?}"
    );
    let mut shy = Person::new(503, "Вера", "79163334455");
    shy.open = false;
    double.has(shy);
    for number in ["+7 916 333-44-55", "+7 916 999-99-99"] {
        let reach = account.can_contact(&ask(number)).await.unwrap();
        assert!(
            matches!(&reach, Reach::Unknown { why, peer: None } if why == "absent_or_hidden"),
            "{reach:?}"
        );
    }
    let absent = account.can_contact(&ask("@nobody_there")).await.unwrap();
    assert_eq!(absent, Reach::Absent);
    assert_eq!(
        account.can_contact(&ask("a@example.org")).await.unwrap(),
        Reach::Unsupported
    );
    double.fail_next(Fault::Lookup(420, "FLOOD_WAIT_90"));
    assert!(account.can_contact(&ask("+7 916 111-22-33")).await.is_err());
}

/// Keeps the double from being dropped too early where only its account is used.
#[tokio::test]
async fn p_17_two_who_open_the_account_share_one_line() {
    let (double, account): (MtprotoDouble, _) = pair().await;
    assert!(account.check().await.ok);
    let again = open(&double, &env(&clock(), true));
    assert!(again.check().await.ok);
    assert_eq!(double.connections(), 1, "two lines would end the session");
}
