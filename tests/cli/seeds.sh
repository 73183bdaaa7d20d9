#!/bin/sh
# Sweeps over seeds, and several jobs.
. "$(dirname "$0")/lib.sh"

# The first draw decides whether it fails: some seeds pass, some do not.
cat >dice.yaml <<'YAML'
scenario: 1
name: dice
until: 1s
services:
  - name: dice
    restart: never
    script:
      - steps:
          - choose:
              - {weight: 1, steps: [{fail: "six"}]}
              - {weight: 2, steps: [succeed]}
expect:
  - {at: end, service: dice, is: {reason: completed}}
YAML
sed -e 's/name: dice$/name: some/' -e '/^expect/,$d' dice.yaml >some.yaml
cat >>some.yaml <<'YAML'
expect:
  - {sometimes: {service: some, is: {reason: completed}}}
  - {sometimes: {service: some, is: {reason: unrecoverable}}}
YAML
sed -e 's/reason: unrecoverable/reason: aborted/' some.yaml >never.yaml
passing good >good.yaml

rehearse run --json --seeds 1..20 dice.yaml
ok "a sweep runs every seed" out_lines 20 '"kind":"run"'
ok "both ends included" out_has '"seed":20,'
failures=$(grep -c '"kind":"run".*"status":1' out)
ok "some seeds fail" [ "$failures" -gt 0 ]
ok "some seeds pass" [ "$failures" -lt 20 ]
ok "a sweep with a failure is status 1" is_status 1
first=$(grep '"status":1' out | head -n 1 | sed 's/.*"seed":\([0-9]*\),.*/\1/')
rehearse run --seeds 1..20 dice.yaml
ok "the report names the seeds that failed" out_like "^FAIL +dice .*20 seeds, $failures failed: $first"
ok "and how to replay one" out_has "replay: rehearse run --seed $first dice.yaml"
rehearse run --seed "$first" dice.yaml
ok "a failed seed alone fails again" is_status 1
rehearse run --seeds 1..20 --fail-fast dice.yaml
ok "--fail-fast stops the sweep" out_like "^FAIL +dice .* $first seeds?, 1 failed: $first, stopped there"

rehearse run --seeds 1..20 some.yaml
ok "'sometimes' holds over a sweep" is_status 0
rehearse run --seed 1 some.yaml
ok "'sometimes' has to hold in a single seed" is_status 1
ok "and says that other seeds may" out_has '--seeds A..B'
rehearse run --seeds 1..20 never.yaml
ok "'sometimes' that never held fails the sweep" is_status 1
ok "at its place" out_like '^never\.yaml:[0-9]+:[0-9]+: error: expected .sometimes.'
rehearse run --tap --seeds 1..20 never.yaml
ok "TAP has a point for it" out_like '^not ok 21 - some \(seeds 1\.\.20\)'

for form in "" -v -q --tap --json "--trace -" "--metrics -"; do
    for what in "" "--seeds 1..25" "--seeds 1..25 --fail-fast"; do
        # shellcheck disable=SC2086 # several words on purpose
        rehearse run $form $what good.yaml dice.yaml never.yaml
        one=$status
        without_wall out >one.out
        # shellcheck disable=SC2086
        rehearse run $form $what --jobs 4 good.yaml dice.yaml never.yaml
        without_wall out >four.out
        ok "four jobs as one: '$form $what'" cmp one.out four.out
        ok "and with its status" is_status "$one"
    done
done
rehearse run --jobs 64 good.yaml
ok "more jobs than runs" is_status 0
finish
