#!/bin/sh
# What ends the process, or never comes back, is a failure like another: found, made small, replayed.
. "$(dirname "$0")/lib.sh"

planted=${REHEARSE%/*}/tests/cli/planted
REHEARSE=$planted
ok "the command with functions that end badly" [ -x "$planted" ]

# Good as it is: only a start later than at 0 s ends so.
for how in assertion signal hang; do
    printf '%s\n' 'scenario: 1' 'name: fragile' 'until: 1m' 'services:' \
        "  - {name: a, task: {fragile: $how}}" '  - {name: b, script: [{fail: {after: 1s}}, run]}' \
        'timeline:' '  - {at: 10s, restart: b}' >$how.yaml
done

# The line that gives it again, of the last report.
again() {
    sed -n 's/^ *replay: [^ ]* //p' out >replay
    ok "$1: one line gives it again" [ "$(wc -l <replay)" -eq 1 ]
    # shellcheck disable=SC2046
    rehearse $(cat replay) --no-shrink
    ok "$1: and it fails so" out_lines 1 "^FAIL  $2: 1 scenario$"
    ok "$1: with the same status" is_status 3
}

for pair in "assertion crashed assertion" "signal crashed SIGKILL"; do
    how=${pair%% *}
    signature=${pair#* }
    file=out-$how/$(echo "$signature" | tr ' ' -).yaml
    rehearse fuzz --from $how.yaml --at-large --seeds 1..40 --out out-$how
    ok "$how, at large: found" out_like "^FAIL  $signature: [0-9]+ scenarios$"
    ok "$how, at large: the status" is_status 3
    ok "$how, at large: the others are tried" out_like '^[0-9]+ scenarios from seed 1 on: [1-9][0-9]* passed, '
    ok "$how, at large: made small" grep -qE '^# sizes: 2 -> 1 services' "$file"
    again "$how, at large" "$signature"
    rehearse shrink "$file"
    ok "$how, at large: its file fails so" out_has "# signature: $signature"
    rehearse fuzz --from $how.yaml --at-large --seeds 1..40 --jobs 3 --no-shrink
    without_wall out >three
    rehearse fuzz --from $how.yaml --at-large --seeds 1..40 --no-shrink
    without_wall out | sed 's/[0-9,]* a second/X a second/' >one
    sed 's/[0-9,]* a second/X a second/' three >jobs
    ok "$how, at large: with several jobs it is the same" cmp one jobs

    mkdir corpus-$how
    cp $how.yaml corpus-$how
    rehearse fuzz --corpus corpus-$how --seeds 1..40 --no-shrink
    ok "$how, of a corpus: found" out_like "^FAIL  $signature: [0-9]+ scenario"
    ok "$how, of a corpus: by its input" out_like "replay: .* --from corpus-$how/.*.yaml --at-large --seeds "
    again "$how, of a corpus" "$signature"
done

# An endless loop in one step, where no budget of the run is looked at.
rehearse fuzz --from hang.yaml --at-large --seeds 6..7 --patience 200ms --shrink-budget 4s --out out-hang
ok "a hang: found" out_like '^FAIL  hung: [12] scenarios?$'
ok "a hang: after how long" out_has 'no answer after 200ms of work'
ok "a hang: its patience is part of the line" out_like 'replay: .* --patience 200ms --seeds 6..6$'
ok "a hang: made small" grep -qE '^# sizes: 2 -> 1 services' out-hang/hung.yaml
ok "a hang: with the same patience" grep -qx '# message: no answer after 200ms of work' out-hang/hung.yaml
again "a hang" hung
rehearse fuzz --from hang.yaml --at-large --seeds 6..7 --patience 200ms --no-shrink --json
ok "a hang: as JSON" out_like '"kind":"finding","signature":"hung",.*"status":3,'
rehearse fuzz --from hang.yaml --at-large --seeds 1..12 --patience 100ms --no-shrink --jobs 2
ok "a hang: costs itself and no other" out_like '^[0-9]+ scenarios from seed 1 on: [1-9][0-9]* passed, [1-9][0-9]* failed in 1 way;'
rehearse sweep hang.yaml --kind start --at 1 --patience 100ms
ok "a hang: in a sweep" out_has 'FAIL  hang.yaml: hung: 1 run'
ok "a hang: in a sweep, the line" out_like 'replay: .* --patience 100ms hang.yaml --kind start --at 1$'
rehearse fuzz --patience 0s --seeds 1..2
ok "no patience at all is refused" is_status 2
rehearse fuzz --patience never --seeds 1..2
ok "patience without an end is not" is_status 0

# What a crash ends early has an end once it is mended, where the file had one.
head='scenario: 1
name: hasty
until: 1m
services:'
hasty='{name: a, restart: always, backoff: {base: 0s, max: 0s}, clean-exit-delay: 5s'
printf '%s\n' "$head" "  - $hasty, max-restarts: 9, task: {hasty: assertion}}" '  - {name: b}' >bounded.yaml
printf '%s\n' "$head" "  - $hasty, task: {hasty: assertion}}" '  - {name: b}' >boundless.yaml
for file in bounded boundless; do
    rehearse shrink --out $file-small.yaml $file.yaml
    ok "$file: it is made small" is_status 0
    ok "$file: and crashes" grep -qx '# signature: crashed assertion' $file-small.yaml
    ok "$file: without what does not matter" not grep -q 'clean-exit-delay\|name: b' $file-small.yaml
    ok "$file: but for the wait" grep -q '0s' $file-small.yaml
    sed 's/task: .*}/script: [fail]}/' $file-small.yaml >$file-mended.yaml
done
ok "bounded: what ends it stays" grep -q 'max-restarts: 2' bounded-small.yaml
rehearse run bounded-mended.yaml
ok "bounded: so it ends once it is mended" is_status 0
rehearse run boundless-mended.yaml
ok "boundless: as little as the first" is_status 4

# Where such a failure became likely; each continuation has a process of its own.
cp "$top/tests/explain/crash.yaml" .
wanted=$(sed -n 's/^# names: //p' crash.yaml)
seed=0
until [ "$seed" -eq 100 ]; do
    seed=$((seed + 1))
    rehearse run --once --seed $seed --record fail.choices crash.yaml
    [ "$status" -eq 0 ] || break
    rm fail.choices
done
ok "explain: it crashes with some seed" is_status 3
few='--continuations 60'
rehearse explain $few --seed $seed crash.yaml
ok "explain: a crash is explained" is_status 0
ok "explain: which" out_has 'crashed assertion'
ok "explain: by its message" out_like 'assertion failed: !planted \(tests/cli/planted.c:[0-9]+\)'
ok "explain: the planted choice" out_has "$wanted"
ok "explain: it decides" out_like '^Before it ([0-9]|1[0-9]) % of the continuations failed in this way, after it 100 %\.$'
ok "explain: nothing else is said" err_empty
cp out one
rehearse explain $few --seed $seed --jobs 3 crash.yaml
ok "explain: with several jobs it is the same" cmp one out
rehearse explain $few fail.choices
tail -n +2 one >rest
tail -n +2 out | cmp - rest
ok "explain: and from the recorded choices" [ $? -eq 0 ]
sed 's/assertion}/signal}/' crash.yaml >killed.yaml
rehearse explain $few --seed $seed --jobs 2 killed.yaml
ok "explain: a signal" out_has 'crashed SIGKILL'
ok "explain: a signal, the planted choice" out_has "$wanted"
sed 's/assertion}/hang}/' crash.yaml >endless.yaml
rehearse explain --seed $seed --patience 200ms --continuations 20 endless.yaml
ok "explain: a hang" out_has 'seed '"$seed"': hung'
ok "explain: a hang, the planted choice" out_has "$wanted"
finish
