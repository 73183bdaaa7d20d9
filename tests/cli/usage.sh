#!/bin/sh
# Arguments: help, version, mistakes and what is said about them.
. "$(dirname "$0")/lib.sh"

passing good >good.yaml

rehearse --version
ok "--version succeeds" is_status 0
ok "--version names program and version" out_like '^rehearse [0-9]+\.[0-9]+\.[0-9]+$'

rehearse --help
ok "--help succeeds" is_status 0
commands=$(sed -n 's/^    X([A-Z]*, "\([a-z]*\)", cli_.*/\1/p' "$top/sim/cli/options.h")
ok "there are commands" [ "$(echo "$commands" | wc -l)" -ge 14 ]
for command in $commands; do
    ok "--help names $command" grep -q "rehearse $command " "$dir/out"
done
for command in $commands; do
    rehearse "$command" --help
    ok "$command --help succeeds on stdout" is_status 0
    ok "$command --help starts with its usage" out_like "^usage: rehearse $command"
    ok "$command --help fits into 90 columns" not out_like '^.{91}'
    cp out first
    rehearse help "$command"
    ok "help $command is the same" cmp first out
done
rehearse run --help
for option in seed seeds jobs executor speed trace junit tap json metrics verbose quiet no-color \
    once max-events max-steps max-wall fail-late force fail-fast filter list tolerance; do
    ok "run --help has --$option" out_like "^ .*--$option( |\$)"
done

refused() { # what it is, text that must be on stderr, arguments
    what=$1 text=$2
    shift 2
    rehearse "$@"
    ok "$what: status 2" is_status 2
    ok "$what: message" err_has "$text"
    ok "$what: nothing on stdout" out_empty
}
refused "no command" "no command is given"
refused "unknown command" "unknown command 'runn'; did you mean 'run'?" runn
refused "file instead of command" "to run a file: rehearse run good.yaml" good.yaml
refused "no file" "no file or directory is named" run
refused "unknown option" "unknown option '--sed'; did you mean '--seed'?" run --sed 1 good.yaml
refused "unknown option with =" "unknown option '--no-colour'; did you mean '--no-color'?" \
    run --no-colour=1 good.yaml
refused "unknown letter" "unknown option '-x'" run -x good.yaml
refused "option of another command" "'--seed' is not an option of 'rehearse check'" \
    check --seed 1 good.yaml
refused "option before the command" "it follows a command" --seed 1 run good.yaml
refused "missing value" "'--seed' needs a value" run good.yaml --seed
refused "value of a flag" "'--once' takes no value" run --once=1 good.yaml
refused "seed that is no number" "--seed 1x" run --seed 1x good.yaml
refused "seed that is too large" "--seed 18446744073709551616" \
    run --seed=18446744073709551616 good.yaml
refused "negative seed" "--seed -1" run --seed -1 good.yaml
refused "empty range of seeds" "the range is empty" run --seeds 5..1 good.yaml
refused "half a range of seeds" "--seeds 5.." run --seeds 5.. good.yaml
refused "seed and seeds" "exclude each other" run --seed 1 --seeds 1..2 good.yaml
refused "verbose and quiet" "exclude each other" run -vq good.yaml
refused "two owners of stdout" "only one output" run --tap --trace - good.yaml
refused "two forms on stdout" "only one output" run --tap --json good.yaml
refused "no jobs" "--jobs 0" run --jobs 0 good.yaml
refused "no events" "--max-events 0" run --max-events 0 good.yaml
refused "duration without unit" "--max-wall 10" run --max-wall 10 good.yaml
refused "speed of nothing" "--speed 0" run --speed 0 good.yaml
refused "unknown executor" "it is sim, threads or processes" run --executor vm good.yaml
refused "one trace to compare" "two traces are needed" diff a.jsonl
refused "standard input twice" "can be read only once" check - -
refused "missing file" "missing.yaml" run missing.yaml
refused "filter that matches nothing" "no scenario's name matches" run --filter 'x*' good.yaml

rehearse run --seed 18446744073709551615 good.yaml
ok "the largest seed is taken" is_status 0
rehearse run good.yaml --seed=3 --once -q
ok "options after files, value after =" is_status 0
cp good.yaml ./--odd.yaml
rehearse run -q -- --odd.yaml
ok "-- ends the options" is_status 0
status=0
"$REHEARSE" run - <good.yaml >out 2>err || status=$?
ok "- is standard input" is_status 0
rehearse run -j2 --max-wall never --max-events=1000 --speed 10 --tolerance 50ms good.yaml
ok "every option with a good value" is_status 0

# What cannot be written is said, by each command that writes.
if [ -w /dev/full ]; then
    cp "$top/tests/explain/jitter.yaml" "$top/scenarios/negative/wrong-count.yaml" .
    passing full >full.yaml
    for line in 'run full.yaml' 'run --tap full.yaml' 'run --json full.yaml' 'run -v full.yaml' 'check full.yaml' \
        'fuzz --seeds 1..3' 'fuzz --seeds 1..3 --json' 'shrink wrong-count.yaml' 'sweep full.yaml' 'sweep --json full.yaml' \
        'explain --seed 12 --continuations 5 jitter.yaml' 'explain --seed 12 --continuations 5 --json jitter.yaml' \
        schema 'completions bash' --version --help; do
        status=0
        # shellcheck disable=SC2086
        "$REHEARSE" $line >/dev/full 2>err || status=$?
        ok "a full disk: $line" is_status 2
        ok "a full disk, said: $line" err_has 'cannot write standard output: No space left on device'
    done
else
    skip "a full disk" "there is no /dev/full"
fi
finish
