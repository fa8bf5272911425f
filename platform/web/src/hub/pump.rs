//! The pump: carries committed events to sockets, keeps the last ones, and reads what a returning client missed.

use super::{
    Hub, frame, lock,
    recent::{Missed, Told},
};
use axum::extract::ws::Utf8Bytes;
use db::{Db, Tx};
use journal::{Appended, Position, Recorded};
use kernel::{Result, Uuid};
use std::{
    collections::HashSet,
    sync::{Arc, PoisonError},
    time::Duration,
};
use tokio::sync::mpsc;

/// Frames a returning client is sent at most; one that missed more reloads.
const MISSED: usize = 2000;

impl Hub {
    /// Carries committed events to sockets until the house closes.
    pub async fn pump(self: Arc<Self>, db: Db, mut stop: crate::Stop) {
        let Some(mut inbox) = lock(&self.inbox).take() else {
            return;
        };
        if db.is_shared() {
            self.pump_shared(db, inbox, stop).await;
            return;
        }
        self.begin(&db).await;
        loop {
            tokio::select! {
                next = inbox.recv() => match next {
                    Some(appended) => self.carry(&db, appended).await,
                    None => return,
                },
                _ = stop.changed() => return,
            }
        }
    }

    /// The journal's end as the pump begins; from here on everything told is kept for those who return.
    async fn begin(&self, db: &Db) -> Position {
        let end = db
            .read(async |tx: &mut Tx<'_>| journal::end(tx).await)
            .await;
        match end {
            Ok(end) => {
                lock(&self.recent).begin(end);
                end
            }
            Err(error) => {
                tracing::error!(%error, "the journal's end could not be read");
                Position::default()
            }
        }
    }

    async fn carry(&self, db: &Db, appended: Appended) {
        let Appended { at, event } = appended;
        let recorded = Recorded {
            at,
            kind: event.kind.to_owned(),
            subject: event.subject,
            change: event.change,
        };
        self.tell(db, recorded, event.audience, event.live.as_deref())
            .await;
    }

    /// Tells an event to its audience; `live` are its fields, when the action had them at hand.
    async fn tell(&self, db: &Db, event: Recorded, audience: Vec<Uuid>, live: Option<&str>) {
        let at = event.at;
        if event.kind == "access.changed" {
            if let Err(error) = self.refresh(db, event.subject).await {
                tracing::error!(%error, "a person's principals could not be read; their sockets are cut");
                self.sign_out(event.subject, None);
            }
            lock(&self.recent).pass(at);
            return;
        }
        let (kind, subject) = (event.kind.clone(), event.subject);
        let fresh = event.change.is_none();
        let text = match (live, &event.change) {
            (Some(live), _) => Some(frame(&kind, Some(at), live)),
            (None, Some(change)) if !self.is_read_afresh(&kind) => {
                Some(frame(&kind, Some(at), &change.to_string()))
            }
            _ => self.hydrate(db, event).await,
        };
        let Some(text) = text.map(Utf8Bytes::from) else {
            lock(&self.recent).pass(at);
            return;
        };
        // Kept first: who joins between the two finds it there, and skips it in their queue by its place.
        lock(&self.recent).keep(Told {
            at,
            kind: kind.clone(),
            subject,
            audience: audience.clone(),
            text: text.clone(),
            fresh,
        });
        self.send(&audience, None, Some(at), &text);
        self.tapped(&kind, subject, &audience);
    }

    fn is_read_afresh(&self, kind: &str) -> bool {
        self.frames
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(kind)
    }

    async fn hydrate(&self, db: &Db, event: Recorded) -> Option<String> {
        let read = *self
            .frames
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(event.kind.as_str())?;
        let answer = db
            .read(async move |tx: &mut Tx<'_>| {
                let fields = read(tx, &event).await?;
                Ok(fields.map(|f| frame(&event.kind, Some(event.at), &f)))
            })
            .await;
        answer.unwrap_or_else(|error| {
            tracing::error!(%error, "an event's fields could not be read");
            None
        })
    }

