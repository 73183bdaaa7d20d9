/* What the files of the process executor share: a child and its descriptors.
 *
 *   processes.c         creation, binding, freeing, looking
 *   processes_loop.c    the executor's part of the host's loop
 *   processes_start.c   what the supervisor asks for: start, cancel, abort
 *   processes_spawn.c   making a child: its descriptors and its environment
 *   processes_exec.c    making a child: from clone to exec
 *   processes_end.c     the child has ended
 *   processes_remains.c what it left behind is awaited
 *   processes_cgroup.c  the same by control groups
 *   processes_say.c     what children say: lines and kept output
 *   processes_notify.c  what they say by sd_notify
 *
 * A child's storage is never freed while the executor lives. One that has ended
 * is used again only after the turn of the loop in which it ended, so an event
 * that was fetched before finds its descriptor closed and nothing else.
 */
#ifndef SUP_OS_PROCESSES_INTERNAL_H
#define SUP_OS_PROCESSES_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock.h"
#include "sup/processes.h"
#include "sup/supervisor.h"

#define SUP__LINE_BYTES 160
#define SUP__ERROR_BYTES 192
/* Bytes of one message of sd_notify. */
#define SUP__MESSAGE_BYTES 4096
/* Bytes read from a pipe at a time: what the kernel holds of one. */
#define SUP__READ_BYTES 65536
/* Pids that an error names. */
#define SUP__PIDS_NAMED 6
/* The name of a control group. */
#define SUP__CGROUP_BYTES (SUP_NAME_MAX + 32)

enum sup__watch_kind {
    SUP__WATCH_EXIT,   /* pidfd of the child */
    SUP__WATCH_LINES,  /* NOTIFY_FD */
    SUP__WATCH_SOCKET, /* NOTIFY_SOCKET */
    SUP__WATCH_OUTPUT, /* stdout and stderr */
    SUP__WATCH_MEMBER, /* pidfd of one that the child left behind */
    SUP__WATCH_CGROUP, /* cgroup.events of its control group */
    SUP__WATCHES,
    /* The executor's own. */
    SUP__WATCH_SIGCHLD = SUP__WATCHES,
    SUP__WATCH_TIMER,
};

struct sup__child;

struct sup__watch {
    struct sup_processes *processes;
    struct sup__child *child; /* NULL: the executor's own */
    enum sup__watch_kind kind;
    int fd; /* -1: closed */
};

enum sup__stage {
    SUP__STAGE_NONE,    /* not started, or over */
    SUP__STAGE_RUNNING, /* the child has not been reaped */
    SUP__STAGE_ENDING,  /* likewise: it has ended, and its last words are heard */
    SUP__STAGE_LEAVING, /* reaped; what it left behind is awaited */
};

/* What is known of that. */
enum sup__remains {
    SUP__REMAINS_TO_BE_SEEN, /* it is to be looked for */
    SUP__REMAINS_WATCHED,    /* a descriptor says when to look again */
    SUP__REMAINS_UNSEEN,     /* something is there that cannot be watched; `retry` */
    SUP__REMAINS_NOTHING,
};

struct sup__child {
    struct sup_processes *processes;
    struct sup__child *next;     /* free, ended in this turn, or leaving */
    struct sup__child *next_all; /* every child there is */
    struct sup_attempt id;
    enum sup__stage stage;
    pid_t pid; /* and the number of its group */
    int stop_signal;
    bool leave_group;
    bool reaped;
    bool cancelled;
    bool aborted;
    bool done;      /* said so */
    bool has_error; /* likewise */
    enum sup_notify_access access;
    uint32_t noticed; /* bit n: told of count n */
    struct sup_duration abort_wait;
    struct sup_duration extend_max;
    struct sup_instant started_at; /* of the host's clock */
    struct sup_instant cancelled_at;
    struct sup__watch watches[SUP__WATCHES];
    uint32_t line_length; /* of a line not finished */
    char line[SUP__LINE_BYTES];
    char error[SUP__ERROR_BYTES];
    bool output_kept; /* of this attempt */
    char *output;     /* a ring of output_bytes; NULL before it is wanted */
    uint64_t output_total;
    char cgroup[SUP__CGROUP_BYTES]; /* its directory; "": none */

