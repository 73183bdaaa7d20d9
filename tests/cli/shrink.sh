#!/bin/sh
# rehearse shrink: the result fails as the file did, wherever it is; what does not fail is said.
. "$(dirname "$0")/lib.sh"

rehearse_with() { # INPUT ARGUMENT...
    input=$1
    shift
    status=0
    "$REHEARSE" "$@" >out 2>err <"$input" || status=$?
}

cat >incident.yaml <<'YAML'
scenario: 1
name: a long incident
about: everything that happened that day
seed: 41
supervisor: {order: random, shutdown: {timeout: 17s}}
defaults: {backoff: {base: 250ms, jitter: full}}
services:
  - {name: database, script: [run], stop: {grace: 3s}}
  - {name: workers, count: 8, script: [{fail: {after: 1500ms}, times: 3}, run]}
  - {name: cache, script: [{fail: {after: 2s, error: "out of memory"}}], breaker: {failures: 3, within: 90s}}
timeline:
  - {at: 1m3s, restart: workers-*}
  - {at: 2m7s, pause: database}
  - {at: 3m11s, shutdown: {timeout: 5s}}
expect:
  - {at: 1m, service: cache, is: {phase: running, starts: {min: 2}}}
  - {at: 1m, service: workers-*, is: {phase: running}}
  - {at: end, metrics: {active_services: 0}}
YAML

rehearse shrink --out small.yaml incident.yaml
ok "a failing file: status" is_status 0
ok "nothing on standard output" out_empty
ok "what became of it" err_like '^expectation service: 10 -> 1 services, 3 -> 0 timeline entries, '
ok "the signature is in the comment" grep -qx '# signature: expectation service' small.yaml
ok "the message, too" grep -qE '^# message: expected .*phase running; found ' small.yaml
ok "and the sizes" grep -qE '^# sizes: 10 -> 1 services, 3 -> 0 timeline entries, 18 -> [67] lines, ' small.yaml
ok "and the command" grep -qx '# replay: rehearse run small.yaml' small.yaml
ok "one service" [ "$(grep -c 'name: ' small.yaml)" -eq 2 ]
rehearse run small.yaml
ok "it fails" is_status 1
ok "by that expectation" out_has 'phase running'
ok "without what it does not need" not grep -qE '^(seed|about|supervisor|defaults|timeline):' small.yaml

# Moved, read by standard input, written as another program would.
mkdir elsewhere
cp small.yaml elsewhere/else.yaml
hash=$(sed -n 's/^# seed: 1, hash: //p' small.yaml)
(cd elsewhere && "$REHEARSE" run --json else.yaml >../json 2>&1)
ok "moved it fails with the same hash" grep -qF "$hash" json
rehearse_with small.yaml run -
ok "read from standard input" is_status 1
grep -v '^#' small.yaml | sed 's/^  - /- /; s/, /  ,   /g' >form.yaml
rehearse run --json form.yaml
ok "reformatted" is_status 1
ok "with the same hash" out_has "$hash"
rehearse shrink small.yaml
ok "it is small already" is_status 0
sed 1,6d small.yaml >one
sed 1,6d out >two
ok "shrunk again it stays the same" cmp one two
"$REHEARSE" shrink incident.yaml >again 2>/dev/null
sed 1,6d again >two
ok "and it is the same each time" cmp one two

# Who has not settled some time after the faults were turned off: so it stays.
cat >stuck.yaml <<'YAML'
scenario: 1
name: stuck
until: 1m
supervisor: {blocking-pool: 1}
services:
  - {name: hog, kind: blocking, script: [run]}
  - {name: late, kind: blocking, script: [run]}
  - {name: other, script: [{fail: {after: 2s}}]}
timeline:
  - {at: 5s, fail: other}
  - {at: 10s, calm: {}}
expect:
  - {at: 40s, service: "*", is: {settled: true}}
YAML
rehearse shrink --out rest.yaml stuck.yaml
ok "one that waits: status" is_status 0
ok "the calm stays" grep -qE '^  - \{at: (10|0)s, calm: \{\}\}$' rest.yaml
ok "and the time to settle" grep -qE '^  - \{at: ([4-9]0s|1m), service: "\*", is: \{settled: true\}\}$' rest.yaml
ok "it is the waiting that is not settled" grep -qE 'kind: blocking' rest.yaml
ok "and not what fails for ever" not grep -q 'fail' rest.yaml
rehearse run rest.yaml
ok "it fails" is_status 1

