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
ok "and it says where" out_has '+++ short.jsonl: the run ends here, without an end line'
rehearse diff header.jsonl a.jsonl
ok "headers alone may differ" out_has "the events of 'one' (seed 2) are the same, but the headers differ: seed 2 against 1"
ok "which is a difference" is_status 1
rehearse diff a.jsonl end.jsonl
ok "ends alone may differ" out_like 'the runs end differently: hash '

# Runs are put side by side by scenario and seed, whatever their order.
passing other >other.yaml
rehearse run -q --seeds 1..3 --trace sweep.jsonl one.yaml other.yaml
rehearse run -q --seeds 1..3 --trace turned.jsonl other.yaml one.yaml
rehearse diff sweep.jsonl turned.jsonl
ok "another order is no difference" is_status 0
rehearse run -q --seeds 2..5 --trace later.jsonl one.yaml
rehearse diff sweep.jsonl later.jsonl
ok "runs that only one has are a difference" is_status 1
ok "those of the first are named, with their line" \
    out_like "^only in sweep\.jsonl:1: the run of 'one' \(seed 1\)$"
ok "all of them" out_lines 4 '^only in sweep\.jsonl'
ok "and those of the second" out_like "^only in later\.jsonl:[0-9]+: the run of 'one' \(seed 5\)$"
ok "what both have is the same" not out_has 'difference'
rehearse run -q --seeds 1..3 --trace changed.jsonl two.yaml
rehearse diff sweep.jsonl changed.jsonl
ok "the first difference of several runs" \
    out_like "^first difference: event 4 of 'one' \(seed 1\): delay 10ms against 20ms"
ok "one difference is shown" out_lines 1 '^first difference'
ok "how many differ is told" out_has '3 of the 3 runs that both have differ'
ok "and what one has alone" out_lines 3 "^only in sweep\.jsonl:.* of 'other'"
rehearse run -q --seeds 1..40 --trace many.jsonl one.yaml
rehearse diff many.jsonl changed.jsonl
ok "many are counted" out_has 'and only in many.jsonl: 27 runs more'
cat a.jsonl b.jsonl a.jsonl >aba.jsonl
rehearse diff aba.jsonl aa.jsonl
ok "the same run several times: the first with the first" out_has 'first difference: event 4'
ok "and the rest is left over" out_like '^only in aba\.jsonl:[0-9]+: the run of'
sed '1s/"seed":1/"seed":1,"variant":"jitter=full"/' a.jsonl >full.jsonl
sed '1s/"seed":1/"seed":1,"variant":"jitter=none"/' a.jsonl >none.jsonl
cat full.jsonl none.jsonl >variants.jsonl
cat none.jsonl full.jsonl >variants2.jsonl
rehearse diff variants.jsonl variants2.jsonl
ok "variants are runs of their own" is_status 0
cat full.jsonl full.jsonl >twice.jsonl
rehearse diff variants.jsonl twice.jsonl
ok "and are named" out_like "^only in variants\.jsonl:[0-9]+: the run of 'one \[jitter=none\]' \(seed 1\)"

# What a program wrote that was another version, or wrote in other words.
sed '1s/"version":"[^"]*"/"version":"99.0.0"/' a.jsonl >newer.jsonl
rehearse diff a.jsonl newer.jsonl
ok "the version of the writer is no difference" is_status 0
sed '1s/,"version":"[^"]*"//' a.jsonl >older.jsonl
rehearse diff older.jsonl a.jsonl
ok "nor is none" is_status 0
sed '2s/flaky/\\u0066laky/' a.jsonl >escaped.jsonl
rehearse diff a.jsonl escaped.jsonl
ok "nor is an escape that says the same" is_status 0
tail -n +2 a.jsonl >headless.jsonl
rehearse diff headless.jsonl headless.jsonl
ok "a piece without a header" is_status 0
mkfifo pipe
cat a.jsonl >pipe &
rehearse diff pipe b.jsonl
wait $!
ok "a pipe" out_has 'first difference: event 4'

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
for format in 2 0 '"1"' null 1.0; do
    sed "1s/\"rehearse\":1/\"rehearse\":$format/" a.jsonl >format.jsonl
    unreadable "format $format" "format.jsonl:1:1: error: a trace of format" a.jsonl format.jsonl
done
ok "the format is named" err_has 'a trace of format 1.0; this program reads format 1'
{ cat a.jsonl && sed '1s/"rehearse":1/"rehearse":2/' a.jsonl; } >format.jsonl
unreadable "format 2 of a later run" "format.jsonl:11:1: error" a.jsonl format.jsonl
{ head -n 1 a.jsonl && head -c 20000000 /dev/zero | tr '\0' 'x'; } >huge.jsonl
unreadable "a huge line" "huge.jsonl:2:1: error: the line is longer than 16 MiB" huge.jsonl a.jsonl
printf '{"rehearse":1,"scenario":"\377"}\n' >notutf8.jsonl
unreadable "a string that is not UTF-8" "notutf8.jsonl:1:27: error: a byte that is not UTF-8" \
    notutf8.jsonl a.jsonl
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
