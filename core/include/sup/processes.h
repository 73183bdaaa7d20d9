/* The process executor: attempts as child processes.
 *
 * A service's `work` is a struct sup_process_spec. A child is made by
 * posix_spawn in a process group of its own and watched through a pidfd in the
 * host's loop, so there is no signal handler, no missed exit, and no confusion
 * when the kernel reuses a pid. Cancel is SIGTERM (or the spec's signal) to the
 * process group, abort is SIGKILL to it. A spawn that fails (EAGAIN, ENOENT …)
 * is a refused attempt, and its error says what was to be started and why it could
 * not be. Whatever a child leaves behind in its process group is killed when the
 * child has ended, before that is reported: two attempts never overlap.
 *
 * Exit code 0 is a clean end, another code a failure with that code, death by a
 * signal a crash with its number; but death by the stop signal after a cancel is
 * a clean end, and by SIGKILL after an abort an abort. The end is reported after
 * everything that the child has written to the descriptors below.
 *
 * Readiness and heartbeats come over the sd_notify protocol when `notify` is set
 * (NOTIFY_SOCKET: READY=1, WATCHDOG=1, STOPPING=1, EXTEND_TIMEOUT_USEC=…), and
 * over a pipe at descriptor 3 when `ready_pipe` is (NOTIFY_FD: a line "ready",
 * "not-ready" or "beat" each; any other newline counts as "ready"). On the pipe a
 * line "done" says that a clean end is the last one of an interval service, a line
 * "error TEXT" what the error of the failure or crash to come is, and a line
 * "message TEXT" is handed to the embedder.
 *
 * A child starts with no signal ignored, none blocked but those asked for, standard
 * input from /dev/null, and no descriptor but those named here. Its environment tells
 * SUP_SERVICE, SUP_GENERATION and SUP_ATTEMPT. The program must not ignore SIGCHLD, and
 * nobody else may wait for the executor's children.
 */
#ifndef SUP_PROCESSES_H
#define SUP_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/executor.h"
#include "sup/host.h"

struct sup_processes;

enum sup_output {
    SUP_OUTPUT_INHERIT, /* the supervisor's own */
    SUP_OUTPUT_NULL,
    SUP_OUTPUT_KEEP, /* the last output_bytes of it, and handed to `output` */
};

struct sup_process_spec {
    const char *const *argv;      /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *envp;      /* NULL: the supervisor's */
    const char *directory;        /* NULL: the supervisor's */
    int stop_signal;              /* 0: SIGTERM */
    enum sup_output output;       /* of stdout and stderr */
    bool notify;                  /* offers NOTIFY_SOCKET */
    bool ready_pipe;              /* offers NOTIFY_FD */
    bool leave_group;             /* stay in the supervisor's process group */
    struct sup_duration watchdog; /* told as WATCHDOG_USEC with `notify`; 0: none */
    /* Signals that it starts with blocked, bit n - 1 for signal n, for a program that
     * takes them when it is prepared: none ends it before that. Usually 0. */
    uint64_t blocked;
};

struct sup_processes_config {
    uint32_t children_max; /* 4096 live at a time */
    /* Adopts the orphans of its children and reaps them. For a program that has no
     * other children: each one that ends and is not the executor's is reaped. Blocks
     * SIGCHLD in the thread that binds; other threads must have blocked it too. */
    bool subreaper;
    uint32_t output_bytes; /* 4096 kept of each live child */
    /* NULL, or given what a child with SUP_OUTPUT_KEEP writes; loop's thread. */
    void (*output)(void *context, struct sup_attempt id, const char *bytes, size_t length);
    void *output_context;
    /* NULL, or given the "message" lines of NOTIFY_FD; loop's thread. May command
     * the supervisor. */
    void (*message)(void *context, struct sup_attempt id, const char *text);
    void *message_context;
};

void sup_processes_config_default(struct sup_processes_config *ret_config);
/* SUP_EINVAL (no children allowed, SIGCHLD ignored) or SUP_ENOMEM. */
int sup_processes_create(const struct sup_processes_config *config,
                         struct sup_processes **ret_processes) SUP_WARN_UNUSED;
/* SUP_EBUSY when children live; they can be killed by draining first. Before or
 * after its host is freed, not while the host's loop turns. NULL is allowed. */
int sup_processes_free(struct sup_processes *processes);

struct sup_executor sup_processes_executor(struct sup_processes *processes);
/* Kills every child that lives and waits until all have ended; nothing of them is
 * reported any more. For a program that goes without draining. SUP_EBUSY when some
 * still live after `patience` of real time. */
int sup_processes_kill(struct sup_processes *processes, struct sup_duration patience);

/* Once, after the host that uses the executor has been created. 0, SUP_EINVAL,
 * SUP_ENOMEM or SUP_ELIMIT (descriptors). */
int sup_processes_bind(struct sup_processes *processes, struct sup_host *host) SUP_WARN_UNUSED;

/* Children that have not been reaped, abandoned ones too. */
uint32_t sup_processes_live(const struct sup_processes *processes);
/* The pid of a live attempt, or -1. */
int sup_processes_pid(const struct sup_processes *processes, struct sup_attempt id);
/* The last bytes that a child with SUP_OUTPUT_KEEP wrote, oldest first: at most
 * output_bytes, cut at the front to `size`. Of a live attempt, or of one whose end
 * is being reported (a subscriber may ask); returns how many, 0 for any other. */
size_t sup_processes_output(const struct sup_processes *processes, struct sup_attempt id,
                            char *buffer, size_t size);
/* Waits until a live attempt has ended, and reports it; nothing else is handled
 * meanwhile, and nothing is waited for that has not been told to end. On the loop's
 * thread, outside of the supervisor's calls. SUP_EUNKNOWN when it is not alive,
 * SUP_ETIMEOUT after `patience` of real time. */
int sup_processes_await(struct sup_processes *processes, struct sup_attempt id,
                        struct sup_duration patience);
/* Orphans reaped so far. */
uint64_t sup_processes_orphans(const struct sup_processes *processes);

#endif
