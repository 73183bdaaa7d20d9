#!/bin/sh
# One campaign on many machines: shards, their results, and what merge makes of them.
. "$(dirname "$0")/lib.sh"

# A sweep of seeds with what holds sometimes, what is expected over all seeds, and failures.
cat >sweep.yaml <<'END'
scenario: 1
name: seeds
vary: {services.a.backoff.base: [10ms, 1s]}
services:
  - {name: a, backoff: {base: 10ms, jitter: full}, script: [{fail: {after: {uniform: [1ms, 20ms]}}, times: 3}, run]}
until: 20s
measures:
  recovery: {from: {event: attempt-ended}, until: {service: a, is: {phase: running, starts: 4}}}
expect:
  - {measure: recovery, is: {max: 2500ms}}
  - {measure: recovery, over: seeds, median: {max: 500ms}}
  - {sometimes: {service: a, is: {starts: 2}}}
  - {sometimes: {service: a, is: {starts: 9}}}
END
passing one >one.yaml
failing two >two.yaml
mkdir more
passing three >more/three.yaml
failing four >more/four.yaml
printf 'scenario: 1\nname: [\n' >broken.yaml

# shards N OPTION...: the results of all of them, in r-K.
shards() {
    n=$1
    shift
    rm -f r-*
    k=0
    while [ "$k" -lt "$n" ]; do
        k=$((k + 1))
        "$REHEARSE" run "$@" --shard $k/"$n" --results r-$k >shard-$k 2>&1
        [ -s r-$k ] || return 1
    done
}
shuffled() { printf '%s\n' r-* | awk '{ print (NR * 7) % 11 " " $0 }' | sort -n | cut -d ' ' -f 2; }

# whole NAME N OPTION...: merged it is what one machine prints, in every form.
whole() {
    what=$1
    n=$2
    shift 2
    rehearse run "$@" --json --table one.csv
    cp out one.json
    one=$status
    shards "$n" "$@"
    ok "$what: the shards run" [ $? -eq 0 ]
    # shellcheck disable=SC2046
    rehearse merge --json --table merged.csv $(shuffled)
    ok "$what: the status" is_status "$one"
    ok "$what: --json" cmp one.json out
    ok "$what: --table" cmp one.csv merged.csv
    rehearse run "$@" --junit one.xml --metrics one.prom --summary one.md --badge one.svg
    without_wall out >human
    # shellcheck disable=SC2046
    rehearse merge --junit merged.xml --metrics merged.prom --summary merged.md --badge merged.svg $(shuffled)
    without_wall out >merged
    ok "$what: for people" cmp human merged
    sed 's/ time="[0-9.]*"//' one.xml >a.xml
    sed 's/ time="[0-9.]*"//' merged.xml >b.xml
    ok "$what: --junit" cmp a.xml b.xml
    ok "$what: --metrics" cmp one.prom merged.prom
    ok "$what: --summary" cmp one.md merged.md
    ok "$what: --badge" cmp one.svg merged.svg
    rehearse run "$@" --tap
    cp out one.tap
    # shellcheck disable=SC2046
    rehearse merge --tap $(shuffled)
    ok "$what: --tap" cmp one.tap out
}

whole "seeds, twenty shards" 20 --seeds 1..100 sweep.yaml
ok "seeds: some fail" grep -q '"verdict":"expectation-failed"' one.json
ok "seeds: what never held" grep -q 'at least one seed of the sweep' one.json
ok "seeds: what all of them came to" grep -q '"median"' one.json
rehearse merge r-*
ok "seeds: some were done twice" err_like '^rehearse: 2 runs done by two shards came out the same$'
rehearse merge -q r-*
ok "-q: says only what failed" not err_like 'done by two shards'
whole "several files" 20 --once one.yaml two.yaml more
whole "a variant that is set" 4 --seeds 5..30 --variant services.a.backoff.base=1s --set until=30s sweep.yaml
whole "chosen by name" 3 --filter 't*' one.yaml two.yaml more
whole "the first failure ends it" 5 --fail-fast --seeds 1..40 one.yaml sweep.yaml two.yaml
whole "one shard" 1 one.yaml two.yaml
whole "more shards than runs" 9 one.yaml two.yaml
whole "a budget of events" 3 --max-events 5 one.yaml two.yaml more
whole "a file that is not valid" 2 one.yaml broken.yaml two.yaml
ok "a file that is not valid: the shards say so" grep -q 'broken.yaml' shard-2

