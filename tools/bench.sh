#!/usr/bin/env bash
# Measures the release server beside what this machine can do at all: tools/bench.sh [SECONDS of each row] [MESSAGES stored]
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"

steps=4
step "Looking at what this machine has"
need_to_build
step "The web interface and the widget"
tools/ui.sh
step "The server and the measuring program"
cargo build --release -p beseda -p bench
step "Measuring"
exec "$target/release/bench" "$target/release/beseda" "${1:-5}" "${2:-1000000}"
