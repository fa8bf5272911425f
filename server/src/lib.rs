//! The whole product in one process: configuration, the lists of domains and connectors, the house, the listener.

pub mod assemble;
mod assets;
mod base;
pub mod config;
pub mod demo;
mod operations;
pub mod registry;
pub mod serve;
pub mod tls;
