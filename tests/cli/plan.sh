#!/bin/sh
# rehearse plan: what is said of a policy, to people and to tools, and presets in plain keys.
. "$(dirname "$0")/lib.sh"

cat >api.yaml <<'YAML'
scenario: 1
name: policies to be planned
services:
  - {name: api, preset: {systemd: {Restart: always, RestartSec: 100ms, RestartSteps: 5, RestartMaxDelaySec: 10s}}}
  - {name: loops, preset: {systemd: {Restart: always, RestartSec: 5s}}}
  - {name: drawn, preset: nomad}
  - {name: waits, ready: {explicit: {timeout: 3s}}, backoff: {base: 1s, max: 1s, reset-after: never}}
  - {name: beats, ready: {explicit: {timeout: never}}, heartbeat: {stale-after: 4s, then: restart}, backoff: {base: 1s, max: 1s, reset-after: never}}
  - {name: tripped, breaker: {failures: 3, within: 1m}, backoff: {base: 1s}}
  - {name: few, max-restarts: 2, backoff: {base: 1s, factor: 1}}
  - {name: once, restart: never}
YAML

rehearse plan --service api api.yaml
ok "a plan" is_status 0
ok "with its preset" out_has 'api.yaml:4: api   preset systemd 254: Restart=always RestartSec=100ms'
ok "each start" out_has '     5    2.567038s               1.584893s        4   5 of 5'
ok "and the one that is refused" out_has '     -    6.548109s               3.981071s        5   refused, window until 10s'
ok "the verdict" out_has 'It gives up after 6.548109s: restart-limit, start 6 of at most 5 in 10s.'
ok "waits nobody sees" out_has 'Of the waits up to 10s, 10s is never reached: the limit ends it after the 5th.'
ok "the edge, to the nanosecond" out_has 'attempts live 690.3782ms or less; one nanosecond more and it is restarted for ever, every 10s plus its run.'
ok "what forgives" out_has 'Nothing forgives the streak but a stop while it runs or `forget`; the window is over 10s after it opened.'
ok "of what ends alike nothing is told" not out_has 'A clean exit'

rehearse plan --service loops api.yaml
ok "a loop shows its round" out_has '     4          15s                      5s        3   1 of 5, window opens'
ok "and goes on" out_has '     …          +5s'
ok "for ever" out_has 'It never gives up: at most 3 starts fall into 10s.'
ok "so often" out_has 'After 1h: 721 starts. A clean exit is restarted too.'
ok "what its limit would need" out_has 'The limit would need RestartSec of 2s or less.'
ok "and where it is as late as it is" out_has 'Realistic (250ms timer slack): a start every 5s..5.25s, 686..721 in 1h; the verdict is the same.'
ok "waits that are all the same make no streak" not out_has 'the streak'

# What the limit would need is so to the nanosecond.
for wait in 2s:gives-up 2000000001ns:for-ever; do
    rehearse plan --set services.loops.preset.systemd.RestartSec=${wait%:*} --service loops --json api.yaml
    ok "with waits of ${wait%:*}" out_has "\"verdict\":\"${wait#*:}\""
done

cat >besides.yaml <<'YAML'
scenario: 1
name: what is told besides
services:
  - {name: sliding, restart-limit: {max: 3, within: 10s}, backoff: {base: 4s, factor: 1}}
  - {name: notifies, preset: {systemd: {Type: notify, Restart: on-failure, RestartSec: 5s}}}
  - {name: reaped, preset: supervisord}
  - {name: halved, max-restarts: 40, backoff: {base: 1s, max: 4s, reset: halve, reset-after: 1m}}
  - {name: by-failure, preset: kubernetes}
  - {name: by-hand, backoff: {base: 1s, max: 4s, reset-after: never}}
  - {name: ideal, preset: {systemd: {Restart: always, RestartSec: 5s, mode: busy}}}
  - {name: settles, ready: {after: 1s}, backoff: {base: 1s, max: 4s, after-ready: 0s}}