# What a shard says by itself.
rehearse run --seeds 1..100 --shard 3/20 sweep.yaml
ok "a shard: its part of each sweep" out_lines 2 '  5 seeds.*, shard 3/20$'
ok "a shard: nothing of what holds in none of its seeds alone" not out_has 'at least one seed'
ok "a shard: nothing was stopped" not out_has 'stopped there'
ok "a shard: nor left out" not out_has 'not run'
ok "a shard: what is done" out_like '; 10 runs, '
rehearse run --shard 3/20 --jobs 2 --json --seeds 1..100 sweep.yaml
cp out jobs
rehearse run --shard 3/20 --json --seeds 1..100 sweep.yaml
ok "a shard: with several jobs it is the same" cmp jobs out
shards 3 --jobs 2 --seeds 1..50 sweep.yaml
sed 's/,"wall".*//' r-2 >./jobs
shards 3 --seeds 1..50 sweep.yaml
sed 's/,"wall".*//' r-2 | cmp - jobs
ok "results: with several jobs they are the same" [ $? -eq 0 ]
rehearse run --results r-2 --shard 2/3 --seeds 1..50 sweep.yaml
ok "results: replace earlier ones" [ "$status" -le 1 ]
cp one.yaml mine
rehearse run --results mine one.yaml
ok "results: replace nothing else" is_status 2
ok "results: and say so" err_has 'it exists and is no earlier output'
ok "results: it is still there" cmp one.yaml mine
rehearse run --results one.yaml one.yaml
ok "results: nor an input" err_has 'it is an input'

# One in a hundred is done twice, and whose it is goes round.
for k in 1 2 10 20; do
    rehearse run -q --once --seeds 1..2000 --shard $k/20 --results r-$k one.yaml
    ok "shard $k of 20 checks one run of the shard before" grep -q '^{"ended":"all","lines":101,' r-$k
done
ok "which is that shard's" [ "$(sed -n 's/^{"task":\([0-9]*\),.*/\1/p' r-2 | tail -n 1 | awk '{ print $1 % 20 }')" -eq 0 ]
shards 3 --seeds 1..50 sweep.yaml

# Missing, doubled.
rehearse merge r-1 r-3
ok "missing: the status" is_status 1
ok "missing: which" err_has 'rehearse: a shard of 3 missing: 2/3; run it and merge again'
ok "missing: nothing is said of the rest" out_empty
shards 20 --seeds 1..40 sweep.yaml
rehearse merge r-1 r-2
ok "many missing" err_has 'shards of 20 missing: 3/20 4/20 5/20 6/20 7/20 8/20 9/20 10/20 11/20 12/20 ...'
rehearse run --json --seeds 1..40 sweep.yaml
cp out one.json
cp r-5 again
rehearse merge --json r-* again
ok "doubled: counts once" cmp one.json out
ok "doubled: it is said" err_has 'again: shard 5/20 is there already, in r-5: it counts once'

