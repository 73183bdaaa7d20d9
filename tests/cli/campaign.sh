#!/bin/sh
# What a report tells of campaigns, from the results that they have left.
. "$(dirname "$0")/lib.sh"

# Two keys that vary, two measures, what fails now and then and what never holds.
cat >sweep.yaml <<'EOF'
scenario: 1
name: seeds
vary: {services.a.backoff.base: [10ms, 1s], services.a.backoff.jitter: [none, full]}
services:
  - {name: a, backoff: {base: 10ms, jitter: full}, script: [{fail: {after: {uniform: [1ms, 20ms]}}, times: 3}, run]}
  - {name: b, backoff: {base: 1s, jitter: full}, restart-limit: {max: 1000, within: 1s}, script: [{fail: {after: 500ms}}]}
until: 20s
measures:
  recovery: {from: {event: attempt-ended, service: a}, until: {service: a, is: {phase: running, starts: 4}}}
expect:
  - {measure: recovery, is: {max: 2500ms}}
  - {measure: recovery, over: seeds, median: {max: 500ms}}
  - {sometimes: {service: a, is: {starts: 9}}}
EOF
passing one >one.yaml
failing two >two.yaml

# values KIND KEY: of the rows of --json in `out`, one a line.
values() { sed -n "s/^{\"kind\":\"$1\",.*\"$2\":\"\{0,1\}\([^,\"}]*\).*/\1/p" "$dir/out"; }
shuffled() { printf '%s\n' "$@" | awk '{ print (NR * 7) % 11 " " $0 }' | sort -n | cut -d ' ' -f 2; }

# ---- a campaign of run ----
rehearse run --json --seeds 1..50 --results r.jsonl sweep.yaml
cp out run.json
rehearse report r.jsonl
ok "it is told, though runs failed" is_status 0
ok "nothing is complained of" err_empty
ok "verdicts" out_like '^ +1 +sweep\.yaml +seeds +services\.a\.backoff\.base=1s, services\.a\.backoff\.jitter=none +50 +0 +50 '
ok "a measure, with the seeds at its ends" out_like ' recovery +50 +0 +[0-9.]+ms +[0-9]+ +[0-9.]+ms +[0-9]+ '
ok "how it is spread" out_has '█'
ok "a failure, grouped, with its line" out_like ' sweep\.yaml:11:5 +expectation-failed +measure recovery: at most 2\.5s +'
ok "and what replays it" out_like 'rehearse run --variant .* --seed 1 sweep\.yaml$'
rehearse report --table r.jsonl
cp out table
rehearse report r.jsonl
ok "--table is what is said without it" cmp table out
rehearse report --json r.jsonl
cp out one.json
ok "--json: status" is_status 0
python3 - "$dir/one.json" "$dir/run.json" >python 2>&1 <<'EOF'
import json
import sys

rows = {}
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    rows.setdefault(row.pop("kind"), []).append(row)
runs = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
runs = [one for one in runs if one["kind"] == "run"]
assert rows["campaigns"] == [{"campaign": 1, "command": "rehearse run --seeds=1..50 sweep.yaml", "runs": 200,
                              "passed": sum(one["status"] == 0 for one in runs), "events": sum(one["event-count"] for one in runs)}]
assert len(rows["verdicts"]) == 4 and all(row["runs"] == 50 for row in rows["verdicts"])


def of(row):
    return [one for one in runs if ", ".join(f"{k}={v}" for k, v in one["variant"].items()) == row["variant"]]


def figure(one, measure):
    return one["event-count"] if measure == "events of a run" else one["measures"][measure]


for row in rows["verdicts"]:
    own = of(row)
    assert row["passed"] == sum(one["status"] == 0 for one in own)
    assert row["failed"] == sum(one["status"] == 1 for one in own)
    assert row.get("first-failed") == next((one["seed"] for one in own if one["status"]), None)
