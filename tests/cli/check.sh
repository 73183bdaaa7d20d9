#!/bin/sh
# rehearse check: what it says to tools.
. "$(dirname "$0")/lib.sh"

# json NAME KEY=VALUE...: some line of the output is an object with these values.
json() {
    python3 - "$dir/out" "$@" <<'PY'
import json, sys
wanted = [one.partition("=")[::2] for one in sys.argv[2:]]
keys = ["file", "line", "column", "end-column", "severity", "code", "message", "hint"]
found = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert all(list(one) == keys for one in found), found
sys.exit(0 if any(all(str(one[k]) == v for k, v in wanted) for one in found) else 1)
PY
}

passing good >good.yaml
cat >bad.yaml <<'YAML'
scenario: 1
name: bad
services:
  - {name: "a b", restart: allways}
  - {name: 'it''s', count: 0, colour: "re\"d" }
  - name: c
    bakoff: {base: 1s}
    script: [{fail: {after: 3}}]
timeline:
  - {at: 1s, pause: d}
YAML

rehearse check --json good.yaml
ok "a good file passes" is_status 0
ok "and has no diagnostics" out_empty
ok "nor anything for people" err_empty
rehearse check --json bad.yaml
ok "a bad one is refused" is_status 2
ok "nothing is for people" err_empty
ok "each mistake is a line" out_lines 8 '^\{.*\}$'
ok "an unknown word has its hint apart" json file=bad.yaml line=4 column=19 end-column=26 \
    severity=error code=unknown-word 'message=unknown restart class `allways`' \
    'hint=did you mean `always`?'
ok "a key with its end" json line=7 column=5 end-column=11 code=unknown-key \
    'hint=did you mean `backoff`?' 'message=unknown key `bakoff`'
ok "a key in a flow map" json line=5 column=31 end-column=37 code=unknown-key
ok "a number without a unit" json line=8 column=22 end-column=27 code=duration
ok "a name that is none" json line=4 code=bad-name column=6 end-column=10 hint=
ok "out of range" json line=5 code=out-of-range column=21 end-column=26
ok "an unknown name" json line=10 code=unknown-name column=14 end-column=19
cp out first
rehearse check --json --quiet bad.yaml
ok "--quiet leaves it as it is" cmp out first

printf 'scenario: 1\nname: "a\\"b" x\n' >quotes.yaml
rehearse check --json quotes.yaml
ok "a syntax error" json code=syntax line=2
printf 'scenario: 1\nname: dup\nservices: [{name: a}]\n"na\\"me": 1\nexpect: [{at: end}, {service: a, is: {last-error: "}"}}]\n' >ends.yaml
rehearse check --json ends.yaml
ok "a quoted key ends behind its quote" json line=4 column=1 end-column=9 code=unknown-key
ok "a map ends at its bracket" json line=5 column=10 end-column=19 code=missing-key
ok "a bracket in quotes is none" json line=5 column=21 end-column=56 code=missing-key
printf 'scenario: 1\nname: \344\n' >latin.yaml
rehearse check --json latin.yaml
ok "bytes that are no text" json code=not-text line=2 column=7 end-column=8
: >empty.yaml
rehearse check --json empty.yaml
ok "an empty file" json code=empty line=1 column=1 end-column=2

# The diagnostics of a hundred errors, and one that says how many more.
{
    printf 'scenario: 1\nname: many\nservices:\n'
    i=0
    while [ $i -lt 150 ]; do
        echo "  - {name: s$i, x: 1}"
        i=$((i + 1))
    done
} >many.yaml
rehearse check --json many.yaml
ok "a hundred are told, and the rest counted" out_lines 101 .
ok "with a code of its own" json code=more line=0 column=0 end-column=0 \
    'message=50 more errors are not shown' hint=

