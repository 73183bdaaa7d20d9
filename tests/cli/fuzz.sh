#!/bin/sh
# Scenarios from seeds.
. "$(dirname "$0")/lib.sh"

# What is the same every time.
steady() { sed 's/; [0-9,]* a second, in [0-9.]*[a-z]*s,/; X,/' "$1"; }

rehearse fuzz --seeds 1..60
ok "a campaign that finds nothing is status 0" is_status 0
ok "it counts scenarios" out_has '60 scenarios from seed 1 on: 60 passed, 0 failed in 0 ways; median '
ok "nothing is said on standard error" err_empty
steady out >one
rehearse fuzz --seeds 1..60 --jobs 3
steady out >three
ok "with several jobs the summary is the same" cmp one three
rehearse fuzz --seeds 1..60 --json
ok "one object" out_lines 1 '^{"kind":"summary","first":1,"scenarios":60,"passed":60,"failed":0,'
if have python3; then
    ok "it is JSON" python3 -c 'import json, sys; json.loads(open(sys.argv[1]).read())' out
fi

# About as much happens in each: half of them are as large as is said, and no long tail is paid for.
rehearse fuzz --seeds 1..1000 --relations none --json
count() { sed -n "s/.*\"$1\":\([0-9]*\),.*/\1/p" out; }
ok "half of the scenarios have 20 services" [ "$(count median-services)" -ge 20 ]
ok "and 1,000 events" [ "$(count median-events)" -ge 1000 ]
ok "the mean is hardly above it" [ "$(count events)" -le $(($(count median-events) * 1150)) ]

rehearse fuzz --seeds 1..60 --relations all --json
ok "relations are asked" out_has '"doubled-times":{"wanted":60,"asked":55,"broken":0}'
rehearse fuzz --seeds 1..60 --relations all
ok "and counted" out_has 'relations: unrelated-service asked of 46 of 60 scenarios, broken in 0, doubled-times asked of 55 of 60 scenarios, broken in 0'
rehearse fuzz --seeds 1..60 --relations none
ok "or not" not out_has relations

rehearse fuzz --seeds 17..17
grep -oE 'hash [0-9a-f]{16}' out >alone
ok "a single seed has a hash" [ -s alone ]
rehearse fuzz --seeds 17..17 --jobs 2
ok "which is the same with several jobs" out_has "$(cat alone)"

rehearse fuzz --seeds 1..10 --shard 1/3 --json
ok "a shard has its part" out_has '"first":1,"scenarios":4,'
rehearse fuzz --seeds 1..10 --shard 3/3 --json
ok "and the last one, too" out_has '"first":3,"scenarios":3,'
rehearse fuzz --seeds 5..6 --shard 3/3
ok "a shard may be empty" out_has '0 scenarios from seed'
rehearse fuzz --seeds 18446744073709551615..18446744073709551615
ok "the last seed there is" out_has 'pass  seed 18446744073709551615,'

rehearse fuzz --seeds 0123456789abcdef0123456789ABCDEF01234567 --shard 1/500 --json
ok "a commit begins at its hash" out_has '"first":988265312986268182,"scenarios":2,'
rehearse fuzz --seeds 0123456789abcdef0123456789abcdef01234567 --shard 1/500 --json
ok "in either case of its letters" out_has '"first":988265312986268182,"scenarios":2,'
rehearse fuzz --seeds 0123456789abcdef0123456789abcdef012345678
ok "41 digits are no commit" is_status 2

rehearse fuzz --budget 1ms
ok "a budget ends it" is_status 0
ok "before 1000 seeds" not out_has '1,000 scenarios'
rehearse fuzz --out found --seeds 1..3
ok "--out makes its directory" [ -d found ]
: >plain
rehearse fuzz --out plain --seeds 1..3
ok "a file is no directory" is_status 2
ok "and is said to be none" err_has 'plain: it is no directory'

for wrong in '--shard 0/2' '--shard 3/2' '--shard 2' '--shard 1/10001' '--budget 0' '--budget never' \
    '--relations some' '--relations' '--seeds 2..1' '--budget 5' 'file.yaml' '--seeds 1..2x'; do
    # shellcheck disable=SC2086 # an option and its value
    rehearse fuzz $wrong
    ok "refused: $wrong" is_status 2
done

# Of a file: its variants and what it leaves open.
cat >shared.yaml <<'END'
scenario: 1
policies: {patient: {backoff: {base: 1s, jitter: full}}}
END
cat >fleet.yaml <<'END'
scenario: 1
name: fleet
include: [shared.yaml]
vary: {services.w.count: [1, 2], defaults.stop.grace: [1s, 2s]}
until: 20s
services:
  - {name: w, count: 1, policy: patient, script: [{any: [{fail: {after: 1s}}, run]}, run]}
expect:
  - {at: 10s, service: w-*, is: {phase: running}}
