#!/bin/sh
# rehearse run --record, --replay: the same run from its choices, what differs is named, and
# what has changed is met halfway.
. "$(dirname "$0")/lib.sh"

cat >coincide.yaml <<'YAML'
scenario: 1
name: two restarts at once
seed: 12
defaults: {backoff: {base: 10s, max: 10s, jitter: full}}
services:
  - {name: noise, count: 6, script: [{fail: {}, times: 4}, run]}
  - {name: db, script: [fail, run]}
  - {name: cache, script: [fail, run]}
until: 1m
expect:
  - {peak: {event: attempt-started, service: [db, cache], from: 1ns, within: 200ms}, is: {max: 1}}
YAML
hash_of() { sed -n 's/.*"hash":"\([0-9a-f]*\)".*/\1/p' "$dir/out" | head -n 1; }

rehearse run --json coincide.yaml
ok "the run fails" is_status 1
plain=$(hash_of)
rehearse run --json --record fail.choices coincide.yaml
ok "recorded, it fails as well" is_status 1
ok "with the same hash" [ "$(hash_of)" = "$plain" ]
ok "the file names its form" grep -qx '# rehearse choices 1' fail.choices
ok "and the scenario" grep -qx 'scenario coincide.yaml' fail.choices
ok "and the hash" grep -qx "hash $plain" fail.choices
ok "and the failure" grep -qx 'signature expectation peak' fail.choices
ok "and every choice" [ "$(grep -c ' jitter:' fail.choices)" -eq 26 ]
cp fail.choices first.choices
rehearse run --record fail.choices coincide.yaml
ok "an earlier file is replaced" is_status 1
ok "by the same" cmp fail.choices first.choices
rehearse run --record coincide.yaml coincide.yaml
ok "the scenario is not" is_status 2
ok "it says why" err_has 'it is an input'
echo precious >notes
rehearse run --record notes coincide.yaml
ok "nor another file" is_status 2
ok "which stays" grep -qx precious notes

# Strictly.
rehearse run --json --replay fail.choices
ok "replayed it fails" is_status 1
ok "with the hash" [ "$(hash_of)" = "$plain" ]
ok "and nothing else is said" err_empty
sed 's/ jitter:cache / jitter:cash /' fail.choices >other.choices
line=$(grep -n jitter:cash other.choices | cut -d: -f1)
rehearse run --replay other.choices
ok "another label: status" is_status 5
ok "the place is named" err_has "other.choices:$line: the run asks for 'jitter:cache' of 0 to 10000000000 at 0s; recorded is 'jitter:cash' of 0 to 10000000000"
sed 's/^\(.* jitter:db .*\) 10000000000$/\1 10000000001/' fail.choices >other.choices
rehearse run --replay other.choices
ok "another bound: status" is_status 5
ok "it is named" err_has "recorded is 'jitter:db' of 0 to 10000000001"
sed 's/^seed 12$/variant a=1\nvariant a=2\n&/' fail.choices >other.choices
rehearse run --replay other.choices
ok "a variant's key twice: status" is_status 2
ok "it is said" err_has 'the file of choices: a second value for this key'
rehearse explain other.choices
ok "so it is by explain" err_has 'the file of choices: a second value for this key'
sed "s/^seed 12$/set 'a=2\\n&/" fail.choices >other.choices
rehearse run --replay other.choices
ok "a setting that is none: status" is_status 2
ok "what it would be is said" err_has 'it is written PATH=VALUE'
sed 's/^choices 26/choices 25/; 34d' fail.choices >other.choices
rehearse run --replay other.choices
ok "a choice too few: status" is_status 5
sed 's/^choices 26/choices 27/; s/^end$/99000000000 jitter:db 1 2\nend/' fail.choices >other.choices
rehearse run --replay other.choices
ok "a choice too many: status" is_status 5
ok "it says so" err_has "the run is over at"
sed 's/^\(0 jitter:cache\) [0-9]* /\1 77 /' fail.choices >other.choices
rehearse run -v --replay other.choices
ok "another answer is taken" out_like '77ns +cache +.*attempt-started|77ns.*cache'
ok "and is another run" is_status 5
ok "which is said" err_has 'the run is another: its hash is'

