#!/bin/sh
# Runs on threads and processes as the command tells of them.
. "$(dirname "$0")/lib.sh"

cat >good.yaml <<'YAML'
scenario: 1
name: works for real
until: 500ms
services: [{name: a, script: [{fail: {}}, run], backoff: {base: 200ms}}]
expect: [{at: 400ms, service: a, is: {phase: running, attempt: 2}}]
YAML
sed 's/works for real/does not/; s/attempt: 2/attempt: 3/' good.yaml >bad.yaml
cat >long.yaml <<'YAML'
scenario: 1
name: takes long
services: [{name: a}]
timeline: [{at: 10h, cancel: a}]
YAML
cat >edge.yaml <<'YAML'
scenario: 1
name: on the edge
services: [{name: a, script: [{succeed: {after: 1s}}]}]
timeline: [{at: 1s, cancel: a}]
YAML
{ cat good.yaml && echo 'virtual-only: to show how'; } >virtual.yaml

# What a busy machine was too late for says nothing, and is run again until it is in time.
in_time() {
    tries=0
    rehearse "$@"
    while grep -q -e 'the machine kept it waiting' -e '"verdict":"late"' "$dir/out" "$dir/err" &&
        [ "$tries" -lt 30 ]; do
        tries=$((tries + 1))
        rehearse "$@"
    done
}

for world in threads processes; do
    in_time run --executor $world --tolerance 90ms good.yaml
    ok "$world: a pass" is_status 0
    ok "$world: conformance is told" out_like 'conformance: 1 service, 5 events, the same story as simulated'
    in_time run --executor $world --tolerance 90ms bad.yaml
    ok "$world: a failed expectation is status 1" is_status 1
    ok "$world: it can be replayed there" out_has "rehearse run --executor $world --tolerance 90ms --seed 1 bad.yaml"
    in_time run --executor $world --speed 2 --tolerance 45ms good.yaml
    ok "$world: twice as fast" is_status 0
    rehearse run --executor $world --speed 1 long.yaml edge.yaml virtual.yaml
    ok "$world: what cannot be run is status 0" is_status 0
    ok "$world: nothing of it counts as passed" out_has '3 scenarios: 0 passed, 3 skipped'
    ok "$world: too long, and what would do" out_like 'skip +takes long +.*try --speed 1201'
    ok "$world: too close" out_like 'skip +on the edge +less than 50ms decides what happens'
    ok "$world: as the file says" out_like 'skip +works for real +virtual-only: to show how'
done

# What only an exact instant meets is not asked, and every report says which that is.
cat >together.yaml <<'YAML'
scenario: 1
name: ends together
until: 500ms
services: [{name: a, count: 2, restart: never}]
timeline: [{at: 200ms, fail: a-*}]
expect:
  - {peak: {event: attempt-ended, within: 0s}, is: 2}
  - {tally: {event: attempt-ended}, is: 2}
YAML
for world in threads processes; do
    in_time run --executor $world --tolerance 90ms --junit together.xml together.yaml
    ok "$world: one instant is not asked for" is_status 0
    ok "$world: the line is named" out_like 'same story as simulated .*; not asked: line 7 \(less than 90ms decides it\)$'
    ok "$world: JUnit names it" grep -q '<system-out>conformance: .*; not asked: line 7 (' together.xml
    in_time run --executor $world --tolerance 90ms --tap together.yaml
    ok "$world: TAP names it" out_like '^# conformance: .*; not asked: line 7 \('
    in_time run --executor $world --tolerance 90ms --json together.yaml
    ok "$world: JSON names it" out_like '"note":"conformance: .*; not asked: line 7 \('
done

# Two starts 150 ms apart are within 200 ms, unless both may be late by as much as a fast run
# makes of it: then a slower one is worth its time.
cat >slower.yaml <<'YAML'
scenario: 1
name: asked when slower
until: 12s
defaults: {restart: never}
services: [{name: a, script: [{fail: {after: 1s}}]}, {name: b, script: [{fail: {after: 1150ms}}]}]
expect:
  - {peak: {event: attempt-ended, within: 200ms}, is: 2}
  - {tally: {event: attempt-ended}, is: 2}
YAML
in_time run --executor threads --max-wall 6s slower.yaml
ok "of what is taken faster, the speed is that of which most is asked" \
    out_like 'late, 7 times as fast\)$'
ok "that passes" is_status 0

# What 400 ms decide is not taken 61 times as fast; but nothing happens after the first second.
cat >hour.yaml <<'YAML'
scenario: 1
name: holds for an hour
until: 1h
services: [{name: a, restart: never, script: [{fail: {after: 800ms}}]}, {name: b}]
timeline: [{at: 400ms, cancel: a}]
expect:
  - {always: [1s, 1h], service: b, is: {phase: running}}
  - {at: end, service: b, is: {running-time: 1h}}
