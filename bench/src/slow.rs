//! A slow disk: a small library put before the C library makes every flush five milliseconds longer (B3).

use std::{
    path::{Path, PathBuf},
    process::Command,
};

const SOURCE: &str = r"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int slow(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    usleep(5000);
    return real(file);
}
int fsync(int file) { return slow(__func__, file); }
int fdatasync(int file) { return slow(__func__, file); }
";

/// Builds the library in `folder` with the compiler that builds `SQLite`.
pub(crate) fn library(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("slow.c"), folder.join("slow.so"));
    std::fs::write(&source, SOURCE).unwrap();
    let done = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(done.success());
    library
}
