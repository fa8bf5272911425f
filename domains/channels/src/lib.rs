//! Connected messenger accounts: secrets, health, raw events, peers, the outbox, and the widget's visitors.
//!
//! *In*: a request is verified over its raw bytes, stored with a dedup key and answered; then one ordered lane per client
//! turns events into messages through [`Upcalls`], which `conversations` fills. *Out*: the transaction that makes a
//! message makes its parts; a lane sends them in order, one in flight, and writes `sending` before the socket is touched.

mod actions;
mod chosen;
mod compare;
mod desk;
mod first;
mod hooks;
mod http;
mod intake;
mod keyboard;
mod ledger;
mod live;
mod media;
mod model;
mod outbox;
mod pictures;
mod reason;
mod runner;
mod signed;
mod signing;
mod site;
mod store;
mod templates;
mod visitors;

pub use actions::{
    NewAccount, SPEND, account, accounts_brief, brief_of, capabilities_of, create_account,
    embedded_key, may_spend, peer, signed, thread_of_ext, window_of,
};
pub use desk::{Note, abilities_of, change_note, desk_link, note, open_file};
pub use first::{enabled, link_of, mark_read, peer_for, reach, show_typing};
pub use hooks::{
    ClosedWordsFn, DeskFn, GapFn, Happened, HappenedFn, Incoming, IntroduceFn, Introduction,
    KnowsFn, LinesFn, NoteFiles, NotedFn, PeerChangedFn, PicturedFn, PressedFn, QueueFn, ReceiveFn,
    SamePersonFn, ThreadFn, TxFuture, Upcalls, WorkTime, WorkTimeFn, employee_types,
};
pub use intake::{Intake, take};
pub use keyboard::check_buttons;
pub use live::{Connectors, Live, Node};
pub use model::{
    Account, ApprovedTemplate, ChannelBrief, Health, HealthState, Peer, ReopenRule, SignedAs,
};
pub use outbox::{Planned, Queued, act_on, enqueue, gone_before, plan_out, problems, wake_example};
pub use site::standing_of;
pub use templates::{
    TemplateUse, in_languages as template_in_languages, one as template, plan_template,
};
pub use visitors::{Visitors, WidgetSink};

use web::{Domain, Right, Scope};

/// The rights of this domain.
pub const RIGHTS: &[Right] = &[
    Right {
        word: "channels.manage",
        scopes: &[Scope::All],
    },
    Right {
        word: SPEND,
        scopes: &[Scope::All],
    },
];

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("channels")
        .migrations(
            db::migrations!("channels"; "0001_channels", "0002_flow" split, "0003_signs", "0004_pictures", "0005_waiting", "0006_ledger", "0007_reached", "0008_first", "0009_threads", "0010_people_accounts", "0011_sites", "0012_signed_as"),
        )
        .rights(RIGHTS)
        .routes(http::routes())
        .outside(http::outside())
        .job(media::FETCH, media::fetch)
        .job(pictures::FETCH, pictures::fetch)
        .job(compare::COMPARE, compare::run)
        .job(templates::SYNC, templates::sync)
        .service("channels", runner::run)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
