#!/bin/sh
# What rehearse fuzz finds is made small: the report, the files, how it is ended early.
. "$(dirname "$0")/lib.sh"

# Some seeds fail in one way, some in another.
cat >fleet.yaml <<'YAML'
scenario: 1
name: a fleet
until: 20s
supervisor: {shutdown: {timeout: 17s}, order: random}
defaults: {backoff: {base: 250ms, max: 9s}}
services:
  - {name: database, script: [run], stop: {grace: 3s}}
  - {name: worker, count: 3, script: [{any: [{fail: {after: 1500ms}}, run, run, run]}, run]}
  - {name: cache, script: [{any: [{crash: {after: 2s}}, run]}, run], stop: {grace: 2s}}
timeline:
  - {at: 3s, restart: database}
  - {at: 11s, pause: database}
expect:
  - {at: 10s, service: "worker-*", is: {starts: 1}}
  - {at: end, metrics: {restarts_total: {max: 1}}}
YAML
lines() { grep -cv '^#' "$1"; }
bytes() { grep -v '^#' "$1" | wc -c; }

rehearse fuzz --from fleet.yaml --seeds 1..40 --out found
ok "two ways of failing: status" is_status 1
ok "both are made small" out_lines 2 '^      shrunk: 5 -> [1-3] services, 2 -> [01] timeline entries, 16 -> [0-9]+ lines, [0-9]+ -> [0-9]+ bytes; [0-9]+ files tried$'
ok "their files are named" out_lines 2 '^      file: found/expectation-[a-z]+\.yaml$'
ok "and not shown" not out_has 'scenario: 1'
cp out whole
for kind in service metrics; do
    small=found/expectation-$kind.yaml
    first=found/expectation-$kind.original.yaml
    ok "$kind: the small file begins with its signature" \
        [ "$(head -n 1 $small)" = "# found by rehearse fuzz: expectation $kind" ]
    ok "$kind: it says what failed" grep -q '^# message: expected .*; found ' $small
    ok "$kind: it says how large it was" grep -q '^# sizes: 5 -> [1-3] services, ' $small
    ok "$kind: it says how it is run" grep -qF "# replay: rehearse run $small" $small
    ok "$kind: and what it was made from" grep -qF "# made from: rehearse fuzz --from fleet.yaml --seeds " $small
    ok "$kind: it is small" [ "$(lines $small)" -le 8 ]
    ok "$kind: the other is as it was found" [ "$(lines $first)" -eq 16 ]
    rehearse run --json $small
    ok "$kind: it fails" is_status 1
    ok "$kind: with the hash that it says" out_has "$(sed -n 's/^# seed: .*, hash: //p' $small)"
    rehearse run $first
    ok "$kind: so does the other" is_status 1
done
rehearse fuzz --from fleet.yaml --seeds 1..40 --out found
ok "files of an earlier campaign are replaced" is_status 1
# The wall clock is in the last line alone.
sed '$d' out >again
ok "by the same report" sh -c 'sed "\$d" whole | cmp - again'

rehearse fuzz --from fleet.yaml --seeds 1..40
ok "without --out the small files are shown" out_lines 2 '^        scenario: 1$'
ok "whole" out_like '^          - \{at: (10s|end), '
rehearse fuzz --from fleet.yaml --seeds 1..40 --no-shrink --out large
ok "--no-shrink: status" is_status 1
ok "--no-shrink: nothing is" not out_has 'shrunk'
ok "--no-shrink: the file is as it was found" [ "$(lines large/expectation-service.yaml)" -eq 16 ]
ok "--no-shrink: and the only one" [ ! -e large/expectation-service.original.yaml ]
rehearse fuzz --from fleet.yaml --seeds 1..40 --shrink-budget 1ns --out spent
ok "no time: status" is_status 1
ok "no time: it is said" out_lines 2 '^      not shrunk: --shrink-budget is spent$'
ok "no time: the files are as they were found" [ "$(lines spent/expectation-metrics.yaml)" -eq 16 ]

mkdir mine
echo 'mine: own' >mine/expectation-service.yaml
rehearse fuzz --from fleet.yaml --seeds 1..40 --out mine
ok "a file of somebody else: it is said" err_has 'mine/expectation-service.yaml: it exists and was not written by rehearse fuzz'
ok "a file of somebody else: it stays" grep -qx 'mine: own' mine/expectation-service.yaml
ok "a file of somebody else: the others are written" [ -e mine/expectation-metrics.yaml ]

if have python3; then
    rehearse fuzz --from fleet.yaml --seeds 1..40 --json
    cat >told.py <<'PY'
import json, sys
told = [json.loads(line) for line in open("out")]
found = [one for one in told if one["kind"] == "finding"]
assert len(found) == 2, found
for one in found:
    small = one["shrunk"]
    assert small["before"]["lines"] == 16 and small["after"]["lines"] <= 8, small
    assert small["before"]["services"] == 5 and small["whole"] and small["tried"] > 10, small
    assert len([line for line in small["file"].splitlines() if line[0] != "#"]) == small["after"]["lines"]
    assert len(small["file"]) > small["after"]["bytes"] and small["hash"] in small["file"]
open("told.yaml", "w").write(found[0]["shrunk"]["file"])
PY
    ok "JSON has sizes and file" python3 told.py
    rehearse run told.yaml
    ok "the file in JSON fails" is_status 1
    rehearse fuzz --from fleet.yaml --seeds 1..40 --json --shrink-budget 1ns
    ok "JSON says why nothing is made small" out_lines 2 '"not-shrunk":"--shrink-budget is spent"'
else
    skip "JSON" "there is no python3"
fi

# Interrupted while the first of two is made small: in neither a service may go, so it takes long.
{
    printf 'scenario: 1\nname: long\nuntil: 9s\nservices:\n'
    i=0
    while [ $i -lt 200 ]; do
        echo "  - {name: service-$i, backoff: {base: 1${i}ms, max: 1${i}s}, stop: {grace: 1${i}ms}, script: [{run: {}, times: 3}]}"
        i=$((i + 1))
    done
    printf '  - {name: other, script: [{any: [{fail: {}}, run]}, run]}\n'
    printf 'expect:\n  - {tally: {event: attempt-started}, is: {max: 201}}\n'
    printf '  - {at: end, metrics: {spawned_total: {max: 200}}}\n'
} >long.yaml
if have python3; then
    status=0
    python3 "$top/tests/cli/terminal.py" INT smaller env --default-signal=INT "$REHEARSE" fuzz --from long.yaml --seeds 1..8 \
        --shrink-budget 1h --out early >out 2>err </dev/null || status=$?
    tr -d '\r' <out >clean && mv clean out
    ok "SIGINT: the status" is_status 130
    ok "SIGINT: one is as small as it was" out_lines 1 'shrunk: 201 -> .* files tried, interrupted$'
    ok "SIGINT: the other is not made small" out_lines 1 'not shrunk: interrupted$'
    ok "SIGINT: it is said" out_has 'rehearse: ended early by SIGINT'
    ok "SIGINT: the summary is there" out_has '8 scenarios from seed 1 on: 0 passed, 8 failed in 2 ways'
    small=$(find early -name '*.original.yaml' | sed 's/\.original//')
    ok "SIGINT: the file is smaller" [ "$(bytes "$small")" -lt "$(bytes "${small%.yaml}.original.yaml")" ]
    rehearse run "$small"
    ok "SIGINT: it fails" is_status 1
    ok "SIGINT: nothing else is left" [ -z "$(find . -name '.rehearse-*')" ]
else
    skip "SIGINT" "there is no python3"
fi
finish
