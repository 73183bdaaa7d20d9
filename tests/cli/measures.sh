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
ok "JUnit has them as properties" out_lines 2 '<property name="back" value="1\.5s"/>'
ok "of their cases, before a failure" out_lines 2 '^ +<properties>$'
if have python3; then
    ok "it is XML" python3 -c "import xml.dom.minidom as m; m.parse('out')"
else
    skip "it is XML" "there is no python3"
fi

rehearse run --tap figures.yaml late.yaml
ok "TAP has them as comments" out_lines 2 '^# gone never$'

finish
