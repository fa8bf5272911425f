#!/usr/bin/env bash
# Everything: the checks, unit tests of both interfaces, the Rust suite on both engines, journeys in a browser.
# Keeps going after a failure so that one run shows all of them; fails at the end.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/runners.sh"
cd "$root"

steps=11
step "Looking at what this machine has"
need_to_build
need_to_test
CHROMIUM=$(chromium_path)
export CHROMIUM
[ -z "${CI:-}" ] || lint_as_built

# The program as the Rust suite built it: it asserts more than the one people run, and need not be built a second time.
server=$target/debug/beseda

rust_suite() {
    # What the connectors called, for the judges below.
    rm -rf "$temp/calls"
    export BESEDA_TEST_CALLS=$temp/calls
    if command -v cargo-nextest >/dev/null; then
        tools/with-postgres.sh cargo nextest run --workspace --no-fail-fast
    else
        tools/with-postgres.sh cargo test --workspace --no-fail-fast
    fi
}

journeys() {
    npm_deps tests/journeys || return 1
    # Some doubles of the outside world are made of libraries that are Python's.
    local python
    python=$(outside_python) || return 1
    cargo build --quiet -p testkit --bin doubles || return 1
    BESEDA_OUTSIDE_PYTHON=$python BESEDA_TEST_BIN=$server BESEDA_TEST_DOUBLES=$target/debug/doubles \
        npm test --silent --prefix tests/journeys
}

# outside NAME…: tests whose judge is a program of somebody else (tests/outside/test_NAME.py).
outside() {
    local python
    python=$(outside_python) || return 1
    set -- "${@/#/tests/outside/test_}"
    BESEDA_TEST_CALLS=$temp/calls BESEDA_TEST_BIN=$server "$python" -m pytest -q -p no:cacheprovider "${@/%/.py}"
}

runner "check" env inside="check " tools/check.sh
runner "web units" npm test --silent --prefix web
runner "widget units" npm test --silent --prefix widget
runner "rust" rust_suite
beside "linked device" cargo test --manifest-path whatsapp-device/Cargo.toml --target-dir "$target" --quiet
runner "acme" outside acme
runner "openapi" outside api
runner "messengers' calls" outside telegram viber whatsapp vk max
runner "telegram account" outside telegram_account
together
runner "journeys" journeys
sum_up
