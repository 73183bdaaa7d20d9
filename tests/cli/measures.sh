#!/bin/sh
# What every form of output says of a run's measures.
. "$(dirname "$0")/lib.sh"

cat >figures.yaml <<'Y'
scenario: 1
name: figures
until: 1m
services:
  - {name: app, count: 3, backoff: {base: 1500ms}, script: [{fail: {after: 1s}}, run]}
measures:
  starts: {tally: {event: attempt-started}}
  back: {from: {at: 1s}, until: {service: app-*, is: {phase: running}}}
  gone: {from: {at: 0}, until: {service: app-0, is: {phase: terminated}}}
Y
sed 's/^measures:/expect: [{measure: back, is: {max: 1499999999ns}}]\n&/;s/figures/late/' figures.yaml >late.yaml

rehearse run figures.yaml
ok "a line under the run's own" out_like '^ +starts 6, back 1\.5s, gone never$'
rehearse run -q figures.yaml
ok "not when it is quiet" out_empty
rehearse run late.yaml
ok "a failure says what it came to" \
    out_has 'expected measure back: at most 1.499999999s, found 1.5s'
ok "its line is there" out_like '^ +starts 6, back 1\.5s, gone never$'

rehearse run --json figures.yaml late.yaml
ok "--json has lengths in nanoseconds and the word" \
    out_lines 2 '"measures":\{"starts":6,"back":1500000000,"gone":"never"\}'
sed '/^measures/,$d' figures.yaml >none.yaml
rehearse run --json none.yaml
ok "and nothing where there is none" not out_has measures

rehearse run --junit - figures.yaml late.yaml none.yaml
ok "JUnit has them as output" out_lines 2 '^ +<system-out>starts 6$'
ok "each in a line" out_lines 2 '^back 1\.5s$'
if have python3; then
    ok "it is XML" python3 -c "import xml.dom.minidom as m; m.parse('out')"
else
    skip "it is XML" "there is no python3"
fi

rehearse run --tap figures.yaml late.yaml
ok "TAP has them as comments" out_lines 2 '^# gone never$'

# ---- over seeds ----

cat >herd.yaml <<'Y'
scenario: 1
name: herd
services:
  - {name: app, count: 7, backoff: {base: 1s, jitter: full}, script: [{fail: {}, times: 3}, run]}
measures:
  herd: {peak: {event: attempt-started, from: 1ms, within: 100ms}}
  back: {from: {at: 0}, until: {service: app-*, is: {phase: running}}}
  gone: {from: {at: 0}, until: {event: terminated}}
expect:
  - {measure: back, over: seeds, p10: {min: 1s}, max: {max: 3s}}
  - {measure: herd, over: seeds, median: {max: 7}, p37: 1}
  - {sometimes: {measure: herd, is: {min: 5}}}
Y
rehearse run --seeds 5..241 herd.yaml
ok "a sweep fails by what is expected of it" is_status 1
ok "how they lie: a part for each number of starts" out_like '^ +herd .*  ▂█▅▁▁$'
ok "… twelve of a length of time" out_like '^ +back .*  ▁▁▁▂▅▄██▅▅▂▂$'
ok "… none of what never is" out_like '^ +gone .*never .seed 5.$'
ok "a head" out_like '^ +measure +min +median +p90 +p99 +max +spread$'
ok "figures with their seeds" out_like '^ +herd +[0-9]+ \(seed [0-9]+\) +[0-9]+ \(seed'
ok "never has the first seed" out_like '^ +gone +never \(seed 5\) .*never \(seed 5\)$'
ok "what is expected and who gave the figure" \
    out_like '^herd\.yaml:10:[0-9]+: error: expected measure back over seeds: max at most 3s, found [0-9.s]+ \(seed [0-9]+\)$'
