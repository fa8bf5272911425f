//! What may be done with a task, and where it stands among others.

use crate::model::{Task, TaskState};
use accounts::Person;
use kernel::{Error, Id, Moment, Result};

/// Characters of a long text or a comment.
const LONGEST: usize = 40_000;
/// Files of one comment or task.
const MOST_FILES: usize = 30;

/// What somebody wants to do with a task they may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Say something.
    Comment,
    /// Become the assignee of a task that has none.
    Take,
    /// Change it.
    Change,
    /// Change who may see it.
    Share,
}

/// Who takes part changes; who only sees it may comment, and take what nobody has; only its author shares it.
pub(crate) fn may(task: &Task, who: Id<Person>, part: Part) -> Result<()> {
    let author = task.author_id == who;
    let takes_part = author || task.assignee_id == Some(who) || task.coworker_ids.contains(&who);
    let fine = match part {
        Part::Comment => true,
        Part::Take => takes_part || task.assignee_id.is_none(),
        Part::Change => takes_part,
        Part::Share => author,
    };
    if fine {
        Ok(())
    } else {
        Err(Error::denied("records.not_yours"))
    }
}

/// A task has a name.
pub(crate) fn title(title: &str) -> Result<String> {
    let title = text::clean_name(title);
    if title.is_empty() {
        return Err(Error::field("title", "records.title_needed"));
    }
    Ok(title)
}

/// What is said in a comment or stands in a task: not too much, and for a comment something.
pub(crate) fn comment(text: &str, files: usize, needed: bool) -> Result<()> {
    if needed && text.trim().is_empty() && files == 0 {
        return Err(Error::field("text", "records.empty_comment"));
    }
    if text.chars().count() > LONGEST {
        return Err(Error::field("text", "records.too_long").arg("limit", LONGEST));
    }
    if files > MOST_FILES {
        return Err(Error::field("files", "records.too_many_files").arg("limit", MOST_FILES));
    }
    Ok(())
}

/// Open tasks by deadline, those without one last; finished ones by when, the newest first.
pub(crate) const fn sort_place(
    state: TaskState,
    deadline: Option<Moment>,
    finished_at: Option<Moment>,
) -> i64 {
    match (state.finished(), deadline, finished_at) {
        (true, _, Some(at)) => -at.micros(),
        (false, Some(at), _) => at.micros(),
        (true, _, None) | (false, None, _) => i64::MAX,
    }
}

/// The place on the board between two neighbours; `None` when there is no room left between them.
pub(crate) fn between(above: Option<f64>, below: Option<f64>) -> Option<f64> {
    const STEP: f64 = 1024.0;
    const LEAST: f64 = 1e-3;
    match (above, below) {
        (None, None) => Some(0.0),
        (Some(above), None) => Some(above + STEP),
        (None, Some(below)) => Some(below - STEP),
        (Some(above), Some(below)) if below - above > LEAST => Some(f64::midpoint(above, below)),
        _ => None,
    }
}

/// A place in a list as an opaque word, and back.
pub(crate) fn place_word(word: &str) -> Option<(i64, i64)> {
    let (key, number) = word.split_once('.')?;
    Some((key.parse().ok()?, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Uuid;

    fn person(n: u128) -> Id<Person> {
        Id::new(Uuid::from_u128(n))
    }

    fn task() -> Task {
        Task {
            id: Id::new(Uuid::from_u128(9)),
            number: 1,
            version: 1,
            title: "Лампа".to_owned(),
            text: String::new(),
            tokens: Vec::new(),
            author_id: person(1),
            assignee_id: Some(person(2)),
            coworker_ids: vec![person(3)],
            deadline: None,
            state: TaskState::New,
            everyone: true,
            department_ids: Vec::new(),
            files: Vec::new(),
            comments: 0,
            place: 0.0,
            created_at: Moment::from_seconds(0),
            changed_at: Moment::from_seconds(0),
            finished_at: None,
        }
    }

    #[test]
    fn who_takes_part_changes_and_others_comment() {
        use Part::{Change, Comment, Share, Take};
        let task = task();
        for (who, allowed) in [
            (1, vec![Comment, Take, Change, Share]),
            (2, vec![Comment, Take, Change]),
            (3, vec![Comment, Take, Change]),
            (4, vec![Comment]),
        ] {
            for part in [Comment, Take, Change, Share] {
                let fine = may(&task, person(who), part).is_ok();
                assert_eq!(fine, allowed.contains(&part), "{who} {part:?}");
            }
        }
        let free = Task {
            assignee_id: None,
            ..task
        };
        assert!(may(&free, person(4), Take).is_ok());
        assert!(may(&free, person(4), Change).is_err());
    }

    #[test]
    fn a_title_without_visible_letters_is_none() {
        assert!(title(" \u{200b}\u{202e} ").is_err());
        assert_eq!(
            title("  Починить\u{202e} лампу ").unwrap(),
            "Починить лампу"
        );
        assert_eq!(title(&"я".repeat(500)).unwrap().chars().count(), 200);
    }

    #[test]
    fn open_tasks_go_by_deadline_and_finished_ones_by_newness() {
        let at = Moment::from_seconds;
        let open = |deadline| sort_place(TaskState::New, deadline, None);
        assert!(open(Some(at(5))) < open(Some(at(6))) && open(Some(at(6))) < open(None));
        let done = |when| sort_place(TaskState::Done, None, Some(at(when)));
        assert!(done(6) < done(5));
    }

    proptest::proptest! {
        #[test]
        fn between_two_there_is_a_place_or_none(a in -1e6f64..1e6, gap in 0f64..1e6) {
            if let Some(place) = between(Some(a), Some(a + gap)) {
                proptest::prop_assert!(a < place && place < a + gap);
            } else {
                proptest::prop_assert!(gap < 0.01);
            }
        }
    }
}
