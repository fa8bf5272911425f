//! Changing a task, when somebody else may be changing it too.

use super::{
    check_departments, check_people, entries, kept, people_in, settle,
    tasks::{grants, locked, participants, save, tell, tell_changed, unique},
};
use crate::{
    model::{Change, EntryKind, Saved, Task, TaskState},
    rules::{self, Part},
    store,
};
use accounts::{Department, Person};
use db::Tx;
use files::File;
use journal::Event;
use kernel::{Ctx, Id, Moment, Result};
use notifications::NoticeKind;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Tells `null` (clear it) from an absent field (leave it).
fn nullable<'de, D, T>(d: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Deserialize::deserialize(d).map(Some)
}

/// What changes of a task; `version` is the one the editor saw.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct TaskPatch {
    #[schema(required)]
    pub(crate) version: i64,
    pub(crate) title: Option<String>,
    pub(crate) text: Option<String>,
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<Id<Person>>)]
    pub(crate) assignee_id: Option<Option<Id<Person>>>,
    pub(crate) coworker_ids: Option<Vec<Id<Person>>>,
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<Moment>)]
    pub(crate) deadline: Option<Option<Moment>>,
    pub(crate) state: Option<TaskState>,
    pub(crate) everyone: Option<bool>,
    pub(crate) department_ids: Option<Vec<Id<Department>>>,
    /// Own uploads to be added.
    pub(crate) add_files: Vec<Id<File>>,
    pub(crate) remove_files: Vec<Id<File>>,
    /// On the board: under which task of its state; `null`: on top.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<Id<Task>>)]
    pub(crate) under: Option<Option<Id<Task>>>,
}

/// Changes a task, unless somebody else changed the same since the version the editor saw.
pub(crate) async fn change_task(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Task>,
    patch: TaskPatch,
) -> Result<Saved<Task>> {
    let before = locked(tx, me, id).await?;
    let (seen, under) = (patch.version, patch.under);
    let after = changed(tx, ctx, me, &before, patch).await?;
    let changes = differences(&before, &after);
    let since = store::changes_since(tx, me, id.uuid(), seen).await?;
    // What both want the same is no quarrel: only fields that would really change count.
    let overtaken = rules::overtaken(changes.iter().map(|c| c.field.as_str()), &since);
    if !overtaken.is_empty() {
        return Ok(Saved::Overtaken(before, overtaken));
    }
    may_all(&before, me, &changes, under.is_some())?;
    let mut after = after;
    if after.state != before.state || under.is_some() {
        after.place = place(tx, &after, under.flatten()).await?;
    }
    if !changes.is_empty() {
        after.version += 1;
        after.changed_at = ctx.now;
    }
    save(tx, &after).await?;
    let lost = settle(tx, id.uuid(), &grants(&before), &grants(&after)).await?;
    if !lost.is_empty() {
        let gone = Event::stored("task.gone", id.uuid(), lost, json!({"id": id}));
        journal::append(tx, ctx, gone).await?;
    }
    if !changes.is_empty() {
        entries::note(
            tx,
            ctx,
            id.uuid(),
            EntryKind::Change,
            after.version,
            changes,
        )
        .await?;
    }
    tell_changed(tx, ctx, &after).await?;
    tell_of_change(tx, ctx, &before, &after).await?;
    Ok(Saved::Now(after))
}

fn may_all(before: &Task, me: Id<Person>, changes: &[Change], moves: bool) -> Result<()> {
    for change in changes {
        let part = match change.field.as_str() {
            "everyone" | "department_ids" => Part::Share,
            "assignee_id" if change.after == json!(me) => Part::Take,
            _ => Part::Change,
        };
        rules::may(before, me, part)?;
    }
    if moves && changes.is_empty() {
        rules::may(before, me, Part::Change)?;
    }
    Ok(())
}

