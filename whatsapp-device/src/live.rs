//! The line for real: the crate `whatsapp-rust`. It speaks to servers that have no public double, so this file is kept
//! thin, and all that decides anything stands beside it.

use crate::{
    desk::Desk,
    heard::{self, Media, Who},
    line::{Found, Line, Outgoing, REACH_OUT_LOCKED, Standing, Target},
    store::Failed,
    wire::Refusal,
};
use async_trait::async_trait;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::{Notify, oneshot, watch};
use whatsapp_rust::{
    Client, InboundDurabilityHook, Jid, RevokeType, SendError, SendOptions, UploadOptions, anyhow,
    bot::Bot,
    download::DownloadParams,
    pair_code::PairCodeOptions,
    store::SqliteStore,
    types::{
        call::CallAction,
        events::{Event, InboundMessage},
        presence::ReceiptType,
    },
    upload::UploadResponse,
    wacore::{proto_helpers::build_quote_context, store::DevicePropsOverride},
    waproto::{buffa::MessageField, whatsapp as wa},
};

/// How long the messenger may take to acknowledge a message.
const ACK: Duration = Duration::from_secs(20);
/// How long codes are renewed after somebody looked.
const LOOKED: Duration = Duration::from_mins(5);
/// The pause before the line is opened again.
const PAUSE: Duration = Duration::from_secs(5);
/// The messenger's refusal to let this account write to strangers.
const TIME_LOCK: &str = "463";

/// The line.
pub struct Live {
    folder: PathBuf,
    client: RwLock<Option<Arc<Client>>>,
    standing: watch::Sender<Standing>,
    looked: Mutex<tokio::time::Instant>,
    woken: Notify,
    acks: Mutex<HashMap<String, oneshot::Sender<Option<String>>>>,
    titles: RwLock<HashMap<String, String>>,
    /// Whom all is told; set once, when both are there.
    desk: OnceLock<Arc<Desk>>,
}

