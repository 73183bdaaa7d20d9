#!/bin/sh
# --summary: Markdown that says what came of it, in which no name is more than text.
. "$(dirname "$0")/lib.sh"

passing good >good.yaml
failing bad >bad.yaml
printf '%s\n' 'scenario: 1' 'name: wrong' 'services: [{name: a, scrip: [run]}]' >invalid.yaml
summary() { # arguments of run
    rehearse run -q --summary summary.md "$@"
}
has() { grep -qF -e "$1" summary.md; }
has_line() { grep -qxF -e "$1" summary.md; }

summary good.yaml
ok "a pass: status" is_status 0
ok "a pass: headline" has_line '## rehearse: 1 passed'
ok "a pass: figures" has_line '1 scenario, 1 run (each made twice), 8 events, 30ms of virtual time.'
ok "a pass: no table" not has '|'
summary bad.yaml good.yaml invalid.yaml
ok "failures: status" is_status 1
ok "failures: headline" has_line '## rehearse: 1 failed, 1 invalid of 3'
ok "failures: what was expected where, and found" has_line \
    '| FAIL | <code>bad</code> | <code>bad.yaml:8:5</code> | <code>flaky: phase terminated</code> | <code>running (at 1s)</code> |'
ok "failures: a mistake in a file" has_line \
    '| INVALID |  | <code>invalid.yaml:3:22</code> | <code>a valid file</code> | <code>unknown key &#96;scrip&#96;; did you mean &#96;script&#96;?</code> |'
ok "failures: the line to copy" has '**FAIL** <code>bad</code>: <code>rehearse run --seed 1 bad.yaml</code>'
ok "failures: folded" has_line '<details><summary>what happened</summary>'
ok "failures: the last events" has 'backing-off         10ms, streak 1: no route'
cp summary.md first.md
summary bad.yaml good.yaml invalid.yaml
ok "the same again, by the same bytes" cmp summary.md first.md
rehearse run --summary - bad.yaml good.yaml invalid.yaml
ok "- is standard output" cmp out first.md

# ---- beside what is there ----

printf 'A page of mine' >page.md
rehearse run -q --summary page.md good.yaml
ok "somebody's page is not replaced" is_status 2
rehearse run -q --append good.yaml
ok "--append alone" is_status 2
rehearse run -q --summary page.md --append good.yaml
rehearse run -q --summary page.md --append bad.yaml
ok "--append: what was there stays" [ "$(head -n 1 page.md)" = 'A page of mine' ]
ok "--append: and both follow" [ "$(grep -c '^## rehearse: ' page.md)" -eq 2 ]
ok "--append: each behind an empty line" [ "$(grep -B 1 '^<!-- rehearse summary' page.md | grep -c '^$')" -eq 2 ]
cp page.md before.md
cp good.yaml kept.yaml
rehearse run -q --summary good.yaml --append good.yaml
ok "--append to an input" is_status 2
ok "--append to an input: whole" cmp good.yaml kept.yaml
(
    GCOV_PREFIX=$PWD/counts
    export GCOV_PREFIX
    ulimit -f 0
    exec "$REHEARSE" run -q --summary page.md --append good.yaml
) >out 2>err </dev/null
ok "--append that fails leaves what was there" cmp page.md before.md
ok "--append that fails leaves nothing else" [ -z "$(find . -name '.rehearse-*')" ]
: >empty.md
GITHUB_STEP_SUMMARY=empty.md
rehearse run -q --summary "$GITHUB_STEP_SUMMARY" --append bad.yaml good.yaml invalid.yaml
ok "an empty page, as a step begins with" cmp empty.md first.md

# ---- sweeps, and what is neither ----

cat >sweep.yaml <<'Y'
scenario: 1
name: sweep
services: [{name: app, backoff: {base: 1s, jitter: full}, script: [{fail: {}, times: 2}, run]}]
measures:
  back: {from: {at: 0}, until: {service: app, is: {phase: running}}}
  starts: {tally: {event: attempt-started}}
expect:
  - {at: end, service: app, is: {starts: 4}}
  - {measure: back, over: seeds, max: {max: 1ns}}
