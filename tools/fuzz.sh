#!/usr/bin/env bash
# Gives bent inputs to every parser of what comes from outside: tools/fuzz.sh [SECONDS each]; an hour in all without it.
#
# An input that breaks one is printed and kept in FUZZ_OUT (.tmp/fuzz); FUZZ_INPUT=FILE runs that alone.
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"

export FUZZ_OUT=${FUZZ_OUT:-$temp/fuzz}
# package test: one line each, the longest at it first.
targets='telegram fuzz_what_comes_in
whatsapp fuzz_what_comes_in
vk fuzz_what_comes_in
max fuzz_what_comes_in
viber fuzz_what_comes_in
own fuzz_what_comes_in
sms fuzz_what_comes_in_by_a_gateway
sms fuzz_what_is_stored_of_a_centre
sms fuzz_units
email fuzz_letters
telegram-account fuzz_what_is_stored_of_an_account
widget fuzz_what_is_posted
beseda fuzz_frames_of_a_socket
beseda fuzz_what_visitors_of_the_site_post'
# Those of the server run on SQLite alone. The runner ends what takes ten minutes (.config/nextest.toml).
export FUZZ_SECONDS=${1:-250}

steps=$(wc -l <<<"$targets")
broken=0
while read -r package test; do
    step "$package: $test, $FUZZ_SECONDS s"
    # The whole workspace, so that what the ordinary tests have built is built.
    filter="package($package) and test(/$test(::sqlite)?\$/)"
    if ! cargo nextest run --workspace -E "$filter" --no-tests fail \
        >"$temp/fuzz.log" 2>&1 </dev/null; then
        broken=$((broken + 1))
        grep -A3 'breaks; kept in' "$temp/fuzz.log" || tail -n 40 "$temp/fuzz.log"
    fi
done <<<"$targets"
[ "$broken" = 0 ] || fail "$broken parsers broke; the inputs are in $FUZZ_OUT. Add each to its connector's fixtures."
note "nothing broke"
