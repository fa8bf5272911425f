# Runs named pieces of work one after another or beside others, keeps going after a failure, and sums up. To be sourced after
# common.sh.

logs=$temp/logs
mkdir -p "$logs"
names=()
codes=()
times=()
besides=()

# runner NAME CMD…: shows the output and keeps it in a log.
runner() {
    local name=$1 code=0 began=$SECONDS
    shift
    step "$name"
    "$@" </dev/null 2>&1 | tee "$logs/${name// /-}.log" || code=$?
    names+=("$name")
    codes+=("$code")
    times+=("$((SECONDS - began))")
}

# beside NAME CMD…: the same while others run, for what leaves a core to them; `together` waits for it and shows its output.
beside() {
    local name=$1 log=$logs/${1// /-}
    shift
    rm -f "$log.end"
    (
        code=0 began=$SECONDS
        "$@" </dev/null >"$log.log" 2>&1 || code=$?
        echo "$code $((SECONDS - began))" >"$log.end"
    ) &
    besides+=("$! $name")
}

# together: waits for all that runs beside.
together() {
    local one name code took
    for one in "${besides[@]}"; do
        name=${one#* }
        wait "${one%% *}" || true
        step "$name"
        cat "$logs/${name// /-}.log"
        read -r code took <"$logs/${name// /-}.end"
        names+=("$name")
        codes+=("$code")
        times+=("$took")
    done
    besides=()
}

# closing NAME: the lines by which a runner says how it went.
closing() {
    local log=$logs/${1// /-}.log lines
    lines=$(sed -e 's/\x1b\[[0-9;]*[A-Za-z]//g; s/\x1b(B//g' "$log" |
        # Of a story in TAP only the step that broke it, with the line behind "error: |-".
        awk '/^not ok / { held = $0; next }
            /^ *error: / && held { if (!/Not tried:/) { print held; if (/\|-$/) getline }
                if (!/Not tried:/) { sub(/^ *(error: )?/, ""); print "error: " $0 }
                held = ""; next }
            { print }' |
        grep -E '^ *(Summary \[|Test Files|Tests  |test result:|[0-9]+ (passed|failed|flaky|skipped)|(ℹ|#) (tests|pass|fail) |[A-Za-z-]+ found [0-9]+ (error|warning)|svelte-check found|(check )?==== [0-9a]|FAILED  |not ok [0-9]+ |error(\[E[0-9]+\])?:)' || true)
    if [ "$(grep -c '^test result:' <<<"$lines")" -gt 6 ]; then
        # cargo test says one line for every binary: the sum says as much.
        lines=$(awk '/^test result:/ { ok += $4; bad += $6; ignored += $8; n += 1; next } { print }
            END { printf "test result: %d binaries, %d passed; %d failed; %d ignored\n", n, ok, bad, ignored }' <<<"$lines")
    fi
    [ -n "$lines" ] || lines=$(grep -v '^ *$' "$log" | tail -n 2 || true)
    [ -n "$lines" ] || lines="no complaints"
    tail -n 8 <<<"$lines" | sed 's/^ */        /'
}

# sum_up: every runner with its closing lines; fails if one failed.
sum_up() {
    local i failed=0
    printf '\n%s==== How it went\n' "${inside:-}"
    for i in "${!names[@]}"; do
        if [ "${codes[$i]}" = 0 ]; then
            printf 'ok      %s (%d s)\n' "${names[$i]}" "${times[$i]}"
        else
            printf 'FAILED  %s (%d s, code %d; .tmp/logs/%s.log)\n' "${names[$i]}" "${times[$i]}" "${codes[$i]}" "${names[$i]// /-}"
            failed=$((failed + 1))
        fi
        closing "${names[$i]}"
    done
    if [ "$failed" -gt 0 ]; then
        printf '%s==== %d of %d failed\n' "${inside:-}" "$failed" "${#names[@]}"
        return 1
    fi
    printf '%s==== all %d passed in %d s\n' "${inside:-}" "${#names[@]}" "$SECONDS"
}
