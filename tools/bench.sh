#!/usr/bin/env bash
# Measures the release server beside what this machine can do at all: tools/bench.sh [SECONDS of each row] [MESSAGES stored]
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"

steps=5
step "Looking at what this machine has"
need_to_build
need_to_test
step "The web interface and the widget"
tools/ui.sh
step "The server and the measuring program"
cargo build --release -p beseda -p bench
step "Measuring"
"$target/release/bench" "$target/release/beseda" "${1:-5}" "${2:-1000000}"
step "The interface in a browser"
npm_deps tests/journeys
CHROMIUM=$(chromium_path) BESEDA_BIN=$target/release/beseda node bench/ui.mjs