# refused NAME TEXT FILE...: with the place and what to do.
refused() {
    what=$1
    text=$2
    shift 2
    rehearse merge "$@"
    ok "$what: the status" is_status 2
    ok "$what: nothing is said of it" out_empty
    ok "$what: why" err_like "$text"
}
shards 3 --seeds 1..9 sweep.yaml
rm -f bad
sed '1s/"version":"[^"]*"/"version":"0.0.9"/' r-2 >bad
refused "another version" '^bad:1: error: results of form 1, by rehearse 0.0.9; this is .*, or run them with this one$' r-1 bad r-3
sed '1s/"rehearse-results":1/"rehearse-results":2/' r-2 >bad
refused "another form" '^bad:1: error: results of form 2' r-1 bad r-3
rehearse run --seeds 1..9 --once --shard 2/3 --results bad --force sweep.yaml
refused "other options" '^bad:1: error: run with other options than r-1; give all shards one command line' r-1 bad r-3
rehearse run --seeds 1..9 --shard 2/4 --results bad sweep.yaml
refused "another division" '^bad:1: error: one of another number of shards' r-1 bad r-3
rehearse run --seeds 1..9 --shard 2/3 --results bad sweep.yaml two.yaml
refused "other files" '^bad:1: error: run of other files than r-1' r-1 bad r-3
cp sweep.yaml kept
sed 's/^until: 20s/until: 21s/' kept >sweep.yaml
rehearse run --seeds 1..9 --shard 2/3 --results bad sweep.yaml
refused "another scenario in one" '^bad:1: error: another scenario was run than in r-1' r-1 bad r-3
refused "another scenario here" '^r-1:1: error: sweep.yaml is not here what the shard has run; .*--directory DIR$' r-1 r-2 r-3
rm sweep.yaml
refused "no scenario here" '^rehearse: the scenarios are read again: .*--directory DIR$' r-1 r-2 r-3
mkdir -p there
cp kept there/sweep.yaml
rehearse merge --json --table table.csv -C there r-1 r-2 r-3
cp out merged.json
mv kept sweep.yaml
rehearse run --json --seeds 1..9 sweep.yaml
ok "the scenarios are elsewhere" cmp merged.json out
ok "outputs are here" [ -s table.csv ]
rehearse merge --directory nowhere r-1 r-2 r-3
ok "a directory that is not there" err_has '--directory nowhere: No such file or directory'

bytes=$(wc -c <r-2)
for cut in 1 40 $((bytes / 2)) $((bytes - 60)) $((bytes - 2)); do
    head -c "$cut" r-2 >bad
    refused "torn after $cut of $bytes bytes" '^bad:[0-9]+: error: (the file is torn|no results file)' r-1 bad r-3
done
head -n 3 r-2 >bad
refused "torn behind a line" '^bad:3: error: the file is torn: it has no end; run shard 2/3 again$' r-1 bad r-3
sed 3d r-2 >bad
refused "a line is lost" '^bad:[0-9]+: error: lines were lost or changed since it was written; run shard 2/3 again' r-1 bad r-3
sed '3s/"draws":[0-9]*/"draws":1/' r-2 >bad
refused "a figure is changed" '^bad:[0-9]+: error: lines were lost or changed' r-1 bad r-3
sed '3s/"seed":[0-9]*/"seed":77/' r-2 >bad
refused "a seed of nobody" "^bad:3: error: not the seed of this run: 'seed'$" r-1 bad r-3
sed '3s/"task":[0-9]*/"task":18/' r-2 >bad
refused "a task of nobody" "^bad:3: error: there is no such task: 'task'$" r-1 bad r-3
sed '3s/"measures":\[/&1,2,3,/' r-2 >bad
refused "measures of nobody" "^bad:3: error: not as many as the scenario has: 'measures'$" r-1 bad r-3
sed '3s/"verdict":"[^"]*"/"verdict":"\\u001b[31m"/' r-2 >bad
refused "a verdict that is none" "^bad:3: error: no word that can stand there: 'verdict'$" r-1 bad r-3
sed '3s/"task"/task/' r-2 >bad
refused "a line that is none" '^bad:3: error: expected a string$' r-1 bad r-3
echo x | cat r-2 - >bad
refused "lines behind the end" '^bad:[0-9]+: error: there are lines behind the end$' r-1 bad r-3
for option in --jobs=4 --list --watch --help --results=x --corpus=x --replay=x --executor=threads --golden=x --budget=1s nothing; do
    sed "1s/\"options\":\\[/&\"$option\",/" r-1 >bad
    refused "a head with $option" '^bad:1: error: ' bad
done
ok "nothing came of them" [ ! -e x ]
sed '1s/"command":"run"/"command":"init"/' r-1 >bad
refused "another command" '^bad:1: error: no command that has results$' bad
refused "no results file" "^sweep.yaml:1: error: no results file: 'rehearse run --results FILE' writes one$" sweep.yaml
refused "an empty file" '^/dev/null:1: error: no results file' /dev/null
refused "a file that is not there" '^rehearse: nothing: No such file' nothing
refused "standard input" 'results are read twice' -
rehearse merge
ok "no file at all" is_status 2

