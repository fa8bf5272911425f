//! Files of received messages, and the faces of clients.

use super::Bot;
use crate::{
    abilities::MAX_FILE,
    incoming::face,
    peer::{Place, rejected},
    wire,
};
use channel::{MediaRef, MediaStream, SendError};
use futures_util::StreamExt;

/// Largest picture of a client to fetch, in bytes.
const FACE: u64 = 20 * 1024 * 1024;

impl Bot {
    pub(super) async fn open_media(&self, media: &MediaRef) -> Result<MediaStream, SendError> {
        let url = match media.ext_id.strip_prefix("video:") {
            Some(named) => self.film(named).await?,
            None => media.ext_id.clone(),
        };
        let mut stream = self.open(&url, media.size, MAX_FILE).await?;
        stream.mime = media.mime.clone().or(stream.mime);
        stream.size = stream.size.or(media.size);
        Ok(stream)
    }

    /// The best file of a film; `named` is its token and, after a space, the address it came with.
    async fn film(&self, named: &str) -> Result<String, SendError> {
        let (token, told) = named.split_once(' ').unwrap_or((named, ""));
        let film: Result<wire::Video, SendError> =
            self.api.get(&format!("videos/{token}"), &[]).await;
        let urls = match film {
            Ok(film) => film.urls.unwrap_or_default(),
            // The address that came with the message is all there is then.
            Err(SendError::Rejected { .. }) if !told.is_empty() => wire::VideoUrls::default(),
            Err(error) => return Err(error),
        };
        let found = [
            urls.mp4_1080,
            urls.mp4_720,
            urls.mp4_480,
            urls.mp4_360,
            urls.mp4_240,
            urls.mp4_144,
            Some(told.to_owned()),
        ];
        let mut found = found.into_iter().flatten();
        found
            .find(|url| !url.is_empty())
            .ok_or_else(|| rejected("file_not_served", "MAX serves no file of this film"))
    }

    async fn open(
        &self,
        url: &str,
        size: Option<u64>,
        limit: u64,
    ) -> Result<MediaStream, SendError> {
        let answer = self.api.download(url, size, limit).await?;
        Ok(MediaStream {
            size: answer.content_length(),
            mime: answer.header("content-type").map(str::to_owned),
            bytes: answer.stream().boxed(),
        })
    }

    /// The picture of a dialogue's user. A group's face is no client's.
    pub(super) async fn open_picture(
        &self,
        place: Place,
    ) -> Result<Option<MediaStream>, SendError> {
        let Place::User(user) = place else {
            return Ok(None);
        };
        let known = self.people.of(user);
        let told = match known.chat {
            Some(chat) => {
                let chat: wire::Chat = self.api.get(&format!("chats/{chat}"), &[]).await?;
                chat.dialog_with_user
            }
            None => None,
        };
        let shown = told.as_ref().map(face);
        let url = match (shown, known.face) {
            (Some(shown), _) => shown.map(str::to_owned),
            (None, Some(face)) => Some(face),
            // Not "they show none": the next message of theirs tells where to ask.
            (None, None) => return Err(rejected("unsupported", "their dialogue is not known yet")),
        };
        match url {
            Some(url) => self.open(&url, None, FACE).await.map(Some),
            None => Ok(None),
        }
    }
}
