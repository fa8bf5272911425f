//! The slots of domains above: what a notice stands for is handled with it, and what rings without a notice is described.

use crate::model::{Notice, NoticeKind, Occasion};
use accounts::Person;
use db::Tx;
use kernel::{Ctx, Id, Result, Uuid};
use std::pin::Pin;

/// Called in the transaction that marks a notice, or takes the mark back.
pub type DoneFn = for<'a, 't> fn(
    &'a mut Tx<'t>,
    &'a Ctx,
    &'a Notice,
) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// What the domains above filled in, a part of the house.
#[derive(Clone)]
pub struct OnDone(pub Vec<(NoticeKind, DoneFn)>);

impl OnDone {
    pub(crate) async fn call(&self, tx: &mut Tx<'_>, ctx: &Ctx, notice: &Notice) -> Result<()> {
        for (_, handle) in self.0.iter().filter(|(kind, _)| *kind == notice.kind) {
            handle(tx, ctx, notice).await?;
        }
        Ok(())
    }
}

/// A message that rings without standing in the notification centre.
#[derive(Clone, Debug)]
pub struct Ring {
    /// `Direct` or `Group`.
    pub occasion: Occasion,
    /// Its chat.
    pub thread: Uuid,
    /// `team` or `client`.
    pub thread_kind: &'static str,
    /// Who wrote it.
    pub author: Uuid,
    /// Who or where.
    pub title: String,
    /// What.
    pub text: String,
    /// For whom it does not ring: who wrote it, who gets a notice of their own, who muted the chat.
    pub silent: Vec<Id<Person>>,
}

/// Describes a message by its id; `None` when it is not this domain's, or nothing to ring for.
pub type RingFn = for<'a, 't> fn(
    &'a mut Tx<'t>,
    Uuid,
) -> Pin<Box<dyn Future<Output = Result<Option<Ring>>> + 'a>>;

/// Who describes messages, a part of the house.
#[derive(Clone)]
pub struct Rings(pub Vec<RingFn>);
