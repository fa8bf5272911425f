#!/usr/bin/env bash
# Builds the web interface and the site widget, each only when its sources changed since the last build.
#   tools/ui.sh [web|widget…]
set -euo pipefail
. "$(dirname "$0")/common.sh"

[ $# -gt 0 ] || set -- web widget
mkdir -p "$temp/stamps"

# sources PART: a digest of everything the build reads.
sources() {
    (
        cd "$root/$1"
        find . \( -name node_modules -o -name dist -o -name 'dist-*' -o -name shots -o -name tests \) -prune \
            -o -type f ! -name '*.test.ts' ! -name '*.md' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    ) | digest
}

build() {
    local stamp=$temp/stamps/$1 want began=$SECONDS
    want=$(sources "$1")
    if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && [ -n "$(ls -A "$root/$1/dist" 2>/dev/null)" ]; then
        note "$1: nothing changed"
        return 0
    fi
    if ! (cd "$root/$1" && npm run --silent build </dev/null) >"$temp/$1-build.log" 2>&1; then
        tail -n 40 "$temp/$1-build.log" >&2
        fail "$1: the build failed"
    fi
    echo "$want" >"$stamp"
    note "$1: built in $((SECONDS - began)) s"
}

for part in "$@"; do
    npm_deps "$part"
    build "$part"
done
