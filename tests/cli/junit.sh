#!/bin/sh
# JUnit reports are what their strictest reader takes (tests/junit.xsd), whatever happened.
. "$(dirname "$0")/lib.sh"

if ! have xmllint; then
    skip "JUnit against its schema" "no xmllint"
    finish
fi
valid() { xmllint --noout --schema "$top/tests/junit.xsd" "$1"; }
# What the report says of itself is what is in it.
counted() {
    python3 - "$1" <<'PY'
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
def count(node, what):
    return len([case for case in node.iter("testcase") if what is None or case.find(what) is not None])
for node in [root, *root.findall("testsuite")]:
    for key, what in (("tests", None), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        if key in node.attrib:
            assert int(node.get(key)) == count(node, what), (node.attrib, key)
for suite in root.findall("testsuite"):
    assert all(case.get("classname") == suite.get("file") for case in suite.findall("testcase")), suite.attrib
PY
}
report() { # what it is, status, arguments of run
    what=$1 wanted=$2
    shift 2
    rm -f report.xml
    rehearse run -q --junit report.xml "$@"
    ok "$what: status" is_status "$wanted"
    ok "$what: valid" valid report.xml
    ok "$what: counts" counted report.xml
}
has() { grep -qF -e "$1" report.xml; }

passing good >good.yaml
failing bad >bad.yaml
echo 'scenario: one' >invalid.yaml
report "a pass" 0 good.yaml
ok "a suite for the file" has '<testsuite name="good.yaml" file="good.yaml" tests="1" failures="0" errors="0" skipped="0"'
report "everything at once" 1 good.yaml bad.yaml invalid.yaml
ok "a suite for each file" [ "$(grep -c '<testsuite ' report.xml)" -eq 3 ]
ok "an invalid file is an error" has '<error type="invalid"'
report "only an invalid file" 2 invalid.yaml
report "a sweep" 1 --seeds 1..20 good.yaml bad.yaml
ok "a case for each seed" [ "$(grep -c '<testcase' report.xml)" -eq 40 ]

# Hundreds of characters that XML, or a schema's reader, could stumble over.
python3 - <<'PY'
import json
awkward = "]]> <b>&amp;'\" \x1b[31m \u202e \ufffe \U0001f600 %s \\ \t-->"
def file(path, name, error, phase):
    scenario = {"scenario": 1, "name": name, "until": "1s",
                "services": [{"name": "a", "backoff": {"base": "10ms"}, "script": [{"fail": {"error": error}, "times": 2}, "run"]}],
                "expect": [{"at": "1s", "service": "a", "is": {"phase": phase}}]}
    open(path, "w", encoding="utf-8").write(json.dumps(scenario))
file("hostile <&\"'>.json", awkward, awkward, "terminated")
file("friendly <&\"'>.json", awkward, awkward, "running")
open("broken <&>.yaml", "wb").write(b"name: ]]>\xff\n")
PY
report "hostile names" 1 "hostile <&\"'>.json" "friendly <&\"'>.json" "broken <&>.yaml"
ok "hostile names: all of them" [ "$(grep -c '<testcase' report.xml)" -eq 3 ]

cat >figures.yaml <<'Y'
scenario: 1
name: figures
services: [{name: app, backoff: {base: 1s, jitter: full}, script: [{fail: {}, times: 2}, run]}]
measures:
  starts: {tally: {event: attempt-started}}
  back: {from: {at: 0}, until: {service: app, is: {phase: running}}}
expect:
  - {measure: back, over: seeds, max: {max: 1ns}}
  - {sometimes: {measure: starts, is: 99}}
Y
report "measures, and what no seed had" 1 --seeds 1..5 figures.yaml
ok "measures are output" [ "$(grep -c '<system-out>starts 3$' report.xml)" -eq 5 ]
ok "what no seed had is a case of its own" has '<testcase name="figures (seeds 1..5)"'
cat >vary.yaml <<'Y'
scenario: 1
name: vary
vary: {services.a.max-restarts: [1, 2]}
services: [{name: a, script: [fail]}]
expect: [{at: end, service: a, is: {starts: 2}}]
Y
report "variants" 1 vary.yaml
ok "variants are cases of one suite" has 'tests="2" failures="1"'

rehearse run -q --golden golden --update good.yaml bad.yaml
sed -i 's/"delay":10000000/"delay":11000000/' golden/good.yaml.jsonl
report "golden traces" 1 --golden golden good.yaml
ok "golden traces: their type" has '<failure type="golden"'
report "a budget" 4 --max-events 3 good.yaml
endless long >long.yaml
report "what cannot be told in real time" 0 --executor threads --speed 1 long.yaml
ok "what cannot be told in real time: skipped" has '<skipped message='

"$REHEARSE" run --once --max-events 18446744073709551615 --junit part.xml good.yaml bad.yaml \
    "$top/tests/cli/long.yaml.in" >out 2>err &
pid=$!
tries=0
until grep -q '^FAIL' out || [ $tries -eq 3000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -TERM $pid
wait $pid
ok "an interrupt: valid" valid part.xml
ok "an interrupt: counts" counted part.xml
ok "an interrupt: said" grep -q '<error type="interrupted"' part.xml

rehearse run -q --junit one.xml --seeds 1..50 good.yaml bad.yaml figures.yaml
rehearse run -q --jobs 2 --junit two.xml --seeds 1..50 good.yaml bad.yaml figures.yaml
for file in one two; do sed 's/ time="[^"]*"//' $file.xml >$file; done
ok "two jobs say what one says" cmp one two

# The schema refuses what such a reader refuses.
refused() { # what it is, sed's script
    sed "$2" good.xml >wrong.xml
    ok "$1: another report" not cmp -s good.xml wrong.xml
    ok "$1: refused" not valid wrong.xml
}
rehearse run -q --junit good.xml good.yaml bad.yaml
ok "before: valid" valid good.xml
refused "a file at a case" 's/<testcase /<testcase file="good.yaml" /'
refused "a count of skipped ones at the root" 's/<testsuites /<testsuites skipped="0" /'
refused "properties of a case" 's|<failure |<properties/><failure |'
refused "a suite without a name" 's/<testsuite name="[^"]*"/<testsuite/'
refused "a time that is none" 's/ time="/ time="-/'
refused "a case outside of a suite" 's/testsuite /testcase /'
finish
