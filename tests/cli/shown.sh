#!/bin/sh
# The filtered timeline: -v with --service, --event, --from and --to.
. "$(dirname "$0")/lib.sh"

cat >two.yaml <<'X'
scenario: 1
name: two
until: 3s
services:
  - {name: api, script: [{fail: {after: 1s}}, run]}
  - {name: w, count: 2, script: [{fail: {after: 2s}}, run]}
timeline: [{at: 3s, shutdown: {}}]
X

# The events that are shown: "1s api attempt-ended", one a line.
shown() {
    rehearse run -v --once "$@" two.yaml
    sed -n '/^ *[0-9][0-9a-z.]*s  /s/^ *\([^ ]*\)  *\([^ ]*\)  *\([^ ]*\).*/\1 \2 \3/p' out >events
}
shows() {
    printf '%s\n' "$@" | cmp - events
}
shows_so_many() { [ "$(wc -l <events)" -eq "$1" ]; }

shown
all=$(wc -l <events)
ok "without a choice all is shown" [ "$all" -gt 20 ]
shown --service api --to 1s
ok "a service, up to an instant, which is included" shows "0s api registered" \
    "0s api attempt-started" "1s api attempt-ended" "1s api backing-off"
shown --service api --to 999999999ns
ok "not a nanosecond more" shows "0s api registered" "0s api attempt-started"
shown --service api --from 1s --to 1.1s
ok "from an instant, which is included" shows "1s api attempt-ended" "1s api backing-off" \
    "1.1s api attempt-started"
shown --service api --from 1000000001ns --to 1.1s
ok "not a nanosecond before" shows "1.1s api attempt-started"
shown --service 'w-?' --event attempt-ended --to 2s
ok "a glob and an event" shows "2s w-0 attempt-ended" "2s w-1 attempt-ended"
shown --service api,w-1 --event attempt-ended,backing-off --to 2s
ok "lists of both" shows "1s api attempt-ended" "1s api backing-off" "2s w-1 attempt-ended" \
    "2s w-1 backing-off"
shown --service api --service w-1 --event attempt-ended --event backing-off --to 2s
ok "and options that are repeated" shows "1s api attempt-ended" "1s api backing-off" \
    "2s w-1 attempt-ended" "2s w-1 backing-off"
shown --event shutdown-requested
ok "an event of the supervisor is shown" shows_so_many 1
shown --event shutdown-requested --service '*'
ok "and is of no service" shows_so_many 0
shown --event drained
ok "an event" shows_so_many 1
ok "the run is told in full" out_has '1 scenario: 1 passed'
rehearse run -v --once two.yaml
grep -o 'two  .*events  [0-9a-f]*' out >before
rehearse run -v --once --service api two.yaml
grep -o 'two  .*events  [0-9a-f]*' out >after
ok "and is the same run" cmp before after
ok "which is not nothing" [ -s before ]

refused() {
    said=$1
    shift
    rehearse run "$@" two.yaml
    ok "refused: $*" is_status 2
    ok "with: $said" err_has "$said"
}
refused "give -v too" --service api
refused "give -v too" --to 1s
refused "did you mean 'backing-off'" -v --event backing-of
refused "there is no such event" -v --event zzzzzzzz
refused "there is no such event" -v --event ''
refused "a name, a glob" -v --service ''
refused "a name, a glob" -v --service 'a b'
refused "a name, a glob" -v --service api,
refused "needs a unit" -v --from 1
rehearse run -v --service nobody two.yaml
ok "a service that there is not" out_has 'no event fits what is asked for'
rehearse run -v --service api two.yaml
ok "one that there is" not out_has 'no event fits what is asked for'
rehearse run -v two.yaml
ok "nothing is asked for" not out_has 'no event fits what is asked for'
refused "nothing would be shown" -v --from 2s --to 1s
finish
