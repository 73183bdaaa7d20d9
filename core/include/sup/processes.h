/* The process executor: attempts as child processes.
 *
 * A service's `work` is a struct sup_process_spec. A child is made without copying the
 * supervisor's memory (as posix_spawn does), in a process group of its own, and watched
 * through a pidfd in the host's loop, so there is no signal handler, no missed exit, and
 * no confusion when the kernel reuses a pid. Cancel is SIGTERM (or the signal that the
 * policy's rules or the spec name) to the process group, abort is SIGKILL to it. A spawn that
 * fails (EAGAIN, ENOENT …) is a refused attempt, and its error says what was to be started
 * and why it could not be.
 *
 * An attempt is over when nothing of it is left: when the child has ended, whatever it
 * left behind in its process group is killed, and the end is reported when the last of
 * that has gone. Two attempts of a service never overlap. The wait is bounded by the
 * policy's stop_abort_wait, and 100 ms at least; what then remains (a process of another
 * user, say) makes the attempt a failure whose error names how many there are and their
 * pids. With `cgroup` that holds for every process that the child made, new sessions
 * included.
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
 * "message TEXT" is handed to the embedder. A datagram is believed when the kernel
 * says that it comes from the child itself, or from whom `notify_access` allows; the
 * pipe is believed, since only who was given it holds it.
 *
 * A child is killed when the supervisor dies, however that dies, unless its `lifetime`
 * says otherwise. It starts with no signal ignored, none blocked but those asked for,
 * standard input from /dev/null, and no descriptor but those named here. Its environment
 * tells SUP_SERVICE, SUP_GENERATION and SUP_ATTEMPT. The program must not ignore SIGCHLD,
 * and nobody else may wait for the executor's children.
 */
#ifndef SUP_PROCESSES_H
#define SUP_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/executor.h"
#include "sup/host.h"

SUP_BEGIN_DECLS

struct sup_processes;

enum sup_output {
    SUP_OUTPUT_INHERIT, /* the supervisor's own */
    SUP_OUTPUT_NULL,
    SUP_OUTPUT_KEEP, /* the last output_bytes of it, and handed to `output` */
};

/* Whose datagrams are believed; the words of systemd's NotifyAccess=. */
/* clang-format off */
#define SUP_NOTIFY_ACCESS_LIST(X)                                              \
    X(MAIN, "main")   /* the child itself */                                   \
    X(GROUP, "group") /* whoever is in its process group or control group, */  \
                      /* as a helper is that a shell starts */                 \
    X(ALL, "all")     /* any process of the supervisor's user, or of root */
/* clang-format on */
enum sup_notify_access {
#define SUP__X(id, name) SUP_NOTIFY_##id,
    SUP_NOTIFY_ACCESS_LIST(SUP__X)
#undef SUP__X
};

enum sup_lifetime {
    /* The kernel kills the child (PR_SET_PDEATHSIG, SIGKILL) when the *thread* that
     * started it ends: the thread that turns the host's loop, or that spawned the
     * service before the loop ran. Let that thread live as long as the host. It is
     * the child alone that is killed, and only while it has the supervisor's identity:
     * a program that is set-user-ID, or has capabilities of its own, is let go. */
    SUP_LIFETIME_SUPERVISOR,
    SUP_LIFETIME_OWN, /* lives on, as an orphan */
};

#define SUP_EXTEND_MAX_DEFAULT SUP_SEC(600)

/* Grows: start from {.argv = …}, the rest 0; its size is told when the executor is
 * created, so what makes specs and what creates their executor are compiled with the
 * same headers. */
struct sup_process_spec {
    const char *const *argv;      /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *envp;      /* NULL: the supervisor's */
    const char *directory;        /* NULL: the supervisor's */
    int stop_signal;              /* 0: SIGTERM; that of the policy's rules comes before it */
    enum sup_output output;       /* of stdout and stderr */
    bool notify;                  /* offers NOTIFY_SOCKET */
    bool ready_pipe;              /* offers NOTIFY_FD */
    bool leave_group;             /* stay in the supervisor's process group */
    struct sup_duration watchdog; /* told as WATCHDOG_USEC with `notify`; 0: none */
    /* Signals that it starts with blocked, bit n - 1 for signal n, for a program that
     * takes them when it is prepared: none ends it before that. Usually 0. */
    uint64_t blocked;
    enum sup_notify_access notify_access; /* main */
    enum sup_lifetime lifetime;           /* the supervisor's */
    /* How far EXTEND_TIMEOUT_USEC may move a deadline in all: readiness is due no later
     * than so long after the start, the end no later than so long after the cancel,
     * the next beat no later than so long from now. 0: SUP_EXTEND_MAX_DEFAULT;
     * SUP_DURATION_NEVER: as far as the child likes. */
    struct sup_duration extend_max;
};

