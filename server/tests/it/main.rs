//! Stories of the whole product, through HTTP and sockets, on SQLite and PostgreSQL.

mod app;
mod accounts;
mod clients;
mod files;
mod hostile;
mod house;
mod sockets;
mod team;
mod telegram;