for row in rows["measures"]:
    figures = sorted((figure(one, row["measure"]), one["seed"]) for one in of(row))
    assert (row["min"], row["min-seed"]) == figures[0]
    assert row["max"] == figures[-1][0]
    assert row["median"] == figures[(len(figures) + 1) // 2 - 1][0]
    parts = [part for part in rows["spread"] if (part["variant"], part["measure"]) == (row["variant"], row["measure"])]
    assert sum(part["runs"] for part in parts) == 50
    for part in parts:
        assert part["runs"] == sum(part["from"] <= value <= part["to"] for value, _ in figures) > 0
    named = {(one["variant"], one["seed"]) for one in rows["runs"]}
    assert (row["variant"], row["min-seed"]) in named and (row["variant"], row["max-seed"]) in named
scales = {}
for part in rows["spread"]:
    scales.setdefault(part["measure"], []).append((part["from"], part["to"]))
for parts in scales.values():  # the parts of all variants are those of one scale
    for a, b in parts:
        assert all(c > b or d < a or (a, b) == (c, d) for c, d in parts)
squares = [row for row in rows["heat"] if row["measure"] == ""]
assert len(squares) == 4 and sum(row["failed"] for row in squares) == sum(one["status"] != 0 for one in runs)
assert {row["measure"] for row in rows["heat"]} == {"", "recovery", "events of a run"}
ways = rows["failures"]
assert [way["runs"] for way in ways] == sorted((way["runs"] for way in ways), reverse=True)
own = [way for way in ways if way["place"] == "sweep.yaml:11:5"]
assert len(own) == 1 and own[0]["runs"] == sum(one["status"] != 0 for one in runs)
assert any(way["place"] == "sweep.yaml:13:5" and way["variants"] == 4 for way in ways)
most = sorted((one["event-count"] for one in runs), reverse=True)[:10]
assert [row["events"] for row in rows["slowest"] if row["by"] == "events"] == most
EOF
ok "--json: what the runs came to" [ ! -s python ]
[ ! -s python ] || sed 's/^/# /' python

# ---- shards, in any order, are one machine's ----
k=0
while [ "$k" -lt 7 ]; do
    k=$((k + 1))
    rehearse run -q --seeds 1..50 --shard $k/7 --results s-$k.jsonl sweep.yaml
done
# shellcheck disable=SC2046
rehearse report --json $(shuffled s-*.jsonl)
ok "seven shards: as of one machine" cmp out one.json
cp s-3.jsonl again
rehearse report --json again s-*.jsonl
ok "doubled: as of one machine" cmp out one.json
ok "doubled: it is said" err_like '^rehearse: (again|s-3\.jsonl): shard 3/7 is there already, in (again|s-3\.jsonl): it counts once$'
rehearse report s-1.jsonl s-2.jsonl s-4.jsonl s-5.jsonl s-6.jsonl s-7.jsonl
ok "missing: the status" is_status 1
ok "missing: which" err_has 'rehearse: a shard of 7 missing: 3/7; run it and merge again'
ok "missing: nothing is told" out_empty

# ---- several campaigns ----
rehearse run -q --results two.jsonl one.yaml two.yaml
rehearse fuzz -q --seeds 1..60 --results f.jsonl
rehearse sweep -q --points 20 --results w.jsonl one.yaml
rehearse report --json r.jsonl two.jsonl f.jsonl w.jsonl
cp out all.json
ok "several: the status" is_status 0
ok "several: each has a number" [ "$(values campaigns campaign | tr '\n' ' ')" = '1 2 3 4 ' ]
ok "several: fuzz is told with what its scenarios had in them" grep -q '^{"kind":"features","campaign":1,"feature":"[a-z-]*","runs":[0-9]*,"failed":0}$' out
ok "several: the rarest first" [ "$(values features runs)" = "$(values features runs | sort -n)" ]
ok "several: and what pairs of runs came to" grep -q '^{"kind":"relations","campaign":1,' out
ok "several: a sweep is told kind by kind" grep -q '^{"kind":"points","campaign":4,"file":"one.yaml","scenario":"one","variant":"","fault":"start","points":3,"runs":6,"survived":6,"cut":0,"fell":0}$' out
ok "several: what failed" grep -q '^{"kind":"failures","campaign":2,"file":"two.yaml","scenario":"two","variant":"","place":"two.yaml:8:5","verdict":"expectation-failed","expected":"flaky: phase terminated"' out
rehearse report --json w.jsonl f.jsonl two.jsonl s-*.jsonl
ok "several: in another order they are the same" cmp out all.json

# What fails in a campaign of fuzz and in a sweep: each way once, with what replays it.
rehearse fuzz -q --from sweep.yaml --seeds 1..40 --no-shrink --results g.jsonl
ok "fuzz: some fail" is_status 1
rehearse report --json g.jsonl
cp out found
unlucky=$(sed -n 's/^{"kind":"verdicts",.*"runs":\([0-9]*\),"passed":\([0-9]*\),.*/\1 \2/p' found | awk '{ n += $1 - $2 } END { print n }')
ok "fuzz: one way of failing" [ "$(grep -c '^{"kind":"failures"' found)" -eq 1 ]
ok "fuzz: of as many as did not pass" grep -q "^{\"kind\":\"failures\",.*\"runs\":$unlucky," found
ok "fuzz: each variant that was drawn" [ "$(grep -c '^{"kind":"verdicts"' found)" -eq 4 ]
seed=$(sed -n 's/^{"kind":"failures",.*"replay":"rehearse \(.*\)"}$/\1/p' found)
# shellcheck disable=SC2086
rehearse $seed --no-shrink
ok "fuzz: the line replays it" is_status 1
printf '%s\n' 'scenario: 1' 'name: fragile' 'services:' '  - {name: sound}' \
    '  - {name: weak, script: [{fail: {after: 1s}}, run], backoff: {base: 0s}}' 'until: 10s' >fragile.yaml
rehearse sweep -q --results v.jsonl fragile.yaml
ok "sweep: some runs do not survive" is_status 4
rehearse report --json v.jsonl
ok "sweep: told, all the same" is_status 0
ok "sweep: how many" grep -q '^{"kind":"verdicts",.*"file":"fragile.yaml".*"stalled":3,' out
ok "sweep: which, and the fault" grep -q '^{"kind":"failures",.*"place":"start 1 and all that follow at 0s, sound, attempt 1","verdict":"stalled instant, start","expected":"to survive it",' out
ok "sweep: of which kind" grep -q '^{"kind":"points",.*"fault":"start","points":[0-9]*,"runs":[0-9]*,"survived":[0-9]*,"cut":0,"fell":3}$' out
line=$(sed -n 's/^{"kind":"failures",.*"replay":"rehearse \(.*\)"}$/\1/p' out | head -n 1)
# shellcheck disable=SC2086
rehearse $line
ok "sweep: the line replays it" is_status 4

# ---- a page, CSV, pages of runs ----
rehearse report --html report.html --csv sheets --pages pages r.jsonl two.jsonl f.jsonl w.jsonl
ok "files: the status" is_status 0
ok "files: nothing is printed beside them" out_empty
cp report.html before.html
rehearse report --json --html report.html --csv sheets --pages pages w.jsonl f.jsonl two.jsonl s-*.jsonl
ok "files: earlier ones are replaced" is_status 0
ok "files: the page is the same from shards, in another order" cmp before.html report.html
cat >look.py <<'EOF'
"""Whether page, CSV and JSON say the same."""
import csv
import json
import os
import re
import sys

text = open("report.html", encoding="utf-8").read()
found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
assert len(found) == 1 and not re.search(r"[<>&]", found[0]) and text.startswith("<!doctype html>\n<!-- A report of campaigns, by rehearse")
assert "default-src 'none'" in text and not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text)
data, lines = json.loads(found[0]), [json.loads(line) for line in open("out", encoding="utf-8")]
assert data["format"] == 1
for name, sheet in data["sheets"].items():
    told = [line for line in lines if line.pop("kind", None) == name or line.get("of") == name]
    rows = []
    for row in sheet["rows"]:
        assert len(row) == len(sheet["columns"])
        cells = {column: (data["words"][cell] if kind == "text" else int(cell) if cell != "never" else cell)
                 for (column, kind), cell in zip(sheet["columns"], row) if cell is not None}
        rows.append(cells)
    with open(f"sheets/{name}.csv", encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert table[0] == [column for column, _ in sheet["columns"]], name
    assert [{k: v for k, v in zip(table[0], row) if v != ""} for row in table[1:]] == [
        {k: str(v) for k, v in row.items() if v != ""} for row in rows], name
    sheet["told"] = rows
for line in map(json.loads, open("out", encoding="utf-8")):
    kind = line.pop("kind")
    assert line == data["sheets"][kind]["told"].pop(0), (kind, line)
assert not any(sheet["told"] for sheet in data["sheets"].values())
pages = {row["page"] for row in map(json.loads, open("out", encoding="utf-8")) if row["kind"] == "runs" and row["page"]}
assert pages and pages == {"pages/" + name for name in os.listdir("pages")}, pages
EOF
python3 look.py >python 2>&1
ok "files: page, CSV and JSON say the same" [ ! -s python ]
[ ! -s python ] || sed 's/^/# /' python
page=$(sed -n 's/^{"kind":"runs".*"seed":1,.*"page":"\([^"]*\)".*sweep.yaml.*/\1/p' out | head -n 1)
ok "pages: drawn by run" grep -q '^<!-- Pictures of runs, by rehearse' "$page"
"$top/tests/pictures/check" pages/*.html
ok "pages: they are pictures" [ $? -eq 0 ]
rehearse report --html - r.jsonl
ok "--html -: on standard output" out_like '^<!-- A report of campaigns, by rehearse -->$'
mkdir -p a/b c
rehearse report --html a/b/report.html --pages c r.jsonl
ok "pages: the way from the report's page" grep -q '"\.\./\.\./c/1-1-seed-[0-9]*\.html"' a/b/report.html
rehearse report --html c/report.html --pages c r.jsonl
ok "pages: in the same directory" grep -q '^"1-1-seed-[0-9]*\.html"' c/report.html
cp one.yaml mine.html
rehearse report --html mine.html r.jsonl
ok "files: another file is not replaced" err_has '--html mine.html: it exists and is no earlier output of this option; --force replaces it'
ok "files: it is still there" cmp one.yaml mine.html
rehearse report --force --html mine.html r.jsonl
ok "--force: it is replaced" grep -q 'A report of campaigns' mine.html
rehearse report --force --html r.jsonl r.jsonl
ok "--force: not an input" err_has 'it is an input, and would be lost'
rehearse report --force --html sweep.yaml r.jsonl
ok "--force: nor a scenario" err_has 'it is an input, and would be lost'
rehearse report --csv one.yaml r.jsonl
ok "--csv: no directory" err_has 'one.yaml: it is no directory'
rehearse report --pages pages --html nowhere/report.html r.jsonl
ok "--pages: no directory for the report" is_status 2
rehearse report --json --table r.jsonl
ok "one output at a time" err_has 'only one output can have standard output'

# ---- a ledger ----
# records NAME:TIMES...: as a program with probes writes them.
records() { python3 -c 'import struct, sys; sys.stdout.buffer.write(b"".join(struct.pack("<Q120s", int(t), n.encode()) for n, t in (a.rsplit(":", 1) for a in sys.argv[1:])))' "$@"; }
records 'pool: waits for a slot:7' 'cell: running, start:0' 'end: at once:0' 'cell: idle, start:3' ':0' 'pool: waits for a slot:5' >ledger
rehearse report --json --ledger ledger --html ledger.html --csv sheets two.jsonl
ok "ledger: the status" is_status 0
ok "ledger: cells of the phase table, in its order" [ "$(grep '"kind":"cells"' out | tr -d '\n')" = '{"kind":"cells","phase":"running","event":"start","times":0}{"kind":"cells","phase":"idle","event":"start","times":3}' ]
ok "ledger: probes, the rarest first, places of one name together" [ "$(grep '"kind":"probes"' out | tr -d '\n')" = '{"kind":"probes","probe":"end: at once","times":0}{"kind":"probes","probe":"pool: waits for a slot","times":12}' ]
ok "ledger: on the page, too" grep -q '"pool: waits for a slot"' ledger.html
ok "ledger: and as CSV" [ "$(cat sheets/probes.csv)" = "campaign,probe,times
,end: at once,0
,pool: waits for a slot,12" ]
head -c 200 ledger >torn
: >empty
printf 'x%0127d' 0 >words
records "$(printf 'an \001:1')" >steers
for ledger in torn empty words steers one.yaml; do
    rehearse report --json --ledger $ledger two.jsonl
    ok "ledger: $ledger is none" is_status 2
    ok "ledger: $ledger: it is said" err_has "rehearse: $ledger: no ledger: a program of the canaries' build writes one"
    ok "ledger: $ledger: nothing else is" out_empty
done
rehearse report --ledger nowhere two.jsonl
ok "ledger: there is none" err_has 'rehearse: nowhere: No such file or directory'
rehearse report --force --html ledger --ledger ledger two.jsonl
ok "ledger: it is an input" err_has 'it is an input, and would be lost'

# ---- texts of files are no markup ----
cp "$top/tests/pages/campaign.yaml" hostile.yaml
rehearse run -q --seeds 1..20 --results h.jsonl hostile.yaml
rehearse report --json --html hostile.html --csv sheets h.jsonl
ok "hostile: told" is_status 0
ok "hostile: it is there" grep -q '<svg onload=' out
python3 - >python 2>&1 <<'EOF'
import csv
import re

text = open("hostile.html", encoding="utf-8").read()
data = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
assert len(data) == 1 and "pwned" in data[0] and not re.search(r"[<>&\u202e]", data[0])
assert "pwned" not in text.replace(data[0], "")
assert any(row[3].startswith('services.a.needs.db.fail.error==1+1,"quoted"') for row in csv.reader(open("sheets/verdicts.csv", encoding="utf-8", newline="")))
EOF
ok "hostile: in the data alone, without what could end them" [ ! -s python ]
[ ! -s python ] || sed 's/^/# /' python
rehearse report h.jsonl
ok "hostile: nothing turns the direction of a terminal" not grep -q "$(printf '\342\200\256')" out

# ---- what is wrong ----
wrong() {
    what=$1
    text=$2
    shift 2
    rehearse report "$@"
    ok "$what: the status" is_status 2
    ok "$what: nothing is told" out_empty
    ok "$what: the place and why" err_has "$text"
}
wrong "no results" 'one.yaml:1: error: no results file' one.yaml
head -n 5 r.jsonl >torn
wrong "torn" 'torn:5: error: the file is torn: it has no end; run shard 1/1 again' torn
sed '3s/"seed":2/"seed":3/' r.jsonl >changed
wrong "changed" 'changed:3: error: not the seed of this run' changed
wrong "standard input" 'results are read twice: not from standard input' -
wrong "none" 'no file or directory is named: rehearse report FILE' --json
cp sweep.yaml kept.yaml
echo '# more' >>sweep.yaml
wrong "another scenario" 'is not here what the shard has run; merge where the files are as they were' r.jsonl
mkdir there
mv kept.yaml there/sweep.yaml
rehearse report --json --directory there r.jsonl
ok "--directory: where the scenarios are" cmp out one.json
rehearse report -C there --html moved.html --pages moved r.jsonl
ok "--directory: pages are drawn from there" is_status 0
ok "--directory: and stand here" [ -s moved/1-1-seed-1.html ]
finish
