/* The story of a run as digests of its events. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sim/base/grow.h"
#include "sim/trace/bytes.h"
#include "sup/error.h"

#define ROOT "runtime"

/* ---- one event ---- */

/* A length that is odd becomes one that no run has; that which has no end stays. */
static struct sup_duration halved(struct sup_duration length)
{
    return SUP_NS(length.ns >> 1 | length.ns << 63);
}

static void halve_all(struct sup_event *event)
{
    event->at.ns = halved(SUP_NS(event->at.ns)).ns;
    if (event->fields & SUP_FIELD_DELAY) {
        event->delay = halved(event->delay);
    }
    if (event->fields & SUP_FIELD_TIMEOUT) {
        event->timeout = halved(event->timeout);
    }
    if (event->fields & SUP_FIELD_DRAIN) {
        event->took = halved(event->took);
    }
}

static bool is_root(const struct sup_event *event)
{
    return event->group == NULL || strcmp(event->group, ROOT) == 0;
}

/* From here on there is somebody more to wait for, rightly. */
static bool is_about_all(const struct sup_event *event)
{
    switch (event->type) {
    case SUP_EVENT_SHUTDOWN_REQUESTED:
    case SUP_EVENT_DRAINED:
        return true;
    case SUP_EVENT_GROUP_CANCELLED:
        return is_root(event);
    case SUP_EVENT_LIMIT_EXHAUSTED:
        return event->then == SUP_LIMIT_ESCALATE || (event->service == NULL && is_root(event));
    case SUP_EVENT_COMMAND:
        return event->service == NULL && is_root(event);
    default:
        return false;
    }
}

/* Twice as much need not be a time any more, and is not compared. */
#define LONGEST_NS (SUP_NEVER_NS / 4)

static bool is_beyond(const struct sup_event *event)
{
    return event->at.ns > LONGEST_NS ||
           ((event->fields & SUP_FIELD_DELAY) && event->delay.ns > LONGEST_NS);
}

static bool is_about(const struct sup_event *event, const char *name)
{
    const char *whose = event->service != NULL ? event->service : event->group;
    return name != NULL && whose != NULL && whose[0] == name[0] && strcmp(whose, name) == 0;
}

static bool make_room(struct sim__ear *in)
{
    struct sim__tale *story = in->story;
    uint32_t *digests =
        sim__grown(story->digests, &story->room, (uint64_t)story->count + 1, sizeof *digests);
    in->failed = digests == NULL;
    story->digests = in->failed ? story->digests : digests;
    return !in->failed;
}

static void keep(struct sim__ear *in, const struct sup_event *event)
{
    struct sim__tale *story = in->story;
    if (is_beyond(event) || (story->count == story->room && !make_room(in))) {
        return;
    }
    in->failed = !sim__event_digest(event, in->digest, &in->digest);
    story->digests[story->count++] = (uint32_t)(in->digest >> 32);
    if (story->count == in->telling->quoted) {
        (void)sim_event_line(event, story->line, sizeof(story->line));
    }
}

/* As it would be told if there were nobody more and no time were doubled. */
static void keep_changed(struct sim__ear *in, const struct sup_event *event)
{
    struct sup_event own = *event;
    own.sequence = in->story->count + 1;
    /* Slots are numbered as the names come, so that those behind it move up. */
    own.slot -= own.slot != UINT32_MAX && own.slot > in->left_out ? 1 : 0;
    if (in->telling->tempo == SIM__HALVED) {
        halve_all(&own);
    }
    if (in->over) {
        own.idempotent = false; /* one service more may be one that it meets */
    }
    keep(in, &own);
}

static void hear(void *context, const struct sup_event *event)
{
    struct sim__ear *in = context;
    in->told++;
    if (in->over || in->failed) {
        return;
    }
    if (is_about(event, in->telling->without)) {
        in->left_out = event->service != NULL ? event->slot : in->left_out;
        return;
    }
    in->over = in->telling->ends_where_all_are_met && is_about_all(event);
    bool as_it_is = in->left_out == UINT32_MAX && in->telling->tempo == SIM__AS_TOLD && !in->over &&
                    event->sequence == (uint64_t)in->story->count + 1;
    if (as_it_is) {
        keep(in, event);
    } else {
        keep_changed(in, event);
    }
    in->over |= in->story->count >= SIM__TALE_EVENTS;
}

void sim__ear_open(struct sim__ear *ear, const struct sim__telling *telling,
                   struct sim__tale *story)
{
    *ear = (struct sim__ear){
        .telling = telling,
        .story = story,
        .listener = {.hear = hear, .context = ear},
        .left_out = UINT32_MAX,
    };
}

/* ---- the run ---- */

/* Nobody wants to know the rest. */
static bool is_over(void *context, struct sup_instant now, uint64_t events)
{
    const struct sim__ear *in = context;
    (void)now;
    (void)events;
    return in->over || in->failed;
}

static int listen(const struct sim_scenario *scenario, const struct sim__trial_how *how,
                  struct sim__ear *in)
{
    const struct sim_run_options options = {
        .has_seed = how->has_seed,
        .seed = how->seed,
        .once = true,
        .max_events = how->max_events,
        .max_steps = how->max_steps,
        .max_events_an_instant = how->max_events_an_instant,
        .progress = is_over,
        .progress_context = in,
    };
    enum sim__heard heard = SIM__HEARD_STOPPED;
    int error = sim__run_heard(scenario, &options, &in->listener, &heard);
    in->story->stopped = heard == SIM__HEARD_STOPPED && !in->over;
    return error == SUP_OK && in->failed ? SUP_ENOMEM : error;
}

int sim__tale_hear(const struct sim__node *root, const struct sim__trial_how *how,
                   const struct sim__telling *telling, struct sim__tale *story)
{
    const struct sim_limits limits = {.memory_bytes = how->memory_bytes, .tasks = how->tasks};
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc,
        .bytes = "",
        .file = "relation",
        .tree = root,
        .limits = &limits,
    };
    struct sim__ear in;
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    int error = sim__scenario_read(&reading, &diagnostics, &scenario);
    story->refused = error == SUP_EINVAL;
    if (error == SUP_OK) {
        sim__ear_open(&in, telling, story);
        error = listen(scenario, how, &in);
    }
    sim_scenario_free(scenario);
    sim_diagnostics_release(&diagnostics);
    return story->refused ? SUP_OK : error;
}

void sim__tale_release(struct sim__tale *story)
{
    free(story->digests);
    *story = (struct sim__tale){0};
}
