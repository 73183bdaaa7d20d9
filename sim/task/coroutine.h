/* Coroutines: functions on stacks of their own, switched by Boost.Context's C
 * entry points. Single-threaded; a coroutine is resumed and suspends itself.
 */
#ifndef SIM_COROUTINE_H
#define SIM_COROUTINE_H

#include <stdbool.h>
#include <stddef.h>

struct sim_coroutine;

typedef void (*sim_coroutine_fn)(void *context);

#define SIM_COROUTINE_STACK_DEFAULT (64u * 1024u)

/* A stack with a guard page below it. 0 or SUP_ENOMEM. */
int sim__coroutine_create(size_t stack_bytes, struct sim_coroutine **ret_coroutine);
void sim__coroutine_free(struct sim_coroutine *coroutine);

/* A coroutine may be started again when its function is over, or was left. */
void sim__coroutine_start(struct sim_coroutine *coroutine, sim_coroutine_fn fn, void *context);
/* Runs it until it suspends or is over; true when it is over. */
bool sim__coroutine_resume(struct sim_coroutine *coroutine);
/* From inside: back to who resumed it. */
void sim__coroutine_suspend(struct sim_coroutine *coroutine);
/* From inside: back for good; what is on the stack is forgotten. */
_Noreturn void sim__coroutine_leave(struct sim_coroutine *coroutine);
/* From outside: what is suspended, or has not run at all, is never resumed. */
void sim__coroutine_drop(struct sim_coroutine *coroutine);
size_t sim__coroutine_stack_bytes(const struct sim_coroutine *coroutine);

#endif
