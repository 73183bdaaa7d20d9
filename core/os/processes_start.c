/* What the supervisor asks for: a start, a cancel, an abort; and the storage of children. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "processes_internal.h"
#include "sup/assert.h"
#include "sup/error.h"

/* ---- storage ---- */

static struct sup__child *new_child(struct sup_processes *processes)
{
    struct sup__child *child = processes->free;
    if (child != NULL) {
        processes->free = child->next;
        return child;
    }
    child = calloc(1, sizeof(*child));
    if (child != NULL) {
        child->processes = processes;
        child->next_all = processes->all;
        processes->all = child;
    }
    return child;
}

/* The policy's word comes before that of the spec. */
static int stop_signal_of(const struct sup_start *start)
{
    const struct sup_process_spec *spec = start->work;
    int own = spec->stop_signal != 0 ? spec->stop_signal : SIGTERM;
    return start->stop_signal != 0 ? start->stop_signal : own;
}

static void reset_child(struct sup__child *child, const struct sup_start *start)
{
    const struct sup_process_spec *spec = start->work;
    SUP_ASSERT(child->stage == SUP__STAGE_NONE);
    child->id = start->id;
    child->pid = 0;
    child->stop_signal = stop_signal_of(start);
    child->leave_group = spec->leave_group;
    child->reaped = child->cancelled = child->aborted = child->done = child->has_error = false;
    child->access = spec->notify_access;
    child->noticed = 0;
    child->abort_wait = start->abort_wait;
    child->extend_max = spec->extend_max.ns != 0 ? spec->extend_max : SUP_EXTEND_MAX_DEFAULT;
    child->started_at = sup__clock_now(child->processes->clock);
    child->line_length = 0;
    child->output_kept = spec->output == SUP_OUTPUT_KEEP;
    child->output_total = 0;
    child->cgroup[0] = '\0';
    for (uint32_t i = 0; i < SUP__WATCHES; i++) {
        child->watches[i] =
            (struct sup__watch){child->processes, child, (enum sup__watch_kind)i, -1};
    }
}

static int reserve_slot(struct sup_processes *processes, uint32_t slot)
{
    if (slot < processes->slot_capacity) {
        return SUP_OK;
    }
    uint32_t capacity = slot < 64 ? 128 : slot * 2;
    struct sup__slot *grown = realloc(processes->slots, capacity * sizeof(*grown));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    memset(grown + processes->slot_capacity, 0,
           (capacity - processes->slot_capacity) * sizeof(*grown));
    processes->slots = grown;
    processes->slot_capacity = capacity;
    return SUP_OK;
}

struct sup__child *sup__child_of(const struct sup_processes *processes, struct sup_attempt id)
{
    struct sup__child *child =
        id.slot < processes->slot_capacity ? processes->slots[id.slot].child : NULL;
    bool same =
        child != NULL && child->id.generation == id.generation && child->id.attempt == id.attempt;
    return same ? child : NULL;
}

/* Its output stays readable: the slot takes the ring and gives the child its own. */
void sup__retire(struct sup__child *child)
{
    struct sup_processes *processes = child->processes;
    struct sup__slot *slot = &processes->slots[child->id.slot];
    SUP_ASSERT(child->stage == SUP__STAGE_NONE);
    if (slot->child == child) {
        slot->child = NULL;
        if (child->output != NULL && child->output_kept) {
            char *ring = slot->output;
            slot->output = child->output;
            slot->output_total = child->output_total;
            slot->kept = child->id;
            child->output = ring;
        }
    }
    child->next = processes->ended;
    processes->ended = child;
}

void sup__recycle(struct sup_processes *processes)
{
    while (processes->ended != NULL) {
        struct sup__child *child = processes->ended;
        processes->ended = child->next;
        child->next = processes->free;
        processes->free = child;
    }
}

/* ---- refusals ---- */

