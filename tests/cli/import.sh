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
ok "by its name, with what was looked for" err_has 'directory: error: nothing to import in this directory: no compose file or Kubernetes manifest (*.yaml, *.yml or *.json), no systemd unit (*.service), no service directory of s6 or runit (one with a file `run`) and no supervisord.conf; '
ok "and what helps" err_like 'name a file, with --from where it does not show its kind: systemd, supervisord, compose, kubernetes, s6, runit, otp$'
for kind in compose otp; do
    rehearse import --from $kind directory
    ok "$kind: of a directory" err_has "directory: error: of this kind a file is imported, no directory; name the file: --from $kind FILE"
done
rehearse import --from supervisord directory
ok "supervisord: of a directory" err_has 'directory: error: no supervisord.conf in this directory; name the file: --from supervisord FILE'
mkdir -p daemons/conf.d
printf '[include]\nfiles = conf.d/*.ini\n' >daemons/supervisord.conf
printf '[program:web]\ncommand=web\nstartsecs=5\n' >daemons/conf.d/web.ini
for from in '' '--from supervisord'; do
    # shellcheck disable=SC2086
    rehearse import $from daemons
    ok "a directory with a supervisord.conf $from" is_status 0
    ok "and what that includes $from" out_has 'startsecs: 5  # daemons/conf.d/web.ini:3'
done
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
if [ -e /dev/stdin ]; then
    cat shown | { status=0; "$REHEARSE" import /dev/stdin >out 2>err || status=$?; echo $status >was; }
    status=$(cat was)
    ok "what is named is read, whatever it is" is_status 0
else
    skip "what is named is read, whatever it is" "no /dev/stdin"
fi

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
cp wrong.service worse.service
{
    echo 'services:'
    awk 'BEGIN { for (i = 0; i < 3400; i++)
        print "  s" i ": {healthcheck: {a: b}, depends_on: [x], profiles: [y]}" }'
} >compose.yaml
rehearse import compose.yaml
ok "very many warnings end" is_status 0
ok "and are counted, too" err_like '^rehearse: 200 more warnings are not shown$'
ok "all others are shown" [ "$(grep -c ' warning: ' err)" -eq 10000 ]
rehearse import compose.yaml wrong.service worse.service none.service
ok "of both" is_status 2
tail -n 2 err >last
ok "the warnings are counted first" grep -q 'more warnings' last
ok "and the errors behind them" [ "$(tail -n 1 last | grep -c 'more errors')" -eq 1 ]
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

mkdir sd/more/sub
cp sd/more/c.conf sd/more/sub
printf '[include]\nfiles=%s/sd/more/*\n' "$dir" >sd/supervisord.conf
rehearse import sd/supervisord.conf
ok "included: no directory" is_status 0
ok "included: each file once" out_lines 1 '^  - name: more'
{
    echo '[include]'
    echo 'files='
    awk 'BEGIN { for (i = 0; i < 1000; i++) print " none" i ".conf" }'
} >sd/supervisord.conf
rehearse import sd/supervisord.conf
ok "included: 1,000 patterns" not err_has 'more than 1000 patterns'
echo ' one.conf' >>sd/supervisord.conf
rehearse import sd/supervisord.conf
ok "included: one too many" err_has 'more than 1000 patterns'

# Parameters: of one system, and several.
mkdir own
printf '#!/bin/sh\nexec own\n' >own/run
echo 3 >own/notification-fd
rehearse import --set systemd.version=253 api.service own
ok "--set of a system" out_lines 1 'version: 253  # --set'
rehearse import --set RestartSec=7 --set RestartSteps=3 api.service
ok "--set once" out_has 'RestartSec: 7  # --set'
ok "and again" out_has 'RestartSteps: 3  # --set'
unit own RestartSteps=1-2
rehearse import own.service
ok "a number with something in it" err_has 'error: RestartSteps=1-2: a number below'

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
rehearse import --from runit sv/a//
ok "however often it is ended" out_has '  - name: a  # sv/a//'
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
printf '#!/bin/sh\ns6-permafailon 60 5 100-101,1-2,7 true\n' >sv/a/finish
rehearse import sv/a
ok "s6-permafailon of several ranges" out_has 'permafailon: {within: 60, deaths: 5, of: [100-101, 1-2, 7]}'
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
cp sv/a/run sv/b/log/run
printf '4\n' >sv/b/log/notification-fd
printf '5\n' >sv/b/log/max-death-tally
printf 'SIGHUP\n' >sv/b/log/down-signal
touch sv/b/log/down
rehearse import --from s6 sv/b/
ok "a logger is a service" out_has '  - name: b-log  # sv/b/log'
ok "whose files count" out_has 'notification-fd: 4  # sv/b/log/notification-fd:1'
ok "all of them" out_has 'max-death-tally: 5  # sv/b/log/max-death-tally:1'
ok "its signal too" out_has 'down-signal: SIGHUP  # sv/b/log/down-signal:1'
ok "and that it is down" out_has '    paused: true  # sv/b/log/down'
rehearse import --from s6 sv/c
ok "no run" err_has 'sv/c: error: there is no `run` in it'

