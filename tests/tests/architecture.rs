//! The rule of arrows and what else the compiler cannot see (ARCHITECTURE.md), by reading sources and `cargo metadata`.
//!
//! A rule that the tree does not keep everywhere yet has a list of its debts here: the list may only become shorter.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tests::tree::{self, Source};

/// The level of each domain: it may use only domains of a smaller number.
const LEVELS: &[(&str, u8)] = &[
    ("accounts", 1),
    ("files", 2),
    ("hours", 2),
    ("notifications", 2),
    ("messages", 3),
    ("team", 4),
    ("crm", 4),
    ("records", 4),
    ("channels", 4),
    ("links", 4),
    ("conversations", 5),
    ("centre", 6),
    ("moving", 6),
    ("reminders", 7),
];

/// Crates that assemble the product: only they may use the server.
const ASSEMBLIES: [&str; 2] = ["tests", "bench"];

/// `http → store`: plain reads that skip the action. New ones go through `actions`.
const HTTP_READS_STORE: [&str; 12] = [
    "domains/accounts/src/http/me.rs",
    "domains/accounts/src/http/people.rs",
    "domains/accounts/src/http/roles.rs",
    "domains/accounts/src/http/sign_in.rs",
    "domains/channels/src/http/hooks.rs",
    "domains/channels/src/http/manage.rs",
    "domains/channels/src/http/widget.rs",
    "domains/conversations/src/http/chats.rs",
    "domains/conversations/src/http/clients.rs",
    "domains/conversations/src/http/setup.rs",
    "domains/messages/src/http.rs",
    "domains/notifications/src/http.rs",
];

/// SQL outside `store.rs`: the access function is the door of every domain and keeps its two joins beside its words.
const SQL_ELSEWHERE: [&str; 1] = ["domains/accounts/src/access.rs"];

/// Messengers that exist or are planned: words which only connectors may say. (`mail`, `max`, `sms` are ordinary words.)
const PLANNED: [&str; 2] = ["telegram_account", "whatsapp"];

/// A connector whose name is a field of people, contacts and tables everywhere: the word says nothing about a channel.
const A_FIELD_AS_WELL: &str = "email";

/// Where the interface draws a channel by its kind: the glyph, and a name known before the server answered.
const CHANNEL_FILES: [&str; 1] = ["web/src/ui/ChannelGlyph.svelte"];

/// Where a messenger's name is an ordinary word: the largest value of a field, the window of a text to a colleague (S2-10),
/// one's own among the scopes of a right, of a template, of a period, and the class of one's own face.
const ORDINARY: [(&str, &str); 12] = [
    ("domains/conversations/src/model/templates.rs", "own"),
    ("web/src/screens/panel/Panel.svelte", "own"),
    ("web/src/screens/people/acts.ts", "sms"),
    ("web/src/screens/settings/sections/Templates.svelte", "own"),
    (
        "web/src/screens/settings/sections/templates/TemplateEditor.svelte",
        "own",
    ),
    ("web/src/screens/shell/Dialogs.svelte", "sms"),
    ("web/src/screens/shell/Rail.svelte", "own"),
    ("web/src/screens/thread/PeriodBar.svelte", "own"),
    ("web/src/stores/session.svelte.ts", "own"),
    ("web/src/stores/ui.svelte.ts", "sms"),
    ("web/src/ui/TextArea.svelte", "max"),
    ("web/src/ui/constraint.svelte.ts", "max"),
];

/// Screens that ask which messenger it is. The contact card hides a visitor's opaque id, which nobody should need to
/// know by the kind: the server can say of an identity whether its value means anything to people.
const ASKS_THE_KIND: [&str; 1] = ["web/src/screens/inbox/ContactCard.svelte"];

/// Refusals without a sentence.
const WORDLESS: [&str; 1] = ["messages.twice"];

/// A file longer than this is named in the output, no more.
const LONG: usize = 400;

