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
ok "TAP: the run has failed" out_has 'not ok 1 - one'
ok "TAP: the other has not" out_has 'ok 2 - two'
ok "TAP: why, in a word" out_has "failure: \"golden: first difference: event 4 of 'one' (seed 1): delay 10ms against 11ms\""
ok "TAP: and as diff shows it" out_has '      +++ this run:5'
ok "TAP: nothing is said beside it" err_empty
ok "with the status" is_status 1
replay=$(sed -n 's/^  replay: "rehearse \(.*\)"$/\1/p' out)
# shellcheck disable=SC2086 # the words of a command
rehearse $replay
ok "the line to copy shows it again" out_has 'delay 10ms against 11ms'
rehearse run --json --golden kept tree
ok "JSON: the run has failed" out_like '"scenario":"one".*"status":1,.*"golden":"first difference: [^"]*\\n--- kept/'
ok "JSON: the other has not" out_like '"scenario":"two".*"status":0,'
ok "JSON: and has no such key" [ "$(grep -c '"golden"' out)" -eq 1 ]
ok "JSON: the summary counts it" out_like '"kind":"summary".*"passed":1,"failed":1,'
rehearse run -q --junit kept.xml --golden kept tree
ok "JUnit: the run has failed" grep -q '<failure type="golden" message="golden: first difference: event 4 ' kept.xml
ok "JUnit: counted" grep -q '<testsuites name="rehearse" tests="2" failures="1" errors="0"' kept.xml
if have python3; then
    ok "JUnit: well-formed" python3 -c \
        'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' kept.xml
fi
rehearse run -q --table - --golden kept tree
ok "the table: it has not passed" out_has 'tree/one.yaml,one,,1,golden'
ok "the table: the other has" out_has 'tree/two.yaml,two,,1,pass'
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
ok "is named" out_has "golden: there is no run of 'one' (seed 8) in kept/tree/one.yaml.jsonl; --update adds it"
rehearse run --golden kept --seed 9 tree/two.yaml
ok "one alone is no pair of another alone" out_has "golden: there is no run of 'two' (seed 9) in kept/tree/two.yaml.jsonl; --update adds it"

# Another scenario in the same file takes the place of the one before.
sed 's/name: two/name: three/' tree/two.yaml >new && mv new tree/two.yaml
rehearse run --golden kept --update tree/two.yaml
ok "a renamed scenario" is_status 0
ok "leaves nothing of the old name" not grep -q '"two"' kept/tree/two.yaml.jsonl

# Variants: each is a run of its own in the one file, which is listed once.
mkdir -p vary
cat >vary/all.yaml <<'YAML'
scenario: 1
name: "all: odd [ones], \"quoted\""
until: 1s
services: [{name: a, script: [{fail: {}, times: 2}, run]}]
vary:
  services.a.backoff.base: [1ms, 10ms, 100ms]
  services.a.backoff.jitter: [none, full, ±10%]
expect: [{at: 1s, service: a, is: {phase: running}}]
YAML
rehearse run --golden kept --update vary
ok "variants: the file is listed once" out_lines 1 '^golden: new kept/vary/all.yaml.jsonl$'
ok "variants: each is in it" [ "$(grep -c '^{"rehearse"' kept/vary/all.yaml.jsonl)" -eq 9 ]
rehearse run --golden kept --jobs 3 vary
ok "variants: each is found" is_status 0
sed 's/until: 1s/until: 900ms/; s/at: 1s/at: 900ms/; s/100ms/101ms/' vary/all.yaml >new && mv new vary/all.yaml
rehearse run --tap --golden kept vary
ok "variants: those that differ have failed" out_lines 3 '^not ok .*101ms'
ok "variants: and those alone" out_lines 6 '^ok '
rehearse run --golden kept --update --variant services.a.backoff.jitter=none vary
ok "variants: some of them are a change" out_lines 1 '^golden: changed'
ok "variants: the others stay" [ "$(grep -c '^{"rehearse"' kept/vary/all.yaml.jsonl)" -eq 10 ]
rehearse run --golden kept --update vary tree
ok "variants and other files" out_lines 1 '^golden: changed'
rehearse run --golden kept vary tree
ok "all of it passes" is_status 0

# A sweep: each seed for itself.
rehearse run --golden swept --update --seeds 1..40 vary/all.yaml
ok "a sweep: kept" [ "$(grep -c '^{"rehearse"' swept/vary/all.yaml.jsonl)" -eq 360 ]
awk '/"seed":17,/ {on = 1} /"end"/ {on = 0} on {sub("\"streak\":2", "\"streak\":3")} 1' \
    swept/vary/all.yaml.jsonl >new && mv new swept/vary/all.yaml.jsonl
rehearse run --tap --golden swept --seeds 1..40 vary/all.yaml
ok "a sweep: the seed that differs has failed, in each variant" out_lines 9 '^not ok .*(seed 17)'
ok "a sweep: no other" out_lines 9 '^not ok '
rehearse run --golden swept --seeds 1..40 vary/all.yaml
ok "a sweep: is told of its seed" out_has '1 failed: 17'

# A run that is cut short leaves what was kept.
cp -r kept before-cut
rehearse run --golden kept --update --fail-fast --seeds 1..3 --set services.flaky.restart=never tree/one.yaml
ok "--fail-fast writes nothing of a file that is not through" diff -r before-cut kept

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