YAML
rehearse plan --service sliding besides.yaml
ok "waits of a limit of restarts" out_has 'It never gives up: at most 3 restarts fall into 10s. The limit would need waits of 3.333333333s or less.'
rehearse plan --service notifies besides.yaml
ok "another life" out_has 'Never ready instead: a start every 1m35s for ever. A clean exit is not restarted.'
rehearse plan --when 'never-ready' --service notifies besides.yaml
ok "not the same one again" not out_has 'Never ready instead'
rehearse plan --service reaped besides.yaml
ok "lateness that makes another verdict" out_has 'Realistic (12ms to a start, 1s to see an end): it gives up after 6.048s, with the longest delays a start every 2.012s: another verdict.'
rehearse plan --service halved besides.yaml
ok "a run that halves" out_has 'A run of 1m halves the streak.'
rehearse plan --service by-failure besides.yaml
ok "from failure to failure" out_has 'A run of 10m1ns, the wait before it included, forgives the streak.'
rehearse plan --service by-hand besides.yaml
ok "by hand" out_has 'Nothing forgives the streak but a start by hand or `forget`.'
rehearse plan --service ideal besides.yaml
ok "what is late already is told once" not out_has 'Realistic'
rehearse plan --service settles besides.yaml
ok "by readiness" out_has 'An attempt that was ready forgives the streak.'
"$REHEARSE" plan --service reaped - <besides.yaml >out 2>err
ok "from standard input, too" out_has 'Realistic (12ms to a start'
rehearse plan --json --service notifies besides.yaml
ok "nothing of it for tools" not out_has 'instead'

rehearse plan --service drawn api.yaml
ok "what is drawn is a range" out_has '     3   30s..37.5s             15s..18.75s        2   2 of 2'
ok "as is the verdict" out_has 'It gives up after 30s..37.5s: restart-limit'

rehearse plan --service tripped api.yaml
ok "a breaker" out_has 'It gives up after 3s: circuit-breaker-open.'
rehearse plan --service few api.yaml
ok "restarts in a life" out_has 'It gives up after 2s: restart-limit, restart 3 of at most 2 in its life.'
rehearse plan --service once api.yaml
ok "no restart" out_has 'It stays down: unrecoverable.'

rehearse plan --when never-ready --json api.yaml
ok "only what has to be ready" [ "$(wc -l <out)" -eq 2 ]
ok "is never ready" out_has '"service":"waits","when":"never-ready","starts":[{"n":1,"at":0,"wait":null,"streak":0,"limit":null},{"n":2,"at":4000000000,"wait":1000000000,'
rehearse plan --when no-beat --json api.yaml
ok "only what has to beat" out_has '"service":"beats","when":"no-beat"'
ok "is found stale" out_has '{"n":2,"at":5000000000,"wait":1000000000,'
rehearse plan --when 'fail after 690378200ns' --json --service api api.yaml
ok "at the edge" out_has '"when":"fail after 690.3782ms"'
ok "it gives up" out_has '"verdict":"gives-up","at":10000000000,"why":"restart-limit","never-reached":[10000000000],"edges":[{"run":690378200,"below":"gives-up","above":"for-ever"}],"resets":[]'
ok "and says why, as a trace does" out_like '"because":"restart-limit: start 6 of 5 in 10s, window opened at 0s"}$'
rehearse plan --when 'fail after 690378201ns' --json --service api api.yaml
ok "and beyond it does not" out_has '"verdict":"for-ever","at":null,"why":""'
ok "for which there is no reason" not out_has because
rehearse plan --when succeed --json --service once api.yaml
ok "a clean end that nothing follows" out_has '"verdict":"stays-down","at":0,"why":"completed"'
ok "and why nothing does" out_like '"because":"restart: [a-z-]+, and it ended clean"}$'

cat >beside.yaml <<'YAML'
scenario: 1
name: a knob beside a preset
services:
  - {name: b, preset: {docker: {restart: always}}, backoff: {max: 400ms}, restart: on-failure, heartbeat: {stale-after: 5s}}
YAML
rehearse plan beside.yaml
ok "a knob beside a preset is said" out_has 'beside the preset `backoff.max`, `restart` is said, and wins'
ok "and wins" out_has '     …       +400ms'
rehearse plan --explain beside.yaml
ok "the setting of a key of the same name" not out_has 'restart: on-failure  # docker'
rehearse plan --mode realistic --service api api.yaml
ok "--mode of all presets" out_has '     1          3ms                       -        0   1 of 5, window opens'