fn no_violations(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

/// Says which known exceptions of a rule still exist, so that a paid debt leaves the list.
fn tell_debt(rule: &str, list: &[&str], met: &BTreeSet<String>) {
    let (still, paid): (Vec<&str>, Vec<&str>) = list.iter().partition(|p| met.contains(**p));
    println!(
        "debt, {rule}: {} of {}\n  {}",
        still.len(),
        list.len(),
        still.join("\n  ")
    );
    for p in paid {
        println!("  paid, take it off the list: {p}");
    }
}

/// Our crates: name → (folder from the root, what it uses when it is built).
fn crates() -> BTreeMap<String, (String, Vec<String>)> {
    let metadata = tree::metadata("", false);
    let root = format!("{}/", tree::root().display());
    let ours = |p: &Value| -> Option<(String, (String, Vec<String>))> {
        let place = p["manifest_path"]
            .as_str()?
            .strip_prefix(&root)?
            .strip_suffix("/Cargo.toml")?;
        let uses = p["dependencies"]
            .as_array()?
            .iter()
            .filter(|d| d["kind"] != "dev");
        let uses = uses
            .filter_map(|d| d["name"].as_str().map(str::to_owned))
            .collect();
        Some((p["name"].as_str()?.to_owned(), (place.to_owned(), uses)))
    };
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(ours)
        .collect()
}

fn level(domain: &str) -> Option<u8> {
    LEVELS
        .iter()
        .find(|(name, _)| *name == domain)
        .map(|(_, level)| *level)
}

fn domain_sources() -> Vec<Source> {
    let all = tree::sources("domains", &[".rs"]);
    all.into_iter()
        .filter(|s| s.path.contains("/src/"))
        .collect()
}

#[test]
fn a_part_uses_only_what_stands_below_it() {
    let crates = crates();
    assert!(crates.len() > 20, "only {} crates were found", crates.len());
    let kind = |name: &str| -> Option<&str> { crates.get(name)?.0.split('/').next() };
    let concrete = |name: &str| {
        kind(name) == Some("connectors")
            && !matches!(name, "channel" | "pbx" | "speech" | "llm" | "pdf")
    };
    let mut found = Vec::new();
    for (name, (place, uses)) in &crates {
        let mine = place.split('/').next().unwrap_or_default();
        if mine == "domains" && level(name).is_none() {
            found.push(format!("the domain {name} has no level: add it to LEVELS"));
        }
        for used in uses {
            let wrong = match (mine, kind(used).unwrap_or_default()) {
                (_, "server") => !ASSEMBLIES.contains(&name.as_str()),
                ("platform", "domains" | "connectors") | ("connectors", "domains") => true,
                ("domains", "domains") => level(used) >= level(name),
                ("domains" | "connectors", "connectors") => concrete(used),
                ("connectors", "platform") => {
                    !matches!(used.as_str(), "kernel" | "text" | "http-client")
                }
                _ => false,
            };
            if wrong {
                found.push(format!("{place} uses {used}"));
            }
        }
    }
    no_violations("arrows that point the wrong way", &found);
}

#[test]
fn sql_stands_only_in_store() {
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    for part in ["domains", "connectors", "server"] {
        for source in tree::sources(part, &[".rs"]) {
            let inside = source.path.contains("/src/") && !source.is_part("store");
            if inside && source.code().contains("sql!(") {
                if SQL_ELSEWHERE.contains(&source.path.as_str()) {
                    met.insert(source.path);
                } else {
                    found.push(source.path);
                }
            }
        }
    }
    tell_debt("SQL outside store.rs", &SQL_ELSEWHERE, &met);
    no_violations("SQL outside store.rs", &found);
}

#[test]
fn files_of_a_domain_use_what_their_place_allows() {
    let mut found = Vec::new();
    for source in domain_sources() {
        let code = source.code();
        let banned: &[&str] = if source.is_part("rules") {
            &[
                "axum",
                "sqlx",
                "db",
                "web",
                "tokio",
                "jobs",
                "journal",
                "blob",
                "http_client",
            ]
        } else if source.is_part("model") || source.is_part("events") {
            &[
                "axum",
                "sqlx",
                "tokio",
                "jobs",
                "journal",
                "blob",
                "http_client",
            ]
        } else if source.is_part("actions") {
            &["axum", "sqlx"]
        } else if source.is_part("store") {
            &["axum", "sqlx", "web", "jobs", "journal"]
        } else {
            &["sqlx", "rusqlite"]
        };
        for library in banned {
            if paths_begin_with(&code, library) {
                found.push(format!("{} uses {library}", source.path));
            }
        }
        if !source.is_part("http") && paths_begin_with(&code, "axum") {
            println!("axum outside http: {}", source.path);
        }
    }
    no_violations("libraries in the wrong place", &found);
}

/// Whether `name::` stands in the code as the first word of a path.
fn paths_begin_with(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    code.match_indices(&path).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

#[test]
fn rules_are_pure() {
    let mut found = Vec::new();
    for source in domain_sources().iter().filter(|s| s.is_part("rules")) {
        let code = source.code();
        for word in [
            "async ",
            ".await",
            "SystemTime",
            "Instant::now",
            "Moment::now",
            "Timestamp::now",
            "rand::",
        ] {
            if code.contains(word) {
                found.push(format!("{}: {word}", source.path));
            }
        }
    }
    no_violations("rules that wait, look at a clock or throw dice", &found);
}

#[test]
fn handlers_go_through_actions() {
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    for source in domain_sources().iter().filter(|s| s.is_part("http")) {
        let code = source.code();
        if paths_begin_with(&code, "store") || code.contains("sql!(") {
            if HTTP_READS_STORE.contains(&source.path.as_str()) {
                met.insert(source.path.clone());
            } else {
                found.push(source.path.clone());
            }
        }
    }
    tell_debt(
        "handlers that read the store themselves",
        &HTTP_READS_STORE,
        &met,
    );
    no_violations("handlers that use the store", &found);
}

#[test]
fn nobody_asks_which_messenger_it_is() {
    let mut kinds: Vec<String> = tree::folders("connectors")
        .into_iter()
        .filter(|k| k != "channel" && k != A_FIELD_AS_WELL)
        .collect();
    kinds.extend(PLANNED.map(str::to_owned));
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    for source in domain_sources() {
        // Whose archive it is must be asked: each program writes its own. That is no channel.
        if source.path.starts_with("domains/moving/src/readers/") {
            continue;
        }
        // The group of the API document is not a question about the kind.
        let code = source.code().replace("tag = \"", "tag = \"#");
        for literal in literals(&code) {
            let ordinary = ORDINARY.contains(&(source.path.as_str(), literal.as_str()));
            if kinds.contains(&literal) && !ordinary {
                found.push(format!("{}: \"{literal}\"", source.path));
            }
        }
    }
    let tests_or_drawing = |s: &Source| {
        s.path.contains(".test.")
            || s.path.contains("/api/")
            || CHANNEL_FILES.contains(&s.path.as_str())
    };
    for source in tree::sources("web/src", &[".ts", ".svelte"]) {
        if tests_or_drawing(&source) {
            continue;
        }
        let ordinary = |kind: &&String| ORDINARY.contains(&(source.path.as_str(), kind.as_str()));
        for kind in kinds.iter().filter(|kind| !ordinary(kind)) {
            if ['\'', '"', '`']
                .iter()
                .any(|q| source.text.contains(&format!("{q}{kind}{q}")))
            {
                if ASKS_THE_KIND.contains(&source.path.as_str()) {
                    met.insert(source.path.clone());
                } else {
                    found.push(format!("{}: {kind}", source.path));
                }
            }
        }
    }
    tell_debt(
        "screens that ask which messenger it is",
        &ASKS_THE_KIND,
        &met,
    );
    no_violations("a channel known by its name", &found);
}

#[test]
fn every_rust_file_says_what_it_is_for() {
    let mut found = Vec::new();
    for part in [
        "platform",
        "domains",
        "connectors",
        "server",
        "tests",
        "bench",
        "tools",
    ] {
        for source in tree::sources(part, &[".rs"]) {
            if !source.text.starts_with("//!") {
                found.push(source.path.clone());
            }
            let length = source.text.lines().count();
            if length > LONG {
                println!("long: {} ({length} lines)", source.path);
            }
        }
    }
    no_violations("files without an opening sentence", &found);
}

/// A Fluent file: key → the variables its message uses.
type Catalog = BTreeMap<String, BTreeSet<String>>;

fn catalog(text: &str) -> Catalog {
    let mut messages = Catalog::new();
    let mut current = None;
    for line in text.lines() {
        if let Some((key, _)) = line.split_once(" =")
            && line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
        {
            current = Some(key.to_owned());
            messages.entry(key.to_owned()).or_default();
        }
        let variables = line.split('$').skip(1).map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
                .collect::<String>()
        });
        if let Some(key) = &current
            && !line.starts_with('#')
        {
            messages.entry(key.clone()).or_default().extend(variables);
        }
    }
    messages
}

