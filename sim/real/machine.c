/* Measures how late the machine is. */
#define _GNU_SOURCE
#include "machine.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sup/assert.h"
#include "delays.h"

/* Between two looks; more when a look costs much, so that it stays a small part. */
#define PERIOD_NS UINT64_C(5000000)
#define PART_OF_TIME 25u
/* A wake-up that is so late is as it should be. */
#define PROMPT_NS UINT64_C(1000000)
#define LOOKS_MAX (1u << 17)
#define PATH_BYTES 64u
#define CHILDREN_BYTES 4096u

struct sim__machine {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t told;
    bool running;
    bool stopping; /* guarded by the mutex */
    long loop;     /* the task whose children are looked at */
    long self;
    struct sim__delays delays;
    struct sup_instant since; /* it is watched: who is late to begin with is late, too */
    uint64_t waited_ns;
    struct sim__look *looks;
    uint32_t count;
    uint32_t room;
};

struct sup_instant sim__machine_now(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_MONOTONIC, &now);
    SUP_ASSERT(failed == 0);
    return (struct sup_instant){(uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec};
}

/* What this thread has had of a processor. */
static struct sup_duration own_cpu(void)
{
    struct timespec used;
    int failed = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    SUP_ASSERT(failed == 0);
    return SUP_NS((uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec);
}

/* ---- tasks ---- */

static void look_at_threads(struct sim__machine *machine, struct sup_instant at)
{
    char path[PATH_BYTES];
    DIR *folder = opendir("/proc/self/task");
    if (folder == NULL) {
        return;
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        long id = strtol(entry->d_name, NULL, 10);
        if (id > 0 && id != machine->self) {
            (void)snprintf(path, sizeof(path), "/proc/self/task/%ld", id);
            machine->waited_ns += sim__delays_look(&machine->delays, id, path, at).ns;
        }
    }
    closedir(folder);
}

static void look_at_children(struct sim__machine *machine, struct sup_instant at)
{
    char path[PATH_BYTES];
    char text[CHILDREN_BYTES];
    (void)snprintf(path, sizeof(path), "/proc/self/task/%ld/children", machine->loop);
    (void)sim__delays_read(path, text, sizeof(text));
    char *rest = text;
    for (long id; (id = strtol(rest, &rest, 10)) > 0;) {
        (void)snprintf(path, sizeof(path), "/proc/%ld", id);
        machine->waited_ns += sim__delays_look(&machine->delays, id, path, at).ns;
    }
}

static void look_at_tasks(struct sim__machine *machine, struct sup_instant at)
{
    sim__delays_begin(&machine->delays);
    look_at_threads(machine, at);
    look_at_children(machine, at);
    sim__delays_end(&machine->delays);
}

/* ---- looks ---- */

/* Without memory for more, the last look stands for all that follow. */
static void keep(struct sim__machine *machine, struct sup_instant at, struct sup_instant done)
{
    if (machine->count == machine->room && machine->room < LOOKS_MAX) {
        uint32_t room = machine->room * 2;
        struct sim__look *grown = realloc(machine->looks, room * sizeof(*grown));
        if (grown != NULL) {
            machine->looks = grown;
            machine->room = room;
        }
    }
    if (machine->count < machine->room) {
        machine->count++;
    }
    machine->looks[machine->count - 1] =
        (struct sim__look){.at_ns = at.ns, .waited_ns = machine->waited_ns, .done_ns = done.ns};
}

static void add_waited(struct sim__machine *machine, struct sup_duration length)
{
    machine->waited_ns += length.ns > PROMPT_NS ? length.ns : 0;
}

/* What a look takes and is not computed in was waited, too: where everything stands still
 * for a while, that while may begin in the middle of a look. Returns when the next is due. */
static struct sup_instant look(struct sim__machine *machine, struct sup_instant due)
{
    struct sup_instant at = sim__machine_now();
    struct sup_duration cpu = own_cpu();
    add_waited(machine, sup_instant_since(at, due));
    look_at_tasks(machine, at);
    cpu.ns = own_cpu().ns - cpu.ns;
    struct sup_instant done = sim__machine_now();
    struct sup_duration taken = sup_instant_since(done, at);
    add_waited(machine, SUP_NS(taken.ns > cpu.ns ? taken.ns - cpu.ns : 0));
    keep(machine, at, done);
    /* By the processor, not by the clock: on a loaded machine a look takes long because
     * it waits, and that is when the next one must not be far. */
    uint64_t rest_ns = cpu.ns * PART_OF_TIME;
    return sup_instant_add(done, SUP_NS(rest_ns > PERIOD_NS ? rest_ns : PERIOD_NS));
}

/* Waits until then, or until it is told to stop; false then. */
static bool wait_until(struct sim__machine *machine, struct sup_instant at)
{
    struct timespec until = {(time_t)(at.ns / 1000000000u), (long)(at.ns % 1000000000u)};
    int error = pthread_mutex_lock(&machine->mutex);
    SUP_ASSERT(error == 0);
    error = 0;
    while (!machine->stopping && error != ETIMEDOUT) {
        error = pthread_cond_timedwait(&machine->told, &machine->mutex, &until);
    }
    bool go_on = !machine->stopping;
    error = pthread_mutex_unlock(&machine->mutex);
    SUP_ASSERT(error == 0);
    return go_on;
}

static void *watch(void *context)
{
    struct sim__machine *machine = context;
    machine->self = gettid();
    struct sup_instant due = machine->since;
    do {
        due = look(machine, due);
    } while (wait_until(machine, due));
    (void)look(machine, sim__machine_now());
    return NULL;
}

/* ---- from the outside ---- */

static struct sim__machine *create(uint32_t room)
{
    struct sim__machine *machine = calloc(1, sizeof(*machine));
    if (machine == NULL) {
        return NULL;
    }
    machine->looks = calloc(room, sizeof(*machine->looks));
    machine->room = room;
    if (machine->looks == NULL) {
        free(machine);
        return NULL;
    }
    return machine;
}

static int start(struct sim__machine *machine)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return SUP_ENOMEM;
    }
    int failed = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    failed = failed != 0 ? failed : pthread_cond_init(&machine->told, &attributes);
    pthread_condattr_destroy(&attributes);
    if (failed != 0) {
        return SUP_ENOMEM;
    }
    if (pthread_mutex_init(&machine->mutex, NULL) != 0) {
        pthread_cond_destroy(&machine->told);
        return SUP_ENOMEM;
    }
    /* Signals are for the others. */
    sigset_t all, before;
    sigfillset(&all);
    int unmasked = pthread_sigmask(SIG_SETMASK, &all, &before);
    int refused = pthread_create(&machine->thread, NULL, watch, machine);
    if (unmasked == 0) {
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    if (refused != 0) {
        pthread_mutex_destroy(&machine->mutex);
        pthread_cond_destroy(&machine->told);
        return SUP_ELIMIT;
    }
    machine->running = true;
    return SUP_OK;
}

