#!/bin/sh
# What a terminal would obey instead of show reaches none: control characters and
# those that turn the direction of writing around, in every output.
. "$(dirname "$0")/lib.sh"

esc=$(printf '\033')
file="dir $(printf 'esc\033[31m\nline \302\2332J \342\200\256 it'"'"'s \377').yaml"
cat >"$file" <<'YAML'
scenario: 1
name: "esc \e[31m bell \a csi \x9b31m del \x7f bidi \u202e isolate \u2067 line \u2028 end"
about: "about \e[31m \u202e"
until: 2s
services:
  - {name: a, backoff: {base: 1ms}, script: [{fail: {error: "err \x9b2J \x7f \u202e \e]0;x\a"}}, run]}
timeline:
  - {at: 1s, pause: a, who: "who \u202e\e", why: "why \x9b"}
expect:
  - {at: 1s, service: a, is: {last-error: "err \x9b \u202e \e"}}
YAML
{
    printf 'scenario: 1\nname: [esc \342\200\256\n'
} >"bad$file"

harmless() { ! LC_ALL=C grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\xC2[\x80-\x9F]|\xE2\x80[\xA8-\xAE\x8E\x8F]|\xE2\x81[\xA6-\xA9]|\xD8\x9C' "$1"; }
printf '%s' "$esc" >witness
ok "the check finds what it looks for" not harmless witness
printf '\342\200\256' >witness
ok "the check finds a change of direction" not harmless witness

for what in '' -v -q -vq --json --tap --list '--list --json' '--trace -' '--junit -' '--metrics -' \
    '--seeds 1..4' '--seeds 1..4 --tap'; do
    # shellcheck disable=SC2086 # several options on purpose
    rehearse run $what "$file" "bad$file"
    ok "run $what: standard output is harmless" harmless out
    ok "run $what: standard error is harmless" harmless err
done
rehearse run --trace trace.jsonl "$file"
rehearse run --seed 2 --trace other.jsonl "$file"
cp trace.jsonl "$file.a"
sed 's/"attempt":2/"attempt":3/' trace.jsonl >"$file.b"
for pair in "trace.jsonl $file.b" "$file.a missing" "$file.a $file"; do
    rehearse diff "${pair%% *}" "${pair#* }"
    ok "diff: standard output is harmless" harmless out
    ok "diff: standard error is harmless" harmless err
done
rehearse diff "$file.a" "$file.b"
ok "diff: standard output is harmless" harmless out
ok "diff: it says where" out_has '\x1b[31m\nline \x9b2J \u202e'
for what in run check diff; do
    rehearse $what "$file.missing" "$file.gone"
    ok "$what of a missing file: standard error is harmless" harmless err
done
rehearse run "$file" "--trace=$file.d/x"
ok "an output that cannot be written: standard error is harmless" harmless err
rehearse "$file"
ok "a file in place of a command: standard error is harmless" harmless err
rehearse run "--x$file"
ok "an unknown option: standard error is harmless" harmless err
rehearse run --seed "$file" x
ok "a bad value: standard error is harmless" harmless err

# The line to copy is one line, and a shell makes the file's name of it.
rehearse run "$file"
ok "the replay line is one line" out_lines 1 '^  replay: .*\.yaml.$'
if have bash; then
    sed -n 's/^  replay: rehearse run --seed 1 //p' out >word
    bash -c 'eval "set -- $(cat word)"; printf %s "$1"' >named
    printf '%s' "$file" >wanted
    ok "copying it gives the name" cmp named wanted
fi
if have python3; then
    ok "JSON gives the names back" python3 - "$file" <<'PY'
import json, subprocess, os, sys
out = subprocess.run([os.environ["REHEARSE"], "run", "--json", sys.argv[1]], stdout=subprocess.PIPE).stdout
run = json.loads(out.decode().splitlines()[0])
assert run["scenario"].startswith("esc \x1b[31m bell \x07 csi \x9b31m del \x7f bidi \u202e"), run
PY
    ok "the trace gives the names back" python3 -c '
import json, sys
lines = [json.loads(l) for l in open("trace.jsonl", "rb").read().decode().split("\n") if l]
assert "\x9b31m del \x7f bidi \u202e isolate \u2067 line \u2028" in lines[0]["scenario"], lines[0]
assert any(l.get("error") == "err \x9b2J \x7f \u202e \x1b]0;x\x07" for l in lines), lines'
fi

# Raw in a JSON string, as other writers leave them, they are read.
cat >raw.py <<'PY'
import re, sys
text = open("trace.jsonl", encoding="utf-8").read()
text = re.sub(r"\\u(007f|009b|202e|2028|2067)", lambda m: chr(int(m.group(1), 16)), text)
open("raw.jsonl", "w", encoding="utf-8").write(text)
PY
if have python3 && python3 raw.py; then
    ok "raw characters are there" not harmless raw.jsonl
    rehearse diff trace.jsonl raw.jsonl
    ok "diff takes them for what they are" is_status 0
fi
finish
