//! Calls kept in a folder for a judge that we did not write (`tests/outside/test_telegram.py`).

use super::Call;
use serde_json::json;
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::PathBuf,
    sync::{LazyLock, Mutex, PoisonError},
};

/// One file for each process, in the folder that `BESEDA_TEST_TELEGRAM_CALLS` names; none without it.
static KEPT: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| {
    let folder = PathBuf::from(std::env::var_os("BESEDA_TEST_TELEGRAM_CALLS")?);
    fs::create_dir_all(&folder).ok()?;
    let path = folder.join(format!("{}.jsonl", std::process::id()));
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .ok()?;
    Some(Mutex::new(file))
});

/// Keeps a call whose parameters could be read; what the double itself could not read is no call.
pub(super) fn keep(call: &Call) {
    let Some(kept) = KEPT.as_ref().filter(|_| call.parameters.is_object()) else {
        return;
    };
    let files: Vec<_> = call
        .files
        .iter()
        .map(|f| json!({"field": f.field, "name": f.name, "mime": f.mime, "size": f.bytes.len().min(64)}))
        .collect();
    let line = json!({"method": call.method, "parameters": call.parameters, "files": files});
    let mut file = kept.lock().unwrap_or_else(PoisonError::into_inner);
    // A line in one write: other processes have files of their own.
    let _ = file.write_all(format!("{line}\n").as_bytes());
}
