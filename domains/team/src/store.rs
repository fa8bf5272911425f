//! The SQL of team chats.

use crate::rules::{Role, WhoAdds};
use accounts::Person;
use db::{FromRow, Row, Tx, bind, sql};
use kernel::{Id, Moment, Result};
use messages::{Message, Thread};

#[derive(Clone)]
pub(crate) struct ChatRow {
    pub(crate) id: Id<Thread>,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) owner_id: Option<Id<Person>>,
    pub(crate) created_at: Moment,
    pub(crate) parent_id: Option<Id<Thread>>,
    pub(crate) root_id: Option<Id<Message>>,
    pub(crate) who_adds: WhoAdds,
}
impl FromRow for ChatRow {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            title: row.get("title")?,
            owner_id: row.get("owner_id")?,
            created_at: row.get("created_at")?,
            parent_id: row.get("parent_id")?,
            root_id: row.get("root_id")?,
            who_adds: WhoAdds::from_word(&row.get::<String>("who_adds")?),
        })
    }
}

/// A member of a chat, or who follows a topic.
pub(crate) struct MemberRow {
    pub(crate) chat_id: Id<Thread>,
    pub(crate) person_id: Id<Person>,
    pub(crate) admin: bool,
}
impl FromRow for MemberRow {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            chat_id: row.get("chat_id")?,
            person_id: row.get("person_id")?,
            admin: row.get::<String>("role")? == "admin",
        })
    }
}
impl MemberRow {
    /// What they are in a chat owned by `owner`.
    pub(crate) fn role(&self, owner: Option<Id<Person>>) -> Role {
        if owner == Some(self.person_id) {
            Role::Owner
        } else if self.admin {
            Role::Admin
        } else {
            Role::Member
        }
    }
}

