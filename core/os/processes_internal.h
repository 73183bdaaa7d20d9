/* What the files of the process executor share: a child and its descriptors.
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

#define SUP__LINE_BYTES 160
#define SUP__ERROR_BYTES 128
/* Bytes read at a time, from a pipe or as a message of sd_notify. */
#define SUP__READ_BYTES 4096

/* value * times / by; never when that does not fit. */
static inline uint64_t sup__scale(uint64_t value, uint64_t times, uint64_t by)
{
    __extension__ typedef unsigned __int128 wide;
    wide scaled = (wide)value * times / by;
    return scaled >= SUP_NEVER_NS ? SUP_NEVER_NS : (uint64_t)scaled;
}

enum sup__watch_kind {
    SUP__WATCH_EXIT,   /* pidfd */
    SUP__WATCH_LINES,  /* NOTIFY_FD */
    SUP__WATCH_SOCKET, /* NOTIFY_SOCKET */
    SUP__WATCH_OUTPUT, /* stdout and stderr */
    SUP__WATCHES
};

struct sup__child;

struct sup__watch {
    struct sup__child *child; /* NULL: SIGCHLD */
    enum sup__watch_kind kind;
    int fd; /* -1: closed */
};

struct sup__child {
    struct sup_processes *processes;
    struct sup__child *next;     /* free, or ended in this turn */
    struct sup__child *next_all; /* every child there is */
    struct sup_attempt id;
    pid_t pid; /* 0: none */
    bool reaped;
    int stop_signal;
    bool leave_group;
    bool cancelled;
    bool aborted;
    bool done;      /* said so */
    bool has_error; /* likewise */
    struct sup__watch watches[SUP__WATCHES];
    uint32_t line_length; /* of a line not finished */
    char line[SUP__LINE_BYTES];
    char error[SUP__ERROR_BYTES];
    char *output; /* a ring of output_bytes; NULL before it is wanted */
    uint64_t output_total;
};

struct sup_processes {
    struct sup_processes_config config;
    struct sup_host_source source;  /* the executor's own epoll in the host's */
    const struct sup__clock *clock; /* the host's */
    struct sup *sup;
    int epoll_fd;
    struct sup__watch orphan_watch;
    bool silent; /* nothing is reported any more */
    bool was_subreaper;
    bool unblock_sigchld; /* at the end */
    struct sup__child *all;
    struct sup__child *free;
    struct sup__child *ended;    /* in this turn */
    struct sup__child **by_slot; /* the child of the slot's last attempt */
    uint32_t slot_capacity;
    uint32_t live;
    uint64_t orphans;
    uint64_t salt;   /* makes the names of this executor's sockets its own */
    uint64_t serial; /* of the last one */
    char error[256]; /* why an attempt was refused */
};

static inline bool sup__lives(const struct sup__child *child)
{
    return child->pid != 0 && !child->reaped;
}

/* Begins to watch; 0 or an errno. */
int sup__watch(struct sup_processes *processes, struct sup__watch *watch, uint32_t events);
/* Stops watching and closes; harmless when that is done already. */
void sup__close(struct sup__watch *watch);

/* Makes the child; 0, or an errno after which nothing is left of it. */
int sup__spawn(struct sup_processes *processes, struct sup__child *child,
               const struct sup_start *start);

/* One read of what is there; hands on what is complete. */
void sup__read_lines(struct sup__child *child);
void sup__read_socket(struct sup__child *child);
void sup__read_output(struct sup__child *child);
/* Everything that was written before now. */
void sup__drain(struct sup__child *child);

void sup__signal(const struct sup__child *child, int number);
/* The child has ended: kills what it left behind, reaps it, hands on what it
 * wrote, and reports. False when it cannot be reaped yet. */
bool sup__finish(struct sup__child *child);
/* The same, after waiting for the end up to the instant of the system's clock. */
bool sup__await(struct sup__child *child, uint64_t until_ns);
/* Reaps every child that has ended, the executor's and orphans. */
void sup__sweep(struct sup_processes *processes);
/* Gives the storage of an ended child back, at the end of the turn. */
void sup__retire(struct sup__child *child);

#endif
