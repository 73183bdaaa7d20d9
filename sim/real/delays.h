/* How long threads and children are delayed: they could go on, and the machine does not
 * let them.
 *
 * The second figure of a task's `schedstat` says how long it was ready to run and did not,
 * but only when it runs again, and a task that then ends at once takes it along. So a task
 * that is ready, or in a sleep of the kernel's own (a disk, a child that is to call exec),
 * and comes no further from one look to the next, is counted while it waits; what the
 * kernel says of it afterwards is counted where it is more.
 */
#ifndef SIM_REAL_DELAYS_H
#define SIM_REAL_DELAYS_H

#include <stddef.h>
#include <stdint.h>

#include "sup/time.h"

/* So many tasks are looked at; what others wait is not known. More than the threads and
 * children that a run in real time may have at once. */
#define SIM__DELAYS_MAX 2048u
/* A processor's account is brought up to date by the timer tick, every 10 ms at the
 * slowest: only who stands still for longer waits. */
#define SIM__DELAYS_STILL_NS UINT64_C(12000000)

/* A task's account: all of them only ever grow. */
struct sim__ran {
    uint64_t cpu_ns;
    uint64_t waited_ns;
    uint64_t slices;
};

struct sim__delay {
    long id;
    struct sim__ran ran;
    struct sup_instant still_since; /* SUP_INSTANT_NEVER: it is not known to stand still */
    struct sup_duration counted;    /* of the wait that it is in */
    uint64_t look;                  /* that saw it last */
};

struct sim__delays {
    struct sim__delay tasks[SIM__DELAYS_MAX];
    uint32_t count;
    uint32_t next; /* where the next one that is asked for probably is */
    uint64_t look;
};

/* A round of looks begins; and ends, when who was not seen in it is forgotten. */
void sim__delays_begin(struct sim__delays *delays);
void sim__delays_end(struct sim__delays *delays);
/* Looks at the task whose directory in /proc that is, and says by how much the time that it
 * has waited is more than at the last look. */
struct sup_duration sim__delays_look(struct sim__delays *delays, long id, const char *directory,
                                     struct sup_instant at);

/* For tests: the same for an account as it is at an instant. `held`: it is ready to run, or
 * in a sleep of the kernel's own. */
enum sim__held { SIM__FREE, SIM__HELD };
struct sup_duration sim__delay_account(struct sim__delay *delay, const struct sim__ran *ran,
                                       enum sim__held held, struct sup_instant at);

/* The file's beginning as text; 0 bytes when there is none. */
size_t sim__delays_read(const char *path, char *text, size_t size);

#endif
