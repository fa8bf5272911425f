//! Rules of notifications: one decision for each event and person, quiet hours, which device shows, and what a push service's
//! answer means.

mod decide;
mod desk;
mod push;
mod quiet;

pub(crate) use decide::{Decision, Facts, decide, full, known};
pub(crate) use desk::{Desk, PATIENCE, Seat};
pub(crate) use push::{Answered, answered, push_origin};
pub(crate) use quiet::check as check_quiet;
