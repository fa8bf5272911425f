//! Notes to colleagues at an account that is their desk (L-79): durable as messages to clients are, but of no talk.
//!
//! A note has an id of its own where a part of a message has its message's, so nothing of the ledger of messages speaks
//! of it. Told twice does no harm, not told does: a note of unknown outcome goes again.

use crate::{
    model::{Account, OutboxPart, Payload},
    outbox, store,
};
use channel::{Action, Button, FileKind, MediaRef, MediaStream, OutMessage, SendError};
use db::Tx;
use files::File;
use kernel::{Ctx, Id, Result, Uuid};
use text::Entity;
use web::House;

/// The kind of part that tells a colleague something.
pub(crate) const NOTE: &str = "note";
/// The kind of part that changes what was told.
pub(crate) const CHANGE: &str = "note-change";

/// What a colleague is told.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// Text without markup; cut where the messenger takes no more.
    pub text: String,
    /// Its formatting.
    pub entities: Vec<Entity>,
    /// One file, with the text as its caption.
    pub file: Option<(Id<File>, FileKind)>,
    /// Buttons under the last of its messages.
    pub buttons: Vec<Vec<Button>>,
    /// The messenger's id of their message which this answers.
    pub answers: Option<String>,
}

pub(crate) fn is_note(part: &OutboxPart) -> bool {
    part.kind == NOTE || part.kind == CHANGE
}

/// Puts a note into the outbox; answers its id, by which [`crate::Upcalls::noted`] tells what became of it.
pub async fn note(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    to: &str,
    note: Note,
) -> Result<Uuid> {
    let peer = store::peer_for(tx, account.id, to, ctx.ids.next(), ctx.now).await?;
    let id = ctx.ids.uuid();
    let mut payloads = match note.file {
        Some(file) => vec![Payload {
            text: note.text,
            entities: note.entities,
            files: vec![file],
            ..Payload::default()
        }],
        None => {
            let whole = OutMessage {
                text: note.text,
                entities: note.entities,
                files: Vec::new(),
            };
            let planned = outbox::plan_out(&whole, &account.abilities)
                .map_err(|found| outbox::problems(&found))?;
            let parts = planned.parts.into_iter();
            parts
                .map(|part| Payload {
                    text: part.text,
                    entities: part.entities,
                    ..Payload::default()
                })
                .collect()
        }
    };
    if let Some(last) = payloads.last_mut() {
        last.buttons = note.buttons;
    }
    for (n, mut payload) in (1..).zip(payloads) {
        payload.about = note.answers.clone().filter(|_| n == 1);
        outbox::add(tx, ctx, account.id, peer.id, Id::new(id), n, NOTE, payload).await?;
    }
    Ok(id)
}

/// Changes the words of what a colleague was told, at the messenger's id of it.
pub async fn change_note(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    to: &str,
    ext_id: &str,
    (text, entities): (String, Vec<Entity>),
) -> Result<()> {
    let peer = store::peer_for(tx, account.id, to, ctx.ids.next(), ctx.now).await?;
    let payload = Payload {
        text,
        entities,
        about: Some(ext_id.to_owned()),
        ..Payload::default()
    };
    let id = Id::new(ctx.ids.uuid());
    outbox::add(tx, ctx, account.id, peer.id, id, 0, CHANGE, payload).await
}

/// The act of a change.
pub(crate) fn change(part: &OutboxPart) -> Action {
    let payload = &part.payload.0;
    Action::Edit {
        ext_id: payload.about.clone().unwrap_or_default(),
        text: payload.text.clone(),
        entities: payload.entities.clone(),
        caption: false,
    }
}

/// A note that will not arrive: the journal of the server says so, nobody else waits for it.
pub(crate) fn given_up(part: &OutboxPart, reason: &str) {
    tracing::warn!(note = %part.message_id, reason, "a colleague could not be told at their desk");
}

/// Opens a file that a colleague sent to a desk.
pub async fn open_file(
    house: &House,
    account: &Account,
    media: &MediaRef,
) -> std::result::Result<MediaStream, SendError> {
    let lost = |e: kernel::Error| SendError::NotSent {
        reason: e.to_string(),
    };
    let live = house
        .part::<crate::Live>()
        .and_then(|live| live.open(house, account))
        .map_err(lost)?;
    live.fetch_media(media).await
}

/// Where a colleague opens an account that is a desk, with a token that comes back with their first message.
pub fn desk_link(house: &House, account: &Account, token: &str) -> Option<String> {
    let live = house
        .part::<crate::Live>()
        .ok()?
        .open(house, account)
        .ok()?;
    live.link(Some(token))
}

impl Account {
    /// Colleagues answer clients of any channel from it, and no client writes to it.
    pub const fn is_desk(&self) -> bool {
        self.abilities.desk
    }
}

/// What an account could do when it was saved.
pub const fn abilities_of(account: &Account) -> &channel::Capabilities {
    &account.abilities
}
