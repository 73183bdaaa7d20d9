/* The process executor: its children, its part of the loop; see <sup/processes.h>.
 *
 * All descriptors of all children are in one epoll instance of the executor's own,
 * which the host's loop watches. So a turn's batch of events is the executor's to
 * order, and a child that ends in it is put aside until the batch is over.
 */
#define _GNU_SOURCE
#include "sup/processes.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "processes_internal.h"
#include "sup/assert.h"
#include "sup/error.h"

#define EVENTS_A_TURN 64

/* ---- descriptors ---- */

int sup__watch(struct sup_processes *processes, struct sup__watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    return epoll_ctl(processes->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) == 0 ? 0 : errno;
}

/* Taken out of the epoll first: a copy of the descriptor that lives on in another
 * process would keep it there. */
void sup__close(struct sup__watch *watch)
{
    if (watch->fd >= 0) {
        struct epoll_event event = {0};
        epoll_ctl(watch->child->processes->epoll_fd, EPOLL_CTL_DEL, watch->fd, &event);
        close(watch->fd);
        watch->fd = -1;
    }
}

/* ---- the loop ---- */

static void drain_signals(const struct sup__watch *watch)
{
    struct signalfd_siginfo info;
    while (read(watch->fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
    }
}

static void handle(struct sup_processes *processes, struct sup__watch *watch)
{
    if (watch->child == NULL) {
        drain_signals(watch);
        sup__sweep(processes);
        return;
    }
    switch (watch->kind) {
    case SUP__WATCH_EXIT:
        (void)sup__finish(watch->child);
        break;
    case SUP__WATCH_LINES:
        sup__read_lines(watch->child);
        break;
    case SUP__WATCH_SOCKET:
        sup__read_socket(watch->child);
        break;
    case SUP__WATCH_OUTPUT:
        sup__read_output(watch->child);
        break;
    case SUP__WATCHES:
        break;
    }
}

static void recycle(struct sup_processes *processes)
{
    while (processes->ended != NULL) {
        struct sup__child *child = processes->ended;
        processes->ended = child->next;
        child->next = processes->free;
        processes->free = child;
    }
}

static void turn(void *context, uint32_t events)
{
    struct sup_processes *processes = context;
    struct epoll_event batch[EVENTS_A_TURN];
    (void)events;
    int count = epoll_wait(processes->epoll_fd, batch, EVENTS_A_TURN, 0);
    for (int i = 0; i < count; i++) {
        struct sup__watch *watch = batch[i].data.ptr;
        if (watch->fd >= 0) {
            handle(processes, watch);
        }
    }
    recycle(processes);
}

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

static void reset_child(struct sup__child *child, const struct sup_start *start)
{
    const struct sup_process_spec *spec = start->work;
    child->id = start->id;
    child->pid = 0;
    child->reaped = false;
    child->stop_signal = spec->stop_signal != 0 ? spec->stop_signal : SIGTERM;
    child->leave_group = spec->leave_group;
    child->cancelled = child->aborted = child->done = child->has_error = false;
    child->line_length = 0;
    child->output_total = 0;
    for (uint32_t i = 0; i < SUP__WATCHES; i++) {
        child->watches[i] = (struct sup__watch){child, (enum sup__watch_kind)i, -1};
    }
}

static int reserve_slot(struct sup_processes *processes, uint32_t slot)
{
    if (slot < processes->slot_capacity) {
        return SUP_OK;
    }
    uint32_t capacity = slot < 64 ? 128 : slot * 2;
    struct sup__child **grown = realloc(processes->by_slot, capacity * sizeof(struct sup__child *));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = processes->slot_capacity; i < capacity; i++) {
        grown[i] = NULL;
    }
    processes->by_slot = grown;
    processes->slot_capacity = capacity;
    return SUP_OK;
}

static struct sup__child *find(const struct sup_processes *processes, struct sup_attempt id)
{
    struct sup__child *child =
        id.slot < processes->slot_capacity ? processes->by_slot[id.slot] : NULL;
    bool same =
        child != NULL && child->id.generation == id.generation && child->id.attempt == id.attempt;
    return same ? child : NULL;
}

