//! What a double was asked and what it told, kept in a folder for judges that we did not write (`tests/outside`).

use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::Write,
    path::PathBuf,
    sync::{LazyLock, Mutex, PoisonError},
};

/// The folder that `BESEDA_TEST_CALLS` names; none without it.
static FOLDER: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let folder = PathBuf::from(std::env::var_os("BESEDA_TEST_CALLS")?);
    fs::create_dir_all(&folder).ok()?;
    Some(folder)
});

/// One file for each vendor and process: other processes have files of their own.
static FILES: Mutex<BTreeMap<&'static str, File>> = Mutex::new(BTreeMap::new());

/// Keeps a line for the judge of a vendor, `telegram` …
pub(super) fn keep(vendor: &'static str, line: &Value) {
    let Some(folder) = FOLDER.as_ref() else {
        return;
    };
    let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    if !files.contains_key(vendor) {
        let path = folder.join(format!("{vendor}-{}.jsonl", std::process::id()));
        let opened = OpenOptions::new().create(true).append(true).open(path);
        let Ok(file) = opened else { return };
        files.insert(vendor, file);
    }
    if let Some(file) = files.get_mut(vendor) {
        let _ = file.write_all(format!("{line}\n").as_bytes());
    }
}
