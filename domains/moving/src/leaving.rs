//! Moving out: chats written as the archive that [`crate::readers`] reads again, packed while it is stored.

use crate::{
    actions,
    item::{
        ChatItem, FileItem, ForwardedItem, Item, MessageItem, PersonItem, ReactionItem, TopicItem,
        VersionItem,
    },
    model::Export,
    readers::{MANIFEST_VERSION, Manifest},
    store,
};
use blob::{Blobs, Sha};
use bytes::Bytes;
use db::Tx;
use files::{File, FileKind, FileRef, FileState};
use kernel::{Error, Id, Moment, Result, Uuid};
use messages::{Message, Thread};
use serde_json::Value;
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    io::{self, Write},
};
use team::{Chat, WhoAdds, bringing};
use tokio::sync::mpsc;
use web::{BoxFuture, House};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// The job that makes one archive.
pub(crate) const EXPORT: &str = "moving.export";
/// Messages read at once.
const PAGE: i64 = 200;

/// What the packing thread is told.
enum Tell {
    /// Begin a file; packed or as it is.
    Begin(String, bool),
    Write(Bytes),
}

/// Does the job.
pub(crate) fn job(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<Export> = serde_json::from_value(payload["id"].clone())?;
        let export = house
            .read(async move |tx: &mut Tx<'_>| store::export(tx, id).await)
            .await?;
        if export.state != "running" {
            return Ok(());
        }
        let made = make(&house, &export).await;
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                let (state, file, error) = match &made {
                    Ok(file) => {
                        files::fetched(tx, file).await?;
                        ("done", Some(file.shown.id.uuid()), "")
                    }
                    Err(error) => {
                        tracing::warn!(%error, "an export failed");
                        ("failed", None, error.code().unwrap_or("moving.fault"))
                    }
                };
                store::end_export(tx, id, state, file, error, ctx.now).await?;
                let export = store::export(tx, id).await?;
                actions::tell_export(tx, &ctx, &export).await
            })
            .await
    })
}

/// Packs and stores at the same time: nothing is held but what is on its way.
async fn make(house: &House, export: &Export) -> Result<File> {
    let (tell, told) = mpsc::channel::<Tell>(16);
    let (send, take) = mpsc::channel::<io::Result<Bytes>>(16);
    let packing = tokio::task::spawn_blocking(move || pack(told, send));
    let bytes = futures_util::stream::unfold(take, async |mut take| {
        let piece = take.recv().await?;
        Some((piece, take))
    });
    let name = format!(
        "beseda-{}.zip",
        export.created_at.timestamp().strftime("%Y-%m-%d")
    );
    let noted = File {
        shown: FileRef {
            id: house.ids().next(),
            name,
            size: 0,
            mime: "application/zip".to_owned(),
            kind: FileKind::File,
            width: None,
            height: None,
            preview: false,
            state: FileState::Pending,
            duration_ms: None,
            peaks: None,
        },
        sha256: None,
        preview_sha256: None,
        owner_id: Some(export.person_id.uuid()),
        thread_id: None,
        photo: false,
        source: None,
        created_at: house.clock().now(),
    };
    let telling = async move {
        let mut teller = Teller { house, tell };
        teller.all(export).await?;
        Ok::<(), Error>(())
    };
    // What is told wrong must not end as an archive that looks whole: the file is kept only when both went well.
    let (written, stored) =
        tokio::join!(telling, files::stored_file(house, noted, bytes, u64::MAX));
    written?;
    packing.await.map_err(Error::fault)??;
    stored
}

/// The thread that packs. It ends well only when it was told all.
fn pack(mut told: mpsc::Receiver<Tell>, send: mpsc::Sender<io::Result<Bytes>>) -> Result<()> {
    let mut zip = ZipWriter::new_stream(Pipe(send, Vec::new()));
    while let Some(tell) = told.blocking_recv() {
        match tell {
            Tell::Begin(name, packed) => {
                let how = if packed {
                    CompressionMethod::Deflated
                } else {
                    CompressionMethod::Stored
                };
                let options = SimpleFileOptions::default()
                    .compression_method(how)
                    .large_file(true)
                    .unix_permissions(0o644);
                zip.start_file(name, options).map_err(Error::fault)?;
            }
            Tell::Write(bytes) => zip.write_all(&bytes)?,
        }
    }
    let mut pipe = zip.finish().map_err(Error::fault)?;
    pipe.flush()?;
    Ok(())
}

/// A writer whose other end is a stream.
struct Pipe(mpsc::Sender<io::Result<Bytes>>, Vec<u8>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.extend_from_slice(bytes);
        if self.1.len() >= 64 * 1024 {
            self.flush()?;
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        let full = std::mem::take(&mut self.1);
        if full.is_empty() {
            return Ok(());
        }
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(full.into())).map_err(gone)
    }
}

struct Teller<'h> {
    house: &'h House,
    tell: mpsc::Sender<Tell>,
}

