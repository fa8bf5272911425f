//! What a queue says to clients by itself (L-69). Occasions are noted in the transaction in which they come; they are dealt
//! with once a second, each in a transaction of its own that asks again whether there is something to say.

use crate::{
    actions::{
        dealing,
        owning::line,
        sending::say_template,
        templates::{Speaker, filled},
    },
    model::{ChatRow, ClientChatState, Fallback, Occasion, Opened, Queue, RulesOf, Unsaid},
    rules::{
        self,
        replies::{
            Talk, language_for, minutes, occasion_of_message, one_line, speaks, told_to_anybody,
            variant_for,
        },
    },
    store::{self, replies::ToSay},
};
use channel::{Capabilities, OutMessage};
use channels::Account;
use db::Tx;
use hours::{Hours, Plan};
use kernel::{Ctx, Error, Id, Language, Moment, Result};
use messages::{Author, Message, NewMessage};
use notifications::{NoticeKind, Tell};
use std::collections::BTreeMap;
use web::Texts;

/// How many chats are looked at at once.
const AT_ONCE: i64 = 50;

/// A client wrote, or `rang` where nobody could take it: notes what that is an occasion for.
pub(crate) async fn arrived(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    opened: Opened,
    rang: bool,
) -> Result<()> {
    let Some(queue) = store::rules_of(tx, &[chat.queue_id]).await?.pop() else {
        return Ok(());
    };
    let texts = &queue.rules.texts;
    if [&texts.first, &texts.outside_hours, &texts.missed_call]
        .iter()
        .all(|text| text.is_empty())
    {
        return Ok(());
    }
    let open = queue.hours(&hours::plan(tx).await?).open(ctx.now);
    let Some(occasion) = occasion_of_message(texts, opened == Opened::Anew, open, rang) else {
        return Ok(());
    };
    let Some(conversation) = store::newest(tx, chat.id).await? else {
        return Ok(());
    };
    store::replies::note(tx, chat.id, conversation.id, occasion, ctx.now).await
}

/// What there may be to say now.
pub(crate) async fn due(
    tx: &mut Tx<'_>,
    queues: &[Queue],
    plan: &Plan,
    now: Moment,
) -> Result<Vec<ToSay>> {
    let mut all = store::replies::due_texts(tx, now, AT_ONCE).await?;
    for queue in queues {
        let texts = &queue.rules.texts;
        let hours = queue.hours(plan);
        if let Some(most) = texts.no_answer_min.filter(|_| !texts.no_answer.is_empty())
            && let Some(before) = hours.before(now, minutes(most))
        {
            let occasion = Occasion::NoAnswer;
            let found =
                store::replies::untold(tx, queue.id, occasion, before, false, AT_ONCE).await?;
            all.extend(found);
        }
        if !texts.nobody_free.is_empty() && said_when_nobody_is_free(queue, &hours, now) {
            let occasion = Occasion::NobodyFree;
            let found = store::replies::untold(tx, queue.id, occasion, now, true, AT_ONCE).await?;
            // A queue that gives chats out could not give these; in another somebody at their desk may take them.
            let nobody = found.is_empty()
                || queue.policy.gives()
                || !dealing::anybody(tx, queue, now).await?;
            all.extend(found.into_iter().filter(|_| nobody));
        }
    }
    Ok(all)
}

/// Outside working hours the text for that says it already.
fn said_when_nobody_is_free(queue: &Queue, hours: &Hours, now: Moment) -> bool {
    queue.rules.texts.outside_hours.is_empty() || hours.open(now)
}

/// Says one thing, if there is still an occasion for it; in any case it is dealt with then. What should have been said and
/// could not be stands in the talk as a grey line with its reason.
pub(crate) async fn speak(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    texts: &Texts,
    what: ToSay,
    capabilities: &Capabilities,
) -> Result<()> {
    let chat = store::hold(tx, what.chat).await?;
    if store::replies::dealt_with(tx, what).await? {
        return Ok(());
    }
    let newest = store::newest(tx, chat.id).await?;
    let talk = Talk {
        same: newest.is_some_and(|c| c.id == what.conversation),
        closed: chat.state == ClientChatState::Closed,
        waits: chat.waiting_since.is_some(),
        blocked: chat.blocked,
        snoozed: chat.snoozed.is_some(),
        group: chat.group,
    };
    let mut said = None;
    if speaks(what.occasion, talk)
        && let Some(queue) = store::rules_of(tx, &[chat.queue_id]).await?.pop()
        && !queue.rules.texts.of(what.occasion).is_empty()
    {
        let voice = Voice {
            chat: &chat,
            queue: &queue,
        };
        match voice.say(tx, ctx, what.occasion, capabilities).await? {
            Ok(message) => said = Some(message.id),
            Err(why) => {
                let args = vec![
                    ("occasion", what.occasion.word().to_owned()),
                    ("why", why.word().to_owned()),
                    ("template", why.template().to_owned()),
                ];
                line(tx, ctx, chat.id, "auto-text-unsaid", args).await?;
                if why.wants_another() {
                    voice.tell_keepers(tx, ctx, texts, what.occasion).await?;
                }
            }
        }
    }
    store::replies::deal_with(tx, what, said, ctx.now).await?;
    Ok(())
}

