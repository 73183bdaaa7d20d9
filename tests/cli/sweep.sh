#!/bin/sh
# A fault at every point.
. "$(dirname "$0")/lib.sh"

steady() { sed 's/ in [0-9.]*[a-z]*s$/ in X/' "$1"; }

cat >simple.yaml <<'YAML'
scenario: 1
name: simple
services:
  - {name: a, script: [{fail: {after: 1s}}, run], heartbeat: {stale-after: 1s}}
  - {name: b, script: [{run: {}, beat: {every: 500ms, for: 2s}}], heartbeat: {stale-after: 1s}}
until: 10s
expect: [{starts: {a: [0s, 1100ms]}}]
YAML

rehearse sweep simple.yaml
ok "what survives is status 0" is_status 0
ok "it counts the points" out_has 'simple.yaml: 12 points, all survived'
ok "and the runs" out_has '1 scenario: 12 points, all survived; 24 runs, each twice, in '
ok "nothing is said on standard error" err_empty
steady out >one
rehearse sweep --jobs 3 simple.yaml
steady out >three
ok "with several jobs it is the same" cmp one three
rehearse sweep --once --kind start --kind ready simple.yaml
ok "of some kinds" out_has '1 scenario: 3 points, all survived; 6 runs in '
rehearse sweep --shard 1/5 simple.yaml
ok "every fifth of them" out_has 'simple.yaml: 3 of 12 points tried, all survived'
rehearse sweep --shard 5/5 --budget 1h simple.yaml
ok "and the last of them" out_has 'simple.yaml: 2 of 12 points tried, all survived'
rehearse sweep --points 4 --shard 9/9 simple.yaml
ok "a shard may be empty" out_has 'simple.yaml: 0 of 12 points tried'
rehearse sweep --points 4 simple.yaml
ok "of many some: both numbers" out_has 'simple.yaml: 4 of 12 points tried, all survived'
rehearse sweep --budget 1h simple.yaml
ok "a budget that suffices: all" out_has 'simple.yaml: 12 points, all survived'
rehearse sweep --budget 1ns simple.yaml
ok "one that does not: nothing is hidden" out_has 'simple.yaml: 0 of 12 points tried'
cp simple.yaml other.yaml
rehearse sweep --budget 1ns simple.yaml other.yaml
ok "nor a file that was not come to" out_has 'other.yaml: not looked at'
rehearse sweep --budget 1ns --json simple.yaml other.yaml
ok "as JSON likewise" out_lines 1 '^{"kind":"sweep","file":"other.yaml","signature":null}$'
rehearse sweep --pairs 1000 simple.yaml
ok "pairs" out_like 'simple.yaml: 12 points and [0-9]+ pairs, all survived'
rehearse sweep --pairs 7 simple.yaml
ok "some of them" out_like 'simple.yaml: 12 points and 7 of [0-9]+ pairs tried, all survived'
rehearse sweep -q simple.yaml
ok "quiet: nothing when all survived" out_empty
rehearse sweep --json --pairs 5 simple.yaml
ok "an object for the file" out_lines 1 '^{"kind":"sweep","file":"simple.yaml","signature":"passed","points":12,"tried":12,'
ok "with the points of each kind" out_has '"kinds":{"start":3,"allocation":0,"timer":'
ok "and a summary" out_lines 1 '^{"kind":"summary","scenarios":1,"points":12,"tried":12,'
if have python3; then
    ok "it is JSON" python3 -c 'import json, sys; [json.loads(line) for line in open(sys.argv[1])]' out
fi