/// The task as the patch wants it; nothing is saved but files taken over.
async fn changed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    before: &Task,
    patch: TaskPatch,
) -> Result<Task> {
    let mut task = before.clone();
    if let Some(title) = patch.title {
        task.title = rules::title(&title)?;
    }
    if let Some(text) = patch.text {
        let text = kept(&text);
        let mentioned = people_in(tx, &text).await?;
        task.tokens = text::parse(&text, &mentioned);
        task.text = text;
    }
    if let Some(to) = patch.assignee_id {
        if to != before.assignee_id {
            check_people(tx, to.as_slice(), "assignee_id").await?;
        }
        task.assignee_id = to;
    }
    if let Some(ids) = patch.coworker_ids {
        let ids = unique(ids, "coworker_ids")?;
        let new: Vec<Id<Person>> = ids
            .iter()
            .copied()
            .filter(|id| !before.coworker_ids.contains(id))
            .collect();
        check_people(tx, &new, "coworker_ids").await?;
        task.coworker_ids = ids;
    }
    if let Some(deadline) = patch.deadline {
        task.deadline = deadline;
    }
    task.everyone = patch.everyone.unwrap_or(task.everyone);
    if let Some(ids) = patch.department_ids {
        let ids = unique(ids, "department_ids")?;
        if ids != before.department_ids {
            check_departments(tx, &ids).await?;
        }
        task.department_ids = ids;
    }
    if let Some(state) = patch.state {
        if state.finished() != before.state.finished() {
            task.finished_at = state.finished().then_some(ctx.now);
        }
        task.state = state;
    }
    task.files.retain(|f| !patch.remove_files.contains(&f.id));
    task.files
        .extend(files::attach(tx, &patch.add_files, me.uuid(), task.id.uuid()).await?);
    rules::comment(&task.text, task.files.len(), false)?;
    Ok(task)
}

fn differences(before: &Task, after: &Task) -> Vec<Change> {
    let value = |t: &Task| -> [(&'static str, Value); 9] {
        let files: Vec<&str> = t.files.iter().map(|f| f.name.as_str()).collect();
        [
            ("title", json!(t.title)),
            ("text", json!(t.text)),
            ("assignee_id", json!(t.assignee_id)),
            ("coworker_ids", json!(t.coworker_ids)),
            ("deadline", json!(t.deadline)),
            ("state", json!(t.state)),
            ("everyone", json!(t.everyone)),
            ("department_ids", json!(t.department_ids)),
            ("files", json!(files)),
        ]
    };
    let pairs = value(before).into_iter().zip(value(after));
    pairs
        .filter(|((_, old), (_, new))| old != new)
        .map(|((field, old), (_, new))| Change {
            field: field.to_owned(),
            name: String::new(),
            before: old,
            after: new,
        })
        .collect()
}

/// The place under another task of its state, or on top.
async fn place(tx: &mut Tx<'_>, task: &Task, under: Option<Id<Task>>) -> Result<f64> {
    let state = task.state.word();
    for _ in 0..2 {
        let above = match under {
            Some(id) => store::place_of(tx, id, state).await?,
            None => None,
        };
        let below = store::place_below(tx, state, above, task.id).await?;
        if let Some(place) = rules::between(above, below) {
            return Ok(place);
        }
        store::spread(tx, state).await?;
    }
    Ok(task.place)
}

async fn tell_of_change(tx: &mut Tx<'_>, ctx: &Ctx, before: &Task, after: &Task) -> Result<()> {
    let new: Vec<Id<Person>> = participants(after)
        .into_iter()
        .filter(|p| {
            let became_assignee = after.assignee_id == Some(*p) && before.assignee_id != Some(*p);
            became_assignee || !participants(before).contains(p)
        })
        .collect();
    tell(tx, ctx, after, &new, NoticeKind::Task, &after.text).await?;
    if after.state.finished() && !before.state.finished() {
        let author = [after.author_id];
        tell(tx, ctx, after, &author, NoticeKind::Finished, "").await?;
    }
    Ok(())
}
