//! Groups: name, members and their roles, leaving, the link that lets colleagues in.

use super::{check_people, event, open, tell_changed};
use crate::{
    rules::{self, Role, WhoAdds, Wish, may},
    store::{self, ChatRow},
};
use accounts::{Person, set_members};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Result};
use messages::{FlagsPatch, Thread};
use serde_json::json;

/// What changes of a chat. Some of it is everybody's (name, members, roles), some one's own (muted, pinned, archived, following).
#[derive(Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct ChatPatch {
    /// Another name: for admins.
    pub(crate) title: Option<String>,
    /// New members.
    pub(crate) add: Vec<Id<Person>>,
    /// Who goes: for admins.
    pub(crate) remove: Vec<Id<Person>>,
    /// Exactly these members are admins: for the owner.
    pub(crate) admin_ids: Option<Vec<Id<Person>>>,
    /// Whose the group is from now on: for the owner.
    pub(crate) owner_id: Option<Id<Person>>,
    /// Who may add members: for admins.
    pub(crate) who_adds: Option<WhoAdds>,
    pub(crate) muted: Option<bool>,
    pub(crate) pinned: Option<bool>,
    /// Put away, out of the list.
    pub(crate) archived: Option<bool>,
    /// Of a topic: whether it is in my list and counts as unread.
    pub(crate) following: Option<bool>,
}

pub(crate) async fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Thread>,
    patch: ChatPatch,
) -> Result<()> {
    let chat = open(tx, me, id).await?;
    if patch.muted.is_some() || patch.pinned.is_some() || patch.archived.is_some() {
        let flags = FlagsPatch {
            muted: patch.muted,
            pinned: patch.pinned,
            archived: patch.archived,
        };
        messages::set_flags(tx, ctx, me, id, flags).await?;
    }
    if let Some(on) = patch.following {
        super::topics::follow(tx, ctx, me, &chat, on).await?;
    }
    let shared = patch.title.is_some()
        || !patch.add.is_empty()
        || !patch.remove.is_empty()
        || patch.admin_ids.is_some()
        || patch.owner_id.is_some()
        || patch.who_adds.is_some();
    if !shared {
        return Ok(());
    }
    let group = Group::of(tx, chat, me).await?;
    group.change(tx, ctx, patch).await
}

/// A group in somebody's hands.
pub(super) struct Group {
    chat: ChatRow,
    me: Id<Person>,
    name: String,
    members: Vec<(Id<Person>, Role)>,
}

impl Group {
    pub(super) async fn of(tx: &mut Tx<'_>, chat: ChatRow, me: Id<Person>) -> Result<Self> {
        if chat.kind != "group" {
            return Err(Error::conflict("team.not_a_group"));
        }
        let members = store::members(tx, &[chat.id]).await?;
        let members = members.iter().map(|m| (m.person_id, m.role(chat.owner_id)));
        Ok(Self {
            me,
            name: accounts::brief(tx, me).await?.name,
            members: members.collect(),
            chat,
        })
    }

    fn role_of(&self, person: Id<Person>) -> Option<Role> {
        let found = self.members.iter().find(|(id, _)| *id == person);
        found.map(|(_, role)| *role)
    }

    pub(super) fn may(&self, wish: Wish) -> Result<()> {
        let role = self.role_of(self.me).unwrap_or(Role::Member);
        may(role, self.chat.who_adds, wish)
    }

    async fn line(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        code: &'static str,
        whom: Id<Person>,
    ) -> Result<()> {
        let who = accounts::brief(tx, whom).await?.name;
        let args = vec![("author", self.name.clone()), ("name", who)];
        event(tx, ctx, self.chat.id, code, args).await
    }

    async fn change(&self, tx: &mut Tx<'_>, ctx: &Ctx, patch: ChatPatch) -> Result<()> {
        let id = self.chat.id;
        if let Some(title) = patch.title {
            self.may(Wish::Arrange)?;
            let title = rules::title_of(&title)?;
            store::rename(tx, id, &title).await?;
            messages::set_title(tx, id, &title).await?;
            let args = vec![("author", self.name.clone()), ("title", title)];
            event(tx, ctx, id, "chat-renamed", args).await?;
        }
        if let Some(who) = patch.who_adds {
            self.may(Wish::Arrange)?;
            store::set_who_adds(tx, id, who).await?;
        }
        if !patch.add.is_empty() {
            self.may(Wish::Add)?;
            super::guests::refuse(tx, self.me).await?;
            check_people(tx, &patch.add).await?;
        }
        for person in &patch.add {
            if store::add_member(tx, id, *person).await? == 1 {
                self.line(tx, ctx, "chat-member-added", *person).await?;
            }
        }
        for person in &patch.remove {
            let Some(role) = self.role_of(*person) else {
                continue;
            };
            self.may(Wish::Remove(role))?;
            remove(tx, ctx, id, *person, "chat-member-removed", &self.name).await?;
        }
        if let Some(admins) = &patch.admin_ids {
            self.may(Wish::Appoint)?;
            self.appoint(tx, ctx, admins).await?;
        }
        if let Some(owner) = patch.owner_id.filter(|p| *p != self.me) {
            self.may(Wish::Appoint)?;
            self.role_of(owner)
                .ok_or_else(|| Error::field("owner_id", "team.not_a_member"))?;
            super::guests::may_lead(tx, owner, "owner_id").await?;
            store::set_owner(tx, id, Some(owner)).await?;
            // Who hands a group over goes on arranging it.
            store::set_role(tx, id, self.me, true).await?;
            self.line(tx, ctx, "chat-owner-changed", owner).await?;
        }
        settle_members(tx, ctx, id).await
    }

