//! What Telegram itself remembers of the account's chats, for the nightly comparison (M-01).
//!
//! Chats are listed from the newest on, and of each page the house says which are its business: no other is opened, and
//! none further back than it may be. A message is the same event an update would have made of it.

use crate::{
    fault,
    feed::{of_message, of_reactions},
    line::Line,
    people::{After, Client, Found, People, input},
};
use channel::{Chat, Chosen, History, Ours, RawEvent, Remembered, SendError, not_asked};
use grammers_tl_types as tl;
use kernel::Moment;
use std::{collections::HashSet, time::Duration};
use tokio::sync::Mutex;

/// Messages of one answer, the most that the method gives (core.telegram.org/method/messages.getHistory).
const PAGE: i32 = 100;
/// Chats looked through at one comparison; an account with more says that it may have more.
const MOST_CHATS: usize = 2_000;
/// Messages of one chat looked at.
const MOST_MESSAGES: usize = 2_000;
/// For how long a comparison is patient in all when Telegram asks to wait; the work it is part of is taken from it after
/// two minutes.
const PATIENCE: Duration = Duration::from_secs(45);

/// One look at what Telegram remembers.
pub(crate) struct Look<'a> {
    pub(crate) line: &'a Line,
    pub(crate) people: &'a People,
    pub(crate) ours: &'a dyn Ours,
    pub(crate) now: Moment,
}

/// What of the patience is left.
struct Patience(Mutex<Duration>);

impl Patience {
    /// Waits as asked, if that is not too long.
    async fn wait(&self, error: SendError) -> Result<(), SendError> {
        let SendError::Retry {
            after: Some(after), ..
        } = &error
        else {
            return Err(error);
        };
        let mut left = self.0.lock().await;
        let Some(rest) = left.checked_sub(*after) else {
            return Err(error);
        };
        *left = rest;
        tokio::time::sleep(*after).await;
        Ok(())
    }
}

