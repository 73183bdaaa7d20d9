/* The process executor: creation, binding, freeing, looking; see <sup/processes.h>. */
#define _GNU_SOURCE
#include "sup/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "processes_internal.h"
#include "sup/assert.h"
#include "sup/error.h"

/* ---- creation ---- */

static const struct sup_processes_config defaults = {.children_max = 4096, .output_bytes = 4096};

void sup_processes_config_default_sized(struct sup_processes_config *ret_config, size_t size)
{
    const struct sup_stretch whole = {size, sizeof(defaults)};
    sup_face_give(ret_config, &defaults, &whole, 1);
}

/* With SIGCHLD ignored the kernel reaps children by itself: exits would be lost. */
static bool children_are_kept(void)
{
    struct sigaction action;
    return sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler != SIG_IGN &&
           (action.sa_flags & SA_NOCLDWAIT) == 0;
}

static int open_cgroup(struct sup_processes *processes, const char *path)
{
    processes->cgroup_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (processes->cgroup_fd < 0) {
        return SUP_EINVAL;
    }
    int error = sup__cgroup_survey(processes);
    if (error != SUP_OK) {
        sup__cgroup_forget(processes);
        close(processes->cgroup_fd);
    }
    return error;
}

static int create(const struct sup_processes_config *config, size_t spec_size,
                  struct sup_processes **ret_processes)
{
    if (config->children_max == 0 || !children_are_kept()) {
        return SUP_EINVAL;
    }
    struct sup_processes *processes = calloc(1, sizeof(*processes));
    if (processes == NULL) {
        return SUP_ENOMEM;
    }
    processes->config = *config;
    processes->spec_size = spec_size;
    processes->config.cgroup = NULL;
    processes->epoll_fd = processes->cgroup_fd = -1;
    processes->sigchld = (struct sup__watch){processes, NULL, SUP__WATCH_SIGCHLD, -1};
    processes->timer = (struct sup__watch){processes, NULL, SUP__WATCH_TIMER, -1};
    processes->armed.ns = SUP_NEVER_NS;
    for (int i = 0; i < SUP__LOWS; i++) {
        processes->low[i] = -1;
    }
    if (getrandom(&processes->salt, sizeof(processes->salt), GRND_NONBLOCK) < 0) {
        processes->salt = (uint64_t)getpid();
    }
    int error = config->cgroup != NULL ? open_cgroup(processes, config->cgroup) : SUP_OK;
    if (error != SUP_OK) {
        free(processes);
        return error;
    }
    *ret_processes = processes;
    return SUP_OK;
}

int sup_processes_create_sized(const struct sup_processes_config *config, size_t size,
                               size_t spec_size, struct sup_processes **ret_processes)
{
    const struct sup_stretch whole = {size, sizeof(defaults)};
    struct sup_processes_config own = defaults;
    if (config == NULL || ret_processes == NULL) {
        return SUP_EINVAL;
    }
    return sup_face_take(&own, config, &whole, 1) == 0 ? create(&own, spec_size, ret_processes)
                                                       : SUP_ENEWER;
}

int sup_processes_bind(struct sup_processes *processes, struct sup_host *host)
{
    if (processes == NULL || host == NULL || processes->sup != NULL || processes->epoll_fd >= 0) {
        return SUP_EINVAL;
    }
    processes->buffer = malloc(SUP__READ_BYTES);
    if (processes->buffer == NULL) {
        return SUP_ENOMEM;
    }
    int error = sup__open_stack(processes);
    error = error != SUP_OK ? error : sup__open_low(processes);
    error = error != SUP_OK ? error : sup__open_loop(processes, host);
    if (error != SUP_OK) {
        sup__close_loop(processes);
        sup__close_low(processes);
        sup__close_stack(processes);
        free(processes->buffer);
        processes->buffer = NULL;
        return error;
    }
    processes->clock = sup__host_clock(host);
    processes->sup = sup_host_supervisor(host);
    SUP_ASSERT(processes->epoll_fd >= 0 && processes->low[SUP__LOW_NULL] >= 0);
    return SUP_OK;
}

int sup_processes_free(struct sup_processes *processes)
{
    if (processes == NULL) {
        return SUP_OK;
    }
    if (processes->live > 0) {
        return SUP_EBUSY;
    }
    SUP_ASSERT(processes->leaving == NULL);
    sup__close_loop(processes);
    sup__close_low(processes);
    sup__close_stack(processes);
    if (processes->cgroup_fd >= 0) {
        close(processes->cgroup_fd);
    }
    sup__cgroup_forget(processes);
    while (processes->all != NULL) {
        struct sup__child *child = processes->all;
        processes->all = child->next_all;
        free(child->output);
        free(child);
    }
    for (uint32_t i = 0; i < processes->slot_capacity; i++) {
        free(processes->slots[i].output);
    }
    free(processes->slots);
    free(processes->buffer);
    free(processes);
    return SUP_OK;
}

