# Words shared by the scripts of this folder: where things are, how progress is told. To be sourced.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
case $target in /*) ;; *) target=$root/$target ;; esac
temp=$root/.tmp
mkdir -p "$temp"

steps=${steps:-0}
step_number=0

# step TEXT: one visible line before a piece of work, with the time since the start.
step() {
    step_number=$((step_number + 1))
    printf '%s[%d/%d] %d:%02d  %s\n' "${inside:-}" "$step_number" "$steps" $((SECONDS / 60)) $((SECONDS % 60)) "$1"
}

note() { printf '      %s\n' "$1"; }

# fail TEXT…: the reason, on stderr, and the end.
fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# root_do CMD…: runs it as root, when we are root or sudo asks nothing.
root_do() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_root() {
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

# install_packages PACKAGE…: Debian packages by apt-get; without the right to do so, says the command and ends.
install_packages() {
    [ $# -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        fail "Missing on this machine (names of Debian packages): $*" "Install them and run this again."
    fi
    if ! can_root; then
        fail "Missing Debian packages: $*" "Install them and run this again:" "" \
            "    sudo apt-get update && sudo apt-get install --no-install-recommends $*"
    fi
    note "installing: $*"
    local log=$temp/apt.log
    if ! { root_do apt-get update &&
        root_do env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
        >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        fail "apt-get could not install: $*"
    fi
}

# chromium_path: the browser's program, or nothing.
chromium_path() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$name" ] && command -v "$name"; then return 0; fi
    done
    return 1
}

# postgres_bin: the folder of initdb and postgres, newest first; Debian keeps them out of PATH.
postgres_bin() {
    local dir
    for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(dirname "$(command -v initdb || echo /nowhere/x)")"; do
        if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then
            echo "$dir"
            return 0
        fi
    done
    return 1
}

has_package() {
    # Where there is no dpkg, fonts are the distribution's business.
    ! command -v dpkg-query >/dev/null || dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

# need_to_build: a C compiler, Rust and Node, or the words on what to do.
need_to_build() {
    local missing=()
    command -v cc >/dev/null || missing+=(gcc libc6-dev)
    command -v make >/dev/null || missing+=(make)
    [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs/ca-bundle.crt ] || missing+=(ca-certificates)
    install_packages "${missing[@]}"
    if ! command -v cargo >/dev/null && [ -r "$HOME/.cargo/env" ]; then . "$HOME/.cargo/env"; fi
    command -v cargo >/dev/null || fail "Rust is missing: install rustup, then Rust $(rust_wanted)."
    local have
    have=$(cd "$root" && rustc --version 2>/dev/null | cut -d' ' -f2) || true
    [ "$have" = "$(rust_wanted)" ] ||
        fail "Rust $(rust_wanted) is needed, here is ${have:-none}. With rustup: rustup toolchain install $(rust_wanted)"
    command -v node >/dev/null || fail "Node is missing: install Node 20 or newer (Debian 12's own is 18, too old)."
    command -v npm >/dev/null || fail "npm is missing: it comes with Node 20."
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
        fail "Node 20.19 or newer is needed, here is $(node --version)."
}

rust_wanted() { sed -n 's/^channel = "\(.*\)"$/\1/p' "$root/rust-toolchain.toml"; }

# need_to_test: what only tests start.
need_to_test() {
    local missing=()
    chromium_path >/dev/null || missing+=(chromium)
    postgres_bin >/dev/null || missing+=(postgresql)
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
    has_package fonts-noto-core || missing+=(fonts-noto-core)
    has_package fonts-noto-color-emoji || missing+=(fonts-noto-color-emoji)
    install_packages "${missing[@]}"
}

# outside_python: the Python of an environment with the programs that judge us from outside; made anew when they change.
outside_python() {
    local list=$root/tests/outside/requirements.txt folder want
    want=$({ python3 --version; cat "$list"; } | sha256sum | cut -c1-16)
    folder=${XDG_CACHE_HOME:-$HOME/.cache}/beseda/outside-$want
    if [ ! -e "$folder/ready" ]; then
        note "installing what judges us from outside" >&2
        rm -rf "$folder"
        python3 -m venv "$folder" || return 1
        "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$list" >&2 || return 1
        touch "$folder/ready"
    fi
    echo "$folder/bin/python"
}

digest() { sha256sum | cut -d' ' -f1; }

# npm_deps FOLDER: npm ci, when the lock file is not the one that was installed.
npm_deps() {
    local folder=$root/$1 stamp=$root/$1/node_modules/.beseda-lock want
    want=$({ node --version; cat "$folder/package-lock.json"; } | digest)
    [ "$(cat "$stamp" 2>/dev/null)" != "$want" ] || return 0
    # Installed by hand from this very lock file: npm's own copy is not older.
    if [ ! -e "$stamp" ] && [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
        echo "$want" >"$stamp"
        return 0
    fi
    note "$1: npm ci"
    # Said in full: a caller may stand in a condition, where "set -e" sleeps.
    (cd "$folder" && npm ci --no-fund --no-audit --loglevel=error </dev/null) || return 1
    echo "$want" >"$stamp"
}

# Lints are looked for while what the tests run is built, by every cargo command from here on: one build instead of two, for a
# machine that is there for one run. A developer keeps both: their own builds are told apart by this.
lint_as_built() {
    RUSTC_WORKSPACE_WRAPPER=$(rustc --print sysroot)/bin/clippy-driver
    # What `cargo clippy -- -D warnings` tells it.
    CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__
    export RUSTC_WORKSPACE_WRAPPER CLIPPY_ARGS
}
