//! Cells of tables for spreadsheets: written so that none is taken for a formula, and read back as they were meant.

/// A text no spreadsheet takes for a formula: what a client calls themselves is the client's to choose (OWASP, "CSV
/// Injection"). A phone is a plus and digits, which is a number and not a formula. [`meant`] gives the text back.
pub fn safe(text: &str) -> String {
    let mut signs = text.chars();
    match (signs.next(), signs.next()) {
        (Some('+'), _) if text[1..].chars().all(|c| c.is_ascii_digit()) => text.to_owned(),
        (Some(first), _) if starts(first) => format!("'{text}"),
        // A mark that stands there already is not to be taken for ours.
        (Some('\''), Some(second)) if second == '\'' || starts(second) => format!("'{text}"),
        _ => text.to_owned(),
    }
}

/// What a cell says: without the mark before what might be a formula, ours or a spreadsheet's own.
pub fn meant(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|c| c == '\'' || starts(c)) => rest,
        _ => cell,
    }
}

/// Whether a formula may begin so; also as East Asian keyboards write it.
const fn starts(sign: char) -> bool {
    matches!(
        sign,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn u_37_no_cell_is_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+79161234567", "+79161234567"),
            ("+79161234567, +79161234568", "'+79161234567, +79161234568"),
            ("+7 cmd", "'+7 cmd"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("'s-Hertogenbosch", "'s-Hertogenbosch"),
            ("Анна", "Анна"),
            ("", ""),
        ] {
            assert_eq!(safe(text), cell);
            assert_eq!(meant(&safe(text)), text);
        }
        assert_eq!(meant("'+7 916 123-45-67"), "+7 916 123-45-67");
    }

    proptest! {
        #[test]
        fn u_37_every_text_comes_back(text in "['=+@\\-0-9a-z]{0,6}|.*") {
            let cell = safe(&text);
            prop_assert_eq!(meant(&cell), text.as_str());
            let digits = cell.strip_prefix('+').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
            prop_assert!(digits || !cell.starts_with(starts));
        }
    }
}
