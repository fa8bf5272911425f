//! Writing first: the ways to a client, whether they are there, the first message.

use crate::{
    actions::{
        sending::Outgoing,
        starting::{self, First, ReachAnswer, WayTo, Whom},
        view,
    },
    model::MyClientChat,
};
use accounts::Signed;
use axum::{Json, extract::State};
use channels::{Account, TemplateUse};
use crm::Contact;
use db::Tx;
use files::File;
use kernel::{Id, Uuid};
use messages::Message;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Body, House, Params};

/// To whom.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct To {
    /// A client.
    contact: Option<Id<Contact>>,
    /// A phone number, a user name or an e-mail address.
    #[serde(default)]
    to: String,
}

#[utoipa::path(get, path = "/ways", tag = "conversations", params(To), responses((status = 200, body = Vec<WayTo>)))]
pub(super) async fn ways(
    State(house): State<House>,
    signed: Signed,
    Params(to): Params<To>,
) -> Answer<Json<Vec<WayTo>>> {
    Ok(Json(
        starting::ways(&house, &signed.ctx, signed.person, to.contact, &to.to).await?,
    ))
}

/// Whom to look for, and where.
#[derive(Deserialize, ToSchema)]
pub(super) struct ReachForm {
    /// Through which account.
    account_id: Id<Account>,
    /// A client.
    contact_id: Option<Id<Contact>>,
    /// A phone number, a user name or an e-mail address; without one the client's own.
    #[serde(default)]
    to: String,
}

#[utoipa::path(post, path = "/reach", tag = "conversations", request_body = ReachForm, responses((status = 200, body = ReachAnswer)))]
pub(super) async fn reach(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<ReachForm>,
) -> Answer<Json<ReachAnswer>> {
    let whom = Whom {
        account: form.account_id,
        contact: form.contact_id,
        to: form.to,
    };
    Ok(Json(
        starting::reach(&house, &signed.ctx, signed.person, whom).await?,
    ))
}

/// A first message, or one more into the chat that is there.
#[derive(Deserialize, ToSchema)]
pub(super) struct FirstMessage {
    /// Made by the sender; the same again answers with the stored message.
    client_id: Uuid,
    /// Through which account.
    account_id: Id<Account>,
    /// A client.
    contact_id: Option<Id<Contact>>,
    /// A phone number, a user name or an e-mail address; without one the client's own.
    #[serde(default)]
    to: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    files: Vec<Id<File>>,
    /// A text the messenger approved, instead of `text`.
    template: Option<TemplateUse>,
    /// Buttons under it, where the channel's capabilities allow some.
    #[serde(default, deserialize_with = "crate::model::objects")]
    buttons: Vec<messages::MessageButton>,
    /// Send although the messenger does not tell whether they are there.
    #[serde(default)]
    anyway: bool,
}
/// The chat, and the message in it.
#[derive(Serialize, ToSchema)]
pub(super) struct FirstAnswer {
    chat: MyClientChat,
    message: Message,
}

#[utoipa::path(post, path = "/client-chats", tag = "conversations", request_body = FirstMessage, responses((status = 200, body = FirstAnswer)))]
pub(super) async fn start(
    State(house): State<House>,
    signed: Signed,
    accounts::Program(program): accounts::Program,
    Body(form): Body<FirstMessage>,
) -> Answer<Json<FirstAnswer>> {
    accounts::wrote(&house, signed.person, &program);
    let first = First {
        whom: Whom {
            account: form.account_id,
            contact: form.contact_id,
            to: form.to,
        },
        out: Outgoing {
            client_id: form.client_id,
            text: form.text,
            files: form.files,
            reply_to: None,
            hidden: false,
            take: false,
            help: false,
            shorten: None,
            buttons: form.buttons,
            ask_phone: None,
            via: None,
            template: form.template,
        },
        anyway: form.anyway,
    };
    let message = starting::start(&house, &signed.ctx, signed.person, first).await?;
    let id = message.thread_id;
    let chat = house
        .read(async move |tx: &mut Tx<'_>| view::one(tx, signed.person, id).await)
        .await?;
    Ok(Json(FirstAnswer { chat, message }))
}
