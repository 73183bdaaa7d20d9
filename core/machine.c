/* The state machine: a table of phase and input.
 *
 * What a service does in a phase when something arrives is looked up here and
 * nowhere else. "nothing" is written out, so that a hole cannot be an oversight.
 * A test prints the table into docs/state-machine.md.
 */
#include "internal.h"

static void nothing(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)sup;
    (void)s;
    (void)input;
}

static void begin(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)input;
    sup__begin(sup, s);
}

static void end(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    sup__end(sup, s, input->end);
}

static void stop_due(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)input;
    sup__stop_due(sup, s);
}

static void settle(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    sup__settle(sup, s, input->intent, input->intent == SUP__INTENT_ABORT);
}

static void cancel(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    sup__deliver_cancel(sup, s, input->intent);
    if (input->intent == SUP__INTENT_ABORT) {
        sup__request_abort(sup, s);
    }
}

/* An attempt that is stopping already: who may take over has been decided by the
 * caller (a command by its rank, a drain over all but a removal). */
static void take_over(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    SUP_ASSERT(s->live && s->cancel_delivered);
    s->intent = (uint8_t)input->intent;
    if (input->intent == SUP__INTENT_ABORT) {
        sup__request_abort(sup, s);
    }
}

/* A terminated service can still be removed or replaced. */
static void forget(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    if (input->intent == SUP__INTENT_REMOVE || input->intent == SUP__INTENT_REPLACE) {
        sup__settle(sup, s, input->intent, false);
    }
}

/* clang-format off */
#define CELL(fn, name) {fn, name}
#define NOTHING {nothing, ""}
#define START CELL(begin, "start an attempt")
#define END CELL(end, "end it: rules 2 to 9")
#define BEAT CELL(sup__on_beat, "note the beat")
#define READINESS CELL(sup__on_readiness, "note readiness")
#define EXTEND CELL(sup__on_extend, "move the deadline")

const struct sup__reaction sup__machine[SUP_PHASES][SUP__INPUTS] = {
    [SUP_PHASE_IDLE] = {
        [SUP__INPUT_START] = START, [SUP__INPUT_END] = NOTHING, [SUP__INPUT_TIMER] = NOTHING,
        [SUP__INPUT_READY] = NOTHING, [SUP__INPUT_NOT_READY] = NOTHING,
        [SUP__INPUT_BEAT] = NOTHING, [SUP__INPUT_EXTEND] = NOTHING,
        [SUP__INPUT_PROBE] = NOTHING, [SUP__INPUT_STALE] = NOTHING,
        [SUP__INPUT_STOP] = CELL(settle, "settle as the stop wants"),
    },
    [SUP_PHASE_STARTING] = {
        [SUP__INPUT_START] = NOTHING, [SUP__INPUT_END] = END,
        [SUP__INPUT_TIMER] = CELL(sup__on_late_start, "not ready in time: stop it"),
        [SUP__INPUT_READY] = CELL(sup__on_ready, "running"),
        [SUP__INPUT_NOT_READY] = READINESS, [SUP__INPUT_BEAT] = BEAT,
        [SUP__INPUT_EXTEND] = EXTEND, [SUP__INPUT_PROBE] = NOTHING,
        [SUP__INPUT_STALE] = CELL(sup__on_stale, "stale: report, or stop it"),
        [SUP__INPUT_STOP] = CELL(cancel, "deliver cancel"),
    },
    [SUP_PHASE_RUNNING] = {
        [SUP__INPUT_START] = NOTHING, [SUP__INPUT_END] = END, [SUP__INPUT_TIMER] = NOTHING,
        [SUP__INPUT_READY] = READINESS, [SUP__INPUT_NOT_READY] = READINESS,
        [SUP__INPUT_BEAT] = BEAT, [SUP__INPUT_EXTEND] = EXTEND,
        [SUP__INPUT_PROBE] = CELL(sup__on_probe, "close the breaker"),
        [SUP__INPUT_STALE] = CELL(sup__on_stale, "stale: report, or stop it"),
        [SUP__INPUT_STOP] = CELL(cancel, "deliver cancel"),
    },
    [SUP_PHASE_BACKING_OFF] = {
        [SUP__INPUT_START] = START, [SUP__INPUT_END] = NOTHING, [SUP__INPUT_TIMER] = START,
        [SUP__INPUT_READY] = NOTHING, [SUP__INPUT_NOT_READY] = NOTHING,
        [SUP__INPUT_BEAT] = NOTHING, [SUP__INPUT_EXTEND] = NOTHING,
        [SUP__INPUT_PROBE] = NOTHING, [SUP__INPUT_STALE] = NOTHING,
        [SUP__INPUT_STOP] = CELL(settle, "settle as the stop wants"),
    },
    [SUP_PHASE_STOPPING] = {
        [SUP__INPUT_START] = NOTHING, [SUP__INPUT_END] = END,
        [SUP__INPUT_TIMER] = CELL(stop_due, "abort it, or abandon it"),
        [SUP__INPUT_READY] = READINESS, [SUP__INPUT_NOT_READY] = READINESS,
        [SUP__INPUT_BEAT] = BEAT, [SUP__INPUT_EXTEND] = EXTEND,
        [SUP__INPUT_PROBE] = NOTHING, [SUP__INPUT_STALE] = NOTHING,
        [SUP__INPUT_STOP] = CELL(take_over, "the stronger stop takes over"),
    },
    [SUP_PHASE_TERMINATED] = {
        [SUP__INPUT_START] = NOTHING, [SUP__INPUT_END] = NOTHING, [SUP__INPUT_TIMER] = NOTHING,
        [SUP__INPUT_READY] = NOTHING, [SUP__INPUT_NOT_READY] = NOTHING,
        [SUP__INPUT_BEAT] = NOTHING, [SUP__INPUT_EXTEND] = NOTHING,
        [SUP__INPUT_PROBE] = NOTHING, [SUP__INPUT_STALE] = NOTHING,
        [SUP__INPUT_STOP] = CELL(forget, "remove or replace it"),
    },
};
/* clang-format on */

void sup__stop(struct sup *sup, struct sup__service *s, enum sup__intent intent)
{
    struct sup__input input = {.type = SUP__INPUT_STOP, .intent = intent};
    sup__react(sup, s, &input);
}