impl Teller<'_> {
    async fn say(&self, tell: Tell) -> Result<()> {
        let gone = |_| Error::fault("the packing stopped");
        self.tell.send(tell).await.map_err(gone)
    }

    async fn file(&self, name: String, bytes: Vec<u8>) -> Result<()> {
        self.say(Tell::Begin(name, true)).await?;
        self.say(Tell::Write(bytes.into())).await
    }

    async fn all(&mut self, export: &Export) -> Result<()> {
        let one = export.thread_id;
        let (chats, workspace) = self
            .house
            .read(async move |tx: &mut Tx<'_>| {
                let chats = match one {
                    Some(thread) => vec![Id::new(thread)],
                    None => bringing::all(tx).await?,
                };
                Ok((chats, accounts::workspace(tx).await?))
            })
            .await?;
        let manifest = Manifest {
            format: "beseda".to_owned(),
            version: MANIFEST_VERSION,
            workspace: workspace.name,
            made_at: export.created_at.millis(),
            chats: chats.iter().map(|id| format!("chats/{id}.jsonl")).collect(),
        };
        let bytes = serde_json::to_vec_pretty(&manifest)?;
        self.file("manifest.json".to_owned(), bytes).await?;
        let mut named = BTreeSet::new();
        let total = i64::try_from(chats.len()).unwrap_or(i64::MAX);
        for (done, chat) in (0..).zip(chats) {
            self.progress(export.id, (done, total)).await?;
            self.chat(chat, export, &mut named).await?;
        }
        let whole = one.is_none();
        let people = self
            .house
            .read(async move |tx: &mut Tx<'_>| accounts::everybody(tx).await)
            .await?;
        let people = people
            .into_iter()
            .filter(|p| whole || named.contains(&p.id.uuid()));
        let people: Vec<PersonItem> = people
            .map(|p| PersonItem {
                id: p.id.to_string(),
                name: p.name,
                login: p.login.unwrap_or_default(),
                email: p.email,
                bot: false,
            })
            .collect();
        let bytes = serde_json::to_vec_pretty(&people)?;
        self.file("people.json".to_owned(), bytes).await?;
        self.progress(export.id, (total, total)).await
    }

    async fn progress(&self, id: Id<Export>, at: (i64, i64)) -> Result<()> {
        let ctx = self.house.system();
        self.house
            .write(async move |tx: &mut Tx<'_>| {
                store::export_at(tx, id, at, ctx.now).await?;
                let export = store::export(tx, id).await?;
                actions::tell_export(tx, &ctx, &export).await
            })
            .await
    }

    /// Writes a chat, its topics at its end, and then their files.
    async fn chat(
        &self,
        id: Id<Thread>,
        export: &Export,
        named: &mut BTreeSet<Uuid>,
    ) -> Result<()> {
        let found = self
            .house
            .read(async move |tx: &mut Tx<'_>| {
                let chat = bringing::chats(tx, &[id]).await?.pop();
                Ok((chat, bringing::topics(tx, id).await?))
            })
            .await?;
        let (Some(chat), topics) = found else {
            return Ok(());
        };
        named.extend(chat.member_ids.iter().map(|p| p.uuid()));
        self.say(Tell::Begin(format!("chats/{id}.jsonl"), true))
            .await?;
        self.line(&Item::Chat(head(&chat))).await?;
        let mut files = Vec::new();
        let all = std::iter::once((id, None)).chain(topics.iter().map(|t| (t.id, t.root_id)));
        // An answer that also stands in the group names its topic there.
        let roots = topics.iter().filter_map(|t| Some((t.id, t.root_id?)));
        let roots: HashMap<Id<Thread>, Id<Message>> = roots.collect();
        for (thread, root) in all {
            let mut after = 0;
            loop {
                let page = self
                    .house
                    .read(async move |tx: &mut Tx<'_>| {
                        let page = messages::whole(tx, thread, after, PAGE).await?;
                        let mut out = Vec::with_capacity(page.len());
                        for message in page {
                            let versions = if message.edited_at.is_some() {
                                messages::versions(tx, message.id).await?
                            } else {
                                Vec::new()
                            };
                            out.push((message, versions));
                        }
                        Ok(out)
                    })
                    .await?;
                let Some((last, _)) = page.last() else {
                    break;
                };
                after = last.seq;
                for (message, versions) in &page {
                    if message.kind != "text" || message.deleted_at.is_some() {
                        continue;
                    }
                    named.extend(message.author.id);
                    named.extend(message.mentions.iter());
                    named.extend(message.reactions.iter().flat_map(|r| &r.people));
                    files.extend(
                        message
                            .files
                            .iter()
                            .filter(|f| f.state == FileState::Ready)
                            .cloned(),
                    );
                    let mut item = item(id, root, message);
                    let extras = message.extras.as_ref();
                    let topic = extras.and_then(|e| roots.get(&e.from_topic?));
                    item.from_topic = topic.filter(|_| root.is_none()).map(Id::to_string);
                    item.versions = versions
                        .iter()
                        .map(|(at, text)| VersionItem {
                            at: at.millis(),
                            text: text.clone(),
                        })
                        .collect();
                    self.line(&Item::Message(Box::new(item))).await?;
                    // A topic is told before anything that names it.
                    let under = topics.iter().find(|t| t.root_id == Some(message.id));
                    if let Some(topic) = under {
                        named.extend(topic.member_ids.iter().map(|p| p.uuid()));
                        let head = head_of_topic(id, message.id, topic);
                        self.line(&Item::Topic(head)).await?;
                    }
                }
                self.progress_beat(export).await?;
            }
        }
        let mut seen = HashSet::new();
        files.retain(|f| seen.insert(f.id));
        for file in files {
            self.bytes(&file).await?;
        }
        Ok(())
    }

    /// Lets others see that the archive is still being made.
    async fn progress_beat(&self, export: &Export) -> Result<()> {
        let (id, now) = (export.id, self.house.clock().now());
        self.house
            .write(async move |tx: &mut Tx<'_>| {
                let at = store::export(tx, id).await?;
                store::export_at(tx, id, (at.done, at.total), now).await
            })
            .await
    }

    async fn line(&self, item: &Item) -> Result<()> {
        let mut line = serde_json::to_vec(item)?;
        line.push(b'\n');
        self.say(Tell::Write(line.into())).await
    }

    async fn bytes(&self, file: &FileRef) -> Result<()> {
        let id = file.id;
        let stored = self
            .house
            .read(async move |tx: &mut Tx<'_>| files::by_ids(tx, &[id]).await)
            .await?;
        let sha = stored
            .first()
            .and_then(|f| f.sha256.as_ref()?.parse::<Sha>().ok());
        let Some(sha) = sha else {
            return Err(Error::not_found());
        };
        self.say(Tell::Begin(path(file), false)).await?;
        let (mut from, _) = self.house.part::<Blobs>()?.open(&sha).await?;
        let mut room = vec![0; 64 * 1024];
        loop {
            let read = tokio::io::AsyncReadExt::read(&mut from, &mut room).await?;
            if read == 0 {
                return Ok(());
            }
            let piece = Bytes::copy_from_slice(&room[..read]);
            self.say(Tell::Write(piece)).await?;
        }
    }
}

