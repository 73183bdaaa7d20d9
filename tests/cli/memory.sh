#!/bin/sh
# What a run may need in the worst case: the figure is refused above --max-memory,
# and it is true. A run that has no more address space than its figure (and what the
# program itself maps) ends well; one that has half of it does not.
. "$(dirname "$0")/lib.sh"

maps=32 # MiB that the program and its libraries map

# scenario NAME: its text after the heading comes from stdin.
scenario() {
    { printf 'scenario: 1\nname: %s\n' "$1"; cat; } >"$1.yaml"
}
# n lines of a text in which %d counts from 0.
lines() { awk -v n="$1" -v text="$2" 'BEGIN { for (i = 0; i < n; i++) printf text "\n", i }'; }
# Bytes that the run of a file may need, as it is refused with them.
figure_of() {
    "$REHEARSE" check --max-memory 1 "$1" 2>&1 |
        sed -n 's/.*in the worst case a run needs \([0-9]*\) bytes of memory.*/\1/p'
}
# run_within KIB FILE: with so much address space.
run_within() {
    status=0
    (ulimit -v "$1" && exec "$REHEARSE" run -q --max-memory 100000000000 "$2") >out 2>err \
        </dev/null || status=$?
}
fits() {
    figure=$(figure_of "$1.yaml")
    [ -n "$figure" ] || return 1
    run_within $((figure / 1024 + maps * 1024)) "$1.yaml"
    is_status 0
}
half_is_too_little() {
    figure=$(figure_of "$1.yaml")
    run_within $((figure / 2048 + maps * 1024 / 2)) "$1.yaml"
    [ "$status" -ne 0 ] && grep -qF 'out of memory' out err
}

# ---- refused with the figure, at what takes most ----

# 172 bytes that took 7.9 GB: 5,000 services, 200,000 instants each.
scenario windows <<'Y'
until: 100s
services:
  - {name: small, breaker: {failures: 3}}
  - {name: a, count: 5000, breaker: {failures: 100000, within: 1h}, restart-limit: {max: 100000, within: 1h}, script: [fail]}
Y
rehearse check windows.yaml
ok 'windows above the limit are refused' is_status 2
ok 'at the service that has them, with both figures' err_like \
    '^windows.yaml:6:6: error: in the worst case a run needs 160[0-9]{8} bytes of memory, 160[0-9]{8} of them for this; 2147483648 are allowed \(--max-memory\)$'
rehearse run windows.yaml
ok 'and not run' is_status 2
figure=$(figure_of windows.yaml)
rehearse check --max-memory "$figure" windows.yaml
ok 'a limit that is the figure is enough' is_status 0
rehearse check --max-memory $((figure - 1)) windows.yaml
ok 'one byte less is not' is_status 2
rehearse run --once --max-memory "$figure" windows.yaml
ok 'windows that do not fill take nothing' is_status 0

# Where nothing grows old there is nothing to keep but a number.
sed 's/within: 1h/within: never/g' windows.yaml >never.yaml
rehearse run --once never.yaml
ok 'windows that never forget are counted' is_status 0
ok 'and their figure is small' test "$(figure_of never.yaml)" -lt 30000000

scenario small-later <<'Y'
services:
  - {name: a, count: 5000, breaker: {failures: 100000, within: 1h}}
timeline:
  - {at: 1s, spawn: {name: a, count: 5000}, expect: {result: exists}}
Y
rehearse check small-later.yaml
ok 'the larger of two definitions of a name counts' err_like '^small-later.yaml:4:6: error: in the worst case'

{ printf 'supervisor:\n  groups:\n'
    lines 2000 '    - {name: g%d, restart-limit: {max: 100000, within: 1h}}'; } | scenario group-limits
rehearse check group-limits.yaml
ok 'limits of groups count' err_like '^group-limits.yaml:5:7: error: in the worst case'

scenario looks <<'Y'
services: [{name: w, count: 1000000}]
expect:
  - {at: 0s, service: w-1, is: {exists: true}}
Y
lines 300 '  - {always: all, service: "w-*", is: {phase: running}} # %d' >>looks.yaml
rehearse check looks.yaml
ok 'entries that look at everything count' err_like '^looks.yaml:3:[0-9]+: error: in the worst case'

scenario again <<'Y'
services: [{name: a}]
timeline:
Y
lines 3000 '  - {at: %ds, spawn: {name: a, breaker: {failures: 100000, within: 1h}}, expect: {result: exists}}' >>again.yaml
ok 'a name takes no more for being spawned again' test "$(figure_of again.yaml)" -lt 30000000
awk 'BEGIN { printf "scenario: 1\nname: many\ntimeline:\n"; for (i = 0; i < 3000; i++)
    printf "  - {at: %ds, spawn: {name: a%d, breaker: {failures: 100000, within: 1h}}}\n", i, i }' >many.yaml
rehearse check many.yaml
ok 'each name that may be spawned does' err_like '^many.yaml:4:[0-9]+: error: in the worst case'

