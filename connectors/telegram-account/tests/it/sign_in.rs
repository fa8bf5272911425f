//! Signing in by a code and by a square code (L-77).

use crate::{
    API_HASH, clock, env, kind,
    testkit::mtproto_double::{CODE, Fault, MtprotoDouble},
};
use channel::{Settings, SignIn, SignInError, SignInStep};
use std::{sync::Arc, time::Duration};

fn form(double: &MtprotoDouble, more: &[(&str, &str)]) -> Settings {
    let server = double.server();
    let base = [
        ("api_id", "12345"),
        ("api_hash", API_HASH),
        ("server", server.as_str()),
    ];
    base.iter().chain(more).copied().collect()
}

fn begin(double: &MtprotoDouble, more: &[(&str, &str)]) -> Arc<dyn SignIn> {
    kind()
        .sign_in(&form(double, more), &env(&clock(), true))
        .unwrap()
}

fn by_phone(double: &MtprotoDouble) -> Arc<dyn SignIn> {
    begin(double, &[("way", "phone"), ("phone", "8 916 000-00-01")])
}

fn asks(step: &SignInStep, word: &str) -> bool {
    matches!(step, SignInStep::Ask { name, .. } if name == word)
}

fn code(outcome: Result<SignInStep, SignInError>) -> &'static str {
    outcome.unwrap_err().code
}

#[tokio::test]
async fn l_77_a_code_from_the_phone_signs_in() {
    let double = MtprotoDouble::start().await.unwrap();
    let steps = by_phone(&double);
    assert!(asks(&steps.go_on(None).await.unwrap(), "code"));
    assert!(
        asks(&steps.go_on(None).await.unwrap(), "code"),
        "asked again, it says the same"
    );
    assert_eq!(code(steps.go_on(Some("11111")).await), "wrong_code");
    // A wrong code may be corrected; spaces do no harm.
    let spaced = format!("{} {}", &CODE[..2], &CODE[2..]);
    let done = steps.go_on(Some(&spaced)).await.unwrap();
    let SignInStep::Done { who, settings } = done else {
        panic!("{done:?}")
    };
    assert_eq!(who, "Лавка");
    let mut all = form(&double, &[]);
    all.0.extend(settings.0);
    let account = kind().open(&all, &env(&clock(), true)).unwrap();
    let check = account.check().await;
    assert!(check.ok, "{check:?}");
    assert_eq!(check.name, "Лавка");
}

#[tokio::test]
async fn l_77_a_square_code_is_renewed_and_scanned() {
    let double = MtprotoDouble::start().await.unwrap();
    let clock = clock();
    let steps = kind()
        .sign_in(&form(&double, &[]), &env(&clock, true))
        .unwrap();
    let shown = |step: SignInStep| match step {
        SignInStep::Show { code, valid, .. } => {
            assert!(code.starts_with("tg://login?token="), "{code}");
            (code, valid)
        }
        other => panic!("{other:?}"),
    };
    let (first, valid) = shown(steps.go_on(None).await.unwrap());
    assert_eq!(
        shown(steps.go_on(None).await.unwrap()).0,
        first,
        "good for a while"
    );
    clock.advance(valid + Duration::from_secs(1));
    let (second, _) = shown(steps.go_on(None).await.unwrap());
    assert_ne!(first, second, "renewed when it expires");
    double.scan();
    let noticed = async {
        loop {
            match steps.go_on(None).await.unwrap() {
                SignInStep::Done { who, .. } => return who,
                SignInStep::Show { .. } => tokio::task::yield_now().await,
                SignInStep::Ask { name, .. } | SignInStep::Tell { name, .. } => panic!("{name}"),
            }
        }
    };
    let who = tokio::time::timeout(Duration::from_secs(30), noticed).await;
    assert_eq!(who.expect("the scan was not noticed"), "Лавка");
}

#[tokio::test]
async fn l_77_what_goes_wrong_has_words() {
    let double = MtprotoDouble::start().await.unwrap();
    for (fault, word, again) in [
        (
            Fault::Refuse(400, "PHONE_CODE_EXPIRED"),
            "code_expired",
            false,
        ),
        (Fault::Refuse(420, "FLOOD_WAIT_120"), "wait", true),
        (Fault::Refuse(400, "USER_DEACTIVATED_BAN"), "banned", false),
        (Fault::Refuse(400, "SOMETHING_NEW"), "refused", false),
    ] {
        let steps = by_phone(&double);
        steps.go_on(None).await.unwrap();
        double.fail_next(fault);
        let error = steps.go_on(Some(CODE)).await.unwrap_err();
        assert_eq!((error.code, error.again), (word, again));
        if word == "wait" {
            assert_eq!(error.after, Some(Duration::from_secs(120)));
        }
    }
    let strange = begin(&double, &[("way", "phone"), ("phone", "+7 916 000-00-02")]);
    assert_eq!(code(strange.go_on(None).await), "bad_number");
    double.ban();
    assert_eq!(code(by_phone(&double).go_on(None).await), "banned");
    for (more, field, why) in [
        (&[("api_id", "many")][..], "api_id", "malformed"),
        (&[("api_hash", "short")][..], "api_hash", "malformed"),
        (&[("api_hash", "")][..], "api_hash", "required"),
        (&[("way", "phone")][..], "phone", "required"),
        (
            &[("way", "phone"), ("phone", "12")][..],
            "phone",
            "malformed",
        ),
    ] {
        let Err(error) = kind().sign_in(&form(&double, more), &env(&clock(), true)) else {
            panic!("{more:?}")
        };
        assert_eq!((error.field.as_str(), error.code), (field, why));
    }
    let nowhere = format!("127.0.0.1:9/{}", "07".repeat(256));
    let steps = begin(&double, &[("server", &nowhere)]);
    assert_eq!(code(steps.go_on(None).await), "unreachable");
}
