//! What a change of a message means to the domain that owns its chat: editing a message to a client also edits it there,
//! and a client may see that an answer is being typed.

use crate::model::{Message, ThreadKind};
use accounts::Person;
use db::Tx;
use kernel::{Ctx, Id, Result, Uuid};
use std::pin::Pin;
use web::House;

/// What somebody does to a message.
#[derive(Clone, Debug)]
pub enum Act {
    /// Replaces the text by this source.
    Edit(String),
    /// Deletes it.
    Delete {
        /// Only from our own sight: what the client has stays with them (U-32).
        here: bool,
    },
    /// Sets or takes back a reaction of ours.
    React {
        /// The emoji.
        emoji: String,
        /// Set or take back.
        on: bool,
    },
    /// Sends failed, unknown or held parts again (U-01); all such when no numbers are given.
    Retry(Vec<i64>),
    /// Withdraws what has not left.
    Cancel,
}

/// Called in the act's transaction, before it is saved; a refusal stops the act.
pub type HookFn = for<'a, 't> fn(
    &'a mut Tx<'t>,
    &'a Ctx,
    &'a Message,
    &'a Act,
) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// The hooks of the domains above, a part of the house.
#[derive(Clone)]
pub struct Hooks(pub Vec<(ThreadKind, HookFn)>);

impl Hooks {
    /// The hook of a kind of thread.
    pub fn of(&self, kind: ThreadKind) -> Option<HookFn> {
        self.0
            .iter()
            .find(|(k, _)| *k == kind)
            .map(|(_, hook)| *hook)
    }
}

/// Called when a person types in a thread, unless it is to stay among colleagues.
pub type TypesFn = fn(&House, Uuid);

/// Who wants to know that a person types, a part of the house.
#[derive(Clone)]
pub struct OnTyping(pub Vec<TypesFn>);

/// Called when a person has read a thread up to a number.
pub type ReadsFn = fn(&House, Uuid, Id<Person>, i64);

/// Who wants to know that a person has read, a part of the house.
#[derive(Clone)]
pub struct OnRead(pub Vec<ReadsFn>);
