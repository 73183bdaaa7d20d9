/* Backoff's bounds and sliding windows, computed apart from the core. */
#include <stdlib.h>

#include "internal.h"
#include "sup/error.h"

/* ---- windows ---- */

int sim__ring_make(struct sim__ring *ring, uint32_t capacity, struct sup_duration within)
{
    bool counted = within.ns == SUP_NEVER_NS;
    ring->first = ring->count = 0;
    if (capacity == ring->capacity && counted == (ring->at == NULL)) {
        return SUP_OK;
    }
    struct sup_instant *at = NULL;
    if (capacity > 0 && !counted) {
        at = malloc(capacity * sizeof(*at));
        if (at == NULL) {
            return SUP_ENOMEM;
        }
    }
    free(ring->at);
    *ring = (struct sim__ring){.at = at, .capacity = capacity};
    return SUP_OK;
}

static void reverse(struct sup_instant *at, uint32_t count)
{
    for (uint32_t i = 0; i < count / 2; i++) {
        struct sup_instant other = at[i];
        at[i] = at[count - 1 - i];
        at[count - 1 - i] = other;
    }
}

/* A full ring is turned until its oldest comes first, and goes on behind its newest. */
static void widen(struct sim__ring *ring)
{
    reverse(ring->at, ring->first);
    reverse(ring->at + ring->first, ring->room - ring->first);
    reverse(ring->at, ring->room);
    ring->first = 0;
    ring->room = ring->room == 0 ? 4 : 2 * ring->room;
    ring->room = ring->room < ring->capacity ? ring->room : ring->capacity;
}

void sim__ring_push(struct sim__ring *ring, struct sup_instant at)
{
    if (ring->at == NULL) { /* also where nothing is counted at all */
        ring->count += ring->count < ring->capacity;
        return;
    }
    if (ring->count == ring->room && ring->room < ring->capacity) {
        widen(ring);
    }
    if (ring->count == ring->room) {
        ring->first = (ring->first + 1) % ring->room;
        ring->count--;
    }
    uint64_t last = (uint64_t)ring->first + ring->count++;
    ring->at[last % ring->room] = at;
}

uint32_t sim__ring_prune(struct sim__ring *ring, struct sup_instant now, struct sup_duration within)
{
    while (ring->at != NULL && ring->count > 0 &&
           sim__after(ring->at[ring->first], within).ns < now.ns) {
        ring->first = ring->first + 1 == ring->room ? 0 : ring->first + 1;
        ring->count--;
    }
    return ring->count;
}

/* ---- bounds ---- */

/* floor(a * b / 10^9), saturating: schoolbook multiplication in 32-bit digits,
 * then long division, so that no wider type is needed. */
static uint64_t times_billionths(uint64_t a, uint64_t b)
{
    uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
    uint64_t left = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
    uint64_t right = (a & UINT32_MAX) * (b >> 32) + (left & UINT32_MAX);
    uint64_t high = (a >> 32) * (b >> 32) + (left >> 32) + (right >> 32);
    uint32_t digits[4] = {(uint32_t)(high >> 32), (uint32_t)high, (uint32_t)right, (uint32_t)low};
    uint64_t rest = 0, upper = 0, lower = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t part = rest << 32 | digits[i];
        uint64_t quotient = part / UINT64_C(1000000000);
        rest = part % UINT64_C(1000000000);
        upper = upper << 32 | lower >> 32;
        lower = lower << 32 | quotient;
    }
    return upper != 0 ? UINT64_MAX : lower;
}

/* By its rules. What adds up is told at once, the rest is followed from its beginning: what
 * multiplies from where it was left. Uncapped. */
static uint64_t wait_of(struct sim__shadow *s, uint32_t streak)
{
    const struct sup_rules *rules = s->policy->rules;
    const struct sup_backoff_policy *backoff = &s->policy->backoff;
    bool other_first = rules->first.ns != SUP_NEVER_NS;
    uint64_t k = other_first ? streak - 1 : streak; /* f(k) */
    uint64_t base = backoff->base.ns - backoff->base.ns % rules->grain.ns;
    uint64_t older = 0, newer = base, step;
    if (k == 0) {
        return rules->first.ns / rules->grain.ns * rules->grain.ns;
    }
    switch (rules->shape) {
    case SUP_SHAPE_STEPS:
        step = rules->waits[k > rules->wait_count ? rules->wait_count - 1 : k - 1].ns;
        return step / rules->grain.ns * rules->grain.ns;
    case SUP_SHAPE_LINEAR:
        step = rules->step.ns / rules->grain.ns * rules->grain.ns;
        return k > 1 && step > (UINT64_MAX - base) / (k - 1) ? UINT64_MAX : base + step * (k - 1);
    case SUP_SHAPE_FIBONACCI:
        for (uint64_t i = 1; i < k && newer < backoff->max.ns && newer > 0; i++) {
            uint64_t sum = newer > UINT64_MAX - older ? UINT64_MAX : newer + older;
            older = newer;
            newer = sum;
        }
        return newer;
    case SUP_SHAPE_EXPONENTIAL:
        break;
    }
    if (s->bound_streak - 1 >= k) {
        s->bound_streak = 1;
        s->bound.ns = base;
    }
    while (s->bound_streak < k && s->bound.ns < backoff->max.ns) {
        uint64_t next = times_billionths(s->bound.ns, backoff->factor_billionths);
        next -= next == UINT64_MAX ? 0 : next % rules->grain.ns;
        if (next == s->bound.ns) {
            return next;
        }
        s->bound.ns = next;
        s->bound_streak++;
    }
    return s->bound.ns;
}

