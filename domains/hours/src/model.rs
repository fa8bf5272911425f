//! The nouns of working hours.

use accounts::Department;
use kernel::{Id, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A span of working time on the clock on the wall, `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct WorkSpan {
    /// Minutes since midnight, 0 to 1439.
    pub from: u16,
    /// Minutes since the same midnight, after `from`; more than 1440 goes on into the next day. At most a day long.
    pub to: u16,
}

/// A day that is not like its weekday: a holiday, a shortened day, a working Saturday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpecialDay {
    /// `2026-12-31`.
    pub date: String,
    /// What the day is called; may be empty.
    #[serde(default)]
    pub name: String,
    /// When it is worked; none: not at all.
    #[serde(default)]
    pub spans: Vec<WorkSpan>,
}

/// When somebody works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Calendar {
    /// Its id.
    pub id: Id<Calendar>,
    /// What it is called.
    pub name: String,
    /// IANA zone of its clock.
    pub zone: String,
    /// Seven days, Monday first.
    pub week: Vec<Vec<WorkSpan>>,
    /// Days that are different, in their order.
    pub days: Vec<SpecialDay>,
    /// Whether it is the company's: it holds wherever no other was chosen.
    pub company: bool,
    /// The departments that work by it; those below them do too, unless they have one of their own. None for the company's.
    pub department_ids: Vec<Id<Department>>,
}

/// A day as it will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct DayAhead {
    /// `2026-12-31`.
    pub(crate) date: String,
    /// 0 is Monday.
    pub(crate) weekday: u8,
    /// The name of a special day.
    pub(crate) name: String,
    /// Not like its weekday.
    pub(crate) special: bool,
    pub(crate) spans: Vec<WorkSpan>,
}

/// What a calendar means for the days to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Preview {
    /// It is working time now.
    pub(crate) open: bool,
    /// When working time begins next, if it is not now; none: within a year it does not.
    pub(crate) opens_at: Option<Moment>,
    /// Fourteen days, today first.
    pub(crate) days: Vec<DayAhead>,
}

/// A year of the Russian production calendar, laid over a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ProductionYear {
    pub(crate) year: i16,
    /// The government's decree about moved days is not in this version: holidays of the Labour Code only.
    pub(crate) provisional: bool,
    /// The days that differ from the week.
    pub(crate) days: Vec<SpecialDay>,
}
