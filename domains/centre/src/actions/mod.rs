//! Use cases of desks.

mod acting;
mod seats;
mod telling;

pub(crate) use acting::{ACTS, work};
pub(crate) use seats::{change, leave, link, list, mine, refuse, tie};
pub(crate) use telling::{NEWS, tell};

use crate::{model::Seat, store};
use accounts::{Person, PersonBrief};
use channels::{Account, Note, Upcalls};
use db::Tx;
use kernel::{Ctx, Id, Language, Result};
use web::House;

/// The hooks for `channels`, over those of the domain below.
pub fn upcalls(below: Upcalls) -> Upcalls {
    Upcalls {
        desk: |tx, ctx, account, inbound| {
            Box::pin(async move { acting::came(tx, ctx, account, &inbound).await })
        },
        happened: |tx, ctx, happened| {
            Box::pin(async move { telling::happened(tx, ctx, happened).await })
        },
        noted: |tx, _, note, ext_ids| {
            Box::pin(async move { store::note_is(tx, note, ext_ids).await })
        },
        ..below
    }
}

/// The employee who sits there, if they do and still work here: nobody else can do anything.
pub(crate) async fn sitting(tx: &mut Tx<'_>, seat: &Seat) -> Result<Option<Id<Person>>> {
    let Some(person) = seat
        .person_id
        .filter(|_| seat.state == crate::SeatState::Tied)
    else {
        return Ok(None);
    };
    let brief = accounts::brief(tx, person).await?;
    Ok(Some(person).filter(|_| PersonBrief::works_here(&brief)))
}

/// A sentence of ours to somebody at a desk.
pub(crate) async fn say(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    to: &str,
    text: String,
    answers: Option<String>,
) -> Result<()> {
    let note = Note {
        text,
        answers,
        ..Note::default()
    };
    channels::note(tx, ctx, account, to, note).await.map(drop)
}

/// The words for a key in a language.
pub(crate) fn words(
    house: &House,
    language: Language,
    id: &str,
    args: &[(&str, String)],
) -> String {
    house.texts().say(language, id, args)
}
