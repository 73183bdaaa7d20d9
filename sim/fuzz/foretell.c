/* Attempt after attempt of services that are not run; see foretell.h. */
#include "foretell.h"

/* The last so many of what a window counts; of more they all are in it. */
#define KEPT 16u
struct past {
    uint32_t count;
    uint64_t at_ns[KEPT];
};

struct story {
    const struct sim__fuzz_gait *gait;
    struct sup_instant end; /* of its attempt */
    uint64_t wait_ns;
    uint64_t life_ns;
    enum sim__fuzz_end how;
    uint32_t item;
    uint32_t times;
    uint32_t restarts;
    struct past limit;
    struct past breaker;
    bool probing;
    bool over;
};

static void note(struct past *past, struct sup_instant now)
{
    past->at_ns[past->count++ % KEPT] = now.ns;
}

/* There were at least so many within its time. */
static bool reaches(const struct past *past, const struct sim__fuzz_gate *gate, uint32_t count,
                    struct sup_instant now)
{
    if (count == 0 || past->count < count) {
        return count == 0;
    }
    uint64_t first_ns = past->at_ns[(past->count - count) % KEPT];
    return count > KEPT || now.ns - first_ns <= gate->within_ns;
}

/* ---- one service ---- */

static const struct sup_instant never = {UINT64_MAX};

static struct sup_instant later(struct sup_instant now, struct sup_duration wait)
{
    return (struct sup_instant){now.ns + wait.ns};
}

/* An attempt begins: when it ends. */
static void start(struct story *story, struct sup_instant now)
{
    const struct sim__fuzz_gait *gait = story->gait;
    const struct sim__fuzz_item *item = &gait->items[story->item];
    if (++story->times >= item->times && story->item + 1 < gait->item_count) {
        story->item++;
        story->times = 0;
    }
    story->how = item->end;
    story->life_ns = item->end == SIM__FUZZ_GOES_ON ? SIM__FUZZ_EVER : item->life_ns;
    if (item->ready_ns > gait->ready_ns && gait->ready_ns < story->life_ns) {
        story->life_ns = gait->ready_ns;
        story->how = SIM__FUZZ_LATE;
    }
    if (!item->beats && gait->stale_ns < story->life_ns) {
        story->life_ns = gait->stale_ns;
        story->how = SIM__FUZZ_LATE;
    }
    if (gait->most_ns < story->life_ns) {
        story->life_ns = gait->most_ns;
        story->how = SIM__FUZZ_LATE;
    }
    story->end = story->life_ns == SIM__FUZZ_EVER ? never : later(now, SUP_NS(story->life_ns));
}

static bool is_clean(const struct story *story)
{
    return story->gait->clean >> story->how & 1;
}

/* One of an interval, that ended well. */
static bool is_call(const struct story *story)
{
    return story->gait->every_ns > 0 && is_clean(story);
}

/* A probe is none of the restarts that are limited. */
static bool opens_breaker(struct story *story)
{
    const struct sim__fuzz_gate *gate = &story->gait->breaker;
    if (gate->within_ns == 0) {
        return false;
    }
    note(&story->breaker, story->end);
    story->probing = story->probing || reaches(&story->breaker, gate, gate->most, story->end);
    story->breaker.count = story->probing ? 0 : story->breaker.count;
    return story->probing;
}

static bool exhausts_limit(struct story *story)
{
    const struct sim__fuzz_gate *gate = &story->gait->limit;
    if (story->restarts++ >= story->gait->most) {
        return true;
    }
    if (gate->within_ns == 0) {
        return false;
    }
    note(&story->limit, story->end);
    return reaches(&story->limit, gate, gate->most + 1, story->end);
}

/* How long until it starts again; SIM__FUZZ_EVER: it does not. */
static uint64_t after_failure(struct story *story)
{
    const struct sim__fuzz_gait *gait = story->gait;
    if (opens_breaker(story)) {
        return gait->cooldown_ns;
    }
    if (exhausts_limit(story)) {
        return SIM__FUZZ_EVER;
    }
    uint64_t wait = story->wait_ns * gait->wait_percent / 100;
    uint64_t before = gait->from_start ? story->life_ns : 0;
    uint64_t longer = story->wait_ns * gait->factor_tenths / 10;
    story->wait_ns = longer < gait->max_ns ? longer : gait->max_ns;
    return wait > before ? wait - before : 0;
}

