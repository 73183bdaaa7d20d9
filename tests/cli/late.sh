#!/bin/sh
# A machine that is too late to tell: neither a pass nor a failure, counted apart.
. "$(dirname "$0")/lib.sh"

cat >late.yaml <<'YAML'
scenario: 1
name: needs the machine
until: 700ms
services: [{name: a, script: [{fail: {}}, run], backoff: {base: 200ms}}]
expect: [{at: 400ms, service: a, is: {phase: running, attempt: 2}}]
YAML

# The machine is made late: it stands still for longer than the tolerance, over and over,
# which is what the measure beside the run sees too.
hindered() {
    "$REHEARSE" run --executor threads "$@" >out 2>err &
    pid=$!
    while kill -STOP $pid 2>/dev/null; do
        sleep 0.3
        kill -CONT $pid
        sleep 0.02
    done
    status=0
    wait $pid || status=$?
}
hindered --tap --junit late.xml late.yaml
ok "late: status 0" is_status 0
ok "late: TAP skips it, with the figure" \
    out_like '^ok 1 - needs the machine # SKIP the machine kept it waiting for [0-9.]+m?s where'
ok "late: JUnit skips it" grep -q '<skipped message="the machine kept it waiting' late.xml
ok "late: JUnit counts it" grep -q 'failures="0" errors="0" skipped="1"' late.xml
hindered late.yaml
ok "late: its line" out_like '^late +needs the machine +the machine kept it waiting for'
ok "late: counted apart" out_has '1 scenario: 0 passed, 1 late'
hindered --json --fail-late --junit late.xml late.yaml
ok "--fail-late: status 1" is_status 1
ok "--fail-late: JSON has verdict and figure" \
    out_like '"verdict":"late","status":1,.*"late":[1-9][0-9]{6,}'
ok "--fail-late: the summary counts a failure" \
    out_like '"kind":"summary".*"failed":1,.*"late":0'
ok "--fail-late: JUnit has a failure" grep -q '<failure type="late" message="the machine' late.xml
ok "--fail-late: it can be replayed so" out_has 'rehearse run --executor threads --fail-late'
finish