void sup__retire(struct sup__child *child)
{
    struct sup_processes *processes = child->processes;
    if (processes->by_slot[child->id.slot] == child) {
        processes->by_slot[child->id.slot] = NULL;
    }
    child->next = processes->ended;
    processes->ended = child;
}

/* ---- the supervisor's side ---- */

/* Texts that say what to do; the rest are the system's own. */
static const char *error_text(int error)
{
    switch (error) {
    case EAGAIN:
        return "the limit of processes is reached";
    case EMFILE:
    case ENFILE:
        return "the limit of open files is reached";
    case ENOENT:
        return "no such program or directory";
    default: {
        const char *text = strerrordesc_np(error);
        return text != NULL ? text : "unknown error";
    }
    }
}

static void put(char *to, size_t size, const char *text)
{
    size_t have = strlen(to);
    size_t length = strlen(text);
    length = length < size - have ? length : size - have - 1;
    memcpy(to + have, text, length);
    to[have + length] = '\0';
}

/* The program's name comes last, since it may be long and is then cut. */
static const char *refusal(struct sup_processes *processes, const char *text, int error,
                           const char *program)
{
    char *to = processes->error;
    const char *name = error != 0 ? strerrorname_np(error) : NULL;
    to[0] = '\0';
    put(to, sizeof(processes->error), text);
    if (name != NULL) {
        put(to, sizeof(processes->error), " (");
        put(to, sizeof(processes->error), name);
        put(to, sizeof(processes->error), ")");
    }
    if (program != NULL) {
        put(to, sizeof(processes->error), ": ");
        put(to, sizeof(processes->error), program);
    }
    return to;
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct sup_processes *processes = context;
    const struct sup_process_spec *spec = start->work;
    if (processes->sup == NULL || spec == NULL || spec->argv == NULL || spec->argv[0] == NULL) {
        *ret_error = "the service has no program";
        return SUP_EINVAL;
    }
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
    int error = sup__spawn(processes, child, start);
    if (error != 0) {
        /* Not by sup__retire: no event of this turn can be of a child so young. */
        child->next = processes->free;
        processes->free = child;
        *ret_error = refusal(processes, error_text(error), error, spec->argv[0]);
        return SUP_EREFUSED;
    }
    processes->live++;
    processes->by_slot[start->id.slot] = child;
    return SUP_OK;
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    struct sup__child *child = find(context, id);
    (void)work;
    if (child != NULL && sup__lives(child)) {
        child->cancelled = true;
        sup__signal(child, child->stop_signal);
    }
}

static void abort_child(void *context, struct sup_attempt id, void *work)
{
    struct sup__child *child = find(context, id);
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

/* ---- creation ---- */

void sup_processes_config_default(struct sup_processes_config *ret_config)
{
    *ret_config = (struct sup_processes_config){.children_max = 4096, .output_bytes = 4096};
}

/* With SIGCHLD ignored the kernel reaps children by itself: exits would be lost. */
static bool children_are_kept(void)
{
    struct sigaction action;
    return sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler != SIG_IGN &&
           (action.sa_flags & SA_NOCLDWAIT) == 0;
}

int sup_processes_create(const struct sup_processes_config *config,
                         struct sup_processes **ret_processes)
{
    if (config == NULL || ret_processes == NULL || config->children_max == 0 ||
        !children_are_kept()) {
        return SUP_EINVAL;
    }
    struct sup_processes *processes = calloc(1, sizeof(*processes));
    if (processes == NULL) {
        return SUP_ENOMEM;
    }
    processes->config = *config;
    processes->epoll_fd = -1;
    processes->orphan_watch.fd = -1;
    if (getrandom(&processes->salt, sizeof(processes->salt), GRND_NONBLOCK) < 0) {
        processes->salt = (uint64_t)getpid();
    }
    *ret_processes = processes;
    return SUP_OK;
}

static int adopt_orphans(struct sup_processes *processes)
{
    int was = 0;
    sigset_t mask;
    sigset_t before;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    if (prctl(PR_GET_CHILD_SUBREAPER, &was) != 0) {
        return SUP_EINVAL;
    }
    processes->was_subreaper = was != 0;
    processes->orphan_watch.fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (processes->orphan_watch.fd < 0) {
        return SUP_ELIMIT;
    }
    if (sup__watch(processes, &processes->orphan_watch, EPOLLIN) != 0) {
        return SUP_ENOMEM;
    }
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || pthread_sigmask(SIG_BLOCK, &mask, &before) != 0) {
        return SUP_EINVAL;
    }
    processes->unblock_sigchld = sigismember(&before, SIGCHLD) == 0;
    return SUP_OK;
}

