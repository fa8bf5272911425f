//! What tests stand on: strict doubles of the outside world.

pub mod telegram_double;
