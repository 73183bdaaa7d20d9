/* The jittered delays that a service draws, drawn once more: its stream is nobody else's.
 *
 * A stream is SplitMix64, begun at what the seed's first number and the service's name
 * hash to (<sup/random.h>). It is followed while every draw is seen, which is so for a
 * service that no group concerns.
 */
#include <inttypes.h>
#include <string.h>

#include "internal.h"
#include "sup/assert.h"

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)
#define FIRST UINT64_C(0xBF58476D1CE4E5B9)
#define SECOND UINT64_C(0x94D049BB133111EB)

static uint64_t fold(uint64_t x, unsigned by)
{
    return x ^ x >> by;
}

static uint64_t draw(uint64_t *state)
{
    *state += GOLDEN;
    return fold(fold(fold(*state, 30) * FIRST, 27) * SECOND, 31);
}

void sim__stream_begin(const struct sim_invariants *inv, struct sim__shadow *s, const char *name)
{
    s->follows_stream = inv->config.has_seed;
    uint64_t master = inv->config.seed;
    uint64_t hash = UINT64_C(0xCBF29CE484222325) ^ draw(&master);
    for (; *name != '\0'; name++) {
        hash ^= (unsigned char)*name;
        hash *= UINT64_C(0x100000001B3);
    }
    s->stream = fold(fold(hash, 30) * FIRST, 31);
}

/* Uniform in what lies between: numbers of the incomplete first interval do not count. */
static uint64_t drawn_within(struct sim__shadow *s, uint64_t low, uint64_t high)
{
    if (low >= high) {
        return low;
    }
    uint64_t count = high - low + 1; /* 0: all of them */
    uint64_t value = draw(&s->stream);
    if (count == 0) {
        return value;
    }
    while (value < (UINT64_MAX - count + 1) % count) {
        value = draw(&s->stream);
    }
    return low + value % count;
}

struct sup_duration sim__stream_follow(struct sim_invariants *inv, struct sim__shadow *s,
                                       struct sup_duration hold)
{
    SUP_ASSERT(s->policy != NULL && s->follows_stream);
    const struct sup_backoff_policy *backoff = &s->policy->backoff;
    SUP_ASSERT(backoff->jitter != SUP_JITTER_NONE);
    bool waits_in_queue = s->policy->kind == SUP_KIND_BLOCKING;
    if (!sim__shadow_alone(inv, s) ||
        (backoff->jitter == SUP_JITTER_DECORRELATED && waits_in_queue)) {
        s->follows_stream = false; /* draws that no event tells; the wait before is not known */
        return sim__wait_whole(inv, s, inv->event->delay);
    }
    uint64_t max = sim__delay_cap(s->policy).ns;
    struct sup_duration low = {0}, high = {0};
    sim__delay_drawn(s, inv->event->streak, &low, &high);
    uint64_t wanted = drawn_within(s, low.ns, high.ns);
    wanted = wanted < max ? wanted : max;
    uint64_t left = sim__wait_left(inv, s, SUP_NS(wanted)).ns;
    left = left < hold.ns ? hold.ns : left;
    if (inv->event->delay.ns != left) {
        sim__break(inv, SIM__INVARIANT_DELAY_DRAWN,
                   "delay %" PRIu64 "ns, but its stream draws %" PRIu64 "ns", inv->event->delay.ns,
                   left);
    }
    return SUP_NS(wanted);
}
