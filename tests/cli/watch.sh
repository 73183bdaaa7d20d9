#!/bin/sh
# --watch: again whenever a file is another one, and not when it is not.
. "$(dirname "$0")/lib.sh"

runs() { grep -c 'again when a file changes' err 2>/dev/null; }
# Waits for the N-th time, for as long as it takes within half a minute.
until_runs() {
    tries=0
    until [ "$(runs)" -ge "$1" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 3000 ] || return 1
        sleep 0.01
    done
    [ "$(runs)" -eq "$1" ]
}
start() {
    rm -f out err
    env --default-signal=INT "$REHEARSE" "$@" >out 2>err &
    pid=$!
}
end() {
    status=0
    kill -s "$1" "$pid"
    wait "$pid" || status=$?
}

mkdir tree
passing good >tree/good.yaml
printf '%s\n' 'scenario: 1' 'policies: {p: {backoff: {base: 1s}}}' >shared.yaml
printf '%s\n' 'scenario: 1' 'name: user' 'include: [../shared.yaml]' 'until: 1s' \
    'services: [{name: a, policy: p, script: [run]}]' >tree/user.yaml
start run --watch --once --html tree/picture.html --junit tree/report.xml tree
ok "it is done once at the beginning" until_runs 1
ok "the state is said" grep -q 'status 0; again' err
failing good >tree/good.yaml
ok "again when a file is written" until_runs 2
ok "with what it then is" grep -q 'status 1; again' err
passing good >new
mv new tree/good.yaml
ok "again when another takes its place" until_runs 3
printf '%s\n' 'scenario: 1' 'policies: {p: {backoff: {base: 2s}}}' >shared.yaml
ok "again when what it includes is another" until_runs 4
passing more >tree/more.yaml
ok "again when there is a file more" until_runs 5
ok "… which is run, too" grep -q '3 scenarios' out
mkdir tree/below
passing below >tree/below/below.yaml
ok "again when one is put into a new directory" until_runs 6
rm tree/below/below.yaml
ok "again when one goes" until_runs 7
echo junk >tree/notes.txt
cat tree/good.yaml >tree/read
printf '%s\n' 'scenario: [' >tree/more.yaml
ok "what is no scenario starts nothing, nor did the outputs" until_runs 8
ok "a mistake is told, and does not end it" grep -q 'more.yaml' err
end INT
ok "^C ends it, with the status of that" is_status 130
ok "nothing but text is written where there is no terminal" not grep -q "$(printf '\033')" out

start check --watch tree/good.yaml
ok "check: once" until_runs 1
touch tree/more.yaml
failing good >tree/good.yaml
ok "check: again, and not for other files" until_runs 2
end TERM
ok "SIGTERM ends it as well" is_status 143
rehearse run --watch - <tree/good.yaml
ok "standard input cannot be watched" err_has "standard input comes once"
start run --watch --once gone.yaml
ok "a file that is not there: it is told, and waited for" until_runs 1
passing late >gone.yaml
ok "… and done when it is" until_runs 2
ok "… with what it is" grep -q 'status 0; again' err
end INT
start run --watch --quiet --once tree/gone.yaml
passing late >tree/gone.yaml
tries=0
until grep -q . err out; do
    tries=$((tries + 1))
    [ "$tries" -lt 3000 ] || break
    sleep 0.01
done
end INT
ok "-q says nothing of the state" not grep -q 'again when' err
finish
