#!/bin/sh
# Outputs for machines: TAP, JSON, JUnit, traces, metrics.
. "$(dirname "$0")/lib.sh"

passing 'good <one> & "two" # three' | sed "s/^name: .*/name: 'good <one> \& \"two\" # three'/" \
    >good.yaml
failing bad >bad.yaml
echo 'scenario: one' >invalid.yaml

rehearse run --tap good.yaml bad.yaml invalid.yaml
ok "TAP: status as without" is_status 1
ok "TAP: version" [ "$(head -n 1 out)" = 'TAP version 13' ]
ok "TAP: plan" out_like '^1\.\.3$'
ok "TAP: a pass, its # escaped" out_like '^ok [0-9]+ - good <one> & "two" \\# three$'
ok "TAP: a failure" out_like '^not ok [0-9]+ - bad$'
ok "TAP: an invalid file" out_like '^not ok [0-9]+ - invalid\.yaml$'
ok "TAP: a line to copy" out_has 'replay: "rehearse run --seed 1 bad.yaml"'
ok "TAP: only TAP on stdout" not out_like '^(pass|FAIL)'

rehearse run --json good.yaml bad.yaml invalid.yaml
ok "JSON: a line for each, and a summary" out_lines 4 '^\{"kind":"(run|invalid|summary)",.*\}$'
ok "JSON: summary" out_has '"scenarios":2,"passed":1,"failed":1,"invalid":1'
ok "JSON: the failure's place" out_like '"failures":\[\{"line":8,"column":'
ok "JSON: no wall clock" not out_has wall
cp out first
rehearse run --json good.yaml bad.yaml invalid.yaml
ok "JSON: the same every time" cmp first out
if have python3; then
    ok "JSON: every line parses" python3 -c 'import json; [json.loads(x) for x in open("out")]'
else
    skip "JSON: every line parses" "no python3"
fi

rehearse run -q --junit report.xml good.yaml bad.yaml invalid.yaml
ok "JUnit: counts" grep -q 'tests="3" failures="1" errors="1"' report.xml
ok "JUnit: names are escaped" grep -q 'good &lt;one&gt; &amp; &quot;two&quot; # three' report.xml
if have xmllint; then
    ok "JUnit: well-formed" xmllint --noout report.xml
else
    skip "JUnit: well-formed" "no xmllint"
fi

rehearse run -q --trace trace.jsonl good.yaml bad.yaml
ok "trace: a header for each run" [ "$(grep -c '^{"rehearse":1' trace.jsonl)" -eq 2 ]
ok "trace: an end for each run" [ "$(grep -c '^{"end":true' trace.jsonl)" -eq 2 ]
ok "trace: n counts from 1" grep -q '^{"t":0,"n":1,"event":"registered"' trace.jsonl
rehearse run --trace - good.yaml bad.yaml
ok "trace: - is stdout, and nothing else is" cmp out trace.jsonl
if have python3; then
    ok "trace: every line parses" \
        python3 -c 'import json; [json.loads(x) for x in open("trace.jsonl")]'
else
    skip "trace: every line parses" "no python3"
fi

rehearse run -q --metrics metrics.txt good.yaml bad.yaml
ok "metrics: type and help once" [ "$(grep -c '^# TYPE sup_restarts_total counter$' metrics.txt)" -eq 1 ]
ok "metrics: a sample for each run" [ "$(grep -c '^sup_restarts_total{' metrics.txt)" -eq 2 ]
ok "metrics: labels are escaped" grep -q 'scenario="good <one> & \\"two\\" # three",seed="1"} 2$' \
    metrics.txt
rehearse run --junit - good.yaml
ok "a FILE of - takes the place of the report" [ "$(head -n 1 out | cut -c 1-5)" = '<?xml' ]
finish
