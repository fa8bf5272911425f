//! What may be linked into Beseda: licences, and libraries that are banned by name (docs/adr/0002-libraries.md).

use std::collections::BTreeSet;
use tests::tree;

/// Licences that ask no more than a notice, or only for changes to their own files (MPL).
const ALLOWED: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// What is shipped: the server, and the program for a linked device.
const WORKSPACES: [&str; 2] = ["", "whatsapp-device"];

/// TLS is rustls with ring, nothing else.
const BANNED: [&str; 5] = [
    "aws-lc-sys",
    "aws-lc-rs",
    "openssl-sys",
    "openssl",
    "native-tls",
];

/// Whether an SPDX expression can be satisfied by allowed licences alone.
fn allowed(expression: &str) -> bool {
    // The old way of writing a choice.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace("  ", " ");
    let mut words = spaced.split_whitespace().peekable();
    let answer = choice(&mut words);
    answer && words.next().is_none()
}

type Words<'a, I> = std::iter::Peekable<I>;

fn choice<'a, I: Iterator<Item = &'a str>>(words: &mut Words<'a, I>) -> bool {
    let mut answer = all(words);
    while words.next_if_eq(&"OR").is_some() {
        let other = all(words);
        answer = answer || other;
    }
    answer
}

fn all<'a, I: Iterator<Item = &'a str>>(words: &mut Words<'a, I>) -> bool {
    let mut answer = one(words);
    while words.next_if_eq(&"AND").is_some() {
        let other = one(words);
        answer = answer && other;
    }
    answer
}

fn one<'a, I: Iterator<Item = &'a str>>(words: &mut Words<'a, I>) -> bool {
    match words.next() {
        Some("(") => {
            let answer = choice(words);
            answer && words.next() == Some(")")
        }
        Some(name) => {
            let exception = words.next_if_eq(&"WITH").and_then(|_| words.next());
            let full = exception.map_or_else(|| name.to_owned(), |e| format!("{name} WITH {e}"));
            ALLOWED.contains(&full.as_str())
        }
        None => false,
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "Apache-2.0 OR GPL-3.0-only",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
    ] {
        assert!(allowed(good), "{good}");
    }
    for bad in [
        "",
        "GPL-3.0-only",
        "LGPL-2.1-or-later",
        "AGPL-3.0",
        "MIT AND GPL-2.0-only",
        "GPL-2.0 WITH Classpath-exception-2.0",
        "SSPL-1.0",
        "MIT Apache-2.0",
    ] {
        assert!(!allowed(bad), "{bad}");
    }
}

#[test]
fn every_library_has_an_allowed_licence() {
    for workspace in WORKSPACES {
        licences_of(workspace);
    }
}

fn licences_of(workspace: &str) {
    let metadata = tree::metadata(workspace, true);
    let Some(packages) = metadata["packages"].as_array() else {
        panic!("no packages in {workspace}");
    };
    assert!(
        packages.len() > 100,
        "only {} packages: the list is not whole",
        packages.len()
    );
    let linked: BTreeSet<&str> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|n| n["id"].as_str())
        .collect();
    let refused: Vec<String> = packages
        .iter()
        .filter(|p| p["id"].as_str().is_some_and(|id| linked.contains(id)))
        .filter_map(|p| {
            let licence = p["license"].as_str().unwrap_or("");
            (!allowed(licence)).then(|| format!("{} {}: «{licence}»", p["name"], p["version"]))
        })
        .collect();
    assert!(
        refused.is_empty(),
        "licences that are not allowed:\n{}",
        refused.join("\n")
    );
}

#[test]
fn banned_libraries_are_absent() {
    for workspace in WORKSPACES {
        let metadata = tree::metadata(workspace, true);
        let packages = metadata["packages"].as_array().expect("packages");
        let names: BTreeSet<&str> = packages.iter().filter_map(|p| p["name"].as_str()).collect();
        let found: Vec<_> = BANNED.iter().filter(|b| names.contains(*b)).collect();
        assert!(found.is_empty(), "banned in {workspace}: {found:?}");
    }
}
