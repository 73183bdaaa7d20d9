#!/bin/sh
# Why an event came: the last key of its line, in whatever form events are read, and no part of
# what two traces are compared by.
. "$(dirname "$0")/lib.sh"

cat >api.yaml <<'END'
scenario: 1
name: api
services:
  - name: api
    preset: {systemd: {Restart: always, RestartSteps: 5, RestartMaxDelaySec: 10s}}
    script: [fail]
expect:
  - {at: end, service: api, is: {phase: terminated, reason: restart-limit}}
END
why='"because":"restart-limit: start 6 of 5 in 10s, window opened at 0s"}'

# ---- what is given up ----
rehearse run --trace - api.yaml
ok "a start that is refused says why" out_lines 1 "^{\"t\":6548109000,\"n\":17,\"event\":\"limit-exhausted\".*,$why\$"
ok "and what follows says the same" out_lines 1 "^{\"t\":6548109000,\"n\":18,\"event\":\"terminated\".*,$why\$"
ok "a wait says which it is" out_lines 1 '"delay":3981071000,"streak":5,"reason":"failed","because":"backoff: failure 5 in a row, steps f\(5\) = 3.981071s; limit 5 of 5 in 10s"}$'
ok "a start says nothing" not out_like '"attempt-started".*because'
ok "it stands last wherever it stands" out_lines 7 '"because":"[^"]*"}$'
ok "and nowhere else" out_lines 7 'because'
cp out with.jsonl

# ---- it is read by whom it likes, and changes nothing ----
grep -o '"hash":"[^"]*"' with.jsonl >hash
rehearse run --json api.yaml
ok "a run that nobody reads has the same hash" grep -qF "$(cat hash)" out
rehearse run --once --trace again.jsonl api.yaml
ok "each run says the same" cmp with.jsonl again.jsonl
rehearse run --seeds 1..4 --jobs 2 --trace jobs.jsonl api.yaml
rehearse run --seeds 1..4 --trace one.jsonl api.yaml
ok "in whatever process" cmp jobs.jsonl one.jsonl

# ---- for people ----
rehearse run -v api.yaml
ok "-v says it where the line does not" out_lines 1 '^ +6\.548109s  api  terminated +restart limit exhausted \(5 restarts\)  \[restart-limit: start 6 of 5 in 10s, window opened at 0s\]$'
ok "a wait says what it is by itself" out_lines 5 '^ .*backing-off +[0-9.]+m?s, streak [1-5]: failed$'

# ---- traces of before ----
sed 's/,"because":"[^"]*"}$/}/' with.jsonl >without.jsonl
ok "a trace can be without" not grep -q because without.jsonl
rehearse diff with.jsonl without.jsonl
ok "which is no difference" is_status 0
rehearse diff without.jsonl with.jsonl
ok "either way" is_status 0
sed 's/start 6 of 5/start 7 of 5/' with.jsonl >other.jsonl
rehearse diff with.jsonl other.jsonl
ok "nor are other words" is_status 0
sed 's/"streak":5/"streak":6/' without.jsonl >streak.jsonl
rehearse diff with.jsonl streak.jsonl
ok "what they are made of is one" is_status 1
ok "and alone is named" out_has "(seed 1): streak 5 against 6"
mkdir kept
cp without.jsonl kept/api.yaml.jsonl
rehearse run --golden kept api.yaml
ok "a golden trace of before passes" is_status 0
rehearse run --golden kept --update api.yaml
ok "and is not written anew" cmp kept/api.yaml.jsonl without.jsonl

# ---- traces of others ----
head -c 1000000 /dev/zero | tr '\0' 'x' >long
sed "s/,\"because\":\"restart.*\"}\$/,\"because\":\"$(printf '\\\\u001b[31mred')\"}/" with.jsonl >red.jsonl
rehearse diff red.jsonl streak.jsonl
ok "of a hostile one nothing reaches the terminal" not out_like "$(printf '\033')"
ok "though it is shown" out_has '[\x1b[31mred]'
{ sed '$d' with.jsonl; printf '{"t":1,"n":19,"event":"drained","because":"%s"}\n' "$(cat long)"; tail -n 1 with.jsonl; } >huge.jsonl
rehearse diff huge.jsonl with.jsonl
ok "nor does a huge one stop it" is_status 1
ok "or fill the screen" test "$(wc -c <out)" -lt 2000
for broken in '"because":7}' '"because":null}' '"because":{"a":1}}' '"because":"x","because":"y"}'; do
    sed "s/\"because\":\"[^\"]*\"}\$/$broken/" with.jsonl >broken.jsonl
    rehearse diff broken.jsonl with.jsonl
    ok "one that is no text is refused or read: $broken" test "$status" -le 2
done

# ---- what fails shows it ----
cat >story.yaml <<'END'
scenario: 1
name: story
services: [{name: a, restart: never, script: [fail]}]
expect:
  - {events: [{event: registered}, {event: attempt-started}, {event: attempt-ended}], service: a, exactly: true}
END
rehearse run story.yaml
ok "the event that was one too many says it" out_has '"text":"unrecoverable: failed","because":"restart: never, and it ended failed"}' 
sed 's/phase: terminated, reason: restart-limit/phase: running/' api.yaml >fails.yaml
rehearse run --json fails.yaml
ok "the events that a failure shows say it" out_has 'start 6 of 5 in 10s, window opened at 0s'

# A run that fails as a whole shows its last events as its trace has them.
as_traced() { # NAME STATUS OPTIONS...
    what=$1
    fails=$2
    shift 2
    rehearse run --json --trace whole.jsonl "$@"
    ok "$what: it fails" is_status "$fails"
    grep '"n":' whole.jsonl | tail -n 10 >last
    ok "$what: some of its last events tell a decision" grep -q because last
    ok "$what: they say why they came" out_has "\"events\":[$(paste -s -d , last)]"
}
cat >endless.yaml <<'END'
scenario: 1
name: endless
until: 1000h
services:
  - {name: a, restart: always, backoff: {base: 1s, max: 1s, jitter: ±10%}, script: [{fail: {after: {uniform: [1s, 2s]}}}]}
  - {name: b, script: [run]}
timeline: [{every: 10s, from: 10s, restart: b}]
END
sed 's/base: 1s, max: 1s, jitter: ±10%/base: 0s, max: 0s/; s/{fail: {.*}}\]}/fail]}/' endless.yaml >livelock.yaml
sed 's/^until.*/until: 1h/; s/^services/verdict: stalled\n&/' endless.yaml >passes.yaml
as_traced "a budget of events" 4 --max-events 500 endless.yaml
as_traced "a budget of steps" 4 --max-steps 500 endless.yaml
as_traced "an instant without an end" 4 livelock.yaml
as_traced "a verdict that was to be another" 1 passes.yaml
as_traced "a run that is done once" 4 --once --max-events 500 endless.yaml
rehearse run --max-events 500 --record choices.jsonl endless.yaml
ok "with its choices kept" is_status 4
as_traced "its choices given again" 4 --max-events 500 --replay choices.jsonl endless.yaml
ok "all of them" not err_has choices.jsonl
rehearse run --json --max-wall 1ms endless.yaml
ok "a budget of wall time is not spent a second time" not out_has because
finish