# As somebody would write it who knows the form: with the number and the digest of its lines.
reseal() {
    python3 - "$1" <<'END'
import json, sys
lines = open(sys.argv[1], "rb").read().splitlines()
digest = 0xcbf29ce484222325
for byte in b"".join(line + b"\n" for line in lines[:-1]):
    digest = (digest ^ byte) * 0x100000001b3 & 0xffffffffffffffff
end = json.loads(lines[-1])
end["lines"], end["digest"] = len(lines) - 2, f"{digest:016x}"
lines[-1] = json.dumps(end, separators=(",", ":")).encode()
open(sys.argv[1], "wb").write(b"\n".join(lines) + b"\n")
END
}
cp r-2 bad
reseal bad
ok "sealed again it is the same" cmp bad r-2
sed 3d r-2 >bad
reseal bad
rehearse merge r-1 bad r-3
ok "a run that nobody has done: the status" is_status 1
ok "a run that nobody has done: which" err_like '^rehearse: no shard has run sweep.yaml: seeds \[.*\], seed 5; run the shards again$'
ok "a run that nobody has done: nothing is said of the rest" out_empty
grep -n '^{"task":0,' r-2 >checked
ok "the second shard checks the first run" [ -s checked ]
sed '/^{"task":0,/s/"hash":"[0-9a-f]*"/"hash":"0123456789abcdef"/' r-2 >bad
reseal bad
rehearse merge r-1 bad r-3
ok "another hash: the status" is_status 5
ok "another hash: which" err_like ', seed 1: hash [0-9a-f]{16} in r-1:2, 0123456789abcdef in bad:[0-9]+$'
sed '/^{"task":0,/s/"draws":[0-9]*/"draws":99/' r-2 >bad
reseal bad
rehearse merge r-1 bad r-3
ok "the same hash, other figures: the status" is_status 5
ok "the same hash, other figures" err_like ', seed 1: figures differ, with the hash [0-9a-f]{16} in r-1:2, '
sed '/^{"task":0,/s/"wall":[0-9]*/"wall":99/' r-2 >bad
reseal bad
rehearse merge --json r-1 bad r-3
ok "another time of the clock is no difference" cmp merged.json out
sed '$s/"ended":"all"/"ended":"fail-fast","stopped":9/' r-2 >bad
refused "an end that no option asks for" "^bad:[0-9]+: error: nothing of the options can have ended it so: 'ended'$" r-1 bad r-3

# A run that is ended early is no whole shard.
endless long >long.yaml
"$REHEARSE" run --seeds 1..10000000 --once --results cut long.yaml >out 2>err &
pid=$!
sleep 1
kill -TERM $pid
wait $pid
refused "ended early" '^cut:[0-9]+: error: it was ended early by SIGTERM; run shard 1/1 again$' cut

