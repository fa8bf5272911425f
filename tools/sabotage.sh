#!/usr/bin/env bash
# Proves that the fault suite bites: builds once with the feature "sabotage", then breaks one promise after another and
# runs the tests that must notice. A test that passes all the same, or does not exist, fails the run.
#   tools/sabotage.sh [NAME…]     all names unless told
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"

# Beside a private PostgreSQL, as the suite itself.
if [ -z "${BESEDA_TEST_POSTGRES:-}" ]; then exec tools/with-postgres.sh "$0" "$@"; fi

# NAME, package, test target, tests: what breaks, and who must notice. One line for each target. Packages that are not
# cargo's: `journeys` (a file, and the beginning of a step's name) and `outside` (a file and a test).
bites() {
    cat <<'TABLE'
ack-early beseda binary kill::f1_what_was_acknowledged_survives_kills_exactly_once_sqlite kill::f1_what_was_acknowledged_survives_kills_exactly_once_postgres
fault-on-bad-input outside test_api.py test_f13_the_document_holds
html-as-is journeys xss.test.js F15
no-dedup beseda it torn::f3_a_message_sent_over_a_torn_line_is_stored_once::sqlite torn::f3_a_message_sent_over_a_torn_line_is_stored_once::postgres replay::f9_webhooks_twice_late_and_out_of_order_make_one_conversation::sqlite replay::f9_webhooks_twice_late_and_out_of_order_make_one_conversation::postgres
no-dedup beseda binary kill_channels::f1_every_channel_agrees_with_its_provider_after_kills_sqlite
no-order beseda it replay::f9_what_comes_in_order_stands_in_order_however_fast::sqlite replay::f9_what_comes_in_order_stands_in_order_however_fast::postgres
no-resume beseda it torn::f3_a_line_cut_at_any_byte_ends_with_the_whole_sequence_once::sqlite torn::f3_a_line_cut_at_any_byte_ends_with_the_whole_sequence_once::postgres sockets::a_client_that_was_away_gets_what_it_missed_once_and_in_order::sqlite
show-anything beseda it uploads::f11_hostile_files_go_out_as_attachments_or_drawn_anew::sqlite uploads::f11_hostile_files_go_out_as_attachments_or_drawn_anew::postgres
skip-permission beseda it files::s0_02_the_same_bytes_under_the_same_name::sqlite clients::u_17_list_search_link_and_find_agree_on_who_may_see::sqlite clients::u_17_list_search_link_and_find_agree_on_who_may_see::postgres permissions::f14_every_operation_answers_each_role_as_its_row_says::sqlite permissions::f14_every_operation_answers_each_role_as_its_row_says::postgres reach::x_03_every_way_to_a_chat_leads_exactly_whom_the_access_function_names::sqlite reach::x_03_every_way_to_a_chat_leads_exactly_whom_the_access_function_names::postgres
ssrf http-client policy f16_loopback_is_refused_by_number_and_by_name f16_a_redirect_to_a_private_address_is_refused f16_a_rebinding_name_gains_nothing f16_of_mixed_addresses_only_the_public_ones_are_tried
swallow-disk-error beseda binary disk::f4_a_full_disk_refuses_changes_keeps_reading_and_heals_by_itself
unbounded-queue beseda it torn::f3_who_reads_nothing_is_cut_at_a_bound_and_loses_nothing::sqlite torn::f3_who_reads_nothing_is_cut_at_a_bound_and_loses_nothing::postgres
TABLE
}

names=$(bites | cut -d' ' -f1 | sort -u)
[ $# -eq 0 ] || names=$*
steps=$(($(wc -w <<<"$names") + 1))
step "Building what can be sabotaged"
need_to_test
CHROMIUM=$(chromium_path)
export CHROMIUM
tools/ui.sh
npm_deps tests/journeys
cargo test --quiet -p beseda -p http-client --features beseda/sabotage --no-run

rows=()
failed=0
# why TEST LOG: what the test said. A test that fails for another reason than the one meant proves nothing either:
# whoever adds a line to the table reads this.
why() {
    awk -v test="'$1'" 'index($0, "panicked at") && index($0, test) { getline; print substr($0, 1, 90); exit }' "$2" | tr '|' ' '
}
# run NAME PACKAGE TARGET TEST…: every one of the tests must fail.
run() {
    local name=$1 package=$2 target=$3 log=$temp/sabotage-$1-$3.log test verdict
    shift 3
    BESEDA_SABOTAGE=$name KILLS=${KILLS:-40} RUST_BACKTRACE=0 \
        timeout 900 cargo test -p beseda -p http-client --features beseda/sabotage --test "$target" -- --exact "$@" \
        >"$log" 2>&1 </dev/null || true
    for test in "$@"; do
        verdict=$(sed -n "s/^test $test .*\.\.\. \(.*\)$/\1/p; s/^test $test \.\.\. \(ok\|FAILED\)$/\1/p" "$log" | tail -n 1)
        # The verdict may stand on a line of its own, after what the test printed.
        [ -n "$verdict" ] || ! grep -qE "^    $test\$" "$log" || verdict=FAILED
        case $verdict in
        FAILED) rows+=("$name|$test|bites: $(why "$test" "$log")") ;;
        *) rows+=("$name|$test|DOES NOT BITE (${verdict:-not run}; .tmp/sabotage-$name-$target.log)"); failed=$((failed + 1)) ;;
        esac
    done
}

# judge NAME PACKAGE FILE TEST: the same for tests that look at the program from outside.
judge() {
    local name=$1 package=$2 file=$3 test=$4 log=$temp/sabotage-$1-$3.log python said
    export BESEDA_SABOTAGE=$name BESEDA_TEST_BIN=$target/debug/beseda
    if [ "$package" = journeys ]; then
        node --test --test-reporter=tap "tests/journeys/src/$file" >"$log" 2>&1 </dev/null || true
        said=$(grep -m 1 -E "^ *not ok [0-9]+ - $test" "$log" || true)
    else
        python=$(outside_python)
        "$python" -m pytest -q -x -p no:cacheprovider "tests/outside/$file" >"$log" 2>&1 </dev/null || true
        said=$(grep -m 1 -E "^FAILED .*::$test" "$log" || true)
    fi
    unset BESEDA_SABOTAGE
    if [ -n "$said" ]; then
        rows+=("$name|$file $test|bites: $(tr '|' ' ' <<<"${said:0:90}")")
    else
        rows+=("$name|$file $test|DOES NOT BITE ($log)")
        failed=$((failed + 1))
    fi
}

for name in $names; do
    step "$name"
    lines=$(bites | grep "^$name ") || fail "No such sabotage: $name. Known: $(bites | cut -d' ' -f1 | sort -u | tr '\n' ' ')"
    while read -r -a words; do
        case ${words[1]} in
        journeys | outside) judge "${words[@]}" ;;
        *) run "${words[@]}" ;;
        esac
    done <<<"$lines"
done

printf '\n==== What was broken, and who noticed\n'
printf '%s\n' "${rows[@]}" | awk -F'|' '{ printf "%-18s %s\n%-18s   %s\n", $1, $2, "", $3 }'
[ "$failed" = 0 ] || fail "" "$failed of ${#rows[@]} tests prove nothing: they pass while the promise is broken."