pub(crate) async fn add(tx: &mut Tx<'_>, row: &ChatRow, pair: Option<&str>) -> Result<bool> {
    let added = tx
        .run(
            sql!("INSERT INTO chats (id, kind, title, pair, owner_id, created_at, parent_id, root_id, who_adds)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"),
            &bind![
                row.id,
                &row.kind,
                &row.title,
                pair,
                row.owner_id,
                row.created_at,
                row.parent_id,
                row.root_id,
                row.who_adds.word(),
            ],
        )
        .await?;
    Ok(added == 1)
}
pub(crate) async fn by_pair(tx: &mut Tx<'_>, pair: &str) -> Result<Option<Id<Thread>>> {
    let found: Option<(Id<Thread>,)> = tx
        .one(sql!("SELECT id FROM chats WHERE pair = $1"), &bind![pair])
        .await?;
    Ok(found.map(|(id,)| id))
}
pub(crate) async fn by_root(tx: &mut Tx<'_>, root: Id<Message>) -> Result<Option<Id<Thread>>> {
    let found: Option<(Id<Thread>,)> = tx
        .one(
            sql!("SELECT id FROM chats WHERE root_id = $1"),
            &bind![root],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}
pub(crate) async fn by_ids(tx: &mut Tx<'_>, ids: &[Id<Thread>]) -> Result<Vec<ChatRow>> {
    tx.all(
        sql!("SELECT * FROM chats WHERE id IN UUIDS($1)"),
        &bind![ids.to_vec()],
    )
    .await
}
/// The chats of a person, with the topics they follow in groups they are still in.
pub(crate) async fn of_person(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT m.chat_id FROM chat_members m JOIN chats c ON c.id = m.chat_id WHERE m.person_id = $1
                    AND (c.parent_id IS NULL OR EXISTS (SELECT 1 FROM chat_members p WHERE p.chat_id = c.parent_id AND p.person_id = $1))"),
            &bind![person],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn members(tx: &mut Tx<'_>, ids: &[Id<Thread>]) -> Result<Vec<MemberRow>> {
    tx.all(
        sql!("SELECT chat_id, person_id, role FROM chat_members WHERE chat_id IN UUIDS($1) ORDER BY person_id"),
        &bind![ids.to_vec()],
    )
    .await
}
/// Who is in a chat, or follows a topic.
pub(crate) async fn people(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Vec<Id<Person>>> {
    let rows = members(tx, &[id]).await?;
    Ok(rows.into_iter().map(|m| m.person_id).collect())
}
pub(crate) async fn add_member(tx: &mut Tx<'_>, id: Id<Thread>, person: Id<Person>) -> Result<u64> {
    tx.run(
        sql!(
            "INSERT INTO chat_members (chat_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        ),
        &bind![id, person],
    )
    .await
}
pub(crate) async fn drop_member(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    person: Id<Person>,
) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM chat_members WHERE person_id = $2 AND chat_id IN (SELECT id FROM chats WHERE parent_id = $1)"),
        &bind![id, person],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM chat_members WHERE chat_id = $1 AND person_id = $2"),
        &bind![id, person],
    )
    .await
}
pub(crate) async fn set_role(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    person: Id<Person>,
    admin: bool,
) -> Result<u64> {
    let role = if admin { "admin" } else { "member" };
    tx.run(
        sql!(
            "UPDATE chat_members SET role = $3 WHERE chat_id = $1 AND person_id = $2 AND role <> $3"
        ),
        &bind![id, person, role],
    )
    .await
}
pub(crate) async fn rename(tx: &mut Tx<'_>, id: Id<Thread>, title: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE chats SET title = $2 WHERE id = $1"),
        &bind![id, title],
    )
    .await
    .map(drop)
}
pub(crate) async fn set_owner(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    owner: Option<Id<Person>>,
) -> Result<()> {
    tx.run(
        sql!("UPDATE chats SET owner_id = $2 WHERE id = $1"),
        &bind![id, owner],
    )
    .await
    .map(drop)
}
pub(crate) async fn set_who_adds(tx: &mut Tx<'_>, id: Id<Thread>, who: WhoAdds) -> Result<()> {
    tx.run(
        sql!("UPDATE chats SET who_adds = $2 WHERE id = $1"),
        &bind![id, who.word()],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ links

pub(crate) async fn link(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Option<String>> {
    let found: Option<(String,)> = tx
        .one(
            sql!("SELECT token FROM chat_links WHERE chat_id = $1"),
            &bind![id],
        )
        .await?;
    Ok(found.map(|(token,)| token))
}
pub(crate) async fn by_link(tx: &mut Tx<'_>, token: &str) -> Result<Option<Id<Thread>>> {
    let found: Option<(Id<Thread>,)> = tx
        .one(
            sql!("SELECT chat_id FROM chat_links WHERE token = $1"),
            &bind![token],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}
pub(crate) async fn save_link(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    token: &str,
    by: Id<Person>,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO chat_links (chat_id, token, made_by, made_at) VALUES ($1, $2, $3, $4)
              ON CONFLICT (chat_id) DO UPDATE SET token = $2, made_by = $3, made_at = $4"
        ),
        &bind![id, token, by, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn drop_link(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<()> {
    tx.run(
        sql!("DELETE FROM chat_links WHERE chat_id = $1"),
        &bind![id],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ moving in and out

/// All chats but topics.
pub(crate) async fn all(tx: &mut Tx<'_>) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT id FROM chats WHERE parent_id IS NULL ORDER BY id"),
            &bind![],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn topics(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT id FROM chats WHERE parent_id = $1 ORDER BY id"),
            &bind![id],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn forget(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<()> {
    for statement in [
        sql!("DELETE FROM chat_links WHERE chat_id = $1"),
        sql!("DELETE FROM chat_members WHERE chat_id = $1"),
        sql!("DELETE FROM chats WHERE id = $1"),
    ] {
        tx.run(statement, &bind![id]).await?;
    }
    Ok(())
}
