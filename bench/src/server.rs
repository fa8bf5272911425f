//! The release binary as a process: started, killed, weighed.

use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{database::POSTGRES, wire::Wire};

/// A running Beseda.
pub(crate) struct Server {
    child: Child,
    pub(crate) data: PathBuf,
    pub(crate) base: String,
    /// From the start of the process to its first answer.
    pub(crate) first: Duration,
    /// The one-time word of the set-up link, on an empty folder.
    token: Option<String>,
}

impl Server {
    /// Starts on a folder; `preload` is put before the C library.
    pub(crate) async fn start(binary: &Path, data: PathBuf, preload: Option<&Path>) -> Self {
        let fresh = !data.join("secret.key").exists();
        let began = Instant::now();
        let mut command = Command::new(binary);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .env("BESEDA_LOG__LEVEL", "error")
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some(url) = POSTGRES.get() {
            command.env("BESEDA_DATABASE__URL", url);
        }
        if let Some(preload) = preload {
            command.env("LD_PRELOAD", preload);
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().unwrap();
        let base = line.split("on ").nth(1).unwrap().to_owned();
        let mut wire = Wire::to(&base).await;
        assert_eq!(wire.call("GET", "/healthz", "", "").await.0, 200);
        let first = began.elapsed();
        let token = if fresh {
            let line = lines.next_line().await.unwrap().unwrap();
            Some(line.split("token=").nth(1).unwrap().to_owned())
        } else {
            None
        };
        // Its further lines are read away, so that the pipe never fills.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            child,
            data,
            base,
            first,
            token,
        }
    }

    /// Answers the first-run assistant; the administrator's cookie header line comes back.
    pub(crate) async fn set_up(&self) -> String {
        let form = json!({"token": self.token, "workspace": "Bench", "name": "Olga", "login": "olga", "password": "olga-password",
            "language": "en", "time_zone": "UTC"});
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = http
            .post(format!("{}/api/v1/setup", self.base))
            .json(&form)
            .send()
            .await
            .unwrap();
        cookie_line(&answer)
    }

    /// Kills it as the power does, and leaves the folder.
    pub(crate) async fn kill(mut self) -> PathBuf {
        self.child.kill().await.unwrap();
        self.data
    }

    /// Its process, for a profiler.
    pub(crate) fn process(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Proportional set size, KiB.
    pub(crate) fn memory_kib(&self) -> f64 {
        let path = format!("/proc/{}/smaps_rollup", self.process());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines()
            .find_map(|l| l.strip_prefix("Pss:"))
            .and_then(|l| l.split_whitespace().next()?.parse().ok())
            .unwrap_or(f64::NAN)
    }

    /// Processor time so far, in seconds (Linux counts 100 ticks a second).
    pub(crate) fn cpu(&self) -> f64 {
        let path = format!("/proc/{}/stat", self.process());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let rest = text.rsplit(')').next().unwrap_or_default();
        let field = |n: usize| {
            rest.split_whitespace()
                .nth(n)
                .and_then(|f| f.parse::<f64>().ok())
                .unwrap_or(0.0)
        };
        (field(11) + field(12)) / 100.0
    }
}

/// The session cookie an answer sets, as a header line.
pub(crate) fn cookie_line(answer: &reqwest::Response) -> String {
    assert!(answer.status().is_success(), "{}", answer.status());
    let cookie = answer.headers()[reqwest::header::SET_COOKIE]
        .to_str()
        .unwrap();
    format!("cookie: {}\r\n", cookie.split(';').next().unwrap())
}

/// A call that must succeed, with its JSON.
pub(crate) async fn call(
    wire: &mut Wire,
    cookie: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Value {
    let headers = format!("{cookie}content-type: application/json\r\n");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let (status, answer) = wire
        .call(method, &format!("/api/v1{path}"), &headers, &body)
        .await;
    assert!(
        (200..300).contains(&status),
        "{method} {path}: {status} {}",
        String::from_utf8_lossy(&answer)
    );
    serde_json::from_slice(&answer).unwrap_or(Value::Null)
}
