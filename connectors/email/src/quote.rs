//! What a client wrote, without the letter they answered: the talk above shows that already.

/// A letter's words without the quotation at its end; none if it has none, or if nothing would be left.
pub(crate) fn without(words: &str) -> Option<String> {
    let lines: Vec<&str> = words.lines().collect();
    let at = begins(&lines)?;
    let kept = lines[..at].join("\n").trim().to_owned();
    (!kept.is_empty()).then_some(kept)
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// The line at which the quotation begins.
fn begins(lines: &[&str]) -> Option<usize> {
    if let Some(at) = lines.iter().position(|line| is_marker(line)) {
        return Some(at);
    }
    if let Some(at) = (0..lines.len()).find(|at| is_head(&lines[*at..])) {
        return Some(at);
    }
    let first = lines.iter().position(|line| is_quoted(line))?;
    // An answer between the lines is kept whole: without what it answers it says nothing.
    let after = lines[first..].iter().filter(|line| !is_blank(line));
    if !after.clone().all(|line| is_quoted(line)) {
        return None;
    }
    // The line above says whose words these are; mail programs break it in two.
    let above = lines[..first]
        .iter()
        .rposition(|line| !is_blank(line))
        .filter(|at| attributes(lines[*at]));
    Some(match above {
        Some(at) if at > 0 && !is_blank(lines[at - 1]) && starts_attribution(lines[at - 1]) => {
            at - 1
        }
        Some(at) => at,
        None => first,
    })
}

/// A line that programs put before the letter they quote whole.
fn is_marker(line: &str) -> bool {
    let bare = line.trim().trim_matches('-').trim().to_lowercase();
    line.trim_start().starts_with("---")
        && [
            "original message",
            "исходное сообщение",
            "исходное письмо",
            "ursprüngliche nachricht",
        ]
        .contains(&bare.as_str())
}

/// The headers that Outlook puts before a quoted letter: who, when, to whom, in lines that follow one another.
fn is_head(lines: &[&str]) -> bool {
    let says = |line: &str, words: &[&str]| {
        let line = line.trim().trim_start_matches('*').to_lowercase();
        words.iter().any(|word| line.starts_with(word))
    };
    let mut next = lines.iter().filter(|line| !is_blank(line));
    next.next()
        .is_some_and(|line| says(line, &["from:", "от:"]))
        && next
            .next()
            .is_some_and(|line| says(line, &["sent:", "date:", "отправлено:", "дата:"]))
        && next
            .next()
            .is_some_and(|line| says(line, &["to:", "кому:", "subject:", "тема:"]))
}

/// "On … Olga wrote:", "12.03.2026, 10:15, Ольга пишет:".
fn attributes(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    line.ends_with(':')
        && (["wrote", "пишет", "писал", "написал", "schrieb"]
            .iter()
            .any(|word| line.contains(word))
            || (line.contains('@') && line.chars().any(|c| c.is_ascii_digit())))
}

fn starts_attribution(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    line.starts_with("on ") || line.chars().next().is_some_and(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_21_the_quotation_at_the_end_goes() {
        for (letter, kept) in [
            ("Да\n\n> Нужна лампа?\n> Ольга", "Да"),
            (
                "Да, беру.\n\n12.03.2026, 10:15, \"Лавка\" <shop@lavka.example>:\n> Нужна?",
                "Да, беру.",
            ),
            (
                "Yes\n\nOn Mon, 1 Jan 2026 at 10:00, Shop wrote:\n\n> Hi",
                "Yes",
            ),
            (
                "Yes\n\nOn Mon, 1 Jan 2026 at 10:00, Shop\n<shop@x.example> wrote:\n> Hi\n>> older",
                "Yes",
            ),
            ("Беру\n-----Исходное сообщение-----\nчто угодно", "Беру"),
            (
                "Ok\n\nFrom: Shop\nSent: Monday\nTo: Anna\nSubject: Re\n\nHello",
                "Ok",
            ),
            (
                "Беру\n\nОт: Лавка\nОтправлено: 1 марта\nКому: Анна\n\nПривет",
                "Беру",
            ),
        ] {
            assert_eq!(without(letter).as_deref(), Some(kept), "{letter}");
        }
    }

    #[test]
    fn p_21_what_says_nothing_alone_is_kept_whole() {
        for letter in [
            "Просто слова",
            "> Нужна?\nДа\n> Чёрная?\nБелая",
            "> одна цитата",
            "Она написала:\nпривет",
            "От: меня\nпросто строка",
        ] {
            assert_eq!(without(letter), None, "{letter}");
        }
    }
}
