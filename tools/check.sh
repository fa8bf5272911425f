#!/usr/bin/env bash
# What every change must pass before it is shown to others: format, lints, types, licences, the API document.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/runners.sh"
cd "$root"

steps=8
for tool in cargo-deny typos; do ! command -v "$tool" >/dev/null || steps=$((steps + 1)); done
step "Looking at what this machine has"
need_to_build

# The server embeds both interfaces when it is compiled, so they come first.
runner "interfaces" tools/ui.sh
# The first step: the types made of docs/api/openapi.json are what the document says.
beside "web check" npm run --silent --prefix web check
beside "widget check" npm run --silent --prefix widget check
runner "rustfmt" sh -c 'cargo fmt --all -- --check -l && cargo fmt --manifest-path whatsapp-device/Cargo.toml -- --check -l'
# The device is a workspace of its own (docs/adr/0022-linked-device.md), built beside the other.
device=(--manifest-path whatsapp-device/Cargo.toml --target-dir "$target")
if [ -n "${CLIPPY_ARGS:-}" ]; then
    # lint_as_built (common.sh)
    runner "clippy" cargo test --workspace --no-run
    runner "device clippy" cargo test "${device[@]}" --no-run
else
    runner "clippy" cargo clippy --workspace --all-targets -- -D warnings
    runner "device clippy" cargo clippy "${device[@]}" --all-targets -- -D warnings
fi
together
runner "licences and openapi" sh -c 'set -e; cargo test -p tests --test licences; tools/openapi.sh --check'
! command -v cargo-deny >/dev/null || runner "cargo deny" cargo deny --offline check bans licenses sources
! command -v typos >/dev/null || runner "typos" typos
sum_up