# Between machines: a task that is not the same where MACHINE is set.
planted=${REHEARSE%/*}/tests/cli/planted
printf '%s\n' 'scenario: 1' 'name: local' 'until: 1m' 'services:' \
    '  - {name: a, backoff: {base: 1s}, task: local}' >local.yaml
for k in 1 2 3; do
    "$planted" run --seeds 1..6 --shard $k/3 --results r-$k local.yaml >out 2>err
done
REHEARSE=$planted rehearse merge r-1 r-2 r-3
ok "the same everywhere" is_status 0
MACHINE=1 "$planted" run --seeds 1..6 --shard 2/3 --results r-2 local.yaml >out 2>err
ok "on the other machine it passes, too" [ $? -eq 0 ]
REHEARSE=$planted rehearse merge r-1 r-2 r-3
ok "two machines differ: the status" is_status 5
ok "two machines differ: which run, and both hashes" \
    err_like '^rehearse: nondeterministic between machines: local.yaml: local, seed 1: hash [0-9a-f]{16} in r-1:2, [0-9a-f]{16} in r-2:[0-9]+$'
ok "two machines differ: nothing is said of the runs" out_empty
MACHINE=1 "$planted" run --seeds 1..6 --shard 3/3 --results again local.yaml >out 2>err
MACHINE=1 "$planted" run --seeds 1..6 --shard 1/3 --results r-1 local.yaml >out 2>err
REHEARSE=$planted rehearse merge r-1 r-2 r-3 again
ok "a doubled shard that differs: the status" is_status 5
ok "a doubled shard that differs: each run" [ "$(grep -c 'nondeterministic between machines' err)" -eq 2 ]

# Campaigns of fuzz. What the clock on the wall says is cut out.
timeless() { sed -e 's/,"wall-ns":[0-9]*,"a-second":[0-9]*//' -e 's/; [0-9,]* a second, in .*//' "$1"; }
campaign() { # NAME N OPTION...
    what=$1
    n=$2
    shift 2
    rehearse fuzz --json "$@"
    timeless out >one
    one=$status
    rehearse fuzz "$@"
    timeless out >human
    rm -f r-*
    for k in $(seq "$n"); do
        "$REHEARSE" fuzz -q --shard "$k/$n" --results r-"$k" "$@" >shard 2>&1
    done
    # shellcheck disable=SC2046
    rehearse merge --json $(shuffled)
    timeless out >merged
    ok "$what: the status" is_status "$one"
    ok "$what: --json" cmp one merged
    # shellcheck disable=SC2046
    rehearse merge $(shuffled)
    timeless out >merged
    ok "$what: for people" cmp human merged
}
campaign "fuzz" 4 --seeds 101..280
ok "fuzz: some were done twice" err_like '^rehearse: 2 runs done by two shards came out the same$'
campaign "fuzz, of a file" 3 --from sweep.yaml --seeds 1..40
campaign "fuzz, one more shard than seeds" 4 --seeds 7..9
REHEARSE=$planted
printf '%s\n' 'scenario: 1' 'name: fragile' 'until: 1m' 'services:' '  - {name: a, task: {fragile: assertion}}' \
    '  - {name: b, script: [{fail: {after: 1s}}, run]}' 'timeline:' '  - {at: 10s, restart: b}' >fragile.yaml
campaign "fuzz, with crashes" 3 --from fragile.yaml --at-large --seeds 1..40 --no-shrink
ok "fuzz, with crashes: there are some" grep -q 'crashed assertion' one
campaign "fuzz, until the first" 3 --from fragile.yaml --at-large --seeds 1..40 --no-shrink --fail-fast
ok "fuzz, until the first: there is one" grep -q 'crashed assertion' one
mkdir -p there found
mv fragile.yaml there
rehearse merge --out found -C there r-1 r-2 r-3
ok "fuzz: files of what failed" [ -s found/crashed-assertion.yaml ]
rehearse merge --table x r-1 r-2 r-3
ok "fuzz: there is no table of it" err_has "'--table' is not an option of 'rehearse fuzz'"
REHEARSE=${planted%/tests/cli/planted}/rehearse
rehearse fuzz --seeds 1..9 --shard 1/2 --results r-1
rehearse fuzz --seeds 1..9 --shard 2/2 --results r-2
for change in 's/"sign":"passed"/"sign":"well"/' 's/"fate":"judged"/"fate":"x"/' 's/"run-seed":/"message":"'"$(printf '%02000d' 0)"'",&/' \
    's/"drawn-services":[0-9]*/&,"variant":1/' 's/"seed":[0-9]*/"seed":1000/' 's/"features":"/&0/' 's/"task":/"task":1/'; do
    sed "3$change" r-2 >bad
    refused "fuzz: $change" '^bad:3: error: ' r-1 bad
done
for wrong in '--budget 1s' '--corpus c' '--seeds 0..18446744073709551615'; do
    # shellcheck disable=SC2086
    rehearse fuzz $wrong --results r
    ok "fuzz $wrong with --results" is_status 2
    ok "fuzz $wrong with --results: nothing is written" [ ! -e r ]
done
cp one.yaml mine
rehearse fuzz --seeds 1..2 --results mine
ok "fuzz: results replace nothing else" cmp one.yaml mine
rehearse fuzz --from one.yaml --seeds 1..2 --results one.yaml --force
ok "fuzz: results: nor the file" err_has 'it is an input'

# Sweeps of faults.
timeless() { sed -e 's/,"wall-ns":[0-9]*//' -e 's/, each twice, in .*//' "$1"; }
faults() { # NAME N OPTION...
    what=$1
    n=$2
    shift 2
    rehearse sweep --json "$@"
    timeless out >one
    one=$status
    rehearse sweep "$@"
    timeless out >human
    rm -f r-*
    for k in $(seq "$n"); do
        "$REHEARSE" sweep --shard "$k/$n" --results r-"$k" "$@" >shard 2>&1
    done
    # shellcheck disable=SC2046
    rehearse merge --json $(shuffled)
    timeless out >merged
    ok "$what: the status" is_status "$one"
    ok "$what: --json" cmp one merged
    # shellcheck disable=SC2046
    rehearse merge $(shuffled)
    timeless out >merged
    ok "$what: for people" cmp human merged
}
faults "sweep" 4 one.yaml sweep.yaml more
# 3 bases by all shards, 6 with variants; one in a hundred of the others.
ok "sweep: some were done twice" err_like '^rehearse: ([5-9]|1[0-9]) runs done by two shards came out the same$'
faults "sweep, few points" 3 --points 7 sweep.yaml
faults "sweep, one kind, late" 3 --kind timer --late 5s sweep.yaml one.yaml
faults "sweep, more shards than points" 9 --kind start one.yaml
faults "sweep, a file that is not valid" 2 one.yaml broken.yaml
REHEARSE=$planted
sed '/^timeline/,$d' there/fragile.yaml >fragile.yaml
faults "sweep, with crashes" 3 fragile.yaml one.yaml
ok "sweep, with crashes: there is one" grep -q 'crashed assertion' one
faults "sweep, until the first" 3 --fail-fast fragile.yaml one.yaml
REHEARSE=${planted%/tests/cli/planted}/rehearse
for k in 1 2; do
    rehearse sweep --shard $k/2 --results r-$k one.yaml
done
for change in 's/"points":\[/&1,/' 's/"kind":"[a-z-]*"/"kind":"x"/' 's/"kind":"[a-z-]*",//' 's/"sign":"/&x/' \
    's/"at":[0-9]*/"at":99999999999999/' 's/"attempt":[0-9]*/"attempt":99999999999/'; do
    sed "4$change" r-2 >bad
    refused "sweep: $change" '^bad:4: error: ' r-1 bad
done
rm r-1
rehearse merge r-2
ok "sweep: a shard is missing" err_has 'a shard of 2 missing: 1/2'
for wrong in '--budget 1s' '--pairs 5' '--kind start --at 1'; do
    # shellcheck disable=SC2086
    rehearse sweep $wrong --results r one.yaml
    ok "sweep $wrong with --results" is_status 2
    ok "sweep $wrong with --results: nothing is written" [ ! -e r ]
done
rehearse sweep --results mine one.yaml
ok "sweep: results replace nothing else" cmp one.yaml mine
ok "sweep: and say so" err_has 'it exists and is no earlier output'

# What cannot be divided.
for wrong in '--golden g' '--record r' '--replay r'; do
    # shellcheck disable=SC2086
    rehearse run $wrong --shard 1/2 one.yaml
    ok "$wrong with --shard" is_status 2
done
for wrong in '--executor threads' '--list' '--golden g'; do
    # shellcheck disable=SC2086
    rehearse run $wrong --results r one.yaml
    ok "$wrong with --results" is_status 2
    ok "$wrong with --results: nothing is written" [ ! -e r ]
done
rehearse run --seeds 1..9 --fail-fast --results bad one.yaml
sed -i -e 4d -e '$s/"ended":"all"/"ended":"fail-fast","stopped":1/' bad
reseal bad
rehearse merge bad
ok "an end that nothing explains: the status" is_status 2
ok "an end that nothing explains: which run" err_has 'no shard has run one.yaml: one, seed 3;'
rehearse run --results - one.yaml
ok "results on standard output" is_status 2
rehearse run --results r - <one.yaml
ok "results of standard input" err_has "not standard input ('-')"

# Who starts many says which this is.
auto() { env -u SLURM_ARRAY_TASK_ID -u JOB_COMPLETION_INDEX -u PARALLEL_SEQ -u REHEARSE_SHARDS "$@" \
    "$REHEARSE" run --shard auto --seeds 1..12 one.yaml >out 2>err; }
auto SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_COUNT=4
ok "auto: Slurm" out_has ', shard 3/4'
auto SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_STEP=2 SLURM_ARRAY_TASK_COUNT=4
ok "auto: Slurm, with a step" out_has ', shard 3/4'
auto JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=4
ok "auto: Kubernetes" out_has ', shard 1/4'
auto JOB_COMPLETION_INDEX=3 REHEARSE_SHARDS=4
ok "auto: Kubernetes, with a total of our own" out_has ', shard 4/4'
auto PARALLEL_SEQ=4 REHEARSE_SHARDS=4
ok "auto: GNU parallel" out_has ', shard 4/4'
auto X=1
ok "auto: nobody: the status" [ $? -eq 2 ]
ok "auto: nobody: what was looked for" err_has 'none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and PARALLEL_SEQ is set'
auto PARALLEL_SEQ=4
ok "auto: no total" err_has 'set REHEARSE_SHARDS'
auto PARALLEL_SEQ=5 REHEARSE_SHARDS=4
ok "auto: more than there are" err_has 'none of so many'
auto PARALLEL_SEQ=x REHEARSE_SHARDS=4
ok "auto: no number" err_has 'is no number'
auto PARALLEL_SEQ=1 JOB_COMPLETION_INDEX=1 REHEARSE_SHARDS=4
ok "auto: two of them" err_has 'more than one of'
SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4 rehearse run --seeds 1..12 one.yaml
ok "only when asked" out_has '12 seeds'

# The recipes of docs/farms.md, as they stand there.
farms=$top/docs/farms
rehearse run --json --seeds 1..100 sweep.yaml one.yaml
cp out one.json
recipe() { env -u SLURM_ARRAY_TASK_ID -u JOB_COMPLETION_INDEX -u PARALLEL_SEQ rehearse="$REHEARSE" "$@" >out 2>err; }
mkdir bare
for tool in sh seq mktemp rm env; do
    ln -s "$(command -v $tool)" bare/$tool
done
PATH=$PWD/bare recipe sh "$farms/parallel.sh" --seeds 1..100 sweep.yaml one.yaml
ok "a shell: as one machine" cmp one.json out
if have parallel; then
    recipe sh "$farms/parallel.sh" --seeds 1..100 sweep.yaml one.yaml
    ok "GNU parallel: as one machine" cmp one.json out
else
    skip "GNU parallel: as one machine" "no parallel"
fi
rm -rf results
mkdir results
for k in $(seq 20); do
    recipe env SLURM_ARRAY_TASK_ID="$k" SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=20 SLURM_ARRAY_TASK_STEP=1 \
        SLURM_ARRAY_TASK_COUNT=20 sh "$farms/slurm.sh" --seeds 1..100 sweep.yaml one.yaml
done
rehearse merge --json results/*.jsonl
ok "the script for Slurm: as one machine" cmp one.json out
# What the container does, here.
sed -n '/args:/,/volumeMounts:/ { s/^ *//; /^[a-z-]*:$/d; /^- >-$/d; p }' "$farms/kubernetes.yaml" | grep -v '^volumeMounts' |
    tr '\n' ' ' | sed -e 's/1..100000/1..100/' -e 's,/results/,results/,' -e 's/ scenarios;/ sweep.yaml one.yaml;/' \
    -e "s,rehearse run,'$REHEARSE' run," >args
ok "the manifest has a command" grep -q -e '--shard auto .* case' args
rm results/*
for k in $(seq 0 19); do
    JOB_COMPLETION_INDEX=$k JOB_COMPLETIONS=20 sh -c "$(cat args)" >out 2>err || echo "$k" >>ended
done
ok "the manifest: a failed run is no failed pod" [ ! -e ended ]
rehearse merge --json results/*.jsonl
ok "the manifest: as one machine" cmp one.json out
rm one.yaml sweep.yaml
JOB_COMPLETION_INDEX=1 JOB_COMPLETIONS=20 sh -c "$(cat args)" >out 2>err
ok "the manifest: files that are not there" [ $? -eq 2 ]
finish