rehearse plan --expect gives-up --service api api.yaml
ok "--expect: as expected" is_status 0
rehearse plan --expect gives-up api.yaml
ok "--expect: another verdict" is_status 1
rehearse plan --service nobody api.yaml
ok "no such service" is_status 2
ok "which is said" err_has 'no service to plan'
rehearse plan --when 'hang' api.yaml
ok "no such life" err_has 'it is one of fail, crash, succeed'
rehearse plan --when 'never-ready after 3s' api.yaml
ok "a life without a length" err_has 'only what ends by itself does so after a length of time'
rehearse plan --when 'fail in 3s' api.yaml
ok "a length that is none" err_has 'it is written `fail after 900ms`'

# Whatever `rehearse import` reads is planned as what it makes of it, and warned of likewise.
source_of() { # NAME SOURCE...
    name=$1
    shift
    (cd "$top" && "$REHEARSE" import "$@") >imported.yaml 2>said || :
    "$REHEARSE" plan --json imported.yaml >expected 2>/dev/null || :
    status=0
    (cd "$top" && "$REHEARSE" plan --json "$@") >out 2>err </dev/null || status=$?
    ok "$name: planned" is_status 0
    ok "$name: as the import of it" cmp expected out
    ok "$name: warned of as by the import" cmp said err
    ok "$name: something is planned" test -s out
}
source_of "a unit" tests/import/systemd/containerd.service
source_of "an instance" tests/import/systemd/worker@one.service
source_of "a directory of units" tests/import/systemd
source_of "systemctl show" tests/import/systemd/shown.txt
source_of "supervisord.conf" tests/import/supervisord/supervisord.conf
source_of "a compose file" tests/import/compose/compose.yaml
source_of "a manifest" tests/import/kubernetes/manifests.yaml
source_of "a directory of manifests" tests/import/kubernetes
source_of "a directory of service directories" tests/import/services
source_of "a service directory" --from runit tests/import/services/db
source_of "terms" tests/import/otp/tree.config
source_of "of a kind that is said" --from otp tests/import/otp/tree.config
source_of "with a parameter" --set version=252 tests/import/systemd
ok "with a parameter: an older version" err_has 'RestartSteps needs systemd 254: systemd 252 ignores it'
source_of "with a parameter of a system" --set systemd.version=252 tests/import/systemd

rehearse plan "$top/tests/import/compose/compose.yaml"
ok "whose service is named" out_like 'compose.yaml: web   docker: restart=unless-stopped'
ok "a warning has that of the source" err_has 'compose.yaml:9:5: warning: healthcheck'
status=0
"$REHEARSE" plan - <"$top/tests/import/systemd/shown.txt" >out 2>err || status=$?
ok "from standard input" is_status 0
ok "which is so called" out_has '<stdin>: web   systemd 254'
status=0
"$REHEARSE" plan --service once - <api.yaml >out 2>err || status=$?
ok "a scenario from there" out_has '<stdin>:11: once'
mkfifo pipe
cat "$top/tests/import/otp/tree.config" >pipe &
rehearse plan pipe
wait
ok "from a pipe, read once" out_has 'pipe: db   otp'
printf '[program:a]\nstartretries=5\n' >a.conf
rehearse plan --json --set startretries=1 --set services.a.backoff.base=5s a.conf
ok "--set of a parameter, and of a place in the scenario" out_has '{"n":2,"at":5000000000,'
ok "both hold" out_has '"verdict":"gives-up","at":5000000000,'
rehearse plan --set intensity=1 a.conf
ok "--set of another system" err_has '--set intensity: nothing that is imported has it'
printf 'services: {web: {restart: maybe}}\n' >compose.yaml
rehearse plan compose.yaml
ok "what is refused" is_status 2
ok "has its place" err_has 'compose.yaml:1:18: error: restart: maybe: it is no, always'
rehearse plan --from otp compose.yaml
ok "another kind is refused by its own reader" is_status 2
rehearse plan nowhere@1.service
ok "an instance of nothing" err_has 'nowhere@.service: error: there is no such file'
rehearse plan nowhere.service
ok "a unit that is not there" is_status 2
rehearse plan
ok "nothing is named" err_has 'no file or directory is named: rehearse plan FILE|DIR...'
ok "as the help calls it" test -n "$("$REHEARSE" plan --help | grep -F 'rehearse plan [options] FILE|DIR...')"

