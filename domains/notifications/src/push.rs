//! Web Push (U-25): what a person is told reaches their browser when no window of theirs is in use.
//!
//! A push is a job eight seconds after the notice: whoever answers or reads at the desk meanwhile is not disturbed in the pocket. There is
//! one job for each device, so a retry never rings twice. Addresses come from browsers, so they are called as any
//! address a user gives: never a private one, unless the administrator lists it.

mod seal;
mod vapid;

use crate::{
    actions::{self, Tell},
    deciding::{About, Known},
    model::{Notice, NoticeKind, Occasion},
    rules::{self, Answered},
    store, wording,
};
use ::seal::Sealer;
use accounts::{Person, Session, Signed};
use db::Tx;
use http_client::{Http, HttpError, Policy};
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use seal::Keys;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use utoipa::ToSchema;
use vapid::ServerKey;
use web::{BoxFuture, House, Texts};

/// The job that carries one notice to one device.
pub(crate) const CARRY: &str = "notifications.push";
/// Devices a person may have; the oldest make room.
const DEVICES: i64 = 20;
/// How long a push service keeps what it cannot deliver yet, in seconds.
const TTL: u32 = 24 * 3600;
/// Whom a push service may ask when the server has no public address.
const NOBODY: &str = "mailto:push@beseda.invalid";

/// A browser that wants to be told.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) endpoint: String,
    pub(crate) p256dh: String,
    pub(crate) auth: String,
    /// Where the person was signed in: after signing out there it is told no more.
    pub(crate) session_id: Option<Id<Session>>,
}
db::row!(Device {
    endpoint,
    p256dh,
    auth,
    session_id
});

pub(crate) use vapid::ServerKey as StoredKey;

/// A browser's `PushSubscription`, as its `toJSON` gives it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Subscription {
    endpoint: String,
    keys: SubscriptionKeys,
}
/// The browser's key and secret.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SubscriptionKeys {
    p256dh: String,
    auth: String,
}

/// One step of a test.
#[derive(Serialize, ToSchema)]
pub(crate) struct Hop {
    code: &'static str,
    ok: bool,
    detail: String,
    ms: Option<u64>,
}

/// What a job carries; the notice is read when it runs.
#[derive(Serialize, Deserialize)]
struct Carried {
    person: Id<Person>,
    endpoint: String,
    notice: Option<Id<Notice>>,
    message: Option<Uuid>,
    /// What it is known by while it waits; an earlier version put jobs in without.
    #[serde(default)]
    subject: Option<Uuid>,
    thread: Option<Uuid>,
    title: String,
    text: String,
}

/// The server's key, made at first need. It lies sealed: a copy of the database alone lets nobody write to our browsers.
pub(crate) async fn key(tx: &mut Tx<'_>, sealer: &Sealer) -> Result<ServerKey> {
    if let Some(kept) = store::push_key(tx).await? {
        return kept.opened(sealer);
    }
    store::add_push_key(tx, &ServerKey::fresh()?.sealed(sealer)?).await?;
    store::push_key(tx)
        .await?
        .ok_or_else(|| Error::fault("the key for pushes was not kept"))?
        .opened(sealer)
}

/// Seals a key that an earlier version kept in the open. Runs once at each start and then ends.
pub(crate) fn seal_kept_key(house: House, _stop: web::Stop) -> BoxFuture<()> {
    Box::pin(async move {
        let sealed = async {
            let sealer = house.part::<Sealer>()?.clone();
            let write = async move |tx: &mut Tx<'_>| match store::push_key(tx).await? {
                Some(kept) if kept.is_open() => {
                    store::replace_push_key(tx, &kept.sealed(&sealer)?).await
                }
                _ => Ok(()),
            };
            house.write(write).await
        };
        if let Err(error) = sealed.await {
            tracing::error!(%error, "the key for pushes could not be sealed");
        }
    })
}

