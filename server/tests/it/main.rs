//! Stories of the whole product, through HTTP and sockets, on `SQLite` and `PostgreSQL`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a story fails where it stands"
)]

mod accounts;
mod app;
mod arranging;
mod centre;
mod chats;
mod clients;
mod clocks;
mod collision;
mod contacts;
mod email;
mod falls;
mod files;
mod first;
mod guests;
mod hostile;
mod hours;
mod house;
mod labels;
mod ledger;
mod letters;
mod links;
mod max;
mod merging;
mod moving;
mod notices;
mod own;
mod people;
mod permissions;
#[path = "../shared/postgres.rs"]
mod postgres;
mod proxy;
mod push;
mod queues;
mod reach;
mod records;
mod reminders;
mod replay;
mod replies;
mod resumable;
mod routing;
mod signs;
mod sites;
mod sms;
mod sockets;
mod ssrf;
mod team;
mod telegram;
mod telegram_account;
mod template;
mod templates;
mod torn;
mod uploads;
mod viber;
mod vk;
mod whatsapp;
mod window;
