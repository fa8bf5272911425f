//! A letter about what was not read (L-01's fifth way), pure: what waits long enough, and its words.

use kernel::Moment;
use std::time::Duration;

/// What is read within this time needs no letter; what comes within it goes into one.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// What is younger may be in front of somebody's eyes: it waits for the next letter.
pub(crate) const FRESH: Duration = Duration::from_secs(2 * 60);
/// Lines in one letter; the rest is a number.
pub(crate) const LINES: usize = 20;

/// One thing that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) subject: kernel::Uuid,
    /// The chat whose reading ends it; none for what is about more than its chat.
    pub(crate) thread_id: Option<kernel::Uuid>,
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) at: Moment,
}

/// Divides what waits into what goes now and when the rest is due; oldest first.
pub(crate) fn due(mut waiting: Vec<Waiting>, now: Moment) -> (Vec<Waiting>, Option<Moment>) {
    waiting.sort_by_key(|w| w.at);
    let (ripe, fresh): (Vec<_>, Vec<_>) =
        waiting.into_iter().partition(|w| now.since(w.at) >= FRESH);
    let next = fresh.first().map(|w| w.at + PATIENCE);
    // Nothing goes before its time because something else is due.
    if ripe.first().is_some_and(|w| now.since(w.at) >= PATIENCE) {
        (ripe, next)
    } else {
        (Vec::new(), ripe.first().map(|w| w.at + PATIENCE).or(next))
    }
}

/// The letter's words as plain text and as a page. `base` is the public address, empty when there is none: then nothing can
/// be opened from the letter. `more` says how many lines were left out, `foot` why it came.
pub(crate) fn words(lines: &[Waiting], base: &str, more: &str, foot: &str) -> (String, String) {
    use std::fmt::Write;
    let (mut text, mut html) = (String::new(), String::from("<div>"));
    for one in lines.iter().take(LINES) {
        let address = format!("{base}{}", one.path);
        let _ = write!(text, "{}\n{}\n", one.title, one.text);
        let title = escaped(&one.title);
        if base.is_empty() {
            let _ = write!(html, "<p><b>{title}</b><br>");
        } else {
            let _ = writeln!(text, "{address}");
            let _ = write!(
                html,
                "<p><b><a href=\"{}\">{title}</a></b><br>",
                escaped(&address)
            );
        }
        let _ = write!(html, "{}</p>", escaped(&one.text).replace('\n', "<br>"));
        text.push('\n');
    }
    if lines.len() > LINES {
        let _ = write!(text, "{more}\n\n");
        let _ = write!(html, "<p>{}</p>", escaped(more));
    }
    let _ = write!(text, "--\n{foot}\n");
    let _ = write!(
        html,
        "<p style=\"color:#636965;font-size:12px\">{}</p></div>",
        escaped(foot)
    );
    (text, html)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(n: u128, at: i64) -> Waiting {
        Waiting {
            subject: kernel::Uuid::from_u128(n),
            thread_id: None,
            path: format!("/t/{n}"),
            title: "Анна".to_owned(),
            text: "Слово".to_owned(),
            at: Moment::from_seconds(at),
        }
    }

    #[test]
    fn u_25_a_letter_takes_all_that_waits_once_the_oldest_waited_ten_minutes() {
        let now = Moment::from_seconds(10_000);
        let (ripe, next) = due(vec![one(2, 9_700), one(1, 9_400), one(3, 9_950)], now);
        assert_eq!(
            ripe.iter().map(|w| w.path.as_str()).collect::<Vec<_>>(),
            ["/t/1", "/t/2"]
        );
        assert_eq!(next, Some(Moment::from_seconds(9_950) + PATIENCE));
        // The oldest was read meanwhile: the rest has time yet.
        let (ripe, next) = due(vec![one(2, 9_700)], now);
        assert!(ripe.is_empty());
        assert_eq!(next, Some(Moment::from_seconds(9_700) + PATIENCE));
        assert_eq!(due(Vec::new(), now), (Vec::new(), None));
    }

    proptest! {
        #[test]
        fn nothing_that_waits_is_forgotten(times in proptest::collection::vec(0_i64..2_000, 0..30), now in 0_i64..3_000) {
            let now = Moment::from_seconds(now);
            let all: Vec<Waiting> = times.iter().zip(0_u128..).map(|(at, n)| one(n, *at)).filter(|w| w.at <= now).collect();
            let (ripe, next) = due(all.clone(), now);
            prop_assert_eq!(ripe.len() < all.len(), next.is_some());
            if let Some(next) = next {
                prop_assert!(next > now);
            }
        }
    }

    #[test]
    fn what_people_wrote_is_no_markup_in_a_letter() {
        let mut line = one(1, 0);
        line.text = "<img src=x onerror=alert(1)> & \"слова\"".to_owned();
        let (text, html) = words(&[line], "https://chat.example", "", "Почему");
        assert!(!html.contains("<img") && html.contains("&lt;img"), "{html}");
        assert!(html.contains("href=\"https://chat.example/t/1\""), "{html}");
        assert!(
            text.contains("<img") && text.contains("https://chat.example/t/1"),
            "{text}"
        );
        let (text, html) = words(&[one(1, 0)], "", "", "Почему");
        assert!(!text.contains("/t/1") && !html.contains("href"), "{text}");
    }
}
