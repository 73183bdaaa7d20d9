#!/bin/sh
# --github: annotations at the places of files, and nothing else that GitHub would obey.
. "$(dirname "$0")/lib.sh"

if ! have python3; then
    skip "annotations" "no python3"
    finish
fi
# on_github ARGUMENTS...: the commands in the whole log, in the file commands.
on_github() {
    rehearse "$@"
    python3 "$top/tests/cli/commands.py" out err >commands
}
holds() { # an expression over c, the commands, which may use at(command), a list of those
    python3 - "$1" <<'PY'
import json, sys
c = [json.loads(line) for line in open("commands", encoding="utf-8")]
def at(name): return [one for one in c if one["command"] == name]
if not eval(sys.argv[1]):
    print(*c, sep="\n")
    sys.exit(1)
PY
}

passing good >good.yaml
failing bad >bad.yaml
printf '%s\n' 'scenario: 1' 'name: two' 'services: [{name: a, scrip: [run]}, {name: b, count: x}]' >invalid.yaml

on_github run --github good.yaml bad.yaml
ok "the status is as without" is_status 1
ok "the report is there" out_like '^FAIL +bad '
ok "one error" holds 'len(at("error")) == 1 and len(c) == 2'
ok "where the expectation stands" holds '(c[0]["file"], c[0]["line"], c[0]["col"]) == ("bad.yaml", "8", "5")'
ok "titled as the scenario" holds 'c[0]["title"] == "bad"'
ok "what was expected and what was found" holds '"expected flaky: phase terminated, found running (at 1s)" in c[0]["data"]'
ok "and the line to replay it" holds 'c[0]["data"].endswith("\nreplay: rehearse run --seed 1 bad.yaml")'
ok "a notice of the whole" holds 'c[1] == {"command": "notice", "title": "rehearse", "data": "1 failed of 2"}'
ok "escaped to one line" out_lines 1 '^::error file=bad\.yaml,line=8,col=5,title=bad::expected .*%0Areplay: '
rehearse run bad.yaml
ok "nothing of it without the option" not out_has '::'
GITHUB_ACTIONS=true CI=true rehearse run bad.yaml
ok "nor by the environment" not out_has '::'
on_github run --github -q good.yaml bad.yaml
ok "-q: only errors" holds '[one["command"] for one in c] == ["error"]'
on_github run --github ./bad.yaml .//bad.yaml
ok "a path is that of a checkout" holds '[one["file"] for one in at("error")] == ["bad.yaml"] * 2'
"$REHEARSE" run --github - <bad.yaml >out 2>err
python3 "$top/tests/cli/commands.py" out err >commands
ok "standard input is no file" holds '"file" not in at("error")[0]'

# ---- files ----

for command in check run; do
    on_github $command --github good.yaml invalid.yaml nowhere.yaml
    ok "$command: status 2" is_status 2
    ok "$command: each mistake where it stands" \
        holds '[(one["line"], one["col"]) for one in at("error") if one.get("file") == "invalid.yaml"] == [("3", "22"), ("3", "47")]'
    ok "$command: its code is the title" holds '"unknown-key" in [one["title"] for one in at("error")]'
    ok "$command: its hint is there" holds 'any("did you mean" in one["data"] for one in at("error"))'
    ok "$command: a file that is not there" holds 'any("nowhere.yaml" in str(one) for one in at("error"))'
    ok "$command: people are told as well" err_has 'invalid.yaml:3:22: error: '
done
on_github run --github --json good.yaml
ok "not with --json" is_status 2
on_github run --github nowhere
ok "nothing to run" holds 'len(at("error")) == 1 and "nowhere" in c[0]["data"]'
mkdir shared
printf '%s\n' 'policies:' '  patient: {backof: {}}' >shared/part.yaml
printf '%s\n' 'scenario: 1' 'name: includes' 'services: [{name: a}]' 'include: [shared/part.yaml]' >includes.yaml
on_github check --github includes.yaml
ok "a mistake in an included file is there" holds 'c[0]["file"].endswith("shared/part.yaml") and c[0]["line"] == "2"'

