//! The two lists: what Beseda is, and how the world comes in. A new part is a new folder and one word here.

use channel::{
    Accepted, Action, BoxFuture, Channel, MediaRef, MediaStream, Part, PeerRef, SendError,
};
use channels::{Visitors, WidgetSink};
use messages::{Cards, Hooks, OnRead, OnTyping, Sender, Senders, ThreadKind};
use notifications::{NoticeKind, OnDone, Rings};
use std::sync::Arc;
use web::Domain;

/// All domains, lower levels first: their tables are made in this order.
pub fn domains() -> Vec<Domain> {
    vec![
        accounts::domain(),
        files::domain(),
        notifications::domain(),
        hours::domain(),
        messages::domain(),
        team::domain(),
        crm::domain(),
        links::domain(),
        records::domain(),
        channels::domain(),
        conversations::domain(),
        centre::domain(),
        moving::domain(),
        reminders::domain(),
    ]
}

/// All connectors.
pub fn connectors(visitors: &Arc<Visitors>) -> Vec<Arc<dyn Channel>> {
    vec![
        widget::channel(Arc::new(Site(WidgetSink(Arc::clone(visitors))))),
        telegram::channel(),
        telegram_account::channel(),
        own::linked_device(),
        vk::channel(),
        max::channel(),
        viber::channel(),
        sms::channel(),
        email::channel(),
        whatsapp::channel(),
        own::channel(),
    ]
}

/// The channel whose visitors this server serves itself.
pub const EMBEDDED: &str = "widget";

/// What the domains above do with what comes through channels.
pub fn upcalls() -> channels::Upcalls {
    centre::upcalls(conversations::upcalls())
}

/// What upper domains do when a message of their chats is changed.
pub fn hooks() -> Hooks {
    Hooks(vec![(ThreadKind::Client, conversations::message_hook)])
}

/// The records that messages can show.
pub fn cards() -> Cards {
    Cards(vec![
        crm::CARDS,
        conversations::CARDS,
        records::TASKS,
        records::ROWS,
    ])
}

/// How messages that waited are sent.
pub fn senders() -> Senders {
    Senders(vec![
        Sender {
            kind: ThreadKind::Team,
            send: team::send_later,
            buttons: None,
        },
        Sender {
            kind: ThreadKind::Client,
            send: conversations::send_later,
            buttons: Some(conversations::check_later),
        },
    ])
}

/// What upper domains do when a notice of theirs is handled, or is not after all.
pub fn on_done() -> OnDone {
    OnDone(vec![(NoticeKind::Reminder, reminders::handled)])
}

/// Who says what rings at the desk without standing in the notification centre.
pub fn rings() -> Rings {
    Rings(vec![team::rings])
}

/// What upper domains do when somebody types.
pub fn on_typing() -> OnTyping {
    OnTyping(vec![
        channels::employee_types,
        conversations::employee_types,
    ])
}

/// What upper domains do when somebody has read.
pub fn on_read() -> OnRead {
    OnRead(vec![conversations::employee_reads])
}

/// The server's side of the widget: a message for a visitor is in the table already, their open pages are told.
struct Site(WidgetSink);

impl widget::Sink for Site {
    fn deliver<'a>(
        &'a self,
        visitor: &'a PeerRef,
        _part: &'a Part,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        Box::pin(async move { self.0.take(visitor, key) })
    }
    fn act<'a>(
        &'a self,
        _visitor: &'a PeerRef,
        _action: Action,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            self.0.act();
            Ok(())
        })
    }
    fn open<'a>(&'a self, _file: &'a MediaRef) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(async {
            // Visitors upload to our own files; there is nothing to fetch from anywhere.
            Err(SendError::Rejected {
                code: "file_lost".to_owned(),
                text: "no such upload".to_owned(),
            })
        })
    }
}
