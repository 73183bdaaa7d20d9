#!/bin/sh
# rehearse export --c: a header that a compiler takes, and whose every field is what the
# reader made of the file.
. "$(dirname "$0")/lib.sh"

cat >policies.yaml <<'YAML'
scenario: 1
name: policies to be exported
until: 1s
supervisor: {auto-shutdown: any}
policies:
  plain: {}
  every-key:
    restart: always
    max-restarts: 7
    backoff: {base: 123ns, max: 1h, factor: 1.25, jitter: ±33%, reset-after: never, reset: halve}
    clean-exit-delay: 3s
    breaker: {failures: 9, within: never, then: half-open, cooldown: 11s, probe-for: 12s}
    restart-limit: {max: 4, within: 13s, then: escalate}
    ready: {explicit: {timeout: 14s}}
    heartbeat: {stale-after: 15s, then: restart}
    stop: {grace: 16s, abort-wait: 17s, finish: 23s}
  calls.of_mine: {kind: interval, interval: {every: 18s, mode: fixed-rate}}
  crash-only: {restart: on-crash, backoff: {jitter: decorrelated, reset: minus-one}, kind: blocking}
  once: {restart: never, max-restarts: 0, restart-limit: {max: 1, within: 1s, then: quarantine}}
  ruled:
    restart: {on: [crashed, 3-65, TERM, 'finish:64']}
    exit: {success: [0, 143], prevent: [255, KILL], force: [refused, 'finish:255']}
    clean-exits: count
    restart-limit: {max: 2, within: 9s, window: once, counts: [3, crashed], then: quarantine}
  waits.linear: {run-for: 30ms, ready: {after: 28ms}, backoff: {from: ready, after-ready: 29ms, jitter: {add: 26ms}, over-cap: true, shape: linear, step: 19s, first: 20ms, grain: 21ns}}
  waits.listed: {stop: {then: leave, signal: SIGINT}, backoff: {waits: [22s, 23ns], jitter: full}}
  waits.stepped: {backoff: {shape: steps, steps: 3, base: 24ms, max: 25s, grain: 1ms, jitter: +27%, reset-from: failure, reset-poll: 28s}}
  paused: {restart-limit: {max: 2, window: decay, half-life: 31ns, then: {pause: 7ns}}}
  grained: {stop: {abort: false}, restart-limit: {max: 2, within: 9s, grain: 11ns}}
  by-hand: {operator: {clears: [streak, breaker], counts: true, waits: true, stop-clears: [limit]}, significant: true}
  job: {kind: task, backoff: {jitter: equal}, heartbeat: {stale-after: never}}
services:
  - {name: s-plain, policy: plain}
  - {name: s-every-key, policy: every-key}
  - {name: s-calls.of_mine, policy: calls.of_mine}
  - {name: s-crash-only, policy: crash-only}
  - {name: s-once, policy: once}
  - {name: s-ruled, policy: ruled}
  - {name: s-waits.linear, policy: waits.linear}
  - {name: s-waits.listed, policy: waits.listed}
  - {name: s-waits.stepped, policy: waits.stepped}
  - {name: s-paused, policy: paused}
  - {name: s-grained, policy: grained}
  - {name: s-by-hand, policy: by-hand}
  - {name: s-job, policy: job}
expect:
  - {at: 0s, service: s-plain, is: {exists: true}}
YAML
# What others include is exported as it stands, with what it includes itself.
cat >inner.yaml <<'YAML'
policies: {inner: {restart: never}, both: {max-restarts: 1}}
defaults: {max-restarts: 9}
YAML
cat >shared.yaml <<'YAML'
include: [inner.yaml]
policies:
  outer: {max-restarts: 3}
  both: {max-restarts: 2}
YAML
rehearse export --c shared.yaml
ok "a file that only shares: printed" is_status 0
ok "a file that only shares: every policy" out_lines 3 '^static const struct sup_policy policy_(inner|outer|both) = \{$'
ok "a file that only shares: its own win" out_like '\.max_restarts = 2u,'
ok "a file that only shares: defaults are no part" not out_like '\.max_restarts = 9u,'
status=0
"$REHEARSE" export --c - <inner.yaml >out 2>err || status=$?
ok "a file that only shares, on standard input" is_status 0
printf 'policies: {p: {max-restart: 3}}\n' >shared-wrong.yaml
rehearse export --c shared-wrong.yaml
ok "a mistake in it" is_status 2
ok "a mistake in it has its place" err_has 'shared-wrong.yaml:1:16: error: unknown key `max-restart`, did you mean `max-restarts`?'
printf 'defaults: {max-restarts: 3}\n' >shared-none.yaml
rehearse export --c shared-none.yaml
ok "nothing to export" err_has 'the file has no `policies` to export'
rehearse check shared.yaml
ok "named for anything else it is an error still" is_status 2
rehearse export --c policies.yaml
ok "printed" is_status 0
ok "every policy" out_lines 13 '^static const struct sup_policy policy_[A-Za-z0-9_]+ = \{$'
cp out policies.h

# Compares each field; a field that is added to a struct changes its size, and asks to be
# put here and into the header.
cat >fields.c <<'C'
#include <stdio.h>
#include <string.h>

#include "policies.h"
#include "sim/policies.h"

