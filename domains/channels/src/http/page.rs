//! An open page of a visitor: what changes in their talk, that an answer is being typed, that somebody is there.

use super::widget::{Over, answered_now, faces, shown, window};
use crate::{
    hooks::Upcalls,
    model::{Account, Peer},
    visitors::Visitors,
};
use axum::extract::ws::{Message as Frame, WebSocket};
use db::Tx;
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use kernel::{Id, Moment, Uuid};
use messages::{DeliveryState, Message};
use serde_json::{Value, json};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::broadcast::error::RecvError;
use web::House;

/// A page that says nothing for this long is gone; it pings every 25 s.
const SILENCE: Duration = Duration::from_secs(70);

type Ended<T> = std::result::Result<T, &'static str>;

/// What a page was told.
#[derive(Default)]
struct Told {
    said: HashMap<Id<Message>, String>,
    thread: Option<Uuid>,
    online: bool,
    opens_at: Option<Moment>,
}

/// Serves one open page: whenever the talk changes, what differs from what was told is told.
pub(super) async fn serve(
    house: &House,
    account: &Account,
    key: (&str, &Over),
    peer: &Peer,
    socket: WebSocket,
) -> Ended<()> {
    let visitors = house.part::<Arc<Visitors>>().map_err(|_| "no visitors")?;
    let (mut changes, mut typing) = (visitors.follow(peer.id), visitors.follow_typing());
    let mut anyone = house.hub().anyone_online();
    let (mut sink, mut stream) = socket.split();
    let (online, opens_at) = answered_now(house, account)
        .await
        .map_err(|_| "no working time")?;
    let mut told = Told {
        online,
        opens_at,
        ..Told::default()
    };
    news(house, key, peer, &mut told).await;
    loop {
        tokio::select! {
            changed = changes.changed() => {
                changed.map_err(|_| "closing")?;
                for text in news(house, key, peer, &mut told).await {
                    say(&mut sink, text).await?;
                }
            }
            typed = typing.recv() => match typed {
                Ok(thread) if told.thread == Some(thread) => say(&mut sink, json!({"type": "typing"}).to_string()).await?,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Err("closing"),
            },
            changed = anyone.changed() => {
                changed.map_err(|_| "closing")?;
                state(house, account, &mut sink, &mut told).await?;
            }
            frame = heard(&mut stream) => {
                let Some(frame) = frame? else { return Ok(()) };
                let Frame::Text(text) = frame else { continue };
                let sign: Value = serde_json::from_str(&text).map_err(|_| "garbage")?;
                if sign.get("type").and_then(Value::as_str) == Some("ping") {
                    say(&mut sink, json!({"type": "pong"}).to_string()).await?;
                    state(house, account, &mut sink, &mut told).await?;
                } else {
                    signed(house, peer, &sign).await;
                }
            }
        }
    }
}

async fn say(sink: &mut SplitSink<WebSocket, Frame>, text: String) -> Ended<()> {
    tokio::time::timeout(SILENCE, sink.send(Frame::Text(text.into())))
        .await
        .map_err(|_| "the reader stands still")?
        .map_err(|_| "write failed")
}

/// The next frame; `None` when the page closed.
async fn heard(stream: &mut SplitStream<WebSocket>) -> Ended<Option<Frame>> {
    let came = tokio::time::timeout(SILENCE, stream.next())
        .await
        .map_err(|_| "silence")?;
    Ok(came.and_then(std::result::Result::ok))
}

/// Tells whether anybody is there, if that is news.
async fn state(
    house: &House,
    account: &Account,
    sink: &mut SplitSink<WebSocket, Frame>,
    told: &mut Told,
) -> Ended<()> {
    let (online, opens_at) = answered_now(house, account)
        .await
        .map_err(|_| "no working time")?;
    if (told.online, told.opens_at) == (online, opens_at) {
        return Ok(());
    }
    (told.online, told.opens_at) = (online, opens_at);
    let frame = json!({"type": "state", "online": online, "opens_at": opens_at});
    say(sink, frame.to_string()).await
}

/// What changed in the talk since this page was last told.
async fn news(
    house: &House,
    (key, over): (&str, &Over),
    peer: &Peer,
    told: &mut Told,
) -> Vec<String> {
    let Ok(upcalls) = house.part::<Upcalls>() else {
        return Vec::new();
    };
    let (upcalls, peer, shows) = (*upcalls, peer.clone(), over.clone());
    let found = house
        .read(
            async move |tx: &mut Tx<'_>| match (upcalls.thread)(tx, &peer).await? {
                Some(thread) => {
                    let found = window(tx, thread, 0).await?;
                    let faces = faces(tx, &shows, &found).await?;
                    Ok((Some(thread), found, faces))
                }
                None => Ok((None, Vec::new(), HashMap::new())),
            },
        )
        .await;
    let Ok((thread, found, faces)) = found else {
        return Vec::new();
    };
    told.thread = thread.map(Id::uuid);
    found
        .into_iter()
        .filter_map(|m| shown(key, over, &faces, m))
        .filter_map(|m| {
            let text = json!({"type": "message", "message": m}).to_string();
            let known = told.said.insert(m.id, text.clone());
            (known.as_ref() != Some(&text)).then_some(text)
        })
        .collect()
}

/// A visitor types, or has read.
async fn signed(house: &House, peer: &Peer, sign: &Value) {
    let Ok(upcalls) = house.part::<Upcalls>() else {
        return;
    };
    let (upcalls, peer) = (*upcalls, peer.clone());
    match sign.get("type").and_then(Value::as_str) {
        Some("typing") => {
            let thread = house
                .read(
                    async move |tx: &mut Tx<'_>| match (upcalls.thread)(tx, &peer).await? {
                        Some(thread) => {
                            Ok(Some((thread, accounts::audience(tx, thread.uuid()).await?)))
                        }
                        None => Ok(None),
                    },
                )
                .await;
            if let Ok(Some((thread, audience))) = thread {
                let fields =
                    json!({"thread_id": thread, "person_id": null, "name": "", "hidden": false});
                house.hub().sign(
                    &audience,
                    None,
                    &web::frame("typing", None, &fields.to_string()),
                );
            }
        }
        Some("read") => {
            let Some(seq) = sign.get("seq").and_then(Value::as_i64) else {
                return;
            };
            let ctx = house.system();
            let done = house
                .write(async move |tx: &mut Tx<'_>| {
                    let Some(thread) = (upcalls.thread)(tx, &peer).await? else {
                        return Ok(());
                    };
                    let page = messages::page(
                        tx,
                        Id::new(Uuid::nil()),
                        thread,
                        messages::Window::Before(seq + 1),
                        50,
                    )
                    .await?;
                    for m in page.messages.iter().filter(|m| {
                        m.delivery
                            .as_ref()
                            .is_some_and(|d| d.state < DeliveryState::Read)
                    }) {
                        crate::outbox::advance(tx, &ctx, m.id, None, DeliveryState::Read).await?;
                    }
                    Ok(())
                })
                .await;
            if let Err(error) = done {
                tracing::warn!(%error, "a visitor's read position could not be kept");
            }
        }
        _ => {}
    }
}