/// Where an automatic text is said from: a chat and its queue.
struct Voice<'a> {
    chat: &'a ChatRow,
    queue: &'a RulesOf,
}

/// What became of an automatic text.
type Said = std::result::Result<Message, Unsaid>;

impl Voice<'_> {
    /// Writes the queue's text for an occasion to the client, or, where free words are not taken any more, the template
    /// that was chosen for that.
    async fn say(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        occasion: Occasion,
        capabilities: &Capabilities,
    ) -> Result<Said> {
        let (chat, texts) = (self.chat, &self.queue.rules.texts);
        let account = channels::account(tx, chat.account_id).await?;
        if !account.enabled {
            return Ok(Err(Unsaid::Off));
        }
        let last = messages::last_of_client(tx, chat.id).await?;
        if rules::answerable(last, capabilities.window_s, ctx.now).is_err() {
            let Some(fallback) = texts.fallback(occasion, chat.account_id) else {
                return Ok(Err(Unsaid::Window));
            };
            return self.fall_back(tx, ctx, &account, fallback).await;
        }
        let language = self.language(tx).await?;
        let text = texts.of(occasion).in_language(language);
        let text = self.filled(tx, ctx, text, language).await?;
        self.deliver(tx, ctx, &account, text, capabilities).await
    }

    async fn language(&self, tx: &mut Tx<'_>) -> Result<Language> {
        let (told, company) = self.languages(tx).await?;
        Ok(language_for(told.as_deref(), company))
    }

    /// The client's language, as a channel told it, and the company's.
    async fn languages(&self, tx: &mut Tx<'_>) -> Result<(Option<String>, Language)> {
        let company = accounts::workspace(tx).await?.language;
        let contact = crm::by_id(tx, self.chat.contact_id).await?;
        let mut facts = contact.facts.into_iter();
        let told = facts.find(|f| f.key == "language").map(|f| f.value);
        Ok((told, company))
    }

    /// A text with everything known of the chat filled in.
    async fn filled(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        text: &str,
        language: Language,
    ) -> Result<String> {
        let hours = self.queue.hours(&hours::plan(tx).await?);
        let opens = opens(&hours, language, ctx.now);
        let more = [
            ("queue", self.queue.name.as_str()),
            ("hours.opens", opens.as_str()),
        ];
        filled(tx, text, self.chat, Speaker::Queue, &more).await
    }

    /// U-06: sends the template that was chosen for a closed window, in the client's language where it is approved in it.
    async fn fall_back(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        account: &Account,
        fallback: &Fallback,
    ) -> Result<Said> {
        let mut known =
            match channels::template_in_languages(tx, account.id, fallback.template_id).await {
                Ok(known) => known,
                Err(Error::Refused(_)) => return Ok(Err(Unsaid::Gone)),
                Err(fault) => return Err(fault),
            };
        let name = known.first().map(|t| t.name.clone()).unwrap_or_default();
        known.retain(|t| t.may_be_sent() && t.words_alone());
        let (told, company) = self.languages(tx).await?;
        let languages: Vec<&str> = known.iter().map(|t| t.language.as_str()).collect();
        let theirs = variant_for(&languages, told.as_deref(), company);
        // In another language than theirs only what was chosen goes.
        let chosen = || known.iter().position(|t| t.id == fallback.template_id);
        let Some(at) = theirs.or_else(chosen) else {
            return Ok(Err(Unsaid::NotApproved(name)));
        };
        let template = known.swap_remove(at);
        // In the template's own language: it is its words that the values stand among.
        let language = language_for(Some(&template.language), self.language(tx).await?);
        let mut values = BTreeMap::new();
        for (place, value) in &fallback.values {
            let value = self.filled(tx, ctx, value, language).await?;
            values.insert(place.clone(), one_line(&value));
        }
        let name = accounts::workspace(tx).await?.name;
        let which = (account, &template);
        match say_template(tx, ctx, self.chat, which, &values, Author::Queue(name)).await {
            Ok(message) => {
                let queue = self.chat.queue_id;
                store::routing::template_taken(tx, queue, fallback.template_id).await?;
                Ok(Ok(message))
            }
            // Refused before anything was written: a value this client does not have, or one that does not fit.
            Err(Error::Refused(_)) => Ok(Err(Unsaid::Value(template.name))),
            Err(fault) => Err(fault),
        }
    }

    /// Whoever looks after channels is told that a template has to be replaced: once, until it is taken again.
    async fn tell_keepers(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        texts: &Texts,
        occasion: Occasion,
    ) -> Result<()> {
        let account = self.chat.account_id;
        let Some(fallback) = self.queue.rules.texts.fallback(occasion, account) else {
            return Ok(());
        };
        let (queue, template) = (self.chat.queue_id, fallback.template_id);
        if store::routing::template_lost(tx, queue, template, ctx.now).await? == 0 {
            return Ok(());
        }
        let title = channels::account(tx, account).await?.name;
        let keepers = accounts::right_principal("channels.manage", None);
        for keeper in accounts::people_of(tx, keepers).await? {
            let language = accounts::language_of(tx, keeper).await?;
            let args = [("queue", self.queue.name.clone())];
            let what = Tell {
                kind: NoticeKind::Channel,
                thread_id: None,
                thread_kind: None,
                message_id: None,
                title: title.clone(),
                text: texts.say(language, "conversations-fallback-lost", &args),
            };
            notifications::tell(tx, ctx, &[keeper], &what).await?;
        }
        Ok(())
    }

    /// Puts a text into the talk and on its way. The chat stays whose it is, and the client goes on waiting: a machine's
    /// words are no answer.
    async fn deliver(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        account: &Account,
        text: String,
        capabilities: &Capabilities,
    ) -> Result<Said> {
        let chat = self.chat;
        if text.trim().is_empty() {
            return Ok(Err(Unsaid::Empty));
        }
        let key = ctx.ids.uuid();
        let wish = links::Wish {
            account: chat.account_id.uuid(),
            contact: chat.contact_id.uuid(),
            chat: chat.id.uuid(),
            message: key,
            on: None,
        };
        let words = OutMessage::from_source(&text, Vec::new());
        let words = links::shorten(tx, ctx, wish, words).await?;
        let planned = match channels::plan_out(&words, capabilities) {
            Ok(planned) => planned,
            Err(problems) => {
                tracing::warn!(account = %account.name, ?problems, "an automatic text cannot go through this channel");
                return Ok(Err(Unsaid::Channel));
            }
        };
        let name = accounts::workspace(tx).await?.name;
        let peer = channels::peer(tx, chat.peer_id).await?;
        let new = NewMessage {
            client_id: Some(key),
            ..NewMessage::text(chat.id, Author::Queue(name), ctx.now, text)
        };
        let (message, _) = messages::append_quietly(tx, ctx, new).await?;
        let delivery = channels::enqueue(tx, ctx, account, &peer, &message, None, &planned).await?;
        store::touch(tx, chat.id, ctx.now).await?;
        messages::announce(tx, ctx, message.id, &delivery)
            .await
            .map(Ok)
    }
}