int sup_processes_bind(struct sup_processes *processes, struct sup_host *host)
{
    SUP_ASSERT(processes->sup == NULL);
    processes->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (processes->epoll_fd < 0) {
        return SUP_ELIMIT;
    }
    processes->source = (struct sup_host_source){turn, processes};
    int error = processes->config.subreaper ? adopt_orphans(processes) : SUP_OK;
    if (error == SUP_OK) {
        error = sup_host_watch(host, processes->epoll_fd, EPOLLIN, &processes->source);
    }
    if (error == SUP_OK) {
        processes->clock = sup__host_clock(host);
        processes->sup = sup_host_supervisor(host);
    }
    return error;
}

static void leave_orphans(const struct sup_processes *processes)
{
    if (processes->orphan_watch.fd < 0) {
        return;
    }
    close(processes->orphan_watch.fd);
    if (!processes->was_subreaper) {
        prctl(PR_SET_CHILD_SUBREAPER, 0);
    }
    if (processes->unblock_sigchld) {
        sigset_t mask;
        sigemptyset(&mask);
        sigaddset(&mask, SIGCHLD);
        pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
    }
}

int sup_processes_kill(struct sup_processes *processes, struct sup_duration patience)
{
    struct sup_instant now = {sup__os_now()};
    uint64_t until = sup_instant_add(now, patience).ns;
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
    struct sup__child *child = find(processes, id);
    if (child == NULL || !sup__lives(child)) {
        return SUP_EUNKNOWN;
    }
    struct sup_instant now = {sup__os_now()};
    return sup__await(child, sup_instant_add(now, patience).ns) ? SUP_OK : SUP_ETIMEOUT;
}

int sup_processes_free(struct sup_processes *processes)
{
    if (processes == NULL) {
        return SUP_OK;
    }
    if (processes->live > 0) {
        return SUP_EBUSY;
    }
    leave_orphans(processes);
    if (processes->epoll_fd >= 0) {
        close(processes->epoll_fd); /* which takes it out of the host's loop */
    }
    while (processes->all != NULL) {
        struct sup__child *child = processes->all;
        processes->all = child->next_all;
        free(child->output);
        free(child);
    }
    free(processes->by_slot);
    free(processes);
    return SUP_OK;
}

/* ---- looking ---- */

uint32_t sup_processes_live(const struct sup_processes *processes)
{
    return processes->live;
}

uint64_t sup_processes_orphans(const struct sup_processes *processes)
{
    return processes->orphans;
}

int sup_processes_pid(const struct sup_processes *processes, struct sup_attempt id)
{
    const struct sup__child *child = find(processes, id);
    return child != NULL && sup__lives(child) ? child->pid : -1;
}

size_t sup_processes_output(const struct sup_processes *processes, struct sup_attempt id,
                            char *buffer, size_t size)
{
    const struct sup__child *child = find(processes, id);
    if (child == NULL || child->output == NULL) {
        return 0;
    }
    uint64_t room = processes->config.output_bytes;
    uint64_t length = child->output_total < room ? child->output_total : room;
    length = length < size ? length : size;
    uint64_t from = child->output_total - length;
    for (uint64_t i = 0; i < length; i++) {
        buffer[i] = child->output[(from + i) % room];
    }
    return (size_t)length;
}
