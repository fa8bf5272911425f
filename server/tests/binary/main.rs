//! Stories of the real binary in a process of its own: killed under load, on a full disk.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    clippy::disallowed_methods,
    reason = "a test of the real binary fails where it stands, and is told by its runner what to do"
)]

mod disk;
mod kill;
mod kill_channels;
mod kill_import;
mod lines;
mod people;
#[path = "../shared/postgres.rs"]
mod postgres;
mod process;
mod proxy_tls;
