/* Operators: what their starts and stops empty, whether these are counted, and who waits all
 * the same. */
#include "operator.h"

#include "sup/assert.h"

#include "events.h"
#include "limits.h"
#include "machine.h"
#include "phase.h"
#include "probe.h"
#include "registry.h"
#include "supervisor.h"
#include "timer.h"
#include "window.h"

static void empty_limit(struct sup *sup, struct sup__service *s, struct sup__extra *extra)
{
    s->limit_exhausted = false;
    if (extra != NULL) {
        sup__window_clear(&extra->limit);
    }
    if (__builtin_expect(sup__limit_has_state(sup__policy_of(sup, s)), 0)) {
        struct sup__limited limited = sup__limited_of(sup, s);
        sup__limit_clear(&limited);
    }
}

void sup__empty(struct sup *sup, struct sup__service *s, uint32_t what)
{
    struct sup__extra *extra = sup__extra_of(sup, s);
    if ((what & SUP__CLEARS(STREAK)) != 0) {
        s->streak = 0;
    }
    if ((what & SUP__CLEARS(LIMIT)) != 0) {
        empty_limit(sup, s, extra);
    }
    if ((what & SUP__CLEARS(BREAKER)) != 0) {
        s->breaker = SUP_BREAKER_STATE_CLOSED;
        if (extra != NULL) {
            sup__window_clear(&extra->breaker);
        }
    }
}

void sup__begin(struct sup *sup, uint32_t slot, const struct sup__registration *wanted)
{
    struct sup__service *s = sup__register(sup, slot, wanted);
    if (__builtin_expect(!wanted->paused, 1)) {
        sup__send(sup, s, SUP__INPUT_START);
        return;
    }
    SUP_PROBE("operator: registered, and paused from the beginning");
    s->operation = SUP_OPERATION_PAUSED;
    sup->notes.declared = true;
    sup__say_plain(sup, SUP_EVENT_PAUSED, s);
    sup->notes.declared = false;
}

static bool limit_is_empty(const struct sup *sup, const struct sup__service *s)
{
    if (!sup__limit_has_state(sup__policy_of(sup, s))) {
        return true;
    }
    const struct sup__limit *state = sup__limited_of(sup, s).state;
    return state->opened.ns == SUP_NEVER_NS && state->score == 0;
}

bool sup__counts_nothing(const struct sup *sup, const struct sup__service *s)
{
    const struct sup__extra *extra = sup__extra_of(sup, s);
    bool windows = extra == NULL || (extra->limit.count == 0 && extra->breaker.count == 0);
    return windows && s->streak == 0 && s->granted == 0 && !s->limit_exhausted &&
           limit_is_empty(sup, s);
}

void sup__forget(struct sup *sup, struct sup__service *s)
{
    struct sup__extra *extra = sup__extra_of(sup, s);
    SUP_PROBE_WHEN("command: forgets what was counted of who waits",
                   s->phase == SUP_PHASE_BACKING_OFF);
    sup__empty(sup, s, SUP__CLEARS(STREAK) | SUP__CLEARS(LIMIT));
    if (extra != NULL) {
        sup__window_clear(&extra->breaker);
    }
    s->granted = 0;
}

/* Behind the state of its limit, if it has one. */
static struct sup__held_wait *kept(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    SUP_ASSERT(sup__keeps_wait(policy));
    char *at = (char *)sup__extra_of(sup, s) + sizeof(struct sup__extra);
    at += sup__limit_has_state(policy) ? sizeof(struct sup__limit) : 0;
    return (struct sup__held_wait *)(void *)at;
}

void sup__wait_clear(struct sup *sup, struct sup__service *s)
{
    *kept(sup, s) = (struct sup__held_wait){.attempt = 0};
}

/* A wait, not the time between the calls of an interval. */
static bool waits(const struct sup__service *s)
{
    return s->phase == SUP_PHASE_BACKING_OFF && !s->start_free;
}

/* A restart of who is already waiting for one by hand starts nobody. */
static bool starts(const struct sup__service *s, enum sup_command command)
{
    if (s->live || s->phase == SUP_PHASE_TERMINATED) {
        return false;
    }
    return command == SUP_COMMAND_RESUME ? s->operation != SUP_OPERATION_ACTIVE
                                         : command == SUP_COMMAND_RESTART && !s->restart_event;
}

bool sup__refused_by_hand(const struct sup *sup, const struct sup__service *s,
                          enum sup_command command)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    const struct sup_operator_rules *rules = &policy->rules->operators;
    if (!rules->counts || !policy->limit.enabled ||
        policy->rules->limit.counts != SUP_LIMIT_COUNTS_STARTS || !starts(s, command)) {
        return false;
    }
    struct sup__limited limited = sup__limited_of(sup, s);
    bool full = (rules->clears & SUP__CLEARS(LIMIT)) != 0
                    ? policy->limit.max == 0
                    : !sup__limit_has_room(&limited, sup->now);
    SUP_PROBE_WHEN("operator: a start by hand is refused by a full limit", full);
    return full;
}

/* The streak counts restarts that were made, and this one is not going to be. */
static void take_back(struct sup *sup, struct sup__service *s)
{
    bool by_hand = sup__keeps_wait(sup__policy_of(sup, s)) && kept(sup, s)->by_hand == s->attempt;
    if (s->streak > 0 && !by_hand) {
        SUP_PROBE("operator: a stop takes back a step of the streak");
        s->streak--;
    }
}

struct sup_duration sup__wait_drawn(const struct sup *sup, const struct sup__service *s)
{
    const struct sup__held_wait *wait = kept(sup, s);
    bool cut = wait->attempt != 0 && wait->attempt + 1 == s->attempt;
    return cut ? wait->drawn : s->delay;
}

void sup__stopped_by_hand(struct sup *sup, struct sup__service *s)
{
    const struct sup_operator_rules *rules = &sup__policy_of(sup, s)->rules->operators;
    if (s->live) {
        SUP_PROBE_WHEN("operator: a stop empties what was counted", rules->stop_clears != 0);
        sup__empty(sup, s, rules->stop_clears);
    } else if (waits(s)) {
        if (rules->counts) {
            take_back(sup, s);
        }
        if (rules->waits) {
            struct sup__held_wait *wait = kept(sup, s);
            bool again = wait->attempt == s->attempt;
            wait->drawn = again ? wait->drawn : s->delay;
            wait->until = sup_instant_add(s->phase_since, s->delay);
            wait->attempt = s->attempt;
        }
    }
}

bool sup__wait_holds(struct sup *sup, struct sup__service *s)
{
    if (!sup__keeps_wait(sup__policy_of(sup, s)) || !waits(s)) {
        return false;
    }
    SUP_PROBE("operator: a restart does not end a wait");
    kept(sup, s)->by_hand = s->attempt;
    return true;
}

bool sup__wait_again(struct sup *sup, struct sup__service *s)
{
    if (!sup__keeps_wait(sup__policy_of(sup, s)) || s->phase != SUP_PHASE_IDLE) {
        return false;
    }
    struct sup__held_wait *wait = kept(sup, s);
    if (wait->attempt == 0 || wait->attempt != s->attempt || wait->until.ns <= sup->now.ns) {
        return false;
    }
    SUP_PROBE("operator: a wait goes on where a stop had cut it short");
    wait->by_hand = s->attempt;
    s->delay = wait->until.ns == SUP_NEVER_NS ? SUP_DURATION_NEVER
                                              : sup_instant_since(wait->until, sup->now);
    sup__set_phase(sup, s, SUP_PHASE_BACKING_OFF);
    sup__arm_main(sup, s, wait->until);
    return true;
}
