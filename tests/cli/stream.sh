#!/bin/sh
# The trace and the timeline are written while the run goes on: memory does not grow
# with the number of events, and who stops reading stops the run.
. "$(dirname "$0")/lib.sh"

cat >many.yaml <<'YAML'
scenario: 1
name: many events
until: 1000d
services: [{name: a, count: 10, backoff: {base: 1s, max: 1s}, script: [{fail: {after: 1s}}]}]
expect: [{at: 900d, service: a-0, is: {exists: true}}]
YAML
passing good >good.yaml
failing bad >bad.yaml
budget='--once --max-events 1000000'

# A million events are a hundred megabytes of trace.
within() { # KILOBYTES ARGUMENTS...
    limit=$1
    shift
    status=0
    (
        ulimit -v "$limit"
        exec "$REHEARSE" run "$@"
    ) >out 2>err </dev/null || status=$?
}
if (ulimit -v 60000 && "$REHEARSE" run -q good.yaml) >out 2>err; then
    # shellcheck disable=SC2086 # several options on purpose
    within 60000 $budget --trace many.jsonl many.yaml
    ok "--trace in constant memory: the budget ends it" is_status 4
    ok "--trace in constant memory: every event is there" \
        [ "$(grep -c '"event"' many.jsonl)" -eq 1000000 ]
    # shellcheck disable=SC2086
    within 60000 $budget --jobs 2 --trace both.jsonl many.yaml many.yaml
    ok "--jobs 2 --trace in constant memory" is_status 4
    cat many.jsonl many.jsonl >twice.jsonl
    ok "--jobs 2 --trace is that of one job, twice" cmp twice.jsonl both.jsonl
    rm -f twice.jsonl both.jsonl
    within 60000 --once --max-events 300000 -v many.yaml
    ok "-v in constant memory" is_status 4
    ok "-v in constant memory: every event is there" \
        [ "$(grep -cE '^ +[0-9dhms.]+  a-[0-9]  ' out)" -ge 300000 ]
else
    skip "memory" "it cannot be limited here"
fi
ok "no event is more than the budget allows" [ "$(grep -c '"n":1000001' many.jsonl)" -eq 0 ]
ok "the run has its end line" [ "$(tail -n 1 many.jsonl | cut -c 1-12)" = '{"end":true,' ]

# A budget that ran out shows where it was.
rehearse run --max-events 1000 many.yaml
ok "a budget shows the last events" out_like '  last events:'
ok "ten of them" out_lines 10 '^ {4,}.*  a-[0-9]  (attempt|backing)'
rehearse run --json --max-events 1000 many.yaml
ok "JSON: exactly so many" out_has '"event-count":1000,'
ok "JSON: with the last one" out_has '"n":1000,'
rehearse run --max-wall 1ns many.yaml
ok "a budget of wall time shows the last events" out_like '  last events:'

# Who stops reading stops the run: nothing is said, and what was read are whole lines.
for what in '--trace -' -v; do
    {
        status=0
        # shellcheck disable=SC2086
        env --default-signal=PIPE "$REHEARSE" run --once $what --max-events 1000000000000 \
            many.yaml 2>err || status=$?
        echo "$status" >piped
    } | head -n 5 >first
    ok "$what | head: ends by SIGPIPE" [ "$(cat piped)" -eq 141 ]
    ok "$what | head: says nothing" err_empty
    ok "$what | head: has its lines" [ "$(wc -l <first)" -eq 5 ]
done

# Somebody who watches sees an event before the run is over.
mkfifo pipe
# shellcheck disable=SC2086
"$REHEARSE" run --once --max-events 1000000000000 --trace pipe many.yaml >out 2>err &
pid=$!
IFS= read -r line <pipe
ok "the header comes while the run goes on" \
    [ "${line%%,*}" = '{"rehearse":1' ]
kill -TERM $pid 2>/dev/null
wait $pid

# The second run is not in the trace; that it differs would be said after it.
rehearse run --trace good.jsonl good.yaml
ok "a run that is done twice is told once" [ "$(grep -c '"n":1,' good.jsonl)" -eq 1 ]
rehearse run --trace one.jsonl -v good.yaml bad.yaml many.yaml --max-events 5000
cp out one.out
for jobs in 2 3; do
    rehearse run --jobs $jobs --trace many.jsonl -v good.yaml bad.yaml many.yaml --max-events 5000
    without_wall one.out >want
    without_wall out >got
    ok "$jobs jobs: the timelines are those of one" cmp want got
    ok "$jobs jobs: the traces are those of one" cmp one.jsonl many.jsonl
done
mkdir -p full
TMPDIR="$dir/none" "$REHEARSE" run --jobs 3 --trace many.jsonl good.yaml bad.yaml >out 2>err
status=$?
ok "without a place for them there is one job" is_status 1
ok "whose traces are there" [ "$(grep -c '"rehearse"' many.jsonl)" -eq 2 ]
finish
