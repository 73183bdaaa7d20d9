#!/bin/sh
# Colours and progress, on a terminal that python3 makes.
. "$(dirname "$0")/lib.sh"

passing good >good.yaml
endless long >long.yaml
if ! have python3; then
    skip "terminal" "no python3"
    finish
fi
until=never
on_terminal() {
    status=0
    python3 "$top/tests/cli/terminal.py" TERM "$until" "$@" >out 2>err </dev/null || status=$?
}
esc=$(printf '\033')
TERM=xterm
export TERM
on_terminal "$REHEARSE" run good.yaml
ok "colours on a terminal" out_has "${esc}["
# On a busy machine nothing may be quick; one of several runs is.
tries=0
while out_has "${esc}[K" && [ "$tries" -lt 20 ]; do
    tries=$((tries + 1))
    on_terminal "$REHEARSE" run good.yaml
done
ok "no progress for what is quick" not out_has "${esc}[K"
on_terminal "$REHEARSE" run --no-color good.yaml
ok "--no-color" not out_has "$esc"
on_terminal env NO_COLOR=1 "$REHEARSE" run good.yaml
ok "NO_COLOR" not out_has "$esc"
on_terminal env NO_COLOR= "$REHEARSE" run good.yaml
ok "NO_COLOR that is empty" out_has "${esc}["
on_terminal env TERM=dumb "$REHEARSE" run -v good.yaml
ok "a terminal shows an instant once" out_lines 1 '^ +10ms  flaky'
on_terminal env TERM=dumb "$REHEARSE" run good.yaml
ok "a dumb terminal" not out_has "$esc"
on_terminal "$REHEARSE" run --json good.yaml
ok "no colours in JSON" not out_has "$esc"
until="says:${esc}[K"
on_terminal "$REHEARSE" run --max-wall 50s --max-events 18446744073709551615 --once \
    "$top/tests/cli/long.yaml.in"
until=never
ok "progress for what is long" out_has "${esc}[K"
on_terminal "$REHEARSE" run -q --max-wall 1500ms --once "$top/tests/cli/long.yaml.in"
ok "no progress with -q" not out_has "${esc}[K"
finish
