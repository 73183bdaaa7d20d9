#!/bin/sh
# The report for people.
. "$(dirname "$0")/lib.sh"

passing "a good one" >good.yaml
failing "a bad one" >bad.yaml
mkdir "dir with 'quotes"
cp bad.yaml "dir with 'quotes/bad.yaml"

rehearse run good.yaml
ok "a line for the scenario" out_like '^pass +a good one +30ms +[0-9]+ events  [0-9a-f]{16}$'
ok "a total" out_like '^1 scenario: 1 passed; [0-9]+ events; 30ms of virtual time in .*, every run twice$'
ok "nothing on stderr" err_empty
rehearse run --once good.yaml
ok "--once is seen in the total" not out_has 'every run twice'

rehearse run bad.yaml
ok "a failure" out_like '^FAIL +a bad one '
ok "its place, expected and found" \
    out_like '^bad\.yaml:8:[0-9]+: error: expected .*flaky.*terminated.*, found .*running'
ok "the line of the file" out_has '{at: 1s, service: flaky, is: {phase: terminated}}'
ok "a caret" out_like '^ +\^$'
ok "the last events" out_like 'flaky +attempt-started +#3'
ok "only of the service concerned" not out_like ' other '
ok "a line to copy" out_like '^  replay: rehearse run --seed 1 bad\.yaml$'
rehearse run --seed 9 "dir with 'quotes/bad.yaml"
replay=$(sed -n 's/^  replay: rehearse //p' out)
ok "the line to copy is quoted" out_has "--seed 9 'dir with '\\''quotes/bad.yaml'"
cp out first
status=0
eval "\"\$REHEARSE\" $replay" >out 2>err || status=$?
ok "and replays the failure" is_status 1
without_wall first >first.txt
without_wall out >second.txt
ok "to the byte" cmp first.txt second.txt

rehearse run -q good.yaml
ok "-q of a pass says nothing" out_empty
rehearse run -q good.yaml bad.yaml
ok "-q shows a failure" out_like '^FAIL'
ok "-q shows nothing else" not out_has 'a good one'

rehearse run -v good.yaml
ok "-v shows every event" out_lines 3 'flaky +attempt-started +#[123]'
ok "-v writes the instant of each event when it is piped" out_lines 8 '^ +(0s|10ms|30ms)  flaky'
ok "-v aligns the columns" out_lines 8 '^.{8}  flaky  [a-z-]+'
ok "-v ends with the verdict" out_like '^pass +a good one'
{ passing "unreached" | sed 's/times: 2}, run/times: 2}, run, crash/'; } >unreached.yaml
rehearse run -v unreached.yaml
ok "-v lists script items never reached" out_like '^unreached\.yaml:4:[0-9]+: note: .*flaky'

esc=$(printf '\033')
printf '%s\n' 'scenario: 1' 'name: "red \e[31m name"' 'until: 1s' 'services:' \
    '  - {name: a, script: [{fail: {error: "\e[31mboo\nline\u0085"}}]}' >hostile.yaml
rehearse run -v hostile.yaml
ok "control characters of a file do not reach the terminal" not out_has "$esc"
ok "they are shown as escapes" out_has 'red \x1b[31m name'
ok "a line end in a text makes no line" out_has 'boo\nline\x85'
NO_COLOR=1 TERM=xterm rehearse run bad.yaml
ok "no colours in a file" not out_has "$esc"
finish
