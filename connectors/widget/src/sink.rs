//! Where messages for visitors go: the server's own side of the widget.

use channel::{Accepted, Action, BoxFuture, MediaRef, MediaStream, Part, PeerRef, SendError};

/// What the server lends the widget. All of it is about one visitor, named by [`PeerRef`].
pub trait Sink: Send + Sync {
    /// Keeps a part for the visitor and shows it to their open pages. The same `key` again is the
    /// same message: it is not shown twice and has the same ids.
    fn deliver<'a>(
        &'a self,
        visitor: &'a PeerRef,
        part: &'a Part,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>>;
    /// Shows one of the lesser acts to the visitor's open pages.
    fn act<'a>(
        &'a self,
        visitor: &'a PeerRef,
        action: Action,
    ) -> BoxFuture<'a, Result<(), SendError>>;
    /// Opens a file that a visitor uploaded.
    fn open<'a>(&'a self, file: &'a MediaRef) -> BoxFuture<'a, Result<MediaStream, SendError>>;
}