int sim__machine_watch(struct sim__machine **ret_machine)
{
    struct sim__machine *machine = create(1024);
    if (machine == NULL) {
        return SUP_ENOMEM;
    }
    machine->loop = gettid();
    /* What was waited before is not of this run. */
    look_at_tasks(machine, sim__machine_now());
    machine->waited_ns = 0;
    machine->since = sim__machine_now();
    keep(machine, machine->since, machine->since);
    int error = start(machine);
    if (error != SUP_OK) {
        sim__machine_free(machine);
        return error;
    }
    *ret_machine = machine;
    return SUP_OK;
}

void sim__machine_stop(struct sim__machine *machine)
{
    if (!machine->running) {
        return;
    }
    int error = pthread_mutex_lock(&machine->mutex);
    SUP_ASSERT(error == 0);
    machine->stopping = true;
    pthread_cond_signal(&machine->told);
    error = pthread_mutex_unlock(&machine->mutex);
    SUP_ASSERT(error == 0);
    error = pthread_join(machine->thread, NULL);
    SUP_ASSERT(error == 0);
    pthread_mutex_destroy(&machine->mutex);
    pthread_cond_destroy(&machine->told);
    machine->running = false;
}

void sim__machine_free(struct sim__machine *machine)
{
    if (machine != NULL) {
        sim__machine_stop(machine);
        free(machine->looks);
        free(machine);
    }
}

int sim__machine_of(const struct sim__look *looks, uint32_t count,
                    struct sim__machine **ret_machine)
{
    SUP_ASSERT(count > 0);
    struct sim__machine *machine = create(count);
    if (machine == NULL) {
        return SUP_ENOMEM;
    }
    memcpy(machine->looks, looks, count * sizeof(*looks));
    for (uint32_t i = 0; i < count; i++) {
        struct sim__look *look = &machine->looks[i];
        look->done_ns = look->done_ns > look->at_ns ? look->done_ns : look->at_ns;
    }
    machine->count = count;
    *ret_machine = machine;
    return SUP_OK;
}

/* ---- what was seen ---- */

const struct sim__look *sim__machine_looks(const struct sim__machine *machine, uint32_t *ret_count)
{
    SUP_ASSERT(!machine->running);
    *ret_count = machine->count;
    return machine->looks;
}

/* The last look that was over by `at`, or the first of all. */
static uint32_t last_before(const struct sim__machine *machine, struct sup_instant at)
{
    uint32_t low = 0, high = machine->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (machine->looks[middle].done_ns <= at.ns) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The first look that had not begun before `at`, or the last of all. */
static uint32_t first_after(const struct sim__machine *machine, struct sup_instant at)
{
    uint32_t index = last_before(machine, at);
    while (machine->looks[index].at_ns < at.ns && index + 1 < machine->count) {
        index++;
    }
    return index;
}

struct sup_duration sim__machine_waited(const struct sim__machine *machine, struct sup_instant from,
                                        struct sup_instant to)
{
    SUP_ASSERT(!machine->running && machine->count > 0);
    uint64_t first = machine->looks[last_before(machine, from)].waited_ns;
    uint64_t last = machine->looks[first_after(machine, to)].waited_ns;
    return SUP_NS(last > first ? last - first : 0);
}

struct sup_duration sim__machine_burst(const struct sim__machine *machine, struct sup_instant from,
                                       struct sup_instant to, struct sup_duration length)
{
    SUP_ASSERT(!machine->running && machine->count > 0);
    uint32_t first = last_before(machine, from);
    uint32_t last = first_after(machine, to);
    uint64_t most = 0;
    for (uint32_t i = first, k = first; k <= last; k++) {
        /* What lies between two looks belongs together, however long it was. */
        while (i + 1 < k && machine->looks[i].at_ns + length.ns < machine->looks[k].at_ns) {
            i++;
        }
        uint64_t waited = machine->looks[k].waited_ns - machine->looks[i].waited_ns;
        most = waited > most ? waited : most;
    }
    return SUP_NS(most);
}