/// Takes a browser's subscription; a browser somebody else used before now belongs to this person. An address inside
/// our own network is no push service and is refused at once.
pub(crate) async fn subscribe(
    tx: &mut Tx<'_>,
    http: &Http,
    signed: &Signed,
    new: &Subscription,
) -> Result<()> {
    let bad = || Error::invalid("notifications.bad_subscription");
    rules::push_origin(&new.endpoint).ok_or_else(bad)?;
    http.check(Policy::Public, &new.endpoint)
        .map_err(|_| bad())?;
    let keys = Keys::read(&new.keys.p256dh, &new.keys.auth).ok_or_else(bad)?;
    // A key in the right form may still be no key.
    seal::seal(&keys, b"").ok_or_else(bad)?;
    let device = Device {
        endpoint: new.endpoint.clone(),
        p256dh: new.keys.p256dh.clone(),
        auth: new.keys.auth.clone(),
        session_id: Some(signed.session),
    };
    store::add_device(tx, signed.person, &device, signed.ctx.now).await?;
    store::keep_newest_devices(tx, signed.person, DEVICES).await?;
    actions::tell_settings(tx, &signed.ctx, signed.person).await
}

/// Forgets a browser of this person.
pub(crate) async fn unsubscribe(tx: &mut Tx<'_>, person: Id<Person>, endpoint: &str) -> Result<()> {
    store::drop_device(tx, person, endpoint).await
}

/// The devices a person is still signed in at; the others are forgotten.
async fn devices(tx: &mut Tx<'_>, person: Id<Person>, now: Moment) -> Result<Vec<Device>> {
    let mut out = Vec::new();
    for device in store::devices(tx, person).await? {
        if lives(tx, &device, now).await? {
            out.push(device);
        } else {
            store::drop_device(tx, person, &device.endpoint).await?;
        }
    }
    Ok(out)
}

async fn lives(tx: &mut Tx<'_>, device: &Device, now: Moment) -> Result<bool> {
    match device.session_id {
        Some(session) => accounts::session_lives(tx, session, now).await,
        None => Ok(false),
    }
}

/// Plans a push to every device of a person.
pub(crate) async fn plan(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    notice: Option<Id<Notice>>,
    what: &Tell,
) -> Result<()> {
    let Some(subject) = what.message_id.or(notice.map(Id::uuid)) else {
        return Ok(());
    };
    let devices = devices(tx, person, ctx.now).await?;
    if devices.is_empty() {
        return Ok(());
    }
    // Reading the chat ends what waits for it; a reminder is about more than its chat.
    let thread = what.thread_id.filter(|_| what.kind != NoticeKind::Reminder);
    store::await_push(tx, person, subject, thread, ctx.now).await?;
    for device in devices {
        let carried = Carried {
            person,
            endpoint: device.endpoint,
            notice,
            message: what.message_id,
            subject: Some(subject),
            thread: what.thread_id,
            title: what.title.chars().take(120).collect(),
            text: what.text.chars().take(300).collect(),
        };
        jobs::put(
            tx,
            ctx,
            CARRY,
            serde_json::to_value(carried)?,
            ctx.now + rules::PATIENCE,
            None,
        )
        .await?;
    }
    Ok(())
}

/// What a job that is due needs; `None`: there is nothing to tell any more.
async fn due(
    tx: &mut Tx<'_>,
    sealer: &Sealer,
    texts: &Texts,
    now: Moment,
    job: &Carried,
) -> Result<Option<(Device, ServerKey, Value)>> {
    let person = accounts::brief(tx, job.person).await?;
    if !(person.active && person.preferences.push) {
        return Ok(None);
    }
    let Some(device) = store::device(tx, job.person, &job.endpoint).await? else {
        return Ok(None);
    };
    if !lives(tx, &device, now).await? {
        store::drop_device(tx, job.person, &device.endpoint).await?;
        return Ok(None);
    }
    if let Some(subject) = job.subject
        && !store::awaits_push(tx, job.person, subject).await?
    {
        return Ok(None);
    }
    // Taken away while it waited: what it says is not theirs to read any more.
    if let Some(thread) = job.thread
        && accounts::reasons(tx, job.person, thread).await?.is_empty()
    {
        return Ok(None);
    }
    let mut place = "t";
    if let Some(id) = job.notice {
        let notice = store::one(tx, id.uuid()).await?;
        if notice.as_ref().and_then(|n| n.thread_kind.as_deref()) == Some("task") {
            place = "tasks";
        }
        // Renewed meanwhile: the newer message has a job of its own.
        if notice.is_none_or(|n| n.done || n.message_id != job.message) {
            return Ok(None);
        }
    }
    let count = store::open_count(tx, job.person).await?;
    let url = job
        .thread
        .map_or_else(|| "/".to_owned(), |id| format!("/{place}/{id}"));
    let language = accounts::language_of(tx, job.person).await?;
    let text = wording::in_words(texts, language, &job.text);
    let words = json!({"title": job.title, "text": text, "thread_id": job.thread, "url": url, "count": count});
    Ok(Some((device, key(tx, sealer).await?, words)))
}

