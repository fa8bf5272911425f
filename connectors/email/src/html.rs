//! A letter that is only a page, as plain words: nothing of it is run, nothing is fetched.

use html5gum::{StartTag, Token, Tokenizer};

/// Longest page that is read.
const LONGEST: usize = 2_000_000;

/// The words of a page. Quotations get the mark they have in plain letters.
pub(crate) fn words(page: &str) -> String {
    let mut end = page.len().min(LONGEST);
    while !page.is_char_boundary(end) {
        end -= 1;
    }
    let mut reader = Reader::default();
    for token in Tokenizer::new(&page[..end]) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.begins(&tag),
            Token::EndTag(tag) => reader.ends(tag.name.as_slice()),
            Token::String(words) => reader.says(&String::from_utf8_lossy(&words)),
            _ => {}
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    out: String,
    /// The element whose words are no words of the letter.
    hidden: Option<Vec<u8>>,
    quotes: usize,
    preformatted: usize,
    link: Option<(String, usize)>,
    blank: usize,
}

impl Reader {
    fn line(&mut self) {
        let at = self.out.trim_end_matches([' ', '\t']).len();
        self.out.truncate(at);
        if !self.out.is_empty() && self.blank < 2 {
            self.out.push('\n');
            self.blank += 1;
        }
    }

    fn fresh_line(&mut self) {
        if self.blank == 0 {
            self.line();
        }
    }

    fn begins(&mut self, tag: &StartTag<()>) {
        let name = tag.name.as_slice();
        if self.hidden.is_some() {
            return;
        }
        match name {
            b"script" | b"style" | b"title" | b"head" | b"template" | b"noscript" | b"svg"
                if !tag.self_closing =>
            {
                self.hidden = Some(name.to_vec());
            }
            b"br" => self.line(),
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"table" | b"ul" | b"ol" => {
                self.fresh_line();
                self.line();
            }
            b"div" | b"tr" | b"section" | b"article" | b"header" | b"footer" | b"dl" | b"hr" => {
                self.fresh_line();
            }
            b"td" | b"th" => self.says(" "),
            b"li" => {
                self.fresh_line();
                self.says("• ");
            }
            b"pre" => {
                self.fresh_line();
                self.preformatted += 1;
            }
            b"blockquote" => {
                self.fresh_line();
                self.quotes += 1;
            }
            b"a" => {
                let href = tag.attributes.get(b"href".as_slice());
                let href = href.map(|value| String::from_utf8_lossy(value).trim().to_owned());
                self.link = href
                    .filter(|href| href.starts_with("https://") || href.starts_with("http://"))
                    .map(|href| (href, self.out.len()));
            }
            _ => {}
        }
    }

    fn ends(&mut self, name: &[u8]) {
        if let Some(hidden) = &self.hidden {
            // A head that is never closed ends where the letter's body would be hidden.
            if hidden == name {
                self.hidden = None;
            }
            return;
        }
        match name {
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"div" | b"tr" | b"table" | b"ul" | b"ol"
            | b"li" => self.fresh_line(),
            b"pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.fresh_line();
            }
            b"blockquote" => {
                self.fresh_line();
                self.quotes = self.quotes.saturating_sub(1);
            }
            b"a" => {
                if let Some((href, from)) = self.link.take() {
                    let shown = self.out.get(from..).unwrap_or_default().trim().to_owned();
                    let bare = |word: &str| {
                        let word = word.trim_start_matches("https://");
                        word.trim_start_matches("http://")
                            .trim_end_matches('/')
                            .to_owned()
                    };
                    if !shown.is_empty() && bare(&shown) != bare(&href) {
                        self.says(&format!(" ({href})"));
                    }
                }
            }
            _ => {}
        }
    }

    fn says(&mut self, words: &str) {
        if self.hidden.is_some() {
            return;
        }
        for letter in words.chars() {
            let breaks = letter == '\n' && self.preformatted > 0;
            let space = letter.is_whitespace() || letter == '\u{feff}';
            if breaks {
                self.line();
            } else if space {
                if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
                    self.out.push(' ');
                }
            } else if !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{34f}') {
                if self.quotes > 0 && (self.out.is_empty() || self.out.ends_with('\n')) {
                    self.out.push_str(&"> ".repeat(self.quotes.min(5)));
                }
                self.out.push(letter);
                self.blank = 0;
            }
        }
    }

    fn finish(self) -> String {
        self.out.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_21_a_page_becomes_words_and_nothing_is_fetched() {
        let page = r#"<html><head><title>x</title><style>p{color:red}</style></head><body>
            <p>Здравствуйте,&nbsp;<b>Ольга</b>!</p><div>Есть <a href="https://shop.example/lamp">лампа</a>?</div>
            <script>alert(1)</script><img src="https://spy.example/1.gif"><ul><li>чёрная<li>белая</ul>
            <a href="https://x.example/">x.example</a>
            <blockquote>Что нужно?<br>Ольга</blockquote></body></html>"#;
        assert_eq!(
            words(page),
            "Здравствуйте, Ольга!\nЕсть лампа (https://shop.example/lamp)?\n\n• чёрная\n• белая\nx.example\n> Что нужно?\n> Ольга"
        );
        assert_eq!(words("просто слова"), "просто слова");
        assert_eq!(words("<a href=javascript:alert(1)>х</a>"), "х");
    }
}
