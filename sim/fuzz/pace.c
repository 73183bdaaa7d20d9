/* How long the span of a generated scenario is, so that about as much happens in each.
 *
 * Services that fail every tick and those that run for a hundred are equally likely, and so
 * are two services and thirty. With one span for all of them most of a campaign's time would
 * go to the few files in which most happens. So it is guessed how often each service will
 * end: its last behaviour goes on for ever, as long as it is restarted; and the span is as
 * long as it takes until there is enough of it.
 */
#include "internal.h"

#define NEVER UINT64_MAX
/* What one attempt comes to, with its start, its end and its wait, is four events or so. */
#define ENDS_WANTED 460u
#define TICKS_LEAST 40u
#define TICKS_MOST 700u

void sim__fuzz_pace_begin(struct sim__fuzz *f)
{
    f->pace.at = f->pace.usual;
    f->pace.at.life_ns = NEVER;
}

void sim__fuzz_pace_usual(struct sim__fuzz *f)
{
    f->pace.usual = f->pace.at;
}

void sim__fuzz_pace_policy(struct sim__fuzz *f, uint32_t policy)
{
    f->pace.policies[policy] = f->pace.at;
}

void sim__fuzz_pace_as_policy(struct sim__fuzz *f, uint32_t policy)
{
    f->pace.at = f->pace.policies[policy];
    f->pace.at.life_ns = NEVER;
}

void sim__fuzz_pace_life(struct sim__fuzz *f, enum sim__fuzz_life life)
{
    f->pace.at.life_ns = life == SIM__FUZZ_ENDLESS_LIFE ? NEVER : f->pace.length_ns;
}

void sim__fuzz_pace_wait(struct sim__fuzz *f, struct sup_duration wait)
{
    f->pace.at.wait_ns = wait.ns;
}

/* So many restarts at most, when that many happen within so long. */
void sim__fuzz_pace_most(struct sim__fuzz *f, uint32_t restarts, struct sup_duration within)
{
    struct sim__fuzz_gait *at = &f->pace.at;
    uint64_t cycle = within.ns / (restarts > 0 ? restarts : 1);
    if (at->most == 0 || cycle > at->most_ns) {
        at->most = restarts + 1;
        at->most_ns = cycle;
    }
}

void sim__fuzz_pace_service(struct sim__fuzz *f, uint32_t count)
{
    struct sim__fuzz_pace *pace = &f->pace;
    if (pace->count < SIM__FUZZ_PACES && pace->at.life_ns != NEVER) {
        pace->services[pace->count] = pace->at;
        pace->services[pace->count++].count = count;
    }
}

static uint64_t ends(const struct sim__fuzz *f, uint64_t ticks)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < f->pace.count; i++) {
        const struct sim__fuzz_gait *gait = &f->pace.services[i];
        uint64_t cycle = gait->life_ns + gait->wait_ns;
        cycle = cycle > f->tick_ns / 4 ? cycle : f->tick_ns / 4;
        uint64_t times = ticks * f->tick_ns / cycle;
        bool bounded = gait->most > 0 && cycle <= gait->most_ns;
        sum += gait->count * (bounded && times > gait->most ? gait->most : times);
    }
    return sum;
}

uint32_t sim__fuzz_pace_span(struct sim__fuzz *f)
{
    uint32_t wanted = ENDS_WANTED * sim__fuzz_between(f, 75, 125) / 100;
    uint32_t ticks = TICKS_LEAST;
    while (ticks < TICKS_MOST && ends(f, ticks) < wanted) {
        ticks += ticks / 8;
    }
    return ticks;
}
