//! What follows a closing, in one order: farewell → pause → question → end; looking back over the talk goes beside it.
//!
//! Where a closing stands is on disk. Each step holds the chat's row, asks again whether it is its turn, and is written in the
//! same transaction as what it did: broken off anywhere, nothing comes twice and nothing is lost.

use crate::{
    actions::replies,
    hooks::AfterClosing,
    model::{ClientChatState, Closed},
    rules::replies::{Step, next_step},
    store,
};
use channel::Capabilities;
use channels::Account;
use db::Tx;
use kernel::{Ctx, Id, Result};
use web::Texts;

/// Goes one step on.
pub(crate) async fn step(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (after, texts): (&AfterClosing, &Texts),
    (closed, account): (&Closed, Id<Account>),
    capabilities: &Capabilities,
) -> Result<()> {
    let chat = store::hold(tx, closed.chat_id).await?;
    let step = store::replies::step_of(tx, closed.id).await?;
    if step.word() != closed.step {
        return Ok(());
    }
    let still = chat.state == ClientChatState::Closed;
    let mut question_in = None;
    match step {
        Step::Farewell if still => {
            let what = replies::farewell(closed.chat_id, closed.conversation_id, account);
            replies::speak(tx, ctx, texts, what, capabilities).await?;
            if let Some(question) = after.question().filter(|_| !chat.blocked) {
                question_in = (question.delay)(tx, ctx, closed).await?;
            }
        }
        Step::Question if still && !chat.blocked => {
            if let Some(question) = after.question() {
                (question.ask)(tx, ctx, closed).await?;
            }
        }
        Step::Farewell | Step::Question | Step::Done => {}
    }
    let (next, at) = next_step(step, still, question_in, ctx.now);
    store::replies::set_step(tx, closed.id, next, at).await
}

/// Looks back over a closed conversation, once.
pub(crate) async fn look_back(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    after: &AfterClosing,
    closed: &Closed,
) -> Result<()> {
    if store::replies::analysed(tx, closed.id).await? == 1
        && let Some(analyse) = after.analysis()
    {
        analyse(tx, ctx, closed).await?;
    }
    Ok(())
}
