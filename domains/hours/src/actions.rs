//! Use cases of working hours: calendars are kept, and picked by whoever follows one.

use crate::{
    model::{Calendar, Preview},
    rules::{self, Hours, Plan},
    store,
};
use accounts::{EVERYONE, audit, require};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Result};
use serde_json::json;

/// The right calendars are kept with, as everything that holds for the whole company.
const RIGHT: &str = "accounts.workspace";
/// Most calendars.
const MOST: usize = 100;

/// All calendars, the company's first.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Calendar>> {
    store::all(tx).await
}

/// The hours of a calendar among those that are kept: the one that was chosen; the company's if none was, or it is gone;
/// round the clock if there is neither.
pub fn pick(calendars: &[Calendar], chosen: Option<Id<Calendar>>) -> Hours {
    let own = chosen.and_then(|id| calendars.iter().find(|c| c.id == id));
    let found = own.or_else(|| calendars.iter().find(|c| c.company));
    found.map_or_else(Hours::always, Hours::of)
}

/// All calendars with the tree of departments: whose hours hold where.
pub async fn plan(tx: &mut Tx<'_>) -> Result<Plan> {
    let calendars = store::all(tx).await?;
    let follows = calendars.iter().any(|c| !c.department_ids.is_empty());
    // The tree is only asked for where some department has hours of its own.
    let departments = if follows {
        accounts::departments(tx).await?
    } else {
        Vec::new()
    };
    Ok(Plan::new(calendars, &departments))
}

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    let what = json!({"what": "hours"});
    let event = Event::stored("settings.changed", EVERYONE, vec![EVERYONE], what);
    journal::append(tx, ctx, event).await.map(drop)
}

/// Makes or changes a calendar. The first is the company's, whatever is asked.
pub(crate) async fn save(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    mut calendar: Calendar,
    new: bool,
) -> Result<Calendar> {
    require(tx, ctx, RIGHT).await?;
    let known = store::all(tx).await?;
    if new && known.len() >= MOST {
        return Err(Error::conflict("hours.too_many").arg("limit", MOST));
    }
    if !new && !known.iter().any(|c| c.id == calendar.id) {
        return Err(Error::not_found());
    }
    calendar.company |= !known.iter().any(|c| c.company && c.id != calendar.id);
    let departments = accounts::departments(tx).await?;
    let mut calendar = rules::checked(calendar)?;
    rules::check_departments(&mut calendar, &known, &departments)?;
    if calendar.company {
        // It holds for all who have none, so nobody has to be named.
        calendar.department_ids.clear();
    }
    store::save(tx, &calendar).await?;
    let detail = json!({"id": calendar.id});
    audit(tx, ctx, "hours.saved", &calendar.name, detail).await?;
    tell(tx, ctx).await?;
    Ok(calendar)
}

/// Forgets a calendar; whoever followed it follows the company's.
pub(crate) async fn delete(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Calendar>) -> Result<()> {
    require(tx, ctx, RIGHT).await?;
    let known = store::all(tx).await?;
    let gone = known.iter().find(|c| c.id == id);
    let gone = gone.ok_or_else(Error::not_found)?;
    if gone.company && known.len() > 1 {
        return Err(Error::conflict("hours.company_needed"));
    }
    store::delete(tx, id).await?;
    audit(tx, ctx, "hours.deleted", &gone.name, json!({})).await?;
    tell(tx, ctx).await
}

/// What a calendar, kept or not, means for the days to come.
pub(crate) fn preview(ctx: &Ctx, calendar: Calendar) -> Result<Preview> {
    Ok(rules::preview(&rules::checked(calendar)?, ctx.now))
}
