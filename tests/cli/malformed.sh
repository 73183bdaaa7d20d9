#!/usr/bin/env bash
# Hostile files: whatever the bytes are, `check` ends soon, with status 2 and a
# message that names the file, and nothing is run. Those that are small enough to be kept are in
# tests/malformed, and scripts/check-scenarios gives them. Prints TAP. The command's absolute path
# is in REHEARSE.
set -u
cd "$(dirname "$0")/../.." || exit 1
rehearse=${REHEARSE:?the path of the command}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seconds=${MALFORMED_SECONDS:-20}
number=0 failed=0

report() { # name problem
    number=$((number + 1))
    if [ -z "$2" ]; then
        echo "ok $number - $1"
    else
        failed=1
        echo "not ok $number - $1"
        echo "# $2"
    fi
}

# Refused: status 2, a diagnostic on stderr in the stated form, nothing on stdout.
refused() { # file [part of the message]
    local file=$1 part=${2:-} status=0 problem=
    timeout "$seconds" "$rehearse" check "$file" </dev/null >"$work/out" 2>"$work/err" || status=$?
    if [ "$status" -eq 124 ]; then
        problem="still at work after $seconds s"
    elif [ "$status" -ne 2 ]; then
        problem="status $status instead of 2"
    elif ! grep -qaF -- "$file" "$work/err" || ! grep -qa 'error: .' "$work/err"; then
        problem="no diagnostic: $(head -c 200 "$work/err")"
    elif [ -n "$part" ] && ! grep -qaF -- "$part" "$work/err"; then
        problem="the message does not hold '$part': $(head -c 200 "$work/err")"
    elif [ "$(wc -c <"$work/err")" -gt 200000 ]; then
        problem="$(wc -c <"$work/err") bytes of messages"
    fi
    report "$(basename "$file")" "$problem"
}

monster() { # name: its bytes come from stdin
    cat >"$work/$1"
}

# n times a text, without a line end.
repeat() { # n text
    awk -v n="$1" -v text="$2" 'BEGIN {
        block = ""; for (i = 0; i < 1000; i++) block = block text
        for (; n >= 1000; n -= 1000) printf "%s", block
        for (; n > 0; n--) printf "%s", text }'
}
head_of() { printf 'scenario: 1\nname: monster\n'; }

monster empty.yaml </dev/null
refused "$work/empty.yaml" 'the file is empty'
printf '\n\n\n' | monster blank.yaml
refused "$work/blank.yaml" 'there is no scenario'
printf '\0' | monster nul.yaml
refused "$work/nul.yaml" 'a NUL byte'
{ head_of; printf 'about: a\0b\n'; } | monster nul-inside.yaml
refused "$work/nul-inside.yaml" ':3:9: error: a NUL byte'
{ head_of; printf 'services: []\n\0\0'; } | monster nul-at-the-end.yaml
refused "$work/nul-at-the-end.yaml" 'a NUL byte'
{ head_of; printf 'about: "\377\376"\n'; } | monster not-utf8.yaml
refused "$work/not-utf8.yaml" ':3:9: error: this is not UTF-8'
{ head_of; printf 'about: "\300\200"\n'; } | monster overlong-utf8.yaml
refused "$work/overlong-utf8.yaml" 'this is not UTF-8'
{ head_of; printf 'about: "\355\240\200"\n'; } | monster surrogate.yaml
refused "$work/surrogate.yaml" 'this is not UTF-8'
{ head_of; printf 'about: "\303'; } | monster cut-in-a-character.yaml
refused "$work/cut-in-a-character.yaml" 'this is not UTF-8'
printf '\377\376s\0c\0e\0n\0' | monster utf16.yaml
refused "$work/utf16.yaml" 'this is not UTF-8'
{ head_of; printf 'about: "\033[31m"\n'; } | monster escape.yaml
refused "$work/escape.yaml" 'control character 0x1b'
head -c 100000 "$rehearse" | monster binary.yaml
refused "$work/binary.yaml"
awk 'BEGIN { for (i = 0; i < 65536; i++) printf "%c", (i * 7919 + int(i / 13)) % 256 }' |
    LC_ALL=C monster noise.yaml
refused "$work/noise.yaml"

# Cut somewhere: most cuts leave no scenario; none may crash.
whole=$(find scenarios -name '*.yaml' ! -path '*/malformed/*' | LC_ALL=C sort | head -n 1)
if [ -n "$whole" ]; then
    size=$(wc -c <"$whole") problem=
    for ((cut = 1; cut < size; cut += 1 + size / 40)); do
        head -c "$cut" "$whole" >"$work/cut.yaml"
        status=0
        timeout "$seconds" "$rehearse" check "$work/cut.yaml" </dev/null >/dev/null 2>&1 || status=$?
        case $status in 0 | 2) ;; *) problem="status $status after $cut bytes" ;; esac
    done
    report 'cut at 40 places' "$problem"
fi
{ head_of; printf 'services: [{name: a, script: [{fail: {after: 1s'; } | monster cut-in-flow.yaml
refused "$work/cut-in-flow.yaml"
{ head_of; printf 'about: "no end'; } | monster cut-in-quotes.yaml
refused "$work/cut-in-quotes.yaml"

