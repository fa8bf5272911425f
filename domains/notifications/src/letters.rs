//! Notices by e-mail: what somebody wanted by mail and has not read in ten minutes goes to them in one letter.
//!
//! The mail server is the company's own, set on a page of the settings. A letter that was handed over just before a crash is
//! handed over again under the same `Message-ID`, of which mail programs show one.

use crate::{
    actions::Tell,
    model::{Notice, NoticeKind},
    rules::letter::{self, Waiting},
    store, wording,
};
use accounts::{Person, require};
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Refusal, RefusalKind, Result, Uuid};
use mail::{Letter, MailError, MailServer};
use seal::Sealer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use web::{BoxFuture, House};

/// The job that writes one person's letter.
pub(crate) const WRITE: &str = "notifications.letter";
/// The right to name the mail server.
const RIGHT: &str = "accounts.workspace";

/// The mail server as it is kept.
pub(crate) struct Kept {
    pub(crate) server: MailServer,
    /// Sealed.
    pub(crate) password: Vec<u8>,
    pub(crate) error: String,
    pub(crate) error_at: Option<Moment>,
}

/// The mail server as its page shows it; never with the password.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailServerAnswer {
    /// None: letters are not sent.
    server: Option<MailServer>,
    /// There is a password.
    has_password: bool,
    /// What it said when a letter last failed; empty when the last one left.
    error: String,
    /// When that was.
    error_at: Option<Moment>,
}

/// A mail server to be kept or tried.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MailServerForm {
    #[serde(flatten)]
    pub(crate) server: MailServer,
    /// Absent: the one that is kept.
    pub(crate) password: Option<String>,
}

/// Plans a line of a person's next letter.
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
    let place = if what.thread_kind == Some("task") {
        "tasks"
    } else {
        "t"
    };
    let line = Waiting {
        subject,
        // As with pushes: reading the chat ends what waits for it, a reminder is about more than its chat.
        thread_id: what.thread_id.filter(|_| what.kind != NoticeKind::Reminder),
        path: what
            .thread_id
            .map_or_else(|| "/".to_owned(), |id| format!("/{place}/{id}")),
        title: what.title.chars().take(120).collect(),
        text: what.text.chars().take(500).collect(),
        at: ctx.now,
    };
    if store::add_letter_line(tx, person, &line).await? {
        put(tx, ctx, person, ctx.now + letter::PATIENCE).await?;
    }
    Ok(())
}

async fn put(tx: &mut Tx<'_>, ctx: &Ctx, person: Id<Person>, at: Moment) -> Result<()> {
    jobs::put(tx, ctx, WRITE, json!({"person": person}), at, None).await
}

/// What a letter needs.
struct Due {
    kept: Kept,
    company: String,
    language: kernel::Language,
    name: String,
    address: String,
    lines: Vec<Waiting>,
    next: Option<Moment>,
}

async fn due(tx: &mut Tx<'_>, person: Id<Person>, now: Moment) -> Result<Option<Due>> {
    let brief = accounts::brief(tx, person).await?;
    let address = accounts::email_of(tx, person).await?;
    let (Some(kept), true, false) = (
        store::mail_server(tx).await?,
        brief.active,
        address.is_empty(),
    ) else {
        store::drop_letter_lines(tx, person, None).await?;
        return Ok(None);
    };
    let workspace = accounts::workspace(tx).await?;
    let mut theirs = Vec::new();
    let mut gone = Vec::new();
    for line in store::letter_lines(tx, person).await? {
        match line.thread_id {
            // Taken away while it waited: what it says is not theirs to read any more.
            Some(thread) if accounts::reasons(tx, person, thread).await?.is_empty() => {
                gone.push(line.subject);
            }
            _ => theirs.push(line),
        }
    }
    store::drop_letter_lines(tx, person, Some(&gone)).await?;
    let (lines, next) = letter::due(theirs, now);
    Ok(Some(Due {
        kept,
        company: workspace.name,
        language: brief.preferences.language.unwrap_or(workspace.language),
        name: brief.name,
        address,
        lines,
        next,
    }))
}

/// Writes a person's letter, unless everything was read.
pub(crate) fn write(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let person: Id<Person> = serde_json::from_value(payload["person"].clone())?;
        let ctx = house.system();
        let now = ctx.now;
        let found = house
            .write(async move |tx: &mut Tx<'_>| due(tx, person, now).await)
            .await?;
        let Some(mut found) = found else {
            return Ok(());
        };
        let next = found.next;
        let subjects: Vec<Uuid> = found.lines.iter().map(|l| l.subject).collect();
        if let Some(newest) = found.lines.iter().map(|l| l.at).max() {
            let letter = worded(&house, &mut found, format!("{person}.{}", newest.micros()));
            hand_over(&house, &found.kept, &letter).await?;
        }
        house
            .write(async move |tx: &mut Tx<'_>| {
                store::drop_letter_lines(tx, person, Some(&subjects)).await?;
                match next {
                    Some(at) => put(tx, &ctx, person, at).await,
                    None => Ok(()),
                }
            })
            .await
    })
}

