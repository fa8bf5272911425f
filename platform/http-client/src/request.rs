//! One request and its answer, with limits.

use crate::{
    HttpError,
    error::{classify, sentence},
};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use reqwest::{RequestBuilder, multipart};
use serde::{Serialize, de::DeserializeOwned};
use std::{io, time::Duration};

/// A request being put together.
#[derive(Debug)]
pub struct Request {
    builder: Result<RequestBuilder, HttpError>,
    max_bytes: u64,
}

impl Request {
    pub(crate) fn new(builder: Result<RequestBuilder, HttpError>, max_bytes: u64) -> Self {
        Self { builder, max_bytes }
    }
    fn with(mut self, change: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        self.builder = self.builder.map(change);
        self
    }
    /// Adds a header; one that cannot be written makes `send` fail with `NotSent`.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        self.with(|builder| builder.header(name, value))
    }
    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.with(|builder| builder.json(body))
    }
    /// Sets a plain body.
    #[must_use]
    pub fn body(self, body: impl Into<reqwest::Body>) -> Self {
        self.with(|builder| builder.body(body))
    }
    /// Sets a multipart body; names of files are written as they are, in UTF-8.
    #[must_use]
    pub fn multipart(self, form: multipart::Form) -> Self {
        self.with(|builder| builder.multipart(form.percent_encode_noop()))
    }
    /// Longest time for this request with its whole answer.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|builder| builder.timeout(timeout))
    }
    /// Largest answer in bytes for this request.
    #[must_use]
    pub const fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }
    /// Sends it and waits for the head of the answer. Any status is an answer, not an error.
    pub async fn send(self) -> Result<Response, HttpError> {
        let answer = self.builder?.send().await.map_err(|error| {
            let outcome = classify(&error.without_url());
            tracing::debug!(%outcome, "no answer");
            outcome
        })?;
        if answer
            .content_length()
            .is_some_and(|length| length > self.max_bytes)
        {
            return Err(HttpError::TooLarge(self.max_bytes));
        }
        Ok(Response {
            answer,
            max_bytes: self.max_bytes,
        })
    }
}

/// The answer: its head is here, its body comes as it is read.
#[derive(Debug)]
pub struct Response {
    answer: reqwest::Response,
    max_bytes: u64,
}

impl Response {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.answer.status().as_u16()
    }
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        self.answer.status().is_success()
    }
    /// The first header of this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.answer.headers().get(name)?.to_str().ok()
    }
    /// The size of the body in bytes, if the other side told it.
    pub fn content_length(&self) -> Option<u64> {
        self.answer.content_length()
    }
    /// The whole body.
    pub async fn bytes(mut self) -> Result<Bytes, HttpError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self
            .answer
            .chunk()
            .await
            .map_err(|error| HttpError::Unknown(sentence(&error.without_url())))?
        {
            if body.len() as u64 + chunk.len() as u64 > self.max_bytes {
                return Err(HttpError::TooLarge(self.max_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
    /// The whole body as JSON.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, HttpError> {
        let body = self.bytes().await?;
        serde_json::from_slice(&body).map_err(|error| HttpError::BadAnswer(error.to_string()))
    }
    /// The body as it comes; ends with an error once it grows beyond the limit.
    pub fn stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
        let (mut left, limit) = (self.max_bytes, self.max_bytes);
        self.answer.bytes_stream().map(move |chunk| {
            let chunk = chunk.map_err(|error| io::Error::other(sentence(&error.without_url())))?;
            left = left.checked_sub(chunk.len() as u64).ok_or_else(|| {
                io::Error::new(io::ErrorKind::FileTooLarge, HttpError::TooLarge(limit))
            })?;
            Ok(chunk)
        })
    }
}