rehearse check --max-memory 0 never.yaml
ok 'a limit of nothing is a mistake' is_status 2
rehearse check --max-memory 2G never.yaml
ok 'a limit is a number of bytes' err_has 'a number of bytes from 1'
printf 'scenario: 1\nname: x\nservices: [{name: a}]\nexpect: [{at: 0s, service: a, is: {starts: 7}}]\n' >fails.yaml
rehearse run --max-memory 1073741824 fails.yaml
ok 'the line that replays names it' out_has '--max-memory 1073741824'

# ---- the figure is true ----

n=50000
scenario one <<'Y'
services: [{name: a}]
Y
echo "services: [{name: a, count: $n}]" | scenario plain
echo "services: [{name: $(printf '%0120d' 0 | tr 0 n), count: $n}]" | scenario names
echo "services: [{name: a, count: 10000, script: [{fail: {error: $(printf '%04000d' 0 | tr 0 x)}}, run]}]" |
    scenario errors
scenario busy <<Y
until: 10s
services:
  - {name: a, count: $n, breaker: {failures: 3}, heartbeat: {stale-after: 3s}, script: [{fail: {after: 1s}}]}
Y
scenario levels <<Y
until: 10s
services:
  - name: a
    count: $n
    script: [{steps: [{repeat: {times: 2, steps: [{repeat: {times: 2, steps: [{choose: [{steps: [{sleep: 1s}]}]}]}}]}}]}]
Y
{ echo 'services:'; lines 20000 '  - {name: s%d}'; } | scenario singles
awk 'BEGIN { print "services:"; for (i = 1; i <= 3000; i++)
    printf "  - {name: s%d, backoff: {base: %dms, max: never, factor: 1.0001}}\n", i, i }' | scenario policies
scenario replaced <<Y
supervisor: {on-duplicate: replace}
services: [{name: a, count: 5000, breaker: {failures: 2000, within: 1h}, script: [{run: {}, stop-after: 1s}]}]
timeline: [{at: 1s, spawn: {name: a, count: 5000, breaker: {failures: 2000, within: 1h}}}]
Y
{ printf 'supervisor:\n  groups:\n'
    lines 90000 '    - {name: g%d, restart-limit: {max: 10, within: 1s}}'
    echo 'services: [{name: a}]'; } | scenario groups
{ printf 'until: 1s\nservices: [{name: a, count: %d}]\nexpect:\n' $n
    lines 60 '  - {always: all, service: "a-*", is: {phase: running}} # %d'
    lines 60 '  - {always: all, service: "a-*", is: {heartbeat: none}} # %d'; } | scenario always
{ printf 'until: 1s\nservices: [{name: a, count: %d}]\nexpect:\n' $n
    lines 30 '  - {tally: {event: attempt-started, service: "a-*"}, is: 1, each: true} # %d'
    lines 30 '  - {tally: {event: attempt-started, group: runtime}, is: {min: 1}} # %d'
    lines 30 '  - {follows: {event: registered, group: runtime}, then: {event: attempt-started, service: "a-*"}, within: 0} # %d'; } |
    scenario counted
# A name that a command gives before anybody bears it is kept by each that counts commands.
{ printf 'services: [{name: a}]\ntimeline:\n'
    lines 3000 '  - {at: 0, spawn: {name: late-%d, kind: task, script: [succeed]}}'
    echo expect:
    lines 60 '  - {follows: {event: command}, then: {event: terminated, service: "late-*"}, within: 0} # %d'; } |
    scenario named-early
awk 'BEGIN { print "services: [{name: a}]\ntimeline:"; for (i = 0; i < 20000; i++)
    printf "  - {at: %dms, pause: a}\n  - {at: %dms, resume: a}\n", i, i }' | scenario timeline
{ printf 'until: 1s\nservices: [{name: a}]\nexpect:\n'
    lines 50000 '  - {at: %dus, service: a, is: {phase: running}}'; } | scenario expects
scenario full <<'Y'
until: 30s
services:
  - name: a
    count: 100
    breaker: {failures: 10000, within: 1h}
    restart-limit: {max: 10000, within: 1h}
    backoff: {max: 1ms}
    script: [fail]
Y

if grep -q -e __asan_init -e __tsan_init "$REHEARSE"; then
    skip 'figures against runs' 'the sanitizer maps memory of its own'
else
    for name in one plain names errors busy levels singles policies replaced groups always counted \
        named-early timeline expects full; do
        ok "$name: a run has room in its figure" fits $name
    done
    for name in plain names errors singles groups expects; do
        ok "$name: half of it is too little" half_is_too_little $name
    done
fi
# ---- files that include many names ----

# What 32 files share is merged once: reading takes what all of them hold, not 32 times that.
awk 'BEGIN { printf "conditions: {"; for (i = 0; i < 200000; i++) printf "c%d: up, ", i; print "}" }' >many0.yaml
names=many0.yaml i=1
while [ $i -lt 32 ]; do
    echo "conditions: {d$i: up}" >many$i.yaml
    names="$names, many$i.yaml"
    i=$((i + 1))
done
printf '%s\n' 'scenario: 1' 'name: x' "include: [$names]" 'services: [{name: a}]' >many.yaml
status=0
(ulimit -v 400000 && exec "$REHEARSE" check many.yaml) >out 2>err </dev/null || status=$?
ok 'many names in 32 files take no more than they are' is_status 2
ok 'and are refused for what they are' err_has '200031 conditions are more than the 1000 that there can be'
finish
