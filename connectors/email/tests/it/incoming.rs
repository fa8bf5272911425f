//! What letters say, one kind after another.

use crate::{ANNA, alone, event, letter, stored};
use channel::{Author, Inbound, InboundMessage, ReceiptState, ReceiptTarget};

fn message(raw: impl AsRef<[u8]>) -> InboundMessage {
    match alone().normalize(&event(raw)).remove(0) {
        Inbound::Message(message) => *message,
        other => panic!("no message: {other:?}"),
    }
}

const FROM: &str = "From: Anna Petrova <Anna@Example.org>";
const ID: &str = "Message-ID: <7@example.org>";

#[test]
fn p_21_a_letter_is_its_subject_and_words() {
    let raw = letter(&[FROM, ID, "Subject: Re: Lamp"], "Is it *black*?\n\nAnna");
    let m = message(raw);
    assert_eq!(m.text, "**Re: Lamp**\n\nIs it \\*black\\*?\n\nAnna");
    // An answer to a letter of ours needs no subject again, unless it is another one or all there is.
    let ours = "In-Reply-To: <beseda.m0190c0de00007000800000000000000a@lavka.example>";
    let in_the_talk = "In-Reply-To: <1@example.org>\r\nReferences: <beseda.m0190c0de00007000800000000000000a@lavka.example> <1@example.org>";
    for (subject, answers, words, text) in [
        ("Re: Lamp", ours, "Yes", "Yes"),
        ("Ответ: Lamp", ours, "Yes", "Yes"),
        ("Delivery", ours, "Yes", "**Delivery**\n\nYes"),
        ("Fwd: Lamp", ours, "Yes", "**Fwd: Lamp**\n\nYes"),
        ("Re: Lamp", ours, "", "**Re: Lamp**"),
        ("Re: Lamp", in_the_talk, "Yes", "Yes"),
        (
            "Re: Lamp",
            "In-Reply-To: <1@example.org>",
            "Yes",
            "**Re: Lamp**\n\nYes",
        ),
    ] {
        let raw = letter(&[FROM, ID, &format!("Subject: {subject}"), answers], words);
        assert_eq!(message(raw).text, text, "{subject} {answers}");
    }
    assert_eq!(
        (m.peer.ext_id.as_str(), m.peer.name.as_str()),
        (ANNA, "Anna Petrova")
    );
    assert_eq!(m.peer.email.as_deref(), Some(ANNA));
    assert_eq!(
        (m.ext_id.as_str(), m.author),
        ("anna@example.org:7@example.org", Author::Customer)
    );
    let (_, thread) = m
        .context
        .iter()
        .find(|(k, _)| k == channel::THREAD)
        .unwrap();
    assert_eq!(
        thread,
        r#"{"subject":"Lamp","last":"7@example.org","references":[]}"#
    );
}

#[test]
fn p_21_the_quotation_is_folded_and_the_whole_letter_kept() {
    let head = [FROM, ID, "In-Reply-To: <beseda.42@lavka.example>"];
    let raw = letter(&head, "Беру\n\n> Нужна лампа?\n> Ольга");
    let m = message(&raw);
    assert_eq!(m.text, "Беру");
    assert_eq!(m.reply_to.as_deref(), Some("beseda.42@lavka.example"));
    assert_eq!(m.media.len(), 1);
    assert_eq!(m.media[0].name.as_deref(), Some("letter.txt"));
    let plain = message(letter(&[FROM, ID], "Беру"));
    assert!(
        plain.media.is_empty(),
        "a letter without a quotation has no file"
    );
}

#[test]
fn p_21_a_tag_in_the_address_stands_for_lost_headers() {
    let m = message(letter(&[FROM, ID, "To: shop+b-0198@lavka.example"], "Да"));
    assert_eq!(m.reply_to.as_deref(), Some("beseda.0198@lavka.example"));
}