/* It was ready, for all that is known, and its rules say what follows that. */
static bool is_settled(const struct story *story)
{
    return story->gait->after_ready_ns > 0 && story->how != SIM__FUZZ_REFUSES &&
           story->life_ns >= story->gait->settles_ns;
}

static uint64_t after_ready(struct story *story)
{
    story->wait_ns = story->gait->base_ns;
    return !is_clean(story) && opens_breaker(story) ? story->gait->cooldown_ns
                                                    : story->gait->after_ready_ns;
}

static uint64_t after_end(struct story *story)
{
    const struct sim__fuzz_gait *gait = story->gait;
    const bool clean = is_clean(story);
    if (is_call(story)) {
        uint64_t late_ns = gait->at_rate ? story->life_ns : 0;
        return gait->every_ns > late_ns ? gait->every_ns - late_ns : 0;
    }
    if (gait->once || !(gait->restarted >> story->how & 1)) {
        return SIM__FUZZ_EVER;
    }
    const bool free = clean && !gait->clean_counts;
    if (free || story->life_ns >= gait->reset_ns) {
        story->wait_ns = gait->base_ns;
    }
    story->probing = story->probing && story->life_ns < gait->probe_ns;
    if (is_settled(story)) {
        return after_ready(story);
    }
    return free ? gait->clean_ns : after_failure(story);
}

/* ---- what a span holds ---- */

struct foretelling {
    uint64_t tick_ns;
    uint32_t most;    /* events that are wanted of all */
    uint32_t ticks;   /* that are looked at: in fewer there were not enough so far */
    uint32_t sum;     /* of their events */
    uint32_t *events; /* of each tick */
};

/* It begins and ends, and mostly it is said what comes then. */
enum { EVENTS_CALL = 2, EVENTS_ATTEMPT = 3, EVENTS_PROBE = 5 };

/* Whether it is in the span. */
static bool count(struct foretelling *all, struct sup_instant now, uint32_t events)
{
    uint64_t tick = now.ns / all->tick_ns;
    if (tick >= all->ticks) {
        return false;
    }
    all->events[tick] += events;
    all->sum += events;
    return true;
}

/* What comes after there have been enough makes no difference. */
static void leave_out_the_rest(struct foretelling *all)
{
    while (all->ticks > 0 && all->sum - all->events[all->ticks - 1] >= all->most) {
        all->sum -= all->events[--all->ticks];
    }
}

static uint32_t events_of(const struct story *story)
{
    uint32_t events = story->probing ? EVENTS_PROBE : is_call(story) ? EVENTS_CALL : EVENTS_ATTEMPT;
    return events * story->gait->count;
}

/* Its attempts may come to differ although they end alike. */
static bool has_memory(const struct sim__fuzz_gait *gait)
{
    return gait->limit.within_ns > 0 || gait->breaker.within_ns > 0 || gait->most < UINT32_MAX;
}

/* One end like the other, until there are enough. */
static void repeat(struct foretelling *all, struct sup_instant at, struct sup_duration period,
                   uint32_t events, uint32_t sum)
{
    for (; sum < all->most && count(all, at, events); sum += events) {
        at = later(at, period);
    }
}

static void follow_one(struct foretelling *all, const struct sim__fuzz_gait *gait)
{
    const bool steady = !has_memory(gait);
    struct story story = {.gait = gait, .wait_ns = gait->base_ns};
    start(&story, (struct sup_instant){0});
    for (uint32_t i = 0; i < all->most;) {
        const struct sup_instant now = story.end;
        const uint64_t life_ns = story.life_ns, wait_ns = story.wait_ns;
        const enum sim__fuzz_end how = story.how;
        const bool last = story.item + 1 >= gait->item_count;
        uint64_t wait = after_end(&story);
        uint32_t events = events_of(&story);
        if (!count(all, now, events) || wait == SIM__FUZZ_EVER) {
            return;
        }
        start(&story, later(now, SUP_NS(wait)));
        i += events;
        if (steady && last && story.wait_ns == wait_ns && story.life_ns == life_ns &&
            story.how == how) {
            repeat(all, story.end, SUP_NS(wait + life_ns), events, i);
            return;
        }
    }
}