/* ---- ends that are waited for ---- */

int sup_processes_kill(struct sup_processes *processes, struct sup_duration patience)
{
    struct sup_instant until = sup_instant_add(sup__os_now(), patience);
    processes->silent = true;
    for (struct sup__child *child = processes->all; child != NULL; child = child->next_all) {
        if (sup__lives(child)) {
            sup__signal(child, SIGKILL);
        }
    }
    for (struct sup__child *child = processes->all; child != NULL; child = child->next_all) {
        if (sup__lives(child)) {
            (void)sup__await(child, until);
        }
    }
    return processes->live == 0 ? SUP_OK : SUP_EBUSY;
}

int sup_processes_await(struct sup_processes *processes, struct sup_attempt id,
                        struct sup_duration patience)
{
    struct sup__child *child = sup__child_of(processes, id);
    if (child == NULL || !sup__lives(child) || child->stage == SUP__STAGE_ENDING) {
        return SUP_EUNKNOWN;
    }
    bool over = sup__await(child, sup_instant_add(sup__os_now(), patience));
    return over ? SUP_OK : SUP_ETIMEOUT;
}

/* ---- looking ---- */

static const char *const count_names[] = {
#define SUP__X(id, name) name,
    SUP_PROCESSES_COUNT_LIST(SUP__X)
#undef SUP__X
};

static const char *const access_names[] = {
#define SUP__X(id, name) name,
    SUP_NOTIFY_ACCESS_LIST(SUP__X)
#undef SUP__X
};

const char *sup_processes_count_name(enum sup_processes_count what)
{
    return (uint32_t)what < SUP_PROCESSES_COUNTS ? count_names[what] : "?";
}

const char *sup_notify_access_name(enum sup_notify_access access)
{
    size_t count = sizeof(access_names) / sizeof(access_names[0]);
    return (size_t)access < count ? access_names[access] : "?";
}

uint64_t sup_processes_count(const struct sup_processes *processes, enum sup_processes_count what)
{
    return (uint32_t)what < SUP_PROCESSES_COUNTS ? processes->counts[what] : 0;
}

void sup__count(struct sup__child *child, enum sup_processes_count what, const char *text)
{
    struct sup_processes *processes = child->processes;
    uint32_t bit = UINT32_C(1) << what;
    SUP_ASSERT(what < SUP_PROCESSES_COUNTS);
    processes->counts[what]++;
    if (processes->config.notice != NULL && (child->noticed & bit) == 0) {
        child->noticed |= bit;
        processes->config.notice(processes->config.notice_context, child->id, what, text);
    }
}

uint32_t sup_processes_live(const struct sup_processes *processes)
{
    return processes->live;
}

uint64_t sup_processes_orphans(const struct sup_processes *processes)
{
    return processes->counts[SUP_PROCESSES_ORPHANS];
}

int sup_processes_pid(const struct sup_processes *processes, struct sup_attempt id)
{
    const struct sup__child *child = sup__child_of(processes, id);
    bool there = child != NULL && sup__lives(child) && !child->reaped;
    return there ? child->pid : -1;
}

/* The newest `size` bytes of a ring of `room`, oldest first. */
static size_t copy_ring(const char *ring, uint64_t total, uint64_t room, char *buffer, size_t size)
{
    uint64_t length = total < room ? total : room;
    length = length < size ? length : size;
    if (ring == NULL || length == 0) {
        return 0;
    }
    uint64_t from = (total - length) % room;
    uint64_t first = room - from < length ? room - from : length;
    memcpy(buffer, ring + from, (size_t)first);
    memcpy(buffer + first, ring, (size_t)(length - first));
    return (size_t)length;
}

size_t sup_processes_output(const struct sup_processes *processes, struct sup_attempt id,
                            char *buffer, size_t size)
{
    uint64_t room = processes->config.output_bytes;
    const struct sup__child *child = sup__child_of(processes, id);
    if (child != NULL) {
        return copy_ring(child->output, child->output_total, room, buffer, size);
    }
    const struct sup__slot *slot =
        id.slot < processes->slot_capacity ? &processes->slots[id.slot] : NULL;
    if (slot == NULL || slot->kept.generation != id.generation ||
        slot->kept.attempt != id.attempt) {
        return 0;
    }
    return copy_ring(slot->output, slot->output_total, room, buffer, size);
}
