//! The address policy and the sorting of errors, against real sockets on loopback.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot do its work fails the test"
)]

use axum::{Router, response::Redirect, routing::get};
use http_client::{Http, HttpError, HttpOptions, Lookup, Policy};
use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const FIRST: &str = "127.0.0.1";
const SECOND: &str = "127.0.0.2";

async fn serve(host: &str, router: Router) -> SocketAddr {
    let listener = TcpListener::bind((host, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn counting(seen: &Arc<AtomicUsize>) -> Router {
    let seen = seen.clone();
    Router::new().fallback(move || async move {
        seen.fetch_add(1, Ordering::SeqCst);
        "inner"
    })
}

fn http(reachable: &[&str], lookup: Option<Lookup>) -> Http {
    let mut options = HttpOptions {
        reachable: reachable.iter().map(|ip| ip.parse().unwrap()).collect(),
        ..HttpOptions::default()
    };
    if let Some(lookup) = lookup {
        options.lookup = lookup;
    }
    Http::new(&options).unwrap()
}

/// Answers the given addresses one look-up after another, then the last for ever.
fn turning(answers: &'static [&'static [&'static str]]) -> Lookup {
    let turn = Arc::new(AtomicUsize::new(0));
    Arc::new(move |_| {
        let n = turn.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        Box::pin(async move {
            Ok(answers[n]
                .iter()
                .map(|ip| ip.parse::<IpAddr>().unwrap())
                .collect())
        })
    })
}

#[tokio::test]
async fn f16_loopback_is_refused_by_number_and_by_name() {
    let seen = Arc::new(AtomicUsize::new(0));
    let address = serve(FIRST, counting(&seen)).await;
    let http = http(&[], None);
    for host in ["127.0.0.1", "2130706433", "localhost", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{}/", address.port());
        let error = http.get(Policy::Public, &url).send().await.unwrap_err();
        assert!(matches!(error, HttpError::Refused(_)), "{host}: {error}");
    }
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    let url = format!("http://{address}/");
    let answer = http.get(Policy::Administrator, &url).send().await.unwrap();
    assert_eq!(answer.bytes().await.unwrap(), "inner");
}

#[tokio::test]
async fn f16_a_redirect_to_a_private_address_is_refused() {
    let seen = Arc::new(AtomicUsize::new(0));
    let inner = serve(SECOND, counting(&seen)).await;
    let to = format!("http://{inner}/secret");
    let outer = Router::new()
        .route("/", get(move || async move { Redirect::temporary(&to) }))
        .route(
            "/file",
            get(|| async { Redirect::temporary("file:///etc/passwd") }),
        )
        .route("/loop", get(|| async { Redirect::temporary("/loop") }));
    let outer = serve(FIRST, outer).await;
    let http = http(&[FIRST], None);
    for path in ["", "loop"] {
        let url = format!("http://{outer}/{path}");
        let error = http.get(Policy::Public, &url).send().await.unwrap_err();
        assert!(matches!(error, HttpError::Refused(_)), "/{path}: {error}");
    }
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    // Another scheme is not even considered: the redirect itself is the answer.
    let url = format!("http://{outer}/file");
    assert_eq!(
        http.get(Policy::Public, &url)
            .send()
            .await
            .unwrap()
            .status(),
        307
    );
}

#[tokio::test]
async fn f16_a_rebinding_name_gains_nothing() {
    let seen = Arc::new(AtomicUsize::new(0));
    // The same port on both hosts, so that only the look-up decides which is reached.
    let inner = serve(SECOND, counting(&seen)).await;
    let port = inner.port();
    let outer = Router::new().route(
        "/",
        get(move || async move {
            (
                [("connection", "close")],
                Redirect::temporary(&format!("http://evil.test:{port}/in")),
            )
        }),
    );
    let listener = TcpListener::bind((FIRST, port)).await.unwrap();
    tokio::spawn(async move { axum::serve(listener, outer).await });
    let http = http(&[FIRST], Some(turning(&[&[FIRST], &[SECOND]])));
    let url = format!("http://evil.test:{port}/");
    let error = http.get(Policy::Public, &url).send().await.unwrap_err();
    assert!(matches!(error, HttpError::Refused(_)), "{error}");
    assert_eq!(seen.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn f16_of_mixed_addresses_only_the_public_ones_are_tried() {
    let seen = Arc::new(AtomicUsize::new(0));
    let inner = serve(SECOND, counting(&seen)).await;
    let http = http(&[FIRST], Some(turning(&[&[SECOND, FIRST]])));
    let url = format!("http://mixed.test:{}/", inner.port());
    let error = http.get(Policy::Public, &url).send().await.unwrap_err();
    assert!(matches!(error, HttpError::NotSent(_)), "{error}");
    assert_eq!(seen.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_administrators_redirects_are_answered_not_followed() {
    let outer = Router::new().route("/", get(|| async { Redirect::temporary("/next") }));
    let url = format!("http://{}/", serve(FIRST, outer).await);
    let answer = http(&[], None)
        .get(Policy::Administrator, &url)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (answer.status(), answer.header("location")),
        (307, Some("/next"))
    );
}

#[tokio::test]
async fn nobody_listening_is_not_sent_and_a_cut_answer_is_unknown() {
    let http = http(&[], None);
    let listener = TcpListener::bind((FIRST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://{address}/bot1:secret/getMe");
    let error = http
        .post(Policy::Administrator, &url)
        .body("x")
        .send()
        .await
        .unwrap_err();
    assert!(
        matches!(&error, HttpError::NotSent(words) if !words.contains("secret")),
        "{error}"
    );

    let listener = TcpListener::bind((FIRST, 0)).await.unwrap();
    let url = format!(
        "http://{}/bot1:secret/getMe",
        listener.local_addr().unwrap()
    );
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 1024]).await;
    });
    let error = http
        .post(Policy::Administrator, &url)
        .body("x")
        .send()
        .await
        .unwrap_err();
    assert!(
        matches!(&error, HttpError::Unknown(words) if !words.contains("secret")),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_not_sent() {
    let listener = TcpListener::bind((FIRST, 0)).await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 1024]).await;
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let request = http(&[], None).post(Policy::Administrator, &url).body("x");
    let error = request.send().await.unwrap_err();
    assert!(matches!(error, HttpError::NotSent(_)), "{error}");
}

#[tokio::test]
async fn a_silent_server_is_unknown_after_the_limit() {
    let listener = TcpListener::bind((FIRST, 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        std::future::pending::<()>().await;
        drop(socket);
    });
    let request = http(&[], None).post(Policy::Administrator, &url);
    let error = request
        .timeout(Duration::from_millis(50))
        .send()
        .await
        .unwrap_err();
    assert!(matches!(error, HttpError::Unknown(_)), "{error}");
}

#[tokio::test]
async fn answers_beyond_the_limit_are_cut_off() {
    let listener = TcpListener::bind((FIRST, 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 1024]).await;
            // No length is told beforehand.
            let _ = socket
                .write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                .await;
            let _ = socket.write_all(&[b'x'; 5000]).await;
        }
    });
    let http = http(&[], None);
    let answer = http
        .get(Policy::Administrator, &url)
        .max_bytes(4999)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.bytes().await.unwrap_err(), HttpError::TooLarge(4999));
    let answer = http
        .get(Policy::Administrator, &url)
        .max_bytes(5000)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.bytes().await.unwrap().len(), 5000);
}

