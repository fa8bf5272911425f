//! What the domain above fills: how a client's message becomes part of a talk, inside the lane's transaction.

use crate::{
    model::{Account, Peer},
    visitors::Visitors,
};
use channel::Inbound;
use db::Tx;
use files::{File, FileRef};
use kernel::{Ctx, Id, Result, Uuid};
use messages::Message;
use std::{pin::Pin, sync::Arc};
use web::House;

/// A future bound to the transaction it works in.
pub type TxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// Something that came from a client.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// What: a message, or something unknown that becomes a placeholder (U-09).
    pub inbound: Inbound,
    /// The message it answers, in our words.
    pub reply_to: Option<Id<Message>>,
    /// Files the client uploaded to us (the widget).
    pub uploads: Vec<Id<File>>,
    /// The id the client made (the widget).
    pub client_id: Option<Uuid>,
}

/// Takes a client's message; answers the stored message. `files` are noted by the caller through [`Incoming`]'s thread.
pub type ReceiveFn = for<'a, 't> fn(
    &'a mut Tx<'t>,
    &'a Ctx,
    &'a Account,
    &'a Peer,
    Incoming,
    NoteFiles,
) -> TxFuture<'a, Message>;

/// Notes files that still wait at the messenger, once the thread is known.
pub type NoteFiles = for<'a, 't> fn(
    &'a mut Tx<'t>,
    &'a Ctx,
    &'a Account,
    Uuid,
    &'a Inbound,
) -> TxFuture<'a, Vec<FileRef>>;

/// A client blocked or unblocked us.
pub type PeerChangedFn = for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, &'a Peer) -> TxFuture<'a, ()>;

/// The queue new accounts get.
pub type QueueFn = for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx) -> TxFuture<'a, Uuid>;

/// Whether somebody with this number stands on a card.
pub type KnowsFn = for<'a, 't> fn(&'a mut Tx<'t>, &'a kernel::Phone) -> TxFuture<'a, bool>;

/// The thread of a client, if they have written; for the widget's visitors.
pub type ThreadFn =
    for<'a, 't> fn(&'a mut Tx<'t>, &'a Peer) -> TxFuture<'a, Option<Id<messages::Thread>>>;

/// A client's picture as it is now, not saved yet; none when they show none.
pub type PicturedFn = for<'a, 't> fn(
    &'a mut Tx<'t>,
    &'a Ctx,
    &'a Account,
    &'a Peer,
    Option<&'a File>,
) -> TxFuture<'a, ()>;

/// What a visitor told of themselves.
pub type IntroduceFn = for<'a, 't> fn(
    &'a mut Tx<'t>,
    &'a Ctx,
    &'a Account,
    &'a Peer,
    &'a Introduction,
) -> TxFuture<'a, ()>;

/// What a visitor of a site told of themselves.
#[derive(Clone, Debug, Default)]
pub struct Introduction {
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Phone in any spelling.
    pub phone: String,
    /// Page, referrer, language.
    pub facts: Vec<(String, String)>,
}

/// Lines in a client's chat: the code of each and what it names. `false` if there is no chat yet.
pub type LinesFn = for<'a, 't> fn(
    &'a mut Tx<'t>,
    &'a Ctx,
    &'a Peer,
    Vec<(&'static str, Vec<(&'static str, String)>)>,
) -> TxFuture<'a, bool>;

/// Two clients who may be one person.
pub type SamePersonFn =
    for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, &'a Peer, &'a Peer) -> TxFuture<'a, ()>;

/// Whether it is working time where an account's chats wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkTime {
    /// It is.
    pub open: bool,
    /// When it begins next; none while it is, or if it never does.
    pub opens_at: Option<kernel::Moment>,
}

/// Whether it is working time for an account at a moment.
pub type WorkTimeFn =
    for<'a, 't> fn(&'a mut Tx<'t>, &'a Account, kernel::Moment) -> TxFuture<'a, WorkTime>;

/// An account receives again: nothing of what was written since a moment may have come.
pub type GapFn =
    for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, &'a Account, kernel::Moment) -> TxFuture<'a, ()>;

/// What the queue of an account says outside working hours, in Russian and English, as far as a stranger can be told it.
pub type ClosedWordsFn = for<'a, 't> fn(
    &'a mut Tx<'t>,
    &'a Account,
    kernel::Moment,
) -> TxFuture<'a, Option<[String; 2]>>;

/// Something came to an account that is a desk of colleagues.
pub type DeskFn = for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, &'a Account, Inbound) -> TxFuture<'a, ()>;

/// What happened to a client's message, in the transaction in which it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It came.
    Came(Id<Message>),
    /// Its words changed.
    Changed(Id<Message>),
    /// The client took it back.
    Deleted(Id<Message>),
    /// A file of it is here now.
    Fetched(Id<Message>, Id<File>),
}

/// Something happened to a client's message.
pub type HappenedFn = for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, Happened) -> TxFuture<'a, ()>;

/// The messenger took a [`crate::Note`]; with its ids of what it made.
pub type NotedFn = for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, Uuid, &'a [String]) -> TxFuture<'a, ()>;

/// A client pressed a button: the account, the client, what it carries, our message with it.
pub type PressedFn =
    for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, &'a Account, &'a Peer, &'a str) -> TxFuture<'a, ()>;

/// The hooks, a part of the house.
#[derive(Clone, Copy)]
pub struct Upcalls {
    /// Something came to a desk of colleagues.
    pub desk: DeskFn,
    /// Something happened to a client's message.
    pub happened: HappenedFn,
    /// A number is a client's of the house.
    pub knows: KnowsFn,
    /// A note to a colleague is there.
    pub noted: NotedFn,
    /// A client pressed a button.
    pub pressed: PressedFn,
    /// A client's message.
    pub receive: ReceiveFn,
    /// A client's state.
    pub peer_changed: PeerChangedFn,
    /// The default queue.
    pub default_queue: QueueFn,
    /// A client's thread.
    pub thread: ThreadFn,
    /// A visitor's words about themselves.
    pub introduce: IntroduceFn,
    /// A client's picture.
    pub pictured: PicturedFn,
    /// Lines in a client's chat.
    pub lines: LinesFn,
    /// Two clients who may be one person.
    pub same_person: SamePersonFn,
    /// Whether it is working time.
    pub work_time: WorkTimeFn,
    /// An account receives again.
    pub gap: GapFn,
    /// What is said outside working hours.
    pub closed_words: ClosedWordsFn,
}

/// Fills the slot of `messages`: a visitor sees that an answer is being typed.
pub fn employee_types(house: &House, thread: Uuid) {
    if let Ok(visitors) = house.part::<Arc<Visitors>>() {
        visitors.tell_typing(thread);
    }
}