/// Carries one notice to one device, unless a window answered for its person or somebody read it meanwhile. That a window is
/// open says nothing: its person may have left (U-25).
pub(crate) fn carry(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let job: Carried = serde_json::from_value(payload)?;
        let (person, topic, now) = (job.person, job.thread, house.clock().now());
        let sealer = house.part::<Sealer>()?.clone();
        let texts = house.texts().clone();
        let Some((device, key, words)) = house
            .write(async move |tx: &mut Tx<'_>| due(tx, &sealer, &texts, now, &job).await)
            .await?
        else {
            return Ok(());
        };
        let body = sealed(&device, &words)?;
        let status = match call(&house, &key, &device, topic, body).await? {
            Ok(status) => status,
            Err(HttpError::Refused(why)) => {
                // It was a name when it was given, and the name leads inside: repeating it would change nothing.
                tracing::warn!(why, "a device is forgotten: its address may not be called");
                return forget(&house, person, device.endpoint).await;
            }
            Err(error) => return Err(Error::fault(error)),
        };
        match rules::answered(status) {
            Answered::Taken => Ok(()),
            Answered::Gone => forget(&house, person, device.endpoint).await,
            Answered::Later => Err(Error::fault(format!("the push service answered {status}"))),
            Answered::Refused => {
                tracing::warn!(
                    status,
                    "a push service refused a push; repeating it would change nothing"
                );
                Ok(())
            }
        }
    })
}

