//! `make bench`: what the real binary does, beside what the machine could do, in the same run.
//!
//! Rows are named after `reliability.md` 3: B1 fan-out, B2 durable chat, B4 webhook intake, B6 page and search,
//! B7 memory, B12 first answer. Figures on a shared machine move; the ratios are what counts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring tool for developers"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures for people"
)]

mod limits;
mod product;

use product::Product;
use std::{path::PathBuf, time::Duration};

/// One printed row.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) got: String,
    pub(crate) limit: String,
    pub(crate) ratio: String,
    pub(crate) goal: &'static str,
}

pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = ((sorted.len() as f64 - 1.0) * share).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .unwrap_or_default()
        .split(' ')
        .take(2)
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let binary: PathBuf = std::env::args()
        .nth(1)
        .expect("usage: bench PATH-OF-BESEDA [SECONDS]")
        .into();
    let seconds: u64 = std::env::args()
        .nth(2)
        .and_then(|s| s.parse().ok())
        .unwrap_or(5);
    let span = Duration::from_secs(seconds);
    println!("load {} before; each row {seconds} s", load());
    let flush = limits::flush_time();
    let rows_per_second = limits::sqlite_rows(64, span);
    let mut rows = Vec::new();
    let product = Product::start(&binary).await;
    rows.push(product.first_answer());
    rows.push(product.idle_memory());
    rows.push(product.connections(1000).await);
    for members in [100, 1000] {
        let limit = limits::fan_out(members, span).await;
        rows.push(product.fan_out(members, span, limit).await);
    }
    rows.push(product.durable_chat(span, rows_per_second).await);
    rows.push(product.intake(span, rows_per_second).await);
    rows.extend(product.pages_and_search().await);
    product.stop().await;
    println!(
        "flush {:.2} ms; load {} after\n",
        flush.as_secs_f64() * 1000.0,
        load()
    );
    println!(
        "| row | Beseda | limit in the same run | ratio | to reach |\n| --- | --- | --- | --- | --- |"
    );
    for row in rows {
        println!(
            "| {} | {} | {} | {} | {} |",
            row.name, row.got, row.limit, row.ratio, row.goal
        );
    }
}