# Depth.
repeat 10000 '[' | monster deep-lists.yaml
refused "$work/deep-lists.yaml" 'nested too deep'
{ repeat 10000 '{a: '; } | monster deep-maps.yaml
refused "$work/deep-maps.yaml" 'nested too deep'
{ head_of; printf 'x: '; repeat 10000 '['; repeat 10000 ']'; } | monster deep-closed.yaml
refused "$work/deep-closed.yaml" 'nested too deep'
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%" i "sa:\n", "" }' | monster deep-indented.yaml
refused "$work/deep-indented.yaml" 'nested too deep'
repeat 10000 '- ' | monster deep-dashes.yaml
refused "$work/deep-dashes.yaml" 'nested too deep'
repeat 10000 '? ' | monster deep-questions.yaml
refused "$work/deep-questions.yaml"

# Length.
repeat 5000000 a | monster long-line.yaml
refused "$work/long-line.yaml"
{ head_of; printf 'about: '; repeat 5000000 b; } | monster long-value.yaml
refused "$work/long-value.yaml" 'longer than 4096 bytes'
{ repeat 5000000 k; printf ': 1\n'; } | monster long-key.yaml
refused "$work/long-key.yaml"
{ head_of; printf 'services: ['; repeat 2500000 'a,'; printf ']\n'; } | monster long-list.yaml
refused "$work/long-list.yaml"
{ printf '{"scenario": 1, "name": "x", "servces": ['; repeat 150000 '{"name":"a","count":"1"},'
    printf '{}]}'; } | monster long-json.json
refused "$work/long-json.json" 'did you mean `services`?'
repeat 5000000 '{' | monster long-brackets.yaml
refused "$work/long-brackets.yaml" 'nested too deep'
repeat 18000000 '#' | monster too-long.yaml
refused "$work/too-long.yaml" 'longer than 16 MiB'
repeat 5000000 ' ' | monster long-blank.yaml
refused "$work/long-blank.yaml"
{ head_of; awk 'BEGIN { for (i = 0; i < 400000; i++) printf "key%d: 1\n", i }'; } |
    monster many-keys.yaml
refused "$work/many-keys.yaml" 'more errors are not shown'
{ head_of; awk 'BEGIN { for (i = 0; i < 200000; i++) printf "k%d: 1\n", i; print "k7: 2" }'; } |
    monster many-keys-one-twice.yaml
refused "$work/many-keys-one-twice.yaml" ':200003:1: error: duplicate key `k7`'
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "%%TAG !t%d! tag:x,2000:\n", i }' |
    monster many-directives.yaml
refused "$work/many-directives.yaml" 'too many directives'
repeat 300000 '---
' | monster many-documents.yaml
refused "$work/many-documents.yaml"

# Aliases.
awk 'BEGIN { print "a0: &a0 [x,x,x,x,x,x,x,x,x,x]"
    for (i = 1; i < 30; i++) { printf "a%d: &a%d [", i, i
        for (j = 0; j < 10; j++) printf "*a%d,", i - 1; print "]" } }' | monster alias-bomb.yaml
refused "$work/alias-bomb.yaml" 'aliases counted in full'
awk 'BEGIN { print "a0: &a0 {x: 1}"
    for (i = 1; i < 100; i++) printf "a%d: &a%d {x: *a%d}\n", i, i, i - 1 }' | monster alias-tower.yaml
refused "$work/alias-tower.yaml" 'nested too deep'
printf 'a: &a [*a]\n' | monster alias-loop.yaml
refused "$work/alias-loop.yaml" 'names nothing that is complete before it'

# Defaults with very much in them, merged under very many services.
{ head_of; printf 'defaults: {breaker: {'
    awk 'BEGIN { for (i = 0; i < 300000; i++) printf "k%d: 1,", i }'
    printf '}}\nservices: ['; awk 'BEGIN { for (i = 0; i < 100000; i++) printf "{name: s%d},", i }'
    printf ']\n'; } | monster merged-defaults.yaml
refused "$work/merged-defaults.yaml"
# Globs that match nothing, against very many names.
{ head_of; printf 'services: [{name: w, count: 1000000}]\ntimeline:\n'
    awk 'BEGIN { for (i = 0; i < 20000; i++) printf "- {at: 1s, pause: x%d-*}\n", i }'; } |
    monster many-globs.yaml
refused "$work/many-globs.yaml" 'matches no service'

# Not a file with bytes in it.
status=0 problem=
"$rehearse" check "$work/missing.yaml" </dev/null >/dev/null 2>"$work/err" || status=$?
[ "$status" -eq 2 ] && grep -qF missing.yaml "$work/err" || problem="status $status: $(cat "$work/err")"
report 'a file that is not there' "$problem"
if [ -c /dev/zero ]; then
    status=0 problem=
    timeout "$seconds" "$rehearse" check - </dev/zero >/dev/null 2>"$work/err" || status=$?
    [ "$status" -eq 2 ] || problem="status $status instead of 2"
    report 'an endless standard input' "$problem"
fi

echo "1..$number"
exit $failed
