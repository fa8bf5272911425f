#!/usr/bin/env bash
# Starts a private PostgreSQL on a unix socket in a folder of its own and prints its URL, nothing else.
#   tools/postgres-private.sh [FOLDER]     FOLDER: an empty one; otherwise a new one under the temp folder
# The server's process id is the first line of FOLDER/data/postmaster.pid. For tests only: it does not wait
# for the disk and trusts whoever reaches its socket (the folder is closed to other users).
set -euo pipefail
. "$(dirname "$0")/common.sh"

bin=$(postgres_bin) || fail "PostgreSQL's server programs are missing (Debian package: postgresql)."
folder=${1:-$(mktemp -d "${TMPDIR:-/tmp}/beseda-pg.XXXXXX")}
# A unix socket's path may have 107 bytes.
[ ${#folder} -le 80 ] || fail "The folder's path is too long for a socket: $folder"

# initdb and postgres refuse to be root.
as=()
if [ "$(id -u)" = 0 ]; then
    user=nobody
    ! id postgres >/dev/null 2>&1 || user=postgres
    chown "$user" "$folder"
    if command -v runuser >/dev/null; then
        as=(runuser -u "$user" --)
    else
        as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
    fi
fi
chmod 700 "$folder"
cd "$folder"
export LC_ALL=C.UTF-8

if ! "${as[@]}" "$bin/initdb" --pgdata="$folder/data" --username=beseda --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 </dev/null; then
    cat "$folder/initdb.log" >&2
    fail "initdb failed."
fi
if ! "${as[@]}" "$bin/pg_ctl" --pgdata="$folder/data" --log="$folder/server.log" --wait --timeout=60 \
    --options="-c listen_addresses= -c unix_socket_directories='$folder' -c max_connections=300 \
-c fsync=off -c full_page_writes=off -c synchronous_commit=off" start >"$folder/start.log" 2>&1 </dev/null; then
    cat "$folder/start.log" "$folder/server.log" >&2
    fail "The private PostgreSQL did not start."
fi
echo "postgres://beseda@localhost/postgres?host=$folder"