# Directories: what an import takes whole, what a walk finds, and what may be either.
mkdir -p walked/sub units service/env
cp api.yaml walked/sub
cp "$top/tests/import/compose/compose.yaml" walked
cp "$top/tests/import/kubernetes/manifests.yaml" walked/sub
rehearse plan --json walked
ok "a walk finds scenarios and sources" is_status 0
ok "a scenario" out_has '"service":"api"'
ok "a compose file" out_has '"service":"web"'
ok "a manifest" out_has '"service":"web-app"'
printf '[Service]\nExecStart=x\nRestart=always\n' >units/u.service
rehearse plan --json units
ok "units" out_has '"service":"u"'
cp api.yaml units
rehearse plan units
ok "units and scenarios" is_status 2
ok "are not guessed about" err_has 'units: services and scenarios are in this directory; name files of it'
rehearse plan --json --from systemd units
ok "--from says which" out_lines 1 '"service":'
rehearse plan --json --from systemd units/api.yaml
ok "a scenario is one whatever the others are" out_has '"service":"api"'
printf '#!/bin/sh\nexec s6-setuidgid x y\n' >service/run
echo 'key: value' >service/settings.yaml
rehearse plan service
ok "a service directory with something in YAML" out_has 'service   s6 2'
rehearse plan service/env
ok "a directory of nothing" is_status 2
ok "by its name, with what was looked for" err_has 'rehearse: service/env: nothing to plan in this directory: no scenario, compose file or Kubernetes manifest (*.yaml, *.yml or *.json) here or below, no systemd unit (*.service), no service directory of s6 or runit (one with a file `run`) and no supervisord.conf; '
ok "and what helps" err_like 'name a file, with --from where it does not show its kind: systemd, supervisord, compose, kubernetes, s6, runit, otp$'
rehearse run service/env
ok "who runs scenarios looks for these" err_has 'service/env: no scenario in this directory (*.yaml, *.yml or *.json)'
mkdir -p daemons/rehearsals
printf '[program:d]\ncommand=d\n' >daemons/supervisord.conf
rehearse plan --json daemons
ok "a directory with a supervisord.conf" out_has '"service":"d"'
cp api.yaml daemons/rehearsals
rehearse plan --json daemons
ok "but for scenarios below it" out_has '"service":"api"'
ok "which are meant" not out_has '"service":"d"'
rehearse plan --json --from supervisord daemons
ok "and --from says which" out_has '"service":"d"'

# What is a scenario is no compose file, however it is written.
printf '\357\273\277services: {a: {restart: always}}\n' >mark.yaml
rehearse plan mark.yaml
ok "a mark of the byte order" out_has 'a   docker: restart=always'
printf '%s\n' '{"services": [{"name": "a", "restart": "never"}], "name": "x", "scenario": 1}' >scenario.json
rehearse plan scenario.json
ok "a scenario in JSON" out_has 'scenario.json:1: a'
printf '%s\n' '{"x-scenario": {"scenario": 1}, "services": {"a": {"restart": "always"}}}' >compose.json
rehearse plan compose.json
ok "a compose file in JSON" out_has 'a   docker: restart=always'
printf '%s\n' '"services":' '  # none yet' '  - {name: a}' >list.yaml
rehearse plan list.yaml
ok "a list of services" err_has 'list.yaml:1:1: error: key `scenario` is missing'

# Every directive that matters, as three versions of systemd have it: what each ignores, and what it does.
for version in 252 254 262; do
    (cd "$top" && "$REHEARSE" plan --set version=$version tests/plan/every.service 2>&1) >out || :
    ok "every directive: systemd $version" cmp "$top/tests/plan/every-$version.txt" out
    (cd "$top" && "$REHEARSE" plan --when crash --set version=$version tests/plan/every.service 2>&1) |
        sed '/warning/d' >out || :
    ok "every directive: systemd $version, SIGSEGV" out_like "^     2  +500ms"
done
ok "every directive: a range stands apart" grep -q '^     3 1.757433s..5.757433s    1.257433s..3.257433s ' "$top/tests/plan/every-262.txt"

