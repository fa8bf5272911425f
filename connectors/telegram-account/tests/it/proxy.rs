//! The account's own way out: every line goes through its proxy, and what is wrong with the proxy has words (U-38, P-17).

use crate::{
    ANNA, API_HASH, anna, clock, env, kind,
    receiving::{begun, message, next},
    settings,
    testkit::{
        mtproto_double::{CODE, MtprotoDouble, Person},
        proxy_double::{PASSWORD, ProxyDouble, USER},
    },
    text,
};
use channel::{Account, Env, Settings, SignInStep};
use futures_util::StreamExt;
use http_client::Outlet;
use std::sync::Arc;

fn through(address: String, password: &str) -> Env {
    let mut env = env(&clock(), true);
    let outlet = Outlet {
        address,
        password: password.to_owned(),
    };
    env.http = env.http.through(&outlet).unwrap();
    env
}

async fn house() -> (MtprotoDouble, ProxyDouble) {
    let double = MtprotoDouble::start().await.unwrap();
    double.authorize();
    double.has(Person::new(ANNA, "Анна", "79161112233"));
    (double, ProxyDouble::start().await.unwrap())
}

fn open(double: &MtprotoDouble, env: &Env) -> Arc<dyn Account> {
    let settings = settings(double.address(), double.key());
    kind().open(&settings, env).unwrap()
}

/// An address at which nobody listens.
async fn nobody() -> String {
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    free.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn u_38_all_lines_of_an_account_go_through_its_proxy() {
    for scheme in ["socks5", "socks5h", "http"] {
        let (double, proxy) = house().await;
        let account = open(&double, &through(proxy.url(scheme, USER), PASSWORD));
        let mut cursor = begun(&*account).await;
        double.sends_file(ANNA, "смета.pdf", "application/pdf", b"%PDF");
        let came = next(&*account, &mut cursor).await;
        let file = message(&came[0]).media[0].clone();
        let mut stream = account.fetch_media(&file).await.unwrap();
        assert_eq!(stream.bytes.next().await.unwrap().unwrap()[..], b"%PDF"[..]);
        account.send(&text("Отсюда"), &anna(), "key").await.unwrap();
        assert!(account.check().await.ok, "{scheme}");
        assert_eq!(
            proxy.passed(),
            double.connections(),
            "{scheme}: a line went past the proxy"
        );
        // It breaks, and is made anew on the same way.
        double.cut();
        double.says(ANNA, "Ещё");
        let came = next(&*account, &mut cursor).await;
        assert_eq!(message(&came[0]).text, "Ещё");
        assert!(double.connections() > 1);
        assert_eq!(proxy.passed(), double.connections(), "{scheme}");
    }
}

#[tokio::test]
async fn u_38_what_is_wrong_with_a_proxy_is_said() {
    let (double, proxy) = house().await;
    let nobody = nobody().await;
    for (address, password, code) in [
        (proxy.url("socks5", USER), "не тот", "proxy_denied"),
        (proxy.url("http", "кто-то"), PASSWORD, "proxy_denied"),
        (format!("socks5://{nobody}"), "", "proxy_unreachable"),
        (format!("http://{nobody}"), "", "proxy_unreachable"),
        // Another program is there: a data centre is no proxy, and ends the line.
        (
            format!("http://{}", double.address()),
            "",
            "proxy_unreachable",
        ),
    ] {
        let account = open(&double, &through(address.clone(), password));
        let check = account.check().await;
        assert_eq!(
            (check.ok, check.code.as_str()),
            (false, code),
            "{address}: {check:?}"
        );
        assert!(!check.detail.contains("не тот") && !check.detail.contains(PASSWORD));
        assert!(account.poll(None).await.is_err());
    }
    assert_eq!(proxy.passed(), 0);
    // The proxy is well, and cannot get there.
    let gone: std::net::SocketAddr = nobody.parse().unwrap();
    for scheme in ["socks5", "http"] {
        let account = kind()
            .open(
                &settings(gone, &[9; 256]),
                &through(proxy.url(scheme, USER), PASSWORD),
            )
            .unwrap();
        let check = account.check().await;
        assert_eq!(
            (check.ok, check.code.as_str()),
            (false, "proxy_stuck"),
            "{scheme}: {check:?}"
        );
    }
}

#[tokio::test]
async fn u_38_signing_in_goes_through_the_proxy_too() {
    let (double, proxy) = house().await;
    let server = double.server();
    let form = |way: &str| {
        Settings::from_iter([
            ("api_id", "12345"),
            ("api_hash", API_HASH),
            ("server", server.as_str()),
            ("way", way),
            ("phone", "8 916 000-00-01"),
        ])
    };
    let wrong = through(proxy.url("socks5h", USER), "не тот");
    let steps = kind().sign_in(&form("phone"), &wrong).unwrap();
    let error = steps.go_on(None).await.unwrap_err();
    assert_eq!((error.code, error.again), ("proxy_denied", true));
    assert_eq!((proxy.passed(), double.connections()), (0, 0));
    let right = through(proxy.url("socks5h", USER), PASSWORD);
    let steps = kind().sign_in(&form("phone"), &right).unwrap();
    steps.go_on(None).await.unwrap();
    let done = steps.go_on(Some(CODE)).await.unwrap();
    let SignInStep::Done { settings, .. } = done else {
        panic!("{done:?}")
    };
    assert!(proxy.passed() > 0);
    assert_eq!(proxy.passed(), double.connections());
    // What is kept is where the data centre is, and not the way to it.
    let session = settings.get("session");
    assert!(
        session.contains(&format!("\"{}\"", double.address())),
        "{session}"
    );
}

#[tokio::test]
async fn u_38_a_proxy_that_is_only_tried_leaves_the_line_that_is_in_use() {
    let (double, proxy) = house().await;
    let straight = open(&double, &env(&clock(), true));
    let mut cursor = begun(&*straight).await;
    let wrong = open(&double, &through(proxy.url("socks5", USER), "не тот"));
    let check = wrong.check().await;
    assert_eq!((check.ok, check.code.as_str()), (false, "proxy_denied"));
    let right = open(&double, &through(proxy.url("socks5", USER), PASSWORD));
    assert!(right.check().await.ok);
    double.says(ANNA, "Всё ещё здесь");
    let came = next(&*straight, &mut cursor).await;
    assert_eq!(message(&came[0]).text, "Всё ещё здесь");
    assert_eq!(
        double.connections() - proxy.passed(),
        1,
        "one session, one line; the other was only tried"
    );
    // Kept settings are another matter: the line goes that way from now on.
    drop(straight);
    double.says(ANNA, "А теперь в обход");
    let came = next(&*right, &mut cursor).await;
    assert_eq!(message(&came[0]).text, "А теперь в обход");
    assert_eq!(double.connections() - proxy.passed(), 1);
}
