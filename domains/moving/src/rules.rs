//! The rules of moving in: who somebody seems to be, what is their name here, how a long text is cut.

use crate::{
    item::PersonItem,
    model::{Becomes, ImportChoice, ImportPerson},
};
use accounts::Person;
use kernel::{Id, Uuid};

/// Characters of one message of ours; a longer one becomes several.
const LONGEST: usize = 39_000;

fn folded(text: &str) -> String {
    text.trim().to_lowercase().replace('ё', "е")
}

/// Who of us somebody in an archive seems to be, and why. A name counts only if just one of us bears it.
pub(crate) fn seems<'a>(
    item: &PersonItem,
    people: &'a [Person],
) -> Option<(&'a Person, &'static str)> {
    let (email, login, name) = (folded(&item.email), folded(&item.login), folded(&item.name));
    let only = |fits: &dyn Fn(&Person) -> bool| {
        let mut found = people.iter().filter(|p| fits(p));
        found.next().filter(|_| found.next().is_none())
    };
    let by = |word: &str, why: &'static str, of: &dyn Fn(&Person) -> String| {
        let found = if word.is_empty() {
            None
        } else {
            only(&|p| of(p) == word)
        };
        found.map(|p| (p, why))
    };
    by(&email, "email", &|p| folded(&p.email))
        .or_else(|| {
            by(&login, "login", &|p| {
                folded(p.login.as_deref().unwrap_or_default())
            })
        })
        .or_else(|| by(&name, "name", &|p| folded(&p.name)))
}

/// What is suggested for somebody; `before` is who they became in an earlier run.
pub(crate) fn suggest(
    item: &PersonItem,
    messages: u64,
    people: &[Person],
    before: Option<Uuid>,
) -> ImportPerson {
    let earlier = before.and_then(|id| people.iter().find(|p| p.id.uuid() == id));
    let found = earlier
        .map(|p| (p, "before"))
        .or_else(|| seems(item, people).filter(|_| !item.bot));
    let becomes = match found {
        Some(_) => Becomes::Person,
        None if item.bot => Becomes::Name,
        None => Becomes::Former,
    };
    ImportPerson {
        id: item.id.clone(),
        name: shown(item),
        login: item.login.clone(),
        email: item.email.clone(),
        bot: item.bot,
        messages,
        becomes,
        person_id: found.map(|(p, _)| p.id),
        by: found.map_or("", |(_, why)| why).to_owned(),
    }
}

/// The name somebody has here: never empty.
pub(crate) fn shown(item: &PersonItem) -> String {
    let names = [&item.name, &item.login, &item.email, &item.id];
    let mut names = names.into_iter().map(|n| text::clean_name(n));
    names
        .find(|n| !n.is_empty())
        .unwrap_or_else(|| "?".to_owned())
}

/// What was chosen for somebody, or else what was suggested.
pub(crate) fn chosen(
    found: &ImportPerson,
    choices: &[ImportChoice],
) -> (Becomes, Option<Id<Person>>) {
    match choices.iter().find(|c| c.id == found.id) {
        Some(choice) => (choice.becomes, choice.person_id),
        None => (found.becomes, found.person_id),
    }
}

/// A text in pieces that are short enough, cut at lines where there are any.
pub(crate) fn cut(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        let Some((end, _)) = rest.char_indices().nth(LONGEST) else {
            out.push(rest.to_owned());
            return out;
        };
        let end = rest[..end].rfind('\n').filter(|at| *at > 0).unwrap_or(end);
        out.push(rest[..end].to_owned());
        rest = rest[end..].trim_start_matches('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_37_long_texts_are_cut_and_nothing_is_lost() {
        assert_eq!(cut("a"), ["a"]);
        let long = "я".repeat(LONGEST + 5);
        let pieces = cut(&long);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces.concat(), long);
        let lines = format!("{}\n{}", "a".repeat(LONGEST - 2), "b".repeat(10));
        assert_eq!(cut(&lines)[1], "b".repeat(10));
    }
}