/* Texts that say what to do; the rest are the system's own. */
static const char *error_text(int error, enum sup__step step)
{
    if (step == SUP__STEP_CGROUP) {
        return error == EBUSY ? "its control group is not empty" : "no control group for it";
    }
    switch (error) {
    case EAGAIN:
        return "the limit of processes is reached";
    case EMFILE:
    case ENFILE:
        return "the limit of open files is reached";
    case ENOENT:
        return step == SUP__STEP_DIRECTORY ? "no such directory" : "no such program or directory";
    default:
        return sup__os_error_text(error);
    }
}

static void put(char *to, size_t size, const char *text)
{
    size_t have = strlen(to);
    size_t length = strlen(text);
    SUP_ASSERT(have < size);
    length = length < size - have ? length : size - have - 1;
    memcpy(to + have, text, length);
    to[have + length] = '\0';
}

/* The name comes last, since it may be long and is then cut. */
static const char *refusal(struct sup_processes *processes, const char *text, int error,
                           const char *name)
{
    char *to = processes->error;
    const char *symbol = error != 0 ? sup__os_error_name(error) : NULL;
    to[0] = '\0';
    put(to, sizeof(processes->error), text);
    if (symbol != NULL) {
        put(to, sizeof(processes->error), " (");
        put(to, sizeof(processes->error), symbol);
        put(to, sizeof(processes->error), ")");
    }
    put(to, sizeof(processes->error), ": ");
    put(to, sizeof(processes->error), name);
    return to;
}

/* ---- the executor ---- */

/* The start of a service whose spec is of this library's own age. */
static int start_own(struct sup_processes *processes, const struct sup_start *start,
                     const char **ret_error)
{
    const struct sup_process_spec *spec = start->work;
    if (processes->live == processes->config.children_max) {
        *ret_error = refusal(processes, "too many children live already", 0, spec->argv[0]);
        return SUP_EREFUSED;
    }
    struct sup__child *child = NULL;
    if (reserve_slot(processes, start->id.slot) == SUP_OK) {
        child = new_child(processes);
    }
    if (child == NULL) {
        *ret_error = "out of memory";
        return SUP_ENOMEM;
    }
    reset_child(child, start);
    enum sup__step step = SUP__STEP_PREPARE;
    int error = sup__spawn(child, start, &step);
    if (error != 0) {
        /* Not by sup__retire: no event of this turn can be of a child so young. */
        child->next = processes->free;
        processes->free = child;
        const char *name = step == SUP__STEP_DIRECTORY ? spec->directory : spec->argv[0];
        *ret_error = refusal(processes, error_text(error, step), error, name);
        return SUP_EREFUSED;
    }
    child->stage = SUP__STAGE_RUNNING;
    processes->live++;
    processes->slots[start->id.slot].child = child;
    return SUP_OK;
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct sup_processes *processes = context;
    struct sup_process_spec spec = {0};
    struct sup_start own = *start;
    const struct sup_stretch whole = {processes->spec_size, sizeof(spec)};
    own.work = &spec;
    if (start->work != NULL && sup_face_take(&spec, start->work, &whole, 1) != 0) {
        *ret_error = sup_error_text(SUP_ENEWER);
        return SUP_ENEWER;
    }
    if (processes->sup == NULL || spec.argv == NULL || spec.argv[0] == NULL) {
        *ret_error = "the service has no program";
        return SUP_EINVAL;
    }
    return start_own(processes, &own, ret_error);
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    struct sup__child *child = sup__child_of(context, id);
    (void)work;
    if (child != NULL && sup__lives(child)) {
        child->cancelled = true;
        child->cancelled_at = sup__clock_now(child->processes->clock);
        sup__signal(child, child->stop_signal);
    }
}

static void abort_child(void *context, struct sup_attempt id, void *work)
{
    struct sup__child *child = sup__child_of(context, id);
    (void)work;
    if (child != NULL && sup__lives(child)) {
        child->aborted = true;
        sup__signal(child, SIGKILL);
    }
}

struct sup_executor sup_processes_executor(struct sup_processes *processes)
{
    return (struct sup_executor){
        .start = start, .cancel = cancel, .abort = abort_child, .context = processes};
}