# Files as they are found: marks, ends of lines, comments, continuations, escapes.
odd() { # NAME FILE PATTERN...
    name=$1 file=$2
    shift 2
    rehearse import "$file"
    ok "$name: read" is_status 0
    for pattern; do
        ok "$name: $pattern" out_has "$pattern"
    done
}
printf '\357\273\277[Unit]\r\n[Service]\r\nExecStart=/bin/x\r\nRestart=always\r\nRestartSec=5 \r\n' >crlf.service
odd "a unit from elsewhere" crlf.service 'Restart: always  # crlf.service:4' 'RestartSec: 5s  # crlf.service:5'
printf '[Service]\nExecStart=/bin/x \\\n# a comment\n; another\n --opt\nRestart=\\\nalways\nRestartSec=1min \\\n 30s\n' >long.service
odd "lines that go on" long.service 'Restart: always  # long.service:6' 'RestartSec: 1m30s  # long.service:8'
printf '[Service]\nExecStart=/bin/x\nRestart=always # not a comment\n' >behind.service
rehearse import behind.service
ok "a comment behind a value is none" err_has 'behind.service:3:9: error: Restart=always # not a comment: it is one of:'
mkdir over.service.d
printf '[Service]\nExecStart=/bin/x\nRestart=always\nSuccessExitStatus=1 2\nRestartPreventExitStatus=3\n' >over.service
printf '[Service]\nSuccessExitStatus=\nSuccessExitStatus=7\nRestartSec=9\nRestart=no\n' >over.service.d/20-b.conf
printf '[Service]\nRestartSec=3\nRestart=on-abort\n' >over.service.d/10-a.conf
odd "drop-ins in their order" over.service 'Restart: "no"  # ./over.service.d/20-b.conf:5' \
    'RestartSec: 9s  # ./over.service.d/20-b.conf:4' 'SuccessExitStatus: [7]  # ./over.service.d/20-b.conf:3' \
    'RestartPreventExitStatus: [3]  # over.service:5'
printf '[Service]\nExecStart=/bin/x %%i\nRestart=always\nRestartSec=%%i\n' >'inst@.service'
odd "an instance with escapes" 'inst@foo-bar\x2dbaz.service' '- name: inst_foo-bar_x2dbaz  # inst@.service'
ok "an instance: a specifier" err_has 'inst@.service:4:12: warning: RestartSec=%i: specifiers in durations are not resolved'
printf '[Service]\nExitType=cgroup\nExecStart=x\n[Unit]\nSuccessAction=reboot\nJobTimeoutSec=5\nJobRunningTimeoutSec=infinity\n' >more.service
odd "what cannot be carried over" more.service '- name: more'
ok "ExitType" err_has 'more.service:2:1: warning: ExitType=cgroup: the end of the main process'
ok "SuccessAction" err_has 'more.service:5:1: warning: SuccessAction=reboot'
ok "JobTimeoutSec" err_has 'more.service:6:1: warning: JobTimeoutSec=5'
ok "and nothing else" [ "$(wc -l <err)" -eq 3 ]

printf '\357\273\277[program:a]\r\ncommand=/bin/x ; comment\r\nstartretries=5 ; five\r\nexitcodes=\r\nstopsignal=sigint\r\n' >odd.conf
odd "a supervisord.conf from elsewhere" odd.conf 'startretries: 5  # odd.conf:3' 'exitcodes: []  # odd.conf:4' 'stopsignal: INT'
printf '[program:c]\ncommand=x\nstartsecs:7\n  more\n' >goes-on.conf
rehearse import goes-on.conf
ok "an indented line goes on" err_has 'goes-on.conf:3:11: error: startsecs='

cat >odd.yaml <<'YAML'
%YAML 1.2
---
x-base: &base
  restart: on-failure:05
  stop_grace_period: 1m30s
