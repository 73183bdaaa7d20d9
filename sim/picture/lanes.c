/* The bars of a lane: what its events say of its phases and of its breaker. */
#include <string.h>

#include "gather.h"
#include "sim/base/grow.h"
#include "sup/event.h"

static void put_bar(struct sim__picture *picture, const struct sim__bar *bar)
{
    struct sim__bar *bars = sim__grown(picture->bars, &picture->bar_room,
                                       (uint64_t)picture->bar_count + 1, sizeof *bars);
    if (bars == NULL) {
        picture->failed = true;
        return;
    }
    picture->bars = bars;
    bars[picture->bar_count++] = *bar;
}

/* An attempt that ended in the instant of its start is to be seen, nothing else without length. */
static void end_bar(struct sim__picture *picture, struct sim__lane *lane, uint32_t instant)
{
    if (lane->barred) {
        lane->barred = false;
        lane->bar.to = instant;
        if (lane->bar.from != instant || lane->bar.attempt != 0) {
            put_bar(picture, &lane->bar);
        }
    }
}

static void end_breaker(struct sim__picture *picture, struct sim__lane *lane, uint32_t instant)
{
    if (lane->told) {
        lane->told = false;
        lane->breaker.to = instant;
        if (lane->breaker.from != instant) {
            put_bar(picture, &lane->breaker);
        }
    }
}

struct moved {
    struct sim__picture *picture;
    struct sim__lane *lane;
    const struct sim__picture_event *event;
    uint32_t number;
};

static void turn(const struct moved *by, enum sim__bar_kind kind)
{
    struct sim__lane *lane = by->lane;
    uint32_t attempt = lane->live ? lane->bar.attempt : 0;
    if (kind == SIM__BAR_STARTING || kind == SIM__BAR_RUNNING) {
        attempt = by->event->attempt != 0 ? by->event->attempt : attempt;
    }
    end_bar(by->picture, lane, by->event->instant);
    lane->bar = (struct sim__bar){
        .service = (uint32_t)(lane - by->picture->lanes),
        .kind = kind,
        .from = by->event->instant,
        .attempt = attempt,
        .event = by->number,
    };
    lane->barred = true;
}

static void turn_breaker(const struct moved *by, enum sim__bar_kind kind)
{
    struct sim__lane *lane = by->lane;
    end_breaker(by->picture, lane, by->event->instant);
    lane->breaker = (struct sim__bar){
        .service = (uint32_t)(lane - by->picture->lanes),
        .kind = kind,
        .from = by->event->instant,
        .event = by->number,
    };
    lane->told = true;
}

static bool is(const struct sim__json *line, enum sup_event_type type)
{
    return sim__json_is(line, "event", sup_event_name(type));
}

/* What it is when no attempt of it lives. */
static void rest(const struct moved *by)
{
    by->lane->live = false;
    turn(by, by->lane->held ? SIM__BAR_HELD : SIM__BAR_IDLE);
}

static void hear_attempt(const struct moved *by, const struct sim__json *line)
{
    struct sim__lane *lane = by->lane;
    if (is(line, SUP_EVENT_ATTEMPT_STARTED)) {
        turn(by, lane->awaits ? SIM__BAR_STARTING : SIM__BAR_RUNNING);
        lane->live = true;
        lane->starts++;
    } else if (is(line, SUP_EVENT_READY) && lane->live) {
        turn(by, SIM__BAR_RUNNING);
    } else if (is(line, SUP_EVENT_NOT_READY) && lane->live && lane->bar.kind == SIM__BAR_RUNNING) {
        turn(by, SIM__BAR_UNREADY);
    } else if ((is(line, SUP_EVENT_CANCEL_DELIVERED) || is(line, SUP_EVENT_ABORT_REQUESTED)) &&
               lane->live && lane->bar.kind != SIM__BAR_FINISHING &&
               lane->bar.kind != SIM__BAR_STOPPING) {
        turn(by, SIM__BAR_STOPPING);
    } else if (is(line, SUP_EVENT_FINISHING)) {
        turn(by, SIM__BAR_FINISHING);
    } else if (is(line, SUP_EVENT_ATTEMPT_ENDED) || is(line, SUP_EVENT_ABANDONED)) {
        bool quiet = sim__json_is(line, "outcome", sup_outcome_name(SUP_OUTCOME_SUCCEEDED)) ||
                     sim__json_is(line, "outcome", sup_outcome_name(SUP_OUTCOME_CANCELLED));
        lane->failures += is(line, SUP_EVENT_ATTEMPT_ENDED) && !quiet;
        rest(by);
    }
}

static void hear_service(const struct moved *by, const struct sim__json *line)
{
    struct sim__lane *lane = by->lane;
    if (is(line, SUP_EVENT_REGISTERED)) {
        lane->held = false;
        rest(by);
    } else if (is(line, SUP_EVENT_BACKING_OFF)) {
        turn(by, SIM__BAR_WAITING);
    } else if (is(line, SUP_EVENT_BREAKER_OPENED)) {
        turn_breaker(by, SIM__BAR_OPEN);
        turn(by, SIM__BAR_COOLING);
    } else if (is(line, SUP_EVENT_BREAKER_HALF_OPEN)) {
        turn_breaker(by, SIM__BAR_HALF_OPEN);
    } else if (is(line, SUP_EVENT_BREAKER_CLOSED)) {
        end_breaker(by->picture, lane, by->event->instant);
    } else if (is(line, SUP_EVENT_TERMINATED)) {
        end_breaker(by->picture, lane, by->event->instant);
        lane->live = false;
        turn(by, SIM__BAR_ENDED);
    } else if (is(line, SUP_EVENT_PAUSED) || is(line, SUP_EVENT_QUARANTINED)) {
        lane->held = true;
        if (!lane->live) {
            rest(by);
        }
    } else if (is(line, SUP_EVENT_RESUMED)) {
        lane->held = false;
        if (!lane->live) {
            rest(by);
        }
    } else if (is(line, SUP_EVENT_REMOVED)) {
        end_bar(by->picture, lane, by->event->instant);
        end_breaker(by->picture, lane, by->event->instant);
        lane->live = lane->held = false;
    } else {
        hear_attempt(by, line);
    }
}

void sim__lane_hear(struct sim__picture *picture, uint32_t lane, const struct sim__json *line,
                    const struct sim__picture_event *event, uint32_t number)
{
    const struct moved by = {picture, &picture->lanes[lane], event, number};
    hear_service(&by, line);
}

bool sim__lane_goes_on(const struct sim__lane *lane)
{
    return lane->live || (lane->barred &&
                          (lane->bar.kind == SIM__BAR_WAITING ||
                           lane->bar.kind == SIM__BAR_COOLING || lane->bar.kind == SIM__BAR_HELD));
}

void sim__lane_complete(struct sim__picture *picture, uint32_t lane, uint32_t instant)
{
    end_bar(picture, &picture->lanes[lane], instant);
    end_breaker(picture, &picture->lanes[lane], instant);
}

uint32_t sim__picture_bars_of(const struct sim__picture *picture, uint32_t lane)
{
    uint32_t low = 0, high = picture->bar_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (picture->bars[middle].service < lane) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
