#!/usr/bin/env bash
# Builds Beseda when something changed and starts it: tools/run.sh serve|demo [DATA] [LISTEN]
set -euo pipefail
. "$(dirname "$0")/common.sh"

command=${1:-serve}
case $command in
serve) data=${2:-$root/data} ;;
demo) data=${2:-$root/data-demo} ;;
*) fail "usage: tools/run.sh serve|demo [DATA] [LISTEN]" ;;
esac
listen=${3:-127.0.0.1:8080}
steps=4

step "Looking at what this machine has"
need_to_build
step "The web interface and the widget"
"$root/tools/ui.sh"
step "The server (the first time this takes several minutes)"
(cd "$root" && cargo build --release -p beseda)
step "Starting: http://$listen   data: $data   stop: Ctrl+C"
exec "$target/release/beseda" "$command" --data "$data" --listen "$listen"