END
rehearse fuzz --from fleet.yaml --seeds 1..300
ok "--from: what holds in all variants" is_status 0
ok "--from: is counted" out_has '300 scenarios from seed 1 on: 300 passed, 0 failed in 0 ways; median '
sed 's/at: 10s, service: w-\*, is: {phase: running}/at: 10s, service: w-*, is: {starts: 1}/' fleet.yaml >fails.yaml
rehearse fuzz --from fails.yaml --seeds 1..300 --out of-file
ok "--from: an expectation that fails in some" is_status 1
ok "--from: is listed" out_has 'FAIL  expectation service: '
ok "--from: with its variant" out_has '      variant: services.w.count='
sed -n 's/^      alone: [^ ]* //p' out >alone
sed -n 's/^      replay: [^ ]* //p' out >replay
sed -n 's/.*, hash \([0-9a-f]*\)$/\1/p' out >hash
# shellcheck disable=SC2046 # the words of a command
rehearse $(cat replay)
ok "--from: the replay line fails alone" is_status 1
ok "--from: with the same hash" out_has "hash $(cat hash)"
# shellcheck disable=SC2046
rehearse $(cat alone)
ok "--from: so does the line for run" is_status 1
ok "--from: which is the same run" out_has "$(cat hash)"
rehearse run of-file/expectation-service.original.yaml
ok "--from: the file fails alone" is_status 1
ok "--from: with the same hash, too" out_has "$(cat hash)"
ok "--from: and says how to replay it" grep -q '^# replay: .* fuzz --from fails.yaml --seeds ' of-file/expectation-service.original.yaml
rehearse fuzz --from fails.yaml --seeds 1..20 --json
ok "--from: JSON names the variant" out_has '"variant":"services.w.count='
rehearse fuzz --from fails.yaml --variant services.w.count=2 --set defaults.stop.grace=3s --seeds 1..40
ok "--from: --variant and --set are in the replay line" \
    out_has 'fuzz --from fails.yaml --set defaults.stop.grace=3s --variant services.w.count=2 --seeds'
rehearse fuzz --from fleet.yaml --seeds 3..3
ok "--from: one seed that passes says how to run it" out_has ' run --seed 3 --variant services.w.count='

# At large: what the file expects is not asked.
rehearse fuzz --from fails.yaml --at-large --seeds 1..400 --relations all
ok "--at-large: no failure" is_status 0
ok "--at-large: mutants that are no scenario are counted" out_has ' mutants that no reader takes, '
steady out >one
rehearse fuzz --from fails.yaml --at-large --seeds 1..400 --relations all --jobs 3
steady out >three
ok "--at-large: with several jobs the summary is the same" cmp one three
status=0
"$REHEARSE" fuzz --from - --seeds 1..3 <fleet.yaml >out 2>err || status=$?
ok "--from: standard input, which stands in the working directory" is_status 0

rehearse fuzz --from nowhere.yaml
ok "--from: a missing file" is_status 2
ok "--from: is said to be none" err_has 'nowhere.yaml'
rehearse fuzz --from shared.yaml
ok "--from: a file that only shares" is_status 2
ok "--from: is said to be one" err_has 'there is no scenario in this file, only what others may include'
rehearse fuzz --from .
ok "--from: a directory" is_status 2
echo 'scenario: 1' >short.yaml
rehearse fuzz --from short.yaml
ok "--from: a mistake has its place" err_has 'short.yaml:1:1: error: '
rehearse fuzz --from fleet.yaml --variant services.w.count=7
ok "--from: no such variant" is_status 2
rehearse fuzz --at-large
ok "--at-large alone is refused" err_has 'belong to --from FILE'
rehearse fuzz fleet.yaml
ok "a file without --from" err_has 'rehearse fuzz --from FILE'

