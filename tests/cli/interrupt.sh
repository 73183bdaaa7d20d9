#!/bin/sh
# Signals: what has been run is reported, and nothing is left running.
. "$(dirname "$0")/lib.sh"

passing good >1-good.yaml
failing bad >2-bad.yaml
cp "$top/tests/cli/long.yaml.in" 3-long.yaml
passing never >4-never.yaml
endless='--once --max-events 18446744073709551615'

# Waits for what is said, for as long as it takes within half a minute.
until_has() { # FILE TEXT
    tries=0
    until grep -qF -e "$2" "$1" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 3000 ] || return 1
        sleep 0.01
    done
}
until_gone() { # PID...
    tries=0
    for pid; do
        while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null
        do
            tries=$((tries + 1))
            [ "$tries" -lt 3000 ] || return 1
            sleep 0.01
        done
    done
}
# What a shell starts in the background ignores SIGINT, unless told otherwise.
start() {
    rm -f out err
    env --default-signal=INT "$REHEARSE" run "$@" >out 2>err &
    pid=$!
}
children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }
await() {
    status=0
    wait "$pid" || status=$?
}

for signal in INT:130 TERM:143; do
    number=${signal#*:}
    signal=${signal%:*}
    for jobs in 1 3; do
        what="SIG$signal, $jobs jobs"
        # shellcheck disable=SC2086 # several options on purpose
        start $endless --jobs $jobs --tap --junit out.xml --trace out.jsonl --metrics out.prom \
            [1-4]-*.yaml
        until_has out 'not ok 2'
        [ "$jobs" -eq 1 ] || workers=$(children "$pid")
        kill -s "$signal" "$pid"
        await
        ok "$what: the status" is_status "$number"
        ok "$what: TAP has what was run" out_like '^not ok 2 - bad'
        ok "$what: TAP has a plan" out_like '^1\.\.[23]$'
        ok "$what: TAP says that it is not whole" out_like "^Bail out! interrupted by SIG$signal after [23] of 4 runs$"
        ok "$what: the run that was cut short is no result" not out_has 'long'
        if have python3; then
            ok "$what: JUnit is well-formed" python3 -c \
                'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' out.xml
        fi
        ok "$what: JUnit has what was run" grep -q 'testcase name="bad"' out.xml
        ok "$what: JUnit says that it is not whole" grep -q "type=\"interrupted\" message=\"interrupted by SIG$signal after " out.xml
        ok "$what: the trace has what was run" grep -q '"scenario":"bad"' out.jsonl
        ok "$what: the metrics say that they are not whole" grep -q '^# interrupted' out.prom
        ok "$what: no temporary file is left" [ -z "$(find . -name '.rehearse-*')" ]
        ok "$what: nothing is said but the report" err_empty
        if [ "$jobs" -ne 1 ]; then
            # shellcheck disable=SC2086 # a list of numbers
            ok "$what: there were workers" [ -n "$workers" ]
            # shellcheck disable=SC2086
            ok "$what: they are gone" until_gone $workers
        fi
    done
done

# shellcheck disable=SC2086
start $endless --json [1-3]-*.yaml
until_has out '"scenario":"bad"'
kill -INT "$pid"
await
ok "JSON: the summary says so" out_like '"kind":"summary".*"interrupted":"SIGINT","planned-runs":3'
ok "JSON: the last line is whole" [ -z "$(tail -c 1 out | tr -d '\n')" ]
# shellcheck disable=SC2086
start $endless [1-3]-*.yaml
until_has out 'replay:'
kill -INT "$pid"
await
ok "the report for people says so" out_has 'interrupted by SIGINT after 2 of 3 runs'
ok "the scenario that was cut short counts as not run" out_has '1 passed, 1 failed, 1 not run'

# Before the first run has ended, and in the last one: whole reports, which say so.
reads() { # FORM RUNS SIGNAL: the three reports are what tools read
    python3 - "$@" <<'PY'
import csv, json, re, sys, xml.dom.minidom
form, runs, signal = sys.argv[1], int(sys.argv[2]), sys.argv[3]
lines = open("out", encoding="utf-8").read().splitlines()
if form == "tap":
    points = [line for line in lines if re.match(r"(not )?ok \d+ - ", line)]
    assert lines[0] == "TAP version 13" and lines.count(f"1..{len(points)}") == 1, lines
    assert lines[-1].startswith(f"Bail out! interrupted by {signal} after {runs} of "), lines
    assert len(points) == runs, lines
else:
    objects = [json.loads(line) for line in lines]
    assert [one["kind"] for one in objects] == ["run"] * runs + ["summary"], lines
    assert objects[-1]["interrupted"] == signal and objects[-1]["runs"] == runs, lines
suites = xml.dom.minidom.parse("out.xml").documentElement
cases = suites.getElementsByTagName("testcase")
errors = [one.getAttribute("type") for one in suites.getElementsByTagName("error")]
assert len(cases) == int(suites.getAttribute("tests")) == runs + 1 and errors == ["interrupted"], errors
assert len(list(csv.reader(open("out.csv")))) == runs + 1
PY
}
if have python3; then
    for signal in INT:130 TERM:143; do
        for form in tap json; do
            for jobs in 1 4; do
                what="SIG${signal%:*}, $jobs jobs, $form"
                rm -f out.xml out.csv
                # shellcheck disable=SC2086
                start $endless --jobs $jobs --$form --junit out.xml --table out.csv \
                    3-long.yaml 3-long.yaml
                tries=0
                until [ "$(find . -name '.rehearse-*' | wc -l)" -eq 2 ] || [ $tries -eq 3000 ]; do
                    tries=$((tries + 1))
                    sleep 0.01
                done
                kill -s "${signal%:*}" "$pid"
                await
                ok "$what: before the first: the status" is_status "${signal#*:}"
                ok "$what: before the first: the reports" reads $form 0 "SIG${signal%:*}"
                rm -f out.xml out.csv
                # shellcheck disable=SC2086
                start $endless --jobs $jobs --$form --junit out.xml --table out.csv \
                    1-good.yaml 2-bad.yaml 3-long.yaml
                until_has out bad
                kill -s "${signal%:*}" "$pid"
                await
                ok "$what: in the last: the status" is_status "${signal#*:}"
                ok "$what: in the last: the reports" reads $form 2 "SIG${signal%:*}"
            done
        done
    done
else
    skip "reports that were cut short, as tools read them" "there is no python3"
fi

# A sweep is reported as far as it came.
start --seeds 1..1000000000 --tap 1-good.yaml
until_has out 'ok 100 '
kill -TERM "$pid"
await
ok "a sweep: the status" is_status 143
ok "a sweep: its plan is that of what was run" \
    [ "$(tail -n 2 out | head -n 1)" = "1..$(grep -c '^ok' out)" ]

# timeout(1) sends its signal to the process and then to its group: one wish, not two.
for signal in INT:130 TERM:143 HUP:129; do
    what="SIG${signal%:*}, sent twice"
    wrong=0
    for _ in 1 2 3 4 5; do
        rm -f out.xml
        # shellcheck disable=SC2086
        start $endless --tap --junit out.xml 1-good.yaml 3-long.yaml
        until_has out 'ok 1'
        kill -s "${signal%:*}" "$pid"
        kill -s "${signal%:*}" "$pid" 2>kill.err
        await
        grep -q '^Bail out! interrupted by ' out && [ -e out.xml ] &&
            [ -z "$(find . -name '.rehearse-*')" ] && is_status "${signal#*:}" ||
            wrong=$((wrong + 1))
    done
    ok "$what: reported as one is" [ "$wrong" -eq 0 ]
done

# A shell that starts something in the background asks it to ignore SIGINT.
# shellcheck disable=SC2086
"$REHEARSE" run $endless --tap [1-3]-*.yaml >out 2>err &
pid=$!
until_has out 'not ok 2'
kill -INT "$pid"
kill -TERM "$pid"
await
ok "SIGINT that is ignored stays so" is_status 143

# Stopped and continued: nothing is lost.
start --seeds 1..20000 --once --json 1-good.yaml
until_has out '"seed":3,'
kill -STOP "$pid"
kill -CONT "$pid"
await
ok "stopped and continued: passes" is_status 0
ok "stopped and continued: every run is there" out_lines 20000 '"kind":"run"'

# The parent is killed: its workers go with it.
# shellcheck disable=SC2086
start $endless --jobs 3 --tap 1-good.yaml 3-long.yaml 3-long.yaml 3-long.yaml
until_has out 'ok 1'
workers=$(children "$pid")
kill -KILL "$pid"
await
ok "killed: there were workers" [ -n "$workers" ]
# shellcheck disable=SC2086
ok "killed: they are gone" until_gone $workers

# A worker is killed: its run is reported, the others are not lost.
# shellcheck disable=SC2086
start $endless --jobs 2 --tap 3-long.yaml 1-good.yaml 2-bad.yaml
tries=0
while [ "$(children "$pid" | wc -w)" -lt 2 ] && [ "$tries" -lt 3000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
# The first worker has the first task.
worker=$(children "$pid" | cut -d ' ' -f 1)
kill -KILL "$worker"
await
ok "a killed worker: status 4" is_status 4
ok "a killed worker: its run says so" out_has 'was ended by signal 9'
ok "a killed worker: the others are there" out_like '^ok 2 - good'
ok "a killed worker: in order" out_like '^not ok 3 - bad'

# A stopped worker does not hold up the end.
# shellcheck disable=SC2086
start $endless --jobs 2 --tap 1-good.yaml 3-long.yaml 3-long.yaml
until_has out 'ok 1'
workers=$(children "$pid")
# shellcheck disable=SC2086
kill -STOP $workers
kill -TERM "$pid"
await
ok "a stopped worker: the end comes" is_status 143
# shellcheck disable=SC2086
ok "a stopped worker: it is gone" until_gone $workers

# Fewer descriptors than workers.
for limit in 6 7 8 12 20; do
    (
        ulimit -n $limit
        exec "$REHEARSE" run --jobs 64 --seeds 1..300 --tap 1-good.yaml
    ) >out 2>err </dev/null
    status=$?
    ok "$limit descriptors: passes" is_status 0
    ok "$limit descriptors: every run is there" out_lines 300 '^ok '
done

# A pipe that nobody reads any more ends it quietly, as it does other programs.
sed 's/base: 10ms/base: 10ms, jitter: full/' 1-good.yaml >drawn.yaml
{
    status=0
    env --default-signal=PIPE "$REHEARSE" run --tap --seeds 1..1000000000 --once drawn.yaml \
        2>err || status=$?
    echo "$status" >piped
} | head -n 1 >first
ok "a closed pipe: ends by SIGPIPE" [ "$(cat piped)" -eq 141 ]
ok "a closed pipe: says nothing" err_empty
{
    status=0
    env --ignore-signal=PIPE "$REHEARSE" run --json --seeds 1..1000000000 --once 1-good.yaml 2>err ||
        status=$?
    echo "$status" >piped
} | head -n 1 >first
ok "a closed pipe, SIGPIPE ignored: no success" [ "$(cat piped)" -eq 2 ]
ok "a closed pipe, SIGPIPE ignored: says so" err_has 'cannot write standard output'
# Programs of `exec`, and what they have started themselves, end with the command.
cat >tools.yaml <<YAML
scenario: 1
name: tools
until: 50s
services:
  - {name: tool, exec: [sh, -c, "echo \$\$ >>$PWD/pids; exec sleep 60"]}
  - {name: nest, exec: [sh, -c, "sleep 60 & echo \$! \$\$ >>$PWD/pids; wait"]}
YAML
for signal in INT:130 TERM:143 HUP:129 KILL:137; do
    number=${signal#*:}
    signal=${signal%:*}
    rm -f pids
    start --once --executor processes tools.yaml
    tries=0
    until [ "$(cat pids 2>/dev/null | wc -w)" -eq 3 ] || [ $tries -eq 3000 ]; do
        tries=$((tries + 1))
        sleep 0.01
    done
    kill -s "$signal" "$pid"
    await
    ok "SIG$signal in real time: the status" is_status "$number"
    if [ "$signal" = KILL ]; then # what a program started itself lives on then
        kill "$(sed -n 's/^\([0-9]*\) [0-9]*$/\1/p' pids)"
    fi
    # shellcheck disable=SC2046 # a list of numbers
    ok "SIG$signal in real time: no program is left" until_gone $(cat pids)
    [ "$signal" = KILL ] || ok "SIG$signal in real time: it is said" grep -q "SIG$signal" out err
done
finish
