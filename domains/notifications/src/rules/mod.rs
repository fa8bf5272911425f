//! Rules of notifications: one decision for each event and person, quiet hours, which device shows, what a push service's answer
//! means, and what goes into a letter.

mod decide;
mod desk;
pub(crate) mod letter;
mod push;
mod quiet;

pub(crate) use decide::{Decision, Facts, decide, full, known};
pub(crate) use desk::{Desk, PATIENCE, Seat};
pub(crate) use push::{Answered, answered, push_origin};
pub(crate) use quiet::check as check_quiet;
