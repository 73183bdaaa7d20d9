#!/bin/sh
# rehearse run --golden: traces that are kept, compared and updated.
. "$(dirname "$0")/lib.sh"

mkdir tree
passing one >tree/one.yaml
passing two >tree/two.yaml
rehearse run --golden kept tree
ok "what is not kept is a failure" is_status 1
ok "and is named" out_has 'golden: there is no kept/tree/one.yaml.jsonl; --update writes it'
ok "nothing is written" test ! -e kept
rehearse run --golden kept --update tree
ok "--update passes" is_status 0
ok "lists what is new" out_lines 2 '^golden: new kept/tree/(one|two).yaml.jsonl$'
rehearse run --trace trace.jsonl tree/one.yaml
ok "what is kept is the trace" cmp trace.jsonl kept/tree/one.yaml.jsonl
cp -r kept before
rehearse run --golden kept tree
ok "the same runs pass" is_status 0
ok "and nothing is said" not out_has golden
rehearse run --golden kept --update tree
ok "--update of the same lists nothing" not out_has golden
ok "and writes nothing" diff -r before kept
rehearse run --golden ./kept/ ./tree//one.yaml
ok "a path is the same however it is written" is_status 0

sed 's/base: 10ms/base: 11ms/' tree/one.yaml >new && mv new tree/one.yaml
rehearse run --golden kept tree
ok "a nanosecond more is a failure" is_status 1
ok "shown as diff does" out_has "first difference: event 4 of 'one' (seed 1): delay 10ms against 11ms"
ok "with both places" out_has '--- kept/tree/one.yaml.jsonl:5'
ok "and the run's" out_has '+++ this run:5'
ok "the other passes" out_has '1 passed, 1 failed'
rehearse run --jobs 2 --golden kept tree
ok "the same in several processes" out_has 'delay 10ms against 11ms'
rehearse run --tap --golden kept tree
ok "TAP stays TAP" not out_has 'first difference'
ok "and the difference is told beside it" err_has 'first difference'
ok "with the status" is_status 1
rehearse run --fail-fast --golden kept tree
ok "--fail-fast stops at it" not out_has two
rehearse run --golden kept --update tree
ok "--update lists what changed" out_lines 1 '^golden: changed kept/tree/one.yaml.jsonl$'
rehearse run --golden kept tree
ok "and it passes from then on" is_status 0

# Seeds: each is a run of its own in the one file.
rehearse run --golden kept --update --seeds 5..7 tree/one.yaml
ok "more seeds are a change" out_has 'golden: changed'
ok "the runs before stay" [ "$(grep -c '^{"rehearse"' kept/tree/one.yaml.jsonl)" -eq 4 ]
rehearse run --golden kept tree
ok "one seed of several" is_status 0
rehearse run --golden kept --seed 6 tree/one.yaml
ok "another one" is_status 0
rehearse run --golden kept --seed 8 tree/one.yaml
ok "one that is not kept" is_status 1
ok "is named" out_has "only in this run:1: the run of 'one' (seed 8)"
rehearse run --golden kept --seed 9 tree/two.yaml
ok "one alone is no pair of another alone" out_has "only in this run:1: the run of 'two' (seed 9)"

# Another scenario in the same file takes the place of the one before.
sed 's/name: two/name: three/' tree/two.yaml >new && mv new tree/two.yaml
rehearse run --golden kept --update tree/two.yaml
ok "a renamed scenario" is_status 0
ok "leaves nothing of the old name" not grep -q '"two"' kept/tree/two.yaml.jsonl

# What must not be written.
rehearse run --golden here --update ../"$(basename "$dir")"/tree/one.yaml
ok "a path upwards stays below" test -e "here/__/$(basename "$dir")/tree/one.yaml.jsonl"
cp tree/one.yaml mine.txt
mkdir -p mine/tree && echo precious >mine/tree/one.yaml.jsonl
rehearse run --golden mine --update tree/one.yaml
ok "a file that is no trace is refused" is_status 2
ok "and whole" [ "$(cat mine/tree/one.yaml.jsonl)" = precious ]
rehearse run --golden mine tree/one.yaml
ok "nor is it compared" is_status 2
rehearse run --golden mine --update --force tree/one.yaml
ok "--force replaces it" is_status 0
mkdir -p loop && ln -s "$dir/tree/one.yaml" loop/input && mkdir -p loop/tree &&
    ln -s "$dir/tree/one.yaml" loop/tree/one.yaml.jsonl
cp tree/one.yaml whole
rehearse run --golden loop --update --force tree/one.yaml
ok "an input is never replaced" is_status 2
ok "and stays" cmp whole tree/one.yaml
: >file
rehearse run --golden file --update tree/one.yaml
ok "a file in the place of the directory" is_status 2
ok "is said" err_has 'cannot make the directory'
rehearse run --update tree
ok "--update alone is refused" is_status 2
rehearse run --golden kept --executor threads tree
ok "real time is refused" is_status 2
rehearse run --golden kept --verbose tree/one.yaml
ok "-v goes with it" out_has backing-off
ok "and is compared, too" is_status 0
head -n 3 kept/tree/one.yaml.jsonl >short && mv short kept/tree/one.yaml.jsonl
rehearse run --golden kept tree/one.yaml
ok "a golden trace that was cut" not is_status 0
finish
