/* The process executor: attempts as child processes.
 *
 * A service's `work` is a struct sup_process_spec. A child is made by
 * posix_spawn in a process group of its own and watched through a pidfd in the
 * host's loop, so there is no signal handler, no missed exit, and no confusion
 * when the kernel reuses a pid. Cancel is SIGTERM (or the spec's signal) to the
 * process group, abort is SIGKILL to it. A spawn that fails (EAGAIN, ENOENT …)
 * is a refused attempt.
 *
 * Exit code 0 is a clean end, another code a failure with that code, death by a
 * signal a crash with its number.
 *
 * Readiness and heartbeats come over the sd_notify protocol when `notify` is set
 * (NOTIFY_SOCKET: READY=1, WATCHDOG=1, STOPPING=1, EXTEND_TIMEOUT_USEC=…), and
 * over a pipe at descriptor 3 when `ready_pipe` is (NOTIFY_FD: a line "ready",
 * "not-ready" or "beat" each; any other newline counts as "ready").
 */
#ifndef SUP_PROCESSES_H
#define SUP_PROCESSES_H

#include <stdbool.h>
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
    const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *envp; /* NULL: the supervisor's */
    const char *directory;   /* NULL: the supervisor's */
    int stop_signal;         /* 0: SIGTERM */
    enum sup_output output;  /* of stdout and stderr */
    bool notify;             /* offers NOTIFY_SOCKET */
    bool ready_pipe;         /* offers NOTIFY_FD */
    bool leave_group;        /* stay in the supervisor's process group */
};

struct sup_processes_config {
    uint32_t children_max; /* 4096 live at a time */
    bool subreaper;        /* adopts and reaps orphans of its children */
    uint32_t output_bytes; /* 4096 kept of each live child */
    /* NULL, or given what a child with SUP_OUTPUT_KEEP writes; loop's thread. */
    void (*output)(void *context, struct sup_attempt id, const char *bytes, size_t length);
    void *output_context;
};

void sup_processes_config_default(struct sup_processes_config *ret_config);
int sup_processes_create(const struct sup_processes_config *config,
                         struct sup_processes **ret_processes) SUP_WARN_UNUSED;
/* SUP_EBUSY when children live; they can be killed by draining first. */
int sup_processes_free(struct sup_processes *processes);

struct sup_executor sup_processes_executor(struct sup_processes *processes);
int sup_processes_bind(struct sup_processes *processes, struct sup_host *host);

uint32_t sup_processes_live(const struct sup_processes *processes);
/* The pid of a live attempt, or -1. */
int sup_processes_pid(const struct sup_processes *processes, struct sup_attempt id);

#endif
