//! The whole product: architecture, permissions, stories.

pub mod tree;
