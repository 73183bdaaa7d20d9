/* Fuzzes what children say to the process executor: datagrams of sd_notify,
 * with descriptors or without, and lines over a pipe. The input is messages
 * parted by NULs; the first byte of each says how it goes:
 *
 *   d  a datagram       f  one with three descriptors       l  over the pipe
 *   x  the sender is a stranger from now on                 m  … or the child
 * again t  time passes, until the next deadline                 g, a  who is
 * believed
 *
 * No descriptor leaks, what is too long or a stranger's changes nothing, and
 * who has not said so is not ready.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/os/processes_internal.h"
#include "judge.h"
#include "sup/sup.h"

#define MESSAGE_MAX (SUP__MESSAGE_BYTES + 1024)
#define DESCRIPTORS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Our ends of what the child inherits, and the child as the executor keeps it.
 */
static int socket_in = -1;
static int pipe_in = -1;

struct world {
    struct sup__clock clock;
    struct sup_processes processes;
    struct sup__child child;
    struct sup_instant now;
    bool may_be_ready; /* it has said so at least once */
};

static struct sup_instant read_clock(void *context)
{
    return ((struct world *)context)->now;
}

static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    struct world *world = context;
    (void)ret_error;
    world->child.id = what->id;
    return 0;
}

static void stop(void *context, struct sup_attempt id, void *work)
{
    (void)context, (void)id, (void)work;
}

/* Every text that is handed on is a line of its own. */
static void message(void *context, struct sup_attempt id, const char *text)
{
    (void)context, (void)id;
    JUDGE(strchr(text, '\n') == NULL && strlen(text) < SUP__LINE_BYTES);
}

static void notice(void *context, struct sup_attempt id, enum sup_processes_count what,
                   const char *text)
{
    (void)context, (void)id;
    JUDGE(what < SUP_PROCESSES_COUNTS);
    judge_text(text, strlen(text));
}

static void open_child(struct world *world)
{
    static int socket_out = -1, pipe_out = -1;
    if (socket_in < 0) {
        int pair[2], lines[2], yes = 1;
        JUDGE(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
        JUDGE(setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) == 0);
        JUDGE(pipe2(lines, O_NONBLOCK | O_CLOEXEC) == 0);
        socket_out = pair[0], socket_in = pair[1];
        pipe_out = lines[0], pipe_in = lines[1];
    }
    struct sup__child *child = &world->child;
    world->clock = (struct sup__clock){.speed_billionths = SUP__SPEED_ONE};
    world->processes.clock = &world->clock;
    world->processes.config.message = message;
    world->processes.config.notice = notice;
    child->processes = &world->processes;
    child->stage = SUP__STAGE_RUNNING;
    child->pid = getpid();
    child->extend_max = SUP_SEC(5);
    child->watches[SUP__WATCH_SOCKET].fd = socket_out;
    child->watches[SUP__WATCH_LINES].fd = pipe_out;
}

static void open_supervisor(struct world *world)
{
    struct sup_config config;
    struct sup_policy policy;
    sup_config_default(&config);
    sup_policy_default(&policy);
    config.clock = (struct sup_clock){read_clock, world};
    config.executor = (struct sup_executor){start, stop, stop, stop, world};
    config.alloc = sup_allocator_libc;
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_SEC(60);
    policy.stale_after = SUP_SEC(10);
    const struct sup_spec spec = {.name = "a", .policy = &policy};
    JUDGE(sup_create(&config, &world->processes.sup) == SUP_OK);
    JUDGE(sup_spawn(world->processes.sup, &spec) == SUP_OK);
}

