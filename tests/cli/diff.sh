#!/bin/sh
# rehearse diff.
. "$(dirname "$0")/lib.sh"

passing one >one.yaml
sed 's/base: 10ms/base: 20ms/' one.yaml >two.yaml
rehearse run -q --trace a.jsonl one.yaml
rehearse run -q --trace same.jsonl one.yaml
rehearse run -q --trace b.jsonl two.yaml
head -n 5 a.jsonl >short.jsonl
sed '1s/"seed":1/"seed":2/' a.jsonl >header.jsonl
sed '$s/"hash":"./"hash":"x/' a.jsonl >end.jsonl
sed 's/":/": /g' a.jsonl >spaced.jsonl
cat a.jsonl b.jsonl >ab.jsonl
cat a.jsonl a.jsonl >aa.jsonl

rehearse diff a.jsonl same.jsonl
ok "the same traces: status 0" is_status 0
ok "and it says so" out_has 'the traces are the same'
rehearse diff a.jsonl spaced.jsonl
ok "space in the JSON is no difference" is_status 0

rehearse diff a.jsonl b.jsonl
ok "different traces: status 1" is_status 1
ok "the first difference is told" out_like "^first difference: event 4 of 'one' \(seed 1\): delay 10ms against 20ms"
ok "the lines are named" out_has '--- a.jsonl:5'
ok "and of the other" out_has '+++ b.jsonl:5'
ok "what came before is shown" out_like '^  +0s  flaky  attempt-ended'
ok "the event of the one" out_like '^- +0s  flaky  backing-off +10ms'
ok "the event of the other" out_like '^\+ +0s  flaky  backing-off +20ms'
rehearse diff aa.jsonl ab.jsonl
ok "a later run of the trace" out_has "first difference: event 4"
rehearse diff -q a.jsonl b.jsonl
ok "-q: the status" is_status 1
ok "-q: nothing else" out_empty

rehearse diff a.jsonl short.jsonl
ok "a trace that ends early differs" is_status 1
ok "and it says where" out_has '+++ short.jsonl: the trace ends here'
rehearse diff header.jsonl a.jsonl
ok "headers alone may differ" out_has 'the events are the same, but the headers differ: seed 2 against 1'
ok "which is a difference" is_status 1
rehearse diff a.jsonl end.jsonl
ok "ends alone may differ" out_like 'the runs end differently: hash '

unreadable() { # what, text, files
    what=$1 text=$2
    shift 2
    rehearse diff "$@"
    ok "$what: status 2" is_status 2
    ok "$what: message" err_has "$text"
}
unreadable "a missing file" "missing.jsonl: No such file" a.jsonl missing.jsonl
unreadable "a directory" ".: Is a directory" . a.jsonl
: >empty.jsonl
unreadable "an empty file" "not a trace" empty.jsonl empty.jsonl
echo '{"a":1}' >other.jsonl
unreadable "other JSON" "other.jsonl:1:1: error: not a line of a trace" other.jsonl a.jsonl
{ head -n 2 a.jsonl && echo '{"t":0,"n":2,"event":"x'; } >cut.jsonl
unreadable "a cut line" "cut.jsonl:3:24: error: the string has no end" cut.jsonl a.jsonl
for line in '[' '{' '{"event":}' '{"event":01}' '{"event":"\x"}' '{"event":"a","event":"b"}' \
    '{"event":tru}' '{"event":1}x' '{"event":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}'; do
    printf '%s\n' "$line" >bad.jsonl
    rehearse diff bad.jsonl bad.jsonl
    ok "malformed: $(printf %.20s "$line")" is_status 2
done
head -c 100000 /dev/urandom >noise.jsonl
rehearse diff noise.jsonl a.jsonl
ok "noise" is_status 2
status=0
"$REHEARSE" diff - a.jsonl <a.jsonl >out 2>err || status=$?
ok "- is standard input" is_status 0
finish
