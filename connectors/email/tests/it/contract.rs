//! The contract of all channels: what goes out whole, and what comes in as far as a mailbox that calls nobody has it.

use crate::{
    alone, anna, event, free_port, letter, open, pair,
    testkit::mail_double::{Fault, MailDouble},
};
use channel::{
    BoxFuture, Inbound, RawRequest,
    contract::{self, Double, Trouble},
};
use proptest::{collection::vec, prelude::*};

impl Double for MailDouble {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => self.revoke(true),
            // SMTP has no word for how long: the account's setting tells it.
            Trouble::SlowDown(_) => self.fail_next(Fault::Receiver("450 4.7.1 greylisted, later")),
            Trouble::LostAnswer => self.fail_next(Fault::DropAnswer),
            Trouble::Over => self.revoke(false),
        }
        Box::pin(async {})
    }
    fn sent(&self) -> usize {
        self.taken().len()
    }
}

#[tokio::test]
async fn p_21_what_goes_out_keeps_the_contract() {
    let (double, account) = pair(&[("pause", "7")]).await;
    let nowhere = free_port().await;
    let nowhere = open(nowhere, nowhere, &[]);
    contract::outbound(&*account, &*nowhere, &anna(), &double).await;
}

#[test]
fn p_21_nobody_delivers_by_a_webhook() {
    let request = RawRequest {
        method: "POST".to_owned(),
        body: "From: anna@example.org\r\n\r\nПривет".into(),
        ..RawRequest::default()
    };
    assert!(alone().verify(&request).is_err());
}

fn genuine() -> Vec<u8> {
    let head = [
        "From: =?koi8-r?B?4c7OwQ==?= <anna@example.org>",
        "To: shop@lavka.example",
        "Subject: =?utf-8?Q?=D0=9B=D0=B0=D0=BC=D0=BF=D0=B0?=",
        "Message-ID: <1@example.org>",
        "In-Reply-To: <beseda.1@lavka.example>",
        "Content-Type: multipart/mixed; boundary=\"b\"",
    ];
    letter(
        &head,
        "--b\nContent-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n0NLJ18XU\n--b\nContent-Type: image/png; name=a.png\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n",
    )
    .into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p_21_any_bytes_are_understood_or_shown_as_something_strange(raw in vec(any::<u8>(), 0..600)) {
        let account = alone();
        let mut bare = event("");
        bare.body = raw.clone().into();
        let _ = account.normalize(&bare);
        for inbound in account.normalize(&event(&raw)) {
            if let Some(peer) = inbound.peer() {
                prop_assert!(peer.ext_id.contains('@'));
            }
        }
    }

    #[test]
    fn p_21_a_bent_letter_never_panics(at in any::<prop::sample::Index>(), len in 0_usize..40, put in vec(any::<u8>(), 0..40)) {
        let mut raw = genuine();
        let at = at.index(raw.len());
        let end = (at + len).min(raw.len());
        raw.splice(at..end, put);
        let account = alone();
        let straight = account.normalize(&event(&raw));
        prop_assert_eq!(&straight, &account.normalize(&event(&raw)), "the same letter, other words");
        for inbound in straight {
            if let Inbound::Message(message) = inbound {
                prop_assert!(!message.ext_id.is_empty());
            }
        }
    }

    #[test]
    fn p_21_pages_never_panic(page in "[<>/a-z \"=!&;#\\-\n]{0,300}") {
        let raw = letter(&["From: anna@example.org", "Content-Type: text/html"], &page);
        let _ = alone().normalize(&event(raw));
    }
}

#[test]
fn fuzz_letters() {
    let report = letter(
        &[
            "From: MAILER-DAEMON@example.org",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=\"r\"",
        ],
        "--r\nContent-Type: text/plain\n\nNo\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; anna@example.org\nAction: failed\nStatus: 5.1.1\n--r--\n",
    );
    let page = letter(
        &[
            "From: anna@example.org",
            "Content-Type: text/html; charset=utf-8",
        ],
        "<p>Да &amp; нет<br><a href=\"https://a.example\">тут</a></p><blockquote>было</blockquote>",
    );
    let letters = [genuine(), report.into_bytes(), page.into_bytes()];
    let seeds: Vec<Vec<u8>> = letters.iter().map(|raw| event(raw).body.to_vec()).collect();
    contract::fuzz("email", &*alone(), &RawRequest::default(), &seeds);
}
