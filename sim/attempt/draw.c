/* Durations that a script draws: uniform, exponential, or one of a list. */
#include "draw.h"
#include "sup/assert.h"

#define FRACTION_BITS 48u
#define LN2_FRACTION UINT64_C(0xB17217F7D1CF79AB) /* ln 2 * 2^64, rounded down */

struct wide {
    uint64_t high;
    uint64_t low;
};

/* The full product, in halves, since not every compiler has a 128-bit type. */
static struct wide multiply(uint64_t a, uint64_t b)
{
    uint64_t a0 = a & UINT32_MAX, a1 = a >> 32;
    uint64_t b0 = b & UINT32_MAX, b1 = b >> 32;
    uint64_t low = a0 * b0;
    uint64_t middle = a1 * b0 + (low >> 32);
    uint64_t cross = a0 * b1 + (middle & UINT32_MAX);
    return (struct wide){
        .high = a1 * b1 + (middle >> 32) + (cross >> 32),
        .low = (cross << 32) | (low & UINT32_MAX),
    };
}

/* log2(r) for r above 0, with FRACTION_BITS fractional bits, rounded down. */
static uint64_t log2_fixed(uint64_t r)
{
    uint64_t whole = 63;
    while ((r & (UINT64_C(1) << 63)) == 0) {
        r <<= 1;
        whole--;
    }
    /* r is now the mantissa in [1, 2) with 63 fractional bits; its square is in
     * [1, 4), and whether it reaches 2 is the next bit of the logarithm. */
    uint64_t fraction = 0;
    for (uint32_t i = 0; i < FRACTION_BITS; i++) {
        struct wide square = multiply(r, r);
        fraction <<= 1;
        if ((square.high & (UINT64_C(1) << 63)) != 0) {
            fraction |= 1;
            r = square.high;
        } else {
            r = square.high << 1 | square.low >> 63;
        }
    }
    return whole << FRACTION_BITS | fraction;
}

struct sup_duration sim__exponential(struct sup_duration mean, uint64_t r)
{
    if (r == 0) {
        return SUP_NS(0);
    }
    uint64_t bits = (UINT64_C(64) << FRACTION_BITS) - log2_fixed(r);
    uint64_t nats = multiply(bits, LN2_FRACTION).high;
    struct wide length = multiply(nats, mean.ns);
    if (length.high >> FRACTION_BITS != 0) {
        return SUP_DURATION_NEVER;
    }
    return SUP_NS(length.high << (64 - FRACTION_BITS) | length.low >> FRACTION_BITS);
}

/* What a draw comes to. */
static struct sup_duration result_of(const struct sim_draw *draw, uint64_t drawn)
{
    switch (draw->kind) {
    case SIM_DRAW_FIXED:
        break;
    case SIM_DRAW_UNIFORM:
        return SUP_NS(draw->low.ns + drawn);
    case SIM_DRAW_EXP:
        return sim__exponential(draw->low, drawn);
    case SIM_DRAW_PICK:
        return draw->picks[drawn];
    }
    return draw->low;
}

/* The tape hears of what was drawn, and has the last word. */
static struct sup_duration pass(const struct sim_draw *draw, const struct sup_random *stream,
                                const struct sim__draws *draws, uint64_t drawn)
{
    struct sim__asked asked = {.drawn = drawn, .low = draw->low.ns};
    if (draw->kind == SIM_DRAW_UNIFORM) {
        asked.most = draw->high.ns - draw->low.ns;
        asked.unit = SIM__UNIT_SPAN;
    } else if (draw->kind == SIM_DRAW_EXP) {
        asked.most = UINT64_MAX;
        asked.unit = SIM__UNIT_SHAPE;
    } else {
        asked.most = draw->pick_count - 1;
        asked.unit = SIM__UNIT_PICK;
    }
    struct sup_duration result = result_of(draw, sim__draws_pass(draws, stream, &asked));
    sim__tape_came_to(draws->tape, result);
    return result;
}

struct sup_duration sim__draw_by_chance(const struct sim_draw *draw, struct sup_random *stream,
                                        struct sim__draws *draws)
{
    uint64_t drawn = 0;
    switch (draw->kind) {
    case SIM_DRAW_FIXED:
        break;
    case SIM_DRAW_UNIFORM:
        SUP_ASSERT(draw->low.ns <= draw->high.ns);
        drawn = sup_random_upto(stream, draw->high.ns - draw->low.ns, &draws->taken);
        break;
    case SIM_DRAW_EXP:
        draws->taken += 1;
        drawn = sup_random_next(stream);
        break;
    case SIM_DRAW_PICK:
        SUP_ASSERT(draw->pick_count > 0);
        drawn = sup_random_upto(stream, draw->pick_count - 1, &draws->taken);
        break;
    }
    return sim__draws_are_taped(draws) ? pass(draw, stream, draws, drawn) : result_of(draw, drawn);
}
