#!/bin/sh
# Files that vary: one run for each combination, the same in every output; values set from outside.
. "$(dirname "$0")/lib.sh"

cat >herd.yaml <<'END'
scenario: 1
name: herd
vary:
  defaults.backoff.base: [1s, 2s]
  'services."a.b".count': [1, 3]
defaults: {backoff: {jitter: none}}
services: [{name: a.b, script: [fail, run]}]
expect: [{at: end, service: "a.b*", is: {phase: running}}]
END
a='herd [defaults.backoff.base=1s, services."a.b".count=1]'
b='herd [defaults.backoff.base=1s, services."a.b".count=3]'
c='herd [defaults.backoff.base=2s, services."a.b".count=1]'
d='herd [defaults.backoff.base=2s, services."a.b".count=3]'
rehearse run --list herd.yaml
printf 'herd.yaml\t%s\n' "$a" "$b" "$c" "$d" >want
ok "each combination is listed, the first key slowest" cmp want out
rehearse run --json herd.yaml
ok "each is a run" out_lines 4 '"kind":"run"'
ok "with its values" out_has '"variant":{"defaults.backoff.base":"2s","services.\"a.b\".count":"3"}'
cp out one-job
rehearse run --json --jobs 3 herd.yaml
ok "who runs them does not matter" cmp one-job out
rehearse run --tap herd.yaml
ok "TAP has a point for each" out_has "ok 4 - $d"
rehearse run --junit - herd.yaml
ok "JUnit has a case for each" out_lines 4 '<testcase name="herd \[defaults'
rehearse run --trace - herd.yaml
ok "the trace says the variant" out_has \
    '{"rehearse":1,"scenario":"herd","variant":"defaults.backoff.base=2s, services.\"a.b\".count=3","seed":1,'
rehearse run --seeds 1..3 --json herd.yaml
ok "each has a sweep of its own" out_lines 4 '"kind":"sweep"'
rehearse check herd.yaml
ok "check reads them all" out_has '4 scenarios are valid'

# Choosing.
rehearse run --list --filter '*base=2s*' herd.yaml
ok "--filter sees the values" out_lines 2 'base=2s'
rehearse run --list --variant defaults.backoff.base=2s herd.yaml
ok "--variant takes one value of a key" out_lines 2 'base=2s'
rehearse run --list --variant defaults.backoff.base=2s --variant 'services."a.b".count=1' herd.yaml
printf 'herd.yaml\t%s\n' "$c" >want
ok "and one of each key" cmp want out
rehearse run --variant defaults.backoff.base=3s herd.yaml
ok "a value that there is not is an error" is_status 2
ok "which says so" err_has 'no scenario has the values of --variant'
passing plain >plain.yaml
rehearse run --list --variant defaults.backoff.base=2s herd.yaml plain.yaml
ok "files that do not vary it are left out" out_lines 2 'base=2s'
rehearse run --variant x=1 --variant x=2 herd.yaml
ok "a key asked for twice is an error" err_has 'a second value for this key'
rehearse run --variant x herd.yaml
ok "--variant without a value is an error" err_has 'it is written KEY=VALUE'