Y
summary --seeds 1..50 sweep.yaml
ok "a sweep: its first failures" [ "$(grep -c '^| FAIL | <code>sweep (seed [123])</code>' summary.md)" -eq 3 ]
ok "a sweep: the others are counted" has '| <code>47 seeds more failed</code> |'
ok "a sweep: what is asked of all" has '| FAIL | <code>sweep</code> | <code>sweep.yaml:9:34</code> |'
ok "a sweep: and how it is replayed" has '<code>rehearse run --seeds 1..50 sweep.yaml</code>'
ok "a sweep: its measures" has '| scenario | measure | min | median | p90 | p99 | max |'
ok "a sweep: with the seeds" grep -qxE '\| <code>sweep</code> \| <code>starts</code>( \| 3 \(seed 1\)){5} \|' summary.md
cp summary.md one.md
summary --jobs 2 --seeds 1..50 sweep.yaml
ok "two jobs say what one says" cmp one.md summary.md
summary --seeds 1..5 sweep.yaml sweep.yaml
ok "each sweep anew" [ "$(grep -c '^| FAIL | <code>sweep (seed [123])</code>' summary.md)" -eq 6 ]
endless long >long.yaml
summary --executor threads --speed 1 long.yaml
ok "what is skipped" grep -q '^| skipped | <code>long</code> | <code>simulated, it does not end either' summary.md
rehearse run -q --golden golden --update good.yaml
sed -i 's/"delay":10000000/"delay":11000000/' golden/good.yaml.jsonl
summary --golden golden good.yaml
ok "a golden trace" has '<code>the trace that is kept</code> | <code>golden: first difference: event 4 '
summary --max-events 3 good.yaml
ok "a run that fails as a whole" has '| STALLED | <code>good</code> | <code>good.yaml</code> |  | <code>'
"$REHEARSE" run --once --max-events 18446744073709551615 --summary part.md good.yaml bad.yaml \
    "$top/tests/cli/long.yaml.in" >out 2>err &
