/* How long the span of a generated scenario is, so that about as much happens in each.
 *
 * Services that fail every tick and those that run for a hundred are equally likely, and so
 * are two services and thirty. With one span for all of them most of a campaign's time would
 * go to the few files in which most happens. So what is drawn of a service is noted here, as
 * far as it says how often it ends; and the span is as long as it takes until enough comes of
 * them all.
 */
#include "internal.h"

/* What commands, conditions and shutdowns take away is not foretold, nor how little happens in
 * some: this gives a median of a bit more than a thousand. */
#define EVENTS_WANTED 1360u
#define EVENTS_LEAST 200u
#define TICKS_LEAST 40u
/* Members of brittle groups are started again by hand. */
#define EVENTS_BRITTLE 120u
#define EVENTS_SERVICE 2u
#define EVENTS_CALL 2u
#define RESET_NS UINT64_C(300000000000)

void sim__fuzz_pace_built_in(struct sim__fuzz *f, struct sup_duration clean_exit_delay)
{
    f->pace.usual = (struct sim__fuzz_gait){
        .base_ns = clean_exit_delay.ns,
        .max_ns = clean_exit_delay.ns,
        .reset_ns = RESET_NS,
        .clean_ns = clean_exit_delay.ns,
        .factor_tenths = 20,
        .wait_percent = 100,
        .most = UINT32_MAX,
        .ready_ns = SIM__FUZZ_EVER,
        .stale_ns = SIM__FUZZ_EVER,
        .most_ns = SIM__FUZZ_EVER,
        .restarted = SIM__FUZZ_ON_FAILURE,
        .clean = SIM__FUZZ_ON(SUCCEEDS),
    };
}

void sim__fuzz_pace_begin(struct sim__fuzz *f)
{
    f->pace.at = f->pace.usual;
}

void sim__fuzz_pace_usual(struct sim__fuzz *f)
{
    f->pace.usual = f->pace.at;
}

void sim__fuzz_pace_policy(struct sim__fuzz *f, uint32_t policy)
{
    f->pace.policies[policy] = f->pace.at;
}

/* Of what kind it is and in which group, no policy says. */
void sim__fuzz_pace_as_policy(struct sim__fuzz *f, uint32_t policy)
{
    const struct sim__fuzz_gait before = f->pace.at;
    struct sim__fuzz_gait *at = &f->pace.at;
    *at = f->pace.policies[policy];
    at->every_ns = before.every_ns;
    at->at_rate = before.at_rate;
    at->once = before.once;
    at->group = before.group;
}

void sim__fuzz_pace_behaviour(struct sim__fuzz *f)
{
    f->pace.item = (struct sim__fuzz_item){.ready_ns = SIM__FUZZ_EVER};
}

void sim__fuzz_pace_end(struct sim__fuzz *f, enum sim__fuzz_end end)
{
    f->pace.item.end = end;
    f->pace.item.life_ns = end == SIM__FUZZ_REFUSES ? 0 : f->pace.length_ns;
}

void sim__fuzz_pace_item(struct sim__fuzz *f, uint32_t times)
{
    struct sim__fuzz_gait *at = &f->pace.at;
    if (at->item_count < SIM__FUZZ_SCRIPT) {
        at->items[at->item_count] = f->pace.item;
        at->items[at->item_count++].times = times;
    }
}

void sim__fuzz_pace_none(struct sim__fuzz *f, enum sim__key key)
{
    struct sim__fuzz_gait *at = &f->pace.at;
    if (key == KEY(BREAKER)) {
        at->breaker.within_ns = 0;
    } else if (key == KEY(RESTART_LIMIT)) {
        at->limit.within_ns = 0;
    } else if (key == KEY(HEARTBEAT)) {
        at->stale_ns = SIM__FUZZ_EVER;
    }
}

void sim__fuzz_pace_group(struct sim__fuzz *f, uint32_t group)
{
    f->pace.at.group = group;
}

struct sim__fuzz_bond *sim__fuzz_pace_bond(struct sim__fuzz *f)
{
    return &f->pace.bonds[f->pace.at.group];
}

void sim__fuzz_pace_service(struct sim__fuzz *f, uint32_t count)
{
    struct sim__fuzz_pace *pace = &f->pace;
    if (pace->count < SIM__FUZZ_PACES) {
        pace->services[pace->count] = pace->at;
        pace->services[pace->count++].count = count;
    }
}

/* That is, not in the span. */
static uint64_t events_besides(const struct sim__fuzz *f)
{
    uint64_t events = EVENTS_SERVICE * f->drawn.services;
    uint64_t calm_ns =
        2 * (f->longest.wait_ns + f->longest.stop_ns + f->longest.finish_ns + f->longest.lag_ns);
    for (uint32_t i = 0; sim__fuzz_has(&f->drawn, SIM__FUZZ_CALM) && i < f->pace.count; i++) {
        const struct sim__fuzz_gait *gait = &f->pace.services[i];
        uint64_t calls = gait->every_ns > 0 ? calm_ns / gait->every_ns : 0;
        events += EVENTS_CALL * calls * gait->count;
    }
    return events + (f->brittle_count > 0 ? EVENTS_BRITTLE : 0);
}

uint32_t sim__fuzz_pace_span(struct sim__fuzz *f)
{
    uint32_t wanted = EVENTS_WANTED * sim__fuzz_between(f, 90, 110) / 100;
    uint64_t besides = events_besides(f);
    wanted = wanted > besides + EVENTS_LEAST ? wanted - (uint32_t)besides : EVENTS_LEAST;
    uint32_t ticks = sim__fuzz_foretell(&f->pace, SUP_NS(f->tick_ns), wanted);
    return ticks > TICKS_LEAST ? ticks : TICKS_LEAST;
}