    /// The frames a client missed, or `None` when it must reload. Also the place it then stands at.
    pub(crate) async fn missed(
        &self,
        db: &Db,
        after: Position,
        principals: &HashSet<Uuid>,
    ) -> Result<Option<(Vec<Utf8Bytes>, Position)>> {
        let recent = lock(&self.recent).since(after, principals, MISSED);
        match recent {
            Some(Ok((missed, end))) => {
                let mut out = Vec::with_capacity(missed.len());
                let forgotten = usize::from(kernel::sabotaged("no-resume"));
                for one in missed.into_iter().skip(forgotten) {
                    match one {
                        Missed::Frame(text) => out.push(text),
                        Missed::Changed(at, kind, subject) => {
                            let event = Recorded {
                                at,
                                kind,
                                subject,
                                change: None,
                            };
                            out.extend(self.hydrate(db, event).await.map(Utf8Bytes::from));
                        }
                    }
                }
                Ok(Some((out, end)))
            }
            Some(Err(_)) => Ok(None),
            None => self.missed_on_disk(db, after, principals).await,
        }
    }

    async fn missed_on_disk(
        &self,
        db: &Db,
        after: Position,
        principals: &HashSet<Uuid>,
    ) -> Result<Option<(Vec<Utf8Bytes>, Position)>> {
        let principals: Vec<Uuid> = principals.iter().copied().collect();
        let table = self
            .frames
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        db.read(async move |tx: &mut Tx<'_>| {
            let end = journal::end(tx).await?;
            if !journal::is_kept(tx, after).await? {
                return Ok(None);
            }
            let limit = i64::try_from(MISSED).unwrap_or(i64::MAX);
            let events = journal::since(tx, after, &principals, limit).await?;
            if events.len() >= MISSED {
                return Ok(None);
            }
            let mut out = Vec::with_capacity(events.len());
            for event in events {
                // A reader goes before what is stored: stored fields may only say what to read.
                let fields = match (table.get(event.kind.as_str()), &event.change) {
                    (Some(read), _) => read(tx, &event).await?,
                    (None, change) => change.as_ref().map(ToString::to_string),
                };
                if let Some(fields) = fields {
                    out.push(frame(&event.kind, Some(event.at), &fields).into());
                }
            }
            Ok(Some((out, end)))
        })
        .await
    }

    /// On a shared database the table is the truth: read what is new whenever any node says so.
    async fn pump_shared(
        &self,
        db: Db,
        mut inbox: mpsc::UnboundedReceiver<Appended>,
        mut stop: crate::Stop,
    ) {
        let mut listener = db.listen("beseda_journal").await.ok().flatten();
        let mut at = self.begin(&db).await;
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                own = inbox.recv() => {
                    if own.is_none() { return }
                    while inbox.try_recv().is_ok() {}
                    notify_nodes(&db).await;
                }
                heard = hear(&mut listener) => if !heard {
                    listener = db.listen("beseda_journal").await.ok().flatten();
                },
                () = self.shared_wake.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(500)) => {}
            }
            at = self.carry_new(&db, at).await;
        }
    }

    async fn carry_new(&self, db: &Db, mut at: Position) -> Position {
        const PAGE: i64 = 500;
        loop {
            let from = at;
            let page = db
                .read(async move |tx: &mut Tx<'_>| journal::everything_since(tx, from, PAGE).await)
                .await;
            let Ok(page) = page else { return at };
            let more = i64::try_from(page.len()).unwrap_or(0) == PAGE;
            for (event, audience) in page {
                at = event.at;
                self.tell(db, event, audience, None).await;
            }
            if !more {
                return at;
            }
        }
    }
}

async fn notify_nodes(db: &Db) {
    let told = db
        .write(async |tx: &mut Tx<'_>| {
            tx.run(
                db::sql!(
                    sqlite: "SELECT 1",
                    postgres: "SELECT pg_notify('beseda_journal', '')",
                ),
                &db::bind![],
            )
            .await
        })
        .await;
    if let Err(error) = told {
        tracing::warn!(%error, "the other nodes could not be told; they look by themselves twice a second");
    }
}

/// Waits for word from another node; for ever when nobody can send one. `false`: the line broke.
async fn hear(listener: &mut Option<db::Listener>) -> bool {
    match listener {
        Some(listener) => listener.recv().await.is_ok(),
        None => std::future::pending().await,
    }
}
