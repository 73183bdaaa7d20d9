#!/bin/sh
# rehearse compare: where two policies part.
. "$(dirname "$0")/lib.sh"

cat >two.yaml <<'YAML'
scenario: 1
name: two
services:
  - {name: old, preset: supervisord}
  - {name: new, preset: {systemd: {Restart: on-failure}}}
YAML
cat >old.yaml <<'YAML'
scenario: 1
name: old
services:
  - {name: api, backoff: {base: 1s, max: 1s}, stop: {grace: 3s, abort-wait: 2s}}
  - {name: web, restart: never}
YAML
sed 's/base: 1s, max: 1s/base: 2s, max: 2s/' old.yaml >new.yaml

rehearse compare old.yaml old.yaml
ok "the same" is_status 0
ok "is said" out_lines 2 'They do the same in all of these'
ok "a stop that is not heeded" out_has 'hangs when it is stopped   gone after 3s'
ok "nor forced" out_has 'and cannot be killed       given up after 5s'
rehearse compare --expect same old.yaml old.yaml
ok "--expect same" is_status 0
rehearse compare old.yaml new.yaml
ok "another wait" is_status 0
ok "is marked" out_like '^\* fails at once +for ever, 3601 starts in 1h +for ever, 1801 starts in 1h$'
ok "and an outage" out_like '^\* an outage of 3m +up again 0s after it, 181 starts +up again 0s after it, 91 starts$'
ok "by their names" out_lines 2 '^A: old.yaml:[45]: (api|web)$'
rehearse compare --expect same old.yaml new.yaml
ok "--expect same: they part" is_status 1
rehearse compare --expect same --service web old.yaml new.yaml
ok "--service: the one that is the same" is_status 0
rehearse compare --json --service api old.yaml new.yaml
ok "for tools" out_has '{"a":"api","b":"api","life":"fails at once","plan-a":"for ever, 3601 starts in 1h","plan-b":"for ever, 1801 starts in 1h","same":false}'

rehearse compare supervisord '{systemd: {Restart: on-failure}}'
ok "presets" is_status 0
ok "one gives up" out_has 'gives up at 6s, 4 starts'
ok "the other sooner" out_has 'gives up at 500ms, 5 starts'
rehearse compare docker two.yaml
ok "one with each" out_lines 2 '^A: docker:1: preset   preset docker$'
rehearse compare two.yaml docker
ok "each with one" out_lines 2 '^B: docker:1: preset   preset docker$'
rehearse compare two.yaml old.yaml
ok "none of the same name" is_status 2
ok "which is said" err_has 'no two services to compare'
# Sources of other service managers, from each side.
printf '[Service]\nExecStart=x\nRestart=on-failure\n' >web.service
printf 'services: {web: {restart: always}}\n' >compose.yaml
mkdir docker
cp web.service docker
rehearse compare web.service compose.yaml
ok "a unit and a compose file" out_has 'B: compose.yaml: web   docker: restart=always'
ok "part" out_like '^\* fails at once +gives up at 500ms, 5 starts +for ever, 69 starts in 1h$'
status=0
"$REHEARSE" compare - ./docker <compose.yaml >out 2>err || status=$?
ok "standard input and a directory" is_status 0
ok "in their order" out_has 'A: <stdin>: web   docker'
rehearse compare docker web.service
ok "a preset is one, whatever else is called so" out_has 'A: docker:1: preset   preset docker'
rehearse compare --from s6 docker ./docker
ok "--from" err_has 'there is no `run` in it'
printf '#!/bin/sh\n' >run
rehearse compare --from runit runit .
ok "--from: a service directory" out_has 'They do the same in all of these'
rm run

rehearse compare dokcer docker
ok "no such preset" is_status 2
ok "with a hint" err_has 'did you mean `docker`?'
rehearse compare '{systemd: {Restart: sometimes}}' docker
ok "a setting that is none" err_has 'unknown word `sometimes`'
rehearse compare nowhere.yaml docker
ok "no such file" is_status 2
mkdir nothing
rehearse compare docker ./nothing
ok "a directory of nothing" is_status 2
ok "with what was looked for" err_has 'rehearse: ./nothing: nothing to plan in this directory: no scenario, '
rehearse compare two.yaml
ok "two are needed" err_has 'two policies are needed: rehearse compare A B'
finish
