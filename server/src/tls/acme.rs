//! Certificates from an ACME authority (RFC 8555): proved on our own port by tls-alpn-01 (RFC 8737), renewed by itself.

use super::kept::{Failure, Folder, Kept};
use crate::config::Tls;
use anyhow::{Context, anyhow, bail, ensure};
use bytes::Bytes;
use http_client::{Http, Method, Policy};
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, BodyWrapper, BytesResponse, ChallengeType,
    HttpClient, Identifier, NewAccount, NewOrder, Order, OrderStatus, Problem, RetryPolicy,
};
use kernel::{Clock, Moment};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::{
    ServerConfig,
    crypto::ring::sign,
    pki_types::PrivatePkcs8KeyDer,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use std::{
    collections::HashMap,
    net::IpAddr,
    path::Path,
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

/// The protocol by which an authority asks for the proof, and nothing else.
const PROOF: &[u8] = b"acme-tls/1";
/// Waits after one, two, three and more failures in a row: authorities count failures by the hour.
const WAITS: [Duration; 4] = [
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(6),
];
/// The longest sleep between two looks at the clock: machines are suspended, clocks are set.
const LOOK: Duration = Duration::from_hours(1);
/// How long an authority may look at the proofs before we look at what it says of them, and how many times.
const STEP: Duration = Duration::from_secs(10);
const STEPS: u32 = 12;
/// The largest answer of an authority, in bytes.
const ANSWER: u64 = 1024 * 1024;

/// The certificates shown to browsers, and to an authority that asks for a proof.
#[derive(Debug, Default)]
struct Shown {
    own: RwLock<Option<Arc<CertifiedKey>>>,
    proofs: RwLock<HashMap<String, Arc<CertifiedKey>>>,
}

impl Shown {
    fn show(&self, own: CertifiedKey) {
        *self.own.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(own));
    }
    fn prove(&self, name: &str, proof: CertifiedKey) {
        self.proofs
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), Arc::new(proof));
    }
    fn forget_proofs(&self) {
        self.proofs
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // A proof is for those who ask for nothing else; a browser never sees it.
        let asks_proof = hello
            .alpn()
            .is_some_and(|all| all.into_iter().eq(std::iter::once(PROOF)));
        if asks_proof {
            let proofs = self.proofs.read().unwrap_or_else(PoisonError::into_inner);
            return proofs.get(hello.server_name()?).cloned();
        }
        self.own
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Gets and renews the certificate of this server.
pub(crate) struct Acme {
    names: Vec<String>,
    contact: String,
    directory: String,
    folder: Folder,
    http: Http,
    clock: Clock,
    shown: Arc<Shown>,
}

impl Acme {
    /// Checks the settings and shows the certificate that is kept, if there is one.
    pub(crate) fn new(tls: &Tls, data: &Path, http: Http, clock: Clock) -> anyhow::Result<Self> {
        check(tls)?;
        let folder = Folder::new(data)?;
        let shown = Arc::new(Shown::default());
        match folder.read() {
            Ok(Some(kept)) => shown.show(kept.certified()?),
            Ok(None) => {}
            // A new one will be asked for; the broken file must not keep the server down.
            Err(error) => tracing::error!(%error, "the kept certificate cannot be used"),
        }
        Ok(Self {
            names: tls.names.clone(),
            contact: tls.contact.clone(),
            directory: tls.directory.clone(),
            folder,
            http,
            clock,
            shown,
        })
    }

    /// What the listener speaks.
    pub(crate) fn server_config(&self) -> ServerConfig {
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_cert_resolver(self.shown.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec(), PROOF.to_vec()];
        config
    }

    /// Keeps the certificate good for ever; to be dropped when the server stops.
    pub(crate) async fn keep(self) {
        loop {
            let now = self.clock.now();
            let kept = self.folder.read().ok().flatten();
            let failure = self.folder.failure();
            let at = next_try(kept.as_ref(), &self.names, failure.as_ref(), now);
            if at <= now {
                self.renew(failure.map_or(0, |f| f.count)).await;
                continue;
            }
            tokio::time::sleep(at.since(now).min(LOOK)).await;
        }
    }

    /// One try, with what came of it in the log and in the folder.
    async fn renew(&self, failures: u32) {
        tracing::info!(names = ?self.names, directory = %self.directory, "asking for a certificate");
        let outcome = async {
            let pem = self.obtain().await?;
            let kept = Kept::read(&pem)?;
            let certified = kept.certified()?;
            self.folder.keep(&pem)?;
            self.shown.show(certified);
            anyhow::Ok(kept)
        };
        let outcome = outcome.await;
        self.shown.forget_proofs();
        match outcome {
            Ok(kept) => {
                self.folder.forgive();
                tracing::info!(until = %kept.until.timestamp(), "a new certificate is in use");
            }
            Err(error) => {
                let words = format!("{error:#}");
                tracing::error!(error = %words, "no certificate was given");
                self.folder.fail(&Failure {
                    at: self.clock.now(),
                    count: failures.saturating_add(1),
                    words,
                });
            }
        }
    }

    /// The account at this authority, made at first need.
    async fn account(&self) -> anyhow::Result<Account> {
        let carrier = || Box::new(Carrier(self.http.clone()));
        if let Some(known) = self.folder.account(&self.directory) {
            let known: AccountCredentials = serde_json::from_value(known)
                .context("the kept account at the authority cannot be read")?;
            return Account::builder_with_http(carrier())
                .from_credentials(known)
                .await
                .map_err(|error| self.explained(error));
        }
        let contact = format!("mailto:{}", self.contact);
        let contacts = [contact.as_str()];
        let new = NewAccount {
            contact: if self.contact.is_empty() {
                &[]
            } else {
                &contacts
            },
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let (account, credentials) = Account::builder_with_http(carrier())
            .create(&new, self.directory.clone(), None)
            .await
            .map_err(|error| self.explained(error))?;
        self.folder
            .keep_account(&self.directory, &serde_json::to_value(credentials)?)?;
        Ok(account)
    }

    /// Asks for a certificate; answers the chain and its key in PEM.
    async fn obtain(&self) -> anyhow::Result<String> {
        let account = self.account().await?;
        let names: Vec<_> = self.names.iter().cloned().map(Identifier::Dns).collect();
        let mut order = account
            .new_order(&NewOrder::new(&names))
            .await
            .map_err(|error| self.explained(error))?;
        self.answer(&mut order).await?;
        self.proved(&mut order).await?;
        let key = KeyPair::generate()?;
        let mut asked = CertificateParams::new(self.names.clone())?;
        asked.distinguished_name = DistinguishedName::new();
        let asked = asked.serialize_request(&key)?;
        order
            .finalize_csr(asked.der())
            .await
            .map_err(|error| self.explained(error))?;
        let chain = order
            .poll_certificate(&RetryPolicy::new().timeout(STEP * STEPS))
            .await
            .map_err(|error| self.explained(error))?;
        Ok(format!("{}\n{}", chain.trim_end(), key.serialize_pem()))
    }

    /// Shows the proof of each name that is not proved yet and tells the authority to look.
    async fn answer(&self, order: &mut Order) -> anyhow::Result<()> {
        let mut all = order.authorizations();
        while let Some(one) = all.next().await {
            let mut one = one.map_err(|error| self.explained(error))?;
            match one.status {
                AuthorizationStatus::Valid => continue,
                AuthorizationStatus::Pending => {}
                other => bail!("the authority holds a name as {other:?}: try again later"),
            }
            let mut challenge = one
                .challenge(ChallengeType::TlsAlpn01)
                .ok_or_else(|| anyhow!("this authority does not offer the proof tls-alpn-01: end TLS elsewhere, or use another"))?;
            let name = challenge.identifier().to_string();
            let digest = challenge.key_authorization().digest();
            self.shown.prove(&name, proof(&name, digest.as_ref())?);
            challenge
                .set_ready()
                .await
                .map_err(|error| self.explained(error))?;
        }
        Ok(())
    }

    /// Waits until the authority has looked at all proofs; an error when it did not like one.
    async fn proved(&self, order: &mut Order) -> anyhow::Result<()> {
        let patience = RetryPolicy::new().timeout(STEP);
        for _ in 0..STEPS {
            match order.poll_ready(&patience).await {
                Ok(OrderStatus::Ready) => return Ok(()),
                Ok(_) => bail!(self.why_refused(order).await.unwrap_or_else(|| {
                    "the authority did not accept the order and did not say why".to_owned()
                })),
                // Some keep an order waiting though a name of it is lost.
                Err(instant_acme::Error::Timeout(_)) => {
                    if let Some(reasons) = self.why_refused(order).await {
                        bail!(reasons);
                    }
                }
                Err(error) => return Err(self.explained(error)),
            }
        }
        bail!(
            "the authority did not find the proofs in two minutes: port 443 of {} must lead to this server, and nothing \
             in front of it may end TLS",
            self.names.join(", ")
        )
    }

    /// What the authority says of the names it could not prove; none while it has no complaint.
    async fn why_refused(&self, order: &mut Order) -> Option<String> {
        let mut reasons = Vec::new();
        let mut all = order.authorizations();
        while let Some(one) = all.next().await {
            let Ok(mut one) = one else { continue };
            // What is known of it is from before the authority looked.
            if one.refresh().await.is_err() {
                continue;
            }
            let problems = one.challenges.iter().filter_map(|c| c.error.as_ref());
            let name = one.identifier().to_string();
            reasons.extend(problems.map(|p| unproved(&name, p)));
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    fn explained(&self, error: instant_acme::Error) -> anyhow::Error {
        match error {
            instant_acme::Error::Api(problem) => anyhow!(refused(&problem)),
            other => anyhow!(other).context(format!(
                "the authority at {} gives no usable answer: is tls.directory right, and can this machine reach it?",
                self.directory
            )),
        }
    }
}

/// Refuses settings no authority could work with, before anybody is asked.
fn check(tls: &Tls) -> anyhow::Result<()> {
    for name in &tls.names {
        ensure!(
            name.parse::<IpAddr>().is_err() && name.contains('.') && !name.contains('*'),
            "tls.names holds \"{name}\": with tls.mode \"acme\" list only public names, such as \"chat.example.com\""
        );
    }
    ensure!(
        !tls.names.is_empty(),
        "tls.mode is \"acme\": list the public names of this server in tls.names"
    );
    ensure!(
        tls.contact.is_empty() || tls.contact.contains('@'),
        "tls.contact \"{}\" is not an e-mail address; it may also be empty",
        tls.contact
    );
    ensure!(
        tls.directory.starts_with("https://") || tls.directory.starts_with("http://"),
        "tls.directory \"{}\" is not an address",
        tls.directory
    );
    Ok(())
}

/// When to ask next: at once without a fitting certificate, else in the last third of its life; later after failures.
fn next_try(
    kept: Option<&Kept>,
    names: &[String],
    failure: Option<&Failure>,
    now: Moment,
) -> Moment {
    let due = match kept {
        Some(kept) if kept.is_for(names) => kept.renewal(),
        _ => now,
    };
    let Some(failure) = failure else { return due };
    let nth = usize::try_from(failure.count.saturating_sub(1)).unwrap_or(usize::MAX);
    let wait = WAITS[nth.min(WAITS.len() - 1)];
    // A clock that was set back must not make us wait for years.
    let patience = failure.at.min(now) + wait;
    due.max(patience)
}

/// A certificate that says nothing but the answer to a challenge.
fn proof(name: &str, digest: &[u8]) -> anyhow::Result<CertifiedKey> {
    ensure!(digest.len() == 32, "the authority's challenge is malformed");
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec![name.to_owned()])?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let certificate = params.self_signed(&key)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    // Not the checking constructor: it knows no certificate with a critical extension of this kind.
    Ok(CertifiedKey::new(
        vec![certificate.der().clone()],
        sign::any_supported_type(&key)?,
    ))
}

/// The last word of a problem's type.
fn kind(problem: &Problem) -> &str {
    let full = problem.r#type.as_deref().unwrap_or_default();
    full.rsplit(':').next().unwrap_or_default()
}

/// What a refusal means, and what to do about it.
fn refused(problem: &Problem) -> String {
    let advice = match kind(problem) {
        "rateLimited" => "the authority was asked too often; it is asked again later by itself",
        "rejectedIdentifier" => {
            "the authority gives no certificates for one of tls.names: only public names are possible"
        }
        "invalidContact" | "unsupportedContact" => "the authority does not accept tls.contact",
        "caa" => "a CAA record of the domain forbids this authority: allow it there",
        "externalAccountRequired" => "this authority wants an account made elsewhere: use another",
        "userActionRequired" => "the authority has new terms to agree to",
        "accountDoesNotExist" => {
            "the authority does not know our account: remove tls/acme/account.json from the data folder and start again"
        }
        "serverInternal" => {
            "the authority has a fault of its own; it is asked again later by itself"
        }
        _ => "the authority refused",
    };
    format!("{advice} ({problem})")
}

/// Why a name could not be proved, and what to do about it.
fn unproved(name: &str, problem: &Problem) -> String {
    let advice = match kind(problem) {
        "dns" => "has no address the authority can find: check its DNS record",
        "connection" => {
            "cannot be reached by the authority: port 443 of its address must lead to this server, through every firewall and router"
        }
        "tls" | "unauthorized" | "incorrectResponse" => {
            "is answered by somebody else on port 443: no proxy may end TLS in front of this server"
        }
        "caa" => "has a CAA record that forbids this authority: allow it there",
        _ => "could not be proved",
    };
    format!("{name} {advice} ({problem})")
}

/// Carries requests to the authority by our one HTTP client.
struct Carrier(Http);

impl HttpClient for Carrier {
    fn request(
        &self,
        request: axum::http::Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, instant_acme::Error>> + Send>> {
        let http = self.0.clone();
        Box::pin(async move { carry(&http, request).await.map_err(other) })
    }
}

fn other(error: anyhow::Error) -> instant_acme::Error {
    instant_acme::Error::Other(error.into())
}

async fn carry(
    http: &Http,
    request: axum::http::Request<BodyWrapper<Bytes>>,
) -> anyhow::Result<BytesResponse> {
    use axum::body::HttpBody;
    let (head, mut body) = request.into_parts();
    let mut sent = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        if let Ok(data) = frame?.into_data() {
            sent.extend_from_slice(&data);
        }
    }
    let method = Method::from_bytes(head.method.as_str().as_bytes())?;
    let mut outgoing = http
        .request(Policy::Administrator, method, &head.uri.to_string())
        .timeout(Duration::from_secs(30))
        .max_bytes(ANSWER);
    for (name, value) in &head.headers {
        outgoing = outgoing.header(name.as_str(), value.to_str()?);
    }
    let answer = outgoing.body(sent).send().await?;
    let mut response = axum::http::Response::builder().status(answer.status());
    for name in [
        "content-type",
        "location",
        "replay-nonce",
        "retry-after",
        "link",
    ] {
        if let Some(value) = answer.header(name) {
            response = response.header(name, value);
        }
    }
    let (parts, ()) = response.body(())?.into_parts();
    let body = answer.bytes().await?;
    Ok(BytesResponse {
        parts,
        body: Box::new(body),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(names: &[&str], from: i64, until: i64) -> Kept {
        Kept::made(
            names,
            Moment::from_seconds(from),
            Moment::from_seconds(until),
        )
    }
    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|&n| n.to_owned()).collect()
    }

    #[test]
    fn u_28_a_certificate_is_renewed_in_the_last_third_of_its_life() {
        let now = Moment::from_seconds(1000);
        let chat = names(&["chat.example.com"]);
        // None, one for other names, one that is old: now. A fresh one: when a third is left.
        assert_eq!(next_try(None, &chat, None, now), now);
        let other = kept(&["shop.example.com"], 0, 3000);
        assert_eq!(next_try(Some(&other), &chat, None, now), now);
        let fresh = kept(&["chat.example.com"], 0, 3000);
        assert_eq!(
            next_try(Some(&fresh), &chat, None, now),
            Moment::from_seconds(2000)
        );
        assert!(
            next_try(Some(&fresh), &chat, None, Moment::from_seconds(2500))
                <= Moment::from_seconds(2500)
        );
        // More names than asked for are no reason; the order is none either.
        let two = kept(&["b.example.com", "chat.example.com"], 0, 3000);
        assert!(
            next_try(
                Some(&two),
                &names(&["chat.example.com", "b.example.com"]),
                None,
                now
            ) > now
        );
    }

    #[test]
    fn u_28_failures_are_followed_by_longer_and_longer_waits() {
        let now = Moment::from_seconds(1_000_000);
        let mut last = now;
        for count in 1..=9 {
            let failure = Failure {
                at: now,
                count,
                words: String::new(),
            };
            let at = next_try(None, &names(&["a.example"]), Some(&failure), now);
            assert!(at >= last && at > now, "{count}");
            assert!(at.since(now) <= WAITS[3]);
            last = at;
        }
        // The clock was set back: a failure of the future is taken as one of now.
        let future = Failure {
            at: now + Duration::from_hours(9000),
            count: 1,
            words: String::new(),
        };
        assert_eq!(
            next_try(None, &names(&["a.example"]), Some(&future), now),
            now + WAITS[0]
        );
    }

    #[test]
    fn u_28_settings_no_authority_could_use_are_refused_with_the_way_out() {
        let tls = |names: &[&str]| Tls {
            mode: "acme".to_owned(),
            names: names.iter().map(|&n| n.to_owned()).collect(),
            ..Tls::default()
        };
        assert!(check(&tls(&["chat.example.com", "b.example.com"])).is_ok());
        for bad in [
            &["localhost"][..],
            &["10.0.0.5"],
            &["*.example.com"],
            &["::1"],
            &[],
        ] {
            let error = check(&tls(bad)).unwrap_err().to_string();
            assert!(error.contains("tls.names"), "{error}");
        }
        let contact = Tls {
            contact: "Olga".to_owned(),
            ..tls(&["chat.example.com"])
        };
        assert!(
            check(&contact)
                .unwrap_err()
                .to_string()
                .contains("tls.contact")
        );
    }

    #[test]
    fn u_28_refusals_say_what_to_do() {
        let problem = |kind: &str| -> Problem {
            serde_json::from_value(serde_json::json!({
                "type": format!("urn:ietf:params:acme:error:{kind}"), "detail": "words of the authority", "status": 403,
            }))
            .unwrap()
        };
        for (kind, says) in [
            ("dns", "DNS"),
            ("connection", "443"),
            ("unauthorized", "proxy"),
            ("caa", "CAA"),
            ("x", "could not"),
        ] {
            let words = unproved("chat.example.com", &problem(kind));
            assert!(
                words.starts_with("chat.example.com ") && words.contains(says),
                "{words}"
            );
            assert!(words.contains("words of the authority"), "{words}");
        }
        for (kind, says) in [
            ("rateLimited", "too often"),
            ("rejectedIdentifier", "tls.names"),
            ("malformed", "refused"),
        ] {
            assert!(refused(&problem(kind)).contains(says));
        }
    }
}
