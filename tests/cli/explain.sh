#!/bin/sh
# rehearse explain: the choice that was planted in each prepared failure is named; where no
# choice matters, that is said.
. "$(dirname "$0")/lib.sh"

# Each file says in its comment what has to be named; the first seed that fails is taken.
for planted in jitter script any order timeline lag target; do
    file=$top/tests/explain/$planted.yaml
    wanted=$(sed -n 's/^# names: //p' "$file")
    rehearse run --once --json --seeds 1..60 "$file"
    seed=$(sed -n '/"status":"failed"\|"verdict":"expectation-failed"/s/.*"seed":\([0-9]*\).*/\1/p' "$dir/out" | head -n 1)
    ok "$planted: it fails with some seed" [ -n "$seed" ]
    ok "$planted: and with another it does not" out_like '"verdict":"pass"'
    rehearse explain --seed "$seed" "$file"
    ok "$planted: it is explained" is_status 0
    ok "$planted: by one choice" out_lines 1 '^Choice [0-9]+ of [0-9]+, at '
    ok "$planted: the planted one" out_has "$wanted"
    ok "$planted: after which it fails" out_like '^Before it ([0-9]|[1-4][0-9]) % of the continuations failed in this way, after it (9[5-9]|100) %\.$'
    ok "$planted: nothing was left out" not out_has 'Fewer continuations'
done
cp out first
rehearse explain --seed "$seed" "$file"
ok "$planted: the same again" cmp out first

cp "$top/tests/explain/jitter.yaml" .
rehearse run --seed 12 --record fail.choices jitter.yaml
rehearse explain --seed 12 --json jitter.yaml
ok "as JSON" is_status 0
ok "the jump" out_like '"jumps":\[\{"choice":8,"count":1,"label":"jitter:cache","at_ns":0,'
ok "with its figures" out_like '"after":\{"choices":8,"runs":200,"failed":200,"failed_otherwise":0\}'
cp out first
rehearse explain --json fail.choices
ok "the file of choices says the same" cmp out first
rehearse explain --seed 3 fail.choices
ok "its seed is its own" is_status 2
rehearse explain --continuations 20 --json --seed 12 jitter.yaml
ok "so many as are asked for" out_has '"continuations":20,'
sed 's/is: {max: 1}/is: {max: 2}/' jitter.yaml >changed.yaml
mv changed.yaml jitter.yaml
rehearse explain fail.choices
ok "a scenario that has changed" is_status 2
cp "$top/tests/explain/jitter.yaml" .
sed 's/ jitter:db / jitter:dx /' fail.choices >other.choices
rehearse explain other.choices
ok "choices of another run" is_status 5

# Where there is nothing to point at.
failing always >always.yaml
rehearse explain always.yaml
ok "no choices" is_status 0
ok "is said" out_has 'The run has no choices: every seed fails, no choice matters.'
sed 's/backoff: {base: 10ms}/backoff: {base: 10ms, jitter: full}/' always.yaml >seeds.yaml
rehearse explain seeds.yaml
ok "choices that do not matter" out_has 'Every seed fails, of 200 that were tried: no choice matters.'
passing good >good.yaml
rehearse explain good.yaml
ok "what does not fail" is_status 2
ok "is said" err_has 'good.yaml does not fail with seed 1: there is nothing to explain'
ok "that it is the same with every seed" err_has 'the run has no choices: it is the same with every seed'
ok "so none is advised" not err_has '--seed'

# What is advised can be done, and helps.
follow() { # NAME WORD: runs what is advised behind `rehearse WORD`
    sed -n "s/^rehearse: .* by: rehearse $2 /$2 /p" err | sed 's/ N / '"$seed"' /' >advised
    ok "$1: rehearse $2 is advised" [ "$(wc -l <advised)" -eq 1 ]
    eval "rehearse $(cat advised)"
}
mkdir 'a b'
cp jitter.yaml 'a b'
rehearse explain --seed 3 --set 'until=5s' 'a b/jitter.yaml'
ok "another seed" is_status 2
ok "is said of a path" err_has 'a b/jitter.yaml does not fail with seed 3: there is nothing to explain'
cp err said
follow "another seed" run
ok "another seed: it finds some" out_like '^FAIL .*seed'
seed=$(sed -n 's/^ *replay: .* --seed \([0-9]*\) .*/\1/p' out | head -n 1)
cp said err
follow "another seed" explain
ok "another seed: which is explained" out_like '^Choice [0-9]+ of [0-9]+, at '
rehearse run --seed 3 --record passed.choices jitter.yaml
rehearse explain passed.choices
ok "choices of a run that passes" err_has 'passed.choices does not fail with seed 3: there is nothing to explain'
ok "of whose scenario others may not" err_has 'rehearse explain --seed N jitter.yaml'

# What is expected of many runs together fails in none.
{ sed '/^expect:/q' jitter.yaml; echo '  - {sometimes: {metrics: {spawned_total: 77}}}'; } >over.yaml
rehearse run --seeds 1..5 over.yaml
ok "over several seeds: it fails" is_status 1
rehearse explain over.yaml
ok "over several seeds: it does not" is_status 2
ok "over several seeds: which is said" err_has 'what it expects over several seeds fails in no single run'
ok "over several seeds: so none is advised" not err_has '--seed'
{ cat jitter.yaml; echo '  - {sometimes: {metrics: {spawned_total: 77}}}'; } >some.yaml
rehearse explain --seed 3 some.yaml
ok "partly over several seeds: which is said" err_has 'what it expects over several seeds fails in no single run'
ok "partly over several seeds: another may fail" err_has 'rehearse explain --seed N some.yaml'
rehearse explain --budget 1ns --seed 12 jitter.yaml
ok "a budget that is too small" is_status 0
ok "is said" out_has 'Fewer continuations were made than were asked for'
rehearse explain none.yaml
ok "no such file" is_status 2
rehearse explain
ok "no file" is_status 2

# Many choices: those that are looked at lie around the one that matters.
{
    printf '%s\n' 'scenario: 1' 'name: many' 'services:' \
        '  - {name: noise, count: 5, backoff: {base: 1s, max: 1s, jitter: full}, script: [fail]}' \
        '  - {name: api, backoff: {base: 1s}, script: [{any: [run, run, run, run, run, run, run, {crash: {after: 1s}}]}]}' \
        'timeline:' '  - {every: 10s, to: 3m, restart: api}' 'until: 3m' \
        'expect:' '  - {tally: {event: attempt-ended, service: api, outcome: crashed, from: 120s, to: 130s}, is: 0}'
} >many.yaml
rehearse run --once --json --seeds 1..30 many.yaml
seed=$(sed -n '/"verdict":"expectation-failed"/s/.*"seed":\([0-9]*\).*/\1/p' "$dir/out" | head -n 1)
rehearse explain --seed "${seed:-0}" --continuations 30 many.yaml
ok "thousands of choices" out_like '^[0-9]{4} choices; '
ok "the one is found" out_has 'an `any` in the script of `api` was decided: the 8th of 8'
ok "with few of them looked at" [ "$(grep -c ' %  |' out)" -lt 100 ]
finish