impl Live {
    /// A line that keeps its keys in a folder.
    pub fn new(folder: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            folder,
            client: RwLock::default(),
            standing: watch::Sender::new(Standing::Starting),
            looked: Mutex::new(tokio::time::Instant::now()),
            woken: Notify::new(),
            acks: Mutex::default(),
            titles: RwLock::default(),
            desk: OnceLock::new(),
        })
    }

    /// Standings as they come.
    pub fn standings(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Keeps the line open for ever: linked again after the link was taken away, codes renewed while somebody looks.
    pub async fn run(self: Arc<Self>, desk: Arc<Desk>) {
        if self.desk.set(desk).is_err() {
            return;
        }
        loop {
            if let Err(error) = self.open().await {
                log::error!("the line: {error}");
            }
            if matches!(*self.standing.borrow(), Standing::Refused(_)) {
                // The old keys open nothing any more; the next codes make new ones.
                if let Err(error) = tokio::fs::remove_dir_all(self.keys()).await {
                    log::warn!("old keys stay: {error}");
                }
            }
            tokio::time::sleep(PAUSE).await;
            while !self.is_linked() && !self.is_looked_at() {
                self.woken.notified().await;
            }
        }
    }

    fn keys(&self) -> PathBuf {
        self.folder.join("keys")
    }

    fn is_linked(&self) -> bool {
        // Keys that were linked once are opened again without anybody looking.
        !matches!(
            *self.standing.borrow(),
            Standing::Idle | Standing::Refused(_)
        )
    }

    fn is_looked_at(&self) -> bool {
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.elapsed() < LOOKED
    }

    async fn open(self: &Arc<Self>) -> Result<(), Failed> {
        tokio::fs::create_dir_all(self.keys()).await?;
        let place = self.keys().join("whatsapp.db");
        let keys = SqliteStore::new(&place.to_string_lossy()).await?;
        let told = Arc::clone(self);
        let bot = Bot::builder()
            .with_backend(keys)
            .with_device_props(DevicePropsOverride::new().with_os("Beseda"))
            .with_inbound_durability_hook(Hook(Arc::clone(self)))
            .skip_history_sync()
            .on_event(move |event, client| {
                let told = Arc::clone(&told);
                async move { told.told(&event, client).await }
            })
            .build()
            .await?;
        let client = bot.client();
        // The desk has what was delivered: the client sees both ticks.
        client.set_force_active_delivery_receipts(true);
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = Some(client);
        bot.run().await;
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn stand(&self, standing: Standing) {
        if let Some(desk) = self.desk.get()
            && let Err(error) = desk.stands(&standing)
        {
            log::error!("the store: {error}");
        }
        self.standing.send_replace(standing);
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of event")]
    async fn told(self: &Arc<Self>, event: &Event, client: Arc<Client>) {
        let Some(desk) = self.desk.get() else { return };
        let kept = match event {
            Event::Connected(_) => {
                let phone = client.pn().map(|jid| format!("+{}", jid.user));
                self.stand(Standing::Linked {
                    phone: phone.unwrap_or_default(),
                });
                self.learn_titles(&client).await;
                Ok(())
            }
            Event::PairingQrCode(qr) => {
                self.stand(Standing::Scan {
                    code: qr.code.clone(),
                    until: after(qr.timeout),
                });
                Ok(())
            }
            Event::PairingCode(code) => {
                self.stand(Standing::Type {
                    code: code.code.clone(),
                    until: after(code.timeout),
                });
                Ok(())
            }
            Event::PairingCodeRefresh(_) | Event::PairingCodeError(_) => {
                self.stand(Standing::Idle);
                Ok(())
            }
            Event::PairingQrCodesExhausted(_) => {
                self.stand(Standing::Idle);
                if self.is_looked_at() {
                    client.reconnect().await;
                } else {
                    client.disconnect().await;
                }
                Ok(())
            }
            Event::LoggedOut(out) => {
                let words = format!("WhatsApp took the link away ({:?})", out.reason);
                self.stand(Standing::Refused(words));
                Ok(())
            }
            Event::TemporaryBan(ban) => {
                let hours = ban.expire.num_minutes().max(0).unsigned_abs().div_ceil(60);
                let words = format!("WhatsApp blocked the number for {hours} h: {}", ban.code);
                self.stand(Standing::Refused(words));
                Ok(())
            }
            Event::ClientOutdated(_) => {
                self.stand(Standing::Refused(
                    "WhatsApp wants a newer program".to_owned(),
                ));
                Ok(())
            }
            Event::ServerAck(ack) if ack.class.as_deref() == Some("message") => {
                let waiting = self
                    .acks
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(&ack.id);
                if let Some(waiting) = waiting {
                    // Nobody waits any more: the answer came too late to be one.
                    let _late = waiting.send(ack.error.clone());
                }
                Ok(())
            }
            Event::Receipt(receipt) => {
                let state = match receipt.r#type {
                    ReceiptType::Delivered => "delivered",
                    ReceiptType::Read | ReceiptType::Played => "read",
                    _ => return,
                };
                let at = receipt.timestamp.timestamp_millis();
                desk.receipt(&receipt.message_ids, state, at)
            }
            Event::UndecryptableMessage(lost) => {
                log::warn!("a message could not be opened: {}", lost.info.id);
                Ok(())
            }
            Event::MissedCall(call) => {
                let who = Who::of([Some(&call.from), None]);
                let at = call.timestamp.timestamp_millis();
                desk.called(&who, &call.call_id, false, at)
            }
            Event::IncomingCall(call) => match &call.action {
                CallAction::Offer {
                    call_id,
                    caller_pn,
                    is_video,
                    group_jid: None,
                    ..
                } => {
                    let who = Who::of([Some(&call.from), caller_pn.as_ref()]);
                    let at = call.timestamp.timestamp_millis();
                    desk.called(&who, call_id, *is_video, at)
                }
                _ => Ok(()),
            },
            Event::ContactNumberChanged(change) => {
                let old = Who::of([change.old_lid.as_ref(), Some(&change.old_jid)]);
                let new = Who::of([change.new_lid.as_ref(), Some(&change.new_jid)]);
                desk.moved(&old, &new, change.timestamp.timestamp_millis())
            }
            Event::GroupUpdate(update) => {
                if let Ok(group) = client.groups().get_metadata(&update.group_jid).await {
                    self.learn_title(&group.id, group.subject);
                }
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(error) = kept {
            log::error!("the store: {error}");
        }
    }

    async fn learn_titles(&self, client: &Client) {
        match client.groups().get_participating().await {
            Ok(groups) => {
                for group in groups.into_values() {
                    self.learn_title(&group.id, group.subject);
                }
            }
            Err(error) => log::warn!("titles of groups are not known: {error}"),
        }
    }

    fn learn_title(&self, group: &Jid, title: String) {
        self.titles
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(group.to_non_ad_string(), title);
    }

    fn client(&self) -> Result<Arc<Client>, Refusal> {
        let client = self
            .client
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        match (&*self.standing.borrow(), client) {
            (Standing::Linked { .. }, Some(client)) if client.is_connected() => Ok(client),
            (Standing::Linked { .. } | Standing::Starting, _) => Err(not_connected()),
            _ => Err(needs_login()),
        }
    }

    async fn uploaded(
        client: &Client,
        message: &Outgoing,
        context: Option<Box<wa::ContextInfo>>,
    ) -> Result<(wa::Message, Option<Media>), Refusal> {
        let caption = Some(message.text.clone()).filter(|text| !text.is_empty());
        let Some(file) = &message.file else {
            let text = wa::message::ExtendedTextMessage {
                text: caption,
                context_info: context
                    .map_or_else(MessageField::default, |c| MessageField::some(*c)),
                ..Default::default()
            };
            let message = wa::Message {
                extended_text_message: MessageField::some(text),
                ..Default::default()
            };
            return Ok((message, None));
        };
        let class = match file.kind.as_str() {
            "image" => "image",
            "video" => "video",
            "audio" | "voice" => "audio",
            _ => "document",
        };
        let mut kept = Media {
            kind: file.kind.clone(),
            class: class.to_owned(),
            mime: Some(file.mime.clone()),
            name: Some(file.name.clone()),
            duration_ms: file.duration_ms,
            ..Media::default()
        };
        let bytes = tokio::fs::read(&file.path)
            .await
            .map_err(|_| Refusal::of(500, "store", "the file is gone"))?;
        let up = client
            .upload(bytes, kept.media_type(), UploadOptions::new())
            .await
            .map_err(|error| Refusal::wait("upload", 10, false, error.to_string()))?;
        kept.path.clone_from(&up.direct_path);
        kept.key = up.media_key.to_vec();
        kept.sha256 = up.file_sha256.to_vec();
        kept.enc_sha256 = up.file_enc_sha256.to_vec();
        kept.size = up.file_length;
        Ok((composed(&kept, Some(up), caption, context), Some(kept)))
    }
}

/// A message with a file that lies with the messenger; `fresh`: it was uploaded for it just now.
fn composed(
    media: &Media,
    fresh: Option<UploadResponse>,
    caption: Option<String>,
    context: Option<Box<wa::ContextInfo>>,
) -> wa::Message {
    let context_info = context.map_or_else(MessageField::default, |c| MessageField::some(*c));
    let (direct_path, mimetype) = (Some(media.path.clone()), media.mime.clone());
    let (media_key, file_sha256) = (Some(media.key.clone()), Some(media.sha256.clone()));
    let (file_enc_sha256, file_length) = (Some(media.enc_sha256.clone()), Some(media.size));
    let media_key_timestamp = fresh.as_ref().map(|up| up.media_key_timestamp);
    let url = fresh.as_ref().map(|up| up.url.clone());
    let streaming_sidecar = fresh.and_then(|up| up.streaming_sidecar);
    let seconds = media
        .duration_ms
        .and_then(|ms| u32::try_from(ms.div_ceil(1000)).ok());
    let mut message = wa::Message::default();
    match media.class.as_str() {
        "image" => {
            message.image_message = MessageField::some(wa::message::ImageMessage {
                url,
                direct_path,
                mimetype,
                media_key,
                file_sha256,
                file_enc_sha256,
                file_length,
                media_key_timestamp,
                caption,
                context_info,
                ..Default::default()
            });
        }
        "video" => {
            message.video_message = MessageField::some(wa::message::VideoMessage {
                url,
                direct_path,
                mimetype,
                media_key,
                file_sha256,
                file_enc_sha256,
                file_length,
                media_key_timestamp,
                streaming_sidecar,
                caption,
                seconds,
                context_info,
                ..Default::default()
            });
        }
        "audio" => {
            let voice = media.kind == "voice";
            message.audio_message = MessageField::some(wa::message::AudioMessage {
                url,
                direct_path,
                // A voice message is played only under this type.
                mimetype: if voice {
                    Some("audio/ogg; codecs=opus".to_owned())
                } else {
                    mimetype
                },
                media_key,
                file_sha256,
                file_enc_sha256,
                file_length,
                media_key_timestamp,
                streaming_sidecar,
                seconds,
                ptt: Some(voice),
                context_info,
                ..Default::default()
            });
        }
        _ => {
            message.document_message = MessageField::some(wa::message::DocumentMessage {
                url,
                direct_path,
                mimetype,
                media_key,
                file_sha256,
                file_enc_sha256,
                file_length,
                media_key_timestamp,
                file_name: media.name.clone(),
                title: media.name.clone(),
                caption,
                context_info,
                ..Default::default()
            });
        }
    }
    message
}

/// Milliseconds since 1970 when something that lasts so long ends.
fn after(lasts: Duration) -> i64 {
    let lasts = i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX);
    crate::desk::machine_clock()().saturating_add(lasts)
}

/// Commits before the messenger is told that it arrived.
struct Hook(Arc<Live>);

#[async_trait]
impl InboundDurabilityHook for Hook {
    async fn on_messages(
        &self,
        _client: Arc<Client>,
        batch: &[InboundMessage],
    ) -> anyhow::Result<()> {
        let desk = self
            .0
            .desk
            .get()
            .ok_or_else(|| anyhow::anyhow!("nobody listens yet"))?;
        let heard = batch
            .iter()
            .filter_map(|inbound| heard::heard(&inbound.message, &inbound.info))
            .collect();
        desk.hear(heard)
            .await
            .map_err(|error| anyhow::anyhow!("the store: {error}"))
    }
}

fn needs_login() -> Refusal {
    Refusal::of(403, "needs_login", "WhatsApp is not linked: scan a code")
}

fn not_connected() -> Refusal {
    Refusal::wait("not_connected", 10, true, "WhatsApp cannot be reached now")
}

fn jid(address: &str) -> Result<Jid, Refusal> {
    address
        .parse()
        .map_err(|_| Refusal::of(404, "no_such_chat", "this is no address of WhatsApp"))
}

/// What went wrong before or after the words left: only the first may be tried again freely.
fn failed(error: &SendError) -> Refusal {
    match error {
        SendError::NotLoggedIn => needs_login(),
        SendError::InvalidRequest(words) => Refusal::of(422, "refused", words.clone()),
        other => Refusal::of(504, "unknown", other.to_string()),
    }
}

#[async_trait]
impl Line for Live {
    fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    async fn wake(&self) {
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = tokio::time::Instant::now();
        self.woken.notify_one();
    }

    async fn ask_code(&self, phone: &str) -> Result<(), Refusal> {
        let client = self
            .client
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(not_connected)?;
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        client.cancel_pair_code().await;
        let options = PairCodeOptions {
            phone_number: digits,
            ..Default::default()
        };
        // The code itself comes as an event.
        client
            .pair_with_code(options)
            .await
            .map(drop)
            .map_err(|error| match error.backoff() {
                Some(wait) => Refusal::wait("slow_down", wait.as_secs(), true, error.to_string()),
                None => Refusal::of(422, "no_code", error.to_string()),
            })
    }

    async fn unlink(&self) {
        let client = self
            .client
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(client) = client {
            client.logout().await;
        }
    }

    async fn send(
        &self,
        to: &str,
        stanza: &str,
        message: &Outgoing,
    ) -> Result<Option<Media>, Refusal> {
        let client = self.client()?;
        let to = jid(to)?;
        let context = message.quote.as_ref().map(|quote| {
            let own = || client.pn().map(|jid| jid.to_non_ad_string());
            let author = quote.author.clone().or_else(own).unwrap_or_default();
            let quoted = wa::Message {
                conversation: Some(quote.words.clone()),
                ..Default::default()
            };
            Box::new(build_quote_context(quote.stanza.clone(), author, &quoted))
        });
        let (message, media) = Self::uploaded(&client, message, context).await?;
        let (acked, ack) = oneshot::channel();
        self.acks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(stanza.to_owned(), acked);
        let options = SendOptions::default().with_message_id(stanza);
        let sent = client.send_message_with_options(to, message, options).await;
        let answer = match &sent {
            Ok(_) => tokio::time::timeout(ACK, ack).await,
            Err(_) => Ok(Ok(None)),
        };
        self.acks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(stanza);
        sent.map_err(|error| failed(&error))?;
        match answer {
            Ok(Ok(None)) => Ok(media),
            Ok(Ok(Some(code))) if code == TIME_LOCK => Err(Refusal::of(
                422,
                REACH_OUT_LOCKED,
                "WhatsApp does not let this number write to new people now",
            )),
            Ok(Ok(Some(code))) => Err(Refusal::of(
                422,
                "refused",
                format!("WhatsApp refused the message (error {code})"),
            )),
            Ok(Err(_)) | Err(_) => Err(Refusal::of(
                504,
                "unknown",
                "WhatsApp did not say whether it took the message",
            )),
        }
    }

    async fn edit(
        &self,
        to: &str,
        stanza: &str,
        text: &str,
        caption: Option<&Media>,
    ) -> Result<(), Refusal> {
        let client = self.client()?;
        let now = match caption {
            Some(media) => composed(media, None, Some(text.to_owned()), None),
            None => wa::Message {
                conversation: Some(text.to_owned()),
                ..Default::default()
            },
        };
        let edited = client.edit_message(jid(to)?, stanza, now).await;
        edited.map(drop).map_err(|error| failed(&error))
    }

    async fn revoke(&self, to: &str, stanza: &str) -> Result<(), Refusal> {
        let client = self.client()?;
        let revoked = client
            .revoke_message(jid(to)?, stanza, RevokeType::Sender)
            .await;
        revoked.map_err(|error| failed(&error))
    }

    async fn react(&self, to: &str, target: &Target, emoji: &str) -> Result<(), Refusal> {
        let client = self.client()?;
        let key = wa::MessageKey {
            remote_jid: Some(to.to_owned()),
            from_me: Some(target.from_me),
            id: Some(target.stanza.clone()),
            participant: target.participant.clone(),
        };
        let reacted = client.send_reaction(jid(to)?, key, emoji).await;
        reacted.map(drop).map_err(|error| failed(&error))
    }

    async fn typing(&self, to: &str) -> Result<(), Refusal> {
        let client = self.client()?;
        let to = jid(to)?;
        // A sign that is lost is no loss.
        if let Err(error) = client.chatstate().send_composing(&to).await {
            log::debug!("typing: {error}");
        }
        Ok(())
    }

    async fn read(
        &self,
        chat: &str,
        author: Option<&str>,
        stanzas: &[String],
    ) -> Result<(), Refusal> {
        let client = self.client()?;
        let author = author.map(jid).transpose()?;
        let ids: Vec<&str> = stanzas.iter().map(String::as_str).collect();
        let read = client
            .mark_as_read(&jid(chat)?, author.as_ref(), &ids)
            .await;
        read.map_err(|error| Refusal::wait("not_connected", 10, true, error.to_string()))
    }

    async fn look_up(&self, phone: &str) -> Result<Found, Refusal> {
        let client = self.client()?;
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let asked = client.contacts().is_on_whatsapp(&[Jid::pn(digits)]).await;
        let found = asked.map_err(|error| Refusal::of(504, "unknown", error.to_string()))?;
        let found = found.into_iter().find(|one| one.is_registered);
        Ok(found.map_or(Found::Absent, |one| {
            let own = Who::of([Some(&one.jid), one.lid.as_ref()]);
            let other = Who::of([one.pn_jid.as_ref(), None]);
            Found::Person(Who {
                lid: own.lid,
                pn: own.pn.or(other.pn),
            })
        }))
    }

    async fn title(&self, group: &str) -> Option<String> {
        self.titles
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(group)
            .cloned()
    }

    async fn fetch(&self, media: &Media, to: &Path) -> Result<(), Refusal> {
        let client = self.client()?;
        let params = DownloadParams::encrypted(
            media.path.clone(),
            &media.key,
            &media.sha256,
            &media.enc_sha256,
            media.size,
            media.media_type(),
        );
        let file = std::fs::File::create(to)
            .map_err(|_| Refusal::of(500, "store", "the program cannot write to its disk"))?;
        client
            .download_from_params_to_writer(&params, file)
            .await
            .map(drop)
            .map_err(|error| Refusal::wait("file", 30, false, error.to_string()))
    }
}
