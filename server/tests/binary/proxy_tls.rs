//! U-38: a channel goes out through a proxy that is itself behind TLS, with a certificate of the company's own authority:
//! believed when the machine knows that authority, and named as what it is when it does not, or when it is another's.

use crate::{
    people::{Caller, Company},
    process::{Installation, remove},
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc, time::Duration};
use testkit::{
    mtproto_double::{MtprotoDouble, Person},
    proxy_double::{PASSWORD, ProxyDouble, USER},
    vk_double::VkDouble,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivatePkcs8KeyDer},
};

const ANNA: i64 = 501;

/// The company's own authority.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }
    /// Stands before a proxy with a certificate of this name; answers its port.
    async fn before(&self, proxy: &ProxyDouble, name: &str) -> u16 {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key.into());
        let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = reqwest::Url::parse(&proxy.url("http", USER)).unwrap();
        let there = url.port().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // Who does not believe the certificate goes away here.
                    let Ok(mut near) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut far = TcpStream::connect(("127.0.0.1", there)).await.unwrap();
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        port
    }
}

/// What is written into both forms for a proxy at a port.
fn by_way_of(mut form: Value, port: u16) -> Value {
    form["proxy"] = json!(format!("https://{USER}@127.0.0.1:{port}"));
    form["proxy_password"] = json!(PASSWORD);
    form
}

async fn asked(olga: &Caller, path: &str, kind: &str, settings: Value) -> (StatusCode, Value) {
    let form = json!({"kind": kind, "settings": settings});
    olga.raw(Method::POST, path, Some(&form)).await.unwrap()
}

/// Both kinds of lines, by HTTP and beside it, end at the certificate and say so.
async fn strange(olga: &Caller, vk: &Value, telegram: &Value, port: u16) {
    let told = asked(olga, "/channels/check", "vk", by_way_of(vk.clone(), port)).await;
    let answer = told.1;
    assert_eq!(
        (&answer["ok"], &answer["code"]),
        (&json!(false), &json!("certificate_unknown")),
        "{answer}"
    );
    let form = by_way_of(telegram.clone(), port);
    let (status, answer) = asked(olga, "/channels/sign-in", "telegram_account", form).await;
    assert_eq!(
        (status.as_u16(), &answer["code"]),
        (409, &json!("channels.certificate_unknown")),
        "{answer}"
    );
}

fn place(data: &Path) -> std::path::PathBuf {
    data.with_extension("authority.pem")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u_38_a_proxy_behind_tls_is_believed_by_its_authority() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = format!("beseda-proxy-tls-{}", std::process::id());
    let mut beseda = Installation::new(std::env::temp_dir().join(folder), None);
    beseda.told = vec![("BESEDA_REACHABLE", "[\"127.0.0.1\"]".to_owned())];
    beseda.start().await;
    let token = beseda.setup_token().await;
    let company = Company::found(&beseda.root(), &token, 2).await;
    let olga = &company.people[0];

    let proxy = ProxyDouble::start().await.unwrap();
    let authority = Authority::new();
    let port = authority.before(&proxy, "127.0.0.1").await;
    let elsewhere = authority.before(&proxy, "other.example").await;
    let double = VkDouble::start().await.unwrap();
    double.call_person(ANNA, "Анна", "Петрова");
    let centre = MtprotoDouble::start().await.unwrap();
    centre.has(Person::new(ANNA, "Анна", "79161112233"));
    let vk = json!({"token": double.token(), "base_url": double.base_url()});
    let telegram = json!({"api_id": "12345", "api_hash": "0123456789abcdef0123456789abcdef", "way": "phone",
        "phone": "+7 916 000-00-01", "chats": "marked", "server": centre.server()});

    strange(olga, &vk, &telegram, port).await;
    assert_eq!(proxy.passed(), 0);

    // Where the system keeps the authorities it knows; a company adds its own there.
    let pem = place(&beseda.data);
    std::fs::write(&pem, &authority.pem).unwrap();
    let known = ("SSL_CERT_FILE", pem.to_str().unwrap().to_owned());
    beseda.told.push(known);
    beseda.kill().await;
    beseda.start().await;
    strange(olga, &vk, &telegram, elsewhere).await;
    assert_eq!(
        proxy.passed(),
        0,
        "a certificate of another name is nobody's"
    );

    let settings = by_way_of(vk, port);
    let form = json!({"kind": "vk", "name": "VK", "settings": settings});
    olga.post("/channels", form).await;
    double.listened_to().await;
    double.say(ANNA, "Здравствуйте").await;
    let chat = loop {
        if let Some(chat) = olga.inbox("queue").await.pop() {
            break chat["id"].as_str().unwrap().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let said = json!({"client_id": kernel::Ids::Time.uuid(), "text": "Добрый день", "take": true});
    olga.post(&format!("/client-chats/{chat}/messages"), said)
        .await;
    while double.sent().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let by_http = proxy.passed();
    assert!(by_http > 0, "nothing went through the proxy");

    let form = by_way_of(telegram, port);
    let (status, steps) = asked(olga, "/channels/sign-in", "telegram_account", form).await;
    assert!(status.is_success(), "{steps}");
    assert!(centre.connections() > 0);
    assert!(proxy.passed() >= by_http + centre.connections());

    beseda.kill().await;
    std::fs::remove_file(pem).unwrap();
    remove(&beseda.data);
}