static void send_datagram(const uint8_t *bytes, size_t size, int descriptors)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
    } control = {0};
    struct iovec part = {(void *)(uintptr_t)bytes, size};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptors > 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = sizeof control.bytes;
        struct cmsghdr *first = CMSG_FIRSTHDR(&header);
        *first = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
                                  .cmsg_type = SCM_RIGHTS,
                                  .cmsg_len = CMSG_LEN(DESCRIPTORS * sizeof(int))};
        for (int i = 0; i < DESCRIPTORS; i++) {
            memcpy(CMSG_DATA(first) + (size_t)i * sizeof(int), &pipe_in, sizeof pipe_in);
        }
    }
    JUDGE(sendmsg(socket_in, &header, 0) == (ssize_t)size);
}

static enum sup_phase phase_of(struct world *world)
{
    struct sup_snapshot snapshot;
    JUDGE(sup_snapshot_of(world->processes.sup, "a", &snapshot) == SUP_OK);
    return snapshot.phase;
}

static void say_datagram(struct world *world, const uint8_t *bytes, size_t size, int descriptors)
{
    uint64_t refused = world->processes.counts[SUP_PROCESSES_MESSAGES_REFUSED];
    uint64_t cut = world->processes.counts[SUP_PROCESSES_MESSAGES_CUT];
    enum sup_phase before = phase_of(world);
    send_datagram(bytes, size, descriptors);
    sup__read_socket(&world->child);
    refused = world->processes.counts[SUP_PROCESSES_MESSAGES_REFUSED] - refused;
    cut = world->processes.counts[SUP_PROCESSES_MESSAGES_CUT] - cut;
    bool stranger = world->child.pid != getpid() && world->child.access == SUP_NOTIFY_MAIN;
    JUDGE(!stranger || refused == 1);
    JUDGE(refused > 0 || (cut > 0) == (size > SUP__MESSAGE_BYTES));
    JUDGE(refused + cut <= 1);
    if (refused + cut > 0) {
        JUDGE(phase_of(world) == before);
    } else if (memmem(bytes, size, "READY=1", 7) != NULL) {
        world->may_be_ready = true;
    }
}

static void say_lines(struct world *world, const uint8_t *bytes, size_t size)
{
    JUDGE(write(pipe_in, bytes, size) == (ssize_t)size);
    for (size_t read = 0; read <= size; read += 4096) {
        sup__read_lines(&world->child);
    }
    world->may_be_ready = true;
    judge_text(world->child.has_error ? "" : world->child.error, 0);
    for (const char *c = world->child.error; *c != '\0'; c++) {
        JUDGE((unsigned char)*c >= ' ' && *c != 0x7F);
    }
}

static void pass_time(struct world *world)
{
    struct sup_instant due = sup_deadline(world->processes.sup);
    if (due.ns != SUP_NEVER_NS) {
        world->now = due.ns > world->now.ns ? due : world->now;
        sup_step(world->processes.sup);
    }
}

static void say(struct world *world, const uint8_t *bytes, size_t size)
{
    uint8_t how = bytes[0];
    bytes++, size--;
    switch (how) {
    case 'f':
        say_datagram(world, bytes, size, DESCRIPTORS);
        break;
    case 'l':
        say_lines(world, bytes, size);
        break;
    case 'x':
        world->child.pid = 1;
        break;
    case 'm':
        world->child.pid = getpid();
        break;
    case 'g':
        world->child.access = SUP_NOTIFY_GROUP;
        break;
    case 'a':
        world->child.access = SUP_NOTIFY_ALL;
        break;
    case 't':
        pass_time(world);
        break;
    default:
        say_datagram(world, bytes, size, 0);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    world = (struct world){0};
    open_child(&world);
    uint64_t descriptors = judge_descriptors();
    open_supervisor(&world);
    judge_begin();
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, '\0', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - (data + at));
        if (length > 0) {
            say(&world, data + at, length < MESSAGE_MAX ? length : MESSAGE_MAX);
            sup_check(world.processes.sup);
            JUDGE(world.may_be_ready || phase_of(&world) != SUP_PHASE_RUNNING);
        }
        at += length + 1;
    }
    judge_time(2);
    sup_free(world.processes.sup);
    judge_closed(descriptors);
    return 0;
}