/// Every folder of Rust catalogs with its Russian and English words.
fn catalogs() -> Vec<(String, Catalog, Catalog)> {
    let mut all = Vec::new();
    for part in ["domains", "platform", "connectors", "server"] {
        for ru in tree::sources(part, &["ru.ftl"]) {
            let folder = ru.path.trim_end_matches("/ru.ftl").to_owned();
            let en = tree::sources(&folder, &["en.ftl"]);
            let en = en.first().map(|s| catalog(&s.text)).unwrap_or_default();
            all.push((folder, catalog(&ru.text), en));
        }
    }
    all
}

#[test]
fn catalogs_say_the_same_in_both_languages() {
    let catalogs = catalogs();
    assert!(
        catalogs.len() >= 9,
        "only {} catalogs were found",
        catalogs.len()
    );
    let mut found = Vec::new();
    for (folder, ru, en) in &catalogs {
        for key in ru.keys().chain(en.keys()).collect::<BTreeSet<_>>() {
            match (ru.get(key), en.get(key)) {
                (Some(a), Some(b)) if a == b => {}
                (Some(a), Some(b)) => found.push(format!(
                    "{folder}: {key} has {a:?} in Russian, {b:?} in English"
                )),
                (None, _) => found.push(format!("{folder}: {key} is missing in Russian")),
                (_, None) => found.push(format!("{folder}: {key} is missing in English")),
            }
        }
    }
    no_violations("words that differ", &found);
}