# What is no failure.
passing good >good.yaml
rehearse shrink good.yaml
ok "a file that passes: status" is_status 2
ok "it says so" err_has 'good.yaml does not fail: there is nothing to shrink'
ok "and writes nothing" out_empty
ok "and no more than that" [ "$(wc -l <err)" -eq 1 ]
{ cat good.yaml && echo '  - {sometimes: {service: flaky, is: {starts: 77}}}'; } >over.yaml
rehearse shrink over.yaml
ok "over several seeds: status" is_status 2
ok "it says why" err_has 'what it expects over several seeds fails in no single run'
rehearse shrink missing.yaml
ok "no such file" is_status 2
rehearse shrink .
ok "a directory" is_status 2
printf 'scenario: 1\nname: x\nservice: []\n' >bad.yaml
rehearse shrink bad.yaml
ok "not valid: status" is_status 2
ok "with its place" err_has 'bad.yaml:3:1: error:'
rehearse shrink
ok "no file" is_status 2
rehearse shrink one two
ok "two files" err_has 'one file is shrunk at a time'

# A relation between two runs, where nothing breaks it.
rehearse shrink --relation unrelated-service small.yaml
ok "a relation that cannot be asked: status" is_status 2
ok "it says so" err_has 'small.yaml does not break the relation unrelated-service: there is nothing to shrink'
ok "and writes nothing" out_empty
rehearse shrink --relation unrelated-service:917 good.yaml
ok "a relation that holds: status" is_status 2
ok "it is named with its draw" err_has 'good.yaml does not break the relation unrelated-service:917: there'
rehearse shrink --relation doubled-times good.yaml
ok "the other one, too" err_has 'does not break the relation doubled-times: there'
for wrong in related unrelated-service: unrelated-service:x '' doubled-times:99999999999999999999; do
    rehearse shrink --relation "$wrong" good.yaml
    ok "--relation '$wrong' is refused" is_status 2
    ok "--relation '$wrong': nothing is tried" not err_has 'nothing to shrink'
done

# Files that expect it, vary, include; seeds from outside.
(failing told; echo 'verdict: expectation-failed') >told.yaml
rehearse shrink --out out.yaml told.yaml
ok "a file with a verdict" grep -qx 'verdict: expectation-failed' out.yaml
rehearse run out.yaml
ok "which it still meets" is_status 0
cat >varies.yaml <<'YAML'
scenario: 1
name: varies
include: [shared.yaml]
vary:
  services.app.count: [1, 2, 3]
services:
  - {name: app, count: 1, policy: calm}
expect:
  - {at: end, metrics: {spawned_total: {max: 1}}}
YAML
printf 'policies: {calm: {backoff: {base: 7s}}}\n' >shared.yaml
rehearse shrink varies.yaml
ok "the first variant that fails" out_has 'from varies.yaml [services.app.count=2]'
ok "is written out" not grep -qE 'vary|include|policy' out
rehearse shrink --variant services.app.count=3 varies.yaml
ok "or the one that is named" out_has 'services.app.count=3'
rehearse shrink --variant services.app.count=1 varies.yaml
ok "which may not fail" is_status 2
rehearse shrink --variant services.app.count=9 varies.yaml
ok "or not exist" is_status 2
printf '%s\n' 'scenario: 1' 'name: drawn' 'services:' \
    '  - {name: a, script: [{any: [run, {fail: {}}]}], restart: never}' \
    'expect:' '  - {at: 1s, service: a, is: {phase: running}}' >drawn.yaml
for seed in 1 2 3 4 5 6 7 8; do
    rehearse shrink --seed $seed drawn.yaml
    [ $status -ne 0 ] || break
done
ok "a seed from outside" is_status 0
rehearse_with drawn.yaml shrink --seed $seed -
ok "from standard input" out_has 'from standard input.'
rehearse shrink --set services.flaky.backoff.base=1ms told.yaml
ok "with a value set" is_status 0

# What runs for ever, and what takes long.
endless long >endless.yaml
rehearse shrink --max-events 2000 endless.yaml
ok "no progress: status" is_status 0
ok "its signature" out_has '# signature: stalled events'
ok "the budget is part of the command" out_has '# replay: rehearse run --max-events 2000 THIS-FILE'

# A livelock is looked at with a small budget first; what has an end beyond that is none.
rehearse shrink --budget 2s "$top/scenarios/negative/livelock-steps.yaml"
ok "a livelock: status" is_status 0
ok "a livelock: its signature" out_has '# signature: stalled instant'
ok "a livelock: with the whole budget" out_has '# message: livelock: 100001 events and reports at 0s and no end'