/// What the queue of an account says outside working hours, for whoever has not written yet: only where nothing in it is
/// about the client or whoever answers them.
pub(crate) async fn closed_words(
    tx: &mut Tx<'_>,
    account: &Account,
    now: Moment,
) -> Result<Option<[String; 2]>> {
    let queue = store::rules_of(tx, &[Id::new(account.queue_id)])
        .await?
        .pop();
    let Some(queue) = queue.filter(|q| !q.rules.texts.outside_hours.is_empty()) else {
        return Ok(None);
    };
    let hours = queue.hours(&hours::plan(tx).await?);
    let company = accounts::workspace(tx).await?.name;
    let said = |language: Language| {
        let opens = opens(&hours, language, now);
        let known = [
            ("company", company.as_str()),
            ("queue", queue.name.as_str()),
            ("hours.opens", opens.as_str()),
        ];
        told_to_anybody(
            queue.rules.texts.outside_hours.in_language(language),
            &known,
        )
    };
    Ok(said(Language::Ru)
        .zip(said(Language::En))
        .map(|(ru, en)| [ru, en]))
}

/// When working time begins next, as a client reads it; empty if it never does.
fn opens(hours: &Hours, language: Language, now: Moment) -> String {
    let at = hours.opening(now).and_then(|at| hours.on_the_wall(at));
    let form = match language {
        Language::Ru => "%d.%m, %H:%M",
        Language::En => "%-d %b, %H:%M",
    };
    at.map(|at| at.strftime(form).to_string())
        .unwrap_or_default()
}

/// The same for the farewell of a closed conversation.
pub(crate) const fn farewell(
    chat: Id<messages::Thread>,
    conversation: Id<crate::model::Conversation>,
    account: Id<Account>,
) -> ToSay {
    ToSay {
        chat,
        conversation,
        account,
        occasion: Occasion::Closing,
    }
}
