//! The markup as its readers see it: examples, and promises kept for any text.

use proptest::prelude::*;
use serde_json::{Value, json};
use text::{Entity, EntityKind, Token, entities, excerpt, for_client, from_entities, parse, plain};
use uuid::Uuid;

fn tokens(source: &str) -> Value {
    json!(parse(source, &[]))
}

fn p(c: Value) -> Value {
    json!([{"t": "p", "c": c}])
}

fn t(v: &str) -> Value {
    json!({"t": "text", "v": v})
}

#[test]
fn formatting_is_what_people_expect() {
    for (source, want) in [
        ("**a** b", json!([{"t": "strong", "c": [t("a")]}, t(" b")])),
        (
            "*a* _b_ ~~c~~",
            json!([{"t": "em", "c": [t("a")]}, t(" "), {"t": "em", "c": [t("b")]}, t(" "), {"t": "strike", "c": [t("c")]}]),
        ),
        (
            "***a***",
            json!([{"t": "strong", "c": [{"t": "em", "c": [t("a")]}]}]),
        ),
        ("**a*b**", json!([{"t": "strong", "c": [t("a*b")]}])),
        (
            "при**вет**",
            json!([t("при"), {"t": "strong", "c": [t("вет")]}]),
        ),
        ("`a*b*`", json!([{"t": "code", "v": "a*b*"}])),
        ("a\nb", json!([t("a"), {"t": "br"}, t("b")])),
        (
            "[сайт](https://a.ru/x_y)",
            json!([{"t": "link", "href": "https://a.ru/x_y", "c": [t("сайт")]}]),
        ),
    ] {
        assert_eq!(tokens(source), p(want), "{source}");
    }
}

#[test]
fn what_is_not_markup_stands_as_written() {
    for source in [
        "snake_case_name",
        "2*3*4 = 24",
        "2 * 3 * 4",
        "# не заголовок",
        "a < b && <b>c</b>",
        "~5 и ~6",
        "**",
        "****",
        "* * *",
        "---",
        "[x]: y",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "![a",
        "&amp;",
        "5. Оплата",
        "C:\\Temp\\new",
        "**не закрыто",
        "`не закрыто",
        "```не закрыто",
        "@[x](y)",
        "1) раз",
        "| a | b |",
    ] {
        assert_eq!(tokens(source), p(json!([t(source)])), "{source}");
    }
}

#[test]
fn blocks_are_recognised() {
    assert_eq!(
        tokens("a\n\nb"),
        json!([{"t": "p", "c": [t("a")]}, {"t": "p", "c": [t("b")]}])
    );
    assert_eq!(
        tokens("```rust\nlet a = 1;\n\n```"),
        json!([{"t": "pre", "v": "let a = 1;\n", "lang": "rust"}])
    );
    assert_eq!(
        tokens("> a\n> b"),
        json!([{"t": "quote", "c": [{"t": "p", "c": [t("a"), {"t": "br"}, t("b")]}]}])
    );
    assert_eq!(
        tokens("- a\n- b"),
        json!([{"t": "list", "ordered": false, "items": [[t("a")], [t("b")]]}])
    );
    assert_eq!(
        tokens("1. a\n2. b"),
        json!([{"t": "list", "ordered": true, "items": [[t("a")], [t("b")]]}])
    );
    // A numbered list that counts otherwise keeps its numbers as words.
    assert_eq!(
        tokens("3. a\n7. b"),
        p(json!([t("3. a"), {"t": "br"}, t("7. b")]))
    );
    let nested = tokens("- a\n  - b");
    assert_eq!(nested[0]["items"][0][1]["t"], "list", "{nested}");
}

#[test]
fn bare_addresses_become_links() {
    let link = |href: &str, v: &str| json!({"t": "link", "href": href, "c": [t(v)]});
    for (source, want) in [
        (
            "https://a.ru/x_y_z.",
            json!([link("https://a.ru/x_y_z", "https://a.ru/x_y_z"), t(".")]),
        ),
        (
            "**https://a.ru**",
            json!([{"t": "strong", "c": [link("https://a.ru", "https://a.ru")]}]),
        ),
        (
            "(см. http://a.ru/b)",
            json!([t("(см. "), link("http://a.ru/b", "http://a.ru/b"), t(")")]),
        ),
        (
            "пишите a_b@c.ru!",
            json!([t("пишите "), link("mailto:a_b@c.ru", "a_b@c.ru"), t("!")]),
        ),
        (
            "`https://a.ru`",
            json!([{"t": "code", "v": "https://a.ru"}]),
        ),
        ("ftp://a.ru", json!([t("ftp://a.ru")])),
    ] {
        assert_eq!(tokens(source), p(want), "{source}");
    }
}

