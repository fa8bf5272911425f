//! The slot for domains whose notices stand for something of theirs: handling the notice handles that too.

use crate::model::{Notice, NoticeKind};
use db::Tx;
use kernel::{Ctx, Result};
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
