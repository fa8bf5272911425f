//! The SQL of working hours.

use crate::model::{Calendar, SpecialDay, WorkSpan};
use accounts::Department;
use db::{Json, Tx, bind, sql};
use kernel::{Id, Result};

type Row = (
    Id<Calendar>,
    String,
    String,
    Json<Vec<Vec<WorkSpan>>>,
    Json<Vec<SpecialDay>>,
    bool,
);

/// All calendars, the company's first.
pub(crate) async fn all(tx: &mut Tx<'_>) -> Result<Vec<Calendar>> {
    let rows: Vec<Row> = tx
        .all(
            sql!("SELECT id, name, zone, week, days, is_company FROM calendars ORDER BY is_company DESC, name, id"),
            &bind![],
        )
        .await?;
    let follow: Vec<(Id<Calendar>, Id<Department>)> = tx
        .all(
            sql!(
                "SELECT calendar_id, department_id FROM calendar_departments ORDER BY department_id"
            ),
            &bind![],
        )
        .await?;
    let calendar = |(id, name, zone, week, days, company): Row| Calendar {
        id,
        name,
        zone,
        week: week.0,
        days: days.0,
        company,
        department_ids: follow
            .iter()
            .filter(|(calendar, _)| *calendar == id)
            .map(|(_, department)| *department)
            .collect(),
    };
    Ok(rows.into_iter().map(calendar).collect())
}

/// Keeps a calendar. If it is the company's, no other is any more.
pub(crate) async fn save(tx: &mut Tx<'_>, c: &Calendar) -> Result<()> {
    if c.company {
        tx.run(
            sql!("UPDATE calendars SET is_company = FALSE WHERE id <> $1"),
            &bind![c.id],
        )
        .await?;
    }
    tx.run(
        sql!("INSERT INTO calendars (id, name, zone, week, days, is_company) VALUES ($1, $2, $3, $4, $5, $6)
              ON CONFLICT (id) DO UPDATE SET name = $2, zone = $3, week = $4, days = $5, is_company = $6"),
        &bind![c.id, &c.name, &c.zone, Json(&c.week), Json(&c.days), c.company],
    )
    .await?;
    follow(tx, c.id, &c.department_ids).await
}

/// Makes these departments, and no others, work by a calendar.
async fn follow(tx: &mut Tx<'_>, id: Id<Calendar>, departments: &[Id<Department>]) -> Result<()> {
    tx.run(
        sql!("DELETE FROM calendar_departments WHERE calendar_id = $1"),
        &bind![id],
    )
    .await?;
    for department in departments {
        tx.run(
            sql!(
                "INSERT INTO calendar_departments (department_id, calendar_id) VALUES ($1, $2)
                  ON CONFLICT (department_id) DO UPDATE SET calendar_id = $2"
            ),
            &bind![*department, id],
        )
        .await?;
    }
    Ok(())
}

/// Forgets a calendar; 0 if it was not there.
pub(crate) async fn delete(tx: &mut Tx<'_>, id: Id<Calendar>) -> Result<u64> {
    follow(tx, id, &[]).await?;
    tx.run(sql!("DELETE FROM calendars WHERE id = $1"), &bind![id])
        .await
}