pid=$!
tries=0
until grep -q '^FAIL' out || [ $tries -eq 3000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -TERM $pid
wait $pid
ok "an interrupt: the headline" grep -qxF '## rehearse: interrupted, 1 failed, 1 not run of 3' part.md
ok "an interrupt: is said" grep -qF '**This is not all**: interrupted by SIGTERM after 2 of 3 runs.' part.md
ok "an interrupt: has what was run" grep -qF '<code>bad.yaml:8:5</code>' part.md

# A page takes a megabyte: what is more is counted.
cat >vary.yaml <<'Y'
scenario: 1
name: many
vary: {defaults.backoff.base: [VALUES]}
services: [{name: a, count: 40, script: [{fail: {}, times: 2}, run]}]
expect: [{at: end, service: a-*, is: {starts: 4}}]
Y
values=$(i=0; while [ $i -lt 1500 ]; do i=$((i + 1)); printf '%sms, ' $i; done)
sed -i "s/VALUES/${values%, }/" vary.yaml
summary --once vary.yaml
ok "thousands of failures: a page still" [ "$(wc -c <summary.md)" -lt 1000000 ]
ok "thousands of failures: the rows that are left out are counted" grep -qE '^And [0-9,]+ lines more, which the report has\.$' summary.md
ok "thousands of failures: and the details" grep -qE '^And [0-9,]+ failures more, which the report has\.$' summary.md

# ---- names that would be markup ----

if ! have cmark-gfm || ! have python3; then
    skip "names in Markdown, as GitHub reads it" "no cmark-gfm, or no python3"
    finish
fi
python3 - <<'PY'
import json
names = ["a | b | c", "\\| x \\\\| y", "`code` ``two`` ```", "</code></td><script>alert(1)</script>", "<!-- x --> --> <img src=x onerror=y>",
         "[link](http://example.org) ![image](x)", "http://example.org/x www.example.org WWW.example.org", "mailto:a@example.org b@example.org",
         "**bold** __bold__ *it* _it_ ~~gone~~", "&lt;b&gt; &#124; &amp;", "# head", "$x^2$ :smile: @somebody #1 !2 ~label", "</pre></details><h1>out</h1>",
         "line\nfeed\n\n| a | b |\n", "\x1b[31m\u202eesrever", "trailing\\", "\u00e9\u4e2d\U0001f600 and more" * 40, "{::nomarkdown}{: .x} %{x} {{ y }}",
         "<code>", "<", "a\\`b`", "-- --> <!--", "<!-- gone b@example.org back"]
for number, name in enumerate(names):
    scenario = {"scenario": 1, "name": name, "until": "1s",
                "services": [{"name": f"a{number}", "script": [{"fail": {"error": name}}]}],
                "expect": [{"at": "1s", "service": f"a{number}", "is": {"last-error": name + "?"}}]}
    open(f"hostile {number:02} |`<b>&.json", "w", encoding="utf-8").write(json.dumps(scenario))
json.dump(names, open("names", "w"))
PY
summary hostile*.json
ok "hostile names: each has failed" has '23 failed of 23'
cmark-gfm -e table -e autolink -e strikethrough --unsafe summary.md >summary.html
cat >judge.py <<'PY'
import html.parser, json, re, sys
names = json.load(open("names"))
VOID = {"img", "br", "hr", "input"}
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.stack, self.rows, self.wrong = {}, [], [], []
    def handle_starttag(self, tag, attributes):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if attributes:
            self.wrong.append((tag, attributes))
        if tag not in VOID:
            self.stack.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.wrong.append(("end", tag))
    def handle_data(self, text):
        if "td" in self.stack:
            self.rows[-1][-1] += text
page = Page()
page.feed(open("summary.html", encoding="utf-8").read())
page.close()
assert not page.wrong and not page.stack, (page.wrong, page.stack)
allowed = {"h2", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "details", "summary", "pre"}
assert set(page.tags) <= allowed, set(page.tags) - allowed
assert page.tags["table"] == page.tags["h2"] == 1 and page.tags["pre"] == page.tags["details"] == len(names), page.tags
assert len(page.rows) == len(names) + 1 and all(len(row) == 5 for row in page.rows)
def shown(name):
    name = name.replace("\n", "\\n").replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    return name if len(name.encode()) <= 400 else None
for row, name in zip(page.rows[1:], names):
    if shown(name) is None:
        assert row[1].endswith("...") and name.startswith(row[1][:-3]) and len(row[1].encode()) <= 403, row[1]
    else:
        assert row[1] == shown(name).strip() or row[1] == shown(name), (row[1], name)
    assert row[2].startswith("hostile ") and "|`<b>&.json" in row[2], row[2]
PY
ok "hostile names: nothing but text" python3 judge.py
# Where readers that make links of plain text look at what is left, nothing is in one piece.
ok "hostile names: no address in one piece" python3 -c '
import re
for piece in re.split(r"<[^>]*>", open("summary.html", encoding="utf-8").read().split("<pre>")[0]):
    assert not re.search(r"https?:/|www\.[a-z]|[a-z]@[a-z]", piece, re.I), piece'
# Readers differ in what begins markup and what ends it: there is no such character.
ok "hostile names: no character of HTML" python3 -c '
import re
page = re.sub(r"<pre>.*?</pre>", "", open("summary.md", encoding="utf-8").read(), flags=re.S)
page = re.sub(r"</?(code|details|summary)>|<!-- (rehearse summary )?-->", "", page)
assert not re.search("[<>\"]", page), re.search(".*[<>\"].*", page)[0]'
# The judge notices what it is there for.
sed 's/&#60;/</g; s/&#62;/>/g' summary.md | cmark-gfm -e table -e autolink --unsafe >summary.html
ok "the judge: markup" not python3 judge.py
sed 's/&#124;/|/g' summary.md | cmark-gfm -e table -e autolink --unsafe >summary.html
ok "the judge: cells" not python3 judge.py
sed 's/&#64;<!-- -->/@/g' summary.md | cmark-gfm -e table -e autolink --unsafe >summary.html
ok "the judge: addresses" not python3 judge.py
finish