#[test]
fn p_21_old_alphabets_without_a_declaration_are_read() {
    for encoding in [encoding_rs::KOI8_R, encoding_rs::WINDOWS_1251] {
        let (subject, ..) = encoding.encode("Чёрная лампа");
        let (words, ..) = encoding.encode("Здравствуйте! Есть ли чёрная лампа?");
        let mut raw = format!("{FROM}\r\n{ID}\r\nSubject: ").into_bytes();
        raw.extend_from_slice(&subject);
        raw.extend_from_slice(b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
        raw.extend_from_slice(&words);
        assert_eq!(
            message(raw).text,
            "**Чёрная лампа**\n\nЗдравствуйте! Есть ли чёрная лампа?",
            "{}",
            encoding.name()
        );
    }
}

#[test]
fn p_21_a_page_alone_becomes_words_and_files_are_named() {
    let head = [FROM, ID, "Content-Type: multipart/related; boundary=r"];
    let raw = letter(
        &head,
        "--r\nContent-Type: text/html; charset=utf-8\n\n<p>Вот <b>она</b></p><img src=\"cid:1\"><img src=\"https://spy.example/p.gif\">\n--r\nContent-Type: image/png\nContent-ID: <1>\nContent-Disposition: inline; filename=\"../../lamp.png\"\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r--\n",
    );
    let m = message(raw);
    assert_eq!(m.text, "Вот она");
    assert_eq!(
        m.media.len(),
        1,
        "nothing is fetched from outside: {:?}",
        m.media
    );
    assert_eq!(m.media[0].name.as_deref(), Some("lamp.png"));
    assert_eq!(m.media[0].mime.as_deref(), Some("image/png"));
}

#[test]
fn p_21_what_a_program_wrote_is_shown_as_a_programs() {
    for header in [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "List-Id: <news.example.org>",
        "Return-Path: <>",
        "X-Autoreply: yes",
    ] {
        let m = message(letter(&[header, FROM, ID], "Я в отпуске"));
        assert_eq!(
            (m.author, m.text.as_str()),
            (Author::Bot, "Я в отпуске"),
            "{header}"
        );
    }
    let m = message(letter(&["Auto-Submitted: no", FROM, ID], "Живой"));
    assert_eq!(m.author, Author::Customer);
}

#[test]
fn p_21_the_client_of_a_sites_form_is_whom_to_answer() {
    for from in ["From: noreply@forms.example", "From: shop@lavka.example"] {
        let m = message(letter(
            &[from, ID, "Reply-To: Пётр <Petr@Example.org>"],
            "Заявка",
        ));
        assert_eq!(
            (m.peer.ext_id.as_str(), m.author),
            ("petr@example.org", Author::Customer),
            "{from}"
        );
    }
    // Anybody else is who they are, wherever they want the answer.
    let m = message(letter(&[FROM, ID, "Reply-To: other@example.org"], "Да"));
    assert_eq!(m.peer.ext_id, ANNA);
}

fn bounce(action: &str, id: &str) -> String {
    let head = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>",
        "To: shop@lavka.example",
        "Message-ID: <b1@mx.example>",
        "Auto-Submitted: auto-replied",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"r\"",
    ];
    letter(
        &head,
        &format!(
            "--r\nContent-Type: text/plain\n\nSorry.\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; anna@example.org\nAction: {action}\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such\n user here\n\n--r\nContent-Type: message/rfc822\n\nFrom: shop@lavka.example\nTo: Anna@Example.org\nMessage-ID: <{id}>\nSubject: x\n\nHi\n--r--\n"
        ),
    )
}

#[test]
fn p_21_a_bounce_is_the_failed_receipt_of_its_letter() {
    let all = alone().normalize(&event(bounce("failed", "beseda.42@lavka.example")));
    let [
        Inbound::Receipt {
            target,
            peer,
            state,
            ..
        },
    ] = all.as_slice()
    else {
        panic!("no receipt: {all:?}");
    };
    assert_eq!(
        *target,
        ReceiptTarget::One("beseda.42@lavka.example".to_owned())
    );
    assert_eq!(peer.ext_id, ANNA);
    assert_eq!(
        *state,
        ReceiptState::Failed("550 5.1.1 No such user here".to_owned())
    );
    let late = alone().normalize(&event(bounce("delayed", "beseda.42@lavka.example")));
    assert!(late.is_empty(), "late is not lost: {late:?}");
    // Of a letter that is not ours it is a letter, and a program's.
    let strange = message(bounce("failed", "1@example.org"));
    assert_eq!(strange.author, Author::Bot);
}

#[test]
fn p_21_letters_of_ours_are_told_apart() {
    let ours = letter(
        &[
            "From: shop@lavka.example",
            "To: anna@example.org",
            "Message-ID: <beseda.1@lavka.example>",
        ],
        "Да",
    );
    for (folder, sent) in [("INBOX", false), ("Sent", true)] {
        assert!(
            alone().normalize(&stored(folder, sent, &ours)).is_empty(),
            "the talk has it"
        );
    }
    let by_hand = letter(
        &[
            "From: Olga <shop@lavka.example>",
            "To: Anna <anna@example.org>",
            "Message-ID: <p1@olga-pc>",
            "In-Reply-To: <7@example.org>",
        ],
        "Есть!",
    );
    let all = alone().normalize(&stored("Sent", true, &by_hand));
    let [Inbound::Message(m)] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert_eq!(
        (m.author, m.peer.ext_id.as_str()),
        (Author::ExternalOperator, ANNA)
    );
    assert_eq!(
        m.reply_to.as_deref(),
        Some("anna@example.org:7@example.org")
    );
    assert!(
        m.context
            .contains(&("author_name".to_owned(), "Olga".to_owned()))
    );
    // Anybody can write our address into a letter: in the box of what comes it proves nothing.
    let forged = message(&by_hand);
    assert_ne!(forged.author, Author::ExternalOperator);
    assert_eq!(forged.peer.ext_id, "shop@lavka.example");
}