ok "of each percentile" out_has 'expected measure herd over seeds: p37 1, found 3 (seed '
ok "and a line to copy" out_like '^  replay: rehearse run --seeds 5\.\.241 herd\.yaml$'
without_wall out >one.txt
rehearse run --seeds 5..241 --jobs 3 herd.yaml
without_wall out >three.txt
ok "the same with three jobs" cmp one.txt three.txt
rehearse run --seeds 5..241 --tap herd.yaml
ok "TAP has them as comments" out_like '^# herd: min [0-9]+ \(seed [0-9]+\), median'
rehearse run --seeds 5..241 -q figures.yaml
ok "not when it is quiet and passes" out_empty
rehearse run --seeds 5..241 --json --jobs 2 herd.yaml
ok "--json has them in the sweep" out_lines 1 '"kind":"sweep".*"measures":\{"herd":\{"runs":237,"min"'
cat >ranks.py <<'P'
import json
rows = [json.loads(line) for line in open("out")]
runs = [row for row in rows if row["kind"] == "run"]
sweep = next(row for row in rows if row["kind"] == "sweep")
for name, told in sweep["measures"].items():
    key = lambda v: float("inf") if v == "never" else v
    values = sorted((key(run["measures"][name]), run["seed"]) for run in runs)
    for word, percent in (("min", 0), ("median", 50), ("p90", 90), ("p99", 99), ("max", 100)):
        value = values[max(-(-percent * len(values) // 100), 1) - 1][0]
        seed = min(seed for other, seed in values if other == value)
        assert (key(told[word]["value"]), told[word]["seed"]) == (value, seed), (name, word)
assert len(runs) == 237 and len(sweep["measures"]) == 3
P
if have python3; then
    ok "by nearest rank, and the first seed that gave it" python3 ranks.py
else
    skip "by nearest rank, and the first seed that gave it" "there is no python3"
fi

# Every percentile by a nanosecond, of as many runs as a hundred and of one more.
cat >percentiles.py <<'P'
import json, subprocess, sys
rehearse, count, off = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
head = """scenario: 1
name: percentiles
services: [{name: a, backoff: {base: 1s, jitter: full}, script: [fail, run]}]
measures:
  back: {from: {at: 0}, until: {service: a, is: {starts: 2}}}
expect:
"""
def runs(expect):
    with open("percentiles.yaml", "w") as file:
        file.write(head + expect)
    done = subprocess.run([rehearse, "run", "--seeds", f"1..{count}", "--json", "percentiles.yaml"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    return [json.loads(line) for line in done.stdout.splitlines()]
values = sorted(run["measures"]["back"] for run in runs("  - {measure: back, is: {min: 0}}\n")
                if run["kind"] == "run")
assert len(set(values)) == count
words = {"min": 0, "median": 50, "max": 100, **{f"p{i}": i for i in range(1, 100)}}
least = {word: next(v for v in values if 100 * sum(w <= v for w in values) >= percent * count)
         for word, percent in words.items()}
told = runs("".join(f"  - {{measure: back, over: seeds, {word}: {value + off}ns}}\n"
                    for word, value in least.items()))
sweep = next(one for one in told if one["kind"] == "sweep")
assert sweep["status"] == (1 if off else 0), sweep["failures"]
if off:  # as many of the failures as are listed, each by its own figure
    for i, failure in enumerate(sweep["failures"]):
        assert failure["line"] == 7 + i, failure
    assert len(sweep["failures"]) >= 20
P
if have python3; then
    for count in 99 100 101; do
        ok "$count runs: each percentile to the nanosecond" python3 percentiles.py "$REHEARSE" $count 0
        ok "$count runs: none a nanosecond off" python3 percentiles.py "$REHEARSE" $count 1
    done
else
    skip "each percentile to the nanosecond" "there is no python3"
fi
rehearse run --seeds 1..3 --fail-fast late.yaml
ok "a sweep that was stopped is not judged" not out_has 'over seeds'
sed 's/max: {max: 3s}/max: {max: 20s}/;s/, p37: 1//' herd.yaml >good.yaml
rehearse run --seeds 1..50 good.yaml
ok "what holds over all seeds passes" is_status 0

# In real time nothing takes exactly as long as it is to.
cat >real.yaml <<'Y'
scenario: 1
name: again after a minute
services: [{name: a, backoff: {base: 1s, max: 1s}, script: [{fail: {after: 59s}}, run]}]
until: 70s
measures: {up: {from: {at: 0}, until: {event: attempt-started, attempt: 2}}}
expect:
  - {measure: up, over: seeds, min: 60s, max: {max: 60s}}
Y
rehearse run --executor threads --speed 100 real.yaml
ok "lateness is allowed for in a statistic" is_status 0
ok "in real time" not out_like '^skip'
rehearse run --executor threads --speed 100 --seeds 1..2 real.yaml
ok "and in one of several runs" is_status 0
sed 's/min: 60s, max: {max: 60s}/max: {max: 1s}/' real.yaml >short.yaml
rehearse run --executor threads --speed 100 short.yaml
if out_has 'the machine kept it waiting'; then
    skip "but not for more than lateness explains" "the machine is late"
else
    ok "but not for more than lateness explains" \
        out_like 'measure up over seeds: max at most 1s, give or take [0-9.]+s, found [0-9m.]+s \(seed 1\)$'
fi
sed 's/^name: .*/&\nverdict: expectation-failed/' real.yaml >meant.yaml
rehearse run --executor threads --seeds 1..2 meant.yaml
ok "a sweep of runs that are skipped fails nothing" is_status 0
ok "and is skipped" out_has 'what it expects to fail is within the tolerance'

finish