    /* While it is leaving. */
    struct sup_end end; /* of the child itself */
    enum sup__remains remains;
    bool seen_living; /* in the search that is under way */
    bool seen_dead;
    struct sup_instant until; /* of the system's clock; see sup__bound */
    struct sup_instant retry; /* likewise: the next look */
    struct sup_duration backoff;
};

/* What is kept of a slot, a name of the supervisor. */
struct sup__slot {
    struct sup__child *child; /* of its last attempt; NULL when it is over */
    struct sup_attempt kept;  /* whose output the ring holds */
    char *output;
    uint64_t output_total;
};

/* A control group in which a supervisor that was killed has left somebody. */
struct sup__survivor {
    struct sup__survivor *next;
    char group[SUP__CGROUP_BYTES]; /* SERVICE.GENERATION.ATTEMPT */
};

/* Low descriptors that are the executor's for good. A child copies the supervisor's
 * descriptors no further than these, so that a start costs the same however many are
 * open. */
enum sup__low {
    SUP__LOW_NULL, /* /dev/null */
    SUP__LOW_LINES,
    SUP__LOW_OUTPUT,
    SUP__LOWS
};

struct sup_processes {
    struct sup_processes_config config;
    size_t spec_size;               /* of a struct sup_process_spec of the program's */
    struct sup_host_source source;  /* the executor's own epoll in the host's */
    const struct sup__clock *clock; /* the host's */
    struct sup *sup;
    int epoll_fd;
    int low[SUP__LOWS];
    int cgroup_fd; /* -1: none */
    struct sup__survivor *survivors;
    void *stack;  /* of children between clone and exec */
    char *buffer; /* SUP__READ_BYTES */
    struct sup__watch sigchld;
    struct sup__watch timer;
    struct sup_instant armed; /* for which the timer is set */
    bool silent;              /* nothing is reported any more */
    bool was_subreaper;
    bool unblock_sigchld; /* at the end */
    struct sup__child *all;
    struct sup__child *free;
    struct sup__child *ended; /* in this turn */
    struct sup__child *leaving;
    struct sup__slot *slots;
    uint32_t slot_capacity;
    uint32_t live;
    int last_fd; /* of the newest pidfd: about how many descriptors are open */
    uint64_t counts[SUP_PROCESSES_COUNTS];
    uint64_t salt;   /* makes the names of this executor's sockets its own */
    uint64_t serial; /* of the last one */
    char error[256]; /* why an attempt was refused */
};

static inline bool sup__lives(const struct sup__child *child)
{
    return child->stage != SUP__STAGE_NONE;
}

/* ---- processes.c ---- */

void sup__count(struct sup__child *child, enum sup_processes_count what, const char *text);

/* ---- processes_loop.c ---- */

/* Begins to watch; 0 or an errno. */
int sup__watch(struct sup__watch *watch, uint32_t events);
/* Stops watching and closes; harmless when that is done already. */
void sup__close(struct sup__watch *watch);
int sup__open_loop(struct sup_processes *processes, struct sup_host *host);
void sup__close_loop(struct sup_processes *processes);
/* So that it wakes for the next of those that are leaving. */
void sup__arm(struct sup_processes *processes);

/* ---- processes_start.c ---- */

struct sup__child *sup__child_of(const struct sup_processes *processes, struct sup_attempt id);
/* Gives the storage of an ended child back, at the end of the turn. */
void sup__retire(struct sup__child *child);
void sup__recycle(struct sup_processes *processes);

/* ---- processes_spawn.c, processes_exec.c ---- */

/* Where a start failed. */
enum sup__step {
    SUP__STEP_PREPARE,
    SUP__STEP_CGROUP,
    SUP__STEP_DIRECTORY,
    SUP__STEP_EXEC,
};

