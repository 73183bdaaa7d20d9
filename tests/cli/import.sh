#!/bin/sh
# rehearse import: what is written, what is warned of, what is refused, and how that is said.
. "$(dirname "$0")/lib.sh"

unit() { # NAME SETTING...
    name=$1
    shift
    printf '[Unit]\nDescription=%s\n[Service]\nExecStart=/bin/%s\n' "$name" "$name" >"$name.service"
    [ $# -eq 0 ] || printf '%s\n' "$@" >>"$name.service"
}

unit api Type=notify Restart=on-failure RestartSec=5
unit db KillMode=mixed
rehearse import api.service db.service
ok "written to standard output" is_status 0
ok "as a scenario" out_has 'scenario: 1'
ok "the settings with their lines" out_has '        RestartSec: 5s  # api.service:7'
ok "a warning on stderr" err_has 'db.service:5:1: warning: KillMode=mixed: children'
ok "and as a comment" out_has '  # db.service:5: KillMode=mixed: children'
ok "nothing else is said" [ "$(wc -l <err)" -eq 1 ]
cp out first
rehearse import api.service db.service
ok "the same again" cmp first out
rehearse import --strict api.service db.service
ok "--strict: a warning is status 1" is_status 1
ok "and the scenario is written" cmp first out
rehearse import --strict api.service
ok "--strict without a warning" is_status 0

rehearse import -o host.yaml api.service db.service
ok "-o: written" cmp first host.yaml
ok "and summed up" out_has 'host.yaml: 2 services, 1 warning'
rehearse import -q -o host.yaml api.service db.service
ok "again, over an earlier import" is_status 0
ok "-q sums nothing up" out_empty
echo mine >mine.yaml
rehearse import -o mine.yaml api.service
ok "another file is not replaced" is_status 2
ok "which is said" err_has 'it exists and is no earlier output'
ok "and it stays" grep -qx mine mine.yaml
rehearse import --force -o mine.yaml api.service
ok "--force replaces it" grep -q '^scenario: 1$' mine.yaml
rehearse import -o api.service --force api.service
ok "a source is never replaced" is_status 2
ok "which is said too" err_has 'it is an input'
rehearse import -o none/x.yaml api.service
ok "a directory that is not there" is_status 2

unit bad 'Restart=sometimes' 'RestartSec=1'
rehearse import -o new.yaml api.service bad.service none.service
ok "refused" is_status 2
ok "with the place" err_has 'bad.service:5:9: error: Restart=sometimes: it is one of:'
ok "all that is wrong is said" err_has 'none.service: error: there is no such file or directory'
ok "and nothing is written" test ! -e new.yaml
rehearse import api.service ./api.service
ok "twice the same" is_status 2
ok "is two of one name" err_has './api.service: error: a second service of the name `api`'
: >empty
rehearse import empty
ok "a source of no kind" err_has 'empty: error: nothing tells what kind of source this is'
rehearse import --from systemd empty
ok "nothing in it" err_has 'there is no service in what is imported'
rehearse import --from nothing empty
ok "a kind that is none" err_has "'--from nothing': no kind of source"
rehearse import
ok "no source" is_status 2
mkdir directory
rehearse import directory
ok "an empty directory" is_status 2
cp api.service db.service directory
ln -s api.service directory/alias.service
ln -s /dev/null directory/masked.service
ln -s nowhere directory/broken.service
mkdir directory/db.service.d
printf '[Service]\nKillMode=control-group\nTimeoutStopSec=2min\n' >directory/db.service.d/a.conf
ln -s /dev/null directory/db.service.d/b.conf
rehearse import directory
ok "a directory" is_status 0
ok "its units, without other names of them" out_lines 2 '^  - name: '
ok "with drop-ins" out_has 'TimeoutStopSec: 2m  # directory/db.service.d/a.conf:3'
ok "which take a warning away" err_empty
mkfifo directory/pipe.service
rehearse import directory
ok "what is no file is left out" is_status 0

printf 'Id=shown.service\nRestartUSec=1min\n' >shown
status=0
"$REHEARSE" import - <shown >out 2>err || status=$?
ok "standard input" is_status 0
ok "is so called" out_has 'RestartSec: 1m  # <stdin>:2'

rehearse import --set version=252 api.service
ok "--set" out_has '        version: 252  # --set'
unit steps RestartSteps=5
rehearse import --set systemd.version=252 steps.service
ok "an older version ignores a setting" err_has 'RestartSteps needs systemd 254: systemd 252 ignores it'
ok "which is left out" not grep -q '^ *RestartSteps' out
rehearse import --set RestartSec=9s api.service
ok "--set counts more than the source" out_has 'RestartSec: 9s  # --set'
rehearse import --set Color=blue api.service
ok "--set of nothing known" is_status 2
ok "is said" err_has '--set Color: no preset has such a parameter'
rehearse import --set 'Restart=a: b' api.service
ok "--set of what the preset refuses" is_status 2
ok "with the reason" err_has '--set: error: `Restart`: unknown word `a: b`; known: no, on-success'
ok "and no scenario" out_empty
rehearse import --set 'SuccessExitStatus=[3, SIGUSR1]' api.service
ok "--set of a list" out_has 'SuccessExitStatus: [3, SIGUSR1]  # --set'
rehearse import --set 'RestartSec=1min 30s' api.service
ok "--set of words" out_has "RestartSec: '1min 30s'  # --set"
rehearse import --set RestartSteps=100 api.service steps.service
ok "what the preset refuses has its place" err_has '--set: error: '
unit stepping RestartSteps=100
rehearse import stepping.service
ok "and that of a source too" err_like '^stepping.service:5:1: error: .*RestartSteps'

rehearse import --fail-at 1m --when 'crash after 10ms' api.service
ok "--fail-at: the world goes down" out_has '  - {at: 1m, set: {world: down}}'
ok "and what happens then" out_has \
    'needs: {world: {crash: {after: 10ms}, ready: {after: 0s}, live: crash}}'
ok "for an hour more" out_has 'until: 1h1m'
rehearse import --fail-at 1m --when never-ready api.service
ok "--when never-ready" out_has 'needs: {world: {run: {}, live: fail}}'
rehearse import --fail-at 1m api.service
ok "--fail-at alone is fail" out_has 'needs: {world: {fail: {after: 0s}, ready: {after: 0s}, live: fail}}'
rehearse import --when fail api.service
ok "--when alone" err_has '--when belongs to --fail-at T'
rehearse import --fail-at 1m --when later api.service
ok "--when of no word" is_status 2
rehearse import --fail-at 1m --when 'never-ready after 1s' api.service
ok "--when: not with a time" is_status 2

# Names and bytes that mean something to a shell, to YAML or to a terminal.
name=$(printf 'a\033[31m: "b".service')
printf '[Service]\nExecStart=/bin/x\nKillMode=\033[1m\n' >"$name"
rehearse import "$name"
ok "a hostile name" out_has '  - name: a__31m___b_  # a\x1b[31m: "b".service'
ok "a hostile value" err_has 'KillMode='
ok "steers no terminal" not grep -q "$(printf '\033')" out err
printf '[Service]\nX=\377\n' >bytes.service
rehearse import bytes.service
ok "bytes that are no text" err_has 'bytes.service:2:3: error: a byte that is not UTF-8'
printf '[Service]\n\000\n' >nul.service
rehearse import nul.service
ok "a NUL byte" err_has 'nul.service:2:1: error: a NUL byte'
head -c 5000000 /dev/zero | tr '\0' '#' >large.service
rehearse import large.service
ok "a file that is too large" err_has 'large.service: error: the file is larger than 4 MiB'
{ printf '[Service]\nX=' && head -c 1100000 /dev/zero | tr '\0' 'x'; } >wide.service
rehearse import wide.service
ok "a line that is too long" err_has 'wide.service:2:1: error: a line of more than 1 MiB'
{ printf '[Service]\n' && yes x | head -n 30000; } >wrong.service
rehearse import wrong.service
ok "very many mistakes end" is_status 2
# What each kind of source comes to, with what is said of it.
golden() { # KIND SOURCE...
    kind=$1
    shift
    cd "$top" || exit 1
    rehearse import "$@"
    cd "$dir" || exit 1
    ok "$kind: read" is_status 0
    ok "$kind: the scenario" cmp "$top/tests/import/$kind.yaml" out
    ok "$kind: what is said" cmp "$top/tests/import/$kind.said" err
    rehearse check "$top/tests/import/$kind.yaml"
    ok "$kind: the scenario is one" is_status 0
    rehearse run "$top/tests/import/$kind.yaml"
    ok "$kind: and passes" is_status 0
    for what in fail crash succeed never-ready no-beat 'fail after 900ms'; do
        cd "$top" || exit 1
        rehearse import -q --fail-at 10s --when "$what" -o "$dir/failing.yaml" --force "$@"
        cd "$dir" || exit 1
        rehearse run failing.yaml
        ok "$kind: $what" is_status 0
    done
}
golden systemd tests/import/systemd
golden shown tests/import/systemd/shown.txt
golden supervisord tests/import/supervisord/supervisord.conf
golden compose tests/import/compose/compose.yaml
golden kubernetes tests/import/kubernetes
golden services tests/import/services
golden otp tests/import/otp/tree.config

# A plan reads them, too.
rehearse plan api.service
ok "plan: a unit" is_status 0
ok "plan: its preset" out_has 'api.service   systemd 254: Type=notify Restart=on-failure RestartSec=5s'
ok "plan: its verdict" out_has 'It never gives up: at most 3 starts fall into 10s.'
rehearse plan db.service
ok "plan: a warning of the import" err_has 'db.service:5:1: warning: KillMode=mixed'
rehearse plan bad.service
ok "plan: refused" is_status 2
ok "plan: with the place" err_has 'bad.service:5:9: error: Restart=sometimes'
rehearse plan "$top/tests/import/systemd/shown.txt" "$top/tests/import/supervisord/supervisord.conf"
ok "plan: others" out_has ': cache   supervisord'
passing plain >scenario
rehearse plan scenario
ok "plan: a scenario of any name" is_status 0
rehearse import scenario
ok "which is no source" err_has 'scenario: error: nothing tells what kind of source this is'

printf 'services:\n  a: {restart: "${R-always}", stop_signal: "${S:-$$}"}\n' >compose.yaml
rehearse import compose.yaml
ok "compose: a dollar sign in a default" err_has 'a variable without a default'
printf 'services:\n  a: {restart: "${R-al}ways"}\n  b: {restart: "on-${R_2:-failure}:3"}\n' >compose.yaml
rehearse import compose.yaml
ok "compose: defaults of variables" out_has 'restart: always  # compose.yaml:2'
ok "compose: of both kinds" out_has 'restart: "on-failure:3"  # compose.yaml:3'
printf 'services: {a: {restart: "${R:always}"}}\n' >compose.yaml
rehearse import compose.yaml
ok "compose: a variable that is none" is_status 2

# What a supervisord.conf includes.
mkdir -p sd/conf/one sd/conf/two sd/more
printf '[program:%s]\n' in-one >sd/conf/one/a.conf
printf '[program:%s]\nStartSecs : 7\n' in-two >sd/conf/two/b.conf
printf '[program:%s]\n' not-this >sd/conf/two/b.ini
printf '[program:%s]\n[include]\nfiles=../supervisord.conf\n' more >sd/more/c.conf
printf '[include]\nfiles=conf/*/?.conf more/c.conf\n  none.conf\n[program:own]\n' >sd/supervisord.conf
rehearse import sd/supervisord.conf
ok "included: from directories by pattern, and a file" is_status 0
ok "included: all of them" out_lines 4 '^  - name: (in-one|in-two|more|own)  '
ok "included: a name in any case" out_has 'startsecs: 7  # sd/conf/two/b.conf:2'
ok "included: nothing else" out_lines 4 '^  - name: '
ok "included: by none" err_has 'sd/supervisord.conf:2:7: warning: no file is included by none.conf'
printf '[include]\nfiles=%s/sd/more/*.conf\n' "$dir" >sd/supervisord.conf
rehearse import sd/supervisord.conf
ok "included: from the root" out_has '  - name: more'
mkfifo sd/more/pipe.conf
rehearse import sd/supervisord.conf
ok "included: nothing that is no file" is_status 0

# Service directories: whose they are, and what is in them.
mkdir -p sv/a sv/b/log sv/c
printf '#!/bin/sh\nexec a\n' >sv/a/run
cp sv/a/run sv/b/run
rehearse import sv/a
ok "a service directory of nobody" is_status 2
ok "asks whose it is" err_has 'sv/a: error: a service directory of s6 or of runit? say it with --from'
rehearse import --from runit sv/a/
ok "--from runit" out_has '    preset: runit'
ok "by its name" out_has '  - name: a  # sv/a/'
printf '#!/bin/sh\nexit 125\n' >sv/a/finish
rehearse import --from s6 sv/a
ok "a permanent failure" out_has 'script: [{run: {}, finish: {takes: 0s, code: 125}}]'
printf '#!/bin/sh\ncleanup\n' >sv/a/finish
rehearse import --from s6 sv/a
ok "another finish script" err_has 'sv/a/finish: warning: a finish script is taken to need no time and to exit 0'
printf '#!/bin/sh\n# nothing\n\nexit 0\n' >sv/a/finish
rehearse import --from s6 sv/a
ok "one that does nothing" err_empty
printf '#!/bin/sh\nexec s6-permafailon 60 5 1-255,SIGSEGV true\n' >sv/a/finish
rehearse import sv/a
ok "s6-permafailon" out_has 'permafailon: {within: 60, deaths: 5, of: [1-255, SIGSEGV]}  # sv/a/finish:2'
printf '#!/bin/sh\ns6-permafailon 60 5 1-300 true\n' >sv/a/finish
rehearse import sv/a
ok "that cannot be read" err_has 'a finish script is taken'
rm sv/a/finish
printf '2500\n' >sv/a/timeout-finish
printf 'SIGQUIT\n' >sv/a/down-signal
rehearse import sv/a
ok "timeout-finish" out_has 'timeout-finish: 2500  # sv/a/timeout-finish:1'
ok "down-signal" out_has 'down-signal: SIGQUIT  # sv/a/down-signal:1'
printf 'soon\n' >sv/a/timeout-kill
rehearse import sv/a
ok "a number that is none" err_has 'sv/a/timeout-kill:1:1: error: timeout-kill: a number below'
rehearse import --from runit sv/b
ok "a log without run" err_has 'sv/b/log: error: there is no `run` in it'
rehearse import --from s6 sv/c
ok "no run" err_has 'sv/c: error: there is no `run` in it'

i=0
echo 'services:' >large.yaml
while [ $i -lt 11 ]; do
    i=$((i + 1))
    echo "  s$i: {deploy: {replicas: 10000}}" >>large.yaml
done
rehearse import large.yaml
ok "very many services" err_has 'error: more than 100000 services, their counts reckoned'
sed -i 11d large.yaml
rehearse import large.yaml
ok "as many as there may be" is_status 0

mkdir many
i=0
while [ $i -lt 200 ]; do
    i=$((i + 1))
    cp api.service "many/unit-$i.service"
done
rehearse import many
ok "200 units" out_lines 200 '^  - name: '
finish