impl Look<'_> {
    /// Everything written since a moment.
    pub(crate) async fn since(&self, since: Moment) -> Result<History, SendError> {
        let mut history = self.newest_first(since).await?;
        history.messages.reverse();
        Ok(history)
    }

    async fn newest_first(&self, since: Moment) -> Result<History, SendError> {
        let patience = Patience(Mutex::const_new(PATIENCE));
        let mut history = History::default();
        let mut after: Option<After> = None;
        let mut opened = HashSet::new();
        let mut seen = 0;
        loop {
            let page = loop {
                match self.people.page(self.line, after.clone()).await {
                    Ok(page) => break page,
                    Err(error) => patience.wait(error).await?,
                }
            };
            seen += page.found.len();
            let fresh = page.found.iter().filter(|one| one.at >= Some(since));
            let fresh: Vec<&Found> = fresh.filter(|one| opened.insert(one.client.id)).collect();
            let chats: Vec<Chat> = fresh.iter().map(|one| one.chat()).collect();
            let chosen = match chats.as_slice() {
                [] => Vec::new(),
                some => self.ours.chosen(some).await.map_err(|e| not_asked(&e))?,
            };
            for Chosen {
                ext_id,
                since: from,
            } in chosen
            {
                let whose = fresh.iter().find(|one| one.client.id.to_string() == ext_id);
                if let Some(found) = whose {
                    self.chat(&patience, &found.client, from.max(since), &mut history)
                        .await?;
                }
            }
            let Some(next) = page.after else {
                return Ok(history);
            };
            if Moment::from_seconds(i64::from(next.date)) < since {
                return Ok(history);
            }
            if seen >= MOST_CHATS || after.as_ref() == Some(&next) {
                history.cut = true;
                return Ok(history);
            }
            after = Some(next);
        }
    }

    /// One chat, from its newest message back.
    async fn chat(
        &self,
        patience: &Patience,
        client: &Client,
        since: Moment,
        history: &mut History,
    ) -> Result<(), SendError> {
        let (mut before, mut seen) = (0, 0);
        loop {
            let ask = tl::functions::messages::GetHistory {
                peer: input(client.id, client.hash),
                offset_id: before,
                offset_date: 0,
                add_offset: 0,
                limit: PAGE,
                max_id: 0,
                min_id: 0,
                hash: 0,
            };
            let page = loop {
                match self.line.ask(&ask).await.map_err(|e| fault::of(&e)) {
                    Ok(page) => break messages_of(page),
                    Err(error) => patience.wait(error).await?,
                }
            };
            let count = page.len();
            let oldest = page.iter().map(tl::enums::Message::id).min();
            let mut fresh = page;
            fresh.retain(|one| date_of(one).is_some_and(|at| at >= since));
            let all_fresh = fresh.len() == count;
            self.remember(client, fresh, history).await?;
            seen += count;
            let Some(oldest) = oldest.filter(|_| all_fresh && count >= PAGE as usize) else {
                return Ok(());
            };
            if seen >= MOST_MESSAGES {
                history.cut = true;
                return Ok(());
            }
            before = oldest;
        }
    }

    /// Some messages of a chat in the words of the comparison.
    async fn remember(
        &self,
        client: &Client,
        messages: Vec<tl::enums::Message>,
        history: &mut History,
    ) -> Result<(), SendError> {
        let ext_ids: Vec<String> = messages.iter().map(|one| one.id().to_string()).collect();
        let lacking = self.ours.lacking(&ext_ids).await;
        let lacking = lacking.map_err(|e| not_asked(&e))?;
        for (message, ext_id) in messages.into_iter().zip(ext_ids) {
            let Some(at) = date_of(&message) else {
                continue;
            };
            let mut one = Remembered {
                peer: client.id.to_string(),
                at,
                ours: None,
                key: None,
                event: None,
                reacted: None,
                ext_id,
            };
            if let tl::enums::Message::Message(told) = &message {
                one.reacted =
                    of_reactions(told.id, told.reactions.clone(), client.clone(), self.now);
                if told.out {
                    one.ours = Some(told.message.clone());
                }
            }
            // Whether a program of ours wrote it only this line knows; the house has what it has.
            if lacking.contains(&one.ext_id) && !self.sent_by_us(client.id, &message).await {
                one.event = of_message(message, client.clone(), self.now);
                if one.event.is_none() {
                    continue;
                }
            }
            history.messages.push(one);
        }
        Ok(())
    }

    async fn sent_by_us(&self, client: i64, message: &tl::enums::Message) -> bool {
        let tl::enums::Message::Message(message) = message else {
            return false;
        };
        let place = (message.id, Some(message.date));
        message.out
            && self
                .line
                .echoes
                .is_ours(self.people, client, place, &message.message)
                .await
    }
}

/// Reactions of clients that the owner has not looked at: given while the line was down, no update tells them. One
/// question for all chats, and one for each chat that has some.
pub(crate) async fn missed_reactions(
    line: &Line,
    people: &People,
    now: Moment,
) -> Result<Vec<RawEvent>, SendError> {
    let mut events = Vec::new();
    for found in people.look(line).await? {
        if !found.new_reactions {
            continue;
        }
        let client = found.client;
        let ask = tl::functions::messages::GetUnreadReactions {
            peer: input(client.id, client.hash),
            top_msg_id: None,
            saved_peer_id: None,
            offset_id: 0,
            add_offset: 0,
            limit: PAGE,
            max_id: 0,
            min_id: 0,
        };
        let told = line.ask(&ask).await.map_err(|e| fault::of(&e))?;
        events.extend(messages_of(told).into_iter().filter_map(|message| {
            let tl::enums::Message::Message(message) = message else {
                return None;
            };
            of_reactions(message.id, message.reactions, client.clone(), now)
        }));
    }
    Ok(events)
}

fn messages_of(told: tl::enums::messages::Messages) -> Vec<tl::enums::Message> {
    match told {
        tl::enums::messages::Messages::Messages(all) => all.messages,
        tl::enums::messages::Messages::Slice(some) => some.messages,
        _ => Vec::new(),
    }
}

fn date_of(message: &tl::enums::Message) -> Option<Moment> {
    let date = match message {
        tl::enums::Message::Message(message) => message.date,
        tl::enums::Message::Service(service) => service.date,
        tl::enums::Message::Empty(_) => return None,
    };
    Some(Moment::from_seconds(i64::from(date)))
}