fn path(file: &FileRef) -> String {
    format!("files/{}/{}", file.id, text::sanitize_filename(&file.name))
}

fn head(chat: &Chat) -> ChatItem {
    let words = |people: &[Id<accounts::Person>]| people.iter().map(Id::to_string).collect();
    ChatItem {
        id: chat.id.to_string(),
        title: (chat.kind == "group").then(|| chat.title.clone()),
        members: words(&chat.member_ids),
        admins: words(&chat.admin_ids),
        owner: chat.owner_id.map(|p| p.to_string()),
        admins_add: chat.who_adds == WhoAdds::Admins,
        at: chat.created_at.millis(),
    }
}

fn head_of_topic(chat: Id<Thread>, root: Id<Message>, topic: &Chat) -> TopicItem {
    TopicItem {
        chat: chat.to_string(),
        root: root.to_string(),
        title: topic.title.clone(),
        owner: topic.owner_id.map(|p| p.to_string()),
        followers: topic.member_ids.iter().map(Id::to_string).collect(),
        at: topic.created_at.millis(),
    }
}

fn item(chat: Id<Thread>, root: Option<Id<Message>>, message: &Message) -> MessageItem {
    let extras = message.extras.as_ref();
    let answers = message.reply.as_ref().map(|r| r.id);
    let ready = message.files.iter().filter(|f| f.state == FileState::Ready);
    MessageItem {
        id: message.id.to_string(),
        chat: chat.to_string(),
        author: message.author.id.map(|id| id.to_string()),
        author_name: message.author.name.clone(),
        at: message.at.millis(),
        text: message.text.clone(),
        mentions: Vec::new(),
        reply_to: answers.map(|id| id.to_string()),
        topic: root.map(|id| id.to_string()),
        from_topic: None,
        files: ready
            .map(|f| FileItem {
                name: f.name.clone(),
                path: path(f),
                voice: f.kind == FileKind::Voice,
                plain: f.kind == FileKind::File,
                length: f.duration_ms,
                peaks: f.peaks.clone(),
            })
            .collect(),
        reactions: message
            .reactions
            .iter()
            .map(|r| ReactionItem {
                emoji: r.emoji.clone(),
                people: r.people.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        edited_at: message.edited_at.map(Moment::millis),
        pinned: message.pinned,
        versions: Vec::new(),
        forwarded: extras.and_then(|e| {
            let first = e.forwarded.as_ref()?;
            Some(ForwardedItem {
                name: first.author_name.clone(),
                at: Some(first.at.millis()),
            })
        }),
    }
}
