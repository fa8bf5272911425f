//! The real binary as a process: started, killed, asked by `doctor`; its database on either engine.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// A number a run is told from outside, or the one it takes by itself.
pub(crate) fn told(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|word| word.parse().ok())
        .unwrap_or(otherwise)
}

/// The next of a repeatable series of numbers.
pub(crate) fn draw(series: &mut u64) -> u64 {
    *series = series
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *series >> 33
}

/// A port of our own that no outgoing connection is given: callers who try while nobody listens might otherwise be
/// connected to themselves, and hold it.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).unwrap();
    loop {
        let n = NEXT.fetch_add(7, Ordering::SeqCst);
        let port = 20_000 + start.wrapping_add(n) % 12_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// One installation: a data folder, a database, a port, and the process that serves them while one does.
pub(crate) struct Installation {
    binary: PathBuf,
    pub(crate) data: PathBuf,
    database: Option<String>,
    port: u16,
    /// Keeps its promises even in a run that proves that the suite bites (`make sabotage`): while a story is prepared.
    pub(crate) spared: bool,
    /// What else it is told, as variables.
    pub(crate) told: Vec<(&'static str, String)>,
    child: Option<(Child, Lines<BufReader<ChildStdout>>)>,
}

impl Installation {
    /// Nothing runs yet. The binary is copied beside the data, so that a build meanwhile changes nothing.
    pub(crate) fn new(data: PathBuf, database: Option<String>) -> Self {
        let home = data.with_extension("binary");
        std::fs::create_dir_all(&home).unwrap();
        let binary = home.join("beseda");
        std::fs::copy(env!("CARGO_BIN_EXE_beseda"), &binary).unwrap();
        Self {
            binary,
            data,
            database,
            port: free_port(),
            spared: false,
            told: Vec::new(),
            child: None,
        }
    }

    pub(crate) fn root(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn command(&self) -> Command {
        // To the server a limit on file sizes is an error, as a full disk is, not a signal.
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(&self.binary)
            .arg("--data")
            .arg(&self.data)
            .env("BESEDA_LOG__LEVEL", "off")
            // Each caller says who they are, as behind a proxy; limits by address then count each by themselves.
            .env("BESEDA_TRUSTED_PROXIES", "[\"127.0.0.1\"]");
        command.envs(self.told.iter().map(|(name, value)| (name, value)));
        if self.spared {
            command.env_remove("BESEDA_SABOTAGE");
        }
        if let Some(url) = &self.database {
            command.env("BESEDA_DATABASE__URL", url);
        }
        command
    }

    /// Starts the server and waits until it says that it listens; answers how long that took.
    pub(crate) async fn start(&mut self) -> Duration {
        let began = Instant::now();
        let mut child = self
            .command()
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("listens on") {
                self.child = Some((child, lines));
                return began.elapsed();
            }
        }
        panic!("the server did not start");
    }

    /// The secret of the first run, printed after the address.
    pub(crate) async fn setup_token(&mut self) -> String {
        let (_, lines) = self.child.as_mut().unwrap();
        let line = lines.next_line().await.unwrap().unwrap();
        line.split("token=").nth(1).unwrap().to_owned()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().0.id().unwrap()
    }

    /// As a power cut would: nothing is said, nothing is finished.
    pub(crate) async fn kill(&mut self) {
        let (mut child, _) = self.child.take().unwrap();
        child.kill().await.unwrap();
    }

    /// What `doctor` says; fails the story unless it finds everything whole.
    pub(crate) async fn doctor(&self) -> String {
        let said = self.command().arg("doctor").output().await.unwrap();
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let why = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "doctor: {text}\n{why}");
        text
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        remove(&self.data.with_extension("binary"));
    }
}

/// Removes a folder that may be gone.
pub(crate) fn remove(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
}