async fn forget(house: &House, person: Id<Person>, endpoint: String) -> Result<()> {
    house
        .write(async move |tx: &mut Tx<'_>| store::drop_device(tx, person, &endpoint).await)
        .await
}

fn sealed(device: &Device, words: &Value) -> Result<Vec<u8>> {
    Keys::read(&device.p256dh, &device.auth)
        .and_then(|keys| seal::seal(&keys, words.to_string().as_bytes()))
        .ok_or_else(|| Error::fault("a notice could not be sealed for a device"))
}

async fn call(
    house: &House,
    key: &ServerKey,
    device: &Device,
    topic: Option<Uuid>,
    body: Vec<u8>,
) -> Result<std::result::Result<u16, HttpError>> {
    let http = house.part::<Http>()?;
    let origin = rules::push_origin(&device.endpoint)
        .ok_or_else(|| Error::fault("a device without an address"))?;
    let subject = if house.base_url().starts_with("https://") {
        house.base_url()
    } else {
        NOBODY
    };
    let mut request = http
        .post(Policy::Public, &device.endpoint)
        .header(
            "Authorization",
            &key.authorization(&origin, subject, house.clock().now())?,
        )
        .header("Content-Type", "application/octet-stream")
        .header("Content-Encoding", "aes128gcm")
        .header("TTL", &TTL.to_string())
        .header("Urgency", "high")
        .timeout(Duration::from_secs(20))
        .max_bytes(64 * 1024)
        .body(body);
    if let Some(topic) = topic {
        // A newer push about the same chat replaces one that waits at the service.
        request = request.header("Topic", &topic.simple().to_string());
    }
    Ok(request.send().await.map(|answer| answer.status()))
}

/// Sends a test to every device of the caller and says how far it came (U-25).
pub(crate) async fn test(house: &House, ctx: &Ctx, person: Id<Person>) -> Result<Vec<Hop>> {
    let since = |from: Moment| u64::try_from(house.clock().now().since(from).as_millis()).ok();
    let now = ctx.now;
    let (wanted, devices) = house
        .write(async move |tx: &mut Tx<'_>| {
            let known = Known::of(tx, &[person], &[]).await?;
            let about = About {
                occasion: Occasion::Direct,
                actor: None,
                thread: None,
                now,
            };
            let wanted = known.decide(person, about).push;
            Ok((wanted, devices(tx, person, now).await?))
        })
        .await?;
    // Which of my windows would be asked first, and whether a message to me alone would leave at all just now.
    let mut hops = vec![Hop {
        code: "desk",
        ok: true,
        detail: house.hub().windows(person.uuid()).len().to_string(),
        ms: None,
    }];
    hops.push(Hop {
        code: "decision",
        ok: wanted,
        detail: rules::PATIENCE.as_secs().to_string(),
        ms: None,
    });
    hops.push(Hop {
        code: "subscriptions",
        ok: !devices.is_empty(),
        detail: devices.len().to_string(),
        ms: None,
    });
    if devices.is_empty() {
        return Ok(hops);
    }
    let at = house.clock().now();
    let sealer = house.part::<Sealer>()?.clone();
    let key = house
        .write(async move |tx: &mut Tx<'_>| key(tx, &sealer).await)
        .await;
    let read = key
        .as_ref()
        .map(|_| String::new())
        .map_err(ToString::to_string);
    hops.push(hop("key", vec![read], since(at)));
    let Ok(key) = key else { return Ok(hops) };
    let words = json!({"title": "Беседа", "text": house.texts().say(ctx.language, "push-test", &[]), "thread_id": null,
        "url": "/", "test": true});
    let at = house.clock().now();
    let bodies: Vec<_> = devices
        .iter()
        .map(|d| sealed(d, &words).map_err(|e| e.to_string()))
        .collect();
    hops.push(hop(
        "encrypt",
        bodies
            .iter()
            .map(|b| b.as_ref().map(|_| String::new()).map_err(Clone::clone))
            .collect(),
        since(at),
    ));
    let bodies = devices
        .into_iter()
        .zip(bodies)
        .filter_map(|(d, b)| Some((d, b.ok()?)))
        .collect();
    hops.extend(send_tests(house, &key, person, bodies).await?);
    Ok(hops)
}

/// The last two steps: whether the services were reached, and what they said.
async fn send_tests(
    house: &House,
    key: &ServerKey,
    person: Id<Person>,
    bodies: Vec<(Device, Vec<u8>)>,
) -> Result<Vec<Hop>> {
    let at = house.clock().now();
    let (mut sent, mut taken) = (Vec::new(), Vec::new());
    for (device, body) in bodies {
        let host = rules::push_origin(&device.endpoint).unwrap_or_default();
        let status = match call(house, key, &device, None, body).await? {
            Ok(status) => status,
            Err(error) => {
                sent.push(Err(format!("{host}: {error}")));
                continue;
            }
        };
        let answer = rules::answered(status);
        taken.push(if answer == Answered::Taken {
            Ok(status.to_string())
        } else {
            Err(format!("{host}: {status}"))
        });
        sent.push(Ok(host));
        if answer == Answered::Gone {
            forget(house, person, device.endpoint).await?;
        }
    }
    let mut hops = vec![hop(
        "send",
        sent,
        u64::try_from(house.clock().now().since(at).as_millis()).ok(),
    )];
    if !taken.is_empty() {
        hops.push(hop("push-service", taken, None));
    }
    Ok(hops)
}

/// A step over all devices: it is well when it is well for each.
fn hop(code: &'static str, each: Vec<std::result::Result<String, String>>, ms: Option<u64>) -> Hop {
    let ok = !each.is_empty() && each.iter().all(std::result::Result::is_ok);
    let mut words: Vec<String> = each
        .into_iter()
        .filter(|r| ok || r.is_err())
        .map(|r| r.unwrap_or_else(|e| e))
        .filter(|w| !w.is_empty())
        .collect();
    words.sort();
    words.dedup();
    Hop {
        code,
        ok,
        detail: words.join(", "),
        ms,
    }
}