static int wrong;
#define SAME(field) \
    if (memcmp(&a->field, &b->field, sizeof(a->field)) != 0) { \
        printf("%s: %s differs\n", name, #field); \
        wrong++; \
    }
static void compare_rules(const char *name, const struct sup_rules *a, const struct sup_rules *b)
{
    SAME(size) SAME(has_restart_on) SAME(clean_exits)
    SAME(restart_on) SAME(success) SAME(prevent) SAME(force)
    SAME(shape) SAME(wait_count) SAME(step) SAME(grain) SAME(first) SAME(waits)
    SAME(jitter_add) SAME(over_cap) SAME(from) SAME(ready_after) SAME(after_ready)
    SAME(reset_from) SAME(reset_poll) SAME(operators) SAME(stop_finish)
    SAME(significant) SAME(run_for)
    SAME(stop_then) SAME(stop_abort) SAME(stop_signal) SAME(put_off)
    SAME(limit.window) SAME(limit.counts) SAME(limit.half_life) SAME(limit.grain)
    SAME(limit.pause) SAME(limit.ends)
}
_Static_assert(sizeof(struct sup_rules) == RULES_SIZE, "a field is new: compare and export it");
static void compare(const struct sim_scenario *scenario, const char *name,
                    const struct sup_policy *a)
{
    struct sup_policy made;
    const struct sup_policy *b = &made;
    if (sim_policies_service(scenario, name, &made) != 0) {
        printf("%s: unknown\n", name);
        wrong++;
        return;
    }
    SAME(restart) SAME(kind) SAME(max_restarts)
    SAME(backoff.base) SAME(backoff.max) SAME(backoff.factor_billionths) SAME(backoff.jitter)
    SAME(backoff.jitter_percent) SAME(backoff.reset_after) SAME(backoff.reset)
    SAME(clean_exit_delay)
    SAME(breaker.failures) SAME(breaker.within) SAME(breaker.then) SAME(breaker.cooldown)
    SAME(breaker.probe_for)
    SAME(limit.enabled) SAME(limit.max) SAME(limit.within) SAME(limit.then)
    SAME(ready_explicit) SAME(ready_timeout) SAME(stale_after) SAME(stale_then)
    SAME(stop_grace) SAME(stop_abort_wait) SAME(interval_every) SAME(interval_mode)
    if ((a->rules == NULL) != (b->rules == NULL)) {
        printf("%s: rules differ\n", name);
        wrong++;
    } else if (a->rules != NULL) {
        compare_rules(name, a->rules, b->rules);
    }
}
_Static_assert(sizeof(struct sup_policy) == SIZE, "a field is new: compare and export it");

int main(void)
{
    struct sim_diagnostics said = {0};
    struct sim_scenario *scenario;
    if (sim_scenario_load("policies.yaml", &said, &scenario) != 0) {
        return 2;
    }
    compare(scenario, "s-plain", &policy_plain);
    compare(scenario, "s-every-key", &policy_every_key);
    compare(scenario, "s-calls.of_mine", &policy_calls_of_mine);
    compare(scenario, "s-crash-only", &policy_crash_only);
    compare(scenario, "s-once", &policy_once);
    compare(scenario, "s-waits.linear", &policy_waits_linear);
    compare(scenario, "s-waits.listed", &policy_waits_listed);
    compare(scenario, "s-waits.stepped", &policy_waits_stepped);
    compare(scenario, "s-job", &policy_job);
    compare(scenario, "s-ruled", &policy_ruled);
    compare(scenario, "s-paused", &policy_paused);
    compare(scenario, "s-grained", &policy_grained);
    sim_scenario_free(scenario);
    return wrong > 0;
}
C
build=$(dirname "$REHEARSE")
case $build in
*coverage) more=--coverage ;;
*asan) more=-fsanitize=address,undefined ;;
*) more= ;;
esac
compile() { # SOURCE
    # shellcheck disable=SC2046,SC2086
    ${CC:-cc} -std=c11 -Wall -Wextra -Werror -DSIZE=208 -DRULES_SIZE=1120 -I "$top/core/include" -I "$top/sim/include" \
        -I . $more -o fields "$1" "$build/libsupsim.a" "$build/libsup.a" -pthread \
        $(pkg-config --libs libfyaml libxxhash) -lboost_context
}
ok "a compiler takes it" compile fields.c
ok "every field is the reader's" ./fields
# The comparison can fail.
sed 's/{UINT64_C(123)}/{UINT64_C(124)}/' policies.h >other.h && mv other.h policies.h
ok "changed by a nanosecond" compile fields.c
ok "a field that differs is seen" not ./fields
sed 's/{UINT64_C(124)}/{UINT64_C(123)}/; s/\.signals = UINT64_C(0x100)/.signals = UINT64_C(0x101)/' policies.h >other.h &&
    mv other.h policies.h
ok "changed by a signal" compile fields.c
ok "a rule that differs is seen" not ./fields

printf 'scenario: 1\nname: a\nservices: [{name: x}]\n' >none.yaml
rehearse export --c none.yaml
ok "a file without policies" is_status 2
ok "is named as such" err_has 'no `policies` to export'
printf 'scenario: 1\nname: a\nservices: [{name: x}]\npolicies: {a-b: {}, a.b: {}}\n' >clash.yaml
rehearse export --c clash.yaml
ok "two names that are one in C" is_status 2
ok "are named" err_has 'the policies `a-b` and `a.b` would have one name in C'
rehearse export --c missing.yaml
ok "a file that is not there" is_status 2
rehearse export policies.yaml
ok "as what is asked for" err_has 'rehearse export --c FILE'
rehearse export --c policies.yaml none.yaml
ok "one at a time" is_status 2
cp policies.yaml 'a*b.yaml'
rehearse export --c 'a*b.yaml'
ok "a file's name ends no comment" out_has 'The policies of a?b.yaml,'
status=0
"$REHEARSE" export --c policies.yaml >/dev/full 2>err || status=$?
ok "a full disk is said" is_status 2
finish
