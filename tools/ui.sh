#!/usr/bin/env bash
# Builds the web interface and the site widget, each only when its sources changed since the last build.
#   tools/ui.sh [web|widget…]
set -euo pipefail
. "$(dirname "$0")/common.sh"

[ $# -gt 0 ] || set -- web widget
mkdir -p "$temp/stamps"

digest() { sha256sum | cut -d' ' -f1; }

# deps PART: npm ci, when the lock file is not the one that was installed.
deps() {
    local folder=$root/$1 stamp=$root/$1/node_modules/.beseda-lock want
    want=$({ node --version; cat "$folder/package-lock.json"; } | digest)
    [ "$(cat "$stamp" 2>/dev/null)" != "$want" ] || return 0
    # Installed by hand from this very lock file: npm's own copy is not older.
    if [ ! -e "$stamp" ] && [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
        echo "$want" >"$stamp"
        return 0
    fi
    note "$1: npm ci"
    (cd "$folder" && npm ci --no-fund --no-audit --loglevel=error </dev/null)
    echo "$want" >"$stamp"
}

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
    deps "$part"
    build "$part"
done