# In plain keys it means the same. What the command printed stands in the place of the file's services, and of
# its supervisor where that was printed too.
paste() { # FILE: all of it before its services, with `out`
    if grep -q '^supervisor:' out; then
        sed '/^services:/,$d' "$1" | awk '/^[a-z]/ { left_out = /^supervisor:/ } !left_out'
    else
        sed '/^services:/,$d' "$1"
        echo services:
    fi
    cat out
}
plans_the_same() { # NAME FILE OTHER
    for life in fail 'fail after 2s' succeed; do
        rehearse plan --json --when "$life" "$2"
        ok "$1: what comes of it when attempts $life" out_has '"verdict":'
        cp out preset.json
        rehearse plan --json --when "$life" "$3"
        ok "$1: the same when attempts $life" cmp preset.json out
    done
}
for file in "$top"/scenarios/presets/*.yaml; do
    base=$(basename "$file")
    rehearse plan --explain "$file"
    ok "$base in plain keys" is_status 0
    paste "$file" >"plain-$base"
    ok "$base: nothing is left of presets" not grep -q 'preset:' "plain-$base"
    plans_the_same "$base" "$file" "plain-$base"
done

# Groups and the supervisor too, and it runs the same.
cat >tree.yaml <<'YAML'
scenario: 1
name: presets of groups
until: 1h
defaults: {script: [{fail: {after: 45s}}, {fail: {}, times: 4}, {fail: {after: 100ms}, times: 9}, run]}
supervisor:
  clock: 300ms
  preset: {otp: {intensity: 9, period: 3600, auto_shutdown: any_significant}}
  shutdown: {timeout: 7s}
  groups:
    - {name: knob, preset: {suture: {FailureThreshold: 3, FailureBackoff: 4s}}, restart-limit: {half-life: 10s}}
    - {name: rest, preset: {otp: {intensity: 2, period: 20, strategy: rest_for_one}}}
    - {name: rest.inner, strategy: one-for-all, restart-limit: {max: 1, within: 5s}}
    - {name: alone, preset: docker}
services:
  - {name: root, preset: {otp: {restart: transient}}}
  - {name: knob-a, group: knob}
  - {name: knob-b, group: knob, preset: docker, restart: always}
  - {name: rest-a, group: rest}
  - {name: rest-b, group: rest.inner}
  - {name: rest-c, group: rest.inner}
  - {name: last, group: alone, significant: false, restart: on-failure}
YAML
rehearse plan --explain tree.yaml
ok "groups in plain keys" is_status 0
ok "a knob of the group's" out_like '^        half-life: 10s  # tree.yaml:10$'
ok "a setting of its preset" out_like '^        max: 3  # suture FailureThreshold, tree.yaml:10$'
ok "a map within a map" out_like '^        then: \{pause: 4s\}  # suture FailureBackoff, tree.yaml:10$'
ok "a group without a preset" out_like '^      strategy: one-for-all  # tree.yaml:12$'
ok "what the supervisor's says" out_like '^    max: 9  # otp intensity, tree.yaml:7$'
ok "beside what is said there" out_like '^    timeout: 7s  # tree.yaml:8$'
ok "which one it is" out_like '^    # preset otp: intensity=2 period=20 strategy=rest_for_one$'
paste tree.yaml >plain-tree.yaml
ok "groups: nothing is left of presets" not grep -q 'preset:' plain-tree.yaml
plans_the_same groups tree.yaml plain-tree.yaml
rehearse run --once --trace tree.jsonl tree.yaml
rehearse run --once --trace plain-tree.jsonl plain-tree.yaml
ok "groups: it runs the same" is_status 0
ok "groups: both told something" grep -q '"event":"limit-exhausted"' tree.jsonl
sed 1d tree.jsonl >preset.json
sed 1d plain-tree.jsonl >plain.json
ok "groups: to the last event" cmp preset.json plain.json
rehearse plan --explain --service rest-a tree.yaml
ok "only the groups around what was asked for" not out_has knob
ok "these, however" out_has '    - name: rest'
rehearse plan --explain --service nobody tree.yaml
ok "no supervisor without services" out_empty
sed 's/preset: [a-z]*,//; /preset: {/d; s/, preset: docker//' tree.yaml >none.yaml
rehearse plan --explain --service last none.yaml
ok "a supervisor without presets stays as the file has it" not out_has supervisor:
finish
