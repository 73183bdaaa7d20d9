/* The state machine: a table of phase and input.
 *
 * What a service does in a phase when something arrives is looked up here and
 * nowhere else: whoever starts or stops it sends an input, and the functions that
 * this file calls are called by nobody besides (scripts/check-table counts). A
 * cell that cannot be reached says so, and is a broken promise when it is.
 * A test prints the table into docs/state-machine.md.
 */
#include "machine.h"

#include <assert.h>

#include "attempt.h"
#include "finish.h"
#include "lifetime.h"
#include "liveness.h"
#include "pool.h"
#include "service.h"
#include "stop.h"
#include "supervisor.h"

static void never(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)sup;
    (void)s;
    (void)input;
    SUP_ASSERT(false);
}

static void start(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    sup__start(sup, s, input->type);
}

/* A service whose attempts need a slot of the blocking pool may have to wait. */
static void begin(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    SUP_ASSERT(s->registered && !s->live && s->operation == SUP_OPERATION_ACTIVE);
    SUP_ASSERT(sup->phase == SUP_SUPERVISOR_RUNNING && !sup->groups[s->group].cancelled);
    if ((s->traits & SUP__TRAIT_BLOCKING) == 0 || sup__pool_take(sup, s, input->type)) {
        start(sup, s, input);
    }
}

static void end(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    sup__end(sup, s, input->end);
}

static void end_stopped(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    sup__finish_over(sup, s);
    sup__end(sup, s, input->end);
}

static void stop_due(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)input;
    sup__stop_due(sup, s);
}

/* What waits has ended at once, and is aborted when that was asked for. */
static void stop_wait(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    SUP_ASSERT(!s->live);
    sup__settle(sup, s, input->intent,
                input->intent == SUP__INTENT_ABORT ? SUP_OUTCOME_ABORTED : SUP_OUTCOME_CANCELLED);
}

static void settle(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    sup__settle(sup, s, input->intent, input->outcome);
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

static void force(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)input;
    sup__request_abort(sup, s);
}

static void abandon(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)input;
    sup__finish_over(sup, s);
    sup__abandon(sup, s);
}

/* A terminated service can still be removed or replaced. */
static void forget(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    SUP_ASSERT(!s->live && s->registered);
    if (input->intent == SUP__INTENT_REMOVE || input->intent == SUP__INTENT_REPLACE) {
        sup__settle(sup, s, input->intent, SUP_OUTCOME_CANCELLED);
    }
}

/* clang-format off */
#define CELL(fn, name) {fn, name}
#define NEVER {never, ""}
#define START CELL(begin, "start an attempt")
#define END CELL(end, "end it: rules 2 to 9")
#define SETTLE CELL(settle, "settle as the stop wants")
#define BEAT CELL(sup__on_beat, "note the beat")
#define READINESS CELL(sup__on_readiness, "note readiness")
#define EXTEND CELL(sup__on_extend, "move the deadline")
#define STALE CELL(sup__on_stale, "stale: report, or stop it")
#define FINISHING CELL(sup__on_finishing, "what finishes it runs")
#define WAITING_STOP CELL(stop_wait, "settle as the stop wants")

