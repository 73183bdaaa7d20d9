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
for file in "$top"/tests/malformed/*; do
    rehearse check "$file"
    grep -aoE ':[0-9]+:[0-9]+: error: ' err | sort >people
    rehearse check --json "$file"
    python3 -c 'import json, sys
for line in open(sys.argv[1]):
    d = json.loads(line)
    assert d["end-column"] > d["column"] or not d["line"]
    print(":%d:%d: error: " % (d["line"], d["column"]))' "$dir/out" | sort >tools || echo broken >>tools
    cmp people tools || echo "$file"
done >differing 2>&1
ok "people and tools are told the same of every malformed file" [ ! -s differing ]
finish