/* What a child is told before it becomes another program. */
struct sup__launch {
    const struct sup_process_spec *spec;
    char *const *environment;
    const char *path; /* where programs are looked for */
    int lines_fd;     /* low ones; -1: none */
    int output_fd;
    int null_fd;
    int cgroup_fd;  /* its cgroup.procs; -1: none */
    int keep_below; /* no descriptor from here on is its */
    pid_t parent;
    bool share; /* the descriptors, until it has closed what is not its */
    /* Answers. */
    enum sup__step step;
    int error;
};

int sup__open_stack(struct sup_processes *processes);
void sup__close_stack(struct sup_processes *processes);
/* Makes the process; 0, or an errno after which there is none. */
int sup__launch(struct sup_processes *processes, struct sup__launch *launch, pid_t *ret_pid);
int sup__open_low(struct sup_processes *processes);
void sup__close_low(struct sup_processes *processes);
/* Makes the child; 0, or an errno after which nothing is left of it. */
int sup__spawn(struct sup__child *child, const struct sup_start *start, enum sup__step *ret_step);

/* ---- processes_say.c, processes_notify.c ---- */

/* One read of what is there; hands on what is complete. */
void sup__read_lines(struct sup__child *child);
void sup__read_socket(struct sup__child *child);
void sup__read_output(struct sup__child *child);
/* Everything that was written before now. */
void sup__drain(struct sup__child *child);
void sup__drain_socket(struct sup__child *child);

/* ---- processes_end.c ---- */

void sup__signal(const struct sup__child *child, int number);
/* To the group; false when nobody is in it, not even a zombie. */
bool sup__signal_group(const struct sup__child *child, int number);
/* The child has ended: hears its last words, kills what it left behind, reaps it, and
 * reports when nothing is left. False when it cannot be reaped yet. */
bool sup__finish(struct sup__child *child);
/* It is over, with all that it left. */
void sup__report(struct sup__child *child);
/* Waits until it is over, until the instant of the system's clock. */
bool sup__await(struct sup__child *child, struct sup_instant until);
/* Reaps every child that has ended, the executor's and orphans. */
void sup__sweep(struct sup_processes *processes);

/* ---- processes_remains.c ---- */

/* The child has been reaped, and something is left of it. */
void sup__leave(struct sup__child *child);
void sup__unleave(struct sup__child *child);
/* Looks for what is left of those of whom that is to be seen. */
void sup__look(struct sup_processes *processes);
/* Until when it is awaited, of the system's clock. */
struct sup_instant sup__bound(const struct sup__child *child);
/* Nothing is left of it, or it has been awaited for long enough. */
bool sup__has_left(const struct sup__child *child);
/* At the end of a turn: looks, and reports those that have left. */
void sup__tend(struct sup_processes *processes);
/* What is still there of it goes into its end. */
void sup__name_remains(struct sup__child *child);

/* ---- processes_cgroup.c ---- */

/* Looks for what a killed supervisor left: SUP_OK, SUP_ENOMEM or SUP_EINVAL (it cannot be
 * read). */
int sup__cgroup_survey(struct sup_processes *processes);
void sup__cgroup_forget(struct sup_processes *processes);
/* Makes the directory of a child; its cgroup.procs, or -1 and an errno. */
int sup__cgroup_make(struct sup__child *child, const struct sup_start *start, int *ret_error);
void sup__cgroup_kill(const struct sup__child *child);
/* Is a process in it? */
bool sup__cgroup_populated(struct sup__child *child);
/* Tells when to look again; 0 or an errno. */
int sup__cgroup_watch(struct sup__child *child);
/* Pids in it, at most `size`; returns how many there are. */
uint32_t sup__cgroup_pids(const struct sup__child *child, pid_t *ret_pids, uint32_t size);
void sup__cgroup_remove(struct sup__child *child);

#endif