static_assert(SUP__INPUTS <= SUP__INPUTS_ROOM, "a place each");
const struct sup__reaction sup__machine[SUP_PHASES][SUP__INPUTS_ROOM] = {
    [SUP_PHASE_IDLE] = {
        [SUP__INPUT_START] = START,
        [SUP__INPUT_SLOT] = CELL(start, "start the queued attempt"),
        [SUP__INPUT_END] = NEVER, [SUP__INPUT_SETTLE] = NEVER, [SUP__INPUT_TIMER] = START,
        [SUP__INPUT_READY] = NEVER, [SUP__INPUT_NOT_READY] = NEVER,
        [SUP__INPUT_BEAT] = NEVER, [SUP__INPUT_EXTEND] = NEVER,
        [SUP__INPUT_PROBE] = NEVER, [SUP__INPUT_STALE] = NEVER,
        [SUP__INPUT_STOP] = WAITING_STOP,
        [SUP__INPUT_ABORT] = NEVER, [SUP__INPUT_ABANDON] = NEVER,
        [SUP__INPUT_FINISHING] = NEVER,
    },
    [SUP_PHASE_STARTING] = {
        [SUP__INPUT_START] = NEVER, [SUP__INPUT_SLOT] = NEVER,
        [SUP__INPUT_END] = END, [SUP__INPUT_SETTLE] = SETTLE,
        [SUP__INPUT_TIMER] = CELL(sup__on_starting_due, "ready, or too late, or too long: stop it"),
        [SUP__INPUT_READY] = CELL(sup__on_ready, "running, unless by time"),
        [SUP__INPUT_NOT_READY] = READINESS, [SUP__INPUT_BEAT] = BEAT,
        [SUP__INPUT_EXTEND] = EXTEND,
        [SUP__INPUT_PROBE] = CELL(sup__on_probe, "close the breaker"),
        [SUP__INPUT_STALE] = STALE,
        [SUP__INPUT_STOP] = CELL(cancel, "deliver cancel"),
        [SUP__INPUT_ABORT] = NEVER, [SUP__INPUT_ABANDON] = NEVER,
        [SUP__INPUT_FINISHING] = FINISHING,
    },
    [SUP_PHASE_RUNNING] = {
        [SUP__INPUT_START] = NEVER, [SUP__INPUT_SLOT] = NEVER,
        [SUP__INPUT_END] = END, [SUP__INPUT_SETTLE] = SETTLE,
        [SUP__INPUT_TIMER] = CELL(sup__on_lifetime, "it ran for too long: stop it"),
        [SUP__INPUT_READY] = READINESS, [SUP__INPUT_NOT_READY] = READINESS,
        [SUP__INPUT_BEAT] = BEAT, [SUP__INPUT_EXTEND] = EXTEND,
        [SUP__INPUT_PROBE] = CELL(sup__on_probe, "close the breaker"),
        [SUP__INPUT_STALE] = STALE,
        [SUP__INPUT_STOP] = CELL(cancel, "deliver cancel"),
        [SUP__INPUT_ABORT] = NEVER, [SUP__INPUT_ABANDON] = NEVER,
        [SUP__INPUT_FINISHING] = FINISHING,
    },
    [SUP_PHASE_BACKING_OFF] = {
        [SUP__INPUT_START] = START, [SUP__INPUT_SLOT] = NEVER,
        [SUP__INPUT_END] = NEVER, [SUP__INPUT_SETTLE] = NEVER, [SUP__INPUT_TIMER] = START,
        [SUP__INPUT_READY] = NEVER, [SUP__INPUT_NOT_READY] = NEVER,
        [SUP__INPUT_BEAT] = NEVER, [SUP__INPUT_EXTEND] = NEVER,
        [SUP__INPUT_PROBE] = NEVER, [SUP__INPUT_STALE] = NEVER,
        [SUP__INPUT_STOP] = WAITING_STOP,
        [SUP__INPUT_ABORT] = NEVER, [SUP__INPUT_ABANDON] = NEVER,
        [SUP__INPUT_FINISHING] = NEVER,
    },
    [SUP_PHASE_STOPPING] = {
        [SUP__INPUT_START] = START, /* once it has ended */
        [SUP__INPUT_SLOT] = NEVER,
        [SUP__INPUT_END] = CELL(end_stopped, "end it: rules 2 to 9"), [SUP__INPUT_SETTLE] = SETTLE,
        [SUP__INPUT_TIMER] = CELL(stop_due, "abort it, cancel it again, or give it up"),
        [SUP__INPUT_READY] = READINESS, [SUP__INPUT_NOT_READY] = READINESS,
        [SUP__INPUT_BEAT] = BEAT, [SUP__INPUT_EXTEND] = EXTEND,
        [SUP__INPUT_PROBE] = NEVER, [SUP__INPUT_STALE] = NEVER,
        [SUP__INPUT_STOP] = CELL(take_over, "the stronger stop takes over"),
        [SUP__INPUT_ABORT] = CELL(force, "request the abort"),
        [SUP__INPUT_ABANDON] = CELL(abandon, "give it up"),
        [SUP__INPUT_FINISHING] = FINISHING,
    },
    [SUP_PHASE_TERMINATED] = {
        [SUP__INPUT_START] = NEVER, [SUP__INPUT_SLOT] = NEVER,
        [SUP__INPUT_END] = NEVER, [SUP__INPUT_SETTLE] = NEVER, [SUP__INPUT_TIMER] = NEVER,
        [SUP__INPUT_READY] = NEVER, [SUP__INPUT_NOT_READY] = NEVER,
        [SUP__INPUT_BEAT] = NEVER, [SUP__INPUT_EXTEND] = NEVER,
        [SUP__INPUT_PROBE] = NEVER, [SUP__INPUT_STALE] = NEVER,
        [SUP__INPUT_STOP] = CELL(forget, "remove or replace it"),
        [SUP__INPUT_ABORT] = NEVER, [SUP__INPUT_ABANDON] = NEVER,
        [SUP__INPUT_FINISHING] = NEVER,
    },
};
/* clang-format on */

void sup__send(struct sup *sup, struct sup__service *s, enum sup__input_type type)
{
    struct sup__input input = {.type = type};
    sup__react(sup, s, &input);
}

void sup__stop(struct sup *sup, struct sup__service *s, enum sup__intent intent)
{
    struct sup__input input = {.type = SUP__INPUT_STOP, .intent = intent};
    sup__react(sup, s, &input);
}
