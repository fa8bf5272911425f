//! WhatsApp as a linked device, for Beseda: what a phone is told, over the own-channel protocol.
//!
//! The messenger does not allow programs like this one, and may block a number that uses it (`docs/run/whatsapp-device.md`).
//! That is why it is a program of its own: the server links nothing of it. Not verified against the live service.

pub mod desk;
pub mod door;
pub mod heard;
pub mod line;
pub mod live;
pub mod pace;
pub mod store;
pub mod wire;
