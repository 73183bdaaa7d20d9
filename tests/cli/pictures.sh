#!/bin/sh
# Pictures of runs: a page, a still, tracks for Perfetto.
. "$(dirname "$0")/lib.sh"
look() { python3 "$top/tests/pictures/check" "$@"; }

passing good >good.yaml
rehearse run --html a.html --svg a.svg --perfetto a.json good.yaml
ok "all three of a run" is_status 0
ok "the report is there too" out_has "1 passed"
ok "they are what they have to be" look a.html a.svg a.json
rehearse run --html a.html --svg a.svg --perfetto a.json good.yaml
ok "an earlier picture is replaced" is_status 0
for form in html svg perfetto; do
    echo "something else" >mine
    rehearse run --$form mine good.yaml
    ok "--$form: a file of somebody else's is not" is_status 2
    ok "--$form: … and is whole" grep -qx "something else" mine
    rehearse run --$form good.yaml good.yaml
    ok "--$form: nor an input" err_has "it is an input"
    rehearse run --$form - good.yaml
    ok "--$form: to standard output, and nothing else" not out_has "1 passed"
    cp out "b.$form"
done
ok "the page on standard output is the same" cmp a.html b.html
ok "… the still" cmp a.svg b.svg
ok "… the tracks" cmp a.json b.perfetto
rehearse run --html same --svg same good.yaml
ok "two into one file" is_status 2
rehearse run --svg - --perfetto - good.yaml
ok "two to standard output" is_status 2

# What a file says is text, wherever it stands.
cat >evil.yaml <<'END'
scenario: 1
name: "</script><img src=x onerror=alert(1)> & \"'\u202e\x01"
until: 4s
conditions: {db: up}
services:
  - {name: web, group: in.side, script: [{fail: {after: 1s, error: "]]></title><script>alert(2)</script>"}}, run]}
timeline:
  - {at: 2s, set: {db: down}}
  - {at: 3s, cancel: web, who: "<u>&amp;", why: "</svg>"}
expect:
  - {at: 2s, service: web, is: {last-error: "<script>"}} # <script>alert(3)</script>
END
rehearse run --html evil.html --svg evil.svg --perfetto evil.json evil.yaml
ok "hostile texts: the run fails as ever" is_status 1
ok "… and no picture takes them for markup" look evil.html evil.svg evil.json
ok "the failure is in the data" grep -q '"held":false' evil.html
ok "… and where it is to be seen" not grep -q '"fails_at":-1' evil.html
ok "the still shows it" grep -q 'class="fails"' evil.svg
ok "what a check of pictures overlooks: nothing" look --selftest evil.html evil.svg evil.json

# Which of several runs is drawn.
failing bad >bad.yaml
rehearse run --html several.html --svg several.svg good.yaml bad.yaml evil.yaml
ok "several: the first that failed is the still" grep -q '>bad<' several.svg
ok "several: all are on the page" [ "$(grep -c '"fails_at"' several.html)" -eq 3 ]
rehearse run --jobs 3 --html jobs.html --svg jobs.svg good.yaml bad.yaml evil.yaml
ok "several jobs draw the same page" cmp several.html jobs.html
ok "… and the same still" cmp several.svg jobs.svg
rehearse run --seeds 1..60 --html many.html good.yaml
ok "of many that passed so many are left out" grep -q '"left_out":10' many.html
ok "… and the others are there" look many.html

for folder in demo groups conditions finish forgiveness; do
    rehearse run --once --html "$folder.html" --svg "$folder.svg" --perfetto "$folder.json" "$top/scenarios/$folder"
    ok "$folder: pictures" look "$folder.html" "$folder.svg" "$folder.json"
done
for name in thousand-flaky-with-jitter mixed-thousand; do
    rehearse run --once --html fleet.html --svg fleet.svg "$top/scenarios/fleet/$name.yaml"
    ok "$name: a page, and a still of some of it" look fleet.html fleet.svg
    ok "$name: … that says so" grep -q 'services more' fleet.svg
done
rehearse run --lanes good.yaml bad.yaml
ok "--lanes: a line for each service of each run" out_lines 2 '^ +flaky +x·(█)+$'
rehearse run --lanes -q good.yaml bad.yaml
ok "--lanes -q: of the run that failed" out_lines 1 '^ +flaky +x·(█)+$'
rehearse run --lanes --jobs 2 good.yaml bad.yaml
ok "--lanes: in several processes as well" out_lines 2 '^ +flaky +x·(█)+$'
rehearse run --executor threads --html threads.html good.yaml
ok "on threads there is a picture too" look threads.html
finish