fn worded(house: &House, found: &mut Due, id: String) -> Letter {
    let count = found.lines.len();
    for line in &mut found.lines {
        line.text = wording::in_words(house.texts(), found.language, &line.text);
    }
    let say = |word: &str, n: usize| {
        let n = n.to_string();
        house.texts().say(found.language, word, &[("count", n)])
    };
    let subject = match found.lines.as_slice() {
        [one] => format!(
            "{}: {}",
            one.title,
            one.text.lines().next().unwrap_or_default()
        ),
        _ => say("letter-subject", count),
    };
    let more = say("letter-more", count.saturating_sub(letter::LINES));
    let foot = say("letter-foot", count);
    let (text, html) = letter::words(&found.lines, house.base_url(), &more, &foot);
    Letter {
        id,
        from_name: found.company.clone(),
        to_name: found.name.clone(),
        to: found.address.clone(),
        subject: subject.chars().take(120).collect(),
        text,
        html,
    }
}

/// Sends, and keeps what the mail server said for the page of the settings.
async fn hand_over(house: &House, kept: &Kept, letter: &Letter) -> Result<()> {
    let password = opened(house, kept)?;
    let sent = mail::send(&kept.server, &password, letter).await;
    let now = house.clock().now();
    let error = sent
        .as_ref()
        .err()
        .map(ToString::to_string)
        .unwrap_or_default();
    house
        .write(async move |tx: &mut Tx<'_>| store::note_mail_error(tx, &error, now).await)
        .await?;
    match sent {
        // This reader's address is wrong for good: others' letters are not held up, nor is this one tried again.
        Err(error @ MailError::Address(_)) => {
            tracing::warn!(%error, "a letter could not be addressed");
            Ok(())
        }
        sent => Ok(sent?),
    }
}

fn opened(house: &House, kept: &Kept) -> Result<String> {
    let plain = house.part::<Sealer>()?.open(&kept.password)?;
    String::from_utf8(plain).map_err(Error::fault)
}

// ------------------------------------------------------------ the page of the mail server

pub(crate) async fn shown(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<MailServerAnswer> {
    require(tx, ctx, RIGHT).await?;
    let kept = store::mail_server(tx).await?;
    Ok(MailServerAnswer {
        has_password: kept.as_ref().is_some_and(|k| !k.server.login.is_empty()),
        error: kept.as_ref().map(|k| k.error.clone()).unwrap_or_default(),
        error_at: kept.as_ref().and_then(|k| k.error_at),
        server: kept.map(|k| k.server),
    })
}

fn checked(mut server: MailServer) -> Result<MailServer> {
    server.host = server.host.trim().to_owned();
    server.login = server.login.trim().to_owned();
    server.from = server.from.trim().to_owned();
    let host = !server.host.is_empty()
        && server.host.len() <= 253
        && server
            .host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    if !host {
        return Err(Error::field("host", "mail.bad_host"));
    }
    if server.port == 0 {
        return Err(Error::field("port", "mail.bad_port"));
    }
    if !mail::is_address(&server.from) {
        return Err(Error::field("from", "mail.address"));
    }
    Ok(server)
}

/// Keeps a mail server.
pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    form: MailServerForm,
) -> Result<MailServerAnswer> {
    require(tx, ctx, RIGHT).await?;
    let server = checked(form.server)?;
    let password = match form.password {
        Some(new) => sealer.seal(new.as_bytes())?,
        None => match store::mail_server(tx).await? {
            Some(kept) => kept.password,
            None => sealer.seal(b"")?,
        },
    };
    store::save_mail_server(tx, &server, &password).await?;
    let detail = json!({"host": server.host, "port": server.port, "from": server.from});
    accounts::audit(tx, ctx, "mail_server.changed", &server.host, detail).await?;
    shown(tx, ctx).await
}

/// Forgets it: no letters are sent any more.
pub(crate) async fn forget(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    require(tx, ctx, RIGHT).await?;
    store::drop_mail_server(tx).await?;
    accounts::audit(tx, ctx, "mail_server.removed", "", json!({})).await
}

/// Sends the caller a letter by a server that need not be kept yet; refuses with what it said.
pub(crate) async fn test(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    form: MailServerForm,
) -> Result<String> {
    let asked = ctx.clone();
    let (kept, company, brief, address) = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &asked, RIGHT).await?;
            let kept = store::mail_server(tx).await?;
            let company = accounts::workspace(tx).await?.name;
            let brief = accounts::brief(tx, person).await?;
            Ok((kept, company, brief, accounts::email_of(tx, person).await?))
        })
        .await?;
    let server = checked(form.server)?;
    if address.is_empty() {
        return Err(Error::invalid("mail.no_address"));
    }
    let password = match (form.password, kept) {
        (Some(new), _) => new,
        (None, Some(kept)) => opened(house, &kept)?,
        (None, None) => String::new(),
    };
    let say = |word: &str| house.texts().say(ctx.language, word, &[]);
    let (text, html) = letter::words(&[], house.base_url(), "", &say("letter-test"));
    let letter = Letter {
        id: ctx.ids.next::<Letter>().to_string(),
        from_name: company,
        to_name: brief.name,
        to: address.clone(),
        subject: say("letter-test-subject"),
        text,
        html,
    };
    mail::send(&server, &password, &letter)
        .await
        .map_err(|error| {
            let refusal = Refusal::new(RefusalKind::Invalid, error.code());
            refusal.arg("said", error.detail().chars().take(300).collect::<String>())
        })?;
    Ok(address)
}
