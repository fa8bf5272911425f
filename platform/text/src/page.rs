//! What a web page says of itself: its title, a description, the name of its site. Pages are hostile: any bytes will do.

use crate::{clean_name, shorten};
use encoding_rs::{Encoding, UTF_8};
use html5gum::{HtmlString, Spanned, StartTag, Token, Tokenizer};
use std::collections::BTreeMap;

/// Bytes of a page that are looked at: what it says of itself stands at its beginning.
const HEAD: usize = 256 * 1024;

/// What a page says of itself; what it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageHead {
    /// Its title, at most 200 characters.
    pub title: String,
    /// Its description, at most 300 characters.
    pub text: String,
    /// The name of the site, at most 80 characters.
    pub site: String,
}

/// Reads the head of a page: Open Graph first, then the ordinary title and description. `content_type` is the header of
/// its answer, which knows the encoding best.
pub fn page_head(bytes: &[u8], content_type: &str) -> PageHead {
    let bytes = &bytes[..bytes.len().min(HEAD)];
    let named = charset_of(content_type).or_else(|| charset_of_meta(bytes));
    let (words, ..) = named.unwrap_or(UTF_8).decode(bytes);
    let mut found = Found::default();
    for token in Tokenizer::new(words.as_ref()) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => found.begins(&tag),
            Token::String(words) if found.in_title => {
                found.title.push_str(&String::from_utf8_lossy(&words));
            }
            Token::EndTag(tag) => match tag.name.as_slice() {
                b"title" => found.in_title = false,
                b"head" => break,
                _ => {}
            },
            _ => {}
        }
    }
    found.finish()
}

/// The encoding a header names: `text/html; charset=windows-1251`.
fn charset_of(content_type: &str) -> Option<&'static Encoding> {
    let lower = content_type.to_ascii_lowercase();
    let (_, rest) = lower.split_once("charset=")?;
    let label = rest.trim_start_matches(['"', '\'', ' ']);
    let end = label
        .find(['"', '\'', ';', ' ', '>', '/'])
        .unwrap_or(label.len());
    Encoding::for_label(&label.as_bytes()[..end])
}

/// The encoding a page names in its first kilobyte, where the standard wants it.
fn charset_of_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let start: String = bytes.iter().take(1024).map(|b| char::from(*b)).collect();
    charset_of(&start)
}

#[derive(Default)]
struct Found {
    title: String,
    in_title: bool,
    titled: bool,
    meta: BTreeMap<String, String>,
}

impl Found {
    fn begins(&mut self, tag: &StartTag<()>) {
        match tag.name.as_slice() {
            // Pictures have titles too: the first is the page's.
            b"title" if !self.titled => {
                self.titled = true;
                self.in_title = true;
            }
            b"meta" => {
                let name = attribute(&tag.attributes, "property")
                    .or_else(|| attribute(&tag.attributes, "name"));
                let content = attribute(&tag.attributes, "content");
                if let (Some(name), Some(content)) = (name, content) {
                    let name = name.to_ascii_lowercase();
                    self.meta.entry(name).or_insert(content);
                }
            }
            _ => {}
        }
    }

    fn first(&self, names: &[&str], most: usize) -> String {
        let said = names.iter().filter_map(|name| self.meta.get(*name));
        let said = said.map(|words| clean_name(words)).find(|w| !w.is_empty());
        shorten(&said.unwrap_or_default(), most)
    }

    fn finish(self) -> PageHead {
        let mut title = self.first(&["og:title", "twitter:title"], 200);
        if title.is_empty() {
            title = shorten(&clean_name(&self.title), 200);
        }
        PageHead {
            title,
            text: self.first(
                &["og:description", "description", "twitter:description"],
                300,
            ),
            site: self.first(&["og:site_name", "application-name"], 80),
        }
    }
}

fn attribute(all: &BTreeMap<HtmlString, Spanned<HtmlString, ()>>, name: &str) -> Option<String> {
    let value = all.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn p_04_a_page_says_what_it_is() {
        let page = r#"<!doctype html><head><meta charset=utf-8><title>Лампы &amp; бра</title>
            <meta property="og:title" content="Лампы"><meta name="description" content="Свет для дома">
            <meta property="og:site_name" content="Мастерская"></head><body><title>не то</title>"#;
        let head = page_head(page.as_bytes(), "text/html");
        assert_eq!(head.title, "Лампы");
        assert_eq!(head.text, "Свет для дома");
        assert_eq!(head.site, "Мастерская");
        let plain = page_head("<title>Лампы &amp; бра\u{202e}</title>".as_bytes(), "");
        assert_eq!(plain.title, "Лампы & бра", "no tricks with direction");
    }

    #[test]
    fn p_04_old_russian_pages_are_read() {
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode("<title>Прайс-лист</title>");
        let by_header = page_head(&bytes, "text/html; charset=windows-1251");
        assert_eq!(by_header.title, "Прайс-лист");
        let (bytes, ..) = encoding_rs::WINDOWS_1251
            .encode("<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\"><title>Прайс</title>");
        assert_eq!(page_head(&bytes, "text/html").title, "Прайс");
    }

    proptest! {
        #[test]
        fn p_04_any_bytes_are_a_page(bytes in proptest::collection::vec(any::<u8>(), 0..2000), kind in ".*") {
            let head = page_head(&bytes, &kind);
            prop_assert!(head.title.chars().count() <= 1000);
        }
    }
}