#[test]
fn mentions_show_the_name_of_today() {
    let id = Uuid::from_u128(7);
    let source = format!("@[Старое имя]({id}) привет");
    let found = parse(&source, &[(id, "Анна".to_owned())]);
    assert_eq!(
        serde_json::to_value(&found).unwrap(),
        p(json!([{"t": "mention", "id": id, "name": "Анна"}, t(" привет")]))
    );
    assert_eq!(plain(&found), "@Анна привет");
    assert_eq!(plain(&parse(&source, &[])), "@Старое имя привет");
    assert_eq!(for_client(&source).0, "привет");
}

#[test]
fn excerpts_are_one_short_line() {
    assert_eq!(excerpt("**Привет**,\n\nмир", 50), "Привет, мир");
    assert_eq!(excerpt("один два три", 6), "один…");
    assert_eq!(excerpt("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 2), "👨‍👩‍👧…");
}

#[test]
fn a_huge_source_is_plain_text() {
    let source = format!("**{}**", "a".repeat(64 * 1024));
    assert_eq!(plain(&parse(&source, &[])), source);
}

#[test]
fn ranges_count_utf16_units() {
    let (words, ranges) = entities(&parse("😀 **жир** [сайт](https://a.ru) `к`", &[]));
    assert_eq!(words, "😀 жир сайт к");
    let mut link = Entity::new(EntityKind::Link, 7, 4);
    link.url = Some("https://a.ru".to_owned());
    assert_eq!(
        ranges,
        [
            Entity::new(EntityKind::Bold, 3, 3),
            link,
            Entity::new(EntityKind::Code, 12, 1)
        ]
    );
}

#[test]
fn a_messengers_ranges_become_source() {
    for (words, kind, offset, len, want) in [
        ("Привет мир", EntityKind::Bold, 7, 3, "Привет **мир**"),
        ("Привет мир", EntityKind::Bold, 6, 4, "Привет **мир**"),
        ("приветы", EntityKind::Italic, 0, 6, "*привет*ы"),
        ("a_b", EntityKind::Code, 0, 3, "`a_b`"),
        ("раз\nдва", EntityKind::Strike, 0, 7, "~~раз~~\n~~два~~"),
        ("цитата\nответ", EntityKind::Quote, 0, 6, "> цитата\nответ"),
        ("**x** и", EntityKind::Bold, 6, 1, "\\*\\*x\\*\\* **и**"),
    ] {
        assert_eq!(
            from_entities(words, &[Entity::new(kind, offset, len)]),
            want
        );
    }
    assert_eq!(
        from_entities("обычный текст, 5 * 5, snake_case https://a.ru/x_y_", &[]),
        "обычный текст, 5 * 5, snake_case https://a.ru/x_y_"
    );
    assert_eq!(from_entities("**не жирно**", &[]), "\\*\\*не жирно\\*\\*");
    assert_eq!(from_entities("5. Оплата", &[]), "5. Оплата");
}

#[test]
fn nasty_sources_take_no_longer_than_their_length() {
    // Quadratic work would make this test hang for hours; there is nothing to measure.
    for piece in [
        "[",
        "**a ",
        "`",
        "``a`",
        "```\n",
        "> ",
        "- ",
        "*_~~",
        "@[",
        "[a](",
        "\\",
        "*a_",
        "~~a",
        "((",
        "https://a",
    ] {
        let source = piece.repeat(60_000 / piece.len());
        let _ = plain(&parse(&source, &[]));
    }
}

#[test]
fn the_schema_of_tokens_ends() {
    let mut schemas = Vec::new();
    <Token as utoipa::ToSchema>::schemas(&mut schemas);
    let schema = json!(<Token as utoipa::PartialSchema>::schema()).to_string();
    assert!(
        schema.contains("mention") && schema.len() < 20_000,
        "{schema}"
    );
}

fn depth(tokens: &[Token]) -> usize {
    let inside = |token: &Token| match token {
        Token::P { c } => depth(c),
        Token::Strong { c }
        | Token::Em { c }
        | Token::Strike { c }
        | Token::Quote { c }
        | Token::Link { c, .. } => 1 + depth(c),
        Token::List { items, .. } => 1 + items.iter().map(|item| depth(item)).max().unwrap_or(0),
        _ => 0,
    };
    tokens.iter().map(inside).max().unwrap_or(0)
}

fn hrefs(tokens: &[Token], found: &mut Vec<String>) {
    for token in tokens {
        match token {
            Token::Link { href, c } => {
                found.push(href.clone());
                hrefs(c, found);
            }
            Token::P { c }
            | Token::Strong { c }
            | Token::Em { c }
            | Token::Strike { c }
            | Token::Quote { c } => hrefs(c, found),
            Token::List { items, .. } => items.iter().for_each(|item| hrefs(item, found)),
            _ => {}
        }
    }
}

/// Text that is dense with markup signs.
fn dense() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("**".to_owned()),
        Just("*".to_owned()),
        Just("_".to_owned()),
        Just("~~".to_owned()),
        Just("~".to_owned()),
        Just("`".to_owned()),
        Just("```".to_owned()),
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("> ".to_owned()),
        Just("- ".to_owned()),
        Just("1. ".to_owned()),
        Just("2. ".to_owned()),
        Just("[".to_owned()),
        Just("](".to_owned()),
        Just(")".to_owned()),
        Just("\\".to_owned()),
        Just(" ".to_owned()),
        Just("https://a.ru/b".to_owned()),
        Just("a@b.ru".to_owned()),
        Just("javascript:x".to_owned()),
        Just("<b>".to_owned()),
        Just("😀".to_owned()),
        Just("5".to_owned()),
        "[a-zа-я]{1,4}",
        "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// What neither side promises to keep: empty lines and spaces at the ends of lines.
fn essence(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "");
    text.split('\n')
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_source_parses_within_the_limits(source in prop_oneof![dense(), any::<String>()]) {
        let tokens = parse(&source, &[]);
        prop_assert!(depth(&tokens) <= 6);
        let mut found = Vec::new();
        hrefs(&tokens, &mut found);
        for href in found {
            let scheme = href.split(':').next().unwrap_or_default().to_ascii_lowercase();
            prop_assert!(["http", "https", "mailto", "tel"].contains(&scheme.as_str()), "{href}");
        }
        let (words, ranges) = entities(&tokens);
        let length = words.encode_utf16().count();
        for range in ranges {
            prop_assert!(range.len > 0 && range.end() <= length);
        }
    }

    #[test]
    fn words_survive_the_way_through_source(text in prop_oneof![dense(), any::<String>()]) {
        let source = from_entities(&text, &[]);
        prop_assert_eq!(essence(&plain(&parse(&source, &[]))), essence(&text), "{:?}", source);
    }

    #[test]
    fn words_survive_with_any_ranges(
        text in prop_oneof![dense(), any::<String>()],
        ranges in prop::collection::vec((0_usize..8, 0_usize..60, 0_usize..60), 0..6),
    ) {
        let ranges: Vec<Entity> = ranges.into_iter().map(|(kind, offset, len)| {
            let kinds = [EntityKind::Bold, EntityKind::Italic, EntityKind::Strike, EntityKind::Code,
                EntityKind::Pre, EntityKind::Quote, EntityKind::Link, EntityKind::Link];
            let mut entity = Entity::new(kinds[kind], offset, len);
            entity.url = (kind == 6).then(|| "https://a.ru/(x)_y_".to_owned());
            entity
        }).collect();
        let source = from_entities(&text, &ranges);
        prop_assert_eq!(essence(&plain(&parse(&source, &[]))), essence(&text), "{:?}", source);
    }

    #[test]
    fn whole_words_keep_their_formatting(
        words in prop::collection::vec("[а-яa-z]{1,8}", 2..8),
        picks in prop::collection::vec((0_usize..4, 0_usize..8), 1..4),
    ) {
        let text = words.join(" ");
        let mut ranges: Vec<Entity> = Vec::new();
        for (kind, index) in picks {
            let index = (index * 2) % words.len() / 2 * 2;
            let offset = words[..index].iter().map(|w| w.chars().count() + 1).sum();
            let kind = [EntityKind::Bold, EntityKind::Italic, EntityKind::Strike, EntityKind::Code][kind];
            if ranges.iter().all(|r| r.offset != offset) {
                ranges.push(Entity::new(kind, offset, words[index].chars().count()));
            }
        }
        ranges.sort_by_key(|r| r.offset);
        let source = from_entities(&text, &ranges);
        // Only every second word is formatted: neighbours of one kind become one range.
        prop_assert_eq!(entities(&parse(&source, &[])), (text, ranges), "{}", source);
    }
}
