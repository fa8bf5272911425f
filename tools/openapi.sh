#!/usr/bin/env bash
# Writes docs/api/openapi.json from the code, or with --check says whether it is up to date.
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"

cargo build -p beseda
"$target/debug/beseda" openapi >"$temp/openapi.json"
[ -s "$temp/openapi.json" ] || fail "beseda openapi printed nothing."
if [ "${1:-}" = --check ]; then
    if ! diff -u docs/api/openapi.json "$temp/openapi.json" >"$temp/openapi.diff" 2>&1; then
        head -n 60 "$temp/openapi.diff"
        fail "error: docs/api/openapi.json is not what the code says: run make openapi and look at the difference."
    fi
    echo "docs/api/openapi.json is up to date."
else
    mkdir -p docs/api
    mv "$temp/openapi.json" docs/api/openapi.json
    echo "docs/api/openapi.json is written."
fi