# The line to copy is the run again.
sed 's/phase: running/phase: terminated/' herd.yaml >fails.yaml
rehearse run --filter "$(printf '%s' "${b#herd}" | sed 's/[][]/?/g; s/^/herd/')" fails.yaml
ok "a failure has a line that replays it" out_has \
    "run --variant defaults.backoff.base=1s --variant 'services.\"a.b\".count=3' --seed 1 fails.yaml"
replay=$(sed -n 's/.*replay: [^ ]* //p' out)
eval "set -- $replay"
rehearse "$@"
ok "which runs this variant and no other" out_has '1 scenario: 0 passed, 1 failed'
rehearse run --set defaults.backoff.factor=3 --variant defaults.backoff.base=2s fails.yaml
ok "and has what was set" out_has 'run --set defaults.backoff.factor=3 --variant'

# Setting.
rehearse run --trace - --set defaults.backoff.base=5s --set 'services."a.b".count=1' herd.yaml
ok "what is set is not varied any more" out_lines 1 '"rehearse":1'
ok "but is in the name" out_has 'defaults.backoff.base=5s'
ok "and in the run" out_has '"delay":5000000000'
rehearse run --trace - --set 'services.flaky={name: flaky}' plain.yaml
ok "a service as a whole is not set" err_has '--set services.flaky: error: `services.flaky` cannot be varied'
rehearse run --trace - --set 'services.flaky.script=[{fail: {error: other}}, run]' plain.yaml
ok "a value is YAML" out_has '"error":"other"'
rehearse check --set 'services.flaky.backof.base=1s' plain.yaml
ok "a path that there is not" err_has 'error: unknown key `backof`, did you mean `backoff`?'
rehearse check --set 'services.flaky.backoff.base=1' plain.yaml
ok "a value that cannot be is shown" err_has '--set services.flaky.backoff.base:1:1: error: `base`: a duration needs a unit'
rehearse check --set 'services.flaky.backoff.base=[' plain.yaml
ok "so is one that is no YAML" err_has '--set services.flaky.backoff.base:1:1: error: this is not closed'
rehearse check --set 'until' plain.yaml
ok "--set without a value is an error" err_has "it is written PATH=VALUE"
rehearse check --set seed=3 plain.yaml
ok "the seed has an option of its own" is_status 2

# A mistake in one combination is a mistake in the file, and named.
sed 's/\[1s, 2s\]/[1s, 2, 3s]/' herd.yaml >bad.yaml
rehearse check bad.yaml plain.yaml
ok "one bad value is a bad file" out_has '1 of 2 scenarios are valid'
ok "with its place and its values" err_has \
    'bad.yaml:4:31: error: with defaults.backoff.base=2, services."a.b".count=1 and in 1 more: `base`'
rehearse check --json bad.yaml
ok "as JSON too" out_has '"line":4,"column":31,'

# A table.
sed -e 's/^expect.*/measures: {starts: {tally: {event: attempt-started}}, gone: {from: {at: 0s}, until: {service: "a.b*", is: {phase: terminated}}}}/' herd.yaml >measured.yaml
passing 'a, "b"' >plain.yaml
rehearse run --table table.csv --seeds 7..8 measured.yaml plain.yaml
cat >want <<'END'
file,scenario,variant,defaults.backoff.base,"services.""a.b"".count",seed,verdict,starts,gone
measured.yaml,herd,"defaults.backoff.base=1s, services.""a.b"".count=1",1s,1,7,pass,2,never
measured.yaml,herd,"defaults.backoff.base=1s, services.""a.b"".count=1",1s,1,8,pass,2,never
measured.yaml,herd,"defaults.backoff.base=1s, services.""a.b"".count=3",1s,3,7,pass,6,never
measured.yaml,herd,"defaults.backoff.base=1s, services.""a.b"".count=3",1s,3,8,pass,6,never
measured.yaml,herd,"defaults.backoff.base=2s, services.""a.b"".count=1",2s,1,7,pass,2,never
measured.yaml,herd,"defaults.backoff.base=2s, services.""a.b"".count=1",2s,1,8,pass,2,never
measured.yaml,herd,"defaults.backoff.base=2s, services.""a.b"".count=3",2s,3,7,pass,6,never
measured.yaml,herd,"defaults.backoff.base=2s, services.""a.b"".count=3",2s,3,8,pass,6,never
plain.yaml,"a, ""b""",,,,7,pass,,
plain.yaml,"a, ""b""",,,,8,pass,,
END
ok "--table has a row for each run, and a column for all that any has" cmp want table.csv
printf 'scenario: 1\nname: "two\\nlines"\nvary: {about: ["x, y", "say \\"no\\"", "a\\nb", "c\\rd", " plain "]}\n%s\n%s\n' \
    'services: [{name: a}]' 'expect: [{at: 0, service: a, is: {starts: 1}}]' >lines.yaml
rehearse run --table - lines.yaml
printf 'file,scenario,variant,about,seed,verdict\n' >want.lines
for value in '"about=x, y","x, y"' '"about=say ""no""","say ""no"""' '"about=a\nb","a\nb"' '"about=c\rd","c\rd"' \
    'about= plain , plain '; do
    printf "lines.yaml,\"two\nlines\",$value,1,pass\n" >>want.lines
done
ok "what has commas, quotes or ends of lines is one field" cmp want.lines out
rehearse run --table - --seeds 7..8 --jobs 3 measured.yaml plain.yaml
ok "on standard output it stands alone, whoever runs them" cmp want out
rehearse run --table table.csv plain.yaml
ok "an earlier table is replaced" is_status 0
rehearse run --table plain.yaml measured.yaml
ok "another file is not" is_status 2
rehearse run --force --table measured.yaml measured.yaml
ok "nor an input" is_status 2
ok "which stays as it is" [ "$(head -n 1 measured.yaml)" = 'scenario: 1' ]
rehearse run --table - --json plain.yaml
ok "only one output has standard output" err_has 'only one output can have standard output'

# diff pairs them, whatever their order.
rehearse run --trace all.jsonl herd.yaml
rehearse run --trace some.jsonl --variant defaults.backoff.base=2s herd.yaml
rehearse diff all.jsonl some.jsonl
ok "diff says which variants only one side has" out_has \
    "only in all.jsonl:1: the run of 'herd [defaults.backoff.base=1s, services.\"a.b\".count=1]'"
ok "and finds no other difference" out_lines 2 'only in|differ'
finish