/* The bound of the last streak is kept: streaks mostly grow by one. */
static uint64_t bound_of(struct sim__shadow *s, uint32_t streak)
{
    const struct sup_backoff_policy *backoff = &s->policy->backoff;
    uint64_t max = backoff->max.ns;
    if (s->policy->rules != NULL) {
        uint64_t wait = wait_of(s, streak);
        return wait < max ? wait : max;
    }
    if (s->bound_streak - 1 >= streak) { /* longer than asked for; or none, which wraps */
        s->bound_streak = 1;
        s->bound.ns = backoff->base.ns < max ? backoff->base.ns : max;
    }
    while (s->bound_streak < streak && s->bound.ns < max) {
        uint64_t next = times_billionths(s->bound.ns, backoff->factor_billionths);
        next = next < max ? next : max;
        if (next == s->bound.ns) {
            return next; /* a factor of 1, or too close to it to matter */
        }
        s->bound.ns = next;
        s->bound_streak++;
    }
    return s->bound.ns;
}

void sim__delay_drawn(struct sim__shadow *s, uint32_t streak, struct sup_duration *ret_low,
                      struct sup_duration *ret_high)
{
    const struct sup_backoff_policy *backoff = &s->policy->backoff;
    uint64_t bound = bound_of(s, streak);
    uint64_t low = bound, high = bound, spread, previous;
    switch (backoff->jitter) {
    case SUP_JITTER_NONE:
        break;
    case SUP_JITTER_FULL:
        low = 0;
        break;
    case SUP_JITTER_EQUAL:
        low = bound / 2;
        break;
    case SUP_JITTER_DECORRELATED:
        low = backoff->base.ns;
        previous = streak > 1 && s->last_delay.ns > low ? s->last_delay.ns : low;
        high = previous > UINT64_MAX / 3 ? UINT64_MAX : previous * 3;
        break;
    case SUP_JITTER_PERCENT:
        spread = times_billionths(bound, UINT64_C(10000000) * backoff->jitter_percent);
        low = bound - spread;
        high = spread > UINT64_MAX - bound ? UINT64_MAX : bound + spread;
        break;
    case SUP_JITTER_PLUS:
        spread = times_billionths(bound, UINT64_C(10000000) * backoff->jitter_percent);
        high = spread > UINT64_MAX - bound ? UINT64_MAX : bound + spread;
        break;
    case SUP_JITTER_ADD:
        spread = s->policy->rules == NULL ? 0 : s->policy->rules->jitter_add.ns;
        high = spread > UINT64_MAX - bound ? UINT64_MAX : bound + spread;
        break;
    }
    *ret_low = SUP_NS(low);
    *ret_high = SUP_NS(high);
}

struct sup_duration sim__delay_cap(const struct sup_policy *policy)
{
    bool over = policy->rules != NULL && policy->rules->over_cap;
    return over ? SUP_DURATION_NEVER : policy->backoff.max;
}

bool sim__delay_possible(struct sim__shadow *s, uint32_t streak, struct sup_duration delay,
                         struct sup_duration *ret_low, struct sup_duration *ret_high)
{
    if (s->policy->backoff.jitter == SUP_JITTER_NONE) {
        *ret_low = *ret_high = SUP_NS(bound_of(s, streak)); /* never above max */
        return delay.ns == ret_low->ns;
    }
    uint64_t max = sim__delay_cap(s->policy).ns;
    struct sup_duration low, high;
    sim__delay_drawn(s, streak, &low, &high);
    *ret_high = SUP_NS(high.ns < max ? high.ns : max);
    *ret_low = SUP_NS(low.ns < ret_high->ns ? low.ns : ret_high->ns);
    return delay.ns >= ret_low->ns && delay.ns <= ret_high->ns;
}