/* What an executor counts. */
/* clang-format off */
#define SUP_PROCESSES_COUNT_LIST(X)                                            \
    X(ORPHANS, "orphans")                   /* reaped by `subreaper` */        \
    X(MESSAGES_REFUSED, "messages-refused") /* of who may not speak */         \
    X(MESSAGES_CUT, "messages-cut")         /* longer than 4096 bytes */       \
    X(EXTENSIONS_CAPPED, "extensions-capped")                                  \
    X(LEFT_BEHIND, "left-behind")           /* attempts that left something */
/* clang-format on */
enum sup_processes_count {
#define SUP__X(id, name) SUP_PROCESSES_##id,
    SUP_PROCESSES_COUNT_LIST(SUP__X)
#undef SUP__X
        SUP_PROCESSES_COUNTS
};

/* Grows: start from sup_processes_config_default. */
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
    /* NULL, or a directory of cgroup2 that has been delegated to the program and is
     * this executor's alone: each attempt gets a control group in it, named
     * SERVICE.GENERATION.ATTEMPT, which is killed and awaited at its end. What a
     * supervisor that was killed left there, of whichever attempt, is killed when its
     * service is started again; until it has gone a start is refused. It is looked for
     * once, by sup_processes_create. */
    const char *cgroup;
    /* NULL, or told of what is counted, once an attempt for each kind (orphans are no
     * attempt's, and not told); loop's thread. The text is valid during the call. */
    void (*notice)(void *context, struct sup_attempt id, enum sup_processes_count what,
                   const char *text);
    void *notice_context;
};

void sup_processes_config_default_sized(struct sup_processes_config *ret_config, size_t size);
static inline void sup_processes_config_default(struct sup_processes_config *ret_config)
{
    sup_processes_config_default_sized(ret_config, sizeof(*ret_config));
}
/* SUP_EINVAL (no children allowed, SIGCHLD ignored, `cgroup` is no directory that can be
 * read), SUP_ENEWER or SUP_ENOMEM. The texts in the configuration need not outlive the
 * call. */
int sup_processes_create_sized(const struct sup_processes_config *config, size_t size,
                               size_t spec_size,
                               struct sup_processes **ret_processes) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_processes_create(const struct sup_processes_config *config,
                                                       struct sup_processes **ret_processes)
{
    return sup_processes_create_sized(config, sizeof(*config), sizeof(struct sup_process_spec),
                                      ret_processes);
}
/* SUP_EBUSY when something of an attempt lives; it can be ended by draining first. Before or
 * after its host is freed, not while the host's loop turns. NULL is allowed. */
int sup_processes_free(struct sup_processes *processes) SUP_WARN_UNUSED;

struct sup_executor sup_processes_executor(struct sup_processes *processes);
/* Kills every child that lives, and waits until nothing of them is left; nothing of
 * them is reported any more. For a program that goes without draining. SUP_EBUSY when
 * something still lives after `patience` of real time. */
int sup_processes_kill(struct sup_processes *processes,
                       struct sup_duration patience) SUP_WARN_UNUSED;

/* Once, after the host that uses the executor has been created. 0, SUP_EINVAL (bound
 * already), SUP_ENOMEM or SUP_ELIMIT (descriptors). */
int sup_processes_bind(struct sup_processes *processes, struct sup_host *host) SUP_WARN_UNUSED;

/* Attempts of which something is left, abandoned ones too. */
uint32_t sup_processes_live(const struct sup_processes *processes);
/* The pid of the child of a live attempt; -1 when there is none, or it has ended and
 * only what it left behind is still awaited. */
int sup_processes_pid(const struct sup_processes *processes, struct sup_attempt id) SUP_WARN_UNUSED;
/* The last bytes that a child with SUP_OUTPUT_KEEP wrote, oldest first: at most
 * output_bytes, cut at the front to `size`. Of a live attempt, of one whose end
 * is being reported (a subscriber may ask), and of the last one of a service that kept
 * its output until the end of its next; returns how many, 0 for any other. */
size_t sup_processes_output(const struct sup_processes *processes, struct sup_attempt id,
                            char *buffer, size_t size);
/* Waits until a live attempt has ended with all it left, and reports it; nothing else
 * is handled meanwhile, and nothing is waited for that has not been told to end. On the loop's
 * thread, outside of the supervisor's calls. SUP_EUNKNOWN when it is not alive,
 * SUP_ETIMEOUT after `patience` of real time. */
int sup_processes_await(struct sup_processes *processes, struct sup_attempt id,
                        struct sup_duration patience) SUP_WARN_UNUSED;
/* One of the counts, since the executor was created, and its name; 0 and "?" for one
 * that does not exist. */
uint64_t sup_processes_count(const struct sup_processes *processes, enum sup_processes_count what);
const char *sup_processes_count_name(enum sup_processes_count what);
const char *sup_notify_access_name(enum sup_notify_access access);
/* sup_processes_count(processes, SUP_PROCESSES_ORPHANS). */
uint64_t sup_processes_orphans(const struct sup_processes *processes);

SUP_END_DECLS

#endif