# A run that hangs is what takes longer than it may.
sed 's/^until: .*/until: never/' endless.yaml >hangs.yaml
rehearse shrink --max-events 18446744073709551615 --max-wall 50ms --budget 1ms hangs.yaml
ok "a hang: status" is_status 0
ok "a hang: its signature" out_has '# signature: hung'
ok "a hang: after how long" out_has '# message: no answer after 50ms of work'
rehearse shrink --max-wall 0s hangs.yaml
ok "no time at all for a run" is_status 2

# Outputs and inputs.
cp incident.yaml kept.yaml
rehearse shrink --out incident.yaml incident.yaml
ok "no input is overwritten" is_status 2
ok "and it is as it was" cmp incident.yaml kept.yaml
rehearse shrink --out good.yaml incident.yaml
ok "nor another file" is_status 2
rehearse shrink --force --out good.yaml incident.yaml
ok "unless it may be" is_status 0
rehearse shrink --out good.yaml incident.yaml
ok "an earlier output may" is_status 0
rehearse shrink -q --out good.yaml incident.yaml
ok "quietly" err_empty

# A large file, and next to no time.
{
    printf 'scenario: 1\nname: large\nservices:\n'
    i=0
    while [ $i -lt 10000 ]; do
        echo "  - {name: service-$i, script: [{fail: {after: ${i}ms}, times: 2}, run], stop: {grace: 7s}}"
        i=$((i + 1))
    done
    printf 'expect:\n  - {at: 1s, service: service-77, is: {starts: 9}}\n'
} >large.yaml
rehearse shrink --budget 1ms --out large-small.yaml large.yaml
ok "ten thousand services, a millisecond: status" is_status 0
ok "the budget ran out" err_has 'the budget ran out'
rehearse run -q large-small.yaml
ok "and it fails" is_status 1
ok "it is no larger" [ "$(wc -c <large-small.yaml)" -le "$(($(wc -c <large.yaml) + 600))" ]

# Interrupted: the smallest file so far is written. No service may go, so it takes long.
{
    printf 'scenario: 1\nname: long\nservices:\n'
    i=0
    while [ $i -lt 200 ]; do
        echo "  - {name: service-$i, backoff: {base: 1${i}ms, max: 1${i}s}, stop: {grace: 1${i}ms}, script: [{run: {}, times: 3}]}"
        i=$((i + 1))
    done
    printf 'expect:\n  - {at: end, metrics: {spawned_total: {max: 199}}}\n'
} >long.yaml
if have python3; then
    # The file as it is written out: what the progress tells the length of.
    "$REHEARSE" shrink --budget 1ms --force --out whole.yaml long.yaml 2>/dev/null
    whole=$(sed -n 's/^# sizes: .*lines, \([0-9]*\) -> .*/\1/p' whole.yaml)
    status=0
    python3 "$top/tests/cli/terminal.py" INT "smaller:$whole" env --default-signal=INT "$REHEARSE" shrink --budget 1h \
        --out early.yaml long.yaml >out 2>err </dev/null || status=$?
    ok "SIGINT: the status" is_status 130
    ok "SIGINT: it is said" out_like 'files tried, interrupted'
    ok "SIGINT: the file is smaller than the first" \
        [ "$(grep -v '^#' early.yaml | wc -c)" -lt "$whole" ]
    rehearse run early.yaml
    ok "SIGINT: it fails" is_status 1
    ok "SIGINT: as the first does" out_has 'spawned_total'
    ok "SIGINT: nothing else is left" [ -z "$(find . -name '.rehearse-*')" ]
else
    skip "SIGINT" "there is no python3"
fi
# In the first run of the file there is nothing yet that could be written.
env --default-signal=INT "$REHEARSE" shrink --max-events 18446744073709551615 --max-wall never \
    --out none.yaml endless.yaml >out 2>err &
pid=$!
until [ -n "$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)" ]; do sleep 0.01; done
kill -s INT "$pid"
status=0
wait "$pid" || status=$?
ok "SIGINT in the first run: the status" is_status 130
ok "SIGINT in the first run: no file" [ ! -e none.yaml ]

# Ended in the midst.
printf '# Shrunk by rehearse before\n' >output.yaml
cp output.yaml before.yaml
"$REHEARSE" shrink --budget 1h --out output.yaml large.yaml 2>err &
pid=$!
tries=0
until [ -n "$(cat /proc/$pid/task/$pid/children 2>/dev/null)" ] || [ $tries -ge 3000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
child=$(cut -d' ' -f1 "/proc/$pid/task/$pid/children")
kill -9 $pid
wait $pid 2>/dev/null
ok "killed: the output is untouched" cmp output.yaml before.yaml
tries=0
while [ -n "$child" ] && kill -0 $child 2>/dev/null && [ $tries -lt 3000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
ok "and nobody is left" not kill -0 $child
finish