mkdir none
rehearse check --json missing.yaml none good.yaml
ok "what cannot be read is told" is_status 2
ok "as a diagnostic" json file=missing.yaml code=unreadable line=0 column=0 end-column=0
ok "an empty directory too" json file=none code=unreadable
ok "and nothing for people" err_empty
status=0
"$REHEARSE" check --json - <bad.yaml >"$dir/out" 2>"$dir/err" || status=$?
ok "standard input has a name" json 'file=<stdin>' line=10

# Every file that is refused is refused in both forms, with the same places.
rehearse check "$top/tests/malformed"
grep -aoE '^[^ ]*:[0-9]+:[0-9]+: error: ' err >people
rehearse check --json "$top/tests/malformed"
python3 -c 'import json, sys
for line in open(sys.argv[1]):
    d = json.loads(line)
    assert d["end-column"] > d["column"] or not d["line"]
    print("%s:%d:%d: error: " % (d["file"], d["line"], d["column"]))' "$dir/out" >tools
ok "people and tools are told the same of every malformed file" cmp people tools

# ---- warnings ----

traps=$top/tests/lint
rehearse check --lint "$traps/base-above-max.yaml" "$traps/never-beats.yaml" good.yaml
ok "a warning leaves the status" is_status 0
ok "it has its place" err_has "$traps/base-above-max.yaml:7:29: warning: "
ok "and a caret" err_like '^                            \^$'
ok "the warnings are counted" out_has '3 scenarios are valid, 2 warnings'
rehearse check --lint good.yaml
ok "no warning is a count, too" out_has '1 scenario is valid, 0 warnings'
ok "and nothing else" err_empty
rehearse check --strict "$traps/base-above-max.yaml"
ok "--strict makes the status 2" is_status 2
ok "--strict warns" err_has warning:
rehearse check --strict good.yaml
ok "--strict passes what has none" is_status 0
rehearse check --lint -q "$traps/base-above-max.yaml"
ok "-q leaves the summary out" out_empty
ok "-q leaves the warnings" err_has warning:
rehearse check --lint --json "$traps/never-beats.yaml" bad.yaml
ok "warnings are told to tools" json severity=warning code=never-beats line=7 column=30 \
    end-column=41 'hint=an item of the script beats with `beat: {every: 1s}`'
ok "beside errors" json severity=error code=bad-name
ok "errors make the status 2" is_status 2
rehearse check "$traps/base-above-max.yaml"
ok "without --lint there is no warning" err_empty
rehearse check --lint --seeds 1..2 good.yaml
ok "a sweep without draws is warned of" err_has 'every seed gives the same run'
rehearse check --lint --seeds 7..7 good.yaml
ok "one seed is no sweep" err_empty
rehearse run "$traps/base-above-max.yaml" good.yaml
ok "run counts the warnings" err_has "rehearse: 1 warning; 'rehearse check --lint' shows it"
ok "and says nothing else of them" not err_has 'above `max`'
ok "and passes" is_status 0
rehearse run --once --seeds 1..3 "$traps/base-above-max.yaml" good.yaml
ok "run counts those of a sweep" err_has '3 warnings;'
rehearse run -q "$traps/base-above-max.yaml"
ok "run -q says nothing of them" err_empty
rehearse run good.yaml
ok "run of a good file says nothing" err_empty
# A hundred thousand services that share a mistake say it once, and soon.
{
    printf 'scenario: 1\nname: many\nuntil: 1s\nsupervisor: {groups: [{name: aaaa}]}\n'
    printf 'defaults: {backoff: {base: 1h}, breaker: {failures: 1000, within: 1s}}\nservices:\n'
    awk 'BEGIN { for (i = 0; i < 20000; i++) printf "  - {name: s%d, group: g%d}\n", i, i }'
    printf 'expect:\n  - {at: 1s, service: s0, is: {exists: true}}\n'
} >shared.yaml
rehearse check --lint shared.yaml
ok "what is shared is warned of once" out_has '1 scenario is valid, 2 warnings'
finish