services:
  a:
    <<: *base
  b: {extends: {service: a}, stop_signal: SIGINT}
  c: {extends: b, restart: always}
  d: {extends: {file: other.yaml, service: z}}
  e: {deploy: {replicas: 2, restart_policy: {condition: any, delay: 1m}}}
  f: {extends: e}
YAML
odd "a compose file with a directive" odd.yaml 'restart: "on-failure:5"  # odd.yaml:4' 'stop-timeout: 90  # odd.yaml:5'
ok "extends: another service's restart" out_lines 2 'restart: "on-failure:5"  # odd.yaml:4'
ok "extends: its own counts more" out_has 'restart: always  # odd.yaml:10'
ok "extends: through another one" out_lines 3 'stop-timeout: 90'
ok "extends: swarm's policy" out_lines 2 'delay: 1m  # odd.yaml:12'
ok "extends: and the count" out_lines 2 'count: 2'
ok "extends: another file" err_has 'odd.yaml:11:7: warning: extends: what it takes from another file is not known'
printf 'services:\n  a: {extends: b}\n  b: {extends: a}\n  c: {extends: nobody}\n  d: {restart: "on-failure:0x5"}\n' >odd.yaml
rehearse import odd.yaml
ok "extends: in a circle" err_has 'odd.yaml:3:7: error: extends: a: services that extend each other in a circle'
ok "extends: nobody" err_has 'odd.yaml:4:7: error: extends: nobody: no service of this file'
ok "a number that docker does not read" err_has 'odd.yaml:5:7: error: restart: on-failure:0x5'

cat >odd.yaml <<'YAML'
# A list, and a document behind an empty one.
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {initContainers: [{name: i, restartPolicy: Always}], containers: [{name: c, restartPolicy: Never}]}}
---
---
{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"parallelism": 2,
 "backoffLimitPerIndex": 1, "template": {"spec": {"containers": [{"name": "c"}]}}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: d}
spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: c}]}}}
...
YAML
odd "manifests of all notations" odd.yaml '- name: p  #' '- name: j  #' '- name: d  #'
ok "sidecars" err_has 'odd.yaml:5:61: warning: initContainers: they are left out, sidecars among them'
ok "a container's own policy" err_has 'warning: restartPolicy: rules of a container'
ok "pods beside each other" err_has 'odd.yaml:8:79: warning: parallelism: one pod is taken'
ok "a limit per index" err_has 'odd.yaml:9:2: warning: backoffLimitPerIndex: it is not modelled'
ok "a job without its policy" err_has 'warning: restartPolicy: Kubernetes wants OnFailure or Never of a job'
ok "a daemon set with another one" err_has 'odd.yaml:14:26: warning: restartPolicy: Kubernetes takes Always only'

mkdir -p odd
printf '#!/bin/execlineb -P\nx\n' >odd/run
printf '#!/bin/sh\nexit 0\nexit 125\n' >odd/finish
odd "what stands behind an exit" odd 'script: [run]'
printf '#!/command/execlineb -S0\n# c\ns6-permafailon 60 5 1-255,SIGSEGV,SIGBUS exit 0\n' >odd/finish
odd "s6-permafailon in execline" odd 'permafailon: {within: 60, deaths: 5, of: [1-255, SIGSEGV, SIGBUS]}  # odd/finish:3'
printf ' 5\n' >odd/timeout-kill
rehearse import odd
ok "a blank before a number" err_has 'odd/timeout-kill:1:1: error: timeout-kill: a number below'

cat >odd.config <<'TERMS'
%% comment
{ok, {#{strategy => one_for_all, intensity => 3, period => 1_0, % comment
        auto_shutdown => never},
      [#{id => a, start => {a, start_link, [<<"x">>, "s%t", $%, $\n, $", 'quoted atom', [1|2]]}},
       {b, {b, start_link, []}, transient, brutal_kill, worker, [b]}]}}.
TERMS
odd "terms of all notations" odd.config 'period: 10  # odd.config:2' '- name: a  # odd.config:4' 'shutdown: brutal_kill  # odd.config:5'
printf '[{a, {a,start_link,[]}, permanent, 5000, worker, [a]}].\n' >odd.config
odd "a list of children alone" odd.config 'restart: permanent  # odd.config:1'
printf '{{one_for_one, 1, 5}, [#{id => a, start => {a, b, $' >odd.config
rehearse import odd.config
ok "a file that ends in a character" err_has 'odd.config:1:52: error: the file ends within a term'
printf '{{one_for_one, 1, 5}, [[1|2]]}.' >odd.config
rehearse import odd.config
ok "a list with a tail is no child" is_status 2

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
