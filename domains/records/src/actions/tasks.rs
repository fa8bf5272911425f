//! Tasks: set, and told of.

use super::{Grants, check_departments, check_people, entries, kept, people_in, settle};
use crate::{
    model::{EntryKind, NewTask, Task, TaskState},
    rules,
    store::{self, StoredTask},
};
use accounts::{EVERYONE, Person, access};
use db::Tx;
use files::File;
use journal::{Event, Recorded};
use kernel::{Ctx, Error, Id, Result};
use notifications::{NoticeKind, Tell};
use std::{collections::BTreeMap, pin::Pin};

/// Co-workers and departments of one task.
const MOST_NAMED: usize = 100;

pub(super) fn grants(task: &Task) -> Grants {
    let mut out = Grants::from([(task.author_id.uuid(), "author")]);
    out.extend(task.assignee_id.map(|p| (p.uuid(), "assignee")));
    out.extend(task.coworker_ids.iter().map(|p| (p.uuid(), "coworker")));
    out.extend(task.department_ids.iter().map(|d| (d.uuid(), "reader")));
    if task.everyone {
        out.insert((EVERYONE, "reader"));
    }
    out
}

/// Reads the files of tasks, all in one question.
pub(super) async fn whole(tx: &mut Tx<'_>, stored: Vec<StoredTask>) -> Result<Vec<Task>> {
    let ids: Vec<Id<File>> = stored.iter().flat_map(|s| s.file_ids.clone()).collect();
    let files = files::refs(tx, &ids).await?;
    let files: BTreeMap<_, _> = files.into_iter().map(|f| (f.id, f)).collect();
    let task = |s: StoredTask| Task {
        files: s
            .file_ids
            .iter()
            .filter_map(|id| files.get(id).cloned())
            .collect(),
        ..s.task
    };
    Ok(stored.into_iter().map(task).collect())
}

/// A task that is about to be changed.
pub(super) async fn locked(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Task>) -> Result<Task> {
    access(tx, me, id.uuid()).await?;
    let stored = store::lock_task(tx, id).await?;
    whole(tx, vec![stored])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

pub(super) async fn save(tx: &mut Tx<'_>, task: &Task) -> Result<()> {
    let key = rules::sort_place(task.state, task.deadline, task.finished_at);
    let words = format!(
        "{} {} {}",
        task.number,
        task.title,
        text::excerpt(&task.text, 2000)
    );
    store::save_task(tx, task, key, &rules::folded(&words)).await
}

/// Tells all who may see a task how it is now.
pub(super) async fn tell_changed(tx: &mut Tx<'_>, ctx: &Ctx, task: &Task) -> Result<()> {
    let audience = accounts::audience(tx, task.id.uuid()).await?;
    let event = Event::fresh(
        "task.changed",
        task.id.uuid(),
        audience,
        fields(task)?.into(),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

fn fields(task: &Task) -> Result<String> {
    Ok(format!("{{\"task\":{}}}", serde_json::to_string(task)?))
}

/// Reads a task frame's fields as the task is now.
pub(crate) fn hydrate_task<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let stored = store::tasks_by_ids(tx, &[Id::new(event.subject)]).await?;
        let task = whole(tx, stored).await?.pop();
        task.map(|t| fields(&t)).transpose()
    })
}

/// Tells people of a task, with the way to it.
pub(super) async fn tell(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    task: &Task,
    people: &[Id<Person>],
    kind: NoticeKind,
    text: &str,
) -> Result<()> {
    let what = Tell {
        kind,
        thread_id: Some(task.id.uuid()),
        thread_kind: Some("task"),
        message_id: None,
        title: format!("№\u{a0}{} · {}", task.number, task.title),
        text: text::excerpt(text, 200),
    };
    notifications::tell(tx, ctx, people, &what).await
}

/// Who takes part in a task.
pub(super) fn participants(task: &Task) -> Vec<Id<Person>> {
    let mut all: Vec<Id<Person>> = task
        .assignee_id
        .into_iter()
        .chain(task.coworker_ids.iter().copied())
        .chain([task.author_id])
        .collect();
    all.sort();
    all.dedup();
    all
}

pub(super) fn unique<T: Ord>(mut all: Vec<T>, field: &'static str) -> Result<Vec<T>> {
    all.sort();
    all.dedup();
    if all.len() > MOST_NAMED {
        return Err(Error::field(field, "records.too_many_named").arg("limit", MOST_NAMED));
    }
    Ok(all)
}

/// Sets a task (S2-23, L-68).
pub async fn create_task(tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>, new: NewTask) -> Result<Task> {
    let text = kept(&new.text);
    rules::comment(&text, new.files.len(), false)?;
    let coworker_ids = unique(new.coworker_ids, "coworker_ids")?;
    let department_ids = unique(new.department_ids, "department_ids")?;
    check_people(tx, new.assignee_id.as_slice(), "assignee_id").await?;
    check_people(tx, &coworker_ids, "coworker_ids").await?;
    check_departments(tx, &department_ids).await?;
    let id: Id<Task> = ctx.ids.next();
    let state = TaskState::New;
    let first = store::place_below(tx, state.word(), None, id).await?;
    let mentioned = people_in(tx, &text).await?;
    let task = Task {
        id,
        title: rules::title(&new.title)?,
        number: store::next_number(tx, "task").await?,
        version: 1,
        tokens: text::parse(&text, &mentioned),
        text,
        author_id: me,
        assignee_id: new.assignee_id,
        coworker_ids,
        deadline: new.deadline,
        state,
        everyone: new.everyone,
        department_ids,
        files: files::attach(tx, &new.files, me.uuid(), id.uuid()).await?,
        comments: 0,
        place: rules::between(None, first).unwrap_or_default(),
        created_at: ctx.now,
        changed_at: ctx.now,
        finished_at: None,
    };
    save(tx, &task).await?;
    settle(tx, id.uuid(), &Grants::new(), &grants(&task)).await?;
    entries::note(tx, ctx, id.uuid(), EntryKind::Created, 1, Vec::new()).await?;
    tell_changed(tx, ctx, &task).await?;
    let others: Vec<Id<Person>> = task
        .assignee_id
        .into_iter()
        .chain(task.coworker_ids.iter().copied())
        .collect();
    tell(tx, ctx, &task, &others, NoticeKind::Task, &task.text).await?;
    Ok(task)
}
