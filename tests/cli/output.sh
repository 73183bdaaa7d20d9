#!/bin/sh
# Outputs that cannot be written.
. "$(dirname "$0")/lib.sh"

passing good >good.yaml
failing bad >bad.yaml

if [ -e /dev/full ]; then
    for what in "run good.yaml" "run --json good.yaml" "run --trace - good.yaml" "check good.yaml" \
        "run --list good.yaml" "--help" "--version"; do
        status=0
        # shellcheck disable=SC2086 # several words on purpose
        "$REHEARSE" $what >/dev/full 2>err || status=$?
        ok "a full device: $what" is_status 2
        ok "and says so" err_has 'cannot write standard output'
    done
    for option in --trace --junit --metrics; do
        rehearse run $option /dev/full good.yaml
        ok "$option on a full device" is_status 2
        ok "$option says so" err_has 'cannot write /dev/full'
    done
    status=0
    "$REHEARSE" run bad.yaml >/dev/full 2>err || status=$?
    ok "a failure is worse than a lost report" is_status 1
else
    skip "a full device" "no /dev/full"
fi

"$REHEARSE" run good.yaml >&- 2>err
status=$?
ok "a closed standard output" is_status 2
rehearse run --junit missing/report.xml good.yaml
ok "an output that cannot be opened" is_status 2
ok "is said" err_has 'cannot write missing/report.xml'
ok "before anything is run" out_empty
finish
