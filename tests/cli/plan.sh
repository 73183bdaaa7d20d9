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
ok "the edge, to the nanosecond" out_has 'attempts live 690.3782ms or less; one nanosecond more and it is restarted for ever'

rehearse plan --service loops api.yaml
ok "a loop shows its round" out_has '     4          15s                      5s        3   1 of 5, window opens'
ok "and goes on" out_has '     …          +5s'
ok "for ever" out_has 'It never gives up: at most 3 starts fall into 10s.'
ok "so often" out_has 'After 1h: 721 starts.'

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
rehearse plan --when 'fail after 690378201ns' --json --service api api.yaml
ok "and beyond it does not" out_has '"verdict":"for-ever","at":null,"why":""'
rehearse plan --when succeed --json --service once api.yaml
ok "a clean end that nothing follows" out_has '"verdict":"stays-down","at":0,"why":"completed"'

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

# In plain keys it means the same.
for file in "$top"/scenarios/presets/*.yaml; do
    base=$(basename "$file")
    sed -n '/^expect:/q;p' "$file" | sed '/^services:/,$d' >"plain-$base"
    rehearse plan --explain "$file"
    ok "$base in plain keys" is_status 0
    { echo services:; cat out; } >>"plain-$base"
    for life in fail 'fail after 2s' succeed; do
        rehearse plan --json --when "$life" "$file"
        cp out preset.json
        rehearse plan --json --when "$life" "plain-$base"
        ok "$base: the same when attempts $life" cmp preset.json out
    done
done
finish