/// Answers each name with its own addresses.
fn book(names: &'static [(&'static str, &'static [&'static str])]) -> Lookup {
    Arc::new(move |name| {
        let found = names.iter().find(|(known, _)| *known == name);
        let all = found.map_or(&[][..], |(_, ips)| ips);
        let all: Vec<IpAddr> = all.iter().map(|ip| ip.parse().unwrap()).collect();
        Box::pin(async move { Ok(all) })
    })
}

#[tokio::test]
async fn f16_no_name_and_no_spelling_leads_inside() {
    let seen = Arc::new(AtomicUsize::new(0));
    let (four, six) = (
        serve(FIRST, counting(&seen)).await,
        serve("::1", counting(&seen)).await,
    );
    let http = http(
        &[],
        Some(book(&[
            ("loop.test", &["127.0.0.1"]),
            ("loop6.test", &["::1"]),
            ("any.test", &["0.0.0.0"]),
            ("any6.test", &["::"]),
            ("mapped.test", &["::ffff:127.0.0.1"]),
            ("compatible.test", &["::127.0.0.1"]),
            ("translated.test", &["64:ff9b::7f00:1"]),
            ("tunnel.test", &["2002:7f00:1::", "2001:0:7f00:1::"]),
            ("unique.test", &["fc00::1", "fd00::1"]),
            ("link.test", &["fe80::1", "169.254.1.1"]),
            ("site.test", &["fec0::1"]),
            ("cloud.test", &["169.254.169.254", "fd00:ec2::254"]),
            (
                "private.test",
                &["10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1"],
            ),
            ("all.test", &["127.0.0.1", "::1", "10.0.0.1"]),
        ])),
    );
    let spelled = [
        "localhost",
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0x7f.0x0.0x0.0x1",
        "017700000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "loop.test",
        "LOOP.test",
        "loop6.test",
        "any.test",
        "any6.test",
        "mapped.test",
        "compatible.test",
        "translated.test",
        "tunnel.test",
        "unique.test",
        "link.test",
        "site.test",
        "cloud.test",
        "private.test",
        "all.test",
    ];
    for host in spelled {
        for (scheme, port) in [
            ("http", four.port()),
            ("http", six.port()),
            ("https", four.port()),
        ] {
            let url = format!("{scheme}://user:word@{host}:{port}/");
            let error = http.get(Policy::Public, &url).send().await.unwrap_err();
            // `localhost` is not in this book: a name without an address is not sent either.
            let right = matches!(error, HttpError::Refused(_))
                || (host == "localhost" && matches!(error, HttpError::NotSent(_)));
            assert!(right, "{url}: {error}");
        }
    }
    assert_eq!(seen.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn f16_a_redirect_is_judged_like_an_address_a_user_gave() {
    let seen = Arc::new(AtomicUsize::new(0));
    let inner = serve(SECOND, counting(&seen)).await;
    let port = inner.port();
    let router = Router::new().fallback(get(move |uri: axum::http::Uri| async move {
        let host = uri.path().trim_start_matches('/').to_owned();
        Redirect::temporary(&format!("http://{host}:{port}/in"))
    }));
    let outer = serve(FIRST, router).await;
    let http = http(&[FIRST], Some(book(&[("inner.test", &[SECOND])])));
    for host in [
        "127.0.0.2",
        "2130706434",
        "0x7f000002",
        "[::ffff:127.0.0.2]",
        "0.0.0.0",
        "inner.test",
    ] {
        let url = format!("http://{outer}/{host}");
        let error = http.get(Policy::Public, &url).send().await.unwrap_err();
        assert!(matches!(error, HttpError::Refused(_)), "{host}: {error}");
    }
    assert_eq!(seen.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn f16_redirects_size_and_time_have_limits_for_what_users_give() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let router = Router::new()
        .route(
            "/circle",
            get(move || {
                count.fetch_add(1, Ordering::SeqCst);
                async { Redirect::temporary("/circle") }
            }),
        )
        .route("/large", get(|| async { vec![b'x'; 5000] }));
    let address = serve(FIRST, router).await;
    let http = http(&[FIRST], None);
    let circle = http.get(Policy::Public, &format!("http://{address}/circle"));
    assert!(matches!(
        circle.send().await.unwrap_err(),
        HttpError::Refused(_)
    ));
    assert_eq!(asked.load(Ordering::SeqCst), 6, "once, and five redirects");
    let large = http.get(Policy::Public, &format!("http://{address}/large"));
    let error = large.max_bytes(4999).send().await.unwrap_err();
    assert_eq!(
        error,
        HttpError::TooLarge(4999),
        "told beforehand: nothing of it is read"
    );
    // One byte now and then keeps a connection busy, not us.
    let listener = TcpListener::bind((FIRST, 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let dripping = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        // An answer before its question would be refused for that.
        let mut asked = [0; 1024];
        assert!(socket.read(&mut asked).await.unwrap() > 0);
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        let mut drops = 0;
        // Ends when the other side has gone.
        while socket.write_all(b"x").await.is_ok() {
            drops += 1;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        drops
    });
    let answer = http
        .get(Policy::Public, &url)
        .timeout(Duration::from_millis(200))
        .send()
        .await
        .unwrap();
    assert!(matches!(
        answer.bytes().await.unwrap_err(),
        HttpError::Unknown(_)
    ));
    assert!(dripping.await.unwrap() > 0);
}
