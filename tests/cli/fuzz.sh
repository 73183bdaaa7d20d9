#!/bin/sh
# Scenarios from seeds.
. "$(dirname "$0")/lib.sh"

# What is the same every time.
steady() { sed 's/; [0-9,]* a second, in [0-9.]*[a-z]*s,/; X,/' "$1"; }

rehearse fuzz --seeds 1..60
ok "a campaign that finds nothing is status 0" is_status 0
ok "it counts scenarios" out_has '60 scenarios from seed 1 on: 60 passed, 0 failed in 0 ways; median '
ok "nothing is said on standard error" err_empty
steady out >one
rehearse fuzz --seeds 1..60 --jobs 3
steady out >three
ok "with several jobs the summary is the same" cmp one three
rehearse fuzz --seeds 1..60 --json
ok "one object" out_lines 1 '^{"kind":"summary","first":1,"scenarios":60,"passed":60,"failed":0,'
if have python3; then
    ok "it is JSON" python3 -c 'import json, sys; json.loads(open(sys.argv[1]).read())' out
fi

rehearse fuzz --seeds 1..60 --relations all --json
ok "relations are asked" out_has '"doubled-times":{"wanted":60,"asked":60,"broken":0}'
rehearse fuzz --seeds 1..60 --relations all
ok "and counted" out_has 'relations: unrelated-service asked of 45 of 60 scenarios, broken in 0, doubled-times asked of 60 of 60 scenarios, broken in 0'
rehearse fuzz --seeds 1..60 --relations none
ok "or not" not out_has relations

rehearse fuzz --seeds 17..17
grep -oE 'hash [0-9a-f]{16}' out >alone
ok "a single seed has a hash" [ -s alone ]
rehearse fuzz --seeds 17..17 --jobs 2
ok "which is the same with several jobs" out_has "$(cat alone)"

rehearse fuzz --seeds 1..10 --shard 1/3 --json
ok "a shard has its part" out_has '"first":1,"scenarios":4,'
rehearse fuzz --seeds 1..10 --shard 3/3 --json
ok "and the last one, too" out_has '"first":3,"scenarios":3,'
rehearse fuzz --seeds 5..6 --shard 3/3
ok "a shard may be empty" out_has '0 scenarios from seed'
rehearse fuzz --seeds 18446744073709551615..18446744073709551615
ok "the last seed there is" out_has 'pass  seed 18446744073709551615,'

rehearse fuzz --seeds 0123456789abcdef0123456789ABCDEF01234567 --shard 1/500 --json
ok "a commit begins at its hash" out_has '"first":988265312986268182,"scenarios":2,'
rehearse fuzz --seeds 0123456789abcdef0123456789abcdef01234567 --shard 1/500 --json
ok "in either case of its letters" out_has '"first":988265312986268182,"scenarios":2,'
rehearse fuzz --seeds 0123456789abcdef0123456789abcdef012345678
ok "41 digits are no commit" is_status 2

rehearse fuzz --budget 1ms
ok "a budget ends it" is_status 0
ok "before 1000 seeds" not out_has '1,000 scenarios'
rehearse fuzz --out found --seeds 1..3
ok "--out makes its directory" [ -d found ]
: >plain
rehearse fuzz --out plain --seeds 1..3
ok "a file is no directory" is_status 2
ok "and is said to be none" err_has 'plain: it is no directory'

for wrong in '--shard 0/2' '--shard 3/2' '--shard 2' '--shard 1/10001' '--budget 0' '--budget never' \
    '--relations some' '--relations' '--seeds 2..1' '--budget 5' 'file.yaml' '--seeds 1..2x'; do
    # shellcheck disable=SC2086 # an option and its value
    rehearse fuzz $wrong
    ok "refused: $wrong" is_status 2
done

# Ends early, with what has been done.
env --default-signal=INT "$REHEARSE" fuzz --budget 10m --jobs 2 --json >out 2>err &
pid=$!
until [ -n "$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)" ]; do sleep 0.01; done
kill -s INT "$pid"
status=0
wait "$pid" || status=$?
ok "SIGINT: the status" is_status 130
ok "SIGINT: the summary is there, and says so" out_has '"interrupted":"SIGINT"'
finish