printf '%s\n' 'scenario: 1' 'name: warned' 'services: [{name: a, backoff: {base: 2s, max: 1s}}]' \
    'expect: [{at: end, service: a, is: {phase: running}}]' >warned.yaml
for how in 'check --lint' 'check --strict' run; do
    # shellcheck disable=SC2086 # two words on purpose
    on_github $how --github warned.yaml
    ok "$how: a warning" holds '[(one["file"], one["line"], one["title"]) for one in at("warning")] == [("warned.yaml", "3", "base-above-max")]'
done
on_github check --github warned.yaml
ok "check alone warns of nothing" holds 'at("warning") == []'
on_github run -q --github warned.yaml
ok "run -q neither" holds 'c == []'

# ---- runs that fail as a whole, or say nothing ----

on_github run --github --max-events 3 good.yaml
ok "a budget" holds '"line" not in c[0] and c[0]["command"] == "error" and c[0]["file"] == "good.yaml" and "max-events" in c[0]["data"]'
printf '%s\n' 'scenario: 1' 'name: meant' 'verdict: stalled' 'services: [{name: a}]' \
    'expect: [{at: end, service: a, is: {phase: running}}]' >meant.yaml
on_github run --github meant.yaml
ok "another verdict" holds '"expected verdict stalled, found pass" in c[0]["data"]'
rehearse run -q --golden golden --update good.yaml
sed -i 's/"delay":10000000/"delay":11000000/' golden/good.yaml.jsonl
on_github run --github --golden golden good.yaml
ok "a golden trace" holds 'c[0]["data"].startswith("golden: first difference: event 4 ") and "--golden golden" in c[0]["data"]'
on_github run --github --golden fresh --update good.yaml
ok "files that were written are listed still" out_has 'fresh/good.yaml.jsonl'
endless long >long.yaml
on_github run --github --executor threads --speed 1 long.yaml
ok "what cannot be told in real time" holds 'c[0]["command"] == "notice" and c[0]["data"].startswith("skipped: simulated, it does not end either")'
cat >late.yaml <<'YAML'
scenario: 1
name: needs the machine
until: 700ms
services: [{name: a, script: [{fail: {}}, run], backoff: {base: 200ms}}]
expect: [{at: 400ms, service: a, is: {phase: running, attempt: 2}}]
YAML
# The machine is made late, as in late.sh.
"$REHEARSE" run --github --executor threads late.yaml >out 2>err &
pid=$!
while kill -STOP $pid 2>/dev/null; do
    sleep 0.3
    kill -CONT $pid
    sleep 0.02
done
wait $pid
python3 "$top/tests/cli/commands.py" out err >commands
ok "late is a warning" holds 'c[0]["command"] == "warning" and c[0]["data"].startswith("late: the machine kept it waiting")'

# ---- sweeps ----

cat >sweep.yaml <<'Y'
scenario: 1
name: sweep
services: [{name: app, backoff: {base: 1s, jitter: full}, script: [{fail: {}, times: 2}, run]}]
measures:
  back: {from: {at: 0}, until: {service: app, is: {phase: running}}}
expect:
  - {at: end, service: app, is: {starts: 4}}
  - {measure: back, over: seeds, max: {max: 1ns}}
  - {sometimes: {measure: back, is: {min: 99s}}}
  - {measure: back, is: {max: 500ms}}
