#!/bin/sh
# What rehearse shrink wrote fails in the same way in another place, and rewritten by another hand.
. "$(dirname "$0")/lib.sh"

# What a run came to: verdict, what failed, and the hash, whatever its file is called.
came_to() { # FILE
    "$REHEARSE" run --json "$1" 2>/dev/null | sed -n '/^{"kind":"run"/{
        s/"file":"[^"]*",//; s/"replay":"[^"]*",*//; s/"\(line\|column\)":[0-9]*,*//g; s/"wall-ns":[0-9]*,*//; p
    }'
}

mkdir elsewhere
shrunk=0
for file in "$top"/scenarios/negative/*.yaml; do
    name=$(basename "$file" .yaml)
    status=0
    "$REHEARSE" shrink -q --budget 2s --force --out small.yaml "$file" >out 2>err || status=$?
    # Of several seeds, or not a failure of a run: nothing is to be made small.
    if [ $status -eq 2 ] && grep -q 'there is nothing to shrink' err; then
        continue
    fi
    ok "$name: made small" is_status 0
    shrunk=$((shrunk + 1))
    came_to small.yaml >here
    cp small.yaml elsewhere/other.yaml
    (cd elsewhere && came_to other.yaml) >there
    grep -v '^#' small.yaml | sed 's/^  - /-    /; s/, / ,   /g; G' >form.yaml
    came_to form.yaml >form
    ok "$name: there is a run" [ -s here ]
    ok "$name: the same elsewhere" cmp here there
    ok "$name: the same, rewritten" cmp here form
    # The first part of the first failure: the expectation, and the service, are still the same ones.
    "$REHEARSE" shrink --budget 1ms --force --out again.yaml form.yaml >out 2>err
    sed -n 's/^# signature: //p' small.yaml >one
    sed -n 's/^# signature: //p' again.yaml >two
    ok "$name: with the same signature" cmp one two
done
ok "most of them are failures of a run" [ $shrunk -ge 40 ]
finish