# Ends early, with what has been done.
env --default-signal=INT "$REHEARSE" fuzz --budget 10m --jobs 2 --json >out 2>err &
pid=$!
until [ -n "$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)" ]; do sleep 0.01; done
kill -s INT "$pid"
status=0
wait "$pid" || status=$?
ok "SIGINT: the status" is_status 130
ok "SIGINT: the summary is there, and says so" out_has '"interrupted":"SIGINT"'
# A corpus: what is new is kept, and the same whoever finds it.
mkdir corpus
rehearse fuzz --seeds 1..600 --corpus corpus --json
ok "a corpus: status" is_status 0
ok "what is new is counted" out_like '"corpus":\{"inputs":[1-9][0-9]*,"added":[1-9][0-9]*,"points":[0-9]+,"lit":[0-9]+,"skipped":0\}'
ok "an empty directory is nothing to speak of" err_empty
inputs=$(sed -n 's/.*"corpus":{"inputs":\([0-9]*\),.*/\1/p' out)
ok "all are files" [ "$(find corpus -name '*.yaml' | wc -l)" -eq "$inputs" ]
ok "and nothing else is" [ "$(find corpus -type f | wc -l)" -eq "$inputs" ]
ok "more than the default" [ "$inputs" -gt 100 ]
rehearse check corpus
ok "they are scenarios" is_status 0
rehearse fuzz --seeds 1..600 --corpus jobs --jobs 3
ok "with three jobs" is_status 0
ok "the same are kept" diff -r corpus jobs
ok "the summary says so" out_has "corpus: $inputs inputs, $inputs of them new; "
cp -r corpus more
rehearse fuzz --seeds 601..900 --corpus more --json
ok "it is read again" out_like "\"corpus\":\{\"inputs\":([0-9]+),\"added\":[0-9]+,\"points\":[0-9]+,\"lit\":[0-9]+,\"skipped\":0\}"
added=$(sed -n 's/.*"added":\([0-9]*\),.*/\1/p' out)
ok "and added to" [ "$(find more -type f | wc -l)" -eq $((inputs + added)) ]
ok "with less that is new" [ "$added" -lt "$inputs" ]
cp -r corpus again
rehearse fuzz --seeds 2..2 --corpus corpus --json
ok "what is lit already is not kept" [ "$(find corpus -type f | wc -l)" -eq "$inputs" ]

# What lies there and is no input is named and left out, and stays.
mkdir hostile
cp "$(find corpus -type f | sort | head -n 1)" hostile/good.yaml
printf 'services: 7\n' >hostile/bad.yaml
printf -- '- a\n- b\n' >hostile/list.yaml
printf 'root:x:0:0:root\n' >hostile/word.yaml
printf '\377\000' >hostile/bytes.yaml
: >hostile/empty.yaml
head -c 300000 /dev/zero | tr '\0' '#' >hostile/large.yaml
endless forever | sed 's/^until:.*/until: never/' >hostile/endless.yaml
printf 'scenario: 1\nname: v\nvary: {services.a.max-restarts: [1, 2]}\nservices: [{name: a}]\n' >hostile/vary.yaml
mkfifo hostile/pipe.yaml
rehearse fuzz --seeds 1..20 --corpus hostile --json
ok "hostile files: status" is_status 0
for name in bad bytes empty list vary word; do
    ok "$name.yaml is left out" err_has "hostile/$name.yaml: it is no scenario that stands alone and varies nothing"
done
ok "large.yaml is left out" err_has 'hostile/large.yaml: it is larger than 256 KiB'
ok "endless.yaml is left out" err_has "hostile/endless.yaml: its run does not come to its end"
ok "and no assertion fails" not err_has assertion
ok "they stay" [ -e hostile/bad.yaml ]
ok "the others are kept" [ "$(find hostile -type f -name '????????????????.yaml' | wc -l)" -gt 1 ]
rehearse fuzz --seeds 1..20 --corpus hostile/bad.yaml
ok "a file is no directory" is_status 2

# What cannot be written is no input, and nothing else is tried to be: said once.
mkdir taken
first=$(cd corpus && grep -l "^name: fuzz 5$" -- *.yaml)
mkdir "taken/$first"
rehearse fuzz --seeds 1..600 --corpus taken
ok "an input that cannot be written: status" is_status 2
ok "it is said" err_has "taken/$first"
ok "once" [ "$(wc -l <err)" -eq 1 ]
kept=$(find taken -type f | wc -l)
ok "those before it are kept" [ "$kept" -gt 0 ]
ok "none behind it, which is said" out_has "corpus: $kept inputs, $kept of them new; "
ok "with the reason" out_has '; no more could be written'

# A finding whose file cannot be written is shown in its place.
mkdir occupied
echo 'not ours' >occupied/expectation-service.yaml
rehearse fuzz --from fails.yaml --seeds 1..300 --out occupied
ok "an output that is there: status" is_status 1
ok "no file is named that was not written" not out_has 'file: '
ok "the small one is shown" out_like '^ {8}services:'
ok "what was there stays" grep -qx 'not ours' occupied/expectation-service.yaml

# What was found is kept as soon as it is, whatever becomes of the campaign.
rm -f out err
"$REHEARSE" fuzz --from fails.yaml --seeds 1..100000000 --out killed >out 2>err &
pid=$!
tries=0
until [ -e killed/expectation-service.yaml ] || [ "$tries" -ge 3000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -s KILL "$pid"
wait "$pid" 2>/dev/null
ok "killed: what it had found is there" grep -q '^# found by rehearse fuzz: expectation service$' killed/expectation-service.yaml
ok "whole" [ "$(find killed -type f | wc -l)" -eq 1 ]
rehearse run killed/expectation-service.yaml
ok "and fails" is_status 1
rehearse fuzz --seeds 1..20 --corpus ''
ok "nothing is no directory" is_status 2
rehearse fuzz --seeds 1..20 --corpus corpus --from fails.yaml
ok "not with --from" err_has '--from and --corpus are two campaigns'

finish