# A hostile file.
sed 's/^seed .*/seed x/' fail.choices >other.choices
rehearse run --replay other.choices
ok "a mistake in the file: status" is_status 2
ok "with its line" err_has "other.choices:5: 'seed' and a number are wanted here"
head -n 20 fail.choices >other.choices
rehearse run --replay other.choices
ok "half a file" err_has 'other.choices:21: the file ends too early'
rehearse run --replay /dev/null
ok "an empty one" err_has '/dev/null:1: the file ends too early'
rehearse run --replay coincide.yaml
ok "a scenario is none" err_has 'coincide.yaml:1: this is no file of recorded choices'
rehearse run --replay none.choices
ok "one that is not there" is_status 2

# Tolerantly: the scenario has changed.
sed 's/^services:/services:\n  - {name: added, script: [fail, run]}/' coincide.yaml >changed.yaml
rehearse run --replay fail.choices changed.yaml
ok "a changed scenario is refused" is_status 2
ok "with a way out" err_has 'replay-tolerant takes what still fits'
rehearse run --replay fail.choices --replay-tolerant changed.yaml
ok "by label it fails all the same" is_status 1
ok "what was drawn is counted" err_has 'of 27 choices 26 were taken from the file, 1 were drawn'
cp coincide.yaml kept.yaml
cp changed.yaml coincide.yaml
rehearse run -q --replay fail.choices --replay-tolerant
ok "the file's own scenario, changed" is_status 1
cp kept.yaml coincide.yaml

# From another seed.
rehearse run --json --seed 5 coincide.yaml
five=$(hash_of)
rehearse run --json --replay fail.choices --continue-from 0 --seed 5
ok "from the first choice on it is the other seed" [ "$(hash_of)" = "$five" ]
ok "which passes" is_status 0
rehearse run --json --replay fail.choices --continue-from 8 --seed 5 --record more.choices
ok "after the choice that matters it fails" is_status 1
ok "the new run is recorded" grep -qx 'seed 5' more.choices
first8() { grep -E '^[0-9]+ ' "$1" | head -n 8; }
first8 fail.choices >a8
first8 more.choices >b8
ok "with the first eight choices" cmp a8 b8
more=$(hash_of)
rehearse run --json --replay more.choices
ok "and is replayed" [ "$(hash_of)" = "$more" ]
rehearse run --replay fail.choices --continue-from 27 --seed 5
ok "more than there are" err_has 'the file has 26 choices'
rehearse run --replay fail.choices --record fail.choices
ok "what is replayed is not overwritten" is_status 2
ok "but stays" cmp fail.choices first.choices

# Settings and variants stand in the file.
printf '%s\n' 'scenario: 1' 'name: varied' 'services:' \
    '  - {name: a, backoff: {base: 1s, jitter: full}, script: [{fail: {}, times: 3}, run]}' \
    'vary: {services.a.max-restarts: [1, 5]}' 'until: 1m' \
    'expect: [{at: end, service: a, is: {phase: running}}]' >varied.yaml
rehearse run --record v.choices varied.yaml
ok "several variants are several runs" err_has 'name one with --variant'
rehearse run --json --record v.choices --variant services.a.max-restarts=1 --set services.a.backoff.base=2s varied.yaml
ok "one is recorded" is_status 1
varied=$(hash_of)
rehearse run --json --replay v.choices
ok "and replayed with all that was set" [ "$(hash_of)" = "$varied" ]

# What does not go together.
for wrong in '--replay-tolerant coincide.yaml' '--continue-from 1 coincide.yaml' \
    '--record x.choices --seeds 1..2 coincide.yaml' '--record x.choices coincide.yaml kept.yaml' \
    '--record x.choices --trace x.choices coincide.yaml' \
    '--record x.choices --trace ./x.choices coincide.yaml' \
    '--record x.choices --executor threads coincide.yaml' '--record - coincide.yaml' \
    '--replay fail.choices --seed 3' '--replay fail.choices --continue-from 3' \
    '--replay fail.choices --continue-from 3 --seed 1 --replay-tolerant' \
    '--replay fail.choices --set seed=3' '--replay fail.choices a.yaml b.yaml'; do
    # shellcheck disable=SC2086
    rehearse run $wrong
    ok "refused: $wrong" is_status 2
done
ok "nothing was written" [ ! -e x.choices ]
rehearse run --record x.choices - <coincide.yaml
ok "standard input is not there a second time" is_status 2
finish