    /// Makes exactly these members admins.
    async fn appoint(&self, tx: &mut Tx<'_>, ctx: &Ctx, admins: &[Id<Person>]) -> Result<()> {
        for admin in admins {
            self.role_of(*admin)
                .ok_or_else(|| Error::field("admin_ids", "team.not_a_member"))?;
            super::guests::may_lead(tx, *admin, "admin_ids").await?;
        }
        for (person, role) in &self.members {
            if *role == Role::Owner {
                continue;
            }
            let on = admins.contains(person);
            if store::set_role(tx, self.chat.id, *person, on).await? == 1 {
                let code = if on {
                    "chat-admin-added"
                } else {
                    "chat-admin-removed"
                };
                self.line(tx, ctx, code, *person).await?;
            }
        }
        Ok(())
    }
}

async fn remove(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Thread>,
    person: Id<Person>,
    code: &'static str,
    by: &str,
) -> Result<()> {
    if store::drop_member(tx, id, person).await? == 1 {
        let who = accounts::brief(tx, person).await?.name;
        let args = vec![("author", by.to_owned()), ("name", who)];
        event(tx, ctx, id, code, args).await?;
        let gone = Event::stored(
            "chat.gone",
            id.uuid(),
            vec![person.uuid()],
            json!({"id": id}),
        );
        journal::append(tx, ctx, gone).await?;
    }
    Ok(())
}

/// Makes the group's principal what its members are now.
pub(super) async fn settle_members(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let members = store::people(tx, id).await?;
    set_members(tx, ctx, id.uuid(), &members, "chat").await?;
    tell_changed(tx, ctx, id).await
}

/// Leaves a group; its owner leaves it to an heir.
pub(crate) async fn leave(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Thread>,
) -> Result<()> {
    let chat = open(tx, me, id).await?;
    if chat.kind == "topic" {
        return super::topics::follow(tx, ctx, me, &chat, false).await;
    }
    let group = Group::of(tx, chat, me).await?;
    remove(tx, ctx, id, me, "chat-member-left", &group.name).await?;
    if group.chat.owner_id == Some(me) {
        let mut left = Vec::new();
        for (person, role) in group.members.iter().filter(|(p, _)| *p != me) {
            if !accounts::is_guest(tx, *person).await? {
                left.push((*person, *role));
            }
        }
        let heir = rules::heir(&left);
        store::set_owner(tx, id, heir).await?;
        if let Some(heir) = heir {
            group.line(tx, ctx, "chat-owner-changed", heir).await?;
        }
    }
    settle_members(tx, ctx, id).await
}

// ------------------------------------------------------------ the link

/// The group's link, if there is one; every member may pass it on.
pub(crate) async fn link(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    id: Id<Thread>,
) -> Result<Option<String>> {
    let chat = open(tx, me, id).await?;
    Group::of(tx, chat, me).await?;
    store::link(tx, id).await
}

/// Makes a new link, which ends the old one; or ends it.
pub(crate) async fn set_link(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Thread>,
    on: bool,
) -> Result<Option<String>> {
    let chat = open(tx, me, id).await?;
    let group = Group::of(tx, chat, me).await?;
    // A link adds members: who may make one is who may add and arrange.
    group.may(Wish::Arrange)?;
    if !on {
        store::drop_link(tx, id).await?;
        return Ok(None);
    }
    let token = ctx.ids.secret();
    store::save_link(tx, id, &token, me, ctx.now).await?;
    Ok(Some(token))
}

/// What a link leads to: the group, its name and how many are in it.
pub(crate) async fn linked(tx: &mut Tx<'_>, token: &str) -> Result<(ChatRow, usize)> {
    let id = store::by_link(tx, token)
        .await?
        .ok_or_else(Error::not_found)?;
    let chat = store::by_ids(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    let members = store::people(tx, id).await?.len();
    Ok((chat, members))
}

/// Joins a group by its link; who is in it already simply opens it.
pub(crate) async fn join(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    token: &str,
) -> Result<Id<Thread>> {
    let (chat, _) = linked(tx, token).await?;
    if store::add_member(tx, chat.id, me).await? == 1 {
        let name = accounts::brief(tx, me).await?.name;
        event(tx, ctx, chat.id, "chat-joined", vec![("name", name)]).await?;
        settle_members(tx, ctx, chat.id).await?;
    }
    Ok(chat.id)
}