#[test]
fn every_refusal_has_a_sentence() {
    let known: BTreeSet<String> = catalogs()
        .into_iter()
        .flat_map(|(_, ru, _)| ru.into_keys())
        .collect();
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for part in ["domains", "platform", "connectors", "server"] {
        for source in tree::sources(part, &[".rs"]) {
            if source.path.contains("/tests/") || source.path.contains("platform/testkit/") {
                continue;
            }
            for code in refusals(&source.code()) {
                if WORDLESS.contains(&code.as_str()) {
                    met.insert(code);
                } else if !known.contains(&code.replace(['.', '_'], "-")) {
                    found.push(format!("{}: {code}", source.path));
                } else {
                    codes.insert(code);
                }
            }
        }
    }
    assert!(
        codes.len() > 50,
        "only {} codes were found: the reading is wrong",
        codes.len()
    );
    tell_debt("refusals without a sentence", &WORDLESS, &met);
    no_violations("refusals without a sentence", &found);
}

/// The codes of refusals that are written as literals.
fn refusals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for call in [
        "Error::invalid(",
        "Error::denied(",
        "Error::conflict(",
        "Error::sign_in(",
        "Error::too_many(",
    ] {
        found.extend(code.split(call).skip(1).filter_map(literal_at_start));
    }
    for call in ["Error::field(", "Refusal::new("] {
        let after_comma = |rest: &str| literal_at_start(rest.split_once(',')?.1);
        found.extend(code.split(call).skip(1).filter_map(after_comma));
    }
    found
}

fn literal_at_start(rest: &str) -> Option<String> {
    let (literal, _) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
    Some(literal.to_owned())
}

/// The string literals of Rust code, without their quotes.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find('"') {
        let (before, from) = rest.split_at(at);
        let hashes = before.len() - before.trim_end_matches('#').len();
        if before.ends_with('\'') && from[1..].starts_with('\'') {
            rest = &from[2..];
        } else if before.trim_end_matches('#').ends_with('r') {
            let close = format!("\"{}", "#".repeat(hashes));
            rest = from[1..].split_once(&close).map_or("", |(_, after)| after);
        } else {
            let mut escaped = false;
            let end = from[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            let Some(end) = end else { break };
            found.push(from[1..=end].to_owned());
            rest = &from[end + 2..];
        }
    }
    found
}

#[test]
fn the_reading_itself_is_right() {
    let code = r##"f("a"); g('"'); h(r#"not "this" one"#); i("b\"c", Error::field("x", "d.e")); Refusal::new(Kind::A, "f.g") Error::conflict( "h.i")"##;
    assert_eq!(literals(code), ["a", "b\\\"c", "x", "d.e", "f.g", "h.i"]);
    assert_eq!(
        refusals(code).into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from(["d.e", "f.g", "h.i"].map(String::from))
    );
    assert!(
        paths_begin_with("use axum::Json;", "axum")
            && !paths_begin_with("use my_axum::Json;", "axum")
    );
    let fluent = catalog(
        "# a comment with $none\na-b = One { $x }\nc = { $n ->\n    [one] { $n } of { $total }\n   *[other] many\n }\n",
    );
    assert_eq!(fluent["a-b"], BTreeSet::from(["x".to_owned()]));
    assert_eq!(
        fluent["c"],
        BTreeSet::from(["n".to_owned(), "total".to_owned()])
    );
}
