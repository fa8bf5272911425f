//! Lines `their word = our word`: what a gateway's codes and statuses mean.

/// What an error of a gateway means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// None at all.
    Fine,
    /// Later.
    Retry,
    /// Who we are is refused.
    Account,
    /// There is no money left.
    Money,
    /// The client's number.
    Number,
    /// The sender's name.
    Sender,
}

/// How far a message came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reached {
    Sent,
    Delivered,
    Failed,
}

pub(crate) fn trouble(word: &str) -> Option<Trouble> {
    match word {
        "ok" => Some(Trouble::Fine),
        "retry" => Some(Trouble::Retry),
        "account" => Some(Trouble::Account),
        "money" => Some(Trouble::Money),
        "number" => Some(Trouble::Number),
        "sender" => Some(Trouble::Sender),
        _ => None,
    }
}

pub(crate) fn reached(word: &str) -> Option<Reached> {
    match word {
        "sent" => Some(Reached::Sent),
        "delivered" => Some(Reached::Delivered),
        "failed" => Some(Reached::Failed),
        _ => None,
    }
}

/// A table by their word, without letter case.
#[derive(Clone, Debug)]
pub(crate) struct Mapping<T>(Vec<(String, T)>);

impl<T: Copy> Mapping<T> {
    /// Reads the lines; none if one of them says nothing.
    pub(crate) fn read(lines: &str, meaning: fn(&str) -> Option<T>) -> Option<Self> {
        let read = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let pairs = read.map(|line| {
            let (theirs, ours) = line.split_once('=')?;
            Some((theirs.trim().to_lowercase(), meaning(ours.trim())?))
        });
        pairs.collect::<Option<Vec<_>>>().map(Self)
    }
    pub(crate) fn of(&self, theirs: &str) -> Option<T> {
        let low = theirs.trim().to_lowercase();
        let found = self.0.iter().find(|(word, _)| *word == low);
        found.map(|(_, meaning)| *meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_or_refused_whole() {
        let all = Mapping::read("1 = delivered\n\n Failed=failed ", reached).unwrap();
        assert_eq!(all.of("1"), Some(Reached::Delivered));
        assert_eq!(all.of(" FAILED "), Some(Reached::Failed));
        assert_eq!(all.of("2"), None);
        for wrong in ["1", "1 = done", "delivered"] {
            assert!(Mapping::read(wrong, reached).is_none(), "{wrong}");
        }
        assert_eq!(
            Mapping::read("3=money", trouble).unwrap().of("3"),
            Some(Trouble::Money)
        );
    }
}