static uint32_t first_to_end(const struct story *stories, uint32_t count)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i < count; i++) {
        first = stories[i].end.ns < stories[first].end.ns ? i : first;
    }
    return first;
}

struct company {
    const struct sim__fuzz_bond *bond;
    struct story stories[SIM__FUZZ_PACES];
    uint32_t count;
    struct past past;
};

/* What the restart of one does to the others; how many events that is. */
static uint32_t restart_others(struct company *group, uint32_t one, struct sup_instant at)
{
    uint32_t events = 0;
    for (uint32_t i = group->bond->strategy == SIM__FUZZ_THOSE_BEHIND ? one : 0; i < group->count;
         i++) {
        struct story *story = &group->stories[i];
        if (i != one && !story->over) {
            events += EVENTS_ATTEMPT * story->gait->count;
            start(story, at);
        }
    }
    return events;
}

/* Whether its limit allows one more. */
static bool allows(struct company *group, struct sup_instant now)
{
    const struct sim__fuzz_gate *limit = &group->bond->limit;
    if (limit->within_ns == 0) {
        return true;
    }
    if (reaches(&group->past, limit, limit->most, now)) {
        return false;
    }
    note(&group->past, now);
    return true;
}

/* The next end; how many events come of it, 0 when there is none. */
static uint32_t next(struct foretelling *all, struct company *group)
{
    uint32_t one = first_to_end(group->stories, group->count);
    struct story *story = &group->stories[one];
    const struct sup_instant now = story->end;
    uint64_t wait = after_end(story);
    uint32_t events = events_of(story);
    bool failed = !is_clean(story) && wait != SIM__FUZZ_EVER;
    if (!count(all, now, events) || (failed && !allows(group, now))) {
        return 0;
    }
    if (wait == SIM__FUZZ_EVER) {
        story->over = true;
        story->end = never;
        return events;
    }
    const bool called = is_call(story);
    const struct sup_instant again = later(now, SUP_NS(wait));
    start(story, again);
    if (!called && group->bond->strategy != SIM__FUZZ_ALONE) {
        uint32_t others = restart_others(group, one, again);
        (void)count(all, again, others);
        events += others;
    }
    return events;
}

static void follow(struct foretelling *all, const struct sim__fuzz_pace *pace, uint32_t of)
{
    struct company group;
    group.bond = &pace->bonds[of];
    group.count = 0;
    group.past.count = 0;
    const bool alone = group.bond->strategy == SIM__FUZZ_ALONE && group.bond->limit.within_ns == 0;
    for (uint32_t i = 0; i < pace->count; i++) {
        const struct sim__fuzz_gait *gait = &pace->services[i];
        if (gait->group == of && alone) {
            follow_one(all, gait);
            leave_out_the_rest(all);
        } else if (gait->group == of) {
            struct story *story = &group.stories[group.count++];
            *story = (struct story){.gait = gait, .wait_ns = gait->base_ns};
            start(story, (struct sup_instant){0});
        }
    }
    uint32_t events = group.count > 0 ? 1 : 0;
    for (uint32_t sum = 0; events > 0 && sum < all->most; sum += events) {
        events = next(all, &group);
    }
    leave_out_the_rest(all);
}

uint32_t sim__fuzz_foretell(const struct sim__fuzz_pace *pace, struct sup_duration tick,
                            uint32_t wanted)
{
    uint32_t events[SIM__FUZZ_TICKS_MOST] = {0};
    struct foretelling all = {
        .tick_ns = tick.ns, .most = wanted, .ticks = SIM__FUZZ_TICKS_MOST, .events = events};
    for (uint32_t i = 0; i < SIM__FUZZ_BONDS; i++) {
        follow(&all, pace, i);
    }
    return all.ticks;
}
