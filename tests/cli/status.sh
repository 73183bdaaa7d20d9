#!/bin/sh
# Exit statuses, alone and combined.
. "$(dirname "$0")/lib.sh"

passing passes >pass.yaml
failing fails >fail.yaml
endless stalls >endless.yaml
echo 'scenario: one' >invalid.yaml
{ failing "fails as it must" && echo 'verdict: expectation-failed'; } >meant.yaml
{ passing "passes though it must not" && echo 'verdict: expectation-failed'; } >unmeant.yaml

gives() { # status, what, arguments
    want=$1 what=$2
    shift 2
    rehearse run "$@"
    ok "$what is status $want" is_status "$want"
}
gives 0 "a pass" pass.yaml
gives 1 "a failed expectation" fail.yaml
gives 2 "an invalid file" invalid.yaml
gives 2 "a missing file" missing.yaml
gives 4 "a used up budget of events" --max-events 100 endless.yaml
gives 4 "a used up budget of time" --max-wall 1ns endless.yaml
gives 4 "a budget of time used up by a short run" --max-wall 1ns pass.yaml
gives 0 "a verdict that was meant" meant.yaml
gives 1 "a verdict that was not" unmeant.yaml
gives 1 "a failure beside an invalid file" fail.yaml invalid.yaml
gives 1 "an invalid file beside a failure" invalid.yaml fail.yaml
gives 2 "an invalid file beside a pass" pass.yaml invalid.yaml
gives 4 "a stall beside everything else" --max-events 100 fail.yaml invalid.yaml endless.yaml pass.yaml

rehearse run invalid.yaml pass.yaml
ok "the others run beside an invalid file" out_like '^pass +passes '
ok "what is invalid is said on stderr" err_has 'invalid.yaml:1:'
ok "the total counts it" out_has '2 scenarios: 1 passed, 1 invalid'
rehearse run --fail-fast fail.yaml pass.yaml
ok "--fail-fast keeps the status" is_status 1
ok "--fail-fast stops" not out_like '^pass'
ok "--fail-fast says what was left out" out_has '1 not run'
rehearse run --fail-fast invalid.yaml pass.yaml
ok "--fail-fast with an invalid file runs nothing" not out_like '^pass'
finish
