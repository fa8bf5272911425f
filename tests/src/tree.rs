//! The house as a tree of files and as what cargo says about it, for tests that read instead of running.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Folders that hold no sources of ours.
const FOREIGN: [&str; 8] = [
    "target",
    "node_modules",
    "dist",
    "dist-gallery",
    "shots",
    ".git",
    ".tmp",
    "data",
];

/// The workspace's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or_else(|| Path::new("."))
}

/// A file: its place from the root with `/`, and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// `domains/crm/src/store.rs`.
    pub path: String,
    /// The text as it is.
    pub text: String,
}

impl Source {
    /// The text without test modules, comments and attributes, all spaces and line ends as one space: what the
    /// compiler sees, good enough to look for words in.
    pub fn code(&self) -> String {
        let tests = self
            .text
            .find("#[cfg(test)]\nmod")
            .unwrap_or(self.text.len());
        let lines = self.text[..tests]
            .lines()
            .map(str::trim)
            .filter(|l| !l.starts_with("//"));
        lines.collect::<Vec<_>>().join(" ")
    }
    /// The file's own name.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
    /// Whether it is one of the places of a domain's plan: `store.rs` or anything under `store/`.
    pub fn is_part(&self, part: &str) -> bool {
        self.name() == format!("{part}.rs") || self.path.contains(&format!("/src/{part}/"))
    }
}

/// Every file with one of the endings under a folder of the root, in order.
pub fn sources(under: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(under), endings, &mut found);
    found.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok()?;
        let place = path
            .strip_prefix(root())
            .ok()?
            .to_string_lossy()
            .replace('\\', "/");
        Some(Source { path: place, text })
    };
    found.into_iter().filter_map(read).collect()
}

fn collect(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !FOREIGN.contains(&name.as_str()) {
                collect(&path, endings, found);
            }
        } else if endings.iter().any(|e| name.ends_with(e)) {
            found.push(path);
        }
    }
}

/// The folders right under a folder, by name.
pub fn folders(under: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(under))
        .into_iter()
        .flatten()
        .flatten();
    let mut names: Vec<String> = entries
        .filter(|e| e.path().join("Cargo.toml").is_file())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// `cargo metadata` of the workspace in a folder (empty: the main one) as JSON, never from the network; `whole` with every
/// library for this machine's kind.
///
/// # Panics
/// When cargo fails: then nothing can be said.
pub fn metadata(folder: &str, whole: bool) -> Value {
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["metadata", "--offline", "--format-version", "1"])
        .current_dir(root().join(folder));
    if whole {
        command.args(["--filter-platform", &platform]);
    } else {
        command.arg("--no-deps");
    }
    match command.output() {
        Ok(done) if done.status.success() => match serde_json::from_slice(&done.stdout) {
            Ok(metadata) => metadata,
            Err(e) => panic!("cargo metadata is not JSON: {e}"),
        },
        Ok(done) => panic!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&done.stderr)
        ),
        Err(e) => panic!("cargo metadata did not start: {e}"),
    }
}