YAML
sed 's/at: end, service: b, is: {running-time: 1h}/at: 50m, service: b, is: {running-time: 51m}/' hour.yaml >worse.yaml
rest='the last 59m58s, in which nothing happens, were not waited for'
for world in threads processes; do
    in_time run --executor $world --junit hour.xml hour.yaml
    ok "$world: an hour in which nothing happens" is_status 0
    ok "$world: it is not waited for" out_like "same story as simulated \\(up to [^)]* late\\); $rest\$"
    ok "$world: JUnit says so" grep -q "<system-out>conformance: .*; $rest" hour.xml
    in_time run --executor $world --tap hour.yaml
    ok "$world: TAP says so" out_like "^# conformance: .*; $rest\$"
    in_time run --executor $world --json hour.yaml
    ok "$world: JSON says so" out_like "\"note\":\"conformance: .*; $rest\""
    in_time run --executor $world --speed 1 hour.yaml
    ok "$world: with a speed of one's own as well" out_has "$rest"
    in_time run --executor $world worse.yaml
    ok "$world: what fails there fails" is_status 1
    ok "$world: what is looked at there is seen" out_like 'worse.yaml:8:5: error: expected by 50m50ms: b: running-time 50m.*, found 50m'
    ok "$world: and it is said as well" out_has "$rest"
done

# Twenty times as slow, 50 ms are 2.5 ms.
cat >close.yaml <<'YAML'
scenario: 1
name: close together
until: 100ms
services: [{name: a, restart: never, script: [{fail: {after: 20ms}}]}]
timeline: [{at: 24ms, cancel: a}]
YAML
for world in threads processes; do
    in_time run --executor $world close.yaml
    ok "$world: what is close together is taken slower" out_like ' late, (10|20) times as slow\)$'
    rehearse run --executor $world --speed 1 close.yaml
    ok "$world: not with a speed of one's own" out_like 'skip +close together +less than 50ms decides'
done

# 250 need 1.5 s and more to start: 15 times as slow is slower than is tried for that.
cat >many.yaml <<'YAML'
scenario: 1
name: too many for a tenth of a second
until: 100ms
services: [{name: a, count: 250, restart: never, script: [succeed]}]
YAML
rehearse run --executor processes many.yaml
ok "many that begin together stay together, however slow it is" \
    out_like 'skip +too many for a tenth of a second +250 attempts in 100ms are more than processes start'

rehearse run --executor threads --speed 1 --tap long.yaml
ok "TAP skips" out_like '^ok 1 - takes long # SKIP it takes 10h'
rehearse run --executor threads --speed 1 --json long.yaml
ok "JSON skips" out_like '"skipped":true,"note":"it takes 10h'
ok "JSON counts" out_like '"kind":"summary".*"skipped":1'
rehearse run --executor threads --speed 1 --junit - long.yaml
ok "JUnit skips" out_like '<skipped message="it takes 10h'
ok "JUnit counts" out_like 'skipped="1"'
in_time run --executor threads --tolerance 90ms --trace - good.yaml
ok "the trace names the executor" out_has '"executor":"threads"'
ok "the trace is whole" out_lines 5 '"event":'
in_time run --executor threads --seeds 1..3 --jobs 3 --speed 2 --tolerance 45ms good.yaml
ok "seeds and jobs" is_status 0
cat >complains.yaml <<'YAML'
scenario: 1
name: a program complains
until: 1s
services:
  - {name: web, restart: never, exec: [/bin/sh, -c, "echo starting; printf 'no \\033[31mtable\\n' >&2; exit 3"], script: [{fail: {code: 3}}]}
  - {name: db, exec: [/bin/sh, -c, "echo of the db; exec sleep 10"]}
expect: [{at: 500ms, service: web, is: {phase: running}}]
YAML
in_time run --executor processes complains.yaml
ok "a program's output is shown with its failure" out_has '  output of web (attempt 1):'
ok "both its streams" out_has '    | starting'
ok "as text, not as orders to the terminal" out_has '    | no \x1b[31mtable'
ok "not that of a service that the failure is not about" not out_has 'of the db'
in_time run --executor processes --json complains.yaml
ok "JSON has it" out_has '"outputs":[{"service":"web","attempt":1,"text":"starting\nno \u001b[31mtable\n"}'
sed 's/phase: running/phase: terminated/' complains.yaml >calm.yaml
in_time run --executor processes calm.yaml
ok "a run that passes shows none" not out_has 'output of'

# Every attempt on processes is the command started anew, and what it is linked with is the
# most of that.
LD_TRACE_LOADED_OBJECTS=1 rehearse version
if [ -e "$(${CC:-cc} -print-file-name=libboost_context.a 2>/dev/null)" ] && out_has 'libc.so'; then
    ok "a child is not kept by the library of C++" not out_has 'libboost_context'
else
    skip "a child is not kept by the library of C++" "no archive to link, or no dynamic loader"
fi
finish
