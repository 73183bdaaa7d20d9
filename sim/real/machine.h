/* How late the machine itself is, measured beside a run in real time.
 *
 * A thread that does nothing but wait looks at every wake-up how much later it comes
 * than it was to; and it adds up how long the threads of this process and its children
 * waited for a processor that others had, or for the kernel itself (delays.h).
 * A program that is slow by itself, because it sleeps, computes or holds a lock, does not
 * wait for a processor; one on a loaded machine does. So the two can be told apart.
 *
 * Where the kernel does not tell, the thread's own lateness is all that is known. What a
 * child waited between the last look at it and its end is not seen, nor a wait that is
 * shorter than the looks are apart, of a child that ends at once.
 */
#ifndef SIM_REAL_MACHINE_H
#define SIM_REAL_MACHINE_H

#include <stdint.h>

#include "sup/error.h"
#include "sup/time.h"

struct sim__machine;

/* Watches for the calling thread, whose children are looked at too, until it is stopped.
 * SUP_OK, SUP_ENOMEM, or SUP_ELIMIT when there is no thread. */
int sim__machine_watch(struct sim__machine **ret_machine) SUP_WARN_UNUSED;
/* From now on it may be asked. */
void sim__machine_stop(struct sim__machine *machine);
/* NULL is allowed. Stops it first. */
void sim__machine_free(struct sim__machine *machine);

/* Instants of CLOCK_MONOTONIC. */
struct sup_instant sim__machine_now(void);
/* How long the machine kept the process waiting from the last look before the one instant
 * to the first after the other. A look takes time, most of all where everybody waits: it is
 * before an instant when it was over by then, and after one when it had not begun. */
struct sup_duration sim__machine_waited(const struct sim__machine *machine, struct sup_instant from,
                                        struct sup_instant to);
/* The most of it within any stretch of that time that is so long. */
struct sup_duration sim__machine_burst(const struct sim__machine *machine, struct sup_instant from,
                                       struct sup_instant to, struct sup_duration length);

/* For tests: a machine that was looked at at these instants, and had waited so long in
 * all by each; and what was seen of one that was watched. */
struct sim__look {
    uint64_t at_ns;
    uint64_t waited_ns;
    uint64_t done_ns; /* it was over; not before it began */
};
int sim__machine_of(const struct sim__look *looks, uint32_t count,
                    struct sim__machine **ret_machine) SUP_WARN_UNUSED;
const struct sim__look *sim__machine_looks(const struct sim__machine *machine, uint32_t *ret_count);

#endif