# A signal: what has been tried is said.
cp "$top/tests/cli/long.yaml.in" long.yaml
env --default-signal=INT "$REHEARSE" sweep --json simple.yaml long.yaml >out 2>err &
pid=$!
tries=0
until [ -n "$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)" ] || [ "$tries" -ge 3000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -s INT "$pid"
status=0
wait "$pid" || status=$?
ok "SIGINT: the status" is_status 130
ok "it says so" err_has 'ended early by SIGINT'
ok "and what there is" out_lines 1 '^{"kind":"summary",.*"interrupted":"SIGINT"'

# One point.
rehearse sweep simple.yaml --kind start --at 3
ok "one point" out_like '^simple.yaml: start 3 at 1.1s, a, attempt 2: survived, [0-9]+ events, hash [0-9a-f]{16}$'
grep -oE 'hash [0-9a-f]{16}' out >alone
rehearse sweep simple.yaml --kind start --at 3
ok "the same each time" out_has "$(cat alone)"
rehearse sweep simple.yaml --kind start --at 3 --persistent
ok "and all that follow" out_has 'start 3 and all that follow at 1.1s, a, attempt 2: survived'
rehearse sweep simple.yaml --kind report-late --at 1 --then start:1
ok "and one after it" out_has 'report-late 1 at 1s, a, attempt 1; then start 1 at 2.1s, a, attempt 2: survived'
rehearse sweep --late 3s simple.yaml --kind report-late --at 1 --then start:1
ok "late as it is asked" out_has 'then start 1 at 4.1s, a,'
rehearse sweep simple.yaml --kind start --at 4
ok "a point that there is not" out_has 'simple.yaml: there is no such point, only 3 of start'
ok "is status 2" is_status 2
rehearse sweep simple.yaml --kind start --at 3 --then ready:1
ok "nor behind the first fault" out_has 'there is no such point after the first fault, only 0 of ready'
ok "is status 2, too" is_status 2

# Files that do not stand by themselves.
cat >spins.yaml <<'YAML'
scenario: 1
name: spins
services: [{name: a, script: [fail], backoff: {base: 0s}}]
until: 10s
YAML
rehearse sweep spins.yaml
ok "what fails without a fault" out_has 'spins.yaml: nothing to sweep, it fails without a fault: stalled instant'
ok "is its status" is_status 4
echo 'verdict: stalled' >>spins.yaml
rehearse sweep spins.yaml
ok "unless it says so" is_status 0
ok "which is said" out_has 'spins.yaml: nothing to sweep, without a fault it ends as its verdict says: stalled instant'
sed -i 's/^verdict: .*/verdict: invariant-broken/' spins.yaml
rehearse sweep spins.yaml
ok "and not otherwise" is_status 4
cat >beats.yaml <<'YAML'
scenario: 1
name: beats
supervisor: {on-duplicate: replace}
services: [{name: a, heartbeat: {stale-after: 10s}, script: [{run: {}, beat: {every: 1s}}]}]
timeline: [{at: 5s, spawn: {name: a, script: [run]}}]
YAML
rehearse sweep beats.yaml --kind allocation --at 1
ok "what only beats, for ever, is cut off" out_like ': went on and on, cut off with all well, [0-9]+ events'
ok "and is no failure" is_status 0

# A run that does not survive: with the fault it turns in one instant.
cat >fragile.yaml <<'YAML'
scenario: 1
name: fragile
services:
  - {name: sound}
  - {name: weak, script: [{fail: {after: 1s}}, run], backoff: {base: 0s}}
until: 10s
YAML
rehearse sweep --out found fragile.yaml
ok "a livelock is status 4" is_status 4
ok "the culprit has its signature" out_lines 1 '^FAIL  fragile.yaml: stalled instant: 3 runs$'
ok "and the point with the lowest number" out_has 'fault: start 1 and all that follow at 0s, sound, attempt 1'
ok "and what replays it" out_has 'replay: '
ok "all is counted" out_like 'fragile.yaml: [0-9]+ points, 3 of [0-9]+ runs not survived'
sed -n 's/^ *replay: [^ ]* //p' out | head -1 >replay
# shellcheck disable=SC2046
rehearse $(cat replay)
ok "the replay fails in the same way" is_status 4
ok "and says so" out_has 'FAIL  fragile.yaml: stalled instant: 1 run'
rehearse sweep --kind start --at 3 --persistent fragile.yaml
ok "the other one" is_status 4
rehearse sweep --kind start --at 3 --persistent --out words fragile.yaml
ok "it is said in words" out_has 'file: words/fragile-yaml-start-3-persistent.yaml'
said=words/fragile-yaml-start-3-persistent.yaml
ok "as a refusal" grep -q 'refuse-starts' "$said"
ok "small: without the sound one" not grep -q sound "$said"
ok "it names the fault" grep -qx '# fault: start 3 and all that follow at 1s, weak, attempt 2' "$said"
rehearse run "$said"
ok "and fails by itself" is_status 4
echo mine >"$said"
rehearse sweep --kind start --at 3 --persistent --out words fragile.yaml
ok "a file of somebody else's is not replaced" grep -qx mine "$said"
ok "which is said" err_has 'it exists and was not written by rehearse'
rehearse sweep --fail-fast fragile.yaml
ok "fail-fast: one run" out_like 'fragile.yaml: [0-9]+ of [0-9]+ points tried, 1 of '
rehearse sweep --json --kind start fragile.yaml
ok "a finding as JSON" out_lines 1 '^{"kind":"finding","file":"fragile.yaml","signature":"stalled instant","runs":3,"status":4,'

# Values that are set, and variants, are in the replay.
cat >vary.yaml <<'YAML'
scenario: 1
name: vary
vary: {services.weak.backoff.base: [0s, 1s]}
services: [{name: weak, script: [run], backoff: {base: 1s}}]
until: 5s
YAML
rehearse sweep --set until=4s vary.yaml
ok "a variant of a file" out_has 'vary.yaml [services.weak.backoff.base=1s]: '
ok "its replay has the values" out_has 'sweep --set until=4s --variant services.weak.backoff.base=0s vary.yaml --kind start --at 1 --persistent'
sed -n 's/^ *replay: [^ ]* //p' out | head -1 >replay
# shellcheck disable=SC2046
rehearse $(cat replay)
ok "and runs" is_status 4

# What is wrong on the command line.
wrong() {
    why=$1
    shift
    rehearse sweep "$@"
    ok "refused: $*" err_has "$why"
    ok "with status 2" is_status 2
}
wrong 'no file or directory is named: rehearse sweep FILE|DIR...'
wrong 'a kind is start, allocation, timer,' --kind begin simple.yaml
wrong 'the number of a point, from 1' --kind start --at 0 simple.yaml
wrong '--at N is the number of a point of one kind' --at 1 simple.yaml
wrong '--at N is the number of a point of one kind' --kind start --kind beat --at 1 simple.yaml
wrong '--persistent and --then belong to one point' --persistent simple.yaml
wrong '--persistent and --then belong to one point' --then beat:1 simple.yaml
wrong '--then follows a fault that comes once' --kind start --at 1 --persistent --then beat:1 simple.yaml
wrong '--at N is one point' --kind start --at 1 --pairs 5 simple.yaml
wrong 'like beat:3' --kind start --at 1 --then beat simple.yaml
wrong 'like beat:3' --kind start --at 1 --then :3 simple.yaml
wrong 'a number from 1 to 2147483647' --points 0 simple.yaml
wrong 'one point: --shard divides many' --kind start --at 1 --shard 1/2 simple.yaml
wrong 'a duration above 0' --late 0s simple.yaml
rehearse sweep missing.yaml
ok "a file that is not there" is_status 2
printf 'scenario: 1\nname: x\nservice: []\n' >bad.yaml
rehearse sweep bad.yaml simple.yaml
ok "one that is not valid is said" err_has 'bad.yaml:3:1: error:'
ok "is status 2" is_status 2
ok "and the others are swept" out_has 'simple.yaml: 12 points, all survived'
rehearse sweep bad.yaml
ok "of no point it is not claimed that it survived" not out_has survived

finish