Y
on_github run --github --seeds 1..50 sweep.yaml
ok "a place once, however many seeds fail there" holds 'sorted(int(one["line"]) for one in at("error")) == [7, 8, 9, 10]'
ok "by the first seed that did" holds '[one["title"] for one in at("error") if one["line"] == "7"] == ["sweep (seed 1)"]'
ok "what is asked of all seeds has their line" holds '[one["data"].split("\n")[1] for one in at("error") if one["line"] in "89"] == ["replay: rehearse run --seeds 1..50 sweep.yaml"] * 2'
cp out one
on_github run --github --jobs 2 --seeds 1..50 sweep.yaml
without_wall one >one.txt
without_wall out >two.txt
ok "two jobs say what one says" cmp one.txt two.txt
on_github run --github --seeds 1..5 sweep.yaml sweep.yaml
ok "each scenario anew" holds 'len(at("error")) == 8'

on_github run --github -v good.yaml bad.yaml
ok "-v: the timeline folds" holds '[(one["command"], one["data"]) for one in c][:4] == [("group", "good"), ("endgroup", ""), ("group", "bad"), ("endgroup", "")]'
ok "-v: what failed stands outside" holds '[one["command"] for one in c[4:]] == ["error", "notice"]'
rm -f out
"$REHEARSE" run --github -v --once --max-events 18446744073709551615 "$top/tests/cli/long.yaml.in" >out 2>err &
pid=$!
tries=0
until [ -s out ] || [ $tries -eq 3000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -TERM $pid
wait $pid
python3 "$top/tests/cli/commands.py" out err >commands
ok "an interrupt: the group is closed" holds '[one["command"] for one in c[:2]] == ["group", "endgroup"]'
ok "an interrupt is an error" holds 'c[2]["command"] == "error" and c[2]["data"].startswith("interrupted by SIGTERM after 0 of 1 run")'

# ---- names that would be commands ----

python3 - <<'PY'
import json
for number, awkward in enumerate(("::error file=x,line=1::gotcha", "a%0A::stop-commands::x", "b\n::add-mask::x\r::notice::y",
                                  "##[add-mask]x", "\u3000::warning::z", "t:1,line=9%, 100 %25::", "::group::\u2028::error::")):
    scenario = {"scenario": 1, "name": awkward, "about": awkward, "until": "1s",
                "services": [{"name": f"a{number}", "script": [{"fail": {"error": awkward}}]}],
                "expect": [{"at": "1s", "service": f"a{number}", "is": {"last-error": awkward + "?"}}]}
    open(f"hostile {number},%0A::error::.json", "w", encoding="utf-8").write(json.dumps(scenario, ensure_ascii=False, indent=1))
    open(f"wrong-{number}.yaml", "w", encoding="utf-8").write("scenario: 1\nname: x\n" + ("x" if number == 3 else "") + awkward.replace("\n", " ") + ": 1\nservices: [{name: a}]\n")
PY
on_github run --github -v hostile*.json wrong-*.yaml
ok "hostile names: the errors are ours alone" holds \
    'len([one for one in at("error") if "expected " in one["data"]]) == 7 and all(one.get("file", "").startswith(("hostile ", "wrong-")) for one in at("error"))'
ok "hostile names: nothing else is obeyed" holds 'set(one["command"] for one in c) == {"error", "group", "endgroup", "notice"} and len(at("notice")) == 1'
ok "hostile names: groups pair" holds 'len(at("group")) == len(at("endgroup")) == 7'
ok "hostile names: no property is theirs" holds 'set(key for one in c for key in one) == {"command", "file", "line", "col", "title", "data"}'
ok "hostile names: the title is the name" holds '[one["title"] for one in at("error") if one["file"].startswith("hostile 5")] == ["t:1,line=9%, 100 %25::"]'
ok "hostile names: the file is the file" holds '"hostile 0,%0A::error::.json" in [one["file"] for one in at("error")]'
ok "hostile names: people can read them" out_has '\x3a:error file=x,line=1::gotcha'
on_github check --github wrong-*.yaml
ok "hostile files: nothing is obeyed" holds 'set(one["command"] for one in c) == {"error"} and all(one["file"].startswith("wrong-") for one in c)'
rehearse run -v hostile*.json
python3 "$top/tests/cli/commands.py" out >commands
ok "without the option they would be obeyed" holds 'len(c) > 0'
finish
