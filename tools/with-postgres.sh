#!/usr/bin/env bash
# Runs a command beside a private PostgreSQL and stops that server afterwards: tools/with-postgres.sh CMD…
# The command finds the server's URL in BESEDA_TEST_POSTGRES; its exit code is ours.
set -euo pipefail
. "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || fail "usage: tools/with-postgres.sh CMD…"

# Somebody else's server, given by hand, is left alone.
if [ -n "${BESEDA_TEST_POSTGRES:-}" ]; then exec "$@"; fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/beseda-pg.XXXXXX")

stop() {
    local code=$? pid=
    trap - EXIT INT TERM
    if [ -r "$folder/data/postmaster.pid" ]; then
        pid=$(head -n 1 "$folder/data/postmaster.pid")
        # INT is PostgreSQL's fast shutdown: connections are cut, nothing is waited for.
        kill -INT "$pid" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
    fi
    rm -rf "$folder"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

BESEDA_TEST_POSTGRES=$("$root/tools/postgres-private.sh" "$folder")
export BESEDA_TEST_POSTGRES
"$@"
